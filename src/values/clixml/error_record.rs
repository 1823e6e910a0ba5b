//! Error records: sent as a set of values from which a record is made again.

use std::sync::Arc;

use super::write::Writer;
use crate::context::Context;
use crate::error::{ErrorRecord, Result};
use crate::value::Value;
use crate::{convert, members};

/// Writes what an error record consists of.
pub(super) fn write(writer: &mut Writer, ctx: &mut dyn Context, record: &Arc<ErrorRecord>, depth: i64) -> Result<()> {
    let data = record.data.lock().clone();
    let value = Value::Error(record.clone());
    let info = members::get(ctx, &value, "CategoryInfo")?.unwrap_or_default();
    let mut list = vec![
        ("Exception", Value::Exception(record.exception.clone())),
        ("TargetObject", data.target.clone()),
        ("FullyQualifiedErrorId", Value::from(record.full_id())),
        ("InvocationInfo", members::get(ctx, &value, "InvocationInfo")?.unwrap_or_default()),
        ("ErrorCategory_Category", Value::I32(data.category as i32)),
    ];
    for (name, property) in [
        ("ErrorCategory_Activity", "Activity"),
        ("ErrorCategory_Reason", "Reason"),
        ("ErrorCategory_TargetName", "TargetName"),
        ("ErrorCategory_TargetType", "TargetType"),
    ] {
        list.push((name, members::get(ctx, &info, property)?.unwrap_or_default()));
    }
    let message = match info.is_null() {
        true => String::new(),
        false => convert::to_str(ctx, &info)?.to_string(),
    };
    list.push(("ErrorCategory_Message", Value::from(message)));
    if let Some((text, action)) = &data.details {
        list.push(("ErrorDetails_Message", Value::Str(text.clone())));
        list.push(("ErrorDetails_RecommendedAction", Value::from(action.clone())));
    }
    list.push(("SerializeExtendedInfo", Value::Bool(false)));
    if let Some(stack) = &data.stack {
        list.push(("ErrorDetails_ScriptStackTrace", Value::Str(stack.text())));
    }
    writer.members(ctx, &list, depth)
}
