//! What the item-property cmdlets share.

use command::{ErrorCategory, Exception, ProviderPath, Result, Session, Str, TypeRef, Value};

/// The error of a provider without properties.
pub fn unsupported<T>(text: &str) -> Result<T> {
    Exception::new(TypeRef::PS_NOT_SUPPORTED_EXCEPTION, text)
        .identity("NotSupported", ErrorCategory::NotImplemented, Value::Null)
        .throw()
}

/// Providers but the file system have no properties.
pub fn need_properties(target: &ProviderPath) -> Result<()> {
    if target.provider.as_str() == "FileSystem" {
        return Ok(());
    }
    unsupported("Cannot use interface. The IPropertyCmdletProvider interface is not supported by this provider.")
}

/// The error of a property that a file does not have.
pub fn missing(name: &str) -> Exception {
    Exception::new(TypeRef::IO_EXCEPTION, format!("The property {name} does not exist or was not found."))
}

/// A property's value of an item's object.
pub fn value_of(session: &mut dyn Session, item: &Value, name: &str) -> Result<Option<Value>> {
    values::members::get(session, item, name)
}

/// The name of a property as its object spells it.
pub fn spelled(session: &mut dyn Session, item: &Value, name: &Str) -> Str {
    let all = values::members::members(session, item);
    all.into_iter().find(|m| m.name.eq_ignore_ascii_case(name)).map_or_else(|| name.clone(), |m| m.name)
}
