//! The organisation as scripts reach it without a command (`[adsi]`), and for whom: what they change is held to roles and logged as
//! the command that does the same.

use std::sync::Arc;

use command::Session;
use serde_json::{Map, Value as Json};
use store::Writer;

use crate::audit;
use crate::fault::Fault;
use crate::role;
use crate::session::Directory;
use crate::sign_in::{SignIns, sign_ins};

/// An organisation, and the connections of the session that reached it.
#[derive(Clone)]
pub struct Reached {
    directory: Arc<Directory>,
    sign_ins: SignIns,
}

impl std::ops::Deref for Reached {
    type Target = Directory;

    fn deref(&self) -> &Directory {
        &self.directory
    }
}

impl Reached {
    /// The organisation for a session.
    pub fn new(session: &mut dyn Session, directory: Arc<Directory>) -> Reached {
        Reached { directory, sign_ins: sign_ins(session) }
    }

    /// Runs a change in a transaction, as the command that makes such changes.
    pub fn change<T>(
        &self,
        command: &str,
        object: &str,
        parameters: &Map<String, Json>,
        change: impl FnOnce(&mut Writer) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let account = self.sign_ins.lock().last().map(|s| s.account.clone());
        let shown = parameters.iter().map(|(name, value)| (name.clone(), audit::veiled(name, value.clone()))).collect();
        let entry = audit::entry(&self.facts(), account.clone(), command, shown);
        let refused = account.and_then(|account| role::refuses(&self.directory, &account, command));
        let done = match refused {
            Some(fault) => Err(fault),
            None => audit::write(&self.directory.store, &entry, change),
        };
        done.inspect_err(|fault| audit::refused(&self.directory.store, entry, object, fault))
    }
}
