//! Addresses of the organization's computers, all or those of an interface.

use command::{Result, Value};
use directory::{NounCode, Work, verb};
use values::convert::to_display;

pub static NOUN: NounCode = NounCode {
    noun: "NetIPAddress",
    heeds: &["*", "AssociatedIPInterface"],
    verbs: &[("Get", get)],
    ..NounCode::PLAIN
};

fn get(work: &mut Work) -> Result<()> {
    let Some(interface) = work.bound.get("AssociatedIPInterface").filter(|v| !v.is_null()).cloned() else {
        return verb::get(work);
    };
    let mut part = |name: &str| values::members::get(work.session, &interface, name).ok().flatten();
    let alias = part("InterfaceAlias").as_ref().map(to_display).unwrap_or_default();
    let addresses = part("IPv4Address").map(|v| v.as_array().map_or_else(|| vec![v.clone()], |a| a.to_vec()));
    let addresses: Vec<String> = addresses.iter().flatten().map(|v: &Value| to_display(v).to_string()).collect();
    let found = verb::found(work);
    let is_of = |object: &store::Object| {
        object.text("InterfaceAlias").is_some_and(|own| own.eq_ignore_ascii_case(&alias))
            || object.text("IPAddress").is_some_and(|own| addresses.iter().any(|a| a == own))
    };
    match found {
        Ok(found) => found.iter().filter(|o| is_of(o)).try_for_each(|object| work.emit(object)),
        Err(fault) => work.fail(&fault),
    }
}
