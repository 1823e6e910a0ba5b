//! The door for objects that have no representation of their own in `Value`.

use std::any::Any;
use std::sync::Arc;

use crate::context::Context;
use crate::error::Result;
use crate::guard::Mutex;
use crate::object::VariableData;
use crate::string::Str;
use crate::types::TypeRef;
use crate::value::Value;

/// An object defined elsewhere: a script block, a stream, an XML node, a runspace, a live call.
///
/// Members that the type table declares for `type_ref()` are looked up first; what a type answers by itself goes through
/// the methods below. Names arrive as the script spelt them.
pub trait Foreign: Any + Send + Sync {
    /// The .NET type that scripts see.
    fn type_ref(&self) -> TypeRef;

    /// `.ToString()`; none means the type's name.
    fn display(&self, _ctx: &mut dyn Context) -> Result<Option<Str>> {
        Ok(None)
    }

    /// A text without a session, for debugging and keys; none means the type's name.
    fn display_plain(&self) -> Option<Str> {
        None
    }

    /// A property's value; none means there is no such property.
    fn get(&self, _ctx: &mut dyn Context, _name: &str) -> Result<Option<Value>> {
        Ok(None)
    }

    /// Sets a property; false means there is no such property.
    fn set(&self, _ctx: &mut dyn Context, _name: &str, _value: &Value) -> Result<bool> {
        Ok(false)
    }

    /// Calls a method; none means there is no such method. `me` is the value that holds this object.
    fn call(&self, _ctx: &mut dyn Context, _me: &Value, _name: &str, _args: &[Value]) -> Result<Option<Value>> {
        Ok(None)
    }

    /// Names of the properties that `get` answers, in order.
    fn property_names(&self) -> Vec<Str> {
        Vec::new()
    }

    /// Names of the methods that `call` answers.
    fn method_names(&self) -> Vec<Str> {
        Vec::new()
    }

    /// The items when the object is enumerable; none means it is a single item.
    fn enumerate(&self, _ctx: &mut dyn Context) -> Result<Option<Vec<Value>>> {
        Ok(None)
    }

    /// Whether PowerShell unrolls it in a pipeline or `foreach` (IEnumerable, IEnumerator).
    fn is_enumerable(&self) -> bool {
        false
    }

    /// `object[index]`; none means it has no indexer.
    fn index(&self, _ctx: &mut dyn Context, _index: &[Value]) -> Result<Option<Value>> {
        Ok(None)
    }

    /// `object[index] = value`; false means it has no indexer.
    fn set_index(&self, _ctx: &mut dyn Context, _index: &[Value], _value: Value) -> Result<bool> {
        Ok(false)
    }

    /// Truth in a condition.
    fn truth(&self) -> bool {
        true
    }

    /// `PSTypeNames` where they differ from the type's own chain.
    fn type_names(&self) -> Option<Vec<Str>> {
        None
    }

    /// `.Equals(other)` beyond reference identity.
    fn equals(&self, _other: &Value) -> bool {
        false
    }

    /// A number that is equal for equal objects.
    fn hash_code(&self) -> u64 {
        self as *const Self as *const u8 as usize as u64
    }

    /// What it holds where it is a variable: hot paths ask no object for its Rust type.
    fn variable(&self) -> Option<&Mutex<VariableData>> {
        None
    }

    /// For comparison by `-lt`, Sort-Object and the like.
    fn compare(&self, _other: &Value) -> Option<std::cmp::Ordering> {
        None
    }
}

/// A shared handle on a foreign object, one pointer wide.
#[derive(Clone)]
pub struct ForeignRef(Arc<Box<dyn Foreign>>);

impl ForeignRef {
    /// Shares an object.
    pub fn new(object: impl Foreign) -> ForeignRef {
        ForeignRef(Arc::new(Box::new(object)))
    }

    /// The object as its Rust type.
    pub fn downcast<T: Foreign>(&self) -> Option<&T> {
        let any: &dyn Any = &**self.0;
        any.downcast_ref::<T>()
    }

    /// Whether two handles are of one object.
    pub fn same(&self, other: &ForeignRef) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl std::ops::Deref for ForeignRef {
    type Target = dyn Foreign;
    fn deref(&self) -> &dyn Foreign {
        &**self.0
    }
}
