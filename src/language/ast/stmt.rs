//! Statements, commands and redirections.

use super::{AttributeId, BlockId, BodyId, ExprId, FunctionId, List, Node, StmtId, Text, TypeDefId};
use crate::position::Span;
use crate::symbol::Sym;
use crate::token::TokenKind;

/// A statement. Small and `Copy`; children are ids, positions come from `Ast::span_stmt`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Stmt {
    /// `a | b`; a single expression is a pipeline of one element.
    Pipeline {
        /// Its elements, at least one.
        elements: List<Element>,
        /// `&` at the end.
        background: bool,
    },
    /// `a && b`, `a || b`; chains lean to the left.
    Chain {
        /// A chain or pipeline.
        left: StmtId,
        /// `AndAnd` or `OrOr`.
        op: TokenKind,
        /// A pipeline.
        right: StmtId,
        /// `&` at the end.
        background: bool,
    },
    /// `x = y`, `x += y`, `x ??= y`.
    Assign {
        /// What is assigned to: variable, member, index, array of targets, convert or attributed expression of one.
        target: ExprId,
        /// The operator.
        op: TokenKind,
        /// The value.
        value: StmtId,
        /// Where the operator stands, for error positions.
        op_span: Span,
    },
    /// `if` with `elseif`s.
    If {
        /// In order.
        clauses: List<IfClause>,
        /// `else`.
        otherwise: Option<BodyId>,
    },
    /// `while`.
    While {
        /// `:label`.
        label: Option<Name>,
        /// The condition.
        condition: StmtId,
        /// The body.
        body: BodyId,
    },
    /// `do { } while ()`.
    DoWhile {
        /// `:label`.
        label: Option<Name>,
        /// The condition.
        condition: StmtId,
        /// The body.
        body: BodyId,
    },
    /// `do { } until ()`.
    DoUntil {
        /// `:label`.
        label: Option<Name>,
        /// The condition.
        condition: StmtId,
        /// The body.
        body: BodyId,
    },
    /// `for (;;)`.
    For {
        /// `:label`.
        label: Option<Name>,
        /// First part.
        init: Option<StmtId>,
        /// Second part.
        condition: Option<StmtId>,
        /// Third part.
        step: Option<StmtId>,
        /// The body.
        body: BodyId,
    },
    /// `foreach ($x in y)`.
    Foreach {
        /// `:label`.
        label: Option<Name>,
        /// The loop variable, an `Expr::Variable`.
        variable: ExprId,
        /// What is enumerated.
        collection: StmtId,
        /// The body.
        body: BodyId,
    },
    /// `switch`.
    Switch {
        /// `:label`.
        label: Option<Name>,
        /// `-regex` and so on.
        flags: SwitchFlags,
        /// The value, or the file's name with `-file`.
        condition: StmtId,
        /// Clauses without the default.
        clauses: List<SwitchClause>,
        /// `default { }`.
        default: Option<BodyId>,
    },
    /// `try`.
    Try {
        /// The body.
        body: BodyId,
        /// Handlers.
        catches: List<Catch>,
        /// `finally`.
        finally: Option<BodyId>,
    },
    /// `trap`; stands in `Body::traps`, not among the statements.
    Trap {
        /// The type, a constraint.
        ty: Option<AttributeId>,
        /// The body.
        body: BodyId,
    },
    /// `data`.
    Data {
        /// The variable it assigns to.
        variable: Option<Name>,
        /// `-SupportedCommand`.
        commands: List<ExprId>,
        /// The body.
        body: BodyId,
    },
    /// `parallel { }` and `sequence { }` (always with an error).
    Block {
        /// `Parallel` or `Sequence`.
        kind: TokenKind,
        /// The body.
        body: BodyId,
    },
    /// `function`, `filter`.
    Function(FunctionId),
    /// `class`, `enum`, `interface`.
    Type(TypeDefId),
    /// `using`.
    Using(Using),
    /// `configuration` (always with an error: it needs a schema store).
    Configuration {
        /// The name.
        name: ExprId,
        /// The body.
        body: BlockId,
    },
    /// `return`.
    Return(Option<StmtId>),
    /// `throw`; nothing to throw rethrows inside a catch.
    Throw(Option<StmtId>),
    /// `exit`.
    Exit(Option<StmtId>),
    /// `break`, with a label expression.
    Break(Option<ExprId>),
    /// `continue`, with a label expression.
    Continue(Option<ExprId>),
    /// What could not be parsed.
    Error(List<Node>),
}

/// A name with its spelling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Name {
    /// Folded.
    pub sym: Sym,
    /// As written.
    pub text: Text,
}

/// `if (condition) body` or `elseif (condition) body`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct IfClause {
    /// The condition.
    pub condition: StmtId,
    /// The body.
    pub body: BodyId,
}

/// A clause of a switch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SwitchClause {
    /// The value, pattern or script block compared.
    pub condition: ExprId,
    /// The body.
    pub body: BodyId,
}

/// Flags of a switch; values are those of `SwitchFlags`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct SwitchFlags(pub u8);

#[allow(missing_docs)]
impl SwitchFlags {
    pub const FILE: SwitchFlags = SwitchFlags(1);
    pub const REGEX: SwitchFlags = SwitchFlags(2);
    pub const WILDCARD: SwitchFlags = SwitchFlags(4);
    pub const EXACT: SwitchFlags = SwitchFlags(8);
    pub const CASE_SENSITIVE: SwitchFlags = SwitchFlags(16);
    pub const PARALLEL: SwitchFlags = SwitchFlags(32);

    pub fn has(self, flag: SwitchFlags) -> bool {
        self.0 & flag.0 != 0
    }
}

/// A catch clause.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Catch {
    /// The whole clause.
    pub span: Span,
    /// Types it catches; none means all.
    pub types: List<AttributeId>,
    /// The body.
    pub body: BodyId,
}

/// An element of a pipeline.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Element {
    /// The whole element with its redirections.
    pub span: Span,
    /// A command or an expression.
    pub kind: ElementKind,
    /// Redirections in order.
    pub redirections: List<Redirection>,
}

/// What an element of a pipeline is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ElementKind {
    /// A command with its arguments.
    Command(Command),
    /// An expression, only as first element.
    Expr(ExprId),
}

/// A command.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Command {
    /// `&`, `.` or nothing.
    pub invocation: Invocation,
    /// The name (first, never a parameter) and the arguments.
    pub elements: List<CommandElement>,
}

/// How a command is invoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Invocation {
    /// By its name.
    None,
    /// `&`.
    Call,
    /// `.`.
    Dot,
}

impl Invocation {
    /// The operator as a token kind, `Unknown` for none.
    pub fn token(self) -> TokenKind {
        match self {
            Invocation::None => TokenKind::Unknown,
            Invocation::Call => TokenKind::Ampersand,
            Invocation::Dot => TokenKind::Dot,
        }
    }
}

/// A part of a command.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CommandElement {
    /// Where.
    pub span: Span,
    /// What.
    pub kind: CommandElementKind,
}

/// What a part of a command is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum CommandElementKind {
    /// The name, an argument; a splatted variable is an `Expr::Variable` with `splatted`.
    Expr(ExprId),
    /// `-Name`, `-Name:value`.
    Parameter {
        /// Folded, without dash.
        name: Sym,
        /// As written, without dash and colon.
        text: Text,
        /// The argument after a colon.
        argument: Option<ExprId>,
    },
}

/// A redirection.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Redirection {
    /// Operator and target.
    pub span: Span,
    /// The stream that is redirected.
    pub from: Stream,
    /// Where to.
    pub to: RedirectTo,
}

/// Where a redirection goes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RedirectTo {
    /// A file.
    File {
        /// Its name.
        location: ExprId,
        /// `>>`.
        append: bool,
    },
    /// Another stream.
    Stream(Stream),
}

/// A stream; values are those of `RedirectionStream`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
#[allow(missing_docs)]
pub enum Stream {
    All = 0,
    Output = 1,
    Error = 2,
    Warning = 3,
    Verbose = 4,
    Debug = 5,
    Information = 6,
}

impl Stream {
    /// The stream of a number, 0 being all.
    pub fn from_number(number: u8) -> Option<Stream> {
        use Stream::*;
        [All, Output, Error, Warning, Verbose, Debug, Information].get(number as usize).copied()
    }

    /// The name of the .NET enum member.
    pub fn name(self) -> &'static str {
        match self {
            Stream::All => "All",
            Stream::Output => "Output",
            Stream::Error => "Error",
            Stream::Warning => "Warning",
            Stream::Verbose => "Verbose",
            Stream::Debug => "Debug",
            Stream::Information => "Information",
        }
    }
}

/// A using statement.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Using {
    /// What is used.
    pub kind: UsingKind,
    /// The name, a string expression.
    pub name: Option<ExprId>,
    /// `using namespace alias = name`.
    pub alias: Option<ExprId>,
    /// `using module @{...}`.
    pub module: Option<ExprId>,
}

/// What a using statement names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
#[allow(missing_docs)]
pub enum UsingKind {
    Assembly = 0,
    Command = 1,
    Module = 2,
    Namespace = 3,
    Type = 4,
}

impl UsingKind {
    /// The name of the .NET enum member.
    pub fn name(self) -> &'static str {
        match self {
            UsingKind::Assembly => "Assembly",
            UsingKind::Command => "Command",
            UsingKind::Module => "Module",
            UsingKind::Namespace => "Namespace",
            UsingKind::Type => "Type",
        }
    }
}
