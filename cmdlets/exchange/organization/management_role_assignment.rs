//! Assignments of roles: to whom, how far they reach, and whom they reach in the end.

use command::{Result, Value};
use directory::{Facts, Fault, Library, NounCode, Work, like, verb};
use serde_json::{Map, Value as Json, json};
use store::{Object, Reader, StoreError};

pub static NOUN: NounCode = NounCode {
    noun: "ManagementRoleAssignment",
    heeds: &["*", "GetEffectiveUsers", "WritableDatabase", "WritableRecipient", "WritableServer"],
    complete: Some(complete),
    verbs: &[("Get", get)],
    ..NounCode::PLAIN
};

/// Properties that name who has the role, and what kind each is.
const ASSIGNEES: [(&str, &str); 5] = [
    ("User", "User"),
    ("SecurityGroup", "SecurityGroup"),
    ("Policy", "RoleAssignmentPolicy"),
    ("Computer", "Computer"),
    ("App", "ServicePrincipal"),
];

fn has(assignment: &Object, name: &str) -> bool {
    !assignment.links(name).is_empty() || assignment.text(name).is_some_and(|t| !t.is_empty())
}

/// How far an assignment lets recipients be changed.
fn recipient_scope(assignment: &Object) -> &str {
    match assignment.text("RecipientRelativeWriteScope").filter(|t| !t.is_empty()) {
        Some(relative) => relative,
        None if has(assignment, "CustomRecipientWriteScope") => "CustomRecipientScope",
        None if has(assignment, "ExclusiveRecipientWriteScope") => "ExclusiveRecipientScope",
        None if has(assignment, "RecipientOrganizationalUnitScope") => "OU",
        None => "Organization",
    }
}

/// How far it lets servers and databases be changed.
fn configuration_scope(assignment: &Object) -> &'static str {
    match () {
        () if has(assignment, "CustomConfigWriteScope") => "CustomConfigScope",
        () if has(assignment, "ExclusiveConfigWriteScope") => "ExclusiveConfigScope",
        () => "OrganizationConfig",
    }
}

fn complete(
    _: &Reader,
    _: &Library,
    _: &Facts,
    assignment: &Object,
    properties: &mut Map<String, Json>,
) -> std::result::Result<(), StoreError> {
    let assignee = ASSIGNEES.iter().find_map(|(name, kind)| Some((assignment.text(name)?, *kind)));
    if let Some((name, kind)) = assignee {
        properties.insert("RoleAssignee".to_owned(), Json::from(name));
        properties.insert("RoleAssigneeType".to_owned(), Json::from(kind));
    }
    let delegates = assignment.flag("Delegating") == Some(true);
    let kind = if delegates { "DelegatingOrgWide" } else { "Regular" };
    properties.insert("RoleAssignmentDelegationType".to_owned(), Json::from(kind));
    properties.insert("RecipientWriteScope".to_owned(), Json::from(recipient_scope(assignment)));
    properties.insert("ConfigWriteScope".to_owned(), Json::from(configuration_scope(assignment)));
    let is_exclusive =
        ["ExclusiveRecipientWriteScope", "ExclusiveConfigWriteScope"].iter().any(|name| has(assignment, name));
    properties.insert("Exclusive".to_owned(), json!(is_exclusive));
    Ok(())
}

/// The scope that one of some properties names.
fn scope(work: &Work, assignment: &Object, properties: &[&str]) -> std::result::Result<Option<Object>, Fault> {
    let id = properties.iter().find_map(|name| assignment.links(name).first().copied());
    Ok(match id {
        Some(id) => work.directory.store.read(|reader| reader.get(id))?,
        None => None,
    })
}

/// Whether a filter of a scope takes an object.
fn takes(work: &mut Work, filter: Option<&str>, object: &Object) -> std::result::Result<bool, Fault> {
    let Some(text) = filter.filter(|t| !t.is_empty()) else { return Ok(false) };
    let filter = directory::read_filter(work, text)?;
    Ok(filter.passes(&mut |name| match object.get(name) {
        Some(json) => json.clone(),
        None if name.eq_ignore_ascii_case("Name") => Json::from(object.name.as_str()),
        None => Json::Null,
    }))
}

/// Whether an assignment lets a recipient be changed.
fn reaches(work: &mut Work, assignment: &Object, recipient: &Object) -> std::result::Result<bool, Fault> {
    let facts = work.facts();
    let dn = facts.object_dn(&recipient.name, "Users", recipient.text("OrganizationalUnit")).to_lowercase();
    let lies = |unit: &str| {
        let unit = unit.to_lowercase();
        dn.ends_with(&format!(",{unit}")) || dn.contains(&format!("ou={},", unit.rsplit('/').next().unwrap_or(&unit)))
    };
    Ok(match recipient_scope(assignment) {
        "Organization" => true,
        "OU" => assignment.text("RecipientOrganizationalUnitScope").is_some_and(lies),
        "Self" => assignment.text("User").is_some_and(|own| own.eq_ignore_ascii_case(&recipient.name)),
        "CustomRecipientScope" | "ExclusiveRecipientScope" => {
            let names = ["CustomRecipientWriteScope", "ExclusiveRecipientWriteScope"];
            match scope(work, assignment, &names)? {
                Some(scope) => {
                    let is_below = scope.text("RecipientRoot").is_none_or(|root| root.is_empty() || lies(root));
                    is_below && takes(work, scope.text("RecipientRestrictionFilter"), recipient)?
                }
                None => false,
            }
        }
        _ => false,
    })
}

/// Whether an assignment lets a server or database be changed: its scope names it, or its filter takes it.
fn configures(
    work: &mut Work,
    assignment: &Object,
    (kind, target): (&str, &Object),
) -> std::result::Result<bool, Fault> {
    if configuration_scope(assignment) == "OrganizationConfig" {
        return Ok(true);
    }
    let names = ["CustomConfigWriteScope", "ExclusiveConfigWriteScope"];
    let Some(scope) = scope(work, assignment, &names)? else { return Ok(false) };
    let short = target.name.split('.').next().unwrap_or_default();
    let list = scope.texts(&format!("{kind}List"));
    let is_listed = list.iter().any(|t| t.eq_ignore_ascii_case(&target.name) || t.eq_ignore_ascii_case(short));
    Ok(is_listed || takes(work, scope.text(&format!("{kind}RestrictionFilter")), target)?)
}

/// The people whom an assignment gives its role: the members of a role group, or whoever is named.
fn people(work: &Work, assignment: &Object) -> std::result::Result<Vec<String>, Fault> {
    let Some(name) = ASSIGNEES.iter().find_map(|(property, _)| assignment.text(property)) else {
        return Ok(Vec::new());
    };
    let groups = work.all("RoleGroup")?;
    Ok(match groups.iter().find(|g| like(&g.name, name)) {
        Some(group) => group.texts("Members").iter().map(|m| (*m).to_owned()).collect(),
        None => vec![name.to_owned()],
    })
}

fn rows(work: &mut Work) -> std::result::Result<Vec<Value>, Fault> {
    let mut found = verb::found(work)?;
    let target = |work: &Work, parameter: &str, nouns: &[&str]| -> std::result::Result<Option<Object>, Fault> {
        let Some(value) = work.bound.get(parameter).filter(|v| !v.is_null()).cloned() else { return Ok(None) };
        let mut missing = None;
        for noun in nouns {
            match work.target(noun, &value) {
                Ok(object) => return Ok(Some(object)),
                Err(fault) => missing = missing.or(Some(fault)),
            }
        }
        missing.map_or(Ok(None), Err)
    };
    if let Some(recipient) = target(work, "WritableRecipient", &["User", "DistributionGroup", "MailContact"])? {
        let mut kept = Vec::new();
        for assignment in found {
            if reaches(work, &assignment, &recipient)? {
                kept.push(assignment);
            }
        }
        found = kept;
    }
    for (parameter, kind, noun) in
        [("WritableServer", "Server", "ExchangeServer"), ("WritableDatabase", "Database", "MailboxDatabase")]
    {
        let Some(of) = target(work, parameter, &[noun])? else { continue };
        let mut kept = Vec::new();
        for assignment in found {
            if configures(work, &assignment, (kind, &of))? {
                kept.push(assignment);
            }
        }
        found = kept;
    }
    let lists_people = work.bound.switch("GetEffectiveUsers");
    let mut rows = Vec::new();
    let (facts, noun, directory) = (work.facts(), work.noun, work.directory.clone());
    for assignment in &found {
        let names = if lists_people { people(work, assignment)? } else { vec!["All Group Members".to_owned()] };
        for name in names {
            let row =
                directory.store.read(|reader| directory::row(reader, &directory.library, &facts, noun, assignment))?;
            if let Some(object) = row.as_object() {
                object.set("EffectiveUserName", Value::from(name));
            }
            rows.push(row);
        }
    }
    Ok(rows)
}

fn get(work: &mut Work) -> Result<()> {
    let chooses = ["GetEffectiveUsers", "WritableDatabase", "WritableRecipient", "WritableServer"];
    if !chooses.iter().any(|name| work.bound.has(name)) {
        return verb::get(work);
    }
    let rows = rows(work);
    work.answer(rows)
}
