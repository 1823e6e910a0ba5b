//! System.Net.Http.HttpContent and its kinds: text, bytes, streams, forms, forms of several parts.

use super::header_value::{disposition, parameter, text_of};
use super::headers::{self, Headers, Owner};
use crate::context::Context;
use crate::encoding::Encoding;
use crate::error::Result;
use crate::types::io::stream;
use crate::types::text::encoding::encoding_of;
use crate::types::threading::task;
use crate::types::{Behaviour, Call, Held, State, TypeDef, TypeRef, fail, hold, hold_named};
use crate::value::Value;

/// What a content is made of.
#[derive(Clone)]
enum Body {
    Bytes(Vec<u8>),
    Stream(Value),
    Parts { boundary: String, parts: Vec<Value> },
}

/// A content and its headers.
#[derive(Clone)]
pub struct Content {
    body: Body,
    headers: Value,
    is_disposed: bool,
}

impl State for Content {
    const IS_ENUMERABLE: bool = false;

    fn items(&self) -> Vec<Value> {
        match &self.body {
            Body::Parts { parts, .. } => parts.clone(),
            _ => Vec::new(),
        }
    }
}

fn content(ty: TypeRef, body: Body, content_type: Option<String>) -> Value {
    let mut headers = Headers::new(Owner::Content);
    headers.set("Content-Type", content_type);
    if let Body::Bytes(bytes) = &body {
        headers.length = Some(bytes.len() as i64);
    }
    hold(ty, Content { body, headers: headers.value(), is_disposed: false })
}

/// The content of an answer.
pub fn of_answer(bytes: Vec<u8>, rows: &[(String, String)]) -> Value {
    let mut headers = Headers::new(Owner::Content);
    headers.length = Some(bytes.len() as i64);
    for (name, value) in rows.iter().filter(|(name, _)| headers::is_of_content(name)) {
        headers.add(name, value.clone());
    }
    let ty = TypeRef::find("System.Net.Http.HttpConnectionResponseContent").unwrap_or(TypeRef::OBJECT);
    hold(ty, Content { body: Body::Bytes(bytes), headers: headers.value(), is_disposed: false })
}

/// The headers of a content value, one line each.
pub fn header_lines(value: &Value) -> Vec<(String, String)> {
    let content = crate::types::state_of::<Content>(value);
    content.and_then(|c| headers::with(&c.headers, |h| h.lines())).unwrap_or_default()
}

/// The bytes of a content value; none where it is no content.
pub fn bytes_of(value: &Value) -> Option<Result<Vec<u8>>> {
    crate::types::state_of::<Content>(value).map(|c| bytes(&c))
}

fn bytes(content: &Content) -> Result<Vec<u8>> {
    if content.is_disposed {
        let text = "Cannot access a disposed object.\nObject name: 'System.Net.Http.HttpContent'.";
        return fail::named("System.ObjectDisposedException", text).throw();
    }
    match &content.body {
        Body::Bytes(bytes) => Ok(bytes.clone()),
        Body::Stream(value) => stream::with(value, |s| s.read(usize::MAX >> 1))?,
        Body::Parts { boundary, parts } => {
            let mut out = Vec::new();
            for (at, part) in parts.iter().enumerate() {
                let start = if at == 0 { "" } else { "\r\n" };
                out.extend_from_slice(format!("{start}--{boundary}\r\n").as_bytes());
                for (name, value) in header_lines(part) {
                    out.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
                }
                out.extend_from_slice(b"\r\n");
                if let Some(inner) = bytes_of(part) {
                    out.extend_from_slice(&inner?);
                }
            }
            if parts.is_empty() {
                out.extend_from_slice(format!("--{boundary}\r\n").as_bytes());
            }
            out.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
            Ok(out)
        }
    }
}

/// The text of a content: by its charset, a byte order mark, or UTF-8.
fn text(c: &Call<'_>) -> Result<String> {
    let content = c.with(|h: &mut Content| h.clone())?;
    let bytes = bytes(&content)?;
    let kind = headers::with(&content.headers, |h| h.get("Content-Type").map(|v| v.join(", "))).flatten();
    let charset = kind.and_then(|k| parameter(&k, "charset")).map(|c| c.trim_matches('"').to_string());
    let named = match charset {
        Some(name) => match Encoding::by_name(&name) {
            Ok(encoding) => Some(encoding),
            Err(_) => {
                let why = "The character set provided in ContentType is invalid. Cannot read content as string using an invalid character set.";
                return fail::invalid(why).throw();
            }
        },
        None => None,
    };
    let (found, skip) = match Encoding::detect(&bytes) {
        Some((found, skip)) if named.as_ref().is_none_or(|n| n.code_page == found.code_page) => (found, skip),
        other => (named.or(other.map(|o| o.0)).unwrap_or_else(|| Encoding::utf8(false)), 0),
    };
    Ok(found.decode(&bytes[skip..]).into_owned())
}

/// The bytes once; a stream that was read is kept as its bytes.
fn loaded(c: &Call<'_>) -> Result<Vec<u8>> {
    let content = c.with(|h: &mut Content| h.clone())?;
    let bytes = bytes(&content)?;
    if matches!(content.body, Body::Stream(_)) {
        let kept = bytes.clone();
        c.with(|h: &mut Content| h.body = Body::Bytes(kept))?;
    }
    Ok(bytes)
}

fn memory(bytes: Vec<u8>) -> Value {
    hold_named("System.IO.MemoryStream", stream::Stream::Memory { bytes, at: 0, writes: false })
}

const CONTENT: &[(&str, Behaviour)] = &[
    ("Headers", |c| c.with(|h: &mut Content| h.headers.clone())),
    ("ReadAsStringAsync", |c| {
        loaded(c)?;
        let outcome = text(c).map(Value::from);
        task::from_result(TypeRef::STRING, outcome)
    }),
    ("ReadAsByteArrayAsync", |c| {
        let outcome = loaded(c).map(|b| Value::bytes(&b));
        task::from_result(TypeRef::BYTE.array_of(1), outcome)
    }),
    ("ReadAsStream", |c| Ok(memory(loaded(c)?))),
    ("ReadAsStreamAsync", |c| {
        let outcome = loaded(c).map(memory);
        task::from_result(TypeRef::find("System.IO.Stream").unwrap_or(TypeRef::OBJECT), outcome)
    }),
    ("CopyTo", |c| {
        let bytes = loaded(c)?;
        stream::with(c.arg(0), |s| s.write(&bytes))??;
        Ok(Value::Void)
    }),
    ("LoadIntoBufferAsync", |c| {
        let outcome = loaded(c).map(|_| Value::Null);
        task::from_result(TypeRef::VOID, outcome)
    }),
    ("Dispose", |c| {
        c.with(|h: &mut Content| h.is_disposed = true)?;
        Ok(Value::Void)
    }),
];

/// A text as a form carries it.
fn form(text: &str) -> String {
    let mut out = String::new();
    for b in text.bytes() {
        match b {
            b if b.is_ascii_alphanumeric() || b"-_.~".contains(&b) => out.push(char::from(b)),
            b' ' => out.push('+'),
            b => out.push_str(&format!("%{b:02X}")),
        }
    }
    out
}

/// The pairs of a sequence as a form.
fn pairs(ctx: &mut dyn Context, items: &[Value]) -> Result<String> {
    let mut parts = Vec::new();
    for item in items {
        let mut side = |name: &str| -> Result<String> {
            let value = crate::members::get(ctx, item, name)?.unwrap_or_default();
            Ok(form(&crate::convert::to_display(&value)))
        };
        parts.push(format!("{}={}", side("Key")?, side("Value")?));
    }
    Ok(parts.join("&"))
}

const STRING: &[(&str, Behaviour)] = &[("new", |c| {
    let text = c.need_str(0)?;
    let encoding = c.named("encoding").and_then(|e| encoding_of(&e)).unwrap_or_else(|| Encoding::utf8(false));
    let charset = if encoding.code_page == 65001 { "utf-8".to_string() } else { encoding.web_name.to_string() };
    let kind = match c.named("mediaType") {
        Some(kind) if kind.as_str().is_none() => {
            let given = text_of(&kind);
            let named = parameter(&given, "charset").and_then(|n| Encoding::by_name(n.trim_matches('"')).ok());
            let bytes = named.filter(|_| c.named("encoding").is_none()).unwrap_or(encoding).encode(&text);
            return Ok(content(c.ty, Body::Bytes(bytes), Some(given)));
        }
        Some(kind) => crate::convert::to_display(&kind),
        None => "text/plain".to_string(),
    };
    Ok(content(c.ty, Body::Bytes(encoding.encode(&text)), Some(format!("{kind}; charset={charset}"))))
})];

fn add_part(c: &mut Call<'_>) -> Result {
    let part = c.arg(0).clone();
    let Some(inner) = crate::types::state_of::<Content>(&part) else { return fail::null("content").throw() };
    let (name, file) = (c.named("name"), c.named("fileName"));
    let shown = |v: &Option<Value>| v.as_ref().map(crate::convert::to_display);
    for (given, what) in [(c.place("name"), "name"), (c.place("fileName"), "fileName")] {
        if given.is_some_and(|at| c.str(at).trim().is_empty()) {
            return fail::argument("The value cannot be null or empty.", what).throw();
        }
    }
    let is_form = c.ty.name().ends_with("MultipartFormDataContent");
    headers::with(&inner.headers, |h| {
        if is_form && h.get("Content-Disposition").is_none() {
            h.set("Content-Disposition", Some(disposition(shown(&name).as_deref(), shown(&file).as_deref())));
        }
    });
    c.with(|h: &mut Content| {
        if let Body::Parts { parts, .. } = &mut h.body {
            parts.push(part.clone());
        }
    })?;
    Ok(Value::Void)
}

fn multipart(c: &mut Call<'_>, subtype: &str, boundary: String) -> Result {
    let is_good = boundary.len() <= 70
        && !boundary.ends_with(' ')
        && boundary.chars().all(|ch| ch.is_ascii_alphanumeric() || "'()+_,-./:=? ".contains(ch));
    if boundary.trim().is_empty() {
        return fail::argument("The value cannot be null or empty.", "boundary").throw();
    }
    if !is_good {
        return fail::argument(format!("The format of value '{boundary}' is invalid."), "boundary").throw();
    }
    let kind = format!("multipart/{subtype}; boundary=\"{boundary}\"");
    Ok(content(c.ty, Body::Parts { boundary, parts: Vec::new() }, Some(kind)))
}

fn fresh() -> String {
    uuid::Uuid::new_v4().to_string()
}

const FORM_DATA: &[(&str, Behaviour)] = &[
    ("new", |c| {
        let boundary = if c.count() > 0 { c.str(0).to_string() } else { fresh() };
        multipart(c, "form-data", boundary)
    }),
    ("Add", add_part),
    ("GetEnumerator", parts),
    ("HeaderEncodingSelector", |_| Ok(Value::Null)),
];

const MULTIPART: &[(&str, Behaviour)] = &[
    ("new", |c| {
        let subtype = if c.count() > 0 { c.str(0).to_string() } else { "mixed".to_string() };
        if !super::header_value::is_token(&subtype) {
            return fail::argument("The value cannot be null or empty.", "subtype").throw();
        }
        let boundary = if c.count() > 1 { c.str(1).to_string() } else { fresh() };
        multipart(c, &subtype, boundary)
    }),
    ("Add", add_part),
    ("GetEnumerator", parts),
];

fn parts(c: &mut Call<'_>) -> Result {
    let items = c.with(|h: &mut Content| h.items())?;
    Ok(crate::types::collections::enumerator::over("System.ArrayEnumerator", items))
}

pub static TYPES: &[TypeDef] = &[
    TypeDef { name: "System.Net.Http.HttpContent", like: &[], members: CONTENT },
    TypeDef { name: "System.Net.Http.StringContent", like: &[], members: STRING },
    TypeDef {
        name: "System.Net.Http.ByteArrayContent",
        like: &[],
        members: &[("new", |c| {
            if !c.has(0) {
                return fail::null("content").throw();
            }
            let all = c.bytes(0);
            let bytes = if c.count() == 3 {
                let (from, count) = (c.long(1), c.long(2));
                let part = usize::try_from(from).ok().and_then(|from| all.get(from..));
                match part.and_then(|p| p.get(..usize::try_from(count).ok()?)) {
                    Some(part) => part.to_vec(),
                    None => {
                        let name = if from < 0 || from as usize > all.len() { "offset" } else { "count" };
                        let text = "Specified argument was out of the range of valid values.";
                        return fail::range(text, name).throw();
                    }
                }
            } else {
                all
            };
            Ok(content(c.ty, Body::Bytes(bytes), None))
        })],
    },
    TypeDef {
        name: "System.Net.Http.StreamContent",
        like: &[],
        members: &[("new", |c| {
            let given = c.arg(0).clone();
            if given.as_foreign::<Held<stream::Stream>>().is_none() {
                return fail::null("content").throw();
            }
            Ok(content(c.ty, Body::Stream(given), None))
        })],
    },
    TypeDef {
        name: "System.Net.Http.FormUrlEncodedContent",
        like: &[],
        members: &[("new", |c| {
            if !c.has(0) {
                return fail::null("nameValueCollection").throw();
            }
            let items = c.sequence(0)?;
            let text = pairs(c.ctx, &items)?;
            Ok(content(c.ty, Body::Bytes(text.into_bytes()), Some("application/x-www-form-urlencoded".into())))
        })],
    },
    TypeDef { name: "System.Net.Http.MultipartContent", like: &[], members: MULTIPART },
    TypeDef { name: "System.Net.Http.MultipartFormDataContent", like: &[], members: FORM_DATA },
];
