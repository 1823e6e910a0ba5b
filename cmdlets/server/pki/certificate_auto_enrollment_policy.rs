//! What enrolls for certificates by itself: the local policy, which is the one that applies, as group policies set none.

use command::Result;
use directory::{NounCode, Work, verb};

pub static NOUN: NounCode = NounCode {
    noun: "CertificateAutoEnrollmentPolicy",
    heeds: &["*", "Scope"],
    verbs: &[("Get", get)],
    ..NounCode::PLAIN
};

fn get(work: &mut Work) -> Result<()> {
    let is_known = ["Local", "Applied"].iter().any(|s| s.eq_ignore_ascii_case(&verb::text(work, "Scope")));
    match verb::found(work) {
        Ok(found) => found.iter().filter(|_| is_known).try_for_each(|policy| work.emit(policy)),
        Err(fault) => work.fail(&fault),
    }
}
