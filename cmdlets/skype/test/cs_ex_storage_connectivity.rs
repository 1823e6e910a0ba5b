//! Autodiscover, token and an item in a user's mailbox over Exchange Web Services.

use command::{Result, Value};
use control::{Probe, ProbeKind};
use directory::{NounCode, Work};

pub static NOUN: NounCode = NounCode {
    noun: "CsExStorageConnectivity",
    heeds: &["SipUri", "Folder", "DeleteItem"],
    verbs: &[("Test", test)],
    ..NounCode::PLAIN
};

fn test(work: &mut Work) -> Result<()> {
    let folder = work.bound.get("Folder").filter(|v| !v.is_null()).map(|v| values::convert::to_display(v).to_string());
    let probe = Probe {
        kind: ProbeKind::Storage,
        user: super::synthetic::text(work, "SipUri").trim_start_matches("sip:").to_string(),
        folder: folder.unwrap_or_else(|| "ConversationHistory".into()),
        delete: work.bound.switch("DeleteItem"),
        ..Probe::default()
    };
    let result = match directory::probe(work, probe) {
        Ok(result) => result,
        Err(fault) => return work.fail(&fault),
    };
    for line in &result.detail {
        work.session.write_verbose(line)?;
    }
    if result.success {
        return work.session.write(Value::from("Test Passed."));
    }
    work.session.write(Value::from("Test Failed."))?;
    let text =
        if result.diagnosis.is_empty() { result.error } else { format!("{} {}", result.error, result.diagnosis) };
    work.fail(&directory::Fault::new(
        "StorageConnectivityException",
        "StorageConnectivityFailed",
        command::ErrorCategory::ConnectionError,
        text,
    ))
}
