//! Script classes and enumerations.

mod check;
mod construct;
mod define;
mod method;
mod reflect;
mod statics;

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use language::Sym;
use language::ast::{Ast, ExprId, FunctionId};
use parking_lot::Mutex;
use values::types::signature::Signature;
use values::{Str, TypeRef, Value};

use crate::scope::ScopeTable;

pub use reflect::class_members;

/// A script class.
pub struct ScriptClass {
    pub(super) name: Str,
    pub(super) base: TypeRef,
    pub(super) properties: Vec<Property>,
    pub(super) methods: Vec<Method>,
    pub(super) statics: Mutex<HashMap<Sym, Value>>,
    pub(super) home: Option<Arc<ScopeTable>>,
    pub(super) ast: Arc<Ast>,
    pub(super) interfaces: Vec<TypeRef>,
    /// Methods by name, instance or static, with those of the bases.
    pub(super) overloads: Mutex<HashMap<(Sym, bool), Option<Arc<Overloads>>>>,
    pub(super) constructors: OnceLock<Arc<Overloads>>,
}

/// The methods of one name.
pub(super) struct Overloads {
    pub(super) name: Str,
    pub(super) signatures: &'static [Signature],
    /// What each runs, in the order of the signatures.
    pub(super) targets: Vec<Target>,
}

/// A method as it is called.
pub(super) struct Target {
    pub(super) ty: TypeRef,
    pub(super) block: Value,
    pub(super) returns: Option<TypeRef>,
}

/// The mark of an enumeration that a script defines.
pub(super) struct ScriptEnum;

pub(super) struct Property {
    pub(super) name: Str,
    pub(super) ty: Option<TypeRef>,
    pub(super) initial: Option<ExprId>,
    pub(super) is_static: bool,
    pub(super) is_hidden: bool,
    pub(super) validations: Vec<command::Validation>,
    /// The initial value as a block, made when it is first needed.
    pub(super) block: OnceLock<Value>,
}

pub(super) struct Method {
    pub(super) name: Str,
    pub(super) is_static: bool,
    pub(super) is_hidden: bool,
    pub(super) is_constructor: bool,
    pub(super) returns: Option<TypeRef>,
    pub(super) block: Value,
    pub(super) function: FunctionId,
}

pub(super) fn class_of(ty: TypeRef) -> Option<Arc<ScriptClass>> {
    ty.info().class.get()?.clone().downcast::<ScriptClass>().ok()
}

/// The script classes of a type and its bases, the type's own first.
pub(super) fn chain(ty: TypeRef) -> Vec<(TypeRef, Arc<ScriptClass>)> {
    let mut found = Vec::new();
    let mut at = Some(ty);
    while let Some(t) = at {
        match class_of(t) {
            Some(class) => found.push((t, class)),
            None => break,
        }
        at = t.base();
    }
    found
}
