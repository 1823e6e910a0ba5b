//! From the tree to a program for the backtracking machine.

use super::charset::CharSet;
use super::node::{Assertion, INFINITE, Node};
use std::sync::Arc;

/// One instruction. Targets are indexes into the program; registers hold positions, counts and stack heights.
#[derive(Debug, Clone)]
pub(super) enum Op {
    Match,
    Fail,
    One {
        c: u16,
        rtl: bool,
    },
    Set {
        set: Arc<CharSet>,
        rtl: bool,
    },
    /// Several units, left to right.
    Text(Box<[u16]>),
    /// A run of one set; tries the longest (or, lazily, the shortest) first.
    Run {
        set: Arc<CharSet>,
        min: u32,
        max: u32,
        lazy: bool,
        possessive: bool,
        rtl: bool,
    },
    /// Goes to the first, on failure to the second.
    Split(usize, usize),
    Jump(usize),
    /// Notes the position in a register.
    Mark(usize),
    /// Ends a group that began at the register's position.
    Capture {
        reg: usize,
        slot: Option<usize>,
        uncapture: Option<usize>,
    },
    /// Sets the loop's count to zero (`reg`) and its last position to none (`reg + 1`).
    LoopStart(usize),
    LoopTest {
        reg: usize,
        min: u32,
        max: u32,
        lazy: bool,
        exit: usize,
    },
    LoopEnter(usize),
    Backref {
        slot: usize,
        ignore_case: bool,
        rtl: bool,
        ecma: bool,
    },
    Assert(Assertion),
    /// Notes the height of the backtracking stack.
    AtomicStart(usize),
    /// Drops the choices made since.
    AtomicEnd(usize),
    /// Notes stack height and position (`reg`, `reg + 1`).
    LookStart(usize),
    /// Drops choices, goes back to the position.
    LookEnd(usize),
    /// Like LookStart; if the body fails, goes on at the target.
    NotLookStart {
        reg: usize,
        after: usize,
    },
    /// The body of a negative look matched: fails.
    NotLookEnd(usize),
    /// Like LookStart; if the condition fails, goes on at the target.
    IfStart {
        reg: usize,
        no: usize,
    },
    IfGroup {
        slot: usize,
        no: usize,
    },
}

pub(super) struct Program {
    pub ops: Vec<Op>,
    pub registers: usize,
    /// Units that every match begins with (left to right only).
    pub prefix: Vec<u16>,
    /// Units that a match can begin with, when known.
    pub first: Option<CharSet>,
    /// Matches begin at the text's start or at the last match's end only.
    pub anchor: Option<Assertion>,
    pub min_length: usize,
}

pub(super) fn compile(root: &Node, rtl: bool) -> Program {
    let mut c = Compiler { ops: Vec::new(), registers: 0 };
    c.node(root, rtl);
    c.ops.push(Op::Match);
    let mut prefix = Vec::new();
    let mut first = None;
    let mut anchor = None;
    if !rtl {
        leading_text(root, &mut prefix);
        let mut ranges = Vec::new();
        if prefix.is_empty() && first_units(root, &mut ranges) {
            first = Some(CharSet::from_ranges(ranges));
        }
        anchor = leading_anchor(root);
    }
    Program { ops: c.ops, registers: c.registers, prefix, first, anchor, min_length: root.min_length() }
}

struct Compiler {
    ops: Vec<Op>,
    registers: usize,
}

impl Compiler {
    fn register(&mut self, n: usize) -> usize {
        self.registers += n;
        self.registers - n
    }

    fn node(&mut self, n: &Node, rtl: bool) {
        match n {
            Node::Empty => {}
            Node::One { c, rtl } => self.ops.push(Op::One { c: *c, rtl: *rtl }),
            Node::Set { set, rtl } => self.ops.push(Op::Set { set: set.clone(), rtl: *rtl }),
            Node::Concat(v) => self.concat(v, rtl),
            Node::Alternate(v) => self.alternate(v, rtl),
            Node::Loop { body, min, max, lazy } => self.repeat(body, *min, *max, *lazy, rtl),
            Node::Capture { body, slot, uncapture } => {
                let reg = self.register(1);
                self.ops.push(Op::Mark(reg));
                self.node(body, rtl);
                self.ops.push(Op::Capture { reg, slot: *slot, uncapture: *uncapture });
            }
            Node::Atomic(body) => {
                let reg = self.register(1);
                self.ops.push(Op::AtomicStart(reg));
                self.node(body, rtl);
                self.ops.push(Op::AtomicEnd(reg));
            }
            Node::Look { body, negative } => {
                let reg = self.register(2);
                let behind = direction(body).unwrap_or(rtl);
                if *negative {
                    let at = self.ops.len();
                    self.ops.push(Op::Fail);
                    self.node(body, behind);
                    self.ops.push(Op::NotLookEnd(reg));
                    self.ops[at] = Op::NotLookStart { reg, after: self.ops.len() };
                } else {
                    self.ops.push(Op::LookStart(reg));
                    self.node(body, behind);
                    self.ops.push(Op::LookEnd(reg));
                }
            }
            Node::Backref { slot, ignore_case, rtl, ecma } => {
                self.ops.push(Op::Backref { slot: *slot, ignore_case: *ignore_case, rtl: *rtl, ecma: *ecma });
            }
            Node::IfGroup { slot, yes, no } => {
                let at = self.ops.len();
                self.ops.push(Op::Fail);
                self.node(yes, rtl);
                let jump = self.ops.len();
                self.ops.push(Op::Fail);
                self.ops[at] = Op::IfGroup { slot: *slot, no: self.ops.len() };
                self.node(no, rtl);
                self.ops[jump] = Op::Jump(self.ops.len());
            }
            Node::IfExpr { test, yes, no } => {
                let reg = self.register(2);
                let at = self.ops.len();
                self.ops.push(Op::Fail);
                self.node(test, direction(test).unwrap_or(rtl));
                self.ops.push(Op::LookEnd(reg));
                self.node(yes, rtl);
                let jump = self.ops.len();
                self.ops.push(Op::Fail);
                self.ops[at] = Op::IfStart { reg, no: self.ops.len() };
                self.node(no, rtl);
                self.ops[jump] = Op::Jump(self.ops.len());
            }
            Node::Assert(a) => self.ops.push(Op::Assert(*a)),
        }
    }

    fn concat(&mut self, v: &[Node], rtl: bool) {
        if rtl {
            for n in v.iter().rev() {
                self.node(n, rtl);
            }
            return;
        }
        let mut i = 0;
        while i < v.len() {
            let text: Vec<u16> = v[i..]
                .iter()
                .map_while(|n| if let Node::One { c, rtl: false } = n { Some(*c) } else { None })
                .collect();
            if text.len() > 1 {
                i += text.len();
                self.ops.push(Op::Text(text.into()));
            } else {
                self.node(&v[i], rtl);
                i += 1;
            }
        }
    }

    fn alternate(&mut self, v: &[Node], rtl: bool) {
        let mut jumps = Vec::new();
        for (i, n) in v.iter().enumerate() {
            if i + 1 == v.len() {
                self.node(n, rtl);
                break;
            }
            let split = self.ops.len();
            self.ops.push(Op::Fail);
            self.node(n, rtl);
            jumps.push(self.ops.len());
            self.ops.push(Op::Fail);
            self.ops[split] = Op::Split(split + 1, self.ops.len());
        }
        for j in jumps {
            self.ops[j] = Op::Jump(self.ops.len());
        }
    }

    fn repeat(&mut self, body: &Node, min: u32, max: u32, lazy: bool, rtl: bool) {
        if max == 0 {
            return;
        }
        let single = match body {
            Node::One { c, rtl } => Some((Arc::new(CharSet::from_ranges(vec![(*c, *c)])), *rtl)),
            Node::Set { set, rtl } => Some((set.clone(), *rtl)),
            _ => None,
        };
        if let Some((set, rtl)) = single {
            self.ops.push(Op::Run { set, min, max, lazy, possessive: false, rtl });
            return;
        }
        let never_empty = body.min_length() > 0;
        if min == 0 && max == 1 && never_empty {
            let split = self.ops.len();
            self.ops.push(Op::Fail);
            self.node(body, rtl);
            let end = self.ops.len();
            self.ops[split] = if lazy { Op::Split(end, split + 1) } else { Op::Split(split + 1, end) };
            return;
        }
        if min <= 1 && max == INFINITE && never_empty {
            if min == 1 {
                // body, then any number more; a single copy with the test at its end.
                let start = self.ops.len();
                self.node(body, rtl);
                let at = self.ops.len();
                self.ops.push(if lazy { Op::Split(at + 1, start) } else { Op::Split(start, at + 1) });
                return;
            }
            let split = self.ops.len();
            self.ops.push(Op::Fail);
            self.node(body, rtl);
            self.ops.push(Op::Jump(split));
            let end = self.ops.len();
            self.ops[split] = if lazy { Op::Split(end, split + 1) } else { Op::Split(split + 1, end) };
            return;
        }
        let reg = self.register(2);
        self.ops.push(Op::LoopStart(reg));
        let test = self.ops.len();
        self.ops.push(Op::Fail);
        self.ops.push(Op::LoopEnter(reg));
        self.node(body, rtl);
        self.ops.push(Op::Jump(test));
        self.ops[test] = Op::LoopTest { reg, min, max, lazy, exit: self.ops.len() };
    }
}

/// The direction of the first thing in a node that has one.
fn direction(n: &Node) -> Option<bool> {
    match n {
        Node::One { rtl, .. } | Node::Set { rtl, .. } | Node::Backref { rtl, .. } => Some(*rtl),
        Node::Concat(v) | Node::Alternate(v) => v.iter().find_map(direction),
        Node::Loop { body, .. } | Node::Capture { body, .. } | Node::Atomic(body) => direction(body),
        Node::IfGroup { yes, no, .. } | Node::IfExpr { yes, no, .. } => direction(yes).or_else(|| direction(no)),
        _ => None,
    }
}

fn leading_text(n: &Node, out: &mut Vec<u16>) -> bool {
    match n {
        Node::One { c, rtl: false } => {
            out.push(*c);
            true
        }
        Node::Concat(v) => v.iter().all(|n| leading_text(n, out)),
        Node::Capture { body, uncapture: None, .. } | Node::Atomic(body) => leading_text(body, out),
        Node::Loop { body, min, max, .. } if *min > 0 => {
            let whole = leading_text(body, out);
            whole && *min == 1 && *max == 1
        }
        _ => false,
    }
}

/// Collects the units that a match can begin with; false when it may be empty or unknown.
fn first_units(n: &Node, out: &mut Vec<(u16, u16)>) -> bool {
    match n {
        Node::One { c, rtl: false } => {
            out.push((*c, *c));
            true
        }
        Node::Set { set, rtl: false } => {
            out.extend_from_slice(set.ranges());
            true
        }
        Node::Concat(v) => {
            for n in v {
                match n {
                    Node::Assert(_) | Node::Empty | Node::Look { .. } => continue,
                    Node::Loop { body, min: 0, .. } => {
                        if !first_units(body, out) {
                            return false;
                        }
                    }
                    n => return first_units(n, out),
                }
            }
            false
        }
        Node::Alternate(v) => v.iter().all(|n| first_units(n, out)),
        Node::Capture { body, .. } | Node::Atomic(body) => first_units(body, out),
        Node::Loop { body, min, .. } if *min > 0 => first_units(body, out),
        _ => false,
    }
}

fn leading_anchor(n: &Node) -> Option<Assertion> {
    match n {
        Node::Assert(a @ (Assertion::Start | Assertion::LastMatch)) => Some(*a),
        Node::Concat(v) => v.first().and_then(leading_anchor),
        Node::Capture { body, .. } | Node::Atomic(body) => leading_anchor(body),
        Node::Alternate(v) => {
            let first = v.first().and_then(leading_anchor)?;
            v.iter().all(|n| leading_anchor(n) == Some(first)).then_some(first)
        }
        _ => None,
    }
}
