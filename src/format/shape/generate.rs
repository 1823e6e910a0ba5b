//! Start, groups and entries of one document, by a view or by the properties of its first object.

use std::sync::Arc;

use command::{ErrorRecord, Result, Session, TypeRef};
use values::{Str, Value, members};

use super::Request;
use super::custom;
use super::group::Grouping;
use super::object_tree;
use crate::expression::{self, Expression, Outcome, source_value};
use crate::item::{Entry, Format, Head, Piece, TableColumn};
use crate::parameter::{Column, default_columns, expand};
use crate::text::{self, Directive};
use crate::view::{self, Alignment, Body, Cell, Row, Selection, Shape, Source, View};

/// What makes the entries of a document.
pub struct Generator {
    view: Option<Arc<View>>,
    shape: Shape,
    request: Option<Request>,
    grouping: Option<Grouping>,
    /// The columns of a table without a view: those of its first object.
    columns: Vec<Column>,
    /// Errors of cells that are to be shown after the entry.
    pub errors: Vec<Arc<ErrorRecord>>,
}

impl Generator {
    /// By a view.
    pub fn of_view(view: Arc<View>, request: Option<Request>) -> Generator {
        let mut made = Generator {
            shape: view.shape(),
            grouping: None,
            columns: Vec::new(),
            errors: Vec::new(),
            request,
            view: Some(view),
        };
        made.grouping = made.asked_grouping().or_else(|| {
            let group = made.view.as_ref()?.group.as_ref()?;
            let name = match &group.by {
                Source::Property(name) => name.to_string(),
                _ => String::new(),
            };
            Some(Grouping { source: group.by.clone(), label: None, name, current: None })
        });
        made
    }

    /// By the properties of the command line or of an object.
    pub fn of_properties(
        session: &mut dyn Session,
        shape: Shape,
        object: &Value,
        request: Option<Request>,
    ) -> Result<Generator> {
        let mut made =
            Generator { view: None, shape, grouping: None, columns: Vec::new(), errors: Vec::new(), request };
        made.grouping = made.asked_grouping();
        if shape == Shape::Table {
            made.columns = made.columns_of(session, object)?;
        }
        Ok(made)
    }

    /// A list of given columns for one object.
    pub fn plain_list(columns: Vec<Column>) -> Generator {
        Generator { view: None, shape: Shape::List, grouping: None, columns, errors: Vec::new(), request: None }
    }

    fn asked_grouping(&self) -> Option<Grouping> {
        let by = self.request.as_ref()?.group_by.clone()?;
        let source = match &by.expression {
            Expression::Name { name, .. } => Source::Property(name.clone()),
            Expression::Script(block) => Source::Script(block.clone()),
        };
        let label = by.label.as_ref().map(Str::to_string);
        Some(Grouping { source, label, name: by.expression.text(), current: None })
    }

    /// Whether an object fits the view; without a view all do.
    pub fn is_applicable(&self, object: &Value) -> bool {
        let Some(view) = &self.view else { return true };
        let names = members::type_names(object);
        view::best_index(&names, std::slice::from_ref(&view.types)).is_some()
    }

    /// Takes the next object's group: whether it is another one.
    pub fn update_group(&mut self, session: &mut dyn Session, object: &Value) -> Result<bool> {
        match &mut self.grouping {
            Some(grouping) => grouping.update(session, object),
            None => Ok(false),
        }
    }

    fn columns_of(&self, session: &mut dyn Session, object: &Value) -> Result<Vec<Column>> {
        let properties = self.request.as_ref().map(|r| r.properties.clone()).unwrap_or_default();
        let mut columns = if !properties.is_empty() {
            expand(session, &properties, object, self.shape == Shape::Table)?
        } else if self.shape == Shape::Wide {
            match expression::display_name(session, object)? {
                Some(expression) => vec![Column { expression, property: None }],
                None => default_columns(session, object)?,
            }
        } else {
            let mut columns = default_columns(session, object)?;
            if self.shape == Shape::Table && expression::default_property_set(session, object).is_empty() {
                columns.truncate(10);
            }
            columns
        };
        if let Some(request) = &self.request
            && !request.excluded.is_empty()
        {
            columns.retain(|c| !command::Wildcard::any(&request.excluded, &c.expression.text()));
        }
        Ok(columns)
    }

    /// The document's start.
    pub fn start(&self, session: &mut dyn Session, object: &Value) -> Result<Format> {
        let request = self.request.as_ref();
        let is_autosized =
            request.and_then(|r| r.is_autosized).unwrap_or_else(|| self.view.as_ref().is_some_and(|v| v.is_autosized));
        let head = match self.shape {
            Shape::List => Head::List,
            Shape::Custom => Head::Custom,
            Shape::Wide => {
                let of_view = match self.view.as_ref().map(|v| &v.body) {
                    Some(Body::Wide { columns, .. }) => *columns,
                    _ => 0,
                };
                let columns = request.and_then(|r| r.columns).unwrap_or(of_view);
                Head::Wide { columns: if is_autosized { 0 } else { columns } }
            }
            Shape::Table => {
                let of_view =
                    matches!(self.view.as_ref().map(|v| &v.body), Some(Body::Table { hides_headers: true, .. }));
                Head::Table {
                    columns: self.table_columns(session, object)?,
                    hides_headers: request.and_then(|r| r.hides_headers).unwrap_or(of_view),
                    repeats_header: request.is_some_and(|r| r.repeats_header),
                }
            }
        };
        Ok(Format::Start { head, is_autosized })
    }

    fn table_columns(&self, session: &mut dyn Session, object: &Value) -> Result<Vec<TableColumn>> {
        if let Some(Body::Table { headers, rows, .. }) = self.view.as_ref().map(|v| v.body.clone()) {
            let cells = active_row(session, &rows, object)?.0;
            let names = expression::property_names(session, object);
            let columns = cells.iter().enumerate().map(|(number, cell)| {
                let header = headers.get(number).cloned().unwrap_or_default();
                let is_property = match &header.label {
                    Some(label) if !label.is_empty() => names.iter().any(|n| n.eq_ignore_ascii_case(label)),
                    _ => true,
                };
                let label = header.label.as_ref().map(Str::to_string).unwrap_or_else(|| match &cell.source {
                    Source::Property(name) | Source::Text(name) | Source::Path(name) => name.to_string(),
                    Source::Script(block) => values::convert::to_display(block),
                    _ => String::new(),
                });
                let alignment =
                    if header.alignment == Alignment::Undefined { cell.alignment } else { header.alignment };
                TableColumn { label, width: header.width, alignment, is_property }
            });
            return Ok(columns.collect());
        }
        let mut columns = Vec::with_capacity(self.columns.len());
        for column in &self.columns {
            let asked = column.property.as_ref();
            let alignment = match asked.and_then(|p| p.alignment) {
                Some(alignment) => alignment,
                None => default_alignment(session, &column.expression, object)?,
            };
            let width = asked.and_then(|p| p.width).unwrap_or(0);
            columns.push(TableColumn { label: column.label(), width, alignment, is_property: true });
        }
        Ok(columns)
    }

    /// The start of a group, with the heading that names it.
    pub fn group_start(&mut self, session: &mut dyn Session, object: &Value, limit: i64) -> Result<Format> {
        let Some(grouping) = &self.grouping else { return Ok(Format::GroupStart { heading: None }) };
        let Some(value) = grouping.current.clone() else { return Ok(Format::GroupStart { heading: None }) };
        let group = self.view.as_ref().and_then(|v| v.group.clone());
        if let Some(control) = group.as_ref().and_then(|g| g.control.clone()) {
            let pieces = custom::control(session, &control, object, limit)?;
            return Ok(Format::GroupStart { heading: Some(pieces) });
        }
        let label = match group.and_then(|g| g.label) {
            Some(label) => label.to_string(),
            None => grouping.label.clone().unwrap_or_else(|| grouping.name.clone()),
        };
        let text = text::smart_text(session, &value, limit, false)?;
        let pieces = vec![Piece::Text(format!("   {label}: ")), Piece::Text(text)];
        Ok(Format::GroupStart { heading: Some(vec![Piece::Nested(pieces)]) })
    }

    /// What one object shows.
    pub fn payload(&mut self, session: &mut dyn Session, object: &Value, limit: i64) -> Result<Entry> {
        let body = self.view.as_ref().map(|v| v.clone());
        match (self.shape, body.as_ref().map(|v| &v.body)) {
            (_, Some(Body::Table { rows, .. })) => self.view_row(session, rows, object, limit),
            (_, Some(Body::List { entries })) => {
                let choices: Vec<Option<Selection>> = entries.iter().map(|e| e.selection.clone()).collect();
                let Some(chosen) = active(session, &choices, object)? else { return Ok(Entry::List(Vec::new())) };
                let mut lines = Vec::new();
                for item in &entries[chosen].items {
                    if let Some(condition) = &item.condition
                        && !custom::holds(session, condition, object)?
                    {
                        continue;
                    }
                    let label = match (&item.label, &item.cell.source) {
                        (Some(label), _) => label.to_string(),
                        (None, Source::Property(name)) => name.to_string(),
                        (None, Source::Script(block)) => values::convert::to_display(block),
                        _ => String::new(),
                    };
                    lines.push((label, self.cell_text(session, &item.cell, object, limit)?));
                }
                Ok(Entry::List(lines))
            }
            (_, Some(Body::Wide { entries, .. })) => {
                let choices: Vec<Option<Selection>> = entries.iter().map(|e| e.0.clone()).collect();
                let Some(chosen) = active(session, &choices, object)? else { return Ok(Entry::Wide(String::new())) };
                Ok(Entry::Wide(self.cell_text(session, &entries[chosen].1, object, limit)?))
            }
            (_, Some(Body::Custom(control))) => Ok(Entry::Custom(custom::control(session, control, object, limit)?)),
            (Shape::Table, None) => self.property_row(session, object, limit),
            (Shape::List, None) => {
                let columns =
                    if self.columns.is_empty() { self.columns_of(session, object)? } else { self.columns.clone() };
                let mut lines = Vec::new();
                for column in &columns {
                    let directive = Directive { format: column.format(), is_table: false };
                    lines.push((
                        column.label(),
                        self.expression_text(session, &column.expression, &directive, object, limit)?,
                    ));
                }
                Ok(Entry::List(lines))
            }
            (Shape::Wide, None) => {
                let columns = self.columns_of(session, object)?;
                let Some(column) = columns.first() else { return Ok(Entry::Wide(String::new())) };
                let directive = Directive { format: column.format(), is_table: false };
                Ok(Entry::Wide(self.expression_text(session, &column.expression, &directive, object, limit)?))
            }
            (Shape::Custom, None) => {
                let request = self.request.clone().unwrap_or_default();
                let depth = if request.depth > 0 { request.depth } else { 5 };
                Ok(Entry::Custom(object_tree::pieces(session, object, &request, depth, limit)?))
            }
        }
    }

    fn view_row(&mut self, session: &mut dyn Session, rows: &[Row], object: &Value, limit: i64) -> Result<Entry> {
        let (cells, wraps) = active_row(session, rows, object)?;
        let mut out = Vec::with_capacity(cells.len());
        for cell in &cells {
            out.push((self.cell_text(session, cell, object, limit)?, cell.alignment));
        }
        let is_wrapped = self.request.as_ref().and_then(|r| r.is_wrapped).unwrap_or(wraps);
        Ok(Entry::Row { cells: out, is_wrapped })
    }

    fn property_row(&mut self, session: &mut dyn Session, object: &Value, limit: i64) -> Result<Entry> {
        let mut cells = Vec::with_capacity(self.columns.len());
        let columns = std::mem::take(&mut self.columns);
        for column in &columns {
            let format = column.format();
            let directive = Directive { is_table: format.is_none(), format };
            match self.expression_text(session, &column.expression, &directive, object, limit) {
                Ok(text) => cells.push((text, Alignment::Undefined)),
                Err(flow) => {
                    self.columns = columns;
                    return Err(flow);
                }
            }
        }
        self.columns = columns;
        let is_wrapped = self.request.as_ref().and_then(|r| r.is_wrapped).unwrap_or(false);
        Ok(Entry::Row { cells, is_wrapped })
    }

    fn cell_text(&mut self, session: &mut dyn Session, cell: &Cell, object: &Value, limit: i64) -> Result<String> {
        let directive = Directive { format: cell.format.clone(), is_table: false };
        let outcome = source_value(session, &cell.source, object)?;
        let place = match &cell.source {
            Source::Property(name) | Source::Path(name) => name.to_string(),
            Source::Script(block) => values::convert::to_display(block),
            _ => String::new(),
        };
        self.outcome_text(session, outcome, &place, &directive, limit)
    }

    fn expression_text(
        &mut self,
        session: &mut dyn Session,
        expression: &Expression,
        directive: &Directive,
        object: &Value,
        limit: i64,
    ) -> Result<String> {
        let outcome = expression.value(session, object)?;
        match outcome {
            Some(Ok(value)) if directive.format.is_none() => text::field(session, directive, &value, limit, &mut false),
            outcome => self.outcome_text(session, outcome, &expression.text(), directive, limit),
        }
    }

    fn outcome_text(
        &mut self,
        session: &mut dyn Session,
        outcome: Option<Outcome>,
        place: &str,
        directive: &Directive,
        limit: i64,
    ) -> Result<String> {
        let request = self.request.as_ref();
        let (shows, displays) =
            (request.and_then(|r| r.shows_errors) == Some(true), request.and_then(|r| r.displays_errors) == Some(true));
        match outcome {
            None => Ok(String::new()),
            Some(Ok(value)) => {
                let mut failed = false;
                let text = text::field(session, directive, &value, limit, &mut failed)?;
                Ok(match failed && displays {
                    true => "#FMTERR".to_string(),
                    false => text,
                })
            }
            Some(Err(flow)) => {
                if shows && let Some(record) = flow.record() {
                    self.errors.push(expression_error(record, place));
                }
                Ok(if displays { "#ERR".to_string() } else { String::new() })
            }
        }
    }
}

fn expression_error(cause: &Arc<ErrorRecord>, place: &str) -> Arc<ErrorRecord> {
    let record = ErrorRecord::new(
        cause.exception.clone(),
        "mshExpressionError",
        command::ErrorCategory::InvalidArgument,
        Value::Null,
    );
    record.data.lock().details = Some((Str::from(format!("Failed to evaluate expression \"{place}\".")), None));
    Arc::new(record)
}

/// Scalars other than text are aligned to the right.
fn default_alignment(session: &mut dyn Session, expression: &Expression, object: &Value) -> Result<Alignment> {
    let Some(Ok(value)) = expression.value(session, object)? else { return Ok(Alignment::Left) };
    if value.is_null() || matches!(value.base(), Value::Str(_)) {
        return Ok(Alignment::Left);
    }
    let base = value.base();
    let is_scalar = base.is_number()
        || matches!(base, Value::Bool(_) | Value::Char(_) | Value::Enum(..))
        || base.type_ref().is_some_and(|t| t.is_enum() || t == TypeRef::SECURE_STRING);
    Ok(if is_scalar { Alignment::Right } else { Alignment::Left })
}

fn active_row(session: &mut dyn Session, rows: &[Row], object: &Value) -> Result<(Vec<Cell>, bool)> {
    let choices: Vec<Option<Selection>> = rows.iter().map(|r| r.selection.clone()).collect();
    let Some(chosen) = active(session, &choices, object)? else { return Ok((Vec::new(), false)) };
    let default = rows.iter().find(|r| r.selection.is_none());
    let row = &rows[chosen];
    let cells = row.cells.iter().enumerate().map(|(number, cell)| match (&cell.source, default) {
        // An empty cell of an alternative row stands for the default row's.
        (Source::Empty, Some(default)) if row.selection.is_some() => default.cells.get(number).unwrap_or(cell).clone(),
        _ => cell.clone(),
    });
    Ok((cells.collect(), row.is_wrapped || default.is_some_and(|d| d.is_wrapped)))
}

/// Which of several definitions is for an object: the one for its nearest type whose condition holds, else the default.
pub fn active(session: &mut dyn Session, choices: &[Option<Selection>], object: &Value) -> Result<Option<usize>> {
    let default = choices.iter().position(Option::is_none);
    if choices.len() == 1 && default.is_some() {
        return Ok(default);
    }
    let mut places = Vec::new();
    let mut types = Vec::new();
    for (number, choice) in choices.iter().enumerate() {
        let Some(selection) = choice else { continue };
        if let Some(condition) = &selection.condition
            && !custom::holds(session, condition, object)?
        {
            continue;
        }
        if selection.types.is_empty() {
            return Ok(Some(number));
        }
        places.push(number);
        types.push(selection.types.clone());
    }
    let names = members::type_names(object);
    Ok(view::best_index(&names, &types).map(|i| places[i]).or(default))
}
