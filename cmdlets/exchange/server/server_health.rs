//! Get-ServerHealth: each thing that is looked at on a server.

use command::{Result, Value};
use directory::{Fault, NounCode, Work};
use values::Object;

use super::health;

pub static NOUN: NounCode = NounCode {
    noun: "ServerHealth",
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
        for item in health::items(work, &server)? {
            if health::is_wanted(work, &item) {
                rows.push(Object::typed(
                    "Microsoft.Exchange.Monitoring.MonitorHealthEntry",
                    [
                        ("Server", Value::from(item.server)),
                        ("State", Value::from("NotApplicable")),
                        ("Name", Value::from(item.name)),
                        ("TargetResource", Value::from(item.target)),
                        ("HealthSetName", Value::from(item.set)),
                        ("AlertValue", health::alert(item.is_healthy)),
                        ("ServerComponent", Value::from(item.component)),
                    ],
                ));
            }
        }
    }
    Ok(rows)
}
