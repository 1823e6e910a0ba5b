//! PTR records.

use command::Result;
use directory::{NounCode, Work};

use super::dns_server_resource_record::put;

pub static NOUN: NounCode = NounCode {
    noun: "DnsServerResourceRecordPtr",
    heeds: &["PtrDomainName", "Name", "ZoneName", "TimeToLive", "PassThru", "AllowUpdateAny", "AgeRecord"],
    verbs: &[("Add", add)],
    ..NounCode::PLAIN
};

fn add(work: &mut Work) -> Result<()> {
    let data = work.bound.str("PtrDomainName").map_or_else(String::new, |t| t.to_string());
    put(work, "PTR", &data, &[])
}
