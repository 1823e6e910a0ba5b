//! Members that the extended type system adds to objects and types.

use crate::string::Str;
use crate::value::Value;

/// A member added by Add-Member, Update-TypeData or an adapter.
#[derive(Clone, Debug)]
pub enum PsMember {
    /// A stored value.
    Note(Value),
    /// A variable (PSVariable): reading and writing go to it (PSVariableProperty).
    Variable(Value),
    /// Another name for a member, optionally converted to a type.
    Alias { target: Str, convert: Option<crate::types::TypeRef> },
    /// A getter and an optional setter as script blocks.
    ScriptProperty { get: Value, set: Option<Value> },
    /// A script block called with `$this`.
    ScriptMethod(Value),
    /// A property computed by native code.
    CodeProperty { get: crate::members::Getter, set: Option<crate::members::Setter> },
    /// A method of native code.
    CodeMethod(crate::members::NativeMethod),
    /// A named set of property names.
    PropertySet(Vec<Str>),
    /// A named set of members (`PSStandardMembers`).
    MemberSet(Vec<(Str, PsMember)>),
}
