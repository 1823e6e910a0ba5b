//! The registry of types.

use std::any::Any;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, OnceLock};

use parking_lot::RwLock;

use super::TypeRef;
use super::known::KNOWN;
use super::signature::split_top;
use crate::string::Str;

/// What is known of a type.
pub struct TypeInfo {
    /// As `Type.ToString()` gives it.
    pub name: Str,
    /// Kind and what belongs to it.
    pub kind: TypeKind,
    /// Base type; none for Object and interfaces.
    pub base: Option<TypeRef>,
    /// Generic definition and arguments of a closed generic type.
    pub generic: Option<(TypeRef, Vec<TypeRef>)>,
    /// What the engine knows of a script class.
    pub class: OnceLock<Arc<dyn Any + Send + Sync>>,
    /// The facts of a script class, made when it is defined.
    pub facts: OnceLock<&'static super::facts::TypeFacts>,
    /// The type of its one-dimensional arrays, once there are any.
    array: OnceLock<TypeRef>,
}

/// The kinds of types.
pub enum TypeKind {
    Class,
    Struct,
    Interface,
    Delegate,
    Enum { underlying: TypeRef, is_flags: bool, values: Arc<[(Str, i64)]> },
    Array { element: TypeRef, rank: usize },
}

/// The types by number, in buckets of doubling size: reading takes no lock.
static INFOS: [OnceLock<Box<[OnceLock<&'static TypeInfo>]>>; 20] = [const { OnceLock::new() }; 20];
const FIRST_BUCKET: usize = 1024;

fn place(index: usize) -> (usize, usize) {
    let at = index + FIRST_BUCKET;
    let bucket = (at / FIRST_BUCKET).ilog2() as usize;
    (bucket, at - (FIRST_BUCKET << bucket))
}

struct Registry {
    count: usize,
    by_name: HashMap<String, TypeRef>,
    arrays: HashMap<(TypeRef, usize), TypeRef>,
    resolver: Option<fn(&str) -> Option<TypeRef>>,
}

static REGISTRY: LazyLock<RwLock<Registry>> = LazyLock::new(|| RwLock::new(Registry::with_known()));

impl Registry {
    fn with_known() -> Registry {
        let mut registry = Registry { count: 0, by_name: HashMap::new(), arrays: HashMap::new(), resolver: None };
        for known in KNOWN {
            let kind = match known.kind {
                b's' => TypeKind::Struct,
                b'i' => TypeKind::Interface,
                _ => TypeKind::Class,
            };
            let made = registry.add(known.name, kind, known.base, None);
            for accelerator in known.accelerators {
                registry.by_name.insert((*accelerator).to_string(), made);
            }
        }
        registry
    }

    fn add(
        &mut self,
        name: &str,
        kind: TypeKind,
        base: Option<TypeRef>,
        generic: Option<(TypeRef, Vec<TypeRef>)>,
    ) -> TypeRef {
        let made = TypeRef(self.count as u32);
        let info = TypeInfo {
            name: Str::from(name),
            kind,
            base,
            generic,
            class: OnceLock::new(),
            facts: OnceLock::new(),
            array: OnceLock::new(),
        };
        let (bucket, slot) = place(self.count);
        let infos = INFOS[bucket].get_or_init(|| (0..FIRST_BUCKET << bucket).map(|_| OnceLock::new()).collect());
        let _ = infos[slot].set(Box::leak(Box::new(info)));
        self.count += 1;
        self.by_name.insert(name.to_lowercase(), made);
        made
    }
}

pub(super) fn info(ty: TypeRef) -> &'static TypeInfo {
    let (bucket, slot) = place(ty.0 as usize);
    if let Some(info) = INFOS[bucket].get().and_then(|infos| infos[slot].get()) {
        return info;
    }
    // The well-known types have numbers before anybody has asked for one.
    LazyLock::force(&REGISTRY);
    let infos = INFOS[bucket].get_or_init(|| (0..FIRST_BUCKET << bucket).map(|_| OnceLock::new()).collect());
    infos[slot].get().copied().unwrap_or_else(|| info(TypeRef::OBJECT))
}

/// Adds a type under its CLR name; the same name gives the same type.
pub fn register(name: &str, kind: TypeKind, base: Option<TypeRef>) -> TypeRef {
    if let Some(found) = lookup(name) {
        return found;
    }
    REGISTRY.write().add(name, kind, base, None)
}

/// Adds another name (an accelerator) for a type.
pub fn add_alias(alias: &str, ty: TypeRef) {
    REGISTRY.write().by_name.insert(alias.to_lowercase(), ty);
}

/// Sets who is asked for names that are not registered yet (the reflection facts).
pub fn set_resolver(resolver: fn(&str) -> Option<TypeRef>) {
    REGISTRY.write().resolver = Some(resolver);
}

/// Adds a script class; each definition is a type of its own, even under a name that exists.
pub fn define_class(name: &str, base: TypeRef) -> TypeRef {
    REGISTRY.write().add(name, TypeKind::Class, Some(base), None)
}

/// Adds an enumeration; each definition is a type of its own.
pub fn define_enum(name: &str, underlying: TypeRef, is_flags: bool, values: Vec<(Str, i64)>) -> TypeRef {
    let kind = TypeKind::Enum { underlying, is_flags, values: values.into() };
    REGISTRY.write().add(name, kind, Some(TypeRef::ENUM), None)
}

/// A registered type by its lower-cased CLR name or accelerator, without asking the resolver.
pub(super) fn lookup(name: &str) -> Option<TypeRef> {
    REGISTRY.read().by_name.get(&name.to_lowercase()).copied()
}

/// A type by a simple name (no generic arguments or array ranks): accelerator, full name, or with `System.` left out.
fn find_simple(name: &str) -> Option<TypeRef> {
    if let Some(found) = lookup(name) {
        return Some(found);
    }
    if let Some(found) = lookup(&format!("System.{name}")) {
        return Some(found);
    }
    let facts = super::facts::resolve;
    if let Some(found) = facts(name).or_else(|| facts(&format!("System.{name}"))) {
        return Some(found);
    }
    let resolver = REGISTRY.read().resolver?;
    resolver(name).or_else(|| resolver(&format!("System.{name}")))
}

/// A type by its name as scripts write it.
pub fn find_type(name: &str) -> Option<TypeRef> {
    let name = name.trim();
    if name.contains('[')
        && let Some(found) = lookup(name)
    {
        return Some(found);
    }
    find_type_with(name, &mut find_simple)
}

/// The same with another lookup of the names without brackets; generic definitions come with their arity.
pub fn find_type_with(name: &str, simple: &mut dyn FnMut(&str) -> Option<TypeRef>) -> Option<TypeRef> {
    let name = name.trim();
    let Some(open) = name.find('[') else { return simple(name) };
    let (head, tail) = (&name[..open], &name[open..]);
    let close = matching_bracket(tail)?;
    let (inside, rest) = (&tail[1..close], &tail[close + 1..]);
    let made = if inside.chars().all(|c| c == ',' || c == ' ') {
        simple(head)?.array_of(inside.matches(',').count() + 1)
    } else {
        let arguments: Option<Vec<TypeRef>> =
            split_top(inside).into_iter().map(|a| find_type_with(strip_assembly(a), simple)).collect();
        let arguments = arguments?;
        let plain = head.split('`').next().unwrap_or(head);
        generic_of(simple(&format!("{plain}`{}", arguments.len()))?, arguments)
    };
    apply_ranks(made, rest)
}

fn apply_ranks(mut ty: TypeRef, mut rest: &str) -> Option<TypeRef> {
    while rest.starts_with('[') {
        let close = rest.find(']')?;
        ty = ty.array_of(rest[1..close].matches(',').count() + 1);
        rest = &rest[close + 1..];
    }
    (rest.is_empty() || rest.starts_with(',')).then_some(ty)
}

fn matching_bracket(text: &str) -> Option<usize> {
    let mut depth = 0;
    for (at, ch) in text.char_indices() {
        match ch {
            '[' => depth += 1,
            ']' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}

/// `[System.Int32, mscorlib]` in an argument list is the type with its assembly.
fn strip_assembly(text: &str) -> &str {
    let text = text.trim();
    match text.strip_prefix('[').and_then(|t| t.strip_suffix(']')) {
        Some(inner) => split_top(inner).first().copied().unwrap_or(inner).trim(),
        None => text,
    }
}

/// A generic definition closed over arguments.
pub fn generic_of(definition: TypeRef, arguments: Vec<TypeRef>) -> TypeRef {
    let list: Vec<&str> = arguments.iter().map(|a| a.name()).collect();
    let name = format!("{}[{}]", definition.name(), list.join(","));
    // Two script classes may have the same name: a type closed over the other one is not this one.
    if let Some(found) = lookup(&name)
        && found.info().generic.as_ref().is_none_or(|(_, own)| *own == arguments)
    {
        return found;
    }
    let kind = match definition.info().kind {
        TypeKind::Struct => TypeKind::Struct,
        TypeKind::Interface => TypeKind::Interface,
        TypeKind::Delegate => TypeKind::Delegate,
        _ => TypeKind::Class,
    };
    let base = definition.base();
    REGISTRY.write().add(&name, kind, base, Some((definition, arguments)))
}

pub(super) fn array_of(element: TypeRef, rank: usize) -> TypeRef {
    match rank {
        1 => *element.info().array.get_or_init(|| made_array_of(element, 1)),
        _ => made_array_of(element, rank),
    }
}

fn made_array_of(element: TypeRef, rank: usize) -> TypeRef {
    if let Some(found) = REGISTRY.read().arrays.get(&(element, rank)) {
        return *found;
    }
    let name = format!("{}[{}]", element.name(), ",".repeat(rank - 1));
    let mut registry = REGISTRY.write();
    let made = registry.add(&name, TypeKind::Array { element, rank }, Some(TypeRef::ARRAY), None);
    registry.arrays.insert((element, rank), made);
    made
}

pub(super) fn full_name(ty: TypeRef) -> Str {
    let info = ty.info();
    match (&info.generic, &info.kind) {
        (Some((definition, arguments)), _) => {
            let list: Vec<String> =
                arguments.iter().map(|a| format!("[{}, {}]", full_name(*a), assembly(*a))).collect();
            Str::from(format!("{}[{}]", definition.name(), list.join(",")))
        }
        (None, TypeKind::Array { element, rank }) => {
            Str::from(format!("{}[{}]", full_name(*element), ",".repeat(rank - 1)))
        }
        _ => info.name.clone(),
    }
}

/// The display name of the assembly that holds a type.
fn assembly(ty: TypeRef) -> &'static str {
    if ty.name().starts_with("System.Management.Automation.") {
        "System.Management.Automation, Version=7.6.5.0, Culture=neutral, PublicKeyToken=31bf3856ad364e35"
    } else {
        "System.Private.CoreLib, Version=10.0.0.0, Culture=neutral, PublicKeyToken=7cec85d7bea7798e"
    }
}

pub(super) fn ps_name(ty: TypeRef) -> Str {
    let info = ty.info();
    match (&info.generic, &info.kind) {
        (Some((definition, arguments)), _) => {
            let list: Vec<String> = arguments.iter().map(|a| ps_name(*a).to_string()).collect();
            let plain = definition.name().split('`').next().unwrap_or_default();
            Str::from(format!("{plain}[{}]", list.join(",")))
        }
        (None, TypeKind::Array { element, rank }) => {
            Str::from(format!("{}[{}]", ps_name(*element), ",".repeat(rank - 1)))
        }
        _ => match (super::facts::of(ty), KNOWN.get(ty.0 as usize).and_then(|k| k.accelerators.first())) {
            (Some(facts), _) => Str::from(facts.ps.unwrap_or(info.name.as_str())),
            (None, Some(accelerator)) => Str::from(*accelerator),
            (None, None) => info.name.clone(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_resolve_as_scripts_write_them() {
        let check = |text: &str, name: &str| assert_eq!(find_type(text).map(TypeRef::name), Some(name), "{text}");
        check("int", "System.Int32");
        check("system.int32", "System.Int32");
        check("Int32[]", "System.Int32[]");
        check("int[,]", "System.Int32[,]");
        check("System.Collections.Generic.List[string]", "System.Collections.Generic.List`1[System.String]");
        check("collections.generic.list[int][]", "System.Collections.Generic.List`1[System.Int32][]");
        check(
            "System.Collections.Generic.Dictionary[string,System.Collections.Generic.List[int]]",
            "System.Collections.Generic.Dictionary`2[System.String,System.Collections.Generic.List`1[System.Int32]]",
        );
        assert!(find_type("no.such.type").is_none());
        assert_eq!(TypeRef::find("int[]").map(|t| t.ps_name().to_string()).as_deref(), Some("int[]"));
    }
}
