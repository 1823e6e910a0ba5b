//! The compiled regular expression: matching, replacing, splitting, groups.

use super::compile::{Program, compile};
use super::error::{MatchTimeout, RegexParseError};
use super::exec::{Machine, Spans};
use super::fast;
use super::node::Node;
use super::parser;
use super::replace::Replacement;
use super::subject::{Subject, Units};
use crate::stop::{self, Pace};
use hashbrown::HashMap;
use parking_lot::Mutex;
use std::borrow::Cow;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

/// `RegexOptions`, with .NET's numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Options(pub u32);

impl Options {
    pub const NONE: Options = Options(0);
    pub const IGNORE_CASE: Options = Options(1);
    pub const MULTILINE: Options = Options(2);
    pub const EXPLICIT_CAPTURE: Options = Options(4);
    pub const COMPILED: Options = Options(8);
    pub const SINGLELINE: Options = Options(16);
    pub const IGNORE_PATTERN_WHITESPACE: Options = Options(32);
    pub const RIGHT_TO_LEFT: Options = Options(64);
    pub const ECMA_SCRIPT: Options = Options(256);
    pub const CULTURE_INVARIANT: Options = Options(512);
    pub const NON_BACKTRACKING: Options = Options(1024);

    pub fn has(self, o: Options) -> bool {
        self.0 & o.0 != 0
    }

    pub fn with(self, o: Options) -> Options {
        Options(self.0 | o.0)
    }

    pub fn without(self, o: Options) -> Options {
        Options(self.0 & !o.0)
    }

    /// Whether the combination is one that .NET takes (`ArgumentOutOfRangeException` otherwise).
    pub fn valid(self) -> bool {
        let known = self.0 & !0x77F == 0;
        let ecma = !self.has(Options::ECMA_SCRIPT) || self.0 & !(0x100 | 1 | 2 | 8 | 512) == 0;
        let linear = !self.has(Options::NON_BACKTRACKING) || self.0 & (0x40 | 0x100) == 0;
        known && ecma && linear
    }
}

/// What one group matched.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MatchGroup {
    /// All captures, oldest first: start and end in UTF-16 units.
    pub captures: Spans,
}

impl MatchGroup {
    pub fn success(&self) -> bool {
        !self.captures.is_empty()
    }

    /// The last capture.
    pub fn span(&self) -> Option<(usize, usize)> {
        self.captures.last().copied()
    }
}

/// A match: group 0 is the whole.
#[derive(Debug, Clone, PartialEq)]
pub struct Match {
    groups: Vec<MatchGroup>,
}

impl Match {
    pub fn index(&self) -> usize {
        self.span(0).map_or(0, |s| s.0)
    }

    pub fn length(&self) -> usize {
        self.span(0).map_or(0, |s| s.1 - s.0)
    }

    /// The groups in the order of their numbers; see [`Regex::group_numbers`].
    pub fn groups(&self) -> &[MatchGroup] {
        &self.groups
    }

    /// The last capture of the group at that place of the list.
    pub fn span(&self, slot: usize) -> Option<(usize, usize)> {
        self.groups.get(slot).and_then(MatchGroup::span)
    }
}

/// A compiled pattern.
pub struct Regex {
    pattern: String,
    options: Options,
    groups: Vec<(i32, String)>,
    program: Program,
    root: Node,
    timeout: Option<Duration>,
    fast: OnceLock<Option<Fast>>,
}

/// The pattern for the other engine.
struct Fast {
    engine: regex::bytes::Regex,
    /// The most bytes that a match has, where there is such a number.
    longest: Option<usize>,
}

/// Bytes that the other engine, which heeds no stop, goes through at a time.
const WINDOW: usize = 1 << 20;

/// Text shorter than this is not worth starting the other engine for.
const FAST_FROM: usize = 512;
const CACHE_SIZE: usize = 1000;

impl std::fmt::Debug for Regex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Regex({:?}, {:?})", self.pattern, self.options)
    }
}

impl Regex {
    /// Compiles a pattern.
    pub fn new(pattern: &str, options: Options) -> Result<Regex, RegexParseError> {
        let tree = parser::parse(pattern, options)?;
        let program = compile(&tree.root, options.has(Options::RIGHT_TO_LEFT));
        Ok(Regex {
            pattern: pattern.to_string(),
            options,
            groups: tree.groups,
            program,
            root: tree.root,
            timeout: None,
            fast: OnceLock::new(),
        })
    }

    /// Compiles through the cache of the 1000 patterns last used.
    pub fn cached(pattern: &str, options: Options) -> Result<Arc<Regex>, RegexParseError> {
        type Cache = HashMap<(String, Options), (Arc<Regex>, u64)>;
        static CACHE: Mutex<Option<(Cache, u64)>> = Mutex::new(None);
        {
            let mut guard = CACHE.lock();
            let (map, tick) = guard.get_or_insert_with(|| (HashMap::new(), 0));
            *tick += 1;
            let key = Key(pattern, options);
            if let Some(e) = map.get_mut(&key) {
                e.1 = *tick;
                return Ok(e.0.clone());
            }
        }
        let r = Arc::new(Regex::new(pattern, options)?);
        let mut guard = CACHE.lock();
        let (map, tick) = guard.get_or_insert_with(|| (HashMap::new(), 0));
        if map.len() >= CACHE_SIZE {
            // The older half goes, so that this is rare.
            let mut ages: Vec<u64> = map.values().map(|e| e.1).collect();
            ages.sort_unstable();
            let limit = ages[ages.len() / 2];
            map.retain(|_, e| e.1 > limit);
        }
        map.insert((pattern.to_string(), options), (r.clone(), *tick));
        Ok(r)
    }

    /// With a limit on the time one match may take.
    pub fn with_timeout(mut self, timeout: Duration) -> Regex {
        self.timeout = Some(timeout);
        self
    }

    pub fn timeout(&self) -> Option<Duration> {
        self.timeout
    }

    pub fn pattern(&self) -> &str {
        &self.pattern
    }

    pub fn options(&self) -> Options {
        self.options
    }

    /// `GetGroupNumbers`.
    pub fn group_numbers(&self) -> impl Iterator<Item = i32> + '_ {
        self.groups.iter().map(|g| g.0)
    }

    /// `GetGroupNames`; a group without a name has its number.
    pub fn group_names(&self) -> impl Iterator<Item = &str> + '_ {
        self.groups.iter().map(|g| g.1.as_str())
    }

    pub fn group_count(&self) -> usize {
        self.groups.len()
    }

    /// The place of the group with that number in a match's list.
    pub fn slot_of_number(&self, number: i32) -> Option<usize> {
        self.groups.iter().position(|g| g.0 == number)
    }

    /// The place of the group with that name (or number as text).
    pub fn slot_of_name(&self, name: &str) -> Option<usize> {
        self.groups.iter().position(|g| g.1 == name)
    }

    /// With [`Options::NON_BACKTRACKING`], what of the pattern .NET refuses (`NotSupportedException`: "RegexOptions.NonBacktracking
    /// is not supported in conjunction with expressions containing: '...'.").
    pub fn non_backtracking_fault(&self) -> Option<&'static str> {
        if self.options.has(Options::NON_BACKTRACKING) { self.root.needs_backtracking() } else { None }
    }

    fn rtl(&self) -> bool {
        self.options.has(Options::RIGHT_TO_LEFT)
    }

    /// Where a search begins when no start is given.
    pub fn default_start(&self, s: &Subject) -> usize {
        if self.rtl() { s.len() } else { 0 }
    }

    /// The first match at or after `start` (before, right to left).
    pub fn find(&self, s: &Subject, start: usize) -> Result<Option<Match>, MatchTimeout> {
        self.search(s, start, start)
    }

    /// Whether there is a match.
    pub fn is_match(&self, s: &Subject, start: usize) -> Result<bool, MatchTimeout> {
        if s.wide().is_none()
            && s.len() >= FAST_FROM
            && start == 0
            && let Some(f) = self.fast()
        {
            let bytes = s.text().as_bytes();
            return match bytes.len() > WINDOW {
                true => Ok(self.find_fast(f, bytes, 0)?.is_some()),
                false => Ok(f.engine.is_match(bytes)),
            };
        }
        self.find(s, start).map(|m| m.is_some())
    }

    /// The match after `m`; an empty match moves on by one unit.
    pub fn next(&self, s: &Subject, m: &Match) -> Result<Option<Match>, MatchTimeout> {
        let rtl = self.rtl();
        let end = if rtl { m.index() } else { m.index() + m.length() };
        if m.length() > 0 {
            return self.search(s, end, end);
        }
        if rtl {
            if end == 0 { Ok(None) } else { self.search(s, end - 1, end) }
        } else if end >= s.len() {
            Ok(None)
        } else {
            self.search(s, end + 1, end)
        }
    }

    /// Gives each match in turn.
    pub fn each_match(
        &self,
        s: &Subject,
        start: usize,
        mut take: impl FnMut(Match) -> Result<(), MatchTimeout>,
    ) -> Result<(), MatchTimeout> {
        let mut m = self.find(s, start)?;
        let mut looks = Looks::over(s);
        while let Some(found) = m {
            looks.step()?;
            m = self.next(s, &found)?;
            take(found)?;
        }
        Ok(())
    }

    /// All matches.
    pub fn find_all(&self, s: &Subject, start: usize) -> Result<Vec<Match>, MatchTimeout> {
        let mut out = Vec::new();
        self.each_match(s, start, |found| {
            out.push(found);
            Ok(())
        })?;
        Ok(out)
    }

    fn fast(&self) -> Option<&Fast> {
        if self.rtl() || self.options.has(Options::ECMA_SCRIPT) {
            return None;
        }
        self.fast
            .get_or_init(|| {
                let p = fast::translate(&self.root)?;
                let engine = regex::bytes::RegexBuilder::new(&p).size_limit(1 << 20).build().ok()?;
                Some(Fast { engine, longest: fast::longest(&p) })
            })
            .as_ref()
    }

    fn search(&self, s: &Subject, from: usize, search_start: usize) -> Result<Option<Match>, MatchTimeout> {
        let deadline = self.timeout.map(|t| Instant::now() + t);
        if from > s.len() {
            return Ok(None);
        }
        match s.wide() {
            Some(w) => self.run(w, from, search_start, deadline),
            None => {
                let bytes = s.text().as_bytes();
                if bytes.len() - from >= FAST_FROM
                    && let Some(f) = self.fast()
                {
                    return self.find_fast(f, bytes, from);
                }
                self.run(bytes, from, search_start, deadline)
            }
        }
    }

    /// The other engine's match. Of a long text it sees a window at a time, where that makes no difference: what begins in
    /// the window ends before what it sees does, with the byte behind it that an assertion may look at.
    fn find_fast(&self, f: &Fast, bytes: &[u8], from: usize) -> Result<Option<Match>, MatchTimeout> {
        let mut at = from;
        if let Some(longest) = f.longest {
            while bytes.len() - at > WINDOW + longest {
                let until = at + WINDOW;
                let found = self.find_within(&f.engine, &bytes[..until + longest], at);
                if let Some(found) = found
                    && found.index() < until
                {
                    return Ok(Some(found));
                }
                if stop::requested() {
                    return Err(MatchTimeout);
                }
                at = until;
            }
        }
        Ok(self.find_within(&f.engine, bytes, at))
    }

    fn find_within(&self, f: &regex::bytes::Regex, bytes: &[u8], from: usize) -> Option<Match> {
        let mut groups = vec![MatchGroup::default(); self.groups.len()];
        if self.groups.len() == 1 {
            let m = f.find_at(bytes, from)?;
            groups[0].captures.push((m.start(), m.end()));
            return Some(Match { groups });
        }
        let c = f.captures_at(bytes, from)?;
        for (i, g) in groups.iter_mut().enumerate() {
            let m = if i == 0 { c.get(0) } else { c.name(&format!("g{i}")) };
            g.captures.extend(m.map(|m| (m.start(), m.end())));
        }
        Some(Match { groups })
    }

    fn run<U: Units>(
        &self,
        text: U,
        from: usize,
        search_start: usize,
        deadline: Option<Instant>,
    ) -> Result<Option<Match>, MatchTimeout> {
        let mut m = Machine::new(&self.program, text, self.groups.len(), search_start, deadline);
        if !m.search(from, self.rtl())? {
            return Ok(None);
        }
        let groups = m.captures.into_iter().map(|captures| MatchGroup { captures }).collect();
        Ok(Some(Match { groups }))
    }

    /// `Replace` with a replacement pattern; `count` -1 for all.
    pub fn replace(&self, s: &Subject, pattern: &str, count: i32, start: usize) -> Result<String, MatchTimeout> {
        let r = Replacement::parse(pattern, self);
        self.rebuild(s, count, start, |m, out: &mut String| {
            r.expand(m, s, out);
            Ok::<(), MatchTimeout>(())
        })
    }

    /// What a replacement pattern makes of one match (`Match.Result`).
    pub fn expand(&self, s: &Subject, m: &Match, pattern: &str) -> String {
        let mut out = String::new();
        Replacement::parse(pattern, self).expand(m, s, &mut out);
        out
    }

    /// `Replace` with an evaluator.
    pub fn replace_with<E: From<MatchTimeout>>(
        &self,
        s: &Subject,
        count: i32,
        start: usize,
        mut evaluate: impl FnMut(&Match) -> Result<String, E>,
    ) -> Result<String, E> {
        self.rebuild(s, count, start, |m, out: &mut String| {
            out.push_str(&evaluate(m)?);
            Ok(())
        })
    }

    fn rebuild<E: From<MatchTimeout>>(
        &self,
        s: &Subject,
        count: i32,
        start: usize,
        mut write: impl FnMut(&Match, &mut String) -> Result<(), E>,
    ) -> Result<String, E> {
        let mut left = count;
        let mut found = if left == 0 { None } else { self.find(s, start)? };
        if found.is_none() {
            return copied(s.text()).map_err(E::from);
        }
        let mut looks = Looks::over(s);
        if self.rtl() {
            // Pieces are gathered from the end.
            let mut pieces: Vec<String> = Vec::new();
            let mut at = s.len();
            while let Some(m) = found {
                looks.step()?;
                pieces.push(s.slice(m.index() + m.length(), at).into_owned());
                at = m.index();
                let mut t = String::new();
                write(&m, &mut t)?;
                pieces.push(t);
                left -= 1;
                found = if left == 0 { None } else { self.next(s, &m)? };
            }
            pieces.push(s.slice(0, at).into_owned());
            return Ok(pieces.into_iter().rev().collect());
        }
        let mut out = String::with_capacity(s.text().len());
        let mut at = 0;
        while let Some(m) = found {
            looks.step()?;
            append(&mut out, &s.slice(at, m.index()))?;
            at = m.index() + m.length();
            room(&mut out)?;
            write(&m, &mut out)?;
            left -= 1;
            found = if left == 0 { None } else { self.next(s, &m)? };
        }
        append(&mut out, &s.slice(at, s.len()))?;
        Ok(out)
    }

    /// `Split`: at most `count` parts (0 for all), captured groups between them.
    pub fn split(&self, s: &Subject, count: i32, start: usize) -> Result<Vec<String>, MatchTimeout> {
        let mut parts = crate::stop::Growing::new(Vec::new());
        self.each_part(s, count, start, |part| parts.push(part.into_owned()).map_err(|_| MatchTimeout))?;
        if self.rtl() {
            parts.reverse();
        }
        Ok(parts.done())
    }

    /// The parts of `split` as they are found: from the end of the text where the search goes that way.
    pub fn each_part(
        &self,
        s: &Subject,
        count: i32,
        start: usize,
        mut take: impl FnMut(Cow<'_, str>) -> Result<(), MatchTimeout>,
    ) -> Result<(), MatchTimeout> {
        if count == 1 {
            return take(s.text().into());
        }
        let mut left = count - 1;
        let rtl = self.rtl();
        let mut at = if rtl { s.len() } else { 0 };
        let mut found = self.find(s, start)?;
        let mut looks = Looks::over(s);
        while let Some(m) = found {
            looks.step()?;
            if rtl {
                take(s.slice(m.index() + m.length(), at))?;
                at = m.index();
            } else {
                take(s.slice(at, m.index()))?;
                at = m.index() + m.length();
            }
            for slot in 1..m.groups().len() {
                if let Some((a, b)) = m.span(slot) {
                    take(s.slice(a, b))?;
                }
            }
            left -= 1;
            found = if left == 0 { None } else { self.next(s, &m)? };
        }
        take(if rtl { s.slice(0, at) } else { s.slice(at, s.len()) })
    }
}

/// Looks at the stop match by match: a search in a long text may take milliseconds.
struct Looks {
    is_long: bool,
    pace: Pace,
}

impl Looks {
    fn over(s: &Subject) -> Looks {
        Looks { is_long: s.len() > WINDOW >> 4, pace: Pace::default() }
    }

    #[inline]
    fn step(&mut self) -> Result<(), MatchTimeout> {
        match self.pace.is_over() || self.is_long && stop::requested() {
            true => Err(MatchTimeout),
            false => Ok(()),
        }
    }
}

/// Puts a part of the text behind what was made of those before it.
fn append(out: &mut String, part: &str) -> Result<(), MatchTimeout> {
    stop::append(out, part).map_err(|_| MatchTimeout)
}

/// Room for what takes the place of a match, so that a long text moves in pieces.
fn room(out: &mut String) -> Result<(), MatchTimeout> {
    stop::room(out, 256).map_err(|_| MatchTimeout)
}

fn copied(text: &str) -> Result<String, MatchTimeout> {
    let mut out = String::with_capacity(text.len());
    append(&mut out, text)?;
    Ok(out)
}

/// A borrowed key of the cache.
#[derive(Hash)]
struct Key<'a>(&'a str, Options);

impl hashbrown::Equivalent<(String, Options)> for Key<'_> {
    fn equivalent(&self, k: &(String, Options)) -> bool {
        self.0 == k.0 && self.1 == k.1
    }
}
