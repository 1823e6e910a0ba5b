//! Which arguments of a command go to which parameters, without running anything.

use std::sync::Arc;

use command::{CommandInfo, Parameter, ParameterTable};
use language::ast::{Ast, CommandElement, CommandElementKind, Element, ElementKind, Expr, Node};
use values::{TypeRef, Value};

use super::context::Cx;
use super::{command_name as commands, infer};
use crate::script_block::ScriptBlock;

/// An argument of the command line.
#[derive(Clone, Debug)]
pub struct Given {
    /// `-Name`, where it was written.
    pub name: Option<Node>,
    pub value: Option<Node>,
    /// The place among the arguments without names.
    pub position: Option<usize>,
    /// The parameter it goes to.
    pub parameter: Option<usize>,
}

/// A command line bound as far as it goes.
pub struct Bound {
    pub info: Arc<CommandInfo>,
    pub table: Arc<ParameterTable>,
    /// The command's own parameters and the common ones.
    pub parameters: Vec<Parameter>,
    /// How many of them are the command's own.
    pub own: usize,
    pub given: Vec<Given>,
    /// Parameter sets that are still possible, as bits.
    pub sets: u64,
    /// The same before arguments without names were looked at.
    pub named_sets: u64,
    /// Parameters that the pipeline gives.
    pub piped: Vec<usize>,
}

const ALL: u64 = u64::MAX;

/// The sets of a parameter as bits.
pub fn sets_of(parameter: &Parameter) -> u64 {
    if parameter.in_sets.is_empty() {
        return ALL;
    }
    parameter.in_sets.iter().fold(0, |bits, place| bits | place.set.map_or(ALL, |at| 1 << at.min(63)))
}

impl Bound {
    /// Parameters that nothing is bound to.
    pub fn unbound(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.parameters.len())
            .filter(|at| !self.given.iter().any(|g| g.parameter == Some(*at)) && !self.piped.contains(at))
    }

    /// The argument of a parameter.
    pub fn argument(&self, name: &str) -> Option<Node> {
        let found = self
            .given
            .iter()
            .find(|g| g.parameter.is_some_and(|at| self.parameters[at].name.eq_ignore_ascii_case(name)))?;
        found.value
    }

    /// The text of a parameter's argument, where it is a constant.
    pub fn argument_text(&self, cx: &Cx<'_>, name: &str) -> Option<String> {
        match self.argument(name)? {
            Node::Expr(id) => cx.ast.string_value(id).map(str::to_string),
            _ => None,
        }
    }

    /// Bits of the default set.
    pub fn default_set(&self) -> u64 {
        self.table.default_set.map_or(0, |at| 1 << at.min(63))
    }
}

/// A parameter by name, alias or a beginning that only one has.
pub enum Match {
    One(usize),
    Several,
    None,
}

/// Which parameter a name means.
pub fn find(parameters: &[Parameter], name: &str) -> Match {
    let is = |text: &str| text.eq_ignore_ascii_case(name);
    let exact = parameters.iter().position(|p| is(&p.name) || p.aliases.iter().any(|a| is(a)));
    if let Some(at) = exact {
        return Match::One(at);
    }
    let folded = name.to_lowercase();
    let begins = |text: &str| text.to_lowercase().starts_with(&folded);
    let found: Vec<usize> = (0..parameters.len())
        .filter(|at| begins(&parameters[*at].name) || parameters[*at].aliases.iter().any(|a| begins(a)))
        .collect();
    match found.as_slice() {
        [] => Match::None,
        [one] => Match::One(*one),
        _ => Match::Several,
    }
}

/// The same for a name that is still being typed: one that is there in full may yet become a longer one.
pub fn find_by_beginning(parameters: &[Parameter], name: &str) -> Match {
    let folded = name.to_lowercase();
    let begins = |text: &str| text.to_lowercase().starts_with(&folded);
    let mut found = (0..parameters.len())
        .filter(|at| begins(&parameters[*at].name) || parameters[*at].aliases.iter().any(|a| begins(a)));
    match (found.next(), found.next()) {
        (None, _) => Match::None,
        (Some(one), None) => Match::One(one),
        _ => Match::Several,
    }
}

/// The command that a line calls: a function of the source, else one of the session.
fn resolve(cx: &mut Cx<'_>, name: &str) -> Option<(Arc<CommandInfo>, Arc<ParameterTable>)> {
    let local = commands::functions_of_source(cx).into_iter().find(|(n, _)| n.eq_ignore_ascii_case(name));
    if let Some((own, function)) = local {
        let f = *cx.ast.function(function);
        if !has_known_types(cx, function) {
            return None;
        }
        let block = ScriptBlock::new(cx.ast.clone(), f.body, f.params, None);
        let table = block.parameters(cx.runspace);
        let info = crate::commands::script_info(
            values::Str::from(own),
            command::CommandKind::Function,
            Value::foreign(block),
            None,
        );
        return Some((Arc::new(info), table));
    }
    let info = cx.runspace.command_by_name(name).ok().flatten()?;
    if info.kind == command::CommandKind::Application {
        return None;
    }
    let table = crate::host_objects::table_of(cx.runspace, &info);
    Some((info, table))
}

/// A function whose parameters' types are not all known cannot be bound.
fn has_known_types(cx: &mut Cx<'_>, function: language::ast::FunctionId) -> bool {
    let f = *cx.ast.function(function);
    let list = match (f.params, cx.ast.block(f.body).params) {
        (Some(list), _) => cx.ast.list(list).to_vec(),
        (None, Some(block)) => cx.ast.list(cx.ast.param_block(block).params).to_vec(),
        (None, None) => Vec::new(),
    };
    list.iter().all(|p| {
        let attributes = cx.ast.list(p.attributes).to_vec();
        attributes.into_iter().all(|id| {
            let attribute = *cx.ast.attribute(id);
            attribute.kind != language::ast::AttributeKind::Type || {
                let name = cx.ast.type_full_name(attribute.ty);
                values::Context::find_type(cx.runspace, &name).is_some()
            }
        })
    })
}

/// Binds a command line; none where the command is not known or takes no parameters of ours. The parameter whose name is
/// being completed is left out of positions only as far as its own value goes.
pub fn bind(cx: &mut Cx<'_>, node: Node, completing: Option<Node>) -> Option<Bound> {
    let Node::Element(place) = node else { return None };
    let ElementKind::Command(call) = cx.ast.at::<Element>(place).kind else { return None };
    let name = cx.ast.command_name(&call).map(str::to_string);
    let (info, table) = match name {
        Some(name) => resolve(cx, &name)?,
        None => block_command(cx, node)?,
    };
    let mut parameters = table.parameters.clone();
    let own = parameters.len();
    if table.is_advanced {
        parameters.extend(crate::bind::common::parameters(&table));
    }
    parameters.extend(dynamic(cx, &info));
    let given = line(cx, node, &parameters, completing);
    let mut bound = Bound { info, table, parameters, own, given, sets: ALL, named_sets: ALL, piped: Vec::new() };
    for g in &bound.given {
        if let Some(at) = g.parameter {
            let bits = bound.sets & sets_of(&bound.parameters[at]);
            if bits != 0 {
                bound.sets = bits;
            }
        }
    }
    bound.named_sets = bound.sets;
    positions(&mut bound);
    if is_piped(cx, node) {
        let first = bound.unbound().find(|at| {
            bound.parameters[*at]
                .in_sets
                .iter()
                .any(|s| s.by_value && s.set.is_none_or(|set| bound.sets & (1 << set.min(63)) != 0))
        });
        bound.piped.extend(first);
    }
    Some(bound)
}

/// The same outside of a completion.
pub fn bind_statically(runspace: &mut crate::runspace::Runspace, ast: &Arc<Ast>, node: Node) -> Option<Bound> {
    bind(&mut Cx::new(runspace, ast.clone(), Arc::default(), 0), node, None)
}

/// `& { param($x) }`: the block's parameters.
fn block_command(cx: &mut Cx<'_>, node: Node) -> Option<(Arc<CommandInfo>, Arc<ParameterTable>)> {
    let Some(Node::Expr(id)) = cx.command_elements(node).first().copied() else { return None };
    let block = match *cx.ast.expr(id) {
        Expr::ScriptBlock(block) => Value::foreign(ScriptBlock::new(cx.ast.clone(), block, None, None)),
        _ => super::safe::evaluate(cx, id)?,
    };
    let script = block.as_foreign::<ScriptBlock>()?;
    let table = script.parameters(cx.runspace);
    let info = crate::commands::script_info(values::Str::empty(), command::CommandKind::Function, block.clone(), None);
    Some((Arc::new(info), table))
}

fn is_piped(cx: &Cx<'_>, node: Node) -> bool {
    let Some(Node::Stmt(id)) = cx.parent(node) else { return false };
    match *cx.ast.stmt(id) {
        language::ast::Stmt::Pipeline { elements, .. } => {
            !elements.is_empty() && Node::Element(elements.place(0)) != node
        }
        _ => false,
    }
}

/// Parameters that a `dynamicparam` block adds.
fn dynamic(cx: &mut Cx<'_>, info: &CommandInfo) -> Vec<Parameter> {
    let command::CommandBody::Script(block) = &info.body else { return Vec::new() };
    let Some(script) = block.as_foreign::<ScriptBlock>() else { return Vec::new() };
    if script.ast.block(script.block).dynamic_param.is_none() {
        return Vec::new();
    }
    let text = match script.ast.block(script.block).dynamic_param {
        Some(named) => script.ast.slice(script.ast.body(named.body).span).to_string(),
        None => return Vec::new(),
    };
    let inner = text.trim().strip_prefix('{').and_then(|t| t.strip_suffix('}')).unwrap_or(&text).to_string();
    let Ok(block) = command::Session::parse_script(cx.runspace, &inner, None) else { return Vec::new() };
    let output = cx.runspace.invoke_script(&block, command::Invoke::default()).unwrap_or_default();
    let mut found = Vec::new();
    for value in output {
        let Some(dict) = value.as_dict() else { continue };
        for (name, definition) in dict.to_vec() {
            let ty = values::members::get(cx.runspace, &definition, "ParameterType").ok().flatten();
            let ty = match ty {
                Some(Value::Type(ty)) => ty,
                _ => TypeRef::OBJECT,
            };
            let mut parameter = Parameter::new(values::convert::to_display(&name), ty);
            parameter.is_dynamic = true;
            found.push(parameter);
        }
    }
    found
}

/// The arguments of a line and the parameters that names mean.
fn line(cx: &Cx<'_>, node: Node, parameters: &[Parameter], completing: Option<Node>) -> Vec<Given> {
    let elements = cx.command_elements(node);
    let mut given: Vec<Given> = Vec::new();
    let mut position = 0;
    let mut at = 1;
    while at < elements.len() {
        let element = elements[at];
        at += 1;
        match element {
            Node::CommandParameter(place) => {
                let CommandElementKind::Parameter { text, argument, .. } = cx.ast.at::<CommandElement>(place).kind
                else {
                    continue;
                };
                let name = cx.ast.text(text).to_string();
                let found = match find(parameters, &name) {
                    Match::One(index) => Some(index),
                    Match::Several | Match::None => None,
                };
                let is_duplicate = found.is_some() && given.iter().any(|g: &Given| g.parameter == found);
                let takes_next = argument.is_none()
                    && found.is_none_or(|index| !parameters[index].is_switch())
                    && found.is_some()
                    && completing != Some(element);
                let mut value = argument.map(Node::Expr);
                if takes_next && let Some(next @ Node::Expr(_)) = elements.get(at) {
                    value = Some(*next);
                    at += 1;
                }
                given.push(Given {
                    name: Some(element),
                    value,
                    position: None,
                    parameter: found.filter(|_| !is_duplicate && completing != Some(element)),
                });
            }
            Node::Expr(id) => {
                let is_splat = matches!(*cx.ast.expr(id), Expr::Variable(v) if v.splatted);
                let is_dash = matches!(cx.ast.string_value(id), Some("-" | "--"));
                if is_splat || is_dash {
                    continue;
                }
                given.push(Given { name: None, value: Some(element), position: Some(position), parameter: None });
                position += 1;
            }
            _ => {}
        }
    }
    given
}

/// Arguments without names go to parameters by position.
fn positions(bound: &mut Bound) {
    for at in 0..bound.given.len() {
        if bound.given[at].position.is_none() {
            continue;
        }
        let mut best: Option<(i32, bool, usize)> = None;
        for index in bound.unbound() {
            for place in &bound.parameters[index].in_sets {
                let bits = place.set.map_or(ALL, |set| 1 << set.min(63));
                let Some(position) = place.position.filter(|_| bits & bound.sets != 0) else { continue };
                let is_other = bits & bound.default_set() == 0 && bound.default_set() & bound.sets != 0;
                if best.is_none_or(|(p, other, _)| (is_other, position) < (other, p)) {
                    best = Some((position, is_other, index));
                }
            }
        }
        if let Some((_, _, index)) = best {
            bound.given[at].parameter = Some(index);
            let bits = bound.sets & sets_of(&bound.parameters[index]);
            if bits != 0 {
                bound.sets = bits;
            }
        }
    }
}

/// The type that values of a parameter have: elements of arrays, what may be missing.
pub fn effective_type(parameter: &Parameter) -> TypeRef {
    let ty = values::types::bind::nullable(parameter.ty).unwrap_or(parameter.ty);
    ty.element().unwrap_or(ty)
}

/// The words that a parameter's type lets one choose from, as they are listed.
pub fn choices(parameter: &Parameter) -> Option<Vec<String>> {
    let ty = effective_type(parameter);
    if let values::TypeKind::Enum { values, .. } = &ty.info().kind {
        // Two names of one number are both the first of them.
        let names = values.iter().map(|(_, number)| {
            values.iter().find(|(_, n)| n == number).map(|(name, _)| name.to_string()).unwrap_or_default()
        });
        return Some(names.collect());
    }
    if !parameter.enum_names.is_empty() {
        return Some(parameter.enum_names.iter().map(|n| n.to_string()).collect());
    }
    None
}

/// A parameter's type as tooltips show it.
pub fn type_tip(parameter: &Parameter) -> String {
    let known = parameter.ty != TypeRef::OBJECT || parameter.type_name.as_str() == "System.Object";
    let name = match known {
        true => infer::short_name(parameter.ty),
        false => parameter.type_name.rsplit('.').next().unwrap_or_default().to_string(),
    };
    format!("[{name}] ")
}
