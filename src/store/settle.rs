//! When commits reach the disk.
//!
//! A store opened with [`Store::open`] syncs each commit before `write` returns. A shell that changes thousands of objects
//! in one pipeline would wait for the disk thousands of times although nobody sees the single steps. It opens its store with
//! [`Store::open_settling`]: a commit is in the write-ahead log when `write` returns (it outlives the process, also a
//! killed one), and [`Store::settle`] puts on the disk what came since. The shell settles before anything that it says can
//! leave it (output, a program that it starts, its end), so whoever was told of a change finds it after a power loss; a
//! thread settles a moment later where nothing is said.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use parking_lot::Mutex;

use crate::{Inner, Store, StoreError};

/// How long a commit that nobody was told of may wait for the disk.
const DELAY: Duration = Duration::from_millis(20);

/// What is not on the disk yet. The thread that settles holds this and no connection: closing the last connection, which
/// folds the log into the store, is left to whoever closes the store.
pub(crate) struct Unsettled {
    /// The write-ahead log's.
    path: PathBuf,
    is_dirty: AtomicBool,
    is_watched: AtomicBool,
    /// The write-ahead log. Closing it would not touch the locks, which lie on the other files.
    log: Mutex<Option<File>>,
}

impl Store {
    /// Puts on the disk what was committed and is not there yet.
    pub fn settle(&self) -> Result<(), StoreError> {
        self.inner.unsettled.settle()
    }

    /// After a commit without sync.
    pub(crate) fn unsettled(&self) {
        let state = &self.inner.unsettled;
        state.is_dirty.store(true, Ordering::Release);
        if state.is_watched.swap(true, Ordering::AcqRel) {
            return;
        }
        let unsettled = Arc::downgrade(state);
        let spawned = std::thread::Builder::new().name("settle".into()).stack_size(64 * 1024).spawn(move || {
            loop {
                std::thread::sleep(DELAY);
                let Some(state) = unsettled.upgrade() else { return };
                state.is_watched.store(false, Ordering::Release);
                // What failed is tried again, and reported, by the shell's own call.
                if state.settle().is_err()
                    || !state.is_dirty.load(Ordering::Acquire)
                    || state.is_watched.swap(true, Ordering::AcqRel)
                {
                    return;
                }
            }
        });
        if spawned.is_err() {
            // Tried again by the shell's own call.
            let _ = state.settle();
            state.is_watched.store(false, Ordering::Release);
        }
    }
}

impl Unsettled {
    /// Nothing to settle yet for the store at `store`.
    pub(crate) fn of(store: &Path) -> Arc<Unsettled> {
        let path = store.with_file_name(format!("{}-wal", crate::FILE));
        let (is_dirty, is_watched) = Default::default();
        Arc::new(Unsettled { path, is_dirty, is_watched, log: Mutex::new(None) })
    }

    fn settle(&self) -> Result<(), StoreError> {
        if !self.is_dirty.load(Ordering::Acquire) {
            return Ok(());
        }
        // Whoever settles at the same time waits here until it is done.
        let mut log = self.log.lock();
        if !self.is_dirty.swap(false, Ordering::AcqRel) {
            return Ok(());
        }
        let synced = match &*log {
            Some(file) => file.sync_data(),
            None => File::open(&self.path).and_then(|file| log.insert(file).sync_data()),
        };
        synced.map_err(|source| {
            self.is_dirty.store(true, Ordering::Release);
            StoreError::File { path: self.path.clone(), source }
        })
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        // The last chance; whoever wanted to know has called `settle`.
        let _ = self.unsettled.settle();
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::Temporary;
    use crate::{Draft, Store};

    #[test]
    fn commits_settle() {
        let t = Temporary::new("settle");
        let store = Store::open_settling(&t.folder).unwrap();
        store.write(|w| w.insert(Draft::new("CsUser", "", "Kim"))).unwrap();
        assert_eq!(t.store.read(|r| r.count("CsUser")).unwrap(), 1, "others see it at once");
        store.settle().unwrap();
        assert!(!store.inner.unsettled.is_dirty.load(std::sync::atomic::Ordering::Acquire));
        store.settle().unwrap();
    }
}
