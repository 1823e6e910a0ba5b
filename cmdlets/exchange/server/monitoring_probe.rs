//! Invoke-MonitoringProbe: looks at one item now.

use command::{Result, Value};
use directory::{Fault, NounCode, Work};
use values::Object;

use super::health;

pub static NOUN: NounCode = NounCode {
    noun: "MonitoringProbe",
    heeds: &["Identity", "Server"],
    verbs: &[("Invoke", invoke)],
    ..NounCode::PLAIN
};

fn invoke(work: &mut Work) -> Result<()> {
    let rows = rows(work);
    work.answer(rows)
}

fn rows(work: &mut Work) -> std::result::Result<Vec<Value>, Fault> {
    let identity = directory::verb::text(work, "Identity");
    let mut rows = Vec::new();
    for server in health::servers(work, "Server")? {
        for item in health::items(work, &server)? {
            let short = format!("{}\\{}", item.set, item.name).to_lowercase();
            let asked = identity.to_lowercase();
            // The probe of a monitor is called like it: `UMServiceRunningMonitor` is fed by `UMServiceRunningProbe`.
            let asked = asked.replace("probe", "monitor");
            if asked == short || asked.starts_with(&format!("{short}\\")) {
                rows.push(Object::typed(
                    "Microsoft.Exchange.Monitoring.MonitoringProbeResult",
                    [
                        ("Server", Value::from(item.server)),
                        ("MonitorIdentity", Value::from(format!("{}\\{}\\{}", item.set, item.name, item.target))),
                        ("ResultType", Value::from(if item.is_healthy { "Succeeded" } else { "Failed" })),
                        ("Error", if item.is_healthy { Value::Null } else { Value::from(item.help) }),
                    ],
                ));
            }
        }
    }
    match rows.is_empty() {
        true => Err(Fault::not_found("MonitoringProbe", &identity, &work.facts().controller)),
        false => Ok(rows),
    }
}
