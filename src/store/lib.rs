//! The transactional object store: objects of any noun with properties, links between them, indexes and a feed of
//! changes, in one SQLite file that several shells and the service share.
//!
//! Invariants: what `Store::write` has returned from is on disk (write-ahead log, synchronous FULL); a transaction is
//! applied whole or not at all; every change appears in the feed in the same transaction. Not here: what the properties
//! mean, defaults, rules across objects (`directory`), and other database servers.

mod audit;
mod backup;
mod change;
mod check;
mod error;
mod home;
mod object;
pub mod pin;
mod read;
mod schema;
pub mod voice;
mod write;

pub use audit::AuditEntry;
pub use backup::Difference;
pub use change::{Change, ChangeKind};
pub use check::Finding;
pub use error::StoreError;
pub use home::home;
pub use object::{Draft, Object, ObjectId};
pub use read::{Match, Page, Reader};
pub use write::Writer;

use parking_lot::Mutex;
use rusqlite::{Connection, TransactionBehavior};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// What is told the newest feed position after each commit of this process.
pub type Notify = Arc<dyn Fn(u64) + Send + Sync>;

/// An open store. Clones share it.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    path: PathBuf,
    reading: Mutex<Connection>,
    writing: Mutex<Connection>,
    notify: Mutex<Option<Notify>>,
}

/// How long a statement waits for another process's transaction.
const BUSY: Duration = Duration::from_secs(20);
/// Name of the store's file in the home folder.
pub const FILE: &str = "organization.db";

impl Store {
    /// Opens (and makes, and brings up to date) the store in the folder `home`.
    pub fn open(home: &Path) -> Result<Store, StoreError> {
        std::fs::create_dir_all(home).map_err(|source| StoreError::Home { path: home.to_owned(), source })?;
        let path = home.join(FILE);
        let mut writing = connect(&path)?;
        schema::prepare(&mut writing)?;
        let reading = connect(&path)?;
        let inner =
            Inner { path, reading: Mutex::new(reading), writing: Mutex::new(writing), notify: Mutex::new(None) };
        Ok(Store { inner: Arc::new(inner) })
    }

    /// The store's file.
    pub fn path(&self) -> &Path {
        &self.inner.path
    }

    /// Runs `work` on one consistent state.
    pub fn read<T>(&self, work: impl FnOnce(&Reader) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let mut connection = self.inner.reading.lock();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Deferred)?;
        let result = work(&Reader::new(&transaction));
        transaction.finish()?;
        result
    }

    /// Runs `work` in one transaction: all of it is on disk when this returns `Ok`, none of it when it returns `Err`.
    pub fn write<T, E: From<StoreError>>(&self, work: impl FnOnce(&mut Writer) -> Result<T, E>) -> Result<T, E> {
        let mut connection = self.inner.writing.lock();
        let transaction =
            connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(StoreError::from)?;
        let mut writer = Writer::new(&transaction);
        let value = work(&mut writer)?;
        let sequence = writer.sequence();
        transaction.commit().map_err(StoreError::from)?;
        drop(connection);
        if sequence > 0
            && let Some(notify) = self.inner.notify.lock().clone()
        {
            notify(sequence);
        }
        Ok(value)
    }

    /// Registers what is told about each commit of this process.
    pub fn on_commit(&self, notify: Notify) {
        *self.inner.notify.lock() = Some(notify);
    }

    /// A number that changes whenever another connection has committed: a cheap test before reading the feed.
    pub fn data_version(&self) -> Result<i64, StoreError> {
        let connection = self.inner.reading.lock();
        Ok(connection.query_row("PRAGMA data_version", [], |row| row.get(0))?)
    }

    /// Newest position of the change feed.
    pub fn sequence(&self) -> Result<u64, StoreError> {
        self.read(|reader| reader.sequence())
    }

    /// Changes after `sequence`, oldest first, at most `limit`.
    pub fn changes_since(&self, sequence: u64, limit: usize) -> Result<Vec<Change>, StoreError> {
        self.read(|reader| reader.changes_since(sequence, limit))
    }
}

fn connect(path: &Path) -> Result<Connection, StoreError> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(BUSY)?;
    connection.set_prepared_statement_cache_capacity(64);
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16000;\
         PRAGMA mmap_size = 268435456; PRAGMA wal_autocheckpoint = 4000;",
    )?;
    Ok(connection)
}

#[cfg(test)]
pub(crate) mod testing {
    use super::*;

    /// A store in a folder of its own that goes away with it.
    pub struct Temporary {
        pub store: Store,
        pub folder: PathBuf,
    }

    impl Temporary {
        pub fn new(name: &str) -> Temporary {
            let folder = std::env::temp_dir().join(format!("dialtone-store-{name}-{}", std::process::id()));
            let _ = std::fs::remove_dir_all(&folder);
            let store = Store::open(&folder).unwrap();
            Temporary { store, folder }
        }
    }

    impl Drop for Temporary {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.folder);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::testing::Temporary;
    use super::*;

    #[test]
    fn a_failed_transaction_leaves_nothing() {
        let t = Temporary::new("rollback");
        let result: Result<(), StoreError> = t.store.write(|w| {
            w.insert(Draft::new("UMDialPlan", "", "A"))?;
            w.insert(Draft::new("UMDialPlan", "", "a")).map(|_| ())
        });
        assert!(matches!(result, Err(StoreError::Exists { .. })));
        assert_eq!(t.store.read(|r| r.count("UMDialPlan")).unwrap(), 0);
        assert_eq!(t.store.sequence().unwrap(), 0);
    }

    #[test]
    fn two_handles_see_each_other() {
        let t = Temporary::new("two");
        let other = Store::open(&t.folder).unwrap();
        let before = other.data_version().unwrap();
        let told = Arc::new(Mutex::new(0));
        let seen = told.clone();
        t.store.on_commit(Arc::new(move |n| *seen.lock() = n));
        let id = t.store.write(|w| w.insert(Draft::new("CsUser", "", "Kim"))).unwrap();
        assert_ne!(other.data_version().unwrap(), before);
        assert_eq!(other.read(|r| r.get(id)).unwrap().unwrap().name, "Kim");
        assert_eq!(*told.lock(), 1);
        assert_eq!(other.changes_since(0, 10).unwrap()[0].kind, ChangeKind::Created);
    }
}
