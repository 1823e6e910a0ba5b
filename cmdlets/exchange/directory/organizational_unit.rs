//! Organizational units: those made with the directory's commands, and those that accounts lie in.

use std::collections::BTreeMap;

use command::{Result, Value};
use directory::{Fault, NounCode, Resolved, Work};
use values::Object;

pub static NOUN: NounCode = NounCode {
    noun: "OrganizationalUnit",
    heeds: &["Identity", "SearchText", "ResultSize", "IncludeContainers", "SingleNodeOnly"],
    verbs: &[("Get", get)],
    ..NounCode::PLAIN
};

/// `OU=Sales,OU=Redmond,DC=contoso,DC=com` as `contoso.com/Redmond/Sales`.
fn canonical(dn: &str, domain: &str) -> String {
    let units = dn.split(',').filter_map(|part| {
        let (kind, name) = part.split_once('=')?;
        (!kind.trim().eq_ignore_ascii_case("dc")).then(|| name.trim())
    });
    let names: Vec<&str> = units.collect();
    names.iter().rev().fold(domain.to_owned(), |path, name| format!("{path}/{name}"))
}

/// DNs of all units, in lower case, with their spelling.
fn units(work: &Work) -> std::result::Result<BTreeMap<String, String>, Fault> {
    let root = work.facts().domain_dn();
    let mut found = BTreeMap::new();
    let mut add = |dn: &str| {
        let full = if dn.to_lowercase().contains("dc=") { dn.to_owned() } else { format!("{dn},{root}") };
        found.entry(full.to_lowercase()).or_insert(full);
    };
    add("OU=Domain Controllers");
    if work.bound.get("IncludeContainers").is_some_and(values::convert::to_bool) {
        add("CN=Users");
        add("CN=Computers");
    }
    for unit in work.all("ADOrganizationalUnit")? {
        let path = unit.text("Path").filter(|p| !p.is_empty()).unwrap_or(&root);
        add(&format!("OU={},{path}", unit.name));
    }
    for noun in ["User", "CsExUmContact"] {
        for account in work.all(noun)? {
            let unit = account.text("OrganizationalUnit").or_else(|| account.text("OU")).unwrap_or_default();
            if unit.to_lowercase().starts_with("ou=") {
                add(unit);
            }
        }
    }
    Ok(found)
}

fn get(work: &mut Work) -> Result<()> {
    let all = match units(work) {
        Ok(all) => all,
        Err(fault) => return work.fail(&fault),
    };
    let facts = work.facts();
    let wanted = work.bound.get("Identity").filter(|v| !v.is_null()).map(|v| Resolved::of(v).text.to_lowercase());
    let search = work.bound.str("SearchText").map(|t| t.to_lowercase());
    let limit = work.bound.int("ResultSize").and_then(|n| usize::try_from(n).ok()).unwrap_or(usize::MAX);
    let mut given = 0;
    for (folded, dn) in &all {
        let path = canonical(dn, &facts.domain);
        let name = path.rsplit('/').next().unwrap_or_default().to_owned();
        let is_named = wanted.as_ref().is_none_or(|w| {
            let is_it = [folded.as_str(), &path.to_lowercase(), &name.to_lowercase()].contains(&w.as_str());
            is_it || (!work.bound.switch("SingleNodeOnly") && path.to_lowercase().starts_with(&format!("{w}/")))
        });
        if !is_named || search.as_ref().is_some_and(|s| !name.to_lowercase().contains(s)) || given == limit {
            continue;
        }
        given += 1;
        work.session.write(Object::typed(
            "Microsoft.Exchange.Data.Directory.Management.ExtendedOrganizationalUnit",
            [
                ("Name", Value::from(name)),
                ("CanonicalName", Value::from(path.as_str())),
                ("DistinguishedName", Value::from(dn.as_str())),
                ("Identity", Value::from(path)),
            ],
        ))?;
    }
    match wanted {
        Some(wanted) if given == 0 => work.fail(&Fault::not_found("OrganizationalUnit", &wanted, &facts.controller)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths() {
        for (dn, path) in [
            ("OU=Sales,OU=Redmond,DC=contoso,DC=com", "contoso.com/Redmond/Sales"),
            ("CN=Users,DC=contoso,DC=com", "contoso.com/Users"),
        ] {
            assert_eq!(canonical(dn, "contoso.com"), path);
        }
    }
}
