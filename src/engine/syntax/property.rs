//! Properties of nodes, class by class.

use language::ast::{
    Attribute, AttributeKind, BodyId, CommandElementKind, Element, ElementKind, Expr, ExprId, FunctionId, InvokeKind,
    Member, MemberKind, NamedArg, Node, Part, RedirectTo, Redirection, Stmt, StmtId, TypeDefKind, UsingKind,
};
use language::ast::{Body, Catch, CommandElement, Name, Param};
use language::{Span, TokenKind};
use values::types::hold;
use values::types::system::tuple::Items;
use values::{Context, Result, TypeRef, Value};

use super::node::AstObject;
use super::{child, collection, enumerated, extent, safe_value, type_name, variable_path};
use crate::constant::number;

/// A property's value; none where the class has no such property.
pub fn get(node: &AstObject, ctx: &mut dyn Context, name: &str) -> Result<Option<Value>> {
    let folded = name.to_ascii_lowercase();
    let ast = &node.ast;
    let common = match folded.as_str() {
        "extent" => Some(extent::extent(ast.source(), ast.span(node.node))),
        "parent" => Some(node.parent()),
        "statictype" if matches!(node.node, Node::Expr(_)) => Some(static_type(node, ctx)),
        _ => None,
    };
    if common.is_some() {
        return Ok(common);
    }
    let name = folded.as_str();
    Ok(match node.node {
        Node::Expr(id) => expression(node, id, name),
        Node::Stmt(id) => statement(node, id, name),
        Node::Block(_) | Node::Named(..) | Node::Body(_) | Node::ParamBlock(_) => block(node, name),
        Node::Param(place) => {
            let p = *ast.at::<Param>(place);
            match name {
                "attributes" => Some(node.list("AttributeBaseAst", ast.list(p.attributes), Node::Attribute)),
                "name" => Some(node.other(Node::Expr(p.name))),
                "defaultvalue" => Some(node.maybe(p.default.map(Node::Expr))),
                "statictype" => {
                    let ty = ast.list(p.attributes).iter().find_map(|id| match ast.attribute(*id).kind {
                        AttributeKind::Type => ctx.find_type(&ast.type_full_name(ast.attribute(*id).ty)),
                        AttributeKind::Attribute { .. } => None,
                    });
                    Some(Value::Type(ty.unwrap_or(TypeRef::OBJECT)))
                }
                _ => None,
            }
        }
        Node::Element(place) => element(node, place, name),
        Node::CommandParameter(place) => {
            let part = *ast.at::<CommandElement>(place);
            match (name, part.kind) {
                ("parametername", CommandElementKind::Parameter { text, .. }) => Some(Value::from(ast.text(text))),
                ("argument", CommandElementKind::Parameter { argument, .. }) => {
                    Some(node.maybe(argument.map(Node::Expr)))
                }
                ("errorposition", CommandElementKind::Parameter { text, argument, .. }) => {
                    let span = match argument {
                        Some(_) => Span { start: part.span.start, len: ast.text(text).len() as u32 + 2 },
                        None => part.span,
                    };
                    Some(extent::extent(ast.source(), span))
                }
                _ => None,
            }
        }
        Node::Redirection(place) => {
            let r = *ast.at::<Redirection>(place);
            match (name, r.to) {
                ("fromstream", _) => Some(enumerated("RedirectionStream", r.from as i64)),
                ("tostream", RedirectTo::Stream(to)) => Some(enumerated("RedirectionStream", to as i64)),
                ("append", RedirectTo::File { append, .. }) => Some(Value::Bool(append)),
                ("location", RedirectTo::File { location, .. }) => Some(node.other(Node::Expr(location))),
                _ => None,
            }
        }
        Node::Attribute(id) => attribute(node, *ast.attribute(id), name),
        Node::NamedArg(place) => {
            let arg = *ast.at::<NamedArg>(place);
            match name {
                "argumentname" => Some(Value::from(ast.text(arg.text))),
                "argument" => Some(node.other(Node::Expr(arg.value))),
                "expressionomitted" => Some(Value::Bool(arg.omitted)),
                _ => None,
            }
        }
        Node::Catch(place) => {
            let catch = *ast.at::<Catch>(place);
            match name {
                "catchtypes" => Some(node.list("TypeConstraintAst", ast.list(catch.types), Node::Attribute)),
                "iscatchall" => Some(Value::Bool(catch.types.is_empty())),
                "body" => Some(node.other(Node::Body(catch.body))),
                _ => None,
            }
        }
        Node::Function(id) => function(node, id, name),
        Node::Member(place) => member(node, place, name),
    })
}

impl AstObject {
    fn list<T: Copy>(&self, class: &str, items: &[T], make: fn(T) -> Node) -> Value {
        collection(class, items.iter().map(|i| self.other(make(*i))).collect())
    }

    fn nodes(&self, class: &str, nodes: impl IntoIterator<Item = Node>) -> Value {
        collection(class, nodes.into_iter().map(|n| self.other(n)).collect())
    }

    /// Items of a pool's list by their places.
    fn places<T>(&self, class: &str, list: language::ast::List<T>, make: fn(u32) -> Node) -> Value {
        self.nodes(class, (0..list.len()).map(|at| make(list.place(at))))
    }

    fn label(&self, label: Option<Name>) -> Value {
        label.map_or(Value::Null, |l| Value::from(self.ast.text(l.text)))
    }

    fn body_statements(&self, body: BodyId, name: &str) -> Option<Value> {
        let body: &Body = self.ast.body(body);
        match name {
            "statements" => Some(self.list("StatementAst", self.ast.stmts(body.statements), Node::Stmt)),
            "traps" => Some(match body.traps.is_empty() {
                true => Value::Null,
                false => self.list("TrapStatementAst", self.ast.stmts(body.traps), Node::Stmt),
            }),
            _ => None,
        }
    }

    /// A pair of nodes as a Tuple.
    fn pair(&self, classes: (&str, &str), first: Node, second: Node) -> Value {
        let ns = "System.Management.Automation.Language.";
        let ty = TypeRef::find(&format!("System.Tuple[{ns}{},{ns}{}]", classes.0, classes.1));
        hold(ty.unwrap_or(TypeRef::OBJECT), Items(vec![self.other(first), self.other(second)]))
    }

    fn pairs(&self, classes: (&str, &str), pairs: impl IntoIterator<Item = (Node, Node)>) -> Value {
        let ns = "System.Management.Automation.Language.";
        let element = format!("System.Tuple[{ns}{},{ns}{}]", classes.0, classes.1);
        collection(&element, pairs.into_iter().map(|(a, b)| self.pair(classes, a, b)).collect())
    }
}

/// The targets of an assignment one by one.
pub fn assignment_targets(node: &AstObject, target: ExprId) -> Vec<Value> {
    match *node.ast.expr(target) {
        Expr::Array(items) => node.ast.exprs(items).iter().flat_map(|i| assignment_targets(node, *i)).collect(),
        Expr::Paren(inner) => match node.ast.pure_expr(inner) {
            Some(inner) => assignment_targets(node, inner),
            None => vec![node.other(Node::Expr(target))],
        },
        _ => vec![node.other(Node::Expr(target))],
    }
}

/// The folded name of a variable node.
pub fn variable_name(node: &AstObject) -> Option<String> {
    match node.node {
        Node::Expr(id) => match node.ast.expr(id) {
            Expr::Variable(v) => Some(v.name.folded().to_string()),
            _ => None,
        },
        _ => None,
    }
}

fn static_type(node: &AstObject, ctx: &mut dyn Context) -> Value {
    let Node::Expr(id) = node.node else { return Value::Null };
    let ast = &node.ast;
    let ty = match *ast.expr(id) {
        Expr::Const(number_id) => number(ast, number_id).type_ref(),
        Expr::String { .. } | Expr::Expandable { .. } => Some(TypeRef::STRING),
        Expr::Array(_) | Expr::ArrayExpr(_) => Some(TypeRef::OBJECT.array_of(1)),
        Expr::Hash(_) => Some(TypeRef::HASHTABLE),
        Expr::ScriptBlock(_) => Some(TypeRef::SCRIPTBLOCK),
        Expr::Type(_) => Some(TypeRef::TYPE),
        Expr::Convert { ty, .. } => ctx.find_type(&ast.type_full_name(ast.attribute(ty).ty)),
        Expr::Unary { op: TokenKind::Not | TokenKind::Exclaim, .. } => Some(TypeRef::BOOL),
        Expr::Binary {
            op: TokenKind::And | TokenKind::Or | TokenKind::Xor | TokenKind::Is | TokenKind::IsNot, ..
        } => Some(TypeRef::BOOL),
        _ => None,
    };
    Value::Type(ty.unwrap_or(TypeRef::OBJECT))
}

/// The value of a constant.
pub fn constant(node: &AstObject) -> Option<Value> {
    match node.node {
        Node::Expr(id) => expression(node, id, "value"),
        _ => None,
    }
}

fn kind(op: TokenKind) -> Value {
    enumerated("TokenKind", i64::from(op.value()))
}

fn expression(node: &AstObject, id: ExprId, name: &str) -> Option<Value> {
    let ast = &node.ast;
    let expr = |id: ExprId| Some(node.other(Node::Expr(id)));
    match (*ast.expr(id), name) {
        (Expr::Const(number_id), "value") => Some(number(ast, number_id)),
        (Expr::String { value, .. }, "value") => Some(safe_value::string(ast, value)),
        (Expr::String { kind, .. } | Expr::Expandable { kind, .. }, "stringconstanttype") => {
            Some(enumerated("StringConstantType", kind as i64))
        }
        (Expr::Expandable { value, .. }, "value") => Some(safe_value::string(ast, value)),
        (Expr::Expandable { parts, .. }, "nestedexpressions") => {
            let nested: Vec<Node> = ast
                .list(parts)
                .iter()
                .filter_map(|part| match part {
                    Part::Expr(id) => Some(Node::Expr(*id)),
                    Part::Text(_) => None,
                })
                .collect();
            Some(node.nodes("ExpressionAst", nested))
        }
        (Expr::Variable(v), "variablepath") => Some(variable_path::value(ast, &v)),
        (Expr::Variable(v), "splatted") => Some(Value::Bool(v.splatted)),
        (Expr::Array(items), "elements") => Some(node.list("ExpressionAst", ast.exprs(items), Node::Expr)),
        (Expr::ArrayExpr(body) | Expr::SubExpr(body), "subexpression") => Some(node.other(Node::Body(body))),
        (Expr::Paren(inner), "pipeline") => Some(node.other(Node::Stmt(inner))),
        (Expr::Hash(entries), "keyvaluepairs") => Some(node.pairs(
            ("ExpressionAst", "StatementAst"),
            ast.list(entries).iter().map(|e| (Node::Expr(e.key), Node::Stmt(e.value))),
        )),
        (Expr::ScriptBlock(block), "scriptblock") => Some(node.other(Node::Block(block))),
        (Expr::Unary { op, .. }, "tokenkind") => Some(kind(op)),
        (Expr::Unary { operand, .. }, "child") => expr(operand),
        (Expr::Binary { op, .. }, "operator") => Some(kind(op)),
        (Expr::Binary { left, .. }, "left") => expr(left),
        (Expr::Binary { right, .. }, "right") => expr(right),
        (Expr::Binary { op_start, op_len, .. }, "errorposition") => {
            Some(extent::extent(ast.source(), Span { start: op_start, len: u32::from(op_len) }))
        }
        (Expr::Ternary { condition, .. }, "condition") => expr(condition),
        (Expr::Ternary { if_true, .. }, "iftrue") => expr(if_true),
        (Expr::Ternary { if_false, .. }, "iffalse") => expr(if_false),
        (Expr::Convert { ty, .. }, "type" | "attribute") => Some(node.other(Node::Attribute(ty))),
        (Expr::Attributed { attribute, .. }, "attribute") => Some(node.other(Node::Attribute(attribute))),
        (Expr::Convert { operand, .. } | Expr::Attributed { operand, .. }, "child") => expr(operand),
        (Expr::Type(ty), "typename") => Some(type_name::value(ast, ty)),
        (Expr::Member { target, .. } | Expr::Invoke { target, .. }, "expression") => expr(target),
        (Expr::Member { member, .. } | Expr::Invoke { member, .. }, "member") => expr(member),
        (Expr::Member { is_static, .. }, "static") => Some(Value::Bool(is_static)),
        (Expr::Invoke { how, .. }, "static") => Some(Value::Bool(how == InvokeKind::Static)),
        (
            Expr::Member { null_conditional, .. }
            | Expr::Invoke { null_conditional, .. }
            | Expr::Index { null_conditional, .. },
            "nullconditional",
        ) => Some(Value::Bool(null_conditional)),
        (Expr::Invoke { args, .. }, "arguments") => Some(match args.is_empty() {
            true => Value::Null,
            false => node.list("ExpressionAst", ast.exprs(args), Node::Expr),
        }),
        (Expr::Invoke { generic, .. }, "generictypearguments") => {
            Some(collection("ITypeName", ast.list(generic).iter().map(|t| type_name::value(ast, *t)).collect()))
        }
        (Expr::Index { target, .. }, "target") => expr(target),
        (Expr::Index { index, .. }, "index") => expr(index),
        (Expr::Using(inner), "subexpression") => expr(inner),
        (Expr::Error(nodes), "nestedast") => Some(node.nodes("Ast", ast.list(nodes).iter().copied())),
        _ => None,
    }
}

fn statement(node: &AstObject, id: StmtId, name: &str) -> Option<Value> {
    let ast = &node.ast;
    let stmt = |id: StmtId| Some(node.other(Node::Stmt(id)));
    let maybe = |id: Option<StmtId>| Some(node.maybe(id.map(Node::Stmt)));
    let body = |id: BodyId| Some(node.other(Node::Body(id)));
    let maybe_body = |id: Option<BodyId>| Some(node.maybe(id.map(Node::Body)));
    match (*ast.stmt(id), name) {
        (Stmt::Pipeline { elements, .. }, "pipelineelements") => {
            Some(node.places("CommandBaseAst", elements, Node::Element))
        }
        (Stmt::Pipeline { background, .. } | Stmt::Chain { background, .. }, "background") => {
            Some(Value::Bool(background))
        }
        (Stmt::Chain { left, .. }, "lhspipelinechain") => stmt(left),
        (Stmt::Chain { right, .. }, "rhspipeline") => stmt(right),
        (Stmt::Chain { op, .. } | Stmt::Assign { op, .. }, "operator") => Some(kind(op)),
        (Stmt::Assign { target, .. }, "left") => Some(node.other(Node::Expr(target))),
        (Stmt::Assign { value, .. }, "right") => Some(node.other(child::assigned(ast, value))),
        (Stmt::Assign { op_span, .. }, "errorposition") => Some(extent::extent(ast.source(), op_span)),
        (Stmt::If { clauses, .. }, "clauses") => Some(node.pairs(
            ("PipelineBaseAst", "StatementBlockAst"),
            ast.list(clauses).iter().map(|c| (Node::Stmt(c.condition), Node::Body(c.body))),
        )),
        (Stmt::If { otherwise, .. }, "elseclause") => maybe_body(otherwise),
        (
            Stmt::While { label, .. }
            | Stmt::DoWhile { label, .. }
            | Stmt::DoUntil { label, .. }
            | Stmt::For { label, .. }
            | Stmt::Foreach { label, .. }
            | Stmt::Switch { label, .. },
            "label",
        ) => Some(node.label(label)),
        (
            Stmt::While { condition, .. }
            | Stmt::DoWhile { condition, .. }
            | Stmt::DoUntil { condition, .. }
            | Stmt::Switch { condition, .. },
            "condition",
        ) => stmt(condition),
        (
            Stmt::While { body: b, .. }
            | Stmt::DoWhile { body: b, .. }
            | Stmt::DoUntil { body: b, .. }
            | Stmt::For { body: b, .. }
            | Stmt::Foreach { body: b, .. }
            | Stmt::Try { body: b, .. }
            | Stmt::Trap { body: b, .. }
            | Stmt::Data { body: b, .. }
            | Stmt::Block { body: b, .. },
            "body",
        ) => body(b),
        (Stmt::For { init, .. }, "initializer") => maybe(init),
        (Stmt::For { condition, .. }, "condition") => maybe(condition),
        (Stmt::For { step, .. }, "iterator") => maybe(step),
        (Stmt::Foreach { variable, .. }, "variable") => Some(node.other(Node::Expr(variable))),
        (Stmt::Foreach { collection, .. }, "condition") => stmt(collection),
        (Stmt::Foreach { .. }, "flags") => Some(enumerated("ForEachFlags", 0)),
        (Stmt::Foreach { .. }, "throttlelimit") => Some(Value::Null),
        (Stmt::Switch { flags, .. }, "flags") => Some(enumerated("SwitchFlags", i64::from(flags.0))),
        (Stmt::Switch { clauses, .. }, "clauses") => Some(node.pairs(
            ("ExpressionAst", "StatementBlockAst"),
            ast.list(clauses).iter().map(|c| (Node::Expr(c.condition), Node::Body(c.body))),
        )),
        (Stmt::Switch { default, .. }, "default") => maybe_body(default),
        (Stmt::Try { catches, .. }, "catchclauses") => Some(node.places("CatchClauseAst", catches, Node::Catch)),
        (Stmt::Try { finally, .. }, "finally") => maybe_body(finally),
        (Stmt::Trap { ty, .. }, "traptype") => Some(node.maybe(ty.map(Node::Attribute))),
        (Stmt::Data { variable, .. }, "variable") => Some(node.label(variable)),
        (Stmt::Data { commands, .. }, "commandsallowed") => {
            Some(node.list("ExpressionAst", ast.exprs(commands), Node::Expr))
        }
        (Stmt::Function(function_id), _) => function(node, function_id, name),
        (Stmt::Type(def), _) => type_definition(node, def, name),
        (Stmt::Using(using), _) => {
            let expr = |id: Option<ExprId>| Some(node.maybe(id.map(Node::Expr)));
            match name {
                "usingstatementkind" => Some(enumerated("UsingStatementKind", using.kind as i64)),
                "name" => expr(using.name),
                "alias" => expr(using.alias),
                "modulespecification" => match using.kind {
                    UsingKind::Module => expr(using.module),
                    _ => Some(Value::Null),
                },
                _ => None,
            }
        }
        (Stmt::Configuration { name: instance, .. }, "instancename") => Some(node.other(Node::Expr(instance))),
        (Stmt::Configuration { body, .. }, "body") => Some(node.other(Node::Block(body))),
        (Stmt::Return(value) | Stmt::Throw(value) | Stmt::Exit(value), "pipeline") => maybe(value),
        (Stmt::Throw(value), "isrethrow") => Some(Value::Bool(value.is_none() && is_in_catch(node))),
        (Stmt::Break(label) | Stmt::Continue(label), "label") => Some(node.maybe(label.map(Node::Expr))),
        (Stmt::Error(nodes), "nestedast") => Some(node.nodes("Ast", ast.list(nodes).iter().copied())),
        (Stmt::Error(_), "bodies" | "conditions" | "flags" | "kind") => Some(Value::Null),
        _ => None,
    }
}

fn is_in_catch(node: &AstObject) -> bool {
    let mut at = node.ast.parent(node.node);
    while let Some(above) = at {
        match above {
            Node::Catch(_) => return true,
            Node::Function(_) | Node::Block(_) => return false,
            _ => at = node.ast.parent(above),
        }
    }
    false
}

fn element(node: &AstObject, place: u32, name: &str) -> Option<Value> {
    let ast = &node.ast;
    let element = *ast.at::<Element>(place);
    match (name, element.kind) {
        ("redirections", _) => Some(node.places("RedirectionAst", element.redirections, Node::Redirection)),
        ("expression", ElementKind::Expr(id)) => Some(node.other(Node::Expr(id))),
        ("commandelements", ElementKind::Command(command)) => {
            let parts = ast.list(command.elements).iter().enumerate().map(|(at, part)| match part.kind {
                CommandElementKind::Expr(id) => Node::Expr(id),
                CommandElementKind::Parameter { .. } => Node::CommandParameter(command.elements.place(at)),
            });
            Some(node.nodes("CommandElementAst", parts.collect::<Vec<_>>()))
        }
        ("invocationoperator", ElementKind::Command(command)) => Some(kind(command.invocation.token())),
        ("definingkeyword", ElementKind::Command(_)) => Some(Value::Null),
        _ => None,
    }
}

fn attribute(node: &AstObject, attribute: Attribute, name: &str) -> Option<Value> {
    let ast = &node.ast;
    match (name, attribute.kind) {
        ("typename", _) => Some(type_name::value(ast, attribute.ty)),
        ("positionalarguments", AttributeKind::Attribute { args, .. }) => {
            Some(node.list("ExpressionAst", ast.exprs(args), Node::Expr))
        }
        ("namedarguments", AttributeKind::Attribute { named, .. }) => {
            Some(node.places("NamedAttributeArgumentAst", named, Node::NamedArg))
        }
        _ => None,
    }
}

fn function(node: &AstObject, id: FunctionId, name: &str) -> Option<Value> {
    let f = *node.ast.function(id);
    match name {
        "name" => Some(Value::from(node.ast.text(f.name.text))),
        "isfilter" => Some(Value::Bool(f.is_filter)),
        "isworkflow" => Some(Value::Bool(false)),
        "parameters" => Some(f.params.map_or(Value::Null, |params| node.places("ParameterAst", params, Node::Param))),
        "body" => Some(node.other(Node::Block(f.body))),
        _ => None,
    }
}

fn type_definition(node: &AstObject, id: language::ast::TypeDefId, name: &str) -> Option<Value> {
    let ast = &node.ast;
    let def = *ast.type_def(id);
    let attributes = |interface: i64, class: i64, enumeration: i64| match def.kind {
        TypeDefKind::Class => class,
        TypeDefKind::Interface => interface,
        TypeDefKind::Enum => enumeration,
    };
    match name {
        "name" => Some(Value::from(ast.text(def.name.text))),
        "attributes" => Some(node.list("AttributeAst", ast.list(def.attributes), Node::Attribute)),
        "basetypes" => Some(node.list("TypeConstraintAst", ast.list(def.bases), Node::Attribute)),
        "members" => Some(node.places("MemberAst", def.members, Node::Member)),
        "typeattributes" => Some(enumerated("TypeAttributes", attributes(2, 1, 4))),
        "isclass" => Some(Value::Bool(def.kind == TypeDefKind::Class)),
        "isinterface" => Some(Value::Bool(def.kind == TypeDefKind::Interface)),
        "isenum" => Some(Value::Bool(def.kind == TypeDefKind::Enum)),
        _ => None,
    }
}

/// `PropertyAttributes` and `MethodAttributes`: None 0, Public 1, Private 2, Static 16 (0x10), Literal 32, Hidden 64.
fn member(node: &AstObject, place: u32, name: &str) -> Option<Value> {
    let ast = &node.ast;
    let m = *ast.at::<Member>(place);
    let is_enum_value = matches!(ast.parent(node.node), Some(Node::Stmt(id))
        if matches!(*ast.stmt(id), Stmt::Type(def) if ast.type_def(def).kind == TypeDefKind::Enum));
    let is_static = m.is_static || is_enum_value;
    let flags =
        1 | if is_static { 16 } else { 0 } | if is_enum_value { 32 } else { 0 } | if m.is_hidden { 64 } else { 0 };
    match (name, m.kind) {
        ("name", _) => Some(Value::from(ast.text(m.name.text))),
        ("attributes", _) => Some(node.list("AttributeAst", ast.list(m.attributes), Node::Attribute)),
        ("ispublic", _) => Some(Value::Bool(true)),
        ("isprivate", _) => Some(Value::Bool(false)),
        ("isstatic", _) => Some(Value::Bool(is_static)),
        ("ishidden", _) => Some(Value::Bool(m.is_hidden)),
        ("propertytype", MemberKind::Property { .. }) | ("returntype", MemberKind::Method { .. }) => {
            Some(node.maybe(m.ty.map(Node::Attribute)))
        }
        ("initialvalue", MemberKind::Property { initial }) => Some(node.maybe(initial.map(Node::Expr))),
        ("propertyattributes", MemberKind::Property { .. }) => Some(enumerated("PropertyAttributes", flags)),
        ("methodattributes", MemberKind::Method { .. }) => Some(enumerated("MethodAttributes", flags)),
        ("isconstructor", MemberKind::Method { is_constructor, .. }) => Some(Value::Bool(is_constructor)),
        ("parameters", MemberKind::Method { function, .. }) => {
            let params = ast.function(function).params.unwrap_or_default();
            Some(node.places("ParameterAst", params, Node::Param))
        }
        ("body", MemberKind::Method { function, .. }) => Some(node.other(Node::Block(ast.function(function).body))),
        _ => None,
    }
}

fn block(node: &AstObject, name: &str) -> Option<Value> {
    let ast = &node.ast;
    match node.node {
        Node::Block(id) => {
            let b = *ast.block(id);
            let named = |block: Option<language::ast::NamedBlock>| {
                Some(node.maybe(block.map(|named| Node::Named(id, named.kind))))
            };
            match name {
                "usingstatements" => Some(node.list("UsingStatementAst", ast.stmts(b.usings), Node::Stmt)),
                "attributes" => Some(collection("AttributeAst", Vec::new())),
                "paramblock" => Some(node.maybe(b.params.map(Node::ParamBlock))),
                "dynamicparamblock" => named(b.dynamic_param),
                "beginblock" => named(b.begin),
                "processblock" => named(b.process),
                "endblock" => named(b.end),
                "cleanblock" => named(b.clean),
                "scriptrequirements" => Some(super::api::requirements(ast, id)),
                _ => None,
            }
        }
        Node::Named(id, block_kind) => {
            let named = ast.named_block(id, block_kind)?;
            match name {
                "blockkind" => Some(kind(block_kind)),
                "unnamed" => Some(Value::Bool(named.unnamed)),
                _ => node.body_statements(named.body, name),
            }
        }
        Node::Body(id) => node.body_statements(id, name),
        Node::ParamBlock(id) => {
            let b = *ast.param_block(id);
            match name {
                "attributes" => Some(node.list("AttributeAst", ast.list(b.attributes), Node::Attribute)),
                "parameters" => Some(node.places("ParameterAst", b.params, Node::Param)),
                _ => None,
            }
        }
        _ => None,
    }
}
