//! Permissions on mailboxes: who may do what with a mailbox, one entry a mailbox, account and kind, kept with the mailbox.

use command::{Result, Value};
use directory::{Fault, NounCode, Resolved, Work};
use serde_json::json;
use store::{Draft, Object};

pub static NOUN: NounCode = NounCode {
    noun: "MailboxPermission",
    heeds: &[
        "Identity",
        "Instance",
        "User",
        "AccessRights",
        "AutoMapping",
        "Deny",
        "InheritanceType",
        "Owner",
        "ClearAutoMapping",
        "ResetDefault",
        "ResultSize",
    ],
    moot: &[
        ("GroupMailbox", "mailboxes of groups have the same permissions"),
        ("BypassMasterAccountSid", "no mailbox is linked to another forest's account"),
        ("IncludeUnresolvedPermissions", "who was removed has no permissions left"),
    ],
    verbs: &[("Get", get), ("Add", add), ("Remove", remove)],
    ..NounCode::PLAIN
};

/// Whoever owns the mailbox, in the name that Windows gives him.
const SELF: &str = "NT AUTHORITY\\SELF";
/// The name of the entry that says who owns the mailbox.
const OWNER: &str = "*owner";
/// Nouns among which accounts are looked for.
const HOLDERS: [&str; 4] = ["User", "DistributionGroup", "ADGroup", "Group"];
/// What can be granted.
const RIGHTS: [&str; 7] =
    ["FullAccess", "SendAs", "ExternalAccount", "DeleteItem", "ReadPermission", "ChangePermission", "ChangeOwner"];

fn mailbox(work: &Work) -> std::result::Result<Object, Fault> {
    work.target("Mailbox", &work.bound.value("Identity"))
}

/// `CONTOSO\ken`, for an account of any form.
fn holder(work: &Work, parameter: &str) -> std::result::Result<String, Fault> {
    let value = work.bound.value(parameter);
    let text = Resolved::of(&value).text;
    if text.to_uppercase().starts_with("NT AUTHORITY\\") {
        return Ok(text);
    }
    let facts = work.facts();
    for noun in HOLDERS {
        if let Ok(found) = work.target(noun, &value) {
            let name = ["SamAccountName", "Alias"].iter().find_map(|p| found.text(p).filter(|t| !t.is_empty()));
            return Ok(format!("{}\\{}", facts.flat.to_uppercase(), name.unwrap_or(&found.name)));
        }
    }
    let text = format!("User or group \"{text}\" wasn't found. Please make sure you've typed it correctly.");
    Err(Fault::exchange("SecurityPrincipalNotFoundException", "MailboxPermission", text).at(&Resolved::of(&value).text))
}

fn rights(work: &Work) -> std::result::Result<Vec<String>, Fault> {
    let given = work.bound.strings("AccessRights");
    let parts = given.iter().flat_map(|t| t.split(',')).map(str::trim).filter(|t| !t.is_empty());
    parts
        .map(|part| {
            let known = RIGHTS.iter().find(|r| r.eq_ignore_ascii_case(part)).map(|r| (*r).to_owned());
            known.ok_or_else(|| {
                let text = format!("\"{part}\" is no right on a mailbox. The rights are: {}.", RIGHTS.join(", "));
                Fault::argument("AccessRights", text).at(part)
            })
        })
        .collect()
}

/// The entries of a mailbox, those of its owner not among them.
fn entries(work: &Work, mailbox: &Object) -> std::result::Result<Vec<Object>, Fault> {
    let container = mailbox.id.to_string();
    Ok(work.all("MailboxPermission")?.into_iter().filter(|e| e.container == container && e.name != OWNER).collect())
}

fn entry_name(user: &str, denies: bool) -> String {
    if denies { format!("{user}/deny") } else { user.to_owned() }
}

fn row(mailbox: &Object, facts: &directory::Facts, entry: &Object) -> Value {
    let identity = format!("{}/Users/{}", facts.domain, mailbox.name);
    let rights = entry.texts("AccessRights").iter().map(|r| Value::from(*r)).collect();
    values::Object::typed(
        "Microsoft.Exchange.Management.RecipientTasks.MailboxAcePresentationObject",
        [
            ("AccessRights", Value::array(rights)),
            ("Deny", Value::Bool(entry.flag("Deny") == Some(true))),
            ("InheritanceType", Value::from(entry.text("InheritanceType").unwrap_or("All"))),
            ("User", Value::from(entry.text("User").unwrap_or_default())),
            ("Identity", Value::from(identity)),
            ("IsInherited", Value::Bool(false)),
            ("IsValid", Value::Bool(true)),
            ("ObjectState", Value::from("Unchanged")),
        ],
    )
}

fn get(work: &mut Work) -> Result<()> {
    let rows = mailbox(work).and_then(|mailbox| {
        let facts = work.facts();
        if work.bound.switch("Owner") {
            let kept = work.directory.store.read(|r| r.find("MailboxPermission", &mailbox.id.to_string(), OWNER))?;
            let owner = kept.as_ref().and_then(|o| o.text("User")).unwrap_or(SELF).to_owned();
            let identity = format!("{}/Users/{}", facts.domain, mailbox.name);
            return Ok(vec![values::Object::typed(
                "Microsoft.Exchange.Management.RecipientTasks.OwnerPresentationObject",
                [("Identity", Value::from(identity)), ("Owner", Value::from(owner))],
            )]);
        }
        let properties = json!({ "User": SELF, "AccessRights": ["FullAccess", "ReadPermission"] });
        let own = Object::unsaved("MailboxPermission", "", SELF, properties.as_object().cloned().unwrap_or_default());
        let mut found = vec![own];
        found.extend(entries(work, &mailbox)?);
        if work.bound.get("User").is_some_and(|u| !u.is_null()) {
            let user = holder(work, "User")?;
            found.retain(|e| e.text("User").is_some_and(|u| u.eq_ignore_ascii_case(&user)));
        }
        let limit = work.bound.str("ResultSize").and_then(|t| t.parse().ok()).unwrap_or(usize::MAX);
        Ok(found.iter().take(limit).map(|entry| row(&mailbox, &facts, entry)).collect())
    });
    work.answer(rows)
}

fn texts(value: &Value) -> Vec<String> {
    let items = value.as_array().map_or_else(|| vec![value.clone()], |items| items.to_vec());
    items.iter().map(values::convert::to_display).collect()
}

/// The mailbox, the account and the rights that a call names.
fn asked(work: &Work) -> std::result::Result<(Object, String, Vec<String>), Fault> {
    let mailbox = mailbox(work)?;
    // An entry that was read names account and rights itself; a mailbox from the pipeline is only that.
    let entry = work.bound.get("Instance").and_then(Value::as_object);
    let of_entry = |name: &str| entry.and_then(|e| e.get(name)).filter(|v| !v.is_null());
    let user = match of_entry("User").filter(|_| !work.bound.has("User")) {
        Some(user) => values::convert::to_display(&user),
        None => holder(work, "User")?,
    };
    let rights = match of_entry("AccessRights").filter(|_| !work.bound.has("AccessRights")) {
        Some(rights) => texts(&rights),
        None => rights(work)?,
    };
    Ok((mailbox, user, rights))
}

fn add(work: &mut Work) -> Result<()> {
    if work.bound.get("Owner").is_some_and(|o| !o.is_null()) {
        return set_owner(work);
    }
    let (mailbox, user, rights) = match asked(work) {
        Ok(asked) => asked,
        Err(fault) => return work.fail(&fault),
    };
    if !work.should(&mailbox.name)? {
        return Ok(());
    }
    let (container, denies) = (mailbox.id.to_string(), work.bound.switch("Deny"));
    let kind = work.bound.str("InheritanceType").map_or_else(|| "All".to_owned(), |t| t.to_string());
    let maps = work.bound.get("AutoMapping").is_none_or(values::convert::to_bool);
    let facts = work.facts();
    let dn = facts.object_dn(&mailbox.name, "Users", mailbox.text("OrganizationalUnit"));
    let done = work.write(|writer, warnings| {
        let name = entry_name(&user, denies);
        let kept = writer.find("MailboxPermission", &container, &name)?;
        let mut all: Vec<String> = kept.iter().flat_map(|k| k.texts("AccessRights")).map(ToString::to_string).collect();
        let before = all.len();
        for right in &rights {
            if !all.contains(right) {
                all.push(right.clone());
            }
        }
        if kept.is_some() && all.len() == before {
            warnings.push(format!(
                "The appropriate access control entry is already present on the object \"{dn}\" for account \"{user}\"."
            ));
        }
        let draft = kept.as_ref().map_or_else(|| Draft::new("MailboxPermission", &container, &name), Object::draft);
        let draft = draft
            .with("User", user.as_str())
            .with("AccessRights", json!(all))
            .with("Deny", denies)
            .with("InheritanceType", kind.as_str())
            .with("AutoMapping", maps);
        let id = match kept {
            Some(kept) => {
                writer.update(draft)?;
                kept.id
            }
            None => writer.insert(draft)?,
        };
        Ok(writer.get(id)?)
    })?;
    match done.flatten() {
        Some(entry) => work.session.write(row(&mailbox, &facts, &entry)),
        None => Ok(()),
    }
}

fn set_owner(work: &mut Work) -> Result<()> {
    let (mailbox, owner) = match mailbox(work).and_then(|mailbox| Ok((mailbox, holder(work, "Owner")?))) {
        Ok(found) => found,
        Err(fault) => return work.fail(&fault),
    };
    if !work.should(&mailbox.name)? {
        return Ok(());
    }
    let container = mailbox.id.to_string();
    work.write(|writer, _| {
        match writer.find("MailboxPermission", &container, OWNER)? {
            Some(kept) => writer.update(kept.draft().with("User", owner.as_str()))?,
            None => {
                writer.insert(Draft::new("MailboxPermission", &container, OWNER).with("User", owner.as_str()))?;
            }
        }
        Ok(())
    })
    .map(|_| ())
}

fn remove(work: &mut Work) -> Result<()> {
    let all = work.bound.switch("ResetDefault");
    if all || work.bound.switch("ClearAutoMapping") {
        return reset(work, all);
    }
    let (mailbox, user, rights) = match asked(work) {
        Ok(asked) => asked,
        Err(fault) => return work.fail(&fault),
    };
    if !work.should(&mailbox.name)? {
        return Ok(());
    }
    let name = entry_name(&user, work.bound.switch("Deny"));
    let dn = work.facts().object_dn(&mailbox.name, "Users", mailbox.text("OrganizationalUnit"));
    work.write(|writer, warnings| {
        let Some(kept) = writer.find("MailboxPermission", &mailbox.id.to_string(), &name)? else {
            warnings.push(format!(
                "Can't remove the access control entry on the object \"{dn}\" for account \"{user}\" because the ACE isn't present."
            ));
            return Ok(());
        };
        let left: Vec<&str> = kept.texts("AccessRights").into_iter().filter(|r| !rights.iter().any(|g| g == r)).collect();
        if left.is_empty() {
            writer.remove(kept.id)?;
        } else {
            writer.update(kept.draft().with("AccessRights", json!(left)))?;
        }
        Ok(())
    })
    .map(|_| ())
}

/// Takes all entries of a mailbox away, or only that clients open it by themselves.
fn reset(work: &mut Work, all: bool) -> Result<()> {
    let (mailbox, found) = match mailbox(work).and_then(|mailbox| Ok((entries(work, &mailbox)?, mailbox))) {
        Ok((found, mailbox)) => (mailbox, found),
        Err(fault) => return work.fail(&fault),
    };
    if !work.should(&mailbox.name)? {
        return Ok(());
    }
    work.write(|writer, _| {
        for entry in &found {
            if all {
                writer.remove(entry.id)?;
            } else {
                writer.update(entry.draft().with("AutoMapping", false))?;
            }
        }
        Ok(())
    })
    .map(|_| ())
}
