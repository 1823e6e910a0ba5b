//! Rules of dial plans: what New derives, numbers that exclude each other, groups that must be configured.

use directory::{Change, Edit, Fault, NounCode};
use serde_json::Value as Json;

pub static NOUN: NounCode = NounCode {
    noun: "UMDialPlan",
    heeds: &["GenerateUMMailboxPolicy"],
    before_write: Some(check),
    after_write: Some(generate),
    ..NounCode::PLAIN
};

/// Suffix of the policy that New makes.
const POLICY: &str = " Default Policy";

fn check(edit: &mut Edit) -> Result<(), Fault> {
    if edit.is_new() {
        let context = format!("{}.{}", edit.name, edit.facts.domain);
        edit.set("PhoneContext", context);
        let required = edit.text("URIType") != "TelExtn";
        edit.set("SipResourceIdentifierRequired", required);
        let policy = edit.bound.get("GenerateUMMailboxPolicy").is_none_or(values::convert::to_bool);
        if policy && edit.name.chars().count() + POLICY.len() > 64 {
            let text = format!(
                "A default UM mailbox policy couldn't be generated for the dial plan '{}' because the dial plan name is too long.",
                edit.name
            );
            return Err(Fault::exchange("DefaultPolicyNameTooLongException", "UMDialPlan", text).at(&edit.name));
        }
    }
    if edit.number("MaxRecordingDuration") >= edit.number("MaxCallDuration") {
        let text = format!(
            "The value of MaxRecordingDuration ({}) must be lower than the value of MaxCallDuration ({}).",
            edit.number("MaxRecordingDuration"),
            edit.number("MaxCallDuration")
        );
        return Err(Fault::exchange("InvalidOperationException", "UMDialPlan", text).at(&edit.name));
    }
    groups(edit)?;
    numbers(edit)
}

/// Dialing rule entries as text, and allowed groups among the configured ones.
fn groups(edit: &mut Edit) -> Result<(), Fault> {
    for kind in ["InCountryOrRegionGroups", "InternationalGroups"] {
        let configured = format!("Configured{kind}");
        let mut entries = Vec::new();
        if let Some(Json::Array(items)) = edit.properties.get(&configured) {
            for item in items {
                entries.push(entry(item)?);
            }
            let names: Vec<Json> = entries.iter().map(|e| Json::from(e.as_str())).collect();
            edit.set(&configured, Json::Array(names));
        }
        let known: Vec<&str> = entries.iter().filter_map(|e| e.split(',').next()).collect();
        for allowed in edit.texts(&format!("Allowed{kind}")) {
            if !known.iter().any(|k| k.eq_ignore_ascii_case(&allowed)) {
                let text = format!(
                    "The dialing rule group '{allowed}' isn't configured on the UM dial plan '{}'. Add it to {configured} first.",
                    edit.name
                );
                return Err(Fault::exchange("DialGroupNotFoundException", "UMDialPlan", text).at(&allowed));
            }
        }
    }
    Ok(())
}

/// `Name,NumberMask,DialedNumber,Comment`, given as text or as an object with these properties.
fn entry(item: &Json) -> Result<String, Fault> {
    let text = match item {
        Json::Object(parts) => {
            let part = |name: &str| {
                parts
                    .iter()
                    .find(|(k, _)| k.eq_ignore_ascii_case(name))
                    .and_then(|(_, v)| v.as_str())
                    .unwrap_or_default()
            };
            format!("{},{},{},{}", part("Name"), part("NumberMask"), part("DialedNumber"), part("Comment"))
        }
        other => other.as_str().unwrap_or_default().to_owned(),
    };
    let parts: Vec<&str> = text.splitn(4, ',').collect();
    let name = parts.first().copied().unwrap_or_default();
    let is_mask = |mask: &str| {
        !mask.is_empty() && mask.chars().all(|c| c.is_ascii_digit() || matches!(c, 'x' | 'X' | '*' | '+' | '#'))
    };
    if parts.len() < 3 || name.is_empty() || name.chars().count() > 32 || !is_mask(parts[1]) || !is_mask(parts[2]) {
        let text =
            format!("'{text}' isn't a valid dialing rule entry. Use the form Name,NumberMask,DialedNumber,Comment.");
        return Err(Fault::argument("InvalidDialGroupEntry", text));
    }
    Ok(text)
}

/// An access number belongs to one plan, and not to one of its auto attendants.
fn numbers(edit: &mut Edit) -> Result<(), Fault> {
    for number in edit.texts("AccessTelephoneNumbers") {
        let taken = edit.writer.matching("UMDialPlan", "AccessTelephoneNumbers", &store::Match::Is(number.clone()))?;
        if let Some(other) = taken.iter().find(|o| o.id != edit.id) {
            let text =
                format!("The access telephone number '{number}' is already used by the UM dial plan '{}'.", other.name);
            return Err(Fault::exchange("AccessNumberInUseException", "UMDialPlan", text).at(&number));
        }
        let taken =
            edit.writer.matching("UMAutoAttendant", "PilotIdentifierList", &store::Match::Is(number.clone()))?;
        if let Some(other) = taken.iter().find(|o| o.links("UMDialPlan").contains(&edit.id)) {
            let text = format!(
                "The access telephone number '{number}' is already used by the UM auto attendant '{}'.",
                other.name
            );
            return Err(Fault::exchange("AccessNumberInUseException", "UMDialPlan", text).at(&number));
        }
    }
    Ok(())
}

/// New makes the plan's default policy as well.
fn generate(edit: &mut Edit) -> Result<(), Fault> {
    let wanted = edit.bound.get("GenerateUMMailboxPolicy").is_none_or(values::convert::to_bool);
    if !edit.is_new() || !wanted {
        return Ok(());
    }
    let Some(noun) = edit.library.noun("UMMailboxPolicy") else { return Ok(()) };
    let mut properties = directory::defaults(&noun);
    properties.insert("UMDialPlan".to_owned(), Json::from(edit.id.to_string()));
    let nothing = command::Bound::new();
    let change = Change {
        library: edit.library,
        facts: edit.facts,
        noun,
        bound: &nothing,
        old: None,
        name: format!("{}{POLICY}", edit.name),
        container: String::new(),
        properties,
    };
    change.write(edit.writer, edit.warnings).map(|_| ())
}
