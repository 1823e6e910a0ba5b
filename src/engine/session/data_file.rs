//! Data files (`.psd1`): one hashtable of constants, evaluated without running commands.

use command::{Invoke, Session};
use language::ast::{Ast, Expr, ExprId, Part, StmtId};
use values::{ErrorCategory, Exception, Result, Str, TypeRef, Value};

use crate::runspace::Runspace;

impl Runspace {
    /// The value of a data file's text; none where it is not PowerShell at all.
    pub(crate) fn read_data(&mut self, text: &str, file: Option<&str>, commands: &[Str]) -> Result<Option<Value>> {
        let parsed = language::parse(std::sync::Arc::new(language::Source::new(text)));
        if !parsed.errors.is_empty() {
            return Ok(None);
        }
        let ast = &parsed.ast;
        if !commands.is_empty() && calls_only(ast, commands) {
            let block = self.parse_script(text, file)?;
            let output = self.invoke_script(&block, Invoke::default())?;
            return Ok(Some(Value::from_output(output)));
        }
        let Some(root) = root_expression(ast) else { return no_hashtable(file) };
        if !matches!(ast.expr(root), Expr::Hash(_)) {
            return no_hashtable(file);
        }
        if !is_constant(ast, root, 0) {
            return Exception::new(
                TypeRef::INVALID_OPERATION_EXCEPTION,
                format!(
                    "Cannot generate a PowerShell object for a ScriptBlock evaluating dynamic expressions. Dynamic expression: {}.",
                    ast.expr_text(root)
                ),
            )
            .identity("System.InvalidOperationException", ErrorCategory::NotSpecified, Value::Null)
            .throw();
        }
        let block = self.parse_script(text, file)?;
        let output = self.invoke_script(&block, Invoke::default())?;
        Ok(output.into_iter().next())
    }
}

/// Whether a source does nothing but call these commands with constants.
fn calls_only(ast: &Ast, commands: &[Str]) -> bool {
    use language::ast::{Element, ElementKind, Node, Visit};
    let mut is_fine = true;
    ast.walk(Node::Block(ast.root()), &mut |node| {
        match node {
            Node::Element(place) => {
                let element = ast.at::<Element>(place);
                let name = ast.slice(element.span).split_whitespace().next().unwrap_or_default();
                let is_command = matches!(element.kind, ElementKind::Command(_));
                is_fine &= !is_command || commands.iter().any(|c| c.eq_ignore_ascii_case(name));
            }
            Node::Expr(id) => {
                let is_call = matches!(
                    ast.expr(id),
                    Expr::Invoke { .. } | Expr::Member { .. } | Expr::Index { .. } | Expr::ScriptBlock(_)
                );
                is_fine &= !is_call;
            }
            _ => {}
        }
        Visit::Continue
    });
    is_fine
}

/// The only expression of a script without parameters.
fn root_expression(ast: &Ast) -> Option<ExprId> {
    let block = ast.block(ast.root());
    let body = ast.body(block.end?.body);
    match ast.stmts(body.statements) {
        [one] => ast.pure_expr(*one),
        _ => None,
    }
}

fn no_hashtable<T>(file: Option<&str>) -> Result<T> {
    let shown = file.unwrap_or_default();
    Exception::new(
        TypeRef::INVALID_OPERATION_EXCEPTION,
        format!("The file '{shown}' could not be parsed as a PowerShell Data File."),
    )
    .identity("CouldNotParseAsPowerShellDataFileNoHashtableRoot", ErrorCategory::InvalidData, Value::from(shown))
    .throw()
}

/// Whether an expression needs no command to be evaluated. What is nested too deep counts as dynamic.
fn is_constant(ast: &Ast, id: ExprId, depth: usize) -> bool {
    if depth > 200 {
        return false;
    }
    let all = |ids: &[StmtId]| ids.iter().all(|s| ast.pure_expr(*s).is_some_and(|e| is_constant(ast, e, depth + 1)));
    match ast.expr(id) {
        Expr::Const(_) | Expr::String { .. } | Expr::Type(_) => true,
        Expr::Expandable { parts, .. } => ast.list(*parts).iter().all(|part| match part {
            Part::Expr(inner) => is_constant(ast, *inner, depth + 1),
            _ => true,
        }),
        Expr::Variable(_) => {
            let name = ast.expr_text(id).trim_start_matches('$').to_ascii_lowercase();
            matches!(name.as_str(), "true" | "false" | "null" | "psscriptroot" | "psculture" | "psuiculture")
        }
        Expr::Array(items) => ast.exprs(*items).iter().all(|e| is_constant(ast, *e, depth + 1)),
        Expr::ArrayExpr(body) => all(ast.stmts(ast.body(*body).statements)),
        Expr::Paren(inner) => all(&[*inner]),
        Expr::Hash(entries) => {
            ast.list(*entries).iter().all(|entry| is_constant(ast, entry.key, depth + 1) && all(&[entry.value]))
        }
        Expr::Convert { operand, .. } => is_constant(ast, *operand, depth + 1),
        _ => false,
    }
}
