//! Reading a message from a datagram or a stream (RFC 3261 7, 18.3).

use super::{Header, HeaderName, Message, Method, StartLine};
use bytes::{Buf, Bytes, BytesMut};
use memchr::{memchr, memmem};

/// Largest message accepted; beyond it the answer is 513.
pub const MAX_MESSAGE: usize = 64 * 1024;

/// Why bytes are no SIP message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    #[error("start line is malformed")]
    StartLine,
    #[error("SIP version is not 2.0")]
    Version,
    #[error("header field on line {0} is malformed")]
    Header(usize),
    #[error("end of header not found")]
    Truncated,
    #[error("Content-Length does not agree with the body")]
    ContentLength,
    #[error("message is larger than {MAX_MESSAGE} bytes")]
    TooLarge,
}

/// Reads header and start line of `buffer`; the body is what follows, uncut.
fn parse_head(buffer: &Bytes) -> Result<(Message, usize), ParseError> {
    let data: &[u8] = buffer;
    let mut at = 0;
    while data[at..].starts_with(b"\r\n") {
        at += 2;
    }
    let line_end = find_line_end(data, at).ok_or(ParseError::Truncated)?;
    let start = parse_start_line(buffer, at, line_end.0)?;
    at = line_end.1;
    let mut headers = Vec::with_capacity(20);
    let mut line = 1;
    loop {
        line += 1;
        let (mut end, mut next) = find_line_end(data, at).ok_or(ParseError::Truncated)?;
        if end == at {
            at = next;
            break;
        }
        let mut folded = false;
        // RFC 3261 7.3.1: a line that begins with a blank continues the field.
        while next < data.len() && (data[next] == b' ' || data[next] == b'\t') {
            folded = true;
            let more = find_line_end(data, next).ok_or(ParseError::Truncated)?;
            end = more.0;
            next = more.1;
        }
        let colon = memchr(b':', &data[at..end]).ok_or(ParseError::Header(line))? + at;
        let name = trim(data, at, colon);
        if name.0 == name.1 || !data[name.0..name.1].iter().all(|b| is_token(*b)) {
            return Err(ParseError::Header(line));
        }
        let (from, to) = trim(data, colon + 1, end);
        let value = if folded { unfold(&data[from..to]) } else { buffer.slice(from..to) };
        headers.push(Header { name: HeaderName::parse(&data[name.0..name.1]), value });
        at = next;
    }
    Ok((Message { start, headers, body: Bytes::new() }, at))
}

/// Reads one message from a complete buffer such as a UDP datagram. Bytes past Content-Length are dropped; without the field the
/// body reaches to the end (RFC 3261 18.3).
pub fn parse(buffer: &Bytes) -> Result<Message, ParseError> {
    if buffer.len() > MAX_MESSAGE {
        return Err(ParseError::TooLarge);
    }
    let (mut message, at) = parse_head(buffer)?;
    let rest = buffer.len() - at;
    let length = match content_length(&message)? {
        Some(length) if length > rest => return Err(ParseError::ContentLength),
        Some(length) => length,
        None => rest,
    };
    message.body = buffer.slice(at..at + length);
    Ok(message)
}

/// Like [`parse`], for datagrams: `None` for keep-alives (CRLF, NUL).
pub fn parse_datagram(buffer: &Bytes) -> Option<Result<Message, ParseError>> {
    if buffer.iter().all(|b| matches!(b, b'\r' | b'\n' | 0 | b' ')) { None } else { Some(parse(buffer)) }
}

fn content_length(message: &Message) -> Result<Option<usize>, ParseError> {
    let mut found = None;
    for text in message.texts(HeaderName::ContentLength) {
        if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(ParseError::ContentLength);
        }
        let length: usize = text.parse().map_err(|_| ParseError::ContentLength)?;
        if found.is_some_and(|f| f != length) {
            return Err(ParseError::ContentLength);
        }
        found = Some(length);
    }
    Ok(found)
}

fn find_line_end(data: &[u8], from: usize) -> Option<(usize, usize)> {
    let lf = memchr(b'\n', data.get(from..)?)? + from;
    let end = if lf > from && data[lf - 1] == b'\r' { lf - 1 } else { lf };
    Some((end, lf + 1))
}

fn trim(data: &[u8], mut from: usize, mut to: usize) -> (usize, usize) {
    while from < to && matches!(data[from], b' ' | b'\t' | b'\r' | b'\n') {
        from += 1;
    }
    while to > from && matches!(data[to - 1], b' ' | b'\t' | b'\r' | b'\n') {
        to -= 1;
    }
    (from, to)
}

fn unfold(value: &[u8]) -> Bytes {
    let mut out = Vec::with_capacity(value.len());
    let mut at = 0;
    while at < value.len() {
        if matches!(value[at], b'\r' | b'\n') {
            while at < value.len() && matches!(value[at], b'\r' | b'\n' | b' ' | b'\t') {
                at += 1;
            }
            out.push(b' ');
        } else {
            out.push(value[at]);
            at += 1;
        }
    }
    Bytes::from(out)
}

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'!' | b'%' | b'*' | b'_' | b'+' | b'`' | b'\'' | b'~')
}

fn parse_start_line(buffer: &Bytes, from: usize, to: usize) -> Result<StartLine, ParseError> {
    let line = &buffer[from..to];
    if line.len() >= 8 && line[..4].eq_ignore_ascii_case(b"SIP/") {
        if &line[4..7] != b"2.0" {
            return Err(ParseError::Version);
        }
        let rest = &line[7..];
        if rest.first() != Some(&b' ') || rest.len() < 4 || !rest[1..4].iter().all(u8::is_ascii_digit) {
            return Err(ParseError::StartLine);
        }
        let status = rest[1..4].iter().fold(0u16, |a, b| a * 10 + u16::from(b - b'0'));
        if !(100..700).contains(&status) || rest.get(4).is_some_and(|b| *b != b' ') {
            return Err(ParseError::StartLine);
        }
        let reason_at = from + 7 + 5.min(rest.len());
        return Ok(StartLine::Response { status, reason: buffer.slice(reason_at.min(to)..to) });
    }
    let space = memchr(b' ', line).ok_or(ParseError::StartLine)?;
    let last = memchr::memrchr(b' ', line).ok_or(ParseError::StartLine)?;
    if space == 0 || last <= space + 1 || !line[..space].iter().all(|b| is_token(*b)) {
        return Err(ParseError::StartLine);
    }
    let version = &line[last + 1..];
    if version.len() < 4 || !version[..4].eq_ignore_ascii_case(b"SIP/") {
        return Err(ParseError::StartLine);
    }
    if &version[4..] != b"2.0" {
        return Err(ParseError::Version);
    }
    let uri = &line[space + 1..last];
    // RFC 4475 3.1.2.11-13: no blanks, no angle brackets around a Request-URI.
    if uri.iter().any(|b| matches!(b, b' ' | b'\t' | b'<' | b'>')) {
        return Err(ParseError::StartLine);
    }
    Ok(StartLine::Request { method: Method::parse(&line[..space]), uri: buffer.slice(from + space + 1..from + last) })
}

/// What a stream holds next.
#[derive(Debug)]
pub enum Framing {
    /// A whole message.
    Message(Message),
    /// A double CRLF: answer with a single one (RFC 5626 3.5.1).
    Ping,
    /// Nothing whole yet.
    Incomplete,
}

/// Cuts a byte stream into messages (RFC 3261 18.3: Content-Length is mandatory there).
#[derive(Debug, Default)]
pub struct Framer {
    buffer: BytesMut,
}

impl Framer {
    /// The buffer to read into.
    pub fn buffer(&mut self) -> &mut BytesMut {
        &mut self.buffer
    }

    /// Takes the next item; an error means that the stream cannot be resynchronised and must be closed.
    pub fn next_item(&mut self) -> Result<Framing, ParseError> {
        if self.buffer.starts_with(b"\r\n\r\n") {
            self.buffer.advance(4);
            return Ok(Framing::Ping);
        }
        // A lone CRLF is the answer to our own ping, unless more of a ping is still under way.
        while self.buffer.starts_with(b"\r\n") && self.buffer.len() > 2 && !b"\r\n".starts_with(&self.buffer[2..3]) {
            self.buffer.advance(2);
        }
        if self.buffer.len() <= 2 {
            if &self.buffer[..] == b"\r\n" {
                self.buffer.clear();
            }
            return Ok(Framing::Incomplete);
        }
        let Some(end) = memmem::find(&self.buffer, b"\r\n\r\n")
            .map(|at| at + 4)
            .or_else(|| memmem::find(&self.buffer, b"\n\n").map(|at| at + 2))
        else {
            return if self.buffer.len() > MAX_MESSAGE { Err(ParseError::TooLarge) } else { Ok(Framing::Incomplete) };
        };
        let head = Bytes::copy_from_slice(&self.buffer[..end]);
        let (mut message, _) = parse_head(&head)?;
        let length = content_length(&message)?.unwrap_or(0);
        if end + length > MAX_MESSAGE {
            return Err(ParseError::TooLarge);
        }
        if self.buffer.len() < end + length {
            return Ok(Framing::Incomplete);
        }
        self.buffer.advance(end);
        // A copy: a slice would keep the whole buffer of the stream for as long as the message lives.
        message.body = Bytes::copy_from_slice(&self.buffer[..length]);
        self.buffer.advance(length);
        Ok(Framing::Message(message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const INVITE: &str = "INVITE sip:jane@contoso.com;opaque=user:epid:abc;gruu SIP/2.0\r\nv: SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bK1\r\n\
        f: \"A\" <sip:a@b>;tag=1\r\nt: <sip:jane@contoso.com>\r\ni: 7@x\r\nCSeq: 1 INVITE\r\nSubject: one\r\n  two\r\nX-Odd : y\r\nl: 4\r\n\r\nbodyJUNK";

    #[test]
    fn reads_compact_names_folding_and_gruu() {
        let message = parse(&Bytes::from_static(INVITE.as_bytes())).unwrap();
        assert_eq!(message.request_uri(), "sip:jane@contoso.com;opaque=user:epid:abc;gruu");
        assert_eq!(message.text(HeaderName::Subject), Some("one two"));
        assert_eq!(message.text(HeaderName::other("x-odd")), Some("y"));
        assert_eq!(&message.body[..], b"body");
        let again = parse(&message.to_bytes()).unwrap();
        assert_eq!(again.from_tag().as_deref(), Some("1"));
        assert_eq!(again.body, message.body);
    }

    #[test]
    fn frames_a_stream_in_any_cut() {
        let one = INVITE.trim_end_matches("JUNK");
        let stream = format!("\r\n\r\n{one}{one}\r\n\r\n{one}");
        for cut in 1..stream.len() {
            let mut framer = Framer::default();
            let (mut messages, mut pings) = (0, 0);
            for part in [&stream[..cut], &stream[cut..]] {
                framer.buffer().extend_from_slice(part.as_bytes());
                loop {
                    match framer.next_item().unwrap() {
                        Framing::Message(_) => messages += 1,
                        Framing::Ping => pings += 1,
                        Framing::Incomplete => break,
                    }
                }
            }
            assert_eq!(messages, 3, "cut {cut}");
            assert!(pings <= 2);
        }
    }

    #[test]
    fn refuses_what_is_malformed() {
        for text in [
            "INVITE sip:a SIP/3.0\r\n\r\n",
            "INVITE <sip:a> SIP/2.0\r\n\r\n",
            "INVITE  sip:a\r\n\r\n",
            "SIP/2.0 99 x\r\n\r\n",
            "OPTIONS sip:a SIP/2.0\r\nContent-Length: -1\r\n\r\n",
            "OPTIONS sip:a SIP/2.0\r\nContent-Length: 9999\r\n\r\nx",
            "OPTIONS sip:a SIP/2.0\r\nno colon\r\n\r\n",
        ] {
            assert!(parse(&Bytes::from_static(text.as_bytes())).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(data in proptest::collection::vec(any::<u8>(), 0..400), at in 0usize..300, byte in any::<u8>()) {
            let _ = parse(&Bytes::from(data));
            let mut mutated = INVITE.as_bytes().to_vec();
            let at = at % mutated.len();
            mutated[at] = byte;
            if let Ok(message) = parse(&Bytes::from(mutated)) {
                let _ = parse(&message.to_bytes());
                let _ = message.from_tag();
                let _ = message.all::<crate::headers::Via>();
            }
        }
    }
}
