//! Calls through the whole system, in process: simulated network, virtual clock.

mod deposit;
pub mod lab;
mod menus;
mod phones;
mod security;
