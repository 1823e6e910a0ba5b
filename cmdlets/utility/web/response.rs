//! Answers as objects.

use std::sync::Arc;

use command::{Context, NativeObject, Result, Session, Str, TypeRef, Value, class, enum_value};
use values::types::generic_of;
use values::{Dict, KeyComparer, convert, members};

use crate::web::html;
use crate::web::http::Response;
use crate::web::text::{content_type, decode, is_text, status_name};

/// Whether a header belongs to the content rather than to the answer.
fn is_content_header(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.starts_with("content-") || matches!(name.as_str(), "allow" | "expires" | "last-modified")
}

/// The headers as a dictionary of lists: those of the answer, then those of its content.
pub fn headers(response: &Response) -> Value {
    let list = generic_of(class("System.Collections.Generic.IEnumerable`1", TypeRef::OBJECT), vec![TypeRef::STRING]);
    let ty = generic_of(TypeRef::DICTIONARY, vec![TypeRef::STRING, list]);
    let table = Dict::new(ty, TypeRef::STRING, TypeRef::OBJECT, KeyComparer::IgnoreCase);
    let mut named: Vec<(&str, Vec<Value>)> = Vec::new();
    for of_content in [false, true] {
        for (name, value) in response.headers.iter().filter(|(n, _)| is_content_header(n) == of_content) {
            match named.iter_mut().find(|(n, _)| n.eq_ignore_ascii_case(name)) {
                Some((_, values)) => values.push(Value::from(value.as_str())),
                None => named.push((name, vec![Value::from(value.as_str())])),
            }
        }
    }
    for (name, values) in named {
        table.insert(Value::from(name), Value::typed_array(TypeRef::STRING, values));
    }
    Value::Dict(Arc::new(table))
}

fn version_of(text: &str) -> Value {
    let parts: Vec<i32> = text.split('.').filter_map(|p| p.parse().ok()).collect();
    NativeObject::of_pairs(
        "System.Version",
        vec![
            ("Major", Value::I32(parts.first().copied().unwrap_or(1))),
            ("Minor", Value::I32(parts.get(1).copied().unwrap_or(1))),
            ("Build", Value::I32(-1)),
            ("Revision", Value::I32(-1)),
        ],
    )
    .with_hidden_text(Str::from(text))
    .into_value()
}

/// The content of the message: its headers.
fn content_object(response: &Response) -> Value {
    NativeObject::of(
        "System.Net.Http.HttpConnectionResponseContent",
        vec![("Headers", Value::foreign(Headers::of(response, true)))],
    )
}

/// The headers of a message or of its content, some of them with types of their own.
struct Headers {
    of_content: bool,
    list: Vec<(String, String)>,
}

impl Headers {
    fn of(response: &Response, of_content: bool) -> Headers {
        let list = response.headers.iter().filter(|(n, _)| is_content_header(n) == of_content).cloned().collect();
        Headers { of_content, list }
    }

    fn all(&self, name: &str) -> Vec<String> {
        self.list.iter().filter(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.clone()).collect()
    }
}

impl values::object::Foreign for Headers {
    fn type_ref(&self) -> TypeRef {
        let name = if self.of_content { "HttpContentHeaders" } else { "HttpResponseHeaders" };
        let base = class("System.Net.Http.Headers.HttpHeaders", TypeRef::OBJECT);
        class(&format!("System.Net.Http.Headers.{name}"), base)
    }

    fn display(&self, _ctx: &mut dyn Context) -> Result<Option<Str>> {
        Ok(Some(Str::from(self.list.iter().map(|(n, v)| format!("{n}: {v}\n")).collect::<String>())))
    }

    fn is_enumerable(&self) -> bool {
        true
    }

    fn enumerate(&self, _ctx: &mut dyn Context) -> Result<Option<Vec<Value>>> {
        let mut names: Vec<&str> = Vec::new();
        for (name, _) in &self.list {
            if !names.iter().any(|n| n.eq_ignore_ascii_case(name)) {
                names.push(name);
            }
        }
        let pair = |name: &&str| {
            let values = self.all(name).into_iter().map(Value::from).collect();
            NativeObject::of(
                "System.Collections.Generic.KeyValuePair`2[System.String,System.Collections.Generic.IEnumerable`1[System.String]]",
                vec![("Key", Value::from(*name)), ("Value", Value::typed_array(TypeRef::STRING, values))],
            )
        };
        Ok(Some(names.iter().map(pair).collect()))
    }

    fn get(&self, ctx: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        let dashed: String = name.chars().enumerate().fold(String::new(), |mut out, (at, c)| {
            if at > 0 && c.is_uppercase() && !out.ends_with(|p: char| p.is_uppercase()) {
                out.push('-');
            }
            out.push(c);
            out
        });
        let first = self.all(&dashed).first().cloned();
        let text = |value: Option<String>| value.map_or(Value::Null, Value::from);
        let date = |ctx: &mut dyn Context, value: Option<String>| match value {
            Some(value) => {
                let ty = class("System.DateTimeOffset", TypeRef::OBJECT);
                convert::convert(ctx, &Value::from(value), ty).unwrap_or_default()
            }
            None => Value::Null,
        };
        Ok(Some(match name.to_ascii_lowercase().as_str() {
            "etag" => match self.all("ETag").first() {
                Some(tag) => NativeObject::of(
                    "System.Net.Http.Headers.EntityTagHeaderValue",
                    vec![
                        ("Tag", Value::from(tag.trim_start_matches("W/"))),
                        ("IsWeak", Value::Bool(tag.starts_with("W/"))),
                    ],
                ),
                None => Value::Null,
            },
            "retryafter" => match first {
                Some(value) => {
                    let delta = value.parse::<i64>().map_or(Value::Null, |n| Value::TimeSpan(n * 10_000_000));
                    let at = if delta.is_null() { date(ctx, Some(value)) } else { Value::Null };
                    NativeObject::of(
                        "System.Net.Http.Headers.RetryConditionHeaderValue",
                        vec![("Date", at), ("Delta", delta)],
                    )
                }
                None => Value::Null,
            },
            "wwwauthenticate" | "proxyauthenticate" | "server" | "via" | "allow" | "contentencoding"
            | "contentlanguage" | "connection" | "transferencoding" => Value::from(self.all(&dashed).join(", ")),
            "location" | "contentlocation" => match first {
                Some(value) => {
                    convert::convert(ctx, &Value::from(value.as_str()), TypeRef::URI).unwrap_or(Value::from(value))
                }
                None => Value::Null,
            },
            "date" | "lastmodified" | "expires" => date(ctx, first),
            "contentlength" => first.and_then(|v| v.parse().ok()).map_or(Value::Null, Value::I64),
            "contenttype" => match first {
                Some(value) => {
                    let (media, charset) = content_type(Some(&value));
                    NativeObject::of_pairs(
                        "System.Net.Http.Headers.MediaTypeHeaderValue",
                        vec![("CharSet", text(charset)), ("MediaType", Value::from(media))],
                    )
                    .with_hidden_text(Str::from(value))
                    .into_value()
                }
                None => Value::Null,
            },
            _ => return Ok(None),
        }))
    }

    fn property_names(&self) -> Vec<Str> {
        let names: &[&str] = match self.of_content {
            true => &[
                "Allow",
                "ContentEncoding",
                "ContentLanguage",
                "ContentLength",
                "ContentLocation",
                "ContentType",
                "Expires",
                "LastModified",
            ],
            false => &[
                "Connection",
                "Date",
                "ETag",
                "Location",
                "ProxyAuthenticate",
                "RetryAfter",
                "Server",
                "TransferEncoding",
                "Via",
                "WwwAuthenticate",
            ],
        };
        names.iter().map(|n| Str::from(*n)).collect()
    }

    fn method_names(&self) -> Vec<Str> {
        ["Contains", "GetValues"].map(Str::from).to_vec()
    }

    fn call(&self, _ctx: &mut dyn Context, _me: &Value, name: &str, args: &[Value]) -> Result<Option<Value>> {
        let asked = args.first().map(convert::to_display).unwrap_or_default();
        let found = self.all(&asked);
        Ok(match name.to_ascii_lowercase().as_str() {
            "contains" => Some(Value::Bool(!found.is_empty())),
            "getvalues" if !found.is_empty() => {
                Some(Value::typed_array(TypeRef::STRING, found.into_iter().map(Value::from).collect()))
            }
            "getvalues" => {
                return command::Exception::new(
                    TypeRef::INVALID_OPERATION_EXCEPTION,
                    "The given header was not found.",
                )
                .throw();
            }
            _ => None,
        })
    }
}

/// The answer as .NET's message object.
pub fn message(response: &Response) -> Value {
    let status = enum_value("System.Net.HttpStatusCode", &status_name(response.status, &response.reason));
    let status = match status {
        Value::Enum(..) => status,
        _ => Value::I32(i32::from(response.status)),
    };
    NativeObject::of_pairs(
        "System.Net.Http.HttpResponseMessage",
        vec![
            ("Version", version_of(response.version.trim_start_matches("HTTP/"))),
            ("Content", content_object(response)),
            ("StatusCode", status),
            ("ReasonPhrase", Value::from(response.reason.as_str())),
            ("Headers", Value::foreign(Headers::of(response, false))),
            ("TrailingHeaders", Value::array(Vec::new())),
            (
                "RequestMessage",
                NativeObject::of("System.Net.Http.HttpRequestMessage", vec![("Version", version_of(response.asked))]),
            ),
            ("IsSuccessStatusCode", Value::Bool((200..300).contains(&response.status))),
        ],
    )
    .into_value()
}

/// What Invoke-WebRequest gives.
pub fn web_response(session: &mut dyn Session, response: &Response) -> Result {
    let (media, charset) = content_type(response.header("Content-Type"));
    let is_text = is_text(&media) || response.body.is_empty();
    let (text, encoding) = decode(&response.body, charset.as_deref(), &media);
    let mut raw = format!("{} {} {}\n", response.version, response.status, response.reason);
    for of_content in [false, true] {
        for (name, value) in response.headers.iter().filter(|(n, _)| is_content_header(n) == of_content) {
            raw.push_str(&format!("{name}: {value}\n"));
        }
    }
    raw.push('\n');
    raw.push_str(&text);
    let stream = {
        let context: &mut dyn Context = session;
        TypeRef::find("System.IO.MemoryStream")
            .and_then(|ty| members::call_static(context, ty, "new", &[Value::bytes(&response.body)]).ok())
            .unwrap_or_default()
    };
    let encoding_object = {
        let context: &mut dyn Context = session;
        TypeRef::find("System.Text.Encoding")
            .and_then(|ty| members::call_static(context, ty, "GetEncoding", &[Value::from(encoding.as_str())]).ok())
            .unwrap_or_else(|| Value::from(encoding))
    };
    let mut pairs = Vec::new();
    if is_text {
        pairs.push(("Content", Value::from(text.as_str())));
        pairs.push(("Encoding", encoding_object));
        pairs.push(("InputFields", html::elements(&text, "input")));
        pairs.push(("Links", html::elements(&text, "a")));
        pairs.push(("Images", html::elements(&text, "img")));
    } else {
        pairs.push(("Content", Value::bytes(&response.body)));
    }
    pairs.extend([
        ("BaseResponse", message(response)),
        ("Headers", headers(response)),
        ("RawContent", Value::from(raw)),
        ("RawContentLength", Value::I64(response.body.len() as i64)),
        ("RawContentStream", stream),
        ("RelationLink", relation_links(response)),
        ("StatusCode", Value::I32(i32::from(response.status))),
        ("StatusDescription", Value::from(status_name(response.status, &response.reason))),
        ("OutFile", Value::Null),
    ]);
    let name = if is_text { "BasicHtmlWebResponseObject" } else { "WebResponseObject" };
    let shown = if is_text {
        text
    } else {
        response.body.iter().map(|b| if b.is_ascii_graphic() || *b == b' ' { char::from(*b) } else { '.' }).collect()
    };
    let object = NativeObject::of_pairs(&format!("Microsoft.PowerShell.Commands.{name}"), pairs);
    Ok(object.with_hidden_text(Str::from(shown)).into_value())
}

/// The links of the `Link` header by their relation.
pub fn links(response: &Response) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    for (_, header) in response.headers.iter().filter(|(n, _)| n.eq_ignore_ascii_case("Link")) {
        for part in header.split(',') {
            let Some((address, rest)) = part.trim().strip_prefix('<').and_then(|p| p.split_once('>')) else { continue };
            let relation =
                rest.split(';').find_map(|p| p.trim().strip_prefix("rel=").map(|r| r.trim_matches('"').to_string()));
            if let Some(relation) = relation.filter(|r| !found.iter().any(|(n, _)| n == r)) {
                let full = response.address.as_ref().and_then(|base| base.join(address)).map(|url| url.text());
                found.push((relation, full.unwrap_or_else(|| address.to_string())));
            }
        }
    }
    found
}

fn relation_links(response: &Response) -> Value {
    let ty = generic_of(TypeRef::DICTIONARY, vec![TypeRef::STRING, TypeRef::STRING]);
    let table = Dict::new(ty, TypeRef::STRING, TypeRef::STRING, KeyComparer::IgnoreCase);
    for (relation, address) in links(response) {
        table.insert(Value::from(relation), Value::from(address));
    }
    Value::Dict(Arc::new(table))
}
