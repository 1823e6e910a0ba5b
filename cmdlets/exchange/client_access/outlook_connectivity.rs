//! Test-OutlookConnectivity: the ways by which Outlook reaches a mailbox.

use std::time::{Duration, Instant};

use command::{Result, Value};
use directory::{Fault, NounCode, Work, verb};
use store::Object as Stored;
use values::Object;

use super::connectivity::{self, Form, host_of};
use crate::server::monitoring::{self, Seen};

pub static NOUN: NounCode = NounCode {
    noun: "OutlookConnectivity",
    heeds: &[
        "Identity",
        "Protocol",
        "GetDefaultsFromAutodiscover",
        "RpcTestType",
        "RpcProxyTestType",
        "WSTestType",
        "ProbeIdentity",
        "MailboxId",
        "MailboxCredential",
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

/// The mailbox that is reached; with -Archive, one that has an archive.
fn mailbox(work: &Work) -> std::result::Result<Option<Stored>, Fault> {
    let named = ["Identity", "MailboxId"].iter().find_map(|n| work.bound.get(n).filter(|v| !v.is_null()));
    let found = named.map(|value| work.target("Mailbox", value)).transpose()?;
    let has_archive =
        |m: &Stored| m.text("ArchiveGuid").or_else(|| m.text("ArchiveName")).is_some_and(|a| !a.is_empty());
    match &found {
        Some(mailbox) if work.bound.switch("Archive") && !has_archive(mailbox) => {
            let text = format!("The mailbox '{}' has no archive.", mailbox.name);
            Err(Fault::exchange("RecipientTaskException", "OutlookConnectivity", text).at(&mailbox.name))
        }
        _ => Ok(found),
    }
}

/// The host by which a server is reached in the way that the call asks for, or why there is none.
fn host(work: &Work, server: &Stored) -> std::result::Result<std::result::Result<String, String>, Fault> {
    let fqdn = connectivity::fqdn(work, server);
    let own = |o: &Stored| {
        o.name.eq_ignore_ascii_case(&server.name)
            || o.text("Server").is_some_and(|s| s.eq_ignore_ascii_case(&server.name))
            || o.name.to_lowercase().starts_with(&format!("{}\\", server.name.to_lowercase()))
    };
    let of = |noun: &str, property: &str| -> std::result::Result<std::result::Result<String, String>, Fault> {
        let found = work.all(noun)?.into_iter().find(|o| own(o));
        let text = found.as_ref().and_then(|o| o.text(property)).unwrap_or_default();
        let host = if text.contains("://") { host_of(text) } else { Some(text.to_owned()) };
        let missing = || format!("{property} of the {noun} of {} is not set.", server.name);
        Ok(host.filter(|h| !h.is_empty()).ok_or_else(missing))
    };
    let is = |parameter: &str, value: &str| verb::text(work, parameter).eq_ignore_ascii_case(value);
    let given = verb::text(work, "Hostname");
    Ok(if !given.is_empty() {
        Ok(given)
    } else if is("RpcTestType", "Array") {
        let array = work.all("ClientAccessArray")?.into_iter().next();
        let name = array.and_then(|a| a.text("Fqdn").map(str::to_owned));
        name.ok_or_else(|| "There is no array of client access servers.".to_owned())
    } else if is("RpcProxyTestType", "Internal") {
        of("OutlookAnywhere", "InternalHostname")?
    } else if is("RpcProxyTestType", "External") {
        of("OutlookAnywhere", "ExternalHostname")?
    } else if is("WSTestType", "External") {
        of("WebServicesVirtualDirectory", "ExternalUrl")?
    } else if work.bound.switch("GetDefaultsFromAutodiscover") {
        of("ClientAccessServer", "AutoDiscoverServiceInternalUri")?
    } else {
        // Inside, a server is tried by its own name.
        Ok(fqdn)
    })
}

fn rows(work: &mut Work) -> std::result::Result<Vec<Value>, Fault> {
    let parameters = ["RunFromServerId", "RpcProxyServer", "RpcClientAccessServer"];
    let parameter = parameters.into_iter().find(|p| work.bound.has(p)).unwrap_or("RunFromServerId");
    let mailbox = mailbox(work)?;
    let refused = connectivity::account(work, "MailboxCredential").err().map(|fault| fault.message);
    let (probe, protocol) = (verb::text(work, "ProbeIdentity"), verb::text(work, "Protocol"));
    let name = [probe, protocol].into_iter().find(|n| !n.is_empty()).unwrap_or_else(|| "Outlook.Protocol".to_owned());
    let minutes = work.bound.int("TotalTimeoutInMinutes").and_then(|m| u64::try_from(m).ok()).filter(|m| *m > 0);
    let until = minutes.map(|minutes| Instant::now() + Duration::from_secs(minutes * 60));
    let (mut rows, mut seen) = (Vec::new(), Vec::new());
    for server in connectivity::servers(work, parameter)? {
        let host = match until.is_some_and(|until| Instant::now() > until) {
            true => Err("The test took longer than -TotalTimeoutInMinutes allows.".to_owned()),
            false => host(work, &server)?,
        };
        let (milliseconds, error) = match host {
            Ok(host) => {
                let tried = connectivity::connect(work, &host, 443, Form::Tls)?;
                let error = if tried.is_good() { refused.clone().unwrap_or_default() } else { tried.error };
                (tried.milliseconds, error)
            }
            Err(text) => (0, text),
        };
        rows.push(Object::typed(
            "Microsoft.Exchange.Monitoring.ActiveMonitoring.ProbeOutcome",
            [
                ("MonitorIdentity", Value::from(name.as_str())),
                ("Server", Value::from(server.name.as_str())),
                ("Mailbox", mailbox.as_ref().map_or(Value::Null, |m| Value::from(m.name.as_str()))),
                ("Result", Value::from(if error.is_empty() { "Succeeded" } else { "Failed" })),
                ("Latency", Value::TimeSpan(i64::try_from(milliseconds).unwrap_or(0) * 10_000)),
                ("Error", Value::from(error.as_str())),
            ],
        ));
        seen.push(Seen { instance: format!("{}|{name}", server.name), error, milliseconds: Some(milliseconds) });
    }
    rows.extend(monitoring::data(work, "OutlookConnectivity", &seen));
    Ok(rows)
}
