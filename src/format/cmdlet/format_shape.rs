//! Format-Table, Format-List, Format-Wide and Format-Custom.

use command::{Bound, Cmdlet, Command, ErrorCategory, Result, Session, TypeRef, Wildcard};
use values::Value;

use crate::item::FormatItem;
use crate::parameter::{Kind, detailed, parse};
use crate::shape::{Expand, Request, Shaper};
use crate::view::Shape;

/// Format-Table.
pub static TABLE: Command = Command { name: "Format-Table", create: || FormatShape::create(Shape::Table) };
/// Format-List.
pub static LIST: Command = Command { name: "Format-List", create: || FormatShape::create(Shape::List) };
/// Format-Wide.
pub static WIDE: Command = Command { name: "Format-Wide", create: || FormatShape::create(Shape::Wide) };
/// Format-Custom.
pub static CUSTOM: Command = Command { name: "Format-Custom", create: || FormatShape::create(Shape::Custom) };

struct FormatShape {
    shape: Shape,
    shaper: Option<Shaper>,
}

impl FormatShape {
    fn create(shape: Shape) -> Box<dyn Cmdlet> {
        Box::new(FormatShape { shape, shaper: None })
    }
}

fn flag(bound: &Bound, name: &str) -> Option<bool> {
    bound.has(name).then(|| bound.switch(name))
}

fn exclusive(id: &str, text: &str) -> Box<command::Flow> {
    let ty = command::class("System.IO.InvalidDataException", TypeRef::SYSTEM_EXCEPTION);
    detailed(
        ty,
        "Found invalid data while decoding.",
        id,
        ErrorCategory::InvalidArgument,
        Value::Null,
        text.to_string(),
    )
}

fn request(session: &mut dyn Session, bound: &Bound, shape: Shape) -> Result<Request> {
    let mut properties = bound.list("Property");
    if shape == Shape::Wide
        && let Some(value) = bound.get("Property")
    {
        properties = vec![value.clone()];
    }
    let excluded: Vec<Wildcard> = bound.strings("ExcludeProperty").iter().map(|p| Wildcard::new(p)).collect();
    let view = bound.str("View").filter(|v| !v.is_empty());
    if view.is_some() && (!properties.is_empty() || !excluded.is_empty()) {
        let text = "Cmdlet parameters View and Property are mutually exclusive.";
        return Err(exclusive("FormatCannotSpecifyViewAndProperty", text));
    }
    if properties.is_empty() && !excluded.is_empty() {
        properties.push(Value::from("*"));
    }
    if bound.has("Column") && bound.switch("AutoSize") {
        let text = "Cmdlet parameters AutoSize and Column are mutually exclusive.";
        return Err(exclusive("FormatCannotSpecifyAutosizeAndColumns", text));
    }
    let kind = match shape {
        Shape::Table => Kind::Table,
        Shape::List => Kind::List,
        Shape::Wide => Kind::Wide,
        Shape::Custom => Kind::Custom,
    };
    let properties = parse(session, &properties, kind)?;
    let group_by = match bound.get("GroupBy").filter(|v| !v.is_null()) {
        Some(by) => parse(session, std::slice::from_ref(by), Kind::GroupBy)?.into_iter().next(),
        None => None,
    };
    let expand = bound.str("Expand").and_then(|e| match e.to_ascii_lowercase().as_str() {
        "coreonly" => Some(Expand::CoreOnly),
        "enumonly" => Some(Expand::EnumOnly),
        "both" => Some(Expand::Both),
        _ => None,
    });
    Ok(Request {
        properties,
        excluded,
        group_by,
        view,
        force: bound.switch("Force"),
        shows_errors: flag(bound, "ShowError"),
        displays_errors: flag(bound, "DisplayError"),
        expand,
        is_autosized: flag(bound, "AutoSize"),
        hides_headers: flag(bound, "HideTableHeaders"),
        is_wrapped: flag(bound, "Wrap"),
        repeats_header: bound.switch("RepeatHeader"),
        columns: bound.int("Column").map(|c| c.max(0) as usize),
        depth: bound.int("Depth").unwrap_or(0),
    })
}

impl Cmdlet for FormatShape {
    fn begin(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let request = request(session, bound, self.shape)?;
        self.shaper = Some(Shaper::new(session, Some(self.shape), Some(request)));
        Ok(())
    }

    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let Some(shaper) = self.shaper.as_mut() else { return Ok(()) };
        let mut made = Vec::new();
        let done = shaper.process(session, &bound.value("InputObject"), &mut made);
        for format in made {
            session.write(FormatItem::value(format))?;
        }
        done
    }

    fn end(&mut self, session: &mut dyn Session, _bound: &Bound) -> Result<()> {
        let Some(shaper) = self.shaper.as_mut() else { return Ok(()) };
        let mut made = Vec::new();
        shaper.finish(&mut made);
        made.into_iter().try_for_each(|format| session.write(FormatItem::value(format)))
    }
}
