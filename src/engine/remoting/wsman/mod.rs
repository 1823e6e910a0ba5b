//! The way to a server through WS-Man (MS-WSMV 3.1.4): packets become requests over HTTP, and what a request that waits is answered
//! becomes packets.

mod channel;
mod envelope;
mod fault;
mod wire;

pub use channel::{Target, Way};
pub use fault::Fault;
pub use wire::{Listed, Naming, WsManWire, sessions};
