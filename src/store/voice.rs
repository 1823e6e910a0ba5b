//! Reading of what the telephony service records in `voice.db`: messages, call records, events, ladders.
//!
//! The service owns that file and its tables; nothing here makes or changes them beyond marks on messages.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags, types::ValueRef};
use serde_json::{Map, Value};

use crate::StoreError;

/// An open record of the service.
pub struct VoiceRecords {
    home: PathBuf,
    connection: Connection,
}

/// A row by column name.
pub type Record = Map<String, Value>;

impl VoiceRecords {
    /// Opens the record of a home; `None` when the service never ran there.
    pub fn open(home: &Path) -> Result<Option<VoiceRecords>, StoreError> {
        let path = home.join("voice.db");
        if !path.is_file() {
            return Ok(None);
        }
        let connection =
            Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        connection.busy_handler(Some(crate::goes_on_waiting))?;
        Ok(Some(VoiceRecords { home: home.to_owned(), connection }))
    }

    fn rows(&self, sql: &str, values: &[&dyn rusqlite::ToSql]) -> Result<Vec<Record>, StoreError> {
        let mut statement = self.connection.prepare(sql)?;
        let names: Vec<String> = statement.column_names().iter().map(|n| (*n).to_owned()).collect();
        let mut rows = statement.query(values)?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let mut record = Map::new();
            for (i, name) in names.iter().enumerate() {
                let value = match row.get_ref(i)? {
                    ValueRef::Integer(n) => Value::from(n),
                    ValueRef::Real(n) => Value::from(n),
                    ValueRef::Text(text) => Value::from(String::from_utf8_lossy(text).into_owned()),
                    ValueRef::Null | ValueRef::Blob(_) => Value::Null,
                };
                record.insert(name.clone(), value);
            }
            found.push(record);
        }
        Ok(found)
    }

    /// Messages of a mailbox (its id), newest first; of all when the id is empty.
    pub fn messages(&self, mailbox: &str) -> Result<Vec<Record>, StoreError> {
        self.rows("SELECT * FROM message WHERE deleted = 0 AND (?1 = '' OR lower(mailbox) = lower(?1)) ORDER BY received DESC, rowid DESC", &[&mailbox])
    }

    /// Messages of a mailbox that were deleted, newest first.
    pub fn deleted(&self, mailbox: &str) -> Result<Vec<Record>, StoreError> {
        let sql = "SELECT * FROM message WHERE deleted <> 0 AND lower(mailbox) = lower(?1) ORDER BY received DESC, rowid DESC";
        self.rows(sql, &[&mailbox])
    }

    /// One message.
    pub fn message(&self, id: &str) -> Result<Option<Record>, StoreError> {
        Ok(self.rows("SELECT * FROM message WHERE id = ?1", &[&id])?.into_iter().next())
    }

    /// Marks a message as read or unread.
    pub fn set_read(&self, id: &str, is_read: bool) -> Result<(), StoreError> {
        self.connection.execute("UPDATE message SET read = ?2 WHERE id = ?1", rusqlite::params![id, is_read])?;
        Ok(())
    }

    /// Moves a message to the deleted items.
    pub fn delete(&self, id: &str) -> Result<(), StoreError> {
        self.connection.execute("UPDATE message SET deleted = 1 WHERE id = ?1", [id])?;
        Ok(())
    }

    fn texts(&self, sql: &str, values: &[&dyn rusqlite::ToSql], column: &str) -> Result<Vec<Value>, StoreError> {
        let rows = self.rows(sql, values)?;
        Ok(rows.iter().filter_map(|r| serde_json::from_str(r.get(column)?.as_str()?).ok()).collect())
    }

    /// Call records, newest first; of one call when its id is given.
    pub fn calls(&self, call_id: &str, limit: i64) -> Result<Vec<Value>, StoreError> {
        self.texts(
            "SELECT record FROM call WHERE ?1 = '' OR call_id = ?1 ORDER BY id DESC LIMIT ?2",
            &[&call_id, &limit],
            "record",
        )
    }

    /// Events, newest first.
    pub fn events(&self, limit: i64) -> Result<Vec<Value>, StoreError> {
        self.texts("SELECT event FROM event ORDER BY id DESC LIMIT ?1", &[&limit], "event")
    }

    /// The ladder of a finished call; empty when none was kept.
    pub fn ladder(&self, call_id: &str) -> Result<Vec<Value>, StoreError> {
        let mut found = self.texts("SELECT arrows FROM ladder WHERE call_id = ?1", &[&call_id], "arrows")?;
        if found.is_empty() {
            // A call that others were made of, or that was made of one, stands in the ladder of that.
            let mark = format!("\"call_id\":{}", Value::from(call_id));
            let of_family = "SELECT arrows FROM ladder WHERE instr(arrows, ?1) > 0 ORDER BY rowid DESC LIMIT 1";
            found = self.texts(of_family, &[&mark], "arrows")?;
        }
        Ok(found.into_iter().flat_map(|v| if let Value::Array(items) = v { items } else { Vec::new() }).collect())
    }

    /// Where a file that a message names lies.
    pub fn file(&self, mailbox: &str, name: &str) -> PathBuf {
        let given = Path::new(name);
        if given.is_absolute() {
            return given.to_owned();
        }
        let safe: String = mailbox
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '@') { c } else { '_' })
            .collect();
        let inside = self.home.join("mailboxes").join(safe.trim_matches('.')).join(name);
        if inside.exists() { inside } else { self.home.join(name) }
    }
}
