//! Signing in to the compliance centre.

use command::Result;
use directory::{NounCode, Work};

pub static NOUN: NounCode =
    NounCode { noun: "IPPSSession", heeds: &["UserPrincipalName"], verbs: &[("Connect", connect)], ..NounCode::PLAIN };

fn connect(work: &mut Work) -> Result<()> {
    match directory::sign_in(work, super::exchange_online::SERVICE, &["UserPrincipalName"]) {
        Ok(_) => Ok(()),
        Err(fault) => work.fail(&fault),
    }
}
