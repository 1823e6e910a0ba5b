//! The conversion that a type in front of a parameter or variable stands for (`ArgumentTypeConverterAttribute`).

use values::{Context, Result, Str, TypeRef, Value, convert};

/// What a type stands in front of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Variable,
    /// A parameter of a simple function.
    Parameter,
    /// A parameter of a script with cmdlet binding.
    Cmdlet,
}

/// A value as a typed parameter of a script, or a typed variable, takes it.
pub fn to_type(ctx: &mut dyn Context, value: &Value, ty: TypeRef, place: Place) -> Result {
    let is_cmdlet = place == Place::Cmdlet;
    let is_reference = value.type_ref() == Some(TypeRef::PSREFERENCE);
    if ty == TypeRef::PSREFERENCE {
        if is_reference || value.is_null() {
            return Ok(value.clone());
        }
        return convert::cast_error(
            "InvalidCastExceptionReferenceTypeExpected",
            "Reference type is expected in argument.",
        )
        .throw();
    }
    let inner;
    let value = if is_reference {
        inner = values::members::get(ctx, value, "Value")?.unwrap_or_default();
        &inner
    } else {
        value
    };
    if is_cmdlet && ty == TypeRef::STRING && value.as_array().is_some_and(|a| a.is_fixed) {
        return convert::cast_error("InvalidCastFromAnyTypeToString", "Cannot convert value to type System.String.")
            .throw();
    }
    if is_truth(ty) {
        check_truth(value, ty)?;
    }
    if is_cmdlet && let Some(element) = ty.element().filter(|t| is_truth(*t)) {
        match value.as_array() {
            Some(list) => list.to_vec().iter().try_for_each(|item| check_truth(item, element))?,
            None => check_truth(value, element)?,
        }
    }
    // The binder makes a list of a single value.
    if place != Place::Variable && is_plain_list(ty) && !value.is_null() && value.as_array().is_none() {
        return convert::convert(ctx, &Value::array(vec![value.clone()]), ty);
    }
    match (ty, value) {
        (TypeRef::STRING, Value::Null) => Ok(Value::from("")),
        (TypeRef::SWITCH, Value::Null) => Ok(crate::host_objects::switch_value(false)),
        (TypeRef::SWITCH, other) if other.is_number() => convert::no_way(ctx, other, ty)?.throw(),
        _ => convert::convert(ctx, value, ty),
    }
}

/// Lists that are no arrays and hold objects of any type.
fn is_plain_list(ty: TypeRef) -> bool {
    ty.element().is_none()
        && ty.info().generic.is_none()
        && !matches!(ty.info().kind, values::TypeKind::Interface)
        && values::types::facts::is_assignable(ty, TypeRef::ILIST)
}

/// The innermost type of `Nullable[T]`, or the type itself.
fn plain(ty: TypeRef) -> (TypeRef, bool) {
    match &ty.info().generic {
        Some((TypeRef::NULLABLE, inner)) if inner.len() == 1 => (inner[0], true),
        _ => (ty, false),
    }
}

fn is_truth(ty: TypeRef) -> bool {
    matches!(plain(ty).0, TypeRef::BOOL | TypeRef::SWITCH)
}

/// Booleans are made of Booleans and numbers only.
fn check_truth(value: &Value, ty: TypeRef) -> Result<()> {
    let (target, is_nullable) = plain(ty);
    let from = match value.base() {
        Value::Null | Value::Void if is_nullable || target == TypeRef::SWITCH => return Ok(()),
        Value::Null | Value::Void => Str::empty(),
        Value::Bool(_) | Value::Enum(..) => return Ok(()),
        Value::BigInt(_) => TypeRef::BIGINT.full_name(),
        other if other.is_number() || other.type_ref() == Some(TypeRef::SWITCH) => return Ok(()),
        other => Str::from(other.type_ref().map_or("", TypeRef::name)),
    };
    convert::cast_error(
        "InvalidBooleanCast",
        format!(
            "Cannot convert value \"{from}\" to type \"{}\". Boolean parameters accept only Boolean values and numbers, such as $True, $False, 1 or 0.",
            ty.name()
        ),
    )
    .throw()
}
