//! Calls through the whole system, in process: simulated network, virtual clock.

mod answering;
mod deposit;
mod dialing;
mod enterprise;
mod handset;
pub mod lab;
mod menus;
mod phones;
mod security;
mod torture;
mod trunks;
mod waiting;
