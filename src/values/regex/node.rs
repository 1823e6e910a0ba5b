//! The tree of a pattern.

use super::charset::CharSet;
use std::sync::Arc;

/// One construct. Constructs that consume text or look at its neighbourhood carry their direction (`rtl`).
#[derive(Debug, Clone)]
pub(super) enum Node {
    Empty,
    One { c: u16, rtl: bool },
    Set { set: Arc<CharSet>, rtl: bool },
    Concat(Vec<Node>),
    Alternate(Vec<Node>),
    Loop { body: Box<Node>, min: u32, max: u32, lazy: bool },
    /// `slot` is captured, `uncapture` is popped (balancing group).
    Capture { body: Box<Node>, slot: Option<usize>, uncapture: Option<usize> },
    Atomic(Box<Node>),
    Look { body: Box<Node>, negative: bool },
    Backref { slot: usize, ignore_case: bool, rtl: bool, ecma: bool },
    IfGroup { slot: usize, yes: Box<Node>, no: Box<Node> },
    IfExpr { test: Box<Node>, yes: Box<Node>, no: Box<Node> },
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
}
