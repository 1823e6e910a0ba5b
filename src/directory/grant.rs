//! Grant: assigns a per-user policy, takes it back, or makes it the tenant's.

use command::Result;
use serde_json::Value as Json;
use store::Object;

use crate::draft::changed_draft;
use crate::fault::Fault;
use crate::group_policy::{self, Assignment};
use crate::heed::is_steering;
use crate::identity::{self, Resolved};
use crate::work::Work;

/// Runs Grant.
pub(crate) fn run(work: &mut Work) -> Result<()> {
    let noun = work.noun;
    let property = noun.name().strip_prefix("Cs").unwrap_or(noun.name()).to_owned();
    for (parameter, value) in work.bound.iter() {
        let known = ["Identity", "PolicyName", "PassThru", "Global", "Group", "Rank"];
        let is_known = known.iter().any(|k| parameter.eq_ignore_ascii_case(k));
        if !is_known && !is_steering(parameter) && values::convert::to_bool(value) {
            let fault = Fault::unsupported(work.command.name(), parameter);
            return work.fail(&fault);
        }
    }
    let policy = work.bound.str("PolicyName").map(|p| p.to_string()).filter(|p| !p.is_empty());
    let tag = match policy.as_deref() {
        None => None,
        Some(name) => match policy_object(work, name) {
            Ok(policy) => policy.name.strip_prefix("Tag:").map(str::to_owned),
            Err(fault) => return work.fail(&fault),
        },
    };
    if work.bound.get("Group").is_some_and(|g| !g.is_null()) {
        return to_group(work, &property, tag.as_deref());
    }
    if work.bound.switch("Global") {
        return to_tenant(work, &property, tag.as_deref());
    }
    let user = match find_user(work) {
        Ok(user) => user,
        Err(fault) => return work.fail(&fault),
    };
    if !work.should(&user.name)? {
        return Ok(());
    }
    let directory = work.directory.clone();
    let done = work.write(|writer, _| {
        let mut user = writer.get(user.id)?.ok_or_else(|| Fault::no_user(&user.name))?;
        match &tag {
            Some(tag) => user.properties.insert(property.clone(), Json::from(tag.as_str())),
            None => user.properties.remove(&property),
        };
        let id = user.id;
        writer.update(changed_draft(&directory.library, user))?;
        Ok(id)
    })?;
    if let (Some(id), true) = (done, work.bound.switch("PassThru")) {
        let (user, row) = (work.directory.store.read(|r| r.get(id)), work.other(&user.noun));
        if let (Ok(Some(user)), Ok(row)) = (user, row) {
            return work.emit_as(row, &user);
        }
    }
    Ok(())
}

/// Assigns the policy to a group, at a rank.
fn to_group(work: &mut Work, kind: &str, policy: Option<&str>) -> Result<()> {
    let group = match group_policy::group(work, &work.bound.value("Group")) {
        Ok(group) => group,
        Err(fault) => return work.fail(&fault),
    };
    if !work.should(&group.name)? {
        return Ok(());
    }
    let by = group_policy::author(work);
    let assignment = Assignment { group: &group, kind, policy, rank: work.bound.int("Rank") };
    let done = work.write(|writer, _| group_policy::assign(writer, &assignment, &by))?;
    match (done.flatten(), work.other(group_policy::ASSIGNMENT)) {
        (Some(made), Ok(row)) if work.bound.switch("PassThru") => work.emit_as(row, &made),
        _ => Ok(()),
    }
}

/// Makes the policy the one of all users who have none of their own.
fn to_tenant(work: &mut Work, kind: &str, policy: Option<&str>) -> Result<()> {
    if !work.should("Global")? {
        return Ok(());
    }
    let done = work.write(|writer, _| group_policy::assign_to_tenant(writer, kind, policy))?;
    if done.is_none() || !work.bound.switch("PassThru") {
        return Ok(());
    }
    match policy_object(work, policy.unwrap_or("Global")) {
        Ok(policy) => work.emit(&policy),
        Err(fault) => work.fail(&fault),
    }
}

fn policy_object(work: &Work, name: &str) -> std::result::Result<Object, Fault> {
    let (facts, noun) = (work.facts(), work.noun);
    let named = Resolved {
        id: None,
        text: match name.to_lowercase() {
            folded if folded == "global" || folded.starts_with("tag:") => name.to_owned(),
            _ => format!("Tag:{name}"),
        },
    };
    work.directory.store.read(|reader| Ok(identity::resolve(reader, &work.directory.library, &facts, &noun, &named)))?
}

/// On-premises users first, then online ones, then contacts.
fn find_user(work: &Work) -> std::result::Result<Object, Fault> {
    let value = work.bound.value("Identity");
    let named = Resolved::of(&value);
    let facts = work.facts();
    work.directory.store.read(|reader| {
        for noun in ["CsUser", "CsOnlineUser", "CsExUmContact"] {
            let Some(row) = work.directory.library.noun(noun) else { continue };
            let mut found = identity::find_all(reader, &work.directory.library, &facts, &row, &named)?;
            match found.len() {
                0 => {}
                1 => return Ok(Ok(found.swap_remove(0))),
                _ => return Ok(Err(Fault::ambiguous(noun, &named.text))),
            }
        }
        Ok(Err(Fault::no_user(&named.text)))
    })?
}
