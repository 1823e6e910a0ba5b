//! Custom text of a view's control.

use command::{Result, Session};
use values::{Value, convert};

use super::generate::active;
use crate::expression::source_value;
use crate::item::Piece;
use crate::text::{self, Directive};
use crate::view::{Control, Selection, Source, Token};

const DEEPEST: usize = 50;

/// Whether a condition holds for an object.
pub fn holds(session: &mut dyn Session, condition: &Source, object: &Value) -> Result<bool> {
    Ok(matches!(source_value(session, condition, object)?, Some(Ok(value)) if convert::to_bool(&value)))
}

/// The text of an object by a control.
pub fn control(session: &mut dyn Session, control: &Control, object: &Value, limit: i64) -> Result<Vec<Piece>> {
    at_depth(session, control, object, limit, 0)
}

fn at_depth(
    session: &mut dyn Session,
    control: &Control,
    object: &Value,
    limit: i64,
    depth: usize,
) -> Result<Vec<Piece>> {
    let choices: Vec<Option<Selection>> = control.entries.iter().map(|e| e.0.clone()).collect();
    let Some(chosen) = active(session, &choices, object)? else { return Ok(Vec::new()) };
    if depth >= DEEPEST {
        return Ok(Vec::new());
    }
    Ok(vec![Piece::Nested(tokens(session, &control.entries[chosen].1, object, limit, depth)?)])
}

fn tokens(session: &mut dyn Session, list: &[Token], object: &Value, limit: i64, depth: usize) -> Result<Vec<Piece>> {
    let mut pieces = Vec::new();
    for token in list {
        match token {
            Token::Text(text) => pieces.push(Piece::Text(text.to_string())),
            Token::NewLine(count) => pieces.extend((0..*count).map(|_| Piece::NewLine)),
            Token::Frame { left, right, first, tokens: inner } => {
                let inner = tokens(session, inner, object, limit, depth)?;
                pieces.push(Piece::Frame {
                    left: *left,
                    right: *right,
                    first: *first,
                    pieces: vec![Piece::Nested(inner)],
                });
            }
            Token::Expression { source, condition, each, format, control } => {
                if let Some(condition) = condition
                    && !holds(session, condition, object)?
                {
                    continue;
                }
                let value = match source_value(session, source, object)? {
                    Some(Ok(value)) => value,
                    _ => Value::Null,
                };
                let items = match each {
                    true => text::enumerate(session, &value)?,
                    false => None,
                };
                let items = match items {
                    Some(items) => items.into_iter().filter(|i| !i.is_null()).collect(),
                    None if value.is_null() && control.is_some() => Vec::new(),
                    None => vec![value],
                };
                for item in items {
                    match control {
                        Some(control) => pieces.extend(at_depth(session, control, &item, limit, depth + 1)?),
                        None => {
                            let directive = Directive { format: format.clone(), is_table: false };
                            pieces.push(Piece::Text(text::field(session, &directive, &item, limit, &mut false)?));
                        }
                    }
                }
            }
        }
    }
    Ok(pieces)
}
