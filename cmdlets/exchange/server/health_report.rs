//! Get-HealthReport: the health sets of a server, each as bad as its worst.

use command::{Result, Value};
use directory::{Fault, NounCode, Work};
use values::Object;

use super::health;

pub static NOUN: NounCode = NounCode {
    noun: "HealthReport",
    heeds: &["Identity", "HealthSet", "HaImpactingOnly"],
    verbs: &[("Get", get)],
    ..NounCode::PLAIN
};

fn get(work: &mut Work) -> Result<()> {
    let rows = rows(work);
    work.answer(rows)
}

fn rows(work: &mut Work) -> std::result::Result<Vec<Value>, Fault> {
    let mut rows = Vec::new();
    for server in health::servers(work, "Identity")? {
        let items: Vec<_> = health::items(work, &server)?.into_iter().filter(|i| health::is_wanted(work, i)).collect();
        let mut sets: Vec<&str> = items.iter().map(|i| i.set).collect();
        sets.sort_unstable();
        sets.dedup();
        for set in sets {
            let of: Vec<_> = items.iter().filter(|i| i.set == set).collect();
            let component = of.iter().map(|i| i.component).find(|c| *c != "None").unwrap_or("NotApplicable");
            rows.push(Object::typed(
                "Microsoft.Exchange.Monitoring.ConsolidatedHealth",
                [
                    ("Server", Value::from(server.name.as_str())),
                    ("State", Value::from(component)),
                    ("HealthSet", Value::from(set)),
                    ("AlertValue", health::alert(of.iter().all(|i| i.is_healthy))),
                    ("MonitorCount", Value::I32(i32::try_from(of.len()).unwrap_or(i32::MAX))),
                    ("HaImpactingMonitorCount", Value::I32(if set == "Store" { 1 } else { 0 })),
                ],
            ));
        }
    }
    Ok(rows)
}
