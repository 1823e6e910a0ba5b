//! Arguments of commands.

use command::Validation;
use language::ast::{Expr, Node};
use language::{TokenKind, ast::CommandElement, ast::CommandElementKind};
use values::TypeRef;

use super::binding::{self, Bound, Given};
use super::context::{Cx, holds};
use super::{Item, Kind, command_name, custom, known, live, path, quote};

/// What a parameter offers.
#[derive(Default)]
pub struct Offer {
    pub items: Vec<Item>,
    /// There is nothing else to offer, not even files.
    pub is_final: bool,
}

impl Offer {
    /// All that there is.
    pub fn complete(items: Vec<Item>) -> Offer {
        Offer { items, is_final: true }
    }
}

/// Whether an expression is an argument of a command, or an item of one.
pub fn is_in_command(cx: &Cx<'_>, node: Node) -> bool {
    command_of(cx, node).is_some()
}

/// The command that an expression is an argument of.
fn command_of(cx: &Cx<'_>, node: Node) -> Option<Node> {
    let mut above = cx.parent(node)?;
    if matches!(above, Node::Expr(id) if matches!(cx.ast.expr(id), Expr::Array(_) | Expr::Error(_))) {
        above = cx.parent(above)?;
    }
    if matches!(above, Node::CommandParameter(_)) {
        above = cx.parent(above)?;
    }
    cx.is_command(Some(above)).then_some(above)
}

/// The values that an argument could have at the cursor.
pub fn complete(cx: &mut Cx<'_>) -> Option<Vec<Item>> {
    let last = cx.last();
    let (command, expression) = match last {
        Node::Expr(_) => {
            let command = command_of(cx, last)?;
            let is_name = cx.command_elements(command).len() == 1;
            let keeps = !cx.word.is_empty() && !is_name;
            (command, keeps.then_some(last))
        }
        Node::CommandParameter(_) => (cx.parent(last).filter(|c| cx.is_command(Some(*c)))?, None),
        node if cx.is_command(Some(node)) => (node, None),
        _ => return None,
    };
    let bound = binding::bind(cx, command, None);
    let mut offer = Offer::default();
    match &bound {
        Some(bound) => offer = of_bound(cx, command, bound, expression),
        None => offer.items = native(cx, command),
    }
    if offer.is_final || !offer.items.is_empty() {
        return Some(offer.items);
    }
    let is_call_of_name = expression.is_none() && cx.command_elements(command).len() == 1 && !cx.word.is_empty();
    if is_call_of_name {
        let mut items = command_name::complete(cx);
        items.extend(path::complete(cx, &path::Wanted::ALL));
        return Some(items);
    }
    let literal = cx.literal_paths;
    cx.literal_paths |= bound.is_none();
    let items = path::complete(cx, &path::Wanted::ALL);
    cx.literal_paths = literal;
    Some(items)
}

/// What a completer for programs (and functions without parameters of ours) offers.
fn native(cx: &mut Cx<'_>, command: Node) -> Vec<Item> {
    let Some(Node::Expr(id)) = cx.command_elements(command).first().copied() else { return Vec::new() };
    let Some(name) = cx.ast.string_value(id).map(str::to_string) else { return Vec::new() };
    custom::native(cx, &name, command)
}

fn of_bound(cx: &mut Cx<'_>, command: Node, bound: &Bound, expression: Option<Node>) -> Offer {
    match location(cx, bound, expression) {
        Location::Named(at) => of_parameter(cx, command, bound, at),
        Location::Position { index, parameter } => {
            if let Some(at) = parameter {
                let offer = of_parameter(cx, command, bound, at);
                if offer.is_final || !offer.items.is_empty() {
                    return offer;
                }
            }
            by_position(cx, command, bound, index)
        }
        Location::Unknown => Offer::default(),
    }
}

/// Which parameter an argument belongs to.
enum Location {
    Named(usize),
    Position { index: usize, parameter: Option<usize> },
    Unknown,
}

fn location(cx: &Cx<'_>, bound: &Bound, expression: Option<Node>) -> Location {
    let of = |g: &Given| match (g.name, g.position) {
        (Some(_), _) => g.parameter.map_or(Location::Unknown, Location::Named),
        (None, Some(index)) => Location::Position { index, parameter: g.parameter },
        (None, None) => Location::Unknown,
    };
    if let Some(expression) = expression {
        let span = cx.ast.span(expression);
        let inside = bound.given.iter().find(|g| {
            g.value.is_some_and(|v| {
                let whole = cx.ast.span(v);
                v == expression || (whole.start <= span.start && span.end() <= whole.end())
            })
        });
        if let Some(g) = inside {
            return of(g);
        }
    }
    let token = cx.token.or(cx.before);
    // After a comma the array goes on.
    if token.is_some_and(|t| t.kind == TokenKind::Comma) {
        let comma = token.map(|t| t.span.end()).unwrap_or(0);
        let inside = bound.given.iter().find(|g| {
            g.value.is_some_and(|v| {
                let span = cx.ast.span(v);
                holds(span, comma) || span.end() + 1 == comma
            })
        });
        if let Some(g) = inside {
            return of(g);
        }
    }
    let before = bound.given.iter().rfind(|g| {
        let end = [g.name, g.value].into_iter().flatten().map(|n| cx.ast.span(n).end()).max().unwrap_or(0);
        end <= cx.cursor
    });
    let mut index = 0;
    for g in &bound.given {
        let end = g.value.map(|v| cx.ast.span(v).end()).unwrap_or(0);
        if g.position.is_some() && end <= cx.cursor {
            index += 1;
        }
    }
    if let Some(g) = before {
        let has_value = g.value.is_some_and(|v| !is_empty(cx, v));
        if g.name.is_some() && !has_value {
            match g.parameter {
                Some(at) if !bound.parameters[at].is_switch() || has_colon(cx, g) => return Location::Named(at),
                Some(_) => {}
                None => return Location::Unknown,
            }
        }
    }
    let next = bound.given.iter().find(|g| g.position == Some(index));
    let _ = next;
    Location::Position { index, parameter: None }
}

fn is_empty(cx: &Cx<'_>, node: Node) -> bool {
    matches!(node, Node::Expr(id) if matches!(cx.ast.expr(id), Expr::Error(_))) || cx.ast.span(node).len == 0
}

fn has_colon(cx: &Cx<'_>, given: &Given) -> bool {
    match given.name {
        Some(Node::CommandParameter(place)) => {
            let element = *cx.ast.at::<CommandElement>(place);
            let CommandElementKind::Parameter { .. } = element.kind else { return false };
            cx.ast.slice(element.span).ends_with(':') || cx.token.is_some_and(|t| cx.token_text(&t).ends_with(':'))
        }
        _ => false,
    }
}

/// The parameter whose position comes next, the default set's first.
fn by_position(cx: &mut Cx<'_>, command: Node, bound: &Bound, index: usize) -> Offer {
    let default = bound.default_set() & bound.named_sets;
    let mut best: Vec<(bool, i32, usize)> = Vec::new();
    let mut rest: Vec<usize> = Vec::new();
    for at in bound.unbound() {
        for place in &bound.parameters[at].in_sets {
            let bits = place.set.map_or(u64::MAX, |set| 1 << set.min(63));
            if bits & bound.named_sets == 0 {
                continue;
            }
            if place.takes_remaining {
                rest.push(at);
            } else if let Some(position) = place.position
                && position >= index as i32
            {
                best.push((default != 0 && bits & default == 0, position, at));
            }
        }
    }
    best.sort();
    let first_position = best.first().map(|b| b.1);
    for (_, position, at) in best {
        if Some(position) != first_position {
            continue;
        }
        let offer = of_parameter(cx, command, bound, at);
        if offer.is_final || !offer.items.is_empty() {
            return offer;
        }
    }
    for at in rest {
        let offer = of_parameter(cx, command, bound, at);
        if offer.is_final || !offer.items.is_empty() {
            return offer;
        }
    }
    Offer::default()
}

/// What a parameter's declaration offers: a set, an enumeration, a completer, what is known of it.
fn of_parameter(cx: &mut Cx<'_>, command: Node, bound: &Bound, at: usize) -> Offer {
    let parameter = &bound.parameters[at];
    for validation in &parameter.validations {
        let values = match validation {
            Validation::Set { values, .. } => values.iter().map(|v| v.to_string()).collect(),
            Validation::SetFrom(source) => custom::generated(cx, source),
            _ => continue,
        };
        return Offer::complete(words(cx, values));
    }
    if let Some(names) = binding::choices(parameter) {
        return Offer::complete(names_of(cx, names));
    }
    if parameter.ty == TypeRef::SWITCH {
        let word = cx.word.to_lowercase();
        let items = ["$true", "$false"]
            .iter()
            .filter(|v| v.starts_with(&word))
            .map(|v| Item::new(*v, *v, Kind::ParameterValue, *v))
            .collect();
        return Offer::complete(items);
    }
    if let Some(offer) = custom::of_parameter(cx, command, bound, parameter) {
        return offer;
    }
    if let Some(items) = live::complete(cx, bound, parameter) {
        return Offer::complete(items);
    }
    known::of_parameter(cx, command, bound, parameter)
}

/// Values of a set that begin with the word, the one that is there already first.
fn words(cx: &Cx<'_>, values: Vec<String>) -> Vec<Item> {
    let mut word = cx.word.clone();
    let mark = quote::take(&mut word);
    let folded = word.to_lowercase();
    let (full, mut rest): (Vec<String>, Vec<String>) = values
        .into_iter()
        .filter(|v| !v.is_empty() && v.to_lowercase().starts_with(&folded))
        .partition(|v| v.to_lowercase() == folded);
    rest.sort_by(|a, b| path::order(a, b));
    full.into_iter()
        .chain(rest)
        .map(|v| Item::new(quote::value(&v, mark), v.clone(), Kind::ParameterValue, v))
        .collect()
}

/// Names of an enumeration that begin with the word.
fn names_of(cx: &Cx<'_>, names: Vec<String>) -> Vec<Item> {
    let mut word = cx.word.clone();
    let mark = quote::take(&mut word);
    let folded = word.to_lowercase();
    let (full, mut rest): (Vec<String>, Vec<String>) =
        names.into_iter().filter(|v| v.to_lowercase().starts_with(&folded)).partition(|v| v.to_lowercase() == folded);
    rest.sort_by(|a, b| path::order(a, b));
    full.into_iter()
        .chain(rest)
        .map(|v| Item::new(format!("{mark}{v}{mark}"), v.clone(), Kind::ParameterValue, v))
        .collect()
}
