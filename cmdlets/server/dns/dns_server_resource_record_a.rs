//! A records.

use command::Result;
use directory::{NounCode, Work};

use super::dns_server_resource_record::put;

pub static NOUN: NounCode = NounCode {
    noun: "DnsServerResourceRecordA",
    heeds: &["IPv4Address", "Name", "ZoneName", "TimeToLive", "PassThru"],
    verbs: &[("Add", add)],
    ..NounCode::PLAIN
};

fn add(work: &mut Work) -> Result<()> {
    for data in work.bound.strings("IPv4Address") {
        put(work, "A", data.trim_end_matches('.'), &[])?;
    }
    Ok(())
}
