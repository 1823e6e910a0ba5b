//! Mailboxes that no account has: kept when one is disabled, connected to an account again.

use command::{Result, Value};
use directory::{Fault, Work};
use serde_json::Value as Json;
use store::{Draft, Object, StoreError, Writer};

/// Noun of such mailboxes; they are named after the account that they belonged to.
const NOUN: &str = "DisconnectedMailbox";

/// Properties that are the mailbox's, not the account's.
fn is_of_mailbox(name: &str) -> bool {
    let of_account =
        ["PasswordHash", "NtHash", "SamAccountName", "UserPrincipalName", "OrganizationalUnit", "AccountDisabled"];
    !of_account.contains(&name)
}

/// Keeps the mailbox of an account that is about to lose it.
pub(super) fn keep(writer: &mut Writer, user: &Object) -> std::result::Result<(), StoreError> {
    let mut properties = user.properties.clone();
    properties.retain(|name, _| is_of_mailbox(name));
    let draft = Draft::new(NOUN, "", &user.id.to_string())
        .with("DisplayName", user.text("DisplayName").unwrap_or(&user.name))
        .with("Database", user.get("Database").cloned().unwrap_or(Json::Null))
        .with("LegacyExchangeDN", user.text("LegacyExchangeDN").unwrap_or_default())
        .with("Mailbox", Json::Object(properties));
    writer.put(draft)
}

/// The disconnected mailbox that an identity means: its number, the name shown, or its address of old.
fn named(work: &Work, text: &str) -> std::result::Result<Object, Fault> {
    let is_it = |o: &Object| {
        o.name.eq_ignore_ascii_case(text)
            || ["DisplayName", "LegacyExchangeDN"]
                .iter()
                .any(|n| o.text(n).is_some_and(|t| t.eq_ignore_ascii_case(text)))
    };
    let found = work.all(NOUN)?.into_iter().find(is_it);
    found.ok_or_else(|| {
        let text = format!("The mailbox \"{text}\" doesn't exist on the database, or is connected.");
        Fault::exchange("MapiObjectNotFoundException", "Mailbox", text)
    })
}

/// Connect-Mailbox.
pub(super) fn connect(work: &mut Work) -> Result<()> {
    let (identity, database) = (directory::verb::text(work, "Identity"), work.bound.value("Database"));
    let found = work.target("MailboxDatabase", &database).and_then(|database| {
        let mailbox = named(work, &identity)?;
        let is_there = mailbox
            .text("Database")
            .is_none_or(|d| d.eq_ignore_ascii_case(&database.name) || d == database.id.to_string());
        if !is_there {
            let text = format!("The mailbox \"{identity}\" doesn't exist on the database \"{}\".", database.name);
            return Err(Fault::exchange("MapiObjectNotFoundException", "Mailbox", text).at(&identity));
        }
        let user = match work.bound.get("User").filter(|v| !v.is_null()) {
            Some(user) => work.target("User", user)?,
            // Without a name it is the account that had it.
            None => work.target("User", &Value::from(mailbox.name.as_str()))?,
        };
        if user.text("RecipientType") == Some("UserMailbox") {
            let text = format!("The user '{}' already has a mailbox.", user.name);
            return Err(Fault::exchange("RecipientTaskException", "Mailbox", text).at(&user.name));
        }
        Ok((mailbox, user))
    });
    let (mailbox, user) = match found {
        Ok(found) => found,
        Err(fault) => return work.fail(&fault),
    };
    if work.bound.switch("ValidateOnly") || !work.should(&user.name)? {
        return Ok(());
    }
    let mut properties = user.properties.clone();
    if let Some(Json::Object(kept)) = mailbox.get("Mailbox") {
        properties.extend(kept.iter().filter(|(name, _)| is_of_mailbox(name)).map(|(n, v)| (n.clone(), v.clone())));
    }
    if let Some(alias) = work.bound.str("Alias").filter(|a| !a.is_empty()) {
        properties.insert("Alias".to_owned(), Json::from(&*alias));
    }
    // The kind is that of the switch, else of the mailbox as it was.
    for kind in ["Equipment", "Room", "Shared"] {
        if work.bound.switch(kind) {
            properties.insert("RecipientTypeDetails".to_owned(), Json::from(format!("{kind}Mailbox")));
        }
    }
    let noun = work.noun;
    if work.save(noun, Some(&user), &user.name, &user.container, properties)?.is_some() {
        work.write(|writer, _| Ok(writer.remove(mailbox.id)?))?;
    }
    Ok(())
}

/// Restore-Mailbox: what a recovery database holds of a mailbox. Databases for recovery are filled from backups that the
/// organization does not have, so that they hold none.
pub(super) fn restore(work: &mut Work) -> Result<()> {
    let (database, identity) = (work.bound.value("RecoveryDatabase"), work.bound.value("Identity"));
    let checked = work.target("MailboxDatabase", &database).and_then(|database| {
        work.target("Mailbox", &identity)?;
        if database.flag("Recovery") != Some(true) {
            let text = format!("The database '{}' is no recovery database.", database.name);
            return Err(Fault::exchange("InvalidOperationException", "Mailbox", text).at(&database.name));
        }
        let name = directory::verb::text(work, "RecoveryMailbox");
        let text = format!("The mailbox \"{name}\" doesn't exist on the database \"{}\".", database.name);
        Err::<(), _>(Fault::exchange("MapiObjectNotFoundException", "Mailbox", text).at(&name))
    });
    match checked {
        Ok(()) => Ok(()),
        Err(fault) => work.fail(&fault),
    }
}
