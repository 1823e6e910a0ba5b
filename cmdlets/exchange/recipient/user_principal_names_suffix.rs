//! Get-UserPrincipalNamesSuffix: what may stand behind the @ of a user principal name.

use command::{Result, Value};
use directory::{Fault, NounCode, Work};

pub static NOUN: NounCode = NounCode {
    noun: "UserPrincipalNamesSuffix",
    heeds: &["OrganizationalUnit"],
    verbs: &[("Get", get)],
    ..NounCode::PLAIN
};

fn get(work: &mut Work) -> Result<()> {
    let rows = rows(work);
    work.answer(rows)
}

fn rows(work: &mut Work) -> std::result::Result<Vec<Value>, Fault> {
    let unit = work.bound.get("OrganizationalUnit").filter(|v| !v.is_null()).cloned();
    if let Some(unit) = unit {
        work.target("OrganizationalUnit", &unit)?;
    }
    let facts = work.facts();
    // The forest's own suffixes, and its domain.
    let forest = work.all("ADForest")?.into_iter().next();
    let mut found = vec![facts.domain];
    for suffix in forest.iter().flat_map(|f| f.texts("UPNSuffixes")) {
        if !found.iter().any(|f| f.eq_ignore_ascii_case(suffix)) {
            found.push(suffix.to_owned());
        }
    }
    Ok(found.into_iter().map(Value::from).collect())
}
