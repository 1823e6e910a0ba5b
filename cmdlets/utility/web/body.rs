//! What is sent: form fields, texts, bytes, files, multipart forms.

use command::{Bound, Context, Result, Session, TextEncoding, Value, file_exception};
use values::{convert, members};

use crate::input::not_found;
use crate::web::text::content_type;
use values::http::url::form_escape;
use values::types::net::{header_value, http_content};

/// A body with the type that it brings along.
pub struct Body {
    pub bytes: Vec<u8>,
    pub content_type: Option<String>,
}

/// The body that the parameters ask for.
pub fn body(session: &mut dyn Session, bound: &Bound, given_type: Option<&str>) -> Result<Option<Body>> {
    if let Some(form) = bound.get("Form").and_then(Value::as_dict) {
        return multipart(session, &form.to_vec()).map(Some);
    }
    if let Some(file) = bound.str("InFile") {
        let path = session.file_path(&file)?;
        if !path.exists() {
            return not_found(&path.display().to_string()).throw();
        }
        let bytes = values::stop::read(&path).or_else(|e| file_exception(&e, &path).throw())?;
        return Ok(Some(Body { bytes, content_type: None }));
    }
    let Some(value) = bound.get("Body").filter(|b| !b.is_null()) else { return Ok(None) };
    let (_, charset) = content_type(given_type);
    let encoding = charset.and_then(|c| TextEncoding::from_name(&c)).unwrap_or(TextEncoding::Utf8);
    Ok(Some(match value.base() {
        Value::Dict(_) => Body { bytes: fields(session, value)?.into_bytes(), content_type: None },
        Value::Array(items) if items.element == values::TypeRef::BYTE => Body {
            bytes: items.to_vec().iter().filter_map(|v| v.as_i64().map(|n| n as u8)).collect(),
            content_type: None,
        },
        Value::Foreign(_) if let Some(bytes) = http_content::bytes_of(value) => {
            let lines = http_content::header_lines(value);
            let kind = lines.into_iter().find(|(n, _)| n.eq_ignore_ascii_case("Content-Type")).map(|(_, v)| v);
            Body { bytes: bytes?, content_type: kind }
        }
        Value::Foreign(f) if f.type_ref().name().starts_with("System.Xml.") => {
            let context: &mut dyn Context = session;
            let text = members::get(context, value, "OuterXml")?.unwrap_or_default();
            Body { bytes: encoding.encode(&convert::to_display(&text)).into_owned(), content_type: None }
        }
        // What stands behind a custom object has no text.
        Value::Object(_) => Body { bytes: Vec::new(), content_type: None },
        _ => {
            let context: &mut dyn Context = session;
            let text = convert::to_str(context, value)?;
            Body { bytes: encoding.encode(&text).into_owned(), content_type: None }
        }
    }))
}

/// The entries of a dictionary as form data.
pub fn fields(session: &mut dyn Session, value: &Value) -> Result<String> {
    let mut parts = Vec::new();
    let context: &mut dyn Context = session;
    for (name, value) in value.as_dict().map(|d| d.to_vec()).unwrap_or_default() {
        let text = convert::to_str(context, &value)?;
        parts.push(format!("{}={}", form_escape(&convert::to_display(&name)), form_escape(&text)));
    }
    Ok(parts.join("&"))
}

fn multipart(session: &mut dyn Session, form: &[(Value, Value)]) -> Result<Body> {
    let boundary = uuid::Uuid::new_v4().to_string();
    let mut bytes: Vec<u8> = Vec::new();
    for (name, value) in form {
        let name = convert::to_display(name);
        let items = match value.base() {
            Value::Array(items) => items.to_vec(),
            _ => vec![value.clone()],
        };
        for item in items {
            let file = if members::type_names(&item).iter().any(|n| n.as_str() == "System.IO.FileInfo") {
                members::get(session, &item, "FullName")?.map(|p| convert::to_display(&p))
            } else {
                None
            };
            bytes.extend_from_slice(format!("--{boundary}\r\n").as_bytes());
            match file {
                Some(path) => {
                    let leaf = path.rsplit('/').next().unwrap_or(&path).to_string();
                    let at = std::path::Path::new(&path);
                    let content = values::stop::read(at).or_else(|e| file_exception(&e, at).throw())?;
                    let head = format!(
                        "Content-Disposition: form-data; name={}; filename={}; filename*=utf-8''{leaf}\r\nContent-Type: application/octet-stream\r\n\r\n",
                        header_value::token(&name),
                        header_value::token(&leaf)
                    );
                    bytes.extend_from_slice(head.as_bytes());
                    bytes.extend_from_slice(&content);
                }
                None => {
                    let context: &mut dyn Context = session;
                    let text = convert::to_str(context, &item)?;
                    let head = format!(
                        "Content-Type: text/plain; charset=utf-8\r\nContent-Disposition: form-data; name={}\r\n\r\n",
                        header_value::token(&name)
                    );
                    bytes.extend_from_slice(head.as_bytes());
                    bytes.extend_from_slice(text.as_bytes());
                }
            }
            bytes.extend_from_slice(b"\r\n");
        }
    }
    bytes.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    Ok(Body { bytes, content_type: Some(format!("multipart/form-data; boundary=\"{boundary}\"")) })
}
