//! Dial plans of Enterprise Voice: simple names, prefixes, and the rules inside.

use command::{Bound, Result, Value};
use directory::{Change, Edit, Facts, Fault, Library, NounCode, Removal, Work};
use serde_json::{Map, Value as Json, json};
use store::{Object, Reader, StoreError};

use super::cs_voice_normalization_rule::replacement;

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
    let mut rules = reader.within(RULE, &plan.to_lowercase())?;
    rules.sort_by_key(|r| r.number("Priority").unwrap_or(i64::MAX));
    Ok(rules)
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

/// A rule as it came: an object of New-CsVoiceNormalizationRule -InMemory, or its text.
fn parts(item: &Json) -> Map<String, Json> {
    match item {
        Json::Object(parts) => parts.clone(),
        other => {
            let mut found = Map::new();
            let text = other.as_str().unwrap_or_default();
            // `Name=` may stand anywhere; values hold no semicolon.
            for part in text.split(';') {
                if let Some((name, value)) = part.split_once('=') {
                    found.insert(name.trim().to_owned(), Json::from(value));
                }
            }
            found
        }
    }
}

/// Makes the rules inside agree with NormalizationRules when that was given; a new plan starts with one rule.
fn rules(edit: &mut Edit) -> std::result::Result<(), Fault> {
    let given = edit.bound.has("NormalizationRules") || edit.bound.has("Instance");
    let Some(noun) = edit.library.noun(RULE) else { return Ok(()) };
    let existing = of_plan(edit.writer, &edit.name)?;
    let wanted: Vec<Map<String, Json>> = if given {
        match edit.properties.get("NormalizationRules") {
            Some(Json::Array(items)) => items.iter().map(parts).collect(),
            _ => Vec::new(),
        }
    } else if edit.is_new() && existing.is_empty() {
        vec![parts(&json!({ "Name": "Prefix All", "Pattern": "^(\\d{11})$", "Translation": "+$1" }))]
    } else {
        return Ok(());
    };
    let modifier = edit.bound.get("NormalizationRules").and_then(Value::as_dict).cloned();
    let is_replacing = modifier.is_none() || modifier.as_ref().is_some_and(|m| m.get_str("Replace").is_some());
    let removed: Vec<String> = match modifier.as_ref().and_then(|m| m.get_str("Remove")) {
        Some(value) => removed_names(&value),
        None => Vec::new(),
    };
    for rule in &existing {
        let kept = wanted
            .iter()
            .any(|w| w.get("Name").and_then(Json::as_str).is_some_and(|n| n.eq_ignore_ascii_case(&rule.name)));
        if (is_replacing && !kept) || removed.iter().any(|n| n.eq_ignore_ascii_case(&rule.name)) {
            edit.writer.remove(rule.id)?;
        }
    }
    let nothing = Bound::new();
    for wish in wanted {
        let Some(name) = wish.get("Name").and_then(Json::as_str).map(str::to_owned) else { continue };
        if removed.iter().any(|n| n.eq_ignore_ascii_case(&name)) {
            continue;
        }
        let container = edit.name.to_lowercase();
        let old = edit.writer.find(RULE, &container, &name)?;
        let mut properties = old.as_ref().map_or_else(|| directory::defaults(&noun), |o| o.properties.clone());
        for (key, value) in wish {
            let value = match value {
                Json::String(text) if key == "IsInternalExtension" => Json::Bool(text.eq_ignore_ascii_case("true")),
                value => value,
            };
            if noun.property(&key).is_some() && key != "Priority" {
                properties.insert(key, value);
            }
        }
        properties.insert("Parent".to_owned(), Json::from(edit.name.as_str()));
        let change = Change {
            library: edit.library,
            facts: edit.facts,
            noun,
            bound: &nothing,
            old: old.as_ref(),
            name,
            container,
            properties,
        };
        change.write(edit.writer, edit.warnings)?;
    }
    // The rules are objects of their own: the plan does not repeat them.
    edit.properties.remove("NormalizationRules");
    let draft = directory::store_draft(
        edit.library,
        "CsDialPlan",
        edit.id,
        &edit.name,
        &edit.container,
        edit.properties.clone(),
    );
    Ok(edit.writer.update(draft)?)
}

fn removed_names(value: &Value) -> Vec<String> {
    let items = value.as_array().map_or_else(|| vec![value.clone()], |a| a.to_vec());
    items
        .iter()
        .filter_map(|item| match item.as_object() {
            Some(object) => object.get("Name").map(|n| values::convert::to_display(&n)),
            None => {
                let text = values::convert::to_display(item);
                parts(&Json::from(text.as_str())).get("Name").and_then(Json::as_str).map(str::to_owned).or(Some(text))
            }
        })
        .collect()
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
    let mut found = (String::new(), String::new());
    for rule in &rules {
        let Ok(matcher) = regex::Regex::new(rule.text("Pattern").unwrap_or_default()) else { continue };
        if matcher.is_match(&dialed) {
            let translated = matcher
                .replace(&dialed, replacement(rule.text("Translation").unwrap_or_default()).as_str())
                .into_owned();
            found = (translated, rule.name.clone());
            break;
        }
    }
    let row = values::Object::typed(
        "Microsoft.Rtc.Management.Voice.DialPlanTestResult",
        [("TranslatedNumber", Value::from(found.0)), ("MatchingRule", Value::from(found.1))],
    );
    work.session.write(row)
}
