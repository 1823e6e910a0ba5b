//! Get-Credential.

use command::{Bound, Cmdlet, Command, Host, Result, Session, Str, TypeRef, Value};
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
        let name = match asked.filter(|n| !n.is_empty()) {
            Some(name) => name,
            None => Str::from(ask(host, "User: ", false)?),
        };
        let password = ask(session.host(), &format!("Password for user {name}: "), true)?;
        session.host().write("\n", None, None);
        let password = secure(session, &password)?;
        let made = members::call_static(session, TypeRef::PSCREDENTIAL, "new", &[Value::Str(name), password])?;
        session.write(made)
    }
}

/// An answer; a host that may not ask still shows the question before it says so.
fn ask(host: &mut dyn Host, question: &str, is_secret: bool) -> Result<String> {
    if !host.is_interactive() {
        host.write(question, None, None);
    }
    Ok(host.read_line(question, is_secret)?.unwrap_or_default())
}
