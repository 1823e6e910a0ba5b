//! The sound of a call: ports, negotiated legs, two legs joined.

mod establish;
mod join;
mod leg;
mod outlet;
pub mod pacer;
mod port;

pub use establish::{NotEstablished, check_offer, establish};
pub use join::{JoinEnd, Joined, Party, Side, Watch};
pub use leg::AudioLeg;
pub use port::{AudioPort, MEDIATION_PORTS, UM_PORTS};
