//! Messages on their way to mailboxes elsewhere: what is queued leaves by SMTP, and stays queued until somebody has taken it.

use crate::config::{RoleKind, SendConnector, Snapshot, connector_for};
use crate::mailbox::{Envelope, NextHop, Outgoing, SmtpError, parse_mail};
use crate::service::Runtime;
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::time::Instant;

/// Pauses between the first attempts, and between those after them.
const SOON: Duration = Duration::from_secs(60);
const LATER: Duration = Duration::from_secs(900);
const FIRST_ATTEMPTS: u32 = 6;
/// After this time nobody tries any more.
const EXPIRED: Duration = Duration::from_secs(2 * 24 * 3600);
/// Longest sleep of the forwarder.
const LOOK: Duration = Duration::from_secs(60);

/// Sends what is queued, for as long as the service runs.
pub async fn forward_mail(runtime: Arc<Runtime>) {
    let mut attempts: HashMap<String, (u32, Instant)> = HashMap::new();
    loop {
        let queued = crate::service::blocking(|| runtime.store.outgoing()).unwrap_or_default();
        attempts.retain(|id, _| queued.iter().any(|q| q.message == *id));
        for outgoing in queued {
            let (count, due) = attempts.entry(outgoing.message.clone()).or_insert((0, Instant::now()));
            if *due > Instant::now() {
                continue;
            }
            *count += 1;
            *due = Instant::now() + if *count < FIRST_ATTEMPTS { SOON } else { LATER };
            let count = *count;
            attempt(&runtime, &outgoing, count).await;
        }
        let next = attempts.values().map(|(_, due)| *due).min().unwrap_or_else(|| Instant::now() + LOOK);
        tokio::select! {
            () = tokio::time::sleep_until(next.min(Instant::now() + LOOK)) => {}
            () = runtime.delivery.queued.notified() => {}
        }
    }
}

async fn attempt(runtime: &Arc<Runtime>, outgoing: &Outgoing, count: u32) {
    let snapshot = runtime.snapshot();
    let Outgoing { message, mailbox, to, keep, since } = outgoing;
    let failed = match forward(runtime, &snapshot, outgoing).await {
        Ok(by) => {
            let text = format!("The message {message} was forwarded to {to} by {by}.");
            runtime.events.write(1070, "Information", "", "", text);
            let gone = crate::service::blocking(|| runtime.store.forwarded(message, *keep));
            if let Err(error) = gone {
                tracing::warn!(%error, "a forwarded message stays queued");
            }
            if !keep {
                super::notify_waiting(runtime, mailbox);
            }
            return;
        }
        Err(error) => error,
    };
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let expired = now.saturating_sub(Duration::from_secs(*since)) > EXPIRED;
    if failed.is_final || expired {
        // The mailbox keeps it.
        let text =
            format!("The message {message} could not be forwarded to {to} and stays in the mailbox: {}", failed.text);
        runtime.events.write(1072, "Error", "", "", text);
        let _ = crate::service::blocking(|| runtime.store.forwarded(message, true));
    } else if count == 1 {
        let text = format!("The message {message} cannot be forwarded to {to} now and is tried again: {}", failed.text);
        runtime.events.write(1071, "Warning", "", "", text);
    }
}

/// Why nobody took a mail.
pub(crate) struct Failed {
    pub text: String,
    is_final: bool,
}

fn failed(text: impl Into<String>) -> Failed {
    Failed { text: text.into(), is_final: false }
}

/// Names of the hosts that take mail for a domain, in the order in which they are tried.
fn hosts(snapshot: &Snapshot, connector: &SendConnector, domain: &str) -> Vec<String> {
    if !connector.smart_hosts.is_empty() {
        return connector.smart_hosts.clone();
    }
    let mut exchangers: Vec<_> = snapshot
        .dns
        .iter()
        .filter(|r| r.kind.eq_ignore_ascii_case("MX") && r.name.trim_end_matches('.').eq_ignore_ascii_case(domain))
        .collect();
    exchangers.sort_by_key(|r| r.priority);
    let mut names: Vec<String> = exchangers.iter().map(|r| r.data.trim_end_matches('.').to_string()).collect();
    if names.is_empty() {
        // RFC 5321 5.1: the domain itself.
        names.push(domain.to_string());
    }
    names
}

async fn forward(runtime: &Runtime, snapshot: &Snapshot, outgoing: &Outgoing) -> Result<String, Failed> {
    let message = crate::service::blocking(|| runtime.store.message(&outgoing.message));
    let message = message.ok().flatten().ok_or_else(|| failed("the message is not in the store"))?;
    let mail = crate::service::blocking(|| std::fs::read(&message.mail_file)).map_err(|e| failed(e.to_string()))?;
    let from = parse_mail(&mail).map(|m| m.from.address).unwrap_or_default();
    hand_over(runtime, snapshot, &from, &outgoing.to, &mail).await
}

/// Hands a mail to who takes mail for the domain of an address, by the send connector that fits; returns the host that took it.
pub(crate) async fn hand_over(
    runtime: &Runtime,
    snapshot: &Snapshot,
    from: &str,
    to: &str,
    mail: &[u8],
) -> Result<String, Failed> {
    let domain = to.rsplit('@').next().unwrap_or_default();
    let connector = connector_for(&snapshot.send_connectors, domain)
        .ok_or_else(|| failed(format!("no send connector has an address space for {domain}")))?;
    let server = snapshot.servers.iter().find(|s| s.has(RoleKind::UmService)).map_or("", |s| s.fqdn.as_str());
    let name = [connector.fqdn.as_str(), server, "localhost"].into_iter().find(|n| !n.is_empty()).unwrap_or_default();
    let envelope = Envelope { name, from, to, mail };
    let mut last = failed(format!("no host takes mail for {domain}"));
    for host in hosts(snapshot, connector, domain) {
        // An address stands in brackets, which are no part of what a certificate holds.
        let plain = host.trim_start_matches('[').trim_end_matches(']');
        let literal = plain.parse::<IpAddr>().ok();
        let Some(address) = literal.or_else(|| runtime.zone.lookup(&host).first().copied()) else {
            last = failed(format!("the address of {host} is not known"));
            continue;
        };
        let hop = NextHop {
            name: if literal.is_some() { plain } else { &host },
            address: SocketAddr::new(address, connector.port),
            roots: connector.require_tls.then_some(&snapshot.roots[..]),
        };
        match crate::mailbox::send(&runtime.network, runtime.address_of(server), &hop, &envelope).await {
            Ok(()) => return Ok(host),
            Err(error) => {
                let is_final = SmtpError::is_final(&error);
                last = Failed { text: format!("{host}: {error}"), is_final };
                if is_final {
                    break;
                }
            }
        }
    }
    Err(last)
}
