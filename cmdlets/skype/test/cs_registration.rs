//! Registering as a user's telephone.

use super::synthetic::{Outcome, refused, user, write};
use command::Result;
use control::{Probe, ProbeKind};
use directory::{NounCode, Work};

pub static NOUN: NounCode = NounCode {
    noun: "CsRegistration",
    heeds: &["TargetFqdn", "UserSipAddress"],
    verbs: &[("Test", test)],
    ..NounCode::PLAIN
};

fn test(work: &mut Work) -> Result<()> {
    let user = match user(work, "UserSipAddress", "FirstTestUserSipUri") {
        Ok(user) => user,
        Err(text) => return write(work, &refused(text)),
    };
    let target = super::synthetic::text(work, "TargetFqdn");
    let probe = Probe { kind: ProbeKind::Registration, target, user, ..Probe::default() };
    let result = directory::service(work).and_then(|mut c| c.probe(probe).map_err(|e| directory::service_fault(&e)));
    match result {
        Ok(result) => write(
            work,
            &Outcome {
                success: result.success,
                milliseconds: result.milliseconds,
                error: result.error,
                diagnosis: result.diagnosis,
            },
        ),
        Err(fault) => work.fail(&fault),
    }
}
