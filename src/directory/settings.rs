//! Settings of accounts: every mailbox has its calendar's and its folders' settings, every user of the tenant those of his
//! voice mail, from the beginning. They are stored once somebody changes them, under the account's name.

use catalogue::NounRow;
use store::{Object, Reader, StoreError};

use crate::draft::defaults;
use crate::identity::{self, Resolved};
use crate::library::Library;
use crate::organization::Facts;

/// Settings whose commands do not say by a type whose they are.
const OF_USERS: [&str; 3] = ["CsOnlineVoicemailUserSettings", "CsUserCallingSettings", "CsPersonalAttendantSettings"];

/// The noun of the accounts that have settings of a noun: it is read and changed, never made, by the identity of a mailbox.
fn owner(library: &Library, noun: &NounRow) -> Option<&'static str> {
    if OF_USERS.contains(&noun.name()) {
        return Some("CsOnlineUser");
    }
    let command = |verb: &str| library.command(&format!("{verb}-{}", noun.name()));
    if noun.stored_as() != noun.name()
        || ["New", "Add", "Enable", "Register"].iter().any(|verb| command(verb).is_some())
    {
        return None;
    }
    let is_mailbox = |verb: &str| {
        let names_one = |p: &catalogue::ParameterRow| {
            p.name() == "Identity" && p.type_name().rsplit('.').next() == Some("MailboxIdParameter")
        };
        command(verb).is_some_and(|c| c.parameters().any(|p| names_one(&p)))
    };
    (is_mailbox("Get") && is_mailbox("Set")).then_some("Mailbox")
}

/// The settings of the accounts that an identity means, with the defaults where nobody has changed them.
pub(crate) fn of_accounts(
    reader: &Reader,
    library: &Library,
    facts: &Facts,
    noun: &NounRow,
    identity: &Resolved,
) -> Result<Vec<Object>, StoreError> {
    let Some(owner) = owner(library, noun).and_then(|owner| library.noun(owner)) else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for account in identity::find_all(reader, library, facts, &owner, identity)? {
        let kept = reader.find(noun.stored_as(), "", &account.name)?;
        let settings = || Object::unsaved(noun.stored_as(), "", &account.name, defaults(noun));
        found.push(kept.unwrap_or_else(settings));
    }
    Ok(found)
}
