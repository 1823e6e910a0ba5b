//! Shells: sessions that clients reach by an identifier, with what waits to be fetched.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;
use uuid::Uuid;

use super::envelope::Fault;

/// Shells that are not used for so long are ended.
pub(super) const IDLE: Duration = Duration::from_secs(7200);
/// Shells at a time.
const MOST_SHELLS: usize = 400;

/// How a session begins.
pub struct Opening {
    pub configuration: String,
    pub user: String,
}

/// What a client gives a session.
pub enum Incoming {
    /// Fragments for a pipeline (zero: the session); `is_response` answers the host's question.
    Data { id: Uuid, data: Vec<u8>, is_response: bool },
    /// A pipeline is to stop.
    Stop(Uuid),
    /// A pipeline is not wanted any more; zero ends the session.
    Close(Uuid),
}

/// A block of fragments for the client.
pub struct Outgoing {
    pub id: Uuid,
    pub data: Vec<u8>,
    /// The pipeline has ended with this block.
    pub is_end: bool,
}

/// Takes what a session has for its client.
pub type Outlet = Box<dyn FnMut(Outgoing) + Send>;

/// The answering side of a session.
pub trait Conversation: Send {
    /// Takes what the client gave; the text says why it can't be taken, after which the session is of no use.
    fn receive(&mut self, incoming: Incoming) -> Result<(), String>;
}

/// Opens sessions.
pub trait Sessions: Send + Sync {
    /// A new session; what it has for the client goes through the outlet.
    fn open(&self, opening: Opening, outlet: Outlet) -> Box<dyn Conversation>;
}

#[derive(Default)]
struct Stream {
    blocks: VecDeque<Vec<u8>>,
    has_ended: bool,
}

#[derive(Default)]
struct Waiting {
    streams: Mutex<HashMap<Uuid, Stream>>,
    changed: Notify,
}

/// A shell.
pub(crate) struct Shell {
    owner: String,
    conversation: Mutex<Box<dyn Conversation>>,
    waiting: Arc<Waiting>,
    used: Mutex<Instant>,
}

fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shell {
    /// Gives the session something.
    pub fn take(&self, incoming: Incoming) -> Result<(), Fault> {
        *lock(&self.used) = Instant::now();
        if let Incoming::Close(id) = &incoming {
            lock(&self.waiting.streams).remove(id);
        }
        lock(&self.conversation).receive(incoming).map_err(|reason| Fault::internal(&reason))
    }

    /// Begins a pipeline.
    pub fn begin(&self, id: Uuid, data: Vec<u8>) -> Result<(), Fault> {
        lock(&self.waiting.streams).insert(id, Stream::default());
        self.take(Incoming::Data { id, data, is_response: false })
    }

    /// Waits for fragments of a pipeline or of the session, at most so many bytes; whether that was the last. None when the
    /// time is over.
    pub async fn receive(&self, id: Uuid, wait: Duration, room: usize) -> Option<(Vec<u8>, bool)> {
        let deadline = tokio::time::Instant::now() + wait;
        loop {
            let changed = self.waiting.changed.notified();
            tokio::pin!(changed);
            // Registered before looking, so that nothing that comes meanwhile is missed.
            changed.as_mut().enable();
            if let Some(found) = self.fetch(id, room) {
                *lock(&self.used) = Instant::now();
                return Some(found);
            }
            tokio::time::timeout_at(deadline, changed).await.ok()?;
        }
    }

    fn fetch(&self, id: Uuid, room: usize) -> Option<(Vec<u8>, bool)> {
        let mut streams = lock(&self.waiting.streams);
        let stream = streams.get_mut(&id)?;
        let mut data = Vec::new();
        while let Some(block) = stream.blocks.front() {
            if !data.is_empty() && data.len() + block.len() > room {
                break;
            }
            data.extend(stream.blocks.pop_front().unwrap_or_default());
        }
        if data.is_empty() {
            return None;
        }
        Some((data, stream.has_ended && stream.blocks.is_empty()))
    }
}

/// All shells of a service.
pub struct Remote {
    sessions: Box<dyn Sessions>,
    shells: Mutex<HashMap<Uuid, Arc<Shell>>>,
}

impl Remote {
    /// Without shells yet.
    pub fn new(sessions: Box<dyn Sessions>) -> Remote {
        Remote { sessions, shells: Mutex::default() }
    }

    /// A shell of a user; others' shells are not found.
    pub(super) fn shell(&self, id: Uuid, user: &str) -> Result<Arc<Shell>, Fault> {
        lock(&self.shells).get(&id).filter(|shell| shell.owner == user).cloned().ok_or_else(Fault::selectors)
    }

    /// A new shell, given what its creation holds.
    pub(super) fn create(&self, id: Uuid, user: &str, configuration: &str, data: Vec<u8>) -> Result<(), Fault> {
        self.sweep();
        let waiting = Arc::new(Waiting::default());
        lock(&waiting.streams).insert(Uuid::nil(), Stream::default());
        let outlet = {
            let waiting = waiting.clone();
            Box::new(move |outgoing: Outgoing| {
                if let Some(stream) = lock(&waiting.streams).get_mut(&outgoing.id) {
                    stream.blocks.push_back(outgoing.data);
                    stream.has_ended |= outgoing.is_end;
                }
                waiting.changed.notify_waiters();
            })
        };
        let opening = Opening { configuration: configuration.to_string(), user: user.to_string() };
        let shell = Shell {
            owner: user.to_string(),
            conversation: Mutex::new(self.sessions.open(opening, outlet)),
            waiting,
            used: Mutex::new(Instant::now()),
        };
        {
            let mut shells = lock(&self.shells);
            if shells.len() >= MOST_SHELLS {
                return Err(Fault::quota());
            }
            if shells.contains_key(&id) {
                return Err(Fault::selectors());
            }
            shells.insert(id, Arc::new(shell));
        }
        let taken = self.shell(id, user)?.take(Incoming::Data { id: Uuid::nil(), data, is_response: false });
        if taken.is_err() {
            lock(&self.shells).remove(&id);
        }
        taken
    }

    /// Ends a shell.
    pub(super) fn delete(&self, id: Uuid, user: &str) -> Result<(), Fault> {
        let shell = self.shell(id, user)?;
        lock(&self.shells).remove(&id);
        shell.take(Incoming::Close(Uuid::nil()))
    }

    /// Ends shells whose clients have gone.
    fn sweep(&self) {
        let old: Vec<Arc<Shell>> = {
            let mut shells = lock(&self.shells);
            let idle: Vec<Uuid> =
                shells.iter().filter(|(_, s)| lock(&s.used).elapsed() > IDLE).map(|(id, _)| *id).collect();
            idle.iter().filter_map(|id| shells.remove(id)).collect()
        };
        for shell in old {
            if let Err(fault) = shell.take(Incoming::Close(Uuid::nil())) {
                tracing::debug!(?fault, "an idle session did not close");
            }
        }
    }
}
