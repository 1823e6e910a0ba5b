//! Test-SystemHealth: what is wrong with the servers, by all that is looked at.

use command::{Result, Value};
use directory::{Fault, NounCode, Work};
use values::Object;

use super::health;

pub static NOUN: NounCode = NounCode {
    noun: "SystemHealth",
    heeds: &["Roles", "ServerList", "OutFileLocation", "OutData"],
    verbs: &[("Test", test)],
    ..NounCode::PLAIN
};

fn test(work: &mut Work) -> Result<()> {
    let rows = rows(work);
    work.answer(rows)
}

fn rows(work: &mut Work) -> std::result::Result<Vec<Value>, Fault> {
    let wanted = work.bound.strings("ServerList");
    let mut rows = Vec::new();
    for server in health::servers(work, "Identity")? {
        if !wanted.is_empty()
            && !wanted.iter().any(|w| w.split('.').next().unwrap_or_default().eq_ignore_ascii_case(&server.name))
        {
            continue;
        }
        for item in health::items(work, &server)? {
            if !item.is_healthy {
                rows.push(Object::typed(
                    "Microsoft.Exchange.Monitoring.SystemHealthResult",
                    [
                        ("Server", Value::from(item.server)),
                        ("Severity", Value::from("Error")),
                        ("Title", Value::from(format!("{} ({})", item.name, item.target))),
                        ("Description", Value::from(item.help)),
                    ],
                ));
            }
        }
    }
    let file = directory::verb::text(work, "OutFileLocation");
    if !file.is_empty() {
        let path = work
            .session
            .file_path(&file)
            .map_err(|_| Fault::argument("OutFileLocation", format!("\"{file}\" is no path.")))?;
        let text: Vec<String> = rows
            .iter()
            .filter_map(|r| r.as_object())
            .map(|o| {
                ["Server", "Severity", "Title", "Description"]
                    .map(|n| o.get(n).map(|v| values::convert::to_display(&v).to_string()).unwrap_or_default())
                    .join("\t")
            })
            .collect();
        std::fs::write(&path, text.join("\n"))
            .map_err(|e| Fault::argument("OutFileLocation", format!("{}: {e}", path.display())))?;
        if !work.bound.switch("OutData") {
            rows.clear();
        }
    }
    Ok(rows)
}
