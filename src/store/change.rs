//! The feed of changes.

use crate::{ObjectId, Reader, StoreError};
use rusqlite::{OptionalExtension, params};

/// What happened to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    Created = 1,
    Modified = 2,
    Removed = 3,
}

/// One entry of the feed.
#[derive(Clone, Debug)]
pub struct Change {
    pub sequence: u64,
    pub noun: String,
    pub id: ObjectId,
    pub kind: ChangeKind,
    /// Name the object had.
    pub name: String,
}

impl Reader<'_> {
    /// Newest position of the feed; 0 when nothing was ever written.
    pub fn sequence(&self) -> Result<u64, StoreError> {
        let mut statement = self.connection.prepare_cached("SELECT coalesce(max(sequence), 0) FROM change")?;
        Ok(statement.query_row([], |row| row.get::<_, i64>(0))?.cast_unsigned())
    }

    /// When the newest change that is still to be seen was made, in milliseconds since 1970.
    pub fn last_change(&self) -> Result<Option<i64>, StoreError> {
        let sql = "SELECT o.changed FROM change c JOIN object o ON o.id = c.object ORDER BY c.sequence DESC LIMIT 1";
        Ok(self.connection.prepare_cached(sql)?.query_row([], |row| row.get(0)).optional()?)
    }

    /// Changes after `sequence`, oldest first, at most `limit`.
    pub fn changes_since(&self, sequence: u64, limit: usize) -> Result<Vec<Change>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT sequence, noun, object, kind, name FROM change WHERE sequence > ? ORDER BY sequence LIMIT ?",
        )?;
        let rows =
            statement.query_map(params![sequence.cast_signed(), i64::try_from(limit).unwrap_or(i64::MAX)], |row| {
                Ok(Change {
                    sequence: row.get::<_, i64>(0)?.cast_unsigned(),
                    noun: row.get(1)?,
                    id: ObjectId::from_slice(&row.get::<_, Vec<u8>>(2)?).unwrap_or_default(),
                    kind: match row.get::<_, i64>(3)? {
                        1 => ChangeKind::Created,
                        3 => ChangeKind::Removed,
                        _ => ChangeKind::Modified,
                    },
                    name: row.get(4)?,
                })
            })?;
        rows.map(|row| row.map_err(StoreError::from)).collect()
    }
}
