//! Sort-Object.

use std::cmp::Ordering;

use command::{Bound, Cmdlet, Command, Result, Session, Value};
use values::stop::Growing;

use crate::property::culture::under;
use crate::property::expression::{Expression, Keys, Source};
use crate::property::order::{DotNetSort, compare_keys, compare_values, stable_sort};

pub static COMMAND: Command = Command { name: "Sort-Object", create: || Box::new(SortObject::default()) };

#[derive(Default)]
struct SortObject {
    expressions: Vec<Expression>,
    items: Growing<Value>,
}

impl Cmdlet for SortObject {
    fn begin(&mut self, _session: &mut dyn Session, bound: &Bound) -> Result<()> {
        self.expressions = Expression::list(&bound.list("Property"), Keys::Sort)?;
        Ok(())
    }

    fn process(&mut self, _session: &mut dyn Session, bound: &Bound) -> Result<()> {
        if let Some(item) = bound.get("InputObject")
            && !item.is_null()
        {
            self.items.push(item.clone())?;
        }
        Ok(())
    }

    fn end(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        under(session, bound, |session| self.sort(session, bound))
    }
}

impl SortObject {
    fn sort(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let is_case_sensitive = bound.switch("CaseSensitive");
        let is_descending = bound.switch("Descending");
        let is_unique = bound.switch("Unique");
        let items = std::mem::take(&mut self.items);
        let expressions = expand(session, &self.expressions, &items)?;
        let mut positions: Vec<u32> = (0..items.len() as u32).collect();
        let directions: Vec<bool> = expressions.iter().map(|e| e.descending.unwrap_or(is_descending)).collect();
        let width = expressions.len();
        let mut keys: Growing<Option<Value>> = Growing::new(Vec::with_capacity(items.len() * width));
        for item in items.iter() {
            values::stop::check()?;
            for expression in &expressions {
                keys.push(expression.value(session, item)?)?;
            }
        }
        let mut pace = values::stop::Pace::default();
        let mut compare = |a: u32, b: u32| -> Result<Ordering> {
            pace.step()?;
            let (a, b) = (a as usize, b as usize);
            if width == 0 {
                let order = compare_values(session, &items[a], &items[b], is_case_sensitive)?;
                return Ok(if is_descending { order.reverse() } else { order });
            }
            compare_keys(
                session,
                &keys[a * width..(a + 1) * width],
                &keys[b * width..(b + 1) * width],
                &directions,
                is_case_sensitive,
            )
        };
        let (top, bottom) = (bound.int("Top"), bound.int("Bottom"));
        if bound.switch("Stable") || top.is_some() || bottom.is_some() {
            stable_sort(&mut positions, &mut compare)?;
        } else {
            DotNetSort { compare: &mut compare }.sort(&mut positions)?;
        }
        if is_unique {
            let mut kept: Vec<u32> = Vec::with_capacity(positions.len());
            for at in positions {
                match kept.last() {
                    Some(last) if compare(*last, at)? == Ordering::Equal => {}
                    _ => kept.push(at),
                }
            }
            positions = kept;
        }
        if let Some(count) = top {
            positions.truncate(count.max(0) as usize);
        }
        if let Some(count) = bottom {
            let from = positions.len().saturating_sub(count.max(0) as usize);
            positions.drain(..from);
        }
        let mut items = items;
        for at in positions {
            // Each position comes once.
            session.write(std::mem::take(&mut items[at as usize]))?;
        }
        Ok(())
    }
}

/// Wildcards in `-Property` stand for all properties that any object has under them.
fn expand(session: &mut dyn Session, expressions: &[Expression], items: &[Value]) -> Result<Vec<Expression>> {
    let mut out: Vec<Expression> = Vec::new();
    for expression in expressions {
        let Source::Pattern(pattern) = &expression.source else {
            out.push(expression.clone());
            continue;
        };
        for item in items {
            for (name, _) in crate::property::expression::properties_of(session, item)? {
                if pattern.matches(&name) && !out.iter().any(|e| e.text.eq_ignore_ascii_case(&name)) {
                    let mut found = Expression::of_name(&name);
                    found.descending = expression.descending;
                    out.push(found);
                }
            }
        }
    }
    Ok(out)
}
