//! Layouts: what properties an object has, at which slot. One per shape, shared by all rows of that shape.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use parking_lot::Mutex;

use crate::collection::DictData;
use crate::string::Str;
use crate::value::Value;

static NEXT_ID: AtomicU32 = AtomicU32::new(1);

/// The ordered property names of an object. Never changes once made; adding a property leads to another layout.
pub struct Layout {
    /// Identity for call-site caches.
    pub id: u32,
    names: Vec<Str>,
    folded: Option<HashMap<String, u32>>,
    next: Mutex<Vec<(Str, Arc<Layout>)>>,
}

impl Layout {
    /// A layout of names (unique, ignoring case).
    pub fn new(names: Vec<Str>) -> Arc<Layout> {
        let folded =
            (names.len() > 8).then(|| names.iter().enumerate().map(|(i, n)| (n.to_lowercase(), i as u32)).collect());
        Arc::new(Layout { id: NEXT_ID.fetch_add(1, Ordering::Relaxed), names, folded, next: Mutex::new(Vec::new()) })
    }

    /// The slot of a name, ignoring case.
    pub fn find(&self, name: &str) -> Option<usize> {
        if let Some(folded) = &self.folded {
            if let Some(at) = self.names.iter().take(4).position(|n| n.as_str() == name) {
                return Some(at);
            }
            return folded.get(&name.to_lowercase()).map(|i| *i as usize);
        }
        self.names.iter().position(|n| crate::collection::equals_ignore_case(n, name))
    }

    /// The names in order.
    pub fn names(&self) -> &[Str] {
        &self.names
    }

    /// The layout that has one more name at the end; the same object for the same name.
    pub fn with(self: &Arc<Layout>, name: &Str) -> Arc<Layout> {
        let mut next = self.next.lock();
        if let Some((_, found)) = next.iter().find(|(n, _)| n == name) {
            return found.clone();
        }
        let mut names = self.names.clone();
        names.push(name.clone());
        let made = Layout::new(names);
        if next.len() < 64 {
            next.push((name.clone(), made.clone()));
        }
        made
    }

    /// The layout of the keys of a dictionary, as a `[pscustomobject]` cast makes it: objects made alike share one.
    pub fn of_keys(data: &DictData) -> Arc<Layout> {
        let names = data.iter().map(|(key, _)| match key {
            Value::Str(text) => text.clone(),
            key => Str::from(crate::convert::to_display(key)),
        });
        Layout::shared(names.collect())
    }

    /// The layout of names; the one made last of the same names where it is still known.
    pub fn shared(names: Vec<Str>) -> Arc<Layout> {
        static KNOWN: [Mutex<Option<Arc<Layout>>>; 64] = [const { Mutex::new(None) }; 64];
        let mix = |hash: usize, number: usize| hash.wrapping_mul(31).wrapping_add(number);
        let hash = names.iter().fold(names.len(), |hash, name| {
            mix(name.bytes().take(8).fold(hash, |hash, byte| mix(hash, byte.into())), name.len())
        });
        let mut known = KNOWN[hash % KNOWN.len()].lock();
        match &*known {
            Some(layout) if layout.names == names => layout.clone(),
            _ => known.insert(Layout::new(names)).clone(),
        }
    }
}
