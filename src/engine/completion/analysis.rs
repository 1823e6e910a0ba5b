//! From the token at the cursor to the kind of completion (PowerShell's CompletionAnalysis).

use language::ast::CommandElement;
use language::ast::{
    AttributeKind, CommandElementKind, Element, ElementKind, Expr, Node, RedirectTo, Redirection, Stmt, TypeId,
    TypeName,
};
use language::{TokenFlags, TokenKind, TokenValue};

use super::context::{Cx, holds};
use super::{
    Item, argument, attribute, command_name, comment, enumeration, hashtable, identifier, index, keyword, member,
    operator, parameter, path, type_name, variable,
};

/// All that is offered. What is replaced stands in the state afterwards.
pub fn complete(cx: &mut Cx<'_>) -> Vec<Item> {
    let found = match cx.token {
        Some(_) => at_token(cx),
        None => after_token(cx),
    };
    found.filter(|items| !items.is_empty()).or_else(|| last_resorts(cx)).unwrap_or_default()
}

/// A type's name, keys of a hash literal, then a file, when the token gave nothing.
fn last_resorts(cx: &mut Cx<'_>) -> Option<Vec<Item>> {
    if let Some((span, text)) = type_to_complete(cx) {
        cx.replace(span);
        cx.word = text;
        return Some(type_name::complete(cx));
    }
    let is_value = cx.token.or(cx.before).is_some_and(|t| t.kind == TokenKind::Equals);
    if !is_value && let Some(items) = hashtable::complete(cx).filter(|items| !items.is_empty()) {
        cx.insert_here();
        return Some(items);
    }
    let text = cx.source.text().to_string();
    if !text.is_empty() && !text.contains(char::is_whitespace) {
        let span = cx.ast.span(Node::Block(cx.ast.root()));
        cx.replace(span);
        cx.word = text;
        return Some(command_name::files(cx));
    }
    None
}

/// The part of a type's name at the cursor.
fn type_to_complete(cx: &Cx<'_>) -> Option<(language::Span, String)> {
    let of_expression = cx.related.iter().find_map(|node| match node {
        Node::Expr(id) => match *cx.ast.expr(*id) {
            Expr::Type(ty) => Some(ty),
            _ => None,
        },
        _ => None,
    });
    let named = match of_expression {
        Some(ty) => part_at(cx, ty),
        None => cx
            .related
            .iter()
            .find_map(|node| match node {
                Node::Attribute(id) if cx.ast.attribute(*id).kind == AttributeKind::Type => {
                    Some(cx.ast.attribute(*id).ty)
                }
                _ => None,
            })
            .and_then(|ty| part_at(cx, ty)),
    };
    if let Some(ty) = named {
        return Some((cx.ast.span_type(ty), cx.ast.type_full_name(ty)));
    }
    let token = cx.token.filter(|t| t.has(TokenFlags::TYPE_NAME))?;
    Some((token.span, cx.token_text(&token)))
}

fn part_at(cx: &Cx<'_>, ty: TypeId) -> Option<TypeId> {
    if !holds(cx.ast.span_type(ty), cx.cursor) {
        return None;
    }
    match *cx.ast.type_name(ty) {
        TypeName::Simple { .. } => Some(ty),
        TypeName::Array { element, .. } => part_at(cx, element),
        TypeName::Generic { base, args, .. } => {
            part_at(cx, base).or_else(|| cx.ast.list(args).iter().find_map(|arg| part_at(cx, *arg)))
        }
    }
}

fn at_token(cx: &mut Cx<'_>) -> Option<Vec<Item>> {
    let token = cx.token?;
    let last = cx.last();
    let above = cx.parent(last);
    cx.replace(token.span);
    cx.word = cx.token_text(&token);
    let after = |cx: &mut Cx<'_>| {
        cx.start += i64::from(token.span.len);
        cx.length = 0;
    };
    use TokenKind::*;
    if token.has(TokenFlags::KEYWORD)
        && token.kind != Using
        && let Some(items) = keyword::using_words(cx)
    {
        return Some(items);
    }
    match token.kind {
        Variable | SplattedVariable => {
            if let TokenValue::Variable(v) = token.value {
                cx.word = cx.ast.text(v.path).to_string();
            }
            Some(variable::complete(cx))
        }
        Generic | MinusMinus | Identifier | Multiply if !token.has(TokenFlags::TYPE_NAME) => {
            keyword::using_words(cx).or_else(|| identifier::complete(cx))
        }
        Parameter => {
            let is_first = matches!(last, Node::Expr(id) if cx.ast.string_value(id).is_some())
                && cx.is_command(above)
                && above.is_some_and(|command| cx.command_elements(command).len() == 1);
            if is_first {
                return Some(command_name::files(cx));
            }
            if let Some(items) = keyword::statement_flags(cx) {
                return Some(items);
            }
            if is_operator_place(cx, last) {
                let word = cx.word.clone();
                return Some(operator::complete(&word));
            }
            if cx.word.ends_with(':') {
                cx.start = i64::from(token.span.end());
                cx.length = 0;
                cx.word.clear();
                return argument::complete(cx);
            }
            Some(parameter::complete(cx))
        }
        Dot | ColonColon | QuestionDot => {
            after(cx);
            Some(member::complete(cx, token.kind == ColonColon))
        }
        Comment => comment::complete(cx),
        StringExpandable | StringLiteral | HereStringExpandable | HereStringLiteral => {
            if let Some(assignment) = assignment_of(cx, last)
                && let Some(items) = enumeration::for_assignment(cx, assignment)
            {
                return Some(items);
            }
            identifier::complete_string(cx)
        }
        Comma => {
            let is_error = matches!(last, Node::Expr(id) if matches!(cx.ast.expr(id), Expr::Error(_)));
            if is_error && (cx.is_command(above) || matches!(above, Some(Node::CommandParameter(_)))) {
                after(cx);
                return argument::complete(cx);
            }
            // The array ends with the comma: its next item is to come.
            if matches!(last, Node::Expr(_)) && argument::is_in_command(cx, last) {
                after(cx);
                cx.word.clear();
                return argument::complete(cx);
            }
            None
        }
        AtCurly => {
            let items = hashtable::complete(cx);
            after(cx);
            items
        }
        Semi if matches!(last, Node::Expr(id) if matches!(cx.ast.expr(id), Expr::Hash(_))) => {
            let items = hashtable::complete(cx);
            after(cx);
            items
        }
        Number if argument::is_in_command(cx, last) => argument::complete(cx),
        Redirection if redirects_to_nothing(cx, last) => {
            cx.word.clear();
            after(cx);
            Some(path::complete(cx, &path::Wanted::ALL))
        }
        Minus => {
            if matches!(last, Node::Expr(id) if cx.ast.string_value(id).is_some()) && cx.is_command(above) {
                return identifier::complete(cx);
            }
            let is_binary = matches!(last, Node::Expr(id) if matches!(cx.ast.expr(id), Expr::Binary { .. }))
                || is_operator_place(cx, last);
            if is_binary {
                return Some(operator::complete(""));
            }
            keyword::statement_flags(cx)
        }
        LBracket => {
            let target = index::target(cx, last)?;
            after(cx);
            cx.word.clear();
            Some(index::complete(cx, target)).filter(|items| !items.is_empty()).or_else(|| {
                cx.replace(token.span);
                None
            })
        }
        Equals | AtParen | LParen => {
            if matches!(last, Node::Attribute(_)) {
                let kept = (cx.start, cx.length);
                after(cx);
                let items = attribute::complete(cx);
                if items.as_ref().is_none_or(Vec::is_empty) {
                    (cx.start, cx.length) = kept;
                }
                return items;
            }
            if let Node::Stmt(id) = last
                && matches!(cx.ast.stmt(id), Stmt::Assign { .. })
            {
                after(cx);
                cx.word.clear();
                return enumeration::for_assignment(cx, id);
            }
            if let Some(Node::Param(place)) = above
                && !cx.ast.list(cx.ast.at::<language::ast::Param>(place).attributes).is_empty()
            {
                after(cx);
                cx.word.clear();
                return enumeration::for_parameter_default(cx, place);
            }
            None
        }
        Break | Continue => Some(keyword::labels(cx)),
        Using => keyword::using_words(cx),
        _ if token.has(TokenFlags::KEYWORD) => {
            let mut items = command_name::files(cx);
            items.extend(command_name::complete(cx));
            Some(items)
        }
        _ if token.flags.has(TokenFlags::BINARY_OPERATOR) || token.flags.has(TokenFlags::UNARY_OPERATOR) => {
            let word = cx.word.clone();
            word.starts_with('-').then(|| operator::complete(&word))
        }
        _ => {
            cx.start = -1;
            cx.length = -1;
            None
        }
    }
}

/// Whether the parameter or dash at the cursor stands where an operator would.
fn is_operator_place(cx: &Cx<'_>, last: Node) -> bool {
    match last {
        Node::CommandParameter(_) => !cx.is_command(cx.parent(last)),
        Node::Expr(id) => match *cx.ast.expr(id) {
            Expr::Error(nodes) => cx.ast.list(nodes).len() > 1,
            _ => false,
        },
        _ => false,
    }
}

/// The assignment whose whole value is the expression.
fn assignment_of(cx: &Cx<'_>, node: Node) -> Option<language::ast::StmtId> {
    let Some(Node::Element(place)) = cx.parent(node) else { return None };
    if !matches!(cx.ast.at::<Element>(place).kind, ElementKind::Expr(_)) {
        return None;
    }
    match cx.parent(Node::Element(place)) {
        Some(Node::Stmt(id)) if matches!(cx.ast.stmt(id), Stmt::Assign { .. }) => Some(id),
        _ => None,
    }
}

fn redirects_to_nothing(cx: &Cx<'_>, last: Node) -> bool {
    let is_error = |node: Node| matches!(node, Node::Expr(id) if matches!(cx.ast.expr(id), Expr::Error(_)));
    match last {
        Node::Redirection(place) => matches!(cx.ast.at::<Redirection>(place).to, RedirectTo::File { .. }),
        node => is_error(node) && matches!(cx.parent(node), Some(Node::Redirection(_))),
    }
}

fn after_token(cx: &mut Cx<'_>) -> Option<Vec<Item>> {
    let last = cx.last();
    let above = cx.parent(last);
    let line = cx.source.line(cx.source.position(cx.cursor).line);
    let is_continued = cx.before.is_some_and(|t| t.kind == TokenKind::LineContinuation);
    let skips = line.trim().is_empty() && !is_continued;
    let is_expression = matches!(last, Node::Expr(_));
    let is_parameter = match last {
        Node::CommandParameter(place) => {
            matches!(cx.ast.at::<CommandElement>(place).kind, CommandElementKind::Parameter { .. })
        }
        _ => false,
    };
    let is_in_command =
        is_parameter || cx.is_command(Some(last)) || (is_expression && argument::is_in_command(cx, last));
    if !skips && is_in_command {
        cx.word.clear();
        cx.insert_here();
        if let Node::Expr(id) = last
            && matches!(cx.ast.expr(id), Expr::Hash(_))
        {
            return hashtable::keys_of(cx, id);
        }
        return argument::complete(cx);
    }
    let before = cx.before?;
    match before.kind {
        TokenKind::Redirection if redirects_to_nothing(cx, last) => {
            cx.insert_here();
            cx.word.clear();
            return Some(path::complete(cx, &path::Wanted::ALL));
        }
        TokenKind::Using => return keyword::using_words(cx),
        TokenKind::Equals => {
            let assignment = cx.related.iter().rev().find_map(|n| match n {
                Node::Stmt(id) if matches!(cx.ast.stmt(*id), Stmt::Assign { .. }) => Some(*id),
                _ => None,
            });
            if let Some(id) = assignment {
                cx.word.clear();
                cx.insert_here();
                let items = enumeration::for_assignment(cx, id);
                if items.as_ref().is_some_and(|items| !items.is_empty()) {
                    return items;
                }
                (cx.start, cx.length) = (-1, -1);
            }
        }
        TokenKind::Break | TokenKind::Continue => {
            cx.word.clear();
            cx.insert_here();
            let items = keyword::labels(cx);
            if items.is_empty() {
                (cx.start, cx.length) = (-1, -1);
            }
            return Some(items);
        }
        TokenKind::Dot | TokenKind::ColonColon => {}
        _ if before.has(TokenFlags::BINARY_OPERATOR) => {
            let binary = cx.related.iter().rev().find_map(|n| match n {
                Node::Expr(id) => match *cx.ast.expr(*id) {
                    Expr::Binary { op, left, .. } if op == before.kind => Some(left),
                    _ => None,
                },
                _ => None,
            });
            if let Some(left) = binary {
                cx.word.clear();
                let items = enumeration::for_comparison(cx, left);
                if !items.is_empty() {
                    cx.insert_here();
                    return Some(items);
                }
            }
        }
        _ => {}
    }
    let _ = above;
    None
}
