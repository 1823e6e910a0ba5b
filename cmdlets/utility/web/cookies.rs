//! Cookies of a web session.

use command::{NativeObject, class};
use parking_lot::Mutex;
use values::error::Result;
use values::time::{Clock, DateStyles, DateTime, Kind, Zone};
use values::{Context, Foreign, Str, TypeRef, Value, convert, members};

use crate::web::url::Url;

/// A cookie.
#[derive(Clone)]
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
    is_host_only: bool,
}

/// System.Net.CookieContainer.
#[derive(Default)]
pub struct CookieJar {
    cookies: Mutex<Vec<Cookie>>,
}

impl CookieJar {
    /// Takes a `Set-Cookie` header in.
    pub fn store(&self, header: &str, url: &Url, now: i64) {
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
            is_secure: false,
            is_http_only: false,
            expires: None,
            is_host_only: true,
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
                "max-age" => lasts = text.parse::<i64>().ok().map(|s| now + s.saturating_mul(10_000_000)),
                "expires" => cookie.expires = parse_date(text),
                _ => {}
            }
        }
        cookie.expires = lasts.or(cookie.expires);
        let mut all = self.cookies.lock();
        all.retain(|c| !(c.name == cookie.name && c.domain == cookie.domain && c.path == cookie.path));
        if cookie.expires.is_none_or(|e| e > now) {
            all.push(cookie);
        }
    }

    /// The cookies that go to an address, the longer paths first.
    pub fn for_url(&self, url: &Url, now: i64) -> Vec<Cookie> {
        let mut found: Vec<Cookie> = self
            .cookies
            .lock()
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
}

fn parse_date(text: &str) -> Option<i64> {
    let culture = values::culture::Culture::get("").ok()?;
    let zone = Zone::find("UTC").unwrap_or_else(|_| Zone::system());
    let clock = Clock { zone: zone.clone(), now: DateTime::MIN };
    let text = text.replace('-', " ");
    let parsed = values::time::parse_datetime(&text, &culture, DateStyles::ADJUST_TO_UNIVERSAL, &clock).ok()?;
    Some(parsed.ticks())
}

fn cookie_object(cookie: &Cookie) -> Value {
    let expires = cookie.expires.and_then(|t| DateTime::new(t, Kind::Utc).ok()).unwrap_or(DateTime::MIN);
    NativeObject::of_pairs(
        "System.Net.Cookie",
        vec![
            ("Comment", Value::from("")),
            ("CommentUri", Value::Null),
            ("HttpOnly", Value::Bool(cookie.is_http_only)),
            ("Discard", Value::Bool(false)),
            ("Domain", Value::from(cookie.domain.as_str())),
            ("Expired", Value::Bool(false)),
            ("Expires", Value::DateTime(expires.to_bits())),
            ("Name", Value::from(cookie.name.as_str())),
            ("Path", Value::from(cookie.path.as_str())),
            ("Port", Value::from("")),
            ("Secure", Value::Bool(cookie.is_secure)),
            ("Value", Value::from(cookie.value.as_str())),
            ("Version", Value::I32(0)),
        ],
    )
    .with_hidden_text(Str::from(format!("{}={}", cookie.name, cookie.value)))
    .into_value()
}

impl Foreign for CookieJar {
    fn type_ref(&self) -> TypeRef {
        class("System.Net.CookieContainer", TypeRef::OBJECT)
    }

    fn property_names(&self) -> Vec<Str> {
        ["Capacity", "Count", "MaxCookieSize", "PerDomainCapacity"].map(Str::from).to_vec()
    }

    fn get(&self, _ctx: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        Ok(match name.to_ascii_lowercase().as_str() {
            "count" => Some(Value::I32(self.cookies.lock().len() as i32)),
            "capacity" => Some(Value::I32(300)),
            "maxcookiesize" => Some(Value::I32(4096)),
            "perdomaincapacity" => Some(Value::I32(20)),
            _ => None,
        })
    }

    fn call(&self, ctx: &mut dyn Context, _me: &Value, name: &str, args: &[Value]) -> Result<Option<Value>> {
        let now = ctx.utc_now_ticks();
        let url_of = |value: &Value| Url::parse(&convert::to_display(value));
        match name.to_ascii_lowercase().as_str() {
            "getcookies" => {
                let found = args.first().and_then(url_of).map(|u| self.for_url(&u, now)).unwrap_or_default();
                Ok(Some(Value::foreign(CookieList(found))))
            }
            "getallcookies" => Ok(Some(Value::foreign(CookieList(self.cookies.lock().clone())))),
            "getcookieheader" => {
                let found = args.first().and_then(url_of).map(|u| self.for_url(&u, now)).unwrap_or_default();
                let texts: Vec<String> = found.iter().map(|c| format!("{}={}", c.name, c.value)).collect();
                Ok(Some(Value::from(texts.join("; "))))
            }
            "setcookies" => {
                if let (Some(url), Some(text)) = (args.first().and_then(url_of), args.get(1)) {
                    self.store(&convert::to_display(text), &url, now);
                }
                Ok(Some(Value::Void))
            }
            "add" => {
                let cookie = args.last().cloned().unwrap_or_default();
                let mut text = |name: &str| -> Result<String> {
                    Ok(members::get(ctx, &cookie, name)?.map(|v| convert::to_display(&v)).unwrap_or_default())
                };
                let (name, value, mut domain, path) = (text("Name")?, text("Value")?, text("Domain")?, text("Path")?);
                if let (2, Some(url)) = (args.len(), args.first().and_then(url_of)) {
                    domain = url.host;
                }
                let path = if path.is_empty() { "/".to_string() } else { path };
                self.cookies.lock().push(Cookie {
                    name,
                    value,
                    domain: domain.trim_start_matches('.').to_string(),
                    path,
                    is_secure: false,
                    is_http_only: false,
                    expires: None,
                    is_host_only: !domain.starts_with('.'),
                });
                Ok(Some(Value::Void))
            }
            _ => Ok(None),
        }
    }
}

/// System.Net.CookieCollection.
struct CookieList(Vec<Cookie>);

impl Foreign for CookieList {
    fn type_ref(&self) -> TypeRef {
        class("System.Net.CookieCollection", TypeRef::OBJECT)
    }

    fn is_enumerable(&self) -> bool {
        true
    }

    fn enumerate(&self, _ctx: &mut dyn Context) -> Result<Option<Vec<Value>>> {
        Ok(Some(self.0.iter().map(cookie_object).collect()))
    }

    fn get(&self, _ctx: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        Ok(name.eq_ignore_ascii_case("Count").then(|| Value::I32(self.0.len() as i32)))
    }

    fn index(&self, _ctx: &mut dyn Context, index: &[Value]) -> Result<Option<Value>> {
        let Some(key) = index.first() else { return Ok(None) };
        let found = match key.as_i64() {
            Some(n) => usize::try_from(n).ok().and_then(|n| self.0.get(n)),
            None => {
                let name = convert::to_display(key);
                self.0.iter().find(|c| c.name.eq_ignore_ascii_case(&name))
            }
        };
        Ok(Some(found.map(cookie_object).unwrap_or_default()))
    }
}
