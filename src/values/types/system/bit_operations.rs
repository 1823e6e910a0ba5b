//! System.Numerics.BitOperations.

use crate::error::Result;
use crate::types::{Call, TypeDef, TypeRef};
use crate::value::Value;

/// The argument's bits, and how many it has.
fn bits(c: &Call<'_>) -> (u64, u32) {
    match c.arg(0).base() {
        Value::U32(n) => (u64::from(*n), 32),
        Value::I32(n) => (u64::from(*n as u32), 32),
        Value::U64(n) => (*n, 64),
        other => (other.as_i64().unwrap_or(0) as u64, 64),
    }
}

fn same(c: &Call<'_>, n: u64) -> Result {
    Ok(if c.parameter(0) == TypeRef::UINT32 { Value::U32(n as u32) } else { Value::U64(n) })
}

fn rotated(c: &Call<'_>, offset: i32) -> Result {
    let (n, size) = bits(c);
    let turned = if size == 32 {
        u64::from((n as u32).rotate_left(offset.rem_euclid(32) as u32))
    } else {
        n.rotate_left(offset.rem_euclid(64) as u32)
    };
    same(c, turned)
}

pub static TYPES: &[TypeDef] = &[TypeDef {
    name: "System.Numerics.BitOperations",
    like: &[],
    members: &[
        ("::IsPow2", |c| {
            let is_negative = c.arg(0).as_i64().is_some_and(|n| n < 0);
            Ok(Value::Bool(!is_negative && bits(c).0.is_power_of_two()))
        }),
        ("::LeadingZeroCount", |c| {
            let (n, size) = bits(c);
            Ok(Value::I32((n.leading_zeros() - (64 - size)) as i32))
        }),
        ("::Log2", |c| Ok(Value::I32(63 - (bits(c).0 | 1).leading_zeros() as i32))),
        ("::PopCount", |c| Ok(Value::I32(bits(c).0.count_ones() as i32))),
        ("::RotateLeft", |c| rotated(c, c.int(1))),
        ("::RotateRight", |c| rotated(c, c.int(1).wrapping_neg())),
        ("::RoundUpToPowerOf2", |c| {
            let (n, size) = bits(c);
            let up = if n == 0 { 0 } else { n.checked_next_power_of_two().unwrap_or(0) };
            same(c, if size == 32 && up > u64::from(u32::MAX) { 0 } else { up })
        }),
        ("::TrailingZeroCount", |c| {
            let (n, size) = bits(c);
            Ok(Value::I32(n.trailing_zeros().min(size) as i32))
        }),
    ],
}];
