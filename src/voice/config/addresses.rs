//! Addresses of servers: each FQDN has its own in 127.31.0.0/16, so that documented ports stay as documented.

use std::collections::{HashMap, HashSet};
use std::net::{IpAddr, Ipv4Addr};

fn hash(name: &str) -> u32 {
    // FNV-1a: the same name has the same address in every process.
    name.bytes().fold(0x811c_9dc5u32, |h, b| (h ^ u32::from(b.to_ascii_lowercase())).wrapping_mul(0x0100_0193))
}

/// Gives an address to each name that has none of its own: in the network of those that have one, so that organizations whose
/// networks differ do not meet.
pub fn assign_addresses(servers: &[(String, Option<IpAddr>)]) -> HashMap<String, IpAddr> {
    let mut taken: HashSet<IpAddr> = servers.iter().filter_map(|s| s.1).collect();
    let first = servers.iter().filter_map(|s| s.1).filter(IpAddr::is_loopback).min();
    let (network, offset) = match first {
        Some(IpAddr::V4(first)) => (first.octets()[1], u32::from(first.octets()[2]) * 251),
        _ => (31, 0),
    };
    let mut names: Vec<&(String, Option<IpAddr>)> = servers.iter().collect();
    names.sort_by_key(|s| s.0.to_ascii_lowercase());
    let mut assigned = HashMap::new();
    for (name, fixed) in names {
        let address = fixed.unwrap_or_else(|| {
            let start = hash(name).wrapping_add(offset);
            (0..60_000u32)
                .map(|step| {
                    let slot = start.wrapping_add(step) % (254 * 254);
                    IpAddr::V4(Ipv4Addr::new(127, network, (slot / 254) as u8 + 1, (slot % 254) as u8 + 1))
                })
                .find(|a| !taken.contains(a))
                .unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST))
        });
        taken.insert(address);
        assigned.insert(name.to_ascii_lowercase(), address);
    }
    assigned
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_stable_and_distinct() {
        let names: Vec<(String, Option<IpAddr>)> = (0..500).map(|i| (format!("s{i}.contoso.com"), None)).collect();
        let all = assign_addresses(&names);
        assert_eq!(all.values().collect::<HashSet<_>>().len(), 500);
        let few = assign_addresses(&names[..1]);
        assert_eq!(few["s0.contoso.com"], all["s0.contoso.com"]);
        let mut beside = names[..1].to_vec();
        beside.push(("ex01.contoso.com".into(), "127.44.9.4".parse().ok()));
        assert!(assign_addresses(&beside)["s0.contoso.com"].to_string().starts_with("127.44."));
    }
}
