//! Firewall rules: chosen by name, display name or group, as the module's own commands choose them.

use command::{ErrorCategory, Result};
use directory::{Fault, NounCode, Work};
use serde_json::json;
use store::Object;

pub static NOUN: NounCode = NounCode {
    noun: "NetFirewallRule",
    heeds: &["*", "NewName", "NewDisplayName"],
    verbs: &[
        ("Get", get),
        ("Set", set),
        ("Enable", enable),
        ("Disable", disable),
        ("Rename", rename),
        ("Copy", copy),
        ("Show", show),
    ],
    ..NounCode::PLAIN
};

/// Parameters that choose rules; the others change them.
const CHOOSING: [&str; 4] = ["Name", "DisplayName", "DisplayGroup", "Group"];

fn texts(rule: &Object, property: &str) -> Vec<String> {
    let found: Vec<String> = rule.texts(property).iter().map(ToString::to_string).collect();
    if found.is_empty() && property == "Name" { vec![rule.name.clone()] } else { found }
}

/// The rules that the call is meant for; `None` when it names none.
fn chosen(work: &mut Work) -> std::result::Result<Option<Vec<Object>>, Fault> {
    if let Some(fault) = by_filter(work) {
        return Err(fault);
    }
    if let Some(input) = work.bound.get("InputObject").filter(|v| !v.is_null()).cloned() {
        let inputs = input.as_array().map_or_else(|| vec![input.clone()], |items| items.to_vec());
        return inputs
            .iter()
            .map(|rule| work.target("NetFirewallRule", rule))
            .collect::<std::result::Result<_, _>>()
            .map(Some);
    }
    let all = work.all("NetFirewallRule")?;
    if work.bound.switch("All") {
        return Ok(Some(all));
    }
    for by in CHOOSING {
        let wanted = work.bound.strings(by);
        if wanted.is_empty() {
            continue;
        }
        let mut found = Vec::new();
        for pattern in &wanted {
            let before = found.len();
            found.extend(all.iter().filter(|r| texts(r, by).iter().any(|t| directory::like(t, pattern))).cloned());
            if found.len() == before && !pattern.contains(['*', '?']) {
                let text = format!(
                    "No MSFT_NetFirewallRule objects found with property '{by}' equal to '{pattern}'.  Verify the value of the property and retry."
                );
                let id = format!("CmdletizationQuery_NotFound_{by}");
                return Err(Fault::new("CimJobException", &id, ErrorCategory::ObjectNotFound, text).at(pattern));
            }
        }
        return Ok(Some(found));
    }
    // All but Set, which changes what they name, choose by any property.
    let is_query = |name: &str| {
        let is_name = ["NewName", "NewDisplayName"].iter().any(|n| n.eq_ignore_ascii_case(name));
        !is_name && work.noun.property(name).is_some()
    };
    if work.command.verb() != "Set" && work.bound.iter().any(|(name, value)| !value.is_null() && is_query(name)) {
        return directory::verb::found(work).map(Some);
    }
    Ok(None)
}

/// Rules are not linked to objects of their filters: they hold addresses and ports themselves.
fn by_filter(work: &Work) -> Option<Fault> {
    let given = work.bound.iter().find(|(name, value)| name.starts_with("AssociatedNetFirewall") && !value.is_null());
    given.map(|(name, _)| Fault::unsupported(work.command.name(), name))
}

fn get(work: &mut Work) -> Result<()> {
    match chosen(work) {
        Ok(Some(found)) => found.iter().try_for_each(|rule| work.emit(rule)),
        Ok(None) => directory::verb::get(work),
        Err(fault) => work.fail(&fault),
    }
}

/// Runs a change on every rule that was chosen.
fn each(work: &mut Work, change: fn(&mut Work, &Object) -> Result<()>) -> Result<()> {
    match chosen(work) {
        Ok(Some(found)) => {
            for rule in found {
                if work.should(&rule.name)? {
                    change(work, &rule)?;
                }
            }
            Ok(())
        }
        Ok(None) => directory::verb::set(work),
        Err(fault) => work.fail(&fault),
    }
}

fn set(work: &mut Work) -> Result<()> {
    each(work, |work, rule| {
        let mut properties = rule.properties.clone();
        // The binder lets one of them through; it is what the rules were chosen by.
        let chosen_by = CHOOSING.iter().copied().find(|by| work.bound.has(by)).unwrap_or_default();
        for (parameter, value) in work.bound.iter() {
            let is = |name: &str| name.eq_ignore_ascii_case(parameter);
            let chooses = is(chosen_by) || is("InputObject") || is("All") || is("PassThru");
            if chooses || directory::is_steering(parameter) {
                continue;
            }
            let name = if is("NewDisplayName") { "DisplayName" } else { &**parameter };
            let Some(property) = work.noun.property(name) else { continue };
            match directory::apply_change(&property, properties.get(property.name()), value) {
                Ok(json) => properties.insert(property.name().to_owned(), json),
                Err(fault) => return work.fail(&fault),
            };
        }
        let saved = work.save(work.noun, Some(rule), &rule.name, &rule.container, properties)?;
        shown(work, saved)
    })
}

fn enable(work: &mut Work) -> Result<()> {
    each(work, |work, rule| switch(work, rule, "True"))
}

fn disable(work: &mut Work) -> Result<()> {
    each(work, |work, rule| switch(work, rule, "False"))
}

fn switch(work: &mut Work, rule: &Object, state: &str) -> Result<()> {
    let mut properties = rule.properties.clone();
    properties.insert("Enabled".to_owned(), json!([state]));
    let saved = work.save(work.noun, Some(rule), &rule.name, &rule.container, properties)?;
    shown(work, saved)
}

fn rename(work: &mut Work) -> Result<()> {
    each(work, |work, rule| {
        let name = work.bound.str("NewName").map_or_else(String::new, |t| t.to_string());
        let mut properties = rule.properties.clone();
        properties.insert("Name".to_owned(), json!([name]));
        let saved = work.save(work.noun, Some(rule), &name, &rule.container, properties)?;
        shown(work, saved)
    })
}

fn copy(work: &mut Work) -> Result<()> {
    each(work, |work, rule| {
        let given = work.bound.str("NewName").map(|t| t.to_string()).filter(|t| !t.is_empty());
        let name = given.unwrap_or_else(|| format!("{{{}}}", uuid::Uuid::new_v4().to_string().to_uppercase()));
        let mut properties = rule.properties.clone();
        properties.insert("Name".to_owned(), json!([name]));
        let saved = work.save(work.noun, None, &name, &rule.container, properties)?;
        shown(work, saved)
    })
}

/// Show: every rule that is switched on, each followed by what it filters.
fn show(work: &mut Work) -> Result<()> {
    let rules = match work.all("NetFirewallRule") {
        Ok(rules) => rules,
        Err(fault) => return work.fail(&fault),
    };
    for rule in rules {
        let is_on = rule.texts("Enabled").first().is_none_or(|e| e.eq_ignore_ascii_case("True"));
        if !is_on {
            continue;
        }
        work.emit(&rule)?;
        for noun in ["NetFirewallPortFilter", "NetFirewallAddressFilter", "NetFirewallApplicationFilter"] {
            let Ok(row) = work.other(noun) else { continue };
            // A rule's filters are properties of its own under their names.
            let has = row.properties().any(|p| p.name() != "InputObject" && rule.get(p.name()).is_some());
            if has {
                work.emit_as(row, &rule)?;
            }
        }
    }
    Ok(())
}

fn shown(work: &mut Work, saved: Option<store::ObjectId>) -> Result<()> {
    match saved {
        Some(id) if work.bound.switch("PassThru") => work.emit_id(id),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_without_a_name_of_its_own_is_called_as_it_is_stored() {
        let rule = Object::unsaved("NetFirewallRule", "", "SIP", serde_json::Map::new());
        assert_eq!((texts(&rule, "Name"), texts(&rule, "Group")), (vec!["SIP".to_owned()], Vec::new()));
    }
}
