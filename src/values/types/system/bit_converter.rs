//! System.BitConverter.

use crate::error::Result;
use crate::types::{Call, TypeDef, bytes_of, fail};
use crate::value::Value;

/// The bytes of a number, low ones first.
pub fn bytes(v: &Value) -> Vec<u8> {
    match v.base() {
        Value::Bool(b) => vec![u8::from(*b)],
        Value::U8(n) => vec![*n],
        Value::I8(n) => vec![*n as u8],
        Value::Char(n) | Value::U16(n) => n.to_le_bytes().to_vec(),
        Value::I16(n) => n.to_le_bytes().to_vec(),
        Value::I32(n) => n.to_le_bytes().to_vec(),
        Value::U32(n) => n.to_le_bytes().to_vec(),
        Value::I64(n) => n.to_le_bytes().to_vec(),
        Value::U64(n) => n.to_le_bytes().to_vec(),
        Value::F32(n) => n.to_le_bytes().to_vec(),
        Value::F64(n) => n.to_le_bytes().to_vec(),
        other => (other.as_i64().unwrap_or(0) as i32).to_le_bytes().to_vec(),
    }
}

pub static TYPES: &[TypeDef] = &[TypeDef {
    name: "System.BitConverter",
    like: &[],
    members: &[
        ("::IsLittleEndian", |_| Ok(Value::Bool(true))),
        ("::GetBytes", |c| Ok(Value::bytes(&bytes(c.arg(0))))),
        ("::ToString", |c| {
            let bytes = bytes_of(c.arg(0));
            let from = if c.count() > 1 { c.long(1).max(0) as usize } else { 0 };
            let part = bytes.get(from..).unwrap_or_default();
            let count = if c.count() > 2 { c.long(2).max(0) as usize } else { part.len() };
            let text: Vec<String> = part.iter().take(count).map(|b| format!("{b:02X}")).collect();
            Ok(Value::from(text.join("-")))
        }),
        ("::ToBoolean", |c| part::<1>(c).map(|b| Value::Bool(b[0] != 0))),
        ("::ToChar", |c| part(c).map(|b| Value::Char(u16::from_le_bytes(b)))),
        ("::ToInt16", |c| part(c).map(|b| Value::I16(i16::from_le_bytes(b)))),
        ("::ToUInt16", |c| part(c).map(|b| Value::U16(u16::from_le_bytes(b)))),
        ("::ToInt32", |c| part(c).map(|b| Value::I32(i32::from_le_bytes(b)))),
        ("::ToUInt32", |c| part(c).map(|b| Value::U32(u32::from_le_bytes(b)))),
        ("::ToInt64", |c| part(c).map(|b| Value::I64(i64::from_le_bytes(b)))),
        ("::ToUInt64", |c| part(c).map(|b| Value::U64(u64::from_le_bytes(b)))),
        ("::ToSingle", |c| part(c).map(|b| Value::F32(f32::from_le_bytes(b)))),
        ("::ToDouble", |c| part(c).map(|b| Value::F64(f64::from_le_bytes(b)))),
        ("::DoubleToInt64Bits", |c| Ok(Value::I64(c.float(0).to_bits() as i64))),
        ("::Int64BitsToDouble", |c| Ok(Value::F64(f64::from_bits(c.long(0) as u64)))),
        ("::DoubleToUInt64Bits", |c| Ok(Value::U64(c.float(0).to_bits()))),
        ("::UInt64BitsToDouble", |c| Ok(Value::F64(f64::from_bits(c.long(0) as u64)))),
        ("::SingleToInt32Bits", |c| Ok(Value::I32((c.float(0) as f32).to_bits() as i32))),
        ("::Int32BitsToSingle", |c| Ok(Value::F32(f32::from_bits(c.long(0) as u32)))),
    ],
}];

fn part<const N: usize>(c: &mut Call<'_>) -> Result<[u8; N]> {
    let bytes = bytes_of(c.arg(0));
    let at = if c.count() > 1 { c.long(1) } else { 0 };
    if at < 0 || at as usize >= bytes.len() {
        return fail::range(
            "Index was out of range. Must be non-negative and less than the size of the collection.",
            "startIndex",
        )
        .throw();
    }
    match bytes.get(at as usize..at as usize + N).and_then(|b| <[u8; N]>::try_from(b).ok()) {
        Some(found) => Ok(found),
        None => fail::argument("Destination array is not long enough to copy all the items in the collection. Check array index and length.", "value").throw(),
    }
}
