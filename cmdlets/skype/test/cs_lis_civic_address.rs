//! Civic addresses of the location database: read, and checked against the list of the validating service.

use command::{Result, Value};
use directory::{Fault, NounCode, Work};
use values::Object;

pub static NOUN: NounCode = NounCode {
    noun: "CsLisCivicAddress",
    heeds: &[
        "*",
        "UpdateValidationStatus",
        "City",
        "Country",
        "HouseNumber",
        "HouseNumberSuffix",
        "PostalCode",
        "PostDirectional",
        "PreDirectional",
        "State",
        "StreetName",
        "StreetSuffix",
    ],
    verbs: &[("Test", test)],
    ..NounCode::PLAIN
};

fn test(work: &mut Work) -> Result<()> {
    let rows = rows(work);
    work.answer(rows)
}

/// The parts of an address by which it is checked.
const PARTS: [&str; 10] = [
    "City",
    "Country",
    "HouseNumber",
    "HouseNumberSuffix",
    "PostalCode",
    "PostDirectional",
    "PreDirectional",
    "State",
    "StreetName",
    "StreetSuffix",
];

fn rows(work: &mut Work) -> std::result::Result<Vec<Value>, Fault> {
    let wanted: Vec<(&str, String)> = PARTS.iter().map(|p| (*p, directory::verb::text(work, p))).collect();
    if work.all("CsLisServiceProvider")?.is_empty() {
        let text = "No service that validates addresses is configured: use Set-CsLisServiceProvider.";
        return Err(Fault::state("LisServiceProviderMissing", text));
    }
    let fits = |o: &store::Object| {
        wanted.iter().filter(|(_, v)| !v.is_empty()).all(|(n, v)| o.text(n).is_some_and(|t| t.eq_ignore_ascii_case(v)))
    };
    let found: Vec<store::Object> = work.all("CsLisLocation")?.into_iter().filter(fits).collect();
    let known = !found.is_empty();
    if known && work.bound.switch("UpdateValidationStatus") {
        let saved = work.write(|writer, _| {
            found.iter().try_for_each(|o| writer.update(o.draft().with("MSAGValid", "Valid"))).map_err(Fault::from)
        });
        saved.map_err(|_| Fault::state("LisCivicAddress", "The status could not be written."))?;
    }
    let mut pairs: Vec<(&str, Value)> = wanted.iter().map(|(n, v)| (*n, Value::from(v.as_str()))).collect();
    pairs.push(("MSAGValid", Value::from(if known { "Valid" } else { "Invalid" })));
    Ok(vec![Object::typed("System.Management.Automation.PSCustomObject", pairs)])
}
