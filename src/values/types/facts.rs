//! The reflection facts: what .NET and PowerShell say of 1,500 types. Packed at build time, read when asked for.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use parking_lot::RwLock;

use super::{TypeKind, TypeRef, register};
use crate::string::Str;

static BLOB: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/facts.bin"));

/// A property.
pub struct PropertyFact {
    pub name: &'static str,
    /// CLR name of its type.
    pub ty: &'static str,
    pub is_static: bool,
    pub can_read: bool,
    pub can_write: bool,
    /// Types of the index parameters; empty for a plain property.
    pub index: Vec<&'static str>,
}

/// A field.
pub struct FieldFact {
    pub name: &'static str,
    pub ty: &'static str,
    pub is_static: bool,
    pub is_read_only: bool,
    /// Text of a constant's value.
    pub constant: Option<&'static str>,
}

/// A method with its overloads as `OverloadDefinitions` prints them.
pub struct MethodFact {
    pub name: &'static str,
    pub is_static: bool,
    pub overloads: Vec<&'static str>,
}

/// What is known of one type.
pub struct TypeFacts {
    /// CLR name, generics with their arity (``System.Collections.Generic.List`1``).
    pub name: &'static str,
    /// PowerShell's name where it has one of its own.
    pub ps: Option<&'static str>,
    pub base: Option<&'static str>,
    /// Names of the generic parameters.
    pub generics: Vec<&'static str>,
    pub assembly: &'static str,
    /// The file of the reference that lists the type.
    pub file: &'static str,
    /// `sealed`, `abstract`, `static`, `interface`, `struct`, `delegate`, `enum`.
    pub kinds: Vec<&'static str>,
    /// What an attribute may stand on, as its `AttributeUsage` prints it.
    pub usage: Option<&'static str>,
    /// Underlying type of an enumeration (`Int32`).
    pub underlying: Option<&'static str>,
    pub is_flags: bool,
    pub values: Vec<(&'static str, i64)>,
    pub interfaces: Vec<&'static str>,
    pub constructors: Vec<&'static str>,
    pub properties: Vec<PropertyFact>,
    pub fields: Vec<FieldFact>,
    pub methods: Vec<MethodFact>,
    pub events: Vec<(&'static str, &'static str)>,
}

impl TypeFacts {
    /// Whether the type is of a kind.
    pub fn is(&self, kind: &str) -> bool {
        self.kinds.contains(&kind)
    }
}

fn number(at: usize) -> usize {
    let bytes: [u8; 4] = BLOB.get(at..at + 4).and_then(|b| b.try_into().ok()).unwrap_or_default();
    u32::from_le_bytes(bytes) as usize
}

fn text(offset: usize, length: usize) -> &'static str {
    let pool = 4 + number(0) * 16;
    BLOB.get(pool + offset..pool + offset + length).and_then(|b| std::str::from_utf8(b).ok()).unwrap_or_default()
}

/// How many names the facts know (types and accelerators).
pub fn count() -> usize {
    number(0)
}

/// The facts at a place of the name table, for listings.
pub fn at(row: usize) -> (&'static str, &'static TypeFacts) {
    let at = 4 + row * 16;
    (text(number(at), number(at + 4)), load(number(at + 8), number(at + 12)))
}

/// Whether an assembly of that simple name comes with PowerShell: one that holds types, or a facade of .NET.
pub fn has_assembly(name: &str) -> bool {
    static NAMES: LazyLock<HashSet<String>> =
        LazyLock::new(|| (0..count()).map(|row| at(row).1.assembly.to_lowercase()).collect());
    let folded = name.to_lowercase();
    folded == "mscorlib" || folded == "netstandard" || folded.starts_with("system.") || NAMES.contains(&folded)
}

static LOADED: LazyLock<RwLock<HashMap<usize, &'static TypeFacts>>> = LazyLock::new(Default::default);

fn load(offset: usize, length: usize) -> &'static TypeFacts {
    if let Some(found) = LOADED.read().get(&offset) {
        return found;
    }
    let made: &'static TypeFacts = Box::leak(Box::new(parse(text(offset, length))));
    LOADED.write().entry(offset).or_insert(made)
}

/// The facts of a type by its CLR name or accelerator, ignoring case.
pub fn find(name: &str) -> Option<&'static TypeFacts> {
    let folded = name.to_lowercase();
    let (mut low, mut high) = (0, number(0));
    while low < high {
        let middle = (low + high) / 2;
        let at = 4 + middle * 16;
        match text(number(at), number(at + 4)).cmp(folded.as_str()) {
            std::cmp::Ordering::Equal => return Some(load(number(at + 8), number(at + 12))),
            std::cmp::Ordering::Less => low = middle + 1,
            std::cmp::Ordering::Greater => high = middle,
        }
    }
    None
}

fn some(text: &'static str) -> Option<&'static str> {
    (!text.is_empty()).then_some(text)
}

fn parse(body: &'static str) -> TypeFacts {
    let mut t = TypeFacts {
        name: "",
        ps: None,
        base: None,
        generics: Vec::new(),
        assembly: "",
        file: "",
        kinds: Vec::new(),
        usage: None,
        underlying: None,
        is_flags: false,
        values: Vec::new(),
        interfaces: Vec::new(),
        constructors: Vec::new(),
        properties: Vec::new(),
        fields: Vec::new(),
        methods: Vec::new(),
        events: Vec::new(),
    };
    for line in body.lines() {
        let Some(tag) = line.chars().next() else { continue };
        let fields: Vec<&'static str> = line[tag.len_utf8()..].split('\t').collect();
        let field = |at: usize| fields.get(at).copied().unwrap_or("");
        match tag {
            'N' => {
                t.name = field(0);
                t.ps = some(field(1));
                t.base = some(field(2));
                t.kinds = field(3).split(',').filter(|k| !k.is_empty()).collect();
                t.underlying = some(field(4));
                t.is_flags = field(5) == "1";
                t.generics = field(6).split(',').filter(|k| !k.is_empty()).collect();
                t.assembly = field(7);
                t.file = field(8);
                t.usage = some(field(9));
            }
            'I' => t.interfaces = fields.clone(),
            'V' => {
                t.values = fields
                    .iter()
                    .filter_map(|f| {
                        let (name, value) = f.split_once('=')?;
                        let value = value.parse().ok().or_else(|| value.parse::<u64>().ok().map(|u| u as i64))?;
                        Some((name, value))
                    })
                    .collect();
            }
            'C' => t.constructors.push(field(0)),
            'P' => t.properties.push(PropertyFact {
                name: field(0),
                ty: field(1),
                is_static: field(2).contains('!'),
                can_read: field(2).contains('g'),
                can_write: field(2).contains('s'),
                index: field(3).split(';').filter(|k| !k.is_empty()).collect(),
            }),
            'F' => t.fields.push(FieldFact {
                name: field(0),
                ty: field(1),
                is_static: field(2).contains(['s', 'c']),
                is_read_only: field(2).contains(['r', 'c']),
                constant: field(2).contains('c').then(|| field(3)),
            }),
            'M' => {
                let is_static = field(0).starts_with("::");
                let overloads = fields.get(1..).unwrap_or_default().to_vec();
                t.methods.push(MethodFact { name: field(0).trim_start_matches(':'), is_static, overloads });
            }
            'E' => t.events.push((field(0), field(1))),
            _ => {}
        }
    }
    t
}

/// The facts of a type: those of the definition when it is a closed generic.
pub fn of(ty: TypeRef) -> Option<&'static TypeFacts> {
    static CACHE: LazyLock<RwLock<HashMap<u32, Option<&'static TypeFacts>>>> = LazyLock::new(Default::default);
    if let Some(Some(found)) = CACHE.read().get(&ty.0).copied() {
        return Some(found);
    }
    let info = ty.info();
    let found = if info.facts.get().is_some() {
        info.facts.get().copied()
    } else {
        match &info.generic {
            Some((definition, _)) => find(definition.name()),
            None => find(ty.name()).filter(|f| f.name.eq_ignore_ascii_case(ty.name())),
        }
    };
    CACHE.write().insert(ty.0, found);
    found
}

/// A base class that is not public: its name says what it is.
fn undescribed(name: &str) -> TypeRef {
    let base = if name.ends_with("Attribute") { TypeRef::find("System.Attribute") } else { None };
    register(name, TypeKind::Class, base.or(Some(TypeRef::OBJECT)))
}

/// Registers a type that the facts know, its bases first.
pub(super) fn resolve(name: &str) -> Option<TypeRef> {
    let facts = match find(name) {
        Some(facts) => facts,
        None => return arity(name),
    };
    if let Some(known) = super::registry::lookup(facts.name) {
        super::add_alias(name, known);
        return Some(known);
    }
    let base = facts.base.map(|name| TypeRef::find(name).unwrap_or_else(|| undescribed(name)));
    let kind = if facts.is("enum") {
        TypeKind::Enum {
            underlying: facts
                .underlying
                .and_then(|u| TypeRef::find(&format!("System.{u}")).or_else(|| TypeRef::find(u)))
                .unwrap_or(TypeRef::INT32),
            is_flags: facts.is_flags,
            values: facts.values.iter().map(|(n, v)| (Str::from(*n), *v)).collect(),
        }
    } else if facts.is("interface") {
        TypeKind::Interface
    } else if facts.is("delegate") {
        TypeKind::Delegate
    } else if facts.is("struct") {
        TypeKind::Struct
    } else {
        TypeKind::Class
    };
    let made = register(facts.name, kind, base);
    if !name.eq_ignore_ascii_case(facts.name) {
        super::add_alias(name, made);
    }
    Some(made)
}

/// Delegates and tuples of arities that the facts do not list.
fn arity(name: &str) -> Option<TypeRef> {
    let folded = name.to_lowercase();
    let (stem, count) = folded.strip_prefix("system.")?.split_once('`')?;
    let count: usize = count.parse().ok()?;
    let (proper, kind, base) = match stem {
        "func" if count <= 17 => ("Func", TypeKind::Delegate, "System.MulticastDelegate"),
        "action" if count <= 16 => ("Action", TypeKind::Delegate, "System.MulticastDelegate"),
        "tuple" if count <= 8 => ("Tuple", TypeKind::Class, "System.Object"),
        "valuetuple" if count <= 8 => ("ValueTuple", TypeKind::Struct, "System.ValueType"),
        "converter" if count == 2 => ("Converter", TypeKind::Delegate, "System.MulticastDelegate"),
        _ => return None,
    };
    Some(register(&format!("System.{proper}`{count}"), kind, TypeRef::find(base)))
}

/// A text with what the generic parameters stand for in their places (`void Add(T item)` of a list of integers: `void Add(int item)`).
pub fn closed(text: &str, parameters: &[&str], arguments: &[TypeRef], name: fn(TypeRef) -> Str) -> String {
    let mut out = String::with_capacity(text.len());
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '.' | '`' | '_' | '+');
    let mut rest = text;
    while !rest.is_empty() {
        let (word, behind) = rest.split_at(rest.find(|c| !is_part(c)).unwrap_or(rest.len()));
        let argument = parameters.iter().position(|p| *p == word).and_then(|at| arguments.get(at));
        match argument {
            Some(argument) => out.push_str(&name(*argument)),
            None => out.push_str(word),
        }
        let next = behind.find(is_part).unwrap_or(behind.len());
        out.push_str(&behind[..next]);
        rest = &behind[next..];
    }
    out
}

/// The text of a type in the facts as a type: generic parameters replaced, `Name[A,B]` closed over its arguments.
pub fn type_of(text: &str, parameters: &[&str], arguments: &[TypeRef]) -> Option<TypeRef> {
    let text = text.trim();
    if let Some(at) = parameters.iter().position(|p| *p == text) {
        return arguments.get(at).copied();
    }
    if !parameters.is_empty() && text.contains('[') {
        return TypeRef::find(&closed(text, parameters, arguments, |t| t.info().name.clone()));
    }
    TypeRef::find(text)
}

/// Generic parameter names and the arguments they stand for on a closed type.
pub fn generics_of(ty: TypeRef) -> (&'static [&'static str], &'static [TypeRef]) {
    match (&ty.info().generic, of(ty)) {
        (Some((_, arguments)), Some(facts)) => (&facts.generics, arguments),
        _ => (&[], &[]),
    }
}

/// The interfaces of classes that are not public, so that no facts tell of them.
fn internal(name: &str) -> &'static [&'static str] {
    match name {
        "System.Management.Automation.Language.InternalScriptExtent" => {
            &["System.Management.Automation.Language.IScriptExtent"]
        }
        "System.Management.Automation.Language.InternalScriptPosition" => {
            &["System.Management.Automation.Language.IScriptPosition"]
        }
        _ => &[],
    }
}

/// All interfaces of a type, its bases' included.
pub fn interfaces(ty: TypeRef) -> Vec<TypeRef> {
    let mut found: Vec<TypeRef> = Vec::new();
    let mut at = Some(ty);
    while let Some(t) = at {
        if let TypeKind::Array { element, rank } = &t.info().kind {
            let mut names = vec![
                "System.Collections.IList",
                "System.Collections.ICollection",
                "System.Collections.IEnumerable",
                "System.ICloneable",
            ]
            .into_iter()
            .map(str::to_string)
            .collect::<Vec<_>>();
            if *rank == 1 {
                for generic in ["IList", "ICollection", "IEnumerable", "IReadOnlyList", "IReadOnlyCollection"] {
                    names.push(format!("System.Collections.Generic.{generic}`1[{}]", element.name()));
                }
            }
            found.extend(names.iter().filter_map(|n| TypeRef::find(n)));
        }
        found.extend(internal(t.name()).iter().filter_map(|n| TypeRef::find(n)));
        found.extend(super::linq::lazy::interfaces(t).iter().filter_map(|n| TypeRef::find(n)));
        if let Some(facts) = of(t) {
            let (parameters, arguments) = generics_of(t);
            for text in &facts.interfaces {
                if let Some(i) = type_of(text, parameters, arguments)
                    && !found.contains(&i)
                {
                    found.push(i);
                }
            }
        }
        at = t.base();
    }
    found
}

/// Whether a value of type `ty` is of type `wanted`: the same, derived, or an implementer.
pub fn is_assignable(ty: TypeRef, wanted: TypeRef) -> bool {
    if ty == wanted || wanted == TypeRef::OBJECT || ty.derives_from(wanted) {
        return true;
    }
    match &wanted.info().kind {
        TypeKind::Interface => {
            static CACHE: LazyLock<RwLock<HashMap<(u32, u32), bool>>> = LazyLock::new(Default::default);
            let key = (ty.0, wanted.0);
            if let Some(known) = CACHE.read().get(&key) {
                return *known;
            }
            let answer = if let TypeKind::Interface = ty.info().kind {
                interfaces(ty).contains(&wanted)
            } else {
                interfaces(ty).into_iter().any(|i| i == wanted || covariant(i, wanted))
            };
            if ty.info().class.get().is_none() {
                CACHE.write().insert(key, answer);
            }
            answer
        }
        TypeKind::Array { element, rank } => match &ty.info().kind {
            TypeKind::Array { element: own, rank: own_rank } => {
                rank == own_rank && !own.is_value_type() && is_assignable(*own, *element)
            }
            _ => false,
        },
        _ => false,
    }
}

/// `IEnumerable[string]` is an `IEnumerable[object]`.
fn covariant(have: TypeRef, wanted: TypeRef) -> bool {
    match (&have.info().generic, &wanted.info().generic) {
        (Some((a, x)), Some((b, y))) => {
            a == b
                && matches!(
                    a.name_only(),
                    "IEnumerable`1" | "IReadOnlyList`1" | "IReadOnlyCollection`1" | "IEnumerator`1"
                )
                && x.len() == 1
                && !x[0].is_value_type()
                && is_assignable(x[0], y[0])
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_record_reads_and_registers() {
        assert!(count() > 1500);
        for row in 0..count() {
            let (name, facts) = at(row);
            assert!(!facts.name.is_empty(), "{name}");
            assert!(find(name).is_some_and(|f| f.name == facts.name), "{name}");
            assert!(TypeRef::find(name).is_some(), "{name}");
        }
    }

    #[test]
    fn interfaces_follow_bases_and_arguments() {
        let check = |ty: &str, wanted: &str, expected: bool| {
            let (t, w) = (TypeRef::find(ty), TypeRef::find(wanted));
            assert_eq!(t.zip(w).map(|(t, w)| is_assignable(t, w)), Some(expected), "{ty} {wanted}");
        };
        check("System.Collections.Generic.List[int]", "System.Collections.IList", true);
        check("System.Collections.Generic.List[int]", "System.Collections.Generic.IEnumerable[int]", true);
        check("System.Collections.Generic.List[string]", "System.Collections.Generic.IEnumerable[object]", true);
        check("System.Collections.Generic.List[int]", "System.Collections.Generic.IEnumerable[object]", false);
        check("System.IO.FileStream", "System.IDisposable", true);
        check("int[]", "System.Collections.IEnumerable", true);
        check("string[]", "object[]", true);
        check("int", "System.IComparable", true);
        check("DayOfWeek", "System.Enum", true);
    }

    #[test]
    fn texts_of_closed_types_name_what_parameters_stand_for() {
        let overload = |ty: &str, member: &str| {
            let member = TypeRef::find(ty).and_then(|t| crate::types::define::lookup(t, member, false));
            member.and_then(|m| m.overloads().first().map(|text| text.to_string()))
        };
        let check = |ty: &str, member: &str, wanted: &str| assert_eq!(overload(ty, member).as_deref(), Some(wanted));
        check("System.Collections.Generic.List[int]", "Add", "void Add(int item)");
        check("System.Collections.Generic.List[int]", "Find", "int Find(System.Predicate[int] match)");
        check(
            "System.Collections.Generic.Dictionary[string,int]",
            "TryGetValue",
            "bool TryGetValue(string key, [ref] int value)",
        );
        check("string", "Insert", "string Insert(int startIndex, string value)");
    }
}
