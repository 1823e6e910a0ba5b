//! System.Data.DataTable, its columns and the collections it holds.

use std::sync::Arc;

use parking_lot::Mutex;

use super::filter::{Filter, sort_keys};
use super::row::{Cells, Row};
use crate::error::Result;
use crate::types::{Behaviour, Call, State, TypeDef, TypeKind, TypeRef, fail, hold_named, register};
use crate::value::Value;

/// A column: what a cell of it may hold.
pub struct Column {
    pub name: String,
    pub ty: TypeRef,
    pub default: Value,
    pub allows_null: bool,
    pub is_unique: bool,
    pub is_read_only: bool,
    /// Seed and step of numbers that count by themselves.
    pub counter: Option<(i64, i64)>,
    pub seed: (i64, i64),
    pub caption: Option<String>,
    pub max_length: i32,
    pub table: Option<std::sync::Weak<Mutex<Table>>>,
}

/// A column as tables and values share it.
pub type SharedColumn = Arc<Mutex<Column>>;
/// A table as its rows and values share it.
pub type SharedTable = Arc<Mutex<Table>>;

/// A table: columns and rows.
pub struct Table {
    pub name: String,
    pub columns: Vec<SharedColumn>,
    pub rows: Vec<Arc<Cells>>,
    pub key: Vec<SharedColumn>,
    pub is_case_sensitive: bool,
    pub filter: String,
    pub sort: String,
}

impl Table {
    /// The place of a column by name, case ignored.
    pub fn place(&self, name: &str) -> Option<usize> {
        let exact = self.columns.iter().position(|c| c.lock().name == name);
        exact.or_else(|| self.columns.iter().position(|c| c.lock().name.eq_ignore_ascii_case(name)))
    }
}

#[derive(Clone)]
pub(super) struct TableState(pub SharedTable);
impl State for TableState {
    const IS_ENUMERABLE: bool = true;
    fn text(&self) -> Option<String> {
        Some(self.0.lock().name.clone())
    }
    // PowerShell takes a table for the list of its rows.
    fn items(&self) -> Vec<Value> {
        rows(&self.0)
    }
    fn is_equal(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

#[derive(Clone)]
struct ColumnState(SharedColumn);
impl State for ColumnState {
    fn text(&self) -> Option<String> {
        Some(self.0.lock().name.clone())
    }
    fn is_equal(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

#[derive(Clone)]
struct Rows(SharedTable);
impl State for Rows {
    const IS_ENUMERABLE: bool = true;
    fn items(&self) -> Vec<Value> {
        rows(&self.0)
    }
}

#[derive(Clone)]
struct Columns(SharedTable);
impl State for Columns {
    const IS_ENUMERABLE: bool = true;
    fn items(&self) -> Vec<Value> {
        self.0.lock().columns.iter().map(|c| column_value(c.clone())).collect()
    }
}

fn rows(table: &SharedTable) -> Vec<Value> {
    table.lock().rows.iter().map(|cells| Row::value(cells.clone())).collect()
}

/// A DataTable value.
pub fn table_value(table: SharedTable) -> Value {
    hold_named("System.Data.DataTable", TableState(table))
}

/// The table behind a DataTable value.
pub fn table_of(value: &Value) -> Option<SharedTable> {
    crate::types::state_of::<TableState>(value).map(|t| t.0)
}

fn column_value(column: SharedColumn) -> Value {
    hold_named("System.Data.DataColumn", ColumnState(column))
}

/// A value of a collection type that the facts do not list.
fn collection<T: State>(name: &str, state: T) -> Value {
    register(name, TypeKind::Class, TypeRef::find("System.Data.InternalDataCollectionBase").or(Some(TypeRef::OBJECT)));
    hold_named(name, state)
}

/// A new table without columns.
pub fn empty(name: &str) -> SharedTable {
    Arc::new(Mutex::new(Table {
        name: name.to_string(),
        columns: Vec::new(),
        rows: Vec::new(),
        key: Vec::new(),
        is_case_sensitive: false,
        filter: String::new(),
        sort: String::new(),
    }))
}

fn new_column(name: String, ty: TypeRef) -> SharedColumn {
    Arc::new(Mutex::new(Column {
        name,
        ty,
        default: crate::types::system::db_null::value(),
        allows_null: true,
        is_unique: false,
        is_read_only: false,
        counter: None,
        seed: (0, 1),
        caption: None,
        max_length: -1,
        table: None,
    }))
}

/// A copy of the columns in a table without rows.
fn clone_shape(table: &SharedTable) -> SharedTable {
    let old = table.lock();
    let made = empty(&old.name);
    {
        let mut new = made.lock();
        new.is_case_sensitive = old.is_case_sensitive;
        for column in &old.columns {
            let c = column.lock();
            let copy = new_column(c.name.clone(), c.ty);
            {
                let mut copy = copy.lock();
                copy.default = c.default.clone();
                (copy.allows_null, copy.is_unique, copy.is_read_only) = (c.allows_null, c.is_unique, c.is_read_only);
                (copy.counter, copy.seed, copy.caption) = (c.counter, c.seed, c.caption.clone());
                (copy.max_length, copy.table) = (c.max_length, Some(Arc::downgrade(&made)));
            }
            if old.key.iter().any(|k| Arc::ptr_eq(k, column)) {
                new.key.push(copy.clone());
            }
            new.columns.push(copy);
        }
    }
    made
}

fn own(c: &Call<'_>) -> Result<SharedTable> {
    c.with(|t: &mut TableState| t.0.clone())
}

fn data_error<T>(ty: &str, text: String) -> Result<T> {
    fail::named(&format!("System.Data.{ty}"), text).throw()
}

/// Adds a column to a table; rows that are there get its default.
fn add_column(table: &SharedTable, column: SharedColumn) -> Result<()> {
    let mut t = table.lock();
    let (name, default) = {
        let mut c = column.lock();
        if c.name.is_empty() {
            let next = (1..).map(|n| format!("Column{n}")).find(|n| t.place(n).is_none());
            c.name = next.unwrap_or_default();
        }
        c.table = Some(Arc::downgrade(table));
        (c.name.clone(), c.default.clone())
    };
    if t.columns.iter().any(|c| !Arc::ptr_eq(c, &column) && c.lock().name == name) {
        return data_error(
            "DuplicateNameException",
            format!("A column named '{name}' already belongs to this DataTable."),
        );
    }
    t.columns.push(column);
    for row in &t.rows {
        row.data.lock().values.push(default.clone());
    }
    Ok(())
}

/// A new row, with defaults and counted numbers, that is not in the table yet.
fn new_row(table: &SharedTable) -> Arc<Cells> {
    let values = {
        let t = table.lock();
        let cell = |column: &SharedColumn| {
            let mut c = column.lock();
            match c.counter {
                Some((next, step)) => {
                    c.counter = Some((next + step, step));
                    if c.ty == TypeRef::INT64 { Value::I64(next) } else { Value::I32(next as i32) }
                }
                None => c.default.clone(),
            }
        };
        t.columns.iter().map(cell).collect()
    };
    Cells::new(table, values)
}

/// Puts a row into the table, after the rules of its columns.
fn add_row(table: &SharedTable, cells: &Arc<Cells>, at: Option<usize>) -> Result<()> {
    let mut t = table.lock();
    if t.rows.iter().any(|r| Arc::ptr_eq(r, cells)) {
        return fail::argument("This row already belongs to this table.", "").throw();
    }
    let values = cells.data.lock().values.clone();
    for (column, value) in t.columns.iter().zip(&values) {
        let c = column.lock();
        let is_null = is_null(value);
        let in_key = t.key.iter().any(|k| Arc::ptr_eq(k, column));
        if is_null && (!c.allows_null || in_key) {
            return data_error("NoNullAllowedException", format!("Column '{}' does not allow nulls.", c.name));
        }
    }
    let same = |left: &Value, right: &Value| left.same(right) || crate::types::system::object::equals(left, right);
    for (place, column) in t.columns.iter().enumerate() {
        let (name, unique) = {
            let c = column.lock();
            (c.name.clone(), c.is_unique)
        };
        let alone = t.key.len() == 1 && Arc::ptr_eq(&t.key[0], column);
        if (unique || alone) && t.rows.iter().any(|r| same(&r.data.lock().values[place], &values[place])) {
            let shown = crate::convert::to_display(&values[place]);
            let text = format!("Column '{name}' is constrained to be unique.  Value '{shown}' is already present.");
            return data_error("ConstraintException", text);
        }
    }
    cells.data.lock().state = super::row::ADDED;
    match at.filter(|n| *n < t.rows.len()) {
        Some(place) => t.rows.insert(place, cells.clone()),
        None => t.rows.push(cells.clone()),
    }
    Ok(())
}

/// Whether a cell holds nothing.
pub fn is_null(value: &Value) -> bool {
    value.is_null() || value.type_ref() == Some(TypeRef::DBNULL)
}

/// Fills a row from a list of values.
fn fill(c: &mut Call<'_>, cells: &Arc<Cells>, values: &[Value]) -> Result<()> {
    for (place, value) in values.iter().enumerate() {
        if !value.is_null() {
            cells.store(c.ctx, place, value)?;
        } else if place >= cells.data.lock().values.len() {
            return fail::argument("Input array is longer than the number of columns in this table.", "").throw();
        }
    }
    Ok(())
}

fn found_rows(list: Vec<Arc<Cells>>) -> Value {
    let ty = TypeRef::find("System.Data.DataRow").unwrap_or(TypeRef::OBJECT);
    Value::typed_array(ty, list.into_iter().map(Row::value).collect())
}

/// The rows that a filter takes, in an order.
pub(super) fn select(c: &mut Call<'_>, table: &SharedTable, filter: &str, sort: &str) -> Result<Vec<Arc<Cells>>> {
    let filter = Filter::parse(filter)?;
    let all = table.lock().rows.clone();
    let mut kept = Vec::new();
    for row in all {
        if row.data.lock().state != super::row::DELETED && filter.takes(c.ctx, &row)? {
            kept.push(row);
        }
    }
    let keys = sort_keys(table, sort)?;
    let mut failure = None;
    kept.sort_by(|a, b| {
        for (place, descends) in &keys {
            let (x, y) = (a.data.lock().values[*place].clone(), b.data.lock().values[*place].clone());
            let order = match (is_null(&x), is_null(&y)) {
                (true, true) => std::cmp::Ordering::Equal,
                (true, false) => std::cmp::Ordering::Less,
                (false, true) => std::cmp::Ordering::Greater,
                _ => crate::operators::compare(c.ctx, &x, &y, true).unwrap_or_else(|flow| {
                    failure = Some(flow);
                    std::cmp::Ordering::Equal
                }),
            };
            if order.is_ne() {
                return if *descends { order.reverse() } else { order };
            }
        }
        std::cmp::Ordering::Equal
    });
    match failure {
        Some(flow) => Err(flow),
        None => Ok(kept),
    }
}

/// `Compute("Sum(Price)", "filter")`.
fn compute(c: &mut Call<'_>) -> Result {
    let (expression, filter, table) = (c.str(0), c.str(1), own(c)?);
    let bad = || format!("Invalid usage of aggregate function in expression '{expression}'.");
    let Some((function, inside)) = expression.trim().strip_suffix(')').and_then(|t| t.split_once('(')) else {
        return data_error("SyntaxErrorException", bad());
    };
    let name = inside.trim().trim_start_matches('[').trim_end_matches(']');
    let Some(place) = table.lock().place(name) else {
        return data_error("EvaluateException", format!("Cannot find column [{name}]."));
    };
    let cells = select(c, &table, &filter, "")?.into_iter().map(|r| r.data.lock().values[place].clone());
    let values: Vec<Value> = cells.filter(|v| !is_null(v)).collect();
    let function = function.trim().to_ascii_lowercase();
    if function == "count" {
        return Ok(Value::I32(values.len() as i32));
    }
    let Some(first) = values.first().cloned() else { return Ok(crate::types::system::db_null::value()) };
    let mut result = first;
    for value in &values[1..] {
        result = match function.as_str() {
            "sum" | "avg" => {
                let mut effects = crate::operators::Effects::default();
                crate::operators::binary(c.ctx, crate::operators::Binary::Add, true, &result, value, &mut effects)?
            }
            "min" if crate::operators::compare(c.ctx, value, &result, true)?.is_lt() => value.clone(),
            "max" if crate::operators::compare(c.ctx, value, &result, true)?.is_gt() => value.clone(),
            "min" | "max" => result,
            _ => return data_error("SyntaxErrorException", bad()),
        };
    }
    if function == "avg" {
        let mut effects = crate::operators::Effects::default();
        let count = Value::I32(values.len() as i32);
        result =
            crate::operators::binary(c.ctx, crate::operators::Binary::Divide, true, &result, &count, &mut effects)?;
    }
    Ok(result)
}

const TABLE: &[(&str, Behaviour)] = &[
    ("new", |c| Ok(table_value(empty(&c.str(0))))),
    ("TableName", |c| Ok(Value::from(own(c)?.lock().name.as_str()))),
    ("TableName=", |c| {
        own(c)?.lock().name = c.str(0).to_string();
        Ok(Value::Void)
    }),
    ("DisplayExpression", |_| Ok(Value::from(""))),
    ("Namespace", |_| Ok(Value::from(""))),
    ("Prefix", |_| Ok(Value::from(""))),
    ("CaseSensitive", |c| Ok(Value::Bool(own(c)?.lock().is_case_sensitive))),
    ("CaseSensitive=", |c| {
        own(c)?.lock().is_case_sensitive = c.bool(0);
        Ok(Value::Void)
    }),
    ("Columns", |c| Ok(collection("System.Data.DataColumnCollection", Columns(own(c)?)))),
    ("Rows", |c| Ok(collection("System.Data.DataRowCollection", Rows(own(c)?)))),
    ("DefaultView", |c| Ok(hold_named("System.Data.DataView", TableState(own(c)?)))),
    ("HasErrors", |c| Ok(Value::Bool(own(c)?.lock().rows.iter().any(|r| r.has_errors())))),
    ("IsInitialized", |_| Ok(Value::Bool(true))),
    ("MinimumCapacity", |_| Ok(Value::I32(50))),
    ("Locale", |c| Ok(crate::types::globalization::culture_info::make(c.culture()))),
    ("DataSet", |_| Ok(Value::Null)),
    ("PrimaryKey", |c| {
        let key = own(c)?.lock().key.iter().map(|k| column_value(k.clone())).collect();
        Ok(Value::typed_array(TypeRef::find("System.Data.DataColumn").unwrap_or(TypeRef::OBJECT), key))
    }),
    ("PrimaryKey=", |c| {
        let key = c.items(0).iter().filter_map(crate::types::state_of::<ColumnState>).map(|k| k.0).collect();
        own(c)?.lock().key = key;
        Ok(Value::Void)
    }),
    ("NewRow", |c| Ok(Row::value(new_row(&own(c)?)))),
    ("ImportRow", |c| {
        let (table, Some(source)) = (own(c)?, super::row::cells_of(c.arg(0))) else { return fail::null("row").throw() };
        let values = source.data.lock().values.clone();
        let row = new_row(&table);
        fill(c, &row, &values)?;
        add_row(&table, &row, None)?;
        Ok(Value::Void)
    }),
    ("LoadDataRow", |c| {
        let (table, values) = (own(c)?, c.items(0));
        let row = new_row(&table);
        fill(c, &row, &values)?;
        add_row(&table, &row, None)?;
        Ok(Row::value(row))
    }),
    ("Select", |c| {
        let (table, filter, sort) = (own(c)?, c.str(0), c.str(1));
        select(c, &table, &filter, &sort).map(found_rows)
    }),
    ("Compute", |c| compute(c)),
    ("Clone", |c| Ok(table_value(clone_shape(&own(c)?)))),
    ("Copy", |c| {
        let old = own(c)?;
        let made = clone_shape(&old);
        let rows = old.lock().rows.clone();
        for row in rows {
            let values = row.data.lock().values.clone();
            let copy = Cells::new(&made, values);
            copy.data.lock().state = row.data.lock().state;
            made.lock().rows.push(copy);
        }
        Ok(table_value(made))
    }),
    ("Merge", |c| {
        let (table, Some(other)) = (own(c)?, table_of(c.arg(0))) else { return fail::null("table").throw() };
        let rows = other.lock().rows.clone();
        for row in rows {
            let values = row.data.lock().values.clone();
            let copy = new_row(&table);
            fill(c, &copy, &values)?;
            add_row(&table, &copy, None)?;
        }
        Ok(Value::Void)
    }),
    ("Clear", |c| {
        own(c)?.lock().rows.clear();
        Ok(Value::Void)
    }),
    ("Reset", |c| {
        let table = own(c)?;
        let mut t = table.lock();
        (t.rows, t.columns, t.key) = (Vec::new(), Vec::new(), Vec::new());
        Ok(Value::Void)
    }),
    ("AcceptChanges", |c| {
        let table = own(c)?;
        let mut t = table.lock();
        t.rows.retain(|r| r.data.lock().state != super::row::DELETED);
        t.rows.iter().for_each(|r| r.accept());
        Ok(Value::Void)
    }),
    ("RejectChanges", |c| {
        let table = own(c)?;
        let mut t = table.lock();
        t.rows.retain(|r| r.data.lock().state != super::row::ADDED);
        t.rows.iter().for_each(|r| r.reject());
        Ok(Value::Void)
    }),
    ("GetChanges", |c| {
        let old = own(c)?;
        let made = clone_shape(&old);
        let rows: Vec<_> =
            old.lock().rows.iter().filter(|r| r.data.lock().state != super::row::UNCHANGED).cloned().collect();
        if rows.is_empty() {
            return Ok(Value::Null);
        }
        for row in rows {
            let copy = Cells::new(&made, row.data.lock().values.clone());
            copy.data.lock().state = row.data.lock().state;
            made.lock().rows.push(copy);
        }
        Ok(table_value(made))
    }),
    ("GetErrors", |c| Ok(found_rows(own(c)?.lock().rows.iter().filter(|r| r.has_errors()).cloned().collect()))),
    ("BeginInit", |_| Ok(Value::Void)),
    ("EndInit", |_| Ok(Value::Void)),
    ("BeginLoadData", |_| Ok(Value::Void)),
    ("EndLoadData", |_| Ok(Value::Void)),
    ("Dispose", |_| Ok(Value::Void)),
];

fn column(c: &Call<'_>) -> Result<SharedColumn> {
    c.with(|s: &mut ColumnState| s.0.clone())
}

const COLUMN: &[(&str, Behaviour)] = &[
    ("new", |c| {
        let ty = c.type_arg(1).unwrap_or(TypeRef::STRING);
        Ok(column_value(new_column(c.str(0).to_string(), ty)))
    }),
    ("ColumnName", |c| Ok(Value::from(column(c)?.lock().name.as_str()))),
    ("ColumnName=", |c| {
        column(c)?.lock().name = c.str(0).to_string();
        Ok(Value::Void)
    }),
    ("Caption", |c| {
        let column = column(c)?;
        let found = column.lock();
        Ok(Value::from(found.caption.as_deref().unwrap_or(&found.name)))
    }),
    ("Caption=", |c| {
        column(c)?.lock().caption = Some(c.str(0).to_string());
        Ok(Value::Void)
    }),
    ("DataType", |c| Ok(Value::Type(column(c)?.lock().ty))),
    ("DataType=", |c| {
        if let Some(ty) = c.type_arg(0) {
            column(c)?.lock().ty = ty;
        }
        Ok(Value::Void)
    }),
    ("DefaultValue", |c| Ok(column(c)?.lock().default.clone())),
    ("DefaultValue=", |c| {
        let (column, value) = (column(c)?, c.arg(0).clone());
        let ty = column.lock().ty;
        let made = if is_null(&value) { value } else { crate::convert::convert(c.ctx, &value, ty)? };
        column.lock().default = made;
        Ok(Value::Void)
    }),
    ("AllowDBNull", |c| Ok(Value::Bool(column(c)?.lock().allows_null))),
    ("AllowDBNull=", |c| {
        column(c)?.lock().allows_null = c.bool(0);
        Ok(Value::Void)
    }),
    ("Unique", |c| Ok(Value::Bool(column(c)?.lock().is_unique))),
    ("Unique=", |c| {
        column(c)?.lock().is_unique = c.bool(0);
        Ok(Value::Void)
    }),
    ("ReadOnly", |c| Ok(Value::Bool(column(c)?.lock().is_read_only))),
    ("ReadOnly=", |c| {
        column(c)?.lock().is_read_only = c.bool(0);
        Ok(Value::Void)
    }),
    ("MaxLength", |c| Ok(Value::I32(column(c)?.lock().max_length))),
    ("MaxLength=", |c| {
        column(c)?.lock().max_length = c.int(0);
        Ok(Value::Void)
    }),
    ("AutoIncrement", |c| Ok(Value::Bool(column(c)?.lock().counter.is_some()))),
    ("AutoIncrement=", |c| {
        let column = column(c)?;
        let mut found = column.lock();
        found.counter = c.bool(0).then_some(found.seed);
        if found.counter.is_some() && found.ty == TypeRef::STRING {
            found.ty = TypeRef::INT32;
        }
        Ok(Value::Void)
    }),
    ("AutoIncrementSeed", |c| Ok(Value::I64(column(c)?.lock().seed.0))),
    ("AutoIncrementSeed=", |c| {
        let column = column(c)?;
        let mut found = column.lock();
        found.seed.0 = c.long(0);
        if found.counter.is_some() {
            found.counter = Some(found.seed);
        }
        Ok(Value::Void)
    }),
    ("AutoIncrementStep", |c| Ok(Value::I64(column(c)?.lock().seed.1))),
    ("AutoIncrementStep=", |c| {
        let column = column(c)?;
        let mut found = column.lock();
        found.seed.1 = c.long(0);
        if let Some((next, _)) = found.counter {
            found.counter = Some((next, found.seed.1));
        }
        Ok(Value::Void)
    }),
    ("Ordinal", |c| {
        let column = column(c)?;
        let table = column.lock().table.as_ref().and_then(std::sync::Weak::upgrade);
        let place = table.and_then(|t| t.lock().columns.iter().position(|x| Arc::ptr_eq(x, &column)));
        Ok(Value::I32(place.map_or(-1, |n| n as i32)))
    }),
    ("Table", |c| {
        let table = column(c)?.lock().table.as_ref().and_then(std::sync::Weak::upgrade);
        Ok(table.map_or(Value::Null, table_value))
    }),
    ("Expression", |_| Ok(Value::from(""))),
    ("Namespace", |_| Ok(Value::from(""))),
    ("Prefix", |_| Ok(Value::from(""))),
    ("Dispose", |_| Ok(Value::Void)),
];

/// A place given by a number, or by a column's name or object.
pub(super) fn place_of(table: &SharedTable, index: &Value) -> Result<usize> {
    if let Some(found) = crate::types::state_of::<ColumnState>(index) {
        let place = table.lock().columns.iter().position(|c| Arc::ptr_eq(c, &found.0));
        return match place {
            Some(n) => Ok(n),
            None => fail::argument(
                format!("Column '{}' does not belong to table {}.", found.0.lock().name, table.lock().name),
                "",
            )
            .throw(),
        };
    }
    if let Some(name) = index.as_str() {
        let place = table.lock().place(name);
        return match place {
            Some(n) => Ok(n),
            None => {
                fail::argument(format!("Column '{name}' does not belong to table {}.", table.lock().name), "").throw()
            }
        };
    }
    let n = index.as_i64().unwrap_or(-1);
    match usize::try_from(n).ok().filter(|n| *n < table.lock().columns.len()) {
        Some(n) => Ok(n),
        None => fail::named("System.IndexOutOfRangeException", format!("Cannot find column {n}.")).throw(),
    }
}

const COLUMNS: &[(&str, Behaviour)] = &[
    ("Count", |c| c.with(|s: &mut Columns| Value::I32(s.0.lock().columns.len() as i32))),
    ("Add()", |c| {
        let table = c.with(|s: &mut Columns| s.0.clone())?;
        let made = match crate::types::state_of::<ColumnState>(c.arg(0)) {
            Some(column) => column.0,
            None => {
                let ty = match c.arg(1).base().clone() {
                    Value::Null => TypeRef::STRING,
                    other => match crate::convert::convert(c.ctx, &other, TypeRef::TYPE)? {
                        Value::Type(ty) => ty,
                        _ => TypeRef::STRING,
                    },
                };
                new_column(c.str(0).to_string(), ty)
            }
        };
        add_column(&table, made.clone())?;
        Ok(column_value(made))
    }),
    ("AddRange()", |c| {
        let table = c.with(|s: &mut Columns| s.0.clone())?;
        for column in c.items(0).iter().filter_map(crate::types::state_of::<ColumnState>) {
            add_column(&table, column.0)?;
        }
        Ok(Value::Void)
    }),
    ("Contains()", |c| {
        let name = c.str(0);
        c.with(|s: &mut Columns| Value::Bool(s.0.lock().place(&name).is_some()))
    }),
    ("IndexOf()", |c| {
        let (table, index) = (c.with(|s: &mut Columns| s.0.clone())?, c.arg(0).clone());
        Ok(Value::I32(place_of(&table, &index).map_or(-1, |n| n as i32)))
    }),
    ("Remove()", |c| remove_column(c)),
    ("RemoveAt()", |c| remove_column(c)),
    ("Clear()", |c| {
        c.with(|s: &mut Columns| {
            let mut t = s.0.lock();
            t.columns.clear();
            t.rows.iter().for_each(|r| r.data.lock().values.clear());
        })?;
        Ok(Value::Void)
    }),
    ("[]", |c| {
        let (table, index) = (c.with(|s: &mut Columns| s.0.clone())?, c.arg(0).clone());
        let found = match place_of(&table, &index) {
            Ok(n) => table.lock().columns.get(n).cloned(),
            Err(_) if index.as_str().is_some() => None,
            Err(flow) => return Err(flow),
        };
        Ok(found.map_or(Value::Null, column_value))
    }),
];

fn remove_column(c: &mut Call<'_>) -> Result {
    let (table, index) = (c.with(|s: &mut Columns| s.0.clone())?, c.arg(0).clone());
    let place = place_of(&table, &index)?;
    let mut t = table.lock();
    t.columns.remove(place);
    for row in &t.rows {
        row.data.lock().values.remove(place);
    }
    Ok(Value::Void)
}

const ROWS: &[(&str, Behaviour)] = &[
    ("Count", |c| c.with(|s: &mut Rows| Value::I32(s.0.lock().rows.len() as i32))),
    ("Add()", |c| {
        let table = c.with(|s: &mut Rows| s.0.clone())?;
        if let Some(cells) = super::row::cells_of(c.arg(0)) {
            add_row(&table, &cells, None)?;
            return Ok(Value::Void);
        }
        let values = match c.args.as_slice() {
            [Value::Array(list)] => list.to_vec(),
            many => many.to_vec(),
        };
        if values.len() > table.lock().columns.len() {
            return fail::argument("Input array is longer than the number of columns in this table.", "").throw();
        }
        let row = new_row(&table);
        fill(c, &row, &values)?;
        add_row(&table, &row, None)?;
        Ok(Row::value(row))
    }),
    ("InsertAt()", |c| {
        let table = c.with(|s: &mut Rows| s.0.clone())?;
        let Some(cells) = super::row::cells_of(c.arg(0)) else { return fail::null("row").throw() };
        add_row(&table, &cells, usize::try_from(c.long(1)).ok())?;
        Ok(Value::Void)
    }),
    ("Remove()", |c| {
        let table = c.with(|s: &mut Rows| s.0.clone())?;
        let Some(cells) = super::row::cells_of(c.arg(0)) else { return fail::null("row").throw() };
        let before = table.lock().rows.len();
        table.lock().rows.retain(|r| !Arc::ptr_eq(r, &cells));
        if table.lock().rows.len() == before {
            return fail::named(
                "System.IndexOutOfRangeException",
                "The given DataRow is not in the current DataRowCollection.",
            )
            .throw();
        }
        cells.data.lock().state = super::row::DETACHED;
        Ok(Value::Void)
    }),
    ("RemoveAt()", |c| {
        let (table, n) = (c.with(|s: &mut Rows| s.0.clone())?, c.long(0));
        let mut t = table.lock();
        match usize::try_from(n).ok().filter(|n| *n < t.rows.len()) {
            Some(n) => drop(t.rows.remove(n)),
            None => return no_row(n),
        }
        Ok(Value::Void)
    }),
    ("IndexOf()", |c| {
        let cells = super::row::cells_of(c.arg(0));
        let place = c.with(|s: &mut Rows| {
            s.0.lock().rows.iter().position(|r| cells.as_ref().is_some_and(|x| Arc::ptr_eq(r, x)))
        })?;
        Ok(Value::I32(place.map_or(-1, |n| n as i32)))
    }),
    ("Clear()", |c| {
        c.with(|s: &mut Rows| s.0.lock().rows.clear())?;
        Ok(Value::Void)
    }),
    ("Find()", |c| Ok(find(c)?.map_or(Value::Null, Row::value))),
    ("Contains()", |c| Ok(Value::Bool(find(c)?.is_some()))),
    ("[]", |c| {
        let n = c.long(0);
        let found = c.with(|s: &mut Rows| {
            let t = s.0.lock();
            let place = if n < 0 { n + t.rows.len() as i64 } else { n };
            usize::try_from(place).ok().and_then(|n| t.rows.get(n).cloned())
        })?;
        match found {
            Some(cells) => Ok(Row::value(cells)),
            None => no_row(n),
        }
    }),
];

fn no_row(n: i64) -> Result {
    fail::named("System.IndexOutOfRangeException", format!("There is no row at position {n}.")).throw()
}

/// The row of a primary key.
fn find(c: &mut Call<'_>) -> Result<Option<Arc<Cells>>> {
    let table = c.with(|s: &mut Rows| s.0.clone())?;
    let wanted = match c.args.as_slice() {
        [Value::Array(list)] => list.to_vec(),
        many => many.to_vec(),
    };
    let (places, rows) = {
        let t = table.lock();
        let places: Vec<usize> =
            t.key.iter().filter_map(|k| t.columns.iter().position(|x| Arc::ptr_eq(x, k))).collect();
        (places, t.rows.clone())
    };
    if places.is_empty() {
        return data_error("MissingPrimaryKeyException", "Table doesn't have a primary key.".to_string());
    }
    for row in rows {
        let values: Vec<Value> = places.iter().map(|p| row.data.lock().values[*p].clone()).collect();
        let mut same = values.len() == wanted.len();
        for (have, want) in values.iter().zip(&wanted) {
            same = same && !is_null(have) && crate::operators::compare(c.ctx, have, want, true)?.is_eq();
        }
        if same {
            return Ok(Some(row));
        }
    }
    Ok(None)
}

pub static TYPES: &[TypeDef] = &[
    TypeDef { name: "System.Data.DataTable", like: &[], members: TABLE },
    TypeDef { name: "System.Data.DataColumn", like: &[], members: COLUMN },
    TypeDef { name: "System.Data.DataColumnCollection", like: &[], members: COLUMNS },
    TypeDef { name: "System.Data.DataRowCollection", like: &[], members: ROWS },
];
