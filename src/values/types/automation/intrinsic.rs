//! What PowerShell's own classes have for everybody: the empty output, hooks of its tests.

use crate::types::{TypeDef, fail};
use crate::value::Value;

pub static TYPES: &[TypeDef] = &[
    TypeDef {
        name: "System.Management.Automation.Internal.AutomationNull",
        like: &[],
        members: &[("::Value", |_| Ok(Value::Void))],
    },
    TypeDef {
        name: "System.Management.Automation.Internal.InternalTestHooks",
        like: &[],
        members: &[("::SetTestHook", |c| {
            // PowerShell passes over names of hooks that it does not know; here are none.
            if c.has(0) { Ok(Value::Void) } else { fail::null("name").throw() }
        })],
    },
];
