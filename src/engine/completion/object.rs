//! CommandCompletion and CompletionResult as values.

use std::sync::Arc;

use values::types::automation::completion::{CommandCompletion, completion_result};
use values::types::hold_named;
use values::{Array, TypeRef, Value};

use super::{Completion, Item};

/// A result as a value.
pub fn item_value(item: &Item) -> Value {
    match &item.object {
        Some(object) => object.clone(),
        None => completion_result(&item.text, &item.list, item.kind as i64, &item.tip),
    }
}

/// Results as a `Collection[CompletionResult]`.
pub fn items_value(items: &[Item]) -> Value {
    let element = TypeRef::find("System.Management.Automation.CompletionResult").unwrap_or(TypeRef::OBJECT);
    let ty = TypeRef::find("System.Collections.ObjectModel.Collection[System.Management.Automation.CompletionResult]");
    let items = items.iter().map(item_value).collect();
    Value::Array(Arc::new(Array::list(ty.unwrap_or(TypeRef::ARRAYLIST), element, items)))
}

/// A completion as a CommandCompletion.
pub(crate) fn completed(found: &Completion) -> Value {
    let state =
        CommandCompletion { matches: items_value(&found.items), current: -1, start: found.start, length: found.length };
    hold_named("System.Management.Automation.CommandCompletion", state)
}
