//! Send-MailMessage: a message over SMTP (RFC 5321), with STARTTLS where asked.

use std::io::{BufRead, BufReader, Read, Write};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use command::{
    Bound, Cmdlet, Command, ErrorCategory, Exception, Result, Scope, Session, Str, TypeRef, Value, class, plain_failure,
};
use values::stop::Socket;
use values::{convert, members};

pub static COMMAND: Command = Command { name: "Send-MailMessage", create: || Box::<SendMailMessage>::default() };

#[derive(Default)]
struct SendMailMessage {
    attachments: Vec<Str>,
}

trait Line: Read + Write + Send {}
impl<T: Read + Write + Send> Line for T {}

fn failed<T>(text: String, server: &str) -> Result<T> {
    Exception::new(class("System.Net.Mail.SmtpException", TypeRef::SYSTEM_EXCEPTION), text)
        .identity("SmtpException", ErrorCategory::InvalidOperation, Value::from(server))
        .throw()
}

impl Cmdlet for SendMailMessage {
    fn process(&mut self, _session: &mut dyn Session, bound: &Bound) -> Result<()> {
        self.attachments.extend(bound.strings("Attachments"));
        Ok(())
    }

    fn end(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let server = match bound.str("SmtpServer").filter(|s| !s.is_empty()) {
            Some(server) => server,
            None => Str::from(
                session
                    .variable("PSEmailServer", Scope::Any)
                    .map(|v| convert::to_display(&v.value))
                    .filter(|v| !v.is_empty())
                    .map_or_else(
                        || {
                            Exception::new(
                                TypeRef::INVALID_OPERATION_EXCEPTION,
                                "The email cannot be sent because no SMTP server was specified. You must specify an SMTP server by using either the SmtpServer parameter or the $PSEmailServer variable.",
                            )
                            .identity("", ErrorCategory::InvalidArgument, Value::Null)
                            .throw()
                        },
                        Ok,
                    )?,
            ),
        };
        let port = match bound.int("Port").unwrap_or(0) {
            0 => 25,
            port => port as u16,
        };
        let message = self.message(session, bound)?;
        let from = address(&bound.str("From").unwrap_or_else(Str::empty));
        let mut to: Vec<String> = Vec::new();
        for name in ["To", "Cc", "Bcc"] {
            to.extend(bound.strings(name).iter().map(|a| address(a)));
        }
        if let Some(wrong) = to.iter().chain([&from]).find(|a| !is_address(a)) {
            return Exception::new(
                TypeRef::FORMAT_EXCEPTION,
                "The specified string is not in the form required for an e-mail address.",
            )
            .identity("FormatException", ErrorCategory::InvalidType, Value::from(wrong.as_str()))
            .throw();
        }
        if to.is_empty() {
            return Exception::new(TypeRef::INVALID_OPERATION_EXCEPTION, "A recipient must be specified.")
                .identity("InvalidOperationException", ErrorCategory::InvalidArgument, Value::Null)
                .throw();
        }
        let login = match bound.get("Credential").filter(|c| !c.is_null()) {
            Some(credential) => Some(login(session, credential)?),
            None => None,
        };
        match deliver((&server, port), bound.switch("UseSsl"), login, &from, &to, &message) {
            Ok(()) => Ok(()),
            Err(text) => {
                values::stop::check()?;
                failed(text, &server)
            }
        }
    }
}

/// User name and password of a credential.
fn login(session: &mut dyn Session, credential: &Value) -> Result<(String, String)> {
    let user = members::get(session, credential, "UserName")?.map(|u| convert::to_display(&u)).unwrap_or_default();
    let network = members::call(session, credential, "GetNetworkCredential", &[])?;
    let password = members::get(session, &network, "Password")?.map(|p| convert::to_display(&p)).unwrap_or_default();
    Ok((user, password))
}

/// The bare address of `Name <address>`.
fn address(text: &str) -> String {
    match (text.find('<'), text.rfind('>')) {
        (Some(start), Some(end)) if start < end => text[start + 1..end].trim().to_string(),
        _ => text.trim().to_string(),
    }
}

/// Whether an address has a local part and a domain.
fn is_address(text: &str) -> bool {
    text.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty() && !domain.is_empty() && !domain.contains('@') && !text.contains(char::is_whitespace)
    })
}

/// A header's text; what is not ASCII is an encoded word (RFC 2047).
fn header_text(text: &str) -> String {
    let plain = text.replace(['\r', '\n'], " ");
    if plain.is_ascii() { plain } else { format!("=?utf-8?B?{}?=", STANDARD.encode(plain)) }
}

/// A mailbox as a header shows it.
fn mailbox(text: &str) -> String {
    match text.find('<') {
        Some(at) if at > 0 => format!("{} <{}>", header_text(text[..at].trim().trim_matches('"')), address(text)),
        _ => address(text),
    }
}

fn folded(bytes: &[u8]) -> String {
    let text = STANDARD.encode(bytes);
    text.as_bytes().chunks(76).map(|line| String::from_utf8_lossy(line).into_owned() + "\r\n").collect()
}

impl SendMailMessage {
    fn message(&self, session: &mut dyn Session, bound: &Bound) -> Result<String> {
        let list = |name: &str| bound.strings(name).iter().map(|a| mailbox(a)).collect::<Vec<_>>().join(", ");
        let mut head = format!("From: {}\r\n", mailbox(&bound.str("From").unwrap_or_else(Str::empty)));
        for (name, title) in [("To", "To"), ("Cc", "Cc"), ("ReplyTo", "Reply-To")] {
            if bound.has(name) {
                head.push_str(&format!("{title}: {}\r\n", list(name)));
            }
        }
        let now = members::get_static(session, TypeRef::DATETIME, "UtcNow")?.unwrap_or_default();
        let date = members::call(session, &now, "ToString", &[Value::from("ddd, dd MMM yyyy HH:mm:ss +0000")])?;
        head.push_str(&format!("Date: {}\r\n", convert::to_display(&date)));
        head.push_str(&format!("Message-ID: <{}@dialtone>\r\n", uuid::Uuid::new_v4()));
        head.push_str(&format!("Subject: {}\r\n", header_text(&bound.str("Subject").unwrap_or_else(Str::empty))));
        match bound.enum_name("Priority").map(|p| p.to_lowercase()).as_deref() {
            Some("high") => head.push_str("X-Priority: 1\r\nPriority: urgent\r\nImportance: high\r\n"),
            Some("low") => head.push_str("X-Priority: 5\r\nPriority: non-urgent\r\nImportance: low\r\n"),
            _ => {}
        }
        head.push_str("MIME-Version: 1.0\r\n");
        let kind = if bound.switch("BodyAsHtml") { "text/html" } else { "text/plain" };
        let body = bound.str("Body").unwrap_or_else(Str::empty);
        let part = format!(
            "Content-Type: {kind}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n{}",
            folded(body.as_bytes())
        );
        if self.attachments.is_empty() {
            return Ok(head + &part);
        }
        let boundary = format!("dialtone_{}", uuid::Uuid::new_v4().simple());
        let mut out =
            head + &format!("Content-Type: multipart/mixed; boundary=\"{boundary}\"\r\n\r\n--{boundary}\r\n{part}");
        for file in &self.attachments {
            let path = session.file_path(file)?;
            let bytes = values::stop::read(&path).or_else(|e| plain_failure(&e, &path).throw())?;
            let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
            let name = header_text(&name);
            out.push_str(&format!(
                "--{boundary}\r\nContent-Type: application/octet-stream; name=\"{name}\"\r\nContent-Disposition: attachment; filename=\"{name}\"\r\nContent-Transfer-Encoding: base64\r\n\r\n{}",
                folded(&bytes)
            ));
        }
        Ok(out + &format!("--{boundary}--\r\n"))
    }
}

/// The conversation with the server; the text of what went wrong otherwise.
fn deliver(
    (server, port): (&str, u16),
    secure: bool,
    login: Option<(String, String)>,
    from: &str,
    to: &[String],
    message: &str,
) -> std::result::Result<(), String> {
    let limit = Duration::from_secs(100);
    let addresses = values::stop::addresses(server, port)
        .map_err(|_| "Failure sending mail. Name or service not known".to_string())?;
    let mut found = Err("Failure sending mail. Name or service not known".to_string());
    for at in addresses {
        found = values::stop::connect(at, Some(limit)).map_err(|e| match at.ip() {
            // As a socket of both families shows the address.
            std::net::IpAddr::V4(ip) => format!("{} [::ffff:{ip}]:{port}", plain(&e)),
            std::net::IpAddr::V6(ip) => format!("{} [{ip}]:{port}", plain(&e)),
        });
        if found.is_ok() {
            break;
        }
    }
    let io = |e: std::io::Error| format!("Failure sending mail. {e}");
    let tcp = Socket::new(found?, Some(limit), Some(limit)).map_err(io)?;
    let mut line: BufReader<Box<dyn Line>> = BufReader::new(Box::new(tcp.try_clone().map_err(io)?));
    expect(&mut line, 220)?;
    let mut features = say(&mut line, "EHLO dialtone", 250)?;
    if secure {
        if !features.to_uppercase().contains("STARTTLS") {
            return Err("Server does not support secure connections.".into());
        }
        say(&mut line, "STARTTLS", 220)?;
        let checked = values::http::Transport::default();
        let stream = values::http::client::secure(tcp, server, &checked);
        let stream = stream.map_err(|e| format!("Failure sending mail. {e}"))?;
        line = BufReader::new(Box::new(stream));
        features = say(&mut line, "EHLO dialtone", 250)?;
    }
    if let Some((user, password)) = login {
        if !features.to_uppercase().contains("AUTH") {
            return Err("The SMTP server requires a secure connection or the client was not authenticated. The server does not offer authentication.".into());
        }
        say(&mut line, "AUTH LOGIN", 334)?;
        say(&mut line, &STANDARD.encode(user), 334)?;
        say(&mut line, &STANDARD.encode(password), 235)?;
    }
    say(&mut line, &format!("MAIL FROM:<{from}>"), 250)?;
    for one in to {
        say(&mut line, &format!("RCPT TO:<{one}>"), 250)?;
    }
    say(&mut line, "DATA", 354)?;
    let mut body = String::with_capacity(message.len() + 16);
    for text in message.split("\r\n") {
        // A line that begins with a dot gets another one (RFC 5321 4.5.2).
        if text.starts_with('.') {
            body.push('.');
        }
        body.push_str(text);
        body.push_str("\r\n");
    }
    body.push('.');
    say(&mut line, &body, 250)?;
    say(&mut line, "QUIT", 221).map(|_| ())
}

/// The system's text of an error.
fn plain(error: &std::io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_string()
}

fn say(line: &mut BufReader<Box<dyn Line>>, text: &str, code: u16) -> std::result::Result<String, String> {
    let out = line.get_mut();
    out.write_all(format!("{text}\r\n").as_bytes())
        .and_then(|()| out.flush())
        .map_err(|e| format!("Failure sending mail. {e}"))?;
    expect(line, code)
}

fn expect(line: &mut BufReader<Box<dyn Line>>, code: u16) -> std::result::Result<String, String> {
    let mut all = String::new();
    loop {
        let mut text = String::new();
        line.read_line(&mut text).map_err(|e| format!("Failure sending mail. {e}"))?;
        if text.is_empty() {
            return Err("Failure sending mail. The connection was closed.".into());
        }
        all.push_str(&text);
        if text.as_bytes().get(3) != Some(&b'-') {
            break;
        }
    }
    let is_fine = all.lines().last().and_then(|l| l.get(..3)?.parse::<u16>().ok()).is_some_and(|found| found == code);
    if is_fine { Ok(all) } else { Err(format!("The server response was: {}", all.trim())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_headers_are_written_as_mail_has_them() {
        assert_eq!(address("Ann <ann@contoso.test>"), "ann@contoso.test");
        assert_eq!(mailbox("\"Ann Lee\" <a@b.test>"), "Ann Lee <a@b.test>");
        assert_eq!(header_text("가"), "=?utf-8?B?6rCA?=");
        assert_eq!(header_text("a\r\nBcc: x"), "a  Bcc: x");
    }
}
