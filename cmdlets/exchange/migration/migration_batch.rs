//! Batches of migration: begun, stopped, completed; their users go with them.

use command::Result;
use directory::{Edit, Fault, NounCode, Work, verb};
use serde_json::json;
use store::Draft;

pub static NOUN: NounCode = NounCode {
    noun: "MigrationBatch",
    heeds: &["*", "Identity", "NotificationEmails", "AutoStart"],
    before_write: Some(begin),
    after_write: Some(users),
    verbs: &[("Start", start), ("Stop", stop), ("Complete", complete)],
    ..NounCode::PLAIN
};

fn begin(edit: &mut Edit) -> std::result::Result<(), Fault> {
    if edit.is_new() {
        let runs = edit.bound.switch("AutoStart");
        edit.set("Status", if runs { "Syncing" } else { "Created" });
    }
    Ok(())
}

/// The people whom a batch names, of its list or of its file's column EmailAddress, each with the batch's state.
fn users(edit: &mut Edit) -> std::result::Result<(), Fault> {
    let csv: Vec<u8> = match edit.properties.get("CSVData") {
        Some(serde_json::Value::Array(items)) => items.iter().filter_map(|n| u8::try_from(n.as_i64()?).ok()).collect(),
        _ => Vec::new(),
    };
    let text = String::from_utf8_lossy(&csv).into_owned();
    let mut lines =
        text.lines().map(|line| line.trim_start_matches('\u{feff}').split(',').map(|c| c.trim().trim_matches('"')));
    let column = lines.next().and_then(|mut head| head.position(|c| c.eq_ignore_ascii_case("EmailAddress")));
    let mut named: Vec<String> = match column {
        Some(at) => lines.filter_map(|mut cells| cells.nth(at)).map(str::to_owned).collect(),
        None => Vec::new(),
    };
    named.extend(edit.texts("Users"));
    named.extend(edit.texts("UserIds"));
    let (batch, status) = (edit.name.clone(), edit.text("Status").to_owned());
    for name in named.iter().filter(|n| !n.is_empty()) {
        let known = edit.writer.find("MigrationUser", "", name)?;
        let draft = known.map_or_else(|| Draft::new("MigrationUser", "", name), |u| u.draft());
        edit.writer.put(draft.with("BatchId", batch.as_str()).with("Status", status.as_str()))?;
    }
    Ok(())
}

fn start(work: &mut Work) -> Result<()> {
    verb::mark(work, &[("Status", json!("Syncing"))])
}

fn stop(work: &mut Work) -> Result<()> {
    verb::mark(work, &[("Status", json!("Stopped"))])
}

fn complete(work: &mut Work) -> Result<()> {
    // Who is told of the end takes the place of those who were named when the batch was made.
    match work.bound.has("NotificationEmails") {
        true => {
            let told = verb::stored(work, "NotificationEmails");
            verb::mark(work, &[("Status", json!("Completed")), ("NotificationEmails", told)])
        }
        false => verb::mark(work, &[("Status", json!("Completed"))]),
    }
}
