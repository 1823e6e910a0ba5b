//! The message on the wire: header table, start line, methods, reading and printing.

mod build;
mod header_name;
mod method;
mod parse;
mod salvage;
mod status;
#[cfg(test)]
mod torture;

pub use build::RequestBuilder;
pub use header_name::HeaderName;
pub use method::Method;
pub use parse::{Framer, Framing, MAX_MESSAGE, ParseError, parse, parse_datagram};
pub use salvage::refusal;
pub use status::reason_phrase;

use crate::headers::TypedHeader;
use bytes::Bytes;

/// First line of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StartLine {
    /// Method and Request-URI, the latter as received.
    Request { method: Method, uri: Bytes },
    /// Status code and reason phrase.
    Response { status: u16, reason: Bytes },
}

/// One header field. The value is a slice of the received buffer until somebody asks for its typed form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Name, compact forms already resolved.
    pub name: HeaderName,
    /// Value without surrounding blanks; folded lines are joined.
    pub value: Bytes,
}

/// A SIP message. Reading one copies nothing: each value is a span of the datagram or stream buffer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Request or status line.
    pub start: StartLine,
    /// Header fields in their order on the wire.
    pub headers: Vec<Header>,
    /// Body, cut at Content-Length.
    pub body: Bytes,
}

impl Message {
    /// An empty request.
    pub fn request(method: Method, uri: impl AsRef<str>) -> Message {
        Message {
            start: StartLine::Request { method, uri: Bytes::copy_from_slice(uri.as_ref().as_bytes()) },
            headers: Vec::with_capacity(16),
            body: Bytes::new(),
        }
    }

    /// A response to `request` with the fields that RFC 3261 8.2.6.2 copies (no To tag added).
    pub fn response_to(request: &Message, status: u16, reason: &str) -> Message {
        let reason = if reason.is_empty() { reason_phrase(status) } else { reason };
        let mut response = Message {
            start: StartLine::Response { status, reason: Bytes::copy_from_slice(reason.as_bytes()) },
            headers: Vec::with_capacity(12),
            body: Bytes::new(),
        };
        for header in &request.headers {
            let name = &header.name;
            let copied = [HeaderName::Via, HeaderName::From, HeaderName::To, HeaderName::CallId, HeaderName::CSeq].contains(name)
                // RFC 3261 12.1.1: the route set of the dialog travels in responses that can establish one.
                || (*name == HeaderName::RecordRoute && status > 100 && status < 300)
                || (*name == HeaderName::Timestamp && status == 100);
            if copied {
                response.headers.push(header.clone());
            }
        }
        response
    }

    /// Whether this is a request.
    pub fn is_request(&self) -> bool {
        matches!(self.start, StartLine::Request { .. })
    }

    /// Method of a request, or the CSeq method of a response.
    pub fn method(&self) -> Method {
        match &self.start {
            StartLine::Request { method, .. } => method.clone(),
            StartLine::Response { .. } => {
                let text = self.text(HeaderName::CSeq).unwrap_or("");
                Method::parse(text.split_whitespace().nth(1).unwrap_or("").as_bytes())
            }
        }
    }

    /// Request-URI as text; empty for responses.
    pub fn request_uri(&self) -> &str {
        match &self.start {
            StartLine::Request { uri, .. } => std::str::from_utf8(uri).unwrap_or(""),
            StartLine::Response { .. } => "",
        }
    }

    /// Replaces the Request-URI; nothing happens on a response.
    pub fn set_request_uri(&mut self, new: &str) {
        if let StartLine::Request { uri, .. } = &mut self.start {
            *uri = Bytes::copy_from_slice(new.as_bytes());
        }
    }

    /// Status code; 0 for requests.
    pub fn status(&self) -> u16 {
        match self.start {
            StartLine::Response { status, .. } => status,
            StartLine::Request { .. } => 0,
        }
    }

    /// Reason phrase; empty for requests.
    pub fn reason(&self) -> &str {
        match &self.start {
            StartLine::Response { reason, .. } => std::str::from_utf8(reason).unwrap_or(""),
            StartLine::Request { .. } => "",
        }
    }

    /// First field of that name as text.
    pub fn text(&self, name: HeaderName) -> Option<&str> {
        self.headers.iter().find(|h| h.name == name).and_then(|h| std::str::from_utf8(&h.value).ok())
    }

    /// All fields of that name as text, one item a field (not split at commas).
    pub fn texts(&self, name: HeaderName) -> impl Iterator<Item = &str> {
        self.headers.iter().filter(move |h| h.name == name).filter_map(|h| std::str::from_utf8(&h.value).ok())
    }

    /// First value of a typed header; `None` when absent or malformed.
    pub fn typed<H: TypedHeader>(&self) -> Option<H> {
        // Only as much is read as it takes: proxies ask for the first Via of many, again and again.
        self.texts(H::NAME).find_map(|text| match H::LIST {
            true => crate::headers::split_list(text).into_iter().find_map(H::parse),
            false => H::parse(text),
        })
    }

    /// All values of a typed header; malformed ones are left out.
    pub fn all<H: TypedHeader>(&self) -> Vec<H> {
        let mut found = Vec::new();
        for text in self.texts(H::NAME) {
            if H::LIST {
                found.extend(crate::headers::split_list(text).into_iter().filter_map(H::parse));
            } else {
                found.extend(H::parse(text));
            }
        }
        found
    }

    /// Appends a field.
    pub fn push(&mut self, name: HeaderName, value: impl AsRef<str>) {
        self.headers.push(Header { name, value: Bytes::copy_from_slice(value.as_ref().as_bytes()) });
    }

    /// Puts a field before all others of its name (Via, Route, Record-Route).
    pub fn push_front(&mut self, name: HeaderName, value: impl AsRef<str>) {
        let at = self.headers.iter().position(|h| h.name == name).unwrap_or(0);
        self.headers.insert(at, Header { name, value: Bytes::copy_from_slice(value.as_ref().as_bytes()) });
    }

    /// Replaces all fields of that name by one.
    pub fn set(&mut self, name: HeaderName, value: impl AsRef<str>) {
        let value = Bytes::copy_from_slice(value.as_ref().as_bytes());
        match self.headers.iter().position(|h| h.name == name) {
            Some(at) => {
                self.headers[at].value = value;
                let mut index = 0;
                self.headers.retain(|h| {
                    index += 1;
                    h.name != name || index - 1 == at
                });
            }
            None => self.headers.push(Header { name, value }),
        }
    }

    /// Removes all fields of that name.
    pub fn remove(&mut self, name: HeaderName) {
        self.headers.retain(|h| h.name != name);
    }

    /// Removes the first value (not field) of a list header such as Via or Route.
    pub fn pop_front(&mut self, name: HeaderName) -> Option<String> {
        let at = self.headers.iter().position(|h| h.name == name)?;
        let text = String::from_utf8_lossy(&self.headers[at].value).into_owned();
        let parts = crate::headers::split_list(&text);
        let first = parts.first()?.to_string();
        if parts.len() == 1 {
            self.headers.remove(at);
        } else {
            self.headers[at].value = Bytes::from(parts[1..].join(", "));
        }
        Some(first)
    }

    /// Sets body and Content-Type; Content-Length is computed when printing.
    pub fn set_body(&mut self, content_type: &str, body: impl Into<Bytes>) {
        self.body = body.into();
        if self.body.is_empty() {
            self.remove(HeaderName::ContentType);
        } else {
            self.set(HeaderName::ContentType, content_type);
        }
    }

    /// Body as text when the content type is `wanted` (compared without parameters).
    pub fn body_of_type(&self, wanted: &str) -> Option<&str> {
        let content_type = self.text(HeaderName::ContentType)?;
        let plain = content_type.split(';').next().unwrap_or("").trim();
        if plain.eq_ignore_ascii_case(wanted) { std::str::from_utf8(&self.body).ok() } else { None }
    }

    /// Prints the message; Content-Length always says the truth.
    pub fn to_bytes(&self) -> Bytes {
        let mut out = Vec::with_capacity(256 + self.headers.len() * 48 + self.body.len());
        match &self.start {
            StartLine::Request { method, uri } => {
                out.extend_from_slice(method.as_str().as_bytes());
                out.push(b' ');
                out.extend_from_slice(uri);
                out.extend_from_slice(b" SIP/2.0\r\n");
            }
            StartLine::Response { status, reason } => {
                out.extend_from_slice(b"SIP/2.0 ");
                out.extend_from_slice(status.to_string().as_bytes());
                out.push(b' ');
                out.extend_from_slice(reason);
                out.extend_from_slice(b"\r\n");
            }
        }
        for header in &self.headers {
            if header.name == HeaderName::ContentLength {
                continue;
            }
            out.extend_from_slice(header.name.as_str().as_bytes());
            out.extend_from_slice(b": ");
            out.extend_from_slice(&header.value);
            out.extend_from_slice(b"\r\n");
        }
        out.extend_from_slice(b"Content-Length: ");
        out.extend_from_slice(self.body.len().to_string().as_bytes());
        out.extend_from_slice(b"\r\n\r\n");
        out.extend_from_slice(&self.body);
        Bytes::from(out)
    }

    /// Call-ID.
    pub fn call_id(&self) -> &str {
        self.text(HeaderName::CallId).unwrap_or("")
    }

    /// Tag of From.
    pub fn from_tag(&self) -> Option<String> {
        self.typed::<crate::headers::From>().and_then(|f| f.0.param("tag").map(str::to_string))
    }

    /// Tag of To.
    pub fn to_tag(&self) -> Option<String> {
        self.typed::<crate::headers::To>().and_then(|f| f.0.param("tag").map(str::to_string))
    }

    /// Adds a tag to To when it has none.
    pub fn ensure_to_tag(&mut self, tag: &str) {
        if self.to_tag().is_none() {
            let to = self.text(HeaderName::To).unwrap_or("").to_string();
            self.set(HeaderName::To, format!("{to};tag={tag}"));
        }
    }

    /// Whether an option tag is listed in Require, Supported or the like.
    pub fn has_option(&self, name: HeaderName, tag: &str) -> bool {
        self.texts(name).any(|text| text.split(',').any(|t| t.trim().eq_ignore_ascii_case(tag)))
    }
}
