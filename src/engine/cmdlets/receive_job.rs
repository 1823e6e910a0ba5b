//! Wait-Job and Receive-Job.

use std::sync::Arc;
use std::time::{Duration, Instant};

use command::{Bound, Cmdlet, Command, Session};
use values::object::Wrapped;
use values::{Array, ErrorCategory, ErrorRecord, Exception, PsMember, Result, Str, TypeRef, Value, members};

use super::job::{engine_of, selected};
use crate::jobs::{Job, JobKind, JobState, StreamLists};

/// Wait-Job.
pub static WAIT_JOB: Command = Command { name: "Wait-Job", create: || Box::<WaitJob>::default() };
/// Receive-Job.
pub static RECEIVE_JOB: Command = Command { name: "Receive-Job", create: || Box::<ReceiveJob>::default() };

const POLL: Duration = Duration::from_millis(2);

#[derive(Default)]
struct WaitJob {
    jobs: Vec<Value>,
}

/// The jobs that a command waits for; they hold back no longer.
fn awaited(session: &mut dyn Session, bound: &Bound) -> Result<Vec<Value>> {
    let found = selected(session, bound, false)?;
    found.iter().filter_map(|j| j.as_foreign::<Job>()).for_each(Job::hurry);
    Ok(found)
}

fn is_finished(job: &Value) -> bool {
    job.as_foreign::<Job>().is_none_or(|j| j.state().is_finished())
}

impl Cmdlet for WaitJob {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        self.jobs.extend(awaited(session, bound)?);
        Ok(())
    }

    fn end(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let limit = bound.int("Timeout").filter(|t| *t >= 0).map(|t| Instant::now() + Duration::from_secs(t as u64));
        loop {
            let done = self.jobs.iter().filter(|j| is_finished(j)).count();
            if done == self.jobs.len() || (bound.switch("Any") && done > 0) {
                break;
            }
            if limit.is_some_and(|l| Instant::now() >= l) {
                // Only a wait for all that ended in time gives the jobs.
                return Ok(());
            }
            session.sleep(POLL)?;
        }
        for job in std::mem::take(&mut self.jobs) {
            if is_finished(&job) {
                session.write(job)?;
                if bound.switch("Any") {
                    break;
                }
            }
        }
        Ok(())
    }
}

#[derive(Default)]
struct ReceiveJob {
    jobs: Vec<Value>,
}

impl Cmdlet for ReceiveJob {
    fn begin(&mut self, _session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let refuse = |text: &str| {
            Exception::new(TypeRef::INVALID_OPERATION_EXCEPTION, text)
                .identity("InvalidOperation", ErrorCategory::InvalidOperation, Value::Null)
                .throw()
        };
        if bound.switch("AutoRemoveJob") && !bound.switch("Wait") {
            return refuse("The -AutoRemoveJob parameter cannot be used without the -Wait parameter");
        }
        if bound.switch("WriteEvents") && !bound.switch("Wait") {
            return refuse("The -WriteEvents parameter cannot be used without the -Wait parameter");
        }
        if bound.switch("WriteJobInResults") && !bound.switch("Wait") {
            return refuse("The -WriteJobInResults parameter cannot be used without the -Wait parameter");
        }
        if bound.switch("Wait") && bound.switch("Keep") {
            return Exception::new(
                command::class("System.Management.Automation.ParameterBindingException", TypeRef::RUNTIME_EXCEPTION),
                "Cannot bind parameter 'Keep' to the target. Exception setting \"Keep\": \"The Wait and Keep parameters cannot be used together in the same command.\"",
            )
            .identity("ParameterBindingFailed", ErrorCategory::WriteError, Value::Null)
            .throw();
        }
        if bound.switch("AutoRemoveJob") && bound.switch("Keep") {
            return Exception::new(
                TypeRef::ARGUMENT_EXCEPTION,
                "The AutoRemoveJob parameter cannot be used with the Keep parameter.",
            )
            .identity("ParameterBindingFailed", ErrorCategory::InvalidArgument, Value::Null)
            .throw();
        }
        for name in ["ComputerName", "Session"] {
            if bound.has(name) {
                return crate::errors::invalid_operation(
                    "JobParameterNotSupported",
                    format!("Receive-Job does not support -{name}: jobs run on this computer."),
                )
                .throw();
            }
        }
        Ok(())
    }

    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        if bound.switch("Wait") {
            self.jobs.extend(awaited(session, bound)?);
            return Ok(());
        }
        let found = selected(session, bound, false)?;
        found.iter().try_for_each(|job| receive(session, bound, job))
    }

    fn end(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let jobs = std::mem::take(&mut self.jobs);
        if bound.switch("WriteJobInResults") {
            jobs.iter().try_for_each(|job| session.write(job.clone()))?;
        }
        for job in &jobs {
            while !is_finished(job) {
                if !bound.switch("Keep") {
                    receive_data(session, bound, job)?;
                }
                session.sleep(POLL)?;
            }
            receive(session, bound, job)?;
            if bound.switch("AutoRemoveJob")
                && let Some(own) = job.as_foreign::<Job>()
            {
                let id = own.id;
                crate::jobs::remove(engine_of(session)?, id);
            }
        }
        Ok(())
    }
}

fn take(list: &Arc<Array>, keep: bool) -> Vec<Value> {
    let mut items = list.lock();
    if keep { items.clone() } else { std::mem::take(&mut *items) }
}

fn receive(session: &mut dyn Session, bound: &Bound, job: &Value) -> Result<()> {
    receive_data(session, bound, job)?;
    let Some(own) = job.as_foreign::<Job>() else { return Ok(()) };
    let holders: Vec<&Job> = if own.children.is_empty() { vec![own] } else { own.child_jobs().collect() };
    for holder in holders {
        if holder.kind == JobKind::BackgroundChild && holder.state() == JobState::Failed {
            fail(session, holder)?;
        }
    }
    Ok(())
}

/// What ended a background job comes out as an error of its own.
fn fail(session: &mut dyn Session, job: &Job) -> Result<()> {
    let Value::Exception(reason) = job.reason() else { return Ok(()) };
    let inner = reason.data.lock().properties.iter().find(|(n, _)| n.as_str() == "ErrorRecord").map(|(_, v)| v.clone());
    let record = match inner {
        Some(Value::Error(inner)) => {
            let made =
                ErrorRecord::new(reason.clone(), Str::from(inner.full_id()), inner.data.lock().category, Value::Null);
            Arc::new(made)
        }
        _ => ErrorRecord::from_exception(reason.clone()),
    };
    record.data.lock().stack.get_or_insert_with(values::error::StackTrace::empty);
    session.write_error(record)
}

fn receive_data(session: &mut dyn Session, bound: &Bound, job: &Value) -> Result<()> {
    let Some(own) = job.as_foreign::<Job>() else { return Ok(()) };
    let keep = bound.switch("Keep");
    if !bound.switch("NoRecurse") {
        for child in &own.children {
            receive_data(session, bound, child)?;
        }
    }
    let is_remote = own.kind == JobKind::BackgroundChild;
    let is_running = !own.state().is_finished();
    let runspace_id = own.instance.clone();
    for item in take(&own.lists.output, keep) {
        let item = match is_remote {
            true => {
                let item = if is_running { crate::jobs::cross(engine_of(session)?, &item)? } else { item };
                marked(session, item, &runspace_id)?
            }
            false => item,
        };
        session.write(item)?;
    }
    for item in take(&own.lists.error, keep) {
        if let Value::Error(record) = item {
            {
                // It keeps the id and the place that it had where it was written.
                let mut data = record.data.lock();
                data.is_reported = false;
                data.stack.get_or_insert_with(values::error::StackTrace::empty);
            }
            session.write_error(record)?;
        }
    }
    replay(session, &own.lists, keep)
}

/// Writes what was written to streams beside the output once more.
pub fn replay(session: &mut dyn Session, lists: &StreamLists, keep: bool) -> Result<()> {
    let text = |session: &mut dyn Session, item: &Value| -> Result<Str> {
        let message = members::get(session, item, "Message")?.unwrap_or_default();
        values::convert::to_str(session, &message)
    };
    for item in take(&lists.warning, keep) {
        let message = text(session, &item)?;
        session.write_warning(&message)?;
    }
    for item in take(&lists.verbose, keep) {
        let message = text(session, &item)?;
        session.write_verbose(&message)?;
    }
    for item in take(&lists.debug, keep) {
        let message = text(session, &item)?;
        session.write_debug(&message)?;
    }
    for item in take(&lists.information, keep) {
        let data = members::get(session, &item, "MessageData")?.unwrap_or_default();
        let tags = members::get(session, &item, "Tags")?.unwrap_or_default();
        let tags = match tags.as_array() {
            Some(list) => list.to_vec().iter().map(|t| Str::from(values::convert::to_display(t))).collect(),
            None => Vec::new(),
        };
        session.write_information(data, tags)?;
    }
    Ok(())
}

/// An object from another process says where it comes from.
fn marked(_session: &mut dyn Session, item: Value, runspace: &Value) -> Result {
    let notes = [
        ("PSComputerName", Value::from("localhost")),
        ("PSShowComputerName", Value::Bool(false)),
        ("RunspaceId", runspace.clone()),
        ("PSSourceJobInstanceId", runspace.clone()),
    ];
    match &item {
        Value::Null
        | Value::Void
        | Value::Bool(_)
        | Value::Char(_)
        | Value::I32(_)
        | Value::I64(_)
        | Value::F64(_)
        | Value::Str(_)
        | Value::Enum(..) => Ok(item),
        Value::Object(object) => {
            for (name, value) in notes {
                object.set(name, value);
            }
            Ok(item)
        }
        Value::Wrapped(_) => Ok(item),
        _ => {
            let wrapped = Wrapped::new(item);
            {
                let mut members = wrapped.members.lock();
                for (name, value) in notes {
                    members.push((Str::from(name), PsMember::Note(value)));
                }
            }
            Ok(Value::Wrapped(Arc::new(wrapped)))
        }
    }
}
