//! System.Management.Automation.SwitchParameter.

use crate::context::Context;
use crate::convert;
use crate::error::Result;
use crate::object::Foreign;
use crate::string::Str;
use crate::types::{TypeDef, TypeRef};
use crate::value::Value;

pub static TYPES: &[TypeDef] = &[TypeDef {
    name: "System.Management.Automation.SwitchParameter",
    like: &[],
    members: &[
        ("new", |c| Ok(switch_value(convert::to_bool(c.arg(0))))),
        ("::Present", |_| Ok(switch_value(true))),
        ("IsPresent", |c| Ok(Value::Bool(convert::to_bool(c.this)))),
        ("ToBool", |c| Ok(Value::Bool(convert::to_bool(c.this)))),
    ],
}];

/// The value of a switch.
struct Switch(bool);

/// A SwitchParameter as a value.
pub fn switch_value(is_present: bool) -> Value {
    Value::foreign(Switch(is_present))
}

impl Foreign for Switch {
    fn type_ref(&self) -> TypeRef {
        TypeRef::SWITCH
    }
    fn display_plain(&self) -> Option<Str> {
        Some(Str::from(if self.0 { "True" } else { "False" }))
    }
    fn display(&self, _ctx: &mut dyn Context) -> Result<Option<Str>> {
        Ok(self.display_plain())
    }
    fn get(&self, _ctx: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        Ok(name.eq_ignore_ascii_case("ispresent").then_some(Value::Bool(self.0)))
    }
    fn property_names(&self) -> Vec<Str> {
        vec![Str::from("IsPresent")]
    }
    fn call(&self, _ctx: &mut dyn Context, _me: &Value, name: &str, _args: &[Value]) -> Result<Option<Value>> {
        Ok(match name.to_ascii_lowercase().as_str() {
            "tobool" => Some(Value::Bool(self.0)),
            "tostring" => self.display_plain().map(Value::Str),
            _ => None,
        })
    }
    fn truth(&self) -> bool {
        self.0
    }
    fn equals(&self, other: &Value) -> bool {
        convert::to_bool(other) == self.0
    }
}
