//! Trunk configurations: switches that exclude each other, and the rules inside.

use directory::{Edit, Facts, Fault, Library, NounCode, Removal};
use serde_json::{Map, Value as Json, json};
use store::{Object, Reader, StoreError};

pub static NOUN: NounCode = NounCode {
    noun: "CsTrunkConfiguration",
    before_write: Some(check),
    after_write: Some(rules),
    before_remove: Some(cascade),
    complete: Some(complete),
    ..NounCode::PLAIN
};

/// Lists of rules, each with the noun of its rules.
const LISTS: [(&str, &str); 3] = [
    ("OutboundTranslationRulesList", "CsOutboundTranslationRule"),
    ("OutboundCallingNumberTranslationRulesList", "CsOutboundCallingNumberTranslationRule"),
    ("SipResponseCodeTranslationRulesList", "CsSipResponseCodeTranslationRule"),
];

fn check(edit: &mut Edit) -> Result<(), Fault> {
    if edit.flag("EnableBypass") && !edit.flag("ConcentratedTopology") {
        return Err(Fault::argument(
            "BypassNeedsConcentratedTopology",
            "EnableBypass requires ConcentratedTopology to be True.",
        )
        .at(&edit.name));
    }
    super::pattern::usages(edit, "PstnUsages")
}

/// Rules given with the configuration become objects of their own.
fn rules(edit: &mut Edit) -> Result<(), Fault> {
    for (list, noun) in LISTS {
        if edit.bound.has(list) {
            super::rule_list::write(edit, list, noun)?;
        }
    }
    Ok(())
}

fn complete(
    reader: &Reader,
    _: &Library,
    _: &Facts,
    object: &Object,
    properties: &mut Map<String, Json>,
) -> Result<(), StoreError> {
    for (list, noun) in LISTS {
        let mut rules = reader.within(noun, &object.name.to_lowercase())?;
        rules.sort_by_key(|r| r.number("Priority").unwrap_or(i64::MAX));
        let names: Vec<&str> = rules.iter().map(|r| r.name.as_str()).collect();
        properties.insert(list.to_owned(), json!(names));
    }
    Ok(())
}

fn cascade(removal: &mut Removal) -> Result<(), Fault> {
    for (_, noun) in LISTS {
        for rule in removal.writer.within(noun, &removal.object.name.to_lowercase())? {
            removal.writer.remove(rule.id)?;
        }
    }
    Ok(())
}
