//! Exchange UM contacts: the numbers of subscriber access and auto attendants.

use command::Result as Done;
use directory::{Edit, Facts, Fault, Library, NounCode, Work};
use serde_json::{Map, Value as Json};
use store::{Object, Reader, StoreError};

use crate::user::cs_user::{only_one, sip_address};

pub static NOUN: NounCode = NounCode {
    noun: "CsExUmContact",
    heeds: &["Identity", "Target", "PassThru"],
    before_write: Some(check),
    complete: Some(complete),
    verbs: &[("Move", move_contact)],
    ..NounCode::PLAIN
};

/// Moves a contact to another pool.
fn move_contact(work: &mut Work) -> Done<()> {
    let (identity, target) = (work.bound.value("Identity"), work.bound.value("Target"));
    let read = work.target("CsExUmContact", &identity).and_then(|c| Ok((c, work.target("CsPool", &target)?)));
    let (contact, pool) = match read {
        Ok(read) => read,
        Err(fault) => return work.fail(&fault),
    };
    if !work.should(&contact.name)? {
        return Ok(());
    }
    let mut properties = contact.properties.clone();
    properties.insert("RegistrarPool".to_owned(), Json::from(pool.name));
    let noun = work.noun;
    match work.save(noun, Some(&contact), &contact.name, &contact.container, properties)? {
        Some(id) if work.bound.switch("PassThru") => work.emit_id(id),
        _ => Ok(()),
    }
}

fn check(edit: &mut Edit) -> Result<(), Fault> {
    let address = sip_address(edit.writer, edit.text("SipAddress"))?;
    only_one(edit.writer, edit.id, "SipAddress", &address)?;
    if edit.is_new() {
        // The contact is named after its address, as OcsUmUtil names it.
        edit.name = address.trim_start_matches("sip:").split('@').next().unwrap_or_default().to_owned();
        let pool = edit.text("RegistrarPool").to_owned();
        if edit.writer.find("CsPool", "", &pool)?.is_none() {
            return Err(Fault::no_document("Pool", &pool));
        }
        let unit = edit.text("OU").to_owned();
        if !unit.is_empty() {
            let unit = if unit.to_uppercase().starts_with("OU=") || unit.to_uppercase().starts_with("CN=") {
                unit
            } else {
                format!("OU={unit},{}", edit.facts.domain_dn())
            };
            edit.set("OU", unit);
        }
    }
    edit.set("SipAddress", address);
    let number: String = edit.text("DisplayNumber").chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    let digits = number.strip_prefix('+').unwrap_or(&number);
    if digits.is_empty() || digits.starts_with('0') || digits.contains('+') {
        let text = format!(
            "\"{}\" is not a valid DisplayNumber: digits, optionally with a leading +, not beginning with 0.",
            edit.text("DisplayNumber")
        );
        return Err(Fault::argument("InvalidDisplayNumber", text));
    }
    let line = format!("tel:{number}");
    only_one(edit.writer, edit.id, "LineURI", &line)?;
    edit.set("LineURI", line);
    let attendant = edit.flag("AutoAttendant");
    edit.set("IsSubscriberAccess", !attendant);
    if edit.text("DisplayName").is_empty() {
        let name = edit.name.clone();
        edit.set("DisplayName", name);
    }
    Ok(())
}

fn complete(
    _: &Reader,
    _: &Library,
    facts: &Facts,
    contact: &Object,
    properties: &mut Map<String, Json>,
) -> Result<(), StoreError> {
    if let Some(pool) = contact.text("RegistrarPool") {
        let dn = format!(
            "CN=Lc Services,CN=Microsoft,CN={pool},CN=Pools,CN=RTC Service,CN=Services,CN=Configuration,{}",
            facts.domain_dn()
        );
        properties.insert("HomeServer".to_owned(), Json::from(dn));
    }
    Ok(())
}
