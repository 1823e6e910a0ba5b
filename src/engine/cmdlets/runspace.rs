//! Get-Runspace, Debug-Runspace, Debug-Job.

use command::{Bound, Cmdlet, Command, Session, Wildcard};
use values::{ErrorCategory, Exception, Result, TypeRef, Value, convert, members};

use super::job::engine_of;

/// Get-Runspace.
pub static GET_RUNSPACE: Command = Command { name: "Get-Runspace", create: || Box::new(GetRunspace) };
/// Debug-Runspace.
pub static DEBUG_RUNSPACE: Command = Command { name: "Debug-Runspace", create: || Box::new(DebugRunspace) };
/// Debug-Job.
pub static DEBUG_JOB: Command = Command { name: "Debug-Job", create: || Box::new(DebugJob) };

/// The runspaces that `-Name`, `-Id` or `-InstanceId` choose; all without them.
fn chosen(session: &mut dyn Session, bound: &Bound) -> Result<Vec<Value>> {
    let all = crate::hosting::open_runspaces(engine_of(session)?);
    let mut found = Vec::new();
    for one in all {
        let mut text = |name: &str| -> Result<String> {
            Ok(convert::to_display(&members::get(session, &one, name)?.unwrap_or_default()).to_string())
        };
        let (name, id, instance) = (text("Name")?, text("Id")?, text("InstanceId")?);
        let among = |given: &str, own: &str| {
            bound.list(given).iter().any(|v| convert::to_display(v).as_str().eq_ignore_ascii_case(own))
        };
        let is_wanted = if bound.has("Name") {
            bound.strings("Name").iter().any(|n| Wildcard::new(n).matches(&name))
        } else if bound.has("Id") {
            among("Id", &id)
        } else if bound.has("InstanceId") {
            among("InstanceId", &instance)
        } else {
            true
        };
        if is_wanted {
            found.push(one);
        }
    }
    Ok(found)
}

struct GetRunspace;

impl Cmdlet for GetRunspace {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        for found in chosen(session, bound)? {
            session.write(found)?;
        }
        Ok(())
    }
}

struct DebugRunspace;

impl Cmdlet for DebugRunspace {
    fn end(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        if bound.get("Runspace").is_none() && chosen(session, bound)?.is_empty() {
            return Exception::new(
                TypeRef::ARGUMENT_NULL_EXCEPTION,
                "Value cannot be null. (Parameter 'No Runspace was found.')",
            )
            .identity("DebugRunspaceNoRunspaceFound", ErrorCategory::InvalidOperation, Value::Null)
            .throw();
        }
        let all = if bound.switch("BreakAll") { " at all of its lines" } else { "" };
        crate::errors::invalid_operation(
            "DebugRunspaceNotSupported",
            format!("Another runspace can't be stopped{all} from here: set breakpoints in the script it runs."),
        )
        .throw()
    }
}

struct DebugJob;

impl Cmdlet for DebugJob {
    fn end(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let (id, text) = match (bound.get("Id"), bound.get("Name"), bound.get("InstanceId")) {
            (Some(id), ..) => {
                ("DebugJobCannotFindJobWithId", format!("Cannot find job with id {}.", convert::to_display(id)))
            }
            (_, Some(name), _) => {
                ("DebugJobCannotFindJobWithName", format!("Cannot find job with name {}.", convert::to_display(name)))
            }
            (_, _, Some(instance)) => (
                "DebugJobCannotFindJobWithInstanceId",
                format!("Cannot find job with instance Id {}.", convert::to_display(instance)),
            ),
            _ => ("", String::new()),
        };
        let known = crate::jobs::jobs(engine_of(session)?);
        let is_known = known.iter().any(|job| {
            job.as_foreign::<crate::jobs::Job>().is_some_and(|job| {
                bound.int("Id").is_some_and(|n| n == i64::from(job.id))
                    || bound.str("Name").is_some_and(|n| job.name.lock().eq_ignore_ascii_case(&n))
                    || bound
                        .get("InstanceId")
                        .is_some_and(|v| convert::to_display(v).as_str() == convert::to_display(&job.instance).as_str())
            })
        });
        if !id.is_empty() && !is_known {
            return Exception::new(TypeRef::PS_INVALID_OPERATION_EXCEPTION, text)
                .identity(id, ErrorCategory::InvalidOperation, Value::Null)
                .throw();
        }
        let all = if bound.switch("BreakAll") { " at all of its lines" } else { "" };
        crate::errors::invalid_operation(
            "DebugJobNotSupported",
            format!("A job can't be stopped{all} from here: set breakpoints in the script it runs."),
        )
        .throw()
    }
}
