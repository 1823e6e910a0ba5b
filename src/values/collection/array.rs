//! Sequences: fixed arrays of any rank, and the growing lists.

use std::sync::atomic::{AtomicU32, Ordering};

use crate::error::Result;
use crate::guard::{Mutex, MutexGuard};
use crate::types::TypeRef;
use crate::value::Value;

/// A sequence with a .NET type: `T[]`, `T[,]`, ArrayList, `List[T]`, `Collection[T]`.
pub struct Array {
    /// The sequence's own type (`System.Int32[]`, `System.Collections.ArrayList`, ...).
    pub ty: TypeRef,
    /// The type that elements are converted to when stored.
    pub element: TypeRef,
    /// Lengths and lower bounds of each rank for rectangular arrays of rank above one; elements lie row by row.
    pub dims: Option<Box<[(usize, i32)]>>,
    /// Whether the length is fixed (a .NET array) or the sequence can grow (a list).
    pub is_fixed: bool,
    version: AtomicU32,
    items: Mutex<Vec<Value>>,
}

impl Drop for Array {
    fn drop(&mut self) {
        crate::stop::discard(std::mem::take(self.items.get_mut()));
    }
}

impl Array {
    /// A one-dimensional array of an element type. The items must already be of that type.
    pub fn fixed(element: TypeRef, items: Vec<Value>) -> Array {
        Array {
            ty: element.array_of(1),
            element,
            dims: None,
            is_fixed: true,
            version: AtomicU32::new(0),
            items: Mutex::new(items),
        }
    }

    /// A growing list of a list type (`ArrayList`, `List[T]` ...).
    pub fn list(ty: TypeRef, element: TypeRef, items: Vec<Value>) -> Array {
        Array { ty, element, dims: None, is_fixed: false, version: AtomicU32::new(0), items: Mutex::new(items) }
    }

    /// A rectangular array of rank above one.
    pub fn rectangular(element: TypeRef, dims: Vec<(usize, i32)>, items: Vec<Value>) -> Array {
        let ty = element.array_of(dims.len());
        Array {
            ty,
            element,
            dims: Some(dims.into_boxed_slice()),
            is_fixed: true,
            version: AtomicU32::new(0),
            items: Mutex::new(items),
        }
    }

    /// The items under guard. No script code may run while it is held.
    pub fn lock(&self) -> MutexGuard<'_, Vec<Value>> {
        self.items.lock()
    }

    /// The items under guard, to be changed: enumerations under way will notice.
    pub fn change(&self) -> MutexGuard<'_, Vec<Value>> {
        self.version.fetch_add(1, Ordering::Relaxed);
        self.items.lock()
    }

    /// How often the items were changed.
    pub fn version(&self) -> u32 {
        self.version.load(Ordering::Relaxed)
    }

    /// The number of items.
    pub fn len(&self) -> usize {
        self.items.lock().len()
    }

    /// Whether there is no item.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The item at a position.
    pub fn get(&self, index: usize) -> Option<Value> {
        self.items.lock().get(index).cloned()
    }

    /// A copy of the items.
    pub fn to_vec(&self) -> Vec<Value> {
        self.items.lock().clone()
    }

    /// A copy of the items; of many, it ends when a stop was asked for.
    pub fn copied(&self) -> Result<Vec<Value>> {
        crate::stop::copy(&self.items.lock())
    }
}
