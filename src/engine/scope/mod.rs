//! Scopes and variables.

mod table;
mod variable;
mod watched;

pub use table::{ModuleKind, ModuleState, ScopeTable};
pub use variable::{Constraint, Variable, options_value};
pub use watched::{changes, note_change};
