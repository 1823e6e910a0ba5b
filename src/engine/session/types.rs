//! What the parser asks about types: the session's classes and the types of .NET.

use std::cell::RefCell;

use language::{KnownType, TypeKnowledge};
use values::{Context, TypeRef};

use crate::runspace::Runspace;

/// The types that are known where a text is parsed.
pub struct SessionTypes<'r> {
    runspace: RefCell<&'r mut Runspace>,
    /// The text names modules or assemblies that are loaded only when it runs.
    is_open: bool,
}

impl<'r> SessionTypes<'r> {
    /// Of a session, for a text.
    pub fn new(runspace: &'r mut Runspace, text: &str) -> SessionTypes<'r> {
        let folded = text.to_ascii_lowercase();
        let loads = |what: &str| {
            folded.match_indices("using").any(|(at, word)| folded[at + word.len()..].trim_start().starts_with(what))
        };
        let is_open = loads("module") || loads("assembly");
        SessionTypes { runspace: RefCell::new(runspace), is_open }
    }

    fn find(&self, name: &str, usings: &[String]) -> Option<TypeRef> {
        let mut runspace = self.runspace.borrow_mut();
        let found = runspace.find_type(name);
        found.or_else(|| usings.iter().find_map(|namespace| TypeRef::find(&format!("{namespace}.{name}"))))
    }
}

impl TypeKnowledge for SessionTypes<'_> {
    fn resolve(&self, name: &str, usings: &[String], attribute: bool) -> Option<KnownType> {
        let plain = name.split(',').next().unwrap_or(name).trim();
        let found = match attribute {
            true => self.find(&format!("{plain}Attribute"), usings).or_else(|| self.find(plain, usings)),
            false => self.find(plain, usings),
        };
        match found {
            Some(ty) => Some(KnownType { name: ty.name().to_string(), usage: None }),
            None if self.is_open => Some(KnownType { name: plain.to_string(), usage: None }),
            None => None,
        }
    }

    fn is_subclass(&self, ty: &str, base: &str) -> bool {
        let (ty, base) = (self.find(ty, &[]), self.find(base, &[]));
        ty.zip(base).is_some_and(|(ty, base)| ty != base && ty.derives_from(base))
    }
}
