//! Trunk configurations: switches that exclude each other, and the rules inside.

use command::Result as Done;
use directory::{Edit, Facts, Fault, Library, NounCode, Removal, Work};
use serde_json::{Map, Value as Json, json};
use store::{Object, Reader, StoreError};

pub static NOUN: NounCode = NounCode {
    noun: "CsTrunkConfiguration",
    before_write: Some(check),
    after_write: Some(rules),
    before_remove: Some(cascade),
    complete: Some(complete),
    heeds: &["DialedNumber", "CallingNumber", "TrunkConfiguration"],
    verbs: &[("Test", test)],
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

/// Test-CsTrunkConfiguration: what the trunk's rules make of the called and the calling number.
fn test(work: &mut Work) -> Done<()> {
    let trunk = match super::choice::target(work, "CsTrunkConfiguration", "TrunkConfiguration") {
        Ok(trunk) => trunk,
        Err(fault) => return work.fail(&fault),
    };
    let mut pairs = Vec::new();
    for ((_, noun), parameter, number, rule) in [
        (LISTS[0], "DialedNumber", "TranslatedNumber", "MatchingRule"),
        (LISTS[1], "CallingNumber", "TranslatedCallingNumber", "MatchingCallingNumberRule"),
    ] {
        let dialed = super::choice::number(work, parameter);
        let rules = match work.directory.store.read(|r| super::choice::rules(r, noun, &trunk.name)) {
            Ok(rules) => rules,
            Err(error) => return work.fail(&Fault::from(error)),
        };
        let found = super::choice::translated(&rules, &dialed).filter(|_| !dialed.is_empty()).unwrap_or_default();
        pairs.push((number, super::choice::shown(&found.1)));
        pairs.push((rule, super::choice::shown(&found.0)));
    }
    work.session.write(values::Object::typed("Microsoft.Rtc.Management.Voice.TrunkConfigurationTestResult", pairs))
}
