//! Search-CcLog: the messages of recorded calls within a time, as text or as a file.

use command::{Result, Value};
use directory::{Fault, NounCode, Work, verb};
use serde_json::Value as Json;
use store::voice::VoiceRecords;

use super::installed::{appliance, below};

pub static NOUN: NounCode = NounCode {
    noun: "CcLog",
    heeds: &["StartTime", "EndTime", "FileName"],
    verbs: &[("Search", search)],
    ..NounCode::PLAIN
};

fn search(work: &mut Work) -> Result<()> {
    let lines = match found(work) {
        Ok(lines) => lines,
        Err(fault) => return work.fail(&fault),
    };
    let name = verb::text(work, "FileName");
    if name.is_empty() {
        return lines.into_iter().try_for_each(|line| work.session.write(Value::from(line)));
    }
    let folder = below(work, "CcApplianceDirectory", "Logs")?;
    // Only the file's own name counts: the logs' folder is where it lies.
    let path = folder.join(name.rsplit(['/', '\\']).next().unwrap_or_default());
    match std::fs::create_dir_all(&folder).and_then(|()| std::fs::write(&path, lines.join("\n"))) {
        Ok(()) => work.session.write(Value::from(path.display().to_string())),
        Err(error) => work.fail(&Fault::argument("CcLogFile", format!("{}: {error}", path.display())).at(&name)),
    }
}

fn found(work: &mut Work) -> std::result::Result<Vec<String>, Fault> {
    appliance(work)?;
    let home = work.session.home();
    let Some(records) = VoiceRecords::open(&home)? else { return Ok(Vec::new()) };
    let time = |name: &str| {
        work.bound.get(name).filter(|v| !v.is_null()).and_then(directory::milliseconds).map(directory::iso)
    };
    let (from, to) = (time("StartTime"), time("EndTime"));
    let mut lines = Vec::new();
    for call in records.calls("", 10_000)? {
        let id = ["callId", "CallId", "call_id"]
            .iter()
            .find_map(|n| call.get(*n))
            .and_then(Json::as_str)
            .unwrap_or_default();
        for arrow in records.ladder(id)? {
            let part = |name: &str| arrow.get(name).and_then(Json::as_str).unwrap_or_default().to_owned();
            let when = part("time");
            if from.as_ref().is_none_or(|f| when >= *f) && to.as_ref().is_none_or(|t| when <= *t) {
                lines.push(format!("{when} {} -> {} {}", part("from"), part("to"), part("text")));
            }
        }
    }
    Ok(lines)
}
