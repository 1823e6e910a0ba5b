//! System.Data.DataRow: cells under the names of their table's columns.

use std::sync::{Arc, Weak};

use parking_lot::Mutex;

use super::table::{SharedTable, Table, is_null, place_of, table_value};
use crate::context::Context;
use crate::error::Result;
use crate::object::Foreign;
use crate::string::Str;
use crate::types::{Behaviour, Call, TypeDef, TypeKind, TypeRef, fail, register};
use crate::value::Value;

/// System.Data.DataRowState.
pub const DETACHED: i64 = 1;
pub const UNCHANGED: i64 = 2;
pub const ADDED: i64 = 4;
pub const DELETED: i64 = 8;
pub const MODIFIED: i64 = 16;

/// The cells of a row and what became of it.
pub struct Data {
    pub values: Vec<Value>,
    pub state: i64,
    /// The cells before the changes that are not accepted yet.
    original: Option<Vec<Value>>,
    error: String,
    column_errors: Vec<(usize, String)>,
}

/// A row as its table and values share it.
pub struct Cells {
    table: Weak<Mutex<Table>>,
    pub data: Mutex<Data>,
}

impl Cells {
    /// A row of a table that is not in it yet.
    pub fn new(table: &SharedTable, values: Vec<Value>) -> Arc<Cells> {
        let data = Data { values, state: DETACHED, original: None, error: String::new(), column_errors: Vec::new() };
        Arc::new(Cells { table: Arc::downgrade(table), data: Mutex::new(data) })
    }

    /// The row's table.
    pub fn table(&self) -> Result<SharedTable> {
        match self.table.upgrade() {
            Some(table) => Ok(table),
            None => fail::named("System.Data.RowNotInTableException", "This row has been removed from a table and does not have any data.  BeginEdit() will allow creation of new data in this row.").throw(),
        }
    }

    /// The cell of a column.
    pub fn cell(&self, place: usize) -> Value {
        self.data.lock().values.get(place).cloned().unwrap_or_default()
    }

    /// Puts a value into a cell, converted to the column's type.
    pub fn store(&self, ctx: &mut dyn Context, place: usize, value: &Value) -> Result<()> {
        let table = self.table()?;
        let column = table.lock().columns.get(place).cloned();
        let Some(column) = column else {
            return fail::argument("Input array is longer than the number of columns in this table.", "").throw();
        };
        let (ty, name, allows_null, is_read_only, longest) = {
            let c = column.lock();
            (c.ty, c.name.clone(), c.allows_null, c.is_read_only, c.max_length)
        };
        let mut data = self.data.lock();
        if is_read_only && data.state != DETACHED {
            return fail::named("System.Data.ReadOnlyException", format!("Column '{name}' is read only.")).throw();
        }
        let made = if value.is_null() {
            // A null reference is not a value of the database.
            if ty.is_value_type() {
                let text = format!("Cannot set Column '{name}' to be null. Please use DBNull instead.");
                return fail::argument(text, "").throw();
            }
            crate::types::system::db_null::value()
        } else if is_null(value) {
            value.clone()
        } else {
            drop(data);
            let converted = crate::convert::convert(ctx, value.base(), ty);
            data = self.data.lock();
            match converted {
                Ok(made) => made,
                Err(_) => {
                    let shown = crate::convert::to_display(value);
                    let text =
                        format!("Couldn't store <{shown}> in {name} Column.  Expected type is {}.", ty.name_only());
                    return fail::argument(text, "").throw();
                }
            }
        };
        if is_null(&made) && !allows_null && data.state != DETACHED {
            let text = format!("Column '{name}' does not allow DBNull.Value.");
            return fail::named("System.Data.NoNullAllowedException", text).throw();
        }
        if longest >= 0 && made.as_str().is_some_and(|t| t.encode_utf16().count() > longest as usize) {
            let text = format!("Cannot set column '{name}'. The value violates the MaxLength limit of this column.");
            return fail::argument(text, "").throw();
        }
        if data.state == UNCHANGED {
            data.original = Some(data.values.clone());
            data.state = MODIFIED;
        }
        if let Some(slot) = data.values.get_mut(place) {
            *slot = made;
        }
        Ok(())
    }

    /// Makes the changes the row's own.
    pub fn accept(&self) {
        let mut data = self.data.lock();
        data.original = None;
        data.state = UNCHANGED;
    }

    /// Takes the changes back.
    pub fn reject(&self) {
        let mut data = self.data.lock();
        if let Some(old) = data.original.take() {
            data.values = old;
        }
        data.state = UNCHANGED;
    }

    /// Whether an error was set on the row or a cell.
    pub fn has_errors(&self) -> bool {
        let data = self.data.lock();
        !data.error.is_empty() || !data.column_errors.is_empty()
    }
}

/// A DataRow value: its columns are its properties.
pub struct Row(Arc<Cells>);

impl Row {
    /// As a value.
    pub fn value(cells: Arc<Cells>) -> Value {
        Value::foreign(Row(cells))
    }

    fn place(&self, name: &str) -> Option<usize> {
        self.0.table.upgrade().and_then(|t| t.lock().place(name))
    }
}

/// The cells behind a DataRow value.
pub fn cells_of(value: &Value) -> Option<Arc<Cells>> {
    value.as_foreign::<Row>().map(|r| r.0.clone())
}

impl Foreign for Row {
    fn type_ref(&self) -> TypeRef {
        TypeRef::find("System.Data.DataRow").unwrap_or(TypeRef::OBJECT)
    }

    fn get(&self, _ctx: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        Ok(self.place(name).map(|n| self.0.cell(n)))
    }

    fn set(&self, ctx: &mut dyn Context, name: &str, value: &Value) -> Result<bool> {
        match self.place(name) {
            Some(n) => self.0.store(ctx, n, value).map(|()| true),
            None => Ok(false),
        }
    }

    fn property_names(&self) -> Vec<Str> {
        let table = self.0.table.upgrade();
        table.map(|t| t.lock().columns.iter().map(|c| Str::from(c.lock().name.as_str())).collect()).unwrap_or_default()
    }

    fn index(&self, _ctx: &mut dyn Context, index: &[Value]) -> Result<Option<Value>> {
        let Some(first) = index.first() else { return Ok(None) };
        let place = place_of(&self.0.table()?, first.base())?;
        Ok(Some(self.0.cell(place)))
    }

    fn set_index(&self, ctx: &mut dyn Context, index: &[Value], value: Value) -> Result<bool> {
        let Some(first) = index.first() else { return Ok(false) };
        let place = place_of(&self.0.table()?, first.base())?;
        self.0.store(ctx, place, &value).map(|()| true)
    }

    fn equals(&self, other: &Value) -> bool {
        other.as_foreign::<Row>().is_some_and(|o| Arc::ptr_eq(&o.0, &self.0))
    }

    fn hash_code(&self) -> u64 {
        Arc::as_ptr(&self.0) as usize as u64
    }
}

fn own(c: &Call<'_>) -> Result<Arc<Cells>> {
    match cells_of(c.this) {
        Some(cells) => Ok(cells),
        None => fail::not_implemented(c.ty, c.name).throw(),
    }
}

/// A value of an enumeration that the facts do not list.
fn row_state(n: i64) -> Value {
    let values = [
        ("Detached", DETACHED),
        ("Unchanged", UNCHANGED),
        ("Added", ADDED),
        ("Deleted", DELETED),
        ("Modified", MODIFIED),
    ];
    let values: Vec<(Str, i64)> = values.into_iter().map(|(n, v)| (Str::from(n), v)).collect();
    let kind = TypeKind::Enum { underlying: TypeRef::INT32, is_flags: true, values: values.into() };
    Value::Enum(register("System.Data.DataRowState", kind, Some(TypeRef::ENUM)), n)
}

fn place(c: &Call<'_>, cells: &Arc<Cells>) -> Result<usize> {
    place_of(&cells.table()?, c.arg(0).base())
}

fn no_relations(_: &mut Call<'_>) -> Result {
    fail::argument("The relation is null or is not one of the table's relations.", "relation").throw()
}

const MEMBERS: &[(&str, Behaviour)] = &[
    ("ItemArray", |c| Ok(Value::array(own(c)?.data.lock().values.clone()))),
    ("ItemArray=", |c| {
        let (cells, values) = (own(c)?, c.items(0));
        for (at, value) in values.iter().enumerate().filter(|(_, v)| !v.is_null()) {
            cells.store(c.ctx, at, value)?;
        }
        Ok(Value::Void)
    }),
    ("[]", |c| {
        let cells = own(c)?;
        let place = place(c, &cells)?;
        Ok(cells.cell(place))
    }),
    ("Table", |c| Ok(table_value(own(c)?.table()?))),
    ("RowState", |c| Ok(row_state(own(c)?.data.lock().state))),
    ("HasErrors", |c| Ok(Value::Bool(own(c)?.has_errors()))),
    ("RowError", |c| Ok(Value::from(own(c)?.data.lock().error.as_str()))),
    ("RowError=", |c| {
        own(c)?.data.lock().error = c.str(0).to_string();
        Ok(Value::Void)
    }),
    ("GetColumnError", |c| {
        let cells = own(c)?;
        let place = place(c, &cells)?;
        let data = cells.data.lock();
        let found = data.column_errors.iter().find(|(n, _)| *n == place).map(|(_, t)| t.as_str());
        Ok(Value::from(found.unwrap_or_default()))
    }),
    ("SetColumnError", |c| {
        let cells = own(c)?;
        let (place, text) = (place(c, &cells)?, c.str(1).to_string());
        let mut data = cells.data.lock();
        data.column_errors.retain(|(n, _)| *n != place);
        if !text.is_empty() {
            data.column_errors.push((place, text));
        }
        Ok(Value::Void)
    }),
    ("GetColumnsInError", |c| {
        let cells = own(c)?;
        let places: Vec<usize> = cells.data.lock().column_errors.iter().map(|(n, _)| *n).collect();
        let table = table_value(cells.table()?);
        let columns = crate::members::note_or_null(c.ctx, &table, "Columns")?;
        let mut found = Vec::new();
        for place in places {
            found.push(crate::members::index(c.ctx, &columns, &[Value::I32(place as i32)])?);
        }
        Ok(Value::array(found))
    }),
    ("ClearErrors", |c| {
        let cells = own(c)?;
        let mut data = cells.data.lock();
        data.error.clear();
        data.column_errors.clear();
        Ok(Value::Void)
    }),
    ("IsNull", |c| {
        let cells = own(c)?;
        let place = place(c, &cells)?;
        Ok(Value::Bool(is_null(&cells.cell(place))))
    }),
    ("Delete", |c| {
        let cells = own(c)?;
        let state = cells.data.lock().state;
        // A row that was only added goes at once.
        if state == ADDED {
            cells.table()?.lock().rows.retain(|r| !Arc::ptr_eq(r, &cells));
            cells.data.lock().state = DETACHED;
        } else {
            cells.data.lock().state = DELETED;
        }
        Ok(Value::Void)
    }),
    ("AcceptChanges", |c| {
        let cells = own(c)?;
        if cells.data.lock().state == DELETED {
            cells.table()?.lock().rows.retain(|r| !Arc::ptr_eq(r, &cells));
            cells.data.lock().state = DETACHED;
        } else {
            cells.accept();
        }
        Ok(Value::Void)
    }),
    ("RejectChanges", |c| {
        own(c)?.reject();
        Ok(Value::Void)
    }),
    ("SetAdded", |c| set_state(c, ADDED)),
    ("SetModified", |c| set_state(c, MODIFIED)),
    ("BeginEdit", |c| {
        let cells = own(c)?;
        let mut data = cells.data.lock();
        if data.original.is_none() {
            data.original = Some(data.values.clone());
        }
        Ok(Value::Void)
    }),
    ("EndEdit", |_| Ok(Value::Void)),
    ("CancelEdit", |c| {
        let cells = own(c)?;
        let mut data = cells.data.lock();
        if let Some(old) = data.original.take() {
            data.values = old;
        }
        Ok(Value::Void)
    }),
    ("HasVersion", |c| {
        let (cells, version) = (own(c)?, c.long(0));
        let data = cells.data.lock();
        Ok(Value::Bool(match version {
            256 => data.original.is_some() || matches!(data.state, UNCHANGED | MODIFIED | DELETED),
            512 | 1536 => data.state != DELETED,
            _ => false,
        }))
    }),
    ("GetChildRows", |c| no_relations(c)),
    ("GetParentRow", |c| no_relations(c)),
    ("GetParentRows", |c| no_relations(c)),
    ("SetParentRow", |c| no_relations(c)),
];

fn set_state(c: &mut Call<'_>, state: i64) -> Result {
    let cells = own(c)?;
    if cells.data.lock().state != UNCHANGED {
        return fail::invalid("SetAdded and SetModified can only be called on DataRows with Unchanged DataRowState.")
            .throw();
    }
    cells.data.lock().state = state;
    Ok(Value::Void)
}

pub static TYPES: &[TypeDef] = &[TypeDef { name: "System.Data.DataRow", like: &[], members: MEMBERS }];
