//! Views: how objects of a type are shown as table, list, wide or custom text.

mod builtin;
mod control;
mod help;
mod native;
pub(crate) mod ps1xml;
mod registry;
pub(crate) mod write_ps1xml;

pub use registry::{ViewSource, add_source, default_view, out_of_band_view, view_for, view_of_shape};
pub(crate) use registry::{best_index, registry, unmask};

use std::sync::Arc;

use values::{Str, Value};

use command::Session;

/// Alignment of a column.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Alignment {
    #[default]
    Undefined,
    Left,
    Center,
    Right,
}

/// The shapes of output.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shape {
    Table,
    List,
    Wide,
    Custom,
}

/// A script column of a built-in view, in native code.
pub type Native = fn(&mut dyn Session, &Value) -> command::Result<Value>;

/// Where a cell's value comes from.
#[derive(Clone)]
pub enum Source {
    /// A property by name.
    Property(Str),
    /// A script block.
    Script(Value),
    /// Native code in place of a script.
    Native(Native),
    /// A property of a property, names joined by dots.
    Path(Str),
    /// An escape sequence shown as itself and by its effect.
    Sample(Str),
    /// Fixed text.
    Text(Str),
    /// The object itself.
    Object,
    /// Nothing.
    Empty,
}

/// A cell of a row or an entry of a wide view.
#[derive(Clone)]
pub struct Cell {
    pub source: Source,
    pub format: Option<Str>,
    pub alignment: Alignment,
}

/// A column's head.
#[derive(Clone, Default)]
pub struct Header {
    pub label: Option<Str>,
    pub width: usize,
    pub alignment: Alignment,
}

/// The objects to which a row or an entry other than the default one applies.
#[derive(Clone, Default)]
pub struct Selection {
    pub types: Vec<Str>,
    pub condition: Option<Source>,
}

/// One definition of a table row.
#[derive(Clone)]
pub struct Row {
    pub selection: Option<Selection>,
    pub cells: Vec<Cell>,
    pub is_wrapped: bool,
}

/// One line of a list.
#[derive(Clone)]
pub struct Item {
    pub label: Option<Str>,
    pub cell: Cell,
    pub condition: Option<Source>,
}

/// One definition of a list entry.
#[derive(Clone)]
pub struct Entry {
    pub selection: Option<Selection>,
    pub items: Vec<Item>,
}

/// A part of custom text.
#[derive(Clone)]
pub enum Token {
    Text(Str),
    NewLine(usize),
    Frame {
        left: usize,
        right: usize,
        first: i64,
        tokens: Vec<Token>,
    },
    Expression {
        source: Source,
        condition: Option<Source>,
        each: bool,
        format: Option<Str>,
        control: Option<Arc<Control>>,
    },
}

/// Custom text by type of object.
#[derive(Clone, Default)]
pub struct Control {
    pub entries: Vec<(Option<Selection>, Vec<Token>)>,
}

/// What a view shows.
#[derive(Clone)]
pub enum Body {
    Table { headers: Vec<Header>, rows: Vec<Row>, hides_headers: bool },
    List { entries: Vec<Entry> },
    Wide { entries: Vec<(Option<Selection>, Cell)>, columns: usize },
    Custom(Control),
}

/// How a view groups its objects.
#[derive(Clone)]
pub struct Group {
    pub by: Source,
    pub label: Option<Str>,
    pub control: Option<Arc<Control>>,
}

/// A view.
#[derive(Clone)]
pub struct View {
    pub name: Str,
    pub types: Vec<Str>,
    pub body: Body,
    pub group: Option<Group>,
    pub is_out_of_band: bool,
    pub is_autosized: bool,
}

impl View {
    /// The shape of the view.
    pub fn shape(&self) -> Shape {
        match self.body {
            Body::Table { .. } => Shape::Table,
            Body::List { .. } => Shape::List,
            Body::Wide { .. } => Shape::Wide,
            Body::Custom(_) => Shape::Custom,
        }
    }

    /// A table of properties without widths of their own, as a noun's view data asks for.
    pub fn table_of(type_name: &str, columns: &[&str]) -> View {
        let cells = columns.iter().map(|c| Cell::property(c)).collect();
        View {
            name: Str::from(type_name),
            types: vec![Str::from(type_name)],
            body: Body::Table {
                headers: columns.iter().map(|_| Header::default()).collect(),
                rows: vec![Row { selection: None, cells, is_wrapped: false }],
                hides_headers: false,
            },
            group: None,
            is_out_of_band: false,
            is_autosized: false,
        }
    }

    /// A list of properties.
    pub fn list_of(type_name: &str, properties: &[&str]) -> View {
        let items = properties.iter().map(|p| Item { label: None, cell: Cell::property(p), condition: None }).collect();
        View {
            name: Str::from(type_name),
            types: vec![Str::from(type_name)],
            body: Body::List { entries: vec![Entry { selection: None, items }] },
            group: None,
            is_out_of_band: false,
            is_autosized: false,
        }
    }
}

impl Cell {
    /// A cell with a property's value.
    pub fn property(name: &str) -> Cell {
        Cell { source: Source::Property(Str::from(name)), format: None, alignment: Alignment::Undefined }
    }
}
