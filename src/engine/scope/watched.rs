//! Tables of commands' names, and how one notices that a name got another meaning.

use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::{Mutex, MutexGuard};

/// How often any such table was changed: what was worked out before says nothing any more.
static CHANGES: AtomicU64 = AtomicU64::new(1);

/// The number of changes so far.
pub fn changes() -> u64 {
    CHANGES.load(Ordering::Acquire)
}

/// Counts a change of what names mean that lies outside these tables.
pub fn note_change() {
    CHANGES.fetch_add(1, Ordering::AcqRel);
}

/// A table whose changes are counted.
#[derive(Default)]
pub struct Watched<T>(Mutex<T>);

impl<T> Watched<T> {
    /// The table under guard; writing through the guard counts.
    pub fn lock(&self) -> WatchedGuard<'_, T> {
        WatchedGuard(self.0.lock())
    }
}

/// See `Watched::lock`.
pub struct WatchedGuard<'a, T>(MutexGuard<'a, T>);

impl<T> Deref for WatchedGuard<'_, T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for WatchedGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        note_change();
        &mut self.0
    }
}
