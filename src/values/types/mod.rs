//! .NET types: references, what is known of each, and the registry that names them.
//!
//! The registry is append-only and process-wide: a type id never changes its meaning. Well-known types have fixed ids, so
//! that the engine compares numbers; others get theirs when they are first named.

pub mod answers;
pub mod bind;
pub mod call;
pub mod coverage;
pub mod define;
pub mod facts;
pub mod fail;
pub mod happened;
pub mod held;
mod infer;
mod inherent;
mod known;
mod numeric;
mod platform;
pub mod rank;
pub mod record;
mod registry;
pub mod signature;
mod value_of;

pub use call::Call;
pub use define::{Behaviour, TypeDef};
pub use held::{Held, State, hold, hold_named, state_of};
pub use value_of::{
    bytes_of, culture_of, decimal_of, entry as entry_of, invoke_delegate, need_state, of_convert, sequence_of,
    to_decimal,
};

pub use known::KNOWN;
pub use registry::{
    TypeInfo, TypeKind, add_alias, define_class, define_enum, find_type, find_type_with, generic_of, register,
    set_resolver,
};

use crate::string::Str;

include!(concat!(env!("OUT_DIR"), "/modules.rs"));

/// A reference to a .NET type: an id in the registry.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TypeRef(pub(crate) u32);

impl TypeRef {
    /// What is known of the type.
    pub fn info(self) -> &'static TypeInfo {
        registry::info(self)
    }

    /// The id, for tables and caches.
    pub fn id(self) -> u32 {
        self.0
    }

    /// As `Type.ToString()` gives it: ``System.Collections.Generic.List`1[System.Int32]``.
    pub fn name(self) -> &'static str {
        self.info().name.as_str()
    }

    /// As `Type.FullName` gives it (generic arguments with their assemblies).
    pub fn full_name(self) -> Str {
        registry::full_name(self)
    }

    /// As `Type.Name` gives it: ``List`1``.
    pub fn name_only(self) -> &'static str {
        let name = self.name();
        let end = name.find('[').filter(|_| self.info().generic.is_some()).unwrap_or(name.len());
        let start = name[..end].rfind(['.', '+']).map_or(0, |at| at + 1);
        &name[start..end]
    }

    /// As `Type.Namespace` gives it.
    pub fn namespace(self) -> Option<&'static str> {
        let name = self.name();
        let end = name.find('[').unwrap_or(name.len());
        let end = name[..end].find('+').unwrap_or(end);
        name[..end].rfind('.').map(|at| &name[..at])
    }

    /// As PowerShell writes the type in messages and signatures: the accelerator where there is one, `List[int]` for generics.
    pub fn ps_name(self) -> Str {
        registry::ps_name(self)
    }

    /// The array type of this element type.
    pub fn array_of(self, rank: usize) -> TypeRef {
        registry::array_of(self, rank)
    }

    /// The element type of an array type.
    pub fn element(self) -> Option<TypeRef> {
        match &self.info().kind {
            TypeKind::Array { element, .. } => Some(*element),
            _ => None,
        }
    }

    /// The base type.
    pub fn base(self) -> Option<TypeRef> {
        self.info().base
    }

    /// Whether this is `ancestor` or derives from it (classes only; interfaces are answered by the type facts).
    pub fn derives_from(self, ancestor: TypeRef) -> bool {
        let mut at = Some(self);
        while let Some(t) = at {
            if t == ancestor {
                return true;
            }
            at = t.base();
        }
        false
    }

    /// Whether this is an enumeration.
    pub fn is_enum(self) -> bool {
        matches!(self.info().kind, TypeKind::Enum { .. })
    }

    /// Whether values of this type can't be `$null`.
    pub fn is_value_type(self) -> bool {
        matches!(self.info().kind, TypeKind::Enum { .. } | TypeKind::Struct)
    }

    /// A type by its name as scripts write it (accelerator, full name, `System.` left out, generics in square brackets).
    pub fn find(name: &str) -> Option<TypeRef> {
        registry::find_type(name)
    }
}

impl std::fmt::Debug for TypeRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// Whether values of a type are the enumerators of `$input`, `foreach` and `switch`.
pub fn is_enumerator(ty: TypeRef) -> bool {
    matches!(ty.name(), "System.Collections.IEnumerator" | "System.Collections.ArrayList+ArrayListEnumeratorSimple")
}
