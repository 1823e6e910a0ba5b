//! ConvertTo-Json.

use command::{Bound, Cmdlet, Command, Result, Session, Value};

use crate::json::writer::{Escapes, Writer};

pub static COMMAND: Command = Command { name: "ConvertTo-Json", create: || Box::new(ConvertToJson::default()) };

#[derive(Default)]
struct ConvertToJson {
    items: Vec<Value>,
}

impl Cmdlet for ConvertToJson {
    fn process(&mut self, _session: &mut dyn Session, bound: &Bound) -> Result<()> {
        self.items.push(bound.value("InputObject"));
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
