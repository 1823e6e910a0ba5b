//! Groups of the tenant, and those of one account.

use command::Result;
use directory::{NounCode, Work, verb};

pub static NOUN: NounCode = NounCode {
    noun: "MsolGroup",
    heeds: &["*", "IsAgentRole", "UserObjectId", "UserPrincipalName"],
    complete: Some(complete),
    verbs: &[("Get", get)],
    ..NounCode::PLAIN
};

/// A group is known by its id.
fn complete(
    _: &store::Reader,
    _: &directory::Library,
    _: &directory::Facts,
    group: &store::Object,
    properties: &mut serde_json::Map<String, serde_json::Value>,
) -> std::result::Result<(), store::StoreError> {
    properties.entry("ObjectId").or_insert_with(|| group.id.to_string().into());
    Ok(())
}

fn get(work: &mut Work) -> Result<()> {
    let of_agents = work.bound.switch("IsAgentRole");
    let is_named = work.bound.has("UserPrincipalName") || work.bound.has("UserObjectId");
    if !of_agents && !is_named {
        return verb::get(work);
    }
    let found = verb::found(work).and_then(|found| {
        let member = is_named.then(|| {
            let value = ["UserPrincipalName", "UserObjectId"].iter().find_map(|n| work.bound.get(n)).cloned();
            work.target("MsolUser", &value.unwrap_or_default())
        });
        let member = member.transpose()?;
        let members = work.all("MsolGroupMember")?;
        let is_in = |group: &store::Object, user: &store::Object| {
            members.iter().any(|m| {
                let is = |name: &str, of: &store::Object| {
                    m.text(name).is_some_and(|id| {
                        id.eq_ignore_ascii_case(&of.id.to_string())
                            || of.text("ObjectId").is_some_and(|own| own.eq_ignore_ascii_case(id))
                    })
                };
                is("GroupObjectId", group) && is("GroupMemberObjectId", user)
            })
        };
        let fits = |group: &store::Object| {
            (!of_agents || group.flag("IsAgentRole") == Some(true))
                && member.as_ref().is_none_or(|user| is_in(group, user))
        };
        Ok(found.into_iter().filter(fits).collect::<Vec<_>>())
    });
    match found {
        Ok(found) => found.iter().try_for_each(|group| work.emit(group)),
        Err(fault) => work.fail(&fault),
    }
}
