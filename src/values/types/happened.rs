//! What objects of .NET types tell sessions that subscribed to their events.

use crate::collection::Array;
use crate::types::collections::observable;
use crate::types::diagnostics::process;
use crate::value::Value;

/// An event that came: its name, the type of its arguments and their properties.
pub struct Happened {
    pub event: &'static str,
    pub args_type: &'static str,
    pub args: Vec<(&'static str, Value)>,
}

/// The events that an object of the type table can raise.
pub fn event_names(object: &Value) -> &'static [&'static str] {
    if observable::is_observable(object) {
        return &["CollectionChanged"];
    }
    if process::is_own(object) {
        return &["Disposed", "ErrorDataReceived", "Exited", "OutputDataReceived"];
    }
    &[]
}

/// Prepares an object for being asked.
pub fn watch(object: &Value) {
    observable::watch(object);
}

/// What came since the object was last asked.
pub fn since(object: &Value, now: i64) -> Vec<Happened> {
    let mut found = observable::changes(object);
    found.extend(process::happened(object, now));
    found
}

/// A list of one item or none, as arguments carry it.
pub fn few(item: Option<&Value>) -> Value {
    match item {
        Some(item) => {
            let list = Array::list(crate::TypeRef::ARRAYLIST, crate::TypeRef::OBJECT, vec![item.clone()]);
            Value::Array(std::sync::Arc::new(list))
        }
        None => Value::Null,
    }
}
