//! Signing in to the tenant's directory.

use command::Result;
use directory::{NounCode, Work};

pub static NOUN: NounCode = NounCode { noun: "MsolService", verbs: &[("Connect", connect)], ..NounCode::PLAIN };

fn connect(work: &mut Work) -> Result<()> {
    match directory::sign_in(work, "MSOnline", &[]) {
        Ok(made) => {
            let text = format!("Signed in to {} as {}.", work.facts().domain, made.account);
            work.session.write_verbose(&text)
        }
        Err(fault) => work.fail(&fault),
    }
}
