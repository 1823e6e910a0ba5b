//! The worker: answers the call that two redirects brought, and runs what it turns out to be.

use super::access::{Access, AccessEnd};
use super::attendant::{Attendant, AttendantEnd};
use super::classify::{Classified, classify};
use super::deposit::{Deposit, DepositEnd};
use super::service::{admit, media_security};
use super::session::{Ended, Session};
use crate::audio::{AudioPort, NotEstablished, UM_PORTS, check_offer, establish};
use crate::config::{RoleKind, Snapshot, UmDialPlan, UmMailbox, UriType};
use crate::record::{CallRecord, CallType, OfferResult, ReasonForCall, record_time};
use crate::router::{Caller, Target, caller};
use crate::service::Runtime;
use control::ActiveCall;
use signaling::agent::{Incoming, IncomingCall};
use signaling::headers::MsDiagnostics;
use signaling::sdp::OfferRefused;
use signaling::{HeaderName, Method};
use std::sync::Arc;
use std::time::Duration;

pub(super) fn answer(runtime: &Arc<Runtime>, fqdn: &str, incoming: Incoming) {
    match incoming.request.method() {
        Method::Ack => {}
        Method::Invite => {
            if let Some(tags) = crate::router::unsupported(&incoming) {
                incoming.reply(420, "", &[(HeaderName::Unsupported, tags)]);
                return;
            }
            if incoming.request.text(HeaderName::Replaces).is_some() {
                // Calls that go on here would have taken it already.
                incoming.reply(481, "", &[]);
                return;
            }
            match admit(runtime, fqdn, &incoming) {
                Ok(target) => {
                    let (runtime, fqdn) = (runtime.clone(), fqdn.to_string());
                    tokio::spawn(async move { take_call(runtime, fqdn, target, incoming).await });
                }
                Err(refusal) => crate::router::refuse(runtime, fqdn, &incoming, &refusal),
            }
        }
        Method::Options => crate::router::options(runtime, fqdn, RoleKind::UmService, &incoming),
        _ => crate::router::unexpected(&incoming),
    }
}

fn describe(
    snapshot: &Snapshot,
    fqdn: &str,
    target: &Target,
    incoming: &Incoming,
    who: &Caller,
) -> (CallRecord, Classified) {
    let classified = classify(snapshot, &target.plan, &target.pilot, &incoming.request);
    let mut record = CallRecord {
        call_start_time: record_time(),
        call_identity: incoming.request.call_id().to_string(),
        um_server_name: fqdn.to_string(),
        dial_plan_name: target.plan.name.clone(),
        ip_gateway_address: target.gateway.address.clone(),
        caller_phone_number: who.party.clone(),
        called_phone_number: signaling::dialog::to_address(&incoming.request)
            .map(|a| a.uri.user().to_string())
            .unwrap_or_default(),
        reason_for_call: ReasonForCall::Direct,
        ..CallRecord::default()
    };
    if let Some(mailbox) = who.mailbox(snapshot, &target.plan) {
        record.caller_mailbox_alias = mailbox.alias.clone();
    }
    if let Classified::CallAnswering { reason, dialed, .. } = &classified {
        record.reason_for_call = *reason;
        record.dialed_string = dialed.clone();
    }
    (record, classified)
}

/// Refuses a session whose media security or codecs do not fit.
fn refuse_session(runtime: &Runtime, fqdn: &str, call: IncomingCall, record: &mut CallRecord, refused: OfferRefused) {
    record.offer_result = OfferResult::Rejected;
    record.drop_call_reason = "MediaMismatch".into();
    let security = refused == OfferRefused::Security;
    let (name, diagnosis, message) = if security {
        let diagnosis = MsDiagnostics::new(52017, "Encryption levels dont match", fqdn);
        (
            HeaderName::MsClientDiagnostics,
            diagnosis,
            "A call was refused: the security settings are not compatible.".to_string(),
        )
    } else {
        (
            HeaderName::MsDiagnostics,
            MsDiagnostics::new(15608, &refused.to_string(), fqdn),
            format!("A call was refused: {refused}."),
        )
    };
    runtime.events.write(1028, "Warning", fqdn, call.request().call_id(), message);
    let headers =
        [(HeaderName::Warning, format!("{} {fqdn} \"{refused}\"", refused.warning())), (name, diagnosis.to_string())];
    call.reject(488, "", &headers);
    runtime.keep_record(record);
}

async fn take_call(runtime: Arc<Runtime>, fqdn: String, target: Target, incoming: Incoming) {
    let snapshot = runtime.snapshot();
    let who = caller(&incoming.request);
    let (mut record, classified) = describe(&snapshot, &fqdn, &target, &incoming, &who);
    let guard = runtime.active.enter(ActiveCall {
        call_id: record.call_identity.clone(),
        server: fqdn.clone(),
        role: RoleKind::UmService.name().into(),
        dial_plan: target.plan.name.clone(),
        call_type: "None".into(),
        state: "Connecting".into(),
        from: who.party.clone(),
        to: record.called_phone_number.clone(),
        diversion: record.dialed_string.clone(),
        gateway: target.gateway.address.clone(),
        ..ActiveCall::default()
    });
    let mut request = incoming.clone();
    let Some(mut call) = IncomingCall::new(incoming) else {
        return;
    };
    let security = media_security(target.plan.security);
    let port = match AudioPort::open(&runtime.network, runtime.address_of(&fqdn), UM_PORTS).await {
        Ok(port) => port,
        Err(error) => {
            runtime.events.write(1029, "Error", &fqdn, &record.call_identity, format!("No media port: {error}"));
            call.reject(503, "", &[]);
            return;
        }
    };
    if let Err(refused) = check_offer(&call, &port, security) {
        return refuse_session(&runtime, &fqdn, call, &mut record, refused);
    }
    call.ring(180, None, &[]);
    let (call, leg) = match Box::pin(establish(call, port, security)).await {
        Ok(established) => established,
        Err(NotEstablished { call: Some(call), refused: Some(refused) }) => {
            return refuse_session(&runtime, &fqdn, call, &mut record, refused);
        }
        Err(_) => return,
    };
    record.offer_result = OfferResult::Answer;
    guard.update(|c| c.state = "Connected".into());
    let limit = Duration::from_secs(u64::from(target.plan.max_call_duration) * 60);
    let mut session = Session::new(call, leg, security, limit, guard.cut());
    let (mut who, mut classified) = (who, classified);
    let mut ended = None;
    if target.gateway.delayed_source_party
        && who.anonymous
        && crate::router::diverted_parties(&request.request).is_empty()
    {
        match session.wait_parties(LATE_PARTIES).await {
            Ok(Some(late)) => {
                for name in
                    [HeaderName::PAssertedIdentity, HeaderName::Diversion, HeaderName::HistoryInfo, HeaderName::Privacy]
                {
                    if let Some(text) = late.text(name.clone()) {
                        request.request.set(name, text);
                    }
                }
                who = caller(&request.request);
                let answered = record.offer_result;
                (record, classified) = describe(&snapshot, &fqdn, &target, &request, &who);
                record.offer_result = answered;
                guard.update(|c| {
                    c.from = who.party.clone();
                    c.diversion = record.dialed_string.clone();
                });
            }
            Ok(None) => {}
            Err(early) => ended = Some(early),
        }
    }
    // The INVITE is not needed any more; the call goes on for long.
    drop(request);
    if ended.is_none() {
        let script = run(&runtime, &snapshot, &target, &who, classified, &mut session, &mut record, &guard);
        ended = Box::pin(script).await;
    }
    record.drop_call_reason = ended.map_or("GracefulHangup", Ended::reason).into();
    record.call_duration = session.duration().as_secs_f64().round() as u64;
    record.set_quality(&session.leg.quality(), session.leg.codec_name());
    session.hang_up().await;
    runtime.keep_record(&record);
}

async fn run(
    runtime: &Arc<Runtime>,
    snapshot: &Snapshot,
    target: &Target,
    who: &Caller,
    classified: Classified,
    session: &mut Session,
    record: &mut CallRecord,
    guard: &crate::service::CallGuard,
) -> Option<Ended> {
    let call_id = record.call_identity.clone();
    let plan = &target.plan;
    let mut next = match classified {
        Classified::CallAnswering { mailbox, .. } => Next::Answer(Box::new(mailbox)),
        Classified::OwnMailbox { mailbox } => Next::Access(Some(Box::new(mailbox))),
        Classified::SubscriberAccess => Next::Access(None),
        Classified::AutoAttendant { name } => Next::Attendant(name),
        Classified::Unknown { number } => {
            record.call_type = CallType::None.name().into();
            let text = format!("Nobody is known by the number {number}.");
            runtime.events.write(1032, "Warning", &record.um_server_name, &call_id, text);
            if plan.operator_extension.is_empty() {
                return session.play(&runtime.prompts.get("cannot-be-reached"), false).await.err();
            }
            Next::Transfer(plan.operator_extension.clone())
        }
    };
    // One call may pass through several: attendant, access, a message, a transfer.
    for _ in 0..STAGES {
        next = match next {
            Next::Answer(mailbox) => {
                guard.update(|c| c.call_type = CallType::CallAnsweringVoiceMessage.name().into());
                session.listen_for_fax();
                let (server, dialed) = (record.um_server_name.clone(), record.dialed_string.clone());
                let deposit = Deposit {
                    runtime,
                    snapshot,
                    plan,
                    mailbox: &mailbox,
                    caller: who,
                    call_id: &call_id,
                    server: &server,
                    dialed: &dialed,
                };
                // Boxed, as all stages: a call takes the memory of the one that it is at.
                match Box::pin(deposit.run(session, record)).await {
                    DepositEnd::Done(Some(Ended::Fax)) => {
                        return Box::pin(fax(runtime, snapshot, plan, &mailbox, session, record, &call_id)).await;
                    }
                    DepositEnd::Done(ended) => return ended,
                    DepositEnd::Message(other) => Next::Answer(other),
                    DepositEnd::SignIn => Next::Access(Some(mailbox)),
                    DepositEnd::Operator(number) => Next::Transfer(number),
                }
            }
            Next::Access(known) => {
                guard.update(|c| c.call_type = CallType::SubscriberAccess.name().into());
                let access = Access { runtime, snapshot, plan, call_id: &call_id };
                match Box::pin(access.run(session, record, known.as_deref())).await {
                    AccessEnd::Done(ended) => return ended,
                    AccessEnd::Transfer(number) => Next::Transfer(number),
                    AccessEnd::Message(mailbox) => Next::Answer(mailbox),
                    AccessEnd::Attendant(name) => Next::Attendant(name),
                }
            }
            Next::Attendant(name) => {
                guard.update(|c| c.call_type = CallType::AutoAttendant.name().into());
                let attendant = Attendant { runtime, snapshot, plan };
                match Box::pin(attendant.run(session, record, &name)).await {
                    AttendantEnd::Done(ended) => return ended,
                    AttendantEnd::Transfer(number) => Next::Transfer(number),
                    AttendantEnd::Message(mailbox) => Next::Answer(mailbox),
                    AttendantEnd::Access => Next::Access(None),
                }
            }
            Next::Transfer(number) => return Box::pin(transfer(runtime, snapshot, target, session, &number)).await,
        };
    }
    None
}

/// A fax called: the partner's server takes it, or nobody.
async fn fax(
    runtime: &Runtime,
    snapshot: &Snapshot,
    plan: &UmDialPlan,
    mailbox: &UmMailbox,
    session: &mut Session,
    record: &mut CallRecord,
    call_id: &str,
) -> Option<Ended> {
    record.call_type = CallType::Fax.name().into();
    let policy = snapshot.policy(&mailbox.policy);
    // Several partners may be named; the first one counts.
    let server = policy.map_or("", |p| p.fax_server.split([',', ' ']).next().unwrap_or(""));
    let allowed = plan.fax_enabled && mailbox.fax && policy.is_some_and(|p| p.allow_fax) && !server.is_empty();
    // Users of SIP URI dial plans cannot receive fax: mediation servers do not carry it.
    if !allowed || plan.uri_type == UriType::SipName {
        let text = format!("A fax for {} was dropped: no fax partner may take it.", mailbox.smtp);
        runtime.events.write(1037, "Warning", &record.um_server_name, call_id, text);
        return Some(Ended::Fax);
    }
    let target = if server.starts_with("sip:") { server.to_string() } else { format!("sip:{server}") };
    let domain = snapshot.sip_domains.first().unwrap_or(&snapshot.domain);
    match session.transfer(&target, &format!("sip:{}@{domain}", plan.phone_context)).await {
        Err(ended) => Some(ended),
        Ok(()) => {
            let text = format!("The fax partner {target} did not take a fax for {}.", mailbox.smtp);
            runtime.events.write(1037, "Warning", &record.um_server_name, call_id, text);
            Some(Ended::Fax)
        }
    }
}

/// Time for who calls and who diverted to come after the INVITE (assumed).
const LATE_PARTIES: Duration = Duration::from_secs(2);

/// Stages of one call before it counts as looping.
const STAGES: usize = 10;

/// What a call goes on with.
enum Next {
    Answer(Box<UmMailbox>),
    Access(Option<Box<UmMailbox>>),
    Attendant(String),
    Transfer(String),
}

/// Transfers the caller to a number or address, and says so when that fails.
pub(super) async fn transfer(
    runtime: &Runtime,
    snapshot: &Snapshot,
    target: &Target,
    session: &mut Session,
    number: &str,
) -> Option<Ended> {
    let domain = snapshot.sip_domains.first().unwrap_or(&snapshot.domain);
    let bare = crate::config::bare_address(number);
    let uri = if bare.contains('@') { format!("sip:{bare}") } else { format!("sip:{bare}@{domain};user=phone") };
    let steps = async {
        session.play(&runtime.prompts.get("transferring"), false).await?;
        session.transfer(&uri, &format!("sip:{}@{domain}", target.plan.phone_context)).await?;
        session.play(&runtime.prompts.get("transfer-failed"), false).await
    };
    steps.await.err()
}
