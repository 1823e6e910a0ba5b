//! The choice of an overload and the conversion of its arguments, by PowerShell's ranks of conversions.

use super::signature::{Parameter, Signature};
use super::{TypeKind, TypeRef, facts};
use crate::context::Context;
use crate::error::{ErrorCategory, Exception, Flow, Result};
use crate::string::Str;
use crate::value::Value;

const NONE: u16 = 0;
const UNRELATED_ARRAYS: u16 = 0x0F;
const TO_STRING: u16 = 0x1F;
const CUSTOM: u16 = 0x2F;
const EXPLICIT_CAST: u16 = 0x5F;
const CONSTRUCTOR: u16 = 0x6F;
const PARSE: u16 = 0x7F;
const PSOBJECT: u16 = 0x8F;
const LANGUAGE: u16 = 0x9F;
const NULL_TO_VALUE: u16 = 0xAF;
const NULL_TO_REF: u16 = 0xBF;
const NUMERIC_EXPLICIT: u16 = 0xCF;
const NUMERIC_STRING: u16 = 0xEF;
const NUMERIC_IMPLICIT: u16 = 0xFF;
const ASSIGNABLE: u16 = 0x10F;
const STRING_TO_CHARS: u16 = 0x11A;
const IDENTITY: u16 = 0x11F;
const SCALAR_TO_ARRAY: u16 = 8;

/// The overload that fits the arguments best, and the arguments as it takes them. `name` is what messages call the method;
/// constructors are `new` where none fits and `.ctor` where an argument does not convert.
pub fn choose<'s>(
    ctx: &mut dyn Context,
    signatures: &'s [Signature],
    name: &str,
    args: &[Value],
) -> Result<(&'s Signature, Vec<Value>)> {
    let mut fitting = signatures
        .iter()
        .filter(|s| args.len() >= s.required() && (args.len() <= s.parameters.len() || s.is_variadic()));
    let first = fitting.next();
    let second = fitting.next();
    match (first, second) {
        (None, _) => count_error(name, args.len()).throw(),
        (Some(only), None) => {
            let is_expanded = only.is_variadic() && !fits_normally(only, args);
            let converted = convert_all(ctx, only, name, args, is_expanded)?;
            Ok((only, converted))
        }
        (Some(a), Some(b)) => {
            let all: Vec<&Signature> = [a, b].into_iter().chain(fitting).collect();
            let (best, is_expanded) = best_of(&all, name, args)?;
            let converted = convert_all(ctx, best, name, args, is_expanded)?;
            Ok((best, converted))
        }
    }
}

struct Candidate<'s> {
    signature: &'s Signature,
    is_expanded: bool,
    ranks: Vec<u16>,
}

fn best_of<'s>(all: &[&'s Signature], name: &str, args: &[Value]) -> Result<(&'s Signature, bool)> {
    let mut candidates: Vec<Candidate<'s>> = Vec::new();
    for signature in all {
        for is_expanded in [false, true] {
            if is_expanded && !signature.is_variadic() {
                continue;
            }
            if !is_expanded && args.len() > signature.parameters.len() {
                continue;
            }
            // In the normal form a missing array is not an argument.
            if !is_expanded && signature.is_variadic() && args.len() < signature.parameters.len() {
                continue;
            }
            let ranks: Vec<u16> = args
                .iter()
                .enumerate()
                .map(|(i, a)| {
                    rank_of(a, parameter_at(signature, i), is_expanded && i + 1 >= signature.parameters.len())
                })
                .collect();
            if ranks.iter().all(|r| *r != NONE) {
                candidates.push(Candidate { signature, is_expanded, ranks });
                break;
            }
        }
    }
    let mut rest = candidates.into_iter();
    let Some(mut best) = rest.next() else { return count_error(name, args.len()).throw() };
    for other in rest {
        if is_better(&other, &best, args) {
            best = other;
        }
    }
    Ok((best.signature, best.is_expanded))
}

fn is_better(a: &Candidate<'_>, b: &Candidate<'_>, args: &[Value]) -> bool {
    let count = a.ranks.len() as i32;
    let mut better = 0;
    for (i, (x, y)) in a.ranks.iter().zip(&b.ranks).enumerate() {
        let weight = count - i as i32;
        better += match x.cmp(y) {
            std::cmp::Ordering::Less => -weight,
            std::cmp::Ordering::Equal => 0,
            std::cmp::Ordering::Greater => weight,
        };
    }
    if better == 0 {
        for i in 0..a.ranks.len() {
            let weight = count - i as i32;
            let (p, q) = (parameter_at(a.signature, i).map(|p| p.ty), parameter_at(b.signature, i).map(|p| p.ty));
            let (Some(p), Some(q)) = (p, q) else { continue };
            better += weight * specificity(args.get(i), p, q);
        }
    }
    if better == 0 {
        better = i32::from(b.is_expanded) - i32::from(a.is_expanded);
    }
    if better == 0 {
        better = i32::from(b.signature.is_open()) - i32::from(a.signature.is_open());
    }
    if better == 0 {
        better = b.signature.parameters.len() as i32 - a.signature.parameters.len() as i32;
    }
    better > 0
}

impl Signature {
    fn is_open(&self) -> bool {
        self.parameters.iter().any(|p| p.is_open)
    }
}

/// Above zero when `p` is nearer to the argument than `q`.
fn specificity(argument: Option<&Value>, p: TypeRef, q: TypeRef) -> i32 {
    if p == q {
        return 0;
    }
    if let Some(from) = argument.and_then(Value::type_ref)
        && let (Some(a), Some(b), Some(_)) = (width(p), width(q), width(from))
    {
        return (b - a).signum();
    }
    match (facts::is_assignable(p, q), facts::is_assignable(q, p)) {
        (true, false) => 1,
        (false, true) => -1,
        _ => 0,
    }
}

fn parameter_at(signature: &Signature, at: usize) -> Option<&Parameter> {
    signature.parameters.get(at).or_else(|| signature.parameters.last())
}

fn fits_normally(signature: &Signature, args: &[Value]) -> bool {
    args.len() == signature.parameters.len()
        && args.last().zip(signature.parameters.last()).is_some_and(|(a, p)| {
            (rank(a, p.ty) != NONE && matches!(a.base(), Value::Array(_))) || rank(a, p.ty) == STRING_TO_CHARS
        })
}

fn rank_of(argument: &Value, parameter: Option<&Parameter>, is_element: bool) -> u16 {
    let Some(parameter) = parameter else { return NONE };
    if parameter.is_ref {
        return if argument.type_ref() == Some(TypeRef::PSREFERENCE) { IDENTITY } else { NONE };
    }
    let ty = if is_element { parameter.ty.element().unwrap_or(parameter.ty) } else { parameter.ty };
    if argument.type_ref() == Some(TypeRef::PSREFERENCE) && ty != TypeRef::OBJECT && ty != TypeRef::PSREFERENCE {
        return NONE;
    }
    rank(argument, ty)
}

/// Place of a numeric type in the order of widening; floating point and decimal come last.
fn width(ty: TypeRef) -> Option<i32> {
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
        TypeRef::BIGINT => 12,
        _ => return None,
    })
}

/// Whether C# widens without being asked.
fn widens(from: TypeRef, to: TypeRef) -> bool {
    use TypeRef as T;
    let signed: &[TypeRef] = match from {
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
    signed.contains(&to)
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
    if from == ty {
        return IDENTITY;
    }
    if ty == TypeRef::OBJECT {
        return ASSIGNABLE;
    }
    if ty == TypeRef::TYPE && from == TypeRef::RUNTIME_TYPE {
        return IDENTITY;
    }
    if let Some(inner) = nullable(ty) {
        return rank(value, inner);
    }
    if ty == TypeRef::PSOBJECT {
        return if matches!(value, Value::Object(_) | Value::Wrapped(_)) { ASSIGNABLE } else { PSOBJECT };
    }
    if facts::is_assignable(from, ty) {
        return ASSIGNABLE;
    }
    if let (Some(_), Some(_)) = (width(from), width(ty)) {
        return if widens(from, ty) { NUMERIC_IMPLICIT } else { NUMERIC_EXPLICIT };
    }
    if ty == TypeRef::BOOL || ty == TypeRef::SWITCH {
        return LANGUAGE;
    }
    if from == TypeRef::SCRIPTBLOCK && is_delegate(ty) {
        return LANGUAGE;
    }
    if from == TypeRef::STRING {
        return from_string(value, ty);
    }
    if let TypeKind::Array { element, .. } = &ty.info().kind {
        return match value.base() {
            Value::Array(_) => UNRELATED_ARRAYS,
            _ => rank(value, *element).saturating_sub(SCALAR_TO_ARRAY),
        };
    }
    if let Value::Array(a) = value.base() {
        if sequence_element(ty).is_some() {
            return UNRELATED_ARRAYS;
        }
        if ty == TypeRef::STRING {
            return TO_STRING;
        }
        // A list of one item converts as its item does.
        return match a.get(0) {
            Some(only) if a.len() == 1 => rank(&only, ty).saturating_sub(SCALAR_TO_ARRAY),
            _ => NONE,
        };
    }
    if ty == TypeRef::STRING {
        return TO_STRING;
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
        return EXPLICIT_CAST;
    }
    if matches!(value.base(), Value::Dict(_)) && super::define::constructors(ty).is_some() {
        return CONSTRUCTOR;
    }
    if constructs_from(ty, from) { CONSTRUCTOR } else { NONE }
}

fn from_string(value: &Value, ty: TypeRef) -> u16 {
    if width(ty).is_some() {
        return NUMERIC_STRING;
    }
    if ty == TypeRef::CHAR {
        return if value.as_str().is_some_and(|s| crate::string::utf16(s).count() == 1) { LANGUAGE } else { NONE };
    }
    if ty.is_enum() {
        return CUSTOM;
    }
    if let TypeKind::Array { element, .. } = &ty.info().kind {
        return if *element == TypeRef::CHAR {
            STRING_TO_CHARS
        } else {
            rank(value, *element).saturating_sub(SCALAR_TO_ARRAY)
        };
    }
    match ty {
        TypeRef::TYPE | TypeRef::SCRIPTBLOCK => return LANGUAGE,
        TypeRef::DATETIME | TypeRef::TIMESPAN | TypeRef::GUID => return PARSE,
        _ => {}
    }
    if let Some(element) = sequence_element(ty) {
        return rank(value, element).saturating_sub(SCALAR_TO_ARRAY);
    }
    let Some(facts) = facts::of(ty) else { return NONE };
    let parses = facts.methods.iter().any(|m| {
        m.is_static && m.name == "Parse" && m.overloads.iter().any(|o| o.contains("(string ") && !o.contains(','))
    });
    if parses {
        return PARSE;
    }
    if constructs_from(ty, TypeRef::STRING) { CONSTRUCTOR } else { NONE }
}

/// Whether a type has a constructor of one parameter of exactly that type.
fn constructs_from(ty: TypeRef, from: TypeRef) -> bool {
    let wanted = format!("({} ", from.ps_name());
    facts::of(ty)
        .is_some_and(|f| !f.is("abstract") && f.constructors.iter().any(|c| c.contains(&wanted) && !c.contains(',')))
}

/// Whether a script block stands in for the type.
pub fn is_delegate(ty: TypeRef) -> bool {
    matches!(ty.info().kind, TypeKind::Delegate) || ty == TypeRef::DELEGATE || ty.name() == "System.MulticastDelegate"
}

/// `T` of `Nullable[T]`.
pub fn nullable(ty: TypeRef) -> Option<TypeRef> {
    match &ty.info().generic {
        Some((TypeRef::NULLABLE, arguments)) => arguments.first().copied(),
        _ => None,
    }
}

/// `T` of the generic interfaces that arrays implement.
pub fn sequence_element(ty: TypeRef) -> Option<TypeRef> {
    match (&ty.info().generic, &ty.info().kind) {
        (Some((definition, arguments)), TypeKind::Interface) => matches!(
            definition.name_only(),
            "IEnumerable`1" | "ICollection`1" | "IList`1" | "IReadOnlyList`1" | "IReadOnlyCollection`1"
        )
        .then(|| arguments.first().copied())
        .flatten(),
        _ => None,
    }
}

fn convert_all(
    ctx: &mut dyn Context,
    signature: &Signature,
    name: &str,
    args: &[Value],
    is_expanded: bool,
) -> Result<Vec<Value>> {
    let fixed = signature.parameters.len() - usize::from(is_expanded);
    let mut done = Vec::with_capacity(signature.parameters.len());
    for (at, argument) in args.iter().take(fixed).enumerate() {
        let parameter = &signature.parameters[at];
        if parameter.is_ref {
            if argument.type_ref() != Some(TypeRef::PSREFERENCE) {
                return method_error(
                    "NonRefArgumentToRefParameterMsg",
                    format!("Argument: '{}' should be a System.Management.Automation.PSReference. Use [ref].", at + 1),
                )
                .throw();
            }
            done.push(argument.clone());
            continue;
        }
        done.push(convert_argument(ctx, argument, parameter, parameter.ty, name)?);
    }
    for parameter in signature.parameters.iter().skip(done.len()).take(fixed - done.len().min(fixed)) {
        done.push(match &parameter.default {
            Some(default) => default.clone(),
            None => Value::typed_array(parameter.ty.element().unwrap_or(TypeRef::OBJECT), Vec::new()),
        });
    }
    if is_expanded && let Some(parameter) = signature.parameters.last() {
        let element = parameter.ty.element().unwrap_or(TypeRef::OBJECT);
        let mut items = Vec::new();
        for argument in args.iter().skip(fixed) {
            items.push(convert_argument(ctx, argument, parameter, element, name)?);
        }
        done.push(Value::typed_array(element, items));
    }
    Ok(done)
}

fn convert_argument(ctx: &mut dyn Context, value: &Value, parameter: &Parameter, ty: TypeRef, method: &str) -> Result {
    match to_type(ctx, value, ty) {
        Ok(done) => Ok(done),
        Err(flow) => {
            let Flow::Throw(record) = &*flow else { return Err(flow) };
            let shown = crate::convert::to_str(ctx, value)?;
            let method = if method == "new" { ".ctor" } else { method };
            let message = format!(
                "Cannot convert argument \"{}\", with value: \"{shown}\", for \"{method}\" to type \"{}\": \"{}\"",
                parameter.name,
                ty.name(),
                record.exception.message()
            );
            Exception::new(TypeRef::METHOD_EXCEPTION, message)
                .inner(Value::Exception(record.exception.clone()))
                .identity("MethodArgumentConversionInvalidCastArgument", ErrorCategory::NotSpecified, Value::Null)
                .throw()
        }
    }
}

/// A value as an argument of a type.
pub fn to_type(ctx: &mut dyn Context, value: &Value, ty: TypeRef) -> Result {
    if ty == TypeRef::OBJECT || ty == TypeRef::PSOBJECT {
        return Ok(if matches!(value, Value::Void) { Value::Null } else { value.clone() });
    }
    let value = value.base();
    match value {
        Value::Null | Value::Void => {
            if ty == TypeRef::STRING {
                return Ok(Value::Str(Str::empty()));
            }
            if !ty.is_value_type() || nullable(ty).is_some() {
                return Ok(Value::Null);
            }
        }
        Value::Foreign(f) if f.type_ref().name() == "System.Management.Automation.Language.NullString" => {
            return Ok(Value::Null);
        }
        _ => {}
    }
    let Some(from) = value.type_ref() else { return crate::convert::convert(ctx, value, ty) };
    if from == ty || facts::is_assignable(from, ty) || (from == TypeRef::SCRIPTBLOCK && is_delegate(ty)) {
        return Ok(value.clone());
    }
    if let Some(inner) = nullable(ty) {
        return to_type(ctx, value, inner);
    }
    if let Some(element) = sequence_element(ty) {
        let items = super::sequence_of(ctx, value)?;
        let mut done = Vec::with_capacity(items.len());
        for item in &items {
            done.push(to_type(ctx, item, element)?);
        }
        return Ok(Value::typed_array(element, done));
    }
    match &ty.info().kind {
        TypeKind::Array { element: TypeRef::CHAR, rank: 1 } if from == TypeRef::STRING => {
            let text = value.as_str().unwrap_or_default();
            Ok(Value::typed_array(TypeRef::CHAR, crate::string::utf16(text).map(Value::Char).collect()))
        }
        TypeKind::Array { element, rank: 1 } => {
            let items = match value {
                Value::Array(a) => a.to_vec(),
                other => vec![other.clone()],
            };
            let mut done = Vec::with_capacity(items.len());
            for item in &items {
                done.push(to_type(ctx, item, *element)?);
            }
            Ok(Value::typed_array(*element, done))
        }
        _ => crate::convert::convert(ctx, value, ty),
    }
}

/// A MethodException with an id.
pub fn method_error(id: &str, message: String) -> Exception {
    Exception::new(TypeRef::METHOD_EXCEPTION, message).identity(id, ErrorCategory::NotSpecified, Value::Null)
}

/// No overload takes that many arguments.
pub fn count_error(name: &str, count: usize) -> Exception {
    method_error(
        "MethodCountCouldNotFindBest",
        format!("Cannot find an overload for \"{name}\" and the argument count: \"{count}\"."),
    )
}
