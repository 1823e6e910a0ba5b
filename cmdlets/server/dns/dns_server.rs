//! DNS servers of the organization; whether one answers.

use std::net::SocketAddr;
use std::time::Duration;

use command::{Result, Value};
use directory::{Fault, NounCode, Work};
use values::Object;

pub static NOUN: NounCode =
    NounCode { noun: "DnsServer", heeds: &["*", "IPAddress", "ZoneName"], verbs: &[("Test", test)], ..NounCode::PLAIN };

fn test(work: &mut Work) -> Result<()> {
    let rows = rows(work);
    work.answer(rows)
}

fn rows(work: &mut Work) -> std::result::Result<Vec<Value>, Fault> {
    let zone = directory::verb::text(work, "ZoneName");
    let zones = work.all("DnsServerPrimaryZone")?;
    let facts = work.facts();
    let is_known = zone.is_empty()
        || zone.eq_ignore_ascii_case(&facts.domain)
        || zones.iter().any(|z| z.name.eq_ignore_ascii_case(&zone));
    let hosts = work.all("Host")?;
    let mut rows = Vec::new();
    for text in work.bound.strings("IPAddress") {
        let address: std::net::IpAddr = text
            .parse()
            .map_err(|_| Fault::argument("IPAddress", format!("\"{text}\" is no IP address.")).at(&text))?;
        // The organization's own addresses answer out of the store; others must listen at the port of DNS.
        let is_own = hosts.iter().any(|h| h.text("ListenAddress").is_some_and(|a| a == text.as_str()));
        let answers =
            is_own || values::stop::connect(SocketAddr::new(address, 53), Some(Duration::from_secs(3))).is_ok();
        let result = if !answers {
            "NoResponse"
        } else if is_known {
            "Success"
        } else {
            "NotAuthoritativeForZone"
        };
        rows.push(Object::typed(
            "Microsoft.Management.Infrastructure.CimInstance#DnsServerValidity",
            [
                ("IPAddress", Value::from(text.as_str())),
                ("Result", Value::from(result)),
                ("RoundTripTime", Value::TimeSpan(0)),
                ("TcpTried", Value::Bool(!is_own)),
                ("UdpTried", Value::Bool(false)),
            ],
        ));
    }
    Ok(rows)
}
