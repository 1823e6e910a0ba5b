//! The lexer: driven by the parser, which sets the mode, takes back a token and scans again in another mode when it
//! must. Its state is part of `Parser`, since nested scans (subexpressions in strings) need both.

mod chars;
mod cursor;
mod next;
mod number;
mod string;
mod variable;
mod word;

pub use number::parse_number;
pub(crate) use string::Piece;
pub(crate) use variable::make_variable;

/// What the parser expects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Commands and their arguments.
    Command,
    /// Expressions.
    Expression,
    /// Type names.
    TypeName,
    /// Class headers and members.
    Signature,
}
