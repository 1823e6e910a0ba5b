//! RFC 7044 (4244): History-Info.

use super::{NameAddr, TypedHeader};
use crate::message::HeaderName;
use crate::uri::percent_decode;

/// One entry of the request's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryInfo {
    /// The target of that step.
    pub address: NameAddr,
}

impl HistoryInfo {
    /// Index such as `1.2`.
    pub fn index(&self) -> &str {
        self.address.param("index").unwrap_or("")
    }

    /// Cause of the retargeting: the `cause` URI parameter (RFC 4458) or the one inside an escaped Reason.
    pub fn cause(&self) -> Option<u16> {
        let uri = self.address.uri.as_sip()?;
        if let Some(cause) = uri.param("cause").and_then(|c| c.parse().ok()) {
            return Some(cause);
        }
        let headers = percent_decode(uri.headers.as_deref()?);
        let at = headers.find("cause=")? + 6;
        headers[at..].chars().take_while(char::is_ascii_digit).collect::<String>().parse().ok()
    }
}

impl TypedHeader for HistoryInfo {
    const NAME: HeaderName = HeaderName::HistoryInfo;
    const LIST: bool = true;
    fn parse(text: &str) -> Option<Self> {
        NameAddr::parse(text).map(|address| HistoryInfo { address })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_cause() {
        for (text, cause) in [
            ("<sip:a@b;cause=486>;index=1.1", Some(486)),
            ("<sip:a@b?Reason=SIP%3Bcause%3D302>;index=1", Some(302)),
            ("<sip:a@b>;index=1", None),
        ] {
            assert_eq!(HistoryInfo::parse(text).unwrap().cause(), cause);
        }
    }
}
