//! Blocks that are one pipeline of plain commands are sent as commands: end points without language take nothing else.

use language::Sym;
use language::ast::{
    Ast, BlockId, Command, CommandElementKind, Const, ElementKind, Expr, ExprId, Invocation, Stmt, VariableScope,
};
use values::{Str, Value, convert};

use super::client_xml::{Call, CallArgument};
use crate::script_block::ScriptBlock;

/// The parameters of a block with what they are given.
type Given<'a> = Vec<(Sym, Value)>;

/// The block's commands; none when it is more than plain commands.
pub fn calls(block: &ScriptBlock, arguments: &[Value]) -> Option<Vec<Call>> {
    let ast = &*block.ast;
    let given = parameters(ast, block.block, arguments)?;
    let tree = ast.block(block.block);
    if tree.dynamic_param.is_some() || tree.begin.is_some() || tree.process.is_some() || tree.clean.is_some() {
        return None;
    }
    let body = ast.body(tree.end?.body);
    let [one] = ast.stmts(body.statements) else { return None };
    let Stmt::Pipeline { elements, background: false } = *ast.stmt(*one) else { return None };
    if !ast.stmts(body.traps).is_empty() {
        return None;
    }
    let mut made = Vec::new();
    for element in ast.list(elements) {
        let ElementKind::Command(command) = element.kind else { return None };
        if !element.redirections.is_empty() || command.invocation == Invocation::Dot {
            return None;
        }
        made.push(call(ast, &command, &given)?);
    }
    (!made.is_empty()).then_some(made)
}

/// Plain parameters take the arguments in order.
fn parameters<'a>(ast: &Ast, block: BlockId, arguments: &[Value]) -> Option<Given<'a>> {
    let Some(params) = ast.block(block).params else { return arguments.is_empty().then(Vec::new) };
    let params = ast.param_block(params);
    let list = ast.list(params.params);
    if !params.attributes.is_empty() || arguments.len() > list.len() {
        return None;
    }
    let mut given = Vec::new();
    for (at, param) in list.iter().enumerate() {
        let Expr::Variable(variable) = *ast.expr(param.name) else { return None };
        if !param.attributes.is_empty() || param.default.is_some() {
            return None;
        }
        given.push((variable.name, arguments.get(at).cloned().unwrap_or_default()));
    }
    Some(given)
}

fn call(ast: &Ast, command: &Command, given: &Given) -> Option<Call> {
    let mut elements = ast.list(command.elements).iter();
    let CommandElementKind::Expr(name) = elements.next()?.kind else { return None };
    let text = convert::to_display(&value(ast, name, given)?);
    let mut arguments = Vec::new();
    for element in elements {
        match element.kind {
            CommandElementKind::Expr(id) => match *ast.expr(id) {
                Expr::Variable(variable) if variable.splatted => {
                    splat(&of(variable.name, given)?, &mut arguments)?;
                }
                _ => arguments.push(CallArgument { name: None, value: value(ast, id, given)? }),
            },
            CommandElementKind::Parameter { text, argument: None, .. } => {
                arguments.push(CallArgument { name: Some(format!("-{}", ast.text(text))), value: Value::Null });
            }
            CommandElementKind::Parameter { text, argument: Some(id), .. } => {
                let name = Some(format!("-{}:", ast.text(text)));
                arguments.push(CallArgument { name, value: value(ast, id, given)? });
            }
        }
    }
    Some(Call { text, is_script: false, arguments })
}

fn of(name: Sym, given: &Given) -> Option<Value> {
    given.iter().find(|(own, _)| *own == name).map(|(_, value)| value.clone())
}

fn splat(value: &Value, arguments: &mut Vec<CallArgument>) -> Option<()> {
    if let Some(dict) = value.as_dict() {
        for (name, value) in dict.to_vec() {
            arguments.push(CallArgument { name: Some(format!("-{}:", convert::to_display(&name))), value });
        }
    } else if let Some(list) = value.base().as_array() {
        arguments.extend(list.to_vec().into_iter().map(|value| CallArgument { name: None, value }));
    } else if !value.is_null() {
        return None;
    }
    Some(())
}

/// What an expression is without running anything.
fn value(ast: &Ast, id: ExprId, given: &Given) -> Option<Value> {
    Some(match *ast.expr(id) {
        Expr::String { value, .. } => Value::Str(Str::from(ast.text(value))),
        Expr::Const(number) => match ast.constant(number) {
            Const::I32(n) => Value::I32(n),
            Const::I64(n) => Value::I64(n),
            Const::F64(n) => Value::F64(n),
            _ => return None,
        },
        Expr::Variable(variable) if variable.scope == VariableScope::Unqualified && !variable.splatted => {
            match ast.text(variable.path).to_ascii_lowercase().as_str() {
                "true" => Value::Bool(true),
                "false" => Value::Bool(false),
                "null" => Value::Null,
                _ => of(variable.name, given)?,
            }
        }
        Expr::Array(items) => {
            let items: Option<Vec<Value>> = ast.exprs(items).iter().map(|id| value(ast, *id, given)).collect();
            Value::array(items?)
        }
        _ => return None,
    })
}
