//! Write-Host.

use command::{Bound, Cmdlet, Command, Context, NativeObject, Result, Session, Str, TypeRef, Value};
use values::{convert, members};

pub static COMMAND: Command = Command { name: "Write-Host", create: || Box::new(WriteHost) };

struct WriteHost;

impl Cmdlet for WriteHost {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let separator = match bound.get("Separator") {
            Some(value) => {
                let context: &mut dyn Context = session;
                convert::to_str(context, value)?
            }
            None => Str::from(" "),
        };
        let text = join(session, &bound.value("Object"), &separator)?;
        // With one colour given, the other is the one that the screen has.
        let has_color = bound.has("ForegroundColor") || bound.has("BackgroundColor");
        let color = |name: &str| match bound.has(name) {
            false if has_color => match TypeRef::find("System.ConsoleColor") {
                Some(ty) => Value::Enum(ty, -1),
                None => Value::Null,
            },
            _ => bound.value(name),
        };
        let message = NativeObject::of_pairs(
            "System.Management.Automation.HostInformationMessage",
            vec![
                ("Message", Value::from(text)),
                ("NoNewLine", Value::Bool(bound.switch("NoNewline"))),
                ("ForegroundColor", color("ForegroundColor")),
                ("BackgroundColor", color("BackgroundColor")),
            ],
        );
        session.write_information(message.with_text(|o| o.text_of("Message")).into_value(), vec![Str::from("PSHOST")])
    }
}

/// The text of an object: the items of lists with the separator between them, everything else as a string.
fn join(session: &mut dyn Session, value: &Value, separator: &str) -> Result<String> {
    if value.is_null() {
        return Ok(String::new());
    }
    let items = {
        let context: &mut dyn Context = session;
        match value.base() {
            Value::Str(s) => return Ok(s.to_string()),
            // A dictionary is written entry by entry.
            Value::Dict(_) => members::call(context, value, "GetEnumerator", &[])
                .and_then(|e| members::enumerate(context, &e))
                .unwrap_or(None),
            other if other.type_ref().is_some_and(|t| t.name() == "System.Xml.XmlElement") => None,
            _ => members::enumerate(context, value)?,
        }
    };
    let Some(items) = items else {
        let context: &mut dyn Context = session;
        return Ok(convert::to_str(context, value)?.to_string());
    };
    let mut text = String::new();
    let mut is_first = true;
    for item in items {
        let one = match value.base() {
            Value::Dict(_) => entry_text(session, &item)?,
            _ => join(session, &item, separator)?,
        };
        if one.is_empty() && item.is_null() {
            continue;
        }
        if !is_first {
            text.push_str(separator);
        }
        is_first = false;
        text.push_str(&one);
    }
    Ok(text)
}

fn entry_text(session: &mut dyn Session, entry: &Value) -> Result<String> {
    let context: &mut dyn Context = session;
    Ok(convert::to_str(context, entry)?.to_string())
}
