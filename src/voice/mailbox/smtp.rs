//! Handing a mail to the next hop (RFC 5321), with STARTTLS where it is demanded (RFC 3207).

use rustls::pki_types::ServerName;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use signaling::transport::{ByteStream, Network};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};

/// Longest wait for a reply, or for a piece of the mail to leave.
const WAIT: Duration = Duration::from_secs(120);
/// Longest line of a reply, and most lines of one.
const LINE: u64 = 4096;
const LINES: usize = 100;

/// Why a mail was not taken.
#[derive(Debug, thiserror::Error)]
pub enum SmtpError {
    #[error("{0}")]
    Io(#[from] std::io::Error),
    #[error("no reply in time")]
    Timeout,
    #[error("{0} {1}")]
    Refused(u16, String),
    #[error("the reply is not SMTP")]
    Malformed,
    #[error("TLS is required, and the server does not offer it")]
    NoTls,
    #[error("TLS: {0}")]
    Tls(String),
    #[error("the address {0} cannot be used")]
    Address(String),
}

impl SmtpError {
    /// Whether another attempt would end in the same way.
    pub fn is_final(&self) -> bool {
        matches!(self, SmtpError::Refused(500.., _) | SmtpError::Address(_))
    }
}

/// The next hop.
pub struct NextHop<'a> {
    pub name: &'a str,
    pub address: SocketAddr,
    /// Roots that its certificate must lead to, PEM; without them the mail goes in clear.
    pub roots: Option<&'a [String]>,
}

/// Who sends what to whom.
pub struct Envelope<'a> {
    /// Our name in EHLO.
    pub name: &'a str,
    pub from: &'a str,
    pub to: &'a str,
    pub mail: &'a [u8],
}

struct Conversation {
    stream: BufReader<Box<dyn ByteStream>>,
}

async fn in_time<T>(work: impl Future<Output = std::io::Result<T>>) -> Result<T, SmtpError> {
    Ok(tokio::time::timeout(WAIT, work).await.map_err(|_| SmtpError::Timeout)??)
}

impl Conversation {
    /// A reply of one or more lines.
    async fn reply(&mut self) -> Result<(u16, Vec<String>), SmtpError> {
        let mut lines = Vec::new();
        loop {
            let mut line = Vec::new();
            in_time(tokio::io::AsyncReadExt::take(&mut self.stream, LINE).read_until(b'\n', &mut line)).await?;
            if line.last() != Some(&b'\n') || lines.len() == LINES {
                return Err(SmtpError::Malformed);
            }
            let line = String::from_utf8_lossy(&line).trim_end().to_string();
            let code = line.get(..3).and_then(|c| c.parse().ok()).ok_or(SmtpError::Malformed)?;
            let more = line.as_bytes().get(3) == Some(&b'-');
            lines.push(line.get(4..).unwrap_or("").to_string());
            if !more {
                return Ok((code, lines));
            }
        }
    }

    /// The lines of a reply of the class that is wanted.
    async fn expect(&mut self, class: u16) -> Result<Vec<String>, SmtpError> {
        let (code, lines) = self.reply().await?;
        if code / 100 == class { Ok(lines) } else { Err(SmtpError::Refused(code, lines.join(" "))) }
    }

    async fn command(&mut self, line: &str, class: u16) -> Result<Vec<String>, SmtpError> {
        in_time(self.stream.get_mut().write_all(format!("{line}\r\n").as_bytes())).await?;
        self.expect(class).await
    }
}

/// Only what cannot end a command line early.
fn checked(address: &str) -> Result<&str, SmtpError> {
    let plain = |c: char| !c.is_control() && !c.is_whitespace() && !matches!(c, '<' | '>');
    if address.chars().all(plain) { Ok(address) } else { Err(SmtpError::Address(address.escape_debug().to_string())) }
}

/// The mail as it goes over the line: CRLF at each end, dots doubled at the beginning of lines, a single one at the end.
fn stuffed(mail: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(mail.len() + mail.len() / 60 + 5);
    for line in mail.strip_suffix(b"\n").unwrap_or(mail).split(|b| *b == b'\n') {
        if line.first() == Some(&b'.') {
            out.push(b'.');
        }
        out.extend_from_slice(line.strip_suffix(b"\r").unwrap_or(line));
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b".\r\n");
    out
}

async fn secured(
    stream: Box<dyn ByteStream>,
    name: &str,
    roots_pem: &[String],
) -> Result<Box<dyn ByteStream>, SmtpError> {
    let mut roots = RootCertStore::empty();
    for pem in roots_pem {
        let found = rustls::pki_types::CertificateDer::pem_slice_iter(pem.as_bytes()).flatten();
        roots.add_parsable_certificates(found);
    }
    let failed = |e: &dyn std::fmt::Display| SmtpError::Tls(e.to_string());
    let configuration = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|e| failed(&e))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from(name.to_string()).map_err(|e| failed(&e))?;
    let connecting = tokio_rustls::TlsConnector::from(Arc::new(configuration)).connect(name, stream);
    match tokio::time::timeout(WAIT, connecting).await {
        Ok(Ok(stream)) => Ok(Box::new(stream)),
        Ok(Err(error)) => Err(failed(&error)),
        Err(_) => Err(SmtpError::Timeout),
    }
}

/// Hands a mail over; it is the next hop's when this returns.
pub async fn send(
    network: &Network,
    local: IpAddr,
    hop: &NextHop<'_>,
    envelope: &Envelope<'_>,
) -> Result<(), SmtpError> {
    let (from, to) = (checked(envelope.from)?, checked(envelope.to)?);
    let stream = in_time(network.connect(local, hop.address)).await?;
    let mut conversation = Conversation { stream: BufReader::new(stream) };
    conversation.expect(2).await?;
    let hello = format!("EHLO {}", checked(envelope.name)?);
    let offers = conversation.command(&hello, 2).await?;
    if let Some(roots) = hop.roots {
        if !offers.iter().any(|o| o.eq_ignore_ascii_case("STARTTLS")) {
            return Err(SmtpError::NoTls);
        }
        conversation.command("STARTTLS", 2).await?;
        if !conversation.stream.buffer().is_empty() {
            // What was said before the handshake must not count as said within it.
            return Err(SmtpError::Malformed);
        }
        let stream = secured(conversation.stream.into_inner(), hop.name, roots).await?;
        conversation = Conversation { stream: BufReader::new(stream) };
        conversation.command(&hello, 2).await?;
    }
    conversation.command(&format!("MAIL FROM:<{from}>"), 2).await?;
    conversation.command(&format!("RCPT TO:<{to}>"), 2).await?;
    conversation.command("DATA", 3).await?;
    for piece in stuffed(envelope.mail).chunks(64 * 1024) {
        in_time(conversation.stream.get_mut().write_all(piece)).await?;
    }
    in_time(conversation.stream.get_mut().flush()).await?;
    conversation.expect(2).await?;
    // It is theirs: whether they say goodbye changes nothing.
    let _ = conversation.command("QUIT", 2).await;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_begin_with_a_dot_survive() {
        for (mail, sent) in [
            (&b"a\r\n.b\r\n..\r\n"[..], &b"a\r\n..b\r\n...\r\n.\r\n"[..]),
            (b"no end", b"no end\r\n.\r\n"),
            (b"unix\n.\nlines\n", b"unix\r\n..\r\nlines\r\n.\r\n"),
        ] {
            assert_eq!(String::from_utf8_lossy(&stuffed(mail)), String::from_utf8_lossy(sent));
        }
    }

    #[test]
    fn addresses_end_no_command() {
        assert!(checked("ken@contoso.com").is_ok());
        for address in ["a@b>\r\nRCPT TO:<c@d", "a b@c", "<a@b>"] {
            assert!(checked(address).is_err_and(|e| e.is_final()), "{address:?}");
        }
    }
}
