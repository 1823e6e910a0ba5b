//! Get-MonitoringItemHelp: what to do about an item.

use command::{Result, Value};
use directory::{Fault, NounCode, Work};
use values::Object;

use super::health;

pub static NOUN: NounCode =
    NounCode { noun: "MonitoringItemHelp", heeds: &["Identity", "Server"], verbs: &[("Get", get)], ..NounCode::PLAIN };

fn get(work: &mut Work) -> Result<()> {
    let rows = rows(work);
    work.answer(rows)
}

fn rows(work: &mut Work) -> std::result::Result<Vec<Value>, Fault> {
    let identity = directory::verb::text(work, "Identity");
    let mut rows = Vec::new();
    for server in health::servers(work, "Server")? {
        for item in health::items(work, &server)? {
            // `Set`, `Set\\Monitor` or `Set\\Monitor\\Target`.
            let full = format!("{}\\{}\\{}", item.set, item.name, item.target).to_lowercase();
            let asked = identity.to_lowercase();
            if full == asked || full.starts_with(&format!("{asked}\\")) {
                rows.push(Object::typed(
                    "Microsoft.Exchange.Monitoring.MonitoringItemHelp",
                    [
                        ("Identity", Value::from(format!("{}\\{}", item.set, item.name))),
                        ("Server", Value::from(item.server)),
                        ("HealthSetName", Value::from(item.set)),
                        ("Description", Value::from(item.help)),
                        ("AlertValue", health::alert(item.is_healthy)),
                    ],
                ));
            }
        }
    }
    match rows.is_empty() {
        true => Err(Fault::not_found("MonitoringItemHelp", &identity, &work.facts().controller)),
        false => Ok(rows),
    }
}
