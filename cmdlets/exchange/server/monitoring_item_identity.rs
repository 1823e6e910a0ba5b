//! Get-MonitoringItemIdentity: what is looked at of a health set.

use command::{Result, Value};
use directory::{Fault, NounCode, Work};
use values::Object;

use super::health;

pub static NOUN: NounCode = NounCode {
    noun: "MonitoringItemIdentity",
    heeds: &["Identity", "Server"],
    verbs: &[("Get", get)],
    ..NounCode::PLAIN
};

fn get(work: &mut Work) -> Result<()> {
    let rows = rows(work);
    work.answer(rows)
}

fn rows(work: &mut Work) -> std::result::Result<Vec<Value>, Fault> {
    let set = directory::verb::text(work, "Identity");
    let mut rows = Vec::new();
    for server in health::servers(work, "Server")? {
        for item in health::items(work, &server)? {
            if !item.set.eq_ignore_ascii_case(&set) {
                continue;
            }
            rows.push(Object::typed(
                "Microsoft.Exchange.Monitoring.MonitoringItemIdentity",
                [
                    ("Identity", Value::from(format!("{}\\{}\\{}", item.set, item.name, item.target))),
                    ("Server", Value::from(item.server)),
                    ("HealthSetName", Value::from(item.set)),
                    ("Name", Value::from(item.name)),
                    ("TargetResource", Value::from(item.target)),
                    ("ItemType", Value::from("Monitor")),
                ],
            ));
        }
    }
    match rows.is_empty() {
        true => Err(Fault::not_found("MonitoringItemIdentity", &set, &work.facts().controller)),
        false => Ok(rows),
    }
}
