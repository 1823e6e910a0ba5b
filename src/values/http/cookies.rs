//! Cookies and the jar that keeps them between requests.

use crate::time::{Clock, DateStyles, DateTime, Zone};

use super::url::Url;

/// A cookie.
#[derive(Clone, Default)]
pub struct Cookie {
    pub name: String,
    pub value: String,
    pub domain: String,
    pub path: String,
    pub is_secure: bool,
    pub is_http_only: bool,
    /// Ticks of UTC; none for the session's length.
    pub expires: Option<i64>,
    /// Whether the domain itself alone gets it.
    pub is_host_only: bool,
    pub comment: String,
    pub port: String,
    pub version: i32,
    pub is_discarded: bool,
    /// When it was made, ticks of UTC.
    pub made: i64,
}

impl Cookie {
    /// As a request carries it.
    pub fn text(&self) -> String {
        if self.name.is_empty() { String::new() } else { format!("{}={}", self.name, self.value) }
    }
}

/// The cookies of a session.
#[derive(Clone, Default)]
pub struct CookieJar {
    pub cookies: Vec<Cookie>,
}

impl CookieJar {
    /// Takes a `Set-Cookie` header in, which may hold several cookies.
    pub fn store(&mut self, header: &str, url: &Url, now: i64) {
        for part in several(header) {
            self.store_one(part, url, now);
        }
    }

    fn store_one(&mut self, header: &str, url: &Url, now: i64) {
        let mut parts = header.split(';').map(str::trim);
        let Some((name, value)) = parts.next().and_then(|p| p.split_once('=')) else { return };
        let folder = match url.path.rfind('/') {
            Some(0) | None => "/".to_string(),
            Some(at) => url.path[..at].to_string(),
        };
        let mut cookie = Cookie {
            name: name.trim().to_string(),
            value: value.trim().to_string(),
            domain: url.host.clone(),
            path: folder,
            is_host_only: true,
            made: now,
            ..Cookie::default()
        };
        let mut lasts = None;
        for part in parts {
            let (key, text) = part.split_once('=').unwrap_or((part, ""));
            match key.trim().to_ascii_lowercase().as_str() {
                "path" if text.starts_with('/') => cookie.path = text.to_string(),
                "domain" if !text.is_empty() => {
                    let domain = text.trim_start_matches('.').to_ascii_lowercase();
                    if url.host != domain && !url.host.ends_with(&format!(".{domain}")) {
                        return;
                    }
                    cookie.domain = domain;
                    cookie.is_host_only = false;
                }
                "secure" => cookie.is_secure = true,
                "httponly" => cookie.is_http_only = true,
                "comment" => cookie.comment = text.to_string(),
                "max-age" => lasts = text.parse::<i64>().ok().map(|s| now + s.saturating_mul(10_000_000)),
                "expires" => cookie.expires = parse_date(text),
                _ => {}
            }
        }
        cookie.expires = lasts.or(cookie.expires);
        self.add(cookie, now);
    }

    /// Puts a cookie in place of one of the same name, domain and path; one that has ended only removes.
    pub fn add(&mut self, cookie: Cookie, now: i64) {
        self.cookies.retain(|c| !(c.name == cookie.name && c.domain == cookie.domain && c.path == cookie.path));
        if cookie.expires.is_none_or(|e| e > now) {
            self.cookies.push(cookie);
        }
    }

    /// The cookies that go to an address, the longer paths first.
    pub fn for_url(&self, url: &Url, now: i64) -> Vec<Cookie> {
        let mut found: Vec<Cookie> = self
            .cookies
            .iter()
            .filter(|c| c.expires.is_none_or(|e| e > now))
            .filter(|c| c.domain == url.host || (!c.is_host_only && url.host.ends_with(&format!(".{}", c.domain))))
            .filter(|c| !c.is_secure || url.scheme == "https")
            .filter(|c| {
                url.path == c.path
                    || (url.path.starts_with(&c.path)
                        && (c.path.ends_with('/') || url.path.as_bytes().get(c.path.len()) == Some(&b'/')))
            })
            .cloned()
            .collect();
        found.sort_by_key(|c| std::cmp::Reverse(c.path.len()));
        found
    }

    /// The `Cookie` header of an address; empty where there is none.
    pub fn header(&self, url: &Url, now: i64) -> String {
        self.for_url(url, now).iter().map(Cookie::text).collect::<Vec<_>>().join("; ")
    }
}

/// The cookies of a header: a comma ends one where a name and an equals sign follow (a date has a comma, too).
fn several(header: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut from = 0;
    for (at, _) in header.match_indices(',') {
        let rest = header[at + 1..].trim_start();
        let name = rest.find(['=', ';', ',', ' ', '\t']).filter(|end| *end > 0 && rest[*end..].starts_with('='));
        if name.is_some() {
            parts.push(header[from..at].trim());
            from = at + 1;
        }
    }
    parts.push(header[from..].trim());
    parts
}

fn parse_date(text: &str) -> Option<i64> {
    let culture = crate::culture::Culture::get("").ok()?;
    let zone = Zone::find("UTC").unwrap_or_else(|_| Zone::system());
    let clock = Clock { zone: zone.clone(), now: DateTime::MIN };
    let text = text.replace('-', " ");
    let parsed = crate::time::parse_datetime(&text, &culture, DateStyles::ADJUST_TO_UNIVERSAL, &clock).ok()?;
    Some(parsed.ticks())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_come_apart_and_paths_decide() {
        let url = Url::parse("http://h/x/y").expect("an address");
        let check = |header: &str, sent: &str| {
            let mut jar = CookieJar::default();
            jar.store(header, &url, 0);
            assert_eq!(jar.header(&url, 0), sent, "{header}");
        };
        check("a=1; Path=/, b=2; Path=/x", "b=2; a=1");
        check("a=1; Expires=Wed, 21 Oct 2099 07:28:00 GMT; Path=/", "a=1");
        check("a=1; Max-Age=0", "");
        check("a=1; Path=/z", "");
        check("a=1; Domain=other.example", "");
    }
}
