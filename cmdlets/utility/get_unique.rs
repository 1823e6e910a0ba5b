//! Get-Unique.

use command::{Bound, Cmdlet, Command, Context, Result, Session, TypeRef, Value};
use values::{convert, members};

pub static COMMAND: Command = Command { name: "Get-Unique", create: || Box::new(GetUnique::default()) };

#[derive(Default)]
struct GetUnique {
    last: Option<String>,
}

impl Cmdlet for GetUnique {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let Some(item) = bound.get("InputObject") else { return Ok(()) };
        let key = if bound.switch("OnType") {
            members::type_names(item).first().map_or_else(String::new, |n| n.to_string())
        } else {
            let context: &mut dyn Context = session;
            let text = convert::to_str(context, item)?;
            if bound.switch("CaseInsensitive") { text.to_lowercase() } else { text.to_string() }
        };
        // Objects that aren't alike in type differ even when their texts are the same, unless texts are asked for.
        let kind = match item.base() {
            Value::Object(o)
                if o.ty == TypeRef::PSCUSTOMOBJECT && !bound.switch("AsString") && !bound.switch("OnType") =>
            {
                // All custom objects are one to .NET's comparison.
                return self.give(session, item, "custom".to_string());
            }
            _ if bound.switch("AsString") || bound.switch("OnType") => String::new(),
            other => other
                .type_ref()
                .map_or_else(String::new, |t| if other.is_number() { "number".into() } else { t.name().to_string() }),
        };
        self.give(session, item, format!("{kind}\u{0}{key}"))
    }
}

impl GetUnique {
    fn give(&mut self, session: &mut dyn Session, item: &Value, key: String) -> Result<()> {
        if self.last.as_ref() != Some(&key) {
            self.last = Some(key);
            session.write(item.clone())?;
        }
        Ok(())
    }
}
