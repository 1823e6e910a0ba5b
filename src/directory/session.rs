//! The organisation as a session sees it: opened on first use, kept while the session lasts.

use std::io::IsTerminal;
use std::sync::Arc;

use command::{Flow, Session};
use store::Store;

use crate::fault::Fault;
use crate::library::Library;
use crate::organization::Facts;
use crate::seed;

/// An open organisation.
pub struct Directory {
    pub library: Arc<Library>,
    pub store: Store,
    facts: parking_lot::RwLock<Facts>,
}

impl Directory {
    /// Opens the organisation in a home folder; a new one gets its built-in objects.
    pub fn open(home: &std::path::Path, library: Arc<Library>) -> Result<Arc<Directory>, Fault> {
        let store = Store::open_settling(home)?;
        library.opened(&store);
        seed::prepare(&store, &library)?;
        let facts = store.read(Facts::read)?;
        Ok(Arc::new(Directory { library, store, facts: parking_lot::RwLock::new(facts) }))
    }

    /// The organisation's names.
    pub fn facts(&self) -> Facts {
        self.facts.read().clone()
    }

    /// Reads the organisation's names again, after they were changed.
    pub fn refresh(&self) -> Result<(), Fault> {
        *self.facts.write() = self.store.read(Facts::read)?;
        Ok(())
    }
}

/// The session's organisation.
pub fn directory(session: &mut dyn Session, library: &Arc<Library>) -> Result<Arc<Directory>, Box<Flow>> {
    let home = session.home();
    let slot = session.module_state("directory");
    if let Some(open) = slot.as_ref().and_then(|s| s.downcast_ref::<Arc<Directory>>()) {
        return Ok(open.clone());
    }
    let open = Directory::open(&home, library.clone()).map_err(|fault| Flow::throw(fault.record()))?;
    if session.host().is_interactive() && std::io::stdin().is_terminal() && std::io::stdout().is_terminal() {
        // Scripts come and go; who sits at a terminal stays for a while. What fails is tried again by the next.
        store::keep_daily_backups(&home, |_| ());
    }
    let slot = session.module_state("directory");
    *slot = Some(Box::new(open.clone()));
    Ok(open)
}
