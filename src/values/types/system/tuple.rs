//! Tuple, ValueTuple and KeyValuePair.

use crate::error::Result;
use crate::types::{Behaviour, Call, State, TypeDef, TypeRef, generic_of, hold};
use crate::value::Value;

/// The items of a tuple.
#[derive(Clone)]
pub struct Items(pub Vec<Value>);

impl State for Items {
    fn text(&self) -> Option<String> {
        let list: Vec<String> = self.0.iter().map(crate::convert::to_display).collect();
        Some(format!("({})", list.join(", ")))
    }
    fn is_equal(&self, other: &Self) -> bool {
        self.0.len() == other.0.len() && self.0.iter().zip(&other.0).all(|(a, b)| super::object::equals(a, b))
    }
    fn hash(&self) -> Option<u64> {
        Some(self.0.iter().fold(17, |h, v| h * 31 + super::object::hash_code(v) as u32 as u64))
    }
}

const MEMBERS: &[(&str, Behaviour)] = &[
    ("Item1", |c| item(c, 0)),
    ("Item2", |c| item(c, 1)),
    ("Item3", |c| item(c, 2)),
    ("Item4", |c| item(c, 3)),
    ("Item5", |c| item(c, 4)),
    ("Item6", |c| item(c, 5)),
    ("Item7", |c| item(c, 6)),
    ("Item1=", |c| set_item(c, 0)),
    ("Item2=", |c| set_item(c, 1)),
    ("Item3=", |c| set_item(c, 2)),
    ("Item4=", |c| set_item(c, 3)),
    ("Item5=", |c| set_item(c, 4)),
    ("Item6=", |c| set_item(c, 5)),
    ("Item7=", |c| set_item(c, 6)),
    ("Rest", |c| item(c, 7)),
    ("Length", |c| c.with(|t: &mut Items| Value::I32(t.0.len() as i32))),
    ("new", |c| {
        let (ty, args) = (c.ty, c.args.clone());
        Ok(hold(ty, Items(args)))
    }),
    ("[]", |c| {
        let at = c.long(0);
        let found = c.with(|t: &mut Items| usize::try_from(at).ok().and_then(|i| t.0.get(i).cloned()))?;
        Ok(found.unwrap_or(Value::Null))
    }),
    ("CompareTo", |c| {
        let other = crate::types::state_of::<Items>(c.arg(0));
        let own = c.with(|t: &mut Items| t.0.clone())?;
        for (a, b) in own.iter().zip(other.map(|o| o.0).unwrap_or_default().iter()) {
            let order = crate::operators::compare(c.ctx, a, b, true)?;
            if order != std::cmp::Ordering::Equal {
                return Ok(Value::I32(order as i32));
            }
        }
        Ok(Value::I32(0))
    }),
];

pub static TYPES: &[TypeDef] = &[
    TypeDef { name: "System.Tuple`1", like: &[], members: MEMBERS },
    TypeDef { name: "System.Tuple`2", like: &[], members: MEMBERS },
    TypeDef { name: "System.Tuple`3", like: &[], members: MEMBERS },
    TypeDef { name: "System.Tuple`4", like: &[], members: MEMBERS },
    TypeDef { name: "System.Tuple`5", like: &[], members: MEMBERS },
    TypeDef { name: "System.Tuple`6", like: &[], members: MEMBERS },
    TypeDef { name: "System.Tuple`7", like: &[], members: MEMBERS },
    TypeDef { name: "System.Tuple`8", like: &[], members: MEMBERS },
    TypeDef { name: "System.ValueTuple`1", like: &[], members: MEMBERS },
    TypeDef { name: "System.ValueTuple`2", like: &[], members: MEMBERS },
    TypeDef { name: "System.ValueTuple`3", like: &[], members: MEMBERS },
    TypeDef { name: "System.ValueTuple`4", like: &[], members: MEMBERS },
    TypeDef { name: "System.ValueTuple`5", like: &[], members: MEMBERS },
    TypeDef { name: "System.ValueTuple`6", like: &[], members: MEMBERS },
    TypeDef { name: "System.ValueTuple`7", like: &[], members: MEMBERS },
    TypeDef { name: "System.ValueTuple`8", like: &[], members: MEMBERS },
    TypeDef { name: "System.Tuple", like: &[], members: &[("::Create", |c| Ok(create(c, "System.Tuple")))] },
    TypeDef { name: "System.ValueTuple", like: &[], members: &[("::Create", |c| Ok(create(c, "System.ValueTuple")))] },
];

fn item(c: &mut Call<'_>, at: usize) -> Result {
    let found = c.with(|t: &mut Items| t.0.get(at).cloned())?;
    Ok(found.unwrap_or(Value::Null))
}

fn set_item(c: &mut Call<'_>, at: usize) -> Result {
    let value = c.arg(0).clone();
    c.with(|t: &mut Items| {
        if let Some(slot) = t.0.get_mut(at) {
            *slot = value;
        }
    })?;
    Ok(Value::Void)
}

/// `Create`: the types are those of the chosen overload.
fn create(c: &mut Call<'_>, name: &str) -> Value {
    let types = c.signature.map(|s| s.arguments.clone()).unwrap_or_default();
    let mut items = std::mem::take(&mut c.args);
    if items.len() == 8 {
        // The eighth item lies in a tuple of its own.
        let rest = close(name, &types[7..], items.split_off(7));
        let mut types = types[..7].to_vec();
        types.push(rest.type_ref().unwrap_or(TypeRef::OBJECT));
        items.push(rest);
        return close(name, &types, items);
    }
    close(name, &types, items)
}

fn close(name: &str, types: &[TypeRef], items: Vec<Value>) -> Value {
    if types.is_empty() {
        return make(name, items);
    }
    let definition = TypeRef::find(&format!("{name}`{}", items.len())).unwrap_or(TypeRef::OBJECT);
    hold(generic_of(definition, types.to_vec()), Items(items))
}

/// A ValueTuple whose types are known.
pub fn typed_value_tuple(types: &[TypeRef], items: Vec<Value>) -> Value {
    close("System.ValueTuple", types, items)
}

fn make(name: &str, items: Vec<Value>) -> Value {
    let types: Vec<TypeRef> = items.iter().map(|v| v.type_ref().unwrap_or(TypeRef::OBJECT)).collect();
    let definition = TypeRef::find(&format!("{name}`{}", items.len())).unwrap_or(TypeRef::OBJECT);
    hold(generic_of(definition, types), Items(items))
}

/// A ValueTuple of values.
pub fn value_tuple(items: Vec<Value>) -> Value {
    make("System.ValueTuple", items)
}
