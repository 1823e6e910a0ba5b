//! What this shell has looked up in DNS.

use std::sync::PoisonError;

use command::{Result, Value};
use directory::{NounCode, Work};
use values::Object;

use super::dns_name::CACHE;

pub static NOUN: NounCode = NounCode {
    noun: "DnsClientCache",
    heeds: &["Entry", "Name", "Type", "Status", "Section", "TimeToLive", "DataLength", "Data"],
    verbs: &[("Get", get), ("Clear", clear)],
    ..NounCode::PLAIN
};

fn get(work: &mut Work) -> Result<()> {
    let known = CACHE.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let fits = |parameter: &str, text: &str| {
        let wanted = work.bound.strings(parameter);
        wanted.is_empty() || wanted.iter().any(|w| directory::like(text, w))
    };
    let rows = known
        .iter()
        .filter(|k| {
            fits("Entry", &k.name)
                && fits("Name", &k.name)
                && fits("Type", &k.kind)
                && fits("Data", &k.data)
                && fits("Status", "Success")
                && fits("Section", "Answer")
                && fits("TimeToLive", &k.seconds.to_string())
                && fits("DataLength", &k.data.len().to_string())
        })
        .map(|k| {
            Object::typed(
                "Microsoft.Management.Infrastructure.CimInstance#MSFT_DNSClientCache",
                [
                    ("Entry", Value::from(k.name.as_str())),
                    ("RecordName", Value::from(k.name.as_str())),
                    ("RecordType", Value::from(k.kind.as_str())),
                    ("Status", Value::from("Success")),
                    ("Section", Value::from("Answer")),
                    ("TimeToLive", Value::I32(k.seconds)),
                    ("DataLength", Value::I32(i32::try_from(k.data.len()).unwrap_or(i32::MAX))),
                    ("Data", Value::from(k.data.as_str())),
                ],
            )
        })
        .collect();
    work.answer(Ok(rows))
}

fn clear(work: &mut Work) -> Result<()> {
    if work.should("DNS client cache")? {
        CACHE.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
    Ok(())
}
