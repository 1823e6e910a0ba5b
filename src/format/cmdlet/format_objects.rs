//! Views as the objects that Get-FormatData gives: ExtendedTypeDefinition's controls, columns and entries.

use std::sync::Arc;

use command::{NativeObject, enum_value};
use values::{Str, Value};

use crate::view::{Alignment, Body, Cell, Group, Header, Row, Selection, Shape, Source, View};

const NAMESPACE: &str = "System.Management.Automation";

fn object(name: &str, pairs: Vec<(&str, Value)>) -> Value {
    NativeObject::of(&format!("{NAMESPACE}.{name}"), pairs)
}

fn text(text: &Option<Str>) -> Value {
    text.clone().map_or(Value::Null, Value::Str)
}

fn alignment(alignment: Alignment) -> Value {
    enum_value(&format!("{NAMESPACE}.Alignment"), &format!("{alignment:?}"))
}

/// A DisplayEntry: a property's name or a script. The scripts of built-in views are native code; of those the text is not there.
fn entry(source: &Source) -> Value {
    let (kind, value) = match source {
        Source::Property(name) | Source::Path(name) | Source::Sample(name) => ("Property", Value::Str(name.clone())),
        Source::Script(block) => ("ScriptBlock", Value::from(values::convert::to_display(block))),
        Source::Text(text) => ("Property", Value::Str(text.clone())),
        Source::Native(_) => ("ScriptBlock", Value::from("")),
        _ => ("Property", Value::from("")),
    };
    let kind = enum_value(&format!("{NAMESPACE}.DisplayEntryValueType"), kind);
    NativeObject::of_pairs(&format!("{NAMESPACE}.DisplayEntry"), vec![("ValueType", kind), ("Value", value)])
        .with_text(|o| o.text_of("Value"))
        .into_value()
}

/// An EntrySelectedBy; `$null` for the entry that all other objects take.
fn selected(selection: &Option<Selection>) -> Value {
    let Some(selection) = selection else { return Value::Null };
    let names = Value::array(selection.types.iter().cloned().map(Value::Str).collect());
    let conditions = Value::array(selection.condition.iter().map(entry).collect());
    object("EntrySelectedBy", vec![("TypeNames", names), ("SelectionCondition", conditions)])
}

fn header(header: &Header) -> Value {
    let pairs = vec![
        ("Label", text(&header.label)),
        ("Alignment", alignment(header.alignment)),
        ("Width", Value::I32(header.width as i32)),
    ];
    object("TableControlColumnHeader", pairs)
}

fn column(cell: &Cell) -> Value {
    let pairs = vec![
        ("Alignment", alignment(cell.alignment)),
        ("DisplayEntry", entry(&cell.source)),
        ("FormatString", text(&cell.format)),
    ];
    object("TableControlColumn", pairs)
}

fn row(row: &Row) -> Value {
    let pairs = vec![
        ("Columns", Value::array(row.cells.iter().map(column).collect())),
        ("SelectedBy", selected(&row.selection)),
        ("Wrap", Value::Bool(row.is_wrapped)),
    ];
    object("TableControlRow", pairs)
}

fn group(group: &Option<Group>) -> Value {
    let Some(group) = group else { return Value::Null };
    object("PSControlGroupBy", vec![("Expression", entry(&group.by)), ("Label", text(&group.label))])
}

fn control(view: &View) -> Value {
    let mut pairs = Vec::new();
    match &view.body {
        Body::Table { headers, rows, hides_headers } => {
            pairs.push(("Headers", Value::array(headers.iter().map(header).collect())));
            pairs.push(("Rows", Value::array(rows.iter().map(row).collect())));
            pairs.push(("AutoSize", Value::Bool(view.is_autosized)));
            pairs.push(("HideTableHeaders", Value::Bool(*hides_headers)));
        }
        Body::List { entries } => {
            let entries = entries.iter().map(|e| {
                let items = e.items.iter().map(|item| {
                    let condition = item.condition.as_ref().map_or(Value::Null, entry);
                    let pairs = vec![
                        ("ItemSelectionCondition", condition),
                        ("Label", text(&item.label)),
                        ("DisplayEntry", entry(&item.cell.source)),
                        ("FormatString", text(&item.cell.format)),
                    ];
                    object("ListControlEntryItem", pairs)
                });
                let items = Value::array(items.collect());
                object("ListControlEntry", vec![("Items", items), ("EntrySelectedBy", selected(&e.selection))])
            });
            pairs.push(("Entries", Value::array(entries.collect())));
        }
        Body::Wide { entries, columns } => {
            let entries = entries.iter().map(|(selection, cell)| {
                let pairs = vec![
                    ("DisplayEntry", entry(&cell.source)),
                    ("EntrySelectedBy", selected(selection)),
                    ("FormatString", text(&cell.format)),
                ];
                object("WideControlEntryItem", pairs)
            });
            pairs.push(("Entries", Value::array(entries.collect())));
            pairs.push(("Columns", Value::U32(*columns as u32)));
            pairs.push(("AutoSize", Value::Bool(view.is_autosized)));
        }
        Body::Custom(custom) => {
            let entries = custom
                .entries
                .iter()
                .map(|(selection, _)| object("CustomControlEntry", vec![("SelectedBy", selected(selection))]));
            pairs.push(("Entries", Value::array(entries.collect())));
        }
    }
    pairs.push(("GroupBy", group(&view.group)));
    pairs.push(("OutOfBand", Value::Bool(view.is_out_of_band)));
    object(control_name(view.shape()), pairs)
}

fn control_name(shape: Shape) -> &'static str {
    match shape {
        Shape::Table => "TableControl",
        Shape::List => "ListControl",
        Shape::Wide => "WideControl",
        Shape::Custom => "CustomControl",
    }
}

/// A view as a FormatViewDefinition.
pub fn definition(view: &Arc<View>) -> Value {
    let kind = Value::from(format!("{NAMESPACE}.{}", control_name(view.shape())));
    let pairs = vec![("Name", Value::Str(view.name.clone())), ("Control", control(view))];
    let made = NativeObject::of_pairs(&format!("{NAMESPACE}.FormatViewDefinition"), pairs);
    let text = format!("{}, {}", view.name, values::convert::to_display(&kind));
    made.with_hidden_text(Str::from(text)).into_value()
}
