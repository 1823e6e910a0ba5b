//! The syntax tree: one arena a source, nodes are ids, lists are ranges.

mod arena;
mod block;
mod expr;
mod id;
mod names;
mod node;
mod stmt;

pub use arena::{Ast, Listed, Text};
pub use block::{Body, Function, Member, MemberKind, NamedBlock, Param, ParamBlock, ScriptBlock, TypeDef, TypeDefKind};
pub use expr::{
    Attribute, AttributeKind, Const, Expr, HashEntry, InvokeKind, NamedArg, Part, StringKind, TypeName, Variable,
    VariableScope,
};
pub use id::{
    AttributeId, BlockId, BodyId, ConstId, ExprId, FunctionId, List, ParamBlockId, StmtId, TypeDefId, TypeId,
};
pub use node::{Node, Visit};
pub use stmt::{
    Catch, Command, CommandElement, CommandElementKind, Element, ElementKind, IfClause, Invocation, Name, RedirectTo,
    Redirection, Stmt, Stream, SwitchClause, SwitchFlags, Using, UsingKind,
};
