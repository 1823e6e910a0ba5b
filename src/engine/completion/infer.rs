//! The types that an expression can have, from the tree alone (PowerShell's AstTypeInference).

use language::TokenKind;
use language::ast::{
    AttributeId, BodyId, Element, ElementKind, Expr, ExprId, InvokeKind, Node, Stmt, StmtId, TypeDefId,
};
use values::types::define::{self, MemberKind};
use values::types::{TypeKind, facts};
use values::{Context, TypeRef, Value};

use super::context::Cx;
use super::{infer_command, infer_variable, safe};
use crate::syntax;

/// How deep inference follows itself.
pub const DEPTH: u32 = 24;

/// A type that something may have.
#[derive(Clone, Default)]
pub struct Inferred {
    /// The .NET type or class of the session.
    pub ty: Option<TypeRef>,
    /// A class of the source itself.
    pub class: Option<TypeDefId>,
    /// Names that the value has of its own: keys, note properties.
    pub keys: Vec<(String, Option<TypeRef>)>,
}

impl Inferred {
    /// Of a type.
    pub fn of(ty: TypeRef) -> Inferred {
        Inferred { ty: Some(ty), ..Inferred::default() }
    }

    /// A name by which equal types are known.
    pub fn name(&self, cx: &Cx<'_>) -> String {
        match (self.class, self.ty) {
            (Some(class), _) => cx.ast.text(cx.ast.type_def(class).name.text).to_string(),
            (None, Some(ty)) => ty.name().to_string(),
            (None, None) => String::new(),
        }
    }
}

/// A value's type as tooltips show it: without namespace.
pub fn shown_type(value: &Value) -> Option<String> {
    match value {
        Value::Null | Value::Void => None,
        Value::Object(o) if o.ty == TypeRef::PSCUSTOMOBJECT => Some("psobject".to_string()),
        Value::Wrapped(_) => Some("psobject".to_string()),
        other => other.type_ref().map(short_name),
    }
}

/// A type's name without namespace, or its accelerator.
pub fn short_name(ty: TypeRef) -> String {
    let name = ty.ps_name();
    match name.as_str() {
        "object" => "Object".to_string(),
        "object[]" => "Object[]".to_string(),
        _ => {
            let head = name.find('[').unwrap_or(name.len());
            let start = name[..head].rfind('.').map_or(0, |at| at + 1);
            name[start..].to_string()
        }
    }
}

/// What is known of a value that exists.
pub fn of_value(value: &Value) -> Inferred {
    if let Value::Object(o) = value.base()
        && o.ty == TypeRef::PSCUSTOMOBJECT
    {
        let keys = o.pairs().into_iter().map(|(n, v)| (n.to_string(), v.type_ref())).collect();
        return Inferred { ty: TypeRef::find("System.Management.Automation.PSObject"), class: None, keys };
    }
    if let Some(dict) = value.as_dict() {
        let keys = dict
            .to_vec()
            .into_iter()
            .filter_map(|(k, v)| match k {
                Value::Str(text) => Some((text.to_string(), v.type_ref())),
                _ => None,
            })
            .collect();
        return Inferred { ty: Some(dict.ty), class: None, keys };
    }
    Inferred { ty: value.type_ref(), ..Inferred::default() }
}

/// The types of an expression.
pub fn expression(cx: &mut Cx<'_>, id: ExprId) -> Vec<Inferred> {
    at(cx, id, 0)
}

/// A type by name: a class of the source, else of the session.
pub fn named(cx: &mut Cx<'_>, name: &str) -> Option<Inferred> {
    if let Some(class) = class_of_source(cx, name) {
        return Some(Inferred { class: Some(class), ..Inferred::default() });
    }
    if let Some(found) = cx.runspace.find_type(name) {
        return Some(Inferred::of(found));
    }
    // `using namespace` of the source itself.
    let root = cx.ast.block(cx.ast.root()).usings;
    let namespaces: Vec<String> = cx
        .ast
        .stmts(root)
        .iter()
        .filter_map(|id| match *cx.ast.stmt(*id) {
            Stmt::Using(using) if using.kind == language::ast::UsingKind::Namespace => {
                cx.ast.string_value(using.name?).map(str::to_string)
            }
            _ => None,
        })
        .collect();
    namespaces.iter().find_map(|ns| cx.runspace.find_type(&format!("{ns}.{name}"))).map(Inferred::of)
}

/// The class of a name that the source defines.
pub fn class_of_source(cx: &Cx<'_>, name: &str) -> Option<TypeDefId> {
    let mut found = None;
    cx.ast.walk(Node::Block(cx.ast.root()), &mut |node| {
        if let Node::Stmt(id) = node
            && let Stmt::Type(def) = *cx.ast.stmt(id)
            && cx.ast.text(cx.ast.type_def(def).name.text).eq_ignore_ascii_case(name)
        {
            found = Some(def);
            return language::ast::Visit::Stop;
        }
        language::ast::Visit::Continue
    });
    found
}

/// The type that a constraint names.
pub fn constraint(cx: &mut Cx<'_>, id: AttributeId) -> Option<Inferred> {
    let name = cx.ast.type_full_name(cx.ast.attribute(id).ty);
    named(cx, &name)
}

/// Names and types of the pairs of a hash literal.
pub fn hash_keys(cx: &mut Cx<'_>, id: ExprId, depth: u32) -> Vec<(String, Option<TypeRef>)> {
    let Expr::Hash(entries) = *cx.ast.expr(id) else { return Vec::new() };
    let mut keys = Vec::new();
    for entry in cx.ast.list(entries).to_vec() {
        let Some(name) = cx.ast.string_value(entry.key).map(str::to_string) else { continue };
        let ty = statement(cx, entry.value, depth + 1).first().and_then(|f| f.ty);
        keys.push((name, ty));
    }
    keys
}

pub fn at(cx: &mut Cx<'_>, id: ExprId, depth: u32) -> Vec<Inferred> {
    if depth > DEPTH {
        return Vec::new();
    }
    let one = |ty: TypeRef| vec![Inferred::of(ty)];
    match *cx.ast.expr(id) {
        Expr::Const(_) => safe::evaluate(cx, id).and_then(|v| v.type_ref()).map(one).unwrap_or_default(),
        Expr::String { .. } | Expr::Expandable { .. } => one(TypeRef::STRING),
        Expr::Type(ty) => {
            let name = cx.ast.type_full_name(ty);
            if named(cx, &name).is_some() { one(TypeRef::TYPE) } else { Vec::new() }
        }
        Expr::Array(items) => {
            let items = cx.ast.exprs(items).to_vec();
            let types: Vec<Option<TypeRef>> =
                items.into_iter().map(|item| at(cx, item, depth + 1).first().and_then(|f| f.ty)).collect();
            let same = types.first().copied().flatten().filter(|first| types.iter().all(|t| *t == Some(*first)));
            one(same.unwrap_or(TypeRef::OBJECT).array_of(1))
        }
        Expr::ArrayExpr(body) | Expr::SubExpr(body) => {
            let is_array = matches!(cx.ast.expr(id), Expr::ArrayExpr(_));
            let found = body_types(cx, body, depth + 1);
            match is_array && found.is_empty() {
                true => one(TypeRef::OBJECT.array_of(1)),
                false => found,
            }
        }
        Expr::Paren(inner) => statement(cx, inner, depth + 1),
        Expr::Hash(_) => {
            let keys = hash_keys(cx, id, depth);
            vec![Inferred { ty: Some(TypeRef::HASHTABLE), class: None, keys }]
        }
        Expr::ScriptBlock(_) => one(TypeRef::SCRIPTBLOCK),
        Expr::Unary { op: TokenKind::Not | TokenKind::Exclaim, .. } => one(TypeRef::BOOL),
        Expr::Unary { operand, .. } => at(cx, operand, depth + 1),
        Expr::Binary { op, left, right, .. } => binary(cx, op, left, right, depth),
        Expr::Ternary { if_true, if_false, .. } => {
            let mut found = at(cx, if_true, depth + 1);
            found.extend(at(cx, if_false, depth + 1));
            found
        }
        Expr::Convert { ty, operand } => {
            let name = cx.ast.type_full_name(cx.ast.attribute(ty).ty).to_ascii_lowercase();
            if matches!(name.as_str(), "pscustomobject" | "psobject" | "ordered")
                && matches!(cx.ast.expr(operand), Expr::Hash(_))
            {
                let keys = hash_keys(cx, operand, depth);
                let ty = match name.as_str() {
                    "ordered" => "System.Collections.Specialized.OrderedDictionary",
                    _ => "System.Management.Automation.PSObject",
                };
                return vec![Inferred { ty: TypeRef::find(ty), class: None, keys }];
            }
            constraint(cx, ty).into_iter().collect()
        }
        Expr::Attributed { operand, .. } | Expr::Using(operand) => at(cx, operand, depth + 1),
        Expr::Variable(v) => infer_variable::types(cx, id, &v, depth + 1),
        Expr::Member { target, member, is_static, .. } => {
            let Some(name) = cx.ast.string_value(member).map(str::to_string) else { return Vec::new() };
            if let Some(value) = safe::evaluate(cx, id) {
                return vec![of_value(&value)];
            }
            let targets = targets(cx, target, is_static, depth);
            targets.iter().flat_map(|t| member_type(cx, t, &name, is_static, false)).collect()
        }
        Expr::Invoke { target, member, how, .. } => {
            let Some(name) = cx.ast.string_value(member).map(str::to_string) else { return Vec::new() };
            let is_static = how == InvokeKind::Static;
            let targets = targets(cx, target, is_static, depth);
            if is_static && name.eq_ignore_ascii_case("new") {
                return targets;
            }
            targets.iter().flat_map(|t| member_type(cx, t, &name, is_static, true)).collect()
        }
        Expr::Index { target, .. } => {
            if let Some(value) = safe::evaluate(cx, id) {
                return vec![of_value(&value)];
            }
            let targets = at(cx, target, depth + 1);
            let found: Vec<Inferred> = targets.iter().flat_map(element_types).collect();
            match found.is_empty() && targets.iter().any(|t| t.ty == Some(TypeRef::ARRAYLIST)) {
                true => one(TypeRef::OBJECT),
                false => found,
            }
        }
        Expr::Error(_) => Vec::new(),
    }
}

/// The types that a member is looked up on.
fn targets(cx: &mut Cx<'_>, target: ExprId, is_static: bool, depth: u32) -> Vec<Inferred> {
    if is_static {
        if let Expr::Type(ty) = *cx.ast.expr(target) {
            let name = cx.ast.type_full_name(ty);
            return named(cx, &name).into_iter().collect();
        }
        return Vec::new();
    }
    at(cx, target, depth + 1)
}

fn binary(cx: &mut Cx<'_>, op: TokenKind, left: ExprId, right: ExprId, depth: u32) -> Vec<Inferred> {
    use TokenKind::*;
    let one = |ty: TypeRef| vec![Inferred::of(ty)];
    match op {
        And | Or | Xor | Is | IsNot => one(TypeRef::BOOL),
        DotDot => one(TypeRef::INT32.array_of(1)),
        Format | Join => one(TypeRef::STRING),
        As => match *cx.ast.expr(right) {
            Expr::Type(ty) => {
                let name = cx.ast.type_full_name(ty);
                named(cx, &name).into_iter().collect()
            }
            _ => Vec::new(),
        },
        QuestionQuestion => {
            let mut found = at(cx, left, depth + 1);
            found.extend(at(cx, right, depth + 1));
            found
        }
        Isplit | Csplit => one(TypeRef::STRING.array_of(1)),
        Icontains | Inotcontains | Iin | Inotin | Ccontains | Cnotcontains | Cin | Cnotin => one(TypeRef::BOOL),
        _ => at(cx, left, depth + 1),
    }
}

/// What enumerating a value of a type gives.
pub fn element_types(found: &Inferred) -> Vec<Inferred> {
    let Some(ty) = found.ty else { return vec![found.clone()] };
    if found.class.is_some() {
        return vec![found.clone()];
    }
    if let TypeKind::Array { element, .. } = &ty.info().kind {
        return match *element {
            TypeRef::OBJECT => Vec::new(),
            element => vec![Inferred::of(element)],
        };
    }
    if ty.name() == "System.Collections.IDictionaryEnumerator" {
        return TypeRef::find("System.Collections.DictionaryEntry").map(Inferred::of).into_iter().collect();
    }
    if let Some((definition, arguments)) = &ty.info().generic
        && definition.name() == "System.Collections.Generic.IEnumerator`1"
    {
        return arguments.first().copied().map(Inferred::of).into_iter().collect();
    }
    if ty == TypeRef::STRING || ty == TypeRef::HASHTABLE {
        return vec![found.clone()];
    }
    if let Some(element) = values::types::bind::sequence_element(ty) {
        return vec![Inferred::of(element)];
    }
    if let Some(element) = facts::interfaces(ty).into_iter().find_map(|i| match &i.info().generic {
        Some((definition, arguments)) if definition.name() == "System.Collections.Generic.IEnumerable`1" => {
            arguments.first().copied()
        }
        _ => None,
    }) {
        return vec![Inferred::of(element)];
    }
    let is_list = TypeRef::find("System.Collections.IEnumerable").is_some_and(|i| facts::is_assignable(ty, i));
    if is_list { Vec::new() } else { vec![found.clone()] }
}

/// The types of a statement's output.
pub fn statement(cx: &mut Cx<'_>, id: StmtId, depth: u32) -> Vec<Inferred> {
    if depth > DEPTH {
        return Vec::new();
    }
    match *cx.ast.stmt(id) {
        Stmt::Pipeline { elements, .. } => match elements.len() {
            0 => Vec::new(),
            count => element(cx, Node::Element(elements.place(count - 1)), depth + 1),
        },
        Stmt::Return(Some(inner)) => statement(cx, inner, depth + 1),
        Stmt::If { clauses, otherwise } => {
            let bodies: Vec<BodyId> = cx.ast.list(clauses).iter().map(|c| c.body).chain(otherwise).collect();
            bodies.into_iter().flat_map(|b| body_types(cx, b, depth + 1)).collect()
        }
        Stmt::Foreach { body, .. } | Stmt::While { body, .. } | Stmt::For { body, .. } | Stmt::Try { body, .. } => {
            body_types(cx, body, depth + 1)
        }
        _ => Vec::new(),
    }
}

/// The types of what a list of statements puts out.
pub fn body_types(cx: &mut Cx<'_>, body: BodyId, depth: u32) -> Vec<Inferred> {
    let statements = cx.ast.stmts(cx.ast.body(body).statements).to_vec();
    statements.into_iter().flat_map(|s| statement(cx, s, depth + 1)).collect()
}

/// The types of what a pipeline's element puts out.
pub fn element(cx: &mut Cx<'_>, node: Node, depth: u32) -> Vec<Inferred> {
    let Node::Element(place) = node else { return Vec::new() };
    match cx.ast.at::<Element>(place).kind {
        ElementKind::Expr(id) => at(cx, id, depth + 1),
        ElementKind::Command(_) => infer_command::output(cx, node, depth + 1),
    }
}

/// The elements before another in its pipeline: the last of them gives its input.
pub fn input_of(cx: &mut Cx<'_>, command: Node, depth: u32) -> Option<Vec<Inferred>> {
    let Some(Node::Stmt(id)) = syntax::parent(&cx.ast, command) else { return None };
    let Stmt::Pipeline { elements, .. } = *cx.ast.stmt(id) else { return None };
    let at = (0..elements.len()).find(|at| Node::Element(elements.place(*at)) == command)?;
    if at == 0 {
        return None;
    }
    let found = element(cx, Node::Element(elements.place(at - 1)), depth + 1);
    Some(found.iter().flat_map(element_types).collect())
}

/// The types of a member.
pub fn member_type(cx: &mut Cx<'_>, target: &Inferred, name: &str, is_static: bool, is_call: bool) -> Vec<Inferred> {
    if let Some((_, ty)) = target.keys.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)) {
        return ty.map(Inferred::of).into_iter().collect();
    }
    if let Some(class) = target.class {
        return super::inferred_member::type_in_class(cx, class, name, is_call);
    }
    let Some(ty) = target.ty else { return Vec::new() };
    if ty.info().class.get().is_some() {
        let found = crate::vm::class_members(ty, is_static);
        let member = found.into_iter().find(|(m, _)| m.name.eq_ignore_ascii_case(name));
        if let Some((member, _)) = member {
            return type_of_definition(cx, &member.definition).into_iter().collect();
        }
    }
    if let Some(member) = define::lookup(ty, name, is_static) {
        return match member.kind {
            MemberKind::Method => match is_call {
                true => member
                    .texts
                    .first()
                    .and_then(|text| type_of_definition(cx, text.trim_start_matches("static ")))
                    .into_iter()
                    .collect(),
                false => Vec::new(),
            },
            _ => member.value_type().map(Inferred::of).into_iter().collect(),
        };
    }
    let mut chain = Some(ty);
    while let Some(at) = chain {
        for (own, member) in cx.runspace.type_members(at.name()) {
            if own.eq_ignore_ascii_case(name) {
                return match member {
                    values::PsMember::Alias { target: other, .. } => {
                        member_type(cx, target, &other, is_static, is_call)
                    }
                    values::PsMember::Note(value) => vec![of_value(&value)],
                    _ => Vec::new(),
                };
            }
        }
        chain = at.base();
    }
    Vec::new()
}

/// The type that a definition begins with: `int Xpos {get;set;}`, `datetime AddDays(double value)`.
fn type_of_definition(cx: &mut Cx<'_>, text: &str) -> Option<Inferred> {
    let first = text.trim_start_matches("static ").split(' ').next()?;
    if first == "void" {
        return None;
    }
    named(cx, first)
}
