//! Reading members.

use std::sync::Arc;

use super::facade::{MethodObject, MethodTarget, PsObjectView};
use super::listing::type_names;
use crate::context::Context;
use crate::error::{ErrorCategory, Exception, Flow, Result};
use crate::object::{Object, PsMember, Wrapped};
use crate::string::Str;
use crate::types::define::{Member, MemberKind, lookup};
use crate::types::{Call, TypeKind, TypeRef, fail};
use crate::value::Value;

/// A property's value; none means there is no such property (the caller decides between `$null` and an error).
pub fn get(ctx: &mut dyn Context, object: &Value, name: &str) -> Result<Option<Value>> {
    match object {
        Value::Object(o) => of_object(ctx, object, o, name),
        Value::Dict(d) => {
            if let Some(found) = d.get_str(name) {
                return Ok(Some(found));
            }
            of_net(ctx, object, object, name)
        }
        Value::Wrapped(w) => of_wrapped(ctx, object, w, name),
        Value::Array(a) if name.eq_ignore_ascii_case("Count") || name.eq_ignore_ascii_case("Length") => {
            if a.is_fixed || name.len() == 5 {
                return Ok(Some(Value::I32(a.len() as i32)));
            }
            of_net(ctx, object, object, name)
        }
        Value::Str(s) if name.eq_ignore_ascii_case("Length") => Ok(Some(Value::I32(s.units() as i32))),
        Value::Null | Value::Void => {
            Ok((name.eq_ignore_ascii_case("Count") || name.eq_ignore_ascii_case("Length")).then_some(Value::I32(0)))
        }
        _ => of_net(ctx, object, object, name),
    }
}

fn of_object(ctx: &mut dyn Context, whole: &Value, object: &Arc<Object>, name: &str) -> Result<Option<Value>> {
    let (extra, base, is_custom) = {
        if let Some(found) = object.get(name) {
            return Ok(Some(found));
        }
        let data = object.outline();
        let extra = data
            .extra
            .iter()
            .find(|(n, _)| crate::collection::equals_ignore_case(n, name))
            .map(|(n, m)| (n.clone(), m.clone()));
        (extra, data.base.clone(), object.ty == TypeRef::PSCUSTOMOBJECT)
    };
    if let Some((found, member)) = extra {
        return of_member(ctx, whole, &found, &member).map(Some);
    }
    if let Some(found) = of_type_data(ctx, whole, name)? {
        return Ok(Some(found));
    }
    if let Some(base) = base
        && let Some(found) = get(ctx, &base, name)?
    {
        return Ok(Some(found));
    }
    if !is_custom && let Some(found) = of_native(ctx, whole, object.ty, name)? {
        return Ok(Some(found));
    }
    intrinsic(whole, name)
}

fn of_wrapped(ctx: &mut dyn Context, whole: &Value, wrapped: &Arc<Wrapped>, name: &str) -> Result<Option<Value>> {
    if let Some(member) = wrapped.find(name) {
        return of_member(ctx, whole, name, &member).map(Some);
    }
    match &wrapped.base {
        Value::Dict(d) => {
            if let Some(found) = d.get_str(name) {
                return Ok(Some(found));
            }
        }
        Value::Array(_) | Value::Str(_)
            if name.eq_ignore_ascii_case("Count") || name.eq_ignore_ascii_case("Length") =>
        {
            return get(ctx, &wrapped.base, name);
        }
        Value::Object(o) => return of_object(ctx, whole, o, name),
        _ => {}
    }
    of_net(ctx, whole, &wrapped.base, name)
}

/// Members of .NET, then type data, then the intrinsic ones.
fn of_net(ctx: &mut dyn Context, whole: &Value, base: &Value, name: &str) -> Result<Option<Value>> {
    let Some(ty) = base.type_ref() else { return Ok(None) };
    if let Value::Foreign(f) = base
        && let Some(found) = f.get(ctx, name)?
    {
        return Ok(Some(found));
    }
    if let Some(member) = lookup(ty, name, false)
        && member.run.is_some()
    {
        return read_member(ctx, whole, base, member);
    }
    if let Some(found) = of_type_data(ctx, whole, name)? {
        return Ok(Some(found));
    }
    if let Some(found) = of_native(ctx, whole, ty, name)? {
        return Ok(Some(found));
    }
    intrinsic(whole, name)
}

fn of_native(ctx: &mut dyn Context, whole: &Value, ty: TypeRef, name: &str) -> Result<Option<Value>> {
    match lookup(ty, name, false) {
        Some(member) => read_member(ctx, whole, whole.base(), member),
        None => Ok(None),
    }
}

fn read_member(ctx: &mut dyn Context, whole: &Value, base: &Value, member: &'static Member) -> Result<Option<Value>> {
    match member.kind {
        MemberKind::Method => Ok(Some(method_object(whole, member))),
        MemberKind::Property if member.is_indexed() => Ok(Some(method_object(whole, member))),
        MemberKind::Property | MemberKind::Field => {
            if let Some(constant) = member.constant {
                return constant_value(ctx, member, constant).map(Some);
            }
            let Some(run) = member.run else {
                if let Value::Exception(e) = base {
                    let data = e.data.lock();
                    let stored = data.properties.iter().find(|(n, _)| n.eq_ignore_ascii_case(member.name));
                    return Ok(Some(stored.map_or(Value::Null, |(_, v)| v.clone())));
                }
                if member.is_static
                    && let Some(value) = ctx.engine_static(member.ty, member.name, None)?
                {
                    return Ok(Some(value));
                }
                return fail::not_implemented(member.ty, member.name).throw();
            };
            let mut call =
                Call { ctx, this: base, ty: member.ty, name: member.name, signature: None, args: Vec::new() };
            match run(&mut call) {
                Ok(value) => Ok(Some(value)),
                Err(flow) => getter_error(flow, member.name),
            }
        }
        MemberKind::Event => Ok(None),
    }
}

/// `Exception getting "X": "..."`, with the thrown exception inside.
fn getter_error<T>(flow: Box<Flow>, name: &str) -> Result<T> {
    let Flow::Throw(record) = &*flow else { return Err(flow) };
    if record.full_id() == "MemberNotImplemented" {
        return Err(flow);
    }
    let inner = record.exception.clone();
    let ty = TypeRef::find("System.Management.Automation.GetValueInvocationException")
        .unwrap_or(TypeRef::GET_VALUE_EXCEPTION);
    Exception::new(ty, format!("Exception getting \"{name}\": \"{}\"", inner.message()))
        .inner(Value::Exception(inner))
        .identity("ExceptionWhenGetting", ErrorCategory::NotSpecified, Value::Null)
        .throw()
}

/// The same for a property that was called with an index.
pub(super) fn indexed_error<T>(flow: Box<Flow>, name: &str) -> Result<T> {
    let inner = match &*flow {
        Flow::Throw(record) if record.exception.ty == TypeRef::METHOD_INVOCATION_EXCEPTION => {
            record.exception.data.lock().inner.clone()
        }
        _ => None,
    };
    match inner {
        Some(Value::Exception(e)) => getter_error(Flow::throw(crate::error::ErrorRecord::from_exception(e)), name),
        _ => Err(flow),
    }
}

fn constant_value(ctx: &mut dyn Context, member: &Member, text: &str) -> Result {
    let ty = member.value_type().unwrap_or(TypeRef::STRING);
    match ty {
        TypeRef::CHAR => Ok(Value::Char(match text.strip_prefix("U+") {
            Some(hex) if hex.len() == 4 => u16::from_str_radix(hex, 16).unwrap_or(0),
            _ => text.encode_utf16().next().unwrap_or(0),
        })),
        TypeRef::STRING => Ok(Value::from(text)),
        TypeRef::DOUBLE => Ok(Value::F64(float_text(text))),
        TypeRef::SINGLE => Ok(Value::F32(text.parse().unwrap_or(float_text(text) as f32))),
        TypeRef::INT64 => Ok(Value::I64(text.parse().unwrap_or(0))),
        TypeRef::UINT64 => Ok(Value::U64(text.parse().unwrap_or(0))),
        _ => crate::convert::convert(ctx, &Value::from(text), ty),
    }
}

fn float_text(text: &str) -> f64 {
    match text {
        "∞" | "Infinity" => f64::INFINITY,
        "-∞" | "-Infinity" => f64::NEG_INFINITY,
        // .NET's NaN has the sign bit set.
        "NaN" => -f64::NAN,
        other => other.parse().unwrap_or(0.0),
    }
}

fn method_object(whole: &Value, member: &'static Member) -> Value {
    Value::foreign(MethodObject { target: MethodTarget::Net(member), object: whole.clone() })
}

/// A member of type data under one of the object's type names.
pub(super) fn type_data_member(ctx: &mut dyn Context, object: &Value, name: &str) -> Option<PsMember> {
    type_names(object).iter().find_map(|t| ctx.type_member(t, name))
}

fn of_type_data(ctx: &mut dyn Context, object: &Value, name: &str) -> Result<Option<Value>> {
    match type_data_member(ctx, object, name) {
        Some(member) => of_member(ctx, object, name, &member).map(Some),
        None => Ok(None),
    }
}

/// What an added member gives when it is read.
pub(super) fn of_member(ctx: &mut dyn Context, object: &Value, name: &str, member: &PsMember) -> Result {
    match member {
        PsMember::Note(value) => Ok(value.clone()),
        PsMember::Variable(variable) => Ok(super::get(ctx, variable, "Value")?.unwrap_or_default()),
        PsMember::Alias { target, convert } => {
            let value = get(ctx, object, target)?.unwrap_or(Value::Null);
            match convert {
                Some(ty) => crate::convert::convert(ctx, &value, *ty),
                None => Ok(value),
            }
        }
        PsMember::ScriptProperty { get, .. } => match ctx.invoke_block(get, &[], Some(object), None) {
            Ok(Value::Void) => Ok(Value::Null),
            Ok(value) => Ok(value),
            Err(flow) => script_getter_error(flow, name),
        },
        PsMember::CodeProperty { get, .. } => get(ctx, object),
        PsMember::ScriptMethod(_) | PsMember::CodeMethod(_) => Ok(Value::foreign(MethodObject {
            target: MethodTarget::Added(Str::from(name), member.clone()),
            object: object.clone(),
        })),
        PsMember::PropertySet(names) => {
            Ok(Value::typed_array(TypeRef::STRING, names.iter().cloned().map(Value::Str).collect()))
        }
        PsMember::MemberSet(members) => Ok(super::facade::member_set(name, members)),
    }
}

fn script_getter_error<T>(flow: Box<Flow>, name: &str) -> Result<T> {
    let Flow::Throw(record) = &*flow else { return Err(flow) };
    let inner = record.exception.clone();
    let ty = TypeRef::find("System.Management.Automation.GetValueInvocationException")
        .unwrap_or(TypeRef::GET_VALUE_EXCEPTION);
    Exception::new(ty, format!("Exception getting \"{name}\": \"{}\"", inner.message()))
        .inner(Value::Exception(inner))
        .identity("ScriptGetValueRuntimeException", ErrorCategory::NotSpecified, Value::Null)
        .throw()
}

/// Members that every object has in PowerShell.
fn intrinsic(object: &Value, name: &str) -> Result<Option<Value>> {
    let folded = name.to_ascii_lowercase();
    Ok(Some(match folded.as_str() {
        "psobject" => Value::foreign(PsObjectView { object: object.clone() }),
        "psbase" | "psadapted" if matches!(object.base(), Value::Dict(_)) => {
            Value::foreign(super::base_view::BaseView { object: object.base().clone() })
        }
        "psbase" | "psadapted" | "psextended" => object.clone(),
        "pstypenames" => super::facade::type_name_list(object),
        _ => return Ok(None),
    }))
}

/// A property of each item where a collection lacks it: what `.` does since PowerShell 3. Results that are collections are
/// flattened one level; no item having the property gives none.
pub fn get_enumerating(ctx: &mut dyn Context, object: &Value, name: &str) -> Result<Option<Value>> {
    if let Some(found) = get(ctx, object, name)? {
        return Ok(Some(found));
    }
    let Some(items) = super::enumerate(ctx, object)? else {
        // Any single object is a collection of one for those who count.
        let counts = name.eq_ignore_ascii_case("Count") || name.eq_ignore_ascii_case("Length");
        return Ok(counts.then_some(Value::I32(1)));
    };
    let mut found = Vec::new();
    let mut any = false;
    for item in &items {
        if let Some(value) = get_enumerating(ctx, item, name)? {
            any = true;
            match super::enumerate(ctx, &value)? {
                Some(inner) => found.extend(inner),
                None => found.push(value),
            }
        } else if matches!(item, Value::Object(o) if o.ty == TypeRef::PSCUSTOMOBJECT) {
            // What a custom object lacks is `$null`; other objects are passed over.
            any = true;
            found.push(Value::Null);
        }
    }
    Ok(any.then(|| match found.len() {
        0 => Value::array(Vec::new()),
        1 => found.swap_remove(0),
        _ => Value::array(found),
    }))
}

/// A property's value, `$null` where there is none.
pub fn note_or_null(ctx: &mut dyn Context, object: &Value, name: &str) -> Result {
    Ok(get(ctx, object, name)?.unwrap_or(Value::Null))
}

/// Reads a static property or field; none means there is none.
pub fn get_static(ctx: &mut dyn Context, ty: TypeRef, name: &str) -> Result<Option<Value>> {
    if ty.info().class.get().is_some()
        && let Some(found) = ctx.class_static(ty, name, None)?
    {
        return Ok(Some(found));
    }
    if let TypeKind::Enum { values, .. } = &ty.info().kind
        && let Some((_, value)) = values.iter().find(|(n, _)| n.eq_ignore_ascii_case(name))
    {
        return Ok(Some(Value::Enum(ty, *value)));
    }
    if name.eq_ignore_ascii_case("new")
        && let Some(member) = crate::types::define::constructors(ty)
    {
        return Ok(Some(method_object(&Value::Type(ty), member)));
    }
    match lookup(ty, name, true) {
        Some(member) if member.kind == MemberKind::Method => Ok(Some(method_object(&Value::Type(ty), member))),
        Some(member) => read_member(ctx, &Value::Null, &Value::Null, member),
        None => Ok(None),
    }
}
