//! Members of types that were inferred.

use command::Wildcard;
use language::ast::{Ast, AttributeKind, Member, MemberKind, Param, TypeDefId, TypeDefKind};
use values::members::MemberInfo;
use values::types::facts;
use values::{Context, Str, TypeRef, members};

use super::context::Cx;
use super::infer::{self, Inferred};
use super::member::{self, is_method, is_property, is_special, split_overloads};
use super::{Item, Kind, path, quote};

/// What is wanted of members.
pub struct Wanted<'a> {
    pub is_static: bool,
    pub properties_only: bool,
    /// Methods end with an opening parenthesis.
    pub parentheses: bool,
    /// Names that are there already.
    pub excluded: &'a [String],
}

/// The members of types whose name fits a pattern.
pub fn complete(cx: &mut Cx<'_>, types: &[Inferred], pattern: &str, wanted: &Wanted<'_>) -> Vec<Item> {
    let wildcard = Wildcard::new(pattern);
    let mut items: Vec<Item> = Vec::new();
    let mut seen: Vec<String> = Vec::new();
    let mut is_enumerable = false;
    for found in types {
        let name = found.name(cx);
        if seen.contains(&name) {
            continue;
        }
        seen.push(name);
        for info in list(cx, found, wanted.is_static) {
            let fits = wildcard.matches(&info.name)
                && !is_special(&info.name, info.kind)
                && (!wanted.properties_only || is_property(info.kind))
                && !wanted.excluded.iter().any(|e| e.eq_ignore_ascii_case(&info.name));
            if fits {
                let is_method = is_method(info.kind);
                let mut text = quote::member(&info.name);
                if is_method && wanted.parentheses {
                    text.push('(');
                }
                let kind = if is_method { Kind::Method } else { Kind::Property };
                let tip = match is_method {
                    true => split_overloads(&info.definition),
                    false => info.definition.replace("{get;set;}", "{ get; set; }").replace("{get;}", "{ get; }"),
                };
                items.push(Item::new(text, info.name.to_string(), kind, tip));
            }
        }
        is_enumerable |= !wanted.is_static && found.ty.is_some_and(is_sequence);
    }
    if is_enumerable && !wanted.properties_only {
        member::add_extensions(&wildcard, &mut items);
    }
    items.sort_by(|a, b| a.kind.cmp(&b.kind).then_with(|| path::order(&a.list, &b.list)));
    items.dedup_by(|a, b| a.kind == b.kind && a.list.eq_ignore_ascii_case(&b.list));
    items
}

fn is_sequence(ty: TypeRef) -> bool {
    ty != TypeRef::STRING
        && !TypeRef::find("System.Collections.IDictionary").is_some_and(|i| facts::is_assignable(ty, i))
        && TypeRef::find("System.Collections.IEnumerable").is_some_and(|i| facts::is_assignable(ty, i))
}

/// All members of a type.
fn list(cx: &mut Cx<'_>, found: &Inferred, is_static: bool) -> Vec<MemberInfo> {
    let mut all: Vec<MemberInfo> = Vec::new();
    for (name, ty) in &found.keys {
        let shown = ty.map_or_else(|| "System.Object".to_string(), |t| t.ps_name().to_string());
        let definition = Str::from(format!("{shown} {name}"));
        all.push(MemberInfo { name: Str::from(name.as_str()), kind: "NoteProperty", definition });
    }
    let mut base = found.ty;
    if let Some(class) = found.class {
        base = of_class(cx, class, is_static, &mut all, 0);
    }
    let Some(ty) = base else { return all };
    let mut add = |more: Vec<MemberInfo>| {
        for info in more {
            if !all.iter().any(|m| m.name.eq_ignore_ascii_case(&info.name)) {
                all.push(info);
            }
        }
    };
    if is_static {
        add(member::statics(cx, ty));
        return all;
    }
    let declared = crate::vm::class_members(ty, false);
    let hidden: Vec<Str> = declared.iter().filter(|(_, h)| *h).map(|(m, _)| m.name.clone()).collect();
    add(declared.into_iter().filter(|(_, h)| !h).map(|(m, _)| m).collect());
    let mut chain = Some(ty);
    while let Some(at) = chain {
        let of_data = cx.runspace.type_members(at.name());
        add(of_data.iter().map(|(name, m)| members::describe_added(name, m)).collect());
        chain = at.base();
    }
    if matches!(ty.info().kind, values::TypeKind::Array { .. }) {
        add(member::of_arrays());
    }
    let mut net = members::net_members(ty, false);
    if ty.base().is_none() && !matches!(ty.info().kind, values::TypeKind::Interface) {
        net.extend(member::of_objects());
    }
    // Inference does not see indexers.
    net.retain(|m| m.kind != "ParameterizedProperty");
    net.retain(|m| !hidden.contains(&m.name));
    add(net);
    all
}

/// Members of a class of the source, its bases' included; gives the first base that is not of the source.
fn of_class(cx: &mut Cx<'_>, id: TypeDefId, is_static: bool, all: &mut Vec<MemberInfo>, depth: u32) -> Option<TypeRef> {
    let def = *cx.ast.type_def(id);
    let is_enum = def.kind == TypeDefKind::Enum;
    for member in cx.ast.list(def.members).to_vec() {
        if member.is_hidden || (member.is_static || is_enum) != is_static {
            continue;
        }
        if matches!(member.kind, MemberKind::Method { is_constructor: true, .. }) {
            continue;
        }
        let info = describe(cx, id, &member);
        if !all.iter().any(|m| m.name.eq_ignore_ascii_case(&info.name)) {
            all.push(info);
        }
    }
    if is_static && depth == 0 {
        let name = cx.ast.text(def.name.text).to_string();
        let constructors: Vec<String> = cx
            .ast
            .list(def.members)
            .iter()
            .filter_map(|m| match m.kind {
                MemberKind::Method { function, is_constructor: true } if !m.is_static => {
                    Some(format!("{name} new({})", parameters(&cx.ast, function)))
                }
                _ => None,
            })
            .collect();
        let definition = if constructors.is_empty() { format!("{name} new()") } else { constructors.join(", ") };
        all.push(MemberInfo { name: Str::from("new"), kind: "Method", definition: Str::from(definition) });
    }
    if is_enum {
        return Some(TypeRef::ENUM);
    }
    let first = cx.ast.list(def.bases).first().copied();
    match first.and_then(|base| infer::constraint(cx, base)) {
        Some(Inferred { class: Some(base), .. }) if depth < 16 => of_class(cx, base, is_static, all, depth + 1),
        Some(Inferred { ty: Some(ty), .. }) if !matches!(ty.info().kind, values::TypeKind::Interface) => Some(ty),
        _ => Some(TypeRef::OBJECT),
    }
}

fn parameters(ast: &Ast, function: language::ast::FunctionId) -> String {
    let list = ast.function(function).params.unwrap_or_default();
    let texts = ast.list(list).iter().map(|p: &Param| {
        let ty = ast.list(p.attributes).iter().find_map(|id| {
            let attribute = ast.attribute(*id);
            (attribute.kind == AttributeKind::Type).then(|| ast.type_full_name(attribute.ty))
        });
        let name = ast.expr_text(p.name).trim_start_matches('$').to_string();
        format!("{} {name}", ty.unwrap_or_else(|| "System.Object".to_string()))
    });
    texts.collect::<Vec<_>>().join(", ")
}

fn describe(cx: &Cx<'_>, class: TypeDefId, member: &Member) -> MemberInfo {
    let ast = &cx.ast;
    let is_enum = ast.type_def(class).kind == TypeDefKind::Enum;
    let name = ast.text(member.name.text);
    let ty = match member.ty {
        Some(id) => ast.type_full_name(ast.attribute(id).ty),
        None if is_enum => ast.text(ast.type_def(class).name.text).to_string(),
        None => "System.Object".to_string(),
    };
    let prefix = if member.is_static || is_enum { "static " } else { "" };
    let (kind, definition) = match member.kind {
        MemberKind::Property { .. } => ("Property", format!("{prefix}{ty} {name} {{get;set;}}")),
        MemberKind::Method { function, .. } => {
            ("Method", format!("{prefix}{ty} {name}({})", parameters(ast, function)))
        }
    };
    MemberInfo { name: Str::from(name), kind, definition: Str::from(definition) }
}

/// The types of a member of a class of the source.
pub fn type_in_class(cx: &mut Cx<'_>, class: TypeDefId, name: &str, is_call: bool) -> Vec<Inferred> {
    let def = *cx.ast.type_def(class);
    for member in cx.ast.list(def.members).to_vec() {
        let fits = matches!(member.kind, MemberKind::Method { .. }) == is_call;
        if fits && cx.ast.text(member.name.text).eq_ignore_ascii_case(name) {
            if def.kind == TypeDefKind::Enum {
                return vec![Inferred { class: Some(class), ..Inferred::default() }];
            }
            return member.ty.and_then(|ty| infer::constraint(cx, ty)).into_iter().collect();
        }
    }
    let first = cx.ast.list(def.bases).first().copied();
    match first.and_then(|base| infer::constraint(cx, base)) {
        Some(base) if base.class != Some(class) => infer::member_type(cx, &base, name, false, is_call),
        _ => Vec::new(),
    }
}
