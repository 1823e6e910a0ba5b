//! Views from `.format.ps1xml` files.

use std::collections::HashMap;
use std::sync::Arc;

use command::{Flow, Session};
use quick_xml::Reader;
use quick_xml::events::Event;
use values::Str;

use super::{Alignment, Body, Cell, Control, Entry, Group, Header, Item, Row, Selection, Source, Token, View};

/// Why a file was not taken.
pub enum Failure {
    /// The file is not as it should be.
    Format(String),
    /// A script block in it does not parse, or the pipeline was stopped.
    Script(Box<Flow>),
}

type Done<T> = std::result::Result<T, Failure>;

/// An element.
#[derive(Default, Debug)]
struct Node {
    name: String,
    text: String,
    children: Vec<Node>,
}

impl Node {
    fn child(&self, name: &str) -> Option<&Node> {
        self.children.iter().find(|c| c.name == name)
    }

    fn all<'a>(&'a self, path: &str) -> Vec<&'a Node> {
        let mut at = vec![self];
        for name in path.split('/') {
            at = at.into_iter().flat_map(|n| n.children.iter().filter(move |c| c.name == name)).collect();
        }
        at
    }

    fn text(&self, name: &str) -> Option<Str> {
        self.child(name).map(|c| Str::from(c.text.trim()))
    }

    fn number(&self, name: &str) -> usize {
        self.text(name).and_then(|t| t.parse().ok()).unwrap_or(0)
    }

    /// A flag: there, and not `false`.
    fn flag(&self, name: &str) -> bool {
        self.child(name).is_some_and(|c| !c.text.trim().eq_ignore_ascii_case("false"))
    }
}

fn tree(text: &str) -> Done<Node> {
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    let mut stack = vec![Node::default()];
    let bad = |e: String| Failure::Format(format!("There were errors in loading the format data file: {e}"));
    loop {
        match reader.read_event().map_err(|e| bad(e.to_string()))? {
            Event::Start(start) => {
                let name = start.local_name().as_ref().to_string();
                stack.push(Node { name, ..Node::default() });
            }
            Event::Empty(start) => {
                let name = start.local_name().as_ref().to_string();
                if let Some(parent) = stack.last_mut() {
                    parent.children.push(Node { name, ..Node::default() });
                }
            }
            Event::End(_) => {
                let Some(node) = stack.pop() else { break };
                match stack.last_mut() {
                    Some(parent) => parent.children.push(node),
                    None => return Err(bad("unexpected end tag".to_string())),
                }
            }
            Event::Text(part) => {
                if let Some(node) = stack.last_mut() {
                    node.text.push_str(&part);
                }
            }
            Event::CData(part) => {
                if let Some(node) = stack.last_mut() {
                    node.text.push_str(&part);
                }
            }
            Event::GeneralRef(part) => {
                let name = part.to_string();
                let c = match name.as_str() {
                    "lt" => Some('<'),
                    "gt" => Some('>'),
                    "amp" => Some('&'),
                    "quot" => Some('"'),
                    "apos" => Some('\''),
                    other => other
                        .strip_prefix('#')
                        .and_then(|n| match n.strip_prefix('x') {
                            Some(hex) => u32::from_str_radix(hex, 16).ok(),
                            None => n.parse().ok(),
                        })
                        .and_then(char::from_u32),
                };
                if let (Some(node), Some(c)) = (stack.last_mut(), c) {
                    node.text.push(c);
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    match (stack.len(), stack.pop()) {
        (1, Some(root)) => Ok(root),
        _ => Err(bad("an element is not closed".to_string())),
    }
}

/// Reads all views of a file.
pub fn parse(session: &mut dyn Session, text: &str) -> Done<Vec<View>> {
    let document = tree(text)?;
    let Some(root) = document.child("Configuration") else {
        return Err(Failure::Format("The node Configuration was not found.".to_string()));
    };
    let mut loader = Loader { session, sets: HashMap::new(), controls: HashMap::new() };
    for set in root.all("SelectionSets/SelectionSet") {
        let types = set.all("Types/TypeName").iter().map(|t| Str::from(t.text.trim())).collect();
        loader.sets.insert(set.text("Name").map(|n| n.to_string()).unwrap_or_default(), types);
    }
    loader.load_controls(root)?;
    let mut views = Vec::new();
    for view in root.all("ViewDefinitions/View") {
        let shared = loader.controls.clone();
        loader.load_controls(view)?;
        views.push(loader.view(view)?);
        loader.controls = shared;
    }
    Ok(views)
}

struct Loader<'a> {
    session: &'a mut dyn Session,
    sets: HashMap<String, Vec<Str>>,
    controls: HashMap<String, Arc<Control>>,
}

impl Loader<'_> {
    fn load_controls(&mut self, node: &Node) -> Done<()> {
        for control in node.all("Controls/Control") {
            let name = control.text("Name").map(|n| n.to_string()).unwrap_or_default();
            if let Some(body) = control.child("CustomControl") {
                let made = Arc::new(self.control(body)?);
                self.controls.insert(name, made);
            }
        }
        Ok(())
    }

    fn script(&mut self, text: &str) -> Done<Source> {
        self.session.parse_script(text, None).map(Source::Script).map_err(Failure::Script)
    }

    fn types(&self, node: Option<&Node>) -> Vec<Str> {
        let Some(node) = node else { return Vec::new() };
        let mut out = Vec::new();
        for child in &node.children {
            match child.name.as_str() {
                "TypeName" => out.push(Str::from(child.text.trim())),
                "SelectionSetName" => out.extend(self.sets.get(child.text.trim()).cloned().unwrap_or_default()),
                "SelectionCondition" => out.extend(self.types(Some(child))),
                _ => {}
            }
        }
        out
    }

    fn selection(&mut self, node: &Node) -> Done<Option<Selection>> {
        let Some(by) = node.child("EntrySelectedBy") else { return Ok(None) };
        let types = self.types(Some(by));
        let condition = match by.child("SelectionCondition") {
            Some(condition) => self.condition(condition)?,
            None => None,
        };
        Ok(Some(Selection { types, condition }))
    }

    fn condition(&mut self, node: &Node) -> Done<Option<Source>> {
        if let Some(name) = node.text("PropertyName") {
            return Ok(Some(Source::Property(name)));
        }
        match node.child("ScriptBlock") {
            Some(script) => self.script(&script.text).map(Some),
            None => Ok(None),
        }
    }

    fn source(&mut self, node: &Node, otherwise: Source) -> Done<Source> {
        if let Some(name) = node.text("PropertyName") {
            return Ok(Source::Property(name));
        }
        match (node.child("ScriptBlock"), node.text("Text")) {
            (Some(script), _) => self.script(&script.text),
            (None, Some(text)) => Ok(Source::Text(text)),
            (None, None) => Ok(otherwise),
        }
    }

    fn cell(&mut self, node: &Node) -> Done<Cell> {
        let source = self.source(node, Source::Empty)?;
        Ok(Cell { source, format: node.text("FormatString"), alignment: alignment(node) })
    }

    fn view(&mut self, node: &Node) -> Done<View> {
        let name = node.text("Name").unwrap_or_else(Str::empty);
        let types = self.types(node.child("ViewSelectedBy"));
        let (mut is_autosized, mut is_out_of_band) = (false, node.flag("OutOfBand"));
        let body = if let Some(table) = node.child("TableControl") {
            is_autosized = table.flag("AutoSize");
            self.table(table)?
        } else if let Some(list) = node.child("ListControl") {
            let mut entries = Vec::new();
            for entry in list.all("ListEntries/ListEntry") {
                entries.push(self.entry(entry)?);
            }
            Body::List { entries: default_last(entries, |e| e.selection.is_none()) }
        } else if let Some(wide) = node.child("WideControl") {
            is_autosized = wide.flag("AutoSize");
            let mut entries = Vec::new();
            for entry in wide.all("WideEntries/WideEntry") {
                let selection = self.selection(entry)?;
                let cell = match entry.child("WideItem") {
                    Some(item) => self.cell(item)?,
                    None => Cell::property("Name"),
                };
                entries.push((selection, cell));
            }
            Body::Wide { entries, columns: wide.number("ColumnNumber") }
        } else if let Some(custom) = node.child("CustomControl") {
            is_out_of_band |= custom.flag("OutOfBand");
            Body::Custom(self.control(custom)?)
        } else {
            return Err(Failure::Format(format!("The view {name} has no control.")));
        };
        let group = match node.child("GroupBy") {
            Some(by) => Some(Group {
                by: self.source(by, Source::Empty)?,
                label: by.text("Label"),
                control: match (by.child("CustomControl"), by.text("CustomControlName")) {
                    (Some(control), _) => Some(Arc::new(self.control(control)?)),
                    (None, Some(name)) => self.controls.get(name.as_str()).cloned(),
                    (None, None) => None,
                },
            }),
            None => None,
        };
        Ok(View { name, types, body, group, is_out_of_band, is_autosized })
    }

    fn table(&mut self, node: &Node) -> Done<Body> {
        let headers = node.all("TableHeaders/TableColumnHeader");
        let headers = headers.iter().map(|h| Header {
            label: h.text("Label"),
            width: h.number("Width"),
            alignment: alignment(h),
        });
        let headers = headers.collect();
        let mut rows = Vec::new();
        for row in node.all("TableRowEntries/TableRowEntry") {
            let mut cells = Vec::new();
            for item in row.all("TableColumnItems/TableColumnItem") {
                cells.push(self.cell(item)?);
            }
            rows.push(Row { selection: self.selection(row)?, cells, is_wrapped: row.flag("Wrap") });
        }
        Ok(Body::Table { headers, rows, hides_headers: node.flag("HideTableHeaders") })
    }

    fn entry(&mut self, node: &Node) -> Done<Entry> {
        let mut items = Vec::new();
        for item in node.all("ListItems/ListItem") {
            let condition = match item.child("ItemSelectionCondition") {
                Some(condition) => self.condition(condition)?,
                None => None,
            };
            items.push(Item { label: item.text("Label"), cell: self.cell(item)?, condition });
        }
        Ok(Entry { selection: self.selection(node)?, items })
    }

    fn control(&mut self, node: &Node) -> Done<Control> {
        let mut entries = Vec::new();
        for entry in node.all("CustomEntries/CustomEntry") {
            let mut tokens = Vec::new();
            for item in entry.children.iter().filter(|c| c.name == "CustomItem") {
                tokens.extend(self.tokens(item)?);
            }
            entries.push((self.selection(entry)?, tokens));
        }
        Ok(Control { entries })
    }

    fn tokens(&mut self, node: &Node) -> Done<Vec<Token>> {
        let mut tokens = Vec::new();
        for child in &node.children {
            match child.name.as_str() {
                "Text" => tokens.push(Token::Text(Str::from(child.text.as_str()))),
                "NewLine" => tokens.push(Token::NewLine(child.number("Count").max(1))),
                "Frame" => {
                    let mut inner = Vec::new();
                    for item in child.children.iter().filter(|c| c.name == "CustomItem") {
                        inner.extend(self.tokens(item)?);
                    }
                    let first = child.number("FirstLineIndent") as i64 - child.number("FirstLineHanging") as i64;
                    let (left, right) = (child.number("LeftIndent"), child.number("RightIndent"));
                    tokens.push(Token::Frame { left, right, first, tokens: inner });
                }
                "ExpressionBinding" => tokens.push(self.expression(child)?),
                _ => {}
            }
        }
        Ok(tokens)
    }

    fn expression(&mut self, node: &Node) -> Done<Token> {
        let condition = match node.child("ItemSelectionCondition") {
            Some(condition) => self.condition(condition)?,
            None => None,
        };
        let control = match (node.child("CustomControl"), node.text("CustomControlName")) {
            (Some(control), _) => Some(Arc::new(self.control(control)?)),
            (None, Some(name)) => self.controls.get(name.as_str()).cloned(),
            (None, None) => None,
        };
        Ok(Token::Expression {
            source: self.source(node, Source::Object)?,
            condition,
            each: node.flag("EnumerateCollection"),
            format: node.text("FormatString"),
            control,
        })
    }
}

fn alignment(node: &Node) -> Alignment {
    match node.text("Alignment").map(|a| a.to_lowercase()).as_deref() {
        Some("left") => Alignment::Left,
        Some("center") => Alignment::Center,
        Some("right") => Alignment::Right,
        _ => Alignment::Undefined,
    }
}

/// Keeps the order but for the default, which is looked at last.
fn default_last<T>(mut list: Vec<T>, is_default: impl Fn(&T) -> bool) -> Vec<T> {
    list.sort_by_key(is_default);
    list
}
