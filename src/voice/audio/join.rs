//! Two calls joined back to back: sound, keys, hold, and hanging up go from one to the other.

use super::AudioLeg;
use media::FRAME;
use media::clock::MediaClock;
use signaling::HeaderName;
use signaling::agent::{Call, CallEvent, Incoming};
use signaling::sdp::{Direction, MediaSecurity, Sdp, answer};
use std::time::Duration;

/// Why joined calls ended.
#[derive(Debug)]
pub enum JoinEnd {
    /// The first side hung up.
    First,
    /// The second side hung up.
    Second,
    /// No media from a side for too long, or signalling died.
    Dead,
    /// Cut by an administrator.
    Cut,
    /// A side (true is the second) asks for a transfer; both calls go on and may be joined again.
    Refer(bool, Incoming),
    /// Somebody takes the place of a side (true is the second).
    Replace(bool, Incoming),
}

/// One side of a joined call.
pub struct Side {
    pub call: Call,
    pub leg: AudioLeg,
    pub security: MediaSecurity,
    /// Hang up when nothing is received for so long.
    pub watchdog: Option<Duration>,
}

/// Answers a changed session of one side; the other side does not learn of it, since media is relayed.
fn answer_change(side: &mut Side, incoming: &Incoming) {
    if incoming.request.body.is_empty() {
        // A re-INVITE without offer: we describe what we have.
        let sdp = side.leg.port().offer(side.security).to_string();
        side.call.answer_offer(incoming, &sdp);
        return;
    }
    let offer = incoming.request.body_of_type("application/sdp").and_then(Sdp::parse);
    let Some(offer) = offer else {
        side.call.refuse(incoming, 488, &[]);
        return;
    };
    side.leg.port().next_version();
    let options = side.leg.port().options(side.security, Direction::SendRecv);
    match answer(&offer, &options) {
        Ok(answered) => match side.leg.renegotiate(&answered.negotiated) {
            Ok(()) => side.call.answer_offer(incoming, &answered.sdp.to_string()),
            Err(_) => side.call.refuse(incoming, 488, &[]),
        },
        Err(refused) => {
            let warning = format!("{} {} \"{refused}\"", refused.warning(), side.call.agent().name());
            side.call.refuse(incoming, 488, &[(HeaderName::Warning, warning)]);
        }
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

fn take(side: &mut Side, event: CallEvent) -> Step {
    match event {
        CallEvent::Bye(_) | CallEvent::Dead => Step::End,
        CallEvent::Offer(incoming) => {
            answer_change(side, &incoming);
            Step::Go
        }
        CallEvent::Refer(incoming) => Step::Refer(incoming),
        CallEvent::Replace(incoming) => Step::Replace(incoming),
        CallEvent::Other(incoming) => {
            side.call.refuse(&incoming, 405, &[]);
            Step::Go
        }
        CallEvent::Ack(_) | CallEvent::Info(_) | CallEvent::Notify(_) => Step::Go,
    }
}

/// Joins two calls until one side hangs up; the other is then hung up as well.
pub async fn join(first: &mut Side, second: &mut Side, cut: &tokio::sync::Notify) -> JoinEnd {
    let mut clock = MediaClock::start();
    let mut frame = [0i16; FRAME];
    let end = loop {
        tokio::select! {
            () = clock.tick() => {
                if first.leg.passes(&second.leg) {
                    first.leg.pass(&mut second.leg, false);
                    second.leg.pass(&mut first.leg, false);
                } else {
                    relay(&mut first.leg, &mut second.leg, &mut frame);
                    relay(&mut second.leg, &mut first.leg, &mut frame);
                }
                let dead = |side: &Side| side.watchdog.is_some_and(|limit| side.leg.silence() > limit);
                if dead(first) && dead(second) {
                    break JoinEnd::Dead;
                }
            }
            event = first.call.next() => match take(first, event) {
                Step::End => break JoinEnd::First,
                Step::Refer(incoming) => return JoinEnd::Refer(false, incoming),
                Step::Replace(incoming) => return JoinEnd::Replace(false, incoming),
                Step::Go => {}
            },
            event = second.call.next() => match take(second, event) {
                Step::End => break JoinEnd::Second,
                Step::Refer(incoming) => return JoinEnd::Refer(true, incoming),
                Step::Replace(incoming) => return JoinEnd::Replace(true, incoming),
                Step::Go => {}
            },
            () = cut.notified() => break JoinEnd::Cut,
        }
    };
    if first.leg.passes(&second.leg) {
        // What was said before the end is heard.
        first.leg.pass(&mut second.leg, true);
        second.leg.pass(&mut first.leg, true);
    }
    Box::pin(first.call.bye(&[])).await;
    Box::pin(second.call.bye(&[])).await;
    end
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
