//! What Invoke-WebRequest and Invoke-RestMethod share: checks, headers, authentication, redirection, retries.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use command::{
    Bound, Context, ErrorCategory, ErrorRecord, Exception, Flow, Result, Scope, Session, Str, TypeRef, Value, class,
};
use values::{convert, members};

use crate::web::body::{body, fields};
use crate::web::response::message;
use crate::web::session::WebSession;
use crate::web::text::{content_type, decode, is_json, status_name};
use values::http::{HttpFault, Protocols, Request, Response, Transport, Url, proxy_of, send};
use values::types::net::{cookies, http_fault};

/// Runs the request of the parameters; none when it ended in an error that was written.
pub fn run(session: &mut dyn Session, bound: &Bound, address: Option<Url>) -> Result<Response> {
    check(session, bound)?;
    let web = web_session(session, bound)?;
    let url = match address {
        Some(url) => url,
        None => url_of(session, bound)?,
    };
    let method = match bound.str("CustomMethod") {
        Some(custom) => custom.to_uppercase(),
        None => match bound.enum_name("Method").map(|m| m.to_uppercase()).as_deref() {
            None | Some("DEFAULT" | "0") => "GET".to_string(),
            Some(other) => other.to_string(),
        },
    };
    check_unencrypted(bound, &url)?;
    let mut headers = headers(session, bound, web.as_foreign::<WebSession>())?;
    let given_type = bound.str("ContentType").map(|t| t.to_string()).or_else(|| header(&headers, "Content-Type"));
    if let (Some(text), false) = (&given_type, bound.switch("SkipHeaderValidation"))
        && (!text.split(';').next().unwrap_or_default().trim().contains('/')
            || text.split(';').next().unwrap_or_default().trim().contains(' '))
    {
        return Exception::new(
                class("System.Management.Automation.ValidationMetadataException", TypeRef::RUNTIME_EXCEPTION),
                "The cmdlet cannot run because the -ContentType parameter is not a valid Content-Type header. Specify a valid Content-Type for -ContentType, then retry. To suppress header validation, supply the -SkipHeaderValidation parameter.",
            )
            .identity("WebCmdletContentTypeException", ErrorCategory::InvalidArgument, Value::from(text.as_str()))
            .throw();
    }
    let mut url = url;
    let mut content = None;
    if method == "GET" && bound.get("Body").is_some_and(|b| b.as_dict().is_some()) {
        // What a GET would send as a form goes into the address.
        let query = fields(session, &bound.value("Body"))?;
        url.query = Some(match url.query.take().filter(|q| !q.is_empty()) {
            Some(old) => format!("{old}&{query}"),
            None => query,
        });
    } else {
        content = body(session, bound, given_type.as_deref())?;
    }
    let mut content_type_sent = given_type;
    if content_type_sent.is_none() {
        content_type_sent = content.as_ref().and_then(|c| c.content_type.clone());
    }
    // All but GET send a content, an empty one where there is none; only POST says that it is a form.
    let has_body_method = method != "GET" || content.is_some();
    if content_type_sent.is_none() && method == "POST" {
        content_type_sent = Some("application/x-www-form-urlencoded".into());
    }
    headers.retain(|(n, _)| !n.eq_ignore_ascii_case("Content-Type"));
    let mut payload = content.map(|c| c.bytes);
    if payload.is_none() && has_body_method {
        payload = Some(Vec::new());
    }
    if let (Some(text), true) = (&content_type_sent, payload.is_some()) {
        headers.push(("Content-Type".into(), text.clone()));
    }
    add_resume(session, bound, &mut headers)?;
    let transport = transport(session, bound, &url)?;
    let retries = bound.int("MaximumRetryCount").unwrap_or(0).max(0);
    let mut tries = 0;
    loop {
        let response = follow(session, bound, &web, &method, url.clone(), &headers, payload.clone(), &transport)?;
        let may_retry = tries < retries
            && (response.status == 304 || (400..=599).contains(&response.status))
            && !bound.switch("SkipHttpErrorCheck");
        if may_retry {
            tries += 1;
            let asked =
                response.header("Retry-After").and_then(|t| t.parse::<i64>().ok()).filter(|_| response.status == 429);
            let seconds = asked.or(bound.int("RetryIntervalSec")).unwrap_or(5).max(0);
            session.write_verbose(&format!(
                "Retrying after interval of {seconds} seconds. Status code for previous attempt: {}",
                status_name(response.status, &response.reason)
            ))?;
            session.sleep(Duration::from_secs(seconds as u64))?;
            continue;
        }
        let is_fine = (200..300).contains(&response.status) || bound.switch("SkipHttpErrorCheck");
        // What was to be resumed is there as a whole already.
        let is_fine = is_fine || (response.status == 416 && is_whole(session, bound, &response)?);
        return if is_fine { Ok(response) } else { failed(session, &response) };
    }
}

fn header(headers: &[(String, String)], name: &str) -> Option<String> {
    headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.clone())
}

/// `-Resume` asks for what a file lacks.
fn add_resume(session: &mut dyn Session, bound: &Bound, headers: &mut Vec<(String, String)>) -> Result<()> {
    if let (true, Some(file)) = (bound.switch("Resume"), bound.str("OutFile")) {
        let path = session.file_path(&file)?;
        let size = std::fs::metadata(path).map_or(0, |facts| facts.len());
        headers.push(("Range".into(), format!("bytes={size}-")));
    }
    Ok(())
}

/// Whether the file of `-Resume` has the length that a refused range names.
fn is_whole(session: &mut dyn Session, bound: &Bound, response: &Response) -> Result<bool> {
    let (true, Some(file)) = (bound.switch("Resume"), bound.str("OutFile")) else { return Ok(false) };
    let path = session.file_path(&file)?;
    let total = response.header("Content-Range").and_then(|r| r.rsplit('/').next()?.parse::<u64>().ok());
    Ok(std::fs::metadata(path).is_ok_and(|facts| Some(facts.len()) == total))
}

/// An address as it was written: the text of a Uri would show what is escaped in it.
pub fn address_text(session: &mut dyn Session, given: &Value) -> Result<String> {
    let original = match given.base() {
        Value::Foreign(_) => members::get(session, given, "OriginalString")?,
        _ => None,
    };
    Ok(convert::to_display(original.as_ref().unwrap_or(given)))
}

fn url_of(session: &mut dyn Session, bound: &Bound) -> Result<Url> {
    let given = bound.value("Uri");
    let text = address_text(session, &given)?;
    let text = text.trim().to_string();
    if text.is_empty() {
        return bad_uri();
    }
    let scheme = text.split(':').next().unwrap_or_default();
    let has_scheme =
        text.contains(':') && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    let is_port =
        has_scheme && !text.contains("://") && text[scheme.len() + 1..].starts_with(|c: char| c.is_ascii_digit());
    if has_scheme && !is_port && !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
        return unsupported(format!("The '{}' scheme is not supported.", scheme.to_lowercase()));
    }
    if is_port {
        return unsupported(format!("The '{}' scheme is not supported.", scheme.to_lowercase()));
    }
    let full = if has_scheme { text } else { format!("http://{text}") };
    match Url::parse(&full) {
        Some(url) => Ok(url),
        None => bad_uri(),
    }
}

fn bad_uri<T>() -> Result<T> {
    Exception::new(
        class("System.UriFormatException", TypeRef::FORMAT_EXCEPTION),
        "Invalid URI: The hostname could not be parsed.",
    )
    .identity("System.UriFormatException", ErrorCategory::NotSpecified, Value::Null)
    .throw()
}

fn unsupported<T>(message: String) -> Result<T> {
    Exception::new(TypeRef::NOT_SUPPORTED_EXCEPTION, message)
        .identity("WebCmdletIEDomNotSupportedException", ErrorCategory::NotImplemented, Value::Null)
        .throw()
}

/// The parameters that contradict each other.
fn check(session: &mut dyn Session, bound: &Bound) -> Result<()> {
    let own = session.command().error_name.clone();
    let fail = |id: &str, text: &str| -> Result<()> {
        Exception::new(
            class("System.Management.Automation.ValidationMetadataException", TypeRef::RUNTIME_EXCEPTION),
            text,
        )
        .identity(id, ErrorCategory::InvalidArgument, Value::Str(own.clone()))
        .throw()
    };
    let has = |name: &str| bound.has(name);
    if has("WebSession") && has("SessionVariable") {
        return fail(
            "WebCmdletSessionConflictException",
            "The cmdlet cannot run because the following conflicting parameters are specified: Session and SessionVariable. Specify either Session or SessionVariable, then retry.",
        );
    }
    if bound.switch("ProxyUseDefaultCredentials") && has("ProxyCredential") {
        return fail(
            "WebCmdletProxyCredentialConflictException",
            "The cmdlet cannot run because the following conflicting parameters are specified: ProxyCredential and ProxyUseDefaultCredentials. Specify either ProxyCredential or ProxyUseDefaultCredentials, then retry.",
        );
    }
    if (bound.switch("ProxyUseDefaultCredentials") || has("ProxyCredential")) && !has("Proxy") {
        return fail(
            "WebCmdletProxyUriNotSuppliedException",
            "The cmdlet cannot run because the following parameter is missing: Proxy. Provide a valid proxy URI for the Proxy parameter when using the ProxyCredential or ProxyUseDefaultCredentials parameters, then retry.",
        );
    }
    let authentication = bound.enum_name("Authentication").filter(|a| !a.eq_ignore_ascii_case("None"));
    if authentication.is_some() && bound.switch("UseDefaultCredentials") {
        return fail(
            "WebCmdletAuthenticationConflictException",
            "The cmdlet cannot run because the following conflicting parameters are specified: Authentication and UseDefaultCredentials. Authentication does not support Default Credentials. Specify either Authentication or UseDefaultCredentials, then retry.",
        );
    }
    if authentication.is_some() && has("Token") && has("Credential") {
        return fail(
            "WebCmdletAuthenticationTokenConflictException",
            "The cmdlet cannot run because the following conflicting parameters are specified: Credential and Token. Specify either Credential or Token, then retry.",
        );
    }
    if let Some(kind) = &authentication {
        if kind.eq_ignore_ascii_case("Basic") && !has("Credential") {
            return fail(
                "WebCmdletAuthenticationCredentialNotSuppliedException",
                "The cmdlet cannot run because the following parameter is not specified: Credential. The supplied Authentication type requires a Credential. Specify Credential, then retry.",
            );
        }
        if !kind.eq_ignore_ascii_case("Basic") && !has("Token") {
            return fail(
                "WebCmdletAuthenticationTokenNotSuppliedException",
                "The cmdlet cannot run because the following parameter is not specified: Token. The supplied Authentication type requires a Token. Specify Token, then retry.",
            );
        }
    }
    if has("Body") && has("InFile") {
        return fail(
            "WebCmdletBodyConflictException",
            "The cmdlet cannot run because the following conflicting parameters are specified: Body and InFile. Specify either Body or Infile, then retry.",
        );
    }
    if has("Body") && has("Form") {
        return fail(
            "WebCmdletBodyFormConflictException",
            "The cmdlet cannot run because the following conflicting parameters are specified: Body and Form. Specify either Body or Form, then retry.",
        );
    }
    for name in ["PassThru", "Resume"] {
        if bound.switch(name) && !has("OutFile") {
            return fail(
                "WebCmdletOutFileMissingException",
                &format!(
                    "The cmdlet cannot run because the following parameter is missing: OutFile. Provide a valid OutFile parameter value when using the {name} parameter, then retry."
                ),
            );
        }
    }
    if has("Certificate") || has("CertificateThumbprint") {
        return Exception::new(
            class("System.Security.Cryptography.CryptographicException", TypeRef::SYSTEM_EXCEPTION),
            "The specified X509 certificate store does not exist.",
        )
        .identity("WebCmdletCertificateException", ErrorCategory::SecurityError, Value::Null)
        .throw();
    }
    if has("UnixSocket") {
        return unsupported("Requests over UNIX sockets are not supported.".into());
    }
    if let Some(version) = bound.get("HttpVersion").map(convert::to_display)
        && !matches!(version.as_str(), "1.0" | "1.1" | "2.0" | "3.0")
    {
        return unsupported("Request version value must be one of 1.0, 1.1, 2.0, or 3.0.".into());
    }
    Ok(())
}

/// Secrets do not go over plain connections unless that is allowed.
fn check_unencrypted(bound: &Bound, url: &Url) -> Result<()> {
    let has_secret = bound.has("Credential") || bound.has("Token") || bound.switch("UseDefaultCredentials");
    if !has_secret || url.scheme == "https" || bound.switch("AllowUnencryptedAuthentication") {
        return Ok(());
    }
    Exception::new(
        class("System.Management.Automation.ValidationMetadataException", TypeRef::RUNTIME_EXCEPTION),
        "The cmdlet cannot protect plain text secrets sent over unencrypted connections. To suppress this warning and send plain text secrets over unencrypted networks, reissue the command specifying the AllowUnencryptedAuthentication parameter.",
    )
    .identity("WebCmdletAllowUnencryptedAuthenticationRequiredException", ErrorCategory::InvalidArgument, Value::Null)
    .throw()
}

fn web_session(session: &mut dyn Session, bound: &Bound) -> Result {
    if let Some(given) = bound.get("WebSession").filter(|w| w.as_foreign::<WebSession>().is_some()) {
        return Ok(given.clone());
    }
    let made = Value::foreign(WebSession::new());
    if let Some(name) = bound.str("SessionVariable") {
        session.set_variable(&name, made.clone(), Scope::Local)?;
    }
    Ok(made)
}

fn headers(session: &mut dyn Session, bound: &Bound, web: Option<&WebSession>) -> Result<Vec<(String, String)>> {
    let mut list: Vec<(String, String)> = Vec::new();
    let mut put = |name: String, value: String| match list.iter_mut().find(|(n, _)| n.eq_ignore_ascii_case(&name)) {
        Some(entry) => entry.1 = value,
        None => list.push((name, value)),
    };
    let agent = bound
        .str("UserAgent")
        .map(|a| a.to_string())
        .or_else(|| web.map(|w| convert::to_display(&w.slot("UserAgent"))).filter(|a| !a.is_empty()));
    put("User-Agent".into(), agent.clone().unwrap_or_else(|| default_agent(session)));
    put("Accept-Encoding".into(), "gzip, deflate, br".into());
    if let Some(web) = web {
        for (name, value) in web.headers.to_vec() {
            put(convert::to_display(&name), convert::to_display(&value));
        }
    }
    if let Some(table) = bound.get("Headers").and_then(Value::as_dict) {
        for (name, value) in table.to_vec() {
            let name = convert::to_display(&name);
            let text = {
                let context: &mut dyn Context = session;
                convert::to_str(context, &value)?.to_string()
            };
            if !bound.switch("SkipHeaderValidation") {
                let is_token = !name.is_empty()
                    && name.chars().all(|c| c.is_ascii_graphic() && !"()<>@,;:\\\"/[]?={}".contains(c));
                if !is_token {
                    return bad_header(format!("The header name '{name}' has an invalid format."));
                }
                let is_fine = match name.to_ascii_lowercase().as_str() {
                    "user-agent" => text.matches('(').count() == text.matches(')').count(),
                    "if-match" | "if-none-match" => text == "*" || text.starts_with('"') || text.starts_with("W/\""),
                    "date" | "if-modified-since" | "if-unmodified-since" => text.contains("GMT"),
                    _ => !text.contains(['\r', '\n']),
                };
                if !is_fine {
                    return bad_header(format!("The format of value '{}' is invalid.", open_comment(&name, &text)));
                }
            }
            put(name, text);
        }
    }
    if let (Some(text), false) = (&agent, bound.switch("SkipHeaderValidation"))
        && (text.contains(['\r', '\n']) || text.matches('(').count() != text.matches(')').count())
    {
        return bad_header(format!("The format of value '{}' is invalid.", open_comment("user-agent", text)));
    }
    let is_given = list.iter().any(|(n, _)| n.eq_ignore_ascii_case("Authorization"));
    let mut put = |name: String, value: String| match list.iter_mut().find(|(n, _)| n.eq_ignore_ascii_case(&name)) {
        Some(entry) => entry.1 = value,
        None => list.push((name, value)),
    };
    if is_given {
        // An explicit header is the one that counts.
    } else if let Some(kind) = bound.enum_name("Authentication").filter(|a| !a.eq_ignore_ascii_case("None")) {
        let text = if kind.eq_ignore_ascii_case("Basic") {
            basic(session, &bound.value("Credential"))?
        } else {
            format!("Bearer {}", secret(session, &bound.value("Token"))?)
        };
        put("Authorization".into(), text);
    }
    if bound.switch("DisableKeepAlive") {
        put("Connection".into(), "close".into());
    }
    if let Some(coding) = bound.str("TransferEncoding") {
        put("TE".into(), coding.to_string());
    }
    // What the client can unpack itself is asked for beside what the caller asks for.
    if let Some((_, asked)) = list.iter_mut().find(|(n, _)| n.eq_ignore_ascii_case("Accept-Encoding")) {
        for coding in ["gzip", "deflate", "br"] {
            if !asked.split(',').any(|a| a.trim().eq_ignore_ascii_case(coding)) {
                asked.push_str(&format!(", {coding}"));
            }
        }
    }
    Ok(list)
}

/// The part of a header that can't be read: of a product, the comment that is not closed.
fn open_comment<'a>(name: &str, text: &'a str) -> &'a str {
    match text.find('(').filter(|_| name.eq_ignore_ascii_case("user-agent")) {
        Some(at) => &text[at..],
        None => text,
    }
}

fn bad_header<T>(message: String) -> Result<T> {
    Exception::new(TypeRef::FORMAT_EXCEPTION, message)
        .identity("System.FormatException", ErrorCategory::NotSpecified, Value::Null)
        .throw()
}

/// The text of a SecureString.
fn secret(session: &mut dyn Session, value: &Value) -> Result<String> {
    let context: &mut dyn Context = session;
    let ty = class("System.Net.NetworkCredential", TypeRef::OBJECT);
    let holder = members::call_static(context, ty, "new", &[Value::from(""), value.clone()])?;
    Ok(members::get(context, &holder, "Password")?.map(|p| convert::to_display(&p)).unwrap_or_default())
}

fn basic(session: &mut dyn Session, credential: &Value) -> Result<String> {
    let user = members::get(session, credential, "UserName")?.map(|u| convert::to_display(&u)).unwrap_or_default();
    let password = members::get(session, credential, "Password")?.unwrap_or_default();
    let password = secret(session, &password)?;
    Ok(format!("Basic {}", STANDARD.encode(format!("{user}:{password}"))))
}

fn default_agent(session: &mut dyn Session) -> String {
    let system = std::fs::read_to_string("/etc/os-release")
        .ok()
        .and_then(|t| t.lines().find_map(|l| l.strip_prefix("PRETTY_NAME=").map(|n| n.trim_matches('"').to_string())));
    let culture = session.culture_name().to_string();
    let culture = if culture.is_empty() { "en-US".to_string() } else { culture };
    format!("Mozilla/5.0 (Linux; {}; {culture}) PowerShell/7.6.5", system.unwrap_or_else(|| "Linux".into()))
}

fn transport(session: &mut dyn Session, bound: &Bound, url: &Url) -> Result<Transport> {
    let seconds = [bound.int("ConnectionTimeoutSeconds"), bound.int("OperationTimeoutSeconds")]
        .into_iter()
        .flatten()
        .filter(|n| *n > 0)
        .min();
    let mut made = Transport {
        skips_certificates: bound.switch("SkipCertificateCheck"),
        timeout: seconds.map(|n| Duration::from_secs(n as u64)),
        version: bound.get("HttpVersion").map(convert::to_display).filter(|v| v == "1.0").map_or("1.1", |_| "1.0"),
        wanted: match bound.get("HttpVersion").map(convert::to_display).as_deref() {
            Some("2.0") => "2.0",
            Some("3.0") => "3.0",
            _ => "",
        },
        protocols: protocols(bound)?,
        ..Default::default()
    };
    if let Some(proxy) = bound.get("Proxy") {
        made.proxy = Url::parse(&convert::to_display(proxy));
        if let Some(credential) = bound.get("ProxyCredential") {
            made.proxy_authorization = Some(basic(session, credential)?);
        }
    } else if !bound.switch("NoProxy") {
        made.proxy = proxy_of(url, &mut |name| session.environment(name));
    }
    Ok(made)
}

/// The versions of TLS that `-SslProtocol` allows.
fn protocols(bound: &Bound) -> Result<Protocols> {
    let Some(value) = bound.get("SslProtocol") else { return Ok(Protocols::All) };
    // The values of SslProtocols, or their names.
    let number = value.as_i64().unwrap_or(0);
    let shown = convert::to_display(value).to_ascii_lowercase();
    let names: Vec<&str> = shown.split(',').map(str::trim).collect();
    let has = |name: &str, bit: i64| number & bit != 0 || (number == 0 && names.contains(&name));
    Ok(match (has("tls12", 3072), has("tls13", 12288)) {
        (true, false) => Protocols::Only12,
        (false, true) => Protocols::Only13,
        (false, false) if has("tls", 192) || has("tls11", 768) => {
            return unsupported("TLS 1.0 and TLS 1.1 are not supported.".into());
        }
        _ => Protocols::All,
    })
}

fn follow(
    session: &mut dyn Session,
    bound: &Bound,
    web: &Value,
    method: &str,
    mut url: Url,
    headers: &[(String, String)],
    mut payload: Option<Vec<u8>>,
    transport: &Transport,
) -> Result<Response> {
    let mut left = bound.int("MaximumRedirection").unwrap_or(50);
    let mut method = method.to_string();
    let mut headers = headers.to_vec();
    loop {
        let now = session.utc_now_ticks();
        let mut sent = headers.clone();
        let jar = web.as_foreign::<WebSession>().map(|w| w.cookies.clone()).unwrap_or_default();
        if let Some(text) = cookies::with_jar(&jar, |j| j.header(&url, now)).filter(|t| !t.is_empty()) {
            sent.push(("Cookie".into(), text));
        }
        let size = payload.as_ref().map_or(0, Vec::len);
        let kind = content_type(header(&sent, "Content-Type").as_deref()).0;
        let with = if kind.is_empty() { String::new() } else { format!(" with {kind} payload") };
        let query = url.query.as_ref().map_or(String::new(), |q| format!(" with query length {}", q.len()));
        let sized = if payload.is_some() { format!(" with body size {size} B ({size} bytes)") } else { String::new() };
        let shown = format!("{}://{}{}", url.scheme, url.authority(), url.path);
        session.write_verbose(&format!("WebRequest: v1.1 {method} {shown}{query}{with}{sized}"))?;
        let request = Request { method: method.clone(), url: url.clone(), headers: sent, body: payload.clone() };
        let response = match send(&request, transport) {
            Ok(response) => response,
            Err(fault) => {
                values::stop::check()?;
                return unreachable_host(session, fault, transport);
            }
        };
        let kind = content_type(response.header("Content-Type")).0;
        session.write_verbose(&format!(
            "WebResponse: {} {} with {kind} payload with body size {} B ({} bytes)",
            response.status,
            response.reason,
            response.body.len(),
            response.body.len()
        ))?;
        for (_, text) in response.headers.iter().filter(|(n, _)| n.eq_ignore_ascii_case("Set-Cookie")) {
            cookies::with_jar(&jar, |j| j.store(text, &url, now));
        }
        let is_redirect = matches!(response.status, 300..=303 | 307 | 308);
        let Some(to) = response.header("Location").filter(|_| is_redirect).and_then(|l| url.join(l)) else {
            return Ok(response);
        };
        if left <= 0 || (url.scheme == "https" && to.scheme == "http" && !bound.switch("AllowInsecureRedirect")) {
            return Ok(response);
        }
        left -= 1;
        let keeps_method = bound.switch("PreserveHttpMethodOnRedirect") || matches!(response.status, 307 | 308);
        if !keeps_method && (method == "POST" || response.status == 303) && method != "HEAD" {
            method = "GET".into();
            payload = None;
        } else if bound.switch("PreserveHttpMethodOnRedirect") {
            // The second request is made anew: its content is empty.
            payload = payload.map(|_| Vec::new());
            headers.retain(|(n, _)| !n.eq_ignore_ascii_case("Content-Type"));
        }
        if payload.is_none() {
            headers.retain(|(n, _)| !n.eq_ignore_ascii_case("Content-Type"));
        }
        if !bound.switch("PreserveAuthorizationOnRedirect") {
            headers.retain(|(n, _)| !n.eq_ignore_ascii_case("Authorization"));
        }
        url = to;
    }
}

/// The error of a request that got no answer.
fn unreachable_host<T>(_session: &mut dyn Session, fault: HttpFault, transport: &Transport) -> Result<T> {
    let seconds = transport.timeout.map_or(100.0, |t| t.as_secs_f64());
    let exception = http_fault::http(&fault, seconds);
    let (id, category) = match fault {
        HttpFault::Timeout => ("ConnectionTimeoutReached", ErrorCategory::OperationTimeout),
        _ => ("WebCmdletWebResponseException", ErrorCategory::InvalidOperation),
    };
    let inner = exception.data.lock().inner.clone();
    let details = match (fault, inner) {
        (HttpFault::Connect(text, ..), _) => Some(text),
        (HttpFault::Tls(_), Some(Value::Exception(inner))) => Some(inner.message().to_string()),
        _ => None,
    };
    let target = command::NativeObject::of("System.Net.Http.HttpRequestMessage", vec![("Version", Value::from("1.1"))]);
    let record = ErrorRecord::new(Arc::new(exception), id, category, target);
    if let Some(text) = details {
        record.data.lock().details = Some((Str::from(text), None));
    }
    Err(Flow::throw(Arc::new(record)))
}

/// The error of an answer that says so.
fn failed<T>(session: &mut dyn Session, response: &Response) -> Result<T> {
    let text = format!("Response status code does not indicate success: {} ({}).", response.status, response.reason);
    let exception = Exception::new(
        class(
            "Microsoft.PowerShell.Commands.HttpResponseException",
            class("System.Net.Http.HttpRequestException", TypeRef::EXCEPTION),
        ),
        text,
    )
    .with("Response", message(response))
    .with(
        "StatusCode",
        command::enum_value("System.Net.HttpStatusCode", &status_name(response.status, &response.reason)),
    );
    let target = command::NativeObject::of("System.Net.Http.HttpRequestMessage", vec![("Version", Value::from("1.1"))]);
    let record =
        ErrorRecord::new(Arc::new(exception), "WebCmdletWebResponseException", ErrorCategory::InvalidOperation, target);
    if !response.body.is_empty() {
        let (media, charset) = content_type(response.header("Content-Type"));
        let (body, _) = decode(&response.body, charset.as_deref(), &media);
        let shown = if is_json(&media) { pretty(session, &body).unwrap_or(body) } else { without_tags(&body) };
        record.data.lock().details = Some((Str::from(shown), None));
    }
    Err(Flow::throw(Arc::new(record)))
}

/// JSON laid out on lines of its own.
fn pretty(session: &mut dyn Session, text: &str) -> Option<String> {
    use crate::json::reader::{DateKind, Options, read};
    use crate::json::writer::{Escapes, Writer};
    let options =
        Options { as_hashtable: true, depth: 1024, dates: DateKind::String, zone: values::time::Zone::system() };
    let value = read(session, text, &options).ok()?;
    let mut writer = Writer::new(100, false, false, Escapes::Default);
    writer.value(session, &value, 0).ok()?;
    Some(format!("\n{}", writer.out))
}

fn without_tags(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        let Some(end) = rest[start..].find('>') else { break };
        out.push_str(&rest[..start]);
        rest = &rest[start + end + 1..];
    }
    out.push_str(rest);
    out
}
