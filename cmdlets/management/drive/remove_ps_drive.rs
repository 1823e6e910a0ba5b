//! Remove-PSDrive.

use command::{
    Bound, Cmdlet, Command, ErrorCategory, ErrorRecord, Exception, Result, Session, TypeRef, Value, Wildcard, class,
};

use crate::item::targets::tolerate;

pub static COMMAND: Command = Command { name: "Remove-PSDrive", create: || Box::new(RemovePsDrive) };

struct RemovePsDrive;

impl Cmdlet for RemovePsDrive {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        if let Some(number) = bound.str("Scope").and_then(|s| s.parse::<u32>().ok()) {
            session.check_scope(number)?;
        }
        let is_literal = bound.has("LiteralName");
        for name in bound.strings(if is_literal { "LiteralName" } else { "Name" }) {
            let pattern = Wildcard::new(&name);
            let mut drives = session.drives();
            drives.retain(|d| if is_literal { d.name.eq_ignore_ascii_case(&name) } else { pattern.matches(&d.name) });
            if drives.is_empty() && (is_literal || !Wildcard::is_pattern(&name)) {
                session.write_error(ErrorRecord::simple(
                    class("System.Management.Automation.DriveNotFoundException", TypeRef::RUNTIME_EXCEPTION),
                    format!("Cannot find drive. A drive with the name '{name}' does not exist."),
                    "DriveNotFound",
                    ErrorCategory::ObjectNotFound,
                    Value::Str(name),
                ))?;
                continue;
            }
            for drive in drives {
                let text = format!("Name: {} Provider: {} Root: {}", drive.name, drive.provider, drive.root);
                if !session.should_process(&text, "Remove Drive")? {
                    continue;
                }
                let here = session.location();
                if here.drive.as_ref().is_some_and(|d| d.eq_ignore_ascii_case(&drive.name)) && !bound.switch("Force") {
                    let error = Exception::new(
                        TypeRef::PS_INVALID_OPERATION_EXCEPTION,
                        format!("Cannot remove drive '{}' because it is in use.", drive.name),
                    )
                    .identity("InvalidOperation", ErrorCategory::InvalidOperation, Value::Null);
                    tolerate(session, error.throw::<()>())?;
                    continue;
                }
                let done = session.remove_drive(&drive.name, bound.switch("Force"));
                tolerate(session, done)?;
            }
        }
        Ok(())
    }
}
