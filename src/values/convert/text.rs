//! Text of values.

use crate::context::Context;
use crate::error::Result;
use crate::string::Str;
use crate::value::Value;

/// The text of a value without a session: invariant, no script code is run. For messages and keys.
pub fn to_display(value: &Value) -> String {
    match value {
        Value::Null | Value::Void => String::new(),
        Value::Bool(b) => if *b { "True" } else { "False" }.to_string(),
        Value::Char(c) => crate::string::unit_to_char(*c).to_string(),
        Value::F64(n) => n.to_string(),
        Value::F32(n) => n.to_string(),
        Value::U64(n) => n.to_string(),
        Value::Str(s) => s.to_string(),
        Value::Type(t) => t.name().to_string(),
        Value::Decimal(d) => d.to_string(),
        Value::BigInt(b) => b.to_string(),
        Value::Guid(g) => g.to_string(),
        Value::Array(a) => a.to_vec().iter().map(to_display).collect::<Vec<_>>().join(" "),
        Value::Wrapped(w) => to_display(&w.base),
        Value::Exception(e) => e.message().to_string(),
        Value::Error(e) => e.message().to_string(),
        Value::Foreign(f) => {
            f.display_plain().map_or_else(|| f.type_ref().name().to_string(), |s| s.to_string())
        }
        Value::Dict(d) => d.ty.name().to_string(),
        Value::Object(o) => o.ty.name().to_string(),
        Value::Enum(..) | Value::DateTime(_) | Value::TimeSpan(_) => value.as_i64().unwrap_or(0).to_string(),
        other => other.as_i64().unwrap_or(0).to_string(),
    }
}

/// The text of a value as PowerShell converts it to a string (`"$x"`, `[string]$x`).
pub fn to_str(_ctx: &mut dyn Context, value: &Value) -> Result<Str> {
    match value {
        Value::Str(s) => Ok(s.clone()),
        other => Ok(Str::from(to_display(other))),
    }
}
