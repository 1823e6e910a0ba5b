//! What the server does with a number: the rule that translates it, the usage and route that take it. Pure functions of the
//! store, as the Test cmdlets want them.

use directory::{Fault, Work};
use serde_json::Value as Json;
use store::{Object, Reader, StoreError};
use values::Value;
use values::convert::to_display;

/// The usage and the route that take a number.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Chosen {
    pub usage: String,
    pub route: String,
}

/// The first rule, in the order of priority, that takes a number: its name and what it makes of it.
pub(crate) fn translated(rules: &[Object], number: &str) -> Option<(String, String)> {
    rules.iter().find_map(|rule| {
        let matcher = regex::Regex::new(rule.text("Pattern").unwrap_or_default()).ok()?;
        if !matcher.is_match(number) {
            return None;
        }
        let with = super::cs_voice_normalization_rule::replacement(rule.text("Translation").unwrap_or_default());
        Some((rule.name.clone(), matcher.replace(number, with.as_str()).into_owned()))
    })
}

/// Usages are tried in their order; of a usage's routes the first by priority whose pattern fits.
pub(crate) fn route(usages: &[&str], routes: &[Object], number: &str) -> Option<Chosen> {
    let mut sorted: Vec<&Object> = routes.iter().collect();
    sorted.sort_by_key(|r| r.number("Priority").unwrap_or(i64::MAX));
    usages.iter().find_map(|usage| {
        let fits = |route: &&&Object| {
            route.texts("PstnUsages").iter().any(|u| u.eq_ignore_ascii_case(usage))
                && regex::Regex::new(route.text("NumberPattern").unwrap_or_default()).is_ok_and(|p| p.is_match(number))
        };
        let found = sorted.iter().find(fits)?;
        Some(Chosen { usage: (*usage).to_owned(), route: found.name.clone() })
    })
}

/// The routes to choose from: those of -RouteSettings, else the organization's.
pub(crate) fn routes(work: &Work) -> std::result::Result<Vec<Object>, Fault> {
    let given = work.bound.value("RouteSettings");
    let Some(settings) = given.as_object() else { return work.all("CsVoiceRoute") };
    let list =
        settings.get("Route").map(|v| v.as_array().map_or_else(|| vec![v.clone()], |a| a.to_vec())).unwrap_or_default();
    Ok(list.iter().map(unsaved).collect())
}

/// A route as an object that is nowhere stored.
fn unsaved(value: &Value) -> Object {
    let text = |name: &str| value.as_object().and_then(|o| o.get(name)).map(|v| to_display(&v)).unwrap_or_default();
    let usages = value.as_object().and_then(|o| o.get("PstnUsages"));
    let usages: Vec<Json> = usages
        .iter()
        .flat_map(|v| v.as_array().map_or_else(|| vec![v.clone()], |a| a.to_vec()))
        .map(|v| Json::from(to_display(&v)))
        .collect();
    let mut properties = serde_json::Map::new();
    properties.insert("NumberPattern".to_owned(), Json::from(text("NumberPattern")));
    properties.insert("PstnUsages".to_owned(), Json::Array(usages));
    properties.insert("Priority".to_owned(), text("Priority").parse::<i64>().map_or(Json::Null, Json::from));
    Object::unsaved("CsVoiceRoute", "", &text("Name"), properties)
}

/// The name of what was given where a policy or plan is wanted, itself or its identity.
pub(crate) fn target(work: &Work, noun: &str, parameter: &str) -> std::result::Result<Object, Fault> {
    work.target(noun, &work.bound.value(parameter))
}

/// The rules of a parent in the order of their priority.
pub(crate) fn rules(reader: &Reader, noun: &str, parent: &str) -> std::result::Result<Vec<Object>, StoreError> {
    let mut rules = reader.within(noun, &parent.to_lowercase())?;
    rules.sort_by_key(|r| r.number("Priority").unwrap_or(i64::MAX));
    Ok(rules)
}

/// A text, or nothing where it is empty.
pub(crate) fn shown(text: &str) -> Value {
    if text.is_empty() { Value::Null } else { Value::from(text) }
}

/// A number as it was dialed: separators of the written form are left out.
pub(crate) fn number(work: &Work, parameter: &str) -> String {
    let given = work.bound.str(parameter).map_or_else(String::new, |t| t.to_string());
    let bare = given.strip_prefix("tel:").unwrap_or(&given);
    bare.chars().filter(|c| !matches!(c, ' ' | '-' | '(' | ')' | '.')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn object(noun: &str, name: &str, properties: Json) -> Object {
        let Json::Object(properties) = properties else { unreachable!() };
        Object::unsaved(noun, "", name, properties)
    }

    #[test]
    fn usages_in_order_then_priority() {
        let routes = [
            object(
                "CsVoiceRoute",
                "all",
                json!({"NumberPattern": ".*", "PstnUsages": ["Local", "Long"], "Priority": 2}),
            ),
            object("CsVoiceRoute", "us", json!({"NumberPattern": "^\\+1", "PstnUsages": ["Long"], "Priority": 1})),
            object("CsVoiceRoute", "none", json!({"NumberPattern": ".*", "PstnUsages": [], "Priority": 0})),
        ];
        for (usages, number, expected) in [
            (vec!["Local", "Long"], "+1425", Some("all")),
            (vec!["Long", "Local"], "+1425", Some("us")),
            (vec!["long"], "+44", Some("all")),
            (vec!["Internal"], "+1425", None),
        ] {
            let found = route(&usages, &routes, number).map(|c| c.route);
            assert_eq!(found.as_deref(), expected, "{usages:?} {number}");
        }
    }

    #[test]
    fn first_rule_translates() {
        let rules = [
            object("CsVoiceNormalizationRule", "four", json!({"Pattern": "^(\\d{4})$", "Translation": "+1425555$1"})),
            object("CsVoiceNormalizationRule", "any", json!({"Pattern": "^(.*)$", "Translation": "$1"})),
        ];
        for (number, name, becomes) in [("1003", "four", "+14255551003"), ("911", "any", "911")] {
            assert_eq!(translated(&rules, number), Some((name.to_owned(), becomes.to_owned())));
        }
        assert_eq!(translated(&rules[..1], "911"), None);
    }
}
