//! Dialogs (RFC 3261 12): tags, sequence numbers, route set, remote target.

use crate::headers::{CSeq, Contact, From, NameAddr, RecordRoute, To};
use crate::message::{HeaderName, Message, Method};
use crate::uri::{SipUri, Uri};

/// One side's view of a dialog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dialog {
    pub call_id: String,
    /// From value of our requests, with our tag.
    pub local: String,
    /// To value of our requests, with their tag.
    pub remote: String,
    pub local_tag: String,
    pub remote_tag: String,
    /// Last sequence number we used.
    pub local_seq: u32,
    /// Last sequence number they used.
    pub remote_seq: Option<u32>,
    /// Contact of the other side.
    pub target: String,
    /// Route values, first hop first.
    pub routes: Vec<String>,
}

fn contact_of(message: &Message) -> Option<String> {
    message.typed::<Contact>()?.address().map(|a| a.uri.to_string())
}

impl Dialog {
    /// The dialog that a response (1xx with tag, or 2xx) opens for the caller.
    pub fn for_caller(request: &Message, response: &Message) -> Option<Dialog> {
        let remote_tag = response.to_tag()?;
        let mut routes: Vec<String> = response.all::<RecordRoute>().into_iter().map(|r| r.0.to_string()).collect();
        routes.reverse();
        Some(Dialog {
            call_id: request.call_id().to_string(),
            local: request.text(HeaderName::From)?.to_string(),
            remote: response.text(HeaderName::To)?.to_string(),
            local_tag: request.from_tag()?,
            remote_tag,
            local_seq: request.typed::<CSeq>()?.number,
            remote_seq: None,
            target: contact_of(response).unwrap_or_else(|| request.request_uri().to_string()),
            routes,
        })
    }

    /// The dialog that a request opens for the side that is called.
    pub fn for_callee(request: &Message, local_tag: &str) -> Option<Dialog> {
        let routes = request.all::<RecordRoute>().into_iter().map(|r| r.0.to_string()).collect();
        let to = request.text(HeaderName::To)?;
        let local = if request.to_tag().is_some() { to.to_string() } else { format!("{to};tag={local_tag}") };
        Some(Dialog {
            call_id: request.call_id().to_string(),
            local,
            remote: request.text(HeaderName::From)?.to_string(),
            local_tag: local_tag.to_string(),
            // Peers of RFC 2543 send no tag.
            remote_tag: request.from_tag().unwrap_or_default(),
            local_seq: 0,
            remote_seq: request.typed::<CSeq>().map(|c| c.number),
            target: contact_of(request)?,
            routes,
        })
    }

    /// A new request within the dialog, without Via and Contact.
    pub fn request(&mut self, method: Method) -> Message {
        if method != Method::Ack && method != Method::Cancel {
            self.local_seq += 1;
        }
        self.request_with_seq(method, self.local_seq)
    }

    /// A request with a given sequence number (ACK has that of its INVITE).
    pub fn request_with_seq(&self, method: Method, seq: u32) -> Message {
        let mut uri = self.target.clone();
        let mut routes = self.routes.clone();
        // RFC 3261 12.2.1.1: a first hop without lr is a strict router and becomes the Request-URI.
        if let Some(first) = routes.first() {
            let strict = NameAddr::parse(first).filter(|r| r.uri.as_sip().is_some_and(|u| u.param("lr").is_none()));
            if let Some(strict) = strict {
                routes.remove(0);
                routes.push(format!("<{uri}>"));
                uri = strict.uri.to_string();
            }
        }
        let mut message = Message::request(method.clone(), uri);
        message.push(HeaderName::MaxForwards, "70");
        for route in &routes {
            message.push(HeaderName::Route, route);
        }
        message.push(HeaderName::From, &self.local);
        message.push(HeaderName::To, &self.remote);
        message.push(HeaderName::CallId, &self.call_id);
        message.push(HeaderName::CSeq, format!("{seq} {method}"));
        message
    }

    /// Takes note of a request of the other side; false when it comes out of order (500, RFC 3261 12.2.2).
    pub fn accept_request(&mut self, request: &Message) -> bool {
        let Some(cseq) = request.typed::<CSeq>() else {
            return false;
        };
        if cseq.method != Method::Ack && self.remote_seq.is_some_and(|last| cseq.number <= last) {
            return false;
        }
        if cseq.method != Method::Ack {
            self.remote_seq = Some(cseq.number);
        }
        if matches!(cseq.method, Method::Invite | Method::Update | Method::Subscribe | Method::Notify | Method::Refer) {
            self.refresh_target(request);
        }
        true
    }

    /// Takes over the Contact of a target refresh.
    pub fn refresh_target(&mut self, message: &Message) {
        if let Some(target) = contact_of(message) {
            self.target = target;
        }
    }

    /// Where the next request goes to: the first route or the target.
    pub fn next_hop(&self) -> Option<SipUri> {
        let uri = match self.routes.first() {
            Some(route) => NameAddr::parse(route)?.uri,
            None => Uri::parse(&self.target)?,
        };
        uri.as_sip().cloned()
    }

    /// URI of the other side's To or From.
    pub fn remote_uri(&self) -> Option<Uri> {
        NameAddr::parse(&self.remote).map(|a| a.uri)
    }
}

/// Where a request goes to by its Route or Request-URI.
pub fn next_hop(request: &Message) -> Option<SipUri> {
    let uri = match request.typed::<crate::headers::Route>() {
        Some(route) => route.0.uri,
        None => Uri::parse(request.request_uri())?,
    };
    uri.as_sip().cloned()
}

/// Address of From.
pub fn from_address(message: &Message) -> Option<NameAddr> {
    message.typed::<From>().map(|f| f.0)
}

/// Address of To.
pub fn to_address(message: &Message) -> Option<NameAddr> {
    message.typed::<To>().map(|t| t.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::RequestBuilder;

    #[test]
    fn both_sides_agree() {
        let invite = RequestBuilder::new(Method::Invite, "sip:b@h", "<sip:a@h>;tag=1", "<sip:b@h>", "c", 7)
            .header(HeaderName::Contact, "<sip:a@1.1.1.1>")
            .header(HeaderName::RecordRoute, "<sip:p2;lr>")
            .header(HeaderName::RecordRoute, "<sip:p1;lr>")
            .build();
        let mut ok = Message::response_to(&invite, 200, "");
        ok.ensure_to_tag("2");
        ok.push(HeaderName::Contact, "<sip:b@2.2.2.2>");
        let mut caller = Dialog::for_caller(&invite, &ok).unwrap();
        let mut callee = Dialog::for_callee(&invite, "2").unwrap();
        assert_eq!(caller.routes, ["<sip:p1;lr>", "<sip:p2;lr>"]);
        assert_eq!(callee.routes, ["<sip:p2;lr>", "<sip:p1;lr>"]);
        let bye = caller.request(Method::Bye);
        assert_eq!((bye.request_uri(), bye.text(HeaderName::CSeq)), ("sip:b@2.2.2.2", Some("8 BYE")));
        assert!(callee.accept_request(&bye));
        assert!(!callee.accept_request(&bye));
        assert_eq!(callee.request(Method::Bye).request_uri(), "sip:a@1.1.1.1");
    }
}
