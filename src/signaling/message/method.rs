//! Request methods. Unknown ones keep their name.

use std::fmt;

macro_rules! methods {
    ($($variant:ident $text:literal),* $(,)?) => {
        /// A request method.
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub enum Method {
            $(#[doc = $text] $variant,)*
            /// Any other token.
            Other(String),
        }

        impl Method {
            /// Reads a method; methods are case-sensitive (RFC 3261 7.1).
            pub fn parse(text: &[u8]) -> Method {
                match text {
                    $(x if x == $text.as_bytes() => Method::$variant,)*
                    _ => Method::Other(String::from_utf8_lossy(text).into_owned()),
                }
            }

            /// Name on the wire.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Method::$variant => $text,)*
                    Method::Other(text) => text,
                }
            }
        }
    };
}

methods! {
    Invite "INVITE", Ack "ACK", Bye "BYE", Cancel "CANCEL", Options "OPTIONS", Register "REGISTER", Prack "PRACK",
    Update "UPDATE", Info "INFO", Refer "REFER", Subscribe "SUBSCRIBE", Notify "NOTIFY", Message "MESSAGE", Publish "PUBLISH",
    Service "SERVICE", Benotify "BENOTIFY", Negotiate "NEGOTIATE",
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_agree_with_rsip() {
        for method in rsip::Method::all() {
            let ours = Method::parse(method.to_string().as_bytes());
            assert!(!matches!(ours, Method::Other(_)), "{method}");
        }
    }
}
