//! System.Net.WebRequest, HttpWebRequest and HttpWebResponse.

use std::collections::HashMap;
use std::time::Duration;

use super::http_client::{accepts, codings, user_of};
use super::{cookies, http_fault, service_point, web_headers, web_proxy};
use crate::context::Context;
use crate::error::Result;
use crate::http::{CookieJar, Exchange, HttpFault, Request, Response, Transport, Url, exchange};
use crate::types::io::stream::Stream;
use crate::types::system::{enumeration, uri, version};
use crate::types::{Behaviour, Call, Held, State, TypeDef, TypeRef, fail, hold_named};
use crate::value::Value;

/// The state of a request.
#[derive(Clone)]
pub struct WebRequest {
    pub uri: Value,
    pub method: String,
    /// A WebHeaderCollection.
    pub headers: Value,
    /// Properties that were set.
    pub slots: HashMap<String, Value>,
    /// The stream that takes the body.
    pub body: Value,
    has_response: bool,
}
impl State for WebRequest {}

impl WebRequest {
    /// A request to an address with .NET's settings.
    pub fn to(uri: Value) -> WebRequest {
        WebRequest {
            uri,
            method: "GET".to_string(),
            headers: web_headers::make(&[]),
            slots: HashMap::new(),
            body: Value::Null,
            has_response: false,
        }
    }

    fn slot(&self, name: &str) -> Value {
        self.slots.get(&name.to_lowercase()).cloned().unwrap_or_else(|| default_of(name))
    }

    fn is_on(&self, name: &str) -> bool {
        crate::convert::to_bool(&self.slot(name))
    }
}

fn default_of(name: &str) -> Value {
    match name.to_lowercase().as_str() {
        "allowautoredirect" | "allowwritestreambuffering" | "keepalive" | "pipelined" => Value::Bool(true),
        "allowreadstreambuffering"
        | "preauthenticate"
        | "sendchunked"
        | "usedefaultcredentials"
        | "unsafeauthenticatedconnectionsharing" => Value::Bool(false),
        "maximumautomaticredirections" => Value::I32(50),
        "maximumresponseheaderslength" => Value::I32(64),
        "timeout" => Value::I32(100_000),
        "readwritetimeout" => Value::I32(300_000),
        "continuetimeout" => Value::I32(350),
        "contentlength" => Value::I64(-1),
        "automaticdecompression" => enumeration::make("System.Net.DecompressionMethods", 0),
        "authenticationlevel" => enumeration::make("System.Net.Security.AuthenticationLevel", 1),
        "impersonationlevel" => enumeration::make("System.Security.Principal.TokenImpersonationLevel", 4),
        "protocolversion" => version::parse("1.1").map_or(Value::Null, version::make),
        _ => Value::Null,
    }
}

/// An answer.
#[derive(Clone)]
struct WebResponse {
    status: u16,
    reason: String,
    version: String,
    method: String,
    uri: Value,
    headers: Value,
    bytes: Vec<u8>,
    cookies: Value,
}
impl State for WebResponse {}

impl WebResponse {
    fn header(&self, name: &str) -> Option<String> {
        web_headers::with(&self.headers, |n| n.text_of(name)).flatten()
    }
}

/// The bytes of the answer behind an HttpWebResponse.
pub fn bytes_of(response: &Value) -> Vec<u8> {
    crate::types::state_of::<WebResponse>(response).map(|r| r.bytes).unwrap_or_default()
}

/// The headers of the answer behind an HttpWebResponse.
pub fn headers_of(response: &Value) -> Value {
    crate::types::state_of::<WebResponse>(response).map(|r| r.headers).unwrap_or_default()
}

/// What was written into a stream in memory.
fn written(stream: &Value) -> Option<Vec<u8>> {
    let held = stream.as_foreign::<Held<Stream>>()?;
    match &*held.lock() {
        Stream::Memory { bytes, .. } | Stream::Closed { memory: Some(bytes) } => Some(bytes.clone()),
        _ => None,
    }
}

/// Sends a request; an answer that is no success is thrown as a WebException.
pub fn perform(ctx: &mut dyn Context, request: &WebRequest, sender: &Value) -> Result {
    let address =
        crate::convert::to_display(&crate::members::get(ctx, &request.uri, "AbsoluteUri")?.unwrap_or_default());
    let Some(url) = Url::parse(&address) else { return fail::unsupported("The URI prefix is not recognized.").throw() };
    let body = written(&request.body);
    let has_verb_without_body = matches!(request.method.to_ascii_uppercase().as_str(), "GET" | "HEAD");
    let needs_length =
        !matches!(request.method.to_ascii_uppercase().as_str(), "GET" | "HEAD" | "CONNECT" | "OPTIONS" | "DELETE");
    let mut rows = web_headers::with(&request.headers, |n| n.pairs()).unwrap_or_default();
    rows.retain(|(n, _)| !n.eq_ignore_ascii_case("Content-Length") && !n.eq_ignore_ascii_case("Transfer-Encoding"));
    if body.is_none() && has_verb_without_body {
        rows.retain(|(n, _)| !n.to_ascii_lowercase().starts_with("content-"));
    }
    if !rows.iter().any(|(n, _)| n.eq_ignore_ascii_case("Connection")) {
        let text = if request.is_on("KeepAlive") { "Keep-Alive" } else { "close" };
        rows.push(("Connection".into(), text.into()));
    }
    let methods = match request.slot("AutomaticDecompression").base() {
        Value::Enum(_, n) => *n,
        other => other.as_i64().unwrap_or(0),
    };
    if let Some(names) = codings(methods) {
        rows.push(("Accept-Encoding".into(), names));
    }
    let timeout = request.slot("Timeout").as_i64().filter(|n| *n > 0).map(|n| Duration::from_millis(n as u64));
    let mut transport = Transport { timeout, keeps_coding: methods == 0, ..Transport::default() };
    // A proxy that was set to nothing is none at all.
    if !(request.slots.contains_key("proxy") && request.slot("Proxy").is_null()) {
        web_proxy::apply(ctx, &request.slot("Proxy"), &url, &mut transport)?;
    }
    let credentials = user_of(ctx, &request.slot("Credentials"))?;
    let redirects = if request.is_on("AllowAutoRedirect") {
        request.slot("MaximumAutomaticRedirections").as_i64().unwrap_or(50).clamp(0, 10_000) as u32
    } else {
        0
    };
    let (now, jar) = (ctx.utc_now_ticks(), request.slot("CookieContainer"));
    let sent = Request {
        method: request.method.to_ascii_uppercase(),
        url: url.clone(),
        headers: rows,
        body: body.or_else(|| needs_length.then(Vec::new)),
    };
    let once = |transport: Transport| {
        let mut held = cookies::with_jar(&jar, |j| j.clone());
        let how = Exchange { transport, redirects, jar: held.as_mut(), credentials: credentials.clone(), now };
        let done = exchange(sent.clone(), how);
        if let Some(held) = held {
            cookies::with_jar(&jar, |j| *j = held);
        }
        done
    };
    let mut outcome = once(transport.clone());
    if matches!(outcome, Err(HttpFault::Tls(_))) {
        let own = request.slot("ServerCertificateValidationCallback");
        let callback = if own.is_null() { service_point::callback() } else { own };
        if accepts(ctx, &callback, sender)? {
            outcome = once(Transport { skips_certificates: true, ..transport });
        }
    }
    crate::stop::check()?;
    let response = match outcome {
        Ok(response) => response,
        Err(fault) => return http_fault::web(&fault).throw(),
    };
    let made = response_value(&response, &sent.method, &url, now, !jar.is_null());
    let last = if request.is_on("AllowAutoRedirect") { 299 } else { 399 };
    if response.status > last || response.status < 200 {
        return http_fault::web_status(response.status, &response.reason, made).throw();
    }
    Ok(made)
}

fn response_value(response: &Response, method: &str, url: &Url, now: i64, has_jar: bool) -> Value {
    let address = response.address.as_ref().unwrap_or(url);
    let mut own = CookieJar::default();
    if has_jar {
        for (_, text) in response.headers.iter().filter(|(n, _)| n.eq_ignore_ascii_case("Set-Cookie")) {
            own.store(text, address, now);
        }
    }
    let made = WebResponse {
        status: response.status,
        reason: response.reason.clone(),
        version: response.version.trim_start_matches("HTTP/").to_string(),
        method: method.to_string(),
        uri: uri::of_text(&address.text()),
        headers: web_headers::make(&response.headers),
        bytes: response.body.clone(),
        cookies: cookies::collection(own.cookies),
    };
    hold_named("System.Net.HttpWebResponse", made)
}

fn create(c: &mut Call<'_>) -> Result {
    let given = c.arg(0).clone();
    if given.is_null() {
        return fail::null(c.parameter_name(0)).throw();
    }
    let address = match given.base() {
        Value::Str(text) => crate::members::construct(c.ctx, TypeRef::URI, &[Value::Str(text.clone())])?,
        _ => given,
    };
    let scheme = crate::members::get(c.ctx, &address, "Scheme")?.unwrap_or_default();
    match crate::convert::to_display(&scheme).as_str() {
        "http" | "https" => Ok(hold_named("System.Net.HttpWebRequest", WebRequest::to(address))),
        _ => fail::unsupported("The URI prefix is not recognized.").throw(),
    }
}

/// The header that a property stands for.
fn header_name(property: &str) -> &'static str {
    match property.to_ascii_lowercase().as_str() {
        "contenttype" | "mediatype" => "Content-Type",
        "useragent" => "User-Agent",
        "transferencoding" => "Transfer-Encoding",
        "ifmodifiedsince" => "If-Modified-Since",
        "accept" => "Accept",
        "referer" => "Referer",
        "connection" => "Connection",
        "expect" => "Expect",
        "date" => "Date",
        _ => "Host",
    }
}

fn header(c: &mut Call<'_>) -> Result {
    let name = header_name(c.name);
    let headers = c.with(|r: &mut WebRequest| r.headers.clone())?;
    let found = web_headers::with(&headers, |n| n.text_of(name)).flatten();
    if name == "Host" && found.is_none() {
        let address = c.with(|r: &mut WebRequest| r.uri.clone())?;
        return Ok(crate::members::get(c.ctx, &address, "Authority")?.unwrap_or_default());
    }
    Ok(found.into())
}

fn set_header(c: &mut Call<'_>) -> Result {
    let name = header_name(c.name.trim_end_matches('='));
    let text = c.has(0).then(|| c.str(0).trim().to_string()).filter(|t| !t.is_empty());
    let headers = c.with(|r: &mut WebRequest| r.headers.clone())?;
    web_headers::with(&headers, |n| n.put(name, text));
    Ok(Value::Void)
}

fn date(c: &mut Call<'_>) -> Result {
    let text = header(c)?;
    if text.is_null() {
        return Ok(Value::DateTime(crate::time::DateTime::MIN.to_bits()));
    }
    crate::members::call_static(c.ctx, TypeRef::DATETIME, "Parse", &[text])
}

fn set_date(c: &mut Call<'_>) -> Result {
    let given = c.arg(0).clone();
    let text = super::headers::date_text(c.ctx, &given)?;
    let name = header_name(c.name.trim_end_matches('='));
    let headers = c.with(|r: &mut WebRequest| r.headers.clone())?;
    web_headers::with(&headers, |n| n.put(name, Some(text)));
    Ok(Value::Void)
}

fn slot(c: &mut Call<'_>) -> Result {
    let name = c.name;
    c.with(|r: &mut WebRequest| r.slot(name))
}

fn set_slot(c: &mut Call<'_>) -> Result {
    let (name, value) = (c.name.trim_end_matches('=').to_lowercase(), c.arg(0).clone());
    c.with(|r: &mut WebRequest| r.slots.insert(name, value))?;
    Ok(Value::Void)
}

fn body(c: &mut Call<'_>) -> Result {
    let method = c.with(|r: &mut WebRequest| r.method.clone())?;
    if matches!(method.to_ascii_uppercase().as_str(), "GET" | "HEAD" | "CONNECT") {
        let text = "Cannot send a content-body with this verb-type.";
        return fail::named("System.Net.ProtocolViolationException", text).throw();
    }
    c.with(|r: &mut WebRequest| {
        if r.body.is_null() {
            let stream = Stream::Memory { bytes: Vec::new(), at: 0, writes: true };
            r.body = hold_named("System.IO.MemoryStream", stream);
        }
        r.body.clone()
    })
}

fn respond(c: &mut Call<'_>) -> Result {
    let request = c.with(|r: &mut WebRequest| r.clone())?;
    let sender = c.this.clone();
    let made = perform(c.ctx, &request, &sender)?;
    c.with(|r: &mut WebRequest| r.has_response = true)?;
    Ok(made)
}

const REQUEST: &[(&str, Behaviour)] = &[
    ("::Create", create),
    ("::CreateHttp", create),
    ("::CreateDefault", create),
    ("::DefaultWebProxy", |_| Ok(web_proxy::none())),
    ("::GetSystemWebProxy", |_| Ok(web_proxy::none())),
    ("::RegisterPrefix", |_| Ok(Value::Bool(false))),
    ("RequestUri", |c| c.with(|r: &mut WebRequest| r.uri.clone())),
    ("Address", |c| c.with(|r: &mut WebRequest| r.uri.clone())),
    ("Method", |c| c.with(|r: &mut WebRequest| Value::from(r.method.as_str()))),
    ("Method=", |c| {
        let text = c.str(0).to_string();
        if text.is_empty() {
            return fail::argument("Cannot set null or blank methods on request.", "value").throw();
        }
        c.with(|r: &mut WebRequest| r.method = text)?;
        Ok(Value::Void)
    }),
    ("Headers", |c| c.with(|r: &mut WebRequest| r.headers.clone())),
    ("Headers=", |c| {
        let rows = web_headers::with(c.arg(0), |n| n.pairs()).unwrap_or_default();
        c.with(|r: &mut WebRequest| r.headers = web_headers::make(&rows))?;
        Ok(Value::Void)
    }),
    ("Accept", header),
    ("Accept=", set_header),
    ("ContentType", header),
    ("ContentType=", set_header),
    ("MediaType", header),
    ("MediaType=", set_header),
    ("UserAgent", header),
    ("UserAgent=", set_header),
    ("Referer", header),
    ("Referer=", set_header),
    ("Host", header),
    ("Host=", set_header),
    ("Connection", header),
    ("Connection=", set_header),
    ("Expect", header),
    ("Expect=", set_header),
    ("TransferEncoding", header),
    ("TransferEncoding=", set_header),
    ("Date", date),
    ("Date=", set_date),
    ("IfModifiedSince", date),
    ("IfModifiedSince=", set_date),
    ("HaveResponse", |c| c.with(|r: &mut WebRequest| Value::Bool(r.has_response))),
    ("SupportsCookieContainer", |_| Ok(Value::Bool(true))),
    ("AddRange", |c| {
        let last = c.count() - 1;
        let numbers: Vec<i64> =
            (0..c.count()).filter(|at| c.arg(*at).as_i64().is_some()).map(|at| c.long(at)).collect();
        let unit = if c.arg(0).as_str().is_some() { c.str(0).to_string() } else { "bytes".to_string() };
        let text = match numbers.as_slice() {
            [from, to] => format!("{unit}={from}-{to}"),
            [from] if *from < 0 => format!("{unit}={from}"),
            [from] => format!("{unit}={from}-"),
            _ => return fail::null(c.parameter_name(last)).throw(),
        };
        let headers = c.with(|r: &mut WebRequest| r.headers.clone())?;
        web_headers::with(&headers, |n| n.put("Range", Some(text)));
        Ok(Value::Void)
    }),
    ("GetRequestStream", body),
    ("GetResponse", respond),
    ("Abort", |_| Ok(Value::Void)),
    ("ServicePoint", |c| {
        let address = c.with(|r: &mut WebRequest| r.uri.clone())?;
        Ok(service_point::of(address))
    }),
];

/// Properties that are kept as they are set and heeded when the request goes.
macro_rules! slots {
    ($($name:literal),* $(,)?) => {
        &[$(($name, slot), (concat!($name, "="), set_slot)),*]
    };
}

const SLOTS: &[(&str, Behaviour)] = slots![
    "AllowAutoRedirect",
    "AllowReadStreamBuffering",
    "AllowWriteStreamBuffering",
    "AuthenticationLevel",
    "AutomaticDecompression",
    "CachePolicy",
    "ClientCertificates",
    "ConnectionGroupName",
    "ContentLength",
    "ContinueDelegate",
    "ContinueTimeout",
    "CookieContainer",
    "Credentials",
    "ImpersonationLevel",
    "KeepAlive",
    "MaximumAutomaticRedirections",
    "MaximumResponseHeadersLength",
    "Pipelined",
    "PreAuthenticate",
    "ProtocolVersion",
    "Proxy",
    "ReadWriteTimeout",
    "SendChunked",
    "ServerCertificateValidationCallback",
    "Timeout",
    "UnsafeAuthenticatedConnectionSharing",
    "UseDefaultCredentials",
];

fn own(c: &Call<'_>) -> Result<WebResponse> {
    c.with(|r: &mut WebResponse| r.clone())
}

const RESPONSE: &[(&str, Behaviour)] = &[
    ("StatusCode", |c| Ok(enumeration::make("System.Net.HttpStatusCode", i64::from(own(c)?.status)))),
    ("StatusDescription", |c| Ok(Value::from(own(c)?.reason))),
    ("ContentType", |c| Ok(Value::from(own(c)?.header("Content-Type").unwrap_or_default()))),
    ("ContentEncoding", |c| Ok(Value::from(own(c)?.header("Content-Encoding").unwrap_or_default()))),
    ("ContentLength", |c| {
        Ok(Value::I64(own(c)?.header("Content-Length").and_then(|t| t.trim().parse().ok()).unwrap_or(-1)))
    }),
    ("CharacterSet", |c| {
        let kind = own(c)?.header("Content-Type").unwrap_or_default();
        let named = super::header_value::parameter(&kind, "charset").map(|t| t.trim_matches('"').to_string());
        let assumed = if kind.to_ascii_lowercase().starts_with("text/") { "ISO-8859-1" } else { "" };
        Ok(Value::from(named.unwrap_or_else(|| assumed.to_string())))
    }),
    ("Cookies", |c| Ok(own(c)?.cookies)),
    ("Cookies=", |c| {
        let value = c.arg(0).clone();
        c.with(|r: &mut WebResponse| r.cookies = value)?;
        Ok(Value::Void)
    }),
    ("Headers", |c| Ok(own(c)?.headers)),
    ("IsFromCache", |_| Ok(Value::Bool(false))),
    ("IsMutuallyAuthenticated", |_| Ok(Value::Bool(false))),
    ("SupportsHeaders", |_| Ok(Value::Bool(true))),
    ("LastModified", |c| match own(c)?.header("Last-Modified") {
        Some(text) => crate::members::call_static(c.ctx, TypeRef::DATETIME, "Parse", &[Value::from(text)]),
        None => crate::members::get_static(c.ctx, TypeRef::DATETIME, "Now").map(Option::unwrap_or_default),
    }),
    ("Method", |c| Ok(Value::from(own(c)?.method))),
    ("ProtocolVersion", |c| Ok(version::parse(&own(c)?.version).map_or(Value::Null, version::make))),
    ("ResponseUri", |c| Ok(own(c)?.uri)),
    ("Server", |c| Ok(Value::from(own(c)?.header("Server").unwrap_or_default()))),
    ("GetResponseHeader", |c| {
        let name = c.str(0);
        Ok(Value::from(own(c)?.header(&name).unwrap_or_default()))
    }),
    ("GetResponseStream", |c| {
        let bytes = own(c)?.bytes;
        Ok(hold_named("System.IO.MemoryStream", Stream::Memory { bytes, at: 0, writes: false }))
    }),
    ("Close", |_| Ok(Value::Void)),
    ("Dispose", |_| Ok(Value::Void)),
];

pub static TYPES: &[TypeDef] = &[
    TypeDef { name: "System.Net.WebRequest", like: &[], members: REQUEST },
    TypeDef { name: "System.Net.WebRequest", like: &[], members: SLOTS },
    TypeDef { name: "System.Net.HttpWebRequest", like: &["System.Net.WebRequest"], members: &[] },
    TypeDef { name: "System.Net.WebResponse", like: &[], members: RESPONSE },
    TypeDef { name: "System.Net.HttpWebResponse", like: &["System.Net.WebResponse"], members: &[] },
];
