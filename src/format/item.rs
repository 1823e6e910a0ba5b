//! What format commands put into the pipeline: start, groups, entries and end of a document.

use std::sync::Arc;

use command::Context;
use values::types::TypeKind;
use values::{Foreign, Str, TypeRef, Value};

use crate::view::Alignment;

/// A column as announced at the start of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct TableColumn {
    pub label: String,
    pub width: usize,
    pub alignment: Alignment,
    /// The head names a property of the object, rather than a text of its own.
    pub is_property: bool,
}

/// What a document shows.
#[derive(Clone, Debug, PartialEq)]
pub enum Head {
    Table { columns: Vec<TableColumn>, hides_headers: bool, repeats_header: bool },
    List,
    Wide { columns: usize },
    Custom,
}

/// A part of custom text.
#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    Text(String),
    NewLine,
    Frame { left: usize, right: usize, first: i64, pieces: Vec<Piece> },
    Nested(Vec<Piece>),
}

/// What one object shows.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    Row { cells: Vec<(String, Alignment)>, is_wrapped: bool },
    List(Vec<(String, String)>),
    Wide(String),
    Custom(Vec<Piece>),
    Raw(String),
}

/// An object of the formatting pipeline.
#[derive(Clone, Debug, PartialEq)]
pub enum Format {
    Start { head: Head, is_autosized: bool },
    GroupStart { heading: Option<Vec<Piece>> },
    Entry { entry: Entry, is_out_of_band: bool, stream: u8 },
    GroupEnd,
    End,
}

/// A format object as a script sees it.
#[derive(Clone)]
pub struct FormatItem(pub Arc<Format>);

impl FormatItem {
    /// As a value.
    pub fn value(format: Format) -> Value {
        Value::foreign(FormatItem(Arc::new(format)))
    }

    /// The format object in a value.
    pub fn of(value: &Value) -> Option<&Arc<Format>> {
        value.as_foreign::<FormatItem>().map(|f| &f.0)
    }
}

const SPACE: &str = "Microsoft.PowerShell.Commands.Internal.Format.";

impl Format {
    /// The .NET type's name and the id by which deserialisers know it.
    pub fn identity(&self) -> (&'static str, &'static str) {
        match self {
            Format::Start { .. } => ("FormatStartData", "033ecb2bc07a4d43b5ef94ed5a35d280"),
            Format::GroupStart { .. } => ("GroupStartData", "9e210fe47d09416682b841769c78b8a3"),
            Format::Entry { .. } => ("FormatEntryData", "27c87ef9bbda4f709f6b4002fa4af63c"),
            Format::GroupEnd => ("GroupEndData", "4ec4f0187cb04f4cb6973460dfe252df"),
            Format::End => ("FormatEndData", "cf522b78d86c486691226b40aa69e95c"),
        }
    }
}

impl Foreign for FormatItem {
    fn type_ref(&self) -> TypeRef {
        let name = format!("{SPACE}{}", self.0.identity().0);
        TypeRef::find(&name).unwrap_or_else(|| values::types::register(&name, TypeKind::Class, Some(TypeRef::OBJECT)))
    }

    fn get(&self, _ctx: &mut dyn Context, name: &str) -> command::Result<Option<Value>> {
        Ok(match name.to_ascii_lowercase().as_str() {
            "classid2e4f51ef21dd47e99d3c952918aff9cd" => Some(Value::from(self.0.identity().1)),
            "outofband" => match &*self.0 {
                Format::Entry { is_out_of_band, .. } => Some(Value::Bool(*is_out_of_band)),
                _ => None,
            },
            "shapeinfo" | "groupingentry" | "autosizeinfo" | "pagefooterentry" | "pageheaderentry"
            | "formatentryinfo" => Some(Value::Null),
            _ => None,
        })
    }

    fn property_names(&self) -> Vec<Str> {
        const ID: &str = "ClassId2e4f51ef21dd47e99d3c952918aff9cd";
        let names: &[&str] = match &*self.0 {
            Format::Start { .. } => {
                &[ID, "pageHeaderEntry", "pageFooterEntry", "autosizeInfo", "shapeInfo", "groupingEntry"]
            }
            Format::GroupStart { .. } => &[ID, "shapeInfo", "groupingEntry"],
            Format::Entry { .. } => &[ID, "formatEntryInfo", "outOfBand", "writeStream"],
            _ => &[ID, "groupingEntry"],
        };
        names.iter().map(|n| Str::from(*n)).collect()
    }
}
