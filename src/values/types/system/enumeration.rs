//! System.Enum.

use crate::error::Result;
use crate::string::Str;
use crate::types::{Call, TypeDef, TypeKind, TypeRef, fail};
use crate::value::Value;

pub static TYPES: &[TypeDef] = &[TypeDef {
    name: "System.Enum",
    like: &[],
    members: &[
        ("value__", |c| {
            let (ty, n) = own(c);
            number(underlying(ty), n)
        }),
        ("ToString", |c| {
            let (ty, n) = own(c);
            let format = if c.parameter_name(0) == "format" { c.str(0) } else { Str::empty() };
            self::format(ty, n, &format).map(Value::from)
        }),
        ("HasFlag", |c| {
            let (ty, n) = own(c);
            if c.arg(0).type_ref() != Some(ty) {
                let given = c.arg(0).type_ref().map_or("", TypeRef::name);
                return fail::argument(
                    format!("The argument type, '{given}', is not the same as the enum type '{}'.", ty.name()),
                    "",
                )
                .throw();
            }
            let flag = c.arg(0).as_i64().unwrap_or(0);
            Ok(Value::Bool(n & flag == flag))
        }),
        ("CompareTo", |c| {
            let (_, n) = own(c);
            Ok(Value::I32(n.cmp(&c.arg(0).as_i64().unwrap_or(i64::MIN)) as i32))
        }),
        ("GetTypeCode", |c| {
            let (ty, _) = own(c);
            Ok(super::integer::type_code(&crate::members::default_of(underlying(ty))))
        }),
        ("::GetNames", |c| {
            let ty = enum_type(c)?;
            Ok(Value::typed_array(TypeRef::STRING, sorted(ty).into_iter().map(|(n, _)| Value::Str(n)).collect()))
        }),
        ("::GetValues", |c| {
            let ty = enum_type(c)?;
            Ok(Value::typed_array(ty, sorted(ty).into_iter().map(|(_, v)| Value::Enum(ty, v)).collect()))
        }),
        ("::GetName", |c| {
            let ty = enum_type(c)?;
            let n = c.long(1);
            Ok(sorted(ty).into_iter().find(|(_, v)| *v == n).map(|(name, _)| name).into())
        }),
        ("::IsDefined", |c| {
            let ty = enum_type(c)?;
            Ok(Value::Bool(match c.arg(1).base() {
                Value::Str(s) => sorted(ty).iter().any(|(n, _)| n == s),
                other => sorted(ty).iter().any(|(_, v)| Some(*v) == other.as_i64()),
            }))
        }),
        ("::GetUnderlyingType", |c| Ok(Value::Type(underlying(enum_type(c)?)))),
        ("::Parse", |c| {
            let ty = enum_type(c)?;
            let ignores_case = c.place("ignoreCase").is_some_and(|at| c.bool(at));
            let text = c.str(1);
            if text.trim().is_empty() {
                return fail::argument("Must specify valid information for parsing in the string.", "value").throw();
            }
            match parse(ty, &text, ignores_case) {
                Ok(n) => Ok(Value::Enum(ty, n)),
                Err(word) => fail::argument(format!("Requested value '{word}' was not found."), "").throw(),
            }
        }),
        ("::TryParse", |c| try_parse(c)),
        ("::ToObject", |c| {
            let ty = enum_type(c)?;
            Ok(Value::Enum(ty, c.long(1)))
        }),
        ("::Format", |c| {
            let ty = enum_type(c)?;
            let format = c.str(2);
            self::format(ty, c.long(1), &format).map(Value::from)
        }),
    ],
}];

fn own(c: &Call<'_>) -> (TypeRef, i64) {
    match c.this.base() {
        Value::Enum(ty, n) => (*ty, *n),
        _ => (c.ty, 0),
    }
}

fn enum_type(c: &Call<'_>) -> Result<TypeRef> {
    match c.type_arg(0) {
        Some(ty) if ty.is_enum() => Ok(ty),
        Some(_) => fail::argument("Type provided must be an Enum.", "enumType").throw(),
        None => fail::null("enumType").throw(),
    }
}

fn try_parse(c: &mut Call<'_>) -> Result {
    let out = c.count() - 1;
    let from_type = c.type_arg(0);
    // The generic overload learns its type from the variable that takes the result.
    let current = c.arg(out).clone();
    let ty = match from_type {
        Some(ty) => ty,
        None => match crate::members::get(c.ctx, &current, "Value")?.and_then(|v| v.type_ref()) {
            Some(ty) if ty.is_enum() => ty,
            _ => return fail::argument("Type provided must be an Enum.", "enumType").throw(),
        },
    };
    let at = usize::from(from_type.is_some());
    let ignores_case = c.place("ignoreCase").is_some_and(|at| c.bool(at));
    match parse(ty, &c.str(at), ignores_case) {
        Ok(n) => {
            c.set_ref(out, Value::Enum(ty, n))?;
            Ok(Value::Bool(true))
        }
        Err(_) => {
            c.set_ref(out, Value::Enum(ty, 0))?;
            Ok(Value::Bool(false))
        }
    }
}

/// A value of an enumeration by CLR name.
pub fn make(name: &str, n: i64) -> Value {
    match TypeRef::find(name) {
        Some(ty) => Value::Enum(ty, n),
        None => Value::I32(n as i32),
    }
}

/// The integer type below an enumeration.
pub fn underlying(ty: TypeRef) -> TypeRef {
    match &ty.info().kind {
        TypeKind::Enum { underlying, .. } => *underlying,
        _ => TypeRef::INT32,
    }
}

fn number(ty: TypeRef, n: i64) -> Result {
    Ok(match ty {
        TypeRef::UINT64 => Value::U64(n as u64),
        _ => super::integer::narrow(&num_bigint::BigInt::from(n), ty)?,
    })
}

/// Names and values as .NET lists them: by value as unsigned, in order of declaration where equal.
pub fn sorted(ty: TypeRef) -> Vec<(Str, i64)> {
    let TypeKind::Enum { values, .. } = &ty.info().kind else { return Vec::new() };
    let mut list = values.to_vec();
    list.sort_by_key(|(_, v)| *v as u64);
    list
}

/// The number of a text: names separated by commas, or a number.
pub fn parse(ty: TypeRef, text: &str, ignores_case: bool) -> std::result::Result<i64, String> {
    let text = text.trim();
    if let Ok(n) = text.parse::<i64>() {
        return Ok(n);
    }
    let names = sorted(ty);
    let mut total = 0;
    for word in text.split(',').map(str::trim) {
        let hit = names.iter().find(|(n, _)| n.as_str() == word || (ignores_case && n.eq_ignore_ascii_case(word)));
        match hit {
            Some((_, v)) => total |= v,
            None => return Err(text.to_string()),
        }
    }
    Ok(total)
}

/// The text of a value: its name, the names of its flags, or the number.
pub fn format(ty: TypeRef, n: i64, format: &str) -> Result<String> {
    let TypeKind::Enum { values, is_flags, underlying } = &ty.info().kind else { return Ok(n.to_string()) };
    let plain = || if *underlying == TypeRef::UINT64 { (n as u64).to_string() } else { n.to_string() };
    let width = match *underlying {
        TypeRef::SBYTE | TypeRef::BYTE => 2,
        TypeRef::INT16 | TypeRef::UINT16 => 4,
        TypeRef::INT64 | TypeRef::UINT64 => 16,
        _ => 8,
    };
    Ok(match format {
        "D" | "d" => plain(),
        "X" | "x" => {
            let mask = if width == 16 { u64::MAX } else { (1u64 << (width * 4)) - 1 };
            format!("{:0width$X}", n as u64 & mask)
        }
        "" | "G" | "g" | "F" | "f" => {
            if let Some((name, _)) = values.iter().find(|(_, v)| *v == n) {
                return Ok(name.to_string());
            }
            let as_flags = *is_flags || format.eq_ignore_ascii_case("f");
            if !as_flags || n == 0 {
                return Ok(plain());
            }
            let mut rest = n as u64;
            let mut names = Vec::new();
            for (name, v) in sorted(ty).iter().rev() {
                let v = *v as u64;
                if v != 0 && rest & v == v {
                    rest &= !v;
                    names.insert(0, name.to_string());
                }
            }
            if rest == 0 { names.join(", ") } else { plain() }
        }
        _ => {
            return fail::format("Format string can be only \"G\", \"g\", \"X\", \"x\", \"F\", \"f\", \"D\" or \"d\".")
                .throw();
        }
    })
}
