//! MX records.

use command::Result;
use directory::{NounCode, Work};

use super::dns_server_resource_record::put;

pub static NOUN: NounCode = NounCode {
    noun: "DnsServerResourceRecordMX",
    heeds: &["MailExchange", "Name", "ZoneName", "TimeToLive", "PassThru", "AllowUpdateAny", "AgeRecord", "Preference"],
    verbs: &[("Add", add)],
    ..NounCode::PLAIN
};

fn add(work: &mut Work) -> Result<()> {
    let data = work.bound.str("MailExchange").map_or_else(String::new, |t| t.to_string());
    put(work, "MX", &data, &[("Preference", work.bound.int("Preference").unwrap_or(0))])
}
