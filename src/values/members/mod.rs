//! Reading, writing and calling members of any value: custom objects, adapters, added members, .NET members.

mod base_view;
mod facade;
mod fixed;
mod indexing;
mod intrinsic;
mod invoke;
mod listing;
mod order;
mod read;
mod write;

pub use facade::{MemberObject, MethodObject, MethodTarget, PsObjectView};
pub use fixed::{default_of, make_array};
pub use indexing::{index, set_index};
pub use intrinsic::call as call_intrinsic;
pub use invoke::{
    call, call_generic, call_static, call_static_generic, construct, method_failure, method_not_found, static_arguments,
};
pub use listing::{
    added as describe_added, all_members, hidden_members, members, net_members, properties, static_members, type_names,
};
pub use read::{get, get_enumerating, get_static, note_or_null};
pub use write::{set, set_static};

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

/// The items that PowerShell unrolls a value to (`foreach`, pipeline); none means it is one item. Strings, dictionaries and
/// custom objects are one item.
pub fn enumerate(ctx: &mut dyn Context, value: &Value) -> Result<Option<Vec<Value>>> {
    match value {
        Value::Array(a) => a.copied().map(Some),
        Value::Void => Ok(Some(Vec::new())),
        Value::Wrapped(w) => enumerate(ctx, &w.base),
        Value::Foreign(f) if f.is_enumerable() => f.enumerate(ctx),
        Value::Object(o) => {
            let base = o.outline().base.clone();
            match base {
                Some(base) => enumerate(ctx, &base),
                None if implements(o.ty, "IEnumerable") => script_items(ctx, value, o.ty),
                None => Ok(None),
            }
        }
        _ => Ok(None),
    }
}

/// Whether a script class or one of its bases names an interface of System.Collections behind its colon.
fn implements(ty: TypeRef, interface: &str) -> bool {
    let mut at = Some(ty).filter(|t| *t != TypeRef::PSCUSTOMOBJECT);
    while let Some(t) = at.filter(|t| t.info().class.get().is_some()) {
        let is_it = |name: &str| {
            let name = name.split(['[', '`']).next().unwrap_or_default();
            name.starts_with("System.Collections") && name.rsplit('.').next() == Some(interface)
        };
        if crate::types::facts::of(t).is_some_and(|f| f.interfaces.iter().any(|i| is_it(i))) {
            return true;
        }
        at = t.base();
    }
    false
}

/// The items that the enumerator of a script class gives.
fn script_items(ctx: &mut dyn Context, value: &Value, ty: TypeRef) -> Result<Option<Vec<Value>>> {
    let Some(enumerator) = ctx.invoke_class_method(ty, Some(value), "GetEnumerator", &[])? else { return Ok(None) };
    let Value::Object(o) = &enumerator else { return enumerate(ctx, &enumerator) };
    let own = o.ty;
    if !implements(own, "IEnumerator") {
        return enumerate(ctx, &enumerator);
    }
    let mut items = Vec::new();
    while let Some(more) = ctx.invoke_class_method(own, Some(&enumerator), "MoveNext", &[])? {
        if !crate::convert::to_bool(&more) || ctx.is_stopping() {
            break;
        }
        items.push(match ctx.invoke_class_method(own, Some(&enumerator), "get_Current", &[])? {
            Some(item) => item,
            None => get(ctx, &enumerator, "Current")?.unwrap_or_default(),
        });
    }
    Ok(Some(items))
}
