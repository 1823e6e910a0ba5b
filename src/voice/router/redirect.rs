//! Which mailbox server takes the call.

use super::target::{Refusal, Target, mailbox_of_call};
use crate::config::{RoleKind, Server, Snapshot};
use signaling::Message;

/// The server with the active copy of the mailbox when it is healthy and serves the plan; else the next healthy one in turn.
pub fn choose_server<'a>(
    snapshot: &'a Snapshot,
    target: &'a Target,
    request: &Message,
    turn: usize,
    healthy: impl Fn(&Server) -> bool,
) -> Result<&'a Server, Refusal> {
    let servers: Vec<&Server> = snapshot
        .um_servers_of(&target.plan)
        .filter(|s| {
            !s.inactive.contains(&RoleKind::UmService) && !s.stopped.contains(&RoleKind::UmService) && healthy(s)
        })
        .collect();
    if let Some(mailbox) = mailbox_of_call(snapshot, &target.plan, request)
        && let Some(server) =
            servers.iter().find(|s| !mailbox.server.is_empty() && s.fqdn.eq_ignore_ascii_case(&mailbox.server))
    {
        return Ok(server);
    }
    if servers.is_empty() {
        return Err(Refusal::NoServer(target.plan.name.clone()));
    }
    Ok(servers[turn % servers.len()])
}
