//! Play on Phone: the service calls a number and plays a message.

use super::outcall::{dial, gateway_of, open_agent};
use super::outdial::{Authority, authorize};
use super::session::Session;
use crate::config::RoleKind;
use crate::record::{CallRecord, CallType, OfferResult, ReasonForCall, record_time};
use crate::service::Runtime;
use control::{ActiveCall, CallResult};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;

/// Rings so long at most.
const RING: Duration = Duration::from_secs(60);

/// Plays a message of a mailbox to a number, through the first gateway of the plan that allows calls out.
pub async fn play_on_phone(
    runtime: &Arc<Runtime>,
    mailbox: &str,
    message: &str,
    number: &str,
) -> Result<CallResult, String> {
    play(runtime, mailbox, message, number, None).await
}

/// The same without waiting for its end: gives the call's identity as soon as it is placed.
pub async fn start_play_on_phone(
    runtime: &Arc<Runtime>,
    mailbox: &str,
    message: &str,
    number: &str,
) -> Result<String, String> {
    let (sender, placed) = oneshot::channel();
    let (runtime, mailbox, message, number) =
        (runtime.clone(), mailbox.to_string(), message.to_string(), number.to_string());
    let call = tokio::spawn(async move { play(&runtime, &mailbox, &message, &number, Some(sender)).await });
    match placed.await {
        Ok(id) => Ok(id),
        // It ended before it was placed.
        Err(_) => match call.await {
            Ok(result) => result.map(|r| r.call_id),
            Err(error) => Err(error.to_string()),
        },
    }
}

async fn play(
    runtime: &Arc<Runtime>,
    mailbox: &str,
    message: &str,
    number: &str,
    mut placed: Option<oneshot::Sender<String>>,
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
    let policy = snapshot.policy(&mailbox.policy).cloned().unwrap_or_default();
    let target = authorize(&snapshot, plan, &Authority::policy(&policy), number).ok_or_else(|| {
        format!("The number {number} cannot be dialled: no dialing rule of the mailbox policy allows it.")
    })?;
    let gateway = gateway_of(runtime, &snapshot, plan).ok_or("No UM IP gateway of the dial plan allows calls out.")?;
    let agent = open_agent(runtime, server).await?;
    let mut record = CallRecord {
        call_start_time: record_time(),
        call_type: CallType::PlayOnPhone.name().into(),
        um_server_name: server.fqdn.clone(),
        dial_plan_name: plan.name.clone(),
        ip_gateway_address: gateway.address.clone(),
        called_phone_number: number.into(),
        reason_for_call: ReasonForCall::Outbound,
        offer_result: OfferResult::Failed,
        callee_mailbox_alias: mailbox.alias.clone(),
        ..CallRecord::default()
    };
    let guard = runtime.active.enter(ActiveCall {
        server: server.fqdn.clone(),
        role: RoleKind::UmService.name().into(),
        dial_plan: plan.name.clone(),
        call_type: CallType::PlayOnPhone.name().into(),
        state: "Connecting".into(),
        from: mailbox.alias.clone(),
        to: number.into(),
        gateway: gateway.address.clone(),
        ..ActiveCall::default()
    });
    let mut result = CallResult::default();
    let started = |id: &str| {
        result.call_id = id.to_string();
        if let Some(placed) = placed.take() {
            // Nobody waits any more: the call goes on all the same.
            let _ = placed.send(id.to_string());
        }
        guard.update(|c| c.call_id = id.to_string());
    };
    let alerted = || guard.update(|c| c.state = "Alerted".into());
    let answered = dial(runtime, &agent, &snapshot, plan, gateway, mailbox, &target, RING, started, alerted).await;
    record.call_identity = result.call_id.clone();
    match answered {
        Ok(answered) => {
            record.offer_result = OfferResult::Answer;
            guard.update(|c| c.state = "Connected".into());
            (result.answered, result.status) = (true, 200);
            let limit = Duration::from_secs(u64::from(plan.max_call_duration) * 60);
            let mut session = Session::new(answered.call, answered.leg, answered.security, limit, guard.cut());
            let mut whole = runtime.prompts.get("play-on-phone");
            whole.extend_from_slice(&sound);
            whole.extend(runtime.prompts.get("goodbye"));
            let ended = session.play(&whole, false).await.err();
            result.hung_up_by = if ended.is_some() { "callee" } else { "caller" }.into();
            result.duration = session.duration().as_secs_f64();
            record.call_duration = result.duration.round() as u64;
            record.set_quality(&session.leg.quality(), session.leg.codec_name());
            session.hang_up().await;
        }
        Err(refused) => (result.status, result.reason) = (refused.status, refused.reason),
    }
    runtime.keep_record(&record);
    agent.close();
    if result.answered {
        runtime.store.set_read(&found.id, true).map_err(|e| e.to_string())?;
        super::notify_waiting(runtime, &mailbox.id);
    }
    Ok(result)
}
