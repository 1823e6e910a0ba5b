//! Hints for the tasks of the lab that is going on.

use command::{Result, Value};
use directory::{Fault, NounCode, Work};
use values::Object;

use super::progress::Progress;

pub static NOUN: NounCode =
    NounCode { noun: "LabHint", heeds: &["Task", "Solution"], verbs: &[("Get", get)], ..NounCode::PLAIN };

fn get(work: &mut Work) -> Result<()> {
    let home = work.session.home();
    let (mut progress, lab) = match Progress::running(&home) {
        Ok(running) => running,
        Err(fault) => return work.fail(&fault),
    };
    let wanted = match work.bound.int("Task") {
        Some(number) => u32::try_from(number).unwrap_or(0),
        None => match lab.tasks.iter().find(|t| !progress.is_done(t.number)) {
            Some(task) => task.number,
            None => return work.fail(&Fault::state("LabDone", "All tasks are done. Give -Task for a certain one.")),
        },
    };
    let Some(task) = lab.tasks.iter().find(|t| t.number == wanted) else {
        return work.fail(&super::lab_task::unknown(&lab, wanted));
    };
    let state = progress.tasks.entry(wanted).or_default();
    let (number, text) = if work.bound.switch("Solution") {
        let Some(text) = lab.solution_of(wanted) else {
            let text = format!("The lab {} has no solution for task {wanted}.", lab.name);
            return work.fail(&Fault::state("LabHasNoSolution", text));
        };
        state.solution_seen = true;
        (0, text)
    } else {
        // After the last hint the last one is given again.
        let next = (state.hints as usize).min(task.hints.len().saturating_sub(1));
        let Some(text) = task.hints.get(next) else {
            let text = format!("Task {wanted} has no hints. Get-LabHint {wanted} -Solution shows its solution.");
            return work.fail(&Fault::state("LabHasNoHint", text));
        };
        state.hints = u32::try_from(next + 1).unwrap_or(u32::MAX);
        (next + 1, text.clone())
    };
    if let Err(fault) = progress.write(&home) {
        return work.fail(&fault);
    }
    let count = |n: usize| Value::I32(i32::try_from(n).unwrap_or(i32::MAX));
    work.session.write(Object::typed(
        "Dialtone.LabHint",
        [
            ("Task", count(wanted as usize)),
            ("Hint", if number == 0 { Value::from("Solution") } else { count(number) }),
            ("Of", count(task.hints.len())),
            ("Text", Value::from(text)),
        ],
    ))
}
