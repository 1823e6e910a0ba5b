//! Groups of objects that share a value.

use command::{Result, Session};
use values::{Value, convert, operators};

use crate::expression::{Outcome, source_value};
use crate::view::Source;

/// What groups objects, and the value of the group that is open.
pub struct Grouping {
    pub source: Source,
    pub label: Option<String>,
    /// The head of the groups where there is no label.
    pub name: String,
    pub current: Option<Value>,
}

impl Grouping {
    /// Takes the next object: whether it starts another group.
    pub fn update(&mut self, session: &mut dyn Session, object: &Value) -> Result<bool> {
        let Some(Outcome::Ok(value)) = source_value(session, &self.source, object)? else { return Ok(false) };
        let is_same = match &self.current {
            None => false,
            Some(old) => is_equal(session, old, &value)?,
        };
        self.current = Some(value);
        Ok(!is_same)
    }
}

fn is_equal(session: &mut dyn Session, a: &Value, b: &Value) -> Result<bool> {
    if a.is_null() || b.is_null() {
        return Ok(a.is_null() && b.is_null());
    }
    match operators::compare(session, a, b, false) {
        Ok(order) => Ok(order.is_eq()),
        Err(flow) if flow.record().is_none() => Err(flow),
        Err(_) => {
            let (a, b) = (convert::to_str(session, a)?, convert::to_str(session, b)?);
            Ok(a.to_lowercase() == b.to_lowercase())
        }
    }
}
