//! System.Half, System.Int128 and System.UInt128.

use std::cmp::Ordering;

use num_traits::ToPrimitive;

use crate::culture::Culture;
use crate::error::Result;
use crate::number::{self, IntegerKind, Styles, format_half, format_integer, format_unsigned, half_to_f32};
use crate::types::{Behaviour, Call, State, TypeDef, TypeRef, decimal_of, fail, hold, hold_named, state_of};
use crate::value::Value;

/// The state of one of the three.
#[derive(Clone, Copy, PartialEq)]
pub enum Wide {
    /// The bits of a Half.
    Half(u16),
    Signed(i128),
    Unsigned(u128),
}

impl Wide {
    fn format(self, format: &str, culture: &Culture) -> std::result::Result<String, number::FormatError> {
        match self {
            Wide::Half(bits) => format_half(bits, format, &culture.number),
            Wide::Signed(n) => format_integer(n, 128, format, &culture.number),
            Wide::Unsigned(n) => format_unsigned(n, format, &culture.number),
        }
    }

    fn real(self) -> f64 {
        match self {
            Wide::Half(bits) => f64::from(half_to_f32(bits)),
            Wide::Signed(n) => n as f64,
            Wide::Unsigned(n) => n as f64,
        }
    }
}

impl State for Wide {
    fn text(&self) -> Option<String> {
        self.format("", Culture::invariant()).ok()
    }
    fn is_equal(&self, other: &Self) -> bool {
        self == other
    }
    fn order(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Wide::Signed(a), Wide::Signed(b)) => Some(a.cmp(b)),
            (Wide::Unsigned(a), Wide::Unsigned(b)) => Some(a.cmp(b)),
            (a, b) => a.real().partial_cmp(&b.real()),
        }
    }
    fn hash(&self) -> Option<u64> {
        Some(self.real().to_bits())
    }
}

const MEMBERS: &[(&str, Behaviour)] = &[
    ("ToString", |c| {
        let format = c.place("format").map_or_else(String::new, |at| c.str(at).to_string());
        let culture = match c.place("provider") {
            Some(at) => c.provider(at),
            None => c.culture(),
        };
        match own(c.this).format(&format, &culture) {
            Ok(text) => Ok(Value::from(text)),
            Err(e) => fail::format(e.to_string()).throw(),
        }
    }),
    ("CompareTo", |c| {
        let order = own(c.this).order(&own(c.arg(0)));
        Ok(Value::I32(order.map_or(-1, |o| o as i32)))
    }),
    ("::Parse", |c| parse(c)),
    ("::MaxValue", |c| Ok(limit(c.ty, true))),
    ("::MinValue", |c| Ok(limit(c.ty, false))),
    ("::Zero", |c| Ok(zero(c.ty))),
    ("::op_Addition", |c| compute(c, i128::checked_add, |a, b| a + b)),
    ("::op_Subtraction", |c| compute(c, i128::checked_sub, |a, b| a - b)),
    ("::op_Multiply", |c| compute(c, i128::checked_mul, |a, b| a * b)),
    ("::op_Division", |c| compute(c, i128::checked_div, |a, b| a / b)),
    ("::op_Modulus", |c| compute(c, i128::checked_rem, |a, b| a % b)),
];

pub static TYPES: &[TypeDef] = &[
    TypeDef { name: "System.Half", like: &[], members: MEMBERS },
    TypeDef { name: "System.Int128", like: &[], members: MEMBERS },
    TypeDef { name: "System.UInt128", like: &[], members: MEMBERS },
];

fn own(value: &Value) -> Wide {
    state_of::<Wide>(value).unwrap_or(Wide::Signed(0))
}

fn zero(ty: TypeRef) -> Value {
    from_number(&Value::I32(0), ty).unwrap_or(Value::Null)
}

fn limit(ty: TypeRef, is_max: bool) -> Value {
    let wide = match (ty.name(), is_max) {
        ("System.Half", true) => Wide::Half(0x7BFF),
        ("System.Half", false) => Wide::Half(0xFBFF),
        ("System.UInt128", true) => Wide::Unsigned(u128::MAX),
        ("System.UInt128", false) => Wide::Unsigned(0),
        (_, true) => Wide::Signed(i128::MAX),
        (_, false) => Wide::Signed(i128::MIN),
    };
    hold(ty, wide)
}

fn parse(c: &mut Call<'_>) -> Result {
    let text = c.need_str(0)?;
    let culture = match c.place("provider") {
        Some(at) => c.provider(at),
        None => c.culture(),
    };
    let read = match c.ty.name() {
        "System.Half" => {
            number::parse_single(&text, Styles::FLOAT_THOUSANDS, &culture.number).map(|n| Wide::Half(half_bits(n)))
        }
        "System.Int128" => number::parse_integer(&text, IntegerKind::Int128, Styles::INTEGER, &culture.number)
            .map(|n| Wide::Signed(n.to_i128().unwrap_or(0))),
        _ => number::parse_integer(&text, IntegerKind::UInt128, Styles::INTEGER, &culture.number)
            .map(|n| Wide::Unsigned(n.to_u128().unwrap_or(0))),
    };
    match read {
        Ok(wide) => Ok(hold(c.ty, wide)),
        Err(e) => super::integer::parse_error(&e).throw(),
    }
}

fn compute(c: &mut Call<'_>, whole: fn(i128, i128) -> Option<i128>, real: fn(f64, f64) -> f64) -> Result {
    let (a, b) = (own(c.arg(0)), own(c.arg(1)));
    let made = match (a, b) {
        (Wide::Signed(x), Wide::Signed(y)) => whole(x, y).map(Wide::Signed),
        (Wide::Unsigned(x), Wide::Unsigned(y)) => {
            whole(x as i128, y as i128).and_then(|n| u128::try_from(n).ok()).map(Wide::Unsigned)
        }
        (x, y) => Some(Wide::Half(half_bits(real(x.real(), y.real()) as f32))),
    };
    match made {
        Some(wide) => Ok(hold(c.ty, wide)),
        None => fail::named("System.OverflowException", "Arithmetic operation resulted in an overflow.").throw(),
    }
}

/// A number of any other type as one of these; none for what is no number.
pub fn from_number(value: &Value, ty: TypeRef) -> Option<Value> {
    let real = match value {
        Value::F64(n) => Some(*n),
        Value::F32(n) => Some(f64::from(*n)),
        Value::Decimal(_) => Some(decimal_of(value).to_f64()),
        _ => None,
    };
    let whole = match value {
        Value::BigInt(b) => b.to_i128(),
        Value::U64(n) => Some(i128::from(*n)),
        Value::Decimal(_) => Some(decimal_of(value).to_i128()),
        Value::Bool(_) | Value::Enum(..) => None,
        other => other.as_i64().map(i128::from),
    };
    let wide = match ty.name() {
        "System.Half" => Wide::Half(half_bits(real.or_else(|| whole.map(|n| n as f64))? as f32)),
        "System.Int128" => Wide::Signed(whole.or_else(|| real.map(|n| n as i128))?),
        "System.UInt128" => Wide::Unsigned(match whole {
            Some(n) => n as u128,
            None => real? as u128,
        }),
        _ => return None,
    };
    Some(hold(ty, wide))
}

/// The bits of the nearest Half, ties to even.
fn half_bits(n: f32) -> u16 {
    let bits = n.to_bits();
    let sign = ((bits >> 16) & 0x8000) as u16;
    if n.is_nan() {
        return sign | 0x7E00;
    }
    let exponent = ((bits >> 23) & 0xFF) as i32 - 127;
    let mantissa = bits & 0x7F_FFFF;
    if exponent > 15 {
        return sign | 0x7C00;
    }
    let (mut whole, rest, half) = if exponent >= -14 {
        let packed = (((exponent + 15) as u32) << 10) | (mantissa >> 13);
        (packed, mantissa & 0x1FFF, 0x1000)
    } else {
        let shift = (-exponent - 1) as u32;
        if shift > 24 {
            return sign;
        }
        let full = mantissa | 0x80_0000;
        (full >> shift, full & ((1 << shift) - 1), 1 << (shift - 1))
    };
    if rest > half || (rest == half && whole & 1 == 1) {
        whole += 1;
    }
    sign | whole as u16
}

/// An Int128.
pub fn signed(n: i128) -> Value {
    hold_named("System.Int128", Wide::Signed(n))
}

/// A UInt128.
pub fn unsigned(n: u128) -> Value {
    hold_named("System.UInt128", Wide::Unsigned(n))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_round_to_even() {
        for (n, bits) in [
            (1.0, 0x3C00),
            (-2.0, 0xC000),
            (65504.0, 0x7BFF),
            (65520.0, 0x7C00),
            (0.1, 0x2E66),
            (6e-8, 0x0001),
            (0.0, 0),
        ] {
            assert_eq!(half_bits(n), bits, "{n}");
        }
    }
}
