//! The shell: command line, console, prompt and editing around a runspace of the engine.
//!
//! Invariants: only this crate writes to the terminal; a session's runspace is locked while script runs and free while a
//! line is edited. Which commands and providers there are is not known here: `main` hands them over.

mod arguments;
mod choice;
mod color;
mod complete;
mod edit;
mod form;
mod full_screen;
mod grid;
mod history;
mod host;
mod key;
pub mod memory;
mod menu;
mod near;
pub mod output;
mod pager;
mod paint;
mod predict;
mod progress;
mod remoting;
mod run;
mod session;
mod signal;
mod spoken;
mod terminal;
mod typing;
mod usage;
mod welcome;

pub use arguments::{Arguments, Refusal, StreamFormat, Surroundings, Work, parse};
pub use run::{Assembly, run, session_factory, system_name};
pub use usage::{POWERSHELL_VERSION, banner, usage};
