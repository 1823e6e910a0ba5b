//! Move requests held and let go again.

use command::Result;
use directory::{NounCode, Work, verb};
use serde_json::{Value as Json, json};

pub static NOUN: NounCode = NounCode {
    noun: "MoveRequest",
    heeds: &["*", "Identity", "SuspendWhenReadyToComplete"],
    before_write: Some(begin),
    verbs: &[("Suspend", suspend), ("Resume", resume)],
    ..NounCode::PLAIN
};

fn begin(edit: &mut directory::Edit) -> std::result::Result<(), directory::Fault> {
    if edit.is_new() {
        let held = edit.bound.get("Suspend").is_some_and(values::convert::to_bool);
        edit.set("Status", if held { "Suspended" } else { "Queued" });
    }
    Ok(())
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
