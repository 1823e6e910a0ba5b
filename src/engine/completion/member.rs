//! Members after a dot or two colons.

use language::TokenKind;
use language::ast::{Expr, ExprId, Node};
use values::members::{MemberInfo, PROPERTIES};
use values::{Context, Str, TypeRef, Value, members};

use super::context::Cx;
use super::{Item, Kind, infer, inferred_member, path, quote, safe};
use command::Wildcard;

/// The members of what stands before the cursor.
pub fn complete(cx: &mut Cx<'_>, is_static: bool) -> Vec<Item> {
    let Some((target, pattern)) = target(cx) else { return Vec::new() };
    if matches!(*cx.ast.expr(target), Expr::Variable(v) if v.splatted) {
        return Vec::new();
    }
    let items = of_value(cx, target, &pattern, is_static);
    if !items.is_empty() {
        return items;
    }
    let types = match is_static {
        true => match *cx.ast.expr(target) {
            Expr::Type(ty) => {
                let name = cx.ast.type_full_name(ty);
                infer::named(cx, &name).into_iter().collect()
            }
            _ => return Vec::new(),
        },
        false => infer::expression(cx, target),
    };
    let wanted = inferred_member::Wanted { is_static, properties_only: false, parentheses: true, excluded: &[] };
    inferred_member::complete(cx, &types, &pattern, &wanted)
}

/// The object whose member is at the cursor, and the pattern of its name.
fn target(cx: &mut Cx<'_>) -> Option<(ExprId, String)> {
    let last = cx.last();
    let parts = |cx: &Cx<'_>, node: Node| match node {
        Node::Expr(id) => match *cx.ast.expr(id) {
            Expr::Member { target, member, .. } | Expr::Invoke { target, member, .. } => Some((target, member)),
            _ => None,
        },
        _ => None,
    };
    let pattern = |cx: &Cx<'_>, member: ExprId| match cx.ast.string_value(member) {
        Some(".") | Some("::") | None => "*".to_string(),
        Some(name) => format!("{name}*"),
    };
    let token = cx.token?;
    let is_name = !matches!(token.kind, TokenKind::Dot | TokenKind::ColonColon | TokenKind::QuestionDot);
    // The member expression itself is innermost where its name is still missing.
    if let Some((target, member)) = parts(cx, last) {
        let has_name = is_name && token.span.start >= cx.ast.span_expr(member).start;
        let found = if has_name { pattern(cx, member) } else { "*".to_string() };
        return Some((target, found));
    }
    let above = cx.parent(last)?;
    if let Some((mut target, member)) = parts(cx, above) {
        if Node::Expr(member) != last && !is_name {
            return Some((target, "*".to_string()));
        }
        if Node::Expr(target) == last {
            target = cx.expr(last)?;
            return Some((target, "*".to_string()));
        }
        let found = if is_name { pattern(cx, member) } else { "*".to_string() };
        return Some((target, found));
    }
    // `echo $x.`: two arguments that touch.
    if cx.is_command(Some(above)) {
        let elements = cx.command_elements(above);
        let at = elements.iter().position(|e| *e == last)?;
        let before = *elements.get(at.checked_sub(1)?)?;
        if cx.ast.span(before).end() == cx.ast.span(last).start
            && let Node::Expr(target) = before
        {
            let word = cx.expr(last).map_or_else(|| "*".to_string(), |id| pattern(cx, id));
            return Some((target, word));
        }
    }
    None
}

/// The members of an expression that can be evaluated.
fn of_value(cx: &mut Cx<'_>, target: ExprId, pattern: &str, is_static: bool) -> Vec<Item> {
    let Some(value) = safe::evaluate(cx, target) else { return Vec::new() };
    let wildcard = Wildcard::new(pattern);
    let list = if is_static {
        match value.base() {
            Value::Type(ty) => statics(cx, *ty),
            _ => return Vec::new(),
        }
    } else {
        members::members(cx.runspace, &value)
    };
    let mut list = list;
    if !is_static {
        match value.base() {
            Value::Array(a) if a.is_fixed => list.extend(of_arrays()),
            // A collection that nothing more is known of.
            Value::Foreign(f) if f.is_enumerable() && values::types::facts::of(f.type_ref()).is_none() => {
                let ty = TypeRef::find("System.Collections.ICollection");
                list.extend(ty.map(|ty| members::net_members(ty, false)).unwrap_or_default());
            }
            _ => {}
        }
    }
    let mut list: Vec<MemberInfo> = list.into_iter().filter(|m| wildcard.matches(&m.name)).collect();
    list.sort_by(|a, b| rank(a.kind).cmp(&rank(b.kind)).then_with(|| path::order(&a.name, &b.name)));
    list.dedup_by(|a, b| a.name == b.name);
    let mut items: Vec<Item> = list
        .into_iter()
        .filter(|m| !is_special(&m.name, m.kind))
        .map(|m| {
            let is_method = is_method(m.kind);
            let text = quote::member(&m.name);
            let text = if is_method { format!("{text}(") } else { text };
            let kind = if is_method { Kind::Method } else { Kind::Property };
            Item::new(text, m.name.to_string(), kind, split_overloads(&m.definition))
        })
        .collect();
    if let Some(dict) = value.as_dict() {
        for (key, _) in dict.to_vec() {
            if let Value::Str(name) = key
                && wildcard.matches(&name)
            {
                let text = quote::member(&name);
                items.push(Item::new(text.clone(), text.clone(), Kind::Property, text));
            }
        }
    }
    if !is_static && is_enumerable(cx, &value) {
        add_extensions(&wildcard, &mut items);
    }
    items
}

/// The static members of a type.
pub fn statics(cx: &mut Cx<'_>, ty: TypeRef) -> Vec<MemberInfo> {
    let _ = &cx;
    let mut list =
        crate::vm::class_members(ty, true).into_iter().filter(|(_, h)| !h).map(|(m, _)| m).collect::<Vec<_>>();
    for member in members::static_members(ty) {
        if !list.iter().any(|m| m.name.eq_ignore_ascii_case(&member.name)) {
            list.push(member);
        }
    }
    list
}

fn is_enumerable(cx: &mut Cx<'_>, value: &Value) -> bool {
    match value.base() {
        Value::Array(_) => true,
        Value::Dict(_) | Value::Str(_) | Value::Object(_) => false,
        Value::Foreign(f) => f.is_enumerable(),
        _ => {
            let _ = cx.runspace.strict_mode();
            false
        }
    }
}

/// `Where(` and `ForEach(` of everything that is enumerated.
pub fn add_extensions(wildcard: &Wildcard, items: &mut Vec<Item>) {
    const EXTENSIONS: &[(&str, &str)] = &[
        ("Where", "Where({ expression } [, mode [, numberToReturn]])"),
        ("ForEach", "ForEach(expression [, arguments...])"),
    ];
    for (name, tip) in EXTENSIONS {
        if wildcard.matches(name) && !items.iter().any(|i| i.list.eq_ignore_ascii_case(name)) {
            items.push(Item::new(format!("{name}("), *name, Kind::Method, *tip));
        }
    }
}

/// Whether a kind of members is called.
pub fn is_method(kind: &str) -> bool {
    kind.ends_with("Method") || kind == "ParameterizedProperty"
}

fn made(kind: &'static str, list: &[(&str, &str)]) -> Vec<MemberInfo> {
    let of = |(name, definition): &(&str, &str)| MemberInfo {
        name: Str::from(*name),
        kind,
        definition: Str::from(*definition),
    };
    list.iter().map(of).collect()
}

/// What every array has beyond the members of Array.
pub fn of_arrays() -> Vec<MemberInfo> {
    let mut list = made("AliasProperty", &[("Count", "Count = Length")]);
    list.extend(made(
        "Method",
        &[
            ("Address", "System.Object& Address(int )"),
            ("Get", "System.Object Get(int )"),
            ("Set", "void Set(int , System.Object )"),
        ],
    ));
    list
}

/// What every object has.
pub fn of_objects() -> Vec<MemberInfo> {
    made(
        "Method",
        &[
            ("Equals", "bool Equals(System.Object obj)"),
            ("GetHashCode", "int GetHashCode()"),
            ("GetType", "type GetType()"),
            ("ToString", "string ToString()"),
        ],
    )
}

/// Accessors and operators that are not shown.
pub fn is_special(name: &str, kind: &str) -> bool {
    (is_method(kind)
        && (name.starts_with("op_")
            || name.starts_with("get_")
            || name.starts_with("set_")
            || name.starts_with("add_")))
        || kind == "Event"
        || kind == "MemberSet" && name.eq_ignore_ascii_case("psobject")
}

/// The numbers of PSMemberTypes: members are shown in their order.
fn rank(kind: &str) -> u32 {
    match kind {
        "AliasProperty" => 1,
        "CodeProperty" => 2,
        "Property" => 4,
        "NoteProperty" => 8,
        "ScriptProperty" => 16,
        "PropertySet" => 32,
        "Method" => 64,
        "CodeMethod" => 128,
        "ScriptMethod" => 256,
        "ParameterizedProperty" => 512,
        "MemberSet" => 1024,
        "Event" => 2048,
        _ => 4096,
    }
}

/// Overloads one a line.
pub fn split_overloads(definition: &str) -> String {
    if !definition.contains("),") {
        return definition.to_string();
    }
    let parts: Vec<String> =
        definition.split("),").map(|part| part.trim().trim_end_matches(')').to_string() + ")").collect();
    parts.join("\r\n")
}

/// Whether a kind of members is read.
pub fn is_property(kind: &str) -> bool {
    PROPERTIES.contains(&kind) || kind == "PropertySet" || kind == "MemberSet"
}
