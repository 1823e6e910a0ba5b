//! The parser's state, and the tokens it looks at.

use std::collections::HashSet;
use std::sync::Arc;

use crate::ast::{
    Ast, AttributeId, Catch, CommandElement, Element, Expr, ExprId, HashEntry, IfClause, Member, NamedArg, Node, Param,
    Part, Redirection, Stmt, StmtId, SwitchClause, TypeId,
};
use crate::error::ParseError;
use crate::lexer::{Mode, Piece};
use crate::position::{Source, Span};
use crate::token::{Token, TokenFlags, TokenKind};

/// What outlives a nested scan: the tree, the errors, the tokens and the stacks of unfinished lists.
#[derive(Debug)]
pub(crate) struct Shared {
    pub ast: Ast,
    pub errors: Vec<ParseError>,
    pub tokens: Option<Vec<Token>>,
    pub nested_tokens: Vec<Token>,
    pub pieces: Vec<Piece>,
    /// Lone surrogates of the string that is being unescaped.
    pub surrogates: Vec<(u32, u16)>,
    /// Comments that start with `#requires`.
    pub requires: Vec<Span>,
    pub first_token: Option<Span>,
    pub last_token: Option<Span>,
    /// Where a signature block begins: no statement may follow.
    pub signature: Option<u32>,
    /// The nesting was too deep: nothing further is read or reported.
    pub too_complex: bool,
    /// Where blocks begin that have no `param`, and attributes that belong to an expression. Text is read again once
    /// that is known; what lies nested in it would else be tried anew at each level, twice as often each time.
    pub blocks_without_params: HashSet<usize>,
    pub attributed_expressions: HashSet<usize>,
    pub exprs: Vec<ExprId>,
    pub stmts: Vec<StmtId>,
    pub traps: Vec<StmtId>,
    pub types: Vec<TypeId>,
    pub attributes: Vec<AttributeId>,
    pub elements: Vec<Element>,
    pub command_elements: Vec<CommandElement>,
    pub redirections: Vec<Redirection>,
    pub entries: Vec<HashEntry>,
    pub parts: Vec<Part>,
    pub named_args: Vec<NamedArg>,
    pub params: Vec<Param>,
    pub if_clauses: Vec<IfClause>,
    pub switch_clauses: Vec<SwitchClause>,
    pub catches: Vec<Catch>,
    pub members: Vec<Member>,
    pub operands: Vec<ExprId>,
    pub operators: Vec<Token>,
}

/// Lexer and parser over one text: a source, or a subexpression in a string.
pub(crate) struct Parser<'s> {
    pub text: &'s str,
    pub bytes: &'s [u8],
    pub pos: usize,
    pub token_start: usize,
    pub mode: Mode,
    /// A simple name is wanted: no keywords, no words of commands.
    pub simple_name: bool,
    /// A sign before digits belongs to the number.
    pub signed_numbers: bool,
    /// `?` and `:` end a number.
    pub ternary_ends_number: bool,
    /// What to add to a place in the text for the place in the source.
    pub adjust: usize,
    /// Characters of the source that the text leaves out: place and length.
    pub skips: Vec<(usize, usize)>,
    /// Where the text that counts starts.
    pub base: usize,
    /// A scan inside an expandable string.
    pub nested: bool,
    pub ungot: Option<Token>,
    /// Commas separate arguments, they make no arrays.
    pub no_comma: bool,
    pub stack_base: usize,
    pub stack_budget: usize,
    pub shared: Box<Shared>,
    /// Stands in while a nested scan has the real one.
    pub spare: Option<Box<Shared>>,
}

/// Bytes of stack a parse may take unless told otherwise; threads have at least 2 MB.
const STACK_BUDGET: usize = 1 << 20;

fn stack_pointer() -> usize {
    let here = 0u8;
    std::ptr::addr_of!(here) as usize
}

impl<'s> Parser<'s> {
    pub(crate) fn new(text: &'s str, source: &Arc<Source>, tokens: bool) -> Parser<'s> {
        let shared = Shared {
            ast: Ast::new(source.clone()),
            errors: Vec::new(),
            tokens: tokens.then(Vec::new),
            nested_tokens: Vec::new(),
            pieces: Vec::new(),
            surrogates: Vec::new(),
            requires: Vec::new(),
            first_token: None,
            last_token: None,
            signature: None,
            too_complex: false,
            blocks_without_params: HashSet::new(),
            attributed_expressions: HashSet::new(),
            exprs: Vec::new(),
            stmts: Vec::new(),
            traps: Vec::new(),
            types: Vec::new(),
            attributes: Vec::new(),
            elements: Vec::new(),
            command_elements: Vec::new(),
            redirections: Vec::new(),
            entries: Vec::new(),
            parts: Vec::new(),
            named_args: Vec::new(),
            params: Vec::new(),
            if_clauses: Vec::new(),
            switch_clauses: Vec::new(),
            catches: Vec::new(),
            members: Vec::new(),
            operands: Vec::new(),
            operators: Vec::new(),
        };
        Parser {
            text,
            bytes: text.as_bytes(),
            pos: 0,
            token_start: 0,
            mode: Mode::Command,
            simple_name: false,
            signed_numbers: false,
            ternary_ends_number: false,
            adjust: 0,
            skips: Vec::new(),
            base: 0,
            nested: false,
            ungot: None,
            no_comma: false,
            stack_base: stack_pointer(),
            stack_budget: STACK_BUDGET,
            shared: Box::new(shared),
            spare: None,
        }
    }

    /// A parser over other text that shares everything else; `with_nested` gives it back.
    pub(crate) fn nested<'n>(&mut self, text: &'n str, spare: Box<Shared>) -> Parser<'n> {
        Parser {
            text,
            bytes: text.as_bytes(),
            pos: 0,
            token_start: 0,
            mode: self.mode,
            simple_name: false,
            signed_numbers: self.signed_numbers,
            ternary_ends_number: self.ternary_ends_number,
            adjust: 0,
            skips: Vec::new(),
            base: 0,
            nested: true,
            ungot: None,
            no_comma: self.no_comma,
            stack_base: self.stack_base,
            stack_budget: self.stack_budget,
            shared: std::mem::replace(&mut self.shared, spare),
            spare: None,
        }
    }

    /// Something to stand in for the shared state while a nested scan has it.
    pub(crate) fn spare_shared(&mut self) -> Box<Shared> {
        self.spare.take().unwrap_or_else(|| {
            let source = Arc::new(Source::new(""));
            Parser::new("", &source, false).shared
        })
    }

    /// Takes the shared state back from a nested scan.
    pub(crate) fn take_shared(&mut self, shared: Box<Shared>) {
        self.spare = Some(std::mem::replace(&mut self.shared, shared));
    }

    /// True when the nesting exhausts the stack: reports it once and makes the rest of the text vanish.
    pub(crate) fn too_deep(&mut self) -> bool {
        if self.stack_base.abs_diff(stack_pointer()) < self.stack_budget {
            return false;
        }
        if !self.shared.too_complex {
            let span = self.current_span();
            self.error(span, "ScriptTooComplicated", &[]);
            self.shared.too_complex = true;
        }
        self.pos = self.bytes.len();
        self.ungot = None;
        true
    }

    pub(crate) fn next(&mut self) -> Token {
        match self.ungot.take() {
            Some(token) => token,
            None => self.scan_token(),
        }
    }

    pub(crate) fn peek(&mut self) -> Token {
        match self.ungot {
            Some(token) => token,
            None => {
                let token = self.scan_token();
                self.ungot = Some(token);
                token
            }
        }
    }

    pub(crate) fn peek_kind(&mut self) -> TokenKind {
        if let Some(token) = &self.ungot {
            return token.kind;
        }
        self.peek().kind
    }

    pub(crate) fn skip(&mut self) {
        self.ungot = None;
    }

    pub(crate) fn unget(&mut self, token: Token) {
        self.ungot = Some(token);
    }

    pub(crate) fn skip_new_lines(&mut self) {
        if self.ungot.is_none_or(|token| token.kind == TokenKind::NewLine) {
            self.ungot = None;
            self.scan_new_lines(false);
        }
    }

    pub(crate) fn skip_new_lines_and_semicolons(&mut self) {
        if self.ungot.is_none_or(|token| matches!(token.kind, TokenKind::NewLine | TokenKind::Semi)) {
            self.ungot = None;
            self.scan_new_lines(true);
        }
    }

    /// Changes the mode and gives the old one; a token that was looked at is scanned again if it could differ.
    pub(crate) fn set_mode(&mut self, mode: Mode) -> Mode {
        let old = self.mode;
        if old != mode {
            if let Some(token) = self.ungot
                && !token.kind.has(TokenFlags::PARSE_MODE_INVARIANT)
            {
                self.resync(&token);
            }
            self.mode = mode;
        }
        old
    }

    pub(crate) fn resync(&mut self, token: &Token) {
        self.resync_to(token.span.start as usize);
    }

    pub(crate) fn resync_to(&mut self, source: usize) {
        self.ungot = None;
        self.rescan_from(source);
    }

    /// A token that was looked at means an error state: then no bracket, operator or parenthesis is looked for.
    pub(crate) fn next_member_operator(&mut self, brackets: bool) -> Option<Token> {
        if self.ungot.is_some() { None } else { self.scan_member_operator(brackets) }
    }

    pub(crate) fn next_invoke_open(&mut self) -> Option<Token> {
        if self.ungot.is_some() { None } else { self.scan_invoke_open() }
    }

    pub(crate) fn next_left_bracket(&mut self) -> Option<Token> {
        match self.ungot {
            Some(token) if token.kind == TokenKind::LBracket => {
                self.ungot = None;
                Some(token)
            }
            Some(_) => None,
            None => self.scan_left_bracket(),
        }
    }

    /// The token's text as written.
    pub(crate) fn token_text(&self, token: &Token) -> &str {
        self.shared.ast.slice(token.span)
    }

    /// The empty span one character before a span, as PowerShell counts it.
    pub(crate) fn before(&self, span: Span) -> Span {
        let text = self.shared.ast.source().text();
        let mut at = (span.start as usize).saturating_sub(1);
        while at < text.len() && !text.is_char_boundary(at) {
            at -= 1;
        }
        Span::new(at, at)
    }

    /// A parameter's name may be cut short.
    pub(crate) fn is_parameter(&self, token: &Token, name: &str) -> bool {
        match token.value {
            crate::token::TokenValue::Parameter { name: written, .. } => {
                let written = self.shared.ast.text(written);
                name.get(..written.len()).is_some_and(|start| start.eq_ignore_ascii_case(written))
            }
            _ => false,
        }
    }

    pub(crate) fn add(&mut self, expr: Expr, span: Span) -> ExprId {
        self.shared.ast.add_expr(expr, span)
    }

    pub(crate) fn add_stmt(&mut self, stmt: Stmt, span: Span) -> StmtId {
        self.shared.ast.add_stmt(stmt, span)
    }

    pub(crate) fn span(&self, id: ExprId) -> Span {
        self.shared.ast.span_expr(id)
    }

    pub(crate) fn stmt_span(&self, id: StmtId) -> Span {
        self.shared.ast.span_stmt(id)
    }

    /// An expression that could not be read.
    pub(crate) fn error_expr(&mut self, span: Span, nested: &[Node]) -> ExprId {
        let nested = self.shared.ast.add_items(nested);
        self.add(Expr::Error(nested), span)
    }

    /// A statement that could not be read.
    pub(crate) fn error_stmt(&mut self, span: Span, nested: &[Node]) -> StmtId {
        let nested = self.shared.ast.add_items(nested);
        self.add_stmt(Stmt::Error(nested), span)
    }

    pub(crate) fn is_error_expr(&self, id: ExprId) -> bool {
        matches!(self.shared.ast.expr(id), Expr::Error(_))
    }

    pub(crate) fn is_error_stmt(&self, id: StmtId) -> bool {
        matches!(self.shared.ast.stmt(id), Stmt::Error(_))
    }
}
