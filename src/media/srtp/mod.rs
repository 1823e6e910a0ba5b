//! SRTP and SRTCP with keys from SDES (RFC 3711, RFC 4568).

mod context;
mod key;

pub use context::{Receiver, Sender, SrtpError};
pub use key::{KeyError, MasterKey, Suite};
