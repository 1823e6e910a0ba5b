//! What the parser asks about types: the session's classes and the types of .NET.

use std::cell::RefCell;

use language::{KnownType, TypeKnowledge};
use values::{Context, TypeRef};

use crate::module::Found;
use crate::module::manifest::Wanted;
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
            Some(ty) => {
                let usage = if attribute { usage_of(ty) } else { None };
                Some(KnownType { name: ty.name().to_string(), usage })
            }
            None if self.is_open => Some(KnownType { name: plain.to_string(), usage: None }),
            None => None,
        }
    }

    fn is_subclass(&self, ty: &str, base: &str) -> bool {
        let (ty, base) = (self.find(ty, &[]), self.find(base, &[]));
        ty.zip(base).is_some_and(|(ty, base)| ty != base && ty.derives_from(base))
    }

    fn module_exists(&self, name: &str) -> bool {
        let mut runspace = self.runspace.borrow_mut();
        // A path is looked at only when the script runs.
        name.contains(['/', '\\'])
            || runspace.commands.has_module(name)
            || runspace.modules.iter().any(|(known, _)| known.eq_ignore_ascii_case(name))
            || !matches!(runspace.find_module(&Wanted { name: name.to_string(), ..Wanted::default() }), Found::Nothing)
    }

    fn assembly_exists(&self, name: &str) -> bool {
        let runspace = self.runspace.borrow();
        if Context::working_directory(&**runspace).join(name).is_file() {
            return true;
        }
        let plain = match name.len().checked_sub(4).and_then(|at| name.split_at_checked(at)) {
            Some((plain, extension)) if extension.eq_ignore_ascii_case(".dll") => plain,
            _ => name.split(',').next().unwrap_or(name).trim(),
        };
        !plain.contains(['/', '\\']) && values::types::facts::has_assembly(plain)
    }
}

/// What an attribute may stand on: said by its own type or by the one it derives from.
fn usage_of(attribute: TypeRef) -> Option<String> {
    let mut at = Some(attribute);
    while let Some(ty) = at {
        if let Some(usage) = values::types::facts::find(ty.name()).and_then(|facts| facts.usage) {
            return Some(usage.to_string());
        }
        at = ty.base();
    }
    None
}
