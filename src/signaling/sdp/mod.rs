//! Session descriptions (RFC 8866), offer and answer for one audio stream (RFC 3264), SDES keys (RFC 4568).

mod crypto;
mod model;
mod negotiate;

pub use crypto::Crypto;
pub use model::{Attribute, Media, Sdp};
pub use negotiate::{
    AudioAnswer, AudioOptions, Codec, Direction, LocalKey, MediaSecurity, Negotiated, OfferRefused, accept_answer,
    answer, offer,
};
