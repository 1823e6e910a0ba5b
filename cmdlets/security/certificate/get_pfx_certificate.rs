//! Get-PfxCertificate.

use command::{Bound, Cmdlet, Command, Context, ErrorCategory, Exception, Result, Session, Str, TypeRef, Value, class};
use values::members;

pub static COMMAND: Command = Command { name: "Get-PfxCertificate", create: || Box::new(GetPfxCertificate) };

struct GetPfxCertificate;

impl Cmdlet for GetPfxCertificate {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let is_literal = bound.has("LiteralPath");
        for given in bound.strings(if is_literal { "LiteralPath" } else { "FilePath" }) {
            let path = session.file_path(&given)?;
            if !path.is_file() {
                return Exception::new(
                    TypeRef::FILE_NOT_FOUND_EXCEPTION,
                    "Command cannot find any of the specified files.",
                )
                .identity("GetPfxCertCommandNoneOfTheFilesFound", ErrorCategory::ObjectNotFound, Value::Null)
                .throw();
            }
            let mut arguments = vec![Value::from(path.display().to_string())];
            if let Some(password) = bound.get("Password") {
                arguments.push(password.clone());
            } else if !bound.switch("NoPromptForPassword") {
                let text = session.host().read_line("Enter password: ", true)?.unwrap_or_default();
                arguments.push(Value::Str(Str::from(text)));
            }
            let context: &mut dyn Context = session;
            let ty = class("System.Security.Cryptography.X509Certificates.X509Certificate2", TypeRef::OBJECT);
            let made = members::call_static(context, ty, "new", &arguments)?;
            session.write(made)?;
        }
        Ok(())
    }
}
