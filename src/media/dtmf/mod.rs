//! DTMF: telephone events (RFC 4733) both ways, and detection in the audio path.

mod event;
mod goertzel;

pub use event::{EventReceiver, EventSender, OutgoingEvent};
pub use goertzel::{InBandDetector, ToneDetector};

/// Event number of a key.
pub fn event_of(key: char) -> Option<u8> {
    "0123456789*#ABCD".find(key.to_ascii_uppercase()).map(|at| at as u8)
}

/// Key of an event number.
pub fn key_of(event: u8) -> Option<char> {
    "0123456789*#ABCD".chars().nth(event.into())
}
