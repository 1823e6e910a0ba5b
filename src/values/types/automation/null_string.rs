//! System.Management.Automation.Language.NullString: the `$null` that methods take for a text.

use crate::types::{State, TypeDef, hold_named};

struct Nothing;
impl State for Nothing {
    fn text(&self) -> Option<String> {
        Some(String::new())
    }
}

pub static TYPES: &[TypeDef] = &[TypeDef {
    name: "System.Management.Automation.Language.NullString",
    like: &[],
    members: &[("::Value", |_| Ok(hold_named("System.Management.Automation.Language.NullString", Nothing)))],
}];
