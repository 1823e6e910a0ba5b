//! Calls: those going on, and the messages of those that were.

use command::{Result, Value};
use control::{Arrow, Client, ControlError, Request};
use directory::{Fault, NounCode, Work};
use store::voice::VoiceRecords;
use values::Object;

use super::dialtone_service::fault;

pub static NOUN: NounCode = NounCode {
    noun: "DialtoneCall",
    heeds: &["CallId", "Path", "Seconds", "Interval"],
    verbs: &[("Get", get), ("Trace", trace), ("Show", show), ("Watch", super::call_watch::watch), ("Stop", stop)],
    ..NounCode::PLAIN
};

/// A message of a ladder as a value.
pub(crate) fn arrow(arrow: &Arrow) -> Value {
    Object::typed(
        "Dialtone.Arrow",
        [
            ("Offset", Value::I64(arrow.offset.cast_signed())),
            ("From", Value::from(arrow.from.as_str())),
            ("To", Value::from(arrow.to.as_str())),
            ("Transport", Value::from(arrow.transport.as_str())),
            ("Text", Value::from(arrow.text.as_str())),
            ("Time", Value::from(arrow.time.as_str())),
            ("CallId", Value::from(arrow.call_id.as_str())),
            ("Message", Value::from(arrow.message.as_str())),
        ],
    )
}

fn get(work: &mut Work) -> Result<()> {
    let home = work.session.home();
    let calls = match Client::connect(&home) {
        Err(ControlError::NotRunning) => return Ok(()),
        other => other.and_then(|mut client| client.calls()),
    };
    let calls = match calls {
        Ok(calls) => calls,
        Err(error) => return work.fail(&fault(&error)),
    };
    let only = work.bound.str("CallId");
    for call in calls.iter().filter(|c| only.as_ref().is_none_or(|id| c.call_id == id.as_str())) {
        let row = Object::typed(
            "Dialtone.Call",
            [
                ("CallId", Value::from(call.call_id.as_str())),
                ("Server", Value::from(call.server.as_str())),
                ("Role", Value::from(call.role.as_str())),
                ("DialPlan", Value::from(call.dial_plan.as_str())),
                ("CallType", Value::from(call.call_type.as_str())),
                ("State", Value::from(call.state.as_str())),
                ("From", Value::from(call.from.as_str())),
                ("To", Value::from(call.to.as_str())),
                ("Diversion", Value::from(call.diversion.as_str())),
                ("Gateway", Value::from(call.gateway.as_str())),
                ("Started", Value::from(call.started.as_str())),
                ("Duration", Value::F64(call.duration)),
            ],
        );
        work.session.write(row)?;
    }
    Ok(())
}

/// The messages of the call that `-CallId` names.
fn arrows_of(work: &mut Work) -> std::result::Result<(String, Vec<Arrow>), Fault> {
    let id = work.bound.str("CallId").map_or_else(String::new, |t| t.to_string());
    let home = work.session.home();
    // A running call's ladder is with the service, a finished one's on the disk.
    let live = Client::connect(&home).and_then(|mut client| client.trace(&id)).unwrap_or_default();
    let arrows = if live.is_empty() {
        let found = VoiceRecords::open(&home)?.map(|r| r.ladder(&id)).transpose()?.unwrap_or_default();
        found.into_iter().filter_map(|v| serde_json::from_value(v).ok()).collect()
    } else {
        live
    };
    if arrows.is_empty() {
        let text = format!("There is no record of a call with the id \"{id}\".");
        let category = command::ErrorCategory::ObjectNotFound;
        return Err(Fault::new("CallNotFoundException", "CallNotFound", category, text).at(&id));
    }
    Ok((id, arrows))
}

fn show(work: &mut Work) -> Result<()> {
    match arrows_of(work) {
        Ok((_, arrows)) => {
            let width = work.session.host().size().0;
            let lines = super::ladder_text::ladder(&arrows, width);
            lines.into_iter().try_for_each(|line| work.session.write(Value::from(line)))
        }
        Err(fault) => work.fail(&fault),
    }
}

fn trace(work: &mut Work) -> Result<()> {
    let (id, arrows) = match arrows_of(work) {
        Ok(found) => found,
        Err(fault) => return work.fail(&fault),
    };
    if let Some(path) = work.bound.str("Path").filter(|p| !p.is_empty()) {
        let file = work.session.file_path(&path)?;
        let kind = file.extension().and_then(|e| e.to_str()).unwrap_or_default().to_ascii_lowercase();
        let bytes = match kind.as_str() {
            "htm" | "html" => super::ladder_file::html(&format!("Call {id}"), &arrows).into_bytes(),
            "pcap" => super::ladder_file::pcap(&arrows),
            _ => {
                let text = format!("The file \"{path}\" must end in .html or .pcap.");
                let category = command::ErrorCategory::InvalidArgument;
                return work.fail(&Fault::new("ArgumentException", "FileTypeUnknown", category, text).at(&path));
            }
        };
        return match std::fs::write(&file, bytes) {
            Ok(()) => Ok(()),
            Err(error) => {
                let category = command::ErrorCategory::WriteError;
                work.fail(&Fault::new("IOException", "FileNotWritten", category, error.to_string()).at(&path))
            }
        };
    }
    arrows.iter().try_for_each(|a| work.session.write(arrow(a)))
}

fn stop(work: &mut Work) -> Result<()> {
    let id = work.bound.str("CallId").map_or_else(String::new, |t| t.to_string());
    if !work.should(&id)? {
        return Ok(());
    }
    let home = work.session.home();
    match Client::connect(&home).and_then(|mut client| client.request(&Request::HangUp { call_id: id })) {
        Ok(_) => Ok(()),
        Err(error) => work.fail(&fault(&error)),
    }
}
