//! A small HTTP/1.1 client: one request on one connection, over TCP or TLS, through a proxy where one is named.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, ClientConnection, DigitallySignedStruct, RootCertStore, SignatureScheme, StreamOwned};

use super::url::Url;
use crate::stop::Socket;

/// What is sent.
#[derive(Clone)]
pub struct Request {
    pub method: String,
    pub url: Url,
    pub headers: Vec<(String, String)>,
    pub body: Option<Vec<u8>>,
}

/// How it is sent.
#[derive(Clone, Default)]
pub struct Transport {
    /// `1.0` or `1.1`.
    pub version: &'static str,
    /// What the caller asked for, which may be newer than what is spoken.
    pub wanted: &'static str,
    pub protocols: Protocols,
    pub proxy: Option<Url>,
    pub proxy_authorization: Option<String>,
    pub skips_certificates: bool,
    /// Anchors of trust besides those of the system, in DER.
    pub roots: Vec<Vec<u8>>,
    /// Takes certificates of authorities that nobody trusts, and those for other names.
    pub skips_authorities: bool,
    pub skips_names: bool,
    pub timeout: Option<Duration>,
    /// Leaves a compressed body as it came.
    pub keeps_coding: bool,
}

/// The versions of TLS that may be spoken.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub enum Protocols {
    #[default]
    All,
    Only12,
    Only13,
}

/// What came back.
pub struct Response {
    /// The method that was asked with.
    pub method: String,
    /// The version that was asked in.
    pub asked: &'static str,
    /// The address that answered; none before it is known.
    pub address: Option<Url>,
    pub version: String,
    pub status: u16,
    pub reason: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

/// Why nothing came back.
#[derive(Debug)]
pub enum HttpFault {
    /// The system's text, host and port.
    Connect(String, String, u16),
    Tls(String),
    Timeout,
    Protocol(String),
}

trait Duplex: Read + Write + Send {}
impl<T: Read + Write + Send> Duplex for T {}

impl Response {
    /// The first header of a name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str())
    }
}

/// Sends a request and reads the whole answer; credentials go to a proxy that asks for them.
pub fn send(request: &Request, transport: &Transport) -> Result<Response, HttpFault> {
    if transport.proxy_authorization.is_some() && request.url.scheme == "http" {
        let plain = Transport { proxy_authorization: None, ..transport.clone() };
        let answer = send_once(request, &plain)?;
        return if answer.status == 407 { send_once(request, transport) } else { Ok(answer) };
    }
    send_once(request, transport)
}

fn send_once(request: &Request, transport: &Transport) -> Result<Response, HttpFault> {
    Connection::open(&request.url, transport)?.send(request, transport)
}

/// A connection that may carry one request after the other.
pub struct Connection {
    stream: BufReader<Box<dyn Duplex>>,
    own: TcpStream,
}

impl Connection {
    /// Connects to an address, or to the proxy on the way there.
    pub fn open(url: &Url, transport: &Transport) -> Result<Connection, HttpFault> {
        let proxy = transport.proxy.as_ref();
        let (host, port) = proxy.map_or((&url.host, url.port), |p| (&p.host, p.port));
        let mut tcp = connect(host, port, transport.timeout)?;
        let io = |e: std::io::Error| fault_of(&e);
        if let (Some(_), "https") = (proxy, url.scheme.as_str()) {
            let target = format!("{}:{}", url.host, url.port);
            let mut head = format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n");
            if let Some(text) = &transport.proxy_authorization {
                head.push_str(&format!("Proxy-Authorization: {text}\r\n"));
            }
            head.push_str("\r\n");
            tcp.write_all(head.as_bytes()).map_err(io)?;
            let answer = read_head(&mut BufReader::with_capacity(1, &mut tcp))?;
            if answer.status != 200 {
                return Err(HttpFault::Protocol(format!(
                    "The proxy tunnel request to proxy failed with status code '{}'.",
                    answer.status
                )));
            }
        }
        let own = tcp.tcp().try_clone().map_err(io)?;
        let stream: Box<dyn Duplex> =
            if url.scheme == "https" { Box::new(tls(tcp, &url.host, transport)?) } else { Box::new(tcp) };
        Ok(Connection { stream: BufReader::new(stream), own })
    }

    /// The socket, with which another thread may end what is waited for.
    pub fn socket(&self) -> Option<TcpStream> {
        self.own.try_clone().ok()
    }

    /// Sends a request and reads the whole answer.
    pub fn send(&mut self, request: &Request, transport: &Transport) -> Result<Response, HttpFault> {
        let url = &request.url;
        let proxy = transport.proxy.as_ref();
        let io = |e: std::io::Error| fault_of(&e);
        let target = match proxy {
            Some(_) if url.scheme == "http" => format!("http://{}{}", url.authority(), url.target()),
            _ => url.target(),
        };
        let version = if transport.version.is_empty() { "1.1" } else { transport.version };
        let mut head = format!("{} {target} HTTP/{version}\r\n", request.method);
        if !request.headers.iter().any(|(n, _)| n.eq_ignore_ascii_case("host")) {
            head.push_str(&format!("Host: {}\r\n", url.authority()));
        }
        for (name, value) in &request.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if let (Some(text), Some(_), "http") = (&transport.proxy_authorization, proxy, url.scheme.as_str()) {
            head.push_str(&format!("Proxy-Authorization: {text}\r\n"));
        }
        if let Some(body) = &request.body {
            head.push_str(&format!("Content-Length: {}\r\n", body.len()));
        }
        head.push_str("\r\n");
        let mut message = head.into_bytes();
        message.extend_from_slice(request.body.as_deref().unwrap_or_default());
        let stream = self.stream.get_mut();
        stream.write_all(&message).and_then(|()| stream.flush()).map_err(io)?;
        let reader = &mut self.stream;
        loop {
            let mut response = read_head(reader)?;
            if (100..200).contains(&response.status) && response.status != 101 {
                continue;
            }
            response.asked = if transport.wanted.is_empty() { version } else { transport.wanted };
            response.address = Some(url.clone());
            response.method = request.method.clone();
            read_body(reader, &mut response, request.method == "HEAD")?;
            if !transport.keeps_coding {
                unpack(&mut response)?;
            }
            return Ok(response);
        }
    }
}

fn connect(host: &str, port: u16, timeout: Option<Duration>) -> Result<Socket, HttpFault> {
    let plain = host.trim_start_matches('[').trim_end_matches(']');
    let addresses = crate::stop::addresses(plain, port)
        .map_err(|_| HttpFault::Connect("Name or service not known".into(), host.into(), port))?;
    let mut last = HttpFault::Connect("Name or service not known".into(), host.into(), port);
    for address in addresses {
        match crate::stop::connect(address, timeout).and_then(|tcp| Socket::new(tcp, timeout, timeout)) {
            Ok(socket) => return Ok(socket),
            Err(e) if matches!(e.kind(), std::io::ErrorKind::TimedOut | std::io::ErrorKind::WouldBlock) => {
                last = HttpFault::Timeout
            }
            Err(e) => {
                let text = e.to_string();
                let text = text.split(" (os error").next().unwrap_or(&text).to_string();
                last = HttpFault::Connect(text, host.into(), port);
            }
        }
    }
    Err(last)
}

fn fault_of(error: &std::io::Error) -> HttpFault {
    match error.kind() {
        std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut => HttpFault::Timeout,
        _ if error.get_ref().is_some_and(|e| e.is::<rustls::Error>()) => HttpFault::Tls(error.to_string()),
        std::io::ErrorKind::UnexpectedEof | std::io::ErrorKind::ConnectionReset => {
            HttpFault::Protocol("An error occurred while sending the request.".into())
        }
        _ => HttpFault::Protocol(error.to_string()),
    }
}

fn tls(tcp: Socket, host: &str, transport: &Transport) -> Result<StreamOwned<ClientConnection, Socket>, HttpFault> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider.clone());
    let builder = match transport.protocols {
        Protocols::All => builder.with_safe_default_protocol_versions(),
        Protocols::Only12 => builder.with_protocol_versions(&[&rustls::version::TLS12]),
        Protocols::Only13 => builder.with_protocol_versions(&[&rustls::version::TLS13]),
    };
    let builder = builder.map_err(|e| HttpFault::Tls(e.to_string()))?;
    let config = if transport.skips_certificates {
        builder.dangerous().with_custom_certificate_verifier(Arc::new(AnyCertificate(provider))).with_no_client_auth()
    } else {
        let mut roots = RootCertStore::empty();
        for certificate in rustls_native_certs::load_native_certs().certs {
            // A certificate of the system that rustls can't read is no anchor of trust.
            let _ = roots.add(certificate);
        }
        for root in &transport.roots {
            roots.add(CertificateDer::from(root.as_slice())).map_err(|e| HttpFault::Tls(e.to_string()))?;
        }
        let inner = rustls::client::WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider)
            .build()
            .map_err(|e| HttpFault::Tls(e.to_string()))?;
        let checked =
            Checked { inner, skips_authorities: transport.skips_authorities, skips_names: transport.skips_names };
        builder.dangerous().with_custom_certificate_verifier(Arc::new(checked)).with_no_client_auth()
    };
    let name = ServerName::try_from(host.to_string()).map_err(|e| HttpFault::Tls(e.to_string()))?;
    let mut connection = ClientConnection::new(Arc::new(config), name).map_err(|e| HttpFault::Tls(e.to_string()))?;
    let mut tcp = tcp;
    while connection.is_handshaking() {
        connection.complete_io(&mut tcp).map_err(|e| match fault_of(&e) {
            HttpFault::Timeout => HttpFault::Timeout,
            _ => HttpFault::Tls(e.to_string()),
        })?;
    }
    Ok(StreamOwned::new(connection, tcp))
}

/// TLS over a connection that exists already (STARTTLS), with the checks that the transport wants.
pub fn secure(tcp: Socket, host: &str, transport: &Transport) -> Result<StreamOwned<ClientConnection, Socket>, String> {
    tls(tcp, host, transport).map_err(|fault| match fault {
        HttpFault::Tls(text) | HttpFault::Protocol(text) => text,
        HttpFault::Timeout => "The operation has timed out.".to_string(),
        HttpFault::Connect(text, ..) => text,
    })
}

/// The usual checks, without those that the caller does not want; of a chain that ends in a root which nobody trusts, that is
/// what is said.
#[derive(Debug)]
struct Checked {
    inner: Arc<rustls::client::WebPkiServerVerifier>,
    skips_authorities: bool,
    skips_names: bool,
}

impl ServerCertVerifier for Checked {
    fn verify_server_cert(
        &self,
        end: &CertificateDer<'_>,
        chain: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        use rustls::{CertificateError, Error};
        if self.skips_authorities {
            in_time(end, now)?;
            if !self.skips_names {
                let parsed = rustls::server::ParsedCertificate::try_from(end)?;
                rustls::client::verify_server_name(&parsed, name)?;
            }
            return Ok(ServerCertVerified::assertion());
        }
        match self.inner.verify_server_cert(end, chain, name, ocsp, now) {
            // The name is looked at last.
            Err(Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) if self.skips_names => Ok(ServerCertVerified::assertion()),
            Err(Error::InvalidCertificate(CertificateError::UnknownIssuer | CertificateError::BadSignature))
                if is_self_issued(chain.last().unwrap_or(end)) =>
            {
                Err(Error::General("UntrustedRoot".into()))
            }
            done => done,
        }
    }

    fn verify_tls12_signature(
        &self,
        m: &[u8],
        c: &CertificateDer<'_>,
        d: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.inner.verify_tls12_signature(m, c, d)
    }

    fn verify_tls13_signature(
        &self,
        m: &[u8],
        c: &CertificateDer<'_>,
        d: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.inner.verify_tls13_signature(m, c, d)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }
}

/// Whether a certificate is valid at a time.
fn in_time(certificate: &[u8], now: UnixTime) -> Result<(), rustls::Error> {
    use rustls::CertificateError;
    let (_, parsed) = x509_parser::parse_x509_certificate(certificate)
        .map_err(|_| rustls::Error::InvalidCertificate(CertificateError::BadEncoding))?;
    let (validity, now) = (parsed.validity(), i64::try_from(now.as_secs()).unwrap_or(i64::MAX));
    if now > validity.not_after.timestamp() {
        return Err(CertificateError::Expired.into());
    }
    if now < validity.not_before.timestamp() {
        return Err(CertificateError::NotValidYet.into());
    }
    Ok(())
}

/// Whether a certificate's issuer is its subject (X.509: the 4th and 6th field of the signed part, after the version).
fn is_self_issued(certificate: &[u8]) -> bool {
    let field = |bytes: &[u8]| -> Option<(usize, usize)> {
        let first = *bytes.get(1)? as usize;
        if first < 0x80 {
            return Some((2, first));
        }
        let count = first & 0x7f;
        let mut length = 0usize;
        for at in 0..count {
            length = (length << 8) | *bytes.get(2 + at)? as usize;
        }
        Some((2 + count, length))
    };
    let compare = || -> Option<bool> {
        let (head, _) = field(certificate)?;
        let signed = certificate.get(head..)?;
        let (head, length) = field(signed)?;
        let mut rest = signed.get(head..head + length)?;
        let mut fields: Vec<&[u8]> = Vec::new();
        while !rest.is_empty() && fields.len() < 7 {
            let (head, length) = field(rest)?;
            fields.push(rest.get(..head + length)?);
            rest = rest.get(head + length..)?;
        }
        let shift = usize::from(fields.first()?.first() == Some(&0xa0));
        Some(fields.get(shift + 2)? == fields.get(shift + 4)?)
    };
    compare().unwrap_or(false)
}

/// Takes any certificate, for `-SkipCertificateCheck`.
#[derive(Debug)]
struct AnyCertificate(Arc<rustls::crypto::CryptoProvider>);

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _end: &CertificateDer<'_>,
        _chain: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _ocsp: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        m: &[u8],
        c: &CertificateDer<'_>,
        d: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls12_signature(m, c, d, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        m: &[u8],
        c: &CertificateDer<'_>,
        d: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls13_signature(m, c, d, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

fn read_line(reader: &mut dyn BufRead) -> Result<String, HttpFault> {
    let mut bytes = Vec::new();
    reader.read_until(b'\n', &mut bytes).map_err(|e| fault_of(&e))?;
    if bytes.is_empty() {
        return Err(HttpFault::Protocol("The response ended prematurely. (ResponseEnded)".into()));
    }
    while matches!(bytes.last(), Some(b'\n' | b'\r')) {
        bytes.pop();
    }
    Ok(bytes.iter().map(|b| char::from(*b)).collect())
}

fn read_head(reader: &mut dyn BufRead) -> Result<Response, HttpFault> {
    let first = read_line(reader)?;
    let mut parts = first.splitn(3, ' ');
    let version = parts.next().unwrap_or_default().to_string();
    let status = parts.next().and_then(|s| s.parse().ok());
    let Some(status) = status.filter(|_| version.starts_with("HTTP/")) else {
        return Err(HttpFault::Protocol(format!("Received an invalid status line: '{first}'.")));
    };
    let reason = parts.next().unwrap_or_default().to_string();
    let mut headers = Vec::new();
    loop {
        let line = read_line(reader)?;
        if line.is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':') {
            headers.push((name.trim().to_string(), value.trim().to_string()));
        }
    }
    Ok(Response {
        method: String::new(),
        asked: "1.1",
        address: None,
        version,
        status,
        reason,
        headers,
        body: Vec::new(),
    })
}

fn read_body(reader: &mut dyn BufRead, response: &mut Response, is_head: bool) -> Result<(), HttpFault> {
    if is_head || matches!(response.status, 204 | 304) {
        return Ok(());
    }
    let is_chunked = response.header("Transfer-Encoding").is_some_and(|t| t.to_lowercase().contains("chunked"));
    if is_chunked {
        loop {
            let line = read_line(reader)?;
            let size = usize::from_str_radix(line.split(';').next().unwrap_or_default().trim(), 16).map_err(|_| {
                HttpFault::Protocol(format!("Received chunk header length could not be parsed: '{line}'."))
            })?;
            if size == 0 {
                while !read_line(reader)?.is_empty() {}
                break;
            }
            let start = response.body.len();
            response.body.resize(start + size, 0);
            reader.read_exact(&mut response.body[start..]).map_err(|e| fault_of(&e))?;
            read_line(reader)?;
        }
    } else if let Some(length) = response.header("Content-Length").and_then(|l| l.parse::<u64>().ok()) {
        reader.take(length).read_to_end(&mut response.body).map_err(|e| fault_of(&e))?;
        if (response.body.len() as u64) < length {
            return Err(HttpFault::Protocol(
                "The response ended prematurely, with at least 1 additional bytes expected. (ResponseEnded)".into(),
            ));
        }
    } else {
        reader.read_to_end(&mut response.body).map_err(|e| fault_of(&e))?;
    }
    Ok(())
}

/// Unpacks a compressed body and takes away the headers that spoke of it.
fn unpack(response: &mut Response) -> Result<(), HttpFault> {
    let coding = response.header("Content-Encoding").map(str::to_lowercase);
    let mut plain = Vec::new();
    let done = match coding.as_deref() {
        Some("gzip" | "x-gzip") => flate2::read::MultiGzDecoder::new(response.body.as_slice()).read_to_end(&mut plain),
        Some("deflate") => match flate2::read::ZlibDecoder::new(response.body.as_slice()).read_to_end(&mut plain) {
            Err(_) => {
                plain.clear();
                flate2::read::DeflateDecoder::new(response.body.as_slice()).read_to_end(&mut plain)
            }
            done => done,
        },
        _ => return Ok(()),
    };
    done.map_err(|e| HttpFault::Protocol(e.to_string()))?;
    response.body = plain;
    response
        .headers
        .retain(|(n, _)| !n.eq_ignore_ascii_case("Content-Encoding") && !n.eq_ignore_ascii_case("Content-Length"));
    Ok(())
}
