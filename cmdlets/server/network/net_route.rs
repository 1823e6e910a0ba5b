//! Routes; Find-NetRoute: which one a packet to an address takes.

use std::net::IpAddr;

use command::{Result, Value};
use directory::{Fault, NounCode, Work, verb};
use store::Object as Stored;
use values::Object;

pub static NOUN: NounCode = NounCode {
    noun: "NetRoute",
    heeds: &["*", "RemoteIPAddress", "LocalIPAddress", "InterfaceIndex"],
    verbs: &[("Find", find)],
    ..NounCode::PLAIN
};

fn find(work: &mut Work) -> Result<()> {
    let rows = rows(work);
    work.answer(rows)
}

/// Length of a prefix that holds an address.
fn matching(prefix: &str, address: IpAddr) -> Option<u32> {
    let (network, length) = prefix.split_once('/')?;
    let (network, length): (IpAddr, u32) = (network.parse().ok()?, length.parse().ok()?);
    let bits = |address: IpAddr| match address {
        IpAddr::V4(v4) => (u128::from(u32::from(v4)) << 96, 32),
        IpAddr::V6(v6) => (u128::from(v6), 128),
    };
    let ((a, size), (b, other)) = (bits(network), bits(address));
    if size != other || length > size {
        return None;
    }
    let shift = 128 - length;
    (length == 0 || a >> shift == b >> shift).then_some(length)
}

fn rows(work: &mut Work) -> std::result::Result<Vec<Value>, Fault> {
    let text = verb::text(work, "RemoteIPAddress");
    let remote: IpAddr = text
        .parse()
        .map_err(|_| Fault::argument("RemoteIPAddress", format!("\"{text}\" is no IP address.")).at(&text))?;
    let index = work.bound.int("InterfaceIndex");
    let routes = work.all("NetRoute")?;
    let metric = |r: &Stored| r.number("RouteMetric").unwrap_or(256);
    let is_of = |r: &&Stored| index.is_none_or(|i| r.number("InterfaceIndex") == Some(i));
    let best = routes
        .iter()
        .filter(is_of)
        .filter_map(|r| Some((matching(r.text("DestinationPrefix")?, remote)?, r)))
        .max_by_key(|(length, r)| (*length, -metric(r)));
    // An organization's hosts reach each other without a route of their own.
    let hosts = work.all("Host")?;
    let is_here = hosts.iter().any(|h| h.text("ListenAddress").is_some_and(|a| a == text));
    let (prefix, hop, alias) = match best {
        Some((_, route)) => {
            let part = |name: &str, or: &str| route.text(name).unwrap_or(or).to_owned();
            (part("DestinationPrefix", "0.0.0.0/0"), part("NextHop", "0.0.0.0"), part("InterfaceAlias", "Ethernet"))
        }
        None if is_here => (format!("{text}/32"), "0.0.0.0".to_owned(), "Loopback Pseudo-Interface 1".to_owned()),
        None => {
            let text = format!("The network location cannot be reached: no route leads to {text}.");
            return Err(Fault::new(
                "CimException",
                "Windows System Error 1231",
                command::ErrorCategory::NotSpecified,
                text,
            ));
        }
    };
    let local = match verb::text(work, "LocalIPAddress") {
        given if given.is_empty() => {
            hosts.first().and_then(|h| h.text("ListenAddress")).unwrap_or("127.0.0.1").to_owned()
        }
        given => given,
    };
    let family = if remote.is_ipv4() { "IPv4" } else { "IPv6" };
    Ok(vec![
        Object::typed(
            "Microsoft.Management.Infrastructure.CimInstance#MSFT_NetIPAddress",
            [
                ("IPAddress", Value::from(local)),
                ("InterfaceAlias", Value::from(alias.as_str())),
                ("AddressFamily", Value::from(family)),
            ],
        ),
        Object::typed(
            "Microsoft.Management.Infrastructure.CimInstance#MSFT_NetRoute",
            [
                ("DestinationPrefix", Value::from(prefix)),
                ("NextHop", Value::from(hop)),
                ("InterfaceAlias", Value::from(alias.as_str())),
                ("AddressFamily", Value::from(family)),
            ],
        ),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes() {
        let to = |text: &str| text.parse().unwrap();
        assert_eq!(matching("10.1.0.0/16", to("10.1.2.3")), Some(16));
        assert_eq!(matching("10.1.0.0/16", to("10.2.2.3")), None);
        assert_eq!(matching("0.0.0.0/0", to("192.0.2.1")), Some(0));
        assert_eq!(matching("::/0", to("192.0.2.1")), None);
        assert_eq!(matching("2001:db8::/32", to("2001:db8::1")), Some(32));
    }
}
