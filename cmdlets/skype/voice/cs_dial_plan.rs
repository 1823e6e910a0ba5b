//! Dial plans of Enterprise Voice: simple names, prefixes, and the rules inside.

use command::{Result, Value};
use directory::{Edit, Facts, Fault, Library, NounCode, Removal, Work};
use serde_json::{Map, Value as Json, json};
use store::{Object, Reader, StoreError};

use super::rule_list;

pub static NOUN: NounCode = NounCode {
    noun: "CsDialPlan",
    heeds: &["DialedNumber", "Dialplan"],
    before_write: Some(check),
    after_write: Some(rules),
    before_remove: Some(cascade),
    complete: Some(complete),
    verbs: &[("Test", test)],
    ..NounCode::PLAIN
};

const RULE: &str = "CsVoiceNormalizationRule";

/// The rules of a plan in their order.
pub(crate) fn of_plan(reader: &Reader, plan: &str) -> std::result::Result<Vec<Object>, StoreError> {
    super::choice::rules(reader, RULE, plan)
}

fn complete(
    reader: &Reader,
    _: &Library,
    _: &Facts,
    plan: &Object,
    properties: &mut Map<String, Json>,
) -> std::result::Result<(), StoreError> {
    let shown: Vec<String> = of_plan(reader, &plan.name)?
        .iter()
        .map(|rule| {
            let text = |name: &str| rule.text(name).unwrap_or_default();
            let internal = if rule.flag("IsInternalExtension") == Some(true) { "True" } else { "False" };
            format!(
                "Description={};Pattern={};Translation={};Name={};IsInternalExtension={internal}",
                text("Description"),
                text("Pattern"),
                text("Translation"),
                rule.name
            )
        })
        .collect();
    properties.insert("NormalizationRules".to_owned(), json!(shown));
    if plan.name == "Global" && plan.text("SimpleName").is_none() {
        properties.insert("SimpleName".to_owned(), Json::from("DefaultProfile"));
    }
    Ok(())
}

fn check(edit: &mut Edit) -> std::result::Result<(), Fault> {
    if edit.text("SimpleName").is_empty() {
        let from = edit.name.rsplit(':').next().unwrap_or_default();
        let simple: String = from.chars().filter(|c| c.is_ascii_alphanumeric() || ".+_()-".contains(*c)).collect();
        let simple = if edit.name == "Global" { "DefaultProfile".to_owned() } else { simple };
        edit.set("SimpleName", simple);
    }
    if edit.flag("OptimizeDeviceDialing") && edit.text("ExternalAccessPrefix").is_empty() {
        return Err(Fault::argument(
            "ExternalAccessPrefixMissing",
            "OptimizeDeviceDialing requires an ExternalAccessPrefix.",
        )
        .at(&edit.name));
    }
    Ok(())
}

/// Makes a new dial plan's or the changed rules inside objects of their own.
fn rules(edit: &mut Edit) -> std::result::Result<(), Fault> {
    let is_given = edit.bound.has("NormalizationRules") || edit.bound.has("Instance");
    if edit.is_new() && !is_given && of_plan(edit.writer, &edit.name)?.is_empty() {
        // A new plan starts with one rule.
        let first = json!([{ "Name": "Prefix All", "Pattern": "^(\\d{11})$", "Translation": "+$1" }]);
        edit.set("NormalizationRules", first);
        return rule_list::write(edit, "NormalizationRules", RULE);
    }
    if is_given { rule_list::write(edit, "NormalizationRules", RULE) } else { Ok(()) }
}

fn cascade(removal: &mut Removal) -> std::result::Result<(), Fault> {
    for rule in of_plan(removal.writer, &removal.object.name)? {
        removal.writer.remove(rule.id)?;
    }
    Ok(())
}

/// Test-CsDialPlan: which rule takes a number, and what it becomes.
fn test(work: &mut Work) -> Result<()> {
    let value = work.bound.value("Dialplan");
    let plan = match work.target("CsDialPlan", &value) {
        Ok(plan) => plan,
        Err(fault) => return work.fail(&fault),
    };
    let dialed = work.bound.str("DialedNumber").map_or_else(String::new, |t| t.to_string());
    let rules = match work.directory.store.read(|reader| of_plan(reader, &plan.name)) {
        Ok(rules) => rules,
        Err(error) => return work.fail(&Fault::from(error)),
    };
    let (rule, translated) = super::choice::translated(&rules, &dialed).unwrap_or_default();
    let row = values::Object::typed(
        "Microsoft.Rtc.Management.Voice.DialPlanTestResult",
        [("TranslatedNumber", Value::from(translated)), ("MatchingRule", Value::from(rule))],
    );
    work.session.write(row)
}
