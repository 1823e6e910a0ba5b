//! Semantic checks that PowerShell does at parse time.

use crate::ast::Ast;
use crate::error::ParseError;

/// Who knows .NET types: asked where the parse depends on them.
pub trait TypeKnowledge {
    /// True when a type of this name exists, as `[name]` would find it; `usings` are the namespaces in force.
    fn type_exists(&self, name: &str, usings: &[&str]) -> bool;
}

pub(crate) fn check(_ast: &Ast, _errors: &mut Vec<ParseError>, _types: Option<&dyn TypeKnowledge>) {
}
