//! A request with all that follows from its answer: redirections, cookies, credentials that were asked for.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::client::{HttpFault, Request, Response, Transport, send};
use super::cookies::CookieJar;
use super::url::Url;

/// How an exchange goes on after its first answer.
#[derive(Default)]
pub struct Exchange<'a> {
    pub transport: Transport,
    /// How many redirections are followed.
    pub redirects: u32,
    pub jar: Option<&'a mut CookieJar>,
    /// User and password for a server that asks.
    pub credentials: Option<(String, String)>,
    /// Ticks of UTC, for cookies.
    pub now: i64,
}

fn is(name: &str, wanted: &str) -> bool {
    name.eq_ignore_ascii_case(wanted)
}

/// `Authorization` of the basic scheme.
pub fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
}

/// Sends a request and follows its answer.
pub fn exchange(mut request: Request, mut how: Exchange<'_>) -> Result<Response, HttpFault> {
    let mut left = how.redirects;
    let mut credentials = how.credentials.take();
    loop {
        let mut sent = request.clone();
        if let Some(jar) = how.jar.as_deref_mut() {
            let text = jar.header(&request.url, how.now);
            if !text.is_empty() {
                sent.headers.push(("Cookie".into(), text));
            }
        }
        let response = send(&sent, &how.transport)?;
        if let Some(jar) = how.jar.as_deref_mut() {
            for (_, text) in response.headers.iter().filter(|(n, _)| is(n, "Set-Cookie")) {
                jar.store(text, &request.url, how.now);
            }
        }
        let asks_basic = || {
            let asked = response.headers.iter().filter(|(n, _)| is(n, "WWW-Authenticate"));
            asked.into_iter().any(|(_, v)| v.to_ascii_lowercase().contains("basic"))
        };
        if response.status == 401
            && !request.headers.iter().any(|(n, _)| is(n, "Authorization"))
            && asks_basic()
            && let Some((user, password)) = credentials.take()
        {
            request.headers.push(("Authorization".into(), basic(&user, &password)));
            continue;
        }
        let is_redirect = matches!(response.status, 300..=303 | 307 | 308);
        let Some(to) = response.header("Location").filter(|_| is_redirect).and_then(|l| request.url.join(l)) else {
            return Ok(response);
        };
        if left == 0 || (request.url.scheme == "https" && to.scheme == "http") {
            return Ok(response);
        }
        left -= 1;
        let becomes_get = match response.status {
            300..=302 => request.method == "POST",
            303 => !matches!(request.method.as_str(), "GET" | "HEAD"),
            _ => false,
        };
        if becomes_get {
            request.method = "GET".into();
            request.body = None;
            request.headers.retain(|(n, _)| !n.to_ascii_lowercase().starts_with("content-"));
        }
        request.headers.retain(|(n, _)| !is(n, "Authorization"));
        request.url = to;
    }
}

/// The proxy that the environment names for an address (`http_proxy`, `all_proxy`, `no_proxy`).
pub fn proxy_of(url: &Url, variable: &mut dyn FnMut(&str) -> Option<String>) -> Option<Url> {
    let mut read =
        |name: &str| variable(&format!("{name}_proxy")).or_else(|| variable(&format!("{}_PROXY", name.to_uppercase())));
    let excluded = read("no").unwrap_or_default();
    let is_excluded = excluded.split(',').map(str::trim).filter(|e| !e.is_empty()).any(|e| {
        let domain = e.trim_start_matches('.');
        e == "*" || url.host == domain || url.host.ends_with(&format!(".{domain}"))
    });
    if is_excluded {
        return None;
    }
    let named = read(&url.scheme).or_else(|| read("all"));
    named.and_then(|p| Url::parse(&if p.contains("://") { p } else { format!("http://{p}") }))
}
