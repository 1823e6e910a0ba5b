//! System.Net.Http.HttpClient and the handlers that carry its settings.
//!
//! A request is done when its method returns: the task that it gives has ended.

use std::time::Duration;

use super::http_message::{self, RequestMessage};
use super::{cookies, headers, http_content, http_fault, web_proxy};
use crate::context::Context;
use crate::error::{Exception, Flow, Result};
use crate::http::{Exchange, HttpFault, Request, Response, Transport, Url, exchange};
use crate::types::system::uri;
use crate::types::threading::task;
use crate::types::{Behaviour, Call, State, TypeDef, TypeRef, fail, hold, record, state_of};
use crate::value::Value;

/// The state of a client.
#[derive(Clone)]
struct Client {
    base: Value,
    headers: Value,
    handler: Value,
    timeout: i64,
    buffer: i64,
    version: Value,
    is_disposed: bool,
}
impl State for Client {}

const SECOND: i64 = 10_000_000;

fn flag(handler: &Value, name: &str, otherwise: bool) -> bool {
    record::field(handler, name).map_or(otherwise, |v| crate::convert::to_bool(&v))
}

fn number(handler: &Value, name: &str) -> Option<i64> {
    record::field(handler, name).and_then(|v| match v.base() {
        Value::Enum(_, n) => Some(*n),
        other => other.as_i64(),
    })
}

/// User and password of a credential value.
pub fn user_of(ctx: &mut dyn Context, credential: &Value) -> Result<Option<(String, String)>> {
    if credential.is_null() {
        return Ok(None);
    }
    let mut text = |name: &str| -> Result<Option<String>> {
        let value = crate::members::get(ctx, credential, name)?;
        Ok(value.filter(|v| !v.is_null()).map(|v| crate::convert::to_display(&v)))
    };
    let (user, password, domain) = (text("UserName")?, text("Password")?, text("Domain")?);
    Ok(user.map(|user| {
        let domain = domain.filter(|d| !d.is_empty()).map_or(String::new(), |d| format!("{d}\\"));
        (format!("{domain}{user}"), password.unwrap_or_default())
    }))
}

/// The names of the codings that a handler unpacks, as a header has them.
pub fn codings(methods: i64) -> Option<String> {
    let names: Vec<&str> = [(1, "gzip"), (2, "deflate"), (4, "br")]
        .iter()
        .filter(|(bit, _)| methods & bit != 0)
        .map(|(_, n)| *n)
        .collect();
    (!names.is_empty()).then(|| names.join(", "))
}

/// Asks the callback that a script set whether a certificate is good that was not found so.
pub fn accepts(ctx: &mut dyn Context, callback: &Value, sender: &Value) -> Result<bool> {
    if callback.is_null() {
        return Ok(false);
    }
    let errors = crate::types::system::enumeration::make("System.Net.Security.SslPolicyErrors", 4);
    let said = crate::types::invoke_delegate(ctx, callback, &[sender.clone(), Value::Null, Value::Null, errors])?;
    Ok(crate::convert::to_bool(&said))
}

/// Sends a message by the settings of a handler.
fn carry(
    ctx: &mut dyn Context,
    message: &RequestMessage,
    request: Request,
    handler: &Value,
    timeout: Option<Duration>,
) -> Result<std::result::Result<Response, HttpFault>> {
    let methods = number(handler, "AutomaticDecompression").unwrap_or(0);
    let mut request = request;
    if let (Some(names), false) =
        (codings(methods), request.headers.iter().any(|(n, _)| n.eq_ignore_ascii_case("Accept-Encoding")))
    {
        request.headers.push(("Accept-Encoding".into(), names));
    }
    let mut transport = Transport { timeout, keeps_coding: methods == 0, ..Transport::default() };
    if flag(handler, "UseProxy", true) {
        let given = record::field(handler, "Proxy").unwrap_or_default();
        web_proxy::apply(ctx, &given, &request.url, &mut transport)?;
    }
    let credentials = user_of(ctx, &record::field(handler, "Credentials").unwrap_or_default())?;
    let redirects = if flag(handler, "AllowAutoRedirect", true) {
        number(handler, "MaxAutomaticRedirections").unwrap_or(50).clamp(0, 10_000) as u32
    } else {
        0
    };
    let now = ctx.utc_now_ticks();
    let jar = record::field(handler, "CookieContainer").filter(|_| flag(handler, "UseCookies", true));
    let once = |transport: Transport| {
        // The jar is copied out: nothing waits for a server while it is locked.
        let mut held = jar.as_ref().and_then(|j| cookies::with_jar(j, |j| j.clone()));
        let how = Exchange { transport, redirects, jar: held.as_mut(), credentials: credentials.clone(), now };
        let done = exchange(request.clone(), how);
        if let (Some(jar), Some(held)) = (&jar, held) {
            cookies::with_jar(jar, |j| *j = held);
        }
        done
    };
    let first = once(transport.clone());
    crate::stop::check()?;
    let callback = record::field(handler, "ServerCertificateCustomValidationCallback").unwrap_or_default();
    if matches!(first, Err(HttpFault::Tls(_)))
        && accepts(ctx, &callback, &http_message::request_value(message.clone()))?
    {
        return Ok(once(Transport { skips_certificates: true, ..transport }));
    }
    Ok(first)
}

/// Sends a request message of a client and gives the answer's message.
fn send(c: &mut Call<'_>, mut message: RequestMessage) -> Result {
    let client = c.with(|h: &mut Client| h.clone())?;
    if client.is_disposed {
        let text = "Cannot access a disposed object.\nObject name: 'System.Net.Http.HttpClient'.";
        return fail::named("System.ObjectDisposedException", text).throw();
    }
    let address = match (message.uri.is_null(), client.base.is_null()) {
        (true, false) => Some(crate::convert::to_display(&client.base)),
        (true, true) => None,
        _ => uri::on_base(&client.base, &message.uri),
    };
    let Some(address) = address else {
        let text = "An invalid request URI was provided. Either the request URI must be an absolute URI or BaseAddress must be set.";
        return fail::invalid(text).throw();
    };
    let scheme = address.split(':').next().unwrap_or_default();
    if !matches!(scheme, "http" | "https") {
        return fail::unsupported(format!("The '{scheme}' scheme is not supported.")).throw();
    }
    let Some(url) = Url::parse(&address) else {
        return fail::invalid("Invalid URI: The hostname could not be parsed.").throw();
    };
    message.uri = uri::of_text(&address);
    let defaults = headers::with(&client.headers, |h| h.rows.clone()).unwrap_or_default();
    headers::with(&message.headers, |h| {
        let missing: Vec<_> = defaults.into_iter().filter(|(n, _)| h.get(n).is_none()).collect();
        h.rows.extend(missing);
    });
    let mut rows = headers::with(&message.headers, |h| h.lines()).unwrap_or_default();
    let body = match http_content::bytes_of(&message.content) {
        Some(bytes) => {
            rows.extend(http_content::header_lines(&message.content));
            Some(bytes?)
        }
        None => None,
    };
    // The length is written with the body, which goes as a whole.
    rows.retain(|(n, v)| {
        let is_chunking = n.eq_ignore_ascii_case("Transfer-Encoding") && v.eq_ignore_ascii_case("chunked");
        !is_chunking && !n.eq_ignore_ascii_case("Content-Length")
    });
    let method = crate::convert::to_display(&message.method).to_ascii_uppercase();
    let needs_body = !matches!(method.as_str(), "GET" | "HEAD" | "CONNECT" | "OPTIONS" | "DELETE");
    let body = body.or_else(|| needs_body.then(Vec::new));
    let timeout = (client.timeout > 0).then(|| Duration::from_nanos(client.timeout as u64 * 100));
    let request = Request { method, url, headers: rows, body };
    match carry(c.ctx, &message, request, &client.handler, timeout)? {
        Ok(response) => Ok(http_message::answer(&response, message)),
        Err(fault) => http_fault::http(&fault, client.timeout as f64 / SECOND as f64).throw(),
    }
}

/// A request of the first argument's address.
fn simple(c: &mut Call<'_>, method: &str, content: Value) -> Result {
    let address = match c.arg(0).base() {
        Value::Str(text) if text.is_empty() => Value::Null,
        Value::Str(text) => uri::of_text(text),
        _ => c.arg(0).clone(),
    };
    send(c, http_message::request(method, address, content))
}

fn message_type() -> TypeRef {
    TypeRef::find("System.Net.Http.HttpResponseMessage").unwrap_or(TypeRef::OBJECT)
}

fn answered(c: &mut Call<'_>, method: &str, has_content: bool) -> Result {
    let content = if has_content { c.arg(1).clone() } else { Value::Null };
    let outcome = simple(c, method, content);
    task::from_result(message_type(), at_hand(outcome)?)
}

/// An outcome for a task: what a caller did wrong is thrown at once and not kept in the task.
fn at_hand(outcome: Result) -> Result<Result> {
    match outcome {
        Err(flow) => {
            let is_misuse = match &*flow {
                Flow::Throw(record) => {
                    let ty = record.exception.ty;
                    ty == TypeRef::INVALID_OPERATION_EXCEPTION || ty == TypeRef::ARGUMENT_NULL_EXCEPTION
                }
                _ => true,
            };
            if is_misuse { Err(flow) } else { Ok(Err(flow)) }
        }
        fine => Ok(fine),
    }
}

/// The content of a successful answer as one of the `Read` methods of HttpContent gives it.
fn content(c: &mut Call<'_>, reader: &str, ty: TypeRef) -> Result {
    let outcome = at_hand(simple(c, "GET", Value::Null))?.and_then(|message| {
        http_message::ensure(&message)?;
        let content = http_message::content_of(&message);
        let read = crate::members::call(c.ctx, &content, reader, &[])?;
        crate::members::call(c.ctx, &read, "GetResult", &[])
    });
    task::from_result(ty, outcome)
}

fn sent(c: &mut Call<'_>) -> Result<RequestMessage> {
    match state_of::<RequestMessage>(c.arg(0)) {
        Some(message) => Ok(message),
        None => fail::null("request").throw(),
    }
}

fn check_address(value: &Value) -> std::result::Result<(), Exception> {
    let text = crate::convert::to_display(value);
    if !value.is_null() && !text.contains("://") {
        return Err(fail::argument("The base address must be an absolute URI.", "value"));
    }
    Ok(())
}

const CLIENT: &[(&str, Behaviour)] = &[
    ("new", |c| {
        let handler = match c.count() {
            0 => {
                let ty = TypeRef::find("System.Net.Http.HttpClientHandler").unwrap_or(TypeRef::OBJECT);
                crate::members::construct(c.ctx, ty, &[])?
            }
            _ if !c.has(0) => return fail::null("handler").throw(),
            _ => c.arg(0).clone(),
        };
        let version =
            crate::types::system::version::parse("1.1").map_or(Value::Null, crate::types::system::version::make);
        Ok(hold(
            c.ty,
            Client {
                base: Value::Null,
                headers: headers::Headers::new(headers::Owner::Request).value(),
                handler,
                timeout: 100 * SECOND,
                buffer: i64::from(i32::MAX),
                version,
                is_disposed: false,
            },
        ))
    }),
    ("BaseAddress", |c| c.with(|h: &mut Client| h.base.clone())),
    ("BaseAddress=", |c| {
        let value = c.arg(0).clone();
        check_address(&value).or_else(|e| e.throw())?;
        c.with(|h: &mut Client| h.base = value)?;
        Ok(Value::Void)
    }),
    ("DefaultRequestHeaders", |c| c.with(|h: &mut Client| h.headers.clone())),
    ("DefaultRequestVersion", |c| c.with(|h: &mut Client| h.version.clone())),
    ("DefaultRequestVersion=", |c| {
        let value = c.arg(0).clone();
        c.with(|h: &mut Client| h.version = value)?;
        Ok(Value::Void)
    }),
    ("DefaultVersionPolicy", |_| Ok(crate::types::system::enumeration::make("System.Net.Http.HttpVersionPolicy", 0))),
    ("::DefaultProxy", |_| Ok(web_proxy::none())),
    ("MaxResponseContentBufferSize", |c| c.with(|h: &mut Client| Value::I64(h.buffer))),
    ("MaxResponseContentBufferSize=", |c| {
        let n = c.long(0);
        c.with(|h: &mut Client| h.buffer = n)?;
        Ok(Value::Void)
    }),
    ("Timeout", |c| c.with(|h: &mut Client| Value::TimeSpan(h.timeout))),
    ("Timeout=", |c| {
        let ticks = c.long(0);
        if ticks <= 0 && ticks != -10_000 {
            return fail::range("Specified argument was out of the range of valid values.", "value").throw();
        }
        c.with(|h: &mut Client| h.timeout = ticks)?;
        Ok(Value::Void)
    }),
    ("GetAsync", |c| answered(c, "GET", false)),
    ("DeleteAsync", |c| answered(c, "DELETE", false)),
    ("PostAsync", |c| answered(c, "POST", true)),
    ("PutAsync", |c| answered(c, "PUT", true)),
    ("PatchAsync", |c| answered(c, "PATCH", true)),
    ("GetStringAsync", |c| content(c, "ReadAsStringAsync", TypeRef::STRING)),
    ("GetByteArrayAsync", |c| content(c, "ReadAsByteArrayAsync", TypeRef::BYTE.array_of(1))),
    ("GetStreamAsync", |c| {
        content(c, "ReadAsStreamAsync", TypeRef::find("System.IO.Stream").unwrap_or(TypeRef::OBJECT))
    }),
    ("Send", |c| {
        let message = sent(c)?;
        send(c, message)
    }),
    ("SendAsync", |c| {
        let message = sent(c)?;
        let outcome = send(c, message);
        task::from_result(message_type(), at_hand(outcome)?)
    }),
    ("CancelPendingRequests", |_| Ok(Value::Void)),
    ("Dispose", |c| {
        c.with(|h: &mut Client| h.is_disposed = true)?;
        Ok(Value::Void)
    }),
];

const HANDLER: &[(&str, Behaviour)] = &[
    ("Dispose", |_| Ok(Value::Void)),
    ("::DangerousAcceptAnyServerCertificateValidator", |c| c.ctx.parse_block("$true")),
];

pub static TYPES: &[TypeDef] = &[
    TypeDef { name: "System.Net.Http.HttpClient", like: &[], members: CLIENT },
    TypeDef { name: "System.Net.Http.HttpClientHandler", like: &[], members: HANDLER },
    TypeDef { name: "System.Net.Http.SocketsHttpHandler", like: &[], members: HANDLER },
];
