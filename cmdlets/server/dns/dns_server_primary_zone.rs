//! Primary zones, in the directory or in a file.

use std::net::IpAddr;

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
    if let Some(name) = reverse(edit.text("NetworkId")).filter(|_| edit.is_new()) {
        edit.name.clone_from(&name);
        edit.set("Name", name.as_str());
    }
    let in_directory = !edit.text("ReplicationScope").is_empty();
    edit.set("IsDsIntegrated", in_directory);
    let is_reverse = edit.name.to_lowercase().ends_with(".arpa") || !edit.text("NetworkId").is_empty();
    edit.set("IsReverseLookupZone", is_reverse);
    Ok(())
}

/// The zone that looks up the addresses of a network backwards: `10.1.0.0/24` is `0.1.10.in-addr.arpa`.
fn reverse(network: &str) -> Option<String> {
    let (address, length) = network.split_once('/')?;
    let length: usize = length.parse().ok()?;
    Some(match address.parse().ok()? {
        IpAddr::V4(ip) => {
            let labels: Vec<String> = ip.octets().iter().take(length.div_ceil(8)).rev().map(u8::to_string).collect();
            format!("{}.in-addr.arpa", labels.join("."))
        }
        IpAddr::V6(ip) => {
            let nibbles = ip.octets().into_iter().flat_map(|o| [o >> 4, o & 15]).take(length.div_ceil(4));
            let labels: Vec<String> = nibbles.map(|n| format!("{n:x}")).collect();
            format!("{}.ip6.arpa", labels.into_iter().rev().collect::<Vec<_>>().join("."))
        }
    })
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

#[cfg(test)]
mod tests {
    use super::reverse;

    #[test]
    fn networks_have_zones() {
        for (network, zone) in [
            ("10.1.0.0/24", Some("0.1.10.in-addr.arpa")),
            ("10.0.0.0/8", Some("10.in-addr.arpa")),
            ("3ffe:1::/32", Some("1.0.0.0.e.f.f.3.ip6.arpa")),
            ("10.1.0.0", None),
        ] {
            assert_eq!(reverse(network).as_deref(), zone, "{network}");
        }
    }
}
