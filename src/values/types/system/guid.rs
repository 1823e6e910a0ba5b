//! System.Guid.

use std::sync::Arc;

use uuid::Uuid;

use crate::error::Result;
use crate::types::{Call, TypeDef, TypeRef, fail};
use crate::value::Value;

pub static TYPES: &[TypeDef] = &[TypeDef {
    name: "System.Guid",
    like: &[],
    members: &[
        ("new", |c| construct(c)),
        ("::Empty", |_| Ok(value(Uuid::nil()))),
        ("::AllBitsSet", |_| Ok(value(Uuid::max()))),
        ("::NewGuid", |_| Ok(value(Uuid::new_v4()))),
        ("::CreateVersion7", |c| {
            let ticks = c.ctx.utc_now_ticks() - 621_355_968_000_000_000;
            let mut bytes = *Uuid::new_v4().as_bytes();
            bytes[..6].copy_from_slice(&(ticks / 10_000).to_be_bytes()[2..]);
            bytes[6] = bytes[6] & 0x0F | 0x70;
            Ok(value(Uuid::from_bytes(bytes)))
        }),
        ("::Parse", |c| {
            let text = c.need_str(0)?;
            parse(&text).map(value).or_else(|e| fail::format(e).throw())
        }),
        ("::ParseExact", |c| {
            let text = c.need_str(0)?;
            parse(&text).map(value).or_else(|e| fail::format(e).throw())
        }),
        ("::TryParse", |c| {
            let read = parse(&c.str(0));
            let out = c.count() - 1;
            c.set_ref(out, value(read.clone().unwrap_or_default()))?;
            Ok(Value::Bool(read.is_ok()))
        }),
        ("ToString", |c| {
            let text = format(&own(c), &if c.count() > 0 { c.str(0) } else { crate::string::Str::empty() })?;
            Ok(Value::from(text))
        }),
        ("ToByteArray", |c| Ok(Value::bytes(&own(c).to_bytes_le()))),
        ("Version", |c| Ok(Value::I32(own(c).get_version_num() as i32))),
        ("Variant", |c| Ok(Value::I32(i32::from(own(c).as_bytes()[8] >> 4)))),
        ("CompareTo", |c| {
            Ok(Value::I32(match c.arg(0).base() {
                Value::Guid(o) => own(c).cmp(o) as i32,
                Value::Null => 1,
                _ => return fail::argument("Object must be of type Guid.", "value").throw(),
            }))
        }),
        ("::op_Equality", |c| Ok(Value::Bool(super::object::equals(c.arg(0), c.arg(1))))),
    ],
}];

fn own(c: &Call<'_>) -> Uuid {
    match c.this.base() {
        Value::Guid(g) => **g,
        _ => Uuid::nil(),
    }
}

fn value(g: Uuid) -> Value {
    Value::Guid(Arc::new(g))
}

fn construct(c: &mut Call<'_>) -> Result {
    Ok(value(match (c.count(), c.arg(0).base()) {
        (0, _) => Uuid::nil(),
        (1, Value::Array(_)) => match <[u8; 16]>::try_from(c.bytes(0)) {
            Ok(bytes) => Uuid::from_bytes_le(bytes),
            Err(_) => return fail::argument("Byte array for Guid must be exactly 16 bytes long.", "b").throw(),
        },
        (1, _) => match parse(&c.str(0)) {
            Ok(g) => g,
            Err(text) => return fail::format(text).throw(),
        },
        (n, _) => {
            let tail: Vec<u8> = if n == 4 && c.parameter(3) != TypeRef::BYTE {
                c.bytes(3)
            } else {
                (3..n).map(|i| c.long(i) as u8).collect()
            };
            let tail = <[u8; 8]>::try_from(tail).unwrap_or_default();
            Uuid::from_fields(c.long(0) as u32, c.long(1) as u16, c.long(2) as u16, &tail)
        }
    }))
}

/// `Guid.Parse`: forms N, D, B, P and X.
pub fn parse(text: &str) -> std::result::Result<Uuid, String> {
    let text = text.trim();
    let plain = text.trim_start_matches(['{', '(']).trim_end_matches(['}', ')']);
    let is_dashed = plain.contains('-');
    if let Ok(g) = Uuid::try_parse(plain)
        && (plain.len() == 36 || plain.len() == 32)
        && !text.starts_with("urn")
    {
        return Ok(g);
    }
    if text.contains("0x") {
        let digits: Vec<u64> = text
            .split(',')
            .filter_map(|p| {
                u64::from_str_radix(
                    p.trim_matches(|c: char| !c.is_ascii_hexdigit() && c != 'x').trim_start_matches("0x"),
                    16,
                )
                .ok()
            })
            .collect();
        if digits.len() == 11 {
            let tail: Vec<u8> = digits[3..].iter().map(|d| *d as u8).collect();
            let tail = <[u8; 8]>::try_from(tail).unwrap_or_default();
            return Ok(Uuid::from_fields(digits[0] as u32, digits[1] as u16, digits[2] as u16, &tail));
        }
    }
    Err(if is_dashed && plain.len() == 36 {
        "Guid string should only contain hexadecimal characters.".to_string()
    } else if is_dashed && plain.len() > 8 {
        "Dashes are in the wrong position for GUID parsing.".to_string()
    } else {
        "Unrecognized Guid format.".to_string()
    })
}

/// `Guid.ToString(format)`.
pub fn format(g: &Uuid, format: &str) -> Result<String> {
    Ok(match format {
        "" | "D" | "d" => g.hyphenated().to_string(),
        "N" | "n" => g.simple().to_string(),
        "B" | "b" => format!("{{{}}}", g.hyphenated()),
        "P" | "p" => format!("({})", g.hyphenated()),
        "X" | "x" => {
            let (a, b, c, tail) = g.as_fields();
            let tail: Vec<String> = tail.iter().map(|b| format!("0x{b:02x}")).collect();
            format!("{{0x{a:08x},0x{b:04x},0x{c:04x},{{{}}}}}", tail.join(","))
        }
        _ => {
            return fail::format(
                "Format string can be only \"D\", \"d\", \"N\", \"n\", \"P\", \"p\", \"B\", \"b\", \"X\" or \"x\".",
            )
            .throw();
        }
    })
}
