//! Members of groups: a group keeps the numbers of its members, whoever asks and from whichever side.

use std::sync::Arc;

use command::{Result, Value};
use directory::{Fault, Resolved, Work};
use serde_json::json;
use store::Object;

/// Nouns whose objects can be members.
const PRINCIPALS: [&str; 4] = ["User", "ADGroup", "ADComputer", "ADServiceAccount"];

/// The principal that a value means.
pub(super) fn principal(work: &Work, value: &Value) -> std::result::Result<Object, Fault> {
    let from_row = value.as_object().and_then(|o| o.get("ObjectGUID"));
    let value = from_row.as_ref().unwrap_or(value);
    let found = PRINCIPALS.iter().find_map(|noun| work.target(noun, value).ok());
    found.ok_or_else(|| Fault::no_directory_object(&work.facts().domain_dn(), &Resolved::of(value).text))
}

/// The group that a value means.
pub(super) fn group(work: &Work, value: &Value) -> std::result::Result<Object, Fault> {
    let from_row = value.as_object().and_then(|o| o.get("ObjectGUID"));
    work.target("ADGroup", from_row.as_ref().unwrap_or(value))
}

/// The values of a parameter, one or several.
fn values_of(work: &Work, parameter: &str) -> Vec<Value> {
    let given = work.bound.value(parameter);
    given.as_array().map_or_else(|| vec![given.clone()], |a| a.to_vec())
}

/// Runs a command that names one side of memberships by its identity and the other by a list: `Members` of a group, or
/// `MemberOf` of an account.
pub(super) fn run(work: &mut Work, list: &str, adds: bool) -> Result<()> {
    let is_group = list == "Members";
    type Find = fn(&Work, &Value) -> std::result::Result<Object, Fault>;
    let (subject, other): (Find, Find) = if is_group { (group, principal) } else { (principal, group) };
    let found = subject(work, &work.bound.value("Identity")).and_then(|subject| {
        let others: std::result::Result<Vec<Object>, Fault> =
            values_of(work, list).iter().map(|value| other(work, value)).collect();
        Ok((subject, others?))
    });
    let (subject, others) = match found {
        Ok(found) => found,
        Err(fault) => return work.fail(&fault),
    };
    if !work.should(&subject.name)? {
        return Ok(());
    }
    let mut is_done = true;
    if is_group {
        is_done = change(work, &subject, &others, adds)?.is_some();
    } else {
        for group in &others {
            is_done &= change(work, group, std::slice::from_ref(&subject), adds)?.is_some();
        }
    }
    if !is_done || !work.bound.switch("PassThru") {
        return Ok(());
    }
    let class = if is_group { "ADGroup" } else { "ADPrincipal" };
    let row = row(work, &subject, &format!("Microsoft.ActiveDirectory.Management.{class}"));
    work.session.write(row)
}

/// Puts a member into a group, or takes it out. What is so already is refused only where it was not there.
fn change(work: &mut Work, group: &Object, members: &[Object], adds: bool) -> Result<Option<()>> {
    let (ids, name) = (members.iter().map(|m| m.id.to_string()).collect::<Vec<_>>(), group.name.clone());
    if adds && members.iter().any(|m| m.id == group.id) {
        let text = "A group cannot be a member of itself.";
        let fault = Fault::new("ADException", "ActiveDirectoryServer:8520", command::ErrorCategory::NotSpecified, text);
        return work.fail(&fault.at(&name)).map(|()| None);
    }
    work.write(|writer, _| {
        let Some(kept) = writer.get(group.id)? else { return Err(Fault::no_directory_object("", &name)) };
        let mut own: Vec<String> = kept.texts("Members").iter().map(|m| (*m).to_owned()).collect();
        for id in &ids {
            match (adds, own.iter().position(|o| o == id)) {
                (true, None) => own.push(id.clone()),
                (false, Some(at)) => {
                    own.remove(at);
                }
                _ => {}
            }
        }
        let mut draft = kept.draft();
        draft.properties.insert("Members".to_owned(), json!(own));
        Ok(writer.update(draft)?)
    })
}

/// The members of a group; of the groups within it as well when that is wanted.
pub(super) fn members(work: &Work, group: &Object, recursive: bool) -> std::result::Result<Vec<Object>, Fault> {
    let (mut found, mut seen, mut groups): (Vec<Object>, Vec<uuid::Uuid>, Vec<Object>) =
        (Vec::new(), vec![group.id], vec![group.clone()]);
    while let Some(group) = groups.pop() {
        for id in group.links("Members") {
            if seen.contains(&id) {
                continue;
            }
            seen.push(id);
            // Who was removed is a member no longer.
            let Some(member) = work.directory.store.read(|reader| reader.get(id))? else { continue };
            match recursive && member.noun == "ADGroup" {
                true => groups.push(member),
                false => found.push(member),
            }
        }
    }
    Ok(found)
}

/// The groups that have somebody as a member.
pub(super) fn groups_of(work: &Work, member: &Object) -> std::result::Result<Vec<Object>, Fault> {
    Ok(work.all("ADGroup")?.into_iter().filter(|g| g.links("Members").contains(&member.id)).collect())
}

/// A principal or group as a row.
pub(super) fn row(work: &Work, object: &Object, type_name: &str) -> Value {
    let facts = work.facts();
    let class = match object.noun.as_str() {
        "ADGroup" => "group",
        "ADComputer" => "computer",
        "ADServiceAccount" => "msDS-GroupManagedServiceAccount",
        _ => "user",
    };
    let container = if class == "computer" { "Computers" } else { "Users" };
    let unit = object.text("OrganizationalUnit").or_else(|| object.text("Path"));
    let mut pairs = vec![
        ("distinguishedName", Value::from(facts.object_dn(&object.name, container, unit))),
        ("name", Value::from(object.name.as_str())),
        ("objectClass", Value::from(class)),
        ("objectGUID", Value::Guid(Arc::new(object.id))),
        ("SamAccountName", Value::from(object.text("SamAccountName").unwrap_or(&object.name))),
    ];
    if class == "group" {
        pairs.push(("GroupCategory", Value::from(object.text("GroupCategory").unwrap_or("Security"))));
        pairs.push(("GroupScope", Value::from(object.text("GroupScope").unwrap_or("Global"))));
    }
    values::Object::typed(type_name, pairs)
}
