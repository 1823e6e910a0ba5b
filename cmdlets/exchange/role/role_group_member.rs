//! Members of role groups: accounts of the organisation.

use command::{Result, Value};
use directory::{Fault, NounCode, Resolved, Work};
use serde_json::json;
use store::Object;

pub static NOUN: NounCode = NounCode {
    noun: "RoleGroupMember",
    heeds: &["Identity", "Member", "Members", "ResultSize"],
    moot: &[("BypassSecurityGroupManagerCheck", "who manages a role group is not checked")],
    verbs: &[("Add", add), ("Remove", remove), ("Update", update), ("Get", get)],
    ..NounCode::PLAIN
};

fn group(work: &Work) -> std::result::Result<Object, Fault> {
    work.target("RoleGroup", &work.bound.value("Identity"))
}

/// The name of the account or group that a value names.
fn account(work: &Work, value: &Value) -> std::result::Result<String, Fault> {
    let text = Resolved::of(value).text;
    if ["administrator", "admin"].iter().any(|a| text.eq_ignore_ascii_case(a)) {
        return Ok("Administrator".to_owned());
    }
    let user = work.target("User", value);
    match user {
        Ok(user) => Ok(user.name),
        Err(fault) => work.target("RoleGroup", value).map(|group| group.name).map_err(|_| fault),
    }
}

fn save(work: &mut Work, group: &Object, members: Vec<String>) -> Result<()> {
    if !work.should(&group.name)? {
        return Ok(());
    }
    let mut properties = group.properties.clone();
    properties.insert("Members".to_owned(), json!(members));
    match work.other("RoleGroup") {
        Ok(noun) => work.save(noun, Some(group), &group.name, &group.container, properties).map(|_| ()),
        Err(fault) => work.fail(&fault),
    }
}

fn members_of(group: &Object) -> Vec<String> {
    group.texts("Members").iter().map(|m| (*m).to_owned()).collect()
}

fn add(work: &mut Work) -> Result<()> {
    let (group, name) = match group(work).and_then(|g| Ok((g, account(work, &work.bound.value("Member"))?))) {
        Ok(found) => found,
        Err(fault) => return work.fail(&fault),
    };
    let mut members = members_of(&group);
    if members.contains(&name) {
        let text = format!("The recipient \"{name}\" is already a member of the group \"{}\".", group.name);
        return work.fail(&Fault::exchange("MemberAlreadyExistsException", "RoleGroupMember", text).at(&name));
    }
    members.push(name);
    save(work, &group, members)
}

fn remove(work: &mut Work) -> Result<()> {
    let (group, name) = match group(work).and_then(|g| Ok((g, account(work, &work.bound.value("Member"))?))) {
        Ok(found) => found,
        Err(fault) => return work.fail(&fault),
    };
    let mut members = members_of(&group);
    let before = members.len();
    members.retain(|m| *m != name);
    if members.len() == before {
        let text = format!("The recipient \"{name}\" isn't a member of the group \"{}\".", group.name);
        return work.fail(&Fault::exchange("MemberNotFoundException", "RoleGroupMember", text).at(&name));
    }
    save(work, &group, members)
}

fn update(work: &mut Work) -> Result<()> {
    let group = match group(work) {
        Ok(group) => group,
        Err(fault) => return work.fail(&fault),
    };
    let mut members = Vec::new();
    for value in work.bound.list("Members") {
        match account(work, &value) {
            Ok(name) if !members.contains(&name) => members.push(name),
            Ok(_) => {}
            Err(fault) => return work.fail(&fault),
        }
    }
    save(work, &group, members)
}

fn get(work: &mut Work) -> Result<()> {
    let group = match group(work) {
        Ok(group) => group,
        Err(fault) => return work.fail(&fault),
    };
    let limit = work.bound.int("ResultSize").and_then(|n| usize::try_from(n).ok()).unwrap_or(usize::MAX);
    for name in members_of(&group).into_iter().take(limit) {
        let kind = work.target("User", &Value::from(name.as_str())).ok();
        let kind =
            kind.and_then(|u| u.text("RecipientTypeDetails").map(str::to_owned)).unwrap_or_else(|| "User".to_owned());
        let row = values::Object::typed(
            "Microsoft.Exchange.Data.Directory.Management.ReducedRecipient",
            [("Name", Value::from(name.as_str())), ("RecipientType", Value::from(kind))],
        );
        work.session.write(row)?;
    }
    Ok(())
}
