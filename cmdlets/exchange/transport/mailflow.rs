//! Test-Mailflow: a mail from a server's system mailbox to another mailbox, delivered as mails are, and what came of it.

use std::time::Instant;

use command::{Result, Value};
use control::{Probe, ProbeKind};
use directory::{Fault, NounCode, Work, verb};
use store::Object as Stored;
use values::Object;

pub static NOUN: NounCode = NounCode {
    noun: "Mailflow",
    heeds: &[
        "Identity",
        "AutoDiscoverTargetMailboxServer",
        "TargetDatabase",
        "TargetEmailAddress",
        "TargetEmailAddressDisplayName",
        "TargetMailboxServer",
        "ErrorLatency",
        "ExecutionTimeout",
        "MonitoringContext",
    ],
    verbs: &[("Test", test)],
    ..NounCode::PLAIN
};

/// Seconds that a mail within a server, and one to another, may take before that counts as a failure.
const LOCAL: i64 = 15;
const REMOTE: i64 = 180;

/// Where a test mail goes.
struct Target {
    address: String,
    /// The mailbox's folder; empty when the address is not the organisation's.
    folder: String,
    is_remote: bool,
    /// Nobody has the address though its domain is the organisation's.
    is_missing: bool,
}

fn test(work: &mut Work) -> Result<()> {
    let (source, targets) = match source(work).and_then(|source| Ok((targets(work, &source)?, source))) {
        Ok((targets, source)) => (source, targets),
        Err(fault) => return work.fail(&fault),
    };
    for target in targets {
        if !work.should(&target.address)? {
            continue;
        }
        match outcome(work, &source, &target) {
            Ok(rows) => rows.into_iter().try_for_each(|row| work.session.write(row))?,
            Err(fault) => work.fail(&fault)?,
        }
    }
    Ok(())
}

/// The server whose system mailbox sends.
fn source(work: &Work) -> std::result::Result<Stored, Fault> {
    if let Some(identity) = work.bound.get("Identity").filter(|v| !v.is_null()) {
        return work.target("ExchangeServer", identity);
    }
    work.all("ExchangeServer")?.into_iter().next().ok_or_else(|| {
        Fault::exchange(
            "InvalidOperationException",
            "Mailflow",
            "The organization has no server with the Mailbox role.",
        )
    })
}

/// The address of a system mailbox: each server has one, and each database.
fn system_mailbox(work: &Work, of: &Stored) -> (String, String) {
    let name = format!("SystemMailbox{{{}}}", of.id);
    (format!("{name}@{}", work.facts().domain), name)
}

fn system_target(work: &Work, of: &Stored, is_remote: bool) -> Target {
    let (address, folder) = system_mailbox(work, of);
    Target { address, folder, is_remote, is_missing: false }
}

fn is_on(text: Option<&str>, server: &Stored) -> bool {
    text.and_then(|t| t.split('.').next()).is_some_and(|t| t.eq_ignore_ascii_case(&server.name))
}

fn targets(work: &Work, source: &Stored) -> std::result::Result<Vec<Target>, Fault> {
    let given = |name: &str| work.bound.get(name).filter(|v| !v.is_null());
    if let Some(server) = given("TargetMailboxServer") {
        let server = work.target("ExchangeServer", server)?;
        return Ok(vec![system_target(work, &server, server.id != source.id)]);
    }
    if let Some(database) = given("TargetDatabase") {
        let database = work.target("MailboxDatabase", database)?;
        let is_remote = database.text("Server").is_some() && !is_on(database.text("Server"), source);
        return Ok(vec![system_target(work, &database, is_remote)]);
    }
    if let Some(address) = given("TargetEmailAddress") {
        return Ok(vec![addressed(work, source, &values::convert::to_display(address))?]);
    }
    if work.bound.switch("AutoDiscoverTargetMailboxServer") {
        let servers = work.all("ExchangeServer")?;
        return Ok(servers.iter().map(|server| system_target(work, server, server.id != source.id)).collect());
    }
    Ok(vec![system_target(work, source, false)])
}

/// The mailbox that an address leads to.
fn addressed(work: &Work, source: &Stored, address: &str) -> std::result::Result<Target, Fault> {
    let Some((_, domain)) = address.rsplit_once('@') else {
        let text = format!("\"{address}\" isn't a valid SMTP address.");
        return Err(Fault::argument("TargetEmailAddress", text).at(address));
    };
    let is_own = domain.eq_ignore_ascii_case(&work.facts().domain)
        || work.all("AcceptedDomain")?.iter().any(|d| {
            [Some(d.name.as_str()), d.text("DomainName")].into_iter().flatten().any(|n| n.eq_ignore_ascii_case(domain))
        });
    let user = work.target("Mailbox", &Value::from(address)).ok();
    let is_remote =
        user.as_ref().is_some_and(|u| u.text("ServerName").is_some() && !is_on(u.text("ServerName"), source));
    Ok(Target {
        address: address.to_owned(),
        is_missing: is_own && user.is_none(),
        is_remote: is_remote || !is_own,
        folder: user.map(|u| u.id.to_string()).unwrap_or_default(),
    })
}

/// Sends the mail; the rows that tell of it.
fn outcome(work: &mut Work, source: &Stored, target: &Target) -> std::result::Result<Vec<Value>, Fault> {
    let held = format!("{}\\Submission", source.name);
    let is_held = work.all("Queue")?.iter().any(|q| q.name.eq_ignore_ascii_case(&held));
    let begun = Instant::now();
    let error = if is_held {
        Some(format!("The queue {held} is suspended."))
    } else if target.is_missing {
        Some(format!("The recipient {} doesn't exist.", target.address))
    } else {
        let limit = work.bound.int("ExecutionTimeout").and_then(|s| u64::try_from(s).ok()).unwrap_or_default();
        let display = verb::text(work, "TargetEmailAddressDisplayName");
        let peer = if display.is_empty() { target.address.clone() } else { format!("{display} <{}>", target.address) };
        let result = directory::probe(
            work,
            Probe {
                kind: ProbeKind::Mail,
                target: format!("Test-Mailflow {}", uuid::Uuid::new_v4()),
                user: system_mailbox(work, source).0,
                peer,
                folder: target.folder.clone(),
                seconds: limit,
                ..Probe::default()
            },
        )?;
        (!result.success).then_some(result.error)
    };
    let ticks = if error.is_some() { 0 } else { i64::try_from(begun.elapsed().as_micros()).unwrap_or(0) * 10 };
    let limit = work.bound.int("ErrorLatency").unwrap_or(if target.is_remote { REMOTE } else { LOCAL });
    let is_late = ticks > limit.saturating_mul(10_000_000);
    let success = error.is_none() && !is_late;
    if let Some(error) = &error {
        // The outcome says that it failed; why is for who asks.
        let _ = work.session.write_verbose(error);
    }
    let mut rows = vec![Object::typed(
        "Microsoft.Exchange.Monitoring.TestMailflowOutcome",
        [
            ("TestMailflowResult", Value::from(if success { "Success" } else { "*FAILURE*" })),
            ("MessageLatencyTime", Value::TimeSpan(ticks)),
            ("IsRemoteTest", Value::Bool(target.is_remote)),
            ("Identity", Value::from("")),
            ("IsValid", Value::Bool(true)),
            ("ObjectState", Value::from("New")),
        ],
    )];
    if work.bound.get("MonitoringContext").is_some_and(values::convert::to_bool) {
        let (id, kind) = match (success, is_late) {
            (true, _) => (1000, "Success"),
            (false, true) => (1003, "Error"),
            (false, false) => (1001, "Error"),
        };
        let text = match &error {
            Some(error) => format!("The mail to {} was not delivered: {error}", target.address),
            None => format!("The mail to {} was delivered in {} ms.", target.address, ticks / 10_000),
        };
        let event = Object::from_pairs([
            ("EventSource", Value::from("MSExchange Monitoring Mailflow")),
            ("EventId", Value::I32(id)),
            ("EventType", Value::from(kind)),
            ("Message", Value::from(text)),
        ]);
        let counter = Object::from_pairs([
            ("Object", Value::from("MSExchange Monitoring")),
            ("Counter", Value::from("Mailflow: Latency")),
            ("Instance", Value::from(format!("{}|{}", source.name, target.address))),
            ("Value", Value::F64(if success { ticks as f64 / 10_000_000.0 } else { -1.0 })),
        ]);
        let list = |object: Object| Value::array(vec![Value::Object(std::sync::Arc::new(object))]);
        rows.push(Object::typed(
            "Microsoft.Exchange.Monitoring.MonitoringData",
            [("Events", list(event)), ("PerformanceCounters", list(counter))],
        ));
    }
    Ok(rows)
}
