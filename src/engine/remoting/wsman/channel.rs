//! A connection on which somebody has signed in: by Basic with every request under TLS, or once by Negotiate, after which messages
//! without TLS are sealed.

use std::net::TcpStream;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use values::http::{Connection, Request, Response, Transport, Url};
use values::ntlm::{Security, sealed};
use values::spnego::Initiator;

use super::fault::Fault;

/// How one signs in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    Basic,
    Negotiate,
}

/// Where a server is and who signs in there.
#[derive(Clone)]
pub struct Target {
    pub url: Url,
    pub transport: Transport,
    pub user: String,
    pub password: String,
    pub way: Way,
}

/// A connection.
pub struct Channel {
    connection: Connection,
    security: Option<Security>,
}

const SOAP: &str = "application/soap+xml;charset=UTF-8";
impl Target {
    fn fault(&self, fault: &values::http::HttpFault) -> Fault {
        Fault::of_transport(fault, (&self.url.host, self.url.port))
    }

    /// An answer that is none to what was asked: it may name another address.
    fn refusal(&self, response: &Response) -> Fault {
        let is_redirect = matches!(response.status, 301 | 302 | 303 | 307 | 308);
        let to = response.header("Location").filter(|_| is_redirect).and_then(|to| self.url.join(to.trim()));
        match to {
            Some(to) => Fault::redirected(to.text()),
            None => Fault::status(response.status),
        }
    }

    fn request(&self, authorization: Option<String>, content_type: &str, body: Vec<u8>) -> Request {
        let mut headers = vec![
            ("User-Agent".to_string(), "Microsoft WinRM Client".to_string()),
            ("Content-Type".to_string(), content_type.to_string()),
        ];
        headers.extend(authorization.map(|text| ("Authorization".to_string(), text)));
        Request { method: "POST".to_string(), url: self.url.clone(), headers, body: Some(body) }
    }

    /// Whether the way there is encrypted.
    pub fn is_secure(&self) -> bool {
        self.url.scheme == "https"
    }
}

/// The token that an answer carries for Negotiate.
fn token(response: &Response) -> Option<Vec<u8>> {
    response.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("WWW-Authenticate")).find_map(|(_, value)| {
        let (scheme, token) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("Negotiate").then(|| STANDARD.decode(token.trim()).ok())?
    })
}

impl Channel {
    /// Connects and signs in.
    pub fn open(target: &Target) -> Result<Channel, Fault> {
        if target.way == Way::Basic && !target.is_secure() {
            return Err(Fault::unencrypted());
        }
        let connection = Connection::open(&target.url, &target.transport).map_err(|f| target.fault(&f))?;
        let mut channel = Channel { connection, security: None };
        if target.way == Way::Negotiate {
            channel.sign_in(target)?;
        }
        Ok(channel)
    }

    fn sign_in(&mut self, target: &Target) -> Result<(), Fault> {
        let mut initiator = Initiator::new(&target.user, &target.password);
        let send = |connection: &mut Connection, token: Vec<u8>| {
            let authorization = format!("Negotiate {}", STANDARD.encode(token));
            let request = target.request(Some(authorization), SOAP, Vec::new());
            connection.send(&request, &target.transport).map_err(|fault| target.fault(&fault))
        };
        let response = send(&mut self.connection, initiator.begin())?;
        if response.status != 401 {
            return Err(target.refusal(&response));
        }
        let challenge = token(&response).ok_or_else(Fault::mechanism)?;
        let (answer, mut security) = initiator.answer(&challenge).ok_or_else(Fault::mechanism)?;
        let response = send(&mut self.connection, answer)?;
        match response.status {
            401 => return Err(Fault::access_denied()),
            200 => {}
            _ => return Err(target.refusal(&response)),
        }
        // A server that does not know the key has not checked the password either.
        if token(&response).is_some_and(|last| !Initiator::is_end(&mut security, &last)) {
            return Err(Fault::access_denied());
        }
        self.security = Some(security);
        Ok(())
    }

    /// The socket, for another thread to end what is waited for.
    pub fn socket(&self) -> Option<TcpStream> {
        self.connection.socket()
    }

    /// Sends an envelope; the answer's.
    pub fn ask(&mut self, target: &Target, envelope: &str) -> Result<String, Fault> {
        let request = match (&mut self.security, target.way) {
            (Some(security), _) if !target.is_secure() => {
                target.request(None, sealed::TYPE, sealed::close(security, envelope))
            }
            (None, Way::Basic) => {
                let authorization = values::http::exchange::basic(&target.user, &target.password);
                target.request(Some(authorization), SOAP, envelope.into())
            }
            _ => target.request(None, SOAP, envelope.into()),
        };
        let response = self.connection.send(&request, &target.transport).map_err(|fault| target.fault(&fault))?;
        if (300..400).contains(&response.status) {
            return Err(target.refusal(&response));
        }
        let is_sealed = response.header("Content-Type").is_some_and(sealed::is_sealed);
        let body = match (&mut self.security, is_sealed) {
            (Some(security), true) => sealed::open(security, &response.body).ok_or_else(Fault::improper)?,
            // What is not sealed may be anybody's.
            (Some(_), false) if !target.is_secure() && response.status == 200 => return Err(Fault::improper()),
            _ => response.body,
        };
        let body = String::from_utf8_lossy(&body).into_owned();
        match response.status {
            200 => Ok(body),
            401 => Err(Fault::access_denied()),
            _ if body.contains("Fault") => Err(Fault::of_envelope(&body)),
            status => Err(Fault::status(status)),
        }
    }
}
