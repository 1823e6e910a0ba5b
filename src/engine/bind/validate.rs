//! Validation attributes at work.

use command::Validation;
use values::operators::{Binary, Effects};
use values::{Context, Result, Str, TypeRef, Value, convert, members, operators};

const NULL: &str =
    "The argument is null. Provide a valid value for the argument, and then try running the command again.";
const NULL_IN_COLLECTION: &str = "The argument has a null value, or an element of the argument collection contains a null value. Provide a collection that does not contain any null values, and then try the command again.";
const EMPTY: &str =
    "The argument is null or empty. Provide an argument that is not null or empty, and then try the command again.";
const WHITE: &str = "The argument is null, empty, or consists of only white-space characters. Provide an argument that contains non white-space characters, and then try the command again.";
const EMPTY_IN_COLLECTION: &str = "The argument is null, empty, or an element of the argument collection contains a null value. Supply a collection that does not contain any null values and then try the command again.";

/// Why a value does not pass.
type Verdict = std::result::Result<(), String>;

/// Applies a validation attribute: the inner result says why a value does not pass.
pub fn validate(ctx: &mut dyn Context, validation: &Validation, value: &Value) -> Result<Verdict> {
    match validation {
        Validation::NotNull => not_null(ctx, value),
        Validation::NotNullOrEmpty => not_empty(ctx, value, false),
        Validation::NotNullOrWhiteSpace => not_empty(ctx, value, true),
        Validation::Count { min, max } => count(ctx, value, *min, *max),
        Validation::SetFrom(Value::Type(ty)) => {
            let source = members::call_static(ctx, *ty, "new", &[])?;
            let list = members::call(ctx, &source, "GetValidValues", &[])?;
            let values = members::enumerate(ctx, &list)?.unwrap_or_else(|| vec![list]);
            let values = values.iter().map(|v| Str::from(convert::to_display(v))).collect();
            validate(ctx, &Validation::Set { values, is_case_sensitive: false, message: None }, value)
        }
        Validation::Custom(attribute) => {
            let is_each = TypeRef::find("System.Management.Automation.ValidateEnumeratedArgumentsAttribute")
                .is_some_and(|base| attribute.type_ref().is_some_and(|t| t.derives_from(base)));
            if is_each {
                return each(ctx, value, &mut |ctx, item| {
                    members::call(ctx, attribute, "ValidateElement", std::slice::from_ref(item)).map(|_| Ok(()))
                });
            }
            let engine = engine(ctx);
            members::call(ctx, attribute, "Validate", &[value.clone(), engine]).map(|_| Ok(()))
        }
        Validation::Set { .. }
        | Validation::Range { .. }
        | Validation::RangeKind(_)
        | Validation::Pattern { .. }
        | Validation::Length { .. }
        | Validation::Script { .. } => each(ctx, value, &mut |ctx, item| element(ctx, validation, item)),
        Validation::Drive(names) => each(ctx, value, &mut |ctx, item| on_drive(ctx, item, names)),
        Validation::SetFrom(_)
        | Validation::UserDrive
        | Validation::AllowNull
        | Validation::AllowEmptyString
        | Validation::AllowEmptyCollection => Ok(Ok(())),
    }
}

fn engine(ctx: &mut dyn Context) -> Value {
    match ctx.engine().downcast_mut::<crate::runspace::Runspace>() {
        Some(runspace) => crate::host_objects::execution_context(runspace),
        None => Value::Null,
    }
}

/// Attributes that look at each item of a collection.
fn each(
    ctx: &mut dyn Context,
    value: &Value,
    check: &mut dyn FnMut(&mut dyn Context, &Value) -> Result<Verdict>,
) -> Result<Verdict> {
    if value.is_null() {
        return Ok(Err(EMPTY_IN_COLLECTION.into()));
    }
    let Some(items) = members::enumerate(ctx, value)? else { return check(ctx, value) };
    for item in &items {
        if let Err(why) = check(ctx, item)? {
            return Ok(Err(why));
        }
    }
    Ok(Ok(()))
}

fn element(ctx: &mut dyn Context, validation: &Validation, item: &Value) -> Result<Verdict> {
    if item.is_null() && !matches!(validation, Validation::Length { .. }) {
        return Ok(Err(NULL.into()));
    }
    Ok(match validation {
        Validation::Set { values, is_case_sensitive, message } => {
            let text = convert::net_string(ctx, item)?;
            if values.iter().any(|v| operators::text_equals(v, &text, *is_case_sensitive)) {
                return Ok(Ok(()));
            }
            let list: Vec<&str> = values.iter().map(|s| s.as_str()).collect();
            let list = list.join(",");
            Err(match message {
                Some(m) => m.replace("{0}", &text).replace("{1}", &list),
                None => format!(
                    "The argument \"{text}\" does not belong to the set \"{list}\" specified by the ValidateSet attribute. Supply an argument that is in the set and then try the command again."
                ),
            })
        }
        Validation::Range { min, max } => return in_range(ctx, item, min, max),
        Validation::RangeKind(kind) => return of_kind(ctx, item, kind),
        Validation::Pattern { pattern, options, message } => {
            let text = convert::net_string(ctx, item)?;
            let is_case_sensitive = options & 1 == 0;
            let (left, right) = (Value::Str(text.clone()), Value::Str(pattern.clone()));
            let mut effects = Effects::default();
            let hit = operators::binary(ctx, Binary::Match, is_case_sensitive, &left, &right, &mut effects)?;
            if convert::to_bool(&hit) {
                return Ok(Ok(()));
            }
            Err(match message {
                Some(m) => m.replace("{0}", &text).replace("{1}", pattern),
                None => format!(
                    "The argument \"{text}\" does not match the \"{pattern}\" pattern. Supply an argument that matches \"{pattern}\" and try the command again."
                ),
            })
        }
        Validation::Length { min, max } => {
            let Some(text) = item.as_str().map(Str::from) else {
                return Ok(Err("The ValidateLength attribute cannot be applied to a parameter that is not a string or string[] parameter. Make the parameter a string or string[] parameter.".into()));
            };
            let n = text.units() as i64;
            if n < *min {
                Err(format!(
                    "The character length ({n}) of the argument is too short. Specify an argument with a length that is greater than or equal to \"{min}\", and then try the command again."
                ))
            } else if n > *max {
                Err(format!(
                    "The character length of the {n} argument is too long. Shorten the character length of the argument so it is fewer than or equal to \"{max}\" characters, and then try the command again."
                ))
            } else {
                Ok(())
            }
        }
        Validation::Script { block, message } => {
            let output = ctx.invoke_block(block, &[], None, Some(item))?;
            if convert::to_bool(&output) {
                return Ok(Ok(()));
            }
            let text = convert::net_string(ctx, item)?;
            let source = convert::to_str(ctx, block)?;
            Err(match message {
                Some(m) => m.replace("{0}", &text).replace("{1}", &source),
                None => format!(
                    "The \"{source}\" validation script for the argument with value \"{text}\" did not return a result of True. Determine why the validation script failed, and then try the command again."
                ),
            })
        }
        _ => Ok(()),
    })
}

/// `[ValidateDrive('C', 'D')]`: the path must lead to one of the drives.
fn on_drive(ctx: &mut dyn Context, item: &Value, names: &[Str]) -> Result<Verdict> {
    let Some(path) = item.as_str().map(str::to_string) else {
        return Ok(Err("The Path argument is not a string. Supply a string for the path.".into()));
    };
    let Some(runspace) = ctx.engine().downcast_mut::<crate::runspace::Runspace>() else { return Ok(Ok(())) };
    let drive = match command::Session::provider_path(runspace, &path) {
        Ok(found) => found.drive.unwrap_or_else(Str::empty),
        Err(flow) => match flow.record() {
            Some(record) => return Ok(Err(record.exception.message().to_string())),
            None => return Err(flow),
        },
    };
    Ok(if names.iter().any(|n| n.eq_ignore_ascii_case(&drive)) {
        Ok(())
    } else {
        let names: Vec<&str> = names.iter().map(Str::as_str).collect();
        Err(format!(
            "The path argument drive {drive} does not belong to the set of approved drives: {}. Supply a path argument with an approved drive.",
            names.join(",")
        ))
    })
}

fn not_null(ctx: &mut dyn Context, value: &Value) -> Result<Verdict> {
    if value.is_null() {
        return Ok(Err(NULL.into()));
    }
    let items = members::enumerate(ctx, value)?.unwrap_or_default();
    Ok(if items.iter().any(Value::is_null) { Err(NULL_IN_COLLECTION.into()) } else { Ok(()) })
}

fn not_empty(ctx: &mut dyn Context, value: &Value, is_white: bool) -> Result<Verdict> {
    let text = |s: &str, empty: &str| match s {
        s if is_white && s.trim().is_empty() => Err(WHITE.to_string()),
        "" => Err(empty.to_string()),
        _ => Ok(()),
    };
    Ok(match value.base() {
        Value::Null | Value::Void if is_white => Err(WHITE.into()),
        Value::Null | Value::Void => Err(EMPTY.into()),
        Value::Str(s) => text(s, EMPTY),
        Value::Dict(d) if d.is_empty() => Err(EMPTY_IN_COLLECTION.into()),
        other => match members::enumerate(ctx, other)? {
            Some(items) if items.is_empty() || items.iter().any(Value::is_null) => Err(EMPTY_IN_COLLECTION.into()),
            Some(items) => items.iter().filter_map(Value::as_str).try_for_each(|s| text(s, EMPTY_IN_COLLECTION)),
            None => Ok(()),
        },
    })
}

fn count(ctx: &mut dyn Context, value: &Value, min: i64, max: i64) -> Result<Verdict> {
    let n = match value.base() {
        Value::Null | Value::Void => 0,
        Value::Str(s) => s.units() as i64,
        Value::Dict(d) => d.len() as i64,
        other => match members::enumerate(ctx, other)? {
            Some(items) => items.len() as i64,
            None => {
                return Ok(Err("The ValidateCount attribute cannot be applied to a non-array parameter. Either remove the attribute from the parameter or make the parameter an array parameter.".into()));
            }
        },
    };
    Ok(if (min..=max).contains(&n) {
        Ok(())
    } else if min == max {
        Err(format!("The parameter requires exactly {max} value(s) - {n} value(s) were provided."))
    } else {
        Err(format!(
            "The parameter requires at least {min} value(s) and no more than {max} value(s) - {n} value(s) were provided."
        ))
    })
}

/// The type in which two bounds, or a bound and an argument, are compared; none where they can't be.
pub(super) fn common_type(a: TypeRef, b: TypeRef) -> Option<TypeRef> {
    // In the order of `TypeCode`; other types have no order among the numbers.
    const CODES: &[TypeRef] = &[
        TypeRef::BOOL,
        TypeRef::CHAR,
        TypeRef::SBYTE,
        TypeRef::BYTE,
        TypeRef::INT16,
        TypeRef::UINT16,
        TypeRef::INT32,
        TypeRef::UINT32,
        TypeRef::INT64,
        TypeRef::UINT64,
        TypeRef::SINGLE,
        TypeRef::DOUBLE,
        TypeRef::DECIMAL,
    ];
    let code = |t: TypeRef| CODES.iter().position(|c| *c == t);
    match (code(a), code(b)) {
        (Some(x), Some(y)) => Some(match x.max(y) {
            0..=6 => TypeRef::INT32,
            7 | 8 => TypeRef::INT64,
            9 => TypeRef::UINT64,
            12 => TypeRef::DECIMAL,
            _ => TypeRef::DOUBLE,
        }),
        _ => (a == b).then_some(a),
    }
}

fn wrong_type(item: &Value, wanted: &str) -> Verdict {
    Err(format!(
        "The argument cannot be validated because its type \"{}\" is not the same type ({wanted}) as the maximum and minimum limits of the parameter. Make sure the argument is of type {wanted} and then try the command again.",
        item.type_ref().map_or("", TypeRef::name_only),
    ))
}

fn of_kind(ctx: &mut dyn Context, item: &Value, kind: &str) -> Result<Verdict> {
    let from = item.type_ref().unwrap_or(TypeRef::OBJECT);
    let number = match item.base() {
        Value::TimeSpan(ticks) => Value::I64(*ticks),
        other => {
            let Some(common) = common_type(TypeRef::INT32, from) else { return Ok(wrong_type(item, "Int32")) };
            match convert::try_convert(ctx, other, common)? {
                Some(number) => number,
                None => return Ok(wrong_type(item, common.name_only())),
            }
        }
    };
    let order = operators::compare(ctx, &number, &Value::I32(0), false)?;
    let (fits, word) = match kind.to_ascii_lowercase().as_str() {
        "positive" => (order.is_gt(), "greater than zero"),
        "negative" => (order.is_lt(), "less than zero"),
        "nonnegative" => (order.is_ge(), "greater than or equal to zero"),
        _ => (order.is_le(), "less than or equal to zero"),
    };
    if fits {
        return Ok(Ok(()));
    }
    let text = convert::net_string(ctx, item)?;
    Ok(Err(format!("The argument \"{text}\" cannot be validated because its value is not {word}.")))
}

fn in_range(ctx: &mut dyn Context, item: &Value, min: &Value, max: &Value) -> Result<Verdict> {
    let (a, b) = (min.type_ref().unwrap_or(TypeRef::OBJECT), max.type_ref().unwrap_or(TypeRef::OBJECT));
    let common = common_type(a, b).unwrap_or(a);
    let Some(value) = convert::try_convert(ctx, item, common)? else {
        return Ok(wrong_type(item, common.name_only()));
    };
    let text = convert::net_string(ctx, &value)?;
    if operators::compare(ctx, &value, min, true)?.is_lt() {
        let min = convert::net_string(ctx, min)?;
        return Ok(Err(format!(
            "The {text} argument is less than the minimum allowed range of {min}. Supply an argument that is greater than or equal to {min} and then try the command again."
        )));
    }
    if operators::compare(ctx, &value, max, true)?.is_gt() {
        let max = convert::net_string(ctx, max)?;
        return Ok(Err(format!(
            "The {text} argument is greater than the maximum allowed range of {max}. Supply an argument that is less than or equal to {max} and then try the command again."
        )));
    }
    Ok(Ok(()))
}
