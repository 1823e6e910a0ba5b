//! Reading objects.

use crate::key::Keyring;
use crate::object::fold;
use crate::{Object, ObjectId, StoreError, seal};
use rusqlite::{Connection, Row, params};
use serde_json::Map;
use std::borrow::Cow;

/// One consistent state of the store.
pub struct Reader<'a> {
    pub(crate) connection: &'a Connection,
    pub(crate) keys: &'a Keyring,
}

/// Objects of a list, and where the next part begins.
pub struct Page {
    pub objects: Vec<Object>,
    /// Pass it on to read further; `None` at the end.
    pub next: Option<i64>,
}

/// A condition on an indexed property.
#[derive(Clone, Debug, PartialEq)]
pub enum Match {
    /// Equal, case aside.
    Is(String),
    /// Begins with, case aside.
    Begins(String),
}

const COLUMNS: &str = "o.row, o.id, o.noun, o.container, o.key, o.name, o.properties, o.created, o.changed";

impl<'a> Reader<'a> {
    pub(crate) fn new(connection: &'a Connection, keys: &'a Keyring) -> Self {
        Reader { connection, keys }
    }

    fn one(&self, sql: &str, values: &[&dyn rusqlite::ToSql]) -> Result<Option<Object>, StoreError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(values)?;
        rows.next()?.map(|row| self.object(row)).transpose()
    }

    fn many(&self, sql: &str, values: &[&dyn rusqlite::ToSql]) -> Result<Vec<Object>, StoreError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(values)?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(self.object(row)?);
        }
        Ok(found)
    }

    /// The object with that id.
    pub fn get(&self, id: ObjectId) -> Result<Option<Object>, StoreError> {
        self.one(&format!("SELECT {COLUMNS} FROM object o WHERE o.id = ?"), &[&id.as_bytes().as_slice()])
    }

    /// Objects of `noun` whose name begins so, by name, at most so many.
    pub fn beginning(&self, noun: &str, prefix: &str, limit: usize) -> Result<Vec<Object>, StoreError> {
        let (from, limit) = (fold(prefix), i64::try_from(limit).unwrap_or(i64::MAX));
        let until = format!("{from}\u{10ffff}");
        let sql = format!(
            "SELECT {COLUMNS} FROM object o WHERE o.noun = ? AND o.key >= ? AND o.key < ? ORDER BY o.key LIMIT ?"
        );
        self.many(&sql, &[&noun, &from, &until, &limit])
    }

    /// The object of `noun` with that name in that container.
    pub fn find(&self, noun: &str, container: &str, name: &str) -> Result<Option<Object>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM object o WHERE o.noun = ? AND o.container = ? AND o.key = ?");
        self.one(&sql, &[&noun, &container, &fold(name)])
    }

    /// All objects of `noun` with that name, whatever the container.
    pub fn named(&self, noun: &str, name: &str) -> Result<Vec<Object>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM object o WHERE o.noun = ? AND o.key = ? ORDER BY o.row");
        self.many(&sql, &[&noun, &fold(name)])
    }

    /// Objects of `noun` in order of creation, at most `limit`, beginning after `after` (0 for the first).
    pub fn list(&self, noun: &str, after: i64, limit: usize) -> Result<Page, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM object o INDEXED BY object_noun WHERE o.noun = ? AND o.row > ? ORDER BY o.row LIMIT ?"
        );
        let objects = self.many(&sql, &[&noun, &after, &i64::try_from(limit).unwrap_or(i64::MAX)])?;
        let next = if objects.len() == limit { objects.last().map(|o| o.row) } else { None };
        Ok(Page { objects, next })
    }

    /// All objects of `noun` in order of creation.
    pub fn all(&self, noun: &str) -> Result<Vec<Object>, StoreError> {
        Ok(self.list(noun, 0, usize::MAX)?.objects)
    }

    /// Objects of `noun` in one container, in order of creation.
    pub fn within(&self, noun: &str, container: &str) -> Result<Vec<Object>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM object o WHERE o.noun = ? AND o.container = ? ORDER BY o.row");
        self.many(&sql, &[&noun, &container])
    }

    /// Objects of `noun` whose indexed property matches, in order of creation.
    pub fn matching(&self, noun: &str, property: &str, value: &Match) -> Result<Vec<Object>, StoreError> {
        match value {
            Match::Is(text) => {
                let sql = format!(
                    "SELECT {COLUMNS} FROM attribute a JOIN object o ON o.row = a.object \
                     WHERE a.noun = ? AND a.property = ? AND a.value = ? ORDER BY o.row"
                );
                self.many(&sql, &[&noun, &property, &fold(text)])
            }
            Match::Begins(text) => {
                let from = fold(text);
                let sql = format!(
                    "SELECT {COLUMNS} FROM object o WHERE o.row IN (SELECT a.object FROM attribute a \
                     WHERE a.noun = ? AND a.property = ? AND a.value >= ? AND a.value < ?) ORDER BY o.row"
                );
                self.many(&sql, &[&noun, &property, &from, &format!("{from}\u{10FFFF}")])
            }
        }
    }

    /// The first objects of `noun` whose indexed property begins with a text, by its values, at most `limit`.
    pub fn first_matching(
        &self,
        noun: &str,
        property: &str,
        prefix: &str,
        limit: usize,
    ) -> Result<Vec<Object>, StoreError> {
        let (from, limit) = (fold(prefix), i64::try_from(limit).unwrap_or(i64::MAX));
        let sql = format!(
            "SELECT {COLUMNS} FROM attribute a JOIN object o ON o.row = a.object \
             WHERE a.noun = ? AND a.property = ? AND a.value >= ? AND a.value < ? ORDER BY a.value LIMIT ?"
        );
        self.many(&sql, &[&noun, &property, &from, &format!("{from}\u{10FFFF}"), &limit])
    }

    /// Objects of any noun whose indexed property is `value`.
    pub fn anywhere(&self, nouns: &[&str], property: &str, value: &str) -> Result<Vec<Object>, StoreError> {
        let mut found = Vec::new();
        for noun in nouns {
            found.extend(self.matching(noun, property, &Match::Is(value.to_owned()))?);
        }
        Ok(found)
    }

    /// The objects that refer to `target`, with the property by which they do.
    pub fn referrers(&self, target: ObjectId) -> Result<Vec<(Object, String)>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS}, l.property FROM object t JOIN link l ON l.target = t.row JOIN object o ON o.row = l.source \
             WHERE t.id = ? ORDER BY o.row"
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query(params![target.as_bytes().as_slice()])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push((self.object(row)?, row.get(9)?));
        }
        Ok(found)
    }

    /// Number of objects of `noun`.
    pub fn count(&self, noun: &str) -> Result<usize, StoreError> {
        let mut statement = self.connection.prepare_cached("SELECT count(*) FROM object WHERE noun = ?")?;
        let count: i64 = statement.query_row(params![noun], |row| row.get(0))?;
        Ok(usize::try_from(count).unwrap_or(0))
    }

    /// The highest number that a property of the objects in a container has.
    pub fn highest(&self, noun: &str, container: &str, property: &str) -> Result<Option<i64>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT max(json_extract(properties, '$.' || ?)) FROM object WHERE noun = ? AND container = ?",
        )?;
        Ok(statement.query_row(params![property, noun, container], |row| row.get::<_, Option<i64>>(0))?)
    }

    /// Nouns that have objects, with their number.
    pub fn nouns(&self) -> Result<Vec<(String, usize)>, StoreError> {
        let mut statement =
            self.connection.prepare_cached("SELECT noun, count(*) FROM object GROUP BY noun ORDER BY noun")?;
        let rows =
            statement.query_map([], |row| Ok((row.get(0)?, usize::try_from(row.get::<_, i64>(1)?).unwrap_or(0))))?;
        rows.map(|row| row.map_err(StoreError::from)).collect()
    }

    /// The properties' text as it is read, secrets in clear.
    pub(crate) fn clear<'t>(&self, id: ObjectId, text: &'t str) -> Result<Cow<'t, str>, StoreError> {
        if !seal::is_sealed(text) {
            return Ok(Cow::Borrowed(text));
        }
        let failed = |source| StoreError::Properties { id: id.to_string(), source };
        let mut properties = serde_json::from_str(text).map_err(failed)?;
        seal::unseal(self.keys.key()?, id, &mut properties);
        serde_json::to_string(&properties).map(Cow::Owned).map_err(failed)
    }

    fn object(&self, row: &Row) -> Result<Object, StoreError> {
        let id = ObjectId::from_slice(row.get_ref(1)?.as_blob().unwrap_or_default()).unwrap_or_default();
        let text = row.get_ref(6)?.as_str().unwrap_or("{}");
        let properties: Map<String, serde_json::Value> = serde_json::from_str(&self.clear(id, text)?)
            .map_err(|source| StoreError::Properties { id: id.to_string(), source })?;
        Ok(Object {
            row: row.get(0)?,
            id,
            noun: row.get(2)?,
            container: row.get(3)?,
            key: row.get(4)?,
            name: row.get(5)?,
            properties,
            created: row.get(7)?,
            changed: row.get(8)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Draft;
    use crate::testing::Temporary;

    #[test]
    fn objects_are_found_every_way() {
        let t = Temporary::new("find");
        let plan = t.store.write(|w| w.insert(Draft::new("UMDialPlan", "", "Redmond").with("Digits", 5))).unwrap();
        t.store
            .write(|w| {
                w.insert(Draft::new("UMHuntGroup", "gw1", "HG").linked("UMDialPlan", plan))?;
                w.insert(Draft::new("UMHuntGroup", "gw2", "hg").found_by("PilotIdentifier", "5551234"))
            })
            .unwrap();
        t.store
            .read(|r| {
                assert_eq!(r.find("UMDialPlan", "", "REDMOND")?.unwrap().number("Digits"), Some(5));
                assert_eq!(r.named("UMHuntGroup", "hg")?.len(), 2);
                assert_eq!(r.within("UMHuntGroup", "gw1")?[0].links("UMDialPlan"), [plan]);
                let found = r.matching("UMHuntGroup", "PilotIdentifier", &Match::Begins("555".into()))?;
                assert_eq!(found[0].container, "gw2");
                let referrers = r.referrers(plan)?;
                assert_eq!((referrers[0].0.name.as_str(), referrers[0].1.as_str()), ("HG", "UMDialPlan"));
                let page = r.list("UMHuntGroup", 0, 1)?;
                assert_eq!(r.list("UMHuntGroup", page.next.unwrap(), 5)?.objects.len(), 1);
                assert_eq!(r.nouns()?, [("UMDialPlan".to_owned(), 1), ("UMHuntGroup".to_owned(), 2)]);
                Ok(())
            })
            .unwrap();
    }
}
