//! CNAME records.

use command::Result;
use directory::{NounCode, Work};

use super::dns_server_resource_record::put;

pub static NOUN: NounCode = NounCode {
    noun: "DnsServerResourceRecordCName",
    heeds: &["HostNameAlias", "Name", "ZoneName", "TimeToLive", "PassThru"],
    verbs: &[("Add", add)],
    ..NounCode::PLAIN
};

fn add(work: &mut Work) -> Result<()> {
    for data in work.bound.strings("HostNameAlias") {
        put(work, "CNAME", data.trim_end_matches('.'), &[])?;
    }
    Ok(())
}
