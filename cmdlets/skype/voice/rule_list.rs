//! Lists of rules inside a document: given with it, kept as objects of their own in its container.

use command::{Bound, Value};
use directory::{Change, Edit, Fault};
use serde_json::{Map, Value as Json};

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

/// Makes the rules of a document agree with the list that was given.
pub(crate) fn write(edit: &mut Edit, list: &str, rule: &str) -> Result<(), Fault> {
    let Some(noun) = edit.library.noun(rule) else { return Ok(()) };
    let existing = edit.writer.within(rule, &edit.name.to_lowercase())?;
    let wanted: Vec<Map<String, Json>> = match edit.properties.get(list) {
        Some(Json::Array(items)) => items.iter().map(parts).collect(),
        _ => Vec::new(),
    };
    // Names of rules that are there already mean these.
    let names = |wish: &Map<String, Json>| wish.get("Name").and_then(Json::as_str).map(str::to_owned);
    if wanted.iter().any(|wish| names(wish).is_none()) {
        let text = format!("{list} takes rules, as New-{rule} -InMemory makes them.");
        return Err(Fault::argument("RuleExpected", text).at(&edit.name));
    }
    let modifier = edit.bound.get(list).and_then(Value::as_dict).cloned();
    let is_replacing = modifier.is_none() || modifier.as_ref().is_some_and(|m| m.get_str("Replace").is_some());
    let removed: Vec<String> = match modifier.as_ref().and_then(|m| m.get_str("Remove")) {
        Some(value) => removed_names(&value),
        None => Vec::new(),
    };
    for known in &existing {
        let kept = wanted
            .iter()
            .any(|w| w.get("Name").and_then(Json::as_str).is_some_and(|n| n.eq_ignore_ascii_case(&known.name)));
        if (is_replacing && !kept) || removed.iter().any(|n| n.eq_ignore_ascii_case(&known.name)) {
            edit.writer.remove(known.id)?;
        }
    }
    let nothing = Bound::new();
    for wish in wanted {
        let Some(name) = wish.get("Name").and_then(Json::as_str).map(str::to_owned) else { continue };
        if removed.iter().any(|n| n.eq_ignore_ascii_case(&name)) {
            continue;
        }
        let container = edit.name.to_lowercase();
        let old = edit.writer.find(rule, &container, &name)?;
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
    // The rules are objects of their own: what holds them does not repeat them.
    edit.properties.remove(list);
    let draft = directory::store_draft(
        edit.library,
        edit.noun.stored_as(),
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
