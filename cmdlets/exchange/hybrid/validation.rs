//! Rows of the tests of sharing: a step, whether it went well, and what was seen.

use command::Value;
use values::Object;

/// One step.
pub(crate) fn step(id: &str, is_good: bool, message: impl Into<String>) -> Value {
    Object::typed(
        "Microsoft.Exchange.Management.Common.ResultOutput",
        [
            ("Id", Value::from(id)),
            ("Type", Value::from(if is_good { "Success" } else { "Error" })),
            ("Message", Value::from(message.into())),
        ],
    )
}
