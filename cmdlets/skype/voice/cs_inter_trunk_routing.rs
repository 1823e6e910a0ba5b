//! Calls from one trunk to another: the usages of the trunk that a call comes from choose the route.

use command::Result;
use directory::{NounCode, Work};
use values::Object;

use super::choice;

pub static NOUN: NounCode = NounCode {
    noun: "CsInterTrunkRouting",
    heeds: &["TargetNumber", "TrunkConfiguration", "RouteSettings"],
    verbs: &[("Test", test)],
    ..NounCode::PLAIN
};

fn test(work: &mut Work) -> Result<()> {
    let read =
        choice::target(work, "CsTrunkConfiguration", "TrunkConfiguration").and_then(|t| Ok((t, choice::routes(work)?)));
    let (trunk, routes) = match read {
        Ok(read) => read,
        Err(fault) => return work.fail(&fault),
    };
    let number = choice::number(work, "TargetNumber");
    let found = choice::route(&trunk.texts("PstnUsages"), &routes, &number).unwrap_or_default();
    work.session.write(Object::typed(
        "Microsoft.Rtc.Management.Voice.InterTrunkRoutingTestResult",
        [("FirstMatchingRoute", choice::shown(&found.route)), ("MatchingUsage", choice::shown(&found.usage))],
    ))
}
