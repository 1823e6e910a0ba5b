//! A queue with one reader. A call has several, and they are mostly empty: what is empty takes no memory, unlike tokio's channels,
//! whose blocks of 32 places would make most of what a call takes.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

#[derive(Debug)]
struct Shared<T> {
    items: Mutex<VecDeque<T>>,
    senders: AtomicUsize,
    unread: AtomicBool,
    changed: Notify,
}

impl<T> Shared<T> {
    fn lock(&self) -> MutexGuard<'_, VecDeque<T>> {
        self.items.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The writing end.
#[derive(Debug)]
pub(super) struct Sender<T>(Arc<Shared<T>>);

/// The reading end.
#[derive(Debug)]
pub(super) struct Receiver<T>(Arc<Shared<T>>);

/// An empty queue.
pub(super) fn queue<T>() -> (Sender<T>, Receiver<T>) {
    let shared = Arc::new(Shared {
        items: Mutex::new(VecDeque::new()),
        senders: AtomicUsize::new(1),
        unread: AtomicBool::new(false),
        changed: Notify::new(),
    });
    (Sender(shared.clone()), Receiver(shared))
}

impl<T> Sender<T> {
    /// Puts something in; false when nobody reads any more.
    pub fn send(&self, item: T) -> bool {
        if self.0.unread.load(Ordering::Acquire) {
            return false;
        }
        self.0.lock().push_back(item);
        self.0.changed.notify_one();
        true
    }
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Self {
        self.0.senders.fetch_add(1, Ordering::Relaxed);
        Sender(self.0.clone())
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        if self.0.senders.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.0.changed.notify_one();
        }
    }
}

impl<T> Receiver<T> {
    /// Takes what is there.
    pub fn try_recv(&mut self) -> Option<T> {
        let mut items = self.0.lock();
        let item = items.pop_front();
        if items.is_empty() {
            *items = VecDeque::new();
        }
        item
    }

    /// Waits for something; none when nobody can write any more.
    pub async fn recv(&mut self) -> Option<T> {
        loop {
            // Looked at first: what was written before the last writer went is still read.
            let is_over = self.0.senders.load(Ordering::Acquire) == 0;
            if let Some(item) = self.try_recv() {
                return Some(item);
            }
            if is_over {
                return None;
            }
            self.0.changed.notified().await;
        }
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        self.0.unread.store(true, Ordering::Release);
        self.0.lock().clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn nothing_is_lost() {
        let (sender, mut receiver) = queue();
        let writers: Vec<_> = (0..4)
            .map(|_| {
                let sender = sender.clone();
                tokio::spawn(async move {
                    for number in 0..1000u32 {
                        assert!(sender.send(number));
                        tokio::task::yield_now().await;
                    }
                })
            })
            .collect();
        drop(sender);
        let mut sum = 0;
        while let Some(number) = receiver.recv().await {
            sum += number;
        }
        assert_eq!(sum, 4 * 499_500);
        for writer in writers {
            writer.await.unwrap();
        }
        let (sender, receiver) = queue();
        drop(receiver);
        assert!(!sender.send(1));
    }
}
