//! Zones of the organization's DNS servers: held, let go, written to files.

use std::fmt::Write as _;

use command::Result;
use directory::{Fault, NounCode, Work, verb};
use serde_json::json;
use store::Object;

pub static NOUN: NounCode = NounCode {
    noun: "DnsServerZone",
    heeds: &["*", "Name", "FileName", "PassThru"],
    complete: Some(complete),
    verbs: &[("Suspend", suspend), ("Resume", resume), ("Export", export)],
    ..NounCode::PLAIN
};

fn complete(
    _: &store::Reader,
    _: &directory::Library,
    _: &directory::Facts,
    zone: &Object,
    properties: &mut serde_json::Map<String, serde_json::Value>,
) -> std::result::Result<(), store::StoreError> {
    properties.insert("ZoneName".to_owned(), json!(zone.name));
    Ok(())
}

/// The zone that the call names.
fn zone(work: &Work) -> std::result::Result<Object, Fault> {
    let name = work.bound.value("Name");
    work.target("DnsServerZone", &name)
}

fn hold(work: &mut Work, held: bool) -> Result<()> {
    let zone = zone(work).and_then(|zone| match zone.flag("IsPaused").unwrap_or(false) == held {
        true => {
            let state = if held { "paused" } else { "running" };
            let text = format!("The zone {} is {state} already on server {}.", zone.name, work.facts().controller);
            Err(Fault::new("CimException", "WIN32 9719", command::ErrorCategory::InvalidOperation, text).at(&zone.name))
        }
        false => Ok(zone),
    });
    match zone {
        Ok(zone) => verb::mark_one(work, &zone, &[("IsPaused", json!(held))]),
        Err(fault) => work.fail(&fault),
    }
}

fn suspend(work: &mut Work) -> Result<()> {
    hold(work, true)
}

fn resume(work: &mut Work) -> Result<()> {
    hold(work, false)
}

/// Export: the zone's records as a file of a DNS server, in the servers' folder of the home.
fn export(work: &mut Work) -> Result<()> {
    let found = zone(work).and_then(|zone| Ok((text(work, &zone)?, zone)));
    let (text, zone) = match found {
        Ok(found) => found,
        Err(fault) => return work.fail(&fault),
    };
    let name = verb::text(work, "FileName");
    let folder = work.session.home().join("dns");
    let file = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let path = folder.join(file);
    if path.exists() {
        let text = format!("The file {} exists on server {}.", path.display(), work.facts().controller);
        return work
            .fail(&Fault::new("CimException", "WIN32 80", command::ErrorCategory::ResourceExists, text).at(&name));
    }
    if !work.should(&zone.name)? {
        return Ok(());
    }
    if let Err(error) = std::fs::create_dir_all(&folder).and_then(|()| std::fs::write(&path, text)) {
        return work.fail(&Fault::state("ZoneFile", format!("{}: {error}", path.display())).at(&name));
    }
    work.session.write_verbose(&path.display().to_string())?;
    if work.bound.switch("PassThru") { work.emit(&zone) } else { Ok(()) }
}

/// A zone as text: start of authority, name server, records.
fn text(work: &Work, zone: &Object) -> std::result::Result<String, Fault> {
    let facts = work.facts();
    let responsible =
        zone.text("ResponsiblePerson").map_or_else(|| format!("hostmaster.{}", facts.domain), str::to_owned);
    let mut text = format!(";\n;  Database file for {} zone.\n;\n\n", zone.name);
    let _ = writeln!(
        text,
        "@                       IN  SOA {}. {}. (",
        facts.controller,
        responsible.trim_end_matches('.')
    );
    let serial = zone.changed / 1000;
    let _ = writeln!(
        text,
        "                        \t\t{serial}         ; serial number\n                        \t\t900          ; refresh\n                        \t\t600          ; retry\n                        \t\t86400        ; expire\n                        \t\t3600       ) ; default TTL\n"
    );
    let _ = writeln!(text, "@                       NS\t{}.\n", facts.controller);
    for record in work.all("DnsRecord")? {
        if !record.text("Zone").is_some_and(|z| z.eq_ignore_ascii_case(&zone.name)) {
            continue;
        }
        let part = |name: &str| record.text(name).unwrap_or_default();
        let number = |name: &str| record.number(name).unwrap_or(0);
        let data = match part("Type") {
            "SRV" => format!("{}\t{}\t{}\t{}.", number("Priority"), number("Weight"), number("Port"), part("Data")),
            "MX" => format!("{}\t{}.", number("Preference"), part("Data")),
            "CNAME" | "NS" | "PTR" => format!("{}.", part("Data")),
            "TXT" => format!("( \"{}\" )", part("Data")),
            _ => part("Data").to_owned(),
        };
        let _ = writeln!(text, "{:<23} {}\t{data}", part("HostName"), part("Type"));
    }
    Ok(text)
}
