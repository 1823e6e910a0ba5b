//! Access control entries on objects of the directory.

use command::{Result, Value};
use directory::{Fault, NounCode, Resolved, Work};
use serde_json::json;
use store::{Draft, Object};
use values::convert::to_display;

pub static NOUN: NounCode = NounCode {
    noun: "ADPermission",
    heeds: &[
        "Identity",
        "User",
        "AccessRights",
        "ChildObjectTypes",
        "Deny",
        "ExtendedRights",
        "InheritanceType",
        "InheritedObjectType",
        "Properties",
    ],
    verbs: &[("Get", get), ("Add", add), ("Remove", remove)],
    ..NounCode::PLAIN
};

/// Groups that preparing the forest for Skype for Business makes.
const GROUPS: [&str; 5] = [
    "RTCUniversalServerAdmins",
    "RTCComponentUniversalServices",
    "RTCUniversalUserAdmins",
    "RTCUniversalReadOnlyAdmins",
    "Organization Management",
];

fn of(work: &Work, name: &str) -> Vec<String> {
    let mut found = Vec::new();
    for text in work.bound.strings(name) {
        found.extend(text.split(',').map(|part| part.trim().to_owned()).filter(|p| !p.is_empty()));
    }
    found
}

/// The DN that -Identity means: a DN as it is, a container or object by name.
fn object_dn(work: &Work) -> std::result::Result<String, Fault> {
    let identity = work.bound.value("Identity");
    let object = identity.as_object().and_then(|o| o.get("DistinguishedName")).map(|dn| to_display(&dn));
    let text = object.unwrap_or_else(|| Resolved::of(&identity).text);
    let facts = work.facts();
    if text.to_uppercase().starts_with("CN=")
        || text.to_uppercase().starts_with("OU=")
        || text.to_uppercase().starts_with("DC=")
    {
        return Ok(text);
    }
    if text.eq_ignore_ascii_case(&facts.organization) {
        return Ok(facts.organization_dn());
    }
    if ["UM DialPlan Container", "UM AutoAttendant Container", "UM IPGateway Container", "Administrative Groups"]
        .iter()
        .any(|c| c.eq_ignore_ascii_case(&text))
    {
        return Ok(format!("CN={text},{}", facts.organization_dn()));
    }
    let user = work.target("User", &Value::from(text.as_str()))?;
    Ok(facts.object_dn(&user.name, "Users", user.text("OrganizationalUnit")))
}

/// `DOMAIN\name` of a group or user that exists.
fn principal(work: &Work, value: &Value) -> std::result::Result<String, Fault> {
    let text = Resolved::of(value).text;
    let facts = work.facts();
    let bare = text.rsplit('\\').next().unwrap_or(&text);
    if let Some(group) = GROUPS.iter().find(|g| g.eq_ignore_ascii_case(bare)) {
        return Ok(format!("{}\\{group}", facts.flat));
    }
    if text.to_uppercase().starts_with("NT AUTHORITY\\") {
        return Ok(text);
    }
    if let Ok(Some(group)) = work.directory.store.read(|r| r.find("ADGroup", "", bare)) {
        return Ok(format!("{}\\{}", facts.flat, group.name));
    }
    let user = work.target("User", value)?;
    Ok(format!("{}\\{}", facts.flat, user.text("SamAccountName").unwrap_or(&user.name)))
}

fn emit(work: &mut Work, object: &Object) -> Result<()> {
    let texts = |name: &str| Value::array(object.texts(name).iter().map(|t| Value::from(*t)).collect());
    let text = |name: &str| Value::from(object.text(name).unwrap_or_default());
    let row = values::Object::typed(
        "Microsoft.Exchange.Management.RecipientTasks.ADAcePresentationObject",
        [
            ("AccessRights", texts("AccessRights")),
            ("ExtendedRights", texts("ExtendedRights")),
            ("ChildObjectTypes", Value::Null),
            ("InheritedObjectType", Value::Null),
            ("Properties", Value::Null),
            ("InheritanceType", text("InheritanceType")),
            ("User", text("User")),
            ("Identity", text("Dn")),
            ("Deny", Value::Bool(object.flag("Deny").unwrap_or(false))),
            ("Inherited", Value::Bool(false)),
            ("IsInherited", Value::Bool(false)),
            ("IsValid", Value::Bool(true)),
        ],
    );
    work.session.write(row)
}

fn get(work: &mut Work) -> Result<()> {
    let wanted = object_dn(work).and_then(|dn| {
        let user = match work.bound.get("User").filter(|v| !v.is_null()) {
            Some(user) => Some(principal(work, user)?),
            None => None,
        };
        Ok((dn, user, work.all("ADPermission")?))
    });
    let (dn, user, all) = match wanted {
        Ok(found) => found,
        Err(fault) => return work.fail(&fault),
    };
    for entry in all {
        let same = entry.text("Dn").is_some_and(|d| d.eq_ignore_ascii_case(&dn));
        if same && user.as_ref().is_none_or(|u| entry.text("User").is_some_and(|e| e.eq_ignore_ascii_case(u))) {
            emit(work, &entry)?;
        }
    }
    Ok(())
}

fn add(work: &mut Work) -> Result<()> {
    let user = work.bound.value("User");
    let (dn, user) = match object_dn(work).and_then(|dn| Ok((dn, principal(work, &user)?))) {
        Ok(found) => found,
        Err(fault) => return work.fail(&fault),
    };
    if !work.should(&dn)? {
        return Ok(());
    }
    let (rights, extended) = (of(work, "AccessRights"), of(work, "ExtendedRights"));
    let inheritance = work.bound.str("InheritanceType").map_or_else(|| "All".to_owned(), |t| t.to_string());
    let deny = work.bound.switch("Deny");
    let done = work.write(|writer, warnings| {
        let name = format!("{dn}|{user}|{deny}|{inheritance}");
        if let Some(known) = writer.find("ADPermission", "", &name)? {
            let mut draft = known.draft();
            let mut is_new = false;
            for (property, given) in [("AccessRights", &rights), ("ExtendedRights", &extended)] {
                let mut all: Vec<String> = known.texts(property).iter().map(ToString::to_string).collect();
                for right in given {
                    if !all.iter().any(|r| r.eq_ignore_ascii_case(right)) {
                        all.push(right.clone());
                        is_new = true;
                    }
                }
                draft.properties.insert(property.to_owned(), json!(all));
            }
            if !is_new {
                warnings.push(format!("The appropriate access control entry is already present on the object \"{dn}\" for account \"{user}\"."));
            }
            writer.update(draft)?;
            return Ok(writer.get(known.id)?);
        }
        let draft = Draft::new("ADPermission", "", &name)
            .with("Dn", dn.as_str())
            .with("User", user.as_str())
            .with("AccessRights", json!(rights))
            .with("ExtendedRights", json!(extended))
            .with("InheritanceType", inheritance.as_str())
            .with("Deny", deny);
        let id = writer.insert(draft)?;
        Ok(writer.get(id)?)
    })?;
    match done.flatten() {
        Some(entry) => emit(work, &entry),
        None => Ok(()),
    }
}

fn remove(work: &mut Work) -> Result<()> {
    let user = work.bound.value("User");
    let (dn, user) = match object_dn(work).and_then(|dn| Ok((dn, principal(work, &user)?))) {
        Ok(found) => found,
        Err(fault) => return work.fail(&fault),
    };
    if !work.should(&dn)? {
        return Ok(());
    }
    let rights: Vec<String> = of(work, "AccessRights").into_iter().chain(of(work, "ExtendedRights")).collect();
    work.write(|writer, warnings| {
        let mut removed = 0;
        for entry in writer.all("ADPermission")? {
            let same = entry.text("Dn").is_some_and(|d| d.eq_ignore_ascii_case(&dn)) && entry.text("User").is_some_and(|u| u.eq_ignore_ascii_case(&user));
            if !same {
                continue;
            }
            removed += 1;
            let left = |property: &str| -> Vec<&str> { entry.texts(property).into_iter().filter(|r| !rights.is_empty() && !rights.iter().any(|g| g.eq_ignore_ascii_case(r))).collect() };
            let (access, extended) = (left("AccessRights"), left("ExtendedRights"));
            if access.is_empty() && extended.is_empty() {
                writer.remove(entry.id)?;
            } else {
                let mut draft = entry.draft();
                draft.properties.insert("AccessRights".to_owned(), json!(access));
                draft.properties.insert("ExtendedRights".to_owned(), json!(extended));
                writer.update(draft)?;
            }
        }
        if removed == 0 {
            warnings.push(format!("Can't remove the access control entry on the object \"{dn}\" for account \"{user}\" because the ACE isn't present."));
        }
        Ok(())
    })?;
    Ok(())
}
