//! Voice routes: pattern, usages, gateways that exist, order.

use command::{Result, Value};
use directory::{Edit, Fault, NounCode, Work};
use serde_json::json;
use values::convert::to_display;

use super::pattern;

pub static NOUN: NounCode = NounCode {
    noun: "CsVoiceRoute",
    heeds: &["Route", "TargetNumber"],
    before_write: Some(check),
    verbs: &[("Test", test)],
    ..NounCode::PLAIN
};

fn check(edit: &mut Edit) -> std::result::Result<(), Fault> {
    pattern::check(edit.text("NumberPattern"), "NumberPattern")?;
    pattern::usages(edit, "PstnUsages")?;
    let mut gateways: Vec<String> = Vec::new();
    for name in edit.texts("PstnGatewayList") {
        let bare = name.rsplit(':').next().unwrap_or(&name);
        let is_server = name.to_lowercase().contains("mediationserver:");
        let (noun, id) = if is_server {
            ("CsService", format!("MediationServer:{bare}"))
        } else {
            ("CsTrunk", format!("PstnGateway:{bare}"))
        };
        let Some(found) = edit.writer.find(noun, "", &id)? else {
            return Err(Fault::no_document(if is_server { "MediationServer" } else { "PstnGateway" }, &name));
        };
        if !gateways.contains(&found.name) {
            gateways.push(found.name);
        }
    }
    edit.set("PstnGatewayList", json!(gateways));
    if edit.texts("PstnUsages").is_empty() && edit.is_new() {
        edit.warnings
            .push(format!("The voice route \"{}\" has no PSTN usage and will not be used for any call.", edit.name));
    }
    if edit.flag("SuppressCallerId") && edit.text("AlternateCallerId").is_empty() {
        return Err(Fault::argument("AlternateCallerIdMissing", "SuppressCallerId requires an AlternateCallerId.")
            .at(&edit.name));
    }
    pattern::arrange(edit)
}

fn test(work: &mut Work) -> Result<()> {
    let route = work.bound.value("Route");
    let of = route.as_object().and_then(|o| o.get("NumberPattern")).map(|v| to_display(&v)).unwrap_or_default();
    let number = work.bound.str("TargetNumber").map_or_else(String::new, |t| t.to_string());
    let matches = regex::Regex::new(&of).is_ok_and(|m| m.is_match(&number));
    let row = values::Object::typed(
        "Microsoft.Rtc.Management.Voice.RouteTestResult",
        [("MatchesPattern", Value::Bool(matches))],
    );
    work.session.write(row)
}
