//! The virtual machine.

pub mod call;
mod class;
mod cursor;
pub mod report;
mod exec;
mod members;
mod recover;
pub mod variables;

pub use class::class_members;
pub use cursor::{LazyRange, input_enumerator};
