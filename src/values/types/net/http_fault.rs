//! The exceptions of requests that got no answer, or one that says so.

use crate::error::Exception;
use crate::http::HttpFault;
use crate::types::fail;
use crate::types::system::enumeration;
use crate::value::Value;

/// SocketException with the system's text.
pub fn socket(text: &str) -> Exception {
    // Linux' numbers of what SocketError calls by Windows' ones.
    let (code, native) = match text {
        "Connection refused" => (10061, 111),
        "No route to host" => (10065, 113),
        "Network is unreachable" => (10051, 101),
        "Connection reset by peer" => (10054, 104),
        "Connection timed out" => (10060, 110),
        "Address already in use" => (10048, 98),
        "Cannot assign requested address" => (10049, 99),
        "Permission denied" => (10013, 13),
        "Broken pipe" => (10053, 32),
        "Resource temporarily unavailable" => (11002, 11),
        _ => (11001, -131_073),
    };
    fail::named("System.Net.Sockets.SocketException", text)
        .with("SocketErrorCode", enumeration::make("System.Net.Sockets.SocketError", code))
        .with("ErrorCode", Value::I32(native))
        .with("NativeErrorCode", Value::I32(native))
}

/// The system's text of an error.
pub fn system_text(error: &std::io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_string()
}

/// What .NET says of a TLS handshake that failed.
fn tls_text(text: &str) -> &'static str {
    if text.contains("UntrustedRoot") {
        "The remote certificate is invalid because of errors in the certificate chain: UntrustedRoot"
    } else if text.contains("NotValidForName") || text.contains("not valid for name") {
        "The remote certificate is invalid according to the validation procedure: RemoteCertificateNameMismatch"
    } else {
        "The remote certificate is invalid because of errors in the certificate chain: PartialChain"
    }
}

fn request(text: impl Into<String>, kind: i64) -> Exception {
    fail::named("System.Net.Http.HttpRequestException", text)
        .with("HttpRequestError", enumeration::make("System.Net.Http.HttpRequestError", kind))
}

/// HttpRequestException, or TaskCanceledException after `seconds` without an answer.
pub fn http(fault: &HttpFault, seconds: f64) -> Exception {
    match fault {
        HttpFault::Timeout => {
            let inner = fail::named("System.TimeoutException", "The operation was canceled.");
            let text = format!(
                "The request was canceled due to the configured HttpClient.Timeout of {seconds} seconds elapsing."
            );
            fail::named("System.Threading.Tasks.TaskCanceledException", text).inner(inner.value())
        }
        HttpFault::Connect(text, host, port) => {
            let kind = if text.starts_with("Name or") { 1 } else { 2 };
            request(format!("{text} ({host}:{port})"), kind).inner(socket(text).value())
        }
        HttpFault::Tls(text) => {
            let inner = fail::named("System.Security.Authentication.AuthenticationException", tls_text(text));
            request("The SSL connection could not be established, see inner exception.", 3).inner(inner.value())
        }
        HttpFault::Protocol(text) => request(text.as_str(), 8),
    }
}

/// HttpRequestException of an answer that is no success.
pub fn no_success(status: u16, reason: &str) -> Exception {
    let text = match reason {
        "" => format!("Response status code does not indicate success: {status}."),
        reason => format!("Response status code does not indicate success: {status} ({reason})."),
    };
    request(text, 0).with("StatusCode", enumeration::make("System.Net.HttpStatusCode", i64::from(status)))
}

fn web_exception(text: impl Into<String>, status: i64) -> Exception {
    fail::named("System.Net.WebException", text)
        .with("Status", enumeration::make("System.Net.WebExceptionStatus", status))
}

/// WebException, as HttpWebRequest and WebClient throw it.
pub fn web(fault: &HttpFault) -> Exception {
    let inner = http(fault, 100.0);
    match fault {
        HttpFault::Timeout => web_exception("The operation has timed out.", 14),
        HttpFault::Connect(..) => {
            let status = if inner.message().starts_with("Name or") { 1 } else { 2 };
            web_exception(inner.message().to_string(), status).inner(inner.value())
        }
        HttpFault::Tls(_) => web_exception(inner.message().to_string(), 10).inner(inner.value()),
        HttpFault::Protocol(_) => web_exception(inner.message().to_string(), 16).inner(inner.value()),
    }
}

/// WebException of an answer that is no success.
pub fn web_status(status: u16, reason: &str, response: Value) -> Exception {
    let text = format!("The remote server returned an error: ({status}) {reason}.");
    web_exception(text, 7).with("Response", response)
}
