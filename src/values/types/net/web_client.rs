//! System.Net.WebClient.

use super::web_request::{self, WebRequest, perform};
use super::{service_point, web_headers};
use crate::encoding::Encoding;
use crate::error::Result;
use crate::types::collections::name_values::Names;
use crate::types::io::path;
use crate::types::io::stream::Stream;
use crate::types::system::uri;
use crate::types::text::encoding;
use crate::types::threading::task;
use crate::types::{Behaviour, Call, State, TypeDef, TypeRef, fail, hold, hold_named};
use crate::value::Value;

/// The state of a client.
#[derive(Clone)]
struct Client {
    base: String,
    headers: Value,
    query: Value,
    answered: Value,
    encoding: Encoding,
    credentials: Value,
    /// None where the environment decides.
    proxy: Option<Value>,
    uses_default: bool,
}
impl State for Client {}

/// A path from the working directory.
fn whole_path(c: &Call<'_>, given: &str) -> String {
    path::full(given, &c.ctx.working_directory().display().to_string())
}

/// The address of the first argument, with base and query of the client.
fn address(c: &Call<'_>, client: &Client) -> Result {
    if !c.has(0) {
        return fail::null("address").throw();
    }
    let base = if client.base.is_empty() { Value::Null } else { uri::of_text(&client.base) };
    let mut text = match uri::on_base(&base, c.arg(0)) {
        Some(text) => text,
        None => format!("file://{}", whole_path(c, &crate::convert::to_display(c.arg(0)))),
    };
    let query = web_headers::with(&client.query, |n| n.pairs()).unwrap_or_default();
    if !query.is_empty() && !text.contains('?') {
        let pairs: Vec<String> = query.iter().map(|(name, value)| format!("{name}={value}")).collect();
        text = format!("{text}?{}", pairs.join("&"));
    }
    Ok(uri::of_text(&text))
}

/// Sends a request of the client; gives the bytes that came back.
fn transfer(c: &mut Call<'_>, method: &str, body: Option<Vec<u8>>) -> Result<Vec<u8>> {
    let client = c.with(|h: &mut Client| h.clone())?;
    let target = address(c, &client)?;
    let shown = crate::convert::to_display(&target);
    if let Some(file) = shown.strip_prefix("file://") {
        return match (method, body) {
            ("GET", _) => crate::stop::read(file).or_else(|e| {
                let inner = fail::io(&e, file);
                failed(&inner.message()).inner(inner.value()).throw()
            }),
            (_, body) => {
                std::fs::write(file, body.unwrap_or_default()).or_else(|e| fail::io(&e, file).throw())?;
                Ok(Vec::new())
            }
        };
    }
    let scheme = shown.split(':').next().unwrap_or_default();
    if !matches!(scheme, "http" | "https") {
        return fail::unsupported("The URI prefix is not recognized.").throw();
    }
    let mut request = WebRequest::to(target);
    request.method = method.to_string();
    let rows = web_headers::with(&client.headers, |n| n.pairs()).unwrap_or_default();
    request.headers = web_headers::make(&rows);
    // These go with one request only.
    web_headers::with(&client.headers, |n| {
        for name in ["Accept", "Connection", "Content-Type", "Expect", "Referer", "User-Agent", "Host"] {
            n.put(name, None);
        }
    });
    if let Some(bytes) = body {
        request.body = hold_named("System.IO.MemoryStream", Stream::Memory { bytes, at: 0, writes: true });
    }
    request.slots.insert("credentials".to_string(), client.credentials.clone());
    if let Some(proxy) = &client.proxy {
        request.slots.insert("proxy".to_string(), proxy.clone());
    }
    request.slots.insert("servercertificatevalidationcallback".to_string(), service_point::callback());
    let sender = c.this.clone();
    let answer = perform(c.ctx, &request, &sender)?;
    c.with(|h: &mut Client| h.answered = web_request::headers_of(&answer))?;
    Ok(web_request::bytes_of(&answer))
}

fn failed(text: &str) -> crate::error::Exception {
    fail::named("System.Net.WebException", format!("An exception occurred during a WebClient request. {text}").trim())
        .with("Status", crate::types::system::enumeration::make("System.Net.WebExceptionStatus", 16))
}

/// The text of an answer: by its charset, a byte order mark, or the client's encoding.
fn text(c: &Call<'_>, bytes: &[u8]) -> Result {
    let client = c.with(|h: &mut Client| h.clone())?;
    let kind = web_headers::with(&client.answered, |n| n.text_of("Content-Type")).flatten().unwrap_or_default();
    let named = super::header_value::parameter(&kind, "charset")
        .and_then(|name| Encoding::by_name(name.trim_matches('"')).ok());
    let (found, skip) = match (named, Encoding::detect(bytes)) {
        (Some(named), Some((found, skip))) if named.code_page == found.code_page => (named, skip),
        (Some(named), _) => (named, 0),
        (None, Some((found, skip))) => (found, skip),
        (None, None) => (client.encoding, 0),
    };
    Ok(Value::from(found.decode(&bytes[skip..]).into_owned()))
}

/// Method and data of an upload: the method may be left out.
fn upload(c: &Call<'_>) -> (String, Value) {
    let at = c.count() - 1;
    let method = if c.count() == 3 && c.has(1) { c.str(1).to_string() } else { "POST".to_string() };
    (method, c.arg(at).clone())
}

fn download_data(c: &mut Call<'_>) -> Result {
    Ok(Value::bytes(&transfer(c, "GET", None)?))
}

fn download_string(c: &mut Call<'_>) -> Result {
    let bytes = transfer(c, "GET", None)?;
    text(c, &bytes)
}

fn download_file(c: &mut Call<'_>) -> Result {
    if !c.has(1) {
        return fail::null("fileName").throw();
    }
    let target = whole_path(c, &c.str(1));
    // Nothing is downloaded that can't be kept.
    let made = std::fs::OpenOptions::new().write(true).create(true).truncate(false).open(&target);
    if let Err(e) = made {
        let inner = fail::io(&e, &target);
        return failed(&inner.message()).inner(inner.value()).throw();
    }
    let bytes = transfer(c, "GET", None)?;
    std::fs::write(&target, bytes).or_else(|e| fail::io(&e, &target).throw())?;
    Ok(Value::Void)
}

fn upload_string(c: &mut Call<'_>) -> Result {
    let (method, data) = upload(c);
    if data.is_null() {
        return fail::null("data").throw();
    }
    let encoding = c.with(|h: &mut Client| h.encoding)?;
    let bytes = transfer(c, &method, Some(encoding.encode(&crate::convert::to_display(&data))))?;
    text(c, &bytes)
}

fn upload_data(c: &mut Call<'_>) -> Result {
    let (method, data) = upload(c);
    if data.is_null() {
        return fail::null("data").throw();
    }
    let bytes = transfer(c, &method, Some(crate::types::bytes_of(&data)))?;
    Ok(Value::bytes(&bytes))
}

/// Gives the request a content type where the script gave none; another one than the right one is refused.
fn need_type(c: &Call<'_>, wanted: &str, kept: &str) -> Result<()> {
    let headers = c.with(|h: &mut Client| h.headers.clone())?;
    let given = web_headers::with(&headers, |n| n.text_of("Content-Type")).flatten();
    match given {
        Some(given) if !given.to_ascii_lowercase().starts_with(kept) => {
            failed("The Content-Type header cannot be changed from its default value for this request.").throw()
        }
        Some(_) => Ok(()),
        None => {
            web_headers::with(&headers, |n| n.put("Content-Type", Some(wanted.to_string())));
            Ok(())
        }
    }
}

fn upload_values(c: &mut Call<'_>) -> Result {
    let (method, data) = upload(c);
    let Some(names) = crate::types::state_of::<Names>(&data) else { return fail::null("data").throw() };
    let form = "application/x-www-form-urlencoded";
    need_type(c, form, form)?;
    let escape = crate::types::net::web_utility::form;
    let pairs: Vec<String> = names.pairs().iter().map(|(n, v)| format!("{}={}", escape(n), escape(v))).collect();
    let bytes = transfer(c, &method, Some(pairs.join("&").into_bytes()))?;
    Ok(Value::bytes(&bytes))
}

fn upload_file(c: &mut Call<'_>) -> Result {
    let (method, data) = upload(c);
    if data.is_null() {
        return fail::null("fileName").throw();
    }
    let file = whole_path(c, &crate::convert::to_display(&data));
    let content = crate::stop::read(&file).or_else(|e| {
        let inner = fail::io(&e, &file);
        failed(&inner.message()).inner(inner.value()).throw()
    })?;
    let body = if method.eq_ignore_ascii_case("PUT") {
        content
    } else {
        let boundary = format!("---------------------{:x}", c.ctx.utc_now_ticks());
        need_type(c, &format!("multipart/form-data; boundary={boundary}"), "multipart/")?;
        let leaf = file.rsplit('/').next().unwrap_or_default();
        let mut out = format!("--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{leaf}\"\r\nContent-Type: application/octet-stream\r\n\r\n").into_bytes();
        out.extend_from_slice(&content);
        out.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
        out
    };
    let bytes = transfer(c, &method, Some(body))?;
    Ok(Value::bytes(&bytes))
}

fn open_read(c: &mut Call<'_>) -> Result {
    let bytes = transfer(c, "GET", None)?;
    Ok(hold_named("System.IO.MemoryStream", Stream::Memory { bytes, at: 0, writes: false }))
}

fn texts() -> TypeRef {
    TypeRef::STRING
}

fn bytes() -> TypeRef {
    TypeRef::BYTE.array_of(1)
}

fn later(c: &mut Call<'_>, ty: TypeRef, work: fn(&mut Call<'_>) -> Result) -> Result {
    let outcome = work(c);
    task::from_result(ty, outcome)
}

fn keep(c: &mut Call<'_>, f: fn(&mut Client, Value)) -> Result {
    let value = c.arg(0).clone();
    c.with(|h: &mut Client| f(h, value))?;
    Ok(Value::Void)
}

const MEMBERS: &[(&str, Behaviour)] = &[
    ("new", |c| {
        let query = crate::members::construct(
            c.ctx,
            TypeRef::find("System.Collections.Specialized.NameValueCollection").unwrap_or(TypeRef::OBJECT),
            &[],
        )?;
        Ok(hold(
            c.ty,
            Client {
                base: String::new(),
                headers: web_headers::make(&[]),
                query,
                answered: Value::Null,
                encoding: Encoding::utf8(true),
                credentials: Value::Null,
                proxy: None,
                uses_default: false,
            },
        ))
    }),
    ("BaseAddress", |c| c.with(|h: &mut Client| Value::from(h.base.as_str()))),
    ("BaseAddress=", |c| keep(c, |h, v| h.base = crate::convert::to_display(&v))),
    ("Headers", |c| c.with(|h: &mut Client| h.headers.clone())),
    ("Headers=", |c| {
        let rows = web_headers::with(c.arg(0), |n| n.pairs());
        let value = if rows.is_some() { c.arg(0).clone() } else { web_headers::make(&[]) };
        c.with(|h: &mut Client| h.headers = value)?;
        Ok(Value::Void)
    }),
    ("QueryString", |c| c.with(|h: &mut Client| h.query.clone())),
    ("QueryString=", |c| keep(c, |h, v| h.query = v)),
    ("ResponseHeaders", |c| c.with(|h: &mut Client| h.answered.clone())),
    ("Encoding", |c| c.with(|h: &mut Client| encoding::make(h.encoding))),
    ("Encoding=", |c| match encoding::encoding_of(c.arg(0)) {
        Some(found) => {
            c.with(|h: &mut Client| h.encoding = found)?;
            Ok(Value::Void)
        }
        None => fail::null("value").throw(),
    }),
    ("Credentials", |c| c.with(|h: &mut Client| h.credentials.clone())),
    ("Credentials=", |c| keep(c, |h, v| h.credentials = v)),
    ("UseDefaultCredentials", |c| c.with(|h: &mut Client| Value::Bool(h.uses_default))),
    ("UseDefaultCredentials=", |c| keep(c, |h, v| h.uses_default = crate::convert::to_bool(&v))),
    ("Proxy", |c| c.with(|h: &mut Client| h.proxy.clone().unwrap_or_else(super::web_proxy::none))),
    ("Proxy=", |c| keep(c, |h, v| h.proxy = Some(v))),
    ("CachePolicy", |_| Ok(Value::Null)),
    ("IsBusy", |_| Ok(Value::Bool(false))),
    ("Container", |_| Ok(Value::Null)),
    ("Site", |_| Ok(Value::Null)),
    ("DownloadString", download_string),
    ("DownloadStringTaskAsync", |c| later(c, texts(), download_string)),
    ("DownloadData", download_data),
    ("DownloadDataTaskAsync", |c| later(c, bytes(), download_data)),
    ("DownloadFile", download_file),
    ("DownloadFileTaskAsync", |c| later(c, TypeRef::VOID, download_file)),
    ("OpenRead", open_read),
    ("OpenReadTaskAsync", |c| later(c, TypeRef::OBJECT, open_read)),
    ("UploadString", upload_string),
    ("UploadStringTaskAsync", |c| later(c, texts(), upload_string)),
    ("UploadData", upload_data),
    ("UploadDataTaskAsync", |c| later(c, bytes(), upload_data)),
    ("UploadValues", upload_values),
    ("UploadValuesTaskAsync", |c| later(c, bytes(), upload_values)),
    ("UploadFile", upload_file),
    ("UploadFileTaskAsync", |c| later(c, bytes(), upload_file)),
    ("CancelAsync", |_| Ok(Value::Void)),
    ("Dispose", |_| Ok(Value::Void)),
];

pub static TYPES: &[TypeDef] = &[TypeDef { name: "System.Net.WebClient", like: &[], members: MEMBERS }];
