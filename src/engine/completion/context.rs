//! Where the cursor stands: token, nodes around it, the word to complete, and what it replaces.

use std::sync::Arc;

use language::ast::{Ast, CommandElementKind, Element, ElementKind, ExprId, Node};
use language::{Source, Span, Token, TokenKind, TokenList};

use crate::runspace::Runspace;
use crate::syntax;

/// The state of one completion. Places are bytes of the source.
pub struct Cx<'r> {
    pub runspace: &'r mut Runspace,
    pub ast: Arc<Ast>,
    pub tokens: Arc<TokenList>,
    pub source: Arc<Source>,
    pub cursor: u32,
    /// The token at the cursor or ending there.
    pub token: Option<Token>,
    /// The token before it on its line, where there is none at the cursor.
    pub before: Option<Token>,
    /// Nodes that hold the cursor, from the script inward.
    pub related: Vec<Node>,
    pub word: String,
    /// What is replaced; -1 is nothing.
    pub start: i64,
    pub length: i64,
    /// File names stand as they are, without escaping brackets.
    pub literal_paths: bool,
}

/// Whether a place lies in a span or at its end.
pub fn holds(span: Span, at: u32) -> bool {
    at > span.start && at <= span.end()
}

impl<'r> Cx<'r> {
    /// The state at a cursor.
    pub fn new(runspace: &'r mut Runspace, ast: Arc<Ast>, tokens: Arc<TokenList>, cursor: u32) -> Cx<'r> {
        let source = ast.source().clone();
        let mut cx = Cx {
            runspace,
            ast,
            tokens,
            source,
            cursor,
            token: None,
            before: None,
            related: Vec::new(),
            word: String::new(),
            start: -1,
            length: -1,
            literal_paths: false,
        };
        cx.find_tokens();
        let mut search = cursor;
        match cx.token {
            Some(_) => {}
            None => {
                if let Some(before) = cx.before {
                    search = before.span.end();
                }
            }
        }
        cx.related = cx.nodes_at(search);
        cx
    }

    fn find_tokens(&mut self) {
        let interesting = |t: &&Token| !matches!(t.kind, TokenKind::NewLine | TokenKind::EndOfInput);
        let list = self.tokens.clone();
        let at = |tokens: &[Token]| tokens.iter().filter(interesting).rfind(|t| holds(t.span, self.cursor)).copied();
        self.token = at(&list.tokens);
        while let Some(token) = self.token {
            match at(list.nested_of(&token)) {
                Some(inner) if inner != token => self.token = Some(inner),
                _ => break,
            }
        }
        if self.token.is_none() {
            let line = self.source.position(self.cursor).line;
            self.before = list
                .tokens
                .iter()
                .filter(interesting)
                .rfind(|t| self.cursor >= t.span.end() && self.source.position(t.span.end()).line == line)
                .copied();
        }
    }

    /// The nodes that hold a place, outermost first.
    pub fn nodes_at(&self, at: u32) -> Vec<Node> {
        let root = Node::Block(self.ast.root());
        let mut found = vec![root];
        let mut open = syntax::children(&self.ast, root);
        open.reverse();
        while let Some(node) = open.pop() {
            if holds(self.ast.span(node), at) && !self.is_shadow(node) {
                found.push(node);
            }
            let mut below = syntax::children(&self.ast, node);
            below.reverse();
            open.extend(below);
        }
        found
    }

    /// Nodes that stand for nothing written: a block's empty statements, what a parameter lacks behind its attribute.
    fn is_shadow(&self, node: Node) -> bool {
        match node {
            Node::Named(id, kind) => self.ast.named_block(id, kind).is_some_and(|named| {
                let body = self.ast.body(named.body);
                named.unnamed && body.statements.is_empty() && body.traps.is_empty()
            }),
            Node::Expr(id) if matches!(self.ast.expr(id), language::ast::Expr::Error(_)) => {
                matches!(self.parent(node), Some(Node::Param(_)))
            }
            _ => false,
        }
    }

    /// The innermost node.
    pub fn last(&self) -> Node {
        self.related.last().copied().unwrap_or(Node::Block(self.ast.root()))
    }

    /// The node above another.
    pub fn parent(&self, node: Node) -> Option<Node> {
        syntax::parent(&self.ast, node)
    }

    /// The text of a node.
    pub fn text(&self, node: Node) -> &str {
        self.ast.slice(self.ast.span(node))
    }

    /// The text of a token.
    pub fn token_text(&self, token: &Token) -> String {
        self.source.slice(token.span).to_string()
    }

    /// The expression that a node is.
    pub fn expr(&self, node: Node) -> Option<ExprId> {
        match node {
            Node::Expr(id) => Some(id),
            _ => None,
        }
    }

    /// Whether a node is a command (not an expression as element of a pipeline).
    pub fn is_command(&self, node: Option<Node>) -> bool {
        matches!(node, Some(Node::Element(place))
            if matches!(self.ast.at::<Element>(place).kind, ElementKind::Command(_)))
    }

    /// The elements of a command: its name and arguments.
    pub fn command_elements(&self, command: Node) -> Vec<Node> {
        let Node::Element(place) = command else { return Vec::new() };
        let ElementKind::Command(command) = self.ast.at::<Element>(place).kind else { return Vec::new() };
        let list = self.ast.list(command.elements);
        list.iter()
            .enumerate()
            .map(|(at, part)| match part.kind {
                CommandElementKind::Expr(id) => Node::Expr(id),
                CommandElementKind::Parameter { .. } => Node::CommandParameter(command.elements.place(at)),
            })
            .collect()
    }

    /// Replaces a span.
    pub fn replace(&mut self, span: Span) {
        self.start = i64::from(span.start);
        self.length = i64::from(span.len);
    }

    /// Puts in at the cursor, replacing nothing.
    pub fn insert_here(&mut self) {
        self.start = i64::from(self.cursor);
        self.length = 0;
    }
}
