//! Which view belongs to a type: files loaded by the session before the built-in ones, then those, then what was appended
//! and what further sources (product modules) know.

use std::collections::HashMap;
use std::sync::Arc;

use command::Session;
use values::Str;

use super::{Shape, View, builtin, help};

/// A further source of views, asked by type name.
pub type ViewSource = Arc<dyn Fn(&str) -> Vec<View> + Send + Sync>;

/// The views of a session.
#[derive(Default)]
pub struct Registry {
    prepended: Vec<Arc<View>>,
    appended: Vec<Arc<View>>,
    sources: Vec<ViewSource>,
    /// Whether objects of a .NET type have properties to show.
    pub(crate) has_properties: HashMap<values::TypeRef, bool>,
    read: HashMap<usize, Arc<View>>,
    by_type: HashMap<String, Arc<[Arc<View>]>>,
}

const KEY: &str = "format.views";

/// The session's views.
pub(crate) fn registry(session: &mut dyn Session) -> &mut Registry {
    let slot = session.module_state(KEY);
    if !slot.as_ref().is_some_and(|s| s.is::<Registry>()) {
        *slot = Some(Box::new(Registry::default()));
    }
    // The slot was just filled with this type.
    slot.as_mut().and_then(|s| s.downcast_mut()).expect("the slot holds a registry")
}

/// Adds a source of views for types that PowerShell does not know.
pub fn add_source(session: &mut dyn Session, source: ViewSource) {
    let registry = registry(session);
    registry.sources.push(source);
    registry.by_type.clear();
}

impl Registry {
    /// Adds views before or behind the built-in ones.
    pub(crate) fn add(&mut self, views: Vec<Arc<View>>, is_first: bool) {
        if is_first {
            self.prepended.splice(0..0, views);
        } else {
            self.appended.extend(views);
        }
        self.by_type.clear();
    }

    /// All views of the session.
    pub(crate) fn all(&mut self) -> Vec<Arc<View>> {
        let mut all = self.prepended.clone();
        for (number, line) in builtin::lines() {
            if let Some(view) = self.read.get(&number) {
                all.push(view.clone());
            } else if let Some(view) = builtin::parse(line).map(Arc::new) {
                self.read.insert(number, view.clone());
                all.push(view);
            }
        }
        all.extend(self.appended.iter().cloned());
        all
    }

    /// All views that name a type, in order.
    pub(crate) fn views_naming(&mut self, type_name: &str) -> Arc<[Arc<View>]> {
        let key = type_name.to_lowercase();
        if let Some(found) = self.by_type.get(&key) {
            return found.clone();
        }
        let names = |v: &Arc<View>| v.types.iter().any(|t| t.eq_ignore_ascii_case(type_name));
        let mut found: Vec<Arc<View>> = self.prepended.iter().filter(|v| names(v)).cloned().collect();
        for (number, line) in builtin::lines() {
            if !builtin::types_of(line).any(|t| t.eq_ignore_ascii_case(type_name)) {
                continue;
            }
            if let Some(view) = self.read.get(&number) {
                found.push(view.clone());
            } else if let Some(view) = builtin::parse(line).map(Arc::new) {
                self.read.insert(number, view.clone());
                found.push(view);
            }
        }
        found.extend(help::views(type_name).into_iter().map(Arc::new));
        found.extend(self.appended.iter().filter(|v| names(v)).cloned());
        for source in &self.sources {
            found.extend(source(type_name).into_iter().map(Arc::new));
        }
        let found: Arc<[Arc<View>]> = found.into();
        self.by_type.insert(key, found.clone());
        found
    }

    fn first(&mut self, names: &[Str], fits: &dyn Fn(&View) -> bool) -> Option<Arc<View>> {
        for name in names {
            if let Some(view) = self.views_naming(name).iter().find(|v| fits(v)) {
                return Some(view.clone());
            }
        }
        let unmasked = unmask(names)?;
        self.first(&unmasked, fits)
    }
}

/// Type names without the mark of deserialised objects; none where no name has it.
pub(crate) fn unmask(names: &[Str]) -> Option<Vec<Str>> {
    const PREFIX: &str = "Deserialized.";
    let has_prefix = |n: &Str| n.get(..PREFIX.len()).is_some_and(|p| p.eq_ignore_ascii_case(PREFIX));
    names
        .iter()
        .any(has_prefix)
        .then(|| names.iter().map(|n| if has_prefix(n) { Str::from(&n[PREFIX.len()..]) } else { n.clone() }).collect())
}

/// The view by which objects are shown where nothing was asked for.
pub fn default_view(session: &mut dyn Session, names: &[Str]) -> Option<Arc<View>> {
    registry(session).first(names, &|v| !v.is_out_of_band)
}

/// The default view of a type chain.
pub fn view_for(session: &mut dyn Session, names: &[Str]) -> Option<Arc<View>> {
    default_view(session, names)
}

/// The view of a shape, by name where one was asked for.
pub fn view_of_shape(session: &mut dyn Session, names: &[Str], shape: Shape, name: Option<&str>) -> Option<Arc<View>> {
    registry(session).first(names, &|v| {
        !v.is_out_of_band && v.shape() == shape && name.is_none_or(|n| v.name.eq_ignore_ascii_case(n))
    })
}

/// The view of a type whose objects are shown in place, outside of tables and lists.
pub fn out_of_band_view(session: &mut dyn Session, names: &[Str]) -> Option<Arc<View>> {
    registry(session).first(names, &|v| v.is_out_of_band)
}

/// Among alternatives by type, the one that names the nearest type of an object; the place in `names` of each is compared.
pub(crate) fn best_index(names: &[Str], choices: &[Vec<Str>]) -> Option<usize> {
    let rank = |types: &Vec<Str>| names.iter().position(|n| types.iter().any(|t| t.eq_ignore_ascii_case(n)));
    let best = choices.iter().enumerate().filter_map(|(i, c)| rank(c).map(|r| (r, i))).min();
    best.map(|(_, i)| i).or_else(|| best_index(&unmask(names)?, choices))
}
