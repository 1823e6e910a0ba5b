//! Logging on the appliance's machines: begun and ended; Search-CcLog reads what was recorded meanwhile.

use command::Result;
use directory::{Fault, NounCode, Work};
use serde_json::json;

use super::installed::{appliance, keep};

pub static NOUN: NounCode = NounCode {
    noun: "CcLogging",
    heeds: &[],
    moot: &[("RemoveCache", "logs are read from the record of calls, not from a cache")],
    verbs: &[("Start", start), ("Stop", stop)],
    ..NounCode::PLAIN
};

/// Whether logging runs.
fn runs(work: &Work) -> std::result::Result<bool, Fault> {
    Ok(appliance(work)?.text("LoggingSince").is_some())
}

fn start(work: &mut Work) -> Result<()> {
    match runs(work) {
        Ok(true) => work.fail(&Fault::state("CcLoggingRuns", "Logging runs already.")),
        Ok(false) => {
            let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
            let now = directory::iso(i64::try_from(since.as_millis()).unwrap_or(i64::MAX));
            keep(work, "LoggingSince", json!(now)).map(|_| ())
        }
        Err(fault) => work.fail(&fault),
    }
}

fn stop(work: &mut Work) -> Result<()> {
    match runs(work) {
        Ok(false) => work.fail(&Fault::state("CcLoggingStopped", "Logging does not run.")),
        Ok(true) => keep(work, "LoggingSince", serde_json::Value::Null).map(|_| ()),
        Err(fault) => work.fail(&fault),
    }
}
