//! Calls that the front end answers itself: announcements.

use super::role::FrontEnd;
use crate::audio::{AudioPort, MEDIATION_PORTS, NotEstablished, establish};
use crate::config::{RoleKind, Snapshot};
use crate::mediation::pool_security;
use crate::record::{CallRecord, CallType, OfferResult, record_time};
use crate::service::CallGuard;
use crate::um::Session;
use control::ActiveCall;
use signaling::HeaderName;
use signaling::agent::{Incoming, IncomingCall};
use std::time::Duration;

/// Longest call with an application of the front end.
const LIMIT: Duration = Duration::from_secs(2 * 3600);

/// A call of an application: its session, what is shown of it and its record.
pub(super) struct Answered {
    pub session: Session,
    pub record: CallRecord,
    /// The call is listed for as long as this lives.
    _guard: CallGuard,
}

impl Answered {
    /// Hangs up and keeps the record.
    pub async fn finish(mut self, front_end: &FrontEnd, reason: &str) {
        self.session.hang_up().await;
        self.record.call_duration = self.session.duration().as_secs_f64().round() as u64;
        self.record.drop_call_reason = reason.into();
        self.record.set_quality(&self.session.leg.quality(), self.session.leg.codec_name());
        front_end.runtime.keep_record(&self.record);
    }
}

/// Answers a call with sound; a session that does not fit is refused.
pub(super) async fn answer(front_end: &FrontEnd, snapshot: &Snapshot, incoming: Incoming) -> Option<Answered> {
    let runtime = &front_end.runtime;
    let pool = snapshot.server(&front_end.fqdn).map_or("", |s| &s.pool);
    let security = pool_security(snapshot.encryption_of(pool));
    let who = crate::router::caller(&incoming.request);
    let called = signaling::dialog::to_address(&incoming.request).map(|a| a.uri.user().to_string()).unwrap_or_default();
    let call_id = incoming.request.call_id().to_string();
    let call = IncomingCall::new(incoming)?;
    let port = match AudioPort::open(&runtime.network, runtime.address_of(&front_end.fqdn), MEDIATION_PORTS).await {
        Ok(port) => port,
        Err(error) => {
            runtime.events.write(1029, "Error", &front_end.fqdn, &call_id, format!("No media port: {error}"));
            call.reject(503, "", &[]);
            return None;
        }
    };
    let (call, leg) = match establish(call, port, security).await {
        Ok(established) => established,
        Err(NotEstablished { call: Some(call), refused: Some(refused) }) => {
            let warning = format!("{} {} \"{refused}\"", refused.warning(), front_end.fqdn);
            call.reject(488, "", &[(HeaderName::Warning, warning)]);
            return None;
        }
        Err(_) => return None,
    };
    let guard = runtime.active.enter(ActiveCall {
        call_id: call_id.clone(),
        server: front_end.fqdn.clone(),
        role: RoleKind::FrontEnd.name().into(),
        call_type: CallType::EnterpriseVoice.name().into(),
        state: "Connected".into(),
        from: who.party.clone(),
        to: called.clone(),
        ..ActiveCall::default()
    });
    let record = CallRecord {
        call_start_time: record_time(),
        call_type: CallType::EnterpriseVoice.name().into(),
        call_identity: call_id,
        um_server_name: front_end.fqdn.clone(),
        caller_phone_number: who.party,
        called_phone_number: called,
        offer_result: OfferResult::Answer,
        ..CallRecord::default()
    };
    let session = Session::new(call, leg, security, LIMIT, guard.cut());
    Some(Answered { session, record, _guard: guard })
}

/// The sound of an announcement: a file below `announcements/` of the home, else spoken text, else that the number has no owner.
fn sound_of(front_end: &FrontEnd, announcement: &str) -> Vec<i16> {
    let runtime = &front_end.runtime;
    let file =
        std::path::Path::new(announcement).file_name().map(|n| runtime.store.home().join("announcements").join(n));
    file.filter(|f| f.is_file())
        .and_then(|f| media::file::read_wav(&f).ok())
        .map(|s| s.narrowband())
        .or_else(|| runtime.prompts.text(announcement))
        .unwrap_or_else(|| runtime.prompts.get("number-unassigned"))
}

/// Plays an announcement to a caller and hangs up.
pub(super) async fn announce(front_end: &FrontEnd, snapshot: &Snapshot, incoming: Incoming, announcement: &str) {
    let Some(mut answered) = answer(front_end, snapshot, incoming).await else { return };
    let mut sound = media::tone::silence(300);
    sound.extend(sound_of(front_end, announcement));
    let ended = answered.session.play(&sound, false).await.err();
    answered.finish(front_end, ended.map_or("GracefulHangup", crate::um::Ended::reason)).await;
}
