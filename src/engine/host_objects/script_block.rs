//! Members of script blocks.

use std::sync::Arc;

use command::Invoke;
use language::ast::{Node, Stmt};
use values::error::error_of;
use values::{Context, ErrorCategory, Result, Str, Value};

use crate::runspace::Runspace;
use crate::scope::ScopeTable;
use crate::script_block::ScriptBlock;

/// Properties.
pub fn get(block: &ScriptBlock, ctx: &mut dyn Context, name: &str) -> Result<Option<Value>> {
    Ok(Some(match name.to_ascii_lowercase().as_str() {
        "file" => Value::from(block.file()),
        "isfilter" => Value::Bool(block.is_filter),
        "isconfiguration" | "debuggerhidden" => Value::Bool(false),
        "attributes" => Value::array(Vec::new()),
        "module" => block.home.as_ref().map_or(Value::Null, crate::module::ModuleObject::value),
        "ast" => ast_of(block),
        "startposition" => crate::syntax::extent(block.ast.source(), block.span()),
        "id" => convert_id(block, ctx)?,
        _ => return Ok(None),
    }))
}

/// The tree of a block: a function's is its definition.
fn ast_of(block: &ScriptBlock) -> Value {
    let own = Node::Block(block.block);
    let above = block.ast.parent(own).filter(|above| match above {
        Node::Function(_) => true,
        Node::Stmt(id) => matches!(block.ast.stmt(*id), Stmt::Function(_)),
        _ => false,
    });
    crate::syntax::value(&block.ast, above.unwrap_or(own))
}

/// A number that tells blocks of one tree apart, as a Guid.
fn convert_id(block: &ScriptBlock, ctx: &mut dyn Context) -> Result {
    let text = format!("{:032x}", (Arc::as_ptr(&block.ast) as usize as u128) << 32 | block.block.index() as u128);
    values::convert::convert(ctx, &Value::from(text), values::TypeRef::GUID)
}

/// Methods.
pub fn call(
    block: &ScriptBlock,
    ctx: &mut dyn Context,
    me: &Value,
    name: &str,
    args: &[Value],
) -> Result<Option<Value>> {
    let Some(runspace) = ctx.engine().downcast_mut::<Runspace>() else { return Ok(None) };
    let how = Invoke { args: spread(args), ..Invoke::default() };
    Ok(Some(match name.to_ascii_lowercase().as_str() {
        "invoke" => {
            let output = runspace.invoke_throwing(me, how).map_err(|f| thrown(f, "Invoke", args.len()))?;
            Value::Array(Arc::new(values::Array::list(collection_type(), values::TypeRef::PSOBJECT, output)))
        }
        "invokereturnasis" => {
            let output = runspace.invoke_throwing(me, how).map_err(|f| thrown(f, "InvokeReturnAsIs", args.len()))?;
            Value::from_output(output)
        }
        "invokewithcontext" => with_context(runspace, me, args)?,
        "getnewclosure" => Value::foreign(block.rebound(Some(runspace.capture_scope()), None)),
        "tostring" => Value::Str(block.text()),
        "checkrestrictedlanguage" => Value::Void,
        "getpowershell" => crate::hosting::of_block(runspace, block)?,
        "getsteppablepipeline" => crate::pipeline::steppable::make(runspace, me, args)?,
        _ => return Ok(None),
    }))
}

fn collection_type() -> values::TypeRef {
    values::TypeRef::find("System.Collections.ObjectModel.Collection[psobject]").unwrap_or(values::TypeRef::ARRAYLIST)
}

/// The arguments of a method that takes any number: one array is all of them.
fn spread(args: &[Value]) -> Vec<Value> {
    match args {
        [Value::Array(list)] if list.is_fixed => list.to_vec(),
        many => many.to_vec(),
    }
}

/// What a block threw, as its caller by method sees it.
fn thrown(flow: Box<values::Flow>, name: &str, count: usize) -> Box<values::Flow> {
    values::members::method_failure(flow, name, count)
}

/// `InvokeWithContext(functions, variables, args...)`.
fn with_context(runspace: &mut Runspace, me: &Value, args: &[Value]) -> Result {
    let mut how = Invoke::default();
    if let Some(functions) = args.first().and_then(Value::as_dict) {
        let pairs = functions.to_vec().into_iter();
        how.functions = pairs.map(|(name, block)| (Str::from(values::convert::to_display(&name)), block)).collect();
    }
    if let Some(list) = args.get(1) {
        let items = match list {
            Value::Null => Vec::new(),
            list => list.as_array().map_or_else(|| vec![list.clone()], |a| a.to_vec()),
        };
        for item in items {
            let Some(variable) = item.as_foreign::<crate::scope::Variable>() else {
                return error_of("InvalidVariable", ErrorCategory::InvalidArgument, "A variable was expected.");
            };
            how.variables.push((variable.name.clone(), variable.get().unwrap_or_default()));
        }
    }
    how.args = spread(args.get(2..).unwrap_or_default());
    let output = runspace.invoke_throwing(me, how).map_err(|f| thrown(f, "InvokeWithContext", args.len()))?;
    Ok(Value::Array(Arc::new(values::Array::list(collection_type(), values::TypeRef::PSOBJECT, output))))
}

/// The module that holds the captured variables of a closure.
pub fn closure_table(parent: Arc<ScopeTable>, variables: Vec<(Str, Value)>) -> Arc<ScopeTable> {
    let name = Str::from(format!("__DynamicModule_{}", uuid::Uuid::new_v4()));
    let state = crate::scope::ModuleState { path: name.clone(), name, data: Default::default() };
    let table = ScopeTable::inside(parent, Some(Arc::new(state)));
    for (name, value) in variables {
        table.put(&name, value);
    }
    table
}
