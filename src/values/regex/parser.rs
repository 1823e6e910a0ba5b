//! From a pattern to its tree, by the rules (and with the error offsets) of .NET's parser.

use super::charset::{self, CharSet, Ranges, is_word};
use super::error::{ParseFault, RegexParseError};
use super::node::{Assertion, INFINITE, Node};
use super::regex::Options;
use std::sync::Arc;

/// A parsed pattern: the tree, and the groups in the order of their numbers.
pub(super) struct Tree {
    pub root: Node,
    /// Number and name of each group; slot = place in this list.
    pub groups: Vec<(i32, String)>,
}

pub(super) type Fault<T> = Result<T, ParseFault>;

/// What an open parenthesis began.
enum Open {
    Group,
    Capture(Option<usize>, Option<usize>),
    Look { negative: bool },
    Atomic,
    IfGroup(usize),
    IfExpr,
}

/// One level of nesting: finished branches, the branch in work.
struct Level {
    open: Open,
    branches: Vec<Node>,
    concat: Vec<Node>,
}

pub(super) struct Parser {
    pub(super) pattern: Vec<u16>,
    pub(super) pos: usize,
    pub(super) options: Options,
    pub(super) option_stack: Vec<Options>,
    pub(super) numbers: Vec<i32>,
    pub(super) names: Vec<(String, i32)>,
    pub(super) auto: i32,
    pub(super) ignore_next_paren: bool,
}

pub(super) const fn ch(c: char) -> u16 {
    c as u16
}

fn is_special(c: u16) -> bool {
    matches!(
        u8::try_from(c),
        Ok(b'\\'
            | b'*'
            | b'+'
            | b'?'
            | b'|'
            | b'{'
            | b'['
            | b'('
            | b')'
            | b'^'
            | b'$'
            | b'.'
            | b'#'
            | b' '
            | b'\t'
            | b'\n'
            | b'\r'
            | 0x0c
            | 0x0b)
    ) && c != ch('#')
        && c > 0x20
}

fn is_space(c: u16) -> bool {
    matches!(c, 0x20 | 9..=13)
}

fn is_digit(c: u16) -> bool {
    (0x30..=0x39).contains(&c)
}

/// Parses; the error carries pattern and offset.
pub(super) fn parse(pattern: &str, options: Options) -> Result<Tree, RegexParseError> {
    let mut p = Parser {
        pattern: pattern.encode_utf16().collect(),
        pos: 0,
        options,
        option_stack: Vec::new(),
        numbers: vec![0],
        names: Vec::new(),
        auto: 1,
        ignore_next_paren: false,
    };
    p.run().map_err(|fault| RegexParseError { pattern: pattern.to_string(), offset: p.pos.min(p.pattern.len()), fault })
}

impl Parser {
    fn run(&mut self) -> Fault<Tree> {
        let options = self.options;
        self.count_groups()?;
        self.pos = 0;
        self.options = options;
        self.option_stack.clear();
        self.auto = 1;
        self.ignore_next_paren = false;
        let root = self.scan()?;
        let groups = self
            .numbers
            .iter()
            .map(|n| {
                let name = self.names.iter().find(|(_, m)| m == n).map(|(s, _)| s.clone());
                (*n, name.unwrap_or_else(|| n.to_string()))
            })
            .collect();
        Ok(Tree { root, groups })
    }

    pub(super) fn len(&self) -> usize {
        self.pattern.len()
    }

    pub(super) fn at(&self, i: usize) -> Option<char> {
        self.pattern.get(i).map(|c| char::from_u32(u32::from(*c)).unwrap_or('\u{fffd}'))
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.at(self.pos)
    }

    pub(super) fn on(&self, o: Options) -> bool {
        self.options.has(o)
    }

    fn rtl(&self) -> bool {
        self.on(Options::RIGHT_TO_LEFT)
    }

    fn slot(&self, number: i32) -> Option<usize> {
        self.numbers.binary_search(&number).ok()
    }

    fn named(&self, name: &str) -> Option<i32> {
        self.names.iter().find(|(n, _)| n == name).map(|(_, i)| *i)
    }

    // Groups are counted before parsing, since references may point forward.

    fn note_number(&mut self, n: i32) {
        if !self.numbers.contains(&n) {
            self.numbers.push(n);
        }
    }

    fn count_groups(&mut self) -> Fault<()> {
        let mut named: Vec<String> = Vec::new();
        while self.pos < self.len() {
            let c = self.peek();
            self.pos += 1;
            match c {
                Some('\\') if self.pos < self.len() => self.skip_escape()?,
                Some('#') if self.on(Options::IGNORE_PATTERN_WHITESPACE) => {
                    self.pos -= 1;
                    self.blank()?;
                }
                Some('[') => {
                    self.char_class(false)?;
                }
                Some(')') => {
                    if let Some(o) = self.option_stack.pop() {
                        self.options = o;
                    }
                }
                Some('(') => {
                    if self.at(self.pos) == Some('?') && self.at(self.pos + 1) == Some('#') {
                        self.pos -= 1;
                        self.blank()?;
                    } else {
                        self.option_stack.push(self.options);
                        if self.peek() == Some('?') {
                            self.pos += 1;
                            if self.pos + 1 < self.len() && matches!(self.peek(), Some('<' | '\'')) {
                                self.pos += 1;
                                let c = self.pattern[self.pos];
                                if c != ch('0') && is_word(c) {
                                    if is_digit(c) {
                                        let n = self.decimal()?;
                                        self.note_number(n);
                                    } else {
                                        let n = self.group_name();
                                        if !named.contains(&n) {
                                            named.push(n);
                                        }
                                    }
                                }
                            } else {
                                self.inline_options();
                                match self.peek() {
                                    Some(')') => {
                                        // `(?i)` changes the options of the enclosing group.
                                        self.pos += 1;
                                        self.option_stack.pop();
                                    }
                                    Some('(') => {
                                        self.ignore_next_paren = true;
                                        continue;
                                    }
                                    _ => {}
                                }
                            }
                        } else if !self.on(Options::EXPLICIT_CAPTURE) && !self.ignore_next_paren {
                            let n = self.auto;
                            self.auto += 1;
                            self.note_number(n);
                        }
                    }
                    self.ignore_next_paren = false;
                }
                _ => {}
            }
        }
        for name in named {
            while self.numbers.contains(&self.auto) {
                self.auto += 1;
            }
            let n = self.auto;
            self.numbers.push(n);
            self.auto += 1;
            self.names.push((name, n));
        }
        self.numbers.sort_unstable();
        Ok(())
    }

    fn skip_escape(&mut self) -> Fault<()> {
        match self.peek() {
            Some('b' | 'B' | 'A' | 'G' | 'Z' | 'z' | 'w' | 'W' | 's' | 'S' | 'd' | 'D') => {
                self.pos += 1;
                Ok(())
            }
            Some('p' | 'P') => {
                self.pos += 1;
                self.property().map(|_| ())
            }
            Some('k' | '1'..='9' | '<' | '\'') => {
                self.pos += 1;
                Ok(())
            }
            _ => self.char_escape().map(|_| ()),
        }
    }

    // The scan proper.

    fn scan(&mut self) -> Fault<Node> {
        let mut stack: Vec<Level> = Vec::new();
        let mut level = Level { open: Open::Capture(Some(0), None), branches: Vec::new(), concat: Vec::new() };
        let mut is_quantifier = false;
        loop {
            let was_quantifier = is_quantifier;
            is_quantifier = false;
            self.blank()?;
            let start = self.pos;
            let extended = self.on(Options::IGNORE_PATTERN_WHITESPACE);
            while let Some(&c) = self.pattern.get(self.pos) {
                let stop = is_special(c) || (extended && (c == ch('#') || is_space(c)));
                if stop && (c != ch('{') || self.true_quantifier()) {
                    break;
                }
                self.pos += 1;
            }
            let end = self.pos;
            self.blank()?;
            let next = self.pattern.get(self.pos).copied();
            let special = match next {
                None => None,
                Some(c) if is_special(c) => {
                    is_quantifier =
                        matches!(self.peek(), Some('*' | '+' | '?')) || (c == ch('{') && self.true_quantifier());
                    self.pos += 1;
                    self.at(self.pos - 1)
                }
                Some(_) => Some(' '),
            };
            let mut unit: Option<Node> = None;
            if start < end {
                let plain = end - start - usize::from(is_quantifier);
                for i in start..start + plain {
                    let n = self.one(self.pattern[i]);
                    level.concat.push(n);
                }
                if is_quantifier {
                    unit = Some(self.one(self.pattern[end - 1]));
                }
            }
            let Some(c) = special else { break };
            match c {
                ' ' => continue,
                '[' => {
                    let ranges = self.char_class(self.on(Options::IGNORE_CASE))?;
                    unit = Some(self.set(ranges));
                }
                '(' => {
                    self.option_stack.push(self.options);
                    match self.group_open(&level)? {
                        None => {
                            // `(?i)`: the options stay for the rest of the enclosing group.
                            self.option_stack.pop();
                        }
                        Some(open) => {
                            let new = Level { open, branches: Vec::new(), concat: Vec::new() };
                            stack.push(std::mem::replace(&mut level, new));
                        }
                    }
                    continue;
                }
                '|' => {
                    let done = std::mem::take(&mut level.concat);
                    level.branches.push(Node::Concat(done));
                    continue;
                }
                ')' => {
                    let Some(outer) = stack.pop() else { return Err(ParseFault::InsufficientOpeningParentheses) };
                    let done = std::mem::replace(&mut level, outer);
                    let node = self.close(done)?;
                    if let Some(o) = self.option_stack.pop() {
                        self.options = o;
                    }
                    if let Open::IfExpr = level.open
                        && level.branches.is_empty()
                        && level.concat.is_empty()
                    {
                        // The first thing in `(?(...)` is the condition.
                        level.branches.push(Node::Look { body: Box::new(node), negative: false });
                        continue;
                    }
                    unit = Some(node);
                }
                '\\' => {
                    if self.pos == self.len() {
                        return Err(ParseFault::UnescapedEndingBackslash);
                    }
                    unit = Some(self.backslash()?);
                }
                '^' => {
                    unit = Some(Node::Assert(if self.on(Options::MULTILINE) {
                        Assertion::LineStart
                    } else {
                        Assertion::Start
                    }))
                }
                '$' => {
                    unit = Some(Node::Assert(if self.on(Options::MULTILINE) {
                        Assertion::LineEnd
                    } else {
                        Assertion::EndOrNewline
                    }))
                }
                '.' => {
                    let set =
                        if self.on(Options::SINGLELINE) { vec![(0, 0xFFFF)] } else { charset::complement(&[(10, 10)]) };
                    unit = Some(self.set(set));
                }
                '*' | '+' | '?' | '{' => {
                    if unit.is_none() {
                        let q = self.at(self.pos - 1).map(String::from).unwrap_or_default();
                        return Err(if was_quantifier {
                            ParseFault::NestedQuantifiersNotParenthesized(q)
                        } else {
                            ParseFault::QuantifierAfterNothing(q)
                        });
                    }
                    self.pos -= 1;
                }
                _ => {}
            }
            self.blank()?;
            if self.pos == self.len() || !self.true_quantifier() {
                is_quantifier = false;
                level.concat.extend(unit);
                continue;
            }
            is_quantifier = true;
            let q = self.peek();
            self.pos += 1;
            if let Some(body) = unit {
                let (min, max) = match q {
                    Some('*') => (0, INFINITE),
                    Some('+') => (1, INFINITE),
                    Some('?') => (0, 1),
                    _ => {
                        let min = self.decimal()? as u32;
                        let mut max = min;
                        if self.peek() == Some(',') {
                            self.pos += 1;
                            max = if self.peek() == Some('}') { INFINITE } else { self.decimal()? as u32 };
                        }
                        self.pos += 1;
                        (min, max)
                    }
                };
                self.blank()?;
                let lazy = self.peek() == Some('?');
                if lazy {
                    self.pos += 1;
                }
                if min > max {
                    return Err(ParseFault::ReversedQuantifierRange);
                }
                level.concat.push(if min == 1 && max == 1 {
                    body
                } else {
                    Node::Loop { body: Box::new(body), min, max, lazy }
                });
            }
        }
        if !stack.is_empty() {
            return Err(ParseFault::InsufficientClosingParentheses);
        }
        self.close(level)
    }

    /// Finishes a group.
    fn close(&mut self, mut level: Level) -> Fault<Node> {
        level.branches.push(Node::Concat(level.concat));
        let mut branches = level.branches;
        let alternate =
            |mut b: Vec<Node>| if b.len() == 1 { b.pop().unwrap_or(Node::Empty) } else { Node::Alternate(b) };
        Ok(match level.open {
            Open::Group => alternate(branches),
            Open::Capture(slot, uncapture) => Node::Capture { body: Box::new(alternate(branches)), slot, uncapture },
            Open::Atomic => Node::Atomic(Box::new(alternate(branches))),
            Open::Look { negative } => Node::Look { body: Box::new(alternate(branches)), negative },
            Open::IfGroup(slot) => {
                if branches.len() > 2 {
                    return Err(ParseFault::AlternationHasTooManyConditions);
                }
                let no = if branches.len() == 2 { branches.pop() } else { None };
                let yes = branches.pop().unwrap_or(Node::Empty);
                Node::IfGroup { slot, yes: Box::new(yes), no: Box::new(no.unwrap_or(Node::Empty)) }
            }
            Open::IfExpr => {
                if branches.len() > 3 {
                    return Err(ParseFault::AlternationHasTooManyConditions);
                }
                let test = branches.remove(0);
                let no = if branches.len() == 2 { branches.pop() } else { None };
                let yes = branches.pop().unwrap_or(Node::Empty);
                Node::IfExpr { test: Box::new(test), yes: Box::new(yes), no: Box::new(no.unwrap_or(Node::Empty)) }
            }
        })
    }

    fn one(&self, c: u16) -> Node {
        if self.on(Options::IGNORE_CASE) {
            let others = charset::case_variants(c, self.on(Options::CULTURE_INVARIANT));
            if !others.is_empty() {
                let mut r: Ranges = others.into_iter().map(|v| (v, v)).collect();
                r.push((c, c));
                return self.set(r);
            }
        }
        Node::One { c, rtl: self.rtl() }
    }

    fn set(&self, ranges: Ranges) -> Node {
        let set = CharSet::from_ranges(ranges);
        Node::Set { set: Arc::new(set), rtl: self.rtl() }
    }

    /// What follows an open parenthesis. `None` for an option setting.
    fn group_open(&mut self, level: &Level) -> Fault<Option<Open>> {
        if self.peek() != Some('?') || self.at(self.pos + 1) == Some(')') {
            if self.on(Options::EXPLICIT_CAPTURE) || self.ignore_next_paren {
                self.ignore_next_paren = false;
                return Ok(Some(Open::Group));
            }
            let n = self.auto;
            self.auto += 1;
            return Ok(Some(Open::Capture(self.slot(n), None)));
        }
        self.pos += 1;
        let unknown = Err(ParseFault::InvalidGroupingConstruct);
        let Some(c) = self.peek() else { return unknown };
        self.pos += 1;
        let ahead = self.options.without(Options::RIGHT_TO_LEFT);
        let behind = self.options.with(Options::RIGHT_TO_LEFT);
        match c {
            ':' => Ok(Some(Open::Group)),
            '=' | '!' => {
                self.options = ahead;
                Ok(Some(Open::Look { negative: c == '!' }))
            }
            '>' => Ok(Some(Open::Atomic)),
            '<' | '\'' => {
                let close = if c == '<' { '>' } else { '\'' };
                let Some(c) = self.peek() else { return unknown };
                if matches!(c, '=' | '!') {
                    self.pos += 1;
                    if close == '\'' {
                        return unknown;
                    }
                    self.options = behind;
                    return Ok(Some(Open::Look { negative: c == '!' }));
                }
                self.named_group(close)
            }
            '(' => self.conditional().map(Some),
            _ => {
                self.pos -= 1;
                let in_condition =
                    matches!(level.open, Open::IfExpr) && level.branches.is_empty() && level.concat.is_empty();
                if !in_condition {
                    self.inline_options();
                }
                let Some(c) = self.peek() else { return unknown };
                self.pos += 1;
                match c {
                    ')' => Ok(None),
                    ':' => Ok(Some(Open::Group)),
                    _ => unknown,
                }
            }
        }
    }

    fn named_group(&mut self, close: char) -> Fault<Option<Open>> {
        let bad = ParseFault::CaptureGroupNameInvalid;
        let mut group: Option<i32> = None;
        let mut balance = false;
        let c = self.pattern[self.pos];
        if is_digit(c) {
            let n = self.decimal()?;
            group = self.slot(n).map(|_| n);
            if self.peek().is_some_and(|c| c != close && c != '-') {
                return Err(bad);
            }
            if n == 0 {
                return Err(ParseFault::CaptureGroupOfZero);
            }
        } else if is_word(c) {
            let name = self.group_name();
            group = self.named(&name);
            if self.peek().is_some_and(|c| c != close && c != '-') {
                return Err(bad);
            }
        } else if c == ch('-') {
            balance = true;
        } else {
            return Err(bad);
        }
        let mut uncapture: Option<i32> = None;
        if (group.is_some() || balance) && self.pos + 1 < self.len() && self.peek() == Some('-') {
            self.pos += 1;
            let c = self.pattern[self.pos];
            if is_digit(c) {
                let n = self.decimal()?;
                if self.slot(n).is_none() {
                    return Err(ParseFault::UndefinedNumberedReference(n));
                }
                uncapture = Some(n);
            } else if is_word(c) {
                let name = self.group_name();
                uncapture = Some(self.named(&name).ok_or(ParseFault::UndefinedNamedReference(name))?);
            } else {
                return Err(bad);
            }
            if self.peek().is_some_and(|c| c != close) {
                return Err(bad);
            }
        }
        if (group.is_some() || uncapture.is_some()) && self.pos < self.len() {
            self.pos += 1;
            if self.at(self.pos - 1) == Some(close) {
                return Ok(Some(Open::Capture(group.and_then(|n| self.slot(n)), uncapture.and_then(|n| self.slot(n)))));
            }
        }
        Err(ParseFault::InvalidGroupingConstruct)
    }

    fn conditional(&mut self) -> Fault<Open> {
        let paren = self.pos;
        if let Some(&c) = self.pattern.get(self.pos) {
            if is_digit(c) {
                let n = self.decimal()?;
                if self.pos < self.len() {
                    self.pos += 1;
                    if self.at(self.pos - 1) == Some(')') {
                        return self.slot(n).map(Open::IfGroup).ok_or(ParseFault::AlternationHasUndefinedReference(n));
                    }
                }
                return Err(ParseFault::AlternationHasMalformedReference(n));
            }
            if is_word(c) {
                let name = self.group_name();
                if let Some(n) = self.named(&name)
                    && self.peek() == Some(')')
                    && let Some(slot) = self.slot(n)
                {
                    self.pos += 1;
                    return Ok(Open::IfGroup(slot));
                }
            }
        }
        self.pos = paren - 1;
        self.ignore_next_paren = true;
        if self.pos + 2 < self.len() && self.at(self.pos + 1) == Some('?') {
            match (self.at(self.pos + 2), self.at(self.pos + 3)) {
                (Some('#'), _) => return Err(ParseFault::AlternationHasComment),
                (Some('\''), _) => return Err(ParseFault::AlternationHasNamedCapture),
                (Some('<'), Some(c)) if c != '!' && c != '=' => return Err(ParseFault::AlternationHasNamedCapture),
                _ => {}
            }
        }
        Ok(Open::IfExpr)
    }

    fn backslash(&mut self) -> Fault<Node> {
        let ecma = self.on(Options::ECMA_SCRIPT);
        let c = self.peek().unwrap_or('\0');
        let assertion = match c {
            'b' => Some(if ecma { Assertion::EcmaBoundary } else { Assertion::Boundary }),
            'B' => Some(if ecma { Assertion::EcmaNotBoundary } else { Assertion::NotBoundary }),
            'A' => Some(Assertion::Start),
            'G' => Some(Assertion::LastMatch),
            'Z' => Some(Assertion::EndOrNewline),
            'z' => Some(Assertion::End),
            _ => None,
        };
        if let Some(a) = assertion {
            self.pos += 1;
            return Ok(Node::Assert(a));
        }
        match c {
            'w' | 'W' | 's' | 'S' | 'd' | 'D' => {
                self.pos += 1;
                Ok(Node::Set { set: charset::shorthand(c, ecma), rtl: self.rtl() })
            }
            'p' | 'P' => {
                self.pos += 1;
                let r = self.property()?;
                Ok(self.set(if c == 'P' { charset::complement(&r) } else { r.as_ref().clone() }))
            }
            _ => self.basic_backslash(),
        }
    }

    fn backref(&self, number: i32) -> Option<Node> {
        self.slot(number).map(|slot| Node::Backref {
            slot,
            ignore_case: self.on(Options::IGNORE_CASE),
            rtl: self.rtl(),
            ecma: self.on(Options::ECMA_SCRIPT),
        })
    }

    fn basic_backslash(&mut self) -> Fault<Node> {
        let back = self.pos;
        let mut c = self.pattern[self.pos];
        let mut close = None;
        if c == ch('k') {
            if self.pos + 1 < self.len() {
                self.pos += 1;
                let q = self.at(self.pos);
                self.pos += 1;
                close = match q {
                    Some('<') => Some('>'),
                    Some('\'') => Some('\''),
                    _ => None,
                };
            }
            if close.is_none() || self.pos == self.len() {
                return Err(ParseFault::MalformedNamedReference);
            }
            c = self.pattern[self.pos];
        } else if (c == ch('<') || c == ch('\'')) && self.pos + 1 < self.len() {
            close = Some(if c == ch('<') { '>' } else { '\'' });
            self.pos += 1;
            c = self.pattern[self.pos];
        }
        match close {
            Some(close) if is_digit(c) => {
                let n = self.decimal()?;
                if self.pos < self.len() {
                    self.pos += 1;
                    if self.at(self.pos - 1) == Some(close) {
                        return self.backref(n).ok_or(ParseFault::UndefinedNumberedReference(n));
                    }
                }
            }
            Some(close) if is_word(c) => {
                let name = self.group_name();
                if self.pos < self.len() {
                    self.pos += 1;
                    if self.at(self.pos - 1) == Some(close) {
                        return self
                            .named(&name)
                            .and_then(|n| self.backref(n))
                            .ok_or(ParseFault::UndefinedNamedReference(name));
                    }
                }
            }
            None if (0x31..=0x39).contains(&c) => {
                if self.on(Options::ECMA_SCRIPT) {
                    let mut best = None;
                    let mut n = i32::from(c) - 0x30;
                    while n <= self.numbers.last().copied().unwrap_or(0) {
                        if self.slot(n).is_some() {
                            best = Some((n, self.pos + 1));
                        }
                        self.pos += 1;
                        match self.pattern.get(self.pos) {
                            Some(d) if is_digit(*d) => n = n * 10 + i32::from(*d) - 0x30,
                            _ => break,
                        }
                    }
                    if let Some((n, end)) = best
                        && let Some(node) = self.backref(n)
                    {
                        self.pos = end;
                        return Ok(node);
                    }
                } else {
                    let n = self.decimal()?;
                    if let Some(node) = self.backref(n) {
                        return Ok(node);
                    }
                    if n <= 9 {
                        return Err(ParseFault::UndefinedNumberedReference(n));
                    }
                }
            }
            _ => {}
        }
        self.pos = back;
        let c = self.char_escape()?;
        Ok(self.one(c))
    }

    fn inline_options(&mut self) {
        let mut off = false;
        while let Some(c) = self.peek() {
            match c {
                '-' => off = true,
                '+' => off = false,
                c => {
                    let o = match c.to_ascii_lowercase() {
                        'i' => Options::IGNORE_CASE,
                        'm' => Options::MULTILINE,
                        'n' => Options::EXPLICIT_CAPTURE,
                        's' => Options::SINGLELINE,
                        'x' => Options::IGNORE_PATTERN_WHITESPACE,
                        _ => return,
                    };
                    self.options = if off { self.options.without(o) } else { self.options.with(o) };
                }
            }
            self.pos += 1;
        }
    }

    fn decimal(&mut self) -> Fault<i32> {
        let mut v = 0i64;
        while let Some(d) = self.pattern.get(self.pos).filter(|c| is_digit(**c)) {
            v = v * 10 + i64::from(d - 0x30);
            self.pos += 1;
            if v > i64::from(i32::MAX) {
                return Err(ParseFault::QuantifierOrCaptureGroupOutOfRange);
            }
        }
        Ok(v as i32)
    }

    fn group_name(&mut self) -> String {
        let start = self.pos;
        while self.pattern.get(self.pos).is_some_and(|c| is_word(*c)) {
            self.pos += 1;
        }
        String::from_utf16_lossy(&self.pattern[start..self.pos])
    }

    /// Whether a quantifier stands at the position; `{` only when the whole `{n,m}` does.
    fn true_quantifier(&self) -> bool {
        match self.peek() {
            Some('*' | '+' | '?') => true,
            Some('{') => {
                let mut i = self.pos + 1;
                let from = i;
                while self.pattern.get(i).is_some_and(|c| is_digit(*c)) {
                    i += 1;
                }
                if i == from {
                    return false;
                }
                match self.at(i) {
                    Some('}') => true,
                    Some(',') => {
                        i += 1;
                        while self.pattern.get(i).is_some_and(|c| is_digit(*c)) {
                            i += 1;
                        }
                        self.at(i) == Some('}')
                    }
                    _ => false,
                }
            }
            _ => false,
        }
    }

    /// Skips comments, and blanks when they mean nothing.
    fn blank(&mut self) -> Fault<()> {
        let extended = self.on(Options::IGNORE_PATTERN_WHITESPACE);
        loop {
            while extended && self.pattern.get(self.pos).is_some_and(|c| is_space(*c)) {
                self.pos += 1;
            }
            if extended && self.peek() == Some('#') {
                while self.pos < self.len() && self.peek() != Some('\n') {
                    self.pos += 1;
                }
            } else if self.peek() == Some('(')
                && self.at(self.pos + 1) == Some('?')
                && self.at(self.pos + 2) == Some('#')
            {
                while self.pos < self.len() && self.peek() != Some(')') {
                    self.pos += 1;
                }
                if self.pos == self.len() {
                    return Err(ParseFault::UnterminatedComment);
                }
                self.pos += 1;
            } else {
                return Ok(());
            }
        }
    }
}
