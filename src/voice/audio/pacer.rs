//! The media clock of the process: a few threads that wake at fixed times and give each call its turn every 20 ms.
//!
//! Calls are spread over the 20 ms, so that no moment has the work of all. The threads do nothing else and go before others where the
//! system allows it: what leaves is even although signalling, deliveries and other programs use the same processors.
// Real-time scheduling has no safe binding.
#![allow(unsafe_code)]

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

/// Parts of the 20 ms.
const SLOTS: usize = 20;
/// Length of a part.
const SLOT: Duration = Duration::from_millis(1);
/// Threads at most.
const THREADS: usize = 4;
/// A clock that is so late lets the missed turns go: calls make up for them by themselves.
const LOST: Duration = Duration::from_millis(20);
/// Places of the record of lateness, a tenth of a millisecond each; the last one takes the rest.
const PLACES: usize = 500;

/// Something that gets a turn each 20 ms.
pub trait Paced: Send + Sync {
    /// A turn; false when it was the last.
    fn turn(&self) -> bool;
}

struct Worker {
    inbox: Sender<Arc<dyn Paced>>,
    calls: Arc<AtomicUsize>,
}

/// The threads.
struct Pacer {
    workers: Vec<Worker>,
}

/// How late turns began, counted by tenths of a millisecond.
static LATENESS: [AtomicU32; PLACES] = [const { AtomicU32::new(0) }; PLACES];

fn pacer() -> &'static Pacer {
    static PACER: OnceLock<Pacer> = OnceLock::new();
    PACER.get_or_init(|| {
        let count = std::thread::available_parallelism().map_or(1, |n| n.get().min(THREADS));
        let worker = |number: usize| {
            let (inbox, calls) = channel();
            let load = Arc::new(AtomicUsize::new(0));
            let counted = load.clone();
            let thread =
                std::thread::Builder::new().name(format!("media-{number}")).stack_size(256 * 1024).spawn(move || {
                    go_first(2);
                    run(&calls, &counted);
                });
            thread.ok().map(|_| Worker { inbox, calls: load })
        };
        Pacer { workers: (0..count).filter_map(worker).collect() }
    })
}

/// Gives a call its turns from now on; false when the system has no thread for it.
pub fn enter(call: Arc<dyn Paced>) -> bool {
    let least = pacer().workers.iter().min_by_key(|w| w.calls.load(Ordering::Relaxed));
    least.is_some_and(|worker| {
        worker.calls.fetch_add(1, Ordering::Relaxed);
        worker.inbox.send(call).is_ok()
    })
}

/// By how much turns began late: the share `at` of all turns so far began earlier than this.
pub fn lateness(at: f64) -> Duration {
    let counts: Vec<u64> = LATENESS.iter().map(|c| u64::from(c.load(Ordering::Relaxed))).collect();
    let wanted = (counts.iter().sum::<u64>() as f64 * at) as u64;
    let mut seen = 0;
    let place = counts.iter().position(|count| {
        seen += count;
        seen > wanted
    });
    Duration::from_micros(100 * place.unwrap_or(0) as u64)
}

/// Puts the calling thread before others: real-time scheduling of a rank, else a better priority, else what everybody has.
pub fn go_first(rank: i32) {
    // SAFETY: the parameter outlives the call; 0 is the calling thread.
    let real_time = unsafe {
        let parameter = libc::sched_param { sched_priority: rank };
        libc::sched_setscheduler(0, libc::SCHED_FIFO | libc::SCHED_RESET_ON_FORK, &parameter) == 0
    };
    if !real_time {
        // On Linux this too is the thread's alone. Without the right to it the thread stays as it is.
        let _ = rustix::process::setpriority_process(None, -11);
    }
}

fn run(inbox: &Receiver<Arc<dyn Paced>>, load: &AtomicUsize) {
    let mut slots: [Vec<Arc<dyn Paced>>; SLOTS] = Default::default();
    let mut fresh: VecDeque<Arc<dyn Paced>> = VecDeque::new();
    let (mut slot, mut deadline) = (0, Instant::now());
    loop {
        if slots.iter().all(Vec::is_empty) && fresh.is_empty() {
            // Nobody is there: sleep until somebody comes.
            let Ok(call) = inbox.recv() else { return };
            fresh.push_back(call);
            deadline = Instant::now();
        }
        loop {
            match inbox.try_recv() {
                Ok(call) => fresh.push_back(call),
                Err(TryRecvError::Empty) => break,
                Err(TryRecvError::Disconnected) => return,
            }
        }
        while let Some(call) = fresh.pop_front() {
            if let Some(emptiest) = slots.iter_mut().min_by_key(|s| s.len()) {
                emptiest.push(call);
            }
        }
        take_turns(&mut slots[slot], deadline, load);
        slot = (slot + 1) % SLOTS;
        deadline += SLOT;
        let now = Instant::now();
        match deadline.checked_duration_since(now) {
            Some(rest) => std::thread::sleep(rest),
            None if now - deadline > LOST => deadline = now,
            None => {}
        }
    }
}

fn take_turns(calls: &mut Vec<Arc<dyn Paced>>, deadline: Instant, load: &AtomicUsize) {
    if calls.is_empty() {
        return;
    }
    let late = deadline.elapsed().as_micros() / 100;
    LATENESS[(late as usize).min(PLACES - 1)].fetch_add(calls.len() as u32, Ordering::Relaxed);
    let before = calls.len();
    calls.retain(|call| call.turn());
    load.fetch_sub(before - calls.len(), Ordering::Relaxed);
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    struct Counter {
        turns: Mutex<Vec<Instant>>,
        wanted: usize,
        over: Sender<()>,
    }

    impl Paced for Counter {
        fn turn(&self) -> bool {
            let mut turns = self.turns.lock().unwrap();
            turns.push(Instant::now());
            if turns.len() == self.wanted {
                self.over.send(()).unwrap();
            }
            turns.len() < self.wanted
        }
    }

    #[test]
    fn each_call_gets_its_turns_and_then_none() {
        let (over, all) = channel();
        let calls: Vec<Arc<Counter>> =
            (0..50).map(|_| Arc::new(Counter { turns: Mutex::default(), wanted: 10, over: over.clone() })).collect();
        for call in &calls {
            assert!(enter(call.clone()));
        }
        for _ in &calls {
            all.recv_timeout(Duration::from_secs(60)).unwrap();
        }
        for call in &calls {
            let turns = call.turns.lock().unwrap();
            assert_eq!(turns.len(), 10);
            // Nine steps of 20 ms, never sooner, but for a clock that caught up.
            assert!(turns[9] - turns[0] > Duration::from_millis(100), "{:?}", turns[9] - turns[0]);
        }
        assert!(lateness(0.0) <= lateness(1.0));
    }
}
