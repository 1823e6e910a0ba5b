//! Static members of CommandCompletion and CompletionCompleters.

use std::sync::Arc;

use language::ast::{Ast, Node};
use language::{Options, Source, TokenKind};
use values::error::error_of;
use values::{Array, ErrorCategory, Exception, Result, TypeRef, Value, convert, members};

use super::context::Cx;
use super::{Item, command_name, completed, infer, object, operator, path, type_name, variable};
use crate::runspace::Runspace;
use crate::syntax;

/// Calls a static method; none where the class or method is another's.
pub(crate) fn call_static(runspace: &mut Runspace, ty: TypeRef, name: &str, args: &[Value]) -> Result<Option<Value>> {
    let Some(class) = ty.name().strip_prefix("System.Management.Automation.") else { return Ok(None) };
    Ok(Some(match (class, name.to_ascii_lowercase().as_str()) {
        ("CommandCompletion", "completeinput") => {
            let count = args.len();
            let shown =
                complete_input(runspace, args).map_err(|flow| members::method_failure(flow, "CompleteInput", count))?;
            match shown {
                Some(value) => value,
                None => return Ok(None),
            }
        }
        ("CommandCompletion", "mapstringinputtoparsedinput") if args.len() == 2 => {
            let text = convert::to_str(runspace, &args[0])?;
            let at = number(runspace, &args[1])?;
            let parsed = parse(&text);
            let (ast, list) = (parsed.ast, Arc::new(parsed.tokens));
            let tuple = TypeRef::find(
                "System.Tuple[System.Management.Automation.Language.Ast,System.Management.Automation.Language.Token[],System.Management.Automation.Language.IScriptPosition]",
            );
            let byte = ast.source().byte_at(at.max(0) as u32);
            let items = vec![
                syntax::value(&ast, language::ast::Node::Block(ast.root())),
                syntax::tokens_value(&ast, &list),
                syntax::position(ast.source(), byte),
            ];
            values::types::hold(tuple.unwrap_or(TypeRef::OBJECT), values::types::system::tuple::Items(items))
        }
        ("AstTypeInference", "infertypeof") => match args.first().and_then(|a| a.as_foreign::<syntax::AstObject>()) {
            Some(object) => inferred(runspace, &object.ast.clone(), object.node),
            None => return Ok(None),
        },
        ("CompletionCompleters", method) => {
            let word = match args.first() {
                Some(value) => convert::to_str(runspace, value)?.to_string(),
                None => String::new(),
            };
            let parsed = parse("");
            let mut cx = Cx::new(runspace, parsed.ast, Arc::new(parsed.tokens), 0);
            cx.word = word.clone();
            let items = match method {
                "completecommand" => command_name::complete(&mut cx),
                "completefilename" => path::complete(&mut cx, &path::Wanted::ALL),
                "completetype" => type_name::complete(&mut cx),
                "completevariable" => variable::complete(&mut cx),
                "completeoperator" => operator::complete(&word),
                _ => return Ok(None),
            };
            list_of(&items)
        }
        _ => return Ok(None),
    }))
}

/// The types that a node can have, as a list of PSTypeName.
fn inferred(runspace: &mut Runspace, ast: &Arc<Ast>, node: Node) -> Value {
    let mut cx = Cx::new(runspace, ast.clone(), Arc::new(parse(ast.source().text()).tokens), 0);
    let found = match node {
        Node::Expr(id) => infer::expression(&mut cx, id),
        Node::Stmt(id) => infer::statement(&mut cx, id, 0),
        Node::Body(id) => infer::body_types(&mut cx, id, 0),
        Node::Element(_) => infer::element(&mut cx, node, 0),
        Node::Block(id) => {
            let ends = cx.ast.named_block(id, TokenKind::End).map(|named| named.body);
            ends.map(|body| infer::body_types(&mut cx, body, 0)).unwrap_or_default()
        }
        _ => Vec::new(),
    };
    let mut names: Vec<String> = Vec::new();
    for one in &found {
        let name = one.name(&cx);
        if !name.is_empty() && !names.contains(&name) {
            names.push(name);
        }
    }
    let element = TypeRef::find("System.Management.Automation.PSTypeName").unwrap_or(TypeRef::OBJECT);
    let items = names.into_iter().map(|name| {
        let ty = TypeRef::find(&name).map_or(Value::Null, Value::Type);
        let parts = vec![("Name", Value::from(name)), ("Type", ty)];
        values::types::record::make("System.Management.Automation.PSTypeName", parts)
    });
    let ty = TypeRef::find("System.Collections.Generic.List[System.Management.Automation.PSTypeName]");
    Value::Array(Arc::new(Array::list(ty.unwrap_or(TypeRef::ARRAYLIST), element, items.collect())))
}

fn parse(text: &str) -> language::Parsed {
    language::parse_with(Arc::new(Source::new(text)), &Options { tokens: true, ..Options::default() })
}

fn list_of(items: &[Item]) -> Value {
    let element = TypeRef::find("System.Management.Automation.CompletionResult").unwrap_or(TypeRef::OBJECT);
    let ty = TypeRef::find("System.Collections.Generic.List[System.Management.Automation.CompletionResult]");
    let items = items.iter().map(object::item_value).collect();
    Value::Array(Arc::new(Array::list(ty.unwrap_or(TypeRef::ARRAYLIST), element, items)))
}

fn number(runspace: &mut Runspace, value: &Value) -> Result<i64> {
    Ok(convert::convert(runspace, value, TypeRef::INT32)?.as_i64().unwrap_or(0))
}

/// `CompleteInput(text, cursor, options)`, `CompleteInput(ast, tokens, position, options)`.
fn complete_input(runspace: &mut Runspace, args: &[Value]) -> Result<Option<Value>> {
    let tree = args.first().and_then(|a| a.as_foreign::<syntax::AstObject>()).map(|o| o.ast.clone());
    let found = match (tree, args.len()) {
        (Some(ast), 4 | 5) => {
            let offset = members::get(runspace, &args[2], "Offset")?.unwrap_or_default();
            let cursor = number(runspace, &offset)?;
            let tokens = match args[1].as_array().and_then(|list| list.get(0)) {
                Some(first) => first.as_foreign::<syntax::TokenObject>().map(|t| t.list.clone()),
                None => None,
            };
            let tokens = tokens.unwrap_or_else(|| Arc::new(parse(ast.source().text()).tokens));
            runspace.complete_tree(ast, tokens, cursor.max(0) as u32)
        }
        (None, 3 | 4) => {
            let text = convert::to_str(runspace, &args[0])?;
            let cursor = number(runspace, &args[1])?;
            check(&text, cursor)?;
            runspace.complete(&text, cursor as u32)
        }
        _ => return Ok(None),
    };
    Ok(Some(completed(&found)))
}

/// The cursor stands in the text.
fn check(text: &str, cursor: i64) -> Result<()> {
    if cursor < 0 {
        let ty = TypeRef::find("System.IndexOutOfRangeException");
        return Exception::new(ty.unwrap_or(TypeRef::EXCEPTION), "Index was outside the bounds of the array.").throw();
    }
    if cursor > text.encode_utf16().count() as i64 {
        let ty = TypeRef::find("System.Management.Automation.PSArgumentException");
        return Exception::new(
            ty.unwrap_or(TypeRef::ARGUMENT_EXCEPTION),
            "Cannot process argument because the value of argument \"cursorIndex\" is not valid. Change the value of the \"cursorIndex\" argument and run the operation again.",
        )
        .identity("Argument", ErrorCategory::InvalidArgument, Value::Null)
        .throw();
    }
    Ok(())
}

/// What TabExpansion2 gives for a text, with the errors of the method it calls.
pub(crate) fn tab_expansion(runspace: &mut Runspace, args: &[Value]) -> Result {
    let count = if args.len() > 3 { 4 } else { 3 };
    match complete_input(runspace, args).map_err(|flow| members::method_failure(flow, "CompleteInput", count))? {
        Some(value) => Ok(value),
        None => error_of("InvalidInput", ErrorCategory::InvalidArgument, "There is nothing to complete."),
    }
}
