//! Addresses of requests.

/// An absolute address, taken apart.
#[derive(Clone, Debug)]
pub struct Url {
    pub scheme: String,
    pub user: Option<String>,
    pub host: String,
    pub port: u16,
    /// Path, escaped.
    pub path: String,
    /// Query without question mark, escaped.
    pub query: Option<String>,
}

impl Url {
    /// Takes an absolute address apart; none where it is none.
    pub fn parse(text: &str) -> Option<Url> {
        let text = text.trim();
        let (scheme, rest) = text.split_once("://")?;
        let rest = rest.split('#').next().unwrap_or(rest);
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, tail) = rest.split_at(end);
        let (user, place) = match authority.rsplit_once('@') {
            Some((user, place)) => (Some(user.to_string()), place),
            None => (None, authority),
        };
        let scheme = scheme.to_ascii_lowercase();
        let default = if scheme == "https" { 443 } else { 80 };
        let (host, port) = match place.rfind(':').filter(|at| !place[*at..].contains(']')) {
            Some(at) => (&place[..at], place[at + 1..].parse().unwrap_or(default)),
            None => (place, default),
        };
        if host.is_empty() {
            return None;
        }
        let (path, query) = match tail.split_once('?') {
            Some((path, query)) => (path, Some(escape(query))),
            None => (tail, None),
        };
        let path = if path.is_empty() { "/".to_string() } else { normal(&escape(path)) };
        Some(Url { scheme, user, host: host.to_ascii_lowercase(), port, path, query })
    }

    /// Another address as seen from this one.
    pub fn join(&self, to: &str) -> Option<Url> {
        if to.contains("://") {
            return Url::parse(to);
        }
        if let Some(rest) = to.strip_prefix("//") {
            return Url::parse(&format!("{}://{rest}", self.scheme));
        }
        let base = format!("{}://{}", self.scheme, self.authority());
        if to.starts_with('/') {
            return Url::parse(&format!("{base}{to}"));
        }
        let folder = self.path.rfind('/').map_or("/", |at| &self.path[..=at]);
        Url::parse(&format!("{base}{folder}{to}"))
    }

    /// Host, and the port where it is not the scheme's own.
    pub fn authority(&self) -> String {
        let is_default = matches!((self.scheme.as_str(), self.port), ("http", 80) | ("https", 443));
        if is_default { self.host.clone() } else { format!("{}:{}", self.host, self.port) }
    }

    /// What stands in the request line.
    pub fn target(&self) -> String {
        match &self.query {
            Some(query) => format!("{}?{query}", self.path),
            None => self.path.clone(),
        }
    }

    /// The whole address.
    pub fn text(&self) -> String {
        format!("{}://{}{}", self.scheme, self.authority(), self.target())
    }
}

/// Escapes what may not stand in an address; what is escaped already stays.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii_graphic() && !matches!(c, '"' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}') {
            out.push(c);
        } else {
            let mut buffer = [0u8; 4];
            out.extend(c.encode_utf8(&mut buffer).bytes().map(|b| format!("%{b:02X}")));
        }
    }
    out
}

/// A path without `.` and `..`.
fn normal(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    let mut is_folder = false;
    for part in path.split('/').skip(1) {
        is_folder = matches!(part, "." | ".." | "");
        match part {
            "." => {}
            ".." => {
                parts.pop();
            }
            "" => {}
            other => parts.push(other),
        }
    }
    let mut out = format!("/{}", parts.join("/"));
    if is_folder && out.len() > 1 {
        out.push('/');
    }
    out
}

/// A text as form data has it.
pub fn form_escape(text: &str) -> String {
    let mut out = String::new();
    for b in text.bytes() {
        match b {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'!' | b'*' | b'(' | b')' => {
                out.push(char::from(b))
            }
            b' ' => out.push('+'),
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::Url;

    #[test]
    fn addresses_come_apart_and_together() {
        let check =
            |text: &str, whole: &str| assert_eq!(Url::parse(text).map(|u| u.text()).as_deref(), Some(whole), "{text}");
        check("http://Host", "http://host/");
        check("http://h:80/a/./b/../c?x=ü#f", "http://h/a/c?x=%C3%BC");
        check("https://u:p@h:8443/a b", "https://h:8443/a%20b");
        let base = Url::parse("http://h/a/b").expect("an address");
        assert_eq!(base.join("c?d").map(|u| u.text()).as_deref(), Some("http://h/a/c?d"));
        assert_eq!(base.join("/x").map(|u| u.text()).as_deref(), Some("http://h/x"));
    }
}
