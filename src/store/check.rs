//! The check behind `dialtone --check-store`.

use crate::{Store, StoreError};
use rusqlite::Connection;

/// Something that is not as it must be.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// What is wrong, in words.
    pub text: String,
}

impl Store {
    /// Examines the file, the links, the indexes and every object; empty when all is well.
    pub fn check(&self) -> Result<Vec<Finding>, StoreError> {
        let connection = self.inner.reading.lock();
        let mut findings = Vec::new();
        let mut statement = connection.prepare("PRAGMA integrity_check(50)")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let text: String = row.get(0)?;
            if text != "ok" {
                findings.push(Finding { text });
            }
        }
        let dangling = "SELECT s.noun || ' \"' || s.name || '\": ' || l.property || ' names an object that does not exist' \
                        FROM link l JOIN object s ON s.row = l.source LEFT JOIN object t ON t.row = l.target WHERE t.row IS NULL";
        say(&connection, dangling, &mut findings)?;
        let orphans = "SELECT 'a link of property ' || l.property || ' belongs to no object' \
                       FROM link l LEFT JOIN object s ON s.row = l.source WHERE s.row IS NULL";
        say(&connection, orphans, &mut findings)?;
        let stray = "SELECT 'an index entry ' || a.property || ' = ' || a.value || ' belongs to no object' \
                     FROM attribute a LEFT JOIN object o ON o.row = a.object WHERE o.row IS NULL";
        say(&connection, stray, &mut findings)?;
        let unreadable = "SELECT noun || ' \"' || name || '\": its properties are not readable' FROM object \
                          WHERE json_valid(properties) = 0 OR json_type(properties) <> 'object'";
        say(&connection, unreadable, &mut findings)?;
        let unfed = "SELECT o.noun || ' \"' || o.name || '\" does not appear in the feed of changes' FROM object o \
                     WHERE NOT EXISTS (SELECT 1 FROM change c WHERE c.object = o.id AND c.kind = 1)";
        // The feed is only indexed by position: the check is quadratic without this.
        connection.execute_batch(
            "CREATE TEMP TABLE IF NOT EXISTS fed (object BLOB PRIMARY KEY) WITHOUT ROWID; DELETE FROM fed;
            INSERT OR IGNORE INTO fed SELECT object FROM change WHERE kind = 1;",
        )?;
        say(
            &connection,
            &unfed.replace("change c WHERE c.object = o.id AND c.kind = 1", "fed WHERE fed.object = o.id"),
            &mut findings,
        )?;
        Ok(findings)
    }
}

fn say(connection: &Connection, sql: &str, findings: &mut Vec<Finding>) -> Result<(), StoreError> {
    let mut statement = connection.prepare(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        findings.push(Finding { text: row.get(0)? });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::Draft;
    use crate::testing::Temporary;

    #[test]
    fn findings() {
        let t = Temporary::new("check");
        let id = t.store.write(|w| w.insert(Draft::new("A", "", "x"))).unwrap();
        t.store.write(|w| w.insert(Draft::new("B", "", "y").linked("Link", id))).unwrap();
        assert_eq!(t.store.check().unwrap(), []);
        let raw = rusqlite::Connection::open(t.store.path()).unwrap();
        raw.execute_batch("DELETE FROM object WHERE noun = 'A'").unwrap();
        let found = t.store.check().unwrap();
        assert_eq!(found[0].text, "B \"y\": Link names an object that does not exist");
    }
}
