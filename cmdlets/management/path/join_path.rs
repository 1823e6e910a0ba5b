//! Join-Path.

use command::{Bound, Cmdlet, Command, ErrorCategory, Exception, Result, Session, TypeRef, Value, class};

use crate::item::targets::{resolved, tolerate};
use crate::provider::notes::shown_path;

pub static COMMAND: Command = Command { name: "Join-Path", create: || Box::new(JoinPath) };

struct JoinPath;

impl Cmdlet for JoinPath {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let mut child = bound
            .strings("ChildPath")
            .into_iter()
            .map(|c| c.to_string())
            .reduce(|a, b| joined(&a, &b))
            .unwrap_or_default();
        for more in bound.strings("AdditionalChildPath") {
            child = joined(&child, &more);
        }
        for path in bound.strings("Path") {
            let done = join(session, &path, &child);
            let Some(text) = tolerate(session, done)? else { continue };
            if !bound.switch("Resolve") {
                session.write(Value::from(text))?;
                continue;
            }
            for target in resolved(session, &text, false, false)? {
                let drives = session.drives();
                let drive = target.drive.as_ref().and_then(|n| drives.iter().find(|d| d.name.eq_ignore_ascii_case(n)));
                session.write(Value::from(shown_path(&target, drive)))?;
            }
        }
        Ok(())
    }
}

/// Joins two paths; a drive in front must exist.
pub fn join(session: &mut dyn Session, path: &str, child: &str) -> Result<String> {
    if let Some((drive, _)) = path.split_once(':') {
        let is_name = !drive.is_empty() && !path.contains("::") && !drive.contains(['/', '\\', '.']);
        if is_name && !session.drives().iter().any(|d| d.name.eq_ignore_ascii_case(drive)) {
            return Exception::new(
                class("System.Management.Automation.DriveNotFoundException", TypeRef::RUNTIME_EXCEPTION),
                format!("Cannot find drive. A drive with the name '{drive}' does not exist."),
            )
            .identity("DriveNotFound", ErrorCategory::ObjectNotFound, Value::from(drive))
            .throw();
        }
        // A drive without levels has only items: the first of them gives way to the other.
        let own = session.drives().into_iter().find(|d| is_name && d.name.eq_ignore_ascii_case(drive));
        if let Some(own) = own
            && session.provider(&own.provider).is_some_and(|p| !p.is_hierarchical())
        {
            let child = child.replace('\\', "/");
            return Ok(if child.starts_with('/') { child } else { format!("{}:/{child}", own.name) });
        }
    }
    if path.starts_with("//") || path.starts_with(r"\\") {
        return Exception::new(
            class("System.Management.Automation.PSArgumentNullException", TypeRef::ARGUMENT_NULL_EXCEPTION),
            "Cannot process argument because the value of argument \"drive\" is null. Change the value of argument \"drive\" to a non-null value.",
        )
        .identity("ArgumentNull", ErrorCategory::InvalidArgument, Value::Null)
        .throw();
    }
    Ok(joined(path, child))
}

/// Two paths with one separator between; backslashes become slashes.
fn joined(path: &str, child: &str) -> String {
    let slashes = |p: &str| p.replace('\\', "/");
    if child.is_empty() && !path.is_empty() {
        // What nothing is added to stays as it is written.
        return if path.ends_with(['/', '\\']) { slashes(path) } else { format!("{path}/") };
    }
    let (path, child) = (slashes(path), slashes(child));
    if path.is_empty() {
        return if child.starts_with('/') { child } else { format!("/{child}") };
    }
    format!("{}/{}", path.trim_end_matches('/'), child.trim_start_matches('/'))
}
