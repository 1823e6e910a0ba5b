//! Variables and aliases as cmdlets see them.

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

/// System.Management.Automation.ScopedItemOptions as flags.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct VariableOptions(pub u8);

impl VariableOptions {
    pub const NONE: VariableOptions = VariableOptions(0);
    pub const READ_ONLY: VariableOptions = VariableOptions(1);
    pub const CONSTANT: VariableOptions = VariableOptions(2);
    pub const PRIVATE: VariableOptions = VariableOptions(4);
    pub const ALL_SCOPE: VariableOptions = VariableOptions(8);

    /// Whether all of `flags` are set.
    pub fn has(self, flags: VariableOptions) -> bool {
        self.0 & flags.0 == flags.0
    }
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
