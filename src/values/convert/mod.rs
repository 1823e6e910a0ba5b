//! Conversion between types, as PowerShell's language primitives do it.

mod collection;
mod delegate;
mod enums;
mod fail;
mod number;
mod object;
mod parse;
mod text;
mod truth;
mod version;

pub use collection::{custom_object, to_array};
pub use delegate::{ScriptDelegate, delegate_block};
pub use enums::is_defined as is_defined_enum;
pub use fail::{cast_error, invalid_cast, is_missing, no_way};
pub use number::{culture, decimal_of, parse_number, raw_decimal, scanned};
pub use object::{set_properties, try_convert};
pub use parse::by_culture;
pub use text::{element_text, enum_text, format_value, format_with, joined_text, net_string, to_display, to_str};
pub use truth::to_bool;

use crate::context::Context;
use crate::error::Result;
use crate::operators;
use crate::types::{TypeKind, TypeRef};
use crate::value::Value;

/// A cast as script code sees it: failing throws a RuntimeException around the conversion's own exception.
pub fn cast(ctx: &mut dyn Context, value: &Value, ty: TypeRef) -> Result {
    convert(ctx, value, ty).map_err(operators::as_script_error)
}

/// A conversion (`LanguagePrimitives.ConvertTo`); failing throws PSInvalidCastException.
pub fn convert(ctx: &mut dyn Context, value: &Value, ty: TypeRef) -> Result {
    match (value, ty) {
        (Value::Str(_), TypeRef::STRING) | (Value::I32(_), TypeRef::INT32) | (Value::Bool(_), TypeRef::BOOL) => {
            return Ok(value.clone());
        }
        (Value::Void, TypeRef::OBJECT | TypeRef::PSOBJECT) => return Ok(Value::Null),
        (_, TypeRef::OBJECT | TypeRef::PSOBJECT) => return Ok(value.clone()),
        _ => {}
    }
    let base = value.base();
    if base.is_null() {
        return from_null(ctx, ty);
    }
    if base.type_ref() == Some(ty) {
        return Ok(base.clone());
    }
    match ty {
        TypeRef::BOOL => return Ok(Value::Bool(to_bool(base))),
        TypeRef::STRING => return Ok(Value::Str(to_str(ctx, value)?)),
        TypeRef::VOID => return Ok(Value::Void),
        TypeRef::ARRAY => return collection::to_any_array(ctx, base),
        _ => {}
    }
    if operators::is_type(ctx, base, ty) {
        return Ok(value.clone());
    }
    match &ty.info().kind {
        TypeKind::Enum { .. } => return to_enum(ctx, base, ty),
        // To the runtime an array of an enumeration is one of its underlying type.
        TypeKind::Array { element, rank: 1 }
            if base.type_ref().and_then(TypeRef::element).is_some_and(
                |own| matches!(&own.info().kind, TypeKind::Enum { underlying, .. } if underlying == element),
            ) =>
        {
            return Ok(base.clone());
        }
        TypeKind::Array { element, rank: 1 } => return collection::to_typed_array(ctx, base, ty, *element),
        TypeKind::Delegate if base.type_ref() == Some(TypeRef::SCRIPTBLOCK) => {
            return Ok(Value::foreign(ScriptDelegate::new(ty, base.clone())));
        }
        _ => {}
    }
    if let Some((definition, arguments)) = &ty.info().generic
        && *definition == TypeRef::NULLABLE
        && let [inner] = arguments.as_slice()
    {
        return to_nullable(ctx, base, ty, *inner);
    }
    if let Some(done) = by_target(ctx, base, ty)? {
        return Ok(done);
    }
    fallback(ctx, base, ty)
}

/// The targets that this file knows; none leads on to the ways that every type has.
fn by_target(ctx: &mut dyn Context, value: &Value, ty: TypeRef) -> Result<Option<Value>> {
    match ty {
        _ if (TypeRef::SBYTE..=TypeRef::BIGINT).contains(&ty) => number::to_number(ctx, value, ty),
        TypeRef::CHAR => to_char(ctx, value),
        TypeRef::DATETIME => parse::to_datetime(ctx, value),
        TypeRef::TIMESPAN => parse::to_timespan(ctx, value),
        TypeRef::GUID => parse::to_guid(ctx, value),
        TypeRef::TYPE => parse::to_type(ctx, value),
        TypeRef::SWITCH => parse::to_switch(ctx, value),
        TypeRef::XML_DOCUMENT => parse::to_xml(ctx, value),
        TypeRef::REGEX => parse::to_regex(ctx, value),
        TypeRef::HASHTABLE => match value {
            Value::Dict(d) => Ok(Some(collection::hashtable_of(d))),
            _ => Ok(None),
        },
        TypeRef::PSCUSTOMOBJECT => match value {
            Value::Dict(d) => Ok(Some(custom_object(ctx, d)?)),
            other => Ok(Some(other.clone())),
        },
        TypeRef::EXCEPTION => match value {
            Value::Error(e) => Ok(Some(Value::Exception(e.exception.clone()))),
            _ => Ok(None),
        },
        _ => {
            if let Some(done) = crate::types::system::wide_number::from_number(value, ty) {
                return Ok(Some(done));
            }
            collection::to_list(ctx, value, ty)
        }
    }
}

/// What `$null` converts to.
fn from_null(ctx: &mut dyn Context, ty: TypeRef) -> Result {
    Ok(match ty {
        TypeRef::STRING => Value::from(""),
        TypeRef::BOOL => Value::Bool(false),
        TypeRef::CHAR => Value::Char(0),
        TypeRef::SINGLE => Value::F32(0.0),
        TypeRef::DOUBLE => Value::F64(0.0),
        TypeRef::DECIMAL => Value::decimal(rust_decimal::Decimal::ZERO),
        TypeRef::BIGINT => Value::big(num_bigint::BigInt::from(0)),
        TypeRef::SWITCH => match parse::to_switch(ctx, &Value::Bool(false))? {
            Some(off) => off,
            None => return no_way(ctx, &Value::Null, ty)?.throw(),
        },
        _ => {
            if let Some(zero) = number::fit(0, ty) {
                return Ok(zero);
            }
            let info = ty.info();
            let is_nullable = info.generic.as_ref().is_some_and(|(d, _)| *d == TypeRef::NULLABLE);
            match info.kind {
                TypeKind::Enum { .. } => return enums::undefined(ctx, "nullToEnumInvalidCast", None, ty),
                TypeKind::Struct if !is_nullable => return no_way(ctx, &Value::Null, ty)?.throw(),
                _ => Value::Null,
            }
        }
    })
}

fn to_nullable(ctx: &mut dyn Context, value: &Value, ty: TypeRef, inner: TypeRef) -> Result {
    match convert(ctx, value, inner) {
        Err(flow) if flow.record().is_some_and(|r| r.full_id() == "ConvertToFinalInvalidCastException") => {
            // What has properties is tried as such; the instance to set them on is null here.
            if matches!(value, Value::Dict(_) | Value::Object(_)) {
                let why = "Cannot process argument because the value of argument \"obj\" is null. Change the value of argument \"obj\" to a non-null value.";
                return fail::failed(ctx, "InvalidCastConstructorException", value, ty, why);
            }
            no_way(ctx, value, ty)?.throw()
        }
        other => other,
    }
}

fn to_enum(ctx: &mut dyn Context, value: &Value, ty: TypeRef) -> Result {
    match value {
        Value::Str(text) => enums::from_text(ctx, value, text, ty),
        Value::F64(_) | Value::F32(_) | Value::Decimal(_) => {
            let text = to_str(ctx, value)?;
            enums::from_text(ctx, &Value::Str(text.clone()), &text, ty)
        }
        Value::Bool(_) | Value::Char(_) | Value::DateTime(_) => fail::change_type(ctx, value, ty),
        Value::BigInt(_) => no_way(ctx, value, ty)?.throw(),
        Value::Array(a) => match a.get(0) {
            Some(only) if a.len() == 1 && only.as_i64().is_some() => to_enum(ctx, &only, ty),
            _ => enums::from_list(ctx, &a.to_vec(), ty),
        },
        other if other.as_i64().is_some() || matches!(other, Value::U64(_)) => enums::from_integer(ctx, other, ty),
        other => fallback(ctx, other, ty),
    }
}

fn to_char(ctx: &mut dyn Context, value: &Value) -> Result<Option<Value>> {
    let ty = TypeRef::CHAR;
    match value {
        Value::Str(text) if text.units() == 1 => Ok(text.unit_at(0).map(Value::Char)),
        Value::Str(_) => {
            let why = "String must be exactly one character long.";
            fail::failed(ctx, "InvalidCastParseTargetInvocation", value, ty, why)
        }
        Value::Bool(_) | Value::F32(_) | Value::F64(_) | Value::Decimal(_) | Value::DateTime(_) => {
            fail::change_type(ctx, value, ty)
        }
        Value::BigInt(_) => {
            fail::failed(ctx, "InvalidCastIConvertible", value, ty, "Object must implement IConvertible.")
        }
        other => match (other.as_i64(), other) {
            (Some(n), _) if u16::try_from(n).is_ok() => Ok(Some(Value::Char(n as u16))),
            (Some(_), _) | (_, Value::U64(_)) => {
                let why = "Value was either too large or too small for a character.";
                fail::failed(ctx, "InvalidCastIConvertible", value, ty, why)
            }
            _ => Ok(None),
        },
    }
}

/// The ways that any type may have: Parse, a constructor, a cast operator, properties from a dictionary.
fn fallback(ctx: &mut dyn Context, value: &Value, ty: TypeRef) -> Result {
    let is_known_kind =
        matches!(value, Value::Dict(_) | Value::Bool(_) | Value::Char(_) | Value::DateTime(_) | Value::Enum(..));
    if ty == TypeRef::SECURE_STRING && !is_known_kind {
        return no_way(ctx, value, ty)?.throw();
    }
    // The enumerators of collections are what their interface asks for.
    let is_enumerator = |t: TypeRef| t.name_only().contains("Enumerator");
    if matches!(ty.info().kind, TypeKind::Interface) && is_enumerator(ty) && value.type_ref().is_some_and(is_enumerator)
    {
        return Ok(value.clone());
    }
    if let Some(done) = object::by_members(ctx, value, ty)? {
        return Ok(done);
    }
    match value {
        // A number that has no way of its own goes by way of its text.
        _ if value.is_number() && !matches!(value, Value::BigInt(_)) && !goes_no_further(ty) => {
            let text = to_str(ctx, value)?;
            match convert(ctx, &Value::Str(text), ty) {
                Err(flow) if flow.record().is_some_and(|r| r.full_id() == "ConvertToFinalInvalidCastException") => {
                    no_way(ctx, value, ty)?.throw()
                }
                other => other,
            }
        }
        Value::Bool(_) | Value::Char(_) | Value::DateTime(_) | Value::Enum(..) => fail::change_type(ctx, value, ty),
        _ => no_way(ctx, value, ty)?.throw(),
    }
}

/// Targets for which a number's text would not be asked either.
fn goes_no_further(ty: TypeRef) -> bool {
    matches!(
        ty,
        TypeRef::HASHTABLE | TypeRef::ARRAYLIST | TypeRef::SCRIPTBLOCK | TypeRef::SWITCH | TypeRef::ORDERED_DICTIONARY
    ) || matches!(ty.info().kind, TypeKind::Interface)
}
