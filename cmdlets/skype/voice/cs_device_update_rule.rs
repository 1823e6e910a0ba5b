//! Updates of telephones: each file that was imported has rules, which are tried before they are approved.

use command::Result;
use directory::{Fault, NounCode, Work, verb};
use serde_json::{Value as Json, json};
use store::Object;

pub static NOUN: NounCode = NounCode {
    noun: "CsDeviceUpdateRule",
    heeds: &["*", "Identity", "Instance"],
    verbs: &[("Approve", approve), ("Reset", reset), ("Restore", restore)],
    ..NounCode::PLAIN
};

/// The rule that the call names.
fn rule(work: &Work) -> std::result::Result<Object, Fault> {
    let value = work.bound.get("Identity").filter(|v| !v.is_null()).or_else(|| work.bound.get("Instance")).cloned();
    let Some(value) = value else {
        return Err(Fault::argument("IdentityMissing", "The identity of the rule is missing."));
    };
    work.target("CsDeviceUpdateRule", &value)
}

fn change(work: &mut Work, to: fn(&Object) -> std::result::Result<Vec<(&'static str, Json)>, Fault>) -> Result<()> {
    match rule(work).and_then(|rule| Ok((to(&rule)?, rule))) {
        Ok((changes, rule)) => verb::mark_one(work, &rule, &changes),
        Err(fault) => work.fail(&fault),
    }
}

fn refuse(rule: &Object, text: &str) -> Fault {
    Fault::state("DeviceUpdateRule", format!("The rule {} {text}", rule.name)).at(&rule.name)
}

/// The version that waits becomes the one for all telephones.
fn approve(work: &mut Work) -> Result<()> {
    change(work, |rule| {
        let pending = rule
            .text("PendingVersion")
            .filter(|v| !v.is_empty())
            .ok_or_else(|| refuse(rule, "has no version that waits for approval."))?;
        let before = rule.get("ApprovedVersion").cloned().unwrap_or(Json::Null);
        Ok(vec![("ApprovedVersion", json!(pending)), ("RestoreVersion", before), ("PendingVersion", Json::Null)])
    })
}

/// The version that waits is given up.
fn reset(work: &mut Work) -> Result<()> {
    change(work, |_| Ok(vec![("PendingVersion", Json::Null)]))
}

/// The version before the approved one is the approved one again.
fn restore(work: &mut Work) -> Result<()> {
    change(work, |rule| {
        let before = rule
            .text("RestoreVersion")
            .filter(|v| !v.is_empty())
            .ok_or_else(|| refuse(rule, "has no earlier version."))?;
        Ok(vec![("ApprovedVersion", json!(before)), ("RestoreVersion", Json::Null)])
    })
}
