//! The test phone as the control socket offers it.

use super::Runtime;
use super::probe::Binding;
use super::resolver::Outside;
use crate::config::{RoleKind, Server, Snapshot, bare_address};
use crate::phone::{AnsweringPhone, TestPhone};
use control::{CallResult, TestCall};
use signaling::auth::Credentials;
use std::collections::HashSet;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

/// Address of the test phone, beside those of the servers.
pub(super) const PHONE: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 31, 0, 1));

/// Where to call: `host:port`, and the account.
fn proxy_of(runtime: &Runtime, call: &TestCall) -> Result<(String, Option<Credentials>), String> {
    let snapshot = runtime.snapshot();
    let at = |name: &str| format!("{}:{}", runtime.address_of(name), 5060 + runtime.options.port_offset);
    if call.gateway.eq_ignore_ascii_case("user") {
        let (front_end, user) = home_of(&snapshot, &call.from)?;
        let credentials = Credentials { user, password: runtime.test_secret.clone() };
        return Ok((at(&front_end), Some(credentials)));
    }
    if call.gateway.is_empty() {
        let gateway = snapshot
            .pstn_gateways
            .iter()
            .find(|g| g.simulator)
            .ok_or("There is no simulated PSTN gateway to call from.")?;
        return Ok((at(&gateway.address), None));
    }
    if let Some(gateway) =
        snapshot.pstn_gateways.iter().find(|g| g.simulator && g.address.eq_ignore_ascii_case(&call.gateway))
    {
        return Ok((at(&gateway.address), None));
    }
    if call.gateway.contains(':') {
        return Ok((call.gateway.clone(), None));
    }
    Err(format!("The gateway {} is not simulated by this service.", call.gateway))
}

/// The front end of a user's pool, and the user's address.
fn home_of(snapshot: &Snapshot, party: &str) -> Result<(String, String), String> {
    let address = bare_address(party);
    let user = snapshot.user(address).ok_or_else(|| format!("The user {address} does not exist."))?;
    let of_pool = |s: &&Server| {
        s.has(RoleKind::FrontEnd)
            && (s.pool.eq_ignore_ascii_case(&user.pool) || s.fqdn.eq_ignore_ascii_case(&user.pool))
    };
    let front_end = snapshot.servers.iter().find(of_pool);
    let front_end = front_end.ok_or_else(|| format!("The pool {} of the user has no front end.", user.pool))?;
    Ok((front_end.fqdn.clone(), bare_address(&user.sip_address).to_string()))
}

/// Places the call; where the test says so a telephone of the service answers it.
pub async fn place(runtime: &Arc<Runtime>, call: &TestCall) -> Result<CallResult, String> {
    if call.answer.is_empty() {
        return place_one(runtime, call).await;
    }
    let (server, address) = home_of(&runtime.snapshot(), &call.answer)?;
    let resolver = Arc::new(Outside(runtime.zone.clone()));
    let opened = TestPhone::open_reachable(&runtime.network, PHONE, resolver).await;
    let (phone, requests) = opened.map_err(|e| e.to_string())?;
    let binding = Binding::new(runtime, phone.agent(), &server, &address);
    let registered = binding.set(runtime, 600).await;
    let result = if registered.success {
        let answering = AnsweringPhone::start(runtime.network.clone(), PHONE, requests, call.keys.clone());
        place_one(runtime, call).await.map(|result| CallResult { answered_keys: answering.seen().keys, ..result })
    } else {
        Ok(CallResult {
            status: registered.status,
            reason: format!("{address} cannot register: {}", registered.error),
            diagnostics: registered.diagnosis,
            ..CallResult::default()
        })
    };
    binding.set(runtime, 0).await;
    phone.close();
    result
}

/// Places the call and gathers what it left behind.
async fn place_one(runtime: &Arc<Runtime>, call: &TestCall) -> Result<CallResult, String> {
    let (proxy, credentials) = proxy_of(runtime, call)?;
    let phone = TestPhone::open(&runtime.network, PHONE, Arc::new(Outside(runtime.zone.clone())))
        .await
        .map_err(|e| e.to_string())?;
    let placed = phone.call(call, &proxy, credentials).await.map_err(|e| e.to_string());
    let mut result = placed?;
    // The far end writes its record after the BYE was answered.
    let related = |runtime: &Runtime| -> (Vec<control::Arrow>, HashSet<String>) {
        let ladder = runtime.ladder.of(&result.call_id);
        let ids = ladder.iter().map(|a| a.call_id.clone()).collect();
        (ladder, ids)
    };
    for _ in 0..100 {
        let (_, ids) = related(runtime);
        let active = runtime.active.list();
        if !active.iter().any(|c| ids.contains(&c.call_id)) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    tokio::time::sleep(Duration::from_millis(20)).await;
    let (ladder, ids) = related(runtime);
    let mut messages = Vec::new();
    for id in ids {
        messages.extend(runtime.store.messages_of_call(&id).unwrap_or_default());
    }
    result.ladder = ladder;
    result.messages = messages;
    phone.close();
    Ok(result)
}
