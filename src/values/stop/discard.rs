//! What takes long to let go of: after a stop another thread does it, at the end of the process nobody.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Sender, channel};

use super::{is_hurried, push};
use crate::error::Result;

/// Things that are let go of between two looks.
const MANY: usize = 1 << 12;

/// Lists so short are let go of at once.
const FEW: usize = 1 << 8;

static IS_LEAVING: AtomicBool = AtomicBool::new(false);

/// The process is about to end: the system takes back what long lists hold sooner than they are gone through.
pub fn leave() {
    IS_LEAVING.store(true, Ordering::Relaxed);
}

type Heap = Box<dyn Send>;

/// The thread that lets go of what is handed to it; none where no thread can be had.
fn other_thread() -> Option<&'static Sender<Heap>> {
    static QUEUE: OnceLock<Option<Sender<Heap>>> = OnceLock::new();
    let queue = QUEUE.get_or_init(|| {
        let (sender, receiver) = channel::<Heap>();
        let work = move || receiver.into_iter().for_each(drop);
        std::thread::Builder::new().name("discard".into()).spawn(work).ok().map(|_| sender)
    });
    queue.as_ref()
}

/// Lets go of something on the other thread; here and now where there is none.
fn elsewhere(heap: impl Send + 'static) {
    if let Some(queue) = other_thread() {
        // The receiver lives as long as the process.
        let _ = queue.send(Box::new(heap));
    }
}

/// Lets go of a list. Millions of things take their time: after a stop another thread does the rest. The lists in it that
/// are let go of with it come here in their turn.
pub fn discard<T: Send + 'static>(items: Vec<T>) {
    if items.len() > FEW {
        discard_many(items);
    }
}

fn discard_many<T: Send + 'static>(mut items: Vec<T>) {
    loop {
        if IS_LEAVING.load(Ordering::Relaxed) {
            return std::mem::forget(items);
        }
        if is_hurried() {
            return elsewhere(items);
        }
        if items.len() <= MANY {
            return;
        }
        items.truncate(items.len() - MANY);
    }
}

/// The same for something that is few but large.
pub fn release<T: Send + 'static>(large: T) {
    if is_hurried() {
        elsewhere(large);
    }
}

/// A list under way: where the work on it ends before its time, it is let go of like that.
pub struct Growing<T: Send + 'static>(Vec<T>);

impl<T: Send + 'static> Growing<T> {
    /// Takes a list over.
    pub fn new(items: Vec<T>) -> Growing<T> {
        Growing(items)
    }

    /// Adds a thing. Where a long list has to move for it and a stop is asked for meanwhile, the list is lost.
    #[inline]
    pub fn push(&mut self, item: T) -> Result<()> {
        push(&mut self.0, item)
    }

    /// The list, done.
    pub fn done(mut self) -> Vec<T> {
        std::mem::take(&mut self.0)
    }
}

impl<T: Send + 'static> Default for Growing<T> {
    fn default() -> Growing<T> {
        Growing(Vec::new())
    }
}

impl<T: Send + 'static> std::ops::Deref for Growing<T> {
    type Target = Vec<T>;

    fn deref(&self) -> &Vec<T> {
        &self.0
    }
}

impl<T: Send + 'static> std::ops::DerefMut for Growing<T> {
    fn deref_mut(&mut self) -> &mut Vec<T> {
        &mut self.0
    }
}

impl<T: Send + 'static> Drop for Growing<T> {
    fn drop(&mut self) {
        discard(std::mem::take(&mut self.0));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::{Duration, Instant};

    use super::*;
    use crate::stop::heed;

    #[test]
    fn a_long_list_is_let_go_of() {
        let thing = Arc::new(());
        discard(vec![thing.clone(); MANY * 3 + 7]);
        assert_eq!(Arc::strong_count(&thing), 1);
    }

    /// Who lets go of the things of a list that is discarded here.
    fn threads_that_let_go() -> Vec<std::thread::ThreadId> {
        struct Slow(Arc<std::sync::Mutex<Vec<std::thread::ThreadId>>>);
        impl Drop for Slow {
            fn drop(&mut self) {
                self.0.lock().expect("the list").push(std::thread::current().id());
            }
        }
        let seen = Arc::new(std::sync::Mutex::new(Vec::new()));
        discard((0..FEW + 1).map(|_| Slow(seen.clone())).collect());
        let until = Instant::now() + Duration::from_secs(20);
        while seen.lock().expect("the list").len() <= FEW && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(1));
        }
        let seen = seen.lock().expect("the list").clone();
        assert_eq!(seen.len(), FEW + 1);
        seen
    }

    #[test]
    fn after_a_stop_another_thread_lets_go() {
        let (here, mark) = (std::thread::current().id(), Arc::new(AtomicBool::new(true)));
        let held = heed(&mark);
        assert!(!threads_that_let_go().contains(&here));
        mark.store(false, Ordering::Relaxed);
        assert!(threads_that_let_go().iter().all(|thread| *thread == here));
        crate::stop::ending();
        assert!(!threads_that_let_go().contains(&here));
        // Work of another runspace, which `finally` may do, is not in a hurry and leaves the hurry of the first as it is.
        let other = heed(&Arc::new(AtomicBool::new(false)));
        assert!(threads_that_let_go().iter().all(|thread| *thread == here));
        drop(other);
        assert!(!threads_that_let_go().contains(&here));
        drop(held);
        assert!(threads_that_let_go().iter().all(|thread| *thread == here));
    }
}
