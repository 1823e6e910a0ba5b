//! Restore-CcCredentials: the credentials of the appliance are those that were set, on this host again.

use command::Result;
use directory::{Fault, NounCode, Work};

pub static NOUN: NounCode = NounCode { noun: "CcCredentials", verbs: &[("Restore", restore)], ..NounCode::PLAIN };

fn restore(work: &mut Work) -> Result<()> {
    let kept = match work.all("CcCredential") {
        Ok(kept) => kept,
        Err(fault) => return work.fail(&fault),
    };
    if kept.is_empty() {
        let text = "No credential was ever set: use Set-CcCredential.";
        return work.fail(&Fault::state("CcCredentialsMissing", text));
    }
    kept.iter().try_for_each(|credential| {
        let kind = credential.text("AccountType").unwrap_or(&credential.name);
        work.session.write_verbose(&format!("{kind} is there."))
    })
}
