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
pub use invoke::{call, call_generic, call_static, call_static_generic, construct, method_failure, method_not_found};
pub use listing::{
    added as describe_added, all_members, hidden_members, members, net_members, properties, static_members, type_names,
};
pub use read::{get, get_enumerating, get_static, note_or_null};
pub use write::{set, set_static};

use crate::context::Context;
use crate::error::Result;
use crate::string::Str;
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
        Value::Array(a) => Ok(Some(a.to_vec())),
        Value::Void => Ok(Some(Vec::new())),
        Value::Wrapped(w) => enumerate(ctx, &w.base),
        Value::Foreign(f) if f.is_enumerable() => f.enumerate(ctx),
        Value::Object(o) => {
            let base = o.lock().base.clone();
            match base {
                Some(base) => enumerate(ctx, &base),
                None => Ok(None),
            }
        }
        _ => Ok(None),
    }
}
