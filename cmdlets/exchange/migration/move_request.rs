//! Move requests held and let go again.

use command::Result;
use directory::{NounCode, Work, verb};
use serde_json::{Value as Json, json};

pub static NOUN: NounCode = NounCode {
    noun: "MoveRequest",
    heeds: &["*", "Identity", "SuspendWhenReadyToComplete", "MoveStatus"],
    before_write: Some(begin),
    verbs: &[("Get", get), ("Suspend", suspend), ("Resume", resume)],
    ..NounCode::PLAIN
};

fn begin(edit: &mut directory::Edit) -> std::result::Result<(), directory::Fault> {
    if edit.is_new() {
        let held = edit.bound.get("Suspend").is_some_and(values::convert::to_bool);
        edit.set("Status", if held { "Suspended" } else { "Queued" });
    }
    Ok(())
}

/// Get: -MoveStatus asks for what prints as Status.
fn get(work: &mut Work) -> Result<()> {
    let mut bound = work.bound.clone();
    if let Some(status) = work.bound.get("MoveStatus").cloned() {
        bound.remove("MoveStatus");
        bound.set(&"Status".into(), status);
    }
    let mut inner = Work {
        session: &mut *work.session,
        bound: &bound,
        directory: work.directory.clone(),
        command: work.command,
        noun: work.noun,
    };
    verb::get(&mut inner)
}

fn suspend(work: &mut Work) -> Result<()> {
    verb::mark(work, &[("Status", json!("Suspended"))])
}

fn resume(work: &mut Work) -> Result<()> {
    // What may only be completed by hand waits again before its end.
    let waits = work.bound.switch("SuspendWhenReadyToComplete");
    let waits = if waits { json!(true) } else { Json::Null };
    verb::mark(
        work,
        &[("Status", json!("Queued")), ("SuspendComment", Json::Null), ("SuspendWhenReadyToComplete", waits)],
    )
}
