//! Parents and children as .NET has them.
//!
//! One thing differs from the tree: .NET leaves out the pipeline around the value of an assignment that is only an
//! expression.

use language::ast::{Ast, Element, ElementKind, Expr, ExprId, Node, Stmt, StmtId};
use values::TypeRef;

/// The value of an assignment as a node.
pub fn assigned(ast: &Ast, value: StmtId) -> Node {
    if let Stmt::Pipeline { elements, background: false } = *ast.stmt(value)
        && let [Element { kind: ElementKind::Expr(_), .. }] = ast.list(elements)
    {
        return Node::Element(elements.place(0));
    }
    Node::Stmt(value)
}

/// The node above.
pub fn parent(ast: &Ast, node: Node) -> Option<Node> {
    let above = ast.parent(node)?;
    if let (Node::Element(_), Node::Stmt(pipeline)) = (node, above)
        && let Some(Node::Stmt(outer)) = ast.parent(above)
        && let Stmt::Assign { value, .. } = *ast.stmt(outer)
        && value == pipeline
        && assigned(ast, value) == node
    {
        return Some(Node::Stmt(outer));
    }
    Some(above)
}

/// The nodes right below.
pub fn children(ast: &Ast, node: Node) -> Vec<Node> {
    let mut found = Vec::new();
    ast.children(node, &mut found);
    if let Node::Stmt(id) = node
        && let Stmt::Assign { value, .. } = *ast.stmt(id)
    {
        for child in &mut found {
            if *child == Node::Stmt(value) {
                *child = assigned(ast, value);
            }
        }
    }
    found
}

/// The type of a node's class.
pub fn of_class(ast: &Ast, node: Node) -> TypeRef {
    super::class(ast.class_name(node))
}

/// The expression that a statement is, when it is nothing else.
pub fn pure(ast: &Ast, node: Node) -> Option<ExprId> {
    match node {
        Node::Stmt(id) => ast.pure_expr(id),
        Node::Element(place) => match ast.at::<Element>(place) {
            Element { kind: ElementKind::Expr(id), redirections, .. } if redirections.is_empty() => Some(*id),
            _ => None,
        },
        _ => None,
    }
}

/// Whether a node is the body of a function or a script block of its own: `FindAll` may leave these out.
pub fn is_nested_block(ast: &Ast, node: Node) -> bool {
    match node {
        Node::Expr(id) => matches!(ast.expr(id), Expr::ScriptBlock(_)),
        Node::Stmt(id) => matches!(ast.stmt(id), Stmt::Function(_) | Stmt::Type(_)),
        Node::Function(_) => true,
        _ => false,
    }
}
