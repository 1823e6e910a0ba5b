//! The choice of an overload and the conversion of its arguments, by PowerShell's ranks of conversions.

use super::define::{Member, MemberKind};
use super::rank::{self, NONE, NULL_TO_VALUE, NUMERIC_IMPLICIT, UNRELATED_ARRAYS, rank};
use super::signature::{Parameter, Signature};
use super::{TypeKind, TypeRef, facts, infer};
use crate::context::Context;
use crate::error::{ErrorCategory, Exception, Flow, Result};
use crate::string::Str;
use crate::value::Value;

/// The overload that fits the arguments best, and the arguments as it takes them. `name` is what messages call the method;
/// constructors are `new` where none fits and `.ctor` where an argument does not convert. `generics` are the type arguments
/// that the script wrote.
pub fn choose(
    ctx: &mut dyn Context,
    signatures: &'static [Signature],
    name: &str,
    args: &[Value],
    generics: &[TypeRef],
) -> Result<(&'static Signature, Vec<Value>)> {
    let casts = ctx.take_casts();
    if let [only] = signatures
        && only.generics.is_empty()
        && !only.has_explicit
        && only.parameters.len() == args.len()
        && !only.is_variadic()
        && generics.is_empty()
    {
        let converted = convert_all(ctx, only, name, args, false)?;
        return Ok((only, converted));
    }
    if generics.is_empty()
        && let Some(exact) = signatures.iter().find(|s| is_exact(s, args) && fits_casts(s, &casts))
    {
        return Ok((exact, args.iter().map(|a| a.base().clone()).collect()));
    }
    let mut candidates: Vec<Candidate> = Vec::new();
    for signature in signatures {
        let signature = match (signature.generics.is_empty(), generics.is_empty()) {
            (true, true) => signature,
            (true, false) => continue,
            (false, false) if signature.generics.len() != generics.len() => continue,
            (false, false) => match infer::close(signature, generics.to_vec()) {
                Some(closed) => closed,
                None => continue,
            },
            (false, true) => match infer::infer(ctx, signature, args) {
                Some(closed) => closed,
                None => continue,
            },
        };
        candidates.extend(candidate(signature, args));
    }
    if !casts.is_empty() && candidates.iter().any(|c| fits_casts(c.signature, &casts)) {
        candidates.retain(|c| fits_casts(c.signature, &casts));
    }
    let mut rest = candidates.iter();
    let Some(mut best) = rest.next() else { return count_error(name, args.len()).throw() };
    let mut is_ambiguous = false;
    for other in rest {
        match compare(best, other, args) {
            0 => is_ambiguous = true,
            n if n < 0 => (best, is_ambiguous) = (other, false),
            _ => {}
        }
    }
    if is_ambiguous {
        return method_error(
            "MethodCountCouldNotFindBest",
            format!("Multiple ambiguous overloads found for \"{name}\" and the argument count: \"{}\".", args.len()),
        )
        .throw();
    }
    let converted = convert_all(ctx, best.signature, name, args, best.is_expanded)?;
    Ok((best.signature, converted))
}

/// Whether the parameters have the very types that the script cast the arguments to.
fn fits_casts(signature: &Signature, casts: &[Option<TypeRef>]) -> bool {
    let parameters = &signature.parameters;
    casts.iter().enumerate().all(|(at, cast)| cast.is_none_or(|ty| parameters.get(at).is_some_and(|p| p.ty == ty)))
}

/// Whether the arguments have the parameters' very types: no other overload takes them better.
fn is_exact(signature: &Signature, args: &[Value]) -> bool {
    let parameters = &signature.parameters;
    parameters.len() == args.len()
        && signature.generics.is_empty()
        && parameters
            .iter()
            .zip(args)
            .all(|(p, a)| !p.is_params && !p.is_ref && !p.is_open && a.base().type_ref() == Some(p.ty))
}

/// The arguments of a method that an object answers by itself, converted as its facts declare it; none where they don't.
pub fn fitted(ctx: &mut dyn Context, ty: TypeRef, name: &str, args: &[Value]) -> Result<Option<Vec<Value>>> {
    match super::define::lookup(ty, name, false).map(|m| (m.name, m.signatures())) {
        Some((name, signatures)) if !signatures.is_empty() => {
            choose(ctx, signatures, name, args, &[]).map(|(_, converted)| Some(converted))
        }
        _ => Ok(None),
    }
}

/// The arguments of a method that the engine answers, as the overload that fits best takes them: what a `params` array takes
/// stays as it was given. Where not every overload can be read only their number is looked at.
pub fn checked(ctx: &mut dyn Context, member: &'static Member, args: &[Value]) -> Result<Vec<Value>> {
    let signatures = member.signatures();
    let is_plain = |s: &Signature| s.generics.is_empty() && !s.has_explicit;
    if member.kind != MemberKind::Method || signatures.is_empty() {
        return Ok(args.to_vec());
    }
    if signatures.len() != member.texts.len() || !signatures.iter().all(is_plain) {
        return check_count(member, args.len()).map(|()| args.to_vec());
    }
    let (signature, mut converted) = choose(ctx, signatures, member.name, args, &[])?;
    let fixed = signature.parameters.len() - usize::from(signature.is_variadic());
    converted.truncate(fixed.min(args.len()));
    converted.extend(args.iter().skip(fixed).cloned());
    Ok(converted)
}

/// Says where no overload of a method takes so many arguments.
pub fn check_count(member: &'static Member, count: usize) -> Result<()> {
    let signatures = member.signatures();
    let takes = |s: &Signature| count >= s.required() && (s.is_variadic() || count <= s.parameters.len());
    if member.kind != MemberKind::Method || signatures.is_empty() || signatures.iter().any(takes) {
        return Ok(());
    }
    count_error(member.name, count).throw()
}

struct Candidate {
    signature: &'static Signature,
    is_expanded: bool,
    ranks: Vec<u16>,
}

impl Candidate {
    /// The type that the argument at a place is converted to.
    fn target(&self, at: usize) -> TypeRef {
        let parameters = &self.signature.parameters;
        let Some(parameter) = parameters.get(at).or_else(|| parameters.last()) else { return TypeRef::OBJECT };
        if self.is_expanded && at + 1 >= parameters.len() {
            return parameter.ty.element().unwrap_or(parameter.ty);
        }
        parameter.ty
    }
}

/// How an overload takes the arguments; none when it does not.
fn candidate(signature: &'static Signature, args: &[Value]) -> Option<Candidate> {
    let parameters = &signature.parameters;
    let (count, variadic) = (parameters.len(), signature.is_variadic());
    if args.len() > count && !variadic {
        return None;
    }
    if args.len() < count {
        let optional = parameters.iter().filter(|p| p.default.is_some()).count();
        let lacks_array = variadic && args.len() + 1 == count;
        if !lacks_array && (optional == 0 || args.len() + optional + usize::from(variadic) < count) {
            return None;
        }
    }
    let mut ranks = Vec::with_capacity(args.len());
    let mut is_expanded = variadic && args.len() != count;
    for (at, argument) in args.iter().enumerate() {
        let parameter = parameters.get(at).or_else(|| parameters.last())?;
        let found = if !parameter.is_params {
            rank_of(argument, parameter)
        } else {
            let element = rank(argument, parameter.ty.element().unwrap_or(parameter.ty));
            let whole = if args.len() == count { rank(argument, parameter.ty) } else { NONE };
            is_expanded = is_expanded || element > whole;
            if is_expanded { element } else { whole }
        };
        if found == NONE {
            return None;
        }
        ranks.push(found);
    }
    Some(Candidate { signature, is_expanded, ranks })
}

/// Above zero when `a` takes the arguments better than `b`.
fn compare(a: &Candidate, b: &Candidate, args: &[Value]) -> i32 {
    let count = a.ranks.len() as i32;
    let mut better = 0;
    for (at, (x, y)) in a.ranks.iter().zip(&b.ranks).enumerate() {
        let weight = count - at as i32;
        better += weight * order(*x, *y);
        if x == y
            && *x == UNRELATED_ARRAYS
            && let Some(from) = args.get(at).and_then(infer::effective_type).and_then(TypeRef::element)
        {
            let ranks = [a, b].map(|c| c.target(at).element().map_or(NONE, |to| rank::between(from, to)));
            better += weight * order(ranks[0], ranks[1]);
        }
    }
    if better == 0 {
        let mut weight = count;
        for (at, (x, y)) in a.ranks.iter().zip(&b.ranks).enumerate() {
            // Numeric and reference conversions of equal rank: the wider type where the conversion is explicit, else the nearer.
            let is_settled =
                *x < NULL_TO_VALUE || *y < NULL_TO_VALUE || (*x >= NUMERIC_IMPLICIT) != (*y >= NUMERIC_IMPLICIT);
            if !is_settled {
                if *x >= NUMERIC_IMPLICIT {
                    weight = -weight;
                }
                let (p, q) = (a.target(at), b.target(at));
                better -= weight * order(rank::between(p, q), rank::between(q, p));
            }
            weight = weight.abs() - 1;
        }
    }
    if better != 0 {
        return better;
    }
    if (0..a.ranks.len()).any(|at| a.target(at) != b.target(at)) {
        return 0;
    }
    let lengths = (a.signature.parameters.len(), b.signature.parameters.len());
    match (a.is_expanded, b.is_expanded) {
        (true, true) => return if lengths.0 > lengths.1 { 1 } else { -1 },
        (true, false) => return -1,
        (false, true) => return 1,
        (false, false) => {}
    }
    let open = |c: &Candidate| c.signature.parameters.iter().filter(|p| p.is_open).count() as i32;
    match open(b) - open(a) {
        0 => lengths.1 as i32 - lengths.0 as i32,
        more => more,
    }
}

fn order(x: u16, y: u16) -> i32 {
    i32::from(x > y) - i32::from(x < y)
}

fn rank_of(argument: &Value, parameter: &Parameter) -> u16 {
    let is_reference = argument.type_ref() == Some(TypeRef::PSREFERENCE);
    if parameter.is_ref {
        return if is_reference { rank::IDENTITY } else { NONE };
    }
    if is_reference && parameter.ty != TypeRef::OBJECT && parameter.ty != TypeRef::PSREFERENCE {
        return NONE;
    }
    rank(argument, parameter.ty)
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
    as_argument(ctx, value, parameter.name, ty, method)
}

/// A value as an argument of a method, with the method's error where it does not convert.
pub fn as_argument(ctx: &mut dyn Context, value: &Value, parameter: &str, ty: TypeRef, method: &str) -> Result {
    match to_type(ctx, value, ty) {
        Ok(done) => Ok(done),
        Err(flow) => {
            let Flow::Throw(record) = &*flow else { return Err(flow) };
            let shown = match value.base() {
                Value::Type(ty) => Str::from(ty.name()),
                Value::F64(_) | Value::F32(_) | Value::DateTime(_) | Value::Array(_) => {
                    crate::convert::net_string(ctx, value.base())?
                }
                _ => crate::convert::to_str(ctx, value)?,
            };
            let method = if method == "new" { ".ctor" } else { method };
            let message = format!(
                "Cannot convert argument \"{parameter}\", with value: \"{shown}\", for \"{method}\" to type \"{}\": \"{}\"",
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
