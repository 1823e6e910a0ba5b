//! Get-CsUserPolicyAssignment: the policies that a user of the tenant has, of whichever source.

use command::{Result, Value};
use directory::group_policy::Assigned;
use directory::{Fault, NounCode, Work};
use values::Object;

pub static NOUN: NounCode = NounCode {
    noun: "CsUserPolicyAssignment",
    heeds: &["Identity", "InputObject", "PolicyType"],
    verbs: &[("Get", get)],
    ..NounCode::PLAIN
};

fn get(work: &mut Work) -> Result<()> {
    let rows = rows(work);
    work.answer(rows)
}

fn rows(work: &mut Work) -> std::result::Result<Vec<Value>, Fault> {
    let identity = ["Identity", "InputObject"].iter().find_map(|n| work.bound.get(n).filter(|v| !v.is_null()).cloned());
    let user = work.target("CsOnlineUser", &identity.unwrap_or_default())?;
    let wanted = directory::verb::text(work, "PolicyType");
    let library = work.directory.library.clone();
    let assigned = Assigned::to(work, &user)?;
    let mut rows = Vec::new();
    for noun in library.nouns().filter(|n| n.module() == "MicrosoftTeams" && n.scopes().any(|s| s == "Tag")) {
        let kind = noun.name().strip_prefix("Cs").unwrap_or(noun.name());
        if !wanted.is_empty() && !kind.eq_ignore_ascii_case(&wanted) {
            continue;
        }
        let sources = assigned.sources(&user, kind);
        let Some(first) = sources.first() else { continue };
        let name = first.policy.clone();
        let sources = sources.iter().map(|source| {
            Object::typed(
                "Microsoft.Teams.Config.Cmdlets.Models.PolicySource",
                [
                    ("AssignmentType", Value::from(if source.group.is_some() { "Group" } else { "Direct" })),
                    ("PolicyName", Value::from(source.policy.as_str())),
                    ("Reference", source.group.as_deref().map_or(Value::Null, Value::from)),
                ],
            )
        });
        rows.push(Object::typed(
            "Microsoft.Teams.Config.Cmdlets.Models.IEffectivePolicy",
            [
                ("PolicyType", Value::from(kind)),
                ("PolicyName", Value::from(name)),
                ("PolicySource", Value::array(sources.collect())),
            ],
        ));
    }
    Ok(rows)
}
