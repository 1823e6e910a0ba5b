//! Test-NetConnection: does a port answer.

use std::time::Duration;

use command::{ErrorCategory, Result, Value};
use directory::{Fault, NounCode, Work};
use values::Object;

pub static NOUN: NounCode = NounCode {
    noun: "NetConnection",
    heeds: &["ComputerName", "Port", "CommonTCPPort", "InformationLevel"],
    verbs: &[("Test", test)],
    ..NounCode::PLAIN
};

/// The ports of `-CommonTCPPort`.
fn common_port(name: &str) -> Option<u16> {
    Some(match name.to_ascii_uppercase().as_str() {
        "HTTP" => 80,
        "RDP" => 3389,
        "SMB" => 445,
        "WINRM" => 5985,
        _ => return None,
    })
}

fn test(work: &mut Work) -> Result<()> {
    let name = work.bound.str("ComputerName").map_or_else(|| "localhost".to_string(), |t| t.to_string());
    let port = match work.bound.str("CommonTCPPort") {
        Some(common) => match common_port(&common) {
            Some(port) => Some(port),
            None => {
                let text = format!("The port name '{common}' is not one of HTTP, RDP, SMB and WINRM.");
                return work.fail(&Fault::new(
                    "ArgumentException",
                    "CommonTCPPort",
                    ErrorCategory::InvalidArgument,
                    text,
                ));
            }
        },
        None => work.bound.int("Port").and_then(|n| u16::try_from(n).ok()),
    };
    // The organisation's own computers first, by the addresses of their hosts.
    let own = work.directory.store.read(|reader| reader.find("Host", "", &name));
    let own = own.ok().flatten().and_then(|host| host.text("ListenAddress").map(str::to_string));
    let looked_up = own.clone().unwrap_or_else(|| name.clone());
    let address = values::stop::addresses(&looked_up, port.unwrap_or(0)).ok().and_then(|all| all.first().copied());
    let Some(address) = address else {
        work.session.write_warning(&format!("Name resolution of {name} failed"))?;
        return work.session.write(result(work, &name, "", port, false));
    };
    let open = match port {
        Some(_) => values::stop::connect(address, Some(Duration::from_secs(10))).is_ok(),
        // Without a port the question is whether the computer is there: an address of the organisation is.
        None => own.is_some() || address.ip().is_loopback(),
    };
    values::stop::check()?;
    if let (Some(port), false) = (port, open) {
        work.session.write_warning(&format!("TCP connect to ({} : {port}) failed", address.ip()))?;
    }
    let made = result(work, &name, &address.ip().to_string(), port, open);
    work.session.write(made)
}

fn result(work: &Work, name: &str, address: &str, port: Option<u16>, open: bool) -> Value {
    if work.bound.str("InformationLevel").is_some_and(|l| l.eq_ignore_ascii_case("Quiet")) {
        return Value::Bool(open);
    }
    let mut facts = vec![("ComputerName", Value::from(name)), ("RemoteAddress", Value::from(address))];
    match port {
        Some(port) => {
            facts.push(("RemotePort", Value::U32(u32::from(port))));
            facts.push(("TcpTestSucceeded", Value::Bool(open)));
        }
        None => facts.push(("PingSucceeded", Value::Bool(open))),
    }
    Object::typed("TestNetConnectionResult", facts)
}
