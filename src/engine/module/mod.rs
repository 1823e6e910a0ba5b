//! Modules: where they lie, manifests, import, export, removal.

mod find;
mod import;
pub mod manifest;
mod object;
mod using;

use std::sync::Arc;

use values::{PsMember, Str, Value};

pub use find::Found;
pub use import::{Filters, is_met};
pub use object::ModuleObject;

use crate::runspace::Runspace;
use crate::scope::{ModuleState, ScopeTable};

/// A fresh module scope.
pub fn new_table(runspace: &Runspace, name: &str, path: &str) -> Arc<ScopeTable> {
    let state = Arc::new(ModuleState { name: Str::from(name), path: Str::from(path), data: Default::default() });
    ScopeTable::inside(runspace.global.clone(), Some(state))
}

/// The verbs that commands may begin with.
pub fn approved_verbs() -> Vec<&'static str> {
    include_str!("verbs.txt").split_whitespace().collect()
}

/// A module's functions as script methods of an object, its variables as notes that stay the module's own.
pub fn custom_object(table: &Arc<ScopeTable>) -> Value {
    let object = values::Object::from_pairs(Vec::<(Str, Value)>::new());
    if let Some(state) = &table.module {
        let exported = state.data.lock().clone();
        let mut data = object.lock();
        for name in &exported.exported_variables {
            if let Some(cell) = table.cell(language::Sym::intern(name)) {
                data.extra.push((name.clone(), PsMember::Variable(Value::Foreign(cell))));
            }
        }
        for info in &exported.exported_functions {
            if let command::CommandBody::Script(block) = &info.body {
                data.extra.push((info.name.clone(), PsMember::ScriptMethod(block.clone())));
            }
        }
    }
    Value::Object(Arc::new(object))
}
