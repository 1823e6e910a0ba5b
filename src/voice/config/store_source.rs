//! Snapshots read from the organisation's store.

use super::{ConfigSource, Snapshot};
use std::path::Path;
use std::sync::Arc;
use store::Store;

/// A source that reads the store of a home.
pub struct StoreSource {
    store: Store,
}

impl StoreSource {
    /// Opens the store.
    pub fn open(home: &Path) -> Result<StoreSource, String> {
        Ok(StoreSource {
            store: Store::open(home).map_err(|e| e.to_string())?,
        })
    }
}

impl ConfigSource for StoreSource {
    fn load(&self) -> Result<Arc<Snapshot>, String> {
        let mut snapshot = Snapshot::default();
        snapshot.version = self.version();
        Ok(Arc::new(snapshot))
    }

    fn version(&self) -> u64 {
        self.store.sequence().unwrap_or(0)
    }
}
