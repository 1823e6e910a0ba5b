//! How well a value converts to a type: PowerShell's ranks of conversions (`ConversionRank`).

use super::bind::{is_delegate, nullable};
use super::{TypeKind, TypeRef, facts};
use crate::value::Value;

/// No conversion.
pub const NONE: u16 = 0;
/// One array to an array of another element type.
pub const UNRELATED_ARRAYS: u16 = 0x0F;
const TO_STRING: u16 = 0x1F;
const CUSTOM: u16 = 0x2F;
const IMPLICIT_CAST: u16 = 0x4F;
const EXPLICIT_CAST: u16 = 0x5F;
const CONSTRUCTOR: u16 = 0x6F;
const PARSE: u16 = 0x7F;
const PSOBJECT: u16 = 0x8F;
const LANGUAGE: u16 = 0x9F;
/// `$null` to zero, false and the like.
pub const NULL_TO_VALUE: u16 = 0xAF;
const NULL_TO_REF: u16 = 0xBF;
const NUMERIC_EXPLICIT: u16 = 0xCF;
/// Narrowing that is preferred to its reverse: double to single, decimal to double, signed to unsigned.
const NUMERIC_EXPLICIT_FIRST: u16 = 0xDF;
const NUMERIC_STRING: u16 = 0xEF;
/// Widening as C# does without being asked.
pub const NUMERIC_IMPLICIT: u16 = 0xFF;
const ASSIGNABLE: u16 = 0x10F;
const STRING_TO_CHARS: u16 = 0x11A;
/// The type itself.
pub const IDENTITY: u16 = 0x11F;
const SCALAR_TO_ARRAY: u16 = 8;
/// A generic collection of what could be its single item.
const COLLECTED: u16 = CONSTRUCTOR - SCALAR_TO_ARRAY;

/// Place of a primitive numeric type in the order of widening; floating point and decimal come last.
fn width(ty: TypeRef) -> Option<u8> {
    Some(match ty {
        TypeRef::SBYTE => 1,
        TypeRef::BYTE => 2,
        TypeRef::INT16 => 3,
        TypeRef::UINT16 => 4,
        TypeRef::INT32 => 5,
        TypeRef::UINT32 => 6,
        TypeRef::INT64 => 7,
        TypeRef::UINT64 => 8,
        TypeRef::SINGLE => 9,
        TypeRef::DOUBLE => 10,
        TypeRef::DECIMAL => 11,
        _ => return None,
    })
}

/// Numeric types that convert by operators of their own.
fn is_wide(ty: TypeRef) -> bool {
    ty == TypeRef::BIGINT
        || matches!(ty.name(), "System.Half" | "System.Int128" | "System.UInt128" | "System.IntPtr" | "System.UIntPtr")
}

/// Whether C# widens without being asked.
fn widens(from: TypeRef, to: TypeRef) -> bool {
    use TypeRef as T;
    let wider: &[TypeRef] = match from {
        T::SBYTE => &[T::INT16, T::INT32, T::INT64, T::SINGLE, T::DOUBLE, T::DECIMAL],
        T::BYTE => &[T::INT16, T::UINT16, T::INT32, T::UINT32, T::INT64, T::UINT64, T::SINGLE, T::DOUBLE, T::DECIMAL],
        T::INT16 => &[T::INT32, T::INT64, T::SINGLE, T::DOUBLE, T::DECIMAL],
        T::UINT16 => &[T::INT32, T::UINT32, T::INT64, T::UINT64, T::SINGLE, T::DOUBLE, T::DECIMAL],
        T::INT32 => &[T::INT64, T::SINGLE, T::DOUBLE, T::DECIMAL],
        T::UINT32 => &[T::INT64, T::UINT64, T::SINGLE, T::DOUBLE, T::DECIMAL],
        T::INT64 | T::UINT64 => &[T::SINGLE, T::DOUBLE, T::DECIMAL],
        T::SINGLE => &[T::DOUBLE],
        _ => &[],
    };
    wider.contains(&to)
}

fn numeric(from: TypeRef, to: TypeRef) -> u16 {
    use TypeRef as T;
    if widens(from, to) {
        return NUMERIC_IMPLICIT;
    }
    let is_first = matches!(
        (from, to),
        (T::DOUBLE, T::SINGLE)
            | (T::DECIMAL, T::SINGLE | T::DOUBLE)
            | (T::SBYTE, T::BYTE | T::UINT16 | T::UINT32 | T::UINT64)
            | (T::INT16, T::UINT16 | T::UINT32 | T::UINT64)
            | (T::INT32, T::UINT32 | T::UINT64)
            | (T::INT64, T::UINT64)
    );
    if is_first { NUMERIC_EXPLICIT_FIRST } else { NUMERIC_EXPLICIT }
}

/// How well a value converts to a type; 0 means not at all.
pub fn rank(value: &Value, ty: TypeRef) -> u16 {
    let Some(from) = value.type_ref() else {
        return match ty {
            TypeRef::STRING => TO_STRING,
            _ if ty.is_value_type() && nullable(ty).is_none() => NULL_TO_VALUE,
            _ => NULL_TO_REF,
        };
    };
    if ty == TypeRef::PSOBJECT && matches!(value, Value::Object(_) | Value::Wrapped(_)) {
        return ASSIGNABLE;
    }
    if matches!(value.base(), Value::Dict(_)) {
        let found = between(from, ty);
        // A type is made without arguments and given the entries as properties.
        if matches!(found, NONE | COLLECTED) && constructs(ty) {
            return CONSTRUCTOR;
        }
        return found;
    }
    between(from, ty)
}

fn constructs(ty: TypeRef) -> bool {
    super::define::constructors(ty).is_some()
}

/// How well a type converts to another.
pub fn between(from: TypeRef, ty: TypeRef) -> u16 {
    if from == ty || (ty == TypeRef::TYPE && from == TypeRef::RUNTIME_TYPE) {
        return IDENTITY;
    }
    if ty == TypeRef::OBJECT {
        return ASSIGNABLE;
    }
    if let Some(inner) = nullable(ty) {
        return between(from, inner);
    }
    if ty == TypeRef::PSOBJECT {
        return PSOBJECT;
    }
    if facts::is_assignable(from, ty) {
        return ASSIGNABLE;
    }
    if let (Some(_), Some(_)) = (width(from), width(ty)) {
        return numeric(from, ty);
    }
    if ty == TypeRef::BOOL || ty == TypeRef::SWITCH {
        return LANGUAGE;
    }
    if from == TypeRef::SCRIPTBLOCK && is_delegate(ty) {
        return LANGUAGE;
    }
    if from == TypeRef::STRING && ty != TypeRef::ARRAY {
        return from_string(ty);
    }
    if let Some(found) = arrays(from, ty) {
        return found;
    }
    if ty == TypeRef::STRING {
        return TO_STRING;
    }
    if is_wide(ty) && (width(from).is_some() || is_wide(from)) {
        let is_whole = width(from).is_some_and(|w| w <= 8);
        return if is_whole && ty.name() != "System.Half" { IMPLICIT_CAST } else { EXPLICIT_CAST };
    }
    if is_wide(from) && width(ty).is_some() {
        return EXPLICIT_CAST;
    }
    if from == TypeRef::CHAR && width(ty).is_some() || width(from).is_some() && ty == TypeRef::CHAR {
        return NUMERIC_EXPLICIT;
    }
    if ty.is_enum() {
        return if width(from).is_some() || from.is_enum() { CUSTOM } else { NONE };
    }
    if from.is_enum() && width(ty).is_some() {
        return NUMERIC_EXPLICIT;
    }
    if from == TypeRef::BOOL && width(ty).is_some() {
        return LANGUAGE;
    }
    if width(from).is_some() && matches!(ty, TypeRef::DATETIME | TypeRef::TIMESPAN) {
        return CONSTRUCTOR;
    }
    if from == TypeRef::DATETIME && ty == TypeRef::DATETIME_OFFSET {
        return IMPLICIT_CAST;
    }
    if constructs_from(ty, from) { CONSTRUCTOR } else { collected(from, ty) }
}

/// A generic collection that its constructor makes of an enumerable: of any list, and of a single item too.
fn collected(from: TypeRef, ty: TypeRef) -> u16 {
    let Some((_, arguments)) = &ty.info().generic else { return NONE };
    let [element] = arguments.as_slice() else { return NONE };
    let Some(facts) = facts::of(ty).filter(|f| !f.is("abstract")) else { return NONE };
    let takes_items = |text: &&str| {
        ["IEnumerable", "ICollection", "IList"]
            .iter()
            .any(|name| text.contains(&format!("(System.Collections.Generic.{name}[")))
            && !text.contains(',')
    };
    match facts.constructors.iter().any(|text| takes_items(&&**text)) {
        false => NONE,
        true if facts::is_assignable(from, *element) => COLLECTED,
        true => CONSTRUCTOR,
    }
}

/// Conversions to arrays and of arrays.
fn arrays(from: TypeRef, ty: TypeRef) -> Option<u16> {
    let is_array = matches!(from.info().kind, TypeKind::Array { .. });
    if ty == TypeRef::ARRAY && !is_array {
        // An array of objects is made of anything.
        return Some(ASSIGNABLE - SCALAR_TO_ARRAY);
    }
    if let TypeKind::Array { element, .. } = &ty.info().kind {
        return Some(if is_array {
            UNRELATED_ARRAYS
        } else if from != TypeRef::HASHTABLE && facts::is_assignable(from, TypeRef::IENUMERABLE) {
            LANGUAGE
        } else {
            between(from, *element).saturating_sub(SCALAR_TO_ARRAY)
        });
    }
    if is_array {
        return Some(match ty {
            TypeRef::STRING => TO_STRING,
            TypeRef::ARRAYLIST => CONSTRUCTOR,
            _ if constructs_from(ty, from) => CONSTRUCTOR,
            _ => collected(from, ty),
        });
    }
    None
}

fn from_string(ty: TypeRef) -> u16 {
    if width(ty).is_some() {
        return NUMERIC_STRING;
    }
    if ty == TypeRef::CHAR {
        return LANGUAGE;
    }
    if ty.is_enum() {
        return CUSTOM;
    }
    if let TypeKind::Array { element, .. } = &ty.info().kind {
        return if *element == TypeRef::CHAR {
            STRING_TO_CHARS
        } else {
            between(TypeRef::STRING, *element).saturating_sub(SCALAR_TO_ARRAY)
        };
    }
    match ty {
        TypeRef::TYPE | TypeRef::SCRIPTBLOCK => return LANGUAGE,
        TypeRef::DATETIME | TypeRef::TIMESPAN | TypeRef::GUID => return PARSE,
        _ => {}
    }
    let Some(facts) = facts::of(ty) else { return NONE };
    let parses = facts.methods.iter().any(|m| {
        m.is_static && m.name == "Parse" && m.overloads.iter().any(|o| o.contains("(string ") && !o.contains(','))
    });
    if parses {
        return PARSE;
    }
    if constructs_from(ty, TypeRef::STRING) { CONSTRUCTOR } else { collected(TypeRef::STRING, ty) }
}

/// Whether a type has a constructor of one parameter of exactly that type.
fn constructs_from(ty: TypeRef, from: TypeRef) -> bool {
    let wanted = format!("({} ", from.ps_name());
    facts::of(ty)
        .is_some_and(|f| !f.is("abstract") && f.constructors.iter().any(|c| c.contains(&wanted) && !c.contains(',')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_order_conversions() {
        let t = |name: &str| TypeRef::find(name).unwrap();
        let check = |from: &str, better: &str, worse: &str| {
            assert!(between(t(from), t(better)) > between(t(from), t(worse)), "{from}: {better} over {worse}");
        };
        check("int", "long", "short");
        check("int", "object", "string");
        check("decimal", "double", "int");
        check("string", "object", "int");
        check("string", "char[]", "string[]");
        check("long", "uint64", "int");
        assert_eq!(between(t("object[]"), t("System.Collections.Generic.IEnumerable[int]")), NONE);
        assert_eq!(between(t("object[]"), t("int")), NONE);
    }
}
