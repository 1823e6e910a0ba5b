//! Tasks of the lab that is going on.

use command::{Result, Value};
use directory::{Fault, NounCode, Work};
use values::Object;

use super::definition::Definition;
use super::progress::Progress;

pub static NOUN: NounCode = NounCode { noun: "LabTask", heeds: &["Task"], verbs: &[("Get", get)], ..NounCode::PLAIN };

/// A number that no task has.
pub(crate) fn unknown(lab: &Definition, task: u32) -> Fault {
    let text = format!("The lab {} has tasks 1 to {}; there is no task {task}.", lab.name, lab.tasks.len());
    Fault::argument("LabTaskNotFound", text).at(&task.to_string())
}

/// Writes tasks with their state.
pub(crate) fn emit(work: &mut Work, progress: &Progress, lab: &Definition, only: Option<u32>) -> Result<()> {
    for task in lab.tasks.iter().filter(|t| only.is_none_or(|n| n == t.number)) {
        let state = progress.tasks.get(&task.number).cloned().unwrap_or_default();
        let word = if state.done.is_some() { "Done" } else { "Open" };
        let count = |n: usize| Value::I32(i32::try_from(n).unwrap_or(i32::MAX));
        // One task alone is shown with its text.
        let type_name = if only.is_some() { "Dialtone.LabTaskText" } else { "Dialtone.LabTask" };
        work.session.write(Object::typed(
            type_name,
            [
                ("Task", count(task.number as usize)),
                ("Title", Value::from(task.title.as_str())),
                ("State", Value::from(word)),
                ("Hints", Value::from(format!("{} of {}", state.hints, task.hints.len()))),
                ("Text", Value::from(task.text.as_str())),
                ("Attempts", count(state.attempts as usize)),
                ("Done", state.done.map_or(Value::Null, Value::from)),
                ("Lab", Value::from(lab.name.as_str())),
            ],
        ))?;
    }
    Ok(())
}

fn get(work: &mut Work) -> Result<()> {
    let (progress, lab) = match Progress::running(&work.session.home()) {
        Ok(running) => running,
        Err(fault) => return work.fail(&fault),
    };
    let only = work.bound.int("Task").and_then(|n| u32::try_from(n).ok());
    if let Some(wanted) = only.filter(|n| !lab.tasks.iter().any(|t| t.number == *n)) {
        return work.fail(&unknown(&lab, wanted));
    }
    emit(work, &progress, &lab, only)
}
