//! Behaviour of types: what `types/<namespace>/<type>.rs` declares, and the joint view of facts and behaviour that member
//! access goes by.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{LazyLock, OnceLock};

use hashbrown::HashTable;
use parking_lot::RwLock;

use super::call::Call;
use super::signature::{Signature, parse_all};
use super::{TypeRef, facts};
use crate::error::Result;

/// The code of a member. The arguments are converted to the chosen overload already.
pub type Behaviour = fn(&mut Call<'_>) -> Result;

/// The behaviour of a type. Keys of members: `Name` (property or method of an instance), `Name=` (setter), `::Name` and
/// `::Name=` (static), `new` (constructors), `[]` and `[]=` (indexer). All overloads share one entry.
pub struct TypeDef {
    /// CLR name.
    pub name: &'static str,
    /// Types whose members serve where this one has none of its own.
    pub like: &'static [&'static str],
    pub members: &'static [(&'static str, Behaviour)],
}

/// The member that does what a type's own TypeConverter does with a text.
pub const FROM_TEXT: &str = "::from text";

static BY_NAME: LazyLock<HashMap<&'static str, Vec<&'static TypeDef>>> = LazyLock::new(|| {
    let mut map: HashMap<&'static str, Vec<&'static TypeDef>> = HashMap::new();
    for def in super::DEFINITIONS.iter().copied().flatten() {
        map.entry(def.name).or_default().push(def);
    }
    map
});

/// The definitions of a type by CLR name (several files may add to one type).
pub fn definitions(name: &str) -> &'static [&'static TypeDef] {
    BY_NAME.get(name).map_or(&[], Vec::as_slice)
}

fn in_definition(name: &str, key: &str) -> Option<(&'static str, Behaviour)> {
    for def in definitions(name) {
        let exact = def.members.iter().find(|(n, _)| *n == key);
        if let Some(found) = exact.or_else(|| def.members.iter().find(|(n, _)| n.eq_ignore_ascii_case(key))) {
            return Some(*found);
        }
    }
    definitions(name).iter().flat_map(|d| d.like).find_map(|other| in_definition(other, key))
}

/// The behaviour of a member key on a type or the nearest base that has one.
pub fn behaviour(ty: TypeRef, key: &str) -> Option<(&'static str, Behaviour)> {
    let mut at = Some(ty);
    while let Some(t) = at {
        let name = match &t.info().generic {
            Some((definition, _)) => definition.name(),
            None => t.name(),
        };
        if let Some(found) = in_definition(name, key) {
            return Some(found);
        }
        at = t.base();
    }
    None
}

/// The same for members that a type's facts do not list: files share tables of members between types, so only methods
/// that say so are taken, and the field of enumerations.
fn own_behaviour(ty: TypeRef, key: &str) -> Option<(&'static str, Behaviour)> {
    if ty.is_enum() {
        return behaviour(ty, key);
    }
    // What an interface of the type declares is there, if only through it.
    let is_of_interface = |name: &str| {
        facts::interfaces(ty)
            .into_iter()
            .any(|i| facts::of(i).is_some_and(|f| f.properties.iter().any(|p| p.name.eq_ignore_ascii_case(name))))
    };
    if !key.contains(['(', ':', '[']) && is_of_interface(key.trim_end_matches('=')) {
        return behaviour(ty, key);
    }
    let name = ty.info().generic.as_ref().map_or(ty.name(), |(definition, _)| definition.name());
    let members = definitions(name).iter().flat_map(|def| def.members);
    members.copied().find(|(n, _)| n.eq_ignore_ascii_case(key) && n.ends_with("()"))
}

/// Kinds of .NET members.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MemberKind {
    Property,
    Field,
    Method,
    Event,
}

/// A .NET member as scripts see it.
pub struct Member {
    pub name: &'static str,
    pub kind: MemberKind,
    pub is_static: bool,
    /// The type that was asked.
    pub ty: TypeRef,
    /// Text of the member's type (properties, fields).
    pub type_text: &'static str,
    pub can_read: bool,
    pub can_write: bool,
    /// Types of index parameters of an indexer.
    pub index: &'static [&'static str],
    /// Overload texts of a method.
    pub texts: Vec<&'static str>,
    signatures: OnceLock<Vec<Signature>>,
    /// Getter or method.
    pub run: Option<Behaviour>,
    pub write: Option<Behaviour>,
    /// Text of a constant.
    pub constant: Option<&'static str>,
}

impl Member {
    /// The overloads as signatures.
    pub fn signatures(&self) -> &[Signature] {
        self.signatures.get_or_init(|| parse_all(self.ty, &self.texts))
    }

    /// The overloads as `OverloadDefinitions` prints them: generic parameters as what they stand for.
    pub fn overloads(&self) -> Vec<Cow<'static, str>> {
        let (parameters, arguments) = facts::generics_of(self.ty);
        let close = |text: &&'static str| match parameters {
            [] => Cow::Borrowed(*text),
            _ => Cow::Owned(facts::closed(text, parameters, arguments, TypeRef::ps_name)),
        };
        self.texts.iter().map(close).collect()
    }

    /// The type of a property or field.
    pub fn value_type(&self) -> Option<TypeRef> {
        let (parameters, arguments) = facts::generics_of(self.ty);
        facts::type_of(self.type_text, parameters, arguments)
    }

    /// Whether the indexer needs arguments.
    pub fn is_indexed(&self) -> bool {
        !self.index.is_empty()
    }
}

struct Row {
    hash: u64,
    ty: u32,
    is_static: bool,
    name: Box<str>,
    member: Option<&'static Member>,
}

static MEMBERS: LazyLock<RwLock<HashTable<Row>>> = LazyLock::new(Default::default);

fn hash(ty: u32, is_static: bool, name: &str) -> u64 {
    let mut h = 0xcbf2_9ce4_8422_2325u64 ^ (u64::from(ty) << 1) ^ u64::from(is_static);
    for b in name.bytes() {
        h = (h ^ u64::from(b.to_ascii_lowercase())).wrapping_mul(0x100_0000_01b3);
    }
    h ^ (h >> 29)
}

/// The member of a name on a type, ignoring case.
pub fn lookup(ty: TypeRef, name: &str, is_static: bool) -> Option<&'static Member> {
    let hash = hash(ty.0, is_static, name);
    let same = |row: &Row| {
        row.hash == hash && row.ty == ty.0 && row.is_static == is_static && row.name.eq_ignore_ascii_case(name)
    };
    if let Some(row) = MEMBERS.read().find(hash, same) {
        return row.member;
    }
    let member: Option<&'static Member> = build(ty, name, is_static).map(|m| &*Box::leak(Box::new(m)));
    let row = Row { hash, ty: ty.0, is_static, name: name.into(), member };
    let mut table = MEMBERS.write();
    if table.find(hash, same).is_none() && (member.is_some() || table.len() < 100_000) {
        table.insert_unique(hash, row, |r| r.hash);
    }
    member
}

const OBJECT_METHODS: &[(&str, &str)] = &[
    ("Equals", "bool Equals(System.Object obj)"),
    ("GetHashCode", "int GetHashCode()"),
    ("GetType", "type GetType()"),
    ("ToString", "string ToString()"),
];
const OBJECT_STATICS: &[(&str, &str)] = &[
    ("Equals", "static bool Equals(System.Object objA, System.Object objB)"),
    ("ReferenceEquals", "static bool ReferenceEquals(System.Object objA, System.Object objB)"),
];

fn build(ty: TypeRef, name: &str, is_static: bool) -> Option<Member> {
    let mut at = Some(ty);
    let mut found = None;
    while let Some(t) = at {
        found = in_facts(t, name, is_static);
        if found.is_some() {
            break;
        }
        at = t.base();
    }
    let table = if is_static { OBJECT_STATICS } else { OBJECT_METHODS };
    if let Some((object_name, text)) = table.iter().find(|(n, _)| n.eq_ignore_ascii_case(name))
        && (ty.info().base.is_some() || ty == TypeRef::OBJECT)
    {
        let member = found.get_or_insert_with(|| blank(object_name, MemberKind::Method, is_static));
        // An override hides what Object declares, whatever it calls the parameter.
        let shape = |t: &str| t.find('(').map(|at| t[at..].matches(',').count() + usize::from(!t.ends_with("()")));
        let takes_object = |t: &str| t.contains("(System.Object ") || t.ends_with("()");
        let hides = |t: &&&str| shape(t) == shape(text) && takes_object(t);
        if member.texts.iter().find(hides).is_none() && member.kind == MemberKind::Method {
            member.texts.insert(0, text);
        }
    }
    if found.is_none() {
        found = without_facts(ty, name, is_static);
    }
    let mut member = found?;
    member.ty = ty;
    let key = if is_static { format!("::{}", member.name) } else { member.name.to_string() };
    member.run = behaviour(ty, if member.is_indexed() && member.name == "Item" { "[]" } else { &key })
        .map(|(_, b)| b)
        .or_else(|| super::inherent::of(ty, member.name, is_static))
        .or(member.run);
    member.write = behaviour(ty, &if member.is_indexed() { "[]=".to_string() } else { format!("{key}=") })
        .map(|(_, b)| b)
        .or_else(|| super::record::behaviour(ty, &format!("{}=", member.name), is_static))
        .filter(|_| member.can_write || member.is_indexed());
    Some(member)
}

fn blank(name: &'static str, kind: MemberKind, is_static: bool) -> Member {
    Member {
        name,
        kind,
        is_static,
        ty: TypeRef::OBJECT,
        type_text: "System.Object",
        can_read: true,
        can_write: false,
        index: &[],
        texts: Vec::new(),
        signatures: OnceLock::new(),
        run: None,
        write: None,
        constant: None,
    }
}

fn in_facts(ty: TypeRef, name: &str, is_static: bool) -> Option<Member> {
    let facts = facts::of(ty)?;
    if let Some(p) = facts.properties.iter().find(|p| p.is_static == is_static && p.name.eq_ignore_ascii_case(name)) {
        let mut m = blank(p.name, MemberKind::Property, is_static);
        (m.type_text, m.can_read, m.can_write, m.index) = (p.ty, p.can_read, p.can_write, &p.index);
        return Some(m);
    }
    if let Some(f) = facts.fields.iter().find(|f| f.is_static == is_static && f.name.eq_ignore_ascii_case(name)) {
        let mut m = blank(f.name, MemberKind::Field, is_static);
        (m.type_text, m.can_write, m.constant) = (f.ty, !f.is_read_only, f.constant);
        return Some(m);
    }
    if let Some(f) = facts.methods.iter().find(|f| f.is_static == is_static && f.name.eq_ignore_ascii_case(name)) {
        let mut m = blank(f.name, MemberKind::Method, is_static);
        m.texts = f.overloads.clone();
        return Some(m);
    }
    let (event, text) = facts.events.iter().find(|(n, _)| !is_static && n.eq_ignore_ascii_case(name))?;
    let mut m = blank(event, MemberKind::Event, is_static);
    m.type_text = text;
    Some(m)
}

/// A member that only behaviour declares: `Name()` is a method there, `Name` a property.
fn without_facts(ty: TypeRef, name: &str, is_static: bool) -> Option<Member> {
    let prefix = if is_static { "::" } else { "" };
    let behaviour =
        |ty: TypeRef, key: &str| if facts::of(ty).is_some() { own_behaviour(ty, key) } else { behaviour(ty, key) };
    if let Some((found, run)) = behaviour(ty, &format!("{prefix}{name}()")) {
        let mut m = blank(found.trim_start_matches(':').trim_end_matches("()"), MemberKind::Method, is_static);
        m.run = Some(run);
        return Some(m);
    }
    let (found, run) = behaviour(ty, &format!("{prefix}{name}"))?;
    if found == "new" || found.starts_with('[') {
        return None;
    }
    let mut m = blank(found.trim_start_matches(':'), MemberKind::Property, is_static);
    m.run = Some(run);
    m.can_write = behaviour(ty, &format!("{prefix}{name}=")).is_some();
    Some(m)
}

/// The constructors of a type.
pub fn constructors(ty: TypeRef) -> Option<&'static Member> {
    static CACHE: LazyLock<RwLock<HashMap<u32, Option<&'static Member>>>> = LazyLock::new(Default::default);
    if let Some(found) = CACHE.read().get(&ty.0) {
        return *found;
    }
    let mut at = Some(ty);
    let mut run = None;
    while let Some(t) = at {
        let name = t.info().generic.as_ref().map_or(t.name(), |(d, _)| d.name());
        run = in_definition(name, "new").map(|(_, b)| b);
        // Exceptions are built alike; other types construct only by a definition of their own.
        if run.is_some() || !ty.derives_from(TypeRef::EXCEPTION) {
            break;
        }
        at = t.base();
    }
    let run = run.or_else(|| super::inherent::of(ty, "new", false));
    let facts = facts::of(ty);
    let made = (run.is_some() || facts.is_some_and(|f| !f.constructors.is_empty())).then(|| {
        let mut m = blank("new", MemberKind::Method, true);
        m.ty = ty;
        m.texts = facts.map(|f| f.constructors.clone()).unwrap_or_default();
        m.run = run;
        &*Box::leak(Box::new(m))
    });
    CACHE.write().insert(ty.0, made);
    made
}
