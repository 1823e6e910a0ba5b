//! Scopes of roles; those that no assignment uses.

use command::Result;
use directory::{Fault, NounCode, Work, verb};

pub static NOUN: NounCode =
    NounCode { noun: "ManagementScope", heeds: &["*", "Orphan"], verbs: &[("Get", get)], ..NounCode::PLAIN };

fn get(work: &mut Work) -> Result<()> {
    if !work.bound.switch("Orphan") {
        return verb::get(work);
    }
    let found = verb::found(work).and_then(|found| {
        let mut unused = Vec::new();
        for scope in found {
            let used = work.directory.store.read(|reader| reader.referrers(scope.id)).map_err(Fault::from)?;
            if !used.iter().any(|(by, _)| by.noun == "ManagementRoleAssignment") {
                unused.push(scope);
            }
        }
        Ok(unused)
    });
    match found {
        Ok(found) => found.iter().try_for_each(|scope| work.emit(scope)),
        Err(fault) => work.fail(&fault),
    }
}
