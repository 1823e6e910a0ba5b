//! Out-GridView: objects in a grid on the whole screen, from which rows are taken.

use command::{Bound, Cmdlet, Command, Grid, Picks, Result, Session};
use values::Value;

use crate::item::{Entry, Format, Head};
use crate::shape::Shaper;
use crate::view::Shape;

/// Out-GridView.
pub static COMMAND: Command = Command { name: "Out-GridView", create: || Box::new(OutGridView::default()) };

#[derive(Default)]
struct OutGridView {
    shaper: Option<Shaper>,
    columns: Vec<String>,
    /// Each object with its cells.
    rows: Vec<(Value, Vec<String>)>,
}

fn picks(bound: &Bound) -> Picks {
    match bound.str("OutputMode").map(|m| m.to_ascii_lowercase()).as_deref() {
        Some("single") => Picks::One,
        Some("multiple") => Picks::Many,
        _ if bound.switch("PassThru") => Picks::Many,
        _ => Picks::None,
    }
}

impl Cmdlet for OutGridView {
    fn begin(&mut self, session: &mut dyn Session, _bound: &Bound) -> Result<()> {
        self.shaper = Some(Shaper::new(session, Some(Shape::Table), None));
        Ok(())
    }

    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let Some(shaper) = self.shaper.as_mut() else { return Ok(()) };
        let value = bound.value("InputObject");
        if value.is_null() {
            return Ok(());
        }
        let mut made = Vec::new();
        shaper.process(session, &value, &mut made)?;
        for format in made {
            match format {
                Format::Start { head: Head::Table { columns, .. }, .. } if self.columns.is_empty() => {
                    self.columns = columns.into_iter().map(|c| c.label).collect();
                }
                Format::Entry { entry: Entry::Row { cells, .. }, .. } => {
                    let cells = cells.into_iter().map(|(text, _)| values::decoration::strip(&text).to_string());
                    self.rows.push((value.clone(), cells.collect()));
                }
                Format::Entry { entry: Entry::Raw(text), .. } => self.rows.push((value.clone(), vec![text])),
                _ => {}
            }
        }
        Ok(())
    }

    fn end(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        if self.rows.is_empty() {
            return Ok(());
        }
        if self.columns.is_empty() {
            self.columns.push("Value".to_owned());
        }
        let width = self.columns.len();
        let cells =
            |row: &Vec<String>| row.iter().cloned().chain(std::iter::repeat(String::new())).take(width).collect();
        let grid = Grid {
            title: bound.str("Title").map_or_else(|| "Out-GridView".to_owned(), |t| t.to_string()),
            columns: std::mem::take(&mut self.columns),
            rows: self.rows.iter().map(|(_, row)| cells(row)).collect(),
            picks: picks(bound),
        };
        let taken = session.host().grid(&grid)?.unwrap_or_default();
        taken.into_iter().filter_map(|row| self.rows.get(row)).try_for_each(|(value, _)| session.write(value.clone()))
    }
}
