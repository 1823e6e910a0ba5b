//! The lock of values and variables: one thread takes it without an atomic step for as long as it is the only one that
//! takes any, every other with one; it is given back with a plain store.
//!
//! What it guards is looked at for a few nanoseconds, by one thread nearly always. So nobody is put to sleep in a queue,
//! which would cost a second atomic step each time the lock is given back.
//!
//! The thread that calls [`claim`] owns all guards at first: it marks a guard as its own and then looks whether it is still
//! alone. The first other thread that takes a guard ends that for good: it says so, has the kernel put a memory barrier into
//! every running thread (membarrier(2), `MEMBARRIER_CMD_PRIVATE_EXPEDITED`), and only then looks for the owner's mark. So
//! either the owner sees that it is no longer alone or the other sees the mark: Dekker's algorithm, the barrier of whose
//! frequent side is paid by the rare one.
#![allow(unsafe_code)]

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering, compiler_fence, fence};
use std::time::Duration;

use parking_lot::lock_api;
use rustix::thread::{MembarrierCommand, membarrier};

/// A value under guard.
pub type Mutex<T> = lock_api::Mutex<Flag, T>;

/// The guard; no script code may run while it is held.
pub type MutexGuard<'a, T> = lock_api::MutexGuard<'a, Flag, T>;

/// Whether somebody holds the guard.
pub struct Flag {
    /// The owner of all guards holds this one by its mark alone.
    by_owner: AtomicBool,
    /// Some thread took it with an atomic step.
    taken: AtomicBool,
}

/// How often a thread that has to wait looks again at once, and how often after letting others run.
const LOOKS: u32 = 64;

/// Each thread takes guards with an atomic step.
const SHARED: u8 = 0;
/// The owner is the only thread that takes any.
const ALONE: u8 = 1;
/// Another came, and the owner may not know yet.
const ENDING: u8 = 2;

static STATE: AtomicU8 = AtomicU8::new(SHARED);
static IS_PREPARED: AtomicBool = AtomicBool::new(false);

thread_local! {
    static IS_OWNER: Cell<bool> = const { Cell::new(false) };
}

/// Tells the kernel that [`claim`] will need its barriers: at once while the process has one thread, after 20 ms of waiting
/// for all processors where it has more. Where the kernel has no membarrier(2), nobody becomes the owner.
pub fn prepare() {
    let is_known = membarrier(MembarrierCommand::RegisterPrivateExpedited).is_ok();
    IS_PREPARED.store(is_known, Ordering::SeqCst);
}

/// Makes the calling thread the owner of all guards until another thread takes one. Only the first call after [`prepare`]
/// does anything.
pub fn claim() {
    if IS_PREPARED.swap(false, Ordering::SeqCst) {
        IS_OWNER.set(true);
        STATE.store(ALONE, Ordering::SeqCst);
        // Before the owner looks for whoever took a guard while nobody owned it.
        fence(Ordering::SeqCst);
    }
}

/// Ends the time in which the owner was alone. What it marked before is visible when this returns.
#[cold]
fn end_claim() {
    let _ = STATE.compare_exchange(ALONE, ENDING, Ordering::SeqCst, Ordering::SeqCst);
    if membarrier(MembarrierCommand::PrivateExpedited).is_err() {
        // It was registered, so this cannot be; without it two threads might hold one guard.
        std::process::abort();
    }
    STATE.store(SHARED, Ordering::SeqCst);
}

impl Flag {
    #[cold]
    fn wait(&self) {
        let mut looks = 0;
        while self.is_held() || !lock_api::RawMutex::try_lock(self) {
            looks += 1;
            match looks {
                0..LOOKS => std::hint::spin_loop(),
                LOOKS..=256 => std::thread::yield_now(),
                _ => std::thread::sleep(Duration::from_micros(100)),
            }
        }
    }

    fn is_held(&self) -> bool {
        self.taken.load(Ordering::Relaxed) || self.by_owner.load(Ordering::Relaxed)
    }

    /// The owner's way: a mark, and a look whether it still is alone and nobody took the guard before it was.
    #[inline(always)]
    fn mark(&self) -> bool {
        if self.by_owner.load(Ordering::Relaxed) {
            return false;
        }
        self.by_owner.store(true, Ordering::Relaxed);
        // The processor's part of this fence is `end_claim`'s barrier.
        compiler_fence(Ordering::SeqCst);
        if STATE.load(Ordering::Relaxed) == ALONE && !self.taken.load(Ordering::Acquire) {
            return true;
        }
        self.by_owner.store(false, Ordering::Release);
        false
    }

    /// Everybody else's way, until it is done.
    #[inline(never)]
    fn lock_shared(&self) {
        if !self.take() {
            self.wait();
        }
    }

    /// Everybody else's way.
    #[inline]
    fn take(&self) -> bool {
        if self.taken.compare_exchange(false, true, Ordering::SeqCst, Ordering::Relaxed).is_err() {
            return false;
        }
        if STATE.load(Ordering::SeqCst) != SHARED {
            end_claim();
        }
        if self.by_owner.load(Ordering::Acquire) {
            self.taken.store(false, Ordering::Release);
            return false;
        }
        true
    }
}

// SAFETY: a guard is held by whoever changed `taken` from false to true and then saw no mark of the owner, or by the owner
// with its mark. The owner keeps its mark only where it saw, after setting it, ALONE and no `taken`. Another thread looks for
// the mark only after it set `taken` and then saw SHARED, which is so either before `claim` (then the owner, who stored ALONE
// later in the order of sequentially consistent steps, sees `taken`) or after a barrier in every thread behind the end of
// ALONE (then a mark set before the barrier is seen, and after it the owner sees that it is not alone). `unlock` is called by
// the thread that holds the guard (`GuardNoSend`), so the owner sees its own mark where it holds by it, and only there.
// Acquire and Release order what is done under the guard.
unsafe impl lock_api::RawMutex for Flag {
    #[allow(clippy::declare_interior_mutable_const, reason = "the trait asks for a constant that makes new flags")]
    const INIT: Flag = Flag { by_owner: AtomicBool::new(false), taken: AtomicBool::new(false) };

    type GuardMarker = lock_api::GuardNoSend;

    #[inline(always)]
    fn lock(&self) {
        if !(IS_OWNER.get() && self.mark()) {
            self.lock_shared();
        }
    }

    #[inline]
    fn try_lock(&self) -> bool {
        IS_OWNER.get() && self.mark() || self.take()
    }

    #[inline]
    unsafe fn unlock(&self) {
        if IS_OWNER.get() && self.by_owner.load(Ordering::Relaxed) {
            self.by_owner.store(false, Ordering::Release);
        } else {
            self.taken.store(false, Ordering::Release);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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

    /// Others come while the owner counts, each time at another moment. An owner is made once in a process, so each time is
    /// a process of its own, which runs this test alone.
    #[test]
    fn an_owner_shares_with_whoever_comes() {
        const ROUND: &str = "DIALTONE_TEST_GUARD_ROUND";
        if let Some(round) = std::env::var(ROUND).ok().and_then(|r| r.parse::<u64>().ok()) {
            return share(round);
        }
        for round in 0..40u64 {
            let run = std::process::Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "guard::tests::an_owner_shares_with_whoever_comes", "--test-threads=1"])
                .env(ROUND, round.to_string())
                .output()
                .unwrap();
            assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stdout));
        }
    }

    fn share(round: u64) {
        const TIMES: u64 = 200_000;
        prepare();
        claim();
        let is_known = rustix::thread::membarrier_query().contains_command(MembarrierCommand::PrivateExpedited);
        let state = if is_known { ALONE } else { SHARED };
        assert_eq!(STATE.load(Ordering::SeqCst), state, "no other thread has taken a guard here");
        let counts = [Mutex::new(0u64), Mutex::new(0u64)];
        let held = counts[0].lock();
        assert!(counts[0].try_lock().is_none());
        drop(held);
        let begun = AtomicBool::new(false);
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    while !begun.load(Ordering::Acquire) {
                        std::hint::spin_loop();
                    }
                    (0..round * 50).for_each(|_| std::hint::spin_loop());
                    (0..TIMES).for_each(|n| *counts[(n & 1) as usize].lock() += 1);
                });
            }
            begun.store(true, Ordering::Release);
            (0..TIMES).for_each(|n| *counts[(n & 1) as usize].lock() += 1);
        });
        assert_eq!(STATE.load(Ordering::SeqCst), SHARED);
        assert_eq!(*counts[0].lock() + *counts[1].lock(), 3 * TIMES);
    }
}
