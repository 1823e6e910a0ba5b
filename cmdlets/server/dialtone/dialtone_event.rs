//! The service's event log.

use command::Result;
use directory::{Fault, NounCode, Work};
use store::voice::VoiceRecords;

pub static NOUN: NounCode =
    NounCode { noun: "DialtoneEvent", heeds: &["ResultSize"], verbs: &[("Get", get)], ..NounCode::PLAIN };

fn get(work: &mut Work) -> Result<()> {
    let limit = work.bound.int("ResultSize").unwrap_or(1000);
    let home = work.session.home();
    let events = VoiceRecords::open(&home).and_then(|r| r.map_or_else(|| Ok(Vec::new()), |r| r.events(limit)));
    let events = match events {
        Ok(events) => events,
        Err(error) => return work.fail(&Fault::from(error)),
    };
    // The service names its fields in lower case; here they are properties.
    let titled = events.into_iter().map(|event| match event {
        serde_json::Value::Object(fields) => serde_json::Value::Object(
            fields
                .into_iter()
                .map(|(name, value)| {
                    let mut marks = name.chars();
                    let name = marks.next().map_or_else(String::new, |c| c.to_uppercase().chain(marks).collect());
                    (name, value)
                })
                .collect(),
        ),
        other => other,
    });
    super::dialtone_call_record::emit(work, "Dialtone.Event", titled.collect())
}
