//! New-TemporaryFile.

use command::{Bound, Cmdlet, Command, Context, ErrorCategory, Result, Session, TypeRef, Value, file_exception};
use values::members;

pub static COMMAND: Command = Command { name: "New-TemporaryFile", create: || Box::new(NewTemporaryFile) };

struct NewTemporaryFile;

impl Cmdlet for NewTemporaryFile {
    fn process(&mut self, session: &mut dyn Session, _bound: &Bound) -> Result<()> {
        let folder = session.environment("TMPDIR").unwrap_or_else(|| "/tmp".into());
        if !session.should_process(&folder, "New-TemporaryFile")? {
            return Ok(());
        }
        loop {
            let name: String = uuid::Uuid::new_v4().simple().to_string().chars().take(6).collect();
            let path = std::path::Path::new(&folder).join(format!("tmp{name}.tmp"));
            match std::fs::OpenOptions::new().write(true).create_new(true).open(&path) {
                Ok(_) => {
                    let context: &mut dyn Context = session;
                    let ty = TypeRef::find("System.IO.FileInfo").unwrap_or(TypeRef::OBJECT);
                    let made = members::call_static(context, ty, "new", &[Value::from(path.display().to_string())])?;
                    return session.write(made);
                }
                Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => {}
                Err(e) => {
                    return file_exception(&e, &path)
                        .identity("NewTemporaryFileWriteError", ErrorCategory::WriteError, Value::from(folder))
                        .throw();
                }
            }
        }
    }
}
