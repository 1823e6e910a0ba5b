//! The values of HTTP headers as objects (System.Net.Http.Headers): each is kept as the text that the header holds.

use crate::error::Result;
use crate::types::{Behaviour, Call, State, TypeDef, TypeRef, fail, hold, hold_named, state_of};
use crate::value::Value;

/// A header's value.
#[derive(Clone, PartialEq)]
pub struct HeaderValue(pub String);

impl State for HeaderValue {
    fn text(&self) -> Option<String> {
        Some(self.0.clone())
    }
    fn is_equal(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}

/// A value of one of these types, by the type's name without its namespace.
pub fn make(name: &str, text: &str) -> Value {
    hold_named(&format!("System.Net.Http.Headers.{name}"), HeaderValue(text.to_string()))
}

/// The text of a header's value, object or text.
pub fn text_of(value: &Value) -> String {
    match state_of::<HeaderValue>(value) {
        Some(held) => held.0,
        None => crate::convert::to_display(value),
    }
}

/// Whether a text is a token of HTTP (RFC 9110 5.6.2).
pub fn is_token(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_graphic() && !"()<>@,;:\\\"/[]?={}".contains(c))
}

/// A text as the value of a parameter: as it is where it is a token, else in quotation marks.
pub fn token(text: &str) -> String {
    if is_token(text) { text.to_string() } else { format!("\"{}\"", text.replace('"', "\\\"")) }
}

/// Head and parameters (`a/b; name=value`) of a value.
fn parts(text: &str) -> (String, Vec<(String, String)>) {
    let mut pieces = Vec::new();
    let (mut from, mut quoted) = (0, false);
    for (at, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            ';' if !quoted => {
                pieces.push(text[from..at].trim());
                from = at + 1;
            }
            _ => {}
        }
    }
    pieces.push(text[from..].trim());
    let head = pieces.remove(0).to_string();
    let parameters = pieces.iter().filter(|p| !p.is_empty()).map(|p| {
        let (name, value) = p.split_once('=').unwrap_or((p, ""));
        (name.trim().to_string(), value.trim().to_string())
    });
    (head, parameters.collect())
}

fn together(head: &str, parameters: &[(String, String)]) -> String {
    let mut text = head.to_string();
    for (name, value) in parameters {
        text.push_str(&if value.is_empty() { format!("; {name}") } else { format!("; {name}={value}") });
    }
    text
}

/// A parameter of a value, as it is written.
pub fn parameter(text: &str, name: &str) -> Option<String> {
    parts(text).1.into_iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v)
}

/// A value with a parameter set or, where there is no text for it, removed.
pub fn with_parameter(text: &str, name: &str, value: Option<String>) -> String {
    let (head, mut parameters) = parts(text);
    let place = parameters.iter().position(|(n, _)| n.eq_ignore_ascii_case(name));
    match (place, value) {
        (Some(at), Some(value)) => parameters[at].1 = value,
        (Some(at), None) => {
            parameters.remove(at);
        }
        (None, Some(value)) => parameters.push((name.to_string(), value)),
        (None, None) => {}
    }
    together(&head, &parameters)
}

fn own(c: &Call<'_>) -> Result<String> {
    c.with(|h: &mut HeaderValue| h.0.clone())
}

fn keep(c: &Call<'_>, text: String) -> Result {
    c.with(|h: &mut HeaderValue| h.0 = text)?;
    Ok(Value::Void)
}

/// The error of a text that is no value of its type.
pub fn malformed<T>(text: &str) -> Result<T> {
    fail::format(format!("The format of value '{text}' is invalid.")).throw()
}

fn empty<T>(parameter: &str) -> Result<T> {
    fail::argument("The value cannot be null or empty.", parameter).throw()
}

/// A parameter as it is meant: without quotation marks, and with the marks of its encoding taken off.
fn plain(text: Option<String>) -> Value {
    text.map_or(Value::Null, |t| Value::from(t.replace("\\\"", "\"")))
}

fn set_parameter(c: &mut Call<'_>, name: &str, value: Option<String>) -> Result {
    let text = with_parameter(&own(c)?, name, value);
    keep(c, text)
}

fn given(c: &Call<'_>) -> Option<String> {
    c.has(0).then(|| c.str(0).to_string())
}

/// Whether a text is a media type.
fn is_media(text: &str) -> bool {
    text.split_once('/').is_some_and(|(a, b)| is_token(a) && is_token(b))
}

/// A double as a quality is written.
fn quality(n: f64) -> String {
    let text = format!("{n:.3}");
    let short = text.trim_end_matches('0').trim_end_matches('.');
    if short.contains('.') { short.to_string() } else { format!("{short}.0") }
}

fn read_quality(c: &mut Call<'_>) -> Result {
    Ok(parameter(&own(c)?, "q").and_then(|q| q.parse().ok()).map_or(Value::Null, Value::F64))
}

/// Whether a text is a value of a type.
fn fits(ty: TypeRef, text: &str) -> bool {
    let (head, _) = parts(text);
    match ty.name_only() {
        "MediaTypeHeaderValue" | "MediaTypeWithQualityHeaderValue" => is_media(&head),
        "AuthenticationHeaderValue" => is_token(text.split(' ').next().unwrap_or_default()),
        "StringWithQualityHeaderValue" | "ContentDispositionHeaderValue" => is_token(&head),
        "ProductHeaderValue" => text.split('/').all(is_token) && text.matches('/').count() < 2,
        "ProductInfoHeaderValue" => text.starts_with('(') && text.ends_with(')') || text.split('/').all(is_token),
        "EntityTagHeaderValue" => {
            let tag = text.strip_prefix("W/").unwrap_or(text);
            tag == "*" || tag.len() > 1 && tag.starts_with('"') && tag.ends_with('"')
        }
        "NameValueHeaderValue" => is_token(text.split('=').next().unwrap_or_default().trim()),
        _ => !text.trim().is_empty(),
    }
}

fn parse(c: &mut Call<'_>) -> Result {
    let text = c.str(0);
    if text.is_empty() || !fits(c.ty, text.trim()) {
        return malformed(&text);
    }
    Ok(hold(c.ty, HeaderValue(text.trim().to_string())))
}

const SHARED: &[(&str, Behaviour)] = &[
    ("::Parse", |c| parse(c)),
    ("::TryParse", |c| {
        let made = parse(c).ok();
        let is_one = made.is_some();
        c.set_ref(1, made.unwrap_or_default())?;
        Ok(Value::Bool(is_one))
    }),
    ("Parameters", |c| {
        let rows = parts(&own(c)?).1;
        let items = rows.iter().map(|(n, v)| make("NameValueHeaderValue", &format!("{n}={v}"))).collect();
        let element = TypeRef::find("System.Net.Http.Headers.NameValueHeaderValue").unwrap_or(TypeRef::OBJECT);
        Ok(crate::types::collections::list::make("System.Collections.ObjectModel.Collection`1", element, items))
    }),
    ("Clone", |c| {
        let text = own(c)?;
        Ok(hold(c.ty, HeaderValue(text)))
    }),
];

const MEDIA: &[(&str, Behaviour)] = &[
    ("new", |c| {
        let mut text = c.str(0).to_string();
        if text.is_empty() {
            return empty("mediaType");
        }
        if !is_media(&text) {
            return malformed(&text);
        }
        match c.parameter_name(1) {
            "charSet" => text = format!("{text}; charset={}", c.str(1)),
            "quality" => text = format!("{text}; q={}", quality(c.float(1))),
            _ => {}
        }
        Ok(hold(c.ty, HeaderValue(text)))
    }),
    ("MediaType", |c| Ok(Value::from(parts(&own(c)?).0))),
    ("MediaType=", |c| {
        let text = c.str(0).to_string();
        if !is_media(&text) {
            return malformed(&text);
        }
        let whole = together(&text, &parts(&own(c)?).1);
        keep(c, whole)
    }),
    ("CharSet", |c| Ok(plain(parameter(&own(c)?, "charset")))),
    ("CharSet=", |c| set_parameter(c, "charset", given(c))),
    ("Quality", read_quality),
    ("Quality=", |c| {
        let value = c.has(0).then(|| quality(c.float(0)));
        set_parameter(c, "q", value)
    }),
];

const STRING: &[(&str, Behaviour)] = &[
    ("new", |c| {
        let mut text = c.str(0).to_string();
        if !is_token(&text) {
            return malformed(&text);
        }
        if c.count() > 1 {
            text = format!("{text}; q={}", quality(c.float(1)));
        }
        Ok(hold(c.ty, HeaderValue(text)))
    }),
    ("Value", |c| Ok(Value::from(parts(&own(c)?).0))),
    ("Quality", read_quality),
];

const AUTHENTICATION: &[(&str, Behaviour)] = &[
    ("new", |c| {
        let scheme = c.str(0);
        if scheme.is_empty() {
            return empty("scheme");
        }
        if !is_token(&scheme) {
            return malformed(&scheme);
        }
        let text = if c.has(1) { format!("{scheme} {}", c.str(1)) } else { scheme.to_string() };
        Ok(hold(c.ty, HeaderValue(text)))
    }),
    ("Scheme", |c| Ok(Value::from(own(c)?.split(' ').next().unwrap_or_default()))),
    ("Parameter", |c| Ok(own(c)?.split_once(' ').map_or(Value::Null, |(_, p)| Value::from(p.trim())))),
];

const PRODUCT: &[(&str, Behaviour)] = &[
    ("new", |c| {
        let (name, version) = (c.str(0), c.str(1));
        if !is_token(&name) {
            return malformed(&name);
        }
        let text = if version.is_empty() { name.to_string() } else { format!("{name}/{version}") };
        Ok(hold(c.ty, HeaderValue(text)))
    }),
    ("Name", |c| Ok(Value::from(own(c)?.split('/').next().unwrap_or_default()))),
    ("Version", |c| Ok(own(c)?.split_once('/').map_or(Value::Null, |(_, v)| Value::from(v)))),
];

const PRODUCT_INFO: &[(&str, Behaviour)] = &[
    ("new", |c| {
        let text = match c.parameter_name(0) {
            "productName" if c.count() > 1 && !c.str(1).is_empty() => format!("{}/{}", c.str(0), c.str(1)),
            "product" => text_of(c.arg(0)),
            _ => c.str(0).to_string(),
        };
        if !fits(c.ty, &text) {
            return malformed(&text);
        }
        Ok(hold(c.ty, HeaderValue(text)))
    }),
    ("Product", |c| {
        let text = own(c)?;
        Ok(if text.starts_with('(') { Value::Null } else { make("ProductHeaderValue", &text) })
    }),
    ("Comment", |c| {
        let text = own(c)?;
        Ok(if text.starts_with('(') { Value::from(text) } else { Value::Null })
    }),
];

/// The name of a file as a header may carry it: letters beyond ASCII go as an encoded word.
fn encoded(text: &str) -> String {
    if text.is_ascii() {
        return token(text);
    }
    use base64::Engine;
    format!("\"=?utf-8?B?{}?=\"", base64::engine::general_purpose::STANDARD.encode(text))
}

/// The extended form of a parameter (RFC 5987).
fn extended(text: &str) -> String {
    let mut out = String::from("utf-8''");
    for b in text.bytes() {
        if b.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&b) {
            out.push(char::from(b));
        } else {
            out.push_str(&format!("%{b:02X}"));
        }
    }
    out
}

/// `Content-Disposition` of a part of a form.
pub fn disposition(name: Option<&str>, file: Option<&str>) -> String {
    let mut text = String::from("form-data");
    if let Some(name) = name {
        text.push_str(&format!("; name={}", encoded(name)));
    }
    if let Some(file) = file {
        text.push_str(&format!("; filename={}; filename*={}", encoded(file), extended(file)));
    }
    text
}

const DISPOSITION: &[(&str, Behaviour)] = &[
    ("new", |c| {
        let text = c.str(0).to_string();
        if !is_token(&text) {
            return malformed(&text);
        }
        Ok(hold(c.ty, HeaderValue(text)))
    }),
    ("DispositionType", |c| Ok(Value::from(parts(&own(c)?).0))),
    ("DispositionType=", |c| {
        let whole = together(&c.str(0), &parts(&own(c)?).1);
        keep(c, whole)
    }),
    ("Name", |c| Ok(plain(parameter(&own(c)?, "name")))),
    ("Name=", |c| set_parameter(c, "name", given(c).map(|t| written(&t)))),
    ("FileName", |c| Ok(plain(parameter(&own(c)?, "filename")))),
    ("FileName=", |c| set_parameter(c, "filename", given(c).map(|t| written(&t)))),
    ("FileNameStar", |c| {
        let text = parameter(&own(c)?, "filename*");
        let plain = text.and_then(|t| t.split("''").nth(1).map(crate::types::system::uri::decode));
        Ok(plain.map_or(Value::Null, Value::from))
    }),
    ("FileNameStar=", |c| set_parameter(c, "filename*", given(c).map(|t| extended(&t)))),
    ("Size", |c| Ok(parameter(&own(c)?, "size").and_then(|s| s.parse().ok()).map_or(Value::Null, Value::I64))),
    ("Size=", |c| {
        let value = c.has(0).then(|| c.long(0).to_string());
        set_parameter(c, "size", value)
    }),
];

/// A parameter's text as it is set: quotation marks that the caller wrote stay.
fn written(text: &str) -> String {
    if text.len() > 1 && text.starts_with('"') && text.ends_with('"') { text.to_string() } else { encoded(text) }
}

const TAG: &[(&str, Behaviour)] = &[
    ("new", |c| {
        let text = c.str(0).to_string();
        if !fits(c.ty, &text) {
            return malformed(&text);
        }
        let is_weak = c.count() > 1 && c.bool(1);
        Ok(hold(c.ty, HeaderValue(if is_weak { format!("W/{text}") } else { text })))
    }),
    ("Tag", |c| Ok(Value::from(own(c)?.trim_start_matches("W/")))),
    ("IsWeak", |c| Ok(Value::Bool(own(c)?.starts_with("W/")))),
    ("::Any", |_| Ok(make("EntityTagHeaderValue", "*"))),
];

const NAMED: &[(&str, Behaviour)] = &[
    ("new", |c| {
        let name = c.str(0);
        if !is_token(&name) {
            return malformed(&name);
        }
        let text = if c.has(1) { format!("{name}={}", c.str(1)) } else { name.to_string() };
        Ok(hold(c.ty, HeaderValue(text)))
    }),
    ("Name", |c| Ok(Value::from(own(c)?.split('=').next().unwrap_or_default()))),
    ("Value", |c| Ok(own(c)?.split_once('=').map_or(Value::Null, |(_, v)| Value::from(v)))),
    ("Value=", |c| {
        let text = own(c)?;
        let name = text.split('=').next().unwrap_or_default();
        let text = if c.has(0) { format!("{name}={}", c.str(0)) } else { name.to_string() };
        keep(c, text)
    }),
];

const RANGE: &[(&str, Behaviour)] = &[
    ("new", |c| {
        let end = |at: usize| if c.has(at) { c.long(at).to_string() } else { String::new() };
        let text = if c.count() == 2 { format!("bytes={}-{}", end(0), end(1)) } else { "bytes=".to_string() };
        Ok(hold(c.ty, HeaderValue(text)))
    }),
    ("Unit", |c| Ok(Value::from(own(c)?.split('=').next().unwrap_or_default()))),
];

/// `Retry-After`: seconds or a date.
const RETRY: &[(&str, Behaviour)] = &[
    ("new", |c| {
        let text = match c.arg(0).base() {
            Value::TimeSpan(ticks) => (ticks / 10_000_000).to_string(),
            _ => {
                let given = c.arg(0).clone();
                super::headers::date_text(c.ctx, &given)?
            }
        };
        Ok(hold(c.ty, HeaderValue(text)))
    }),
    ("Delta", |c| Ok(own(c)?.parse::<i64>().map_or(Value::Null, |s| Value::TimeSpan(s * 10_000_000)))),
    ("Date", |c| {
        let text = own(c)?;
        if text.parse::<i64>().is_ok() { Ok(Value::Null) } else { super::headers::date_value(c.ctx, &text) }
    }),
];

fn has_directive(c: &mut Call<'_>, name: &str) -> Result {
    Ok(Value::Bool(own(c)?.split(',').any(|p| p.trim().eq_ignore_ascii_case(name))))
}

fn set_directive(c: &mut Call<'_>, name: &str, value: Option<String>) -> Result {
    let text = own(c)?;
    let mut rows: Vec<String> = text
        .split(',')
        .map(|p| p.trim().to_string())
        .filter(|p| !p.is_empty() && !p.split('=').next().unwrap_or_default().eq_ignore_ascii_case(name))
        .collect();
    rows.extend(value);
    keep(c, rows.join(", "))
}

fn set_flag(c: &mut Call<'_>, name: &str) -> Result {
    let value = c.bool(0).then(|| name.to_string());
    set_directive(c, name, value)
}

const CACHE: &[(&str, Behaviour)] = &[
    ("new", |c| Ok(hold(c.ty, HeaderValue(String::new())))),
    ("NoCache", |c| has_directive(c, "no-cache")),
    ("NoCache=", |c| set_flag(c, "no-cache")),
    ("NoStore", |c| has_directive(c, "no-store")),
    ("NoStore=", |c| set_flag(c, "no-store")),
    ("MustRevalidate", |c| has_directive(c, "must-revalidate")),
    ("MustRevalidate=", |c| set_flag(c, "must-revalidate")),
    ("Private", |c| has_directive(c, "private")),
    ("Private=", |c| set_flag(c, "private")),
    ("Public", |c| has_directive(c, "public")),
    ("Public=", |c| set_flag(c, "public")),
    ("MaxAge", |c| {
        let text = own(c)?;
        let found = text.split(',').find_map(|p| p.trim().strip_prefix("max-age=")?.parse::<i64>().ok());
        Ok(found.map_or(Value::Null, |s| Value::TimeSpan(s * 10_000_000)))
    }),
    ("MaxAge=", |c| {
        let value = c.has(0).then(|| format!("max-age={}", c.long(0) / 10_000_000));
        set_directive(c, "max-age", value)
    }),
];

const fn def(name: &'static str, members: &'static [(&'static str, Behaviour)]) -> TypeDef {
    TypeDef { name, like: &["System.Net.Http.Headers.HeaderValue"], members }
}

pub static TYPES: &[TypeDef] = &[
    TypeDef { name: "System.Net.Http.Headers.HeaderValue", like: &[], members: SHARED },
    def("System.Net.Http.Headers.MediaTypeHeaderValue", MEDIA),
    def("System.Net.Http.Headers.MediaTypeWithQualityHeaderValue", MEDIA),
    def("System.Net.Http.Headers.StringWithQualityHeaderValue", STRING),
    def("System.Net.Http.Headers.AuthenticationHeaderValue", AUTHENTICATION),
    def("System.Net.Http.Headers.ProductHeaderValue", PRODUCT),
    def("System.Net.Http.Headers.ProductInfoHeaderValue", PRODUCT_INFO),
    def("System.Net.Http.Headers.ContentDispositionHeaderValue", DISPOSITION),
    def("System.Net.Http.Headers.EntityTagHeaderValue", TAG),
    def("System.Net.Http.Headers.NameValueHeaderValue", NAMED),
    def("System.Net.Http.Headers.RangeHeaderValue", RANGE),
    def("System.Net.Http.Headers.RetryConditionHeaderValue", RETRY),
    def("System.Net.Http.Headers.CacheControlHeaderValue", CACHE),
];
