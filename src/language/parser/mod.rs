//! The parser: recursive descent, one file a group of productions. It never fails; what it cannot read becomes an error
//! node and an error in the list.

mod attribute;
mod block;
mod class;
mod command;
mod entry;
mod expression;
mod flow;
mod function;
mod hash;
mod pipeline;
mod primary;
mod state;
mod statement;
mod string;
mod switch;
mod trouble;
mod type_name;
mod using;

pub use entry::{Options, Parsed, parse, parse_with};
pub(crate) use state::Parser;

/// Moves the items above a mark on one of the parser's stacks into the tree.
macro_rules! list {
    ($parser:ident . $stack:ident, $mark:expr) => {{
        let shared = &mut *$parser.shared;
        shared.ast.add_list(&mut shared.$stack, $mark)
    }};
}
pub(crate) use list;
