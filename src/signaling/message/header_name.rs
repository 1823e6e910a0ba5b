//! Header field names, long and compact.

/// Name of a header field: a known one, or any other with its spelling kept.
#[derive(Debug, Clone, Eq)]
pub enum HeaderName {
    Known(u8),
    Other(Box<str>),
}

impl PartialEq for HeaderName {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (HeaderName::Known(a), HeaderName::Known(b)) => a == b,
            (HeaderName::Other(a), HeaderName::Other(b)) => a.eq_ignore_ascii_case(b),
            _ => false,
        }
    }
}

macro_rules! names {
    ($($id:literal $constant:ident $text:literal $compact:literal),* $(,)?) => {
        #[allow(non_upper_case_globals)]
        impl HeaderName {
            $(#[doc = $text] pub const $constant: HeaderName = HeaderName::Known($id);)*
        }
        const TABLE: &[(&str, &str)] = &[$(($text, $compact)),*];
        #[cfg(test)]
        const IDS: &[u8] = &[$($id),*];
    };
}

names! {
    0 Via "Via" "v", 1 From "From" "f", 2 To "To" "t", 3 CallId "Call-ID" "i", 4 CSeq "CSeq" "", 5 Contact "Contact" "m",
    6 ContentLength "Content-Length" "l", 7 ContentType "Content-Type" "c", 8 MaxForwards "Max-Forwards" "", 9 Route "Route" "",
    10 RecordRoute "Record-Route" "", 11 Allow "Allow" "", 12 Supported "Supported" "k", 13 Require "Require" "",
    14 ProxyRequire "Proxy-Require" "", 15 Expires "Expires" "", 16 UserAgent "User-Agent" "", 17 Server "Server" "",
    18 Accept "Accept" "", 19 Subject "Subject" "s", 20 Event "Event" "o", 21 SubscriptionState "Subscription-State" "",
    22 ReferTo "Refer-To" "r", 23 ReferredBy "Referred-By" "b", 24 Replaces "Replaces" "", 25 SessionExpires "Session-Expires" "x",
    26 MinSe "Min-SE" "", 27 RSeq "RSeq" "", 28 RAck "RAck" "", 29 Diversion "Diversion" "", 30 HistoryInfo "History-Info" "",
    31 PAssertedIdentity "P-Asserted-Identity" "", 32 PPreferredIdentity "P-Preferred-Identity" "", 33 Privacy "Privacy" "",
    34 Reason "Reason" "", 35 Warning "Warning" "", 36 RetryAfter "Retry-After" "", 37 MinExpires "Min-Expires" "",
    38 WwwAuthenticate "WWW-Authenticate" "", 39 Authorization "Authorization" "", 40 ProxyAuthenticate "Proxy-Authenticate" "",
    41 ProxyAuthorization "Proxy-Authorization" "", 42 MsDiagnostics "ms-diagnostics" "", 43 MsClientDiagnostics "ms-client-diagnostics" "",
    44 Path "Path" "", 45 PCalledPartyId "P-Called-Party-ID" "", 46 Timestamp "Timestamp" "", 47 Unsupported "Unsupported" "",
    48 ContentEncoding "Content-Encoding" "e", 49 AcceptContact "Accept-Contact" "a", 50 RejectContact "Reject-Contact" "j",
    51 AllowEvents "Allow-Events" "u", 52 Identity "Identity" "y", 53 MessageAccount "Message-Account" "", 54 Date "Date" "",
    55 AcceptEncoding "Accept-Encoding" "", 56 AcceptLanguage "Accept-Language" "", 57 Priority "Priority" "",
    58 InReplyTo "In-Reply-To" "", 59 ErrorInfo "Error-Info" "", 60 CallInfo "Call-Info" "", 61 AlertInfo "Alert-Info" "",
    62 MimeVersion "MIME-Version" "", 63 ContentDisposition "Content-Disposition" "", 64 Organization "Organization" "",
    65 MsMrasAddress "Ms-Mras-Address" "", 66 ReferSub "Refer-Sub" "", 67 ServiceRoute "Service-Route" "", 68 Join "Join" "",
    69 SipEtag "SIP-ETag" "", 70 SipIfMatch "SIP-If-Match" "",
}

impl HeaderName {
    /// Reads a name; compact forms become the long one.
    pub fn parse(text: &[u8]) -> HeaderName {
        if text.len() == 1 {
            let letter = text[0].to_ascii_lowercase();
            if let Some(at) = TABLE.iter().position(|(_, c)| c.as_bytes() == [letter]) {
                return HeaderName::Known(at as u8);
            }
        }
        match TABLE.iter().position(|(n, _)| n.len() == text.len() && n.as_bytes().eq_ignore_ascii_case(text)) {
            Some(at) => HeaderName::Known(at as u8),
            None => HeaderName::Other(String::from_utf8_lossy(text).into()),
        }
    }

    /// Name as printed.
    pub fn as_str(&self) -> &str {
        match self {
            HeaderName::Known(at) => TABLE[*at as usize].0,
            HeaderName::Other(text) => text,
        }
    }

    /// Any name that has no constant.
    pub fn other(text: &str) -> HeaderName {
        HeaderName::parse(text.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_match_the_table() {
        for (index, id) in IDS.iter().enumerate() {
            assert_eq!(index, *id as usize);
        }
        assert_eq!(HeaderName::parse(b"v"), HeaderName::Via);
        assert_eq!(HeaderName::parse(b"CALL-id"), HeaderName::CallId);
        assert_eq!(HeaderName::parse(b"X-Thing").as_str(), "X-Thing");
    }
}
