//! ConvertTo-Csv.

use command::{Bound, Cmdlet, Command, Result, Session, Value};

use crate::csv::writer::CsvWriter;

pub static COMMAND: Command = Command { name: "ConvertTo-Csv", create: || Box::new(ConvertToCsv::default()) };

#[derive(Default)]
struct ConvertToCsv {
    writer: Option<CsvWriter>,
    is_started: bool,
}

impl Cmdlet for ConvertToCsv {
    fn begin(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        self.writer = Some(CsvWriter::new(session, bound)?);
        Ok(())
    }

    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let Some(item) = bound.get("InputObject").filter(|v| !v.is_null()) else { return Ok(()) };
        let Some(writer) = &mut self.writer else { return Ok(()) };
        if !self.is_started {
            writer.names = CsvWriter::columns(session, item)?;
            if bound.switch("IncludeTypeInformation") {
                session.write(Value::from(CsvWriter::type_line(item)))?;
            }
            self.is_started = true;
            if writer.names.is_empty() {
                return Ok(());
            }
            if !bound.switch("NoHeader") {
                session.write(Value::from(writer.header()))?;
            }
        }
        if writer.names.is_empty() {
            return Ok(());
        }
        let mut line = String::new();
        writer.row(session, item, &mut line)?;
        session.write(Value::from(line))
    }
}
