//! Primary zones, in the directory or in a file.

use command::Result;
use directory::{NounCode, Work};
use serde_json::json;

use super::zone_form;

pub static NOUN: NounCode = NounCode {
    noun: "DnsServerPrimaryZone",
    heeds: &["*", "Name", "PassThru", "ReplicationScope", "DirectoryPartitionName", "ZoneFile", "MasterServers"],
    before_write: Some(begin),
    verbs: &[("ConvertTo", convert)],
    ..NounCode::PLAIN
};

/// A zone says of itself where it lies and which way it looks.
fn begin(edit: &mut directory::Edit) -> std::result::Result<(), directory::Fault> {
    let in_directory = !edit.text("ReplicationScope").is_empty();
    edit.set("IsDsIntegrated", in_directory);
    let is_reverse = edit.name.to_lowercase().ends_with(".arpa") || !edit.text("NetworkId").is_empty();
    edit.set("IsReverseLookupZone", is_reverse);
    Ok(())
}

fn convert(work: &mut Work) -> Result<()> {
    let set = [("ZoneType", json!("Primary")), ("IsDsIntegrated", json!(work.bound.has("ReplicationScope")))];
    zone_form::convert(
        work,
        "DnsServerPrimaryZone",
        &["MasterServers", "ZoneFile", "ReplicationScope", "DirectoryPartitionName"],
        &set,
    )
}
