//! Test-Connection: whether a port answers, and echoes of the network.

use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use command::{
    Bound, Cmdlet, Command, ErrorCategory, ErrorRecord, Exception, NativeObject, Result, Session, TypeRef, Value,
    enum_value,
};

pub static COMMAND: Command = Command { name: "Test-Connection", create: || Box::new(TestConnection) };

struct TestConnection;

impl Cmdlet for TestConnection {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        for name in ["Traceroute", "MtuSize", "ResolveDestination"] {
            if bound.switch(name) {
                return command::error_of(
                    "TestConnectionNotSupported",
                    ErrorCategory::NotImplemented,
                    format!("The parameter -{name} is not supported: only echoes and TCP ports are tested."),
                );
            }
        }
        for target in bound.strings("TargetName") {
            match bound.int("TcpPort") {
                Some(port) => test_port(session, bound, &target, port as u16)?,
                None => test_echo(session, bound, &target)?,
            }
        }
        Ok(())
    }
}

/// The address of a target in the wanted family.
fn resolve(bound: &Bound, target: &str) -> Option<IpAddr> {
    let found: Vec<IpAddr> = values::stop::addresses(target, 0).ok()?.iter().map(SocketAddr::ip).collect();
    let wanted = |ip: &&IpAddr| (!bound.switch("IPv4") || ip.is_ipv4()) && (!bound.switch("IPv6") || ip.is_ipv6());
    found.iter().filter(wanted).find(|ip| ip.is_ipv4()).or_else(|| found.iter().find(wanted)).copied()
}

fn unresolved(session: &mut dyn Session, target: &str) -> Result<()> {
    let inner = Exception::new(
        command::class("System.Net.Sockets.SocketException", TypeRef::SYSTEM_EXCEPTION),
        "Name or service not known",
    );
    let exception = Exception::new(
        command::class("System.Net.NetworkInformation.PingException", TypeRef::INVALID_OPERATION_EXCEPTION),
        format!("Testing connection to computer '{target}' failed: Cannot resolve the target name."),
    )
    .inner(inner.value());
    session.write_error(std::sync::Arc::new(ErrorRecord::new(
        std::sync::Arc::new(exception),
        "TestConnectionException",
        ErrorCategory::ResourceUnavailable,
        Value::from(target),
    )))
}

fn seconds(bound: &Bound) -> Duration {
    Duration::from_secs(bound.int("TimeoutSeconds").unwrap_or(5).max(1) as u64)
}

fn count(bound: &Bound, default: i64) -> i64 {
    if bound.switch("Repeat") { i64::MAX } else { bound.int("Count").unwrap_or(default).max(1) }
}

fn test_port(session: &mut dyn Session, bound: &Bound, target: &str, port: u16) -> Result<()> {
    let Some(address) = resolve(bound, target) else {
        if bound.switch("Quiet") || !bound.switch("Detailed") {
            session.write(Value::Bool(false))?;
        }
        return unresolved(session, target);
    };
    let is_detailed = bound.switch("Detailed") && !bound.switch("Quiet");
    let (delay, turns) = (bound.int("Delay").unwrap_or(1), count(bound, 1));
    let mut id = 0;
    while id < turns {
        id += 1;
        let began = Instant::now();
        let connected = values::stop::connect(SocketAddr::new(address, port), Some(seconds(bound)));
        values::stop::check()?;
        let latency = began.elapsed().as_millis() as i64;
        let is_open = connected.is_ok();
        if !is_detailed {
            return session.write(Value::Bool(is_open));
        }
        let status = match &connected {
            Ok(_) => "Success",
            Err(e) if e.kind() == std::io::ErrorKind::ConnectionRefused => "ConnectionRefused",
            Err(_) => "TimedOut",
        };
        let source = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
        let shown = address_value(session, address);
        session.write(NativeObject::of(
            "Microsoft.PowerShell.Commands.TestConnectionCommand+TcpPortStatus",
            vec![
                ("Id", Value::I32(id as i32)),
                ("Source", Value::from(source.trim())),
                ("Target", Value::from(target)),
                ("TargetAddress", shown),
                ("Port", Value::I32(i32::from(port))),
                ("Latency", Value::I64(latency)),
                ("Connected", Value::Bool(is_open)),
                ("Status", enum_value("System.Net.Sockets.SocketError", status)),
            ],
        ))?;
        if id < turns {
            session.sleep(Duration::from_secs(delay.max(0) as u64))?;
        }
    }
    Ok(())
}

fn address_value(session: &mut dyn Session, address: IpAddr) -> Value {
    let text = Value::from(address.to_string());
    match TypeRef::find("System.Net.IPAddress") {
        Some(ty) => values::convert::convert(session, &text, ty).unwrap_or(text),
        None => text,
    }
}

/// One echo by the system's `ping`: the round trip in milliseconds, none without an answer.
fn echo(address: IpAddr, bound: &Bound) -> std::result::Result<Option<f64>, String> {
    let mut ping = std::process::Command::new("ping");
    ping.args(["-n", "-c", "1", "-W", &seconds(bound).as_secs().to_string()])
        .args(["-s", &bound.int("BufferSize").unwrap_or(32).to_string()])
        .arg(address.to_string());
    let output = values::stop::output(&mut ping)
        .map_err(|e| format!("An echo can't be sent: the program 'ping' could not be run ({e})."))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let time = text.split("time=").nth(1).and_then(|t| t.split_whitespace().next()).and_then(|t| t.parse().ok());
    Ok(time.filter(|_| output.status.success()))
}

fn test_echo(session: &mut dyn Session, bound: &Bound, target: &str) -> Result<()> {
    let Some(address) = resolve(bound, target) else {
        if bound.switch("Quiet") {
            return session.write(Value::Bool(false));
        }
        return unresolved(session, target);
    };
    let source = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let (delay, turns) = (bound.int("Delay").unwrap_or(1), count(bound, 4));
    let mut is_fine = true;
    for turn in 1..=turns {
        let answer = echo(address, bound);
        values::stop::check()?;
        let answer = match answer {
            Ok(answer) => answer,
            Err(why) => return command::error_of("TestConnectionException", ErrorCategory::ResourceUnavailable, why),
        };
        is_fine &= answer.is_some();
        if !bound.switch("Quiet") {
            let status = if answer.is_some() { "Success" } else { "TimedOut" };
            let latency = Value::I64(answer.map_or(0, |t| t.round() as i64));
            let made = NativeObject::of(
                "Microsoft.PowerShell.Commands.TestConnectionCommand+PingStatus",
                vec![
                    ("Ping", Value::I32(turn as i32)),
                    ("Source", Value::from(source.trim())),
                    ("Destination", Value::from(target)),
                    ("Address", address_value(session, address)),
                    ("DisplayAddress", Value::from(address.to_string())),
                    ("Latency", latency),
                    ("Status", enum_value("System.Net.NetworkInformation.IPStatus", status)),
                    ("BufferSize", Value::I32(bound.int("BufferSize").unwrap_or(32) as i32)),
                    ("Reply", Value::Null),
                ],
            );
            session.write(made)?;
        }
        if turn < turns {
            session.sleep(Duration::from_secs(delay.max(0) as u64))?;
        }
    }
    if bound.switch("Quiet") { session.write(Value::Bool(is_fine)) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_resolve_in_the_wanted_family() {
        let bound = Bound::new();
        assert_eq!(resolve(&bound, "127.0.0.1").map(|a| a.to_string()).as_deref(), Some("127.0.0.1"));
        assert!(resolve(&bound, "no such name").is_none());
    }
}
