//! A request put together field by field.

use super::{HeaderName, Message, Method};

/// Builds a request outside a dialog with the fields that RFC 3261 8.1.1 demands. Via is added when it is sent.
#[derive(Debug, Clone)]
pub struct RequestBuilder {
    message: Message,
}

impl RequestBuilder {
    /// Starts a request; `from` and `to` are name-addr values, From with its tag.
    pub fn new(method: Method, uri: &str, from: &str, to: &str, call_id: &str, cseq: u32) -> RequestBuilder {
        let mut message = Message::request(method.clone(), uri);
        message.push(HeaderName::MaxForwards, "70");
        message.push(HeaderName::From, from);
        message.push(HeaderName::To, to);
        message.push(HeaderName::CallId, call_id);
        message.push(HeaderName::CSeq, format!("{cseq} {method}"));
        RequestBuilder { message }
    }

    /// Adds a field.
    pub fn header(mut self, name: HeaderName, value: impl AsRef<str>) -> RequestBuilder {
        self.message.push(name, value);
        self
    }

    /// Sets the body.
    pub fn body(mut self, content_type: &str, body: impl Into<bytes::Bytes>) -> RequestBuilder {
        self.message.set_body(content_type, body);
        self
    }

    /// The finished request.
    pub fn build(self) -> Message {
        self.message
    }
}
