//! Test-CsVoiceUser: what becomes of a number that a user dials, with the dial plan and the voice policy that apply to him.

use command::Result;
use directory::{Fault, NounCode, Work};
use store::StoreError;
use values::Object;

use super::choice;
use super::cs_dial_plan::of_plan;
use crate::user::cs_user::effective;

pub static NOUN: NounCode =
    NounCode { noun: "CsVoiceUser", heeds: &["DialedNumber", "SipUri"], verbs: &[("Test", test)], ..NounCode::PLAIN };

fn test(work: &mut Work) -> Result<()> {
    let user = match choice::target(work, "CsUser", "SipUri") {
        Ok(user) => user,
        Err(fault) => return work.fail(&fault),
    };
    let dialed = choice::number(work, "DialedNumber");
    let read = work.directory.store.read(|reader| {
        let plan = effective(reader, &user, "CsDialPlan")?;
        let policy = effective(reader, &user, "CsVoicePolicy")?;
        let policy = reader.find("CsVoicePolicy", "", &policy)?;
        Ok::<_, StoreError>((of_plan(reader, &plan)?, policy, reader.all("CsVoiceRoute")?))
    });
    let (rules, policy, routes) = match read {
        Ok(read) => read,
        Err(error) => return work.fail(&Fault::from(error)),
    };
    let (rule, number) = choice::translated(&rules, &dialed).unwrap_or_default();
    let usages = policy.as_ref().map(|p| p.texts("PstnUsages")).unwrap_or_default();
    let found = choice::route(&usages, &routes, if number.is_empty() { &dialed } else { &number }).unwrap_or_default();
    work.session.write(Object::typed(
        "Microsoft.Rtc.Management.Voice.OcsVoiceUserTestResult",
        [
            ("TranslatedNumber", choice::shown(&number)),
            ("MatchingRule", choice::shown(&rule)),
            ("FirstMatchingRoute", choice::shown(&found.route)),
            ("MatchingUsage", choice::shown(&found.usage)),
        ],
    ))
}
