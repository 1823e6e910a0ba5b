//! Semantic checks that PowerShell does at parse time: types first, then a walk over the tree.

mod attribute;
mod constant;
mod data;
mod knowledge;
mod method;
mod resource;
mod statement;
mod target;
mod types;
mod walk;

use crate::ast::Ast;
use crate::error::{ErrorArg, ParseError};
use crate::position::Span;

pub(crate) use constant::{Purpose, is_constant};
pub use knowledge::{KnownType, NoKnowledge, TypeKnowledge};

/// Runs all checks; errors are added to those of the syntax.
pub(crate) fn check(ast: &Ast, errors: &mut Vec<ParseError>, types: Option<&dyn TypeKnowledge>) {
    let mut report = Report { errors };
    let knows_types = types.is_some();
    let knowledge: &dyn TypeKnowledge = match types {
        Some(types) => types,
        None => &NoKnowledge,
    };
    let usings = types::namespaces(ast);
    types::resolve(ast, knowledge, knows_types, &usings, &mut report);
    walk::walk(ast, knowledge, &usings, &mut report);
}

/// Where checks put their errors; the same error in the same place counts once.
pub(crate) struct Report<'a> {
    pub errors: &'a mut Vec<ParseError>,
}

impl Report<'_> {
    fn add(&mut self, span: Span, id: &'static str, args: &[&str]) {
        self.add_args(span, id, args.iter().map(|arg| ErrorArg::from(*arg)).collect());
    }

    fn add_args(&mut self, span: Span, id: &'static str, args: Vec<ErrorArg>) {
        if !self.errors.iter().any(|error| error.id == id && error.span == span) {
            self.errors.push(ParseError { id, args, span, incomplete: false });
        }
    }
}
