//! System.Collections.BitArray.

use crate::error::Result;
use crate::types::{Behaviour, Call, State, TypeDef, TypeRef, fail, hold, state_of};
use crate::value::Value;

/// The bits from the lowest on.
#[derive(Clone)]
pub struct Bits(Vec<bool>);

impl State for Bits {
    const IS_ENUMERABLE: bool = true;
    fn items(&self) -> Vec<Value> {
        self.0.iter().map(|b| Value::Bool(*b)).collect()
    }
}

fn length(c: &Call<'_>, at: usize, name: &str) -> Result<usize> {
    match usize::try_from(c.long(at)) {
        Ok(n) if n <= 1 << 28 => Ok(n),
        Ok(_) => fail::range("The array is too long.", name).throw(),
        Err(_) => fail::negative(name, c.long(at)).throw(),
    }
}

fn join(c: &mut Call<'_>, f: fn(bool, bool) -> bool) -> Result {
    let Some(other) = state_of::<Bits>(c.arg(0)) else { return fail::null("value").throw() };
    let fits = c.with(|b: &mut Bits| {
        let fits = b.0.len() == other.0.len();
        if fits {
            b.0.iter_mut().zip(other.0).for_each(|(own, other)| *own = f(*own, other));
        }
        fits
    })?;
    if fits { Ok(c.this.clone()) } else { fail::argument("Array lengths must be the same.", "").throw() }
}

fn place(c: &Call<'_>) -> Result<usize> {
    let at = c.long(0);
    let count = c.with(|b: &mut Bits| b.0.len())?;
    match usize::try_from(at) {
        Ok(at) if at < count => Ok(at),
        _ => fail::index().throw(),
    }
}

fn put(c: &mut Call<'_>) -> Result {
    let (at, value) = (place(c)?, c.bool(1));
    c.with(|b: &mut Bits| b.0[at] = value)?;
    Ok(Value::Void)
}

fn shift(c: &mut Call<'_>, is_left: bool) -> Result {
    let by = length(c, 0, "count")?;
    c.with(|b: &mut Bits| {
        let (count, old) = (b.0.len(), b.0.clone());
        for (at, bit) in b.0.iter_mut().enumerate() {
            let from = if is_left { at.checked_sub(by) } else { Some(at + by).filter(|f| *f < count) };
            *bit = from.is_some_and(|f| old[f]);
        }
    })?;
    Ok(c.this.clone())
}

const MEMBERS: &[(&str, Behaviour)] = &[
    ("new", |c| {
        let bits = match c.parameter_name(0) {
            "length" => {
                let fill = c.count() > 1 && c.bool(1);
                vec![fill; length(c, 0, "length")?]
            }
            name if !c.has(0) => return fail::null(name).throw(),
            "bits" => state_of::<Bits>(c.arg(0)).map(|b| b.0).unwrap_or_default(),
            "bytes" => c.bytes(0).iter().flat_map(|b| (0..8).map(move |n| b >> n & 1 == 1)).collect(),
            _ if c.parameter(0) == TypeRef::INT32.array_of(1) => c
                .items(0)
                .iter()
                .flat_map(|v| {
                    let n = v.as_i64().unwrap_or(0);
                    (0..32).map(move |at| n >> at & 1 == 1)
                })
                .collect(),
            _ => c.items(0).iter().map(crate::convert::to_bool).collect(),
        };
        Ok(hold(c.ty, Bits(bits)))
    }),
    ("Count", |c| c.with(|b: &mut Bits| Value::I32(b.0.len() as i32))),
    ("Length", |c| c.with(|b: &mut Bits| Value::I32(b.0.len() as i32))),
    ("Length=", |c| {
        let wanted = length(c, 0, "value")?;
        c.with(|b: &mut Bits| b.0.resize(wanted, false))?;
        Ok(Value::Void)
    }),
    ("IsReadOnly", |_| Ok(Value::Bool(false))),
    ("IsSynchronized", |_| Ok(Value::Bool(false))),
    ("SyncRoot", |c| Ok(c.this.clone())),
    ("[]", |c| {
        let at = place(c)?;
        c.with(|b: &mut Bits| Value::Bool(b.0[at]))
    }),
    ("Get", |c| {
        let at = place(c)?;
        c.with(|b: &mut Bits| Value::Bool(b.0[at]))
    }),
    ("[]=", put),
    ("Set", put),
    ("SetAll", |c| {
        let value = c.bool(0);
        c.with(|b: &mut Bits| b.0.fill(value))?;
        Ok(Value::Void)
    }),
    ("And", |c| join(c, |a, b| a & b)),
    ("Or", |c| join(c, |a, b| a | b)),
    ("Xor", |c| join(c, |a, b| a ^ b)),
    ("Not", |c| {
        c.with(|b: &mut Bits| b.0.iter_mut().for_each(|bit| *bit = !*bit))?;
        Ok(c.this.clone())
    }),
    ("LeftShift", |c| shift(c, true)),
    ("RightShift", |c| shift(c, false)),
    ("HasAllSet", |c| c.with(|b: &mut Bits| Value::Bool(b.0.iter().all(|bit| *bit)))),
    ("HasAnySet", |c| c.with(|b: &mut Bits| Value::Bool(b.0.contains(&true)))),
    ("Clone", |c| {
        let copy = c.with(|b: &mut Bits| b.clone())?;
        Ok(hold(c.ty, copy))
    }),
    ("CopyTo", |c| {
        let (bits, target, at) = (c.with(|b: &mut Bits| b.clone())?, c.arg(0).clone(), c.long(1));
        let element = target.as_array().map_or(TypeRef::BOOL, |a| a.element);
        let width = match element {
            TypeRef::BYTE => 8,
            TypeRef::INT32 => 32,
            _ => 1,
        };
        let whole = |part: &[bool]| part.iter().rev().fold(0u32, |n, bit| n << 1 | u32::from(*bit));
        let items: Vec<Value> = match width {
            8 => bits.0.chunks(8).map(|p| Value::U8(whole(p) as u8)).collect(),
            32 => bits.0.chunks(32).map(|p| Value::I32(whole(p) as i32)).collect(),
            _ => bits.items(),
        };
        super::array::copy_into(&items, &target, at)
    }),
    ("GetEnumerator", |c| {
        let items = c.with(|b: &mut Bits| b.items())?;
        Ok(super::enumerator::over("System.ArrayEnumerator", items))
    }),
];

pub static TYPES: &[TypeDef] = &[TypeDef { name: "System.Collections.BitArray", like: &[], members: MEMBERS }];
