//! The language's front: lexer, parser, syntax tree, positions and parse errors of PowerShell 7.6.
//!
//! Invariants: the parser never fails, it returns a tree and a list of errors; a tree with errors is good for tools, not
//! for execution. Nodes live in one arena a source and are addressed by ids; nothing here allocates per node. Spans
//! count bytes, positions count UTF-16 units. Nothing here knows values, types or commands: what needs knowledge of
//! .NET types (does a class's base exist?) is asked through a trait.
//!
//! Nesting is bounded by the stack a parse may take (`Options::stack`), but chains of operators, members and `&&` lean to
//! the left and are as deep as they are long: who recurses over a tree bounds that recursion.

pub mod ast;
mod check;
mod comment_help;
mod error;
#[cfg(test)]
mod fuzzed;
mod highlight;
mod lexer;
mod message;
mod parser;
mod position;
#[cfg(test)]
mod recorded;
mod requires;
#[cfg(test)]
mod shape;
mod symbol;
mod token;

pub use check::{KnownType, NoKnowledge, TypeKnowledge};
pub use comment_help::{CommentHelp, HelpTarget, comment_help};
pub use error::{ErrorArg, ParseError};
pub use highlight::{Highlighted, TokenClass, classify, highlight};
pub use lexer::parse_number;
pub use parser::{Options, Parsed, parse, parse_with};
pub use position::{Position, Source, Span};
pub use requires::{ModuleSpecification, Requirements};
pub use symbol::{Sym, SymHasher, fold};
pub use token::{Token, TokenFlags, TokenKind, TokenList, TokenValue, dash_operator, keyword};
