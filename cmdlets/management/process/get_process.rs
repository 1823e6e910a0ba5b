//! Get-Process.

use std::os::unix::fs::MetadataExt;
use std::sync::Arc;

use command::{Bound, Cmdlet, Command, ErrorCategory, ErrorRecord, Result, Session, Str, TypeRef, Value, class};
use values::Wrapped;
use values::object::PsMember;

use crate::process::process_object::{ProcessObject, all, chosen};

pub static COMMAND: Command = Command { name: "Get-Process", create: || Box::new(GetProcess) };

struct GetProcess;

impl Cmdlet for GetProcess {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let is_all = !["Name", "Id", "InputObject"].iter().any(|n| bound.has(n));
        let found = if is_all { all().into_iter().map(Value::foreign).collect() } else { chosen(session, bound)? };
        for process in found {
            if bound.switch("Module") || bound.switch("FileVersionInfo") {
                let name = process.as_foreign::<ProcessObject>().map_or_else(Str::empty, |p| p.name().clone());
                session.write_error(ErrorRecord::simple(
                    class("Microsoft.PowerShell.Commands.ProcessCommandException", TypeRef::SYSTEM_EXCEPTION),
                    format!("Cannot enumerate the modules and the file version information of the \"{name}\" process."),
                    "CouldNotEnumerateModuleFileVer",
                    ErrorCategory::PermissionDenied,
                    process,
                ))?;
                continue;
            }
            let value = if bound.switch("IncludeUserName") { with_user(process) } else { process };
            session.write(value)?;
        }
        Ok(())
    }
}

/// A process with the name of its user.
fn with_user(process: Value) -> Value {
    let id = process.as_foreign::<ProcessObject>().map(|p| p.id);
    let user = id.and_then(|id| std::fs::metadata(format!("/proc/{id}")).ok()).map(|f| user_name(f.uid()));
    let wrapped = Wrapped::new(process);
    wrapped.members.lock().push((Str::from("UserName"), PsMember::Note(user.map(Value::from).unwrap_or_default())));
    *wrapped.type_names.lock() = Some(Arc::from([
        Str::from("System.Diagnostics.Process#IncludeUserName"),
        Str::from("System.Diagnostics.Process"),
        Str::from("System.ComponentModel.Component"),
        Str::from("System.MarshalByRefObject"),
        Str::from("System.Object"),
    ]));
    Value::Wrapped(Arc::new(wrapped))
}

fn user_name(uid: u32) -> String {
    let text = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let found = text.lines().find_map(|l| {
        let mut fields = l.split(':');
        let name = fields.next()?;
        (fields.nth(1)?.parse::<u32>().ok()? == uid).then(|| name.to_string())
    });
    found.unwrap_or_else(|| uid.to_string())
}
