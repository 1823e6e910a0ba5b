//! Reading, writing and calling members of any value: custom objects, adapters, added members, .NET members.

use crate::context::Context;
use crate::error::Result;
use crate::string::Str;
use crate::types::TypeRef;
use crate::value::Value;

/// Native getter of a code property: the object that has the property comes in.
pub type Getter = fn(&mut dyn Context, &Value) -> Result;
/// Native setter of a code property.
pub type Setter = fn(&mut dyn Context, &Value, &Value) -> Result<()>;
/// Native method: the object and the arguments.
pub type NativeMethod = fn(&mut dyn Context, &Value, &[Value]) -> Result;

/// What Get-Member says of a member.
#[derive(Clone, Debug)]
pub struct MemberInfo {
    /// Name.
    pub name: Str,
    /// `Property`, `NoteProperty`, `AliasProperty`, `ScriptProperty`, `CodeProperty`, `Method`, `ScriptMethod`, `ParameterizedProperty`, `PropertySet`, `MemberSet`, `Event` ...
    pub kind: &'static str,
    /// The definition text.
    pub definition: Str,
}

/// Kinds of members as the flags of PSMemberTypes.
pub const PROPERTIES: &[&str] =
    &["Property", "NoteProperty", "AliasProperty", "ScriptProperty", "CodeProperty", "ParameterizedProperty"];

/// A property's value; none means there is no such property (the caller decides between `$null` and an error).
pub fn get(_ctx: &mut dyn Context, object: &Value, name: &str) -> Result<Option<Value>> {
    Ok(match object {
        Value::Object(o) => o.get(name),
        Value::Dict(d) => d.get_str(name),
        _ => None,
    })
}

/// Sets a property; a missing or read-only one throws as PowerShell does.
pub fn set(_ctx: &mut dyn Context, object: &Value, name: &str, value: Value) -> Result<()> {
    match object {
        Value::Object(o) => o.set(name, value),
        Value::Dict(d) => {
            d.insert(Value::from(name), value);
        }
        _ => {}
    }
    Ok(())
}

/// Calls a method. `types` are the casts at the call site (`$x.M([int] $y)` constrains the choice), empty where none.
pub fn call(ctx: &mut dyn Context, object: &Value, name: &str, args: &[Value]) -> Result {
    let _ = (ctx, object, args);
    method_not_found(object, name).throw()
}

/// Reads a static property or field; none means there is none.
pub fn get_static(_ctx: &mut dyn Context, _ty: TypeRef, _name: &str) -> Result<Option<Value>> {
    Ok(None)
}

/// Sets a static property.
pub fn set_static(_ctx: &mut dyn Context, _ty: TypeRef, _name: &str, _value: Value) -> Result<()> {
    Ok(())
}

/// Calls a static method; `new` constructs.
pub fn call_static(_ctx: &mut dyn Context, ty: TypeRef, name: &str, _args: &[Value]) -> Result {
    method_not_found(&Value::Type(ty), name).throw()
}

/// `object[index]`. Out of range is `$null` for arrays and dictionaries.
pub fn index(_ctx: &mut dyn Context, _object: &Value, _index: &[Value]) -> Result {
    Ok(Value::Null)
}

/// `object[index] = value`.
pub fn set_index(_ctx: &mut dyn Context, _object: &Value, _index: &[Value], _value: Value) -> Result<()> {
    Ok(())
}

/// The items that PowerShell unrolls a value to (`foreach`, pipeline); none means it is one item. Strings, dictionaries and
/// custom objects are one item.
pub fn enumerate(ctx: &mut dyn Context, value: &Value) -> Result<Option<Vec<Value>>> {
    match value {
        Value::Array(a) => Ok(Some(a.to_vec())),
        Value::Void => Ok(Some(Vec::new())),
        Value::Wrapped(w) => enumerate(ctx, &w.base),
        Value::Foreign(f) if f.is_enumerable() => f.enumerate(ctx),
        _ => Ok(None),
    }
}

/// Names and values of all properties that formatting, Select-Object and serialisation see, in order.
pub fn properties(_ctx: &mut dyn Context, object: &Value) -> Result<Vec<(Str, Value)>> {
    Ok(object.as_object().map(|o| o.pairs()).unwrap_or_default())
}

/// All members, for Get-Member and `.PSObject.Members`.
pub fn members(_ctx: &mut dyn Context, _object: &Value) -> Vec<MemberInfo> {
    Vec::new()
}

/// `PSTypeNames`: the type chain that views, type data and Get-Member go by.
pub fn type_names(value: &Value) -> Vec<Str> {
    let mut at = value.type_ref();
    let mut names = Vec::new();
    while let Some(t) = at {
        names.push(Str::from(t.name()));
        at = t.base();
    }
    names
}

/// The error of a method that is not there.
pub fn method_not_found(object: &Value, name: &str) -> crate::error::Exception {
    let ty = match object {
        Value::Type(t) => t.name().to_string(),
        other => other.type_ref().map_or_else(String::new, |t| t.name().to_string()),
    };
    crate::error::runtime_error(
        "MethodNotFound",
        crate::error::ErrorCategory::InvalidOperation,
        Value::from(name),
        format!("Method invocation failed because [{ty}] does not contain a method named '{name}'."),
    )
}
