//! `ObservableCollection[T]`: a list that tells of its changes.
//!
//! Nobody is called from within a change. Once a session has subscribed, changes are noted here until it asks for them.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock, Weak};

use parking_lot::Mutex;

use super::list;
use crate::collection::Array;
use crate::error::Result;
use crate::types::happened::{Happened, few};
use crate::types::system::enumeration;
use crate::types::system::object::equals;
use crate::types::{Behaviour, Call, TypeDef, fail};
use crate::value::Value;

/// What was noted of a list since it was last asked for.
struct Notes {
    list: Weak<Array>,
    changes: Vec<Happened>,
}

/// The lists with subscriptions, by their place in memory.
static NOTES: LazyLock<Mutex<HashMap<usize, Notes>>> = LazyLock::new(Mutex::default);
static HAS_ANY: AtomicBool = AtomicBool::new(false);

fn key(list: &Arc<Array>) -> usize {
    Arc::as_ptr(list) as usize
}

fn observable(value: &Value) -> Option<&Arc<Array>> {
    let list = value.as_array()?;
    let (definition, _) = list.ty.info().generic.as_ref()?;
    (definition.name() == "System.Collections.ObjectModel.ObservableCollection`1").then_some(list)
}

/// Whether a value is such a list.
pub fn is_observable(value: &Value) -> bool {
    observable(value).is_some()
}

/// Begins to note the changes of a list.
pub fn watch(value: &Value) {
    let Some(list) = observable(value) else { return };
    let mut notes = NOTES.lock();
    notes.retain(|_, n| n.list.strong_count() > 0);
    notes.entry(key(list)).or_insert_with(|| Notes { list: Arc::downgrade(list), changes: Vec::new() });
    HAS_ANY.store(true, Ordering::Relaxed);
}

/// The changes since the last time.
pub fn changes(value: &Value) -> Vec<Happened> {
    let Some(list) = observable(value) else { return Vec::new() };
    NOTES.lock().get_mut(&key(list)).map(|n| std::mem::take(&mut n.changes)).unwrap_or_default()
}

fn arguments(action: i64, new: Option<(&Value, usize)>, old: Option<(&Value, usize)>) -> Happened {
    let place = |side: Option<(&Value, usize)>| Value::I32(side.map_or(-1, |(_, at)| at as i32));
    let kind = "System.Collections.Specialized.NotifyCollectionChangedAction";
    Happened {
        event: "CollectionChanged",
        args_type: "System.Collections.Specialized.NotifyCollectionChangedEventArgs",
        args: vec![
            ("Action", enumeration::make(kind, action)),
            ("NewItems", few(new.map(|n| n.0))),
            ("OldItems", few(old.map(|o| o.0))),
            ("NewStartingIndex", place(new)),
            ("OldStartingIndex", place(old)),
        ],
    }
}

/// Does what the list does and notes what that changed.
fn noted(c: &mut Call<'_>, name: &str) -> Result {
    let Some(plain) = list::member(name) else { return fail::not_implemented(c.ty, name).throw() };
    let list = c.this_array()?.clone();
    if !HAS_ANY.load(Ordering::Relaxed) || !NOTES.lock().contains_key(&key(&list)) {
        return plain(c);
    }
    let before = list.to_vec();
    let at = match name {
        "Remove" => before.iter().position(|v| equals(v, c.arg(0))).unwrap_or(0),
        "Add" => before.len(),
        _ => c.arg(0).as_i64().and_then(|n| usize::try_from(n).ok()).unwrap_or(0),
    };
    let to = c.arg(1).as_i64().and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
    let done = plain(c)?;
    let after = list.to_vec();
    let old = before.get(at).map(|v| (v, at));
    let args = match name {
        "Add" | "Insert" => after.get(at).map(|v| arguments(0, Some((v, at)), None)),
        "Remove" if before.len() == after.len() => None,
        "Remove" | "RemoveAt" => old.map(|old| arguments(1, None, Some(old))),
        "[]=" => after.get(at).map(|v| arguments(2, Some((v, at)), old)),
        "Move" => after.get(to).map(|v| arguments(3, Some((v, to)), Some((v, at)))),
        _ => Some(arguments(4, None, None)),
    };
    if let (Some(args), Some(notes)) = (args, NOTES.lock().get_mut(&key(&list))) {
        notes.changes.push(args);
    }
    Ok(done)
}

const MEMBERS: &[(&str, Behaviour)] = &[
    ("Add", |c| noted(c, "Add")),
    ("Insert", |c| noted(c, "Insert")),
    ("Remove", |c| noted(c, "Remove")),
    ("RemoveAt", |c| noted(c, "RemoveAt")),
    ("Clear", |c| noted(c, "Clear")),
    ("Move", |c| noted(c, "Move")),
];

pub static TYPES: &[TypeDef] = &[TypeDef {
    name: "System.Collections.ObjectModel.ObservableCollection`1",
    like: &["System.Collections.Generic.List`1"],
    members: MEMBERS,
}];
