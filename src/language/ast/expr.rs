//! Expressions.

use super::{AttributeId, BlockId, BodyId, ConstId, ExprId, List, Node, StmtId, Text, TypeId};
use crate::position::Span;
use crate::symbol::Sym;
use crate::token::TokenKind;

/// An expression. Small and `Copy`; children are ids, positions come from `Ast::span_expr`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Expr {
    /// A number.
    Const(ConstId),
    /// A string without variables: quoted, here-string or bare word.
    String {
        /// Unescaped.
        value: Text,
        /// How it was written.
        kind: StringKind,
    },
    /// A string with variables or subexpressions in it.
    Expandable {
        /// Literal pieces and expressions in order.
        parts: List<Part>,
        /// Unescaped, with the expressions as written.
        value: Text,
        /// How it was written.
        kind: StringKind,
    },
    /// `$x`, `${x}`, `$scope:x`, or `@x` as a command's argument.
    Variable(Variable),
    /// `1, 2` or `, 1`.
    Array(List<ExprId>),
    /// `@( ... )`.
    ArrayExpr(BodyId),
    /// `$( ... )`.
    SubExpr(BodyId),
    /// `( ... )`.
    Paren(StmtId),
    /// `@{ ... }`.
    Hash(List<HashEntry>),
    /// `{ ... }`.
    ScriptBlock(BlockId),
    /// `-x`, `!x`, `++x`, `x++`, `,x` is an `Array`.
    Unary {
        /// `PostfixPlusPlus` and `PostfixMinusMinus` stand behind the operand.
        op: TokenKind,
        /// What it works on.
        operand: ExprId,
    },
    /// `x op y`; also `-and`, `-or`, `-xor`, `??`, `..`.
    Binary {
        /// The operator.
        op: TokenKind,
        /// Left operand.
        left: ExprId,
        /// Right operand.
        right: ExprId,
        /// First byte of the operator, for error positions.
        op_start: u32,
        /// Length of the operator in bytes.
        op_len: u8,
    },
    /// `c ? x : y`.
    Ternary {
        /// The condition.
        condition: ExprId,
        /// Value when true.
        if_true: ExprId,
        /// Value when false.
        if_false: ExprId,
    },
    /// `[type]x`, also the target of a constrained assignment.
    Convert {
        /// The constraint; its kind is `AttributeKind::Type`.
        ty: AttributeId,
        /// What is converted.
        operand: ExprId,
    },
    /// `[Attribute()]$x`.
    Attributed {
        /// The attribute.
        attribute: AttributeId,
        /// What it stands before.
        operand: ExprId,
    },
    /// `[type]` alone.
    Type(TypeId),
    /// `x.member`, `[t]::member`, `x?.member`.
    Member {
        /// The object or type.
        target: ExprId,
        /// A bare word string, or any expression.
        member: ExprId,
        /// `::`.
        is_static: bool,
        /// `?.`.
        null_conditional: bool,
    },
    /// `x.member(...)`.
    Invoke {
        /// The object or type.
        target: ExprId,
        /// A bare word string, or any expression.
        member: ExprId,
        /// Arguments.
        args: List<ExprId>,
        /// Generic type arguments: `$x.M[int](1)`.
        generic: List<TypeId>,
        /// How it is called.
        how: InvokeKind,
        /// `?.`.
        null_conditional: bool,
    },
    /// `x[i]`, `x?[i]`.
    Index {
        /// What is indexed.
        target: ExprId,
        /// The index; an `Array` for several.
        index: ExprId,
        /// `?[`.
        null_conditional: bool,
    },
    /// `$using:x`, `@using:x` and what hangs on it; the operand's variable has lost its `using:`.
    Using(ExprId),
    /// What could not be parsed; executing it is impossible since the source has errors.
    Error(List<Node>),
}

/// How a member is invoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum InvokeKind {
    /// `x.m()`.
    Instance,
    /// `[t]::m()`.
    Static,
    /// `: base(...)` of a constructor, first statement of its body; target is `$this`'s base.
    BaseConstructor,
}

/// How a string was written; names are those of `StringConstantType`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
#[allow(missing_docs)]
pub enum StringKind {
    SingleQuoted = 0,
    SingleQuotedHereString = 1,
    DoubleQuoted = 2,
    DoubleQuotedHereString = 3,
    BareWord = 4,
}

impl StringKind {
    /// The name of the .NET enum member.
    pub fn name(self) -> &'static str {
        match self {
            StringKind::SingleQuoted => "SingleQuoted",
            StringKind::SingleQuotedHereString => "SingleQuotedHereString",
            StringKind::DoubleQuoted => "DoubleQuoted",
            StringKind::DoubleQuotedHereString => "DoubleQuotedHereString",
            StringKind::BareWord => "BareWord",
        }
    }
}

/// A piece of an expandable string.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Part {
    /// Literal text, unescaped.
    Text(Text),
    /// A variable or subexpression.
    Expr(ExprId),
}

/// A variable's name in its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Variable {
    /// The name without scope or drive.
    pub name: Sym,
    /// The drive of `$env:x`, and only then.
    pub drive: Option<Sym>,
    /// The scope written before the name.
    pub scope: VariableScope,
    /// `@x`.
    pub splatted: bool,
    /// `variable:` was written: the drive form of an ordinary variable.
    pub variable_drive: bool,
    /// The path as the user wrote it, without sigil and braces, unescaped: `global:x`.
    pub path: Text,
}

/// Where a variable is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum VariableScope {
    /// Dynamic lookup from here outward.
    Unqualified,
    /// `$global:x`.
    Global,
    /// `$local:x`.
    Local,
    /// `$script:x`.
    Script,
    /// `$private:x`.
    Private,
    /// A drive's item; `Variable::drive` names it.
    Drive,
}

/// One pair of a hash literal.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HashEntry {
    /// The key; a bare word is a string.
    pub key: ExprId,
    /// The value.
    pub value: StmtId,
}

/// A number's value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Const {
    /// `1y`.
    I8(i8),
    /// `1uy`.
    U8(u8),
    /// `1s`.
    I16(i16),
    /// `1us`.
    U16(u16),
    /// `1`.
    I32(i32),
    /// `1u`.
    U32(u32),
    /// `1l`.
    I64(i64),
    /// `1ul`.
    U64(u64),
    /// `1.5`, `1e3`.
    F64(f64),
    /// `1.50d`: digits and how many of them are decimals.
    Decimal {
        /// All digits as an integer.
        digits: i128,
        /// Decimals, at most 28.
        scale: u8,
    },
    /// `1n`: decimal digits with an optional minus sign.
    BigInt(Text),
}

/// A type's name.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TypeName {
    /// `int`, `System.Int32`, with an assembly after a comma.
    Simple {
        /// As written, with namespace.
        name: Text,
        /// The same, folded.
        sym: Sym,
        /// The assembly's name.
        assembly: Option<Text>,
    },
    /// `List[int]`.
    Generic {
        /// The open type.
        base: TypeId,
        /// Its arguments.
        args: List<TypeId>,
        /// The assembly's name.
        assembly: Option<Text>,
    },
    /// `int[]`, `int[,]`.
    Array {
        /// Element type.
        element: TypeId,
        /// Number of dimensions.
        rank: u8,
    },
}

/// An attribute or a type constraint: both are written in brackets before something.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Attribute {
    /// From `[` to `]`.
    pub span: Span,
    /// Its type.
    pub ty: TypeId,
    /// Which of both.
    pub kind: AttributeKind,
}

/// The kinds of `Attribute`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum AttributeKind {
    /// `[int]`.
    Type,
    /// `[Parameter(...)]`.
    Attribute {
        /// Positional arguments.
        args: List<ExprId>,
        /// Named arguments.
        named: List<NamedArg>,
    },
}

/// A named argument of an attribute.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NamedArg {
    /// The whole argument.
    pub span: Span,
    /// Its name.
    pub name: Sym,
    /// The name as written.
    pub text: Text,
    /// Its value; a constant `$true` of the name's extent when omitted.
    pub value: ExprId,
    /// `[Parameter(Mandatory)]`.
    pub omitted: bool,
}
