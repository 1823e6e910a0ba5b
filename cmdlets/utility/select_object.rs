//! Select-Object.

use std::collections::VecDeque;
use std::sync::Arc;

use command::{
    Bound, Cmdlet, Command, Context, ErrorCategory, ErrorRecord, Result, Session, Str, TypeRef, Value, Wildcard,
};
use values::collection::TextMap;
use values::compare::CompareOptions;
use values::object::PsMember;
use values::stop::Growing;
use values::{Layout, Object, Wrapped, convert, members};

use crate::property::culture;
use crate::property::expression::{Expression, Keys, Source, properties_of, property, run_block, spelled};

pub static COMMAND: Command = Command { name: "Select-Object", create: || Box::new(SelectObject::default()) };

#[derive(Default)]
struct SelectObject {
    expressions: Vec<Expression>,
    exclude: Vec<Wildcard>,
    expand: Option<Expression>,
    first: Option<usize>,
    last: Option<usize>,
    skip: usize,
    skip_last: usize,
    index: Option<Vec<i64>>,
    skip_index: Option<Vec<i64>>,
    is_waiting: bool,
    is_unique: bool,
    ignores_case: bool,
    seen: usize,
    given: usize,
    queue: VecDeque<Value>,
    unique: Growing<Value>,
    keys: TextMap<()>,
    shape: Option<Shape>,
}

/// What was worked out for the layout of the last custom object: rows of one shape are selected without looking names up.
struct Shape {
    input: u32,
    output: Arc<Layout>,
    names: Arc<[Str]>,
    slots: Vec<Slot>,
}

enum Slot {
    At(usize),
    Block(Value),
}

impl Cmdlet for SelectObject {
    fn begin(&mut self, _session: &mut dyn Session, bound: &Bound) -> Result<()> {
        self.expressions = Expression::list(&bound.list("Property"), Keys::Select)?;
        self.exclude = bound.strings("ExcludeProperty").iter().map(|p| Wildcard::new(p)).collect();
        self.expand = bound.str("ExpandProperty").filter(|n| !n.is_empty()).map(|n| Expression::of_name(&n));
        if !self.exclude.is_empty() && self.expressions.is_empty() && self.expand.is_none() {
            self.expressions.push(Expression::of_name(&Str::from("*")));
        }
        let count = |name: &str| bound.int(name).map(|n| n.max(0) as usize);
        self.first = count("First");
        self.last = count("Last");
        self.skip = count("Skip").unwrap_or(0);
        self.skip_last = count("SkipLast").unwrap_or(0);
        let indices =
            |name: &str| bound.has(name).then(|| bound.list(name).iter().filter_map(Value::as_i64).collect::<Vec<_>>());
        self.index = indices("Index");
        self.skip_index = indices("SkipIndex");
        self.is_waiting = bound.switch("Wait");
        self.is_unique = bound.switch("Unique");
        self.ignores_case = bound.switch("CaseInsensitive");
        Ok(())
    }

    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let Some(item) = bound.get("InputObject") else { return Ok(()) };
        if item.is_null() {
            return Ok(());
        }
        let at = self.seen;
        self.seen += 1;
        if let Some(indices) = &self.index {
            if !indices.contains(&(at as i64)) {
                return Ok(());
            }
            let is_last = indices.iter().all(|i| *i <= at as i64);
            self.emit(session, item)?;
            return if is_last && !self.is_waiting { Err(session.stop_upstream()) } else { Ok(()) };
        }
        if let Some(indices) = &self.skip_index {
            return if indices.contains(&(at as i64)) { Ok(()) } else { self.emit(session, item) };
        }
        if self.skip_last > 0 {
            if at < self.skip {
                return Ok(());
            }
            self.queue.push_back(item.clone());
            if self.queue.len() > self.skip_last
                && let Some(next) = self.queue.pop_front()
            {
                self.emit(session, &next)?;
            }
            return Ok(());
        }
        match (self.first, self.last) {
            (None, None) if at < self.skip => Ok(()),
            (None, None) => self.emit(session, item),
            (Some(first), last) => {
                if at < self.skip {
                    return Ok(());
                }
                if self.given < first {
                    self.given += 1;
                    self.emit(session, item)?;
                    if self.given == first && last.is_none() && !self.is_waiting {
                        return Err(session.stop_upstream());
                    }
                    return Ok(());
                }
                if first == 0 && last.is_none() && !self.is_waiting {
                    return Err(session.stop_upstream());
                }
                self.keep(item, last.unwrap_or(0));
                Ok(())
            }
            // `-Skip` with `-Last` counts from the end.
            (None, Some(last)) => {
                self.keep(item, last + self.skip);
                Ok(())
            }
        }
    }

    fn end(&mut self, session: &mut dyn Session, _bound: &Bound) -> Result<()> {
        if let Some(last) = self.last {
            let skip = if self.first.is_none() { self.skip } else { 0 };
            let queue = std::mem::take(&mut self.queue);
            let count = queue.len().saturating_sub(skip).min(last);
            for item in queue.into_iter().take(count) {
                self.emit(session, &item)?;
            }
        }
        let mut unique = std::mem::take(&mut self.unique);
        for item in unique.iter_mut() {
            session.write(std::mem::take(item))?;
        }
        Ok(())
    }
}

impl SelectObject {
    fn keep(&mut self, item: &Value, count: usize) {
        if count == 0 {
            return;
        }
        if self.queue.len() == count {
            self.queue.pop_front();
        }
        self.queue.push_back(item.clone());
    }

    fn emit(&mut self, session: &mut dyn Session, item: &Value) -> Result<()> {
        if self.expressions.is_empty() && self.expand.is_none() {
            return self.output(session, item.clone());
        }
        if self.expand.is_some() {
            return self.expand(session, item);
        }
        let made = self.select(session, item)?;
        self.output(session, made)
    }

    fn output(&mut self, session: &mut dyn Session, value: Value) -> Result<()> {
        if !self.is_unique {
            return session.write(value);
        }
        let mut key = String::new();
        match value.base() {
            Value::Object(o) => {
                for (name, value) in o.pairs().iter().filter(|_| !self.expressions.is_empty()) {
                    let context: &mut dyn Context = session;
                    key.push_str(&name.to_lowercase());
                    key.push('\u{0}');
                    key.push_str(&convert::to_str(context, value)?);
                    key.push('\u{0}');
                }
            }
            other => {
                let context: &mut dyn Context = session;
                key.push_str(&convert::to_str(context, other)?);
            }
        }
        if self.ignores_case {
            key = key.to_lowercase();
        }
        if !key.is_ascii() {
            let mut by_culture = String::new();
            for part in key.split('\u{0}') {
                // Writing to a string does not fail.
                let _ = culture::write_key(session, part, CompareOptions::NONE, &mut by_culture);
                by_culture.push('\u{0}');
            }
            key = by_culture;
        }
        if self.keys.insert(key, ()) {
            self.unique.push(value)?;
        }
        Ok(())
    }

    /// The new object with the chosen properties.
    fn select(&mut self, session: &mut dyn Session, item: &Value) -> Result {
        if let Value::Object(object) = item
            && let Some(made) = self.select_by_shape(session, object, item)?
        {
            return Ok(made);
        }
        let pairs = self.pairs(session, item)?;
        let (names, slots): (Vec<Str>, Vec<Value>) = pairs.into_iter().unzip();
        let made = Object::custom(Layout::shared(names), slots);
        made.lock().type_names = Some(selected_names(item.type_ref().map_or("", TypeRef::name)));
        Ok(Value::Object(Arc::new(made)))
    }

    fn select_by_shape(
        &mut self,
        session: &mut dyn Session,
        object: &Arc<Object>,
        item: &Value,
    ) -> Result<Option<Value>> {
        if object.ty != TypeRef::PSCUSTOMOBJECT {
            return Ok(None);
        }
        let (layout, has_extra) = {
            let data = object.lock();
            (data.layout.clone(), !data.extra.is_empty())
        };
        if has_extra {
            return Ok(None);
        }
        let is_known = self.shape.as_ref().is_some_and(|s| s.input == layout.id);
        if !is_known {
            let Some(shape) = self.shape_of(&layout) else { return Ok(None) };
            self.shape = Some(shape);
        }
        let Some(shape) = &self.shape else { return Ok(None) };
        let mut slots = Vec::with_capacity(shape.slots.len());
        if shape.slots.iter().any(|s| matches!(s, Slot::Block(_))) {
            for slot in &shape.slots {
                slots.push(match slot {
                    Slot::At(at) => object.lock().slots.get(*at).cloned().unwrap_or_default(),
                    Slot::Block(block) => run_block(session, block, item)?,
                });
            }
        } else {
            let data = object.lock();
            slots.extend(shape.slots.iter().map(|slot| match slot {
                Slot::At(at) => data.slots.get(*at).cloned().unwrap_or_default(),
                _ => Value::Null,
            }));
        }
        let made = Object::custom(shape.output.clone(), slots);
        made.lock().type_names = Some(shape.names.clone());
        Ok(Some(Value::Object(Arc::new(made))))
    }

    /// None where the general way is needed (a name twice gives an error for each object).
    fn shape_of(&self, layout: &Arc<Layout>) -> Option<Shape> {
        let (mut names, mut slots): (Vec<Str>, Vec<Slot>) = (Vec::new(), Vec::new());
        for expression in &self.expressions {
            match &expression.source {
                Source::Block(block) => {
                    names.push(expression.label.clone().unwrap_or_else(|| expression.text.clone()));
                    slots.push(Slot::Block(block.clone()));
                }
                Source::Name(name) => {
                    let at = layout.find(name);
                    // A name that is not stored may still come from type data.
                    let at = at?;
                    names.push(expression.label.clone().unwrap_or_else(|| layout.names()[at].clone()));
                    slots.push(Slot::At(at));
                }
                Source::Pattern(pattern) => {
                    for (at, name) in layout.names().iter().enumerate().filter(|(_, n)| pattern.matches(n)) {
                        names.push(expression.label.clone().unwrap_or_else(|| name.clone()));
                        slots.push(Slot::At(at));
                    }
                }
            }
        }
        let mut kept = (Vec::new(), Vec::new());
        for (name, slot) in names.into_iter().zip(slots) {
            if Wildcard::any(&self.exclude, &name) {
                continue;
            }
            if kept.0.iter().any(|n: &Str| n.eq_ignore_ascii_case(&name)) {
                return None;
            }
            kept.0.push(name);
            kept.1.push(slot);
        }
        let (names, slots) = kept;
        Some(Shape {
            input: layout.id,
            output: Layout::new(names),
            names: selected_names("System.Management.Automation.PSCustomObject"),
            slots,
        })
    }

    fn pairs(&mut self, session: &mut dyn Session, item: &Value) -> Result<Vec<(Str, Value)>> {
        let mut pairs: Vec<(Str, Value)> = Vec::new();
        for expression in self.expressions.clone() {
            let mut found: Vec<(Str, Value)> = Vec::new();
            match &expression.source {
                Source::Block(block) => found.push((expression.text.clone(), run_block(session, block, item)?)),
                Source::Name(name) => match property(session, item, name)? {
                    Some(value) => found.push((spelled(session, item, name), value)),
                    None => found.push((name.clone(), Value::Null)),
                },
                Source::Pattern(pattern) => {
                    found.extend(properties_of(session, item)?.into_iter().filter(|(n, _)| pattern.matches(n)));
                }
            }
            for (name, value) in found {
                let name = expression.label.clone().unwrap_or(name);
                if Wildcard::any(&self.exclude, &name) {
                    continue;
                }
                if pairs.iter().any(|(n, _)| n.eq_ignore_ascii_case(&name)) {
                    already_existing(session, &name, item, "AlreadyExistingUserSpecifiedPropertyNoExpand")?;
                    continue;
                }
                pairs.push((name, value));
            }
        }
        Ok(pairs)
    }

    fn expand(&mut self, session: &mut dyn Session, item: &Value) -> Result<()> {
        let Some(expand) = self.expand.clone() else { return Ok(()) };
        let found = match &expand.source {
            Source::Pattern(pattern) => {
                let mut all = properties_of(session, item)?;
                all.retain(|(n, _)| pattern.matches(n));
                if all.len() > 1 {
                    let record = ErrorRecord::simple(
                        TypeRef::PS_ARGUMENT_EXCEPTION,
                        format!("Multiple properties were found for \"{}\".", expand.text),
                        "MutlipleExpandProperties",
                        ErrorCategory::InvalidArgument,
                        item.clone(),
                    );
                    return session.write_error(record);
                }
                all.pop().map(|(_, v)| v)
            }
            Source::Name(name) => property(session, item, name)?,
            Source::Block(_) => None,
        };
        let Some(value) = found else {
            let record = ErrorRecord::simple(
                TypeRef::PS_ARGUMENT_EXCEPTION,
                format!("Property \"{}\" cannot be found.", expand.text),
                "ExpandPropertyNotFound",
                ErrorCategory::InvalidArgument,
                item.clone(),
            );
            return session.write_error(record);
        };
        let items = {
            let context: &mut dyn Context = session;
            members::enumerate(context, &value)?
        };
        if self.expressions.is_empty() {
            return match items {
                Some(items) => items.into_iter().try_for_each(|i| self.output(session, i)),
                None => self.output(session, value),
            };
        }
        let pairs = self.pairs(session, item)?;
        for one in items.unwrap_or_else(|| vec![value]) {
            let made = with_notes(session, one, &pairs)?;
            self.output(session, made)?;
        }
        Ok(())
    }
}

/// The value with note properties added; one that is there already is an error.
fn with_notes(session: &mut dyn Session, value: Value, pairs: &[(Str, Value)]) -> Result {
    let target = match &value {
        Value::Object(_) | Value::Wrapped(_) => value,
        Value::Null | Value::Void => return Ok(value),
        _ => Value::Wrapped(Arc::new(Wrapped::new(value))),
    };
    for (name, note) in pairs {
        let context: &mut dyn Context = session;
        if members::get(context, &target, name)?.is_some() {
            already_existing(session, name, &target, "AlreadyExistingUserSpecifiedPropertyExpand")?;
            continue;
        }
        match &target {
            Value::Object(o) => o.set(name, note.clone()),
            Value::Wrapped(w) => w.members.lock().push((name.clone(), PsMember::Note(note.clone()))),
            _ => {}
        }
    }
    Ok(target)
}

fn already_existing(session: &mut dyn Session, name: &str, item: &Value, id: &str) -> Result<()> {
    session.write_error(ErrorRecord::simple(
        TypeRef::PS_ARGUMENT_EXCEPTION,
        format!("The property cannot be processed because the property \"{name}\" already exists."),
        id,
        ErrorCategory::InvalidOperation,
        item.clone(),
    ))
}

fn selected_names(first: &str) -> Arc<[Str]> {
    Arc::from([
        Str::from(format!("Selected.{first}")),
        Str::from("System.Management.Automation.PSCustomObject"),
        Str::from("System.Object"),
    ])
}
