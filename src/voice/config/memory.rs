//! A configuration held in memory: tests, and JSON files.

use super::{ConfigSource, Snapshot};
use arc_swap::ArcSwap;
use std::sync::Arc;

/// A source whose snapshot is set by hand.
pub struct MemorySource {
    current: ArcSwap<Snapshot>,
}

impl MemorySource {
    /// A source with a snapshot.
    pub fn new(snapshot: Snapshot) -> Arc<MemorySource> {
        Arc::new(MemorySource { current: ArcSwap::from_pointee(snapshot) })
    }

    /// A source read from JSON.
    pub fn from_json(text: &str) -> Result<Arc<MemorySource>, serde_json::Error> {
        Ok(MemorySource::new(serde_json::from_str(text)?))
    }

    /// Changes the configuration; the version rises.
    pub fn change(&self, change: impl FnOnce(&mut Snapshot)) {
        let mut next = Snapshot::clone(&self.current.load());
        change(&mut next);
        next.version += 1;
        self.current.store(Arc::new(next));
    }
}

impl ConfigSource for MemorySource {
    fn load(&self) -> Result<Arc<Snapshot>, String> {
        Ok(self.current.load_full())
    }

    fn version(&self) -> u64 {
        self.current.load().version
    }
}
