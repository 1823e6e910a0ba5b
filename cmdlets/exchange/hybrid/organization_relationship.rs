//! Relationships with other organizations: looked at step by step.

use command::{Result, Value};
use directory::{Fault, NounCode, Work};

use super::validation::step;

pub static NOUN: NounCode = NounCode {
    noun: "OrganizationRelationship",
    heeds: &["*", "Identity", "UserIdentity"],
    verbs: &[("Test", test)],
    ..NounCode::PLAIN
};

fn test(work: &mut Work) -> Result<()> {
    let rows = rows(work);
    work.answer(rows)
}

fn rows(work: &mut Work) -> std::result::Result<Vec<Value>, Fault> {
    let (identity, user) = (work.bound.value("Identity"), work.bound.value("UserIdentity"));
    let user = work.target("Mailbox", &user)?;
    let found = work.target("OrganizationRelationship", &identity)?;
    let address = user.text("PrimarySmtpAddress").unwrap_or_default();
    let mut rows = Vec::new();
    let is_on = found.flag("Enabled").unwrap_or(false);
    rows.push(step(
        "RelationshipEnabled",
        is_on,
        format!("The relationship {} is {}.", found.name, if is_on { "enabled" } else { "not enabled" }),
    ));
    let has_trust = !work.all("FederationTrust")?.is_empty();
    rows.push(step(
        "FederationTrust",
        has_trust,
        if has_trust {
            "A federation trust exists.".to_owned()
        } else {
            format!("Without a federation trust no token can be requested for {address}.")
        },
    ));
    for name in ["TargetApplicationUri", "TargetAutodiscoverEpr"] {
        let value = found.text(name).unwrap_or_default().to_owned();
        let text = if value.is_empty() { format!("{name} is not set.") } else { format!("{name} is {value}.") };
        rows.push(step(name, !value.is_empty(), text));
    }
    let own = work.all("AcceptedDomain")?;
    for domain in found.texts("DomainNames") {
        let is_other = !own.iter().any(|d| d.text("DomainName").is_some_and(|n| n.eq_ignore_ascii_case(domain)));
        let text = match is_other {
            true => format!("The domain {domain} belongs to the other organization."),
            false => format!("The domain {domain} is an accepted domain of this organization."),
        };
        rows.push(step("DomainNames", is_other, text));
    }
    Ok(rows)
}
