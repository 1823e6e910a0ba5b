//! Play on Phone: the service calls a number and plays a message.

use super::session::Session;
use crate::audio::{AudioLeg, AudioPort, UM_PORTS};
use crate::config::RoleKind;
use crate::record::{CallRecord, CallType, OfferResult, ReasonForCall, record_time};
use crate::service::Runtime;
use control::{ActiveCall, CallResult};
use signaling::agent::{Agent, AgentConfig, InviteOptions, Progress};
use signaling::sdp::{Direction, Sdp, accept_answer};
use std::sync::Arc;
use std::time::Duration;

/// Rings so long at most.
const RING: Duration = Duration::from_secs(60);

/// Plays a message of a mailbox to a number, through the first gateway of the plan that allows calls out.
pub async fn play_on_phone(
    runtime: &Arc<Runtime>,
    mailbox: &str,
    message: &str,
    number: &str,
) -> Result<CallResult, String> {
    let snapshot = runtime.snapshot();
    let mailbox =
        snapshot.mailbox_by_identity(mailbox).ok_or_else(|| format!("The mailbox {mailbox} does not exist."))?;
    let allowed = snapshot.policy(&mailbox.policy).is_none_or(|p| p.allow_play_on_phone);
    if !allowed || !mailbox.play_on_phone {
        return Err("Play on Phone is not allowed for this mailbox.".into());
    }
    if runtime.active.list().iter().any(|c| c.call_type == CallType::PlayOnPhone.name() && c.from == mailbox.alias) {
        return Err("A Play on Phone call of this user is going on already.".into());
    }
    let plan = snapshot.dial_plan(&mailbox.dial_plan).ok_or("The mailbox has no dial plan.")?;
    let found = runtime.store.message(message).map_err(|e| e.to_string())?.filter(|m| m.mailbox == mailbox.id);
    let found = found.ok_or_else(|| format!("The message {message} does not exist."))?;
    let sound = media::file::read_wav(std::path::Path::new(&found.audio_file)).map_err(|e| e.to_string())?.narrowband();
    let server = snapshot.um_servers_of(plan).next().ok_or("No UM server serves the dial plan.")?;
    let gateway = snapshot
        .gateways
        .iter()
        .filter(|g| g.outcalls && g.status == crate::config::GatewayStatus::Enabled)
        .find(|g| snapshot.hunt_groups_of(g).any(|h| h.dial_plan.eq_ignore_ascii_case(&plan.name)))
        .ok_or("No UM IP gateway of the dial plan allows calls out.")?;
    let tls = plan.security.needs_tls();
    let identity = runtime.identity(server, RoleKind::UmService, true).map_err(|e| e.to_string())?;
    let config = AgentConfig {
        name: server.fqdn.clone(),
        address: runtime.address_of(&server.fqdn),
        listen: Vec::new(),
        port_offset: runtime.options.port_offset,
        user_agent: crate::service::PRODUCT.into(),
        network: runtime.network.clone(),
        tls: identity,
        resolver: runtime.zone.clone(),
        trace: Some(runtime.ladder.sink()),
    };
    let (agent, _requests) = Agent::open(config).await.map_err(|e| e.to_string())?;
    let result = place(runtime, &agent, &snapshot, mailbox, plan, gateway, tls, number, &sound).await;
    agent.close();
    let result = result?;
    if result.answered {
        runtime.store.set_read(&found.id, true).map_err(|e| e.to_string())?;
        super::notify_waiting(runtime, &mailbox.id);
    }
    Ok(result)
}

async fn place(
    runtime: &Arc<Runtime>,
    agent: &Agent,
    snapshot: &crate::config::Snapshot,
    mailbox: &crate::config::UmMailbox,
    plan: &crate::config::UmDialPlan,
    gateway: &crate::config::UmIpGateway,
    tls: bool,
    number: &str,
    sound: &[i16],
) -> Result<CallResult, String> {
    let security = super::service::media_security(plan.security);
    let port = AudioPort::open(&runtime.network, agent.config().address, UM_PORTS).await.map_err(|e| e.to_string())?;
    let domain = snapshot.sip_domains.first().unwrap_or(&snapshot.domain);
    let from = if mailbox.sip_address.is_empty() {
        format!("<sip:{}@{domain}>", mailbox.extensions.first().map_or("", |e| e))
    } else {
        format!("<sip:{}>", crate::config::bare_address(&mailbox.sip_address))
    };
    let user = if number.contains('@') {
        number.trim_start_matches("sip:").split('@').next().unwrap_or("").to_string()
    } else {
        number.to_string()
    };
    let transport = if tls { "tls" } else { "tcp" };
    let target = format!("sip:{user}@{}:{};user=phone;transport={transport}", gateway.address, gateway.port);
    let options = InviteOptions {
        uri: target,
        from: from.clone(),
        to: format!("<sip:{user}@{}>", gateway.address),
        headers: vec![(signaling::HeaderName::PAssertedIdentity, from)],
        sdp: Some(port.offer(security).to_string()),
        follow_redirects: true,
        ..InviteOptions::default()
    };
    let local = port.options(security, Direction::SendRecv);
    let mut invite = agent.invite(options);
    let mut result = CallResult { call_id: invite.call_id().to_string(), ..CallResult::default() };
    let guard = runtime.active.enter(ActiveCall {
        call_id: result.call_id.clone(),
        server: agent.name().into(),
        role: RoleKind::UmService.name().into(),
        dial_plan: plan.name.clone(),
        call_type: CallType::PlayOnPhone.name().into(),
        state: "Connecting".into(),
        from: mailbox.alias.clone(),
        to: number.into(),
        gateway: gateway.address.clone(),
        ..ActiveCall::default()
    });
    let mut record = CallRecord {
        call_start_time: record_time(),
        call_type: CallType::PlayOnPhone.name().into(),
        call_identity: result.call_id.clone(),
        um_server_name: agent.name().into(),
        dial_plan_name: plan.name.clone(),
        ip_gateway_address: gateway.address.clone(),
        called_phone_number: number.into(),
        reason_for_call: ReasonForCall::Outbound,
        offer_result: OfferResult::Failed,
        callee_mailbox_alias: mailbox.alias.clone(),
        ..CallRecord::default()
    };
    let answered = tokio::time::timeout(RING, async {
        loop {
            match invite.next().await {
                Some(Progress::Answered { call, response }) => return Ok((call, response)),
                Some(Progress::Failed { response, .. }) => return Err(response),
                Some(Progress::Provisional(_)) => guard.update(|c| c.state = "Alerted".into()),
                None => return Err(agent.response(invite.request(), 500, "")),
            }
        }
    })
    .await;
    match answered {
        Ok(Ok((call, response))) => {
            let negotiated = response
                .body_of_type("application/sdp")
                .and_then(Sdp::parse)
                .and_then(|s| accept_answer(&s, &local).ok());
            let Some(leg) = negotiated.and_then(|n| AudioLeg::new(port, &n).ok()) else {
                return Err("The answer's session description does not fit.".into());
            };
            record.offer_result = OfferResult::Answer;
            guard.update(|c| c.state = "Connected".into());
            (result.answered, result.status) = (true, response.status());
            let limit = Duration::from_secs(u64::from(plan.max_call_duration) * 60);
            let mut session = Session::new(*call, leg, security, limit, guard.cut());
            let mut whole = runtime.prompts.get("play-on-phone");
            whole.extend_from_slice(sound);
            whole.extend(runtime.prompts.get("goodbye"));
            let ended = session.play(&whole, false).await.err();
            result.hung_up_by = if ended.is_some() { "callee" } else { "caller" }.into();
            result.duration = session.duration().as_secs_f64();
            record.call_duration = result.duration.round() as u64;
            record.set_quality(&session.leg.quality(), session.leg.codec_name());
            session.hang_up().await;
        }
        Ok(Err(response)) => (result.status, result.reason) = (response.status(), response.reason().to_string()),
        Err(_) => {
            invite.cancel(Vec::new());
            result.status = 487;
        }
    }
    runtime.keep_record(&record);
    Ok(result)
}
