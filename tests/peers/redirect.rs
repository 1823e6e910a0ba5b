//! A server of HTTP that answers each request with another address.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;

/// A server that sends every caller on to an address; its own.
pub fn sends_on(to: &str) -> String {
    let server = TcpListener::bind("127.0.0.1:0").expect("a port");
    let own = format!("http://{}", server.local_addr().expect("an address"));
    let to = to.to_string();
    std::thread::spawn(move || {
        for mut caller in server.incoming().flatten() {
            let to = to.clone();
            std::thread::spawn(move || {
                let mut reader = BufReader::new(caller.try_clone().expect("a socket"));
                let mut line = String::new();
                // Requests that begin to sign in have no body.
                while reader.read_line(&mut line).is_ok_and(|n| n > 0) {
                    if line == "\r\n" {
                        let answer = format!("HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n");
                        if caller.write_all(answer.as_bytes()).is_err() {
                            return;
                        }
                    }
                    line.clear();
                }
            });
        }
    });
    own
}
