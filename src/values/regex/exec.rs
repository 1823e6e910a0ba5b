//! The backtracking machine.

use super::charset::{self, CharSet};
use super::compile::{Op, Program};
use super::error::MatchTimeout;
use super::node::{Assertion, INFINITE};
use super::subject::Units;
use std::time::Instant;

/// Captures of one group, oldest first: start and end.
pub(super) type Spans = Vec<(usize, usize)>;

/// What to do when a path fails.
enum Frame {
    Choice {
        pc: usize,
        pos: usize,
    },
    /// A greedy run that may give back units down to `floor`.
    Shrink {
        pc: usize,
        floor: usize,
        pos: usize,
        rtl: bool,
    },
    /// A lazy run that may take more.
    Grow {
        pc: usize,
        pos: usize,
        left: u32,
    },
    Register {
        reg: usize,
        old: usize,
    },
    /// A capture was added.
    Captured(usize),
    /// A capture was taken away.
    Uncaptured {
        slot: usize,
        span: (usize, usize),
    },
}

pub(super) struct Machine<'p, U: Units> {
    program: &'p Program,
    text: U,
    registers: Vec<usize>,
    pub captures: Vec<Spans>,
    stack: Vec<Frame>,
    /// Where the search began, for `\G`.
    search_start: usize,
    steps: u32,
    deadline: Option<Instant>,
}

const NONE: usize = usize::MAX;

/// Units that are gone through between two looks at the stop.
const STRETCH: usize = 1 << 16;

/// A run of more units than this counts for more than a step.
const SHORT: usize = 1 << 10;

impl<'p, U: Units> Machine<'p, U> {
    pub fn new(
        program: &'p Program,
        text: U,
        slots: usize,
        search_start: usize,
        deadline: Option<Instant>,
    ) -> Machine<'p, U> {
        Machine {
            program,
            text,
            registers: vec![0; program.registers],
            captures: vec![Vec::new(); slots],
            stack: Vec::new(),
            search_start,
            steps: 0,
            deadline,
        }
    }

    /// Looks for a match beginning at `from` or later (earlier, right to left).
    pub fn search(&mut self, from: usize, rtl: bool) -> Result<bool, MatchTimeout> {
        let end = self.text.count();
        let p = self.program;
        if rtl {
            let mut at = from;
            loop {
                if self.run(at)? {
                    return Ok(true);
                }
                if at == 0 {
                    return Ok(false);
                }
                at -= 1;
            }
        }
        match p.anchor {
            Some(Assertion::Start) => return if from == 0 { self.run(0) } else { Ok(false) },
            Some(_) => return if from == self.search_start { self.run(from) } else { Ok(false) },
            None => {}
        }
        let mut at = from;
        loop {
            if at + p.min_length > end {
                return Ok(false);
            }
            if !p.prefix.is_empty() || p.first.is_some() {
                match self.place_to_begin(at)? {
                    Some(place) => at = place,
                    None => return Ok(false),
                }
            }
            if self.run(at)? {
                return Ok(true);
            }
            at += 1;
        }
    }

    /// The next place at or after one where a match can begin, by what each begins with.
    fn place_to_begin(&self, from: usize) -> Result<Option<usize>, MatchTimeout> {
        let (p, end) = (self.program, self.text.count());
        let mut from = from;
        while from < end {
            let until = (from + STRETCH).min(end);
            let found = match &p.first {
                _ if !p.prefix.is_empty() => self.text.find(from, until, &p.prefix),
                Some(set) => (from..until).find(|at| set.contains(self.text.unit(*at))),
                None => return Ok(Some(from)),
            };
            if found.is_some() || until == end {
                return Ok(found);
            }
            if crate::stop::requested() {
                return Err(MatchTimeout);
            }
            from = until;
        }
        Ok(None)
    }

    fn set_register(&mut self, reg: usize, value: usize) {
        self.stack.push(Frame::Register { reg, old: self.registers[reg] });
        self.registers[reg] = value;
    }

    fn run(&mut self, start: usize) -> Result<bool, MatchTimeout> {
        self.stack.clear();
        self.captures.iter_mut().for_each(Vec::clear);
        let end = self.text.count();
        let mut pc = 0;
        let mut pos = start;
        let program = self.program;
        loop {
            self.steps = self.steps.wrapping_add(1);
            if self.steps & 0xFFF == 0
                && (self.deadline.is_some_and(|d| Instant::now() > d) || crate::stop::requested())
            {
                return Err(MatchTimeout);
            }
            let ok = match &program.ops[pc] {
                Op::Match => return Ok(true),
                Op::Fail => false,
                Op::One { c, rtl: false } => {
                    let ok = pos < end && self.text.unit(pos) == *c;
                    pos += 1;
                    ok
                }
                Op::One { c, rtl: true } => {
                    let ok = pos > 0 && self.text.unit(pos - 1) == *c;
                    pos = pos.wrapping_sub(1);
                    ok
                }
                Op::Set { set, rtl: false } => {
                    let ok = pos < end && set.contains(self.text.unit(pos));
                    pos += 1;
                    ok
                }
                Op::Set { set, rtl: true } => {
                    let ok = pos > 0 && set.contains(self.text.unit(pos - 1));
                    pos = pos.wrapping_sub(1);
                    ok
                }
                Op::Text(t) => {
                    let ok = end - pos >= t.len() && t.iter().enumerate().all(|(i, c)| self.text.unit(pos + i) == *c);
                    pos += t.len();
                    ok
                }
                Op::Run { set, min, max, lazy, possessive, rtl } => {
                    self.take_run(set, *min, *max, *lazy, *possessive, *rtl, pc, &mut pos)
                }
                Op::Split(a, b) => {
                    self.stack.push(Frame::Choice { pc: *b, pos });
                    pc = *a;
                    continue;
                }
                Op::Jump(t) => {
                    pc = *t;
                    continue;
                }
                Op::Mark(reg) => {
                    self.set_register(*reg, pos);
                    true
                }
                Op::Capture { reg, slot, uncapture } => self.capture(self.registers[*reg], pos, *slot, *uncapture),
                Op::LoopStart(reg) => {
                    self.set_register(*reg, 0);
                    self.set_register(*reg + 1, NONE);
                    true
                }
                Op::LoopTest { reg, min, max, lazy, exit } => {
                    let count = self.registers[*reg] as u32;
                    let stuck = count > 0 && self.registers[*reg + 1] == pos;
                    if count < *min {
                        pc += 1;
                    } else if count >= *max || stuck {
                        pc = *exit;
                    } else if *lazy {
                        self.stack.push(Frame::Choice { pc: pc + 1, pos });
                        pc = *exit;
                    } else {
                        self.stack.push(Frame::Choice { pc: *exit, pos });
                        pc += 1;
                    }
                    continue;
                }
                Op::LoopEnter(reg) => {
                    let count = self.registers[*reg];
                    self.set_register(*reg, count + 1);
                    self.set_register(*reg + 1, pos);
                    true
                }
                Op::Backref { slot, ignore_case, rtl, ecma } => {
                    self.backref(*slot, *ignore_case, *rtl, *ecma, &mut pos)
                }
                Op::Assert(a) => self.holds(*a, pos),
                Op::AtomicStart(reg) => {
                    let height = self.stack.len();
                    self.set_register(*reg, height);
                    true
                }
                Op::AtomicEnd(reg) => {
                    self.commit(self.registers[*reg]);
                    true
                }
                Op::LookStart(reg) => {
                    let height = self.stack.len();
                    self.set_register(*reg, height);
                    self.set_register(*reg + 1, pos);
                    true
                }
                Op::LookEnd(reg) => {
                    pos = self.registers[*reg + 1];
                    self.commit(self.registers[*reg]);
                    true
                }
                Op::NotLookStart { reg, after } => {
                    let height = self.stack.len();
                    self.set_register(*reg, height);
                    self.stack.push(Frame::Choice { pc: *after, pos });
                    true
                }
                Op::NotLookEnd(reg) => {
                    let height = self.registers[*reg];
                    self.unwind(height);
                    false
                }
                Op::IfStart { reg, no } => {
                    let height = self.stack.len();
                    self.set_register(*reg, height);
                    self.set_register(*reg + 1, pos);
                    self.stack.push(Frame::Choice { pc: *no, pos });
                    true
                }
                Op::IfGroup { slot, no } => {
                    pc = if self.captures[*slot].is_empty() { *no } else { pc + 1 };
                    continue;
                }
            };
            if ok {
                pc += 1;
                continue;
            }
            match self.backtrack() {
                Some((p, at)) => {
                    pc = p;
                    pos = at;
                }
                None => return Ok(false),
            }
        }
    }

    /// Undoes until a choice is left.
    fn backtrack(&mut self) -> Option<(usize, usize)> {
        while let Some(f) = self.stack.pop() {
            match f {
                Frame::Choice { pc, pos } => return Some((pc, pos)),
                Frame::Shrink { pc, floor, pos, rtl } => {
                    let pos = if rtl { pos + 1 } else { pos - 1 };
                    if pos != floor {
                        self.stack.push(Frame::Shrink { pc, floor, pos, rtl });
                    }
                    return Some((pc, pos));
                }
                Frame::Grow { pc, pos, left } => {
                    let Op::Run { set, rtl, .. } = &self.program.ops[pc - 1] else { continue };
                    let end = self.text.count();
                    let ok = if *rtl {
                        pos > 0 && set.contains(self.text.unit(pos - 1))
                    } else {
                        pos < end && set.contains(self.text.unit(pos))
                    };
                    if !ok {
                        continue;
                    }
                    let pos = if *rtl { pos - 1 } else { pos + 1 };
                    if left > 1 {
                        let left = if left == INFINITE { left } else { left - 1 };
                        self.stack.push(Frame::Grow { pc, pos, left });
                    }
                    return Some((pc, pos));
                }
                other => self.undo(other),
            }
        }
        None
    }

    fn undo(&mut self, f: Frame) {
        match f {
            Frame::Register { reg, old } => self.registers[reg] = old,
            Frame::Captured(slot) => {
                self.captures[slot].pop();
            }
            Frame::Uncaptured { slot, span } => self.captures[slot].push(span),
            _ => {}
        }
    }

    /// Undoes everything above `height`.
    fn unwind(&mut self, height: usize) {
        while self.stack.len() > height {
            if let Some(f) = self.stack.pop() {
                self.undo(f);
            }
        }
    }

    /// Drops the choices above `height`, keeping what is needed to undo.
    fn commit(&mut self, height: usize) {
        let mut keep = height;
        for i in height..self.stack.len() {
            if matches!(self.stack[i], Frame::Register { .. } | Frame::Captured(_) | Frame::Uncaptured { .. }) {
                self.stack.swap(keep, i);
                keep += 1;
            }
        }
        self.stack.truncate(keep);
    }

    fn take_run(
        &mut self,
        set: &CharSet,
        min: u32,
        max: u32,
        lazy: bool,
        possessive: bool,
        rtl: bool,
        pc: usize,
        pos: &mut usize,
    ) -> bool {
        let end = self.text.count();
        let room = if rtl { *pos } else { end - *pos };
        let most = room.min(max as usize);
        let want = if lazy { (min as usize).min(most) } else { most };
        let mut n = 0;
        loop {
            let until = want.min(n + STRETCH);
            if rtl {
                while n < until && set.contains(self.text.unit(*pos - 1 - n)) {
                    n += 1;
                }
            } else {
                while n < until && set.contains(self.text.unit(*pos + n)) {
                    n += 1;
                }
            }
            if n < until || n == want {
                break;
            }
            if crate::stop::requested() {
                // The next step looks, and ends.
                self.steps = u32::MAX;
                return false;
            }
        }
        if n > SHORT && crate::stop::requested() {
            self.steps = u32::MAX;
        }
        if n < min as usize {
            return false;
        }
        let step = |k: usize| if rtl { *pos - k } else { *pos + k };
        let here = step(n);
        if lazy {
            if max > min {
                let left = if max == INFINITE { INFINITE } else { max - min };
                self.stack.push(Frame::Grow { pc: pc + 1, pos: here, left });
            }
        } else if n > min as usize && !possessive {
            let floor = step(min as usize);
            self.stack.push(Frame::Shrink { pc: pc + 1, floor, pos: here, rtl });
        }
        *pos = here;
        true
    }

    fn capture(&mut self, from: usize, to: usize, slot: Option<usize>, uncapture: Option<usize>) -> bool {
        let (mut start, mut end) = (from.min(to), from.max(to));
        if let Some(u) = uncapture {
            let Some(span) = self.captures[u].pop() else { return false };
            self.stack.push(Frame::Uncaptured { slot: u, span });
            // A balancing group keeps what lies between the popped capture and itself.
            if start >= span.1 {
                end = start;
                start = span.1;
            } else if end <= span.0 {
                start = span.0;
            } else {
                end = end.min(span.1);
                start = start.max(span.0);
            }
        }
        if let Some(s) = slot {
            self.captures[s].push((start.min(end), start.max(end)));
            self.stack.push(Frame::Captured(s));
        }
        true
    }

    fn backref(&mut self, slot: usize, ignore_case: bool, rtl: bool, ecma: bool, pos: &mut usize) -> bool {
        // A reference to a group without capture fails; in ECMAScript it matches nothing.
        let Some(&(a, b)) = self.captures[slot].last() else { return ecma };
        let len = b - a;
        let end = self.text.count();
        let from = if rtl {
            if *pos < len {
                return false;
            }
            *pos - len
        } else {
            if end - *pos < len {
                return false;
            }
            *pos
        };
        let same = |x: u16, y: u16| x == y || (ignore_case && charset::case_variants(x, true).contains(&y));
        if !(0..len).all(|i| same(self.text.unit(a + i), self.text.unit(from + i))) {
            return false;
        }
        *pos = if rtl { from } else { from + len };
        true
    }

    fn holds(&self, a: Assertion, pos: usize) -> bool {
        let end = self.text.count();
        let newline = |i: usize| self.text.unit(i) == 10;
        match a {
            Assertion::LineStart => pos == 0 || newline(pos - 1),
            Assertion::LineEnd => pos == end || newline(pos),
            Assertion::Start => pos == 0,
            Assertion::End => pos == end,
            Assertion::EndOrNewline => pos == end || (pos + 1 == end && newline(pos)),
            Assertion::LastMatch => pos == self.search_start,
            Assertion::Boundary => self.boundary(pos, false),
            Assertion::NotBoundary => !self.boundary(pos, false),
            Assertion::EcmaBoundary => self.boundary(pos, true),
            Assertion::EcmaNotBoundary => !self.boundary(pos, true),
        }
    }

    fn boundary(&self, pos: usize, ecma: bool) -> bool {
        let word = |c: u16| {
            if ecma || c < 128 {
                c < 128 && ((c as u8).is_ascii_alphanumeric() || c == 0x5F)
            } else {
                charset::boundary_word().contains(c)
            }
        };
        let before = pos > 0 && word(self.text.unit(pos - 1));
        let after = pos < self.text.count() && word(self.text.unit(pos));
        before != after
    }
}
