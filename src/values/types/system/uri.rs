//! System.Uri.

use crate::error::Result;
use crate::types::{Call, State, TypeDef, TypeRef, fail, hold};
use crate::value::Value;

/// The parts of a URI.
#[derive(Clone, PartialEq)]
pub struct Parts {
    original: String,
    scheme: String,
    user: String,
    host: String,
    port: i32,
    path: String,
    query: String,
    fragment: String,
    is_absolute: bool,
}

impl State for Parts {
    fn text(&self) -> Option<String> {
        Some(if self.is_absolute { decode(&self.absolute()) } else { self.original.clone() })
    }
    fn is_equal(&self, other: &Self) -> bool {
        self.absolute() == other.absolute()
    }
}

fn default_port(scheme: &str) -> i32 {
    match scheme {
        "http" | "ws" => 80,
        "https" | "wss" => 443,
        "ftp" => 21,
        "ldap" => 389,
        "smtp" | "mailto" => 25,
        "net.tcp" => 808,
        _ => -1,
    }
}

impl Parts {
    fn authority(&self) -> String {
        if self.port >= 0 && self.port != default_port(&self.scheme) {
            format!("{}:{}", self.host, self.port)
        } else {
            self.host.clone()
        }
    }

    fn absolute(&self) -> String {
        if !self.is_absolute {
            return self.original.clone();
        }
        let user = if self.user.is_empty() { String::new() } else { format!("{}@", self.user) };
        let slashes = if self.original[self.scheme.len().min(self.original.len())..].starts_with("://")
            || self.scheme == "file"
        {
            "://"
        } else {
            ":"
        };
        format!("{}{slashes}{user}{}{}{}{}", self.scheme, self.authority(), self.path, self.query, self.fragment)
    }
}

/// Percent-escapes what a URI may not hold.
fn encode(text: &str, keep: &str) -> String {
    let mut out = String::new();
    for b in text.bytes() {
        if b.is_ascii_alphanumeric() || keep.as_bytes().contains(&b) {
            out.push(b as char);
        } else {
            out.push_str(&format!("%{b:02X}"));
        }
    }
    out
}

const UNRESERVED: &str = "-_.~";
const PATH: &str = "-_.~!$&'()*+,;=:@/%?#[]";

/// Percent-escapes read back.
pub fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while i < bytes.len() {
        let hex = text.get(i + 1..i + 3).filter(|_| bytes[i] == b'%').and_then(|h| u8::from_str_radix(h, 16).ok());
        match hex {
            Some(b) => {
                out.push(b);
                i += 3;
            }
            None => {
                out.push(bytes[i]);
                i += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// What is wrong with a text that has the form of an absolute address; it is no relative one either.
fn wrong_part(text: &str) -> Option<&'static str> {
    let (scheme, rest) = text.trim().split_once("://")?;
    if !is_scheme(scheme) || scheme.len() < 2 {
        return None;
    }
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    let place = authority.rsplit_once('@').map_or(authority, |(_, place)| place);
    let (name, port) = match place.strip_prefix('[') {
        Some(inner) => match inner.split_once(']') {
            Some((name, rest)) => {
                let address = name.split('%').next().unwrap_or_default();
                if address.parse::<std::net::Ipv6Addr>().is_err() {
                    return Some(BAD_HOST);
                }
                (name, rest.strip_prefix(':').unwrap_or(rest))
            }
            None => return Some(BAD_HOST),
        },
        None => place.split_once(':').unwrap_or((place, "")),
    };
    let needs_host = matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https" | "ws" | "wss" | "ftp" | "ldap");
    let is_odd = |c: char| c.is_ascii() && !c.is_ascii_alphanumeric() && !"-._~:%".contains(c);
    if needs_host && (name.is_empty() || name.contains(is_odd)) {
        return Some(BAD_HOST);
    }
    let is_port = port.is_empty() || port.bytes().all(|b| b.is_ascii_digit()) && port.parse::<u16>().is_ok();
    if is_port { None } else { Some("Invalid URI: Invalid port specified.") }
}

const BAD_HOST: &str = "Invalid URI: The hostname could not be parsed.";

fn parse(text: &str) -> Option<Parts> {
    if wrong_part(text).is_some() {
        return None;
    }
    let original = text.to_string();
    let text = text.trim();
    if let Some(path) = text.strip_prefix('/').filter(|_| !text.starts_with("//")) {
        let path = encode(&format!("/{path}"), PATH.trim_end_matches(['?', '#']));
        return Some(Parts {
            original,
            scheme: "file".into(),
            user: String::new(),
            host: String::new(),
            port: -1,
            path,
            query: String::new(),
            fragment: String::new(),
            is_absolute: true,
        });
    }
    let (scheme, rest) = text.split_once(':')?;
    let mut letters = scheme.chars();
    if !letters.next()?.is_ascii_alphabetic()
        || !letters.all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
        || scheme.len() < 2
    {
        return None;
    }
    let scheme = scheme.to_ascii_lowercase();
    let (rest, fragment) = rest.find('#').map_or((rest, ""), |at| (&rest[..at], &rest[at..]));
    let (rest, query) = rest.find('?').map_or((rest, ""), |at| (&rest[..at], &rest[at..]));
    let (mut user, mut host, mut port, mut path) =
        (String::new(), String::new(), default_port(&scheme), rest.to_string());
    if let Some(rest) = rest.strip_prefix("//") {
        let (authority, tail) = rest.find('/').map_or((rest, ""), |at| (&rest[..at], &rest[at..]));
        let place = match authority.rsplit_once('@') {
            Some((who, place)) => {
                user = who.to_string();
                place
            }
            None => authority,
        };
        let (name, number) = match place.rsplit_once(':') {
            Some((name, number)) if !place.ends_with(']') => (name, Some(number)),
            _ => (place, None),
        };
        host = name.to_ascii_lowercase();
        if let Some(number) = number.filter(|n| !n.is_empty()) {
            port = number.parse::<u16>().ok().map(i32::from)?;
        }
        if host.is_empty() && scheme != "file" {
            return None;
        }
        path = if tail.is_empty() { "/".to_string() } else { tail.to_string() };
    }
    let mut clean: Vec<&str> = Vec::new();
    if path.starts_with('/') {
        for piece in path.split('/').skip(1) {
            match piece {
                "." => {}
                ".." => {
                    clean.pop();
                }
                piece => clean.push(piece),
            }
        }
        path = format!("/{}", clean.join("/"));
    }
    Some(Parts {
        original,
        scheme,
        user,
        host,
        port,
        path: encode(&without_needless(&path), PATH),
        query: encode(&without_needless(query), PATH),
        fragment: encode(&without_needless(fragment), PATH),
        is_absolute: true,
    })
}

/// Reads back the escapes of letters that need none (RFC 3986 2.3).
fn without_needless(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        let needless = hex_at(rest, at).filter(|b| b.is_ascii_alphanumeric() || UNRESERVED.as_bytes().contains(b));
        match needless {
            Some(b) => {
                out.push(char::from(b));
                rest = &rest[at + 3..];
            }
            None => {
                out.push('%');
                rest = &rest[at + 1..];
            }
        }
    }
    out.push_str(rest);
    out
}

fn is_scheme(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next().is_some_and(|c| c.is_ascii_alphabetic())
        && letters.all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
}

fn relative(text: &str) -> Parts {
    Parts {
        original: text.to_string(),
        scheme: String::new(),
        user: String::new(),
        host: String::new(),
        port: -1,
        path: String::new(),
        query: String::new(),
        fragment: String::new(),
        is_absolute: false,
    }
}

/// A relative reference on a base.
fn resolve(base: &Parts, reference: &str) -> Option<Parts> {
    if let Some(whole) = parse(reference).filter(|_| !reference.starts_with('/')) {
        return Some(whole);
    }
    let root = format!(
        "{}://{}{}",
        base.scheme,
        if base.user.is_empty() { String::new() } else { format!("{}@", base.user) },
        base.authority()
    );
    let folder = base.path.rfind('/').map_or("/", |at| &base.path[..=at]);
    parse(&match reference.chars().next() {
        None => base.absolute(),
        Some('/') => format!("{root}{reference}"),
        Some('?') => format!("{root}{}{reference}", base.path),
        Some('#') => format!("{root}{}{}{reference}", base.path, base.query),
        _ => format!("{root}{folder}{reference}"),
    })
}

fn make(parts: Parts) -> Value {
    hold(TypeRef::URI, parts)
}

/// The address of a text, a relative one where it is none of its own.
pub fn of_text(text: &str) -> Value {
    make(parse(text).filter(|_| !text.starts_with('/')).unwrap_or_else(|| relative(text)))
}

/// An address on a base address, as texts; none where the base is none or they make none.
pub fn on_base(base: &Value, reference: &Value) -> Option<String> {
    let given = crate::types::state_of::<Parts>(reference);
    let text = given.as_ref().map_or_else(|| crate::convert::to_display(reference), |p| p.original.clone());
    if let Some(whole) = parse(&text).filter(|_| !text.starts_with('/')) {
        return Some(whole.absolute());
    }
    let base = crate::types::state_of::<Parts>(base).filter(|b| b.is_absolute)?;
    resolve(&base, &text).map(|p| p.absolute())
}

fn invalid<T>(c: &Call<'_>) -> Result<T> {
    let text = c.str(0);
    let why = match text.trim().is_empty() {
        true => "Invalid URI: The URI is empty.",
        false => wrong_part(&text).unwrap_or("Invalid URI: The format of the URI could not be determined."),
    };
    fail::named("System.UriFormatException", why).throw()
}

fn create(c: &Call<'_>) -> Option<Parts> {
    let text = |at: usize| c.str(at);
    match c.arg(0).as_foreign::<crate::types::Held<Parts>>() {
        Some(base) => resolve(&base.lock().clone(), &text(1)),
        None => match c.named_int("uriKind").unwrap_or(1) {
            2 => Some(relative(&text(0))),
            // What begins as an absolute address does and is none is no relative one either.
            0 if text(0).trim().split_once("://").is_some_and(|(scheme, _)| is_scheme(scheme)) => parse(&text(0)),
            // A path of this system is a relative address where both are allowed.
            0 => Some(parse(&text(0)).filter(|_| !text(0).starts_with('/')).unwrap_or_else(|| relative(&text(0)))),
            _ => parse(&text(0)),
        },
    }
}

fn part(c: &mut Call<'_>, f: fn(&Parts) -> Value) -> Result {
    let parts = c.with(|p: &mut Parts| p.clone())?;
    if !parts.is_absolute {
        return fail::invalid("This operation is not supported for a relative URI.").throw();
    }
    Ok(f(&parts))
}

/// Whether a text holds only what a URI may hold unescaped, and whole escapes.
fn is_escaped(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.iter().enumerate().all(|(at, b)| match b {
        b'%' => hex_at(text, at).is_some(),
        b => b.is_ascii_alphanumeric() || PATH.as_bytes().contains(b),
    })
}

/// The byte of an escape at a place.
fn hex_at(text: &str, at: usize) -> Option<u8> {
    let part = text.get(at..at + 3)?.strip_prefix('%')?;
    if part.bytes().all(|b| b.is_ascii_hexdigit()) { u8::from_str_radix(part, 16).ok() } else { None }
}

/// The reference that leads from this address to another one.
fn make_relative(c: &mut Call<'_>) -> Result {
    let Some(other) = crate::types::state_of::<Parts>(c.arg(0)) else { return fail::null("uri").throw() };
    let own = c.with(|p: &mut Parts| p.clone())?;
    if !own.is_absolute || !other.is_absolute {
        return fail::invalid("This operation is not supported for a relative URI.").throw();
    }
    if own.scheme != other.scheme || own.host != other.host || own.port != other.port {
        return Ok(c.arg(0).clone());
    }
    let (from, to): (Vec<&str>, Vec<&str>) = (own.path.split('/').collect(), other.path.split('/').collect());
    let folders = from.len() - 1;
    let shared = from[..folders].iter().zip(&to[..to.len() - 1]).take_while(|(a, b)| a == b).count();
    let mut text = "../".repeat(folders - shared);
    text.push_str(&to[shared..].join("/"));
    if own.path == other.path {
        text = String::new();
    } else if text.is_empty() {
        text.push_str("./");
    }
    text.push_str(&other.query);
    text.push_str(&other.fragment);
    Ok(make(relative(&text)))
}

pub static TYPES: &[TypeDef] = &[TypeDef {
    name: "System.Uri",
    like: &[],
    members: &[
        ("new", |c| match create(c) {
            Some(parts) => Ok(make(parts)),
            None => invalid(c),
        }),
        ("::TryCreate", |c| {
            let made = create(c);
            let (found, out) = (made.is_some(), c.count() - 1);
            c.set_ref(out, made.map_or(Value::Null, make))?;
            Ok(Value::Bool(found))
        }),
        ("::IsWellFormedUriString", |c| {
            let text = c.str(0);
            let kind = c.named_int("uriKind").unwrap_or(1);
            let is_absolute = parse(&text).is_some_and(|p| {
                !text.starts_with('/') && p.absolute().starts_with(text.trim_end_matches('/')) && is_escaped(&text)
            });
            let is_relative = parse(&text).is_none_or(|_| text.starts_with('/')) && is_escaped(&text);
            Ok(Value::Bool(match kind {
                0 => is_absolute || is_relative,
                2 => is_relative,
                _ => is_absolute,
            }))
        }),
        ("::EscapeDataString", |c| Ok(Value::from(encode(&c.need_str(0)?, UNRESERVED)))),
        ("::EscapeUriString", |c| Ok(Value::from(encode(&c.need_str(0)?, PATH)))),
        ("::UnescapeDataString", |c| Ok(Value::from(decode(&c.need_str(0)?)))),
        ("::CheckSchemeName", |c| Ok(Value::Bool(c.str(0).chars().all(|ch| ch.is_ascii_alphanumeric())))),
        ("OriginalString", |c| c.with(|p: &mut Parts| Value::from(p.original.as_str()))),
        ("IsAbsoluteUri", |c| c.with(|p: &mut Parts| Value::Bool(p.is_absolute))),
        ("AbsoluteUri", |c| part(c, |p| Value::from(p.absolute()))),
        ("AbsolutePath", |c| part(c, |p| Value::from(p.path.as_str()))),
        ("LocalPath", |c| part(c, |p| Value::from(decode(&p.path)))),
        ("PathAndQuery", |c| part(c, |p| Value::from(format!("{}{}", p.path, p.query)))),
        ("Query", |c| part(c, |p| Value::from(p.query.as_str()))),
        ("Fragment", |c| part(c, |p| Value::from(p.fragment.as_str()))),
        ("Scheme", |c| part(c, |p| Value::from(p.scheme.as_str()))),
        ("Host", |c| part(c, |p| Value::from(p.host.as_str()))),
        ("DnsSafeHost", |c| part(c, |p| Value::from(p.host.trim_matches(['[', ']'])))),
        ("IdnHost", |c| {
            part(c, |p| {
                Value::from(crate::types::globalization::idn_mapping::to_ascii(p.host.trim_matches(['[', ']'])))
            })
        }),
        ("Authority", |c| part(c, |p| Value::from(p.authority()))),
        ("Port", |c| part(c, |p| Value::I32(p.port))),
        ("IsDefaultPort", |c| part(c, |p| Value::Bool(p.port == default_port(&p.scheme)))),
        ("IsFile", |c| part(c, |p| Value::Bool(p.scheme == "file"))),
        ("IsUnc", |c| part(c, |p| Value::Bool(p.scheme == "file" && !p.host.is_empty()))),
        ("IsLoopback", |c| {
            part(c, |p| {
                Value::Bool(
                    matches!(p.host.as_str(), "localhost" | "127.0.0.1" | "[::1]")
                        || p.scheme == "file" && p.host.is_empty(),
                )
            })
        }),
        ("UserInfo", |c| part(c, |p| Value::from(p.user.as_str()))),
        ("UserEscaped", |_| Ok(Value::Bool(false))),
        ("HostNameType", |c| {
            part(c, |p| {
                let n = if p.host.is_empty() {
                    1
                } else if p.host.starts_with('[') {
                    4
                } else if p.host.parse::<std::net::Ipv4Addr>().is_ok() {
                    3
                } else {
                    2
                };
                super::enumeration::make("System.UriHostNameType", n)
            })
        }),
        ("Segments", |c| {
            part(c, |p| {
                let list: Vec<Value> = p.path.split_inclusive('/').map(Value::from).collect();
                Value::typed_array(TypeRef::STRING, list)
            })
        }),
        ("GetLeftPart", |c| {
            let n = c.long(0);
            let p = c.with(|p: &mut Parts| p.clone())?;
            let user = if p.user.is_empty() { String::new() } else { format!("{}@", p.user) };
            let head = format!("{}://{user}{}", p.scheme, p.authority());
            Ok(Value::from(match n {
                0 => format!("{}://", p.scheme),
                // The authority comes with who asks.
                1 => head,
                2 => format!("{head}{}", p.path),
                _ => format!("{head}{}{}", p.path, p.query),
            }))
        }),
        ("ToString", |c| c.with(|p: &mut Parts| Value::from(p.text().unwrap_or_default()))),
        ("::SchemeDelimiter", |_| Ok(Value::from("://"))),
        ("::UriSchemeFile", |_| Ok(Value::from("file"))),
        ("::UriSchemeFtp", |_| Ok(Value::from("ftp"))),
        ("::UriSchemeFtps", |_| Ok(Value::from("ftps"))),
        ("::UriSchemeGopher", |_| Ok(Value::from("gopher"))),
        ("::UriSchemeHttp", |_| Ok(Value::from("http"))),
        ("::UriSchemeHttps", |_| Ok(Value::from("https"))),
        ("::UriSchemeMailto", |_| Ok(Value::from("mailto"))),
        ("::UriSchemeNetPipe", |_| Ok(Value::from("net.pipe"))),
        ("::UriSchemeNetTcp", |_| Ok(Value::from("net.tcp"))),
        ("::UriSchemeNews", |_| Ok(Value::from("news"))),
        ("::UriSchemeNntp", |_| Ok(Value::from("nntp"))),
        ("::UriSchemeSftp", |_| Ok(Value::from("sftp"))),
        ("::UriSchemeSsh", |_| Ok(Value::from("ssh"))),
        ("::UriSchemeTelnet", |_| Ok(Value::from("telnet"))),
        ("::UriSchemeWs", |_| Ok(Value::from("ws"))),
        ("::UriSchemeWss", |_| Ok(Value::from("wss"))),
        ("::IsHexDigit", |c| Ok(Value::Bool(c.char(0).is_ascii_hexdigit()))),
        ("::FromHex", |c| match c.char(0).to_digit(16) {
            Some(n) => Ok(Value::I32(n as i32)),
            None => fail::argument("Specified argument was out of the range of valid values.", "digit").throw(),
        }),
        ("::HexEscape", |c| match u8::try_from(c.unit(0)) {
            Ok(b) => Ok(Value::from(format!("%{b:02X}"))),
            Err(_) => fail::range("Specified argument was out of the range of valid values.", "character").throw(),
        }),
        ("::IsHexEncoding", |c| {
            let at = c.long(1).max(0) as usize;
            Ok(Value::Bool(hex_at(&c.str(0), at).is_some()))
        }),
        ("::HexUnescape", |c| {
            let (text, at) = (c.str(0), crate::members::note_or_null(c.ctx, &c.args[1].clone(), "Value")?);
            let at = at.as_i64().unwrap_or(0).max(0) as usize;
            let (ch, next) = match hex_at(&text, at) {
                Some(b) => (u16::from(b), at + 3),
                None => (text.unit_at(at).unwrap_or(0), at + 1),
            };
            c.set_ref(1, Value::I32(next as i32))?;
            Ok(Value::Char(ch))
        }),
        ("::CheckHostName", |c| {
            let text = c.str(0);
            let is_name = !text.is_empty()
                && text.split('.').all(|l| {
                    !l.is_empty() && l.len() < 64 && l.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
                });
            let n = if text.parse::<std::net::Ipv4Addr>().is_ok() {
                3
            } else if text.trim_matches(['[', ']']).parse::<std::net::Ipv6Addr>().is_ok() {
                4
            } else {
                i64::from(is_name) * 2
            };
            Ok(super::enumeration::make("System.UriHostNameType", n))
        }),
        ("::Compare", |c| {
            let text = |v: &Value| crate::types::state_of::<Parts>(v).map(|p| p.absolute()).unwrap_or_default();
            Ok(Value::I32(text(c.arg(0)).cmp(&text(c.arg(1))) as i32))
        }),
        ("GetComponents", |c| {
            let (wanted, p) = (c.long(0), c.with(|p: &mut Parts| p.clone())?);
            let mut out = String::new();
            let has = |bit: i64| wanted & bit != 0;
            if has(1) {
                out.push_str(&p.scheme);
                if has(2 | 4 | 8) {
                    out.push_str("://");
                }
            }
            if has(2) && !p.user.is_empty() {
                out.push_str(&p.user);
                if has(4) {
                    out.push('@');
                }
            }
            if has(4) {
                out.push_str(&p.host);
            }
            if has(128) || has(8) && p.port != default_port(&p.scheme) && p.port >= 0 {
                out.push_str(&if out.is_empty() { p.port.to_string() } else { format!(":{}", p.port) });
            }
            if has(16) {
                out.push_str(if out.is_empty() && !has(0x4000_0000) {
                    p.path.trim_start_matches('/')
                } else {
                    &p.path
                });
            }
            if has(32) {
                out.push_str(if out.is_empty() { p.query.trim_start_matches('?') } else { &p.query });
            }
            if has(64) {
                out.push_str(if out.is_empty() { p.fragment.trim_start_matches('#') } else { &p.fragment });
            }
            Ok(Value::from(if c.long(1) == 1 { out } else { decode(&out) }))
        }),
        ("IsBaseOf", |c| {
            let Some(other) = crate::types::state_of::<Parts>(c.arg(0)) else { return fail::null("uri").throw() };
            let own = c.with(|p: &mut Parts| p.clone())?;
            let folder = own.path.rfind('/').map_or("", |at| &own.path[..=at]);
            let same = own.scheme == other.scheme && own.host == other.host && own.port == other.port;
            Ok(Value::Bool(same && other.path.starts_with(folder)))
        }),
        ("IsWellFormedOriginalString", |c| {
            c.with(|p: &mut Parts| Value::Bool(is_escaped(&p.original) && !p.original.contains('\\')))
        }),
        ("MakeRelativeUri", |c| make_relative(c)),
        ("MakeRelative", |c| {
            let made = make_relative(c)?;
            let text = crate::types::state_of::<Parts>(&made).map(|p| p.text().unwrap_or_default());
            Ok(Value::from(text.unwrap_or_default()))
        }),
    ],
}];
