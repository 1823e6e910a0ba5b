//! System.Object and System.ValueType: what every value answers.

use std::sync::Arc;

use crate::convert::to_str;
use crate::error::Result;
use crate::types::{Call, TypeDef, TypeRef};
use crate::value::Value;

pub static TYPES: &[TypeDef] = &[TypeDef {
    name: "System.Object",
    like: &[],
    members: &[
        ("ToString", |c| to_string(c)),
        ("Equals", |c| Ok(Value::Bool(equals(c.this, c.arg(0))))),
        ("GetHashCode", |c| Ok(Value::I32(hash_code(c.this)))),
        ("GetType", |c| Ok(Value::Type(c.this.type_ref().unwrap_or(TypeRef::OBJECT)))),
        ("::Equals", |c| Ok(Value::Bool(equals(c.arg(0), c.arg(1))))),
        ("::ReferenceEquals", |c| Ok(Value::Bool(c.arg(0).same(c.arg(1))))),
        ("new", |_| {
            let layout = crate::object::Layout::new(Vec::new());
            Ok(Value::Object(Arc::new(crate::object::Object::of_type(TypeRef::OBJECT, layout, Vec::new()))))
        }),
    ],
}];

/// `.ToString()`: the .NET text, in the session's culture where the type heeds one.
pub fn to_string(c: &mut Call<'_>) -> Result {
    if let Value::Array(_) | Value::Dict(_) = c.this.base() {
        return Ok(Value::from(c.this.type_ref().map_or("", TypeRef::name)));
    }
    if let Value::Object(o) = c.this {
        // What a custom object itself says is nothing: the text with its properties is made by conversion.
        return Ok(Value::from(if o.ty == TypeRef::PSCUSTOMOBJECT { "" } else { o.ty.name() }));
    }
    if let Value::Foreign(f) = c.this.base() {
        let f = f.clone();
        let text = f.display(c.ctx)?;
        return Ok(text.map_or_else(|| Value::from(f.type_ref().name()), Value::Str));
    }
    Ok(Value::Str(to_str(c.ctx, c.this)?))
}

/// `.Equals`: same type and value; strings to the letter; other objects by identity unless they know better.
pub fn equals(a: &Value, b: &Value) -> bool {
    match (a.base(), b.base()) {
        (Value::Str(x), Value::Str(y)) => x == y,
        (Value::Bool(x), Value::Bool(y)) => x == y,
        (Value::I32(x), Value::I32(y)) => x == y,
        (Value::U64(x), Value::U64(y)) => x == y,
        (Value::F64(x), Value::F64(y)) => x == y || (x.is_nan() && y.is_nan()),
        (Value::F32(x), Value::F32(y)) => x == y || (x.is_nan() && y.is_nan()),
        (Value::Decimal(x), Value::Decimal(y)) => x == y,
        (Value::BigInt(x), Value::BigInt(y)) => x == y,
        (Value::Guid(x), Value::Guid(y)) => x == y,
        (Value::DateTime(x), Value::DateTime(y)) => x & !(3 << 62) == y & !(3 << 62),
        (Value::TimeSpan(x), Value::TimeSpan(y)) => x == y,
        (Value::Enum(t, x), Value::Enum(u, y)) => t == u && x == y,
        (Value::Foreign(x), y @ Value::Foreign(other)) => x.same(other) || x.equals(y),
        (x, y) => match (x.as_i64(), y.as_i64()) {
            (Some(i), Some(j)) => i == j && x.type_ref() == y.type_ref(),
            (None, None) => x.same(y),
            _ => false,
        },
    }
}

/// `.GetHashCode()`: as .NET where it is fixed, otherwise any number that is equal for equal values.
pub fn hash_code(v: &Value) -> i32 {
    let fold = |n: i64| (n as i32) ^ ((n >> 32) as i32);
    match v.base() {
        Value::Null | Value::Void => 0,
        Value::Bool(b) => i32::from(*b),
        Value::Char(c) => i32::from(*c) | (i32::from(*c) << 16),
        Value::I8(n) => i32::from(*n),
        Value::I16(n) => i32::from(*n),
        Value::U32(n) => *n as i32,
        Value::I64(n) => fold(*n),
        Value::U64(n) => fold(*n as i64),
        Value::F64(n) => fold(if *n == 0.0 { 0 } else { n.to_bits() as i64 }),
        Value::F32(n) => {
            if *n == 0.0 {
                0
            } else {
                n.to_bits() as i32
            }
        }
        Value::DateTime(t) => fold((t & !(3 << 62)) as i64),
        Value::TimeSpan(t) => fold(*t),
        Value::Str(s) => text_hash(s),
        Value::Decimal(d) => text_hash(&d.normalize().to_string()),
        Value::BigInt(b) => text_hash(&b.to_string()),
        Value::Guid(g) => {
            g.as_bytes().chunks(4).fold(0, |h, w| h ^ i32::from_le_bytes(w.try_into().unwrap_or_default()))
        }
        Value::Type(t) => t.id() as i32,
        Value::Array(a) => Arc::as_ptr(a) as usize as i32,
        Value::Dict(a) => Arc::as_ptr(a) as usize as i32,
        Value::Object(a) => Arc::as_ptr(a) as usize as i32,
        Value::Exception(a) => Arc::as_ptr(a) as usize as i32,
        Value::Error(a) => Arc::as_ptr(a) as usize as i32,
        Value::Foreign(f) => fold(f.hash_code() as i64),
        other => other.as_i64().map_or(0, fold),
    }
}

fn text_hash(text: &str) -> i32 {
    let mut h: u32 = 0x811c_9dc5;
    for b in text.bytes() {
        h = (h ^ u32::from(b)).wrapping_mul(0x0100_0193);
    }
    h as i32
}
