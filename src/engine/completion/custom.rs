//! Completers that scripts give: `Register-ArgumentCompleter`, `[ArgumentCompleter()]`, `[ArgumentCompletions()]`.

use std::collections::HashMap;
use std::sync::Arc;

use command::{Invoke, Parameter, Wildcard};
use language::ast::Node;
use values::types::automation::completion::CompletionResult;
use values::types::state_of;
use values::{Context, Dict, Str, TypeRef, Value, convert, members};

use super::argument::Offer;
use super::binding::Bound;
use super::context::Cx;
use super::{Item, Kind, safe};
use crate::runspace::Runspace;
use crate::syntax;

const STATE: &str = "engine.argument-completers";

/// What was registered in a session.
#[derive(Default)]
struct Registered {
    /// By `command:parameter` or `parameter`, folded.
    by_parameter: HashMap<String, Value>,
    /// By the command's name, folded.
    native: HashMap<String, Value>,
    /// For programs that have none of their own.
    fallback: Option<Value>,
}

/// What a completer is for.
pub(crate) enum Registration {
    /// A parameter of any command.
    Parameter(String),
    /// A parameter of one command.
    Command(String, String),
    /// A program.
    Native(String),
    /// All programs that have no completer.
    Fallback,
}

/// Keeps a completer.
pub(crate) fn register(runspace: &mut Runspace, what: Registration, block: Value) {
    let slot = runspace.module_state.entry(STATE).or_default();
    let state = slot.get_or_insert_with(|| Box::new(Registered::default()));
    let Some(state) = state.downcast_mut::<Registered>() else { return };
    match what {
        Registration::Parameter(name) => {
            state.by_parameter.insert(name.to_lowercase(), block);
        }
        Registration::Command(command, name) => {
            state.by_parameter.insert(format!("{command}:{name}").to_lowercase(), block);
        }
        Registration::Native(name) => {
            state.native.insert(name.to_lowercase(), block);
        }
        Registration::Fallback => state.fallback = Some(block),
    }
}

fn registered(cx: &Cx<'_>, pick: impl Fn(&Registered) -> Option<Value>) -> Option<Value> {
    let state = cx.runspace.module_state.get(STATE)?.as_ref()?.downcast_ref::<Registered>()?;
    pick(state)
}

/// What a parameter's own or registered completer offers; none where there is none or it gives nothing.
pub fn of_parameter(cx: &mut Cx<'_>, command: Node, bound: &Bound, parameter: &Parameter) -> Option<Offer> {
    let name = bound.info.name.to_string();
    let module = bound.info.module.as_ref().map(|m| format!("{m}\\{name}:{}", parameter.name).to_lowercase());
    let keys = [Some(format!("{name}:{}", parameter.name).to_lowercase()), module, Some(parameter.name.to_lowercase())];
    let block = registered(cx, |r| keys.iter().flatten().find_map(|key| r.by_parameter.get(key).cloned()));
    if let Some(block) = block {
        let args = arguments(cx, command, bound, parameter);
        let items = run(cx, &block, args);
        if !items.is_empty() {
            return Some(Offer::complete(items));
        }
    }
    match parameter.completer.base().clone() {
        Value::Null => None,
        Value::Array(list) => {
            let pattern = Wildcard::new(&format!("{}*", cx.word.trim()));
            let items = list
                .to_vec()
                .iter()
                .map(convert::to_display)
                .filter(|v| pattern.matches(v))
                .map(|v| Item::new(v.clone(), v.clone(), Kind::ParameterValue, v))
                .collect();
            Some(Offer::complete(items))
        }
        Value::Type(ty) => {
            let made = members::construct(cx.runspace, ty, &[]).ok()?;
            Some(Offer::complete(by_object(cx, &made, command, bound, parameter)?))
        }
        block if block.as_foreign::<crate::script_block::ScriptBlock>().is_some() => {
            let args = arguments(cx, command, bound, parameter);
            let items = run(cx, &block, args);
            (!items.is_empty()).then(|| Offer::complete(items))
        }
        object => {
            // A factory attribute makes the completer.
            let made = members::call(cx.runspace, &object, "Create", &[]).ok()?;
            Some(Offer::complete(by_object(cx, &made, command, bound, parameter)?))
        }
    }
}

/// `IArgumentCompleter.CompleteArgument` of an object.
fn by_object(
    cx: &mut Cx<'_>,
    object: &Value,
    command: Node,
    bound: &Bound,
    parameter: &Parameter,
) -> Option<Vec<Item>> {
    let args = arguments(cx, command, bound, parameter);
    let found = members::call(cx.runspace, object, "CompleteArgument", &args).ok()?;
    let list = members::enumerate(cx.runspace, &found).ok()?.unwrap_or_else(|| vec![found.clone()]);
    Some(list.into_iter().filter(|v| !v.is_null()).map(|v| item_of(cx, v)).collect())
}

/// Command, parameter, word, tree, and what is bound.
fn arguments(cx: &mut Cx<'_>, command: Node, bound: &Bound, parameter: &Parameter) -> Vec<Value> {
    let dict = Dict::new(TypeRef::HASHTABLE, TypeRef::OBJECT, TypeRef::OBJECT, values::KeyComparer::IgnoreCase);
    for given in &bound.given {
        let Some(at) = given.parameter else { continue };
        let value = match given.value {
            Some(Node::Expr(id)) => match safe::evaluate(cx, id) {
                Some(value) => value,
                None => Value::from(cx.ast.expr_text(id)),
            },
            _ => crate::host_objects::switch_value(true),
        };
        dict.insert(Value::Str(bound.parameters[at].name.clone()), value);
    }
    vec![
        Value::Str(bound.info.name.clone()),
        Value::Str(parameter.name.clone()),
        Value::from(cx.word.as_str()),
        syntax::value(&cx.ast, command),
        Value::Dict(Arc::new(dict)),
    ]
}

fn run(cx: &mut Cx<'_>, block: &Value, args: Vec<Value>) -> Vec<Item> {
    let how = Invoke { args, ..Invoke::default() };
    // What a completer throws is the completer's own affair: it offers nothing.
    let output = cx.runspace.invoke_script(block, how).unwrap_or_default();
    output.into_iter().filter(|v| !v.is_null()).map(|v| item_of(cx, v)).collect()
}

fn item_of(cx: &mut Cx<'_>, value: Value) -> Item {
    if let Some(result) = state_of::<CompletionResult>(value.base()) {
        let kind = match result.kind {
            2 => Kind::Command,
            3 => Kind::ProviderItem,
            4 => Kind::ProviderContainer,
            5 => Kind::Property,
            6 => Kind::Method,
            7 => Kind::ParameterName,
            8 => Kind::ParameterValue,
            9 => Kind::Variable,
            10 => Kind::Namespace,
            11 => Kind::Type,
            12 => Kind::Keyword,
            _ => Kind::Text,
        };
        let mut item = Item::new(result.text, result.list, kind, result.tip);
        item.object = Some(value);
        return item;
    }
    let text = convert::to_str(cx.runspace, &value).unwrap_or_else(|_| Str::empty()).to_string();
    Item::new(text.clone(), text.clone(), Kind::Text, text)
}

/// What a completer for a program offers.
pub fn native(cx: &mut Cx<'_>, name: &str, command: Node) -> Vec<Item> {
    let short = name.rsplit('/').next().unwrap_or(name);
    let stem = short.rsplit_once('.').map_or(short, |(stem, _)| stem);
    let keys = [name.to_lowercase(), short.to_lowercase(), stem.to_lowercase()];
    let block =
        registered(cx, |r| keys.iter().find_map(|key| r.native.get(key).cloned()).or_else(|| r.fallback.clone()));
    let Some(block) = block else { return Vec::new() };
    let offset = cx.source.position(cx.cursor).offset as i32;
    let args = vec![Value::from(cx.word.as_str()), syntax::value(&cx.ast, command), Value::I32(offset)];
    run(cx, &block, args)
}

/// The values that an IValidateSetValuesGenerator gives.
pub fn generated(cx: &mut Cx<'_>, source: &Value) -> Vec<String> {
    let made = match source.base() {
        Value::Type(ty) => members::construct(cx.runspace, *ty, &[]),
        other => Ok(other.clone()),
    };
    let found = made.and_then(|object| match object.as_array() {
        Some(_) => Ok(object.clone()),
        None => members::call(cx.runspace, &object, "GetValidValues", &[]),
    });
    let Ok(found) = found else { return Vec::new() };
    let context: &mut dyn Context = cx.runspace;
    let list = members::enumerate(context, &found).ok().flatten().unwrap_or_else(|| vec![found.clone()]);
    list.iter().map(convert::to_display).collect()
}
