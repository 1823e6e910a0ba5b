//! Type arguments of generic methods, found from the arguments of a call as PowerShell finds them.

use std::collections::HashMap;
use std::sync::LazyLock;

use parking_lot::RwLock;

use super::signature::{Signature, parse_with, split_top};
use super::{TypeKind, TypeRef, facts};
use crate::context::Context;
use crate::value::Value;

/// What is known of each type parameter: its candidates in the order found; none stands for `$null`.
type Found = HashMap<&'static str, Vec<Option<TypeRef>>>;

/// The overload closed over the type arguments that the call's arguments imply.
pub fn infer(ctx: &mut dyn Context, signature: &'static Signature, args: &[Value]) -> Option<&'static Signature> {
    let parameters = &signature.parameters;
    let given: Vec<Given> = args.iter().map(|a| given(ctx, a)).collect();
    let mut found = Found::new();
    let normal = given.len() <= parameters.len()
        && parameters.iter().zip(&given).all(|(p, g)| unify(signature, p.text, g, &mut found));
    let arguments = if normal { settle(signature, &found) } else { None };
    let arguments = match arguments {
        Some(found) => found,
        // Then each argument beyond the last parameter stands for an element of its array.
        None if signature.is_variadic() && given.len() + 1 >= parameters.len() => {
            let mut found = Found::new();
            let fixed = parameters.len() - 1;
            let element = parameters.last()?.text.strip_suffix("[]")?;
            let fits = given.iter().enumerate().all(|(at, g)| {
                let text = if at < fixed { parameters[at].text } else { element };
                unify(signature, text, g, &mut found)
            });
            if fits { settle(signature, &found)? } else { return None }
        }
        None => return None,
    };
    close(signature, arguments)
}

/// The overload with its type parameters replaced; each closed overload is made once.
pub fn close(signature: &'static Signature, arguments: Vec<TypeRef>) -> Option<&'static Signature> {
    type Closed = HashMap<(usize, u32, Vec<TypeRef>), Option<&'static Signature>>;
    static CLOSED: LazyLock<RwLock<Closed>> = LazyLock::new(Default::default);
    let key = (signature.text.as_ptr() as usize, signature.of.id(), arguments);
    if let Some(found) = CLOSED.read().get(&key) {
        return *found;
    }
    let made = parse_with(signature.of, signature.index, signature.text, &key.2).map(|s| &*Box::leak(Box::new(s)));
    CLOSED.write().insert(key, made);
    made
}

/// The type of an argument: none for `$null`.
struct Given {
    ty: Option<TypeRef>,
    /// What a `[ref]` holds.
    inner: Option<Option<TypeRef>>,
}

fn given(ctx: &mut dyn Context, value: &Value) -> Given {
    if value.type_ref() == Some(TypeRef::PSREFERENCE) {
        let held = crate::members::get(ctx, value, "Value").ok().flatten();
        return Given { ty: Some(TypeRef::PSREFERENCE), inner: Some(held.as_ref().and_then(effective_type)) };
    }
    Given { ty: effective_type(value), inner: None }
}

/// The type of an argument; an `Object[]` whose items are all of one type counts as an array of that type.
pub fn effective_type(value: &Value) -> Option<TypeRef> {
    let ty = value.type_ref()?;
    if let Value::Array(a) = value.base()
        && a.is_fixed
        && a.dims.is_none()
        && a.element == TypeRef::OBJECT
    {
        let items = a.lock();
        if let Some(first) = items.first().and_then(Value::type_ref)
            && items.iter().all(|i| i.type_ref() == Some(first))
        {
            return Some(first.array_of(1));
        }
    }
    Some(ty)
}

fn mentions(signature: &Signature, text: &str) -> bool {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_')).any(|w| signature.generics.contains(&w))
}

fn unify(signature: &Signature, text: &'static str, given: &Given, found: &mut Found) -> bool {
    match given.inner {
        Some(inner) if mentions(signature, text) => unify_type(signature, text, inner, found),
        _ => unify_type(signature, text, given.ty, found),
    }
}

fn unify_type(signature: &Signature, text: &'static str, ty: Option<TypeRef>, found: &mut Found) -> bool {
    let text = text.trim();
    if !mentions(signature, text) {
        return true;
    }
    if signature.generics.contains(&text) {
        let candidates = found.entry(text).or_default();
        if !candidates.contains(&ty) {
            candidates.push(ty);
        }
        return true;
    }
    let Some(ty) = ty else { return true };
    if let Some(element) = text.strip_suffix("[]") {
        return match &ty.info().kind {
            TypeKind::Array { element: own, rank: 1 } => unify_type(signature, element, Some(*own), found),
            _ => false,
        };
    }
    let Some(open) = text.find('[') else { return false };
    let inside = split_top(&text[open + 1..text.len() - 1]);
    let head = text[..open].split('`').next().unwrap_or_default();
    if head == "System.Nullable" {
        return unify_type(signature, inside[0], Some(ty), found);
    }
    let Some(definition) = TypeRef::find(&format!("{head}`{}", inside.len())) else { return false };
    let arguments_of = |t: TypeRef| match &t.info().generic {
        Some((d, arguments)) if *d == definition => Some(arguments.clone()),
        _ => None,
    };
    let own = arguments_of(ty)
        .or_else(|| facts::interfaces(ty).into_iter().find_map(arguments_of))
        .or_else(|| std::iter::successors(ty.base(), |t| t.base()).find_map(arguments_of));
    own.is_some_and(|own| inside.iter().zip(own).all(|(text, ty)| unify_type(signature, text, Some(ty), found)))
}

/// One type for each parameter, or none where the candidates have no common one.
fn settle(signature: &Signature, found: &Found) -> Option<Vec<TypeRef>> {
    signature
        .generics
        .iter()
        .map(|name| {
            let candidates = found.get(name)?;
            let types: Vec<TypeRef> = candidates.iter().flatten().copied().collect();
            if types.len() < candidates.len() && types.iter().any(|t| t.is_value_type()) {
                return None;
            }
            types.iter().copied().find(|t| types.iter().all(|other| facts::is_assignable(*other, *t)))
        })
        .collect()
}
