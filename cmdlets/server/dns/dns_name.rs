//! Resolve-DnsName over the organisation: its records, its hosts, its pools.

use std::sync::{Mutex, PoisonError};

use command::{ErrorCategory, Result, Value};
use directory::{Fault, NounCode, Work};
use values::convert::to_display;

/// A name that this shell has looked up, as the resolver's cache keeps it until the shell ends or clears it.
#[derive(Clone)]
pub(super) struct Known {
    pub name: String,
    pub kind: String,
    pub data: String,
    pub seconds: i32,
}

/// The resolver's cache.
pub(super) static CACHE: Mutex<Vec<Known>> = Mutex::new(Vec::new());

/// Remembers a row of an answer.
fn remember(row: &[(&'static str, Value)]) {
    let part =
        |name: &str| row.iter().find(|(n, _)| *n == name).map(|(_, v)| to_display(v).to_string()).unwrap_or_default();
    let data = ["IPAddress", "NameHost", "NameTarget", "Strings"].iter().map(|n| part(n)).find(|t| !t.is_empty());
    let known = Known {
        name: part("Name"),
        kind: part("Type"),
        data: data.unwrap_or_default(),
        seconds: part("TTL").parse().unwrap_or(0),
    };
    let mut cache = CACHE.lock().unwrap_or_else(PoisonError::into_inner);
    cache.retain(|k| (&k.name, &k.kind, &k.data) != (&known.name, &known.kind, &known.data));
    cache.push(known);
}

pub static NOUN: NounCode =
    NounCode { noun: "DnsName", heeds: &["Name", "Type"], verbs: &[("Resolve", resolve)], ..NounCode::PLAIN };

fn resolve(work: &mut Work) -> Result<()> {
    let name = work.bound.str("Name").map_or_else(String::new, |t| t.trim_end_matches('.').to_lowercase());
    let kind = work.bound.str("Type").map_or_else(|| "A_AAAA".to_owned(), |t| t.to_uppercase());
    let wants = |of: &str| {
        kind == of || kind == "ALL" || kind == "ANY" || (kind == "A_AAAA" && matches!(of, "A" | "AAAA" | "CNAME"))
    };
    let found = work.directory.store.read(|reader| {
        let mut rows: Vec<Vec<(&'static str, Value)>> = Vec::new();
        let mut names = vec![name.clone()];
        let records = reader.all("DnsRecord")?;
        let mut at = 0;
        while at < names.len() && names.len() < 10 {
            let own = names[at].clone();
            for record in records.iter().filter(|r| r.text("Name").is_some_and(|n| n.eq_ignore_ascii_case(&own))) {
                let (of, data) = (record.text("Type").unwrap_or_default(), record.text("Data").unwrap_or_default());
                if !wants(of) {
                    continue;
                }
                let number = |property: &str| Value::I64(record.number(property).unwrap_or(0));
                let mut row = vec![
                    ("Name", Value::from(own.as_str())),
                    ("Type", Value::from(of)),
                    ("TTL", Value::I32(3600)),
                    ("Section", Value::from("Answer")),
                ];
                match of {
                    "SRV" => row.extend([
                        ("NameTarget", Value::from(data)),
                        ("Priority", number("Priority")),
                        ("Weight", number("Weight")),
                        ("Port", number("Port")),
                    ]),
                    "CNAME" => {
                        row.push(("NameHost", Value::from(data)));
                        names.push(data.to_lowercase());
                    }
                    "A" | "AAAA" => row.push(("IPAddress", Value::from(data))),
                    _ => row.push(("Strings", Value::from(data))),
                }
                rows.push(row);
            }
            // Computers, gateways and pools have addresses of themselves.
            let mut hosts = vec![own.clone()];
            hosts.extend(
                reader
                    .all("CsComputer")?
                    .into_iter()
                    .filter(|c| c.text("Pool").is_some_and(|p| p.eq_ignore_ascii_case(&own)))
                    .map(|c| c.name),
            );
            for host in hosts {
                if let (true, Some(host)) = (wants("A"), reader.find("Host", "", &host)?) {
                    let address = Value::from(host.text("ListenAddress").unwrap_or_default());
                    rows.push(vec![
                        ("Name", Value::from(own.as_str())),
                        ("Type", Value::from("A")),
                        ("TTL", Value::I32(1200)),
                        ("Section", Value::from("Answer")),
                        ("IPAddress", address),
                    ]);
                }
            }
            at += 1;
        }
        Ok(rows)
    });
    let rows = match found {
        Ok(rows) => rows,
        Err(error) => return work.fail(&Fault::from(error)),
    };
    if rows.is_empty() {
        let text = format!("{name} : DNS name does not exist");
        return work.fail(
            &Fault::new("Win32Exception", "DNS_ERROR_RCODE_NAME_ERROR", ErrorCategory::ResourceUnavailable, text)
                .at(&name),
        );
    }
    rows.iter().for_each(|row| remember(row));
    rows.into_iter()
        .try_for_each(|row| work.session.write(values::Object::typed("Microsoft.DnsClient.Commands.DnsRecord", row)))
}
