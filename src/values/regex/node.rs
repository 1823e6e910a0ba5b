//! The tree of a pattern.

use super::charset::CharSet;
use std::sync::Arc;

/// One construct. Constructs that consume text or look at its neighbourhood carry their direction (`rtl`).
#[derive(Debug, Clone)]
pub(super) enum Node {
    Empty,
    One {
        c: u16,
        rtl: bool,
    },
    Set {
        set: Arc<CharSet>,
        rtl: bool,
    },
    Concat(Vec<Node>),
    Alternate(Vec<Node>),
    Loop {
        body: Box<Node>,
        min: u32,
        max: u32,
        lazy: bool,
    },
    /// `slot` is captured, `uncapture` is popped (balancing group).
    Capture {
        body: Box<Node>,
        slot: Option<usize>,
        uncapture: Option<usize>,
    },
    Atomic(Box<Node>),
    Look {
        body: Box<Node>,
        negative: bool,
    },
    Backref {
        slot: usize,
        ignore_case: bool,
        rtl: bool,
        ecma: bool,
    },
    IfGroup {
        slot: usize,
        yes: Box<Node>,
        no: Box<Node>,
    },
    IfExpr {
        test: Box<Node>,
        yes: Box<Node>,
        no: Box<Node>,
    },
    Assert(Assertion),
}

/// Conditions on a position.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Assertion {
    /// `^` with Multiline.
    LineStart,
    /// `$` with Multiline.
    LineEnd,
    /// `\A`, `^`.
    Start,
    /// `\z`.
    End,
    /// `\Z`, `$`.
    EndOrNewline,
    /// `\G`.
    LastMatch,
    Boundary,
    NotBoundary,
    EcmaBoundary,
    EcmaNotBoundary,
}

pub(super) const INFINITE: u32 = u32::MAX;

impl Node {
    /// The least number of units that a match takes.
    pub fn min_length(&self) -> usize {
        match self {
            Node::One { .. } | Node::Set { .. } => 1,
            Node::Concat(v) => v.iter().map(Node::min_length).fold(0, usize::saturating_add),
            Node::Alternate(v) => v.iter().map(Node::min_length).min().unwrap_or(0),
            Node::Loop { body, min, .. } => body.min_length().saturating_mul(*min as usize).min(1 << 20),
            Node::Capture { body, .. } | Node::Atomic(body) => body.min_length(),
            Node::IfGroup { yes, no, .. } | Node::IfExpr { yes, no, .. } => yes.min_length().min(no.min_length()),
            _ => 0,
        }
    }

    /// The first construct that the non-backtracking engine of .NET refuses, as its error describes it.
    pub fn needs_backtracking(&self) -> Option<&'static str> {
        let any = |v: &[&Node]| v.iter().find_map(|n| n.needs_backtracking());
        match self {
            Node::Backref { .. } => Some("backreference (\\ number)"),
            Node::Look { negative: false, .. } => {
                Some("positive lookahead (?= pattern) or positive lookbehind (?<= pattern)")
            }
            Node::Look { .. } => Some("negative lookahead (?! pattern) or negative lookbehind (?<! pattern)"),
            Node::Atomic(_) => Some("atomic subexpressions (?> pattern)"),
            Node::IfGroup { .. } => Some(
                "captured group conditional (?( name ) yes-pattern | no-pattern ) or (?( number ) yes-pattern| no-pattern )",
            ),
            Node::IfExpr { .. } => Some("test conditional (?( test-pattern ) yes-pattern | no-pattern )"),
            Node::Assert(Assertion::LastMatch) => Some("contiguous matches (\\G pattern)"),
            Node::Capture { uncapture: Some(_), .. } => {
                Some("balancing group (?<name1-name2>subexpression) or (?'name1-name2' subexpression)")
            }
            Node::Concat(v) | Node::Alternate(v) => v.iter().find_map(Node::needs_backtracking),
            Node::Loop { body, .. } | Node::Capture { body, .. } => any(&[body]),
            _ => None,
        }
    }
}
