//! The transactional object store: objects of any noun with properties, links between them, indexes and a feed of
//! changes, in one SQLite file that several shells and the service share.
//!
//! Invariants: what `Store::write` has returned from is in the write-ahead log, and on disk before anybody outside is told
//! of it (`settle.rs`); a transaction is applied whole or not at all; every change appears in the feed in the same transaction. Not here: what the properties
//! mean, defaults, rules across objects (`directory`), and other database servers.

mod assigned;
mod audit;
mod backup;
mod change;
mod check;
mod daily;
mod error;
mod home;
mod key;
mod object;
pub mod pin;
mod read;
mod record;
mod schema;
mod seal;
mod settle;
pub mod voice;
mod write;

pub use assigned::Assigned;
pub use audit::AuditEntry;
pub use backup::{Difference, replace};
pub use change::{Change, ChangeKind};
pub use check::Finding;
pub use daily::{back_up_daily, keep_daily_backups};
pub use error::StoreError;
pub use home::home;
pub use key::HomeKey;
pub use object::{Draft, Object, ObjectId};
pub use read::{Match, Page, Reader};
pub use record::{Record, RecordPage};
pub use write::Writer;

use parking_lot::Mutex;
use rusqlite::Connection;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
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

/// A store that is not kept open by this.
pub struct WeakStore(std::sync::Weak<Inner>);

impl WeakStore {
    /// The store, while somebody has it open.
    pub fn upgrade(&self) -> Option<Store> {
        self.0.upgrade().map(|inner| Store { inner })
    }
}

struct Inner {
    path: PathBuf,
    reading: Mutex<Connection>,
    writing: Mutex<Connection>,
    notify: Mutex<Option<Notify>>,
    /// Whether commits are put on the disk by `settle`, not one by one.
    is_settling: bool,
    unsettled: Arc<settle::Unsettled>,
    keys: key::Keyring,
}

/// How often a statement looks whether another process's transaction is over: for 20 seconds.
const TURNS: i32 = 1_000;
/// Name of the store's file in the home folder.
pub const FILE: &str = "organization.db";

impl Store {
    /// Opens (and makes, and brings up to date) the store in the folder `home`.
    pub fn open(home: &Path) -> Result<Store, StoreError> {
        Store::open_as(home, false)
    }

    /// The same, for a shell: what is written is on disk after [`Store::settle`], at the latest a moment later.
    pub fn open_settling(home: &Path) -> Result<Store, StoreError> {
        Store::open_as(home, true)
    }

    fn open_as(home: &Path, is_settling: bool) -> Result<Store, StoreError> {
        make_private(home).map_err(|source| StoreError::Home { path: home.to_owned(), source })?;
        let path = home.join(FILE);
        make_private_file(&path);
        let mut writing = connect(&path)?;
        schema::prepare(&mut writing)?;
        if is_settling {
            writing.execute_batch("PRAGMA synchronous = NORMAL")?;
        }
        let reading = connect(&path)?;
        let inner = Inner {
            unsettled: settle::Unsettled::of(&path),
            path,
            reading: Mutex::new(reading),
            writing: Mutex::new(writing),
            notify: Mutex::new(None),
            is_settling,
            keys: key::Keyring::of(home),
        };
        Ok(Store { inner: Arc::new(inner) })
    }

    /// A handle that does not keep it open.
    pub fn downgrade(&self) -> WeakStore {
        WeakStore(Arc::downgrade(&self.inner))
    }

    /// The store's file.
    pub fn path(&self) -> &Path {
        &self.inner.path
    }

    /// The secret of the home: PINs are hashed with it.
    pub fn home_key(&self) -> Result<HomeKey, StoreError> {
        self.inner.keys.key().cloned()
    }

    /// Runs `work` on one consistent state.
    pub fn read<T>(&self, work: impl FnOnce(&Reader) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let connection = self.inner.reading.lock();
        let open = Open::begin(&connection, "BEGIN")?;
        let result = work(&Reader::new(&connection, &self.inner.keys));
        open.end("COMMIT")?;
        result
    }

    /// Runs `work` in one transaction: all of it is on disk when this returns `Ok`, none of it when it returns `Err`.
    pub fn write<T, E: From<StoreError>>(&self, work: impl FnOnce(&mut Writer) -> Result<T, E>) -> Result<T, E> {
        let connection = self.inner.writing.lock();
        let open = Open::begin(&connection, "BEGIN IMMEDIATE")?;
        let mut writer = Writer::new(&connection, &self.inner.keys);
        let value = work(&mut writer)?;
        let sequence = writer.sequence();
        open.end("COMMIT")?;
        drop(connection);
        if self.inner.is_settling {
            self.unsettled();
        }
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

/// An open transaction; taken back when it is dropped before its end. Its statements are kept compiled, which
/// `rusqlite::Transaction` does not do.
struct Open<'a>(&'a Connection);

impl<'a> Open<'a> {
    fn begin(connection: &'a Connection, sql: &str) -> Result<Open<'a>, StoreError> {
        connection.prepare_cached(sql)?.execute([])?;
        Ok(Open(connection))
    }

    fn end(self, sql: &str) -> Result<(), StoreError> {
        self.0.prepare_cached(sql)?.execute([])?;
        Ok(())
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        if !self.0.is_autocommit() {
            // A transaction that can't be taken back ends with its connection.
            let _ = self.0.execute_batch("ROLLBACK");
        }
    }
}

/// Makes a folder that only its owner reads; one that is there already stays as it is.
pub fn make_private(folder: &Path) -> std::io::Result<()> {
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Makes a file that only its owner reads, for a database, whose other files take its mode. That it can't be written is the
/// database's to say.
pub fn make_private_file(path: &Path) {
    let _ = std::fs::OpenOptions::new().create(true).append(true).mode(0o600).open(path);
}

/// Writes a file that only its owner reads, also where one was there already.
pub fn write_private(path: &Path, bytes: impl AsRef<[u8]>) -> std::io::Result<()> {
    use std::io::Write;
    let mut file = std::fs::OpenOptions::new().create(true).write(true).truncate(true).mode(0o600).open(path)?;
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    file.write_all(bytes.as_ref())
}

/// Waits for another process's transaction, at first for a short time (as SQLite's own handler does); not after a stop.
fn goes_on_waiting(turn: i32) -> bool {
    let pause =
        [1, 2, 5, 10, 15].get(turn.max(0) as usize).map_or(values::stop::GLANCE, |ms| Duration::from_millis(*ms));
    let goes_on = turn < TURNS && !values::stop::requested();
    if goes_on {
        std::thread::sleep(pause);
    }
    goes_on
}

fn connect(path: &Path) -> Result<Connection, StoreError> {
    let connection = Connection::open(path)?;
    connection.busy_handler(Some(goes_on_waiting))?;
    connection.set_prepared_statement_cache_capacity(64);
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16000;\
         PRAGMA wal_autocheckpoint = 4000;",
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
