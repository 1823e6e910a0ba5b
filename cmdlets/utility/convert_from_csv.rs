//! ConvertFrom-Csv.

use command::{Bound, Cmdlet, Command, Context, Result, Session};
use values::convert;

use crate::csv::reader::{CsvReader, CsvRows};
use crate::csv::writer::delimiter;

pub static COMMAND: Command = Command { name: "ConvertFrom-Csv", create: || Box::new(ConvertFromCsv::default()) };

#[derive(Default)]
struct ConvertFromCsv {
    rows: Option<CsvRows>,
    /// Text of a record whose quotes are still open.
    open: String,
}

impl Cmdlet for ConvertFromCsv {
    fn begin(&mut self, _session: &mut dyn Session, bound: &Bound) -> Result<()> {
        self.rows = Some(CsvRows::new(bound.has("Header").then(|| bound.strings("Header"))));
        Ok(())
    }

    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let delimiter = delimiter(session, bound);
        for item in bound.list("InputObject") {
            let text = {
                let context: &mut dyn Context = session;
                convert::to_str(context, &item)?
            };
            if self.open.is_empty()
                && let Some(rows) = &mut self.rows
                && text.bytes().filter(|b| *b == b'"').count() % 2 == 0
            {
                rows.emit(session, &mut CsvReader::new(&text, delimiter))?;
                continue;
            }
            // A quoted field that spans lines comes in several texts.
            self.open.push_str(&text);
            self.open.push('\n');
            if self.open.bytes().filter(|b| *b == b'"').count() % 2 == 0 {
                let text = std::mem::take(&mut self.open);
                if let Some(rows) = &mut self.rows {
                    rows.emit(session, &mut CsvReader::new(&text, delimiter))?;
                }
            }
        }
        Ok(())
    }

    fn end(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let text = std::mem::take(&mut self.open);
        if text.is_empty() {
            return Ok(());
        }
        let delimiter = delimiter(session, bound);
        match &mut self.rows {
            Some(rows) => rows.emit(session, &mut CsvReader::new(&text, delimiter)),
            None => Ok(()),
        }
    }
}
