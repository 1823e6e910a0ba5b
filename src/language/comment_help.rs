//! Comment-based help: the comments that belong to a script or function, taken apart.

use std::sync::Arc;

use crate::ast::{Ast, Expr, FunctionId};
use crate::parser::{Options, parse_with};
use crate::position::{Source, Span};
use crate::symbol::Sym;
use crate::token::{Token, TokenKind};

/// Help that stands in comments. Texts keep their line ends; sections that were not written are `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct CommentHelp {
    pub synopsis: Option<String>,
    pub description: Option<String>,
    pub notes: Option<String>,
    pub component: Option<String>,
    pub role: Option<String>,
    pub functionality: Option<String>,
    pub examples: Vec<String>,
    pub inputs: Vec<String>,
    pub outputs: Vec<String>,
    pub links: Vec<String>,
    /// Name and text, in order.
    pub parameters: Vec<(String, String)>,
    pub forward_target: Option<String>,
    pub forward_category: Option<String>,
    pub remote_runspace: Option<String>,
    pub external_help: Option<String>,
}

/// Whose help is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HelpTarget {
    /// The whole script.
    Script,
    /// A function of it.
    Function(FunctionId),
}

/// Finds the help of a script or function. The source is scanned again, since trees do not keep comments.
pub fn comment_help(ast: &Ast, target: HelpTarget) -> Option<CommentHelp> {
    let source: Arc<Source> = ast.source().clone();
    let parsed = parse_with(source.clone(), &Options { tokens: true, ..Options::default() });
    let tokens = &parsed.tokens.tokens;
    let found = match target {
        HelpTarget::Script => script_help(ast, &source, tokens),
        HelpTarget::Function(id) => {
            let function = ast.function(id);
            let first = tokens.iter().position(|token| token.span.start >= function.span.start)?;
            let before = block_before(&source, tokens, first, 2);
            before.and_then(|lines| parse_lines(&lines)).or_else(|| {
                let body = ast.block(function.body).span;
                let inside: Vec<Token> = tokens
                    .iter()
                    .filter(|token| token.span.start > body.start && token.span.end() < body.end())
                    .copied()
                    .collect();
                body_help(&source, &inside)
            })
        }
    };
    let mut help = found?;
    for (name, text) in parameter_comments(ast, target, &source, tokens) {
        let is_known = |known: &(String, String)| Sym::intern(&known.0) == Sym::intern(&name);
        if !help.parameters.iter().any(is_known) {
            help.parameters.push((name, text));
        }
    }
    Some(help)
}

/// The comments right above parameters, by parameter.
fn parameter_comments(ast: &Ast, target: HelpTarget, source: &Source, tokens: &[Token]) -> Vec<(String, String)> {
    let (block, own) = match target {
        HelpTarget::Script => (ast.root(), None),
        HelpTarget::Function(id) => (ast.function(id).body, ast.function(id).params),
    };
    let list = match (own, ast.block(block).params) {
        (Some(list), _) => list,
        (None, Some(id)) => ast.param_block(id).params,
        (None, None) => return Vec::new(),
    };
    let mut found = Vec::new();
    for param in ast.list(list) {
        let Some(at) = tokens.iter().position(|token| token.span.start >= param.span.start) else { continue };
        let Some(lines) = block_before(source, tokens, at, 2) else { continue };
        let text = section(&lines, &mut 0);
        let name = match ast.expr(param.name) {
            Expr::Variable(variable) => ast.text(variable.path),
            _ => ast.expr_text(param.name),
        };
        found.push((name.to_owned(), text));
    }
    found
}

fn script_help(ast: &Ast, source: &Source, tokens: &[Token]) -> Option<CommentHelp> {
    let mut start = 0;
    while let Some((lines, next)) = block_from(source, tokens, start) {
        if let Some(help) = parse_lines(&lines) {
            // Help right before a function is the function's.
            let following = tokens[next..].iter().find(|token| token.kind != TokenKind::NewLine);
            let end = line_of(source, tokens[next - 1].span.end());
            let of_function = following.is_some_and(|token| {
                matches!(token.kind, TokenKind::Function | TokenKind::Filter)
                    && line_of(source, token.span.start) <= end + 2
                    && !ast.stmts(ast.block(ast.root()).usings).iter().any(|id| ast.span_stmt(*id) == token.span)
            });
            return if of_function { None } else { Some(help) };
        }
        start = next;
        let more = tokens.get(start).is_some_and(|token| matches!(token.kind, TokenKind::Comment | TokenKind::NewLine));
        if !more {
            break;
        }
    }
    let end = tokens.iter().rposition(|token| token.kind != TokenKind::EndOfInput)? + 1;
    let lines = block_before(source, tokens, end, u32::MAX)?;
    parse_lines(&lines)
}

fn body_help(source: &Source, tokens: &[Token]) -> Option<CommentHelp> {
    let first = block_from(source, tokens, 0).and_then(|(lines, _)| parse_lines(&lines));
    first.or_else(|| parse_lines(&block_before(source, tokens, tokens.len(), u32::MAX)?))
}

fn line_of(source: &Source, at: u32) -> u32 {
    source.position(at).line
}

/// The block of comments that starts at the first token that is no line end, and the index after it.
fn block_from(source: &Source, tokens: &[Token], start: usize) -> Option<(Vec<String>, usize)> {
    let mut at = start;
    while tokens.get(at).is_some_and(|token| token.kind == TokenKind::NewLine) {
        at += 1;
    }
    let mut lines = Vec::new();
    let mut last_line = None;
    let mut end = at;
    for (index, token) in tokens.iter().enumerate().skip(at) {
        match token.kind {
            TokenKind::NewLine => continue,
            TokenKind::Comment => {}
            _ => break,
        }
        let line = line_of(source, token.span.start);
        if last_line.is_some_and(|last| line > last + 1) {
            break;
        }
        collect(source, token.span, &mut lines);
        last_line = Some(line_of(source, token.span.end()));
        end = index + 1;
    }
    (end > at).then_some((lines, end))
}

/// The block of comments right before a token, at most some lines away.
fn block_before(source: &Source, tokens: &[Token], before: usize, distance: u32) -> Option<Vec<String>> {
    let mut next_line = match tokens.get(before) {
        Some(token) if distance != u32::MAX => Some(line_of(source, token.span.start)),
        _ => None,
    };
    let mut limit = distance;
    let mut spans: Vec<Span> = Vec::new();
    for token in tokens[..before.min(tokens.len())].iter().rev() {
        match token.kind {
            TokenKind::NewLine => continue,
            TokenKind::Comment => {}
            _ => break,
        }
        let end = line_of(source, token.span.end());
        if next_line.is_some_and(|line| end.saturating_add(limit) < line) {
            break;
        }
        limit = 1;
        next_line = Some(line_of(source, token.span.start));
        spans.push(token.span);
    }
    if spans.is_empty() {
        return None;
    }
    let mut lines = Vec::new();
    for span in spans.iter().rev() {
        collect(source, *span, &mut lines);
    }
    Some(lines)
}

/// The lines of a comment without its marks.
fn collect(source: &Source, span: Span, lines: &mut Vec<String>) {
    let text = source.slice(span);
    if let Some(block) = text.strip_prefix("<#") {
        let block = block.strip_suffix("#>").unwrap_or(block).trim_matches('#').trim_end();
        lines.extend(block.split('\n').map(|line| line.trim_end_matches('\r').to_owned()));
    } else {
        lines.push(text.trim_start_matches('#').to_owned());
    }
}

/// `.NAME argument` on a line of its own.
fn directive(line: &str) -> Option<(String, &str)> {
    let rest = line.trim().strip_prefix('.')?;
    let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
    let (name, argument) = rest.split_at(end);
    if name.is_empty() || !(argument.is_empty() || argument.starts_with(char::is_whitespace)) {
        return None;
    }
    Some((name.to_ascii_uppercase(), argument.trim()))
}

/// Takes help apart; `None` when the comment is no help, or names a section that does not exist.
fn parse_lines(lines: &[String]) -> Option<CommentHelp> {
    let first = lines.iter().find(|line| !line.trim().is_empty())?;
    directive(first)?;
    let mut help = CommentHelp::default();
    let mut at = 0;
    while at < lines.len() {
        let Some((name, argument)) = directive(&lines[at]) else {
            if !lines[at].trim().is_empty() {
                return None;
            }
            at += 1;
            continue;
        };
        let argument = argument.to_owned();
        at += 1;
        if !argument.is_empty() {
            match name.as_str() {
                "PARAMETER" => {
                    let text = section(lines, &mut at);
                    let same = |known: &(String, String)| Sym::intern(&known.0) == Sym::intern(&argument);
                    if !help.parameters.iter().any(same) {
                        help.parameters.push((argument, text));
                    }
                }
                "FORWARDHELPTARGETNAME" => help.forward_target = Some(argument),
                "FORWARDHELPCATEGORY" => help.forward_category = Some(argument),
                "REMOTEHELPRUNSPACE" => help.remote_runspace = Some(argument),
                "EXTERNALHELP" => help.external_help = Some(argument),
                _ => return None,
            }
            continue;
        }
        let text = section(lines, &mut at);
        match name.as_str() {
            "SYNOPSIS" => help.synopsis = Some(text),
            "DESCRIPTION" => help.description = Some(text),
            "NOTES" => help.notes = Some(text),
            "LINK" => help.links.push(text.trim().to_owned()),
            "EXAMPLE" => help.examples.push(text),
            "INPUTS" => help.inputs.push(text),
            "OUTPUTS" => help.outputs.push(text),
            "COMPONENT" => help.component = Some(text.trim().to_owned()),
            "ROLE" => help.role = Some(text.trim().to_owned()),
            "FUNCTIONALITY" => help.functionality = Some(text.trim().to_owned()),
            _ => return None,
        }
    }
    Some(help)
}

/// The lines up to the next section, without the indentation of the first.
fn section(lines: &[String], at: &mut usize) -> String {
    let mut out = String::new();
    let mut indent = None;
    let is_blank = |c: char| matches!(c, ' ' | '\t' | '\u{a0}');
    while let Some(line) = lines.get(*at) {
        if directive(line).is_some() {
            break;
        }
        *at += 1;
        if indent.is_none() && line.trim().is_empty() {
            continue;
        }
        let indent = *indent.get_or_insert_with(|| line.chars().take_while(|c| is_blank(*c)).count());
        let cut: usize = line.chars().take(indent).take_while(|c| is_blank(*c)).map(char::len_utf8).sum();
        out.push_str(&line[cut..]);
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ast::Stmt;
    use crate::parse;

    fn function_help(text: &str) -> Option<CommentHelp> {
        let parsed = parse(Arc::new(Source::new(text)));
        let root = *parsed.ast.block(parsed.ast.root());
        let body = *parsed.ast.body(root.end?.body);
        let function = parsed.ast.stmts(body.statements).iter().find_map(|id| match *parsed.ast.stmt(*id) {
            Stmt::Function(function) => Some(function),
            _ => None,
        });
        comment_help(&parsed.ast, HelpTarget::Function(function?))
    }

    #[test]
    fn places() {
        let inside =
            "function f {\n<#\n.SYNOPSIS\n  Short.\n.PARAMETER Name\n  The name.\n    More.\n#>\nparam($Name)\n}";
        let help = function_help(inside).expect("help in the body");
        assert_eq!(help.synopsis.as_deref(), Some("Short.\n"));
        assert_eq!(help.parameters, [("Name".to_owned(), "The name.\n  More.\n".to_owned())]);
        let before = "1\n# .SYNOPSIS\n# Before.\nfunction f { }";
        assert_eq!(function_help(before).and_then(|help| help.synopsis).as_deref(), Some("Before.\n"));
        assert!(function_help("# plain\nfunction f { }").is_none());
        assert!(function_help("# .SYNOPSIS\n# Far.\n\n\n\nfunction f { }").is_none());
        let end = "function f { 1\n# .DESCRIPTION\n# At the end.\n}";
        assert_eq!(function_help(end).and_then(|help| help.description).as_deref(), Some("At the end.\n"));
    }

    #[test]
    fn script() {
        let parsed = parse(Arc::new(Source::new("<#\n.SYNOPSIS\nS\n.EXAMPLE\nfoo\n.EXAMPLE\nbar\n#>\nparam($x)\n1")));
        let help = comment_help(&parsed.ast, HelpTarget::Script).expect("help of the script");
        assert_eq!(help.examples, ["foo\n", "bar\n"]);
    }
}
