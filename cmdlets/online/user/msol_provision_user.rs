//! Accounts provisioned anew: their services are there as soon as the account is, so that only the account is checked.

use command::Result;
use directory::{NounCode, Work};

pub static NOUN: NounCode =
    NounCode { noun: "MsolProvisionUser", heeds: &["ObjectId"], verbs: &[("Redo", redo)], ..NounCode::PLAIN };

fn redo(work: &mut Work) -> Result<()> {
    match super::msol_user::named(work, false) {
        Ok(_) => Ok(()),
        Err(fault) => work.fail(&fault),
    }
}
