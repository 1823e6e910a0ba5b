//! Scope tables: the variables, functions and aliases of a scope that are kept by name.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use command::{AliasInfo, CommandInfo, Drive};
use language::Sym;
use parking_lot::Mutex;
use values::object::ForeignRef;
use values::{Str, TypeRef, Value};

use super::variable::Variable;
use super::watched::Watched;

/// By name. Symbols are small numbers given in order of appearance: no attacker chooses them.
pub type ByName<T> = std::collections::HashMap<Sym, T, std::hash::BuildHasherDefault<language::SymHasher>>;

static NEXT_ID: AtomicU64 = AtomicU64::new(1);

/// The named items of a scope. Global and module scopes live as tables; a function's frame gets one when it needs one.
pub struct ScopeTable {
    /// Which table it is: never used twice.
    pub id: u64,
    pub variables: Mutex<ByName<ForeignRef>>,
    pub functions: Watched<ByName<Arc<CommandInfo>>>,
    pub aliases: Watched<ByName<AliasInfo>>,
    pub drives: Mutex<Vec<Drive>>,
    /// The scope outside: global for modules.
    pub parent: Option<Arc<ScopeTable>>,
    /// The module whose top scope this is.
    pub module: Option<Arc<ModuleState>>,
    /// The strict mode that was set in this scope.
    pub strict: Mutex<Option<u8>>,
    /// Classes and enumerations of a module.
    pub classes: Mutex<ByName<TypeRef>>,
}

impl Default for ScopeTable {
    fn default() -> ScopeTable {
        ScopeTable {
            id: NEXT_ID.fetch_add(1, Ordering::Relaxed),
            variables: Mutex::default(),
            functions: Watched::default(),
            aliases: Watched::default(),
            drives: Mutex::default(),
            parent: None,
            module: None,
            strict: Mutex::default(),
            classes: Mutex::default(),
        }
    }
}

/// A module.
pub struct ModuleState {
    pub name: Str,
    pub path: Str,
    /// Everything Get-Module shows that can change.
    pub data: Mutex<ModuleData>,
}

/// The changeable part of a module.
#[derive(Default, Clone)]
pub struct ModuleData {
    pub version: Option<Str>,
    pub guid: Option<Str>,
    pub description: Option<Str>,
    pub manifest: Value,
    pub exported_functions: Vec<Arc<CommandInfo>>,
    pub exported_cmdlets: Vec<Arc<CommandInfo>>,
    pub exported_aliases: Vec<AliasInfo>,
    pub exported_variables: Vec<Str>,
    /// What Export-ModuleMember said; none until it is called.
    pub exports: Option<ExportList>,
    pub kind: ModuleKind,
    pub on_remove: Value,
    pub private_data: Value,
    /// The text of a script module.
    pub definition: Option<Str>,
    pub nested: Vec<Arc<ScopeTable>>,
    pub required: Vec<Arc<ScopeTable>>,
    /// Empty means ReadWrite.
    pub access_mode: &'static str,
    pub logs_details: bool,
}

/// ModuleType.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub enum ModuleKind {
    #[default]
    Script,
    Binary,
    Manifest,
}

impl ModuleState {
    /// The folder that the module lies in.
    pub fn base(&self) -> Str {
        let folder = std::path::Path::new(self.path.as_str()).parent();
        Str::from(folder.map(|p| p.display().to_string()).unwrap_or_default())
    }
}

/// Patterns given to Export-ModuleMember.
#[derive(Default, Clone)]
pub struct ExportList {
    pub functions: Vec<Str>,
    pub aliases: Vec<Str>,
    pub variables: Vec<Str>,
}

impl ScopeTable {
    /// A table inside another.
    pub fn inside(parent: Arc<ScopeTable>, module: Option<Arc<ModuleState>>) -> Arc<ScopeTable> {
        Arc::new(ScopeTable { parent: Some(parent), module, ..Default::default() })
    }

    /// Whether it says what any command's name means.
    pub fn has_commands(&self) -> bool {
        !self.functions.lock().is_empty() || !self.aliases.lock().is_empty()
    }

    /// The variable of this very scope.
    pub fn cell(&self, sym: Sym) -> Option<ForeignRef> {
        self.variables.lock().get(&sym).cloned()
    }

    /// The variable of this very scope, made unset where it is new.
    pub fn cell_or_new(&self, sym: Sym, name: &str) -> ForeignRef {
        let made = || {
            crate::pipeline::note_variable(sym);
            Variable::cell(name, Value::Slot(None))
        };
        self.variables.lock().entry(sym).or_insert_with(made).clone()
    }

    /// The value of a variable of this very scope.
    pub fn get(&self, sym: Sym) -> Option<Value> {
        self.cell(sym).and_then(|cell| Variable::of(&cell).and_then(Variable::get))
    }

    /// Stores a variable of this very scope without looking at options or constraints.
    pub fn put(&self, name: &str, value: Value) {
        let cell = self.cell_or_new(Sym::intern(name), name);
        if let Some(variable) = Variable::of(&cell) {
            variable.put(value);
        }
    }
}
