//! Variables and aliases as cmdlets see them.

use values::object::VariableOptions;
use values::{Str, Value};

/// Which scope is meant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scope {
    /// The nearest that has it, from the caller's scope outward.
    Any,
    Local,
    Script,
    Global,
    Private,
    /// So many scopes outward from the caller's.
    Number(u32),
}

/// A variable.
#[derive(Clone, Debug)]
pub struct VariableInfo {
    pub name: Str,
    pub value: Value,
    pub description: Option<Str>,
    pub options: VariableOptions,
    pub module: Option<Str>,
    /// Type constraints and validations, as attribute values for `.Attributes`.
    pub attributes: Vec<Value>,
}

/// An alias.
#[derive(Clone, Debug)]
pub struct AliasInfo {
    pub name: Str,
    pub definition: Str,
    pub description: Option<Str>,
    pub options: VariableOptions,
    pub module: Option<Str>,
}
