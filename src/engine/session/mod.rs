//! The runspace as cmdlets and values see it.

pub mod console;
mod context;
pub mod defaults;
pub mod place;
mod requires;
mod session;
mod state;
