//! Dictionaries: insertion-ordered hash tables with .NET's key equality.

use std::hash::{Hash, Hasher};

use super::index::Index;
use super::parts::Parts;
use crate::guard::{Mutex, MutexGuard};
use crate::types::TypeRef;
use crate::value::Value;

/// How string keys are compared.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeyComparer {
    /// `@{}` and `[ordered]@{}`: ordinal, ignoring case.
    IgnoreCase,
    /// `[hashtable]::new()`, `Dictionary[string,object]`: ordinal.
    Ordinal,
}

/// A hashtable-like value: Hashtable, OrderedDictionary, `Dictionary[K,V]`, SortedDictionary and others.
pub struct Dict {
    /// The dictionary's own type.
    pub ty: TypeRef,
    /// The type that keys are converted to.
    pub key: TypeRef,
    /// The type that values are converted to.
    pub value: TypeRef,
    data: Mutex<DictData>,
}

/// The entries of a dictionary in insertion order.
#[derive(Clone)]
pub struct DictData {
    comparer: KeyComparer,
    index: Index,
    entries: Parts<Entry>,
    /// How often the entries were changed, and how often one was added.
    changes: u32,
    additions: u32,
}

#[derive(Clone)]
struct Entry {
    hash: u64,
    key: Value,
    value: Value,
}

impl Dict {
    /// An empty `@{}`.
    pub fn hashtable() -> Dict {
        Dict::new(TypeRef::HASHTABLE, TypeRef::OBJECT, TypeRef::OBJECT, KeyComparer::IgnoreCase)
    }

    /// An empty `[ordered]@{}`.
    pub fn ordered() -> Dict {
        Dict::new(TypeRef::ORDERED_DICTIONARY, TypeRef::OBJECT, TypeRef::OBJECT, KeyComparer::IgnoreCase)
    }

    /// An empty dictionary of a type.
    pub fn new(ty: TypeRef, key: TypeRef, value: TypeRef, comparer: KeyComparer) -> Dict {
        Dict { ty, key, value, data: Mutex::new(DictData::new(comparer)) }
    }

    /// A dictionary of a type with entries.
    pub fn with_data(ty: TypeRef, key: TypeRef, value: TypeRef, data: DictData) -> Dict {
        Dict { ty, key, value, data: Mutex::new(data) }
    }

    /// The entries under guard. No script code may run while it is held.
    pub fn lock(&self) -> MutexGuard<'_, DictData> {
        self.data.lock()
    }

    /// The number of entries.
    pub fn len(&self) -> usize {
        self.data.lock().len()
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value of a key.
    pub fn get(&self, key: &Value) -> Option<Value> {
        self.data.lock().get(key).cloned()
    }

    /// The value of a string key.
    pub fn get_str(&self, key: &str) -> Option<Value> {
        self.data.lock().get(&Value::from(key)).cloned()
    }

    /// Adds or replaces; the old value comes back.
    pub fn insert(&self, key: Value, value: Value) -> Option<Value> {
        self.data.lock().insert(key, value)
    }

    /// A number that changes when an enumeration under way would be refused: `Dictionary[K,V]` minds additions only, the
    /// concurrent dictionaries nothing.
    pub fn stamp(&self) -> u32 {
        let name = self.ty.name();
        let data = self.data.lock();
        if name.starts_with("System.Collections.Generic.Dictionary`2") {
            data.additions
        } else if name.starts_with("System.Collections.Concurrent.") {
            0
        } else {
            data.changes
        }
    }

    /// A copy of the entries in order.
    pub fn to_vec(&self) -> Vec<(Value, Value)> {
        self.data.lock().iter().map(|(k, v)| (k.clone(), v.clone())).collect()
    }
}

impl Drop for DictData {
    fn drop(&mut self) {
        self.entries.discard();
    }
}

impl DictData {
    /// No entries.
    pub fn new(comparer: KeyComparer) -> DictData {
        DictData { comparer, index: Index::default(), entries: Parts::default(), changes: 0, additions: 0 }
    }

    /// How string keys are compared.
    pub fn comparer(&self) -> KeyComparer {
        self.comparer
    }

    /// The number of entries.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The position of a key.
    pub fn position(&self, key: &Value) -> Option<usize> {
        let hash = hash_key(key, self.comparer);
        let found = self.index.find(hash, |i| {
            let entry = &self.entries[*i as usize];
            entry.hash == hash && keys_equal(&entry.key, key, self.comparer)
        });
        found.map(|i| *i as usize)
    }

    /// The keys that are kept under a hash which a script class gave.
    pub fn keys_with_hash(&self, own: i32) -> Vec<Value> {
        let mut state = Fnv(0xcbf2_9ce4_8422_2325);
        (if own == 0 { 1 } else { own }).hash(&mut state);
        let hash = state.finish();
        let near = self.index.near(hash).map(|i| &self.entries[i as usize]);
        near.filter(|e| e.hash == hash).map(|e| e.key.clone()).collect()
    }

    /// The value of a key.
    pub fn get(&self, key: &Value) -> Option<&Value> {
        self.position(key).map(|at| &self.entries[at].value)
    }

    /// Whether the key is there.
    pub fn contains_key(&self, key: &Value) -> bool {
        self.position(key).is_some()
    }

    /// The entry at a position.
    pub fn at(&self, position: usize) -> Option<(&Value, &Value)> {
        self.entries.get(position).map(|e| (&e.key, &e.value))
    }

    /// Replaces the value at a position.
    pub fn set_at(&mut self, position: usize, value: Value) -> bool {
        self.changes = self.changes.wrapping_add(1);
        let Some(entry) = self.entries.get_mut(position) else { return false };
        entry.value = value;
        true
    }

    /// Adds or replaces; the old value comes back.
    pub fn insert(&mut self, key: Value, value: Value) -> Option<Value> {
        self.changes = self.changes.wrapping_add(1);
        if let Some(at) = self.position(&key) {
            return Some(std::mem::replace(&mut self.entries[at].value, value));
        }
        self.additions = self.additions.wrapping_add(1);
        let hash = hash_key(&key, self.comparer);
        let at = self.entries.len() as u32;
        self.entries.push(Entry { hash, key, value });
        let entries = &self.entries;
        self.index.insert(hash, at, |i| entries[*i as usize].hash);
        None
    }

    /// Puts an entry at a position (ordered dictionaries); the key must not be there yet.
    pub fn insert_at(&mut self, position: usize, key: Value, value: Value) {
        self.changes = self.changes.wrapping_add(1);
        self.additions = self.additions.wrapping_add(1);
        let hash = hash_key(&key, self.comparer);
        self.entries.insert(position, Entry { hash, key, value });
        self.rebuild();
    }

    /// Takes an entry out, keeping the order of the rest.
    pub fn remove(&mut self, key: &Value) -> Option<Value> {
        let at = self.position(key)?;
        Some(self.remove_at(at).1)
    }

    /// Takes the entry at a position out.
    pub fn remove_at(&mut self, at: usize) -> (Value, Value) {
        self.changes = self.changes.wrapping_add(1);
        let hash = self.entries[at].hash;
        let entry = self.entries.remove(at);
        self.index.remove(hash, at as u32, at < self.entries.len());
        (entry.key, entry.value)
    }

    /// Takes all entries out.
    pub fn clear(&mut self) {
        self.changes = self.changes.wrapping_add(1);
        self.entries.discard();
        self.index.clear();
    }

    /// The entries in order.
    pub fn iter(&self) -> impl Iterator<Item = (&Value, &Value)> {
        self.entries.iter().map(|e| (&e.key, &e.value))
    }

    fn rebuild(&mut self) {
        self.index.clear();
        let entries = &self.entries;
        for (at, entry) in entries.iter().enumerate() {
            self.index.insert(entry.hash, at as u32, |i| entries[*i as usize].hash);
        }
    }
}

fn hash_key(key: &Value, comparer: KeyComparer) -> u64 {
    let mut state = Fnv(0xcbf2_9ce4_8422_2325);
    match key.base() {
        Value::Str(s) if comparer == KeyComparer::IgnoreCase => {
            for ch in s.chars() {
                if ch.is_ascii() {
                    state.write_u8(ch.to_ascii_uppercase() as u8);
                } else {
                    upper(ch).hash(&mut state);
                }
            }
        }
        Value::Str(s) => state.write(s.as_bytes()),
        Value::Decimal(d) => d.normalize().hash(&mut state),
        Value::BigInt(b) => b.hash(&mut state),
        Value::Guid(g) => g.hash(&mut state),
        Value::F64(n) => (if *n == 0.0 { 0 } else { n.to_bits() }).hash(&mut state),
        Value::F32(n) => (if *n == 0.0 { 0 } else { n.to_bits() }).hash(&mut state),
        Value::Bool(b) => b.hash(&mut state),
        Value::DateTime(t) => t.hash(&mut state),
        Value::TimeSpan(t) => t.hash(&mut state),
        Value::Type(t) => t.hash(&mut state),
        Value::Array(a) => (std::sync::Arc::as_ptr(a) as usize).hash(&mut state),
        Value::Dict(a) => (std::sync::Arc::as_ptr(a) as usize).hash(&mut state),
        Value::Object(a) => match a.key_hash() {
            Some(own) => own.hash(&mut state),
            None => (std::sync::Arc::as_ptr(a) as usize).hash(&mut state),
        },
        Value::Exception(a) => (std::sync::Arc::as_ptr(a) as usize).hash(&mut state),
        Value::Error(a) => (std::sync::Arc::as_ptr(a) as usize).hash(&mut state),
        Value::Foreign(f) => f.hash_code().hash(&mut state),
        other => other.as_i64().unwrap_or(0).hash(&mut state),
    }
    state.finish()
}

/// Whether two keys are the same key: same type and `.Equals`, strings by the comparer.
fn keys_equal(a: &Value, b: &Value, comparer: KeyComparer) -> bool {
    match (a.base(), b.base()) {
        (Value::Str(x), Value::Str(y)) => match comparer {
            KeyComparer::Ordinal => x.as_str() == y.as_str(),
            KeyComparer::IgnoreCase => equals_ignore_case(x, y),
        },
        (Value::Bool(x), Value::Bool(y)) => x == y,
        (Value::Char(x), Value::Char(y)) => x == y,
        (Value::I32(x), Value::I32(y)) => x == y,
        (Value::F64(x), Value::F64(y)) => x == y || (x.is_nan() && y.is_nan()),
        (Value::F32(x), Value::F32(y)) => x == y || (x.is_nan() && y.is_nan()),
        (Value::Decimal(x), Value::Decimal(y)) => x == y,
        (Value::BigInt(x), Value::BigInt(y)) => x == y,
        (Value::Guid(x), Value::Guid(y)) => x == y,
        (Value::DateTime(x), Value::DateTime(y)) => x & !(3 << 62) == y & !(3 << 62),
        (Value::TimeSpan(x), Value::TimeSpan(y)) => x == y,
        (Value::Foreign(x), Value::Foreign(y)) => x.same(y) || x.equals(&Value::Foreign(y.clone())),
        (x, y) => match (x.as_i64(), y.as_i64()) {
            (Some(i), Some(j)) => i == j && x.type_ref() == y.type_ref(),
            _ => x.same(y),
        },
    }
}

/// Ordinal comparison that ignores case, as OrdinalIgnoreCase does (simple upper-case mapping, character by character).
pub fn equals_ignore_case(a: &str, b: &str) -> bool {
    if a.is_ascii() && b.is_ascii() {
        return a.eq_ignore_ascii_case(b);
    }
    let mut left = a.chars().map(upper);
    let mut right = b.chars().map(upper);
    loop {
        match (left.next(), right.next()) {
            (None, None) => return true,
            (x, y) if x == y => {}
            _ => return false,
        }
    }
}

fn upper(ch: char) -> char {
    let mut mapped = ch.to_uppercase();
    match (mapped.next(), mapped.next()) {
        (Some(one), None) => one,
        _ => ch,
    }
}

struct Fnv(u64);
impl Hasher for Fnv {
    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 29)
    }
    fn write(&mut self, bytes: &[u8]) {
        for b in bytes {
            self.0 = (self.0 ^ u64::from(*b)).wrapping_mul(0x100_0000_01b3);
        }
    }
    fn write_u64(&mut self, n: u64) {
        self.0 = (self.0 ^ n).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 ^= self.0 >> 32;
    }
    fn write_i64(&mut self, n: i64) {
        self.write_u64(n as u64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_follow_the_comparer_and_type() {
        let d = Dict::hashtable();
        d.insert(Value::from("Name"), Value::I32(1));
        d.insert(Value::I32(1), Value::I32(2));
        assert!(d.get_str("NAME").is_some());
        assert!(d.get(&Value::I64(1)).is_none());
        assert!(d.get(&Value::from("1")).is_none());
        let mut data = d.lock();
        assert!(data.remove(&Value::from("name")).is_some());
        assert_eq!(data.position(&Value::I32(1)), Some(0));
    }

    #[test]
    fn many_keys_are_found_added_and_removed() {
        const COUNT: i32 = 200_000;
        let d = Dict::hashtable();
        for n in 0..COUNT {
            assert!(d.insert(Value::I32(n), Value::I32(n * 2)).is_none());
        }
        let mut data = d.lock();
        assert!((0..COUNT).all(|n| data.get(&Value::I32(n)).and_then(Value::as_i64) == Some(i64::from(n) * 2)));
        assert!(data.get(&Value::I32(COUNT)).is_none());
        assert!(data.remove(&Value::I32(70_000)).is_some() && data.remove(&Value::I32(70_000)).is_none());
        assert_eq!(data.position(&Value::I32(70_001)), Some(70_000));
        assert_eq!(data.position(&Value::I32(69_999)), Some(69_999));
        data.clear();
        assert!(data.is_empty() && data.get(&Value::I32(5)).is_none());
    }
}
