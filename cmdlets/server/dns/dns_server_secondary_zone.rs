//! Secondary zones: copies of what other servers keep.

use command::Result;
use directory::{NounCode, Work};
use serde_json::json;

use super::zone_form;

pub static NOUN: NounCode = NounCode {
    noun: "DnsServerSecondaryZone",
    heeds: &["*", "Name", "PassThru", "ReplicationScope", "DirectoryPartitionName"],
    verbs: &[("ConvertTo", convert)],
    ..NounCode::PLAIN
};

fn convert(work: &mut Work) -> Result<()> {
    let set = [("ZoneType", json!("Secondary")), ("IsDsIntegrated", json!(false))];
    zone_form::convert(
        work,
        "DnsServerSecondaryZone",
        &["ReplicationScope", "DirectoryPartitionName", "DynamicUpdate"],
        &set,
    )
}
