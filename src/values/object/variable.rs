//! What a variable holds: here, and not where variables are looked up, so that a place that reads one again and again gets at
//! the value without asking for the Rust type of the object behind a handle.

use crate::string::Str;
use crate::value::Value;

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

/// The changeable part of a variable.
#[derive(Clone, Default)]
pub struct VariableData {
    /// The value; `Value::Slot(None)` while unset.
    pub value: Value,
    pub options: VariableOptions,
    pub description: Option<Str>,
    /// There are constraints on what it may hold.
    pub is_constrained: bool,
    /// The constraints were put on by the assignment that is being done.
    pub is_being_constrained: bool,
}

impl VariableData {
    /// The value; none while unset.
    #[inline]
    pub fn get(&self) -> Option<Value> {
        match &self.value {
            Value::Slot(_) => None,
            value => Some(value.copy()),
        }
    }

    /// Whether it takes any value as it is.
    #[inline]
    pub fn is_plain(&self) -> bool {
        self.options == VariableOptions::NONE && !self.is_constrained
    }

    /// Adds to a plain Int32 in place; false where that is not all there is to do.
    #[inline]
    pub fn increment(&mut self, by: i32) -> bool {
        let is_plain = self.is_plain();
        match &mut self.value {
            Value::I32(n) if is_plain => match n.checked_add(by) {
                Some(sum) => {
                    *n = sum;
                    true
                }
                None => false,
            },
            _ => false,
        }
    }
}
