//! Select-String.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::sync::Arc;

use command::{
    Bound, Cmdlet, Command, Context, ErrorCategory, ErrorRecord, Exception, ItemKind, Result, Session, Str,
    TextEncoding, TypeRef, Value, Wildcard, file_exception,
};
use values::regex::{Options, Regex, Subject};
use values::{convert, members};

use crate::text::match_info::{Context as Around, MatchInfo};

pub static COMMAND: Command = Command { name: "Select-String", create: || Box::new(SelectString::default()) };

#[derive(Default)]
struct SelectString {
    search: Option<Arc<Search>>,
    line: u64,
    is_done: bool,
    /// Whether the present file had a match (`-List` takes the first of each).
    list_hit: bool,
    before: usize,
    after: usize,
    /// Lines of the input before the present one, for `-Context`.
    earlier: VecDeque<Str>,
    /// Matches that still wait for lines after them.
    waiting: Vec<(MatchInfo, usize)>,
}

/// The patterns and how they are looked for.
struct Search {
    patterns: Vec<Str>,
    regexes: Vec<Arc<Regex>>,
    is_simple: bool,
    ignores_case: bool,
    is_negated: bool,
    is_emphasized: bool,
    all_matches: bool,
    is_quiet: bool,
    is_raw: bool,
    is_list: bool,
}

impl Search {
    fn new(session: &mut dyn Session, bound: &Bound) -> Result<Search> {
        let ignores_case = !bound.switch("CaseSensitive");
        let is_simple = bound.switch("SimpleMatch");
        if bound.has("Culture") && !is_simple {
            return Exception::new(
                TypeRef::INVALID_OPERATION_EXCEPTION,
                "You must specify -Culture parameter only with -SimpleMatch parameter.",
            )
            .identity("CannotSpecifyCultureWithoutSimpleMatch", ErrorCategory::InvalidData, Value::Null)
            .throw();
        }
        let patterns = bound.strings("Pattern");
        let mut regexes = Vec::new();
        if !is_simple {
            let options = if ignores_case { Options::IGNORE_CASE } else { Options::NONE };
            for pattern in &patterns {
                match Regex::cached(pattern, options) {
                    Ok(regex) => regexes.push(regex),
                    Err(e) => {
                        let parse = TypeRef::find("System.Text.RegularExpressions.RegexParseException");
                        let inner = Exception::new(parse.unwrap_or(TypeRef::ARGUMENT_EXCEPTION), e.to_string());
                        return Exception::new(
                            TypeRef::ARGUMENT_EXCEPTION,
                            format!("The string {pattern} is not a valid regular expression: {e}"),
                        )
                        .inner(inner.value())
                        .identity("InvalidRegex", ErrorCategory::InvalidArgument, Value::Null)
                        .throw();
                    }
                }
            }
        }
        Ok(Search {
            patterns,
            regexes,
            is_simple,
            ignores_case,
            is_negated: bound.switch("NotMatch"),
            is_emphasized: !bound.switch("NoEmphasis") && session.host().is_terminal(),
            all_matches: bound.switch("AllMatches"),
            is_quiet: bound.switch("Quiet"),
            is_raw: bound.switch("Raw"),
            is_list: bound.switch("List"),
        })
    }

    /// The pattern that a line fits (with `-NotMatch`: the first, where none fits).
    fn find(&self, line: &str) -> Option<usize> {
        let found = if self.is_simple {
            self.patterns
                .iter()
                .position(|p| if self.ignores_case { contains_ignore_case(line, p) } else { line.contains(p.as_str()) })
        } else {
            let subject = Subject::new(line);
            self.regexes.iter().position(|r| r.is_match(&subject, r.default_start(&subject)).unwrap_or(false))
        };
        match (self.is_negated, found) {
            (true, None) => Some(0),
            (true, Some(_)) => None,
            (false, found) => found,
        }
    }
}

fn contains_ignore_case(text: &str, part: &str) -> bool {
    if part.is_empty() {
        return true;
    }
    if text.is_ascii() && part.is_ascii() {
        return text.as_bytes().windows(part.len()).any(|w| w.eq_ignore_ascii_case(part.as_bytes()));
    }
    text.to_lowercase().contains(&part.to_lowercase())
}

impl Cmdlet for SelectString {
    fn begin(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        self.search = Some(Arc::new(Search::new(session, bound)?));
        let context = bound.list("Context");
        let number = |at: usize| context.get(at).and_then(Value::as_i64).map(|n| n.max(0) as usize);
        self.before = number(0).unwrap_or(0);
        self.after = number(1).or(number(0)).unwrap_or(0);
        Ok(())
    }

    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let Some(search) = self.search.clone() else { return Ok(()) };
        if self.is_done {
            return Ok(());
        }
        if bound.has("Path") || bound.has("LiteralPath") {
            let is_literal = bound.has("LiteralPath");
            for given in bound.strings(if is_literal { "LiteralPath" } else { "Path" }) {
                self.paths(session, bound, &search, &given, is_literal)?;
            }
            return Ok(());
        }
        let Some(item) = bound.get("InputObject") else { return Ok(()) };
        if let Some(path) = file_of(session, item)? {
            return self.file(session, bound, &search, Path::new(path.as_str()));
        }
        let text = convert::to_str(session, item)?;
        self.line += 1;
        self.take_line(session, &search, text, None, self.line)
    }

    fn end(&mut self, session: &mut dyn Session, _bound: &Bound) -> Result<()> {
        let waiting = std::mem::take(&mut self.waiting);
        for (info, _) in waiting {
            self.give(session, info)?;
        }
        Ok(())
    }
}

impl SelectString {
    fn paths(
        &mut self,
        session: &mut dyn Session,
        bound: &Bound,
        search: &Arc<Search>,
        given: &str,
        is_literal: bool,
    ) -> Result<()> {
        let found = match session.resolve_path(given, is_literal) {
            Ok(found) => found,
            Err(flow) => {
                return match *flow {
                    values::Flow::Throw(record) => Err(values::Flow::throw(record)),
                    other => Err(Box::new(other)),
                };
            }
        };
        let include: Vec<Wildcard> = bound.strings("Include").iter().map(|p| Wildcard::new(p)).collect();
        let exclude: Vec<Wildcard> = bound.strings("Exclude").iter().map(|p| Wildcard::new(p)).collect();
        for target in found {
            let Some(provider) = session.provider(&target.provider) else { continue };
            if matches!(provider.stat(session, &target.path)?, Some(s) if s.kind == ItemKind::Container) {
                continue;
            }
            let leaf = target.path.rsplit('/').next().unwrap_or(&target.path).to_string();
            if (!include.is_empty() && !Wildcard::any(&include, &leaf)) || Wildcard::any(&exclude, &leaf) {
                continue;
            }
            self.file(session, bound, search, Path::new(target.path.as_str()))?;
        }
        Ok(())
    }

    fn file(&mut self, session: &mut dyn Session, bound: &Bound, search: &Arc<Search>, path: &Path) -> Result<()> {
        if self.is_done || path.is_dir() {
            return Ok(());
        }
        let encoding = TextEncoding::from_value(session, &bound.value("Encoding"))?;
        let shown = Str::from(path.display().to_string());
        match self.search_file(session, search, path, encoding, &shown) {
            Ok(done) => done,
            Err(e) => {
                let inner = file_exception(&e, path);
                session.write_error(ErrorRecord::simple(
                    TypeRef::ARGUMENT_EXCEPTION,
                    format!("The file {shown} cannot be read: {}", inner.message()),
                    "ProcessingFile",
                    ErrorCategory::InvalidArgument,
                    Value::Null,
                ))
            }
        }
    }

    fn search_file(
        &mut self,
        session: &mut dyn Session,
        search: &Arc<Search>,
        path: &Path,
        encoding: TextEncoding,
        shown: &Str,
    ) -> std::io::Result<Result<()>> {
        let mut file = values::stop::open(path)?;
        self.earlier.clear();
        let mut count = 0;
        let mut mark = [0u8; 4];
        let have = file.read(&mut mark)?;
        let is_wide = TextEncoding::detect(&mark[..have]).is_some()
            || !matches!(encoding, TextEncoding::Utf8 | TextEncoding::Ascii);
        let take = |me: &mut SelectString, line: &str, count: u64, session: &mut dyn Session| -> (Result<()>, bool) {
            let done = me.take_line(session, search, Str::from(line), Some(shown), count);
            let stop = me.is_done || (search.is_list && me.list_hit);
            (done, stop)
        };
        self.list_hit = false;
        if is_wide {
            let mut bytes = mark[..have].to_vec();
            values::stop::read_to_end(&mut file, &mut bytes)?;
            let text = encoding.decode_file(&bytes).into_owned();
            for line in text.lines() {
                count += 1;
                let (done, stop) = take(self, line, count, session);
                if done.is_err() || stop {
                    return Ok(done);
                }
            }
        } else {
            let mut reader = BufReader::with_capacity(1 << 16, std::io::Cursor::new(mark[..have].to_vec()).chain(file));
            let mut bytes = Vec::new();
            loop {
                bytes.clear();
                if reader.read_until(b'\n', &mut bytes)? == 0 {
                    break;
                }
                if bytes.last() == Some(&b'\n') {
                    bytes.pop();
                }
                if bytes.last() == Some(&b'\r') {
                    bytes.pop();
                }
                count += 1;
                let line = String::from_utf8_lossy(&bytes);
                let (done, stop) = take(self, &line, count, session);
                if done.is_err() || stop {
                    return Ok(done);
                }
            }
        }
        let waiting = std::mem::take(&mut self.waiting);
        for (info, _) in waiting {
            if let Err(e) = self.give(session, info) {
                return Ok(Err(e));
            }
        }
        Ok(Ok(()))
    }

    fn take_line(
        &mut self,
        session: &mut dyn Session,
        search: &Arc<Search>,
        line: Str,
        path: Option<&Str>,
        number: u64,
    ) -> Result<()> {
        let has_context = self.before > 0 || self.after > 0;
        if has_context {
            let mut ready = Vec::new();
            for (info, left) in &mut self.waiting {
                info.add_after(&line);
                *left -= 1;
            }
            while self.waiting.first().is_some_and(|(_, left)| *left == 0) {
                ready.push(self.waiting.remove(0).0);
            }
            for info in ready {
                self.give(session, info)?;
            }
        }
        if let Some(at) = search.find(&line) {
            self.list_hit = true;
            if search.is_quiet {
                self.is_done = true;
                session.write(Value::Bool(true))?;
                return if session.is_expecting_input() { Err(session.stop_upstream()) } else { Ok(()) };
            }
            if search.is_raw {
                session.write(Value::Str(line.clone()))?;
            } else {
                let around =
                    has_context.then(|| Around { before: self.earlier.iter().cloned().collect(), after: Vec::new() });
                let info = MatchInfo::new(
                    line.clone(),
                    path.cloned(),
                    number,
                    search.patterns.get(at).cloned().unwrap_or_else(Str::empty),
                    search.ignores_case,
                    search.is_simple,
                    search.all_matches,
                    search.is_negated,
                    search.is_emphasized,
                    around,
                );
                if self.after > 0 {
                    self.waiting.push((info, self.after));
                } else {
                    self.give(session, info)?;
                }
            }
        }
        if self.before > 0 {
            if self.earlier.len() == self.before {
                self.earlier.pop_front();
            }
            self.earlier.push_back(line);
        }
        Ok(())
    }

    fn give(&mut self, session: &mut dyn Session, info: MatchInfo) -> Result<()> {
        session.write(Value::foreign(info))
    }
}

/// The path of a file object that came down the pipeline.
fn file_of(session: &mut dyn Session, item: &Value) -> Result<Option<Str>> {
    if item.as_str().is_some() {
        return Ok(None);
    }
    let is_file = members::type_names(item).iter().any(|n| n.as_str() == "System.IO.FileInfo");
    if !is_file {
        return Ok(None);
    }
    let context: &mut dyn Context = session;
    let path = members::get(context, item, "FullName")?;
    Ok(path.map(|p| Str::from(convert::to_display(&p))))
}
