//! Parameter binding: one implementation for cmdlets, functions and scripts, driven by the parameter table.

mod argument;
mod ask;
mod attribute;
mod attribute_fault;
mod binder;
mod check;
pub mod common;
mod dynamic;
mod flags;
mod input;
mod limits;
mod module_name;
mod script;
mod telling;
pub mod transform;
mod validate;

pub use argument::{Argument, splatted_name};
pub use attribute::{constant as constant_of, transformation, validation};
pub use dynamic::{attribute_objects, validation_object};
pub use limits::{check as check_limits, exist as has_limits};
pub use script::{bound_dictionary, empty_of, script_parameters};
pub use validate::validate;

use std::sync::Arc;

use command::{Bound, ParameterTable};
use values::Value;

use crate::pipeline::Common;

/// A binding under way.
pub struct Binding {
    pub table: Arc<ParameterTable>,
    pub bound: Bound,
    /// What becomes `$args` of a simple function.
    pub rest: Vec<Value>,
    /// Arguments that neither a name nor a position took.
    pub(crate) unbound: Vec<Argument>,
    /// What parameters held before pipeline objects were bound to them, by index.
    pub(crate) initial: Vec<(usize, Value)>,
    pub common: Common,
    /// Sets that are still possible, one bit each.
    pub sets: u64,
    /// Indexes of the parameters that were bound.
    pub taken: Vec<usize>,
    /// Those that were bound by the last pipeline object.
    pub from_input: Vec<usize>,
    /// Whether a pipeline object is expected.
    pub expects_input: bool,
    /// Bound as the last call from the same place was.
    pub is_planned: bool,
    /// Script blocks that give a parameter's value for each pipeline object (delay-bind).
    pub delayed: Vec<(usize, values::Value)>,
}

impl Binding {
    /// Nothing bound yet.
    pub fn new(table: Arc<ParameterTable>) -> Binding {
        let sets = if table.sets.is_empty() { 1 } else { (1u64 << table.sets.len().min(63)) - 1 };
        Binding {
            table,
            bound: Bound::new(),
            rest: Vec::new(),
            unbound: Vec::new(),
            initial: Vec::new(),
            common: Common::default(),
            sets,
            taken: Vec::new(),
            from_input: Vec::new(),
            expects_input: false,
            is_planned: false,
            delayed: Vec::new(),
        }
    }

    /// The sets that a parameter belongs to, as bits.
    pub(crate) fn sets_of(table: &ParameterTable, index: usize) -> u64 {
        table.parameters[index].in_sets.iter().fold(0, |bits, place| match place.set {
            None => u64::MAX,
            Some(set) => bits | (1 << set),
        })
    }
}
