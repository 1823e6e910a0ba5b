//! Read-Host.

use command::{Bound, Cmdlet, Command, Context, Result, Session, TypeRef, Value};
use values::{convert, members};

pub static COMMAND: Command = Command { name: "Read-Host", create: || Box::new(ReadHost) };

struct ReadHost;

impl Cmdlet for ReadHost {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let prompt = match bound.get("Prompt") {
            Some(value) => {
                let context: &mut dyn Context = session;
                let items = members::enumerate(context, value)?.unwrap_or_else(|| vec![value.clone()]);
                let texts: Result<Vec<String>> =
                    items.iter().map(|i| convert::to_str(context, i).map(|s| s.to_string())).collect();
                format!("{}: ", texts?.join(" "))
            }
            None => String::new(),
        };
        let is_secure = bound.switch("AsSecureString");
        let is_secret = is_secure || bound.switch("MaskInput");
        let text = session.host().read_line(&prompt, is_secret)?.unwrap_or_default();
        if !is_secure {
            return session.write(Value::from(text));
        }
        let context: &mut dyn Context = session;
        let secure = members::call_static(context, TypeRef::SECURE_STRING, "new", &[])?;
        for unit in values::string::utf16(&text) {
            members::call(context, &secure, "AppendChar", &[Value::Char(unit)])?;
        }
        session.write(secure)
    }
}
