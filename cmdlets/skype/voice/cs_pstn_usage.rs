//! PSTN usages: unique, and kept while a policy or route names them.

use directory::{Edit, Fault, NounCode};
use serde_json::json;

pub static NOUN: NounCode = NounCode { noun: "CsPstnUsage", before_write: Some(check), ..NounCode::PLAIN };

/// Where usages are named.
const NAMED_BY: [(&str, &str); 5] = [
    ("CsVoicePolicy", "PstnUsages"),
    ("CsVoicePolicy", "CustomCallForwardingSimulRingUsages"),
    ("CsVoiceRoutingPolicy", "PstnUsages"),
    ("CsVoiceRoute", "PstnUsages"),
    ("CsTrunkConfiguration", "PstnUsages"),
];

fn check(edit: &mut Edit) -> Result<(), Fault> {
    let mut usages: Vec<String> = Vec::new();
    for usage in edit.texts("Usage") {
        if usage.trim().is_empty() {
            return Err(Fault::argument("PstnUsageEmpty", "A PSTN usage must have a name."));
        }
        if !usages.iter().any(|u| u.eq_ignore_ascii_case(&usage)) {
            usages.push(usage);
        }
    }
    let before: Vec<String> =
        edit.old.map(|o| o.texts("Usage").iter().map(ToString::to_string).collect()).unwrap_or_default();
    for gone in before.iter().filter(|b| !usages.iter().any(|u| u.eq_ignore_ascii_case(b))) {
        for (noun, property) in NAMED_BY {
            if let Some(user) =
                edit.writer.all(noun)?.iter().find(|o| o.texts(property).iter().any(|u| u.eq_ignore_ascii_case(gone)))
            {
                let text = format!(
                    "The PSTN usage \"{gone}\" is in use by {} \"{}\".",
                    noun.trim_start_matches("Cs"),
                    user.name
                );
                return Err(Fault::state("PstnUsageInUse", text).at(gone));
            }
        }
    }
    edit.set("Usage", json!(usages));
    Ok(())
}
