//! Message waiting (RFC 3842): the state of a mailbox to gateways and phones.

use crate::mailbox::WaitingCounts;
use crate::service::Runtime;
use std::sync::Arc;

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

/// Tells whoever shows the lamp of a mailbox; returns at once.
pub fn notify_waiting(runtime: &Arc<Runtime>, mailbox: &str) {
    let snapshot = runtime.snapshot();
    let Some(found) = snapshot.mailbox_by_identity(mailbox) else {
        return;
    };
    let allowed = snapshot.policy(&found.policy).is_none_or(|p| p.allow_message_waiting);
    if !allowed {
        return;
    }
    let counts = match runtime.store.waiting(&found.id) {
        Ok(counts) => counts,
        Err(error) => {
            tracing::warn!(%error, "message waiting not told");
            return;
        }
    };
    runtime.registrations.message_waiting(runtime, &found.sip_address, counts);
}
