//! Call records.

use command::Result;
use directory::{Fault, NounCode, Work, free, moment_of};
use store::voice::VoiceRecords;
use values::Object;

pub static NOUN: NounCode = NounCode {
    noun: "DialtoneCallRecord",
    heeds: &["CallId", "ResultSize"],
    verbs: &[("Get", get)],
    ..NounCode::PLAIN
};

fn get(work: &mut Work) -> Result<()> {
    let id = work.bound.str("CallId").map_or_else(String::new, |t| t.to_string());
    let limit = work.bound.int("ResultSize").unwrap_or(1000);
    let home = work.session.home();
    let records =
        match VoiceRecords::open(&home).and_then(|r| r.map_or_else(|| Ok(Vec::new()), |r| r.calls(&id, limit))) {
            Ok(records) => records,
            Err(error) => return work.fail(&Fault::from(error)),
        };
    emit(work, "Dialtone.CallRecord", records)
}

/// Writes JSON objects as rows of a type.
pub(crate) fn emit(work: &mut Work, type_name: &str, records: Vec<serde_json::Value>) -> Result<()> {
    for record in records {
        let serde_json::Value::Object(record) = record else { continue };
        let pairs = record.iter().map(|(name, value)| match value.as_str() {
            Some(text) if name.ends_with("Time") => (name.as_str(), moment_of(text)),
            _ => (name.as_str(), free(value)),
        });
        work.session.write(Object::typed(type_name, pairs))?;
    }
    Ok(())
}
