//! System.Net.Http.Headers: the headers of requests, answers and contents, and their collections of values.

use super::header_value::{make, text_of};
use crate::context::Context;
use crate::error::Result;
use crate::types::{Behaviour, Call, Held, State, TypeDef, TypeRef, fail, generic_of, hold, hold_named};
use crate::value::Value;

/// Which message a set of headers belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    Request,
    Response,
    Content,
}

/// Headers in their order, each with its values.
#[derive(Clone)]
pub struct Headers {
    pub rows: Vec<(String, Vec<String>)>,
    owner: Owner,
    /// The length of the content, for a `Content-Length` that nobody set.
    pub length: Option<i64>,
}

impl State for Headers {
    const IS_ENUMERABLE: bool = true;

    fn items(&self) -> Vec<Value> {
        let texts = TypeRef::STRING.array_of(1);
        let dictionary = generic_of(TypeRef::DICTIONARY, vec![TypeRef::STRING, texts]);
        let pair = |(name, values): &(String, Vec<String>)| {
            crate::types::entry_of(dictionary, Value::from(name.as_str()), list(values))
        };
        self.rows.iter().map(pair).collect()
    }

    fn text(&self) -> Option<String> {
        Some(self.lines().iter().map(|(name, value)| format!("{name}: {value}\n")).collect())
    }
}

fn list(values: &[String]) -> Value {
    Value::typed_array(TypeRef::STRING, values.iter().map(|v| Value::from(v.as_str())).collect())
}

impl Headers {
    /// No headers.
    pub fn new(owner: Owner) -> Headers {
        Headers { rows: Vec::new(), owner, length: None }
    }

    /// As an object of its type.
    pub fn value(self) -> Value {
        let name = match self.owner {
            Owner::Request => "System.Net.Http.Headers.HttpRequestHeaders",
            Owner::Response => "System.Net.Http.Headers.HttpResponseHeaders",
            Owner::Content => "System.Net.Http.Headers.HttpContentHeaders",
        };
        hold_named(name, self)
    }

    /// The values of a header.
    pub fn get(&self, name: &str) -> Option<&Vec<String>> {
        self.rows.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v)
    }

    /// Puts one value in place of all; none removes the header.
    pub fn set(&mut self, name: &str, value: Option<String>) {
        let place = self.rows.iter().position(|(n, _)| n.eq_ignore_ascii_case(name));
        match (place, value) {
            (Some(at), Some(value)) => self.rows[at].1 = vec![value],
            (Some(at), None) => {
                self.rows.remove(at);
            }
            (None, Some(value)) => self.rows.push((name.to_string(), vec![value])),
            (None, None) => {}
        }
    }

    /// Adds a value to a header.
    pub fn add(&mut self, name: &str, value: String) {
        match self.rows.iter_mut().find(|(n, _)| n.eq_ignore_ascii_case(name)) {
            Some((_, values)) if is_single(name) => *values = vec![value],
            Some((_, values)) => values.push(value),
            None => self.rows.push((name.to_string(), vec![value])),
        }
    }

    /// The headers as a message carries them, one line each.
    pub fn lines(&self) -> Vec<(String, String)> {
        let joined = |(name, values): &(String, Vec<String>)| (name.clone(), values.join(separator(name)));
        self.rows.iter().map(joined).collect()
    }
}

fn separator(name: &str) -> &'static str {
    if ["User-Agent", "Server"].iter().any(|n| n.eq_ignore_ascii_case(name)) { " " } else { ", " }
}

/// Headers that hold one value.
fn is_single(name: &str) -> bool {
    ["Authorization", "Content-Type", "Content-Length", "Content-Disposition", "Host", "Date", "From", "Location"]
        .iter()
        .any(|n| n.eq_ignore_ascii_case(name))
}

/// Runs code on the headers behind a value.
pub fn with<R>(value: &Value, f: impl FnOnce(&mut Headers) -> R) -> Option<R> {
    value.as_foreign::<Held<Headers>>().map(|held| f(&mut held.lock()))
}

/// A date as headers have it (RFC 1123).
pub fn date_text(ctx: &mut dyn Context, value: &Value) -> Result<String> {
    let utc = match value.base() {
        Value::DateTime(_) => crate::members::call(ctx, value, "ToUniversalTime", &[])?,
        _ => value.clone(),
    };
    Ok(crate::convert::to_display(&crate::members::call(ctx, &utc, "ToString", &[Value::from("r")])?))
}

/// The DateTimeOffset of a header's text; `$null` where it is no date.
pub fn date_value(ctx: &mut dyn Context, text: &str) -> Result {
    let Some(ty) = TypeRef::find("System.DateTimeOffset") else { return Ok(Value::Null) };
    Ok(crate::members::call_static(ctx, ty, "Parse", &[Value::from(text)]).unwrap_or_default())
}

const CONTENT: &[&str] = &[
    "Allow",
    "Content-Disposition",
    "Content-Encoding",
    "Content-Language",
    "Content-Length",
    "Content-Location",
    "Content-MD5",
    "Content-Range",
    "Content-Type",
    "Expires",
    "Last-Modified",
];
const REQUEST: &[&str] = &[
    "Accept",
    "Accept-Charset",
    "Accept-Encoding",
    "Accept-Language",
    "Authorization",
    "Expect",
    "From",
    "Host",
    "If-Match",
    "If-Modified-Since",
    "If-None-Match",
    "If-Range",
    "If-Unmodified-Since",
    "Max-Forwards",
    "Proxy-Authorization",
    "Range",
    "Referer",
    "TE",
    "User-Agent",
];
const RESPONSE: &[&str] = &[
    "Accept-Ranges",
    "Age",
    "ETag",
    "Location",
    "Proxy-Authenticate",
    "Retry-After",
    "Server",
    "Vary",
    "WWW-Authenticate",
];
const GENERAL: &[&str] =
    &["Cache-Control", "Connection", "Date", "Pragma", "Trailer", "Transfer-Encoding", "Upgrade", "Via", "Warning"];

/// Whether a header describes the content and not the message.
pub fn is_of_content(name: &str) -> bool {
    CONTENT.iter().any(|n| n.eq_ignore_ascii_case(name))
}

fn check_name(c: &Call<'_>, name: &str) -> Result<()> {
    if name.is_empty() {
        return fail::argument("The value cannot be null or empty.", "name").throw();
    }
    if !super::header_value::is_token(name) {
        return fail::format(format!("The header name '{name}' has an invalid format.")).throw();
    }
    let owner = c.with(|h: &mut Headers| h.owner)?;
    let is_in = |names: &[&str]| names.iter().any(|n| n.eq_ignore_ascii_case(name));
    let is_misused = match owner {
        Owner::Request => is_in(CONTENT) || is_in(RESPONSE),
        Owner::Response => is_in(CONTENT) || is_in(REQUEST),
        Owner::Content => is_in(REQUEST) || is_in(RESPONSE) || is_in(GENERAL),
    };
    if is_misused {
        return fail::invalid(format!("Misused header name, '{name}'. Make sure request headers are used with HttpRequestMessage, response headers with HttpResponseMessage, and content headers with HttpContent objects.")).throw();
    }
    Ok(())
}

/// The values of an argument: one text or many.
fn values(c: &mut Call<'_>, at: usize) -> Result<Vec<String>> {
    if let Value::Str(text) = c.arg(at).base() {
        return Ok(vec![text.to_string()]);
    }
    Ok(c.sequence(at)?.iter().map(text_of).collect())
}

/// Whether a value is one that its header may have.
fn check_value(name: &str, value: &str) -> Result<()> {
    if value.contains(['\r', '\n', '\0']) {
        let text = "New-line or NUL characters are not allowed in header values.";
        return fail::format(text).throw();
    }
    let is_bad = match name.to_ascii_lowercase().as_str() {
        "content-type" | "accept" => value.split(',').any(|v| {
            let media = v.split(';').next().unwrap_or_default().trim();
            !media
                .split_once('/')
                .is_some_and(|(a, b)| super::header_value::is_token(a) && super::header_value::is_token(b))
        }),
        "authorization" => !super::header_value::is_token(value.trim().split(' ').next().unwrap_or_default()),
        "content-length" | "max-forwards" => value.trim().parse::<u64>().is_err(),
        _ => false,
    };
    if is_bad { super::header_value::malformed(value) } else { Ok(()) }
}

const MEMBERS: &[(&str, Behaviour)] = &[
    ("Add", |c| {
        let name = c.str(0).to_string();
        check_name(c, &name)?;
        for value in values(c, 1)? {
            check_value(&name, &value)?;
            c.with(|h: &mut Headers| h.add(&name, value.trim().to_string()))?;
        }
        Ok(Value::Void)
    }),
    ("TryAddWithoutValidation", |c| {
        let name = c.str(0).to_string();
        if check_name(c, &name).is_err() {
            return Ok(Value::Bool(false));
        }
        for value in values(c, 1)? {
            c.with(|h: &mut Headers| h.add(&name, value))?;
        }
        Ok(Value::Bool(true))
    }),
    ("Clear", |c| {
        c.with(|h: &mut Headers| h.rows.clear())?;
        Ok(Value::Void)
    }),
    ("Contains", |c| {
        let name = c.str(0).to_string();
        check_name(c, &name)?;
        c.with(|h: &mut Headers| Value::Bool(h.get(&name).is_some()))
    }),
    ("Remove", |c| {
        let name = c.str(0).to_string();
        check_name(c, &name)?;
        c.with(|h: &mut Headers| {
            let had = h.get(&name).is_some();
            h.set(&name, None);
            Value::Bool(had)
        })
    }),
    ("GetValues", |c| {
        let name = c.str(0).to_string();
        check_name(c, &name)?;
        match c.with(|h: &mut Headers| h.get(&name).cloned())? {
            Some(values) => Ok(list(&values)),
            None => fail::invalid("The given header was not found.").throw(),
        }
    }),
    ("TryGetValues", |c| {
        let name = c.str(0).to_string();
        let found = c.with(|h: &mut Headers| h.get(&name).cloned())?;
        let is_there = found.is_some();
        c.set_ref(1, found.map_or(Value::Null, |v| list(&v)))?;
        Ok(Value::Bool(is_there))
    }),
    ("NonValidated", |c| Ok(c.this.clone())),
    ("GetEnumerator", |c| {
        let items = c.with(|h: &mut Headers| h.items())?;
        Ok(crate::types::collections::enumerator::over("System.ArrayEnumerator", items))
    }),
    ("ToString", |c| c.with(|h: &mut Headers| Value::from(h.text().unwrap_or_default()))),
];

/// How a property shows its header.
enum Shape {
    Text,
    Address,
    Date,
    Number,
    Seconds,
    Bytes,
    /// A word in the list of another header: `Connection: close`.
    Word(&'static str),
    /// An object of one of the header value types.
    One(&'static str),
    /// A collection of texts or of such objects.
    Many(&'static str),
}

struct Property {
    name: &'static str,
    header: &'static str,
    shape: Shape,
}

const fn property(name: &'static str, header: &'static str, shape: Shape) -> Property {
    Property { name, header, shape }
}

static PROPERTIES: &[Property] = &[
    property("Accept", "Accept", Shape::Many("MediaTypeWithQualityHeaderValue")),
    property("AcceptCharset", "Accept-Charset", Shape::Many("StringWithQualityHeaderValue")),
    property("AcceptEncoding", "Accept-Encoding", Shape::Many("StringWithQualityHeaderValue")),
    property("AcceptLanguage", "Accept-Language", Shape::Many("StringWithQualityHeaderValue")),
    property("AcceptRanges", "Accept-Ranges", Shape::Many("")),
    property("Age", "Age", Shape::Seconds),
    property("Allow", "Allow", Shape::Many("")),
    property("Authorization", "Authorization", Shape::One("AuthenticationHeaderValue")),
    property("CacheControl", "Cache-Control", Shape::One("CacheControlHeaderValue")),
    property("Connection", "Connection", Shape::Many("")),
    property("ConnectionClose", "Connection", Shape::Word("close")),
    property("ContentDisposition", "Content-Disposition", Shape::One("ContentDispositionHeaderValue")),
    property("ContentEncoding", "Content-Encoding", Shape::Many("")),
    property("ContentLanguage", "Content-Language", Shape::Many("")),
    property("ContentLength", "Content-Length", Shape::Number),
    property("ContentLocation", "Content-Location", Shape::Address),
    property("ContentMD5", "Content-MD5", Shape::Bytes),
    property("ContentRange", "Content-Range", Shape::One("ContentRangeHeaderValue")),
    property("ContentType", "Content-Type", Shape::One("MediaTypeHeaderValue")),
    property("Date", "Date", Shape::Date),
    property("ETag", "ETag", Shape::One("EntityTagHeaderValue")),
    property("Expect", "Expect", Shape::Many("")),
    property("ExpectContinue", "Expect", Shape::Word("100-continue")),
    property("Expires", "Expires", Shape::Date),
    property("From", "From", Shape::Text),
    property("Host", "Host", Shape::Text),
    property("IfMatch", "If-Match", Shape::Many("EntityTagHeaderValue")),
    property("IfModifiedSince", "If-Modified-Since", Shape::Date),
    property("IfNoneMatch", "If-None-Match", Shape::Many("EntityTagHeaderValue")),
    property("IfUnmodifiedSince", "If-Unmodified-Since", Shape::Date),
    property("LastModified", "Last-Modified", Shape::Date),
    property("Location", "Location", Shape::Address),
    property("MaxForwards", "Max-Forwards", Shape::Number),
    property("Pragma", "Pragma", Shape::Many("NameValueHeaderValue")),
    property("Protocol", ":protocol", Shape::Text),
    property("ProxyAuthenticate", "Proxy-Authenticate", Shape::Many("AuthenticationHeaderValue")),
    property("ProxyAuthorization", "Proxy-Authorization", Shape::One("AuthenticationHeaderValue")),
    property("Range", "Range", Shape::One("RangeHeaderValue")),
    property("Referrer", "Referer", Shape::Address),
    property("RetryAfter", "Retry-After", Shape::One("RetryConditionHeaderValue")),
    property("Server", "Server", Shape::Many("ProductInfoHeaderValue")),
    property("TE", "TE", Shape::Many("StringWithQualityHeaderValue")),
    property("Trailer", "Trailer", Shape::Many("")),
    property("TransferEncoding", "Transfer-Encoding", Shape::Many("")),
    property("TransferEncodingChunked", "Transfer-Encoding", Shape::Word("chunked")),
    property("Upgrade", "Upgrade", Shape::Many("ProductHeaderValue")),
    property("UserAgent", "User-Agent", Shape::Many("ProductInfoHeaderValue")),
    property("Vary", "Vary", Shape::Many("")),
    property("Via", "Via", Shape::Many("")),
    property("Warning", "Warning", Shape::Many("")),
    property("WwwAuthenticate", "WWW-Authenticate", Shape::Many("AuthenticationHeaderValue")),
];

fn found(c: &Call<'_>) -> Option<&'static Property> {
    PROPERTIES.iter().find(|p| p.name.eq_ignore_ascii_case(c.name))
}

/// The members of a list in a header.
fn words(values: &[String], header: &str) -> Vec<String> {
    let space = separator(header) == " ";
    let mut all = Vec::new();
    for value in values {
        let (mut from, mut depth, mut quoted) = (0, 0usize, false);
        for (at, ch) in value.char_indices() {
            match ch {
                '"' => quoted = !quoted,
                '(' => depth += 1,
                ')' => depth = depth.saturating_sub(1),
                _ => {}
            }
            let ends = if space { ch == ' ' } else { ch == ',' };
            if ends && depth == 0 && !quoted {
                all.push(value[from..at].trim().to_string());
                from = at + 1;
            }
        }
        all.push(value[from..].trim().to_string());
    }
    all.retain(|w| !w.is_empty());
    all
}

fn read(c: &mut Call<'_>) -> Result {
    let Some(property) = found(c) else { return fail::not_implemented(c.ty, c.name).throw() };
    let stored = c.with(|h: &mut Headers| h.get(property.header).cloned())?;
    let first = || stored.as_ref().map(|v| v.join(separator(property.header)));
    Ok(match property.shape {
        Shape::Text => first().into(),
        Shape::Address => first().map_or(Value::Null, |t| crate::types::system::uri::of_text(&t)),
        Shape::Date => match first() {
            Some(text) => date_value(c.ctx, &text)?,
            None => Value::Null,
        },
        Shape::Number => {
            let known = if property.header == "Content-Length" { c.with(|h: &mut Headers| h.length)? } else { None };
            first().and_then(|t| t.trim().parse().ok()).or(known).map_or(Value::Null, Value::I64)
        }
        Shape::Seconds => {
            let seconds = first().and_then(|t| t.trim().parse::<i64>().ok());
            seconds.map_or(Value::Null, |s| Value::TimeSpan(s * 10_000_000))
        }
        Shape::Bytes => {
            use base64::Engine;
            let bytes = first().and_then(|t| base64::engine::general_purpose::STANDARD.decode(t).ok());
            bytes.map_or(Value::Null, |b| Value::bytes(&b))
        }
        Shape::Word(word) => {
            let is_there =
                stored.as_ref().is_some_and(|v| words(v, property.header).iter().any(|w| w.eq_ignore_ascii_case(word)));
            if is_there { Value::Bool(true) } else { Value::Null }
        }
        Shape::One(name) => first().map_or(Value::Null, |t| make(name, &t)),
        Shape::Many(name) => {
            let element = match name {
                "" => TypeRef::STRING,
                name => TypeRef::find(&format!("System.Net.Http.Headers.{name}")).unwrap_or(TypeRef::STRING),
            };
            let ty = TypeRef::find("System.Net.Http.Headers.HttpHeaderValueCollection`1")
                .map_or(TypeRef::OBJECT, |t| generic_of(t, vec![element]));
            hold(ty, Values { owner: c.this.clone(), header: property.header, element: name })
        }
    })
}

fn write(c: &mut Call<'_>) -> Result {
    let Some(property) = found(c) else { return fail::not_implemented(c.ty, c.name).throw() };
    let given = c.arg(0).clone();
    let text = match (&property.shape, given.base()) {
        (_, Value::Null) => None,
        (Shape::Date, _) => Some(date_text(c.ctx, &given)?),
        (Shape::Bytes, _) => {
            use base64::Engine;
            Some(base64::engine::general_purpose::STANDARD.encode(c.bytes(0)))
        }
        (Shape::Seconds, Value::TimeSpan(ticks)) => Some((ticks / 10_000_000).to_string()),
        (Shape::Word(word), _) => {
            let (word, is_on) = (*word, c.bool(0));
            let stored = c.with(|h: &mut Headers| h.get(property.header).cloned())?.unwrap_or_default();
            let mut all = words(&stored, property.header);
            all.retain(|w| !w.eq_ignore_ascii_case(word));
            if is_on {
                all.push(word.to_string());
            }
            (!all.is_empty()).then(|| all.join(", "))
        }
        (Shape::Address, _) => Some(crate::convert::to_display(&given)),
        _ => Some(text_of(&given)),
    };
    c.with(|h: &mut Headers| h.set(property.header, text))?;
    Ok(Value::Void)
}

/// The values of one header as a collection.
#[derive(Clone)]
struct Values {
    owner: Value,
    header: &'static str,
    element: &'static str,
}

impl State for Values {
    const IS_ENUMERABLE: bool = true;

    fn items(&self) -> Vec<Value> {
        let item = |w: String| if self.element.is_empty() { Value::from(w) } else { make(self.element, &w) };
        self.words().into_iter().map(item).collect()
    }

    fn text(&self) -> Option<String> {
        Some(self.words().join(separator(self.header)))
    }
}

impl Values {
    fn words(&self) -> Vec<String> {
        let stored = with(&self.owner, |h| h.get(self.header).cloned()).flatten().unwrap_or_default();
        words(&stored, self.header)
    }

    fn keep(&self, words: Vec<String>) {
        with(&self.owner, |h| {
            h.set(self.header, None);
            for word in words {
                h.add(self.header, word);
            }
        });
    }
}

fn many(c: &Call<'_>) -> Result<Values> {
    c.with(|v: &mut Values| v.clone())
}

/// Adds texts to a collection that are values of its type.
fn add(c: &mut Call<'_>, text: &str) -> Result<bool> {
    let values = many(c)?;
    let mut all = values.words();
    for word in words(&[text.to_string()], values.header) {
        if !values.element.is_empty() {
            let ty = TypeRef::find(&format!("System.Net.Http.Headers.{}", values.element)).unwrap_or(TypeRef::OBJECT);
            if crate::members::call_static(c.ctx, ty, "Parse", &[Value::from(word.as_str())]).is_err() {
                return Ok(false);
            }
        }
        all.push(word);
    }
    values.keep(all);
    Ok(true)
}

const VALUES: &[(&str, Behaviour)] = &[
    ("Count", |c| Ok(Value::I32(many(c)?.words().len() as i32))),
    ("IsReadOnly", |_| Ok(Value::Bool(false))),
    ("Add", |c| {
        let text = text_of(&c.arg(0).clone());
        let values = many(c)?;
        let mut all = values.words();
        all.push(text);
        values.keep(all);
        Ok(Value::Void)
    }),
    ("ParseAdd", |c| {
        let text = c.str(0);
        if !add(c, &text)? {
            return super::header_value::malformed(&text);
        }
        Ok(Value::Void)
    }),
    ("TryParseAdd", |c| {
        let text = c.str(0);
        Ok(Value::Bool(add(c, &text)?))
    }),
    ("Clear", |c| {
        many(c)?.keep(Vec::new());
        Ok(Value::Void)
    }),
    ("Contains", |c| {
        let wanted = text_of(c.arg(0));
        Ok(Value::Bool(many(c)?.words().iter().any(|w| w.eq_ignore_ascii_case(&wanted))))
    }),
    ("Remove", |c| {
        let (wanted, values) = (text_of(c.arg(0)), many(c)?);
        let mut all = values.words();
        let place = all.iter().position(|w| w.eq_ignore_ascii_case(&wanted));
        place.map(|at| all.remove(at));
        values.keep(all);
        Ok(Value::Bool(place.is_some()))
    }),
    ("CopyTo", |c| {
        let (items, at) = (many(c)?.items(), c.long(1));
        crate::types::collections::array::copy_into(&items, &c.arg(0).clone(), at)
    }),
    ("GetEnumerator", |c| {
        let items = many(c)?.items();
        Ok(crate::types::collections::enumerator::over("System.ArrayEnumerator", items))
    }),
    ("ToString", |c| Ok(Value::from(many(c)?.text().unwrap_or_default()))),
];

/// The properties; all go by the table above.
#[rustfmt::skip]
const NAMED: &[(&str, Behaviour)] = &[
    ("Accept", read),
    ("AcceptCharset", read),
    ("AcceptEncoding", read),
    ("AcceptLanguage", read),
    ("AcceptRanges", read),
    ("Age", read),
    ("Age=", write),
    ("Allow", read),
    ("Authorization", read),
    ("Authorization=", write),
    ("CacheControl", read),
    ("CacheControl=", write),
    ("Connection", read),
    ("ConnectionClose", read),
    ("ConnectionClose=", write),
    ("ContentDisposition", read),
    ("ContentDisposition=", write),
    ("ContentEncoding", read),
    ("ContentLanguage", read),
    ("ContentLength", read),
    ("ContentLength=", write),
    ("ContentLocation", read),
    ("ContentLocation=", write),
    ("ContentMD5", read),
    ("ContentMD5=", write),
    ("ContentRange", read),
    ("ContentRange=", write),
    ("ContentType", read),
    ("ContentType=", write),
    ("Date", read),
    ("Date=", write),
    ("ETag", read),
    ("ETag=", write),
    ("Expect", read),
    ("ExpectContinue", read),
    ("ExpectContinue=", write),
    ("Expires", read),
    ("Expires=", write),
    ("From", read),
    ("From=", write),
    ("Host", read),
    ("Host=", write),
    ("IfMatch", read),
    ("IfModifiedSince", read),
    ("IfModifiedSince=", write),
    ("IfNoneMatch", read),
    ("IfUnmodifiedSince", read),
    ("IfUnmodifiedSince=", write),
    ("LastModified", read),
    ("LastModified=", write),
    ("Location", read),
    ("Location=", write),
    ("MaxForwards", read),
    ("MaxForwards=", write),
    ("Pragma", read),
    ("Protocol", read),
    ("Protocol=", write),
    ("ProxyAuthenticate", read),
    ("ProxyAuthorization", read),
    ("ProxyAuthorization=", write),
    ("Range", read),
    ("Range=", write),
    ("Referrer", read),
    ("Referrer=", write),
    ("RetryAfter", read),
    ("RetryAfter=", write),
    ("Server", read),
    ("TE", read),
    ("Trailer", read),
    ("TransferEncoding", read),
    ("TransferEncodingChunked", read),
    ("TransferEncodingChunked=", write),
    ("Upgrade", read),
    ("UserAgent", read),
    ("Vary", read),
    ("Via", read),
    ("Warning", read),
    ("WwwAuthenticate", read),
];

pub static TYPES: &[TypeDef] = &[
    TypeDef { name: "System.Net.Http.Headers.HttpHeaders", like: &[], members: MEMBERS },
    TypeDef { name: "System.Net.Http.Headers.HttpRequestHeaders", like: &[], members: NAMED },
    TypeDef { name: "System.Net.Http.Headers.HttpResponseHeaders", like: &[], members: NAMED },
    TypeDef { name: "System.Net.Http.Headers.HttpContentHeaders", like: &[], members: NAMED },
    TypeDef { name: "System.Net.Http.Headers.HttpHeaderValueCollection`1", like: &[], members: VALUES },
];
