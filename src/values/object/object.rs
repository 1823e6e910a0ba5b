//! Custom objects and instances of script classes.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use crate::guard::{Mutex, MutexGuard};

use super::layout::Layout;
use super::member::PsMember;
use crate::string::Str;
use crate::types::TypeRef;
use crate::value::Value;

/// An object made of a layout and slots: `[pscustomobject]`, rows of commands, instances of script classes.
pub struct Object {
    /// `System.Management.Automation.PSCustomObject` or a script class.
    pub ty: TypeRef,
    /// What its class's own `GetHashCode` said when it was last a key; 0 before that.
    key_hash: AtomicU32,
    data: Mutex<ObjectData>,
}

/// Where the slots of an object come from that is not filled before somebody asks: most rows of a long list are looked at
/// for one property only. What it gives is the state at the time the row was made.
pub trait SlotSource: Send + Sync {
    /// One slot's value; `None` when it could be changed in place and so must be kept, or is worked out together with others.
    fn slot(&self, at: usize) -> Option<Value>;

    /// The values of all slots.
    fn slots(&self) -> Vec<Value>;
}

/// The mutable part of an object.
#[derive(Clone)]
pub struct ObjectData {
    /// Names of the slots.
    pub layout: Arc<Layout>,
    /// Values in the layout's order.
    pub slots: Vec<Value>,
    /// Members that are not plain stored values.
    pub extra: Vec<(Str, PsMember)>,
    /// `PSTypeNames` where they differ from the type's own.
    pub type_names: Option<Arc<[Str]>>,
    /// For a class that derives from a .NET type: the base object.
    pub base: Option<Value>,
    /// What fills the slots as soon as they are asked for.
    pending: Option<Arc<dyn SlotSource>>,
}

impl Object {
    /// A `[pscustomobject]`.
    pub fn custom(layout: Arc<Layout>, slots: Vec<Value>) -> Object {
        Object::of_type(TypeRef::PSCUSTOMOBJECT, layout, slots)
    }

    /// An object of a type.
    pub fn of_type(ty: TypeRef, layout: Arc<Layout>, slots: Vec<Value>) -> Object {
        let data = ObjectData { layout, slots, extra: Vec::new(), type_names: None, base: None, pending: None };
        Object { ty, key_hash: AtomicU32::new(0), data: Mutex::new(data) }
    }

    /// A `[pscustomobject]` with type names whose slots are filled when they are first asked for.
    pub fn pending(layout: Arc<Layout>, type_names: Arc<[Str]>, source: Arc<dyn SlotSource>) -> Object {
        let data = ObjectData {
            layout,
            slots: Vec::new(),
            extra: Vec::new(),
            type_names: Some(type_names),
            base: None,
            pending: Some(source),
        };
        Object { ty: TypeRef::PSCUSTOMOBJECT, key_hash: AtomicU32::new(0), data: Mutex::new(data) }
    }

    /// A `[pscustomobject]` with properties in order.
    pub fn from_pairs<N: Into<Str>>(pairs: impl IntoIterator<Item = (N, Value)>) -> Object {
        let (names, slots) = pairs.into_iter().map(|(n, v)| (n.into(), v)).unzip();
        Object::custom(Layout::shared(names), slots)
    }

    /// The same with a type name in front, as commands emit typed rows (`PSTypeNames[0]`).
    pub fn typed<N: Into<Str>>(type_name: &str, pairs: impl IntoIterator<Item = (N, Value)>) -> Value {
        let object = Object::from_pairs(pairs);
        object.lock().type_names = Some(Arc::from([
            Str::from(type_name),
            Str::from("System.Management.Automation.PSCustomObject"),
            Str::from("System.Object"),
        ]));
        Value::Object(Arc::new(object))
    }

    /// The hash that tables keep it under, where its class has one of its own.
    pub fn key_hash(&self) -> Option<i32> {
        match self.key_hash.load(Ordering::Relaxed) {
            0 => None,
            n => Some(n as i32),
        }
    }

    /// Sets that hash.
    pub fn set_key_hash(&self, hash: i32) {
        self.key_hash.store(if hash == 0 { 1 } else { hash as u32 }, Ordering::Relaxed);
    }

    /// The object's data under guard. No script code may run while it is held.
    pub fn lock(&self) -> MutexGuard<'_, ObjectData> {
        let mut data = self.data.lock();
        if let Some(source) = data.pending.take() {
            data.slots = source.slots();
        }
        data
    }

    /// The same without filling the slots: for layout, type names, base object and added members only.
    pub fn outline(&self) -> MutexGuard<'_, ObjectData> {
        self.data.lock()
    }

    /// The stored value of a property.
    pub fn get(&self, name: &str) -> Option<Value> {
        let mut data = self.data.lock();
        let at = data.layout.find(name)?;
        if let Some(source) = &data.pending {
            if let Some(value) = source.slot(at) {
                return Some(value);
            }
            data.slots = source.slots();
            data.pending = None;
        }
        data.slots.get(at).cloned()
    }

    /// The same for a place that reads one name again and again: `memory` keeps the layout last seen and the slot in it.
    #[inline(always)]
    pub fn get_again(&self, name: &str, memory: &AtomicU64) -> Option<Value> {
        let data = self.data.lock();
        let word = memory.load(Ordering::Relaxed);
        if (word >> 32) as u32 == data.layout.id && data.pending.is_none() {
            return data.slots.get(word as u32 as usize).map(Value::copy);
        }
        drop(data);
        self.get_first(name, memory)
    }

    /// What a place does that has not seen this layout yet.
    #[inline(never)]
    fn get_first(&self, name: &str, memory: &AtomicU64) -> Option<Value> {
        let value = self.get(name)?;
        let data = self.data.lock();
        if let Some(at) = data.layout.find(name) {
            memory.store(u64::from(data.layout.id) << 32 | at as u64, Ordering::Relaxed);
        }
        Some(value)
    }

    /// Stores a property, adding it at the end where it is new.
    pub fn set(&self, name: &str, value: Value) {
        self.lock().set(name, value);
    }

    /// Names and values of the stored properties in order.
    pub fn pairs(&self) -> Vec<(Str, Value)> {
        let data = self.lock();
        data.layout.names().iter().cloned().zip(data.slots.iter().cloned()).collect()
    }
}

impl ObjectData {
    /// The stored value of a property.
    pub fn get(&self, name: &str) -> Option<Value> {
        self.layout.find(name).map(|at| self.slots[at].clone())
    }

    /// Stores a property, adding it at the end where it is new.
    pub fn set(&mut self, name: &str, value: Value) {
        if let Some(at) = self.layout.find(name) {
            self.slots[at] = value;
            return;
        }
        self.layout = self.layout.with(&Str::from(name));
        self.slots.push(value);
    }

    /// Takes a property away.
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        let at = self.layout.find(name)?;
        let mut names = self.layout.names().to_vec();
        names.remove(at);
        self.layout = Layout::new(names);
        Some(self.slots.remove(at))
    }
}

/// A value of another kind with members added to the instance.
pub struct Wrapped {
    /// The value itself; never wrapped again.
    pub base: Value,
    /// The added members.
    pub members: Mutex<Vec<(Str, PsMember)>>,
    /// `PSTypeNames` where they were changed.
    pub type_names: Mutex<Option<Arc<[Str]>>>,
    /// A number of a command line: how it was written, which is what it is as a text.
    pub token: Option<Str>,
    /// What `ToString()` gives for a value that was an enumeration's where it came from (CLIXML); the value is a number.
    pub text: Option<Str>,
}

impl Wrapped {
    /// Wraps a value that has no members added yet.
    pub fn new(base: Value) -> Wrapped {
        Wrapped {
            base: base.into_base(),
            members: Mutex::new(Vec::new()),
            type_names: Mutex::new(None),
            token: None,
            text: None,
        }
    }

    /// A number as an argument that keeps the form it was written in.
    pub fn of_token(base: Value, token: Str) -> Wrapped {
        Wrapped { token: Some(token), ..Wrapped::new(base) }
    }

    /// An added member by name.
    pub fn find(&self, name: &str) -> Option<PsMember> {
        self.members.lock().iter().find(|(n, _)| crate::collection::equals_ignore_case(n, name)).map(|(_, m)| m.clone())
    }
}
