//! Rules of UM IP gateways: the address, the hunt group that New makes, and the hunt groups that go with the gateway.

use std::net::IpAddr;

use directory::{Change, Edit, Fault, NounCode, Removal};
use serde_json::Value as Json;
use store::Object;

pub static NOUN: NounCode = NounCode {
    noun: "UMIPGateway",
    heeds: &["UMDialPlan"],
    before_write: Some(check),
    after_write: Some(hunt_group),
    before_remove: Some(cascade),
    ..NounCode::PLAIN
};

fn fault(name: &str, text: String) -> Fault {
    Fault::exchange("InvalidUMIPGatewayException", "UMIPGateway", text).at(name)
}

/// The plan named by -UMDialPlan.
fn plan(edit: &Edit) -> Result<Option<Object>, Fault> {
    let Some(value) = edit.bound.get("UMDialPlan").filter(|v| !v.is_null()) else { return Ok(None) };
    let Some(noun) = edit.library.noun("UMDialPlan") else { return Ok(None) };
    directory::resolve(edit.writer, edit.library, edit.facts, &noun, &directory::Resolved::of(value)).map(Some)
}

fn check(edit: &mut Edit) -> Result<(), Fault> {
    let address = edit.text("Address").trim().to_owned();
    let ip = address.parse::<IpAddr>().ok();
    let is_name = !address.is_empty()
        && address.len() <= 255
        && address.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_'));
    if ip.is_none() && !is_name {
        return Err(fault(
            &edit.name,
            format!(
                "'{address}' isn't a valid address of a UM IP gateway. Use an IPv4 or IPv6 address or a fully qualified domain name."
            ),
        ));
    }
    if ip.is_some_and(|ip| ip.is_ipv6()) && edit.text("IPAddressFamily") == "IPv4Only" {
        return Err(fault(
            &edit.name,
            format!(
                "The address '{address}' is an IPv6 address, but IPAddressFamily of the UM IP gateway is IPv4Only."
            ),
        ));
    }
    if edit.is_new()
        && let Some(plan) = plan(edit)?
        && plan.text("VoIPSecurity").is_some_and(|s| s != "Unsecured")
        && ip.is_some()
    {
        return Err(fault(
            &edit.name,
            format!(
                "The UM IP gateway must use a fully qualified domain name as address, because the UM dial plan '{}' is {}.",
                plan.name,
                plan.text("VoIPSecurity").unwrap_or_default()
            ),
        ));
    }
    edit.set("Address", address);
    Ok(())
}

fn hunt_group(edit: &mut Edit) -> Result<(), Fault> {
    if !edit.is_new() {
        return Ok(());
    }
    let (Some(plan), Some(noun)) = (plan(edit)?, edit.library.noun("UMHuntGroup")) else { return Ok(()) };
    let mut properties = directory::defaults(&noun);
    properties.insert("UMDialPlan".to_owned(), Json::from(plan.id.to_string()));
    properties.insert("UMIPGateway".to_owned(), Json::from(edit.id.to_string()));
    let nothing = command::Bound::new();
    let change = Change {
        library: edit.library,
        facts: edit.facts,
        noun,
        bound: &nothing,
        old: None,
        name: "Default Hunt Group".to_owned(),
        container: edit.id.to_string(),
        properties,
    };
    change.write(edit.writer, edit.warnings).map(|_| ())
}

fn cascade(removal: &mut Removal) -> Result<(), Fault> {
    for group in removal.writer.within("UMHuntGroup", &removal.object.id.to_string())? {
        removal.writer.remove(group.id)?;
    }
    Ok(())
}
