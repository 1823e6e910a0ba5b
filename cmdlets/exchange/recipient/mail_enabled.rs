//! Recipients made of what stands in the directory without mail, and the way back: accounts, contacts, groups.

use command::Result;
use directory::{Change, Fault, Resolved, Work};
use serde_json::Value as Json;

/// Enable: the object of `plain` that Identity names becomes one of the command's noun. Accounts stay accounts; contacts and
/// groups change from one noun to the other.
pub(crate) fn enable(work: &mut Work, plain: &str, stays: bool) -> Result<()> {
    let identity = work.bound.value("Identity");
    let noun = work.noun;
    let named = Resolved::of(&identity);
    let known = work.target(noun.name(), &identity).ok();
    let found = match (known, work.target(plain, &identity)) {
        (Some(known), _) => {
            let text = format!("{} is already of type {}.", known.name, noun.name());
            Err(Fault::exchange("RecipientTaskException", noun.name(), text).at(&known.name))
        }
        (None, Ok(found)) if plain == "User" && found.text("RecipientType") == Some("UserMailbox") => {
            let text = format!("The user '{}' has a mailbox: it can't become a {}.", found.name, noun.name());
            Err(Fault::exchange("RecipientTaskException", noun.name(), text).at(&found.name))
        }
        (None, found) => found,
    };
    let found = match found {
        Ok(found) => found,
        Err(fault) => return work.fail(&fault.at(&named.text)),
    };
    if !work.should(&found.name)? {
        return Ok(());
    }
    let mut properties = directory::defaults(&noun);
    for property in noun.properties().filter(|p| !p.is_computed()) {
        if let Some(json) = found.get(property.name()) {
            properties.insert(property.name().to_owned(), json.clone());
        }
        let Some(value) = work.bound.get(property.name()).filter(|v| !v.is_null()) else { continue };
        match directory::to_json(&property, value) {
            Ok(json) => properties.insert(property.name().to_owned(), json),
            Err(fault) => return work.fail(&fault),
        };
    }
    for (name, value) in &found.properties {
        properties.entry(name.clone()).or_insert_with(|| value.clone());
    }
    let (facts, directory, bound) = (work.facts(), work.directory.clone(), work.bound);
    for (switch, kind) in KINDS.iter().filter(|(switch, _)| bound.switch(switch)) {
        match *switch {
            // The archive lies in the tenant, as the mailbox does.
            "Archive" => {
                properties.insert("ArchiveName".to_owned(), Json::from(format!("In-Place Archive - {}", found.name)))
            }
            _ => properties.insert("RecipientTypeDetails".to_owned(), Json::from(*kind)),
        };
    }
    let alias = found.name.replace(' ', "").to_lowercase();
    properties.entry("Alias").or_insert_with(|| Json::from(alias.as_str()));
    let alias = properties.get("Alias").and_then(Json::as_str).unwrap_or(&alias).to_owned();
    properties.entry("PrimarySmtpAddress").or_insert_with(|| Json::from(format!("{alias}@{}", facts.domain)));
    properties.entry("DisplayName").or_insert_with(|| Json::from(found.name.as_str()));
    let change = Change {
        library: &directory.library,
        facts: &facts,
        noun,
        bound,
        old: None,
        name: found.name.clone(),
        container: String::new(),
        properties,
    };
    let done = work.write(|writer, warnings| {
        if !stays {
            writer.remove(found.id)?;
        }
        change.write(writer, warnings)
    })?;
    match done {
        Some(id) => work.emit_id(id),
        None => Ok(()),
    }
}

/// Switches by which an account gets a remote mailbox of a kind, with what the mailbox is then.
const KINDS: [(&str, &str); 4] = [
    ("Archive", ""),
    ("Room", "RemoteRoomMailbox"),
    ("Equipment", "RemoteEquipmentMailbox"),
    ("Shared", "RemoteSharedMailbox"),
];

/// Properties of mail that go when a recipient is one no longer.
const OF_MAIL: [&str; 8] = [
    "Alias",
    "PrimarySmtpAddress",
    "EmailAddresses",
    "ExternalEmailAddress",
    "RemoteRoutingAddress",
    "ArchiveName",
    "RecipientType",
    "RecipientTypeDetails",
];

/// Disable: the recipient goes, what stood in the directory stays.
pub(crate) fn disable(work: &mut Work, plain: &str) -> Result<()> {
    let identity = work.bound.value("Identity");
    let noun = work.noun;
    let found = match work.target(noun.name(), &identity) {
        Ok(found) => found,
        Err(fault) => return work.fail(&fault),
    };
    let row = match work.other(plain) {
        Ok(row) => row,
        Err(fault) => return work.fail(&fault),
    };
    if !work.should(&found.name)? {
        return Ok(());
    }
    let mut properties = found.properties.clone();
    properties.retain(|name, _| !OF_MAIL.contains(&name.as_str()));
    let directory = work.directory.clone();
    work.write(|writer, _| {
        writer.remove(found.id)?;
        if writer.named(row.stored_as(), &found.name)?.is_empty() {
            let draft = directory::store_draft(
                &directory.library,
                row.stored_as(),
                uuid::Uuid::new_v4(),
                &found.name,
                "",
                properties,
            );
            writer.insert(draft)?;
        }
        Ok(())
    })?;
    Ok(())
}
