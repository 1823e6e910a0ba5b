//! The organisation's authority, as an administrator reaches it.

use command::{Result, Value};
use directory::{NounCode, Work, certificate};

pub static NOUN: NounCode = NounCode {
    noun: "DialtoneCertificateRequest",
    heeds: &["Request"],
    verbs: &[("Submit", submit)],
    ..NounCode::PLAIN
};

fn submit(work: &mut Work) -> Result<()> {
    let text = work.bound.str("Request").map_or_else(String::new, |t| t.to_string());
    let facts = work.facts();
    if !work.should(&format!("{}-CA", facts.flat.to_lowercase()))? {
        return Ok(());
    }
    match work.write(|writer, _| certificate::sign(writer, &facts, &text))? {
        Some(signed) => work.session.write(Value::from(signed)),
        None => Ok(()),
    }
}
