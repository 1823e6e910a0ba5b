//! Get-NetIPConfiguration: the interfaces of the organization's computers with their addresses.

use command::{Result, Value};
use directory::{Fault, NounCode, Work};
use values::Object;

pub static NOUN: NounCode = NounCode {
    noun: "NetIPConfiguration",
    heeds: &["InterfaceAlias", "InterfaceIndex"],
    moot: &[("All", "no interface is hidden")],
    verbs: &[("Get", get)],
    ..NounCode::PLAIN
};

fn get(work: &mut Work) -> Result<()> {
    let rows = rows(work);
    work.answer(rows)
}

fn rows(work: &mut Work) -> std::result::Result<Vec<Value>, Fault> {
    let wanted = directory::verb::text(work, "InterfaceAlias");
    let index = work.bound.int("InterfaceIndex");
    let facts = work.facts();
    let addresses = work.all("NetIPAddress")?;
    let mut rows = Vec::new();
    // An interface for each host of the organization; addresses that were added by hand stand under their own alias.
    let hosts = work.all("Host")?;
    let own = hosts.iter().filter_map(|h| Some((h.name.clone(), h.text("ListenAddress")?.to_owned(), String::new())));
    let added = addresses.iter().filter_map(|a| {
        let alias = a.text("InterfaceAlias").unwrap_or("Ethernet").to_owned();
        Some((alias, a.text("IPAddress")?.to_owned(), a.text("DefaultGateway").unwrap_or_default().to_owned()))
    });
    for (at, (alias, address, gateway)) in own.chain(added).enumerate() {
        let number = i64::try_from(at).unwrap_or(0) + 1;
        if (!wanted.is_empty() && !directory::like(&alias, &wanted)) || index.is_some_and(|i| i != number) {
            continue;
        }
        rows.push(Object::typed(
            "NetIPConfiguration",
            [
                ("InterfaceAlias", Value::from(alias)),
                ("InterfaceIndex", Value::I64(number)),
                ("InterfaceDescription", Value::from("dialtone network adapter")),
                ("IPv4Address", Value::array(vec![Value::from(address)])),
                ("IPv4DefaultGateway", if gateway.is_empty() { Value::Null } else { Value::from(gateway) }),
                ("DNSServer", Value::array(vec![Value::from(facts.controller.as_str())])),
            ],
        ));
    }
    Ok(rows)
}
