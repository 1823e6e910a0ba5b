//! SwitchParameter.

pub use values::types::automation::switch_parameter::switch_value;
