//! Answering what cannot be read (RFC 4475): a request whose Via, From, To, Call-ID and CSeq still stand there gets its 400 or 505.

use super::parse::ParseError;
use super::{HeaderName, Message, Method, StartLine, reason_phrase};
use bytes::Bytes;

/// The refusal of a malformed request; `None` for responses, ACKs, and what has not even the fields to be answered.
pub fn refusal(buffer: &[u8], error: &ParseError) -> Option<Bytes> {
    let text = std::str::from_utf8(buffer).ok()?;
    let mut lines = text.lines();
    let first = lines.next()?;
    let method = first.split_whitespace().next()?;
    if method.get(..4).is_some_and(|m| m.eq_ignore_ascii_case("SIP/"))
        || Method::parse(method.as_bytes()) == Method::Ack
    {
        return None;
    }
    let status = match error {
        ParseError::Version => 505,
        ParseError::TooLarge => 513,
        _ => 400,
    };
    let mut response = Message {
        start: StartLine::Response { status, reason: Bytes::copy_from_slice(reason_phrase(status).as_bytes()) },
        headers: Vec::new(),
        body: Bytes::new(),
    };
    let mut wanted = [HeaderName::Via, HeaderName::From, HeaderName::To, HeaderName::CallId, HeaderName::CSeq].to_vec();
    for line in lines.take_while(|l| !l.is_empty()).take(200) {
        let Some((name, value)) = line.split_once(':') else { continue };
        let name = HeaderName::parse(name.trim().as_bytes());
        let value = value.trim();
        let again = name == HeaderName::Via && response.text(HeaderName::Via).is_some();
        if value.is_empty() || value.chars().any(char::is_control) || !(wanted.contains(&name) || again) {
            continue;
        }
        wanted.retain(|w| *w != name);
        response.push(name, value);
    }
    if !wanted.is_empty() {
        return None;
    }
    response.ensure_to_tag("malformed");
    Some(response.to_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_requests_that_can_be_answered_are() {
        let fields = "Via: SIP/2.0/UDP x;branch=z9hG4bK1\r\nf: <sip:a@x>;tag=1\r\nTo: <sip:b@x>\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\n\r\n";
        for (start, error, wanted) in [
            ("OPTIONS  sip:b@x SIP/2.0", ParseError::StartLine, Some("SIP/2.0 400 ")),
            ("OPTIONS sip:b@x SIP/7.0", ParseError::Version, Some("SIP/2.0 505 ")),
            ("ACK sip:b@x", ParseError::StartLine, None),
            ("SIP/2.0 99 x", ParseError::StartLine, None),
        ] {
            let answer = refusal(format!("{start}\r\n{fields}").as_bytes(), &error);
            let answer = answer.as_ref().map(|a| String::from_utf8_lossy(a).into_owned());
            assert_eq!(answer.as_deref().map(|a| &a[..12]), wanted, "{start}");
            if let Some(answer) = answer {
                assert!(answer.contains("To: <sip:b@x>;tag=malformed\r\n"), "{answer}");
            }
        }
        assert!(refusal(b"OPTIONS sip:b@x SIP/2.0\r\nVia: x\r\n\r\n", &ParseError::Truncated).is_none());
    }
}
