//! The cloud's voice mail, played by this service: the same call answering, without a dial plan of the organisation.

use super::deposit::{Deposit, DepositEnd};
use super::session::Session;
use crate::audio::{AudioPort, NotEstablished, UM_PORTS, check_offer, establish};
use crate::config::{RoleKind, Snapshot, UmDialPlan, UmMailbox};
use crate::record::{CallRecord, CallType, OfferResult, ReasonForCall, record_time};
use crate::router::caller;
use crate::service::Runtime;
use control::ActiveCall;
use signaling::HeaderName;
use signaling::agent::{Incoming, IncomingCall};
use signaling::sdp::{MediaSecurity, OfferRefused};
use std::sync::Arc;
use std::time::Duration;

/// Name under which the cloud's side appears in records.
const CLOUD: &str = "cloud voicemail";

fn refuse(call: IncomingCall, fqdn: &str, refused: OfferRefused) {
    let warning = format!("{} {fqdn} \"{refused}\"", refused.warning());
    call.reject(488, "", &[(HeaderName::Warning, warning)]);
}

/// Answers a call for a mailbox of the cloud.
pub(crate) async fn answer_for_cloud(
    runtime: &Arc<Runtime>,
    fqdn: &str,
    incoming: Incoming,
    mailbox: UmMailbox,
    security: MediaSecurity,
) {
    let mut snapshot = Snapshot::clone(&runtime.snapshot());
    if !snapshot.mailboxes.iter().any(|m| m.id == mailbox.id) {
        snapshot.mailboxes.push(mailbox.clone());
    }
    let plan = UmDialPlan { name: CLOUD.into(), ..UmDialPlan::default() };
    let who = caller(&incoming.request);
    let call_id = incoming.request.call_id().to_string();
    let mut record = CallRecord {
        call_start_time: record_time(),
        call_identity: call_id.clone(),
        um_server_name: CLOUD.into(),
        caller_phone_number: who.party.clone(),
        called_phone_number: mailbox.sip_address.clone(),
        reason_for_call: ReasonForCall::DivertNoAnswer,
        offer_result: OfferResult::Answer,
        ..CallRecord::default()
    };
    let guard = runtime.active.enter(ActiveCall {
        call_id: call_id.clone(),
        server: fqdn.into(),
        role: RoleKind::FrontEnd.name().into(),
        call_type: CallType::CallAnsweringVoiceMessage.name().into(),
        state: "Connected".into(),
        from: who.party.clone(),
        to: mailbox.sip_address.clone(),
        ..ActiveCall::default()
    });
    let Some(mut call) = IncomingCall::new(incoming) else { return };
    let Ok(port) = AudioPort::open(&runtime.network, runtime.address_of(fqdn), UM_PORTS).await else {
        return call.reject(503, "", &[]);
    };
    if let Err(refused) = check_offer(&call, &port, security) {
        return refuse(call, fqdn, refused);
    }
    call.ring(180, None, &[]);
    let (call, leg) = match establish(call, port, security).await {
        Ok(established) => established,
        Err(NotEstablished { call: Some(call), refused: Some(refused) }) => return refuse(call, fqdn, refused),
        Err(_) => return,
    };
    let limit = Duration::from_secs(u64::from(plan.max_call_duration) * 60);
    let mut session = Session::new(call, leg, security, limit, guard.cut());
    let deposit = Deposit {
        runtime,
        snapshot: &snapshot,
        plan: &plan,
        mailbox: &mailbox,
        caller: &who,
        call_id: &call_id,
        server: fqdn,
        dialed: &mailbox.sip_address,
    };
    let ended = match deposit.run(&mut session, &mut record).await {
        DepositEnd::Done(ended) => ended,
        // There is neither sign-in nor transfer on this side.
        _ => None,
    };
    record.drop_call_reason = ended.map_or("GracefulHangup", super::session::Ended::reason).into();
    record.call_duration = session.duration().as_secs_f64().round() as u64;
    record.set_quality(&session.leg.quality(), session.leg.codec_name());
    session.hang_up().await;
    runtime.keep_record(&record);
}
