//! The virtual machine.

pub mod call;
mod class;
mod cursor;
mod exec;
mod members;
mod recover;
pub mod report;
pub mod variables;

pub use class::class_members;
pub use cursor::{LazyRange, input_enumerator};
