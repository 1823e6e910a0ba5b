//! Call park: a transferred caller waits at an orbit until somebody dials it.

use super::announce::{Answered, answer};
use super::role::FrontEnd;
use crate::audio::AudioLeg;
use crate::config::{Snapshot, digits};
use crate::um::Ended;
use parking_lot::Mutex;
use signaling::HeaderName;
use signaling::agent::Incoming;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::Instant;

/// Orbits with a waiting call; clones share them.
#[derive(Clone, Default)]
pub struct Parked {
    orbits: Arc<Mutex<HashMap<String, oneshot::Sender<Box<Answered>>>>>,
}

impl Parked {
    /// Whether a call waits at an orbit.
    pub fn is_taken(&self, orbit: &str) -> bool {
        self.orbits.lock().get(&digits(orbit)).is_some_and(|s| !s.is_closed())
    }
}

/// A call to an orbit: who was transferred there is parked, everyone else takes the waiting call.
pub(super) async fn orbit(front_end: &FrontEnd, snapshot: &Snapshot, incoming: Incoming, number: &str) {
    let parked = &front_end.runtime.parked;
    let transferred = incoming.request.text(HeaderName::ReferredBy).is_some();
    if transferred {
        if parked.is_taken(number) {
            incoming.reply(486, "", &[]);
            return;
        }
        return park(front_end, snapshot, incoming, number).await;
    }
    if !parked.is_taken(number) {
        incoming.reply(404, "", &[]);
        return;
    }
    let Some(answered) = answer(front_end, snapshot, incoming).await else { return };
    let waiting = parked.orbits.lock().remove(&digits(number));
    // The waiting caller may have hung up in this moment.
    if let Some(Err(answered)) = waiting.map(|w| w.send(Box::new(answered))) {
        answered.finish(front_end, "GracefulHangup").await;
    }
}

async fn park(front_end: &FrontEnd, snapshot: &Snapshot, incoming: Incoming, number: &str) {
    let runtime = &front_end.runtime;
    let call_id = incoming.request.call_id().to_string();
    let Some(mut waiting) = answer(front_end, snapshot, incoming).await else { return };
    let (sender, mut taken) = oneshot::channel();
    runtime.parked.orbits.lock().insert(digits(number), sender);
    runtime.events.write(1050, "Information", &front_end.fqdn, &call_id, format!("A call was parked at {number}."));
    let park = &snapshot.services.park;
    let mut sound = runtime.prompts.get("call-parked");
    if park.music {
        sound.extend(media::tone::ringback());
    }
    sound.extend(media::tone::silence(4000));
    let deadline = Instant::now() + Duration::from_secs(park.timeout * u64::from(park.attempts.max(1)));
    let mut at = 0;
    let ended = loop {
        let frame = AudioLeg::frame_of(&sound, at);
        at = if frame.is_some() { at + 1 } else { 0 };
        if let Err(ended) = waiting.session.tick(frame.as_ref()).await {
            break ended;
        }
        if let Ok(mut other) = taken.try_recv() {
            let text = format!("The call parked at {number} was taken.");
            runtime.events.write(1051, "Information", &front_end.fqdn, &call_id, text);
            let ended = waiting.session.bridge(&mut other.session).await.err().unwrap_or(Ended::Joined);
            other.finish(front_end, ended.reason()).await;
            break ended;
        }
        if Instant::now() > deadline {
            taken.close();
            let text = format!("The call parked at {number} was not taken in time.");
            runtime.events.write(1052, "Warning", &front_end.fqdn, &call_id, text);
            break match park.timeout_uri.is_empty() {
                true => Ended::Limit,
                false => {
                    let from = format!("sip:{}", front_end.fqdn);
                    waiting.session.transfer(&park.timeout_uri, &from).await.err().unwrap_or(Ended::Limit)
                }
            };
        }
    };
    drop(taken);
    // Nobody can take it any more.
    runtime.parked.orbits.lock().retain(|_, s| !s.is_closed());
    waiting.finish(front_end, ended.reason()).await;
}
