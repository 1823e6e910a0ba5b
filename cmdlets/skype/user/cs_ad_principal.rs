//! Principals of the directory: accounts, groups and contacts.

use command::Result;
use directory::{NounCode, Work, verb};

use super::cs_ad_contact::CONTACTS;

pub static NOUN: NounCode = NounCode {
    noun: "CsAdPrincipal",
    heeds: &["Identity", "Filter", "LDAPFilter", "OU", "ResultSize"],
    complete: Some(complete),
    verbs: &[("Get", get)],
    ..NounCode::PLAIN
};

fn get(work: &mut Work) -> Result<()> {
    let nouns: Vec<&str> = ["User", "ADGroup", "DistributionGroup", "Group"].into_iter().chain(CONTACTS).collect();
    verb::show(work, &nouns, |_| true)
}

/// The class that the directory gives each kind.
fn complete(
    reader: &store::Reader,
    _: &directory::Library,
    _: &directory::Facts,
    object: &store::Object,
    properties: &mut serde_json::Map<String, serde_json::Value>,
) -> std::result::Result<(), store::StoreError> {
    let class = match object.noun.as_str() {
        "User" => "user",
        "ADGroup" | "DistributionGroup" | "Group" => "group",
        _ => "contact",
    };
    properties.insert("ObjectClass".to_owned(), class.into());
    let enabled = reader.referrers(object.id)?.into_iter().find(|(o, p)| o.noun == "CsUser" && p == "User");
    if let Some(address) = enabled.as_ref().and_then(|(o, _)| o.text("SipAddress")) {
        properties.insert("SipAddress".to_owned(), address.into());
    }
    Ok(())
}
