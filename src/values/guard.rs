//! The lock of values and variables: taken with one atomic step, given back with a plain store.
//!
//! What it guards is looked at for a few nanoseconds, by one thread nearly always. So nobody is put to sleep in a queue,
//! which would cost a second atomic step each time the lock is given back.
#![allow(unsafe_code)]

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use parking_lot::lock_api;

/// A value under guard.
pub type Mutex<T> = lock_api::Mutex<Flag, T>;

/// The guard; no script code may run while it is held.
pub type MutexGuard<'a, T> = lock_api::MutexGuard<'a, Flag, T>;

/// Whether somebody holds the guard.
pub struct Flag(AtomicBool);

/// How often a thread that has to wait looks again at once, and how often after letting others run.
const LOOKS: u32 = 64;

impl Flag {
    #[cold]
    fn wait(&self) {
        let mut looks = 0;
        while self.0.load(Ordering::Relaxed) || !lock_api::RawMutex::try_lock(self) {
            looks += 1;
            match looks {
                0..LOOKS => std::hint::spin_loop(),
                LOOKS..=256 => std::thread::yield_now(),
                _ => std::thread::sleep(Duration::from_micros(100)),
            }
        }
    }
}

// SAFETY: only one thread at a time changes the flag from false to true, and none but the one that did (or who holds its
// guard) calls `unlock`. Acquire and Release order what is done under the guard.
unsafe impl lock_api::RawMutex for Flag {
    #[allow(clippy::declare_interior_mutable_const, reason = "the trait asks for a constant that makes new flags")]
    const INIT: Flag = Flag(AtomicBool::new(false));

    type GuardMarker = lock_api::GuardNoSend;

    #[inline]
    fn lock(&self) {
        if !self.try_lock() {
            self.wait();
        }
    }

    #[inline]
    fn try_lock(&self) -> bool {
        self.0.compare_exchange(false, true, Ordering::Acquire, Ordering::Relaxed).is_ok()
    }

    #[inline]
    unsafe fn unlock(&self) {
        self.0.store(false, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::Mutex;

    #[test]
    fn threads_take_turns() {
        let count = Mutex::new(0u64);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| (0..20_000).for_each(|_| *count.lock() += 1));
            }
        });
        assert_eq!(*count.lock(), 80_000);
        let held = count.lock();
        assert!(count.try_lock().is_none());
        drop(held);
        assert!(count.try_lock().is_some());
    }
}
