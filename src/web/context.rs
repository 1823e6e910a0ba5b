//! What endpoints know: the server they answer for, the runtime, the store.

use std::path::PathBuf;
use std::sync::Arc;
use store::{Object, Store};
use voice::config::Snapshot;
use voice::service::{Runtime, Supervisor};

/// What a server is to its clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Skype for Business.
    FrontEnd,
    /// Exchange.
    ClientAccess,
}

impl Kind {
    /// Principal of the application.
    pub fn principal(self) -> &'static str {
        match self {
            Kind::FrontEnd => "00000004-0000-0ff1-ce00-000000000000",
            Kind::ClientAccess => "00000002-0000-0ff1-ce00-000000000000",
        }
    }
}

/// Shared by the endpoints of one server.
pub struct Context {
    pub supervisor: Arc<Supervisor>,
    pub store: Store,
    /// FQDN.
    pub server: String,
    pub kind: Kind,
    /// Remote sessions, where they are offered.
    pub remote: Option<Arc<crate::wsman::Remote>>,
}

impl Context {
    /// The runtime.
    pub fn runtime(&self) -> &Arc<Runtime> {
        self.supervisor.runtime()
    }

    /// The configuration now.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.runtime().snapshot()
    }

    /// Folder of the home.
    pub fn home(&self) -> PathBuf {
        self.runtime().store.home().to_path_buf()
    }

    /// An object by name; none when the store cannot be read.
    pub fn find(&self, noun: &str, name: &str) -> Option<Object> {
        self.store.read(|reader| reader.find(noun, "", name)).unwrap_or_default()
    }

    /// All objects of a noun.
    pub fn all(&self, noun: &str) -> Vec<Object> {
        self.store.read(|reader| reader.all(noun)).unwrap_or_default()
    }

    /// Realm of the organisation's tokens.
    pub fn realm(&self) -> String {
        let configured = self.all("CsOAuthConfiguration").iter().find_map(|c| c.text("Realm").map(str::to_string));
        configured.filter(|r| !r.is_empty()).unwrap_or_else(|| self.snapshot().domain.clone())
    }
}
