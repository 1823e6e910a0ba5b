//! Enumerations from names, lists of names and numbers.

use super::fail::{cast_error, failed, failed_as};
use crate::context::Context;
use crate::error::Result;
use crate::string::Str;
use crate::types::{TypeKind, TypeRef};
use crate::value::Value;

fn names(ty: TypeRef) -> (&'static [(Str, i64)], bool) {
    match &ty.info().kind {
        TypeKind::Enum { values, is_flags, .. } => (values, *is_flags),
        _ => (&[], false),
    }
}

/// The names in the order of their unsigned values, as messages list them.
fn listed(ty: TypeRef, separator: &str) -> String {
    let mut sorted: Vec<&(Str, i64)> = names(ty).0.iter().collect();
    sorted.sort_by_key(|(_, v)| *v as u64);
    sorted.iter().map(|(n, _)| n.as_str()).collect::<Vec<_>>().join(separator)
}

/// The error of a value that the enumeration does not have.
pub fn undefined<T>(ctx: &mut dyn Context, id: &str, shown: Option<&str>, ty: TypeRef) -> Result<T> {
    let separator = crate::types::call::culture_named(ctx.ui_culture_name()).list_separator.to_string();
    let value = match shown {
        Some(text) => format!("value \"{text}\""),
        None => "null".to_string(),
    };
    cast_error(
        id,
        format!(
            "Cannot convert {value} to type \"{}\" due to enumeration values that are not valid. Specify one of the following enumeration values and try again. The possible enumeration values are \"{}\".",
            ty.name(),
            listed(ty, &separator)
        ),
    )
    .throw()
}

/// Whether the number is a value of the enumeration, or a combination of its flags.
pub fn is_defined(ty: TypeRef, number: i64) -> bool {
    let (values, is_flags) = names(ty);
    // An enumeration with a negative value takes any number.
    if values.iter().any(|(_, v)| *v == number || *v < 0) {
        return true;
    }
    if !is_flags || number < 0 {
        return false;
    }
    let all = values.iter().fold(0, |bits, (_, v)| bits | v);
    number & !all == 0
}

/// From an integer: it must be a defined value.
pub fn from_integer(ctx: &mut dyn Context, value: &Value, ty: TypeRef) -> Result {
    match value.as_i64() {
        Some(n) if is_defined(ty, n) => Ok(Value::Enum(ty, n)),
        _ => {
            let shown = super::text::net_string(ctx, value)?;
            undefined(ctx, "UndefinedIntegerToEnum", Some(&shown), ty)
        }
    }
}

/// From text: names or numbers with commas between; a name may be shortened as long as it is one name's beginning.
pub fn from_text(ctx: &mut dyn Context, value: &Value, text: &str, ty: TypeRef) -> Result {
    // The kinds of members have a converter of their own, which takes no shortened names.
    if matches!(ty.name_only(), "PSMemberTypes" | "PSMemberViewTypes") {
        let known = |part: &str| names(ty).0.iter().any(|(n, _)| n.eq_ignore_ascii_case(part.trim()));
        if !text.split(',').all(|part| known(part) || part.trim().parse::<i64>().is_ok()) {
            let why = format!(
                "Cannot convert value \"{text}\" to type \"{}\" due to enumeration values that are not valid. Specify one of the following enumeration values and try again. The possible enumeration values are \"{}\".",
                ty.name(),
                listed(ty, ",")
            );
            return failed(ctx, "NoEnumValue", value, ty, &why);
        }
    }
    let mut number = 0;
    for part in text.split(',') {
        let part = part.trim();
        if let Ok(n) = part.parse::<i64>() {
            number |= n;
            continue;
        }
        number |= match by_name(ty, part) {
            Ok(n) => n,
            // A list that is no list of names is reported as one name.
            Err(why) if part.len() == text.trim().len() => {
                return failed(ctx, "SubstringDisambiguationEnumParseThrewAnException", value, ty, &why);
            }
            Err(why) => {
                let why = by_name(ty, text.trim()).err().unwrap_or(why);
                return failed(ctx, "SubstringDisambiguationEnumParseThrewAnException", value, ty, &why);
            }
        };
    }
    if !is_defined(ty, number) {
        return undefined(ctx, "EnumParseUndefined", Some(text), ty);
    }
    Ok(Value::Enum(ty, number))
}

/// Names that win where a shortened name fits several.
fn preferred(ty: TypeRef) -> &'static [&'static str] {
    match ty.name() {
        "System.IO.FileAttributes" => &["Directory", "ReadOnly", "System"],
        _ => &[],
    }
}

/// The value of a name, whole or shortened.
pub fn by_name(ty: TypeRef, name: &str) -> std::result::Result<i64, String> {
    let values = names(ty).0;
    if let Some((_, n)) = values.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)) {
        return Ok(*n);
    }
    let starts = |n: &str| n.get(..name.len()).is_some_and(|s| s.eq_ignore_ascii_case(name));
    let mut fitting: Vec<&(Str, i64)> = values.iter().filter(|(n, _)| starts(n)).collect();
    fitting.sort_by_key(|(_, v)| *v as u64);
    match fitting.as_slice() {
        // Two enumerations have a converter of their own, which words it otherwise.
        [] if matches!(ty.name_only(), "PSMemberTypes" | "PSMemberViewTypes") => Err(format!(
            "Cannot convert value \"{name}\" to type \"{}\" due to enumeration values that are not valid. Specify one of the following enumeration values and try again. The possible enumeration values are \"{}\".",
            ty.name(),
            listed(ty, ",")
        )),
        [] => Err(format!(
            "Unable to match the identifier name {name} to a valid enumerator name. Specify one of the following enumerator names and try again:\n{}",
            listed(ty, ", ")
        )),
        [(_, n)] => Ok(*n),
        several => {
            for wanted in preferred(ty) {
                if let Some((_, n)) = several.iter().find(|(n, _)| n.as_str() == *wanted) {
                    return Ok(*n);
                }
            }
            let all: Vec<&str> = several.iter().map(|(n, _)| n.as_str()).collect();
            Err(format!(
                "The identifier name {name} cannot be processed because it is either too similar or identical to the following enumerator names: {}. Use a more specific identifier name.",
                all.join(", ")
            ))
        }
    }
}

/// From a list: the items' texts with commas between.
pub fn from_list(ctx: &mut dyn Context, items: &[Value], ty: TypeRef) -> Result {
    let mut text = String::new();
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            text.push(',');
        }
        text.push_str(&super::text::to_str(ctx, item)?);
    }
    let mut number = 0;
    for part in text.split(',') {
        let part = part.trim();
        number |= match part.parse::<i64>() {
            Ok(n) => n,
            Err(_) => match by_name(ty, part) {
                Ok(n) => n,
                Err(why) => return failed_as("SubstringDisambiguationEnumParseThrewAnException", &text, ty, &why),
            },
        };
    }
    if !is_defined(ty, number) {
        return undefined(ctx, "EnumParseUndefined", Some(&text), ty);
    }
    Ok(Value::Enum(ty, number))
}
