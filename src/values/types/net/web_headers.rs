//! System.Net.WebHeaderCollection: the headers of WebClient and HttpWebRequest.

use crate::error::Result;
use crate::types::collections::name_values::Names;
use crate::types::{Behaviour, Call, Held, State as _, TypeDef, TypeRef, fail, hold, hold_named};
use crate::value::Value;

/// A collection of headers.
pub fn make(rows: &[(String, String)]) -> Value {
    hold_named("System.Net.WebHeaderCollection", Names::of_headers(rows))
}

/// Runs code on the headers behind a value.
pub fn with<R>(value: &Value, f: impl FnOnce(&mut Names) -> R) -> Option<R> {
    value.as_foreign::<Held<Names>>().map(|held| f(&mut held.lock()))
}

/// The name that a header has in a message: a text, or a value of HttpRequestHeader or HttpResponseHeader.
fn name(c: &Call<'_>, at: usize) -> Option<String> {
    let Value::Enum(..) = c.arg(at).base() else { return c.has(at).then(|| c.str(at).trim().to_string()) };
    let plain = crate::convert::to_display(c.arg(at));
    Some(match plain.as_str() {
        "ContentMd5" => "Content-MD5".to_string(),
        "Te" => "TE".to_string(),
        "ETag" => "ETag".to_string(),
        "WwwAuthenticate" => "WWW-Authenticate".to_string(),
        words => {
            let mut out = String::new();
            for (at, ch) in words.char_indices() {
                if at > 0 && ch.is_ascii_uppercase() {
                    out.push('-');
                }
                out.push(ch);
            }
            out
        }
    })
}

fn good_name(c: &Call<'_>, at: usize) -> Result<String> {
    let parameter = if c.parameter_name(at).is_empty() { "name" } else { c.parameter_name(at) };
    match name(c, at).filter(|n| !n.is_empty()) {
        None => fail::null(parameter).throw(),
        Some(name) if !super::header_value::is_token(&name) => {
            fail::argument("Specified value has invalid HTTP Header characters.", parameter).throw()
        }
        Some(name) => Ok(name),
    }
}

fn good_value(c: &Call<'_>, at: usize) -> Result<String> {
    let value = c.str(at).trim().to_string();
    if value.contains(['\r', '\n', '\0']) {
        return fail::argument("Specified value has invalid CRLF characters.", "value").throw();
    }
    Ok(value)
}

fn put(c: &mut Call<'_>) -> Result {
    let (name, value) = (good_name(c, 0)?, good_value(c, 1)?);
    c.with(|n: &mut Names| n.put(&name, Some(value)))?;
    Ok(Value::Void)
}

fn value(c: &mut Call<'_>) -> Result {
    if matches!(c.arg(0).base(), Value::I32(_)) {
        let at = c.long(0);
        let found = c.with(|n: &mut Names| usize::try_from(at).ok().and_then(|at| n.pairs().get(at).cloned()))?;
        return match found {
            Some((_, value)) => Ok(Value::from(value)),
            None => fail::index().throw(),
        };
    }
    let name = name(c, 0).unwrap_or_default();
    Ok(c.with(|n: &mut Names| n.text_of(&name))?.into())
}

const MEMBERS: &[(&str, Behaviour)] = &[
    ("new", |c| Ok(hold(c.ty, Names::of_headers(&[])))),
    ("Add", |c| {
        if c.count() == 1 && c.arg(0).as_foreign::<Held<Names>>().is_some() {
            let more = with(c.arg(0), |n| n.pairs()).unwrap_or_default();
            c.with(|n: &mut Names| more.into_iter().for_each(|(name, value)| n.add(Some(name), Some(value))))?;
            return Ok(Value::Void);
        }
        if c.count() == 1 {
            let line = c.need_str(0)?.to_string();
            let Some((name, value)) = line.split_once(':') else {
                let text = "Specified value does not have a ':' separator.";
                return fail::argument(text, "header").throw();
            };
            let (name, value) = (name.trim().to_string(), value.trim().to_string());
            c.with(|n: &mut Names| n.add(Some(name), Some(value)))?;
            return Ok(Value::Void);
        }
        let (name, value) = (good_name(c, 0)?, good_value(c, 1)?);
        c.with(|n: &mut Names| n.add(Some(name), Some(value)))?;
        Ok(Value::Void)
    }),
    ("Set", put),
    ("[]=", put),
    ("[]", value),
    ("Get", value),
    ("Remove", |c| {
        let name = good_name(c, 0)?;
        c.with(|n: &mut Names| n.put(&name, None))?;
        Ok(Value::Void)
    }),
    ("GetValues", |c| {
        let found = match c.arg(0).base() {
            Value::I32(at) => {
                let at = *at;
                c.with(|n: &mut Names| usize::try_from(at).ok().and_then(|at| n.pairs().get(at).cloned()))?.map(|p| p.1)
            }
            _ => {
                let name = name(c, 0).unwrap_or_default();
                c.with(|n: &mut Names| n.text_of(&name))?
            }
        };
        let split = |text: String| text.split(',').map(|t| Value::from(t.trim())).collect();
        Ok(found.map_or(Value::Null, |text| Value::typed_array(TypeRef::STRING, split(text))))
    }),
    ("ToByteArray", |c| {
        let text = c.with(|n: &mut Names| n.text().unwrap_or_default())?;
        Ok(Value::bytes(text.as_bytes()))
    }),
    ("::IsRestricted", |c| {
        let name = c.str(0).to_ascii_lowercase();
        let restricted = [
            "accept",
            "connection",
            "content-length",
            "content-type",
            "date",
            "expect",
            "host",
            "if-modified-since",
            "proxy-connection",
            "range",
            "referer",
            "transfer-encoding",
            "user-agent",
        ];
        Ok(Value::Bool(restricted.contains(&name.as_str())))
    }),
];

pub static TYPES: &[TypeDef] = &[TypeDef { name: "System.Net.WebHeaderCollection", like: &[], members: MEMBERS }];
