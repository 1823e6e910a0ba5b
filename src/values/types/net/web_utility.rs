//! WebUtility, HttpUtility and SecurityElement: texts escaped for HTML, URLs, scripts and XML.

use crate::error::Result;
use crate::types::{Behaviour, Call, TypeDef, TypeRef};
use crate::value::Value;

/// HTML with its special characters and everything from U+00A0 to U+00FF and beyond the basic plane as references.
fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for ch in text.chars() {
        match ch {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '&' => out.push_str("&amp;"),
            '\u{A0}'..='\u{FF}' | '\u{10000}'.. => out.push_str(&format!("&#{};", ch as u32)),
            other => out.push(other),
        }
    }
    out
}

/// The character of a named reference.
fn entity(name: &str) -> Option<char> {
    const LATIN: &[&str] = &[
        "nbsp", "iexcl", "cent", "pound", "curren", "yen", "brvbar", "sect", "uml", "copy", "ordf", "laquo", "not",
        "shy", "reg", "macr", "deg", "plusmn", "sup2", "sup3", "acute", "micro", "para", "middot", "cedil", "sup1",
        "ordm", "raquo", "frac14", "frac12", "frac34", "iquest", "Agrave", "Aacute", "Acirc", "Atilde", "Auml",
        "Aring", "AElig", "Ccedil", "Egrave", "Eacute", "Ecirc", "Euml", "Igrave", "Iacute", "Icirc", "Iuml", "ETH",
        "Ntilde", "Ograve", "Oacute", "Ocirc", "Otilde", "Ouml", "times", "Oslash", "Ugrave", "Uacute", "Ucirc",
        "Uuml", "Yacute", "THORN", "szlig", "agrave", "aacute", "acirc", "atilde", "auml", "aring", "aelig", "ccedil",
        "egrave", "eacute", "ecirc", "euml", "igrave", "iacute", "icirc", "iuml", "eth", "ntilde", "ograve", "oacute",
        "ocirc", "otilde", "ouml", "divide", "oslash", "ugrave", "uacute", "ucirc", "uuml", "yacute", "thorn", "yuml",
    ];
    if let Some(at) = LATIN.iter().position(|n| *n == name) {
        return char::from_u32(0xA0 + at as u32);
    }
    Some(match name {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        "apos" => '\'',
        "OElig" => 'Œ',
        "oelig" => 'œ',
        "Scaron" => 'Š',
        "scaron" => 'š',
        "Yuml" => 'Ÿ',
        "circ" => 'ˆ',
        "tilde" => '˜',
        "ensp" => '\u{2002}',
        "emsp" => '\u{2003}',
        "thinsp" => '\u{2009}',
        "ndash" => '–',
        "mdash" => '—',
        "lsquo" => '‘',
        "rsquo" => '’',
        "sbquo" => '‚',
        "ldquo" => '“',
        "rdquo" => '”',
        "bdquo" => '„',
        "dagger" => '†',
        "Dagger" => '‡',
        "bull" => '•',
        "hellip" => '…',
        "permil" => '‰',
        "lsaquo" => '‹',
        "rsaquo" => '›',
        "euro" => '€',
        "trade" => '™',
        "larr" => '←',
        "uarr" => '↑',
        "rarr" => '→',
        "darr" => '↓',
        "harr" => '↔',
        "minus" => '−',
        "le" => '≤',
        "ge" => '≥',
        "ne" => '≠',
        "infin" => '∞',
        _ => return None,
    })
}

/// HTML with its references read.
fn from_html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest[1..].find([';', '&']).map(|e| e + 1);
        let found = end.filter(|e| rest.as_bytes()[*e] == b';').and_then(|e| {
            let name = &rest[1..e];
            let ch = match name.strip_prefix('#') {
                Some(number) => {
                    let code = match number.strip_prefix(['x', 'X']) {
                        Some(hex) => u32::from_str_radix(hex, 16).ok(),
                        None => number.parse().ok(),
                    };
                    code.and_then(char::from_u32)
                }
                None => entity(name),
            };
            ch.map(|ch| (ch, e + 1))
        });
        match found {
            Some((ch, used)) => {
                out.push(ch);
                rest = &rest[used..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// Bytes as a form sends them; hexadecimal digits are upper case for WebUtility, lower case for HttpUtility.
fn url(bytes: &[u8], is_upper: bool) -> String {
    let mut out = String::with_capacity(bytes.len());
    for b in bytes {
        match b {
            b' ' => out.push('+'),
            b if b.is_ascii_alphanumeric() || b"-_.!*()".contains(b) => out.push(char::from(*b)),
            b if is_upper => out.push_str(&format!("%{b:02X}")),
            b => out.push_str(&format!("%{b:02x}")),
        }
    }
    out
}

fn from_url(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        let hex = text.get(at + 1..at + 3).filter(|_| text[at] == b'%');
        let byte = hex.and_then(|h| std::str::from_utf8(h).ok()).and_then(|h| u8::from_str_radix(h, 16).ok());
        match (byte, text[at]) {
            (Some(byte), _) => {
                out.push(byte);
                at += 2;
            }
            (None, b'+') => out.push(b' '),
            (None, other) => out.push(other),
        }
        at += 1;
    }
    out
}

fn mapped(c: &Call<'_>, f: impl Fn(&str) -> String) -> Result {
    Ok(if c.has(0) { Value::from(f(&c.str(0))) } else { Value::Null })
}

/// Writes a result to the TextWriter argument where the overload has one.
fn written(c: &mut Call<'_>, f: impl Fn(&str) -> String) -> Result {
    let made = mapped(c, f)?;
    if c.count() == 2 {
        let writer = c.arg(1).clone();
        crate::members::call(c.ctx, &writer, "Write", &[made])?;
        return Ok(Value::Void);
    }
    Ok(made)
}

fn window(c: &Call<'_>) -> Vec<u8> {
    let bytes = match c.arg(0).base() {
        Value::Str(s) => s.as_bytes().to_vec(),
        _ => c.bytes(0),
    };
    match (c.named_int("offset"), c.named_int("count")) {
        (Some(from), Some(count)) => bytes.into_iter().skip(from.max(0) as usize).take(count.max(0) as usize).collect(),
        _ => bytes,
    }
}

fn is_web(c: &Call<'_>) -> bool {
    c.ty.name() == "System.Net.WebUtility"
}

const MEMBERS: &[(&str, Behaviour)] = &[
    ("::HtmlEncode", |c| written(c, html)),
    ("::HtmlDecode", |c| written(c, from_html)),
    ("::HtmlAttributeEncode", |c| {
        written(c, |t| t.replace('&', "&amp;").replace('"', "&quot;").replace('\'', "&#39;").replace('<', "&lt;"))
    }),
    ("::UrlEncode", |c| {
        let bytes = window(c);
        let upper = is_web(c);
        Ok(if c.has(0) { Value::from(url(&bytes, upper)) } else { Value::Null })
    }),
    ("::UrlDecode", |c| {
        let bytes = window(c);
        Ok(if c.has(0) { Value::from(String::from_utf8_lossy(&from_url(&bytes)).into_owned()) } else { Value::Null })
    }),
    ("::UrlEncodeToBytes", |c| Ok(Value::bytes(url(&window(c), is_web(c)).as_bytes()))),
    ("::UrlDecodeToBytes", |c| Ok(Value::bytes(&from_url(&window(c))))),
    ("::UrlEncodeUnicode", |c| mapped(c, unicode)),
    ("::UrlEncodeUnicodeToBytes", |c| Ok(Value::bytes(unicode(&c.str(0)).as_bytes()))),
    ("::UrlPathEncode", |c| {
        mapped(c, |text| {
            let (path, query) = text.find('?').map_or((text, ""), |at| text.split_at(at));
            let escaped: String = path
                .bytes()
                .map(|b| if b.is_ascii_graphic() { char::from(b).to_string() } else { format!("%{b:02x}") })
                .collect();
            format!("{escaped}{query}")
        })
    }),
    ("::JavaScriptStringEncode", |c| {
        let quotes = c.place("addDoubleQuotes").is_some_and(|at| c.bool(at));
        mapped(c, |text| {
            let mut out = String::new();
            for ch in text.chars() {
                match ch {
                    '"' => out.push_str("\\\""),
                    '\\' => out.push_str("\\\\"),
                    '\n' => out.push_str("\\n"),
                    '\r' => out.push_str("\\r"),
                    '\t' => out.push_str("\\t"),
                    '\u{8}' => out.push_str("\\b"),
                    '\u{c}' => out.push_str("\\f"),
                    '\'' | '<' | '>' | '&' | '\u{85}' | '\u{2028}' | '\u{2029}' | '\0'..='\u{1f}' => {
                        out.push_str(&format!("\\u{:04x}", ch as u32));
                    }
                    other => out.push(other),
                }
            }
            if quotes { format!("\"{out}\"") } else { out }
        })
    }),
    ("::ParseQueryString", |c| {
        let ty = TypeRef::find("System.Collections.Specialized.NameValueCollection").unwrap_or(TypeRef::OBJECT);
        let made = crate::members::construct(c.ctx, ty, &[])?;
        super::super::collections::name_values::mark_query(&made);
        let text = c.need_str(0)?;
        for pair in text.trim_start_matches('?').split('&').filter(|p| !p.is_empty()) {
            let decoded = |t: &str| Value::from(String::from_utf8_lossy(&from_url(t.as_bytes())).into_owned());
            let (name, value) = match pair.split_once('=') {
                Some((name, value)) => (decoded(name), decoded(value)),
                None => (Value::Null, decoded(pair)),
            };
            crate::members::call(c.ctx, &made, "Add", &[name, value])?;
        }
        Ok(made)
    }),
    ("new", |c| Ok(crate::types::hold(c.ty, Utility))),
];

/// An instance of HttpUtility, which has static members only.
struct Utility;
impl crate::types::State for Utility {}

fn unicode(text: &str) -> String {
    let mut out = String::new();
    for unit in text.encode_utf16() {
        match u8::try_from(unit) {
            Ok(b) if b < 0x80 => out.push_str(&url(&[b], false)),
            _ => out.push_str(&format!("%u{unit:04x}")),
        }
    }
    out
}

/// A form's text of one name or value, for query strings.
pub fn form(text: &str) -> String {
    url(text.as_bytes(), false)
}

pub static TYPES: &[TypeDef] = &[
    TypeDef { name: "System.Net.WebUtility", like: &[], members: MEMBERS },
    TypeDef { name: "System.Web.HttpUtility", like: &[], members: MEMBERS },
    TypeDef {
        name: "System.Security.SecurityElement",
        like: &[],
        members: &[
            ("::Escape", |c| {
                mapped(c, |t| {
                    t.replace('&', "&amp;")
                        .replace('<', "&lt;")
                        .replace('>', "&gt;")
                        .replace('"', "&quot;")
                        .replace('\'', "&apos;")
                })
            }),
            ("::IsValidText", |c| Ok(Value::Bool(!c.str(0).contains(['<', '>'])))),
            ("::IsValidTag", |c| Ok(Value::Bool(!c.str(0).contains(['<', '>', ' '])))),
        ],
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_read_back() {
        assert_eq!(html("<a href=\"x\">é&"), "&lt;a href=&quot;x&quot;&gt;&#233;&amp;");
        assert_eq!(from_html("&lt;b&gt;&amp;&#65;&#x42;&eacute;&nope; & x"), "<b>&AB\u{e9}&nope; & x");
        assert_eq!(url("a b&c/é".as_bytes(), true), "a+b%26c%2F%C3%A9");
        assert_eq!(from_url(b"a+b%26c%zz"), b"a b&c%zz");
    }
}
