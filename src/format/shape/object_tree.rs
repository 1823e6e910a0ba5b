//! Format-Custom without a view: the object's properties as a tree.

use command::{Result, Session};
use values::{Value, members};

use super::Request;
use crate::item::Piece;
use crate::parameter::{Column, default_columns, expand};
use crate::text::{self, Directive};

struct Tree<'a> {
    request: &'a Request,
    limit: i64,
}

/// The tree of an object.
pub fn pieces(
    session: &mut dyn Session,
    object: &Value,
    request: &Request,
    depth: i64,
    limit: i64,
) -> Result<Vec<Piece>> {
    let tree = Tree { request, limit };
    let mut out = Vec::new();
    if text::is_scalar(&members::type_names(object)) {
        out.push(Piece::Text(text::smart_text(session, object, limit, false)?));
        out.push(Piece::NewLine);
    } else if let Some(items) = text::enumerate(session, object)? {
        tree.list(session, &items, 0, depth, &mut out)?;
    } else {
        let columns = match request.properties.is_empty() {
            true => default_columns(session, object)?,
            false => expand(session, &request.properties, object, false)?,
        };
        tree.object(session, object, columns, 0, depth, &mut out)?;
    }
    Ok(vec![Piece::Nested(out)])
}

fn indented(pieces: Vec<Piece>) -> Piece {
    Piece::Frame { left: 2, right: 0, first: 0, pieces }
}

impl Tree<'_> {
    fn object(
        &self,
        session: &mut dyn Session,
        object: &Value,
        mut columns: Vec<Column>,
        level: i64,
        depth: i64,
        out: &mut Vec<Piece>,
    ) -> Result<()> {
        if !self.request.excluded.is_empty() {
            columns.retain(|c| !command::Wildcard::any(&self.request.excluded, &c.expression.text()));
        }
        let names = members::type_names(object);
        let class = names.first().map_or("PSObject", |n| n.rsplit('.').next().unwrap_or(n)).to_string();
        let mut inner = Vec::new();
        for column in &columns {
            inner.push(Piece::Text(format!("{} = ", column.expression.text())));
            let value = match column.expression.value(session, object)? {
                Some(Ok(value)) => value,
                _ => Value::Null,
            };
            let depth = column.property.as_ref().and_then(|p| p.depth).unwrap_or(depth);
            let items = if value.is_null() { None } else { text::enumerate(session, &value)? };
            if let Some(items) = items {
                inner.push(Piece::NewLine);
                let mut list = Vec::new();
                self.list(session, &items, level + 1, depth, &mut list)?;
                inner.push(indented(list));
            } else if self.is_leaf(&value, level, depth) {
                self.leaf(session, &value, &mut inner)?;
            } else {
                inner.push(Piece::NewLine);
                let mut nested = Vec::new();
                let columns = default_columns(session, &value)?;
                self.object(session, &value, columns, level + 1, depth, &mut nested)?;
                inner.push(indented(nested));
            }
        }
        let mut own =
            vec![Piece::Text(format!("class {class}")), Piece::NewLine, Piece::Text("{".into()), Piece::NewLine];
        own.push(indented(inner));
        own.extend([Piece::Text("}".into()), Piece::NewLine]);
        out.push(Piece::Nested(own));
        Ok(())
    }

    fn list(
        &self,
        session: &mut dyn Session,
        items: &[Value],
        level: i64,
        depth: i64,
        out: &mut Vec<Piece>,
    ) -> Result<()> {
        out.extend([Piece::Text("[".into()), Piece::NewLine]);
        let mut inner = Vec::new();
        for (number, item) in items.iter().enumerate() {
            if self.limit >= 0 && number as i64 == self.limit {
                inner.extend([Piece::Text(crate::width::ELLIPSIS.to_string()), Piece::NewLine]);
                break;
            }
            if self.is_leaf(item, level, depth) {
                self.leaf(session, item, &mut inner)?;
            } else if let Some(nested) = text::enumerate(session, item)? {
                inner.push(Piece::NewLine);
                let mut list = Vec::new();
                self.list(session, &nested, level + 1, depth, &mut list)?;
                inner.push(indented(list));
            } else {
                let columns = default_columns(session, item)?;
                self.object(session, item, columns, level + 1, depth, &mut inner)?;
            }
        }
        out.push(indented(inner));
        out.extend([Piece::Text("]".into()), Piece::NewLine, Piece::NewLine]);
        Ok(())
    }

    fn is_leaf(&self, value: &Value, level: i64, depth: i64) -> bool {
        level >= depth || value.is_null() || text::is_scalar(&members::type_names(value))
    }

    fn leaf(&self, session: &mut dyn Session, value: &Value, out: &mut Vec<Piece>) -> Result<()> {
        let value = if value.is_null() { Value::from("") } else { value.clone() };
        out.push(Piece::Text(text::field(session, &Directive::default(), &value, self.limit, &mut false)?));
        out.push(Piece::NewLine);
        Ok(())
    }
}
