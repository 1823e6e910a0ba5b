//! Every noun that New makes: create with the least, read back, change, remove.

use super::{Lab, library, s, text};
use command::Value;

/// Text, numbers and switches that fit a property.
fn sample(type_name: &str, values: &[&str]) -> Option<Value> {
    if let Some(first) = values.first() {
        return Some(s(first));
    }
    Some(match type_name {
        "String" => s("x"),
        "Boolean" => Value::Bool(true),
        "Int32" | "UInt32" | "Int64" | "UInt16" | "Int16" => Value::I32(1),
        _ => return None,
    })
}

#[test]
fn nouns_of_documents_come_and_go() {
    let mut lab = Lab::new("walk");
    lab.ok("New-DialtoneOrganization", &[]);
    let (mut walked, mut properties, mut failed) = (0, 0, Vec::new());
    for noun in library().nouns() {
        let name = noun.name();
        let has = |verb: &str| library().command(&format!("{verb}-{name}")).is_some();
        let own = library().code(name).is_some();
        if own || !noun.parent().is_empty() || noun.family() == "action" || !(has("New") && has("Get") && has("Remove"))
        {
            continue;
        }
        let new = library().command(&format!("New-{name}")).unwrap();
        let takes = |parameter: &str| new.parameters().any(|p| p.name() == parameter);
        let identity = if takes("Identity") && noun.family() != "directory" { "Identity" } else { "Name" };
        let with = |verb: &str, parameter: &str| {
            library().command(&format!("{verb}-{name}")).unwrap().parameters().any(|p| p.name() == parameter)
        };
        if !takes(identity)
            || !with("Get", "Identity")
            || !with("Remove", "Identity")
            || noun.scopes().any(|s| s == "Site") && noun.scopes().all(|s| s != "Tag")
        {
            continue;
        }
        let mut arguments = vec![(identity, s("Walk"))];
        for property in
            noun.properties().filter(|p| !p.is_many() && p.link().is_empty() && !p.is_read_only() && !p.is_computed())
        {
            if property.name() == identity || !takes(property.name()) || !property.pattern().is_empty() {
                continue;
            }
            let values: Vec<&str> = property.values().collect();
            let low = property.minimum().parse::<i32>().ok().map(Value::I32);
            if let Some(value) = low.or_else(|| sample(property.type_name(), &values)) {
                arguments.push((property.name(), value));
                properties += 1;
            }
        }
        walked += 1;
        let made = lab.call(&format!("New-{name}"), &arguments);
        let Some(made) = made.first().cloned() else {
            failed.push(format!(
                "New-{name}: {}",
                lab.session.errors.first().map_or_else(String::new, |e| e.message().to_string())
            ));
            continue;
        };
        let found = lab.call(&format!("Get-{name}"), &[("Identity", s(&text(&made, "Identity")))]);
        if found.len() != 1 {
            failed.push(format!("Get-{name} {}", text(&made, "Identity")));
            continue;
        }
        for (property, value) in arguments.iter().skip(1) {
            let shown = text(&found[0], property);
            if !shown.eq_ignore_ascii_case(&values::convert::to_display(value)) {
                failed.push(format!("{name}.{property}: {shown}"));
            }
        }
        lab.call(&format!("Remove-{name}"), &[("Identity", s(&text(&made, "Identity")))]);
        if let Some(error) = lab.session.errors.first() {
            failed.push(format!("Remove-{name}: {}", error.message()));
        }
    }
    assert!(walked > 60 && properties > 400, "{walked} nouns, {properties} properties");
    assert!(failed.is_empty(), "{} of {walked}: {failed:#?}", failed.len());
}
