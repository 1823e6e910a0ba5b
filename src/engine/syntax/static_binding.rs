//! `StaticParameterBinder.BindCommand`: which arguments of a command go to which parameters, without running it.

use std::sync::Arc;

use command::NativeObject;
use language::ast::{Ast, CommandElement, CommandElementKind, Element, ElementKind, Expr, Node};
use values::{Dict, Exception, KeyComparer, Result, TypeRef, Value};

use super::node::{self, AstObject};
use crate::completion::{Bound, bind_statically};
use crate::runspace::Runspace;

/// Binds a command; `resolve` looks the command up and uses its parameters.
pub fn bind(runspace: &mut Runspace, command: &AstObject, resolve: bool, wanted: &[String]) -> Result {
    let (ast, node) = (&command.ast, command.node);
    let bound = if resolve { bind_statically(runspace, ast, node) } else { None };
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    match bound {
        Some(bound) => by_parameters(runspace, ast, &bound, &mut good, &mut bad),
        None => by_syntax(ast, node, &mut good),
    }
    if !wanted.is_empty() {
        good.retain(|(name, _)| wanted.iter().any(|w| w.eq_ignore_ascii_case(name)));
    }
    Ok(NativeObject::of(
        "System.Management.Automation.Language.StaticBindingResult",
        vec![
            ("BoundParameters", table("ParameterBindingResult", good)),
            ("BindingExceptions", table("StaticBindingError", bad)),
        ],
    ))
}

fn table(class: &str, entries: Vec<(String, Value)>) -> Value {
    let value = super::class(class);
    let name = format!("System.Collections.Generic.Dictionary[string,System.Management.Automation.Language.{class}]");
    let ty = TypeRef::find(&name).unwrap_or(TypeRef::HASHTABLE);
    let dict = Dict::new(ty, TypeRef::STRING, value, KeyComparer::IgnoreCase);
    for (key, entry) in entries {
        dict.insert(Value::from(key), entry);
    }
    Value::Dict(Arc::new(dict))
}

fn result(parameter: Value, ast: &Arc<Ast>, value: Option<Node>) -> Value {
    let constant = match value {
        Some(node @ Node::Expr(id)) if matches!(*ast.expr(id), Expr::Const(_) | Expr::String { .. }) => {
            super::property::constant(&node::object(ast, node)).unwrap_or_default()
        }
        Some(_) => Value::Null,
        None => Value::Bool(true),
    };
    NativeObject::of(
        "System.Management.Automation.Language.ParameterBindingResult",
        vec![
            ("Parameter", parameter),
            ("ConstantValue", constant),
            ("Value", value.map_or(Value::Null, |n| node::value(ast, n))),
        ],
    )
}

fn by_parameters(
    runspace: &mut Runspace,
    ast: &Arc<Ast>,
    bound: &Bound,
    good: &mut Vec<(String, Value)>,
    bad: &mut Vec<(String, Value)>,
) {
    for given in &bound.given {
        match given.parameter {
            Some(at) => {
                let parameter = &bound.parameters[at];
                let shown = crate::host_objects::parameter_object(runspace, parameter, &bound.table);
                good.push((parameter.name.to_string(), result(shown, ast, given.value)));
            }
            None => {
                let Some(element) = given.name.or(given.value) else { continue };
                let text = ast.slice(ast.span(element)).trim_start_matches('-').trim_end_matches(':').to_string();
                let message = match given.name.is_some() {
                    true => format!("A parameter cannot be found that matches parameter name '{text}'."),
                    false => format!("A positional parameter cannot be found that accepts argument '{text}'."),
                };
                let ty = TypeRef::find("System.Management.Automation.ParameterBindingException");
                let exception = Exception::new(ty.unwrap_or(TypeRef::RUNTIME_EXCEPTION), message).value();
                bad.push((
                    text,
                    NativeObject::of(
                        "System.Management.Automation.Language.StaticBindingError",
                        vec![("CommandElement", node::value(ast, element)), ("BindingException", exception)],
                    ),
                ));
            }
        }
    }
}

/// Without a known command: names take what follows them, the rest is numbered.
fn by_syntax(ast: &Arc<Ast>, node: Node, good: &mut Vec<(String, Value)>) {
    let Node::Element(place) = node else { return };
    let ElementKind::Command(call) = ast.at::<Element>(place).kind else { return };
    let mut open: Option<String> = None;
    let mut position = 0;
    for at in 1..call.elements.len() {
        let place = call.elements.place(at);
        match ast.at::<CommandElement>(place).kind {
            CommandElementKind::Parameter { text, argument, .. } => {
                if let Some(name) = open.take() {
                    good.push((name, result(Value::Null, ast, None)));
                }
                let name = ast.text(text).to_string();
                match argument {
                    Some(id) => good.push((name, result(Value::Null, ast, Some(Node::Expr(id))))),
                    None => open = Some(name),
                }
            }
            CommandElementKind::Expr(id) => {
                let name = open.take().unwrap_or_else(|| {
                    position += 1;
                    (position - 1).to_string()
                });
                good.push((name, result(Value::Null, ast, Some(Node::Expr(id)))));
            }
        }
    }
    if let Some(name) = open {
        good.push((name, result(Value::Null, ast, None)));
    }
}
