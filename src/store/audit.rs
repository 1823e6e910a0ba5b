//! The log of what administrators changed; entries are written in the transaction of the change.

use crate::{Reader, StoreError, Writer};
use rusqlite::params;

/// One entry of the log.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditEntry {
    /// Position in the log; 0 while it is not written.
    pub number: i64,
    /// Milliseconds since 1970, UTC.
    pub at: i64,
    pub caller: String,
    pub command: String,
    /// Name of the object that was changed.
    pub object: String,
    /// Names and values of the parameters, as JSON.
    pub parameters: String,
    /// Why it was refused; empty when it was done.
    pub error: String,
}

impl Writer<'_> {
    /// Adds an entry; its number and time are given by the log.
    pub fn audit(&mut self, entry: &AuditEntry) -> Result<(), StoreError> {
        let mut statement = self.connection.prepare_cached(
            "INSERT INTO audit (at, caller, command, object, parameters, error) VALUES (?, ?, ?, ?, ?, ?)",
        )?;
        let at = chrono::Utc::now().timestamp_millis();
        statement.execute(params![at, entry.caller, entry.command, entry.object, entry.parameters, entry.error])?;
        Ok(())
    }

    /// Takes away entries older than a time.
    pub fn forget_audit(&mut self, before: i64) -> Result<(), StoreError> {
        self.connection.prepare_cached("DELETE FROM audit WHERE at < ?")?.execute(params![before])?;
        Ok(())
    }
}

impl Reader<'_> {
    /// Entries of a stretch of time, newest first.
    pub fn audit(&self, from: i64, to: i64) -> Result<Vec<AuditEntry>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT number, at, caller, command, object, parameters, error FROM audit WHERE at BETWEEN ? AND ? ORDER BY number DESC",
        )?;
        let rows = statement.query_map(params![from, to], |row| {
            Ok(AuditEntry {
                number: row.get(0)?,
                at: row.get(1)?,
                caller: row.get(2)?,
                command: row.get(3)?,
                object: row.get(4)?,
                parameters: row.get(5)?,
                error: row.get(6)?,
            })
        })?;
        rows.map(|row| row.map_err(StoreError::from)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Temporary;

    #[test]
    fn entries_come_back_newest_first() {
        let t = Temporary::new("audit");
        let entry = |command: &str| AuditEntry {
            number: 0,
            at: 0,
            caller: "admin".into(),
            command: command.into(),
            object: "Kim".into(),
            parameters: "{}".into(),
            error: String::new(),
        };
        t.store
            .write(|w| -> Result<(), StoreError> {
                w.audit(&entry("New-Mailbox"))?;
                w.audit(&entry("Set-Mailbox"))
            })
            .unwrap();
        let found = t.store.read(|r| r.audit(0, i64::MAX)).unwrap();
        assert_eq!(found.iter().map(|e| e.command.as_str()).collect::<Vec<_>>(), ["Set-Mailbox", "New-Mailbox"]);
        t.store.write(|w| w.forget_audit(i64::MAX)).unwrap();
        assert!(t.store.read(|r| r.audit(0, i64::MAX)).unwrap().is_empty());
    }
}
