//! Writing objects.

use crate::key::Keyring;
use crate::object::fold;
use crate::{ChangeKind, Draft, ObjectId, Reader, StoreError, seal};
use rusqlite::{Connection, OptionalExtension, params};

/// A transaction that is being made. It reads what it has written.
pub struct Writer<'a> {
    reader: Reader<'a>,
    sequence: u64,
    /// Name of the object that was written last.
    last: String,
}

impl<'a> std::ops::Deref for Writer<'a> {
    type Target = Reader<'a>;
    fn deref(&self) -> &Reader<'a> {
        &self.reader
    }
}

fn now() -> i64 {
    chrono::Utc::now().timestamp_millis()
}

impl<'a> Writer<'a> {
    pub(crate) fn new(connection: &'a Connection, keys: &'a Keyring) -> Self {
        Writer { reader: Reader::new(connection, keys), sequence: 0, last: String::new() }
    }

    pub(crate) fn sequence(&self) -> u64 {
        self.sequence
    }

    /// Name of the object that was written last; `None` when nothing was written.
    pub fn written(&self) -> Option<&str> {
        (self.sequence > 0).then_some(self.last.as_str())
    }

    fn row(&self, id: ObjectId) -> Result<i64, StoreError> {
        self.known_row(id)?.ok_or_else(|| StoreError::Missing { id: id.to_string() })
    }

    fn known_row(&self, id: ObjectId) -> Result<Option<i64>, StoreError> {
        let mut statement = self.connection.prepare_cached("SELECT row FROM object WHERE id = ?")?;
        Ok(statement.query_row(params![id.as_bytes().as_slice()], |row| row.get(0)).optional()?)
    }

    /// The properties as they are written, secrets sealed.
    fn text(&self, draft: &Draft) -> Result<String, StoreError> {
        let sealed = match seal::is_secret(&draft.properties) {
            true => Some(seal::seal(self.keys.key()?, draft.id, &draft.properties)?),
            false => None,
        };
        Ok(serde_json::to_string(sealed.as_ref().unwrap_or(&draft.properties)).unwrap_or_else(|_| "{}".to_owned()))
    }

    fn note(&mut self, noun: &str, id: ObjectId, kind: ChangeKind, name: &str) -> Result<(), StoreError> {
        let mut statement =
            self.connection.prepare_cached("INSERT INTO change (noun, object, kind, name) VALUES (?, ?, ?, ?)")?;
        statement.execute(params![noun, id.as_bytes().as_slice(), kind as i64, name])?;
        self.sequence = self.connection.last_insert_rowid().cast_unsigned();
        name.clone_into(&mut self.last);
        Ok(())
    }

    /// Writes a new object.
    pub fn insert(&mut self, draft: Draft) -> Result<ObjectId, StoreError> {
        let time = now();
        let result = self
            .connection
            .prepare_cached("INSERT INTO object (id, noun, container, key, name, properties, created, changed) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")?
            .execute(params![
                draft.id.as_bytes().as_slice(),
                draft.noun,
                draft.container,
                fold(&draft.name),
                draft.name,
                self.text(&draft)?,
                time,
                time
            ]);
        unique(result, &draft)?;
        let row = self.connection.last_insert_rowid();
        self.relate(row, &draft)?;
        self.note(&draft.noun, draft.id, ChangeKind::Created, &draft.name)?;
        Ok(draft.id)
    }

    /// Writes an object whether it is there already or not.
    pub fn put(&mut self, draft: Draft) -> Result<(), StoreError> {
        match self.known_row(draft.id)? {
            Some(_) => self.update(draft),
            None => self.insert(draft).map(|_| ()),
        }
    }

    /// Replaces the content of an object, links and indexed values included. What stays as it is isn't written again: each
    /// page that is touched goes into the log.
    pub fn update(&mut self, draft: Draft) -> Result<(), StoreError> {
        let key = fold(&draft.name);
        let (row, is_called_so) = self
            .connection
            .prepare_cached("SELECT row, container = ? AND key = ? AND name = ? FROM object WHERE id = ?")?
            .query_row(params![draft.container, key, draft.name, draft.id.as_bytes().as_slice()], |r| {
                Ok((r.get::<_, i64>(0)?, r.get::<_, bool>(1)?))
            })
            .optional()?
            .ok_or_else(|| StoreError::Missing { id: draft.id.to_string() })?;
        let text = self.text(&draft)?;
        if is_called_so {
            self.connection
                .prepare_cached("UPDATE object SET properties = ?, changed = ? WHERE row = ?")?
                .execute(params![text, now(), row])?;
        } else {
            let result = self
                .connection
                .prepare_cached(
                    "UPDATE object SET container = ?, key = ?, name = ?, properties = ?, changed = ? WHERE row = ?",
                )?
                .execute(params![draft.container, key, draft.name, text, now(), row]);
            unique(result, &draft)?;
        }
        self.relate_anew(row, &draft)?;
        self.note(&draft.noun, draft.id, ChangeKind::Modified, &draft.name)
    }

    /// Removes an object with its own links. Links that others have to it are the caller's affair: they must be gone.
    pub fn remove(&mut self, id: ObjectId) -> Result<(), StoreError> {
        let row = self.row(id)?;
        let (noun, name): (String, String) = self
            .connection
            .prepare_cached("SELECT noun, name FROM object WHERE row = ?")?
            .query_row(params![row], |r| Ok((r.get(0)?, r.get(1)?)))?;
        self.unrelate(row)?;
        self.connection.prepare_cached("DELETE FROM link WHERE target = ?")?.execute(params![row])?;
        self.connection.prepare_cached("DELETE FROM object WHERE row = ?")?.execute(params![row])?;
        self.note(&noun, id, ChangeKind::Removed, &name)
    }

    fn unrelate(&self, row: i64) -> Result<(), StoreError> {
        self.connection.prepare_cached("DELETE FROM link WHERE source = ?")?.execute(params![row])?;
        self.connection.prepare_cached("DELETE FROM attribute WHERE object = ?")?.execute(params![row])?;
        Ok(())
    }

    fn relate(&self, row: i64, draft: &Draft) -> Result<(), StoreError> {
        for (property, target) in &draft.links {
            self.link(row, property, self.row(*target)?)?;
        }
        for (property, value) in &draft.indexed {
            self.index(row, &draft.noun, property, &fold(value))?;
        }
        Ok(())
    }

    /// Makes the links and indexed values of an object those of a draft.
    fn relate_anew(&self, row: i64, draft: &Draft) -> Result<(), StoreError> {
        let mut gone: Vec<(String, i64)> = self
            .connection
            .prepare_cached("SELECT property, target FROM link WHERE source = ?")?
            .query_map(params![row], |r| Ok((r.get(0)?, r.get(1)?)))?
            .collect::<Result<_, _>>()?;
        for (property, target) in &draft.links {
            let target = self.row(*target)?;
            match gone.iter().position(|(p, t)| p == property && *t == target) {
                Some(at) => drop(gone.swap_remove(at)),
                None => self.link(row, property, target)?,
            }
        }
        for (property, target) in gone {
            self.connection
                .prepare_cached("DELETE FROM link WHERE source = ? AND property = ? AND target = ?")?
                .execute(params![row, property, target])?;
        }
        let mut gone: Vec<(String, String, String)> = self
            .connection
            .prepare_cached("SELECT noun, property, value FROM attribute WHERE object = ?")?
            .query_map(params![row], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?
            .collect::<Result<_, _>>()?;
        for (property, value) in &draft.indexed {
            let value = fold(value);
            match gone.iter().position(|(n, p, v)| *n == draft.noun && p == property && *v == value) {
                Some(at) => drop(gone.swap_remove(at)),
                None => self.index(row, &draft.noun, property, &value)?,
            }
        }
        for (noun, property, value) in gone {
            self.connection
                .prepare_cached("DELETE FROM attribute WHERE noun = ? AND property = ? AND value = ? AND object = ?")?
                .execute(params![noun, property, value, row])?;
        }
        Ok(())
    }

    fn link(&self, row: i64, property: &str, target: i64) -> Result<(), StoreError> {
        self.connection
            .prepare_cached("INSERT OR IGNORE INTO link (source, property, target) VALUES (?, ?, ?)")?
            .execute(params![row, property, target])?;
        Ok(())
    }

    /// `value` is folded.
    fn index(&self, row: i64, noun: &str, property: &str, value: &str) -> Result<(), StoreError> {
        self.connection
            .prepare_cached("INSERT OR IGNORE INTO attribute (noun, property, value, object) VALUES (?, ?, ?, ?)")?
            .execute(params![noun, property, value, row])?;
        Ok(())
    }
}

/// Turns a violated uniqueness into the error that names the object.
fn unique(result: rusqlite::Result<usize>, draft: &Draft) -> Result<(), StoreError> {
    match result {
        Ok(_) => Ok(()),
        Err(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::ConstraintViolation) => {
            Err(StoreError::Exists {
                noun: draft.noun.clone(),
                container: draft.container.clone(),
                name: draft.name.clone(),
            })
        }
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Match;
    use crate::testing::Temporary;

    #[test]
    fn change_rename_remove() {
        let t = Temporary::new("write");
        let id = t.store.write(|w| w.insert(Draft::new("CsUser", "", "Kim").found_by("LineURI", "tel:+1"))).unwrap();
        let mut draft = t.store.read(|r| r.get(id)).unwrap().unwrap().draft();
        draft.name = "Kim Akers".to_owned();
        draft.indexed = vec![("LineURI".to_owned(), "tel:+2".to_owned())];
        t.store.write(|w| w.update(draft)).unwrap();
        t.store
            .read(|r| {
                assert!(r.matching("CsUser", "LineURI", &Match::Is("tel:+1".into()))?.is_empty());
                assert_eq!(r.matching("CsUser", "LineURI", &Match::Is("TEL:+2".into()))?[0].name, "Kim Akers");
                Ok(())
            })
            .unwrap();
        t.store.write(|w| w.remove(id)).unwrap();
        let gone: Result<(), StoreError> = t.store.write(|w| w.remove(id));
        assert!(matches!(gone, Err(StoreError::Missing { .. })));
        let kinds: Vec<_> = t.store.changes_since(0, 9).unwrap().iter().map(|c| c.kind).collect();
        assert_eq!(kinds, [ChangeKind::Created, ChangeKind::Modified, ChangeKind::Removed]);
    }
}
