//! Invoke-RestMethod.

use command::{Bound, Cmdlet, Command, Context, Result, Scope, Session, TypeRef, Value};
use values::{convert, members};

use crate::json::reader::{DateKind, Options, read};
use crate::web::out_file::save;
use crate::web::response::{headers, links};
use crate::web::run::run;
use crate::web::text::{content_type, decode, is_json};
use values::http::Response;
use values::http::Url;

pub static COMMAND: Command = Command { name: "Invoke-RestMethod", create: || Box::new(InvokeRestMethod) };

struct InvokeRestMethod;

impl Cmdlet for InvokeRestMethod {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let mut next: Option<Url> = None;
        let mut left = if bound.switch("FollowRelLink") {
            bound.int("MaximumFollowRelLink").unwrap_or(i64::from(i32::MAX))
        } else {
            1
        };
        let start = Url::parse(&crate::web::run::address_text(session, &bound.value("Uri"))?);
        loop {
            let response = run(session, bound, next.take())?;
            let is_saved = save(session, bound, &response)?;
            if let Some(name) = bound.str("StatusCodeVariable") {
                set(session, &name, Value::I32(i32::from(response.status)))?;
            }
            if let Some(name) = bound.str("ResponseHeadersVariable") {
                set(session, &name, headers(&response))?;
            }
            if !is_saved || bound.switch("PassThru") {
                emit(session, &response)?;
            }
            left -= 1;
            let link = links(&response).into_iter().find(|(r, _)| r == "next").map(|(_, a)| a);
            let (Some(link), true, Some(base)) = (link, left > 0, &start) else { return Ok(()) };
            next = base.join(&link);
            if next.is_none() {
                return Ok(());
            }
        }
    }
}

/// Sets a variable whose name may carry its scope.
fn set(session: &mut dyn Session, name: &str, value: Value) -> Result<()> {
    match name.split_once(':') {
        Some((scope, name)) if scope.eq_ignore_ascii_case("script") => session.set_variable(name, value, Scope::Script),
        Some((scope, name)) if scope.eq_ignore_ascii_case("global") => session.set_variable(name, value, Scope::Global),
        _ => session.set_variable(name, value, Scope::Local),
    }
}

fn emit(session: &mut dyn Session, response: &Response) -> Result<()> {
    let (media, charset) = content_type(response.header("Content-Type"));
    let (text, _) = decode(&response.body, charset.as_deref(), &media);
    if is_json(&media) {
        if let Some(value) = json(session, &text) {
            return session.write(value);
        }
        return match xml(session, &text) {
            Some(value) => session.write(value),
            None => session.write(Value::from(text)),
        };
    }
    if let Some(document) = xml(session, &text) {
        let root = members::get(session, &document, "DocumentElement")?.unwrap_or_default();
        let name = members::get(session, &root, "LocalName")?.map(|n| convert::to_display(&n)).unwrap_or_default();
        let path = match name.as_str() {
            "rss" => "//*[local-name()='item']",
            "feed" => "/*/*[local-name()='entry']",
            _ => return session.write(document),
        };
        let found = members::call(session, &document, "SelectNodes", &[Value::from(path)])?;
        for item in members::enumerate(session, &found)?.unwrap_or_default() {
            session.write(item)?;
        }
        return Ok(());
    }
    match json(session, &text) {
        Some(value) => session.write(value),
        None => session.write(Value::from(text)),
    }
}

fn xml(session: &mut dyn Session, text: &str) -> Option<Value> {
    if !text.trim_start_matches('\u{FEFF}').trim_start().starts_with('<') {
        return None;
    }
    let context: &mut dyn Context = session;
    convert::convert(context, &Value::from(text), TypeRef::XML_DOCUMENT).ok()
}

fn json(session: &mut dyn Session, text: &str) -> Option<Value> {
    if text.trim().is_empty() {
        return None;
    }
    let zone = values::time::Zone::find(session.time_zone()).unwrap_or_else(|_| values::time::Zone::system());
    let options = Options { as_hashtable: false, depth: 1024, dates: DateKind::Default, zone };
    read(session, text, &options).ok()
}
