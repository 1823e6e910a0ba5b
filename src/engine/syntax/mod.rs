//! The syntax tree as scripts see it: the classes of `System.Management.Automation.Language`.

mod api;
mod child;
mod extent;
mod help;
mod made;
mod node;
mod property;
mod ps_parser;
mod safe_value;
mod static_binding;
mod token;
mod type_name;
mod variable_path;
mod visit;

pub use api::{call_static, escape_single, get_static, parse_error};
pub(crate) use child::{children, parent};
pub use extent::extent;
pub(crate) use extent::position;
pub use node::{AstObject, value};
pub(crate) use token::{TokenObject, tokens_value};

use values::{Array, TypeRef, Value};

/// A class of the language's namespace.
pub(crate) fn class(name: &str) -> TypeRef {
    super::host_objects::class(&format!("System.Management.Automation.Language.{name}"))
}

/// A `ReadOnlyCollection[T]` of a class of the namespace.
pub(crate) fn collection(element: &str, items: Vec<Value>) -> Value {
    let name = if element.contains('.') {
        element.to_string()
    } else {
        format!("System.Management.Automation.Language.{element}")
    };
    let element = TypeRef::find(&name).unwrap_or(TypeRef::OBJECT);
    let ty = TypeRef::find(&format!("System.Collections.ObjectModel.ReadOnlyCollection[{name}]"));
    Value::Array(std::sync::Arc::new(Array::list(ty.unwrap_or(TypeRef::ARRAYLIST), element, items)))
}

/// A value of an enumeration of the namespace.
pub(crate) fn enumerated(name: &str, number: i64) -> Value {
    match TypeRef::find(&format!("System.Management.Automation.Language.{name}")) {
        Some(ty) => Value::Enum(ty, number),
        None => Value::I32(number as i32),
    }
}
