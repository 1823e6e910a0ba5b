//! System.Data.DataView over a table, and DataSet.

use std::sync::Arc;

use parking_lot::Mutex;

use super::row::{Cells, Row};
use super::table::{SharedTable, TableState, empty, select, table_of, table_value};
use crate::error::Result;
use crate::types::{Behaviour, Call, State, TypeDef, fail, hold_named};
use crate::value::Value;

fn own(c: &Call<'_>) -> Result<SharedTable> {
    c.with(|t: &mut TableState| t.0.clone())
}

fn rows(c: &mut Call<'_>) -> Result<Vec<Arc<Cells>>> {
    let table = own(c)?;
    let (filter, sort) = {
        let t = table.lock();
        (t.filter.clone(), t.sort.clone())
    };
    select(c, &table, &filter, &sort)
}

/// `ToTable([name,] [distinct, columns])`: the rows of the view in a new table.
fn to_table(c: &mut Call<'_>) -> Result {
    let list = rows(c)?;
    let table = own(c)?;
    let distinct = c.place("distinct").is_some_and(|at| c.bool(at));
    let wanted: Vec<String> = c
        .place("columnNames")
        .map(|at| c.items(at).iter().map(crate::convert::to_display).collect())
        .unwrap_or_default();
    let names: Vec<String> = table.lock().columns.iter().map(|x| x.lock().name.clone()).collect();
    let wanted = if wanted.is_empty() { names } else { wanted };
    let name = c.named("tableName").map_or_else(|| table.lock().name.clone(), |n| crate::convert::to_display(&n));
    let made = table_value(empty(&name));
    let columns = crate::members::note_or_null(c.ctx, &made, "Columns")?;
    let mut places = Vec::new();
    for name in &wanted {
        let Some(place) = table.lock().place(name) else {
            return fail::argument(
                format!("Column '{name}' does not belong to underlying table '{}'.", table.lock().name),
                "",
            )
            .throw();
        };
        let ty = table.lock().columns[place].lock().ty;
        crate::members::call(c.ctx, &columns, "Add", &[Value::from(name.as_str()), Value::Type(ty)])?;
        places.push(place);
    }
    let target = crate::members::note_or_null(c.ctx, &made, "Rows")?;
    let mut seen: Vec<Vec<Value>> = Vec::new();
    for row in list {
        let cells: Vec<Value> = places.iter().map(|p| row.cell(*p)).collect();
        let same = |old: &Vec<Value>| old.iter().zip(&cells).all(|(a, b)| crate::types::system::object::equals(a, b));
        if distinct && seen.iter().any(same) {
            continue;
        }
        crate::members::call(c.ctx, &target, "Add", &[Value::array(cells.clone())])?;
        seen.push(cells);
    }
    Ok(made)
}

const VIEW: &[(&str, Behaviour)] = &[
    ("new", |c| match table_of(c.arg(0)) {
        Some(table) => {
            if let Some(filter) = c.named("RowFilter") {
                table.lock().filter = crate::convert::to_display(&filter);
            }
            if let Some(sort) = c.named("Sort") {
                table.lock().sort = crate::convert::to_display(&sort);
            }
            Ok(hold_named("System.Data.DataView", TableState(table)))
        }
        None => fail::null("table").throw(),
    }),
    ("Table", |c| Ok(table_value(own(c)?))),
    ("Count", |c| rows(c).map(|r| Value::I32(r.len() as i32))),
    ("RowFilter", |c| Ok(Value::from(own(c)?.lock().filter.as_str()))),
    ("RowFilter=", |c| {
        super::filter::Filter::parse(&c.str(0))?;
        own(c)?.lock().filter = c.str(0).to_string();
        Ok(Value::Void)
    }),
    ("Sort", |c| Ok(Value::from(own(c)?.lock().sort.as_str()))),
    ("Sort=", |c| {
        let table = own(c)?;
        super::filter::sort_keys(&table, &c.str(0))?;
        table.lock().sort = c.str(0).to_string();
        Ok(Value::Void)
    }),
    ("[]", |c| {
        let (list, n) = (rows(c)?, c.long(0));
        match usize::try_from(n).ok().and_then(|n| list.get(n).cloned()) {
            Some(cells) => Ok(Row::value(cells)),
            None => fail::named(
                "System.IndexOutOfRangeException",
                format!("Index {n} is either negative or above rows count."),
            )
            .throw(),
        }
    }),
    ("GetEnumerator", |c| {
        let list = rows(c)?.into_iter().map(Row::value).collect();
        Ok(crate::types::collections::enumerator::over("System.ArrayEnumerator", list))
    }),
    ("ToTable", |c| to_table(c)),
    ("Dispose", |_| Ok(Value::Void)),
];

/// Tables under a name.
#[derive(Clone)]
struct Set {
    name: String,
    tables: Arc<Mutex<Vec<SharedTable>>>,
}
impl State for Set {}

/// The tables of a set.
#[derive(Clone)]
struct Tables(Arc<Mutex<Vec<SharedTable>>>);
impl State for Tables {
    const IS_ENUMERABLE: bool = true;
    fn items(&self) -> Vec<Value> {
        self.0.lock().iter().cloned().map(table_value).collect()
    }
}

const TABLES: &[(&str, Behaviour)] = &[
    ("Count", |c| c.with(|t: &mut Tables| Value::I32(t.0.lock().len() as i32))),
    ("Add()", |c| {
        let table = table_of(c.arg(0)).unwrap_or_else(|| empty(&c.str(0)));
        c.with(|t: &mut Tables| t.0.lock().push(table.clone()))?;
        Ok(table_value(table))
    }),
    ("Contains()", |c| {
        let name = c.str(0);
        c.with(|t: &mut Tables| Value::Bool(t.0.lock().iter().any(|x| x.lock().name.eq_ignore_ascii_case(&name))))
    }),
    ("Clear()", |c| {
        c.with(|t: &mut Tables| t.0.lock().clear())?;
        Ok(Value::Void)
    }),
    ("[]", |c| {
        let index = c.arg(0).base().clone();
        let found = c.with(|t: &mut Tables| {
            let list = t.0.lock();
            match index.as_str() {
                Some(name) => list.iter().find(|x| x.lock().name.eq_ignore_ascii_case(name)).cloned(),
                None => index.as_i64().and_then(|n| usize::try_from(n).ok()).and_then(|n| list.get(n).cloned()),
            }
        })?;
        match found {
            Some(table) => Ok(table_value(table)),
            None if index.as_str().is_some() => Ok(Value::Null),
            None => fail::named("System.IndexOutOfRangeException", format!("Cannot find table {}.", c.long(0))).throw(),
        }
    }),
];

pub static TYPES: &[TypeDef] = &[
    TypeDef { name: "System.Data.DataView", like: &[], members: VIEW },
    TypeDef {
        name: "System.Data.DataSet",
        like: &[],
        members: &[
            ("new", |c| {
                let name = if c.count() == 0 { "NewDataSet".to_string() } else { c.str(0).to_string() };
                Ok(hold_named("System.Data.DataSet", Set { name, tables: Arc::default() }))
            }),
            ("DataSetName", |c| c.with(|s: &mut Set| Value::from(s.name.as_str()))),
            ("DataSetName=", |c| {
                let name = c.str(0).to_string();
                c.with(|s: &mut Set| s.name = name)?;
                Ok(Value::Void)
            }),
            ("Tables", |c| {
                let name = "System.Data.DataTableCollection";
                let base = Some(crate::types::TypeRef::OBJECT);
                crate::types::register(name, crate::types::TypeKind::Class, base);
                c.with(|s: &mut Set| hold_named(name, Tables(s.tables.clone())))
            }),
            ("Clear", |c| {
                c.with(|s: &mut Set| s.tables.lock().iter().for_each(|t| t.lock().rows.clear()))?;
                Ok(Value::Void)
            }),
            ("Dispose", |_| Ok(Value::Void)),
        ],
    },
    TypeDef { name: "System.Data.DataTableCollection", like: &[], members: TABLES },
];
