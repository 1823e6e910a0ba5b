//! Test-OutlookConnectivity: the ways by which Outlook reaches a mailbox.

use command::{Result, Value};
use directory::{Fault, NounCode, Work};
use values::Object;

use super::connectivity;

pub static NOUN: NounCode = NounCode {
    noun: "OutlookConnectivity",
    heeds: &[
        "Identity",
        "Protocol",
        "GetDefaultsFromAutodiscover",
        "RpcTestType",
        "WSTestType",
        "ProbeIdentity",
        "MailboxId",
        "RunFromServerId",
        "TimeOutSeconds",
        "Hostname",
        "Archive",
        "MonitoringContext",
        "TotalTimeoutInMinutes",
        "TrustAnySslCert",
        "RpcProxyServer",
        "RpcClientAccessServer",
    ],
    verbs: &[("Test", test)],
    ..NounCode::PLAIN
};

fn test(work: &mut Work) -> Result<()> {
    let rows = rows(work);
    work.answer(rows)
}

fn rows(work: &mut Work) -> std::result::Result<Vec<Value>, Fault> {
    let parameter = if work.bound.has("RunFromServerId") { "RunFromServerId" } else { "RpcClientAccessServer" };
    let mailbox = ["Identity", "MailboxId"].iter().find_map(|n| work.bound.get(n).filter(|v| !v.is_null()).cloned());
    let mailbox = mailbox.map(|value| work.target("Mailbox", &value)).transpose()?;
    let probe = directory::verb::text(work, "ProbeIdentity");
    let protocol = directory::verb::text(work, "Protocol");
    let name = if !probe.is_empty() {
        probe
    } else if protocol.is_empty() {
        "Outlook.Protocol".to_owned()
    } else {
        protocol
    };
    let mut rows = Vec::new();
    for server in connectivity::servers(work, parameter)? {
        let computer = connectivity::fqdn(work, &server);
        let tried = connectivity::connect(work, &computer, 443)?;
        rows.push(Object::typed(
            "Microsoft.Exchange.Monitoring.ActiveMonitoring.ProbeOutcome",
            [
                ("MonitorIdentity", Value::from(name.as_str())),
                ("Server", Value::from(server.name.as_str())),
                ("Mailbox", mailbox.as_ref().map_or(Value::Null, |m| Value::from(m.name.as_str()))),
                ("Result", Value::from(if tried.error.is_empty() { "Succeeded" } else { "Failed" })),
                ("Latency", Value::TimeSpan(i64::try_from(tried.milliseconds).unwrap_or(0) * 10_000)),
                ("Error", Value::from(tried.error)),
            ],
        ));
    }
    Ok(rows)
}
