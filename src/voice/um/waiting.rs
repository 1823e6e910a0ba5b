//! Message waiting (RFC 3842): the state of a mailbox to gateways, which pass it to phones.

use crate::config::{GatewayStatus, Snapshot, UmIpGateway, UmMailbox, UriType, bare_address};
use crate::mailbox::WaitingCounts;
use crate::service::Runtime;
use signaling::agent::Agent;
use signaling::message::RequestBuilder;
use signaling::{HeaderName, Method};
use std::sync::Arc;
use std::time::Duration;

/// Every mailbox's state is sent again after so long at most.
const REFRESH: Duration = Duration::from_secs(12 * 3600);
/// Tries for one state.
const TRIES: u32 = 3;

/// Body of a message-summary.
pub fn summary_body(account: &str, counts: &WaitingCounts) -> String {
    format!(
        "Messages-Waiting: {}\r\nMessage-Account: sip:{account}\r\nVoice-Message: {}/{} ({}/{})\r\n",
        if counts.new > 0 { "yes" } else { "no" },
        counts.new,
        counts.old,
        counts.urgent_new,
        counts.urgent_old
    )
}

/// Reads a message-summary back.
pub(crate) fn read_summary(body: &str) -> Option<WaitingCounts> {
    let line = body.lines().find_map(|l| l.trim().strip_prefix("Voice-Message:"))?;
    let mut numbers = line.split(|c: char| !c.is_ascii_digit()).filter(|n| !n.is_empty()).map(|n| n.parse().ok());
    let mut next = || numbers.next().flatten();
    Some(WaitingCounts {
        new: next()?,
        old: next()?,
        urgent_new: next().unwrap_or_default(),
        urgent_old: next().unwrap_or_default(),
    })
}

/// The gateway that shows the lamps of a plan's users: linked to the plan, allowed to, enabled.
fn gateway_of<'a>(snapshot: &'a Snapshot, plan: &str) -> Option<&'a UmIpGateway> {
    snapshot
        .gateways
        .iter()
        .filter(|g| g.message_waiting && g.status == GatewayStatus::Enabled)
        .find(|g| snapshot.hunt_groups_of(g).any(|h| h.dial_plan.eq_ignore_ascii_case(plan)))
}

/// Tells whoever shows the lamp of a mailbox; returns at once.
pub fn notify_waiting(runtime: &Arc<Runtime>, mailbox: &str) {
    let snapshot = runtime.snapshot();
    let Some(found) = snapshot.mailbox_by_identity(mailbox).cloned() else {
        return;
    };
    let allowed = snapshot.policy(&found.policy).is_none_or(|p| p.allow_message_waiting);
    let Some(plan) = snapshot.dial_plan(&found.dial_plan).filter(|_| allowed) else {
        return;
    };
    let Some(gateway) = gateway_of(&snapshot, &plan.name).cloned() else {
        return;
    };
    let Some(agent) = snapshot.um_servers_of(plan).find_map(|s| runtime.um_agent(&s.fqdn)) else {
        return;
    };
    let transport = if plan.security.needs_tls() { "tls" } else { "tcp" };
    let uri_type = plan.uri_type;
    let (runtime, snapshot) = (runtime.clone(), snapshot.clone());
    tokio::spawn(async move { tell(&runtime, &snapshot, &agent, &found, &gateway, uri_type, transport).await });
}

async fn tell(
    runtime: &Arc<Runtime>,
    snapshot: &Snapshot,
    agent: &Agent,
    mailbox: &UmMailbox,
    gateway: &UmIpGateway,
    uri_type: UriType,
    transport: &str,
) {
    let account = if uri_type == UriType::SipName && !mailbox.sip_address.is_empty() {
        bare_address(&mailbox.sip_address).to_string()
    } else {
        format!("{}@{}", mailbox.extensions.first().map_or("", |e| e), gateway.address)
    };
    let user = account.split('@').next().unwrap_or("");
    let uri = format!("sip:{user}@{}:{};transport={transport}", gateway.address, gateway.port);
    let token = signaling::agent::token;
    let mut problem = String::new();
    for attempt in 1..=TRIES {
        // The newest state, also when an earlier try failed.
        let Ok(counts) = runtime.store.waiting(&mailbox.id) else { return };
        let from = format!("<sip:{}@{}>;tag={}", user, snapshot.domain, token());
        let call_id = format!("{}@{}", token(), agent.name());
        let contact = agent.contact_uri("", signaling::transport::Transport::Tcp, runtime.address_of(agent.name()));
        let notify = RequestBuilder::new(Method::Notify, &uri, &from, &format!("<sip:{account}>"), &call_id, 1)
            .header(HeaderName::Contact, format!("<{contact}>"))
            .header(HeaderName::Event, "message-summary")
            .header(HeaderName::SubscriptionState, "terminated")
            .body("application/simple-message-summary", summary_body(&account, &counts))
            .build();
        match agent.request(notify, None).await {
            // 480: nobody is there to see it.
            Ok(reply) if matches!(reply.message.status(), 200..=299 | 480) => return,
            Ok(reply) if matches!(reply.message.status(), 481 | 489) => {
                problem = format!("{} refuses message waiting with {}.", gateway.address, reply.message.status());
                break;
            }
            Ok(reply) => {
                problem = format!("{} answers message waiting with {}.", gateway.address, reply.message.status())
            }
            Err(error) => problem = format!("{} cannot be told of message waiting: {error}", gateway.address),
        }
        tokio::time::sleep(Duration::from_secs(u64::from(attempt) * 10)).await;
    }
    runtime.events.write(1033, "Warning", agent.name(), "", format!("{account}: {problem}"));
}

/// Sends the state of each mailbox again twice a day, for as long as the role runs.
pub(super) async fn refresh(runtime: Arc<Runtime>, fqdn: String) {
    loop {
        tokio::time::sleep(REFRESH).await;
        let snapshot = runtime.snapshot();
        for mailbox in &snapshot.mailboxes {
            // One server of a plan does it for all.
            let plan = snapshot.dial_plan(&mailbox.dial_plan);
            let first = plan.and_then(|p| snapshot.um_servers_of(p).next());
            if first.is_some_and(|s| s.fqdn.eq_ignore_ascii_case(&fqdn)) {
                notify_waiting(&runtime, &mailbox.id);
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summaries_round_trip() {
        let counts = WaitingCounts { new: 2, old: 5, urgent_new: 1, urgent_old: 0 };
        assert_eq!(read_summary(&summary_body("51234@gw", &counts)), Some(counts));
        assert_eq!(read_summary("Messages-Waiting: no\r\n"), None);
    }
}
