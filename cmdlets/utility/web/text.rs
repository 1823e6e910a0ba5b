//! Kinds and encodings of answers.

use command::TextEncoding;

/// A `Content-Type` header: media type and charset.
pub fn content_type(header: Option<&str>) -> (String, Option<String>) {
    let Some(header) = header else { return (String::new(), None) };
    let mut parts = header.split(';').map(str::trim);
    let media = parts.next().unwrap_or_default().to_ascii_lowercase();
    let charset = parts.find_map(|p| {
        let (name, value) = p.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches('"').to_string())
    });
    (media, charset)
}

/// Whether an answer of this media type is text.
pub fn is_text(media: &str) -> bool {
    media.starts_with("text/")
        || is_xml(media)
        || is_json(media)
        || matches!(media, "application/javascript" | "application/x-javascript" | "application/x-www-form-urlencoded")
}

/// Whether a media type is XML.
pub fn is_xml(media: &str) -> bool {
    matches!(
        media,
        "application/xml"
            | "application/xml-external-parsed-entity"
            | "application/xml-dtd"
            | "text/xml"
            | "application/x-xml"
    ) || media.ends_with("+xml")
}

/// Whether a media type is JSON.
pub fn is_json(media: &str) -> bool {
    matches!(media, "application/json" | "application/x-json" | "text/json" | "text/x-json") || media.ends_with("+json")
}

/// The text of an answer and its encoding's name: by the header, a byte order mark, what the text says of itself, or UTF-8.
pub fn decode(body: &[u8], charset: Option<&str>, media: &str) -> (String, String) {
    if let Some(name) = charset
        && let Some(encoding) = TextEncoding::from_name(name)
    {
        // A byte order mark stays in the text.
        let text = encoding.decode(body).into_owned();
        let text = if encoding == TextEncoding::Ascii { text.replace('\u{fffd}', "?") } else { text };
        return (text, web_name(encoding, name));
    }
    if let Some((found, _)) = TextEncoding::detect(body) {
        return (found.decode(body).into_owned(), web_name(found, "utf-8"));
    }
    let start = String::from_utf8_lossy(&body[..body.len().min(1024)]).to_lowercase();
    let told = if is_xml(media) || start.starts_with("<?xml") {
        start.find("encoding=").map(|at| at + 9)
    } else if media.contains("html") || start.contains("<meta") {
        start.find("charset=").map(|at| at + 8)
    } else {
        None
    };
    if let Some(at) = told {
        let name: String = start[at..]
            .trim_start_matches(['"', '\''])
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
            .collect();
        if let Some(encoding) = TextEncoding::from_name(&name) {
            return (encoding.decode(body).into_owned(), web_name(encoding, &name));
        }
    }
    (TextEncoding::Utf8.decode(body).into_owned(), "utf-8".into())
}

fn web_name(encoding: TextEncoding, given: &str) -> String {
    match encoding {
        TextEncoding::Utf8 | TextEncoding::Utf8Bom => "utf-8".into(),
        TextEncoding::Utf16Le => "utf-16".into(),
        TextEncoding::Latin1 => "iso-8859-1".into(),
        TextEncoding::Ascii => "us-ascii".into(),
        _ => given.to_lowercase(),
    }
}

/// The name of a status as HttpStatusCode has it.
pub fn status_name(status: u16, reason: &str) -> String {
    let known = match status {
        100 => "Continue",
        101 => "SwitchingProtocols",
        200 => "OK",
        201 => "Created",
        202 => "Accepted",
        203 => "NonAuthoritativeInformation",
        204 => "NoContent",
        205 => "ResetContent",
        206 => "PartialContent",
        300 => "Ambiguous",
        301 => "Moved",
        302 => "Found",
        303 => "RedirectMethod",
        304 => "NotModified",
        305 => "UseProxy",
        307 => "RedirectKeepVerb",
        308 => "PermanentRedirect",
        400 => "BadRequest",
        401 => "Unauthorized",
        402 => "PaymentRequired",
        403 => "Forbidden",
        404 => "NotFound",
        405 => "MethodNotAllowed",
        406 => "NotAcceptable",
        407 => "ProxyAuthenticationRequired",
        408 => "RequestTimeout",
        409 => "Conflict",
        410 => "Gone",
        411 => "LengthRequired",
        412 => "PreconditionFailed",
        413 => "RequestEntityTooLarge",
        414 => "RequestUriTooLong",
        415 => "UnsupportedMediaType",
        416 => "RequestedRangeNotSatisfiable",
        417 => "ExpectationFailed",
        422 => "UnprocessableEntity",
        423 => "Locked",
        426 => "UpgradeRequired",
        428 => "PreconditionRequired",
        429 => "TooManyRequests",
        500 => "InternalServerError",
        501 => "NotImplemented",
        502 => "BadGateway",
        503 => "ServiceUnavailable",
        504 => "GatewayTimeout",
        505 => "HttpVersionNotSupported",
        507 => "InsufficientStorage",
        _ => "",
    };
    match (known, reason) {
        ("", _) => status.to_string(),
        (name, _) => name.to_string(),
    }
}
