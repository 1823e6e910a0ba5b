//! Mailboxes: addresses that New derives, uniqueness of addresses, enabling an existing account.

use command::Result;
use directory::{Edit, Fault, NounCode, Removal, Work};
use serde_json::{Value as Json, json};
use store::Object;

use super::disconnected;

pub static NOUN: NounCode = NounCode {
    noun: "Mailbox",
    heeds: &[
        "*",
        "Archive",
        "Arbitration",
        "AuditLog",
        "Discovery",
        "Equipment",
        "LinkedRoom",
        "Monitoring",
        "NewPassword",
        "Password",
        "PublicFolder",
        "Room",
        "RoomMailboxPassword",
        "Shared",
        "ValidateOnly",
        "RecoveryDatabase",
        "RecoveryMailbox",
        "Identity",
        "Database",
        "User",
    ],
    before_write: Some(check),
    before_remove: Some(remove),
    shows: Some(is_mailbox),
    verbs: &[
        ("Get", get),
        ("Enable", enable),
        ("Disable", disable),
        ("Connect", disconnected::connect),
        ("Restore", disconnected::restore),
    ],
    ..NounCode::PLAIN
};

fn is_mailbox(user: &Object) -> bool {
    user.text("RecipientType") == Some("UserMailbox")
}

/// Account names from what was given; all are text that addresses allow.
fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_')).collect()
}

/// Fills and checks names and addresses of an account, for Mailbox and for User.
pub(crate) fn addresses(edit: &mut Edit, is_mailbox: bool) -> std::result::Result<(), Fault> {
    let domain = edit.facts.domain.clone();
    if edit.text("Alias").is_empty() && is_mailbox {
        let from = edit.text("UserPrincipalName").split('@').next().unwrap_or_default().to_owned();
        let alias = plain(if from.is_empty() { &edit.name } else { &from });
        edit.set("Alias", alias);
    }
    if edit.text("UserPrincipalName").is_empty() {
        let base = if edit.text("Alias").is_empty() { plain(&edit.name) } else { edit.text("Alias").to_owned() };
        edit.set("UserPrincipalName", format!("{base}@{domain}"));
    }
    if edit.text("SamAccountName").is_empty() {
        let base =
            edit.text("UserPrincipalName").split('@').next().unwrap_or_default().chars().take(20).collect::<String>();
        edit.set("SamAccountName", base);
    }
    if edit.text("DisplayName").is_empty() {
        let name = edit.name.clone();
        edit.set("DisplayName", name);
    }
    if !is_mailbox {
        return Ok(());
    }
    if edit.text("PrimarySmtpAddress").is_empty() {
        let alias = edit.text("Alias").to_owned();
        edit.set("PrimarySmtpAddress", format!("{alias}@{domain}"));
    }
    let primary = edit.text("PrimarySmtpAddress").to_owned();
    let mut list: Vec<String> = edit.texts("EmailAddresses");
    if edit.changes("EmailAddresses") && edit.old.is_some() {
        // Editing the addresses edits the primary one.
        if let Some(first) = list.iter().find_map(|a| a.strip_prefix("SMTP:")) {
            let first = first.to_owned();
            edit.set("PrimarySmtpAddress", first);
        }
    } else {
        list.retain(|a| !a.starts_with("SMTP:") && !a.eq_ignore_ascii_case(&format!("smtp:{primary}")));
        list.insert(0, format!("SMTP:{primary}"));
    }
    for address in &mut list {
        if !address.contains(':') {
            *address = format!("smtp:{address}");
        }
    }
    for address in &list {
        let taken = edit.writer.matching("User", "EmailAddresses", &store::Match::Is(address.clone()))?;
        if let Some(other) = taken.iter().find(|o| o.id != edit.id) {
            let text = format!(
                "The proxy address \"{address}\" is already being used by the proxy addresses or LegacyExchangeDN of \"{}\". Please choose another proxy address.",
                other.name
            );
            return Err(Fault::exchange("ProxyAddressExistsException", "Mailbox", text).at(address));
        }
    }
    edit.set("EmailAddresses", json!(list));
    Ok(())
}

/// Switches that say what kind of mailbox is meant, and the kind's name.
const KINDS: [(&str, &str); 9] = [
    ("Arbitration", "ArbitrationMailbox"),
    ("AuditLog", "AuditLogMailbox"),
    ("Discovery", "DiscoveryMailbox"),
    ("Equipment", "EquipmentMailbox"),
    ("LinkedRoom", "LinkedRoomMailbox"),
    ("Monitoring", "MonitoringMailbox"),
    ("PublicFolder", "PublicFolderMailbox"),
    ("Room", "RoomMailbox"),
    ("Shared", "SharedMailbox"),
];

fn kind(bound: &command::Bound) -> Option<&'static str> {
    KINDS.iter().find(|(switch, _)| bound.switch(switch)).map(|(_, kind)| *kind)
}

fn check(edit: &mut Edit) -> std::result::Result<(), Fault> {
    if edit.is_new() || edit.text("RecipientType").is_empty() {
        edit.set("RecipientType", "UserMailbox");
        edit.set("RecipientTypeDetails", kind(edit.bound).unwrap_or("UserMailbox"));
    } else if let Some(kind) = kind(edit.bound)
        && edit.text("RecipientTypeDetails") != kind
    {
        let text = format!("The mailbox '{}' is no {kind}.", edit.name);
        return Err(Fault::exchange("RecipientTaskException", "Mailbox", text).at(&edit.name));
    }
    if edit.bound.switch("Archive") && edit.text("ArchiveGuid").is_empty() {
        edit.set("ArchiveStatus", "Active");
        edit.set("ArchiveGuid", uuid::Uuid::new_v4().to_string());
        if edit.texts("ArchiveName").is_empty() {
            let name = format!("In-Place Archive - {}", edit.name);
            edit.set("ArchiveName", json!([name]));
        }
    }
    for name in ["Password", "RoomMailboxPassword", "NewPassword"] {
        if let Some(secret) = edit.bound.get(name).filter(|v| !v.is_null()) {
            let secret = directory::secret(secret);
            for (name, hash) in store::pin::password_hashes(&secret) {
                edit.set(name, hash);
            }
        }
    }
    addresses(edit, true)?;
    for (property, what) in [("UserPrincipalName", "user principal name"), ("SamAccountName", "account name")] {
        let value = edit.text(property).to_owned();
        let taken = edit.writer.matching("User", property, &store::Match::Is(value.clone()))?;
        if let Some(other) = taken.iter().find(|o| o.id != edit.id) {
            let text = format!(
                "The value \"{value}\" of property \"{property}\" is used by another recipient object \"{}\". Please specify a unique {what}.",
                other.name
            );
            return Err(Fault::exchange("PropertyValueExistsException", "Mailbox", text).at(&value));
        }
    }
    if edit.text("ServerName").is_empty()
        && let Some(server) = edit.writer.all("MailboxServer")?.first()
    {
        edit.set("ServerName", server.name.as_str());
    }
    if edit.text("LegacyExchangeDN").is_empty() {
        let dn = format!(
            "/o={}/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Recipients/cn={}",
            edit.facts.organization,
            edit.id.simple()
        );
        edit.set("LegacyExchangeDN", dn);
    }
    Ok(())
}

/// A mailbox goes with its account: telephony settings go as well.
fn remove(removal: &mut Removal) -> std::result::Result<(), Fault> {
    for (other, property) in removal.writer.referrers(removal.object.id)? {
        if property == "User" {
            removal.writer.remove(other.id)?;
        }
    }
    Ok(())
}

/// Get: mailboxes that serve the system itself are given only when their kind is asked for.
fn get(work: &mut Work) -> Result<()> {
    let mut bound = work.bound.clone();
    for (switch, _) in KINDS {
        bound.remove(switch);
    }
    let has_archive = work.bound.switch("Archive");
    bound.remove("Archive");
    if has_archive {
        bound.set(&"ArchiveStatus".into(), "Active".into());
    }
    if let Some(kind) = kind(work.bound) {
        bound.set(&"RecipientTypeDetails".into(), kind.into());
    }
    let mut inner = Work {
        session: &mut *work.session,
        bound: &bound,
        directory: work.directory.clone(),
        command: work.command,
        noun: work.noun,
    };
    directory::verb::get(&mut inner)
}

fn enable(work: &mut Work) -> Result<()> {
    let identity = work.bound.value("Identity");
    let user = match work.target("User", &identity) {
        Ok(user) => user,
        Err(fault) => return work.fail(&fault),
    };
    if is_mailbox(&user) {
        let text = format!("The user '{}' already has a mailbox.", user.name);
        let fault = Fault::exchange("RecipientTaskException", "Mailbox", text).at(&user.name);
        return work.fail(&fault);
    }
    if !work.should(&user.name)? {
        return Ok(());
    }
    let mut properties = user.properties.clone();
    for property in work.noun.properties() {
        let Some(value) = work.bound.get(property.name()).filter(|v| !v.is_null()) else { continue };
        match directory::to_json(&property, value) {
            Ok(json) => properties.insert(property.name().to_owned(), json),
            Err(fault) => return work.fail(&fault),
        };
    }
    properties.remove("RecipientType");
    let noun = work.noun;
    match work.save(noun, Some(&user), &user.name, &user.container, properties)? {
        Some(id) => work.emit_id(id),
        None => Ok(()),
    }
}

fn disable(work: &mut Work) -> Result<()> {
    let identity = work.bound.value("Identity");
    let user = match work.target("Mailbox", &identity) {
        Ok(user) => user,
        Err(fault) => return work.fail(&fault),
    };
    if !work.should(&user.name)? {
        return Ok(());
    }
    let directory = work.directory.clone();
    work.write(|writer, _| {
        let Some(mut user) = writer.get(user.id)? else { return Ok(()) };
        disconnected::keep(writer, &user)?;
        let kept = [
            "PasswordHash",
            "NtHash",
            "UserPrincipalName",
            "SamAccountName",
            "DisplayName",
            "Phone",
            "OrganizationalUnit",
            "FirstName",
            "LastName",
            "Department",
        ];
        user.properties.retain(|name, _| kept.contains(&name.as_str()));
        user.properties.insert("RecipientType".to_owned(), Json::from("User"));
        user.properties.insert("RecipientTypeDetails".to_owned(), Json::from("User"));
        writer.update(directory::changed_draft(&directory.library, user))?;
        Ok(())
    })?;
    Ok(())
}
