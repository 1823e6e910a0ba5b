//! `sip:` and `sips:` URIs, with Microsoft's GRUU parameters and parameters inside the user part kept.

use super::{Param, find_param, parse_params, percent_decode, write_params};
use std::fmt;

/// A SIP or SIPS URI.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SipUri {
    /// `sips:` instead of `sip:`.
    pub secure: bool,
    /// User part as written, with parameters such as `;phone-context=` and `;ext=`; `None` when there is no `@`.
    pub user: Option<String>,
    /// Password part.
    pub password: Option<String>,
    /// Host; IPv6 addresses with their brackets.
    pub host: String,
    /// Port.
    pub port: Option<u16>,
    /// URI parameters.
    pub params: Vec<Param>,
    /// What follows `?`.
    pub headers: Option<String>,
}

impl SipUri {
    /// `sip:user@host`.
    pub fn new(user: &str, host: &str) -> SipUri {
        SipUri { user: (!user.is_empty()).then(|| user.to_string()), host: host.to_string(), ..SipUri::default() }
    }

    /// Reads a URI with its scheme.
    pub fn parse(text: &str) -> Option<SipUri> {
        if text.contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"')) {
            return None;
        }
        let (scheme, rest) = text.split_once(':')?;
        let secure = if scheme.eq_ignore_ascii_case("sips") {
            true
        } else if scheme.eq_ignore_ascii_case("sip") {
            false
        } else {
            return None;
        };
        // The user part may hold `;` and `?` (RFC 3261 25.1), so the last @ before any header decides.
        let (user, password, rest) = match rest.rfind('@') {
            Some(at) => {
                let (info, host) = (&rest[..at], &rest[at + 1..]);
                let (user, password) = match info.split_once(':') {
                    Some((user, password)) => (user, Some(password.to_string())),
                    None => (info, None),
                };
                if user.is_empty() || user.contains([' ', '<', '>', '"']) {
                    return None;
                }
                (Some(user.to_string()), password, host)
            }
            None => (None, None, rest),
        };
        let (rest, headers) = match rest.split_once('?') {
            Some((rest, headers)) => (rest, Some(headers.to_string())),
            None => (rest, None),
        };
        let (host_port, params) = match rest.split_once(';') {
            Some((host_port, params)) => (host_port, parse_params(params)),
            None => (rest, Vec::new()),
        };
        let (host, port) = split_host_port(host_port)?;
        Some(SipUri { secure, user, password, host: host.to_string(), port, params, headers })
    }

    /// A URI parameter; an empty string when it has no value.
    pub fn param(&self, name: &str) -> Option<&str> {
        find_param(&self.params, name)
    }

    /// Sets or replaces a URI parameter.
    pub fn set_param(&mut self, name: &str, value: Option<&str>) {
        self.params.retain(|(n, _)| !n.eq_ignore_ascii_case(name));
        self.params.push((name.to_string(), value.map(str::to_string)));
    }

    /// Same URI with a parameter.
    pub fn with_param(mut self, name: &str, value: &str) -> SipUri {
        self.set_param(name, Some(value));
        self
    }

    /// Same URI with a port.
    pub fn with_port(mut self, port: u16) -> SipUri {
        self.port = Some(port);
        self
    }

    /// User part without its own parameters; percent escapes stay.
    pub fn user_name(&self) -> &str {
        let user = self.user.as_deref().unwrap_or("");
        user.split(';').next().unwrap_or("")
    }

    /// A parameter of the user part (`sip:5551;phone-context=x@host`) or else of the URI.
    pub fn user_param(&self, name: &str) -> Option<&str> {
        let user = self.user.as_deref().unwrap_or("");
        for part in user.split(';').skip(1) {
            let (n, v) = part.split_once('=').unwrap_or((part, ""));
            if n.eq_ignore_ascii_case(name) {
                return Some(v);
            }
        }
        self.param(name)
    }

    /// `user@host` in lower case, escapes undone.
    pub fn address(&self) -> String {
        match &self.user {
            Some(user) => {
                format!("{}@{}", percent_decode(user.split(';').next().unwrap_or("")), self.host).to_lowercase()
            }
            None => self.host.to_lowercase(),
        }
    }

    /// Transport parameter in lower case.
    pub fn transport(&self) -> Option<String> {
        self.param("transport").map(str::to_ascii_lowercase)
    }

    /// Host without the brackets of IPv6.
    pub fn bare_host(&self) -> &str {
        self.host.trim_start_matches('[').trim_end_matches(']')
    }
}

/// Splits `host[:port]`, IPv6 in brackets.
pub fn split_host_port(text: &str) -> Option<(&str, Option<u16>)> {
    let (host, port) = if text.starts_with('[') {
        let end = text.find(']')?;
        text[1..end].parse::<std::net::Ipv6Addr>().ok()?;
        let rest = &text[end + 1..];
        let port = if rest.is_empty() { None } else { Some(rest.strip_prefix(':')?) };
        (&text[..=end], port)
    } else {
        match text.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (text, None),
        }
    };
    let host = host.trim();
    if host.is_empty()
        || (!host.starts_with('[')
            && !host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_')))
    {
        return None;
    }
    let port = match port {
        Some(port) => Some(port.trim().parse::<u16>().ok()?),
        None => None,
    };
    Some((host, port))
}

impl fmt::Display for SipUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.secure { "sips:" } else { "sip:" })?;
        if let Some(user) = &self.user {
            f.write_str(user)?;
            if let Some(password) = &self.password {
                write!(f, ":{password}")?;
            }
            f.write_str("@")?;
        }
        f.write_str(&self.host)?;
        if let Some(port) = self.port {
            write!(f, ":{port}")?;
        }
        write_params(f, &self.params)?;
        if let Some(headers) = &self.headers {
            write!(f, "?{headers}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trips() {
        for text in [
            "sip:jane@contoso.com;opaque=user:epid:abc;gruu",
            "sip:5551;phone-context=plan.contoso.com@10.0.0.1:5060;user=phone",
            "sips:a:pw@[::1]:5061;maddr=[::1];transport=tls",
            "sip:contoso.com",
            "sip:+14255550100;ext=12@contoso.com;user=phone?Replaces=a%40b",
        ] {
            let uri = SipUri::parse(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(uri.to_string(), text);
        }
        let uri = SipUri::parse("sip:+1425;ext=12;phone-context=Plan.Contoso.com@h").unwrap();
        assert_eq!((uri.user_name(), uri.user_param("PHONE-context")), ("+1425", Some("Plan.Contoso.com")));
        for text in ["sip:", "sip:@x", "sip:a@", "sip:a@b:99999", "sip:a@[::1", "http:x", "sip:a@b c"] {
            assert!(SipUri::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn agrees_with_rsip_on_plain_uris() {
        for text in ["sip:a@b.com", "sip:a@b.com:5070;transport=tcp", "sips:alice@10.1.2.3"] {
            let theirs = rsip::Uri::try_from(text).unwrap();
            let ours = SipUri::parse(text).unwrap();
            // rsip changes the case of the transport.
            assert!(theirs.to_string().eq_ignore_ascii_case(&ours.to_string()));
        }
    }
}
