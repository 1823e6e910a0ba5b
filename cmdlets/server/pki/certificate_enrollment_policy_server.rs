//! Servers that say which certificates can be asked for: those that were added by hand; group policies bring none.

use command::Result;
use directory::{NounCode, Work, verb};

pub static NOUN: NounCode = NounCode {
    noun: "CertificateEnrollmentPolicyServer",
    heeds: &["*", "Scope"],
    verbs: &[("Get", get)],
    ..NounCode::PLAIN
};

fn get(work: &mut Work) -> Result<()> {
    if verb::text(work, "Scope").to_lowercase().contains("grouppolicy") {
        return Ok(());
    }
    match verb::found(work) {
        Ok(found) => found.iter().try_for_each(|server| work.emit(server)),
        Err(fault) => work.fail(&fault),
    }
}
