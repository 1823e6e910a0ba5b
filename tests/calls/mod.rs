//! Calls through the whole system, in process: simulated network, virtual clock.

mod answering;
mod deposit;
mod dialing;
mod enterprise;
mod faults;
mod forwarding;
mod handset;
pub mod lab;
mod menus;
mod named_messages;
pub mod peer;
mod phones;
mod refusals;
mod security;
mod torture;
mod transfers;
mod trunks;
mod voice_access;
mod waiting;
