//! The servers' cache: what they know of the root.

use command::{Result, Value};
use directory::{Fault, NounCode, Work};
use values::Object;

pub static NOUN: NounCode =
    NounCode { noun: "DnsServerCache", heeds: &["*"], verbs: &[("Show", show)], ..NounCode::PLAIN };

fn show(work: &mut Work) -> Result<()> {
    let rows = rows(work);
    work.answer(rows)
}

/// The root's servers are in the cache from the start; other organizations' names are never asked for.
fn rows(work: &mut Work) -> std::result::Result<Vec<Value>, Fault> {
    let hints = work.all("DnsServerRootHint")?;
    Ok(hints
        .iter()
        .map(|hint| {
            let server = hint.text("NameServer").unwrap_or(&hint.name).to_owned();
            Object::typed(
                "Microsoft.Management.Infrastructure.CimInstance#DnsServerResourceRecord",
                [
                    ("HostName", Value::from(".")),
                    ("RecordType", Value::from("NS")),
                    ("Timestamp", Value::I32(0)),
                    ("TimeToLive", Value::TimeSpan(0)),
                    ("RecordData", Value::from(server)),
                ],
            )
        })
        .collect())
}
