//! Entry points.

use std::sync::Arc;

use super::Parser;
use crate::ast::Ast;
use crate::check::{self, TypeKnowledge};
use crate::error::ParseError;
use crate::position::{Source, Span};
use crate::requires::{Requirements, scan_requirements};
use crate::token::TokenList;

/// What `parse_with` is told.
#[derive(Clone, Copy, Default)]
pub struct Options<'a> {
    /// Keep the tokens.
    pub tokens: bool,
    /// Who knows .NET types; without it no error about an unknown type is found.
    pub types: Option<&'a dyn TypeKnowledge>,
    /// How many bytes of stack the parse may take; by default 1 MB.
    pub stack: Option<usize>,
}

/// The result of a parse.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// The tree. With errors it is good for tools only.
    pub ast: Arc<Ast>,
    /// The tokens, if asked for.
    pub tokens: TokenList,
    /// Errors in the order in which PowerShell reports them.
    pub errors: Vec<ParseError>,
    /// What `#requires` lines demand.
    pub requirements: Option<Requirements>,
    /// First token, for `$^`.
    pub first_token: Option<Span>,
    /// Last token, for `$$`.
    pub last_token: Option<Span>,
}

impl Parsed {
    /// More input would help: what a prompt asks before it runs a line.
    pub fn is_incomplete(&self) -> bool {
        self.errors.iter().any(|error| error.incomplete)
    }
}

/// Parses a source.
pub fn parse(source: Arc<Source>) -> Parsed {
    parse_with(source, &Options::default())
}

/// Parses a source.
pub fn parse_with(source: Arc<Source>, options: &Options<'_>) -> Parsed {
    let mut parser = Parser::new(source.text(), &source, options.tokens);
    if let Some(stack) = options.stack {
        parser.stack_budget = stack;
    }
    let root = parser.script_block(None, false, None);
    parser.shared.ast.root = Some(root);
    let requirements = scan_requirements(&mut parser);
    let mut shared = *parser.shared;
    if !shared.too_complex {
        check::check(&shared.ast, &mut shared.errors, options.types);
    }
    let tokens = TokenList { tokens: shared.tokens.take().unwrap_or_default(), nested: shared.nested_tokens };
    Parsed {
        ast: Arc::new(shared.ast),
        tokens,
        errors: shared.errors,
        requirements,
        first_token: shared.first_token,
        last_token: shared.last_token,
    }
}
