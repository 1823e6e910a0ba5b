//! Which variables of a block get slots.

use language::Sym;
use language::TokenKind;
use language::ast::{Ast, BlockId, ElementKind, Expr, ExprId, Node, Stmt, VariableScope, Visit};
use values::Str;

use super::command::inline_block;

/// Names of automatic variables that are made when a block mentions them.
pub(super) const AUTOMATIC: &[&str] =
    &["args", "input", "this", "psboundparameters", "myinvocation", "pscmdlet", "psscriptroot", "pscommandpath"];

/// Variables of every scope that nothing can assign.
pub(crate) fn is_constant(name: Sym) -> bool {
    matches!(
        name.folded(),
        "?" | "enabledexperimentalfeatures"
            | "executioncontext"
            | "false"
            | "home"
            | "host"
            | "iscoreclr"
            | "islinux"
            | "ismacos"
            | "iswindows"
            | "pid"
            | "psculture"
            | "psedition"
            | "pshome"
            | "psuiculture"
            | "psversiontable"
            | "shellid"
            | "true"
    )
}

/// The variables that get slots, in order: parameters first.
pub(super) struct Slots {
    pub list: Vec<(Sym, Str)>,
    /// Those that a statement of the block assigns (parameters may not be among them).
    pub assigned: Vec<Sym>,
}

impl Slots {
    fn add(&mut self, sym: Sym, name: &str) {
        if !self.list.iter().any(|(s, _)| *s == sym) {
            crate::pipeline::note_variable(sym);
            self.list.push((sym, Str::from(name)));
        }
    }
}

/// Collects what a block assigns. Nested script blocks and functions have scopes of their own, except those that are
/// compiled inline.
pub(super) fn collect(ast: &Ast, block: BlockId, params: &[(Sym, Str)], is_shared: bool) -> Slots {
    let mut slots = Slots { list: params.to_vec(), assigned: Vec::new() };
    let has_process = ast.block(block).process.is_some();
    if has_process {
        slots.add(Sym::intern("_"), "_");
    }
    let mut mentions: Vec<Sym> = Vec::new();
    ast.walk(Node::Block(block), &mut |node| {
        if let Node::Expr(id) = node
            && let Expr::Variable(v) = ast.expr(id)
            && v.scope == VariableScope::Unqualified
        {
            mentions.push(v.name);
        }
        Visit::Continue
    });
    for name in AUTOMATIC {
        let sym = Sym::intern(name);
        if mentions.contains(&sym) {
            slots.add(sym, name);
        }
    }
    let mut inline: Vec<BlockId> = Vec::new();
    ast.walk(Node::Block(block), &mut |node| visit(ast, block, node, &mut slots, &mut inline));
    let item = Sym::intern("_");
    if is_shared {
        slots.add(item, "_");
    }
    slots
}

/// The variables that a statement assigns (a trap, which has a scope of its own).
pub(super) fn assigned_by(ast: &Ast, block: BlockId, statement: language::ast::StmtId) -> Vec<Sym> {
    let mut slots = Slots { list: Vec::new(), assigned: Vec::new() };
    let mut inline: Vec<BlockId> = Vec::new();
    ast.walk(Node::Stmt(statement), &mut |node| visit(ast, block, node, &mut slots, &mut inline));
    slots.assigned
}

fn visit(ast: &Ast, root: BlockId, node: Node, slots: &mut Slots, inline: &mut Vec<BlockId>) -> Visit {
    match node {
        Node::Block(id) if id != root && !inline.contains(&id) => return Visit::SkipChildren,
        Node::Function(_) => return Visit::SkipChildren,
        Node::Stmt(id) => match ast.stmt(id) {
            Stmt::Function(_) | Stmt::Type(_) => return Visit::SkipChildren,
            Stmt::Assign { target, .. } => target_names(ast, *target, slots),
            Stmt::Foreach { variable, .. } => {
                target_names(ast, *variable, slots);
                slots.add(Sym::intern("foreach"), "foreach");
            }
            Stmt::Switch { .. } => {
                slots.add(Sym::intern("_"), "_");
                slots.add(Sym::intern("switch"), "switch");
                slots.add(Sym::intern("matches"), "Matches");
            }
            Stmt::Try { catches, .. } if !catches.is_empty() => slots.add(Sym::intern("_"), "_"),
            Stmt::Trap { .. } => slots.add(Sym::intern("_"), "_"),
            Stmt::Data { variable: Some(name), .. } => {
                let text = ast.text(name.text).to_string();
                slots.add(name.sym, &text);
            }
            _ => {}
        },
        Node::Element(place) => {
            let element = ast.at::<language::ast::Element>(place);
            if let ElementKind::Command(command) = element.kind
                && let Some((_, block)) = inline_block(ast, &command)
            {
                inline.push(block);
                slots.add(Sym::intern("_"), "_");
            }
        }
        Node::Expr(id) => expr_names(ast, id, slots),
        _ => {}
    }
    Visit::Continue
}

fn expr_names(ast: &Ast, id: ExprId, slots: &mut Slots) {
    match *ast.expr(id) {
        Expr::Unary {
            op: TokenKind::PlusPlus | TokenKind::MinusMinus | TokenKind::PostfixPlusPlus | TokenKind::PostfixMinusMinus,
            operand,
        } => target_names(ast, operand, slots),
        Expr::Binary {
            op: TokenKind::Imatch | TokenKind::Cmatch | TokenKind::Inotmatch | TokenKind::Cnotmatch,
            ..
        } => {
            slots.add(Sym::intern("matches"), "Matches");
        }
        _ => {}
    }
}

/// Variables assigned by a target: through casts, attributes and lists of targets.
fn target_names(ast: &Ast, id: ExprId, slots: &mut Slots) {
    match *ast.expr(id) {
        Expr::Variable(v)
            if matches!(v.scope, VariableScope::Unqualified | VariableScope::Local | VariableScope::Private)
                && !is_constant(v.name) =>
        {
            slots.add(v.name, v.name.folded());
            slots.assigned.push(v.name);
            rename(slots, v.name, ast.text(v.path));
        }
        Expr::Convert { operand, .. } | Expr::Attributed { operand, .. } => target_names(ast, operand, slots),
        Expr::Array(items) => {
            for item in ast.exprs(items) {
                target_names(ast, *item, slots);
            }
        }
        Expr::Paren(stmt) => {
            if let Some(inner) = ast.pure_expr(stmt) {
                target_names(ast, inner, slots);
            }
        }
        _ => {}
    }
}

/// Keeps the spelling of the first assignment as the variable's name.
fn rename(slots: &mut Slots, sym: Sym, path: &str) {
    let name = path.rsplit(':').next().unwrap_or(path);
    if let Some(entry) = slots.list.iter_mut().find(|(s, _)| *s == sym)
        && entry.1.as_str() == sym.folded()
    {
        entry.1 = Str::from(name);
    }
}
