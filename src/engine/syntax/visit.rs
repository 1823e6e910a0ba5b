//! `Find`, `FindAll` and `Visit`.

use values::types::invoke_delegate;
use values::{Array, Context, Result, TypeRef, Value, convert};

use super::node::{AstObject, runspace};
use super::{child, made};

/// Nodes for which a predicate holds, in the order of .NET's visitors: the node itself, then what is below.
pub fn find(ctx: &mut dyn Context, node: &Value, args: &[Value], only_first: bool) -> Result<Vec<Value>> {
    let Some(predicate) = args.first() else { return Ok(Vec::new()) };
    let is_deep = args.get(1).is_some_and(convert::to_bool);
    let mut found = Vec::new();
    let mut is_top = true;
    let mut open = vec![node.clone()];
    while let Some(object) = open.pop() {
        let is_left_out = !is_deep && !is_top && is_nested_block(&object);
        is_top = false;
        if convert::to_bool(&invoke_delegate(ctx, predicate, std::slice::from_ref(&object))?) {
            found.push(object.clone());
            if only_first {
                break;
            }
        }
        if !is_left_out {
            open.extend(made::below(&object).into_iter().rev());
        }
    }
    Ok(found)
}

fn is_nested_block(node: &Value) -> bool {
    match node.as_foreign::<AstObject>() {
        Some(parsed) => child::is_nested_block(&parsed.ast, parsed.node),
        None => matches!(
            class_of(node).as_str(),
            "ScriptBlockExpressionAst" | "FunctionDefinitionAst" | "TypeDefinitionAst" | "FunctionMemberAst"
        ),
    }
}

/// The name of a node's class.
fn class_of(node: &Value) -> String {
    node.type_ref().map(|ty| ty.name_only().to_string()).unwrap_or_default()
}

/// What `FindAll` gives.
pub fn sequence(items: Vec<Value>) -> Value {
    let element = super::class("Ast");
    let ty = TypeRef::find("System.Collections.Generic.List[System.Management.Automation.Language.Ast]");
    Value::Array(std::sync::Arc::new(Array::list(ty.unwrap_or(TypeRef::ARRAYLIST), element, items)))
}

/// What a visitor's method wants next (`AstVisitAction`).
#[derive(PartialEq, Clone, Copy)]
enum Action {
    Continue,
    SkipChildren,
    Stop,
}

/// The name of the method that visits a class of nodes: `VisitCommand` for `CommandAst`.
fn method_of(class: &str) -> String {
    let stem = match class {
        "ForEachStatementAst" => "ForEachStatement",
        other => other.strip_suffix("Ast").unwrap_or(other),
    };
    format!("Visit{stem}")
}

/// `Visit(visitor)`: an ICustomAstVisitor gives what its method gives; an AstVisitor walks the tree.
pub fn visit(ctx: &mut dyn Context, me: &Value, visitor: &Value) -> Result {
    let Some(ty) = visitor.type_ref() else { return values::types::fail::null("astVisitor").throw() };
    let is_walker =
        TypeRef::find("System.Management.Automation.Language.AstVisitor").is_some_and(|v| ty.derives_from(v));
    if is_walker {
        walk(ctx, me, visitor)?;
        return Ok(Value::Void);
    }
    let method = method_of(&class_of(me));
    match call(ctx, ty, visitor, &method, me)? {
        Some(value) => Ok(value),
        None => default_visit(ctx, ty, visitor, me),
    }
}

/// `DefaultVisit` of a DefaultCustomAstVisitor gives nothing unless a class overrides it.
fn default_visit(ctx: &mut dyn Context, ty: TypeRef, visitor: &Value, node: &Value) -> Result {
    Ok(call(ctx, ty, visitor, "DefaultVisit", node)?.unwrap_or(Value::Null))
}

/// Calls a method of the visitor's script class, where it has one.
fn call(ctx: &mut dyn Context, ty: TypeRef, visitor: &Value, method: &str, node: &Value) -> Result<Option<Value>> {
    let Some(runspace) = runspace(ctx) else { return Ok(None) };
    if ty.info().class.get().is_none() {
        return Ok(None);
    }
    runspace.class_method(ty, Some(visitor), method, std::slice::from_ref(node))
}

fn walk(ctx: &mut dyn Context, object: &Value, visitor: &Value) -> Result<Action> {
    let Some(ty) = visitor.type_ref() else { return Ok(Action::Continue) };
    let method = method_of(&class_of(object));
    let answer = match call(ctx, ty, visitor, &method, object)? {
        Some(value) => Some(value),
        None => call(ctx, ty, visitor, "DefaultVisit", object)?,
    };
    let action = match answer.and_then(|v| v.as_i64()) {
        Some(1) => Action::SkipChildren,
        Some(2) => Action::Stop,
        _ => Action::Continue,
    };
    if action == Action::Stop {
        return Ok(Action::Stop);
    }
    if action == Action::Continue {
        for below in made::below(object) {
            if walk(ctx, &below, visitor)? == Action::Stop {
                return Ok(Action::Stop);
            }
        }
    }
    call(ctx, ty, visitor, "PostVisit", object)?;
    Ok(action)
}
