//! Test-ReplicationHealth: the databases of a server, and whether it stands in a group.

use command::{Result, Value};
use directory::{Fault, NounCode, Work};
use values::Object;

use super::health;
use super::monitoring::{self, Seen};

pub static NOUN: NounCode = NounCode {
    noun: "ReplicationHealth",
    heeds: &["Identity", "DatabaseAvailabilityGroup", "MonitoringContext"],
    verbs: &[("Test", test)],
    ..NounCode::PLAIN
};

fn test(work: &mut Work) -> Result<()> {
    let rows = rows(work);
    work.answer(rows)
}

fn rows(work: &mut Work) -> std::result::Result<Vec<Value>, Fault> {
    let group = work.bound.get("DatabaseAvailabilityGroup").filter(|v| !v.is_null()).cloned();
    let group = group.map(|g| work.target("DatabaseAvailabilityGroup", &g)).transpose()?;
    let (mut rows, mut seen) = (Vec::new(), Vec::new());
    for server in health::servers(work, "Identity")? {
        let is_member = |g: &store::Object| g.texts("Servers").iter().any(|s| s.eq_ignore_ascii_case(&server.name));
        if group.as_ref().is_some_and(|g| !is_member(g)) {
            continue;
        }
        let databases = work.all("MailboxDatabase")?;
        let lost: Vec<&str> = databases
            .iter()
            .filter(|d| d.text("Server").is_none_or(|s| s.eq_ignore_ascii_case(&server.name)))
            .filter(|d| d.flag("Mounted") == Some(false))
            .map(|d| d.name.as_str())
            .collect();
        let error = if lost.is_empty() { String::new() } else { format!("Not mounted: {}.", lost.join(", ")) };
        let checks = [
            ("ActiveManager", String::new(), "Checks that Active Manager is running and has a valid role."),
            ("DBDisconnected", error, "Checks whether databases are mounted."),
        ];
        for (check, error, description) in checks {
            rows.push(Object::typed(
                "Microsoft.Exchange.Management.SystemConfigurationTasks.ReplicationCheckOutcome",
                [
                    ("Server", Value::from(server.name.as_str())),
                    ("Check", Value::from(check)),
                    ("Result", Value::from(if error.is_empty() { "Passed" } else { "*FAILED*" })),
                    ("Error", Value::from(error.as_str())),
                    ("CheckDescription", Value::from(description)),
                ],
            ));
            seen.push(Seen { instance: format!("{}|{check}", server.name), error, milliseconds: None });
        }
    }
    rows.extend(monitoring::data(work, "ReplicationHealth", &seen));
    Ok(rows)
}
