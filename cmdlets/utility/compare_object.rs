//! Compare-Object.

use std::cmp::Ordering;
use std::sync::Arc;

use command::{Bound, Cmdlet, Command, Result, Session, Str, Value};
use values::object::PsMember;
use values::{Layout, Object, Wrapped};

use crate::property::culture::under;
use crate::property::expression::{Expression, Keys};
use crate::property::order::compare_keys;

pub static COMMAND: Command = Command { name: "Compare-Object", create: || Box::new(CompareObject::default()) };

#[derive(Default)]
struct CompareObject {
    expressions: Vec<Expression>,
    /// Reference objects that await their like, and difference objects likewise, within the window.
    references: Vec<Entry>,
    differences: Vec<Entry>,
    rest: std::vec::IntoIter<Value>,
    is_started: bool,
    window: usize,
    is_case_sensitive: bool,
    layout: Option<Arc<Layout>>,
}

struct Entry {
    item: Value,
    keys: Vec<Option<Value>>,
}

impl Cmdlet for CompareObject {
    fn begin(&mut self, _session: &mut dyn Session, bound: &Bound) -> Result<()> {
        self.expressions = Expression::list(&bound.list("Property"), Keys::Plain)?;
        self.is_case_sensitive = bound.switch("CaseSensitive");
        self.window = bound.int("SyncWindow").map_or(usize::MAX, |n| n.max(0) as usize);
        Ok(())
    }

    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        under(session, bound, |session| self.take(session, bound))
    }

    fn end(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        under(session, bound, |session| self.give(session, bound))
    }
}

impl CompareObject {
    fn take(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        if !self.is_started {
            self.is_started = true;
            self.rest = bound.list("ReferenceObject").into_iter();
        }
        for item in bound.list("DifferenceObject") {
            let difference = self.entry(session, item)?;
            let reference = match self.rest.next() {
                Some(item) => Some(self.entry(session, item)?),
                None => None,
            };
            self.step(session, bound, Some(difference), reference)?;
        }
        Ok(())
    }

    fn give(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        if !self.is_started {
            self.rest = bound.list("ReferenceObject").into_iter();
        }
        while let Some(item) = self.rest.next() {
            let reference = self.entry(session, item)?;
            self.step(session, bound, None, Some(reference))?;
        }
        for entry in std::mem::take(&mut self.differences) {
            self.report(session, bound, entry, "=>")?;
        }
        for entry in std::mem::take(&mut self.references) {
            self.report(session, bound, entry, "<=")?;
        }
        Ok(())
    }
}

impl CompareObject {
    fn entry(&mut self, session: &mut dyn Session, item: Value) -> Result<Entry> {
        let mut keys = Vec::with_capacity(self.expressions.len().max(1));
        for expression in &self.expressions {
            keys.push(expression.value(session, &item)?);
        }
        if self.expressions.is_empty() {
            keys.push(Some(item.clone()));
        }
        Ok(Entry { item, keys })
    }

    fn step(
        &mut self,
        session: &mut dyn Session,
        bound: &Bound,
        difference: Option<Entry>,
        reference: Option<Entry>,
    ) -> Result<()> {
        if let (Some(d), Some(r)) = (&difference, &reference)
            && compare_keys(session, &d.keys, &r.keys, &[], self.is_case_sensitive)? == Ordering::Equal
        {
            if let Some(reference) = reference {
                self.report(session, bound, reference, "==")?;
            }
            return Ok(());
        }
        let unmatched_difference = match difference {
            Some(d) => match self.take_like(session, &d, true)? {
                Some(reference) => {
                    self.report(session, bound, reference, "==")?;
                    None
                }
                None => Some(d),
            },
            None => None,
        };
        let unmatched_reference = match reference {
            Some(r) => match self.take_like(session, &r, false)? {
                Some(_) => {
                    self.report(session, bound, r, "==")?;
                    None
                }
                None => Some(r),
            },
            None => None,
        };
        if let Some(d) = unmatched_difference {
            if self.window > 0 {
                self.differences.push(d);
                if self.differences.len() > self.window {
                    let oldest = self.differences.remove(0);
                    self.report(session, bound, oldest, "=>")?;
                }
            } else {
                self.report(session, bound, d, "=>")?;
            }
        }
        if let Some(r) = unmatched_reference {
            if self.window > 0 {
                self.references.push(r);
                if self.references.len() > self.window {
                    let oldest = self.references.remove(0);
                    self.report(session, bound, oldest, "<=")?;
                }
            } else {
                self.report(session, bound, r, "<=")?;
            }
        }
        Ok(())
    }

    fn take_like(&mut self, session: &mut dyn Session, entry: &Entry, among_references: bool) -> Result<Option<Entry>> {
        let list = if among_references { &self.references } else { &self.differences };
        let mut found = None;
        values::stop::check()?;
        for (at, other) in list.iter().enumerate() {
            if compare_keys(session, &entry.keys, &other.keys, &[], self.is_case_sensitive)? == Ordering::Equal {
                found = Some(at);
                break;
            }
        }
        let list = if among_references { &mut self.references } else { &mut self.differences };
        Ok(found.map(|at| list.remove(at)))
    }

    fn report(&mut self, session: &mut dyn Session, bound: &Bound, entry: Entry, side: &str) -> Result<()> {
        let excludes = bound.switch("ExcludeDifferent");
        let includes_equal = if bound.has("IncludeEqual") { bound.switch("IncludeEqual") } else { excludes };
        let is_wanted = if side == "==" { includes_equal } else { !excludes };
        if !is_wanted {
            return Ok(());
        }
        if bound.switch("PassThru") {
            let value = match entry.item {
                Value::Object(o) => {
                    o.set("SideIndicator", Value::from(side));
                    Value::Object(o)
                }
                other => {
                    let wrapped = Wrapped::new(other);
                    wrapped.members.lock().push((Str::from("SideIndicator"), PsMember::Note(Value::from(side))));
                    Value::Wrapped(Arc::new(wrapped))
                }
            };
            return session.write(value);
        }
        let layout = match &self.layout {
            Some(layout) => layout.clone(),
            None => {
                let mut names: Vec<Str> = self.expressions.iter().map(|e| e.text.clone()).collect();
                if names.is_empty() {
                    names.push(Str::from("InputObject"));
                }
                names.push(Str::from("SideIndicator"));
                let made = Layout::new(names);
                self.layout = Some(made.clone());
                made
            }
        };
        let mut slots: Vec<Value> = entry.keys.into_iter().map(Option::unwrap_or_default).collect();
        slots.push(Value::from(side));
        session.write(Value::Object(Arc::new(Object::custom(layout, slots))))
    }
}
