//! Contacts of the directory, whether or not they are enabled for Skype for Business.

use command::Result;
use directory::{NounCode, Work, verb};

pub static NOUN: NounCode = NounCode {
    noun: "CsAdContact",
    heeds: &["Identity", "Filter", "LDAPFilter", "OU", "ResultSize"],
    verbs: &[("Get", get)],
    ..NounCode::PLAIN
};

/// Nouns whose objects are contacts of the directory.
pub(super) const CONTACTS: [&str; 7] = [
    "Contact",
    "MailContact",
    "CsExUmContact",
    "CsCommonAreaPhone",
    "CsAnalogDevice",
    "CsTrustedApplicationEndpoint",
    "CsDialInConferencingAccessNumber",
];

fn get(work: &mut Work) -> Result<()> {
    verb::show(work, &CONTACTS, |_| true)
}
