//! A node of the tree as an object.

use std::sync::Arc;

use language::ast::{Ast, Element, ElementKind, Node, Stmt};
use parking_lot::Mutex;
use values::object::Foreign;
use values::types::facts;
use values::{Context, Result, Str, TypeRef, Value};

use super::{child, property, safe_value, visit};
use crate::runspace::Runspace;

/// A node (an object of a class that derives from `Ast`).
pub struct AstObject {
    pub ast: Arc<Ast>,
    pub node: Node,
    /// The node that a copy was put below, `$null` while it is below none; none for what stands in its tree.
    pub above: Mutex<Option<Value>>,
}

/// A node as an object.
pub fn object(ast: &Arc<Ast>, node: Node) -> AstObject {
    AstObject { ast: ast.clone(), node, above: Mutex::new(None) }
}

/// A node as a value.
pub fn value(ast: &Arc<Ast>, node: Node) -> Value {
    Value::foreign(object(ast, node))
}

impl AstObject {
    /// The node above.
    pub fn parent(&self) -> Value {
        match &*self.above.lock() {
            Some(above) => above.clone(),
            None => self.maybe(child::parent(&self.ast, self.node)),
        }
    }

    /// The same tree's other node as a value.
    pub fn other(&self, node: Node) -> Value {
        value(&self.ast, node)
    }

    /// The same for a node that may be missing.
    pub fn maybe(&self, node: Option<Node>) -> Value {
        node.map_or(Value::Null, |n| self.other(n))
    }
}

impl Foreign for AstObject {
    fn type_ref(&self) -> TypeRef {
        child::of_class(&self.ast, self.node)
    }

    fn display(&self, _ctx: &mut dyn Context) -> Result<Option<Str>> {
        Ok(self.display_plain())
    }

    fn display_plain(&self) -> Option<Str> {
        Some(Str::from(self.ast.slice(self.ast.span(self.node))))
    }

    fn get(&self, ctx: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        property::get(self, ctx, name)
    }

    fn property_names(&self) -> Vec<Str> {
        let mut names: Vec<Str> = Vec::new();
        let mut at = Some(self.type_ref());
        while let Some(ty) = at {
            for p in facts::of(ty).map(|f| f.properties.as_slice()).unwrap_or_default() {
                if !p.is_static && !names.iter().any(|n| n.as_str() == p.name) {
                    names.push(Str::from(p.name));
                }
            }
            at = ty.base();
        }
        // What all nodes have comes last.
        let (last, mut first): (Vec<Str>, Vec<Str>) =
            names.into_iter().partition(|n| matches!(n.as_str(), "Extent" | "Parent"));
        first.extend(last);
        first
    }

    fn call(&self, ctx: &mut dyn Context, me: &Value, name: &str, args: &[Value]) -> Result<Option<Value>> {
        let arg = |at: usize| args.get(at).cloned().unwrap_or_default();
        Ok(Some(match name.to_ascii_lowercase().as_str() {
            "tostring" => Value::from(self.ast.slice(self.ast.span(self.node))),
            "find" => visit::find(ctx, me, args, true)?.into_iter().next().unwrap_or_default(),
            "findall" => {
                let found = visit::find(ctx, me, args, false)?;
                visit::sequence(found)
            }
            "visit" => visit::visit(ctx, me, &arg(0))?,
            "copy" => {
                let above = Mutex::new(Some(Value::Null));
                Value::foreign(AstObject { ast: self.ast.clone(), node: self.node, above })
            }
            "safegetvalue" => safe_value::get(ctx, self)?,
            "getscriptblock" => match self.node {
                Node::Block(id) => {
                    let block = crate::script_block::ScriptBlock::new(self.ast.clone(), id, None, None);
                    Value::foreign(block)
                }
                _ => return Ok(None),
            },
            "gethelpcontent" => match super::help::content(self)? {
                Some(value) => value,
                None => return Ok(None),
            },
            "getcommandname" => match self.node {
                Node::Element(place) => match self.ast.at::<Element>(place).kind {
                    ElementKind::Command(command) => self.ast.command_name(&command).map_or(Value::Null, Value::from),
                    ElementKind::Expr(_) => return Ok(None),
                },
                _ => return Ok(None),
            },
            "getpureexpression" => match self.node {
                Node::Stmt(_) => self.maybe(child::pure(&self.ast, self.node).map(Node::Expr)),
                _ => return Ok(None),
            },
            "getassignmenttargets" => match self.node {
                Node::Stmt(id) => match *self.ast.stmt(id) {
                    Stmt::Assign { target, .. } => visit::sequence(property::assignment_targets(self, target)),
                    _ => return Ok(None),
                },
                _ => return Ok(None),
            },
            "isconstantvariable" => match property::variable_name(self) {
                Some(name) => Value::Bool(matches!(name.as_str(), "true" | "false" | "null")),
                None => return Ok(None),
            },
            _ => return Ok(None),
        }))
    }

    fn equals(&self, other: &Value) -> bool {
        other.as_foreign::<AstObject>().is_some_and(|o| Arc::ptr_eq(&o.ast, &self.ast) && o.node == self.node)
    }

    fn hash_code(&self) -> u64 {
        use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
        let hasher = BuildHasherDefault::<DefaultHasher>::default();
        hasher.hash_one((Arc::as_ptr(&self.ast) as usize, self.node))
    }
}

/// The runspace behind a context; nodes that need one are only met in one.
pub(super) fn runspace(ctx: &mut dyn Context) -> Option<&mut Runspace> {
    ctx.engine().downcast_mut::<Runspace>()
}
