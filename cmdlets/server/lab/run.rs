//! A lab's scripts: setting up the start state, checks, the solution; and the state of the organization around them.

use std::path::Path;
use std::sync::Arc;

use command::{Invoke, Result, Scope, Value};
use directory::{Directory, Fault, Work};
use values::{Flow, Str, members};

use super::definition::{Definition, SHIPPED};

/// How a check came out.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    pub task: u32,
    pub text: String,
    pub is_passed: bool,
    pub detail: String,
}

type Refusable<T> = Result<std::result::Result<T, Fault>>;

/// The moment, in the form of reports.
pub(crate) fn now(work: &Work) -> String {
    // Ticks count from the year 1.
    directory::iso((work.session.utc_now_ticks() - 621_355_968_000_000_000) / 10_000)
}

/// Puts back a checkpoint. The telephony service is stopped first: it would see the old state go under its calls.
pub(crate) fn put_back(work: &mut Work, checkpoint: &str) -> std::result::Result<(), Fault> {
    let home = work.session.home();
    control::stop_service(&home, false).map_err(|e| crate::dialtone::dialtone_service::fault(&e))?;
    work.directory.store.restore_checkpoint(checkpoint)?;
    work.directory.refresh()
}

/// Makes the organization that of a fresh home.
fn empty(work: &mut Work) -> std::result::Result<(), Fault> {
    let home = work.session.home();
    control::stop_service(&home, false).map_err(|e| crate::dialtone::dialtone_service::fault(&e))?;
    let folder = home.join("run").join(format!("fresh-{}", std::process::id()));
    let made = Directory::open(&folder, Arc::clone(&work.directory.library)).and_then(|fresh| {
        let copy = folder.join("copy.db");
        fresh.store.backup(&copy)?;
        drop(fresh);
        work.directory.store.restore(&copy)?;
        work.directory.refresh()
    });
    let _ = std::fs::remove_dir_all(&folder);
    made
}

/// Lays the scripts that products bring along where `$exscripts` points, so that labs and people can run them.
fn lay_out_scripts(work: &mut Work) -> Result<std::result::Result<(), Fault>> {
    let folder = work.session.home().join("scripts");
    let write = |path: &Path, text: &str| {
        std::fs::create_dir_all(path.parent().unwrap_or(&folder)).and_then(|()| std::fs::write(path, text))
    };
    for (name, text) in SHIPPED.iter().filter(|(name, _)| !name.starts_with("labs/")) {
        let path = folder.join(name);
        if let Err(error) = write(&path, text) {
            return Ok(Err(Fault::state("LabScripts", format!("{}: {error}", path.display()))));
        }
    }
    work.session.set_variable("exscripts", Value::from(folder.display().to_string()), Scope::Global)?;
    Ok(Ok(()))
}

/// Runs a script of the lab. What it throws becomes a refusal that says which script it was.
fn script(work: &mut Work, text: &str, path: &str, args: Vec<Value>) -> Refusable<Vec<Value>> {
    let block = match work.session.parse_script(text, Some(path)) {
        Ok(block) => block,
        Err(flow) => return refused(flow, path),
    };
    let variables =
        [("ErrorActionPreference", "Stop"), ("WarningPreference", "SilentlyContinue"), ("ConfirmPreference", "None")];
    let how = Invoke {
        args,
        variables: variables.map(|(name, value)| (Str::from(name), Value::from(value))).to_vec(),
        ..Invoke::default()
    };
    match work.session.invoke_script(&block, how) {
        Ok(written) => Ok(Ok(written)),
        Err(flow) => refused(flow, path),
    }
}

fn refused<T>(flow: Box<Flow>, path: &str) -> Refusable<T> {
    match flow.record() {
        Some(record) => {
            let line =
                record.data.lock().invocation.as_ref().and_then(|i| i.position.as_ref()).map_or(0, |p| p.start_line);
            let place = if line > 0 { format!("{path}, line {line}") } else { path.to_owned() };
            Ok(Err(Fault::state("LabScriptFailed", format!("{place}: {}", record.message())).at(path)))
        }
        None => Err(flow),
    }
}

/// An organization as the lab begins: a fresh one, then `start.ps1`.
pub(crate) fn set_up(work: &mut Work, lab: &Definition) -> Refusable<()> {
    let (text, path) = match lab.required("start.ps1") {
        Ok(file) => file,
        Err(fault) => return Ok(Err(fault)),
    };
    if let Err(fault) = empty(work) {
        return Ok(Err(fault));
    }
    if let Err(fault) = lay_out_scripts(work)? {
        return Ok(Err(fault));
    }
    Ok(script(work, &text, &path, Vec::new())?.map(|_| ()))
}

/// Runs the solution.
pub(crate) fn solve(work: &mut Work, lab: &Definition) -> Refusable<()> {
    match lab.required("solution.ps1") {
        Ok((text, path)) => Ok(script(work, &text, &path, Vec::new())?.map(|_| ())),
        Err(fault) => Ok(Err(fault)),
    }
}

/// The checks of a task.
pub(crate) fn check(work: &mut Work, lab: &Definition, task: u32) -> Refusable<Vec<Outcome>> {
    let (text, path) = match lab.required(&format!("check-{task}.ps1")) {
        Ok(file) => file,
        Err(fault) => return Ok(Err(fault)),
    };
    let checks = match work.session.parse_script(&text, Some(&path)) {
        Ok(block) => block,
        Err(flow) => return refused(flow, &path),
    };
    let written = match script(work, include_str!("check.ps1"), &path, vec![checks])? {
        Ok(written) => written,
        // A check file that stops is a check that fails, with the reason.
        Err(fault) => {
            return Ok(Ok(vec![Outcome { task, text: path, is_passed: false, detail: fault.message }]));
        }
    };
    let mut outcomes = Vec::new();
    for row in &written {
        let context: &mut dyn command::Context = work.session;
        let text = |context: &mut dyn command::Context, name: &str| -> Result<Option<Value>> {
            members::get(context, row, name)
        };
        let Some(name) = text(context, "Check")? else { continue };
        let is_passed = text(context, "Passed")?.is_some_and(|v| values::convert::to_bool(&v));
        let detail = text(context, "Detail")?.map(|v| values::convert::to_display(&v)).unwrap_or_default();
        outcomes.push(Outcome {
            task,
            text: values::convert::to_display(&name).to_string(),
            is_passed,
            detail: detail.to_string(),
        });
    }
    if outcomes.is_empty() {
        let text = format!("{path} has no check: a line Check 'what holds' {{ condition }}.");
        return Ok(Err(Fault::state("LabHasNoCheck", text).at(&path)));
    }
    Ok(Ok(outcomes))
}

/// The checks of all tasks.
pub(crate) fn check_all(work: &mut Work, lab: &Definition) -> Refusable<Vec<Outcome>> {
    let mut outcomes = Vec::new();
    for task in &lab.tasks {
        match check(work, lab, task.number)? {
            Ok(found) => outcomes.extend(found),
            Err(fault) => return Ok(Err(fault)),
        }
    }
    Ok(Ok(outcomes))
}
