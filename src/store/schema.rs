//! Tables and their migrations.

use crate::StoreError;
use rusqlite::{Connection, TransactionBehavior};

/// Steps from schema n to n + 1; a store is brought up to date by the steps it lacks, in one transaction.
const STEPS: [&str; 5] = [
    "
CREATE TABLE object (
    row        INTEGER PRIMARY KEY,
    id         BLOB NOT NULL UNIQUE,
    noun       TEXT NOT NULL,
    container  TEXT NOT NULL,
    key        TEXT NOT NULL,
    name       TEXT NOT NULL,
    properties TEXT NOT NULL,
    created    INTEGER NOT NULL,
    changed    INTEGER NOT NULL,
    UNIQUE (noun, container, key)
);
CREATE INDEX object_key ON object (noun, key);
CREATE TABLE link (
    source   INTEGER NOT NULL,
    property TEXT NOT NULL,
    target   INTEGER NOT NULL,
    PRIMARY KEY (source, property, target)
) WITHOUT ROWID;
CREATE INDEX link_target ON link (target, property);
CREATE TABLE attribute (
    noun     TEXT NOT NULL,
    property TEXT NOT NULL,
    value    TEXT NOT NULL,
    object   INTEGER NOT NULL,
    PRIMARY KEY (noun, property, value, object)
) WITHOUT ROWID;
CREATE INDEX attribute_object ON attribute (object);
CREATE TABLE change (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    noun     TEXT NOT NULL,
    object   BLOB NOT NULL,
    kind     INTEGER NOT NULL,
    name     TEXT NOT NULL
);
",
    "
CREATE TABLE audit (
    number     INTEGER PRIMARY KEY AUTOINCREMENT,
    at         INTEGER NOT NULL,
    caller     TEXT NOT NULL,
    command    TEXT NOT NULL,
    object     TEXT NOT NULL,
    parameters TEXT NOT NULL
);
CREATE INDEX audit_at ON audit (at);
",
    "
CREATE INDEX object_noun ON object (noun);
",
    // People are found by the policies that they have.
    "
INSERT OR IGNORE INTO attribute (noun, property, value, object)
SELECT o.noun, p.key, lower(p.value), o.row FROM object o, json_each(o.properties) p
WHERE o.noun IN ('CsUser', 'CsOnlineUser', 'CsExUmContact') AND p.type = 'text' AND p.value <> ''
AND (p.key LIKE '%Policy' OR p.key LIKE '%DialPlan');
",
    "
ALTER TABLE audit ADD COLUMN error TEXT NOT NULL DEFAULT '';
",
];

/// The schema this program writes.
pub(crate) const KNOWN: i64 = STEPS.len() as i64;

/// Makes or migrates the tables; a store of a newer schema is refused untouched.
pub(crate) fn prepare(connection: &mut Connection) -> Result<(), StoreError> {
    let found: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if found == KNOWN {
        return Ok(());
    }
    if found > KNOWN {
        return Err(StoreError::Newer { found, known: KNOWN });
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another process may have done it meanwhile.
    let found: i64 = transaction.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    for step in STEPS.iter().skip(usize::try_from(found).unwrap_or(0)) {
        transaction.execute_batch(step)?;
    }
    transaction.execute_batch(&format!("PRAGMA user_version = {KNOWN}"))?;
    transaction.commit()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::testing::Temporary;
    use crate::{Store, StoreError};

    /// A store as each earlier version of the program left it is brought up to date with what it holds.
    #[test]
    fn an_older_store_is_migrated() {
        for version in 1..super::STEPS.len() {
            let folder = std::env::temp_dir().join(format!("dialtone-older-{version}-{}", std::process::id()));
            std::fs::create_dir_all(&folder).unwrap();
            let old = rusqlite::Connection::open(folder.join(crate::FILE)).unwrap();
            old.execute_batch(&super::STEPS[..version].concat()).unwrap();
            old.execute_batch(&format!("PRAGMA user_version = {version}")).unwrap();
            let row = "INSERT INTO object VALUES (1, zeroblob(16), 'CsUser', '', 'pat', 'Pat', '{\"VoicePolicy\":\"Tag\"}', 0, 0)";
            old.execute_batch(row).unwrap();
            old.execute_batch("INSERT INTO change VALUES (1, 'CsUser', zeroblob(16), 1, 'Pat')").unwrap();
            drop(old);
            let store = Store::open(&folder).unwrap();
            store.write(|w| w.insert(crate::Draft::new("CsUser", "", "Kim"))).unwrap();
            for name in ["Pat", "Kim"] {
                assert_eq!(store.read(|r| r.find("CsUser", "", name)).unwrap().unwrap().name, name);
            }
            let findings: Vec<String> = store.check().unwrap().iter().map(|f| f.text.clone()).collect();
            assert!(findings.is_empty(), "version {version}: {findings:?}");
            drop(store);
            std::fs::remove_dir_all(&folder).unwrap();
        }
    }

    #[test]
    fn a_newer_store_is_refused() {
        let t = Temporary::new("newer");
        rusqlite::Connection::open(t.store.path()).unwrap().execute_batch("PRAGMA user_version = 99").unwrap();
        let error = Store::open(&t.folder).err().unwrap();
        assert!(matches!(error, StoreError::Newer { found: 99, .. }), "{error}");
        assert!(error.to_string().contains("newer version"));
    }
}
