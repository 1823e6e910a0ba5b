//! The mediation server: a back-to-back agent between front end (TLS, SRTP by the pool's encryption level) and gateways (by trunk).

mod bridge;
mod role;

pub use bridge::{Attempt, Bridge, Bridged, attempt, finish};
pub use role::{TRUNK_PARAMETER, start};
pub(crate) use role::{pass_failure, pool_security, trunk_security, trunks_of, watch_of};
