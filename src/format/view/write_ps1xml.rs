//! Views as a `.format.ps1xml` document.

use std::sync::Arc;

use values::convert;

use super::{Alignment, Body, Cell, Selection, Source, Token, View};

/// The document of some views. Script blocks are only written where asked for.
pub fn document(views: &[Arc<View>], with_scripts: bool) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>");
    out.push_str("<Configuration><ViewDefinitions>");
    for view in views {
        out.push_str(&element(view, with_scripts));
    }
    out.push_str("</ViewDefinitions></Configuration>");
    out
}

fn tag(name: &str, text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    format!("<{name}>{text}</{name}>")
}

fn around(name: &str, inner: String) -> String {
    format!("<{name}>{inner}</{name}>")
}

fn source(source: &Source, with_scripts: bool) -> String {
    match source {
        Source::Property(name) | Source::Path(name) | Source::Sample(name) => tag("PropertyName", name),
        Source::Script(block) if with_scripts => tag("ScriptBlock", &convert::to_display(block)),
        Source::Text(text) => tag("Text", text),
        _ => String::new(),
    }
}

fn cell(cell: &Cell, with_scripts: bool) -> String {
    let mut out = alignment(cell.alignment);
    out.push_str(&source(&cell.source, with_scripts));
    if let Some(format) = &cell.format {
        out.push_str(&tag("FormatString", format));
    }
    out
}

fn alignment(alignment: Alignment) -> String {
    match alignment {
        Alignment::Undefined => String::new(),
        other => tag("Alignment", &format!("{other:?}")),
    }
}

fn selection(selection: &Option<Selection>) -> String {
    let Some(selection) = selection else { return String::new() };
    around("EntrySelectedBy", selection.types.iter().map(|t| tag("TypeName", t)).collect())
}

fn element(view: &View, with_scripts: bool) -> String {
    let mut out = tag("Name", &view.name);
    out.push_str(&around("ViewSelectedBy", view.types.iter().map(|t| tag("TypeName", t)).collect()));
    if let Some(group) = &view.group {
        let mut inner = source(&group.by, with_scripts);
        if let Some(label) = &group.label {
            inner.push_str(&tag("Label", label));
        }
        out.push_str(&around("GroupBy", inner));
    }
    if view.is_out_of_band {
        out.push_str("<OutOfBand />");
    }
    let sized = if view.is_autosized { "<AutoSize />" } else { "" };
    out.push_str(&match &view.body {
        Body::Table { headers, rows, hides_headers } => {
            let mut inner = String::from(sized);
            if *hides_headers {
                inner.push_str("<HideTableHeaders />");
            }
            let heads = headers.iter().map(|h| {
                let mut head = h.label.as_ref().map(|l| tag("Label", l)).unwrap_or_default();
                if h.width > 0 {
                    head.push_str(&tag("Width", &h.width.to_string()));
                }
                head.push_str(&alignment(h.alignment));
                around("TableColumnHeader", head)
            });
            inner.push_str(&around("TableHeaders", heads.collect()));
            let rows = rows.iter().map(|row| {
                let mut text = String::from(if row.is_wrapped { "<Wrap />" } else { "" });
                text.push_str(&selection(&row.selection));
                let cells = row.cells.iter().map(|c| around("TableColumnItem", cell(c, with_scripts)));
                text.push_str(&around("TableColumnItems", cells.collect()));
                around("TableRowEntry", text)
            });
            inner.push_str(&around("TableRowEntries", rows.collect()));
            around("TableControl", inner)
        }
        Body::List { entries } => {
            let entries = entries.iter().map(|entry| {
                let items = entry.items.iter().map(|item| {
                    let label = item.label.as_ref().map(|l| tag("Label", l)).unwrap_or_default();
                    around("ListItem", format!("{label}{}", cell(&item.cell, with_scripts)))
                });
                let items = around("ListItems", items.collect());
                around("ListEntry", format!("{}{items}", selection(&entry.selection)))
            });
            around("ListControl", around("ListEntries", entries.collect()))
        }
        Body::Wide { entries, columns } => {
            let mut inner = String::from(sized);
            if *columns > 0 {
                inner.push_str(&tag("ColumnNumber", &columns.to_string()));
            }
            let entries = entries.iter().map(|(by, item)| {
                let item = around("WideItem", cell(item, with_scripts));
                around("WideEntry", format!("{}{item}", selection(by)))
            });
            inner.push_str(&around("WideEntries", entries.collect()));
            around("WideControl", inner)
        }
        Body::Custom(control) => {
            let entries = control.entries.iter().map(|(by, list)| {
                around("CustomEntry", format!("{}{}", selection(by), around("CustomItem", tokens(list, with_scripts))))
            });
            around("CustomControl", around("CustomEntries", entries.collect()))
        }
    });
    around("View", out)
}

fn tokens(list: &[Token], with_scripts: bool) -> String {
    let one = |token: &Token| match token {
        Token::Text(text) => tag("Text", text),
        Token::NewLine(1) => "<NewLine />".to_string(),
        Token::NewLine(count) => around("NewLine", tag("Count", &count.to_string())),
        Token::Frame { left, right, first, tokens: inner } => {
            let indent = if *first >= 0 {
                tag("FirstLineIndent", &first.to_string())
            } else {
                tag("FirstLineHanging", &(-first).to_string())
            };
            let (left, right) = (tag("LeftIndent", &left.to_string()), tag("RightIndent", &right.to_string()));
            around("Frame", format!("{left}{right}{indent}{}", around("CustomItem", tokens(inner, with_scripts))))
        }
        Token::Expression { source: from, each, .. } => {
            let each = if *each { "<EnumerateCollection />" } else { "" };
            around("ExpressionBinding", format!("{}{each}", source(from, with_scripts)))
        }
    };
    list.iter().map(one).collect()
}
