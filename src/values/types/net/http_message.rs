//! System.Net.Http.HttpMethod, HttpRequestMessage and HttpResponseMessage.

use super::headers::{self, Headers, Owner};
use super::{http_content, http_fault};
use crate::collection::Dict;
use crate::error::Result;
use crate::http::{Response, Url};
use crate::types::system::{enumeration, uri, version};
use crate::types::{Behaviour, Call, State, TypeDef, TypeRef, fail, generic_of, hold_named, state_of};
use crate::value::Value;

/// The name of a method.
#[derive(Clone, PartialEq)]
struct Method(String);

impl State for Method {
    fn text(&self) -> Option<String> {
        Some(self.0.clone())
    }
    fn is_equal(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
    fn hash(&self) -> Option<u64> {
        Some(self.0.to_ascii_uppercase().bytes().fold(7, |h, b| h * 31 + u64::from(b)))
    }
}

/// An HttpMethod by its name.
pub fn method(name: &str) -> Value {
    hold_named("System.Net.Http.HttpMethod", Method(name.to_string()))
}

fn checked(c: &Call<'_>) -> Result<String> {
    let name = c.str(0).to_string();
    if name.is_empty() {
        return fail::argument("The value cannot be null or empty.", "method").throw();
    }
    if !super::header_value::is_token(&name) {
        return fail::format("The format of the HTTP method is invalid.").throw();
    }
    Ok(name)
}

const METHOD: &[(&str, Behaviour)] = &[
    ("new", |c| Ok(method(&checked(c)?))),
    ("::Parse", |c| Ok(method(&checked(c)?.to_ascii_uppercase()))),
    ("Method", |c| c.with(|m: &mut Method| Value::from(m.0.as_str()))),
    ("::Connect", |_| Ok(method("CONNECT"))),
    ("::Delete", |_| Ok(method("DELETE"))),
    ("::Get", |_| Ok(method("GET"))),
    ("::Head", |_| Ok(method("HEAD"))),
    ("::Options", |_| Ok(method("OPTIONS"))),
    ("::Patch", |_| Ok(method("PATCH"))),
    ("::Post", |_| Ok(method("POST"))),
    ("::Put", |_| Ok(method("PUT"))),
    ("::Query", |_| Ok(method("QUERY"))),
    ("::Trace", |_| Ok(method("TRACE"))),
];

/// A request before it is sent.
#[derive(Clone)]
pub struct RequestMessage {
    pub method: Value,
    pub uri: Value,
    pub content: Value,
    pub headers: Value,
    pub version: Value,
    options: Value,
}

impl State for RequestMessage {
    fn text(&self) -> Option<String> {
        let shown = crate::convert::to_display;
        let uri = if self.uri.is_null() { "<null>".to_string() } else { shown(&self.uri) };
        Some(format!(
            "Method: {}, RequestUri: '{uri}', Version: {}, Content: {}, Headers:\n{}",
            shown(&self.method),
            shown(&self.version),
            content_name(&self.content),
            block(&[&self.headers], &self.content)
        ))
    }
}

fn content_name(content: &Value) -> String {
    match content.is_null() {
        true => "<null>".to_string(),
        false => content.type_ref().map_or(String::new(), |t| t.name().to_string()),
    }
}

/// The headers of a message in braces.
fn block(sets: &[&Value], content: &Value) -> String {
    let mut text = String::from("{\n");
    let own = sets.iter().flat_map(|h| headers::with(h, |h| h.lines()).unwrap_or_default());
    for (name, value) in own.chain(http_content::header_lines(content)) {
        text.push_str(&format!("  {name}: {value}\n"));
    }
    text.push('}');
    text
}

/// A version of HTTP as an object.
pub fn http_version(text: &str) -> Value {
    version::parse(text).map_or(Value::Null, version::make)
}

/// A request of a method to an address.
pub fn request(method_name: &str, address: Value, content: Value) -> RequestMessage {
    let ty = generic_of(TypeRef::DICTIONARY, vec![TypeRef::STRING, TypeRef::OBJECT]);
    let options = Dict::new(ty, TypeRef::STRING, TypeRef::OBJECT, crate::KeyComparer::IgnoreCase);
    RequestMessage {
        method: method(method_name),
        uri: address,
        content,
        headers: Headers::new(Owner::Request).value(),
        version: http_version("1.1"),
        options: Value::Dict(std::sync::Arc::new(options)),
    }
}

/// As an object.
pub fn request_value(message: RequestMessage) -> Value {
    hold_named("System.Net.Http.HttpRequestMessage", message)
}

fn slot(c: &mut Call<'_>, f: fn(&mut RequestMessage) -> &mut Value) -> Result {
    c.with(|r: &mut RequestMessage| f(r).clone())
}

fn set_slot(c: &mut Call<'_>, f: fn(&mut RequestMessage) -> &mut Value) -> Result {
    let value = c.arg(0).clone();
    c.with(|r: &mut RequestMessage| *f(r) = value)?;
    Ok(Value::Void)
}

const REQUEST: &[(&str, Behaviour)] = &[
    ("new", |c| {
        let mut made = request("GET", Value::Null, Value::Null);
        if c.count() == 2 {
            if !c.has(0) {
                return fail::null("method").throw();
            }
            made.method = c.arg(0).clone();
            made.uri = match c.arg(1).base() {
                Value::Str(text) if text.is_empty() => Value::Null,
                Value::Str(text) => uri::of_text(text),
                _ => c.arg(1).clone(),
            };
        }
        Ok(request_value(made))
    }),
    ("Method", |c| slot(c, |r| &mut r.method)),
    ("Method=", |c| set_slot(c, |r| &mut r.method)),
    ("RequestUri", |c| slot(c, |r| &mut r.uri)),
    ("RequestUri=", |c| set_slot(c, |r| &mut r.uri)),
    ("Content", |c| slot(c, |r| &mut r.content)),
    ("Content=", |c| set_slot(c, |r| &mut r.content)),
    ("Headers", |c| slot(c, |r| &mut r.headers)),
    ("Version", |c| slot(c, |r| &mut r.version)),
    ("Version=", |c| set_slot(c, |r| &mut r.version)),
    ("VersionPolicy", |_| Ok(enumeration::make("System.Net.Http.HttpVersionPolicy", 0))),
    ("Properties", |c| slot(c, |r| &mut r.options)),
    ("Options", |c| slot(c, |r| &mut r.options)),
    ("Dispose", |_| Ok(Value::Void)),
];

/// An answer.
#[derive(Clone)]
pub struct ResponseMessage {
    status: u16,
    reason: Option<String>,
    content: Value,
    headers: Value,
    trailing: Value,
    version: Value,
    request: Value,
}

impl State for ResponseMessage {
    fn text(&self) -> Option<String> {
        let version = crate::convert::to_display(&self.version);
        Some(format!(
            "StatusCode: {}, ReasonPhrase: '{}', Version: {version}, Content: {}, Headers:\n{}",
            self.status,
            self.reason().unwrap_or_else(|| "<null>".to_string()),
            content_name(&self.content),
            block(&[&self.headers], &self.content)
        ))
    }
}

impl ResponseMessage {
    fn reason(&self) -> Option<String> {
        self.reason.clone().or_else(|| crate::http::reason_of(self.status).map(str::to_string))
    }

    fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// The message of an answer to a request.
pub fn answer(response: &Response, mut request: RequestMessage) -> Value {
    let mut own = Headers::new(Owner::Response);
    for (name, value) in response.headers.iter().filter(|(name, _)| !headers::is_of_content(name)) {
        own.add(name, value.clone());
    }
    if let Some(address) = &response.address {
        request.uri = uri::of_text(&Url::text(address));
    }
    let made = ResponseMessage {
        status: response.status,
        reason: Some(response.reason.clone()),
        content: http_content::of_answer(response.body.clone(), &response.headers),
        headers: own.value(),
        trailing: Headers::new(Owner::Response).value(),
        version: http_version(response.version.trim_start_matches("HTTP/")),
        request: request_value(request),
    };
    hold_named("System.Net.Http.HttpResponseMessage", made)
}

/// Throws for an answer that is no success.
pub fn ensure(message: &Value) -> Result {
    match state_of::<ResponseMessage>(message) {
        Some(found) if !found.is_success() => {
            http_fault::no_success(found.status, &found.reason().unwrap_or_default()).throw()
        }
        _ => Ok(message.clone()),
    }
}

/// The content of an answer.
pub fn content_of(message: &Value) -> Value {
    state_of::<ResponseMessage>(message).map(|m| m.content).unwrap_or_default()
}

fn part(c: &mut Call<'_>, f: fn(&ResponseMessage) -> Value) -> Result {
    c.with(|r: &mut ResponseMessage| f(r))
}

const RESPONSE: &[(&str, Behaviour)] = &[
    ("new", |c| {
        let status = if c.count() > 0 { c.long(0) } else { 200 };
        let Some(status) = u16::try_from(status).ok().filter(|s| *s < 1000) else {
            return fail::range("Specified argument was out of the range of valid values.", "statusCode").throw();
        };
        let made = ResponseMessage {
            status,
            reason: None,
            content: http_content::of_answer(Vec::new(), &[]),
            headers: Headers::new(Owner::Response).value(),
            trailing: Headers::new(Owner::Response).value(),
            version: http_version("1.1"),
            request: Value::Null,
        };
        Ok(hold_named("System.Net.Http.HttpResponseMessage", made))
    }),
    ("StatusCode", |c| part(c, |r| enumeration::make("System.Net.HttpStatusCode", i64::from(r.status)))),
    ("StatusCode=", |c| {
        let status = c.long(0).clamp(0, 999) as u16;
        c.with(|r: &mut ResponseMessage| r.status = status)?;
        Ok(Value::Void)
    }),
    ("ReasonPhrase", |c| part(c, |r| r.reason().into())),
    ("ReasonPhrase=", |c| {
        let reason = c.has(0).then(|| c.str(0).to_string());
        c.with(|r: &mut ResponseMessage| r.reason = reason)?;
        Ok(Value::Void)
    }),
    ("IsSuccessStatusCode", |c| part(c, |r| Value::Bool(r.is_success()))),
    ("Content", |c| part(c, |r| r.content.clone())),
    ("Content=", |c| {
        let value = c.arg(0).clone();
        c.with(|r: &mut ResponseMessage| r.content = value)?;
        Ok(Value::Void)
    }),
    ("Headers", |c| part(c, |r| r.headers.clone())),
    ("TrailingHeaders", |c| part(c, |r| r.trailing.clone())),
    ("Version", |c| part(c, |r| r.version.clone())),
    ("Version=", |c| {
        let value = c.arg(0).clone();
        c.with(|r: &mut ResponseMessage| r.version = value)?;
        Ok(Value::Void)
    }),
    ("RequestMessage", |c| part(c, |r| r.request.clone())),
    ("RequestMessage=", |c| {
        let value = c.arg(0).clone();
        c.with(|r: &mut ResponseMessage| r.request = value)?;
        Ok(Value::Void)
    }),
    ("EnsureSuccessStatusCode", |c| ensure(&c.this.clone())),
    ("Dispose", |_| Ok(Value::Void)),
];

pub static TYPES: &[TypeDef] = &[
    TypeDef { name: "System.Net.Http.HttpMethod", like: &[], members: METHOD },
    TypeDef { name: "System.Net.Http.HttpRequestMessage", like: &[], members: REQUEST },
    TypeDef { name: "System.Net.Http.HttpResponseMessage", like: &[], members: RESPONSE },
];
