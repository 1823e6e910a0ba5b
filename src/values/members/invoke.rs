//! Calling methods.

use super::read::type_data_member;
use crate::context::Context;
use crate::error::{ErrorCategory, Exception, Flow, Result};
use crate::object::PsMember;
use crate::types::collections::key;
use crate::types::define::{Member, MemberKind, constructors, lookup};
use crate::types::{Call, TypeKind, TypeRef, bind, fail};
use crate::value::Value;

/// Calls a method. Casts at the call site have been applied to the arguments.
pub fn call(ctx: &mut dyn Context, object: &Value, name: &str, args: &[Value]) -> Result {
    match call_own(ctx, object, name, args)? {
        Some(value) => Ok(value),
        None => on_items(ctx, object, name, args),
    }
}

fn call_own(ctx: &mut dyn Context, object: &Value, name: &str, args: &[Value]) -> Result<Option<Value>> {
    match object {
        Value::Object(o) => {
            let (extra, base) = {
                let data = o.lock();
                let extra = data.extra.iter().find(|(n, _)| crate::collection::equals_ignore_case(n, name));
                (extra.map(|(_, m)| m.clone()), data.base.clone())
            };
            if let Some(member) = extra
                && let Some(done) = call_member(ctx, object, &member, name, args)?
            {
                return Ok(Some(done));
            }
            if o.ty.info().class.get().is_some()
                && let Some(done) = ctx.invoke_class_method(o.ty, Some(object), name, args)?
            {
                return Ok(Some(done));
            }
            if let Some(base) = base
                && !matches!(name.to_ascii_lowercase().as_str(), "gettype" | "tostring" | "equals" | "gethashcode")
                && let Some(done) = call_own(ctx, &base, name, args)?
            {
                return Ok(Some(done));
            }
        }
        Value::Wrapped(w) => {
            if let Some(member) = w.find(name)
                && let Some(done) = call_member(ctx, object, &member, name, args)?
            {
                return Ok(Some(done));
            }
            if let Some(text) = w.text.as_ref().filter(|_| args.is_empty() && name.eq_ignore_ascii_case("ToString")) {
                return Ok(Some(Value::Str(text.clone())));
            }
            if let Value::Object(_) = w.base {
                return call_own(ctx, &w.base, name, args);
            }
        }
        _ => {}
    }
    let base = object.base();
    let Some(ty) = base.type_ref() else {
        return crate::error::error_of(
            "InvokeMethodOnNull",
            ErrorCategory::InvalidOperation,
            "You cannot call a method on a null-valued expression.",
        );
    };
    let member = lookup(ty, name, false);
    if let Value::Foreign(f) = base {
        // Of other types not every overload is known.
        let engines = member.filter(|m| m.run.is_none() && ty.name().starts_with("System.Management.Automation."));
        let fitted = match engines {
            // A class that is not public may have overloads of its own beside those of its base.
            Some(member) if crate::types::facts::of(ty).is_none() => {
                bind::check_count(member, args.len())?;
                None
            }
            Some(member) => Some(bind::checked(ctx, member, args)?),
            None => None,
        };
        let args = fitted.as_deref().unwrap_or(args);
        // What a delegate's block or a tree's visitor throws leaves by a method of .NET.
        let is_wrapped = || bind::is_delegate(ty) || ty.name().starts_with("System.Management.Automation.Language.");
        let called = f.call(ctx, object, name, args);
        let called = called.map_err(|flow| if is_wrapped() { wrapped(flow, name, args.len(), "") } else { flow });
        if let Some(done) = called? {
            return Ok(Some(done));
        }
    }
    if let Some(member) = member
        && member.run.is_some()
        && (member.kind == MemberKind::Method || member.is_indexed())
    {
        let outcome = run(ctx, base, member, args, member.name);
        if member.kind == MemberKind::Method {
            return outcome.map(Some);
        }
        return outcome.map(Some).or_else(|flow| super::read::indexed_error(flow, member.name));
    }
    if let Some(data) = type_data_member(ctx, object, name)
        && let Some(done) = call_member(ctx, object, &data, name, args)?
    {
        return Ok(Some(done));
    }
    if let Some(done) = accessor(ctx, object, ty, name, args)? {
        return Ok(Some(done));
    }
    if let Some(done) = super::intrinsic::call(ctx, object, name, args)? {
        return Ok(Some(done));
    }
    match member {
        Some(member) if member.kind == MemberKind::Method => fail::not_implemented(ty, member.name).throw(),
        _ => Ok(None),
    }
}

/// `get_Name()` and `set_Name(value)` of a .NET property.
fn accessor(ctx: &mut dyn Context, object: &Value, ty: TypeRef, name: &str, args: &[Value]) -> Result<Option<Value>> {
    let Some((kind, property)) = name.split_once('_') else { return Ok(None) };
    let Some(member) = lookup(ty, property, false).filter(|m| m.kind == MemberKind::Property && m.run.is_some()) else {
        return Ok(None);
    };
    if kind.eq_ignore_ascii_case("get") {
        let base = object.base().clone();
        if member.is_indexed() {
            return run(ctx, &base, member, args, name).map(Some);
        }
        let mut call = Call { ctx, this: &base, ty, name: member.name, signature: None, args: Vec::new() };
        return match member.run {
            Some(behaviour) => behaviour(&mut call).map(Some),
            None => Ok(None),
        };
    }
    if kind.eq_ignore_ascii_case("set") {
        if let [index @ .., value] = args
            && !index.is_empty()
        {
            super::set_index(ctx, object, index, value.clone())?;
        } else if let [value] = args {
            super::set(ctx, object, property, value.clone())?;
        }
        return Ok(Some(Value::Void));
    }
    Ok(None)
}

fn call_member(
    ctx: &mut dyn Context,
    object: &Value,
    member: &PsMember,
    name: &str,
    args: &[Value],
) -> Result<Option<Value>> {
    match member {
        PsMember::ScriptMethod(block) => match ctx.invoke_block(block, args, Some(object), None) {
            Ok(value) => Ok(Some(value)),
            Err(flow) => Err(wrapped(flow, name, args.len(), "ScriptMethodRuntimeException")),
        },
        PsMember::CodeMethod(run) => run(ctx, object, args).map(Some),
        PsMember::Alias { target, .. } => call_own(ctx, object, target, args),
        _ => Ok(None),
    }
}

/// Calls the method on each item where a collection has no such method.
fn on_items(ctx: &mut dyn Context, object: &Value, name: &str, args: &[Value]) -> Result {
    let Some(items) = super::enumerate(ctx, object)? else { return method_not_found(object, name).throw() };
    if items.is_empty() {
        return method_not_found(object, name).throw();
    }
    let mut results = Vec::new();
    for item in &items {
        match call(ctx, item, name, args)? {
            Value::Void => {}
            value => match super::enumerate(ctx, &value)? {
                Some(inner) => results.extend(inner),
                None => results.push(value),
            },
        }
    }
    Ok(match results.len() {
        0 => Value::Void,
        1 => results.swap_remove(0),
        _ => Value::array(results),
    })
}

/// Runs a .NET method: overload, arguments, behaviour, and the wrapping of what it throws.
fn run(ctx: &mut dyn Context, this: &Value, member: &'static Member, args: &[Value], name: &str) -> Result {
    run_generic(ctx, this, member, args, name, &[])
}

fn run_generic(
    ctx: &mut dyn Context,
    this: &Value,
    member: &'static Member,
    args: &[Value],
    name: &str,
    generics: &[TypeRef],
) -> Result {
    let Some(behaviour) = member.run else {
        if member.is_static {
            let answered = ctx.engine_static(member.ty, member.name, Some(args));
            let shown = if name == "new" { ".ctor" } else { name };
            if let Some(value) = answered.map_err(|flow| wrapped(flow, shown, args.len(), ""))? {
                return Ok(value);
            }
        }
        return fail::not_implemented(member.ty, member.name).throw();
    };
    let signatures = member.signatures();
    let (signature, converted) = if signatures.is_empty() {
        (None, args.iter().map(|a| a.base().clone()).collect())
    } else {
        let (signature, converted) = bind::choose(ctx, signatures, name, args, generics)?;
        (Some(signature), converted)
    };
    let mut converted: Vec<Value> = converted;
    key::settle_arguments(ctx, this, member.name, &mut converted)?;
    let mut call = Call { ctx, this, ty: member.ty, name: member.name, signature, args: converted };
    behaviour(&mut call).map_err(|flow| {
        let shown = if name == "new" { ".ctor" } else { name };
        wrapped(flow, shown, args.len(), "")
    })
}

/// What a method of a foreign object threw, as the caller sees it.
pub fn method_failure(flow: Box<Flow>, name: &str, count: usize) -> Box<Flow> {
    wrapped(flow, name, count, "")
}

/// What a method threw, inside a MethodInvocationException.
fn wrapped(flow: Box<Flow>, name: &str, count: usize, id: &str) -> Box<Flow> {
    let Flow::Throw(record) = &*flow else { return flow };
    // What the choice of the overload says is no exception of the method.
    if matches!(&*record.full_id(), "MemberNotImplemented" | "MethodCountCouldNotFindBest") && id.is_empty() {
        return flow;
    }
    let inner = record.exception.clone();
    let message = format!("Exception calling \"{name}\" with \"{count}\" argument(s): \"{}\"", inner.message());
    let id = if id.is_empty() { inner.ty.name_only() } else { id };
    let thrown = Exception::new(TypeRef::METHOD_INVOCATION_EXCEPTION, message)
        .inner(Value::Exception(inner))
        .identity(id, ErrorCategory::NotSpecified, Value::Null)
        .throw::<()>();
    match thrown {
        Err(flow) => flow,
        Ok(()) => flow,
    }
}

/// The arguments of a static method or a constructor of the engine's types, which the engine answers without choosing among
/// overloads: none where another choice sees to them.
pub fn static_arguments(ctx: &mut dyn Context, ty: TypeRef, name: &str, args: &[Value]) -> Result<Option<Vec<Value>>> {
    let is_new = name.eq_ignore_ascii_case("new");
    let is_default = args.is_empty() && ty.is_value_type() && is_new;
    if is_default || !ty.name().starts_with("System.Management.Automation.") {
        return Ok(None);
    }
    let member = if is_new { constructors(ty) } else { lookup(ty, name, true) };
    match member {
        Some(member) if member.run.is_none() => bind::checked(ctx, member, args).map(Some),
        Some(member) => bind::check_count(member, args.len()).map(|()| None),
        None => Ok(None),
    }
}

/// Calls a static method; `new` constructs.
pub fn call_static(ctx: &mut dyn Context, ty: TypeRef, name: &str, args: &[Value]) -> Result {
    call_static_generic(ctx, ty, name, args, &[])
}

/// Calls a method with type arguments: `object.name[int](args)`.
pub fn call_generic(ctx: &mut dyn Context, object: &Value, name: &str, args: &[Value], generics: &[TypeRef]) -> Result {
    let base = object.base();
    let found = base.type_ref().and_then(|ty| lookup(ty, name, false));
    match found.filter(|m| m.run.is_some() && m.kind == MemberKind::Method) {
        Some(member) => run_generic(ctx, base, member, args, member.name, generics),
        None => call(ctx, object, name, args),
    }
}

/// Calls a static method with type arguments: `[array]::Empty[int]()`.
pub fn call_static_generic(
    ctx: &mut dyn Context,
    ty: TypeRef,
    name: &str,
    args: &[Value],
    generics: &[TypeRef],
) -> Result {
    if name.eq_ignore_ascii_case("new") {
        return construct(ctx, ty, args);
    }
    let fitted = static_arguments(ctx, ty, name, args)?;
    let args = fitted.as_deref().unwrap_or(args);
    if let Some(done) = ctx.session_static(ty, name, args)? {
        return Ok(done);
    }
    if ty.info().class.get().is_some()
        && let Some(done) = ctx.invoke_class_method(ty, None, name, args)?
    {
        return Ok(done);
    }
    if let Some(member) = lookup(ty, name, true)
        && member.kind == MemberKind::Method
    {
        return run_generic(ctx, &Value::Null, member, args, member.name, generics);
    }
    // A static property that holds a delegate is not a method; the type object's own methods are not reached this way.
    method_not_found(&Value::Type(ty), name).throw()
}

/// Makes an object of a type.
pub fn construct(ctx: &mut dyn Context, ty: TypeRef, args: &[Value]) -> Result {
    if ty.info().class.get().is_some() {
        return ctx.construct_class(ty, args);
    }
    if ty == TypeRef::PSCUSTOMOBJECT {
        // Its constructor is not public.
        return bind::count_error("new", args.len()).throw();
    }
    let fitted = static_arguments(ctx, ty, "new", args)?;
    let args = fitted.as_deref().unwrap_or(args);
    if let Some(made) = ctx.session_static(ty, "new", args)? {
        return Ok(made);
    }
    if let TypeKind::Array { element, rank } = &ty.info().kind {
        return super::fixed::new_array(*element, *rank, args).map_err(|flow| wrapped(flow, ".ctor", args.len(), ""));
    }
    if bind::is_delegate(ty) && args.len() == 1 {
        return crate::convert::convert(ctx, &args[0], ty);
    }
    let is_abstract =
        crate::types::facts::of(ty).is_some_and(|f| f.is("abstract") || f.is("interface") || f.is("static"));
    let Some(member) = constructors(ty) else {
        if args.is_empty() && ty.is_value_type() {
            return Ok(super::fixed::default_of(ty));
        }
        return bind::count_error("new", args.len()).throw();
    };
    if args.is_empty() && ty.is_value_type() && !member.texts.iter().any(|t| t.ends_with("new()")) {
        return Ok(super::fixed::default_of(ty));
    }
    if is_abstract && member.run.is_none() {
        return Exception::new(
            TypeRef::find("System.MissingMethodException").unwrap_or(TypeRef::EXCEPTION),
            format!("Cannot create an abstract class or an interface: {}.", ty.name()),
        )
        .throw();
    }
    run(ctx, &Value::Null, member, args, "new")
}

/// The error of a method that is not there.
pub fn method_not_found(object: &Value, name: &str) -> Exception {
    let ty = match object {
        Value::Type(t) => t.name().to_string(),
        other => other.type_ref().map_or_else(String::new, |t| t.full_name().to_string()),
    };
    // Only the adapter of PowerShell's own objects says which method it was.
    let is_own = matches!(object, Value::Object(o) if o.ty == TypeRef::PSCUSTOMOBJECT);
    crate::error::runtime_error(
        "MethodNotFound",
        ErrorCategory::InvalidOperation,
        if is_own { Value::from(name) } else { Value::Null },
        format!("Method invocation failed because [{ty}] does not contain a method named '{name}'."),
    )
}
