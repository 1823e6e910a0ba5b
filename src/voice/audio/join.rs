//! Two calls joined back to back: sound, keys, hold, and hanging up go from one to the other.

use super::AudioLeg;
use super::pacer::{self, Paced};
use media::FRAME;
use media::clock::MediaClock;
use media::rtp::Quality;
use parking_lot::Mutex;
use signaling::agent::{Call, CallEvent, Incoming};
use signaling::sdp::{Direction, MediaSecurity, OfferRefused, Sdp, answer};
use signaling::transport::Network;
use signaling::{HeaderName, Message};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;

/// What was said before the end is heard within this time.
const LAST_WORDS: Duration = Duration::from_millis(200);

/// A side that sends neither sound nor reports for so long is gone (assumed).
const SILENCE: Duration = Duration::from_secs(30);

/// Which sides must let themselves be heard, or the calls are hung up: RTCPActiveCalls and RTCPCallsOnHold of a trunk's configuration.
#[derive(Debug, Clone, Copy)]
pub struct Watch {
    pub active: bool,
    pub on_hold: bool,
}

/// Why joined calls ended.
#[derive(Debug)]
pub enum JoinEnd {
    /// The first side hung up.
    First,
    /// The second side hung up.
    Second,
    /// No media from a side for too long.
    Dead,
    /// Cut by an administrator.
    Cut,
    /// A side (true is the second) asks for a transfer; both calls go on.
    Refer(bool, Incoming),
    /// Somebody takes the place of a side (true is the second).
    Replace(bool, Incoming),
}

/// One side of a joined call.
pub struct Side {
    pub call: Call,
    pub leg: AudioLeg,
    pub security: MediaSecurity,
}

/// Signalling of a side.
pub struct Party {
    pub call: Call,
    pub security: MediaSecurity,
}

/// The sound of both sides, which the media clock moves.
struct Sound {
    legs: [AudioLeg; 2],
    watch: Watch,
    /// Nothing more is taken in: what waits leaves, then all is over.
    ending: bool,
}

struct Shared {
    /// None once the calls have parted.
    sound: Mutex<Option<Sound>>,
    /// A side is silent for too long, or nothing waits any more at the end.
    changed: Notify,
}

impl Sound {
    fn turn(&mut self, changed: &Notify) {
        let ending = self.ending;
        let [first, second] = &mut self.legs;
        if first.passes(second) {
            first.pass(second, ending);
            second.pass(first, ending);
        } else if !ending {
            let mut frame = [0i16; FRAME];
            relay(first, second, &mut frame);
            relay(second, first, &mut frame);
        }
        let watched = |leg: &AudioLeg| if leg.is_two_way() { self.watch.active } else { self.watch.on_hold };
        let dead = |leg: &AudioLeg| watched(leg) && leg.silence() > SILENCE;
        let over = if ending { !self.waits() } else { self.legs.iter().any(dead) };
        if over {
            changed.notify_one();
        }
    }

    /// Whether something is on its way to the other side.
    fn waits(&self) -> bool {
        self.legs.iter().any(AudioLeg::is_passing)
    }
}

impl Paced for Shared {
    fn turn(&self) -> bool {
        match &mut *self.sound.lock() {
            Some(sound) => {
                sound.turn(&self.changed);
                true
            }
            None => false,
        }
    }
}

/// Two joined calls.
pub struct Joined {
    parties: [Party; 2],
    shared: Arc<Shared>,
    /// Where the media clock of the process does not serve: in a simulated network.
    clock: Option<MediaClock>,
}

impl Drop for Joined {
    fn drop(&mut self) {
        self.shared.sound.lock().take();
    }
}

/// What an event of one side means.
enum Step {
    Go,
    End,
    /// A REFER that the other side has to deal with.
    Refer(Incoming),
    /// An INVITE that takes this side's place.
    Replace(Incoming),
}

impl Joined {
    /// Joins two calls.
    pub fn new(mut first: Side, second: Side, watch: Watch) -> Joined {
        let simulated = matches!(first.leg.port().network(), Network::Simulated(_));
        let shared = Arc::new(Shared {
            sound: Mutex::new(Some(Sound { legs: [first.leg, second.leg], watch, ending: false })),
            changed: Notify::new(),
        });
        let paced = !simulated && pacer::enter(shared.clone());
        let party = |call, security| Party { call, security };
        Joined {
            parties: [party(first.call, first.security), party(second.call, second.security)],
            shared,
            clock: (!paced).then(MediaClock::start),
        }
    }

    /// Signalling of both sides; true is the second.
    pub fn party(&mut self, second: bool) -> &mut Party {
        &mut self.parties[usize::from(second)]
    }

    /// Somebody else takes the place of a side; gives the call that was there.
    pub fn replace(&mut self, second: bool, call: Call, leg: AudioLeg) -> Call {
        if let Some(sound) = &mut *self.shared.sound.lock() {
            sound.legs[usize::from(second)] = leg;
        }
        std::mem::replace(&mut self.party(second).call, call)
    }

    /// Quality of what the first side sent, and its codec.
    pub fn quality(&self) -> Option<(Quality, &'static str)> {
        self.shared.sound.lock().as_ref().map(|s| (s.legs[0].quality(), s.legs[0].codec_name()))
    }

    /// Lets the calls go on until one side hangs up, which hangs up the other as well, or something else must be done.
    pub async fn run(&mut self, cut: &Notify) -> JoinEnd {
        let end = loop {
            let [first, second] = &mut self.parties;
            let (second_one, event) = tokio::select! {
                () = tick(&mut self.clock) => {
                    self.shared.turn();
                    continue;
                }
                event = first.call.next() => (false, event),
                event = second.call.next() => (true, event),
                () = self.shared.changed.notified() => break JoinEnd::Dead,
                () = cut.notified() => break JoinEnd::Cut,
            };
            match self.take(second_one, event) {
                Step::Go => {}
                Step::End if second_one => break JoinEnd::Second,
                Step::End => break JoinEnd::First,
                Step::Refer(incoming) => return JoinEnd::Refer(second_one, incoming),
                Step::Replace(incoming) => return JoinEnd::Replace(second_one, incoming),
            }
        };
        self.finish().await;
        end
    }

    /// Lets what was said before the end be heard, then hangs up.
    async fn finish(&mut self) {
        let waits = self.shared.sound.lock().as_mut().is_some_and(|sound| {
            sound.ending = true;
            sound.legs.iter_mut().for_each(AudioLeg::take_last);
            sound.waits()
        });
        let clock = &mut self.clock;
        let heard = async {
            loop {
                tokio::select! {
                    () = self.shared.changed.notified() => break,
                    () = tick(clock) => {
                        self.shared.turn();
                    }
                }
            }
        };
        if waits {
            let _ = tokio::time::timeout(LAST_WORDS, Box::pin(heard)).await;
        }
        for party in &mut self.parties {
            Box::pin(party.call.bye(&[])).await;
        }
    }

    fn take(&mut self, second: bool, event: CallEvent) -> Step {
        match event {
            CallEvent::Bye(_) | CallEvent::Dead => return Step::End,
            CallEvent::Offer(incoming) => self.answer_change(second, &incoming),
            CallEvent::Refer(incoming) => return Step::Refer(incoming),
            CallEvent::Replace(incoming) => return Step::Replace(incoming),
            CallEvent::Other(incoming) => self.party(second).call.refuse(&incoming, 405, &[]),
            CallEvent::Ack(_) | CallEvent::Info(_) | CallEvent::Notify(_) => {}
        }
        Step::Go
    }

    /// Answers a changed session of one side; the other side does not learn of it, since media is relayed.
    fn answer_change(&self, second: bool, incoming: &Incoming) {
        let party = &self.parties[usize::from(second)];
        let answered = match &mut *self.shared.sound.lock() {
            Some(sound) => change(&mut sound.legs[usize::from(second)], party.security, &incoming.request),
            None => Err(None),
        };
        match answered {
            Ok(sdp) => party.call.answer_offer(incoming, &sdp),
            Err(None) => party.call.refuse(incoming, 488, &[]),
            Err(Some(refused)) => {
                let warning = format!("{} {} \"{refused}\"", refused.warning(), party.call.agent().name());
                party.call.refuse(incoming, 488, &[(HeaderName::Warning, warning)]);
            }
        }
    }
}

/// Takes over what a re-INVITE describes; gives our description.
fn change(leg: &mut AudioLeg, security: MediaSecurity, request: &Message) -> Result<String, Option<OfferRefused>> {
    if request.body.is_empty() {
        // Without offer: we describe what we have.
        return Ok(leg.port().offer(security).to_string());
    }
    let offer = request.body_of_type("application/sdp").and_then(Sdp::parse).ok_or(None)?;
    leg.port().next_version();
    let options = leg.port().options(security, Direction::SendRecv);
    let answered = answer(&offer, &options).map_err(Some)?;
    leg.renegotiate(&answered.negotiated).map_err(|_| None)?;
    Ok(answered.sdp.to_string())
}

/// The next tick of a clock of one's own; without one there is none.
async fn tick(clock: &mut Option<MediaClock>) {
    match clock {
        Some(clock) => clock.tick().await,
        None => std::future::pending().await,
    }
}

fn relay(from: &mut AudioLeg, to: &mut AudioLeg, frame: &mut media::Frame) {
    let mut keys = String::new();
    from.receive(|key| keys.push(key));
    let heard = from.pull(frame, |key| keys.push(key));
    if !keys.is_empty() {
        to.press(&keys);
    }
    to.send(heard.then_some(&*frame));
}
