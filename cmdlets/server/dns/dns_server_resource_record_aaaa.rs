//! AAAA records.

use command::Result;
use directory::{NounCode, Work};

use super::dns_server_resource_record::put;

pub static NOUN: NounCode = NounCode {
    noun: "DnsServerResourceRecordAAAA",
    heeds: &["IPv6Address", "Name", "ZoneName", "TimeToLive", "PassThru", "AllowUpdateAny", "AgeRecord", "CreatePtr"],
    verbs: &[("Add", add)],
    ..NounCode::PLAIN
};

fn add(work: &mut Work) -> Result<()> {
    work.bound.strings("IPv6Address").iter().try_for_each(|data| put(work, "AAAA", data, &[]))
}
