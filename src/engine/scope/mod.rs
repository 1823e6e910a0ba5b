//! Scopes and variables.

mod table;
mod variable;

pub use table::{ModuleKind, ModuleState, ScopeTable};
pub use variable::{Constraint, Variable, options_value};
