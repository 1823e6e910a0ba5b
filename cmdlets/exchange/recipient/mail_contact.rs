//! Contacts with an address of mail.

use command::Result;
use directory::{NounCode, Work};

use super::mail_enabled;

pub static NOUN: NounCode = NounCode {
    noun: "MailContact",
    heeds: &["*", "Identity"],
    verbs: &[("Enable", enable), ("Disable", disable)],
    ..NounCode::PLAIN
};

fn enable(work: &mut Work) -> Result<()> {
    mail_enabled::enable(work, "Contact", false)
}

fn disable(work: &mut Work) -> Result<()> {
    mail_enabled::disable(work, "Contact")
}
