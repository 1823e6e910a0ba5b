//! When commits reach the disk.
//!
//! A store opened with [`Store::open`] syncs each commit before `write` returns. A shell that changes thousands of objects
//! in one pipeline would wait for the disk thousands of times although nobody sees the single steps. It opens its store with
//! [`Store::open_settling`]: a commit is in the write-ahead log when `write` returns (it outlives the process, also a
//! killed one), and [`Store::settle`] puts on the disk what came since. The shell settles before anything that it says can
//! leave it (output, a program that it starts, its end), so whoever was told of a change finds it after a power loss; a
//! thread settles a moment later where nothing is said.

use std::fs::File;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use parking_lot::Mutex;

use crate::{Inner, Store, StoreError};

/// How long a commit that nobody was told of may wait for the disk.
const DELAY: Duration = Duration::from_millis(20);

/// What is not on the disk yet.
#[derive(Default)]
pub(crate) struct Unsettled {
    is_dirty: AtomicBool,
    is_watched: AtomicBool,
    /// The write-ahead log. Closing it would not touch the locks, which lie on the other files.
    log: Mutex<Option<File>>,
}

impl Store {
    /// Puts on the disk what was committed and is not there yet.
    pub fn settle(&self) -> Result<(), StoreError> {
        self.inner.settle()
    }

    /// After a commit without sync.
    pub(crate) fn unsettled(&self) {
        let state = &self.inner.unsettled;
        state.is_dirty.store(true, Ordering::Release);
        if state.is_watched.swap(true, Ordering::AcqRel) {
            return;
        }
        let inner = Arc::downgrade(&self.inner);
        let spawned = std::thread::Builder::new().name("settle".into()).stack_size(64 * 1024).spawn(move || {
            loop {
                std::thread::sleep(DELAY);
                let Some(inner) = inner.upgrade() else { return };
                inner.unsettled.is_watched.store(false, Ordering::Release);
                // What failed is tried again, and reported, by the shell's own call.
                if inner.settle().is_err()
                    || !inner.unsettled.is_dirty.load(Ordering::Acquire)
                    || inner.unsettled.is_watched.swap(true, Ordering::AcqRel)
                {
                    return;
                }
            }
        });
        if spawned.is_err() {
            // Tried again by the shell's own call.
            let _ = self.inner.settle();
            state.is_watched.store(false, Ordering::Release);
        }
    }
}

impl Inner {
    pub(crate) fn settle(&self) -> Result<(), StoreError> {
        let state = &self.unsettled;
        if !state.is_dirty.load(Ordering::Acquire) {
            return Ok(());
        }
        // Whoever settles at the same time waits here until it is done.
        let mut log = state.log.lock();
        if !state.is_dirty.swap(false, Ordering::AcqRel) {
            return Ok(());
        }
        let path = self.path.with_file_name(format!("{}-wal", crate::FILE));
        let synced = match &*log {
            Some(file) => file.sync_data(),
            None => File::open(&path).and_then(|file| log.insert(file).sync_data()),
        };
        synced.map_err(|source| {
            state.is_dirty.store(true, Ordering::Release);
            StoreError::File { path, source }
        })
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        // The last chance; whoever wanted to know has called `settle`.
        let _ = self.settle();
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
