//! The catalogues and the nouns' code of the product modules, together.

use std::collections::HashMap;
use std::sync::Arc;

use catalogue::{Catalogue, CommandRow, NounRow};
use command::{CommandBody, Str};
use parking_lot::Mutex;
use values::Layout;

use crate::cmdlet::NounCmdlet;
use crate::code::NounCode;

/// Everything that is known of the product modules. Made once by the program's assembly.
pub struct Library {
    catalogues: Vec<Catalogue>,
    code: HashMap<&'static str, &'static NounCode>,
    layouts: Mutex<HashMap<&'static str, Arc<Layout>>>,
}

impl Library {
    /// Of the packed catalogues and the tables of noun code of the module crates.
    pub fn new(catalogues: &[&'static [u8]], nouns: &[&'static [&'static NounCode]]) -> Arc<Library> {
        Arc::new(Library {
            catalogues: catalogues.iter().filter_map(|bytes| Catalogue::new(bytes)).collect(),
            code: nouns.iter().flat_map(|table| table.iter()).map(|code| (code.noun, *code)).collect(),
            layouts: Mutex::new(HashMap::new()),
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

    /// The shared layout of a noun's rows.
    pub(crate) fn layout(&self, noun: &'static str, names: impl FnOnce() -> Vec<Str>) -> Arc<Layout> {
        self.layouts.lock().entry(noun).or_insert_with(|| Layout::new(names())).clone()
    }
}
