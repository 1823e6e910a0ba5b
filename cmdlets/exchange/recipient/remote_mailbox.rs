//! Accounts whose mailbox lies in the tenant.

use command::Result;
use directory::{NounCode, Work};

use super::mail_enabled;

pub static NOUN: NounCode = NounCode {
    noun: "RemoteMailbox",
    heeds: &["*", "Identity", "Archive", "Room", "Equipment", "Shared"],
    verbs: &[("Enable", enable), ("Disable", disable)],
    ..NounCode::PLAIN
};

fn enable(work: &mut Work) -> Result<()> {
    mail_enabled::enable(work, "User", true)
}

fn disable(work: &mut Work) -> Result<()> {
    mail_enabled::disable(work, "User")
}
