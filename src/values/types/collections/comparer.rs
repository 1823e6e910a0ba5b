//! StringComparer, Comparer and EqualityComparer.

use crate::collection::KeyComparer;
use crate::error::Result;
use crate::types::system::search::{self, Rule};
use crate::types::{
    Behaviour, Call, State, TypeDef, TypeKind, TypeRef, generic_of, hold, hold_named, register, state_of,
};
use crate::value::Value;

/// The state of a StringComparer; none compares values of any type by default.
#[derive(Clone)]
pub struct Comparer(Option<Rule>);

impl State for Comparer {}

/// The rule of a StringComparer value.
pub fn rule_of(value: &Value) -> Option<Rule> {
    if let Some(state) = state_of::<Comparer>(value) {
        return Some(state.0.unwrap_or(Rule::CULTURE));
    }
    value
        .type_ref()
        .filter(|t| t.name() == "System.Collections.CaseInsensitiveComparer")
        .map(|_| Rule { is_ordinal: false, ignores_case: true })
}

/// How the keys of a dictionary made with this comparer are compared; ordinal where there is none.
pub fn key_comparer(value: &Value) -> KeyComparer {
    match rule_of(value) {
        Some(rule) if rule.ignores_case => KeyComparer::IgnoreCase,
        _ => KeyComparer::Ordinal,
    }
}

fn string(is_ordinal: bool, ignores_case: bool) -> Value {
    hold_named("System.StringComparer", Comparer(Some(Rule { is_ordinal, ignores_case })))
}

/// `EqualityComparer[T].Default`: a type of its own for texts, one for types that compare themselves, one for others.
pub fn default_equality(element: TypeRef) -> Value {
    let base = |element: TypeRef| {
        TypeRef::find("System.Collections.Generic.EqualityComparer`1")
            .map(|definition| generic_of(definition, vec![element]))
    };
    let ty = if element == TypeRef::STRING {
        register("System.Collections.Generic.StringEqualityComparer", TypeKind::Class, base(element))
    } else {
        let compares =
            crate::types::facts::interfaces(element).iter().any(|i| i.name().starts_with("System.IEquatable`1"));
        let name = if compares { "GenericEqualityComparer" } else { "ObjectEqualityComparer" };
        let name = format!("System.Collections.Generic.{name}`1[{}]", element.name());
        register(&name, TypeKind::Class, base(element))
    };
    hold(ty, Comparer(None))
}

const DEFAULT: &[(&str, Behaviour)] = &[
    ("::Default", |c| Ok(hold(c.ty, Comparer(None)))),
    ("::DefaultInvariant", |c| Ok(hold(c.ty, Comparer(None)))),
    ("Compare", |c| compare(c)),
    ("Equals", |c| equals(c)),
    ("GetHashCode", |c| {
        Ok(Value::I32(crate::types::system::object::hash_code(if c.count() > 0 { c.arg(0) } else { c.this })))
    }),
    ("new", |c| Ok(hold(c.ty, Comparer(None)))),
];

pub static TYPES: &[TypeDef] = &[
    TypeDef {
        name: "System.StringComparer",
        like: &[],
        members: &[
            ("::Ordinal", |_| Ok(string(true, false))),
            ("::OrdinalIgnoreCase", |_| Ok(string(true, true))),
            ("::InvariantCulture", |_| Ok(string(false, false))),
            ("::InvariantCultureIgnoreCase", |_| Ok(string(false, true))),
            ("::CurrentCulture", |_| Ok(string(false, false))),
            ("::CurrentCultureIgnoreCase", |_| Ok(string(false, true))),
            ("::Create", |c| Ok(string(false, c.place("ignoreCase").is_some_and(|at| c.bool(at))))),
            ("::FromComparison", |c| {
                let rule = Rule::of_comparison(c.long(0));
                Ok(string(rule.is_ordinal, rule.ignores_case))
            }),
            ("Compare", |c| compare(c)),
            ("Equals", |c| equals(c)),
            ("GetHashCode", |c| {
                let rule = rule_of(c.this).unwrap_or(Rule::ORDINAL);
                let text = c.str(0);
                let folded = if rule.ignores_case { text.to_lowercase() } else { text.to_string() };
                Ok(Value::I32(crate::types::system::object::hash_code(&Value::from(folded))))
            }),
        ],
    },
    TypeDef { name: "System.Collections.Comparer", like: &[], members: DEFAULT },
    TypeDef { name: "System.Collections.CaseInsensitiveComparer", like: &[], members: DEFAULT },
    TypeDef { name: "System.Collections.Generic.Comparer`1", like: &[], members: DEFAULT },
    TypeDef { name: "System.Collections.Generic.EqualityComparer`1", like: &[], members: DEFAULT },
];

fn compare(c: &mut Call<'_>) -> Result {
    let (a, b, me) = (c.arg(0).clone(), c.arg(1).clone(), c.this.clone());
    if let (Some(rule), Value::Str(x), Value::Str(y)) = (rule_of(&me), a.base(), b.base()) {
        return Ok(Value::I32(search::compare(x, y, rule)));
    }
    Ok(Value::I32(super::order::default_order(c.ctx, &a, &b)? as i32))
}

fn equals(c: &mut Call<'_>) -> Result {
    if c.count() < 2 {
        return Ok(Value::Bool(c.this.same(c.arg(0))));
    }
    if let (Some(rule), Value::Str(x), Value::Str(y)) = (rule_of(c.this), c.arg(0).base(), c.arg(1).base()) {
        let exact = state_of::<Comparer>(c.this).is_some_and(|s| s.0.is_none());
        return Ok(Value::Bool(if exact { x == y } else { search::equal(x, y, rule) }));
    }
    Ok(Value::Bool(crate::types::system::object::equals(c.arg(0), c.arg(1))))
}
