//! From format objects to lines of text.

mod custom;
mod list;
mod table;

use command::{ErrorCategory, Result, Session, TypeRef};
use values::Value;

use crate::item::{Entry, Format, FormatItem, Head};
use crate::parameter::detailed;
use crate::shape::Shaper;
use crate::style::Style;
use crate::width;
use table::{Screen, TableWriter};

/// How long rows of a table without widths are kept back to find the widths, in ticks.
const GUESS_TIME: i64 = 3_000_000;
const PLAIN_WIDTH: usize = 80;
const OUTPUT_COMMAND: &str = "Microsoft.PowerShell.Commands.OutLineOutputCommand";

/// A finished line (or raw text) and the stream it belongs to.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    pub text: String,
    /// 0 output, 2 error, 3 warning, 4 verbose, 5 debug, 6 information.
    pub stream: u8,
    /// Text of an object as it is, not laid out.
    pub is_raw: bool,
}

/// Where lines go: how wide it is and whether it shows decoration.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Columns; none where text may be of any width (tables take the screen's).
    pub columns: Option<usize>,
    pub screen: (usize, usize),
    pub is_host: bool,
    pub shows_escapes: bool,
}

#[derive(PartialEq, Clone, Copy)]
enum State {
    Reset,
    Document,
    Group,
}

/// An output command: takes objects and format objects, gives lines.
pub struct Renderer {
    target: Target,
    style: Style,
    at_words: bool,
    state: State,
    formatter: Option<Shaper>,
    head: Option<Head>,
    table: Option<TableWriter>,
    wide: Vec<String>,
    waiting: Option<Waiting>,
    lines: Vec<Line>,
    stream: u8,
}

/// Entries that wait until the widths of their columns are known.
struct Waiting {
    is_timed: bool,
    since: Option<i64>,
    queue: Vec<Format>,
}

impl Renderer {
    /// An output command for a target.
    pub fn new(session: &mut dyn Session, target: Target) -> Renderer {
        let style = crate::style::current(session);
        let at_words = width::breaks_at_words(session.culture_name());
        Renderer {
            target,
            style,
            at_words,
            state: State::Reset,
            formatter: None,
            head: None,
            table: None,
            wide: Vec::new(),
            waiting: None,
            lines: Vec::new(),
            stream: 0,
        }
    }

    /// The lines that are finished.
    pub fn take(&mut self) -> Vec<Line> {
        std::mem::take(&mut self.lines)
    }

    /// Takes one object of the pipeline. `stream` is the stream it was written to.
    pub fn process(&mut self, session: &mut dyn Session, value: &Value, stream: u8) -> Result<()> {
        if value.is_null() {
            return Ok(());
        }
        if let Some(format) = FormatItem::of(value) {
            return self.format(session, (**format).clone());
        }
        let mut formatter = match self.formatter.take() {
            Some(formatter) => formatter,
            None => Shaper::new(session, None, None),
        };
        let mut made = Vec::new();
        let done = formatter.process(session, value, &mut made);
        self.formatter = Some(formatter);
        for mut format in made {
            if let Format::Entry { stream: own, .. } = &mut format {
                *own = stream;
            }
            self.format(session, format)?;
        }
        done
    }

    /// Ends the output.
    pub fn finish(&mut self, session: &mut dyn Session) -> Result<()> {
        if let Some(mut formatter) = self.formatter.take() {
            let mut made = Vec::new();
            formatter.finish(&mut made);
            for format in made {
                self.format(session, format)?;
            }
        }
        self.drain(session)
    }

    fn drain(&mut self, session: &mut dyn Session) -> Result<()> {
        if let Some(waiting) = &mut self.waiting {
            for format in std::mem::take(&mut waiting.queue) {
                self.emit(session, format)?;
            }
        }
        self.waiting = None;
        Ok(())
    }

    fn check(&self, expected: State, format: &Format) -> Result<()> {
        if self.state == expected {
            return Ok(());
        }
        let command = match format {
            Format::Start { head: Head::Table { .. }, .. } => "format-table",
            Format::Start { head: Head::Wide { .. }, .. } => "format-wide",
            Format::Start { head: Head::List, .. } => "format-list",
            Format::Start { head: Head::Custom, .. } => "format-complex",
            _ => "format-*",
        };
        let name = format!("Microsoft.PowerShell.Commands.Internal.Format.{}", format.identity().0);
        let text = format!(
            "The object of type \"{name}\" is not valid or not in the correct sequence. This is likely caused by a user-specified \"{command}\" command which is conflicting with the default formatting."
        );
        let flow = detailed(
            TypeRef::INVALID_OPERATION_EXCEPTION,
            "Operation is not valid due to the current state of the object.",
            "ConsoleLineOutputOutOfSequencePacket",
            ErrorCategory::InvalidData,
            Value::Null,
            text,
        );
        if let Some(record) = flow.record() {
            // Whatever command shows it, the error is that of the layer below.
            record.data.lock().command = Some(OUTPUT_COMMAND.into());
        }
        Err(flow)
    }

    fn format(&mut self, session: &mut dyn Session, format: Format) -> Result<()> {
        match &format {
            Format::Entry { is_out_of_band: true, .. } => {}
            Format::Entry { .. } => self.check(State::Group, &format)?,
            Format::Start { head, is_autosized } => {
                if self.state == State::Group {
                    self.finish(session)?;
                }
                self.check(State::Reset, &format)?;
                self.state = State::Document;
                let has_no_width =
                    matches!(head, Head::Table { columns, .. } if columns.first().is_some_and(|c| c.width == 0));
                if *is_autosized || has_no_width {
                    self.drain(session)?;
                    self.waiting = Some(Waiting { is_timed: !is_autosized, since: None, queue: Vec::new() });
                }
                self.head = Some(head.clone());
            }
            Format::GroupStart { .. } => {
                self.check(State::Document, &format)?;
                self.state = State::Group;
            }
            Format::GroupEnd => {
                self.check(State::Group, &format)?;
                self.state = State::Document;
            }
            Format::End => {
                self.check(State::Document, &format)?;
                self.state = State::Reset;
            }
        }
        let Some(waiting) = &mut self.waiting else { return self.emit(session, format) };
        match (&format, waiting.since) {
            (Format::GroupStart { .. }, None) => {
                waiting.since = Some(session.utc_now_ticks());
                waiting.queue.push(format);
                Ok(())
            }
            (_, None) => self.emit(session, format),
            (_, Some(since)) => {
                let is_over = matches!(format, Format::GroupEnd)
                    || (waiting.is_timed && session.utc_now_ticks() - since > GUESS_TIME);
                waiting.queue.push(format);
                if !is_over {
                    return Ok(());
                }
                waiting.since = None;
                let queue = std::mem::take(&mut waiting.queue);
                let widths = self.measure(&queue);
                for (number, format) in queue.into_iter().enumerate() {
                    self.emit_sized(session, format, if number == 0 { widths.clone() } else { None })?;
                }
                Ok(())
            }
        }
    }

    /// The widths that the waiting entries need: of each column, or of the widest text of a wide view.
    fn measure(&self, queue: &[Format]) -> Option<Vec<usize>> {
        match self.head.as_ref()? {
            Head::Table { columns, .. } if !columns.is_empty() => {
                let mut widths: Vec<usize> = columns.iter().map(|c| width::cells(&c.label)).collect();
                for format in queue {
                    if let Format::Entry { entry: Entry::Row { cells, .. }, is_out_of_band: false, .. } = format {
                        for (width, (text, _)) in widths.iter_mut().zip(cells) {
                            *width = (*width).max(width::cells(text));
                        }
                    }
                }
                Some(widths)
            }
            Head::Wide { columns: 0 } => {
                let texts = queue.iter().filter_map(|f| match f {
                    Format::Entry { entry: Entry::Wide(text), is_out_of_band: false, .. } => Some(width::cells(text)),
                    _ => None,
                });
                Some(vec![texts.max().unwrap_or(0)])
            }
            _ => None,
        }
    }

    fn emit(&mut self, session: &mut dyn Session, format: Format) -> Result<()> {
        self.emit_sized(session, format, None)
    }

    fn emit_sized(&mut self, session: &mut dyn Session, format: Format, widths: Option<Vec<usize>>) -> Result<()> {
        match format {
            Format::Start { head, .. } => {
                self.style = crate::style::current(session);
                self.head = Some(head);
                self.line("");
            }
            Format::GroupStart { heading } => {
                self.start_group(widths);
                if let Some(pieces) = heading {
                    self.custom(&pieces, self.target.columns);
                    // The head of a wide view's group ends in an empty line of its own.
                    let ends_empty = self.lines.last().is_some_and(|l| l.text.trim().is_empty());
                    if !(ends_empty && matches!(self.head, Some(Head::Wide { .. }))) {
                        self.line("");
                    }
                }
                self.header();
            }
            Format::Entry { entry, is_out_of_band, stream } => {
                self.stream = stream;
                if is_out_of_band {
                    self.out_of_band(entry);
                } else {
                    self.entry(entry);
                }
                self.stream = 0;
            }
            Format::GroupEnd => self.flush_wide(),
            Format::End => {
                if !matches!(self.head, Some(Head::List)) {
                    self.line("");
                }
                self.head = None;
                self.table = None;
            }
        }
        Ok(())
    }

    /// A laid-out line; decoration is taken out where the target does not show it.
    fn line(&mut self, text: &str) {
        let is_plain = !self.style.shows_escapes(self.target.is_host, self.target.shows_escapes);
        let text = if is_plain { width::strip(text).into_owned() } else { text.to_string() };
        self.lines.push(Line { text, stream: self.stream, is_raw: false });
    }

    fn screen_width(&self) -> usize {
        match self.target.columns {
            Some(columns) => columns,
            None if self.target.screen.0 > 0 => self.target.screen.0,
            None => PLAIN_WIDTH,
        }
    }

    fn start_group(&mut self, widths: Option<Vec<usize>>) {
        let screen_width = self.screen_width();
        let screen = Screen { at_words: self.at_words, style: self.style.clone() };
        match &self.head {
            Some(Head::Table { columns, hides_headers, .. }) => {
                let widths = widths.unwrap_or_else(|| columns.iter().map(|c| c.width).collect());
                let alignments = columns.iter().map(|c| c.alignment).collect();
                let are_properties = columns.iter().map(|c| c.is_property).collect();
                self.table =
                    Some(TableWriter::new(screen_width, widths, alignments, are_properties, *hides_headers, screen));
            }
            Some(Head::Wide { columns }) => {
                let per_row = match widths.as_deref() {
                    Some([widest, ..]) if *widest > 0 => table::wide_columns(*widest, screen_width),
                    _ if *columns > 0 => *columns,
                    _ => 2,
                };
                let alignments = vec![crate::view::Alignment::Left; per_row];
                self.table = Some(TableWriter::new(
                    screen_width,
                    vec![0; per_row],
                    alignments,
                    vec![false; per_row],
                    false,
                    screen,
                ));
                self.wide.clear();
            }
            _ => self.table = None,
        }
    }

    fn header(&mut self) {
        let Some(Head::Table { columns, .. }) = &self.head else { return };
        let labels: Vec<String> = columns.iter().map(|c| c.label.clone()).collect();
        let lines = self.table.as_mut().map(|t| t.header(&labels)).unwrap_or_default();
        lines.iter().for_each(|l| self.line(l));
    }

    fn entry(&mut self, entry: Entry) {
        match entry {
            Entry::Row { cells, is_wrapped } => {
                let Some(Head::Table { columns, repeats_header, .. }) = &self.head else { return };
                let (count, repeats) = (columns.len(), *repeats_header);
                let height = self.target.screen.1;
                let Some(table) = &mut self.table else { return };
                let mut lines = Vec::new();
                if repeats && height > 0 && table.rows + 2 >= height {
                    lines.push(String::new());
                    lines.extend(table.repeat_header());
                }
                let mut cells = cells;
                cells.resize(count, (String::new(), crate::view::Alignment::Left));
                let alignments: Vec<_> = cells.iter().map(|c| c.1).collect();
                let texts: Vec<String> = cells.into_iter().map(|c| c.0).collect();
                lines.extend(table.row(&texts, &alignments, is_wrapped));
                lines.iter().for_each(|l| self.line(l));
            }
            Entry::List(fields) => {
                self.list(&fields);
                self.line("");
            }
            Entry::Wide(text) => {
                self.wide.push(text);
                if self.table.as_ref().is_some_and(|t| t.columns() == self.wide.len()) {
                    self.flush_wide();
                }
            }
            Entry::Custom(pieces) => self.custom(&pieces, self.target.columns),
            Entry::Raw(text) => self.lines.push(Line { text, stream: self.stream, is_raw: true }),
        }
    }

    fn flush_wide(&mut self) {
        if self.wide.is_empty() {
            return;
        }
        let mut texts = std::mem::take(&mut self.wide);
        let Some(table) = &mut self.table else { return };
        texts.resize(table.columns(), String::new());
        for line in table.row(&texts, &[], false) {
            self.line(&line);
        }
    }

    fn out_of_band(&mut self, entry: Entry) {
        match entry {
            Entry::Custom(pieces) => self.custom(&pieces, None),
            Entry::List(fields) => {
                self.line("");
                self.list(&fields);
                self.line("");
            }
            other => self.entry(other),
        }
    }

    fn custom(&mut self, pieces: &[crate::item::Piece], columns: Option<usize>) {
        for line in custom::lines(pieces, columns.unwrap_or(usize::MAX / 4), self.at_words) {
            self.line(&line);
        }
    }

    fn list(&mut self, fields: &[(String, String)]) {
        let columns = self.target.columns.unwrap_or(usize::MAX / 4);
        for line in list::lines(fields, columns, self.at_words, &self.style) {
            self.line(&line);
        }
    }
}
