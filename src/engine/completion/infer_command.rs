//! The types of what commands put out.

use language::ast::{AttributeKind, Element, ElementKind, Expr, FunctionId, Node};
use values::{Str, TypeRef};

use super::context::Cx;
use super::infer::{self, Inferred};
use super::{binding, command_name};

/// The types of a command's output.
pub fn output(cx: &mut Cx<'_>, node: Node, depth: u32) -> Vec<Inferred> {
    if depth > infer::DEPTH {
        return Vec::new();
    }
    let Node::Element(place) = node else { return Vec::new() };
    let ElementKind::Command(call) = cx.ast.at::<Element>(place).kind else { return Vec::new() };
    let Some(name) = cx.ast.command_name(&call).map(str::to_string) else {
        return block_output(cx, node, depth);
    };
    if let Some((_, function)) =
        command_name::functions_of_source(cx).into_iter().find(|(n, _)| n.eq_ignore_ascii_case(&name))
    {
        let declared = declared_output(cx, function);
        return if declared.is_empty() { function_output(cx, function, depth) } else { declared };
    }
    let Some(bound) = binding::bind(cx, node, None) else { return Vec::new() };
    let info = bound.info.clone();
    match info.name.to_ascii_lowercase().as_str() {
        "foreach-object" => return foreach_object(cx, node, &bound, depth),
        "where-object" | "sort-object" | "tee-object" | "get-unique" => {
            return infer::input_of(cx, node, depth).unwrap_or_default();
        }
        "select-object" => return select_object(cx, node, &bound, depth),
        "group-object" => {
            return TypeRef::find("Microsoft.PowerShell.Commands.GroupInfo").map(Inferred::of).into_iter().collect();
        }
        "new-object" => {
            let ty = bound.argument_text(cx, "TypeName").and_then(|name| infer::named(cx, &name));
            return ty.into_iter().collect();
        }
        _ => {}
    }
    if let command::CommandBody::Script(block) = &info.body
        && let Some(script) = block.as_foreign::<crate::script_block::ScriptBlock>()
    {
        return script_output(cx, script);
    }
    names_to_types(cx, &info.output_types)
}

fn names_to_types(cx: &mut Cx<'_>, names: &[Str]) -> Vec<Inferred> {
    names.iter().filter_map(|name| infer::named(cx, name)).collect()
}

/// `& { }`: what the block puts out.
fn block_output(cx: &mut Cx<'_>, node: Node, depth: u32) -> Vec<Inferred> {
    let Some(Node::Expr(id)) = cx.command_elements(node).first().copied() else { return Vec::new() };
    match *cx.ast.expr(id) {
        Expr::ScriptBlock(block) => of_block(cx, block, depth),
        _ => Vec::new(),
    }
}

fn of_block(cx: &mut Cx<'_>, block: language::ast::BlockId, depth: u32) -> Vec<Inferred> {
    let named: Vec<_> = cx.ast.block(block).named().collect();
    named.into_iter().flat_map(|n| infer::body_types(cx, n.body, depth + 1)).collect()
}

fn function_output(cx: &mut Cx<'_>, function: FunctionId, depth: u32) -> Vec<Inferred> {
    let body = cx.ast.function(function).body;
    of_block(cx, body, depth + 1)
}

/// `[OutputType()]` of a function of the source.
fn declared_output(cx: &mut Cx<'_>, function: FunctionId) -> Vec<Inferred> {
    let body = cx.ast.function(function).body;
    let Some(params) = cx.ast.block(body).params else { return Vec::new() };
    let attributes = cx.ast.list(cx.ast.param_block(params).attributes).to_vec();
    let names = output_type_names(&cx.ast, &attributes);
    names.iter().filter_map(|name| infer::named(cx, name)).collect()
}

fn output_type_names(ast: &language::ast::Ast, attributes: &[language::ast::AttributeId]) -> Vec<String> {
    let mut names = Vec::new();
    for id in attributes {
        let attribute = ast.attribute(*id);
        let AttributeKind::Attribute { args, .. } = attribute.kind else { continue };
        let name = ast.type_full_name(attribute.ty).to_ascii_lowercase();
        if !matches!(name.rsplit('.').next(), Some("outputtype" | "outputtypeattribute")) {
            continue;
        }
        for arg in ast.exprs(args) {
            match *ast.expr(*arg) {
                Expr::Type(ty) => names.push(ast.type_full_name(ty)),
                _ => names.extend(ast.string_value(*arg).map(str::to_string)),
            }
        }
    }
    names
}

/// `[OutputType()]` of a function of the session.
fn script_output(cx: &mut Cx<'_>, script: &crate::script_block::ScriptBlock) -> Vec<Inferred> {
    let Some(params) = script.ast.block(script.block).params else { return Vec::new() };
    let attributes = script.ast.list(script.ast.param_block(params).attributes).to_vec();
    let names = output_type_names(&script.ast, &attributes);
    names.iter().filter_map(|name| infer::named(cx, name)).collect()
}

fn foreach_object(cx: &mut Cx<'_>, node: Node, bound: &binding::Bound, depth: u32) -> Vec<Inferred> {
    for element in cx.command_elements(node).into_iter().skip(1) {
        if let Node::Expr(id) = element
            && let Expr::ScriptBlock(block) = *cx.ast.expr(id)
        {
            return of_block(cx, block, depth + 1);
        }
    }
    let Some(name) = bound.argument_text(cx, "MemberName") else { return Vec::new() };
    let input = infer::input_of(cx, node, depth).unwrap_or_default();
    let mut found = Vec::new();
    for target in &input {
        let mut types = infer::member_type(cx, target, &name, false, false);
        if types.is_empty() {
            types = infer::member_type(cx, target, &name, false, true);
        }
        found.extend(types);
    }
    found
}

fn select_object(cx: &mut Cx<'_>, node: Node, bound: &binding::Bound, depth: u32) -> Vec<Inferred> {
    let input = infer::input_of(cx, node, depth).unwrap_or_default();
    if let Some(name) = bound.argument_text(cx, "ExpandProperty") {
        let mut found = Vec::new();
        for target in &input {
            found.extend(infer::member_type(cx, target, &name, false, false));
        }
        return found;
    }
    let Some(argument) = bound.argument("Property") else { return input };
    let mut keys = Vec::new();
    for name in words_of(cx, argument) {
        let ty = input.iter().find_map(|t| infer::member_type(cx, t, &name, false, false).first().and_then(|f| f.ty));
        keys.push((name, ty));
    }
    vec![Inferred { ty: TypeRef::find("System.Management.Automation.PSObject"), class: None, keys }]
}

/// The names that an argument lists: words, and `Name` of calculated properties.
fn words_of(cx: &Cx<'_>, argument: Node) -> Vec<String> {
    let Node::Expr(id) = argument else { return Vec::new() };
    let items = match *cx.ast.expr(id) {
        Expr::Array(items) => cx.ast.exprs(items).to_vec(),
        _ => vec![id],
    };
    let mut names = Vec::new();
    for item in items {
        match *cx.ast.expr(item) {
            Expr::Hash(entries) => {
                for entry in cx.ast.list(entries) {
                    let key = cx.ast.string_value(entry.key).unwrap_or_default().to_ascii_lowercase();
                    let is_name = ["name", "label"].iter().any(|n| !key.is_empty() && n.starts_with(&key));
                    if is_name && let Some(value) = cx.ast.pure_expr(entry.value) {
                        names.extend(cx.ast.string_value(value).map(str::to_string));
                    }
                }
            }
            _ => names.extend(cx.ast.string_value(item).map(str::to_string)),
        }
    }
    names
}
