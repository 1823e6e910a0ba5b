//! Get-PSDrive.

use command::{
    Bound, Cmdlet, Command, ErrorCategory, ErrorRecord, Result, Session, Str, TypeRef, Value, Wildcard, class,
};

use crate::provider::notes::drive_object;

pub static COMMAND: Command = Command { name: "Get-PSDrive", create: || Box::new(GetPsDrive) };

struct GetPsDrive;

impl Cmdlet for GetPsDrive {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let is_literal = bound.has("LiteralName");
        let mut names = bound.strings(if is_literal { "LiteralName" } else { "Name" });
        if names.is_empty() {
            names.push(Str::from("*"));
        }
        let providers: Vec<Wildcard> = bound.strings("PSProvider").iter().map(|p| Wildcard::new(p)).collect();
        for name in names {
            let pattern = Wildcard::new(&name);
            let mut drives = session.drives();
            drives.retain(|d| if is_literal { d.name.eq_ignore_ascii_case(&name) } else { pattern.matches(&d.name) });
            drives.retain(|d| providers.is_empty() || Wildcard::any(&providers, &d.provider));
            drives.sort_by_key(|d| d.name.to_lowercase());
            if drives.is_empty() && (is_literal || !Wildcard::is_pattern(&name)) {
                session.write_error(ErrorRecord::simple(
                    class("System.Management.Automation.DriveNotFoundException", TypeRef::RUNTIME_EXCEPTION),
                    format!("Cannot find drive. A drive with the name '{name}' does not exist."),
                    "GetLocationNoMatchingDrive",
                    ErrorCategory::ObjectNotFound,
                    Value::Str(name),
                ))?;
                continue;
            }
            for drive in drives {
                let object = drive_object(session, &drive);
                session.write(object)?;
            }
        }
        Ok(())
    }
}
