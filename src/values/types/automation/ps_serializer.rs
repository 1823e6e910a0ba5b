//! System.Management.Automation.PSSerializer.

use crate::clixml;
use crate::error::{ErrorCategory, Exception, Result};
use crate::types::{Call, TypeDef, TypeRef};
use crate::value::Value;

pub static TYPES: &[TypeDef] = &[TypeDef {
    name: "System.Management.Automation.PSSerializer",
    like: &[],
    members: &[
        ("::Serialize", serialize),
        ("::Deserialize", |c| {
            let text = c.str(0);
            let items = clixml::deserialize(c.ctx, &text)?;
            Ok(match Value::from_output(items) {
                Value::Void => Value::Null,
                other => other,
            })
        }),
        ("::DeserializeAsList", |c| {
            let text = c.str(0);
            Ok(Value::array(clixml::deserialize(c.ctx, &text)?))
        }),
    ],
}];

const DEFAULT_DEPTH: i64 = 1;

fn serialize(call: &mut Call<'_>) -> Result {
    let depth = if call.count() > 1 { call.arg(1).as_i64().unwrap_or(DEFAULT_DEPTH) } else { DEFAULT_DEPTH };
    if depth < 1 {
        let text = "Value of depth parameter must be greater than or equal to 1.";
        return Exception::new(TypeRef::PS_ARGUMENT_EXCEPTION, text)
            .identity("Argument", ErrorCategory::InvalidArgument, Value::Null)
            .throw();
    }
    // A method is handed the object itself: of texts and containers that is less than what the shell holds of them.
    let value = match call.arg(0) {
        Value::Wrapped(w) if matches!(w.base, Value::Str(_) | Value::Array(_) | Value::Dict(_)) => w.base.clone(),
        other => other.clone(),
    };
    clixml::serialize(call.ctx, &[value], depth).map(Value::from)
}
