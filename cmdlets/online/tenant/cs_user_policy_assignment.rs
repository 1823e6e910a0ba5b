//! Get-CsUserPolicyAssignment: the policies that a user of the tenant has, of whichever source.

use command::{Result, Value};
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
    let mut rows = Vec::new();
    for noun in library.nouns().filter(|n| n.module() == "MicrosoftTeams" && n.scopes().any(|s| s == "Tag")) {
        let kind = noun.name().strip_prefix("Cs").unwrap_or(noun.name());
        if !wanted.is_empty() && !kind.eq_ignore_ascii_case(&wanted) {
            continue;
        }
        let groups = work.all("CsGroupPolicyAssignment")?;
        let of_group = groups.iter().find(|g| {
            g.text("PolicyType").is_some_and(|t| t.eq_ignore_ascii_case(kind))
                && user.texts("Groups").iter().any(|own| g.text("GroupId") == Some(*own))
        });
        let direct = user.text(kind).filter(|p| !p.is_empty()).map(|p| (p.to_owned(), "Direct"));
        let by_group = of_group.and_then(|g| g.text("PolicyName")).map(|p| (p.to_owned(), "Group"));
        let Some((name, source)) = direct.or(by_group) else { continue };
        rows.push(Object::typed(
            "Microsoft.Teams.Config.Cmdlets.Models.IEffectivePolicy",
            [
                ("PolicyType", Value::from(kind)),
                ("PolicyName", Value::from(name.trim_start_matches("Tag:"))),
                ("PolicySource", Value::from(source)),
            ],
        ));
    }
    Ok(rows)
}
