//! A server of HTTP that answers each request with another address.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::Arc;

use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::{ServerConfig, ServerConnection, StreamOwned};

/// A server that sends every caller on to an address; its own.
pub fn sends_on(to: &str) -> String {
    let server = TcpListener::bind("127.0.0.1:0").expect("a port");
    let own = format!("http://{}", server.local_addr().expect("an address"));
    let to = to.to_string();
    std::thread::spawn(move || {
        for caller in server.incoming().flatten() {
            let to = to.clone();
            std::thread::spawn(move || answer(caller, &to));
        }
    });
    own
}

/// The same by HTTPS, with a certificate that nobody knows.
pub fn sends_on_by_tls(to: &str) -> String {
    let own = rcgen::generate_simple_self_signed(["127.0.0.1".to_string()]).expect("a certificate");
    let key = PrivateKeyDer::try_from(own.signing_key.serialize_der()).expect("a key");
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![own.cert.der().clone()], key)
        .expect("a certificate with its key");
    let config = Arc::new(config);
    let server = TcpListener::bind("127.0.0.1:0").expect("a port");
    let own = format!("https://{}", server.local_addr().expect("an address"));
    let to = to.to_string();
    std::thread::spawn(move || {
        for caller in server.incoming().flatten() {
            let (to, config) = (to.clone(), config.clone());
            std::thread::spawn(move || {
                let connection = ServerConnection::new(config).expect("a connection");
                answer(StreamOwned::new(connection, caller), &to);
            });
        }
    });
    own
}

fn answer(caller: impl Read + Write, to: &str) {
    let mut reader = BufReader::new(caller);
    let mut line = String::new();
    // Requests that begin to sign in have no body.
    while reader.read_line(&mut line).is_ok_and(|n| n > 0) {
        if line == "\r\n" {
            let answer = format!("HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n");
            let caller = reader.get_mut();
            if caller.write_all(answer.as_bytes()).and_then(|()| caller.flush()).is_err() {
                return;
            }
        }
        line.clear();
    }
}
