//! The catalogues and the nouns' code of the product modules, together.

use std::collections::HashMap;
use std::sync::Arc;

use catalogue::{Catalogue, CommandRow, NounRow};
use command::CommandBody;
use parking_lot::Mutex;
use serde_json::Value as Json;
use store::{Store, StoreError, WeakStore};

use crate::cmdlet::NounCmdlet;
use crate::code::NounCode;
use crate::shape::Shape;

/// Everything that is known of the product modules. Made once by the program's assembly.
pub struct Library {
    catalogues: Vec<Catalogue>,
    code: HashMap<&'static str, &'static NounCode>,
    shapes: Mutex<HashMap<&'static str, Arc<Shape>>>,
    faces: Mutex<HashMap<&'static str, Arc<Face>>>,
    /// Stores that sessions have open.
    stores: Mutex<Vec<WeakStore>>,
}

impl Library {
    /// Of the packed catalogues and the tables of noun code of the module crates.
    pub fn new(catalogues: &[&'static [u8]], nouns: &[&'static [&'static NounCode]]) -> Arc<Library> {
        Arc::new(Library {
            catalogues: catalogues.iter().filter_map(|bytes| Catalogue::new(bytes)).collect(),
            code: nouns.iter().flat_map(|table| table.iter()).map(|code| (code.noun, *code)).collect(),
            shapes: Mutex::new(HashMap::new()),
            faces: Mutex::new(HashMap::new()),
            stores: Mutex::new(Vec::new()),
        })
    }

    /// The command with that name, if it is a noun's.
    pub fn command(&self, name: &str) -> Option<CommandRow> {
        self.catalogues.iter().find_map(|c| c.command(name))
    }

    /// All commands, module by module.
    pub fn commands(&self) -> impl Iterator<Item = CommandRow> + '_ {
        self.catalogues.iter().flat_map(Catalogue::commands)
    }

    /// The noun with that name.
    pub fn noun(&self, name: &str) -> Option<NounRow> {
        self.catalogues.iter().find_map(|c| c.noun(name))
    }

    /// All nouns.
    pub fn nouns(&self) -> impl Iterator<Item = NounRow> + '_ {
        self.catalogues.iter().flat_map(Catalogue::nouns)
    }

    /// The noun's code.
    pub fn code(&self, noun: &str) -> Option<&'static NounCode> {
        self.code.get(noun).copied()
    }

    /// What runs a noun's command; given to the engine with the command's row.
    pub fn body(self: &Arc<Self>, row: CommandRow) -> CommandBody {
        let library = self.clone();
        CommandBody::Made(Arc::new(move || Box::new(NounCmdlet::new(library.clone(), row))))
    }

    /// What becomes of what a noun's command does, in a sentence: drives the runtime, is checked, recorded only, not offered.
    pub fn standing(&self, row: &CommandRow) -> Option<&'static str> {
        crate::cmdlet::standing(self, row)
    }

    /// Notes a store that a session has opened.
    pub(crate) fn opened(&self, store: &Store) {
        let mut stores = self.stores.lock();
        stores.retain(|open| open.upgrade().is_some());
        stores.push(store.downgrade());
    }

    /// Puts on the disk what sessions have changed: to be called before anything that they say is let out.
    pub fn settle(&self) -> Result<(), StoreError> {
        let open: Vec<Store> = self.stores.lock().iter().filter_map(WeakStore::upgrade).collect();
        open.iter().try_for_each(Store::settle)
    }

    /// The shape of a noun's rows, made once.
    pub(crate) fn shape(&self, noun: &'static str, make: impl FnOnce() -> Shape) -> Arc<Shape> {
        if let Some(known) = self.shapes.lock().get(noun) {
            return known.clone();
        }
        let made = Arc::new(make());
        self.shapes.lock().entry(noun).or_insert(made).clone()
    }

    /// Properties that name a person's policies.
    fn policies(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.nouns()
            .filter(|noun| noun.scopes().any(|scope| scope == "Tag"))
            .filter_map(|noun| noun.name().strip_prefix("Cs"))
    }

    /// What all nouns over the same stored objects say of their properties.
    pub(crate) fn face(&self, stored: &str) -> Arc<Face> {
        if let Some(known) = self.faces.lock().get(stored) {
            return known.clone();
        }
        let nouns: Vec<NounRow> = self.nouns().filter(|n| n.stored_as() == stored).collect();
        let mut made = Face::of(&nouns);
        if PEOPLE.contains(&stored) {
            made.indexed.extend(self.policies());
        }
        let made = Arc::new(made);
        // A name that no noun is stored as comes from code of this program: it is not kept.
        match nouns.first() {
            Some(noun) => self.faces.lock().entry(noun.stored_as()).or_insert(made).clone(),
            None => made,
        }
    }
}

/// Nouns whose objects are assigned policies, by properties that are called like the policy's noun.
pub(crate) const PEOPLE: [&str; 3] = ["CsUser", "CsOnlineUser", "CsExUmContact"];

/// Links, indexed values and defaults of stored objects, whatever noun shows them.
pub(crate) struct Face {
    pub links: Vec<&'static str>,
    pub indexed: Vec<&'static str>,
    pub defaults: Vec<(&'static str, Json)>,
}

impl Face {
    fn of(nouns: &[NounRow]) -> Face {
        let mut face = Face { links: Vec::new(), indexed: Vec::new(), defaults: Vec::new() };
        for property in nouns.iter().flat_map(NounRow::properties) {
            let name = property.name();
            if !property.link().is_empty() && !face.links.contains(&name) {
                face.links.push(name);
            }
            if property.is_indexed() && !face.indexed.contains(&name) {
                face.indexed.push(name);
            }
            if let Ok(default) = serde_json::from_str::<Json>(property.default_json()) {
                face.defaults.push((name, default));
            }
        }
        face
    }
}
