//! ConvertFrom-SecureString.

use command::{Bound, Cmdlet, Command, Result, Session, Value};

use crate::secure::text::{bad_key, encrypt, is_key, key_bytes, open_form, plain};

pub static COMMAND: Command =
    Command { name: "ConvertFrom-SecureString", create: || Box::new(ConvertFromSecureString) };

struct ConvertFromSecureString;

impl Cmdlet for ConvertFromSecureString {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let text = plain(session, &bound.value("SecureString"))?;
        if bound.switch("AsPlainText") {
            return session.write(Value::Str(text));
        }
        let key = key_bytes(session, bound.get("Key"), bound.get("SecureKey"))?;
        let made = match key {
            Some(key) if !is_key(&key) => return bad_key("Argument").throw(),
            Some(key) => encrypt(&text, &key),
            None => open_form(&text),
        };
        session.write(Value::from(made))
    }
}
