//! Start-Job, Start-ThreadJob, Get-Job, Stop-Job, Remove-Job and how job cmdlets find their jobs.

use std::sync::Arc;

use command::{Bound, Cmdlet, Command, Session, Wildcard};
use values::{ErrorCategory, ErrorRecord, Exception, Result, Str, TypeRef, Value, convert};

use crate::jobs::{Job, JobKind, JobState, Work, jobs, next_id, remove, start, table_add};
use crate::runspace::Runspace;
use crate::script_block::ScriptBlock;

/// Start-Job.
pub static START_JOB: Command =
    Command { name: "Start-Job", create: || Box::new(StartJob { is_thread: false, input: Vec::new() }) };
/// Start-ThreadJob.
pub static START_THREAD_JOB: Command =
    Command { name: "Start-ThreadJob", create: || Box::new(StartJob { is_thread: true, input: Vec::new() }) };
/// Get-Job.
pub static GET_JOB: Command = Command { name: "Get-Job", create: || Box::new(GetJob) };
/// Stop-Job.
pub static STOP_JOB: Command = Command { name: "Stop-Job", create: || Box::new(StopJob) };
/// Remove-Job.
pub static REMOVE_JOB: Command = Command { name: "Remove-Job", create: || Box::new(RemoveJob) };

/// The runspace under a session.
pub(crate) fn engine_of(session: &mut dyn Session) -> Result<&mut Runspace> {
    match session.engine().downcast_mut::<Runspace>() {
        Some(runspace) => Ok(runspace),
        None => crate::errors::invalid_operation("NoRunspace", "There is no runspace to run in.").throw(),
    }
}

fn not_found(id: &str, target: Value, message: String) -> Arc<ErrorRecord> {
    let exception = Exception::new(
        TypeRef::find("System.Management.Automation.PSArgumentException").unwrap_or(TypeRef::ARGUMENT_EXCEPTION),
        message,
    );
    ErrorRecord::from_exception(Arc::new(exception.identity(id, ErrorCategory::ObjectNotFound, target)))
}

/// The jobs that a command's parameters name; what is not there is an error each.
pub(super) fn selected(session: &mut dyn Session, bound: &Bound, all_where_none: bool) -> Result<Vec<Value>> {
    if bound.has("Job") {
        return Ok(bound.list("Job"));
    }
    let known = jobs(engine_of(session)?);
    let as_job = |v: &Value| v.as_foreign::<Job>().map(|j| (j.id, j.name.lock().clone()));
    let mut found = Vec::new();
    if bound.has("Name") {
        for name in bound.strings("Name") {
            let pattern = Wildcard::new(&name);
            let hits: Vec<Value> =
                known.iter().filter(|j| as_job(j).is_some_and(|(_, own)| pattern.matches(&own))).cloned().collect();
            if hits.is_empty() && !Wildcard::is_pattern(&name) {
                let text = format!(
                    "The command cannot find the job because the job name {name} was not found. Verify the value of the Name parameter, and then try the command again."
                );
                session.write_error(not_found("JobWithSpecifiedNameNotFound", Value::Str(name), text))?;
            }
            found.extend(hits);
        }
    } else if bound.has("Id") {
        for id in bound.list("Id") {
            let number = id.as_i64().unwrap_or_default() as i32;
            let hit = known.iter().find_map(|j| {
                let job = j.as_foreign::<Job>()?;
                if job.id == number {
                    return Some(j.clone());
                }
                job.children.iter().find(|c| c.as_foreign::<Job>().is_some_and(|c| c.id == number)).cloned()
            });
            match hit {
                Some(job) => found.push(job),
                None => {
                    let text = format!(
                        "The command cannot find a job with the job ID {number}. Verify the value of the Id parameter and then try the command again."
                    );
                    session.write_error(not_found("JobWithSpecifiedSessionNotFound", id, text))?;
                }
            }
        }
    } else if bound.has("InstanceId") {
        for id in bound.list("InstanceId") {
            let text = convert::to_display(&id);
            let hit =
                known.iter().find(|j| j.as_foreign::<Job>().is_some_and(|j| convert::to_display(&j.instance) == text));
            match hit {
                Some(job) => found.push(job.clone()),
                None => {
                    let text = format!(
                        "The command cannot find a job with the instance identifier {text}. Verify the value of the InstanceId parameter, and then try the command again."
                    );
                    session.write_error(not_found("JobWithSpecifiedInstanceIdNotFound", id, text))?;
                }
            }
        }
    } else if let Some(state) = bound.enum_name("State") {
        found.extend(
            known
                .into_iter()
                .filter(|j| j.as_foreign::<Job>().is_some_and(|j| j.state().name().eq_ignore_ascii_case(&state))),
        );
    } else if bound.has("Filter") {
        return crate::errors::invalid_operation(
            "JobFilterNotSupported",
            "Jobs are filtered by -Name, -Id, -State or -Command.",
        )
        .throw();
    } else if bound.has("Command") {
        let patterns: Vec<Wildcard> = bound.strings("Command").iter().map(|c| Wildcard::new(c)).collect();
        found.extend(
            known
                .into_iter()
                .filter(|j| j.as_foreign::<Job>().is_some_and(|j| Wildcard::any(&patterns, j.command.trim()))),
        );
    } else if all_where_none {
        found = known;
    }
    Ok(found)
}

struct StartJob {
    is_thread: bool,
    input: Vec<Value>,
}

impl Cmdlet for StartJob {
    fn process(&mut self, _session: &mut dyn Session, bound: &Bound) -> Result<()> {
        self.input.extend(bound.get("InputObject").cloned());
        Ok(())
    }

    fn end(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        check_start(bound)?;
        for name in ["Credential", "RunAs32", "PSVersion", "Authentication", "Options", "ConnectingTimeout"] {
            if bound.has(name) {
                return crate::errors::invalid_operation(
                    "JobParameterNotSupported",
                    format!("The parameter -{name} is not supported: jobs run inside this process."),
                )
                .throw();
            }
        }
        let (block, command) = script_of(session, bound)?;
        let input = std::mem::take(&mut self.input);
        let input = (bound.has("InputObject") || !input.is_empty()).then_some(input);
        let directory = match bound.str("WorkingDirectory") {
            Some(path) => {
                let folder = session.file_path(&path)?;
                if !folder.is_dir() {
                    return Exception::new(
                        command::class("System.IO.DirectoryNotFoundException", TypeRef::IO_EXCEPTION),
                        format!("Cannot find the WorkingDirectory path {path}."),
                    )
                    .identity("DirectoryNotFoundException", ErrorCategory::InvalidOperation, Value::Null)
                    .throw();
                }
                Some(Str::from(folder.display().to_string()))
            }
            None => None,
        };
        let runspace = engine_of(session)?;
        let using = crate::parallel::using_values(runspace, &block)?;
        let id = next_id(runspace);
        let (job, worker) = if self.is_thread {
            let name = bound.str("Name").unwrap_or_else(|| Str::from(format!("Job{id}")));
            let job = Value::foreign(Job::new(id, name, JobKind::Thread, command, Vec::new()));
            (job.clone(), job)
        } else {
            let name = bound.str("Name").unwrap_or_else(|| Str::from(format!("Job{id}")));
            let child_id = next_id(runspace);
            let child = Job::new(
                child_id,
                Str::from(format!("Job{child_id}")),
                JobKind::BackgroundChild,
                command.clone(),
                Vec::new(),
            );
            let child = Value::foreign(child);
            (Value::foreign(Job::new(id, name, JobKind::Background, command, vec![child.clone()])), child)
        };
        let work = Work {
            block,
            args: bound.list("ArgumentList"),
            input,
            item: None,
            init: bound.get("InitializationScript").cloned().filter(|v| !v.is_null()),
            using,
            is_serialized: !self.is_thread,
        };
        start(runspace, &worker, work, directory)?;
        if let (Some(parent), Some(child)) = (job.as_foreign::<Job>(), worker.as_foreign::<Job>()) {
            let began = child.begin.lock().clone();
            *parent.begin.lock() = began;
        }
        table_add(runspace, job.clone());
        session.write(job)
    }
}

/// What Start-Job refuses by its values.
fn check_start(bound: &Bound) -> Result<()> {
    if let Some(version) = bound.get("PSVersion").map(convert::to_display).filter(|v| v.as_str() != "5.1") {
        return Exception::new(
            command::class("System.Management.Automation.ParameterBindingException", TypeRef::RUNTIME_EXCEPTION),
            format!(
                "Cannot bind parameter 'PSVersion' to the target. Exception setting \"PSVersion\": \"The value {version} is not valid for the PSVersion parameter. The only allowed value is 5.1.\""
            ),
        )
        .identity("ParameterBindingFailed", ErrorCategory::WriteError, Value::Null)
        .throw();
    }
    if let Some(name) = bound.str("DefinitionName") {
        return Exception::new(TypeRef::RUNTIME_EXCEPTION, format!("Cannot find a scheduled job with name {name}."))
            .identity("StartJobFromDefinitionNameNotFound", ErrorCategory::ObjectNotFound, Value::Str(name))
            .throw();
    }
    Ok(())
}

/// The block that a job runs and its text for the `Command` property.
fn script_of(session: &mut dyn Session, bound: &Bound) -> Result<(Value, Str)> {
    if let Some(block) = bound.get("ScriptBlock") {
        let text = block.as_foreign::<ScriptBlock>().map_or_else(Str::empty, ScriptBlock::text);
        return Ok((block.clone(), text));
    }
    let path = bound.str("FilePath").or_else(|| bound.str("LiteralPath")).unwrap_or_else(Str::empty);
    let found = session.resolve_path(&path, bound.has("LiteralPath"))?;
    let Some(file) = found.first() else {
        return command::error_of(
            "PathNotFound",
            ErrorCategory::ObjectNotFound,
            format!("Cannot find path '{path}' because it does not exist."),
        );
    };
    let path = file.path.to_string();
    let bytes = match std::fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) => return command::file_exception(&error, std::path::Path::new(&path)).throw(),
    };
    let text = command::TextEncoding::Utf8.decode_file(&bytes).into_owned();
    let block = session.parse_script(&text, Some(&path))?;
    Ok((block, Str::from(text)))
}

struct GetJob;

impl Cmdlet for GetJob {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        for name in ["Before", "After", "ChildJobState"] {
            if bound.has(name) {
                return crate::errors::invalid_operation(
                    "JobParameterNotSupported",
                    format!("Get-Job does not support -{name}."),
                )
                .throw();
            }
        }
        let mut found = selected(session, bound, true)?;
        if let Some(wanted) = bound.get("HasMoreData") {
            let wanted = convert::to_bool(wanted);
            found.retain(|j| j.as_foreign::<Job>().is_some_and(|j| j.has_more_data() == wanted));
        }
        if let Some(count) = bound.int("Newest") {
            let skip = found.len().saturating_sub(count.max(0) as usize);
            found.drain(..skip);
        }
        for job in found {
            let children = match (bound.switch("IncludeChildJob"), job.as_foreign::<Job>()) {
                (true, Some(job)) => job.children.clone(),
                _ => Vec::new(),
            };
            session.write(job)?;
            for child in children {
                session.write(child)?;
            }
        }
        Ok(())
    }
}

struct StopJob;

impl Cmdlet for StopJob {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        for job in selected(session, bound, false)? {
            let Some(own) = job.as_foreign::<Job>() else { continue };
            if !session.should_process(&own.name.lock().clone(), "Stop-Job")? {
                continue;
            }
            own.stop();
            if bound.switch("PassThru") {
                session.write(job)?;
            }
        }
        Ok(())
    }
}

struct RemoveJob;

impl Cmdlet for RemoveJob {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        for job in selected(session, bound, false)? {
            let Some(own) = job.as_foreign::<Job>() else { continue };
            if !session.should_process(&own.name.lock().clone(), "Remove-Job")? {
                continue;
            }
            let is_waiting = own.state() == JobState::NotStarted && own.kind == JobKind::Event;
            if !own.state().is_finished() && !is_waiting {
                if !bound.switch("Force") {
                    let text = format!(
                        "The command cannot remove the job with the job ID {} because the job is not finished. To remove the job, first stop the job, or use the Force parameter. (Parameter 'Job')",
                        own.id
                    );
                    let exception = Exception::new(TypeRef::ARGUMENT_EXCEPTION, text)
                        .with("ParamName", Value::from("Job"))
                        .identity("JobObjectNotFinishedCannotBeRemoved", ErrorCategory::InvalidOperation, job.clone());
                    session.write_error(ErrorRecord::from_exception(Arc::new(exception)))?;
                    continue;
                }
                own.stop();
            }
            let id = own.id;
            remove(engine_of(session)?, id);
        }
        Ok(())
    }
}
