//! `-is`, `-isnot`, `-as`.

use super::fail;
use crate::context::Context;
use crate::convert;
use crate::error::{ErrorCategory, Exception, Result};
use crate::types::{TypeRef, facts};
use crate::value::Value;

/// Whether a value is of a type, as `-is` decides it.
pub fn is_type(value: &Value, ty: TypeRef) -> bool {
    if ty == TypeRef::PSOBJECT {
        return matches!(value, Value::Object(_) | Value::Wrapped(_)) && !is_class_instance(value);
    }
    let base = value.base();
    let Some(own) = base.type_ref() else { return false };
    if own == ty || ty == TypeRef::OBJECT {
        return true;
    }
    if own == TypeRef::PSCUSTOMOBJECT && matches!(ty.name(), "System.IComparable" | "System.IFormattable") {
        return true;
    }
    // An array of another element type is no Object[], though .NET would let it pass for one.
    if ty == TypeRef::OBJECT.array_of(1) && own.element().is_some() {
        return false;
    }
    facts::is_assignable(own, ty)
}

fn is_class_instance(value: &Value) -> bool {
    value.as_object().is_some_and(|o| o.ty != TypeRef::PSCUSTOMOBJECT)
}

/// The type that a right operand names.
fn type_operand(ctx: &mut dyn Context, operator: &str, id: &str, right: &Value) -> Result<TypeRef> {
    if let Value::Type(t) = right.base() {
        return Ok(*t);
    }
    if !right.is_null()
        && let Value::Type(t) = convert::convert(ctx, right, TypeRef::TYPE)?
    {
        return Ok(t);
    }
    fail::operation_on(id, right.clone(), format!("The right operand of '{operator}' must be a type."))
}

/// `left -is right`, `left -isnot right`.
pub fn is(ctx: &mut dyn Context, is_not: bool, left: &Value, right: &Value) -> Result {
    match type_operand(ctx, "-is", "IsOperatorRequiresType", right) {
        Ok(ty) => {
            let answer = super::is_type(ctx, left, ty);
            Ok(Value::Bool(answer != is_not))
        }
        Err(flow) => match flow.record() {
            Some(record) if !record.exception.ty.derives_from(TypeRef::RUNTIME_EXCEPTION) => {
                Exception::new(TypeRef::RUNTIME_EXCEPTION, record.exception.message())
                    .inner(Value::Exception(record.exception.clone()))
                    .identity("RuntimeException", ErrorCategory::NotSpecified, Value::Null)
                    .throw()
            }
            _ => Err(flow),
        },
    }
}

/// `left -as right`: the conversion, or null where it can't be made.
pub fn as_type(ctx: &mut dyn Context, left: &Value, right: &Value) -> Result {
    let ty = type_operand(ctx, "-as", "AsOperatorRequiresType", right)?;
    // Dates become text by the session's culture here, unlike in a cast.
    if let (TypeRef::STRING, Value::DateTime(_)) = (ty, left.base()) {
        return convert::net_string(ctx, left).map(Value::Str);
    }
    match convert::by_culture(ctx, left, ty) {
        Err(flow) if flow.record().is_some() => Ok(Value::Null),
        other => other,
    }
}

/// Whether a type has an interface of that name.
pub fn is_type_name(ty: TypeRef, interface: &str) -> bool {
    TypeRef::find(interface).is_some_and(|wanted| facts::is_assignable(ty, wanted))
}
