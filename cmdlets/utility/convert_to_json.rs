//! ConvertTo-Json.

use std::sync::Arc;

use command::{Bound, Cmdlet, Command, Result, Session, Value};
use values::{Object, Str};

use crate::json::writer::{Escapes, Writer};

pub static COMMAND: Command = Command { name: "ConvertTo-Json", create: || Box::new(ConvertToJson::default()) };

#[derive(Default)]
struct ConvertToJson {
    items: Vec<Value>,
}

impl Cmdlet for ConvertToJson {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let item = bound.value("InputObject");
        // Through the pipeline a GUID brings the property that its type data adds.
        let item = match item.base() {
            Value::Guid(guid) if session.is_expecting_input() => {
                let text = Value::from(guid.to_string());
                let pairs = vec![(Str::from("value"), text.clone()), (Str::from("Guid"), text)];
                Value::Object(Arc::new(Object::from_pairs(pairs)))
            }
            _ => item,
        };
        self.items.push(item);
        Ok(())
    }

    fn end(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let mut items = std::mem::take(&mut self.items);
        if items.is_empty() {
            return Ok(());
        }
        let depth = bound.int("Depth").unwrap_or(2);
        let escapes = match bound.enum_name("EscapeHandling").as_deref() {
            Some("EscapeNonAscii") => Escapes::NonAscii,
            Some("EscapeHtml") => Escapes::Html,
            _ => Escapes::Default,
        };
        let mut writer = Writer::new(depth, bound.switch("Compress"), bound.switch("EnumsAsStrings"), escapes);
        let value = if items.len() > 1 || bound.switch("AsArray") { Value::array(items) } else { items.swap_remove(0) };
        writer.value(session, &value, 0)?;
        if writer.is_truncated {
            session.write_warning(&format!(
                "Resulting JSON is truncated as serialization has exceeded the set depth of {depth}."
            ))?;
        }
        session.write(Value::from(writer.out))
    }
}
