//! Members of distribution groups: recipients of any kind, kept with their group.

use command::{Result, Value};
use directory::{Fault, NounCode, Resolved, Work};
use serde_json::json;
use store::Object;

pub static NOUN: NounCode = NounCode {
    noun: "DistributionGroupMember",
    heeds: &["Identity", "Member", "Members", "ResultSize"],
    moot: &[("BypassSecurityGroupManagerCheck", "who manages a group is not checked")],
    verbs: &[("Add", add), ("Remove", remove), ("Update", update), ("Get", get)],
    ..NounCode::PLAIN
};

/// Nouns among which a member is looked for.
const RECIPIENTS: [&str; 6] = ["User", "DistributionGroup", "MailContact", "MailUser", "RemoteMailbox", "Group"];

fn recipient(work: &Work, value: &Value) -> std::result::Result<Object, Fault> {
    let mut missing = None;
    for noun in RECIPIENTS {
        match work.target(noun, value) {
            Ok(found) => return Ok(found),
            Err(fault) => missing = missing.or(Some(fault)),
        }
    }
    let facts = work.facts();
    let text = Resolved::of(value).text;
    Err(missing.unwrap_or_else(|| Fault::not_found("Recipient", &text, &facts.controller)))
}

fn group(work: &Work) -> std::result::Result<Object, Fault> {
    work.target("DistributionGroup", &work.bound.value("Identity"))
}

/// Stores what becomes of the members' names.
fn change(
    work: &mut Work,
    to: fn(&mut Work, &Object, Vec<String>) -> std::result::Result<Vec<String>, Fault>,
) -> Result<()> {
    let changed = group(work).and_then(|group| {
        let members = group.texts("Members").iter().map(|m| (*m).to_owned()).collect();
        Ok((to(work, &group, members)?, group))
    });
    let (members, group) = match changed {
        Ok(changed) => changed,
        Err(fault) => return work.fail(&fault),
    };
    if !work.should(&group.name)? {
        return Ok(());
    }
    let mut properties = group.properties.clone();
    properties.insert("Members".to_owned(), json!(members));
    match work.other("DistributionGroup") {
        Ok(noun) => work.save(noun, Some(&group), &group.name, &group.container, properties).map(|_| ()),
        Err(fault) => work.fail(&fault),
    }
}

fn refuse(text: String, at: &str) -> Fault {
    Fault::exchange("MemberAlreadyExistsException", "DistributionGroupMember", text).at(at)
}

fn add(work: &mut Work) -> Result<()> {
    change(work, |work, group, mut members| {
        let name = recipient(work, &work.bound.value("Member"))?.name;
        if members.iter().any(|m| m.eq_ignore_ascii_case(&name)) {
            let text = format!("The recipient \"{name}\" is already a member of the group \"{}\".", group.name);
            return Err(refuse(text, &name));
        }
        members.push(name);
        Ok(members)
    })
}

fn remove(work: &mut Work) -> Result<()> {
    change(work, |work, group, mut members| {
        let name = recipient(work, &work.bound.value("Member"))?.name;
        let before = members.len();
        members.retain(|m| !m.eq_ignore_ascii_case(&name));
        if members.len() == before {
            let text = format!("The recipient {name} isn't a member of the group {}.", group.name);
            return Err(refuse(text, &name));
        }
        Ok(members)
    })
}

fn update(work: &mut Work) -> Result<()> {
    change(work, |work, _, members| {
        let given = work.bound.value("Members");
        // `@{Add=..;Remove=..}` changes the list, anything else replaces it.
        if let Some(dict) = given.as_dict() {
            let mut members = members;
            for (key, value) in dict.to_vec() {
                let key = values::convert::to_display(&key);
                let items = value.as_array().map_or_else(|| vec![value.clone()], |a| a.to_vec());
                for item in &items {
                    let name = recipient(work, item)?.name;
                    members.retain(|m| !m.eq_ignore_ascii_case(&name));
                    if key.eq_ignore_ascii_case("Add") {
                        members.push(name);
                    }
                }
            }
            return Ok(members);
        }
        let items = given.as_array().map_or_else(|| vec![given.clone()], |a| a.to_vec());
        let mut members: Vec<String> = Vec::new();
        for item in items.iter().filter(|v| !v.is_null()) {
            let name = recipient(work, item)?.name;
            if !members.contains(&name) {
                members.push(name);
            }
        }
        Ok(members)
    })
}

fn get(work: &mut Work) -> Result<()> {
    let found = match group(work) {
        Ok(found) => found,
        Err(fault) => return work.fail(&fault),
    };
    let limit = work.bound.str("ResultSize").and_then(|t| t.parse().ok()).unwrap_or(usize::MAX);
    let row = match work.other("Recipient") {
        Ok(row) => row,
        Err(fault) => return work.fail(&fault),
    };
    for name in found.texts("Members").into_iter().take(limit) {
        // Who has gone in the meantime is a member no longer.
        if let Ok(member) = recipient(work, &Value::from(name)) {
            work.emit_as(row, &member)?;
        }
    }
    Ok(())
}
