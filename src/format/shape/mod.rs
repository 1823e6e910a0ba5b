//! From objects to format objects: which view, what groups, what text in each cell.

mod custom;
mod generate;
mod group;
mod object_tree;

use std::sync::Arc;

use command::{ErrorCategory, Result, Session, TypeRef};
use values::{Str, Value, members};

use crate::expression;
use crate::item::{Entry, Format, FormatItem, Piece};
use crate::parameter::{Property, default_columns, detailed};
use crate::text;
use crate::view::{self, Shape, View};
use generate::Generator;

/// What the command line of a format command asks for.
#[derive(Clone, Default)]
pub struct Request {
    pub properties: Vec<Arc<Property>>,
    pub excluded: Vec<command::Wildcard>,
    pub group_by: Option<Arc<Property>>,
    pub view: Option<Str>,
    pub force: bool,
    pub shows_errors: Option<bool>,
    pub displays_errors: Option<bool>,
    pub expand: Option<Expand>,
    pub is_autosized: Option<bool>,
    pub hides_headers: Option<bool>,
    pub is_wrapped: Option<bool>,
    pub repeats_header: bool,
    pub columns: Option<usize>,
    pub depth: i64,
}

/// What is shown of a collection.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Expand {
    CoreOnly,
    EnumOnly,
    Both,
}

enum State {
    Outside,
    Document,
    Group,
}

/// One format command: takes objects, gives format objects.
pub struct Shaper {
    shape: Option<Shape>,
    request: Option<Request>,
    limit: i64,
    state: State,
    generator: Option<Generator>,
}

impl Shaper {
    /// A format command of a shape; none picks view and shape by the first object.
    pub fn new(session: &mut dyn Session, shape: Option<Shape>, request: Option<Request>) -> Shaper {
        let limit = text::enumeration_limit(session);
        Shaper { shape, request, limit, state: State::Outside, generator: None }
    }

    /// Takes one object.
    pub fn process(&mut self, session: &mut dyn Session, value: &Value, out: &mut Vec<Format>) -> Result<()> {
        if value.is_null() {
            return Ok(());
        }
        let Some(items) = self.enumerate(session, value)? else { return self.object(session, value, out) };
        match self.request.as_ref().and_then(|r| r.expand).unwrap_or(Expand::EnumOnly) {
            Expand::CoreOnly => return self.object(session, value, out),
            Expand::EnumOnly => {}
            Expand::Both => {
                out.push(raw("The following object supports IEnumerable:".to_string()));
                if let Some(entry) = self.out_of_band(session, value, true)? {
                    out.push(entry);
                }
                out.push(raw(match items.len() {
                    0 => "The IEnumerable contains no objects.".to_string(),
                    1 => "The IEnumerable contains the following object:".to_string(),
                    n => format!("The IEnumerable contains the following {n} objects:"),
                }));
            }
        }
        for item in &items {
            let item = if item.is_null() { Value::from("") } else { item.clone() };
            self.object(session, &item, out)?;
        }
        Ok(())
    }

    fn enumerate(&self, session: &mut dyn Session, value: &Value) -> Result<Option<Vec<Value>>> {
        match value {
            Value::Object(_) | Value::Str(_) | Value::I32(_) | Value::Error(_) => Ok(None),
            _ => text::enumerate(session, value),
        }
    }

    /// Ends the document.
    pub fn finish(&mut self, out: &mut Vec<Format>) {
        if matches!(self.state, State::Group) {
            out.push(Format::GroupEnd);
        }
        if !matches!(self.state, State::Outside) {
            out.push(Format::End);
        }
        self.state = State::Outside;
        self.generator = None;
    }

    fn handles_out_of_band(&self) -> bool {
        self.shape.is_none() || !self.request.as_ref().is_some_and(|r| r.force)
    }

    fn object(&mut self, session: &mut dyn Session, object: &Value, out: &mut Vec<Format>) -> Result<()> {
        if let Some(format) = FormatItem::of(object) {
            out.push((**format).clone());
            return Ok(());
        }
        if self.handles_out_of_band()
            && let Some(entry) = self.out_of_band(session, object, false)?
        {
            out.push(entry);
            return Ok(());
        }
        if self.generator.is_none() {
            let generator = self.choose(session, object)?;
            out.push(generator.start(session, object)?);
            self.generator = Some(generator);
            self.state = State::Document;
        }
        let fits = self.generator.as_ref().is_some_and(|g| g.is_applicable(object));
        if !fits
            && self.handles_out_of_band()
            && let Some(entry) = self.out_of_band(session, object, true)?
        {
            out.push(entry);
            return Ok(());
        }
        let Some(generator) = self.generator.as_mut() else { return Ok(()) };
        let is_new = generator.update_group(session, object)?;
        match self.state {
            State::Group if is_new => {
                let blank = Entry::Custom(vec![Piece::Nested(Vec::new())]);
                out.push(Format::Entry { entry: blank, is_out_of_band: true, stream: 0 });
                out.push(Format::GroupEnd);
                out.push(generator.group_start(session, object, self.limit)?);
            }
            State::Group => {}
            _ => {
                out.push(generator.group_start(session, object, self.limit)?);
                self.state = State::Group;
            }
        }
        let entry = generator.payload(session, object, self.limit)?;
        out.push(Format::Entry { entry, is_out_of_band: false, stream: 0 });
        for error in std::mem::take(&mut generator.errors) {
            if let Some(entry) = out_of_band(session, &Value::Error(error), true, self.limit)? {
                out.push(entry);
            }
        }
        Ok(())
    }

    fn out_of_band(&self, session: &mut dyn Session, object: &Value, falls_back: bool) -> Result<Option<Format>> {
        out_of_band(session, object, falls_back, self.limit)
    }

    /// The view and shape for the first object.
    fn choose(&self, session: &mut dyn Session, object: &Value) -> Result<Generator> {
        let names = members::type_names(object);
        let request = self.request.clone();
        let Some(shape) = self.shape else {
            if let Some(view) = view::default_view(session, &names) {
                return Ok(Generator::of_view(view, request));
            }
            let shape = shape_by_properties(session, object)?;
            return Generator::of_properties(session, shape, object, request);
        };
        if let Some(request) = &request {
            if !request.properties.is_empty() {
                return Generator::of_properties(session, shape, object, Some(request.clone()));
            }
            if let Some(name) = &request.view {
                return match view::view_of_shape(session, &names, shape, Some(name)) {
                    Some(view) => Ok(Generator::of_view(view, Some(request.clone()))),
                    None => Err(unknown_view(session, name, object, shape)),
                };
            }
        }
        match view::view_of_shape(session, &names, shape, None) {
            Some(view) => Ok(Generator::of_view(view, request)),
            None => Generator::of_properties(session, shape, object, request),
        }
    }
}

fn shape_by_properties(session: &mut dyn Session, object: &Value) -> Result<Shape> {
    let set = expression::default_property_set(session, object).len();
    let count = if set > 0 { set } else { expression::property_names(session, object).len() };
    Ok(if count <= 4 { Shape::Table } else { Shape::List })
}

fn raw(text: String) -> Format {
    Format::Entry { entry: Entry::Raw(text), is_out_of_band: true, stream: 0 }
}

/// How an object is shown in place: by an out-of-band view, as text for scalars and objects without properties, or (where
/// `falls_back`) as a list.
pub fn out_of_band(session: &mut dyn Session, object: &Value, falls_back: bool, limit: i64) -> Result<Option<Format>> {
    if let Value::Str(s) = object {
        return Ok(Some(raw(s.to_string())));
    }
    if let Value::Object(o) = object
        && !falls_back
    {
        let data = o.lock();
        if data.type_names.is_none() && data.base.is_none() && !data.slots.is_empty() && o.ty == TypeRef::PSCUSTOMOBJECT
        {
            return Ok(None);
        }
    }
    let names = members::type_names(object);
    if let Some(view) = view::out_of_band_view(session, &names) {
        let mut generator = Generator::of_view(view, None);
        let entry = generator.payload(session, object, limit)?;
        return Ok(Some(Format::Entry { entry, is_out_of_band: true, stream: 0 }));
    }
    if text::is_scalar(&names) || !has_own_properties(session, object) {
        return Ok(Some(raw(text::culture_text(session, object)?)));
    }
    if !falls_back || expression::property_names(session, object).is_empty() {
        return Ok(None);
    }
    let columns = default_columns(session, object)?;
    let mut generator = Generator::plain_list(columns);
    let entry = generator.payload(session, object, limit)?;
    Ok(Some(Format::Entry { entry, is_out_of_band: true, stream: 0 }))
}

/// Whether there is anything to show of an object beside its text. For .NET objects the type decides.
fn has_own_properties(session: &mut dyn Session, object: &Value) -> bool {
    let ty = match object {
        Value::Object(_) => None,
        Value::Wrapped(w) if !w.members.lock().is_empty() => return has_shown_property(session, object),
        Value::Foreign(f) if !f.property_names().is_empty() || f.type_names().is_some() => None,
        other => other.type_ref(),
    };
    let Some(ty) = ty else { return has_shown_property(session, object) };
    if let Some(known) = view::registry(session).has_properties.get(&ty) {
        return *known;
    }
    let found = has_shown_property(session, object);
    view::registry(session).has_properties.insert(ty, found);
    found
}

fn has_shown_property(session: &mut dyn Session, object: &Value) -> bool {
    const REMOTE: [&str; 4] = ["PSComputerName", "PSShowComputerName", "RunspaceId", "PSSourceJobInstanceId"];
    let names = expression::property_names(session, object);
    names.iter().any(|n| !REMOTE.iter().any(|r| r.eq_ignore_ascii_case(n)))
}

fn unknown_view(session: &mut dyn Session, name: &str, object: &Value, shape: Shape) -> Box<command::Flow> {
    let type_name = object.type_ref().map_or("", TypeRef::name);
    let label = |s: Shape| match s {
        Shape::Table => ("Table", "Format-Table"),
        Shape::List => ("List", "Format-List"),
        Shape::Wide => ("Wide", "Format-Wide"),
        Shape::Custom => ("Custom", "Format-Custom"),
    };
    let (shape_name, _) = label(shape);
    let views = view::registry(session).views_naming(type_name);
    let valid: Vec<&str> = views.iter().filter(|v| v.shape() == shape).map(|v: &Arc<View>| v.name.as_str()).collect();
    let others: Vec<&str> =
        views.iter().filter(|v| v.name.eq_ignore_ascii_case(name)).map(|v| label(v.shape()).1).collect();
    let text = if !valid.is_empty() {
        let valid = valid.join(", ");
        format!(
            "The view name {name} cannot be found. Specify one of the following {shape_name} views and try again: {valid}."
        )
    } else if !others.is_empty() {
        let others = others.join(", ");
        format!(
            " The view name {name} cannot be found in the {shape_name} formatting. Try using one of these other format cmdlets: {others}"
        )
    } else {
        format!(
            "The view name {name} cannot be found. There are no existing {shape_name} views for {type_name} objects."
        )
    };
    let message = "The pipeline has been stopped.";
    let ty = TypeRef::PIPELINE_STOPPED_EXCEPTION;
    detailed(ty, message, "FormatViewNotFound", ErrorCategory::ObjectNotFound, Value::from(name), text)
}
