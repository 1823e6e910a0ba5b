//! Test-CsVoiceTestConfiguration: a stored test case, or one of the moment, against a dial plan and a voice policy.

use command::{Result, Value};
use directory::{Fault, NounCode, Work};
use store::Object as Stored;
use values::Object;

use super::choice;
use super::cs_dial_plan::of_plan;

pub static NOUN: NounCode = NounCode {
    noun: "CsVoiceTestConfiguration",
    heeds: &["DialedNumber", "Dialplan", "VoicePolicy", "TestCaseInputObject", "RouteSettings"],
    verbs: &[("Test", test)],
    ..NounCode::PLAIN
};

/// What is tested: number, dial plan, policy, and what is expected of them.
struct Case {
    number: String,
    plan: Stored,
    policy: Stored,
    expected: Option<Stored>,
}

fn case(work: &Work) -> std::result::Result<Case, Fault> {
    let stored = match work.bound.has("TestCaseInputObject") {
        true => Some(choice::target(work, "CsVoiceTestConfiguration", "TestCaseInputObject")?),
        false => None,
    };
    let of = |noun: &str, parameter: &str, property: &str| match (&stored, work.bound.has(parameter)) {
        (Some(case), false) => work.target(noun, &Value::from(case.text(property).unwrap_or("Global"))),
        _ => choice::target(work, noun, parameter),
    };
    let plan = of("CsDialPlan", "Dialplan", "TargetDialplan")?;
    let policy = of("CsVoicePolicy", "VoicePolicy", "TargetVoicePolicy")?;
    let number = match &stored {
        Some(case) => case.text("DialedNumber").unwrap_or_default().to_owned(),
        None => choice::number(work, "DialedNumber"),
    };
    Ok(Case { number, plan, policy, expected: stored })
}

fn test(work: &mut Work) -> Result<()> {
    let read = case(work).and_then(|case| Ok((case, choice::routes(work)?)));
    let (case, routes) = match read {
        Ok(read) => read,
        Err(fault) => return work.fail(&fault),
    };
    let read = work.directory.store.read(|r| of_plan(r, &case.plan.name));
    let rules = match read {
        Ok(rules) => rules,
        Err(error) => return work.fail(&Fault::from(error)),
    };
    let (rule, number) = choice::translated(&rules, &case.number).unwrap_or_default();
    let dialed = if number.is_empty() { &case.number } else { &number };
    let found = choice::route(&case.policy.texts("PstnUsages"), &routes, dialed).unwrap_or_default();
    let is_met = |property: &str, is: &str| {
        let wanted = case.expected.as_ref().and_then(|e| e.text(property)).unwrap_or_default();
        wanted.is_empty() || wanted.eq_ignore_ascii_case(is)
    };
    // Without expectations it is enough that the number finds its way.
    let is_good = match &case.expected {
        Some(_) => {
            is_met("ExpectedTranslatedNumber", &number)
                && is_met("ExpectedRoute", &found.route)
                && is_met("ExpectedUsage", &found.usage)
        }
        None => !number.is_empty() && !found.route.is_empty(),
    };
    work.session.write(Object::typed(
        "Microsoft.Rtc.Management.Voice.OcsVoiceTestResult",
        [
            ("Result", Value::from(if is_good { "Success" } else { "Fail" })),
            ("TranslatedNumber", choice::shown(&number)),
            ("MatchingRule", choice::shown(&rule)),
            ("FirstMatchingRoute", choice::shown(&found.route)),
            ("MatchingUsage", choice::shown(&found.usage)),
        ],
    ))
}
