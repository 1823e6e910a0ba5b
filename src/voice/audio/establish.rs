//! Answering a call with sound: the caller's offer, or ours in the 200 when there was none.

use super::{AudioLeg, AudioPort};
use signaling::agent::{Call, CallEvent, IncomingCall};
use signaling::sdp::{Direction, MediaSecurity, OfferRefused, Sdp, accept_answer, answer};
use std::time::Duration;

/// Time for the ACK with the answer.
const LATE_ANSWER: Duration = Duration::from_secs(32);

/// Why a call could not be answered; without a code it is over already.
pub struct NotEstablished {
    pub call: Option<IncomingCall>,
    pub refused: Option<OfferRefused>,
}

/// Whether a call's offer can be answered: asked before anything rings, so that a refusal is the first that the caller hears.
pub fn check_offer(call: &IncomingCall, port: &AudioPort, security: MediaSecurity) -> Result<(), OfferRefused> {
    if call.request().body.is_empty() {
        return Ok(());
    }
    let offer = call.request().body_of_type("application/sdp").and_then(Sdp::parse).ok_or(OfferRefused::Malformed)?;
    answer(&offer, &port.options(security, Direction::SendRecv)).map(|_| ())
}

/// Answers with 200. `security` is what this side demands.
pub async fn establish(
    call: IncomingCall,
    port: AudioPort,
    security: MediaSecurity,
) -> Result<(Call, AudioLeg), NotEstablished> {
    let options = port.options(security, Direction::SendRecv);
    if call.request().body.is_empty() {
        return late_offer(call, port, security).await;
    }
    let Some(offer) = call.request().body_of_type("application/sdp").and_then(Sdp::parse) else {
        return Err(NotEstablished { call: Some(call), refused: Some(OfferRefused::Malformed) });
    };
    let answered = match answer(&offer, &options) {
        Ok(answered) => answered,
        Err(refused) => {
            return Err(NotEstablished { call: Some(call), refused: Some(refused) });
        }
    };
    match AudioLeg::new(port, &answered.negotiated) {
        Ok(leg) => match call.answer(&answered.sdp.to_string(), &[]) {
            Some(call) => Ok((call, leg)),
            None => Err(NotEstablished { call: None, refused: None }),
        },
        // The key cannot be read.
        Err(_) => Err(NotEstablished { call: Some(call), refused: Some(OfferRefused::Security) }),
    }
}

async fn late_offer(
    call: IncomingCall,
    port: AudioPort,
    security: MediaSecurity,
) -> Result<(Call, AudioLeg), NotEstablished> {
    let gone = NotEstablished { call: None, refused: None };
    let options = port.options(security, Direction::SendRecv);
    let Some(mut call) = call.answer(&port.offer(security).to_string(), &[]) else {
        return Err(gone);
    };
    let event = tokio::time::timeout(LATE_ANSWER, call.next()).await;
    let answer = match event {
        Ok(CallEvent::Ack(ack)) => ack.body_of_type("application/sdp").and_then(Sdp::parse),
        _ => None,
    };
    let negotiated = answer.and_then(|a| accept_answer(&a, &options).ok());
    match negotiated.and_then(|n| AudioLeg::new(port, &n).ok()) {
        Some(leg) => Ok((call, leg)),
        None => {
            call.bye(&[]).await;
            Err(gone)
        }
    }
}
