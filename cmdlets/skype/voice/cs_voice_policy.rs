//! Voice policies.

use command::Result;
use directory::{Edit, Fault, NounCode, Work};
use values::Object;

use super::choice;

pub static NOUN: NounCode = NounCode {
    noun: "CsVoicePolicy",
    heeds: &["TargetNumber", "VoicePolicy", "RouteSettings", "PolicyName", "*", "Identity"],
    before_write: Some(check),
    verbs: &[("Test", test), ("Copy", copy)],
    ..NounCode::PLAIN
};

fn check(edit: &mut Edit) -> std::result::Result<(), Fault> {
    super::pattern::usages(edit, "PstnUsages")?;
    super::pattern::usages(edit, "CustomCallForwardingSimulRingUsages")
}

/// Which usage and route a number takes under a policy; both are empty where none does.
fn test(work: &mut Work) -> Result<()> {
    let read = choice::target(work, "CsVoicePolicy", "VoicePolicy").and_then(|p| Ok((p, choice::routes(work)?)));
    let (policy, routes) = match read {
        Ok(read) => read,
        Err(fault) => return work.fail(&fault),
    };
    let number = choice::number(work, "TargetNumber");
    let found = choice::route(&policy.texts("PstnUsages"), &routes, &number).unwrap_or_default();
    work.session.write(Object::typed(
        "Microsoft.Rtc.Management.Voice.VoicePolicyTestResult",
        [("FirstMatchingRoute", choice::shown(&found.route)), ("MatchingUsage", choice::shown(&found.usage))],
    ))
}

/// Copy: a policy of the tenant that begins as another one; the global one when none is named.
fn copy(work: &mut Work) -> Result<()> {
    let identity = work.bound.get("Identity").filter(|v| !v.is_null()).cloned().unwrap_or_else(|| "Global".into());
    let name = directory::verb::text(work, "PolicyName");
    let source = match work.target("CsVoicePolicy", &identity) {
        Ok(source) => source,
        Err(fault) => return work.fail(&fault),
    };
    let name = format!("Tag:{}", name.strip_prefix("Tag:").unwrap_or(&name));
    let noun = work.noun;
    match work.save(noun, None, &name, "", source.properties.clone())? {
        Some(id) => work.emit_id(id),
        None => Ok(()),
    }
}
