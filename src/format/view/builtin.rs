//! PowerShell's own views: one line of data a view, read when an object of its type is first shown.

use std::sync::Arc;

use serde_json::Value as Json;
use values::Str;

use super::control;
use super::native;
use super::{Alignment, Body, Cell, Control, Entry, Group, Header, Item, Row, Selection, Source, Token, View};

/// The views in the order in which they are looked through.
const DATA: &str = include_str!("views.json");

/// Numbers of the views that name one of some types, with the lines they stand in.
pub fn lines() -> impl Iterator<Item = (usize, &'static str)> {
    DATA.lines().map(|l| l.trim_end_matches(',')).filter(|l| l.starts_with('{')).enumerate()
}

/// The type names of a view's line, without reading the rest.
pub fn types_of(line: &str) -> impl Iterator<Item = &str> {
    let end = line.find(']').unwrap_or(line.len());
    line[..end].split('"').skip(3).step_by(2)
}

/// Reads a view from its line.
pub fn parse(line: &str) -> Option<View> {
    let json: Json = serde_json::from_str(line).ok()?;
    let name = text(&json, "view")?;
    let types: Vec<Str> = strings(&json, "types");
    let body = match json.get("kind")?.as_str()? {
        "table" => table(&json, &name),
        "list" => Body::List { entries: list(&json, &types) },
        "wide" => wide(&json, &name),
        _ => Body::Custom(custom(&json, &name, &types)),
    };
    let group = json.get("group").and_then(|g| {
        let by = g.get("by")?;
        Some(Group {
            by: source(by, &format!("{name}/group")),
            label: text(g, "label").or_else(|| control::group_label(&name).map(Str::from)),
            control: control::group(&name).map(Arc::new),
        })
    });
    Some(View { name, types, body, group, is_out_of_band: flag(&json, "oob"), is_autosized: flag(&json, "auto") })
}

fn text(json: &Json, key: &str) -> Option<Str> {
    json.get(key)?.as_str().map(Str::from)
}

fn strings(json: &Json, key: &str) -> Vec<Str> {
    let list = json.get(key).and_then(Json::as_array);
    list.map(|l| l.iter().filter_map(Json::as_str).map(Str::from).collect()).unwrap_or_default()
}

fn flag(json: &Json, key: &str) -> bool {
    json.get(key).and_then(Json::as_bool).unwrap_or(false)
}

fn alignment(json: &Json, key: &str) -> Alignment {
    match json.get(key).and_then(Json::as_str) {
        Some("Left") => Alignment::Left,
        Some("Center") => Alignment::Center,
        Some("Right") => Alignment::Right,
        _ => Alignment::Undefined,
    }
}

/// `place` names a script cell: the view's name and the label, under which its native code is found. A script that only
/// reads one member stands for that member.
fn source(json: &Json, place: &str) -> Source {
    if let Some(property) = text(json, "p") {
        return Source::Property(property);
    }
    let Some(script) = json.get("script") else {
        return Source::Object;
    };
    if let Some(native) = native::find(place) {
        return Source::Native(native);
    }
    match strings(script, "members").into_iter().find(|m| !m.contains(['$', '[', '('])) {
        Some(member) if place.starts_with("System.Management.Automation.PSStyle") => {
            Source::Sample(Str::from(member.trim_end_matches(".Keys")))
        }
        Some(member) if !member.contains('.') => Source::Property(member),
        Some(member) => Source::Path(member),
        None => Source::Empty,
    }
}

fn cell(json: &Json, place: &str) -> Cell {
    Cell { source: source(json, place), format: text(json, "fmt"), alignment: alignment(json, "cal") }
}

fn table(json: &Json, name: &str) -> Body {
    let columns = json.get("cols").and_then(Json::as_array).cloned().unwrap_or_default();
    let mut headers = Vec::with_capacity(columns.len());
    let mut cells = Vec::with_capacity(columns.len());
    for column in &columns {
        let label = text(column, "label");
        let width = column.get("w").and_then(Json::as_u64).unwrap_or(0) as usize;
        let place = format!("{name}/{}", label.as_deref().unwrap_or_default());
        headers.push(Header { label, width, alignment: alignment(column, "al") });
        cells.push(cell(column, &place));
    }
    let row = Row { selection: None, cells, is_wrapped: flag(json, "wrap") };
    Body::Table { headers, rows: vec![row], hides_headers: flag(json, "noHeaders") }
}

fn selection(json: &Json) -> Option<Selection> {
    json.get("for")?;
    Some(Selection { types: strings(json, "for"), condition: None })
}

fn list(json: &Json, types: &[Str]) -> Vec<Entry> {
    let type_name = types.first().map(Str::to_string).unwrap_or_default();
    let entry = |e: &Json| {
        let items = e.get("items").and_then(Json::as_array).cloned().unwrap_or_default();
        let items = items.iter().map(|item| {
            let label = text(item, "label");
            let place = format!("{type_name}/{}", label.as_deref().unwrap_or_default());
            Item { label, cell: cell(item, &place), condition: None }
        });
        Entry { selection: selection(e), items: items.collect() }
    };
    json.get("entries").and_then(Json::as_array).map(|l| l.iter().map(entry).collect()).unwrap_or_default()
}

fn wide(json: &Json, name: &str) -> Body {
    let entries = json.get("entries").and_then(Json::as_array).cloned().unwrap_or_default();
    let entries = entries.iter().map(|e| (selection(e), cell(e, &format!("{name}/wide")))).collect();
    Body::Wide { entries, columns: 0 }
}

fn custom(json: &Json, name: &str, types: &[Str]) -> Control {
    if let Some(control) = control::find(name, types.first().map_or("", |t| t.as_str())) {
        return control;
    }
    let items = json.get("items").and_then(Json::as_array).cloned().unwrap_or_default();
    let mut tokens = Vec::new();
    for (number, item) in items.iter().enumerate() {
        if let Some(text) = text(item, "text") {
            tokens.push(Token::Text(text));
        } else if let Some(count) = item.get("newline").and_then(Json::as_u64) {
            tokens.push(Token::NewLine(count as usize));
        } else if item.get("frame").is_none() {
            let source = source(item, &format!("{name}/{number}"));
            tokens.push(Token::Expression {
                source,
                condition: None,
                each: flag(item, "each"),
                format: None,
                control: None,
            });
        }
    }
    Control { entries: vec![(None, tokens)] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_a_view() {
        for (number, line) in lines() {
            let view = parse(line);
            assert!(view.is_some(), "view {number}");
            let view = view.map(|v| v.types.len()).unwrap_or_default();
            assert_eq!(view, types_of(line).count(), "types of view {number}");
        }
    }
}
