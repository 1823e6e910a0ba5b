//! Members that .NET's numeric types share through their generic interfaces (`INumberBase`, `IBinaryInteger`, `IFloatingPoint`).

use num_bigint::{BigInt, Sign};
use num_traits::{FromPrimitive, ToPrimitive};

use super::system::integer::big;
use super::{Behaviour, Call, TypeRef, decimal_of, fail};
use crate::error::Result;
use crate::value::Value;

fn is_integer(ty: TypeRef) -> bool {
    (TypeRef::SBYTE..=TypeRef::UINT64).contains(&ty) || ty == TypeRef::BIGINT || ty == TypeRef::CHAR
}

fn is_floating(ty: TypeRef) -> bool {
    matches!(ty, TypeRef::SINGLE | TypeRef::DOUBLE)
}

/// The code of such a member.
pub fn behaviour(ty: TypeRef, name: &str, is_static: bool) -> Option<Behaviour> {
    let is_number = is_integer(ty) || is_floating(ty) || ty == TypeRef::DECIMAL;
    if !is_number {
        return None;
    }
    if !is_static {
        return match name {
            "GetByteCount" if is_integer(ty) => Some(|c| Ok(Value::I32(bytes_of(c.ty, c.this).len() as i32))),
            "GetShortestBitLength" if is_integer(ty) => Some(|c| Ok(Value::I32(shortest(c.this)))),
            "WriteBigEndian" if is_integer(ty) => Some(|c| write(c, true)),
            "WriteLittleEndian" if is_integer(ty) => Some(|c| write(c, false)),
            "GetExponentByteCount" => Some(|c| Ok(Value::I32(if c.ty == TypeRef::DOUBLE { 2 } else { 1 }))),
            "GetSignificandByteCount" => Some(|c| {
                Ok(Value::I32(match c.ty {
                    TypeRef::DOUBLE => 8,
                    TypeRef::SINGLE => 4,
                    _ => 12,
                }))
            }),
            "GetSignificandBitLength" => Some(|c| {
                Ok(Value::I32(match c.ty {
                    TypeRef::DOUBLE => 53,
                    TypeRef::SINGLE => 24,
                    _ => 96,
                }))
            }),
            _ => None,
        };
    }
    let shared: Option<Behaviour> = match name {
        "CreateChecked" => Some(|c| create(c, Excess::Refused)),
        "CreateSaturating" => Some(|c| create(c, Excess::Clamped)),
        "CreateTruncating" => Some(|c| create(c, Excess::Wrapped)),
        "ConvertToInteger" | "ConvertToIntegerNative" => Some(|c| {
            let ty = c.type_argument(0);
            converted(c.arg(0), ty, Excess::Clamped)
        }),
        "MaxMagnitude" | "MaxMagnitudeNumber" => Some(|c| magnitude(c, true)),
        "MinMagnitude" | "MinMagnitudeNumber" => Some(|c| magnitude(c, false)),
        "CopySign" => Some(|c| {
            let (n, sign) = (big(c.arg(0)), big(c.arg(1)));
            if c.ty == TypeRef::DECIMAL {
                let n = decimal_of(c.arg(0)).abs();
                return Ok(super::to_decimal(if decimal_of(c.arg(1)).is_negative() { n.neg() } else { n }));
            }
            let n = BigInt::from_biguint(Sign::Plus, n.magnitude().clone());
            narrowed(&if sign.sign() == Sign::Minus { -n } else { n }, c.ty, Excess::Refused)
        }),
        "IsEvenInteger" => Some(|c| Ok(Value::Bool(c.float(0) % 2.0 == 0.0))),
        "IsOddInteger" => Some(|c| Ok(Value::Bool((c.float(0) % 2.0).abs() == 1.0))),
        _ => None,
    };
    if shared.is_some() {
        return shared;
    }
    if is_integer(ty) {
        return integers(name);
    }
    if is_floating(ty) { floating(name) } else { None }
}

fn integers(name: &str) -> Option<Behaviour> {
    Some(match name {
        "BigMul" => |c| {
            let product = big(c.arg(0)) * big(c.arg(1));
            match c.ty {
                TypeRef::INT32 => narrowed(&product, TypeRef::INT64, Excess::Refused),
                TypeRef::UINT32 => narrowed(&product, TypeRef::UINT64, Excess::Refused),
                TypeRef::INT64 => Ok(super::system::wide_number::signed(product.to_i128().unwrap_or(0))),
                _ => Ok(super::system::wide_number::unsigned(product.to_u128().unwrap_or(0))),
            }
        },
        "PopCount" => |c| {
            let ones = bytes_of(c.ty, c.arg(0)).iter().map(|b| b.count_ones()).sum::<u32>();
            narrowed(&BigInt::from(ones), c.ty, Excess::Refused)
        },
        "LeadingZeroCount" => |c| {
            let bytes = bytes_of(c.ty, c.arg(0));
            let zeros = bytes.iter().take_while(|b| **b == 0).count() * 8
                + bytes.iter().find(|b| **b != 0).map_or(0, |b| b.leading_zeros() as usize);
            narrowed(&BigInt::from(zeros), c.ty, Excess::Refused)
        },
        "TrailingZeroCount" => |c| {
            let bytes = bytes_of(c.ty, c.arg(0));
            let zeros = bytes.iter().rev().take_while(|b| **b == 0).count() * 8
                + bytes.iter().rev().find(|b| **b != 0).map_or(0, |b| b.trailing_zeros() as usize);
            narrowed(&BigInt::from(zeros), c.ty, Excess::Refused)
        },
        _ => return None,
    })
}

fn floating(name: &str) -> Option<Behaviour> {
    use std::f64::consts::PI;
    Some(match name {
        "AcosPi" => |c| one(c, |x| x.acos() / PI),
        "AsinPi" => |c| one(c, |x| x.asin() / PI),
        "AtanPi" => |c| one(c, |x| x.atan() / PI),
        "Atan2Pi" => |c| two(c, |y, x| y.atan2(x) / PI),
        "CosPi" => |c| one(c, |x| (x % 2.0 * PI).cos()),
        "SinPi" => |c| one(c, |x| (x % 2.0 * PI).sin()),
        "TanPi" => |c| one(c, |x| (x % 2.0 * PI).tan()),
        "SinCosPi" => |c| {
            let (sin, cos) = (c.float(0) % 2.0 * PI).sin_cos();
            Ok(super::system::tuple::value_tuple(vec![give(c, sin), give(c, cos)]))
        },
        "ExpM1" => |c| one(c, f64::exp_m1),
        "Exp2M1" => |c| one(c, |x| x.exp2() - 1.0),
        "Exp10M1" => |c| one(c, |x| 10f64.powf(x) - 1.0),
        "LogP1" => |c| one(c, f64::ln_1p),
        "Log2P1" => |c| one(c, |x| (x + 1.0).log2()),
        "Log10P1" => |c| one(c, |x| (x + 1.0).log10()),
        "RootN" => |c| {
            let (x, n) = (c.float(0), c.int(1));
            let root = if x < 0.0 && n % 2 != 0 { -(-x).powf(1.0 / f64::from(n)) } else { x.powf(1.0 / f64::from(n)) };
            Ok(give(c, root))
        },
        "Ieee754Remainder" => |c| two(c, super::system::math::remainder),
        "MultiplyAddEstimate" => |c| Ok(give(c, c.float(0) * c.float(1) + c.float(2))),
        "MaxNumber" | "MaxNative" => |c| two(c, f64::max),
        "MinNumber" | "MinNative" => |c| two(c, f64::min),
        "ClampNative" => |c| Ok(give(c, c.float(0).max(c.float(1)).min(c.float(2)))),
        _ => return None,
    })
}

fn give(c: &Call<'_>, n: f64) -> Value {
    if c.ty == TypeRef::SINGLE { Value::F32(n as f32) } else { Value::F64(n) }
}

fn one(c: &mut Call<'_>, f: fn(f64) -> f64) -> Result {
    Ok(give(c, f(c.float(0))))
}

fn two(c: &mut Call<'_>, f: fn(f64, f64) -> f64) -> Result {
    Ok(give(c, f(c.float(0), c.float(1))))
}

fn magnitude(c: &mut Call<'_>, is_max: bool) -> Result {
    let (x, y) = (c.float(0).abs(), c.float(1).abs());
    let first = if is_max { x >= y } else { x <= y };
    Ok(c.arg(usize::from(!first)).clone())
}

/// The bytes of an integer in its type's width, the highest first.
fn bytes_of(ty: TypeRef, value: &Value) -> Vec<u8> {
    let width = match ty {
        TypeRef::SBYTE | TypeRef::BYTE => 1,
        TypeRef::INT16 | TypeRef::UINT16 | TypeRef::CHAR => 2,
        TypeRef::INT32 | TypeRef::UINT32 => 4,
        TypeRef::INT64 | TypeRef::UINT64 => 8,
        _ => return big(value).to_signed_bytes_be(),
    };
    let n = value.as_i64().map_or_else(|| big(value).to_u64().unwrap_or(0), |n| n as u64);
    n.to_be_bytes()[8 - width..].to_vec()
}

fn shortest(value: &Value) -> i32 {
    let n = big(value);
    if n.sign() == Sign::Minus {
        let rest: BigInt = n + 1;
        return rest.bits() as i32 + 1;
    }
    n.bits() as i32
}

fn write(c: &mut Call<'_>, is_big: bool) -> Result {
    let mut bytes = bytes_of(c.ty, c.this);
    if !is_big {
        bytes.reverse();
    }
    let at = c.place("startIndex").map_or(0, |at| c.long(at));
    let items: Vec<Value> = bytes.iter().map(|b| Value::U8(*b)).collect();
    let target = c.arg(0).clone();
    super::collections::array::copy_into(&items, &target, at)?;
    Ok(Value::I32(bytes.len() as i32))
}

/// What happens to a number that the type can't hold.
#[derive(Clone, Copy, PartialEq)]
enum Excess {
    Refused,
    Clamped,
    Wrapped,
}

fn create(c: &mut Call<'_>, excess: Excess) -> Result {
    converted(c.arg(0), c.ty, excess)
}

fn converted(value: &Value, ty: TypeRef, excess: Excess) -> Result {
    if is_floating(ty) {
        let n = match value.base() {
            Value::F64(n) => *n,
            Value::F32(n) => f64::from(*n),
            Value::Decimal(_) => decimal_of(value).to_f64(),
            other => big(other).to_f64().unwrap_or(f64::NAN),
        };
        return Ok(if ty == TypeRef::SINGLE { Value::F32(n as f32) } else { Value::F64(n) });
    }
    if ty == TypeRef::DECIMAL {
        let made = match value.base() {
            Value::F64(n) => crate::number::Decimal::from_double(*n),
            Value::F32(n) => crate::number::Decimal::from_single(*n),
            Value::Decimal(_) => Ok(decimal_of(value)),
            other => crate::number::Decimal::from_bigint(&big(other)),
        };
        return match made {
            Ok(made) => Ok(super::to_decimal(made)),
            Err(_) => fail::overflow("Value was either too large or too small for a Decimal.").throw(),
        };
    }
    let whole = match value.base() {
        Value::F64(n) => BigInt::from_f64(n.trunc()),
        Value::F32(n) => BigInt::from_f32(n.trunc()),
        Value::Decimal(_) => Some(decimal_of(value).truncate().to_bigint()),
        other => Some(big(other)),
    };
    match whole {
        Some(n) => narrowed(&n, ty, excess),
        None if excess == Excess::Refused => fail::overflow("Arithmetic operation resulted in an overflow.").throw(),
        None => {
            let huge: BigInt = BigInt::from(1) << 128;
            let n = match value.base() {
                Value::F64(n) if n.is_infinite() => {
                    if *n > 0.0 {
                        huge
                    } else {
                        -huge
                    }
                }
                _ => BigInt::from(0),
            };
            narrowed(&n, ty, Excess::Clamped)
        }
    }
}

fn narrowed(n: &BigInt, ty: TypeRef, excess: Excess) -> Result {
    if ty == TypeRef::BIGINT {
        return Ok(Value::big(n.clone()));
    }
    let (bits, is_signed) = match ty {
        TypeRef::SBYTE => (8, true),
        TypeRef::BYTE => (8, false),
        TypeRef::INT16 => (16, true),
        TypeRef::UINT16 | TypeRef::CHAR => (16, false),
        TypeRef::INT32 => (32, true),
        TypeRef::UINT32 => (32, false),
        TypeRef::UINT64 => (64, false),
        _ => (64, true),
    };
    let span: BigInt = BigInt::from(1) << bits;
    let half: BigInt = &span >> 1;
    let low = if is_signed { -half } else { BigInt::from(0) };
    let high = &low + &span - 1;
    let fitting = match excess {
        _ if *n >= low && *n <= high => n.clone(),
        Excess::Refused => return fail::overflow("Arithmetic operation resulted in an overflow.").throw(),
        Excess::Clamped => {
            if *n < low {
                low
            } else {
                high
            }
        }
        Excess::Wrapped => {
            let rest = ((n % &span) + &span) % &span;
            if rest > high { rest - span } else { rest }
        }
    };
    if ty == TypeRef::CHAR {
        return Ok(Value::Char(fitting.to_u16().unwrap_or(0)));
    }
    super::system::integer::narrow(&fitting, ty)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_beyond_a_type_are_clamped_or_wrapped() {
        let check = |n: i64, ty: TypeRef, excess: Excess, wanted: Option<i64>| {
            let made = narrowed(&BigInt::from(n), ty, excess).ok().and_then(|v| v.as_i64());
            assert_eq!(made, wanted, "{n} {}", ty.name());
        };
        check(300, TypeRef::BYTE, Excess::Clamped, Some(255));
        check(300, TypeRef::BYTE, Excess::Wrapped, Some(44));
        check(300, TypeRef::BYTE, Excess::Refused, None);
        check(-1, TypeRef::UINT16, Excess::Wrapped, Some(65535));
        check(200, TypeRef::SBYTE, Excess::Wrapped, Some(-56));
    }
}
