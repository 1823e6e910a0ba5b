//! Objects of .NET types whose state is a Rust value of ours.

use std::cmp::Ordering;

use parking_lot::{Mutex, MutexGuard};

use super::TypeRef;
use crate::context::Context;
use crate::error::Result;
use crate::object::Foreign;
use crate::string::Str;
use crate::value::Value;

/// The state of a held object and what the type does without being asked for a member.
pub trait State: Send + 'static {
    /// Whether PowerShell unrolls the object.
    const IS_ENUMERABLE: bool = false;

    /// `ToString()`; none means the type's name.
    fn text(&self) -> Option<String> {
        None
    }

    /// The items of an enumerable object.
    fn items(&self) -> Vec<Value> {
        Vec::new()
    }

    /// Truth in a condition.
    fn truth(&self) -> bool {
        true
    }

    /// Equality of two states of the same kind.
    fn is_equal(&self, _other: &Self) -> bool {
        false
    }

    /// Order of two states of the same kind.
    fn order(&self, _other: &Self) -> Option<Ordering> {
        None
    }

    /// Equal for equal states.
    fn hash(&self) -> Option<u64> {
        None
    }
}

/// An object of a type with state.
pub struct Held<T: State> {
    ty: TypeRef,
    state: Mutex<T>,
}

impl<T: State> Held<T> {
    /// The state under guard. No script code may run while it is held.
    pub fn lock(&self) -> MutexGuard<'_, T> {
        self.state.lock()
    }
}

/// A value of a type with state.
pub fn hold<T: State>(ty: TypeRef, state: T) -> Value {
    Value::foreign(Held { ty, state: Mutex::new(state) })
}

/// A value of a type, by CLR name, with state.
pub fn hold_named<T: State>(name: &str, state: T) -> Value {
    hold(TypeRef::find(name).unwrap_or(TypeRef::OBJECT), state)
}

/// A copy of the state behind a value.
pub fn state_of<T: State + Clone>(value: &Value) -> Option<T> {
    value.as_foreign::<Held<T>>().map(|h| h.lock().clone())
}

impl<T: State> Foreign for Held<T> {
    fn type_ref(&self) -> TypeRef {
        self.ty
    }

    fn display(&self, _ctx: &mut dyn Context) -> Result<Option<Str>> {
        Ok(self.display_plain())
    }

    fn display_plain(&self) -> Option<Str> {
        self.lock().text().map(Str::from)
    }

    fn enumerate(&self, _ctx: &mut dyn Context) -> Result<Option<Vec<Value>>> {
        Ok(T::IS_ENUMERABLE.then(|| self.lock().items()))
    }

    fn is_enumerable(&self) -> bool {
        T::IS_ENUMERABLE
    }

    fn equals(&self, other: &Value) -> bool {
        other.as_foreign::<Held<T>>().is_some_and(|o| std::ptr::eq(o, self) || self.lock().is_equal(&o.lock()))
    }

    fn truth(&self) -> bool {
        self.lock().truth()
    }

    fn hash_code(&self) -> u64 {
        self.lock().hash().unwrap_or(self as *const Self as usize as u64)
    }

    fn compare(&self, other: &Value) -> Option<Ordering> {
        let other = other.as_foreign::<Held<T>>()?;
        if std::ptr::eq(other, self) {
            return Some(Ordering::Equal);
        }
        self.lock().order(&other.lock())
    }
}
