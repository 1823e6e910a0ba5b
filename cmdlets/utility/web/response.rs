//! Answers as objects.

use std::sync::Arc;

use command::{Context, NativeObject, Result, Session, Str, TypeRef, Value, class};
use values::http::Response;
use values::types::io::stream::Stream;
use values::types::net::{headers::is_of_content, http_message};
use values::types::{generic_of, hold_named};
use values::{Dict, KeyComparer, members};

use crate::web::html;
use crate::web::text::{content_type, decode, is_text, status_name};

/// The headers as a dictionary of lists: those of the answer, then those of its content.
pub fn headers(response: &Response) -> Value {
    let list = generic_of(class("System.Collections.Generic.IEnumerable`1", TypeRef::OBJECT), vec![TypeRef::STRING]);
    let ty = generic_of(TypeRef::DICTIONARY, vec![TypeRef::STRING, list]);
    let table = Dict::new(ty, TypeRef::STRING, TypeRef::OBJECT, KeyComparer::IgnoreCase);
    let mut named: Vec<(&str, Vec<Value>)> = Vec::new();
    for of_content in [false, true] {
        for (name, value) in response.headers.iter().filter(|(n, _)| is_of_content(n) == of_content) {
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

/// The answer as .NET's message object.
pub fn message(response: &Response) -> Value {
    let mut request = http_message::request(&response.method, Value::Null, Value::Null);
    request.version = http_message::http_version(response.asked);
    http_message::answer(response, request)
}

/// What Invoke-WebRequest gives.
pub fn web_response(session: &mut dyn Session, response: &Response) -> Result {
    let (media, charset) = content_type(response.header("Content-Type"));
    let is_text = is_text(&media) || response.body.is_empty();
    let (text, encoding) = decode(&response.body, charset.as_deref(), &media);
    let mut raw = format!("{} {} {}\n", response.version, response.status, response.reason);
    for of_content in [false, true] {
        for (name, value) in response.headers.iter().filter(|(n, _)| is_of_content(n) == of_content) {
            raw.push_str(&format!("{name}: {value}\n"));
        }
    }
    raw.push('\n');
    raw.push_str(&text);
    let stream = hold_named(
        "Microsoft.PowerShell.Commands.WebResponseContentMemoryStream",
        Stream::Memory { bytes: response.body.clone(), at: 0, writes: true },
    );
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
