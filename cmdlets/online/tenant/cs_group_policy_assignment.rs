//! Policies assigned to groups of the tenant: each kind has a list of groups, ranked from 1.

use command::{Result, Value};
use directory::group_policy::{self, ASSIGNMENT, Assignment};
use directory::{Fault, NounCode, Work, verb};
use store::Object;

pub static NOUN: NounCode = NounCode {
    noun: "CsGroupPolicyAssignment",
    heeds: &["GroupId", "PolicyType", "PolicyName", "Rank", "PassThru"],
    moot: &[("Break", "nothing waits for a debugger")],
    verbs: &[("Get", get), ("New", new), ("Remove", remove)],
    ..NounCode::PLAIN
};

/// The assignments that the call names, in the order of their ranks.
fn found(work: &Work) -> std::result::Result<Vec<Object>, Fault> {
    let kind = verb::text(work, "PolicyType");
    let group = match work.bound.get("GroupId").filter(|v| !v.is_null()) {
        Some(value) => Some(group_policy::group_id(&group_policy::group(work, value)?)),
        None => None,
    };
    let fits = |a: &Object| {
        (kind.is_empty() || a.text("PolicyType").is_some_and(|t| t.eq_ignore_ascii_case(&kind)))
            && group.as_ref().is_none_or(|g| a.text("GroupId") == Some(g.as_str()))
    };
    let mut found: Vec<Object> = work.all(ASSIGNMENT)?.into_iter().filter(fits).collect();
    found.sort_by_key(|a| a.number("Rank").unwrap_or(i64::MAX));
    Ok(found)
}

fn get(work: &mut Work) -> Result<()> {
    match found(work) {
        Ok(found) => found.iter().try_for_each(|assignment| work.emit(assignment)),
        Err(fault) => work.fail(&fault),
    }
}

/// The kind of policy that a name stands for, as it is written, and the policy of it.
fn policy(work: &Work) -> std::result::Result<(String, String), Fault> {
    let (kind, name) = (verb::text(work, "PolicyType"), verb::text(work, "PolicyName"));
    let noun =
        work.library().noun(&format!("Cs{kind}")).filter(|n| n.scopes().any(|s| s == "Tag")).ok_or_else(|| {
            Fault::argument("PolicyType", format!("\"{kind}\" is no type of policy that can be assigned to a group."))
                .at(&kind)
        })?;
    let found = work.target(noun.name(), &Value::from(format!("Tag:{}", name.trim_start_matches("Tag:"))))?;
    Ok((noun.name().trim_start_matches("Cs").to_owned(), found.name.trim_start_matches("Tag:").to_owned()))
}

fn new(work: &mut Work) -> Result<()> {
    let group = group_policy::group(work, &work.bound.value("GroupId"));
    let (group, (kind, policy)) = match group.and_then(|group| Ok((group, policy(work)?))) {
        Ok(found) => found,
        Err(fault) => return work.fail(&fault),
    };
    if !work.should(&group.name)? {
        return Ok(());
    }
    let by = group_policy::author(work);
    let rank = verb::text(work, "Rank").parse().ok();
    let assignment = Assignment { group: &group, kind: &kind, policy: Some(&policy), rank };
    let name = format!("{kind}/{}", group_policy::group_id(&group));
    let done = work.write(|writer, _| {
        if writer.find(ASSIGNMENT, "", &name)?.is_some() {
            let text = format!("A policy of the type {kind} is assigned to the group {} already.", group.name);
            return Err(Fault::state("GroupPolicyAssignmentExists", text).at(&name));
        }
        group_policy::assign(writer, &assignment, &by)
    })?;
    match done.flatten() {
        Some(_) if work.bound.switch("PassThru") => work.session.write(Value::Bool(true)),
        _ => Ok(()),
    }
}

fn remove(work: &mut Work) -> Result<()> {
    let found = group_policy::group(work, &work.bound.value("GroupId")).and_then(|group| Ok((group, found(work)?)));
    let (group, assignments) = match found {
        Ok(found) => found,
        Err(fault) => return work.fail(&fault),
    };
    let kind = verb::text(work, "PolicyType");
    if assignments.is_empty() {
        let text = format!("No policy of the type {kind} is assigned to the group {}.", group.name);
        let fault = Fault::new("ItemNotFoundException", "ObjectNotFound", command::ErrorCategory::ObjectNotFound, text);
        return work.fail(&fault.at(&group.name));
    }
    if !work.should(&group.name)? {
        return Ok(());
    }
    let assignment = Assignment { group: &group, kind: &kind, policy: None, rank: None };
    let done = work.write(|writer, _| group_policy::assign(writer, &assignment, ""))?;
    match done {
        Some(_) if work.bound.switch("PassThru") => work.session.write(Value::Bool(true)),
        _ => Ok(()),
    }
}
