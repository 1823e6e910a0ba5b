//! The PSTN simulator: telephones register at it as PSTN numbers, and call and are called through trunk and mediation server.

mod role;

pub use role::start;
