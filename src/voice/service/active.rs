//! Calls that are going on.

use control::ActiveCall;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::Notify;
use tokio::time::Instant;

struct Entry {
    call: ActiveCall,
    since: Instant,
    cut: Arc<Notify>,
}

#[derive(Default)]
struct State {
    calls: Mutex<HashMap<u64, Entry>>,
    next: AtomicU64,
    quiet: Notify,
}

/// The register; clones share it.
#[derive(Clone, Default)]
pub struct ActiveCalls {
    state: Arc<State>,
}

/// A call in the register; it leaves when this is dropped.
pub struct CallGuard {
    calls: ActiveCalls,
    id: u64,
    cut: Arc<Notify>,
}

impl ActiveCalls {
    /// Enters a call.
    pub fn enter(&self, mut call: ActiveCall) -> CallGuard {
        let id = self.state.next.fetch_add(1, Ordering::Relaxed);
        let cut = Arc::new(Notify::new());
        call.started = crate::record::timestamp();
        self.state.calls.lock().insert(id, Entry { call, since: Instant::now(), cut: cut.clone() });
        CallGuard { calls: self.clone(), id, cut }
    }

    /// All calls.
    pub fn list(&self) -> Vec<ActiveCall> {
        let mut calls: Vec<ActiveCall> = self
            .state
            .calls
            .lock()
            .values()
            .map(|e| ActiveCall { duration: e.since.elapsed().as_secs_f64(), ..e.call.clone() })
            .collect();
        calls.sort_by(|a, b| a.started.cmp(&b.started));
        calls
    }

    /// Number of calls of a role on a server.
    pub fn count(&self, server: &str, role: &str) -> usize {
        let calls = self.state.calls.lock();
        calls
            .values()
            .filter(|e| (server.is_empty() || e.call.server == server) && (role.is_empty() || e.call.role == role))
            .count()
    }

    /// Hangs up the legs of a call; whether there was one.
    pub fn cut(&self, call_id: &str) -> bool {
        let calls = self.state.calls.lock();
        let mut found = false;
        for entry in calls.values().filter(|e| call_id.is_empty() || e.call.call_id == call_id) {
            entry.cut.notify_one();
            found = true;
        }
        found
    }

    /// Waits until no call is left.
    pub async fn drained(&self) {
        loop {
            let quiet = self.state.quiet.notified();
            if self.state.calls.lock().is_empty() {
                return;
            }
            quiet.await;
        }
    }
}

impl CallGuard {
    /// Is notified when the call is to be cut.
    pub fn cut(&self) -> Arc<Notify> {
        self.cut.clone()
    }

    /// Changes what is shown of the call.
    pub fn update(&self, change: impl FnOnce(&mut ActiveCall)) {
        if let Some(entry) = self.calls.state.calls.lock().get_mut(&self.id) {
            change(&mut entry.call);
        }
    }
}

impl Drop for CallGuard {
    fn drop(&mut self) {
        self.calls.state.calls.lock().remove(&self.id);
        self.calls.state.quiet.notify_waiters();
    }
}
