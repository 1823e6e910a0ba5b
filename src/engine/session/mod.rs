//! The runspace as cmdlets and values see it.

pub mod console;
mod context;
mod data_file;
pub mod defaults;
mod nested;
pub mod place;
mod requires;
mod session;
mod state;
pub(crate) mod types;
