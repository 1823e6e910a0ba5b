//! Script blocks, functions, parameters and type definitions.

use super::{AttributeId, BlockId, BodyId, ExprId, FunctionId, List, Name, ParamBlockId, StmtId};
use crate::position::Span;
use crate::token::TokenKind;

/// A script block.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScriptBlock {
    /// With braces where it has any.
    pub span: Span,
    /// `using` statements at the top, also for the whole script only.
    pub usings: List<StmtId>,
    /// `param(...)` with its attributes.
    pub params: Option<ParamBlockId>,
    /// `dynamicparam { }`.
    pub dynamic_param: Option<NamedBlock>,
    /// `begin { }`.
    pub begin: Option<NamedBlock>,
    /// `process { }`; the only block of a filter without named blocks.
    pub process: Option<NamedBlock>,
    /// `end { }`, or the statements of a block without named blocks.
    pub end: Option<NamedBlock>,
    /// `clean { }`.
    pub clean: Option<NamedBlock>,
}

impl ScriptBlock {
    /// The named blocks in the order in which they run.
    pub fn named(&self) -> impl Iterator<Item = NamedBlock> {
        [self.dynamic_param, self.begin, self.process, self.end, self.clean].into_iter().flatten()
    }
}

/// A named block of a script block.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NamedBlock {
    /// With its keyword; without for an unnamed block.
    pub span: Span,
    /// `Begin`, `Process`, `End`, `Dynamicparam`, `Clean`.
    pub kind: TokenKind,
    /// The keyword was not written.
    pub unnamed: bool,
    /// The statements.
    pub body: BodyId,
}

/// Statements, with their traps apart.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Body {
    /// With braces where it has any.
    pub span: Span,
    /// In order.
    pub statements: List<StmtId>,
    /// Traps, in order; they hold for the whole body.
    pub traps: List<StmtId>,
}

/// `param(...)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ParamBlock {
    /// From the first attribute to the closing parenthesis.
    pub span: Span,
    /// `[CmdletBinding()]` and others before it.
    pub attributes: List<AttributeId>,
    /// The parameters.
    pub params: List<Param>,
}

/// A parameter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Param {
    /// With attributes and default.
    pub span: Span,
    /// An `Expr::Variable`.
    pub name: ExprId,
    /// Attributes and type constraints in the order written.
    pub attributes: List<AttributeId>,
    /// The default's expression.
    pub default: Option<ExprId>,
}

/// A function, filter, or the function inside a method.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Function {
    /// The whole definition.
    pub span: Span,
    /// Its name, with scope or drive if written.
    pub name: Name,
    /// Where the name stands.
    pub name_span: Span,
    /// `filter`.
    pub is_filter: bool,
    /// Parameters in parentheses after the name; `None` when there are no parentheses.
    pub params: Option<List<Param>>,
    /// The body.
    pub body: BlockId,
}

/// A class, enum or interface.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TypeDef {
    /// With attributes.
    pub span: Span,
    /// Which of them.
    pub kind: TypeDefKind,
    /// Its name.
    pub name: Name,
    /// Where the name stands.
    pub name_span: Span,
    /// Attributes before it.
    pub attributes: List<AttributeId>,
    /// Base class and interfaces, or the enum's underlying type; constraints.
    pub bases: List<AttributeId>,
    /// In order.
    pub members: List<Member>,
}

/// The kinds of `TypeDef`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum TypeDefKind {
    Class,
    Interface,
    Enum,
}

/// A member of a type definition.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Member {
    /// With attributes and modifiers.
    pub span: Span,
    /// Its name.
    pub name: Name,
    /// Where the name stands.
    pub name_span: Span,
    /// Attributes, without the type.
    pub attributes: List<AttributeId>,
    /// A property's type, a method's return type.
    pub ty: Option<AttributeId>,
    /// `static`.
    pub is_static: bool,
    /// `hidden`.
    pub is_hidden: bool,
    /// Property, enum value or method.
    pub kind: MemberKind,
}

/// The kinds of `Member`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum MemberKind {
    /// A property, or a value of an enum.
    Property {
        /// Its first value.
        initial: Option<ExprId>,
    },
    /// A method or constructor.
    Method {
        /// Parameters and body. The first statement of a constructor's body is the call of the base constructor, as a
        /// pipeline of one `Expr::Invoke` with `InvokeKind::BaseConstructor`.
        function: FunctionId,
        /// It is a constructor: it bears the class's name.
        is_constructor: bool,
    },
}
