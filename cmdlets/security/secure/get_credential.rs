//! Get-Credential.

use command::{Bound, Cmdlet, Command, Result, Session, Str, TypeRef, Value};
use values::members;

use crate::secure::text::secure;

pub static COMMAND: Command = Command { name: "Get-Credential", create: || Box::new(GetCredential) };

struct GetCredential;

impl Cmdlet for GetCredential {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        if let Some(given) = bound.get("Credential").filter(|c| !c.is_null()) {
            // A credential passes through; a name is asked a password for.
            if given.as_str().is_none() {
                return session.write(given.clone());
            }
        }
        let title = bound.str("Title").unwrap_or_else(|| Str::from("PowerShell credential request"));
        let message = bound.str("Message").unwrap_or_else(|| Str::from("Enter your credentials."));
        let asked = bound.str("UserName").or_else(|| bound.get("Credential").and_then(Value::as_str).map(Str::from));
        let host = session.host();
        host.write(&format!("\n{title}\n{message}\n"), None, None);
        let is_silent = !host.is_interactive();
        let name = match asked.filter(|n| !n.is_empty()) {
            Some(name) => name,
            None => Str::from(host.read_line("User: ", false)?.unwrap_or_default()),
        };
        if is_silent {
            session.host().write(&format!("Password for user {name}: "), None, None);
        }
        let password = session.host().read_line(&format!("Password for user {name}: "), true)?.unwrap_or_default();
        let password = secure(session, &password)?;
        let made = members::call_static(session, TypeRef::PSCREDENTIAL, "new", &[Value::Str(name), password])?;
        session.write(made)
    }
}
