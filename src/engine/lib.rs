//! The engine: compiler, virtual machine, scopes, binder, pipelines, modules, jobs. It implements `command::Session`.
//!
//! Invariants: a runspace is used by one thread at a time; script code never runs while a guard of a heap object is held;
//! flow that leaves a code block is a value (`values::Flow`), never a panic. Nothing here writes to the terminal.

mod bind;
mod cmdlets;
mod code;
mod commands;
mod compile;
mod completion;
mod constant;
mod debug;
mod errors;
mod events;
mod host_objects;
mod hosting;
mod jobs;
mod module;
mod parallel;
mod pipeline;
pub mod remoting;
mod runspace;
mod scope;
mod script_block;
mod session;
mod start;
mod syntax;
mod trace;
mod vm;
mod wildcard;

pub use commands::{CommandSource, CommandTable};
pub use completion::{Completion, Item as CompletionItem, Kind as CompletionKind, LiveValue, LiveValues};
pub use runspace::Runspace;
pub use start::{RunspaceFactory, RunspaceOptions, TextOutcome};
