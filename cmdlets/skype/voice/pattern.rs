//! Patterns of rules and routes, and the order of rules.

use directory::{Edit, Fault};
use serde_json::Value as Json;

/// Refuses a pattern that is no regular expression.
pub(crate) fn check(pattern: &str, property: &str) -> Result<(), Fault> {
    // Look-around and back references are .NET's; they are taken on trust.
    let is_beyond = ["(?=", "(?!", "(?<", "(?>", "\\k", "\\1", "\\2"].iter().any(|mark| pattern.contains(mark));
    match regex::Regex::new(pattern) {
        Err(error) if !is_beyond => {
            let reason = error.to_string();
            let reason = reason.lines().last().unwrap_or_default().trim_start_matches("error: ");
            let text = format!("\"{pattern}\" is not a valid regular expression for {property}: {reason}.");
            Err(Fault::argument("InvalidRegularExpression", text).at(pattern))
        }
        _ => Ok(()),
    }
}

/// Gives the object its place among its neighbours: last when none is asked for; the others make room.
pub(crate) fn arrange(edit: &mut Edit) -> Result<(), Fault> {
    let stored = edit.noun.stored_as();
    let wanted = edit.properties.get("Priority").and_then(Json::as_i64);
    let unchanged = edit.old.is_some_and(|o| o.number("Priority") == wanted && wanted.is_some());
    if unchanged {
        return Ok(());
    }
    if wanted.is_none() {
        // Last, without looking at each of the others.
        let place = edit.writer.highest(stored, &edit.container, "Priority")?.map_or(0, |p| p + 1);
        edit.set("Priority", place);
        return Ok(());
    }
    let mut others = edit.writer.within(stored, &edit.container)?;
    others.retain(|o| o.id != edit.id);
    others.sort_by_key(|o| o.number("Priority").unwrap_or(i64::MAX));
    if wanted.is_some_and(|p| p < 0) {
        return Err(Fault::argument("InvalidPriority", "Priority must not be negative."));
    }
    let count = i64::try_from(others.len()).unwrap_or(i64::MAX);
    let place = wanted.unwrap_or(count).min(count);
    edit.set("Priority", place);
    let mut next = 0;
    for other in others {
        if next == place {
            next += 1;
        }
        if other.number("Priority") != Some(next) {
            let mut draft = directory::changed_draft(edit.library, other);
            draft.properties.insert("Priority".to_owned(), Json::from(next));
            edit.writer.update(draft)?;
        }
        next += 1;
    }
    Ok(())
}

/// The usages named exist globally and are named once.
pub(crate) fn usages(edit: &mut Edit, property: &str) -> Result<(), Fault> {
    let known: Vec<String> = match edit.writer.find("CsPstnUsage", "", "Global")? {
        Some(all) => all.texts("Usage").iter().map(ToString::to_string).collect(),
        None => Vec::new(),
    };
    let mut found: Vec<String> = Vec::new();
    for usage in edit.texts(property) {
        let Some(spelt) = known.iter().find(|k| k.eq_ignore_ascii_case(&usage)) else {
            let text = format!("\"{usage}\" is not a PSTN usage: add it with Set-CsPstnUsage first.");
            return Err(Fault::argument("PstnUsageNotFound", text).at(&usage));
        };
        if found.contains(spelt) {
            return Err(
                Fault::argument("PstnUsageTwice", format!("The PSTN usage \"{usage}\" is named twice.")).at(&usage)
            );
        }
        found.push(spelt.clone());
    }
    edit.set(property, serde_json::json!(found));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        for good in ["^(\\d{11})$", "^\\+1(?!900)\\d{10}$", ""] {
            assert!(check(good, "Pattern").is_ok(), "{good}");
        }
        assert!(check("^(\\d{11}$", "Pattern").is_err());
    }
}
