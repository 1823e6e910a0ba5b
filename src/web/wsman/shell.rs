//! Shells: sessions that clients reach by an identifier, with what waits to be fetched.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;
use uuid::Uuid;

use super::envelope::Fault;

/// Shells that are not used for so long are ended.
pub(super) const IDLE: Duration = Duration::from_secs(7200);
/// A client that has broken off a request, and one that asks for nothing while its pipelines run, has gone after so long.
const BROKEN_OFF: Duration = Duration::from_secs(30);
const SILENT: Duration = Duration::from_secs(240);
/// Shells at a time.
const MOST_SHELLS: usize = 400;
/// Bytes that wait for a client; a pipeline that has written more waits too.
const MOST_WAITING: usize = 4 << 20;
/// How long the wish to stop is not looked at.
const PATIENCE: Duration = Duration::from_millis(50);

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
/// Waits until a client has taken most of what a pipeline wrote, or the pipeline is to stop.
pub type Room = Box<dyn Fn(Uuid, &AtomicBool) + Send + Sync>;

/// The answering side of a session.
pub trait Conversation: Send {
    /// Takes what the client gave; the text says why it can't be taken, after which the session is of no use.
    fn receive(&mut self, incoming: Incoming) -> Result<(), String>;
}

/// Opens sessions.
pub trait Sessions: Send + Sync {
    /// A new session; what it has for the client goes through the outlet.
    fn open(&self, opening: Opening, outlet: Outlet, room: Room) -> Box<dyn Conversation>;
}

#[derive(Default)]
struct Stream {
    blocks: VecDeque<Vec<u8>>,
    bytes: usize,
    has_ended: bool,
}

#[derive(Default)]
struct Waiting {
    streams: Mutex<HashMap<Uuid, Stream>>,
    changed: Notify,
    /// Something was fetched, or nothing will be any more.
    fetched: Condvar,
}

impl Waiting {
    fn put(&self, outgoing: Outgoing) {
        if let Some(stream) = lock(&self.streams).get_mut(&outgoing.id) {
            stream.bytes += outgoing.data.len();
            stream.blocks.push_back(outgoing.data);
            stream.has_ended |= outgoing.is_end;
        }
        self.changed.notify_waiters();
    }

    fn wait_for_room(&self, id: Uuid, stop: &AtomicBool) {
        let mut streams = lock(&self.streams);
        while streams.get(&id).is_some_and(|s| s.bytes > MOST_WAITING) && !stop.load(Ordering::Relaxed) {
            streams = match self.fetched.wait_timeout(streams, PATIENCE) {
                Ok((streams, _)) => streams,
                Err(poisoned) => poisoned.into_inner().0,
            };
        }
    }
}

/// When a client was last heard of.
struct Heard {
    at: Instant,
    /// Requests that wait for something.
    waiting: usize,
    /// One of them was broken off, and nothing came since.
    is_broken_off: bool,
    is_disconnected: bool,
}

/// A request that waits.
struct Attending<'a> {
    shell: &'a Shell,
    is_answered: bool,
}

impl Drop for Attending<'_> {
    fn drop(&mut self) {
        let mut heard = lock(&self.shell.heard);
        heard.at = Instant::now();
        heard.waiting -= 1;
        heard.is_broken_off |= !self.is_answered;
    }
}

/// A shell.
pub(crate) struct Shell {
    owner: String,
    configuration: String,
    name: String,
    conversation: Mutex<Box<dyn Conversation>>,
    waiting: Arc<Waiting>,
    heard: Mutex<Heard>,
    idle: Duration,
}

fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shell {
    /// Gives the session something.
    pub fn take(&self, incoming: Incoming) -> Result<(), Fault> {
        self.hear();
        self.pass(incoming)
    }

    fn hear(&self) {
        let mut heard = lock(&self.heard);
        heard.at = Instant::now();
        heard.is_broken_off = false;
    }

    fn pass(&self, incoming: Incoming) -> Result<(), Fault> {
        if let Incoming::Close(id) = &incoming {
            let mut streams = lock(&self.waiting.streams);
            match id.is_nil() {
                true => streams.clear(),
                false => drop(streams.remove(id)),
            }
            drop(streams);
            self.waiting.fetched.notify_all();
            self.waiting.changed.notify_waiters();
        }
        lock(&self.conversation).receive(incoming).map_err(|reason| Fault::internal(&reason))
    }

    /// The client leaves the session to itself, or comes back.
    pub fn set_disconnected(&self, is_disconnected: bool) {
        self.hear();
        lock(&self.heard).is_disconnected = is_disconnected;
    }

    /// Another client takes the session over: what it says first, and the answer to it.
    pub fn connect(&self, data: Vec<u8>) -> Result<Vec<u8>, Fault> {
        // What the last client did not fetch of the session's own messages is not for this one.
        if let Some(stream) = lock(&self.waiting.streams).get_mut(&Uuid::nil()) {
            *stream = Stream::default();
        }
        self.take(Incoming::Data { id: Uuid::nil(), data, is_response: false })?;
        lock(&self.heard).is_disconnected = false;
        // The answer holds all but the last message, the application's data: those a client awaits on the stream.
        let mut streams = lock(&self.waiting.streams);
        let stream = streams.get_mut(&Uuid::nil()).ok_or_else(Fault::aborted)?;
        let last = stream.blocks.pop_back();
        let answer: Vec<u8> = stream.blocks.drain(..).flatten().collect();
        stream.bytes = last.as_ref().map_or(0, Vec::len);
        stream.blocks.extend(last);
        Ok(answer)
    }

    /// The pipelines that run, or whose end nobody has read.
    pub fn commands(&self) -> Vec<Uuid> {
        lock(&self.waiting.streams).keys().copied().filter(|id| !id.is_nil()).collect()
    }

    /// What is said of it in a list.
    pub fn facts(&self) -> Facts {
        Facts {
            name: self.name.clone(),
            configuration: self.configuration.clone(),
            idle: self.idle,
            is_disconnected: lock(&self.heard).is_disconnected,
        }
    }

    /// Pipelines that nobody will read the end of.
    fn orphans(&self) -> Vec<Uuid> {
        let heard = lock(&self.heard);
        let limit = if heard.is_broken_off { BROKEN_OFF } else { SILENT };
        if heard.waiting > 0 || heard.is_disconnected || heard.at.elapsed() < limit {
            return Vec::new();
        }
        drop(heard);
        lock(&self.waiting.streams).iter().filter(|(id, s)| !id.is_nil() && !s.has_ended).map(|(id, _)| *id).collect()
    }

    /// Begins a pipeline.
    pub fn begin(&self, id: Uuid, data: Vec<u8>) -> Result<(), Fault> {
        lock(&self.waiting.streams).insert(id, Stream::default());
        self.take(Incoming::Data { id, data, is_response: false })
    }

    /// Waits for fragments of a pipeline or of the session, at most so many bytes; whether that was the last. A fault when the
    /// time is over, or what is waited for has ended.
    pub async fn receive(&self, id: Uuid, wait: Duration, room: usize) -> Result<(Vec<u8>, bool), Fault> {
        let deadline = Instant::now() + wait;
        self.hear();
        lock(&self.heard).waiting += 1;
        let mut attending = Attending { shell: self, is_answered: false };
        loop {
            let changed = self.waiting.changed.notified();
            tokio::pin!(changed);
            // Registered before looking, so that nothing that comes meanwhile is missed.
            changed.as_mut().enable();
            match self.fetch(id, room) {
                Some(None) => {}
                found => {
                    attending.is_answered = true;
                    return found.flatten().ok_or_else(Fault::aborted);
                }
            }
            if tokio::time::timeout_at(deadline, changed).await.is_err() {
                attending.is_answered = true;
                return Err(Fault::timed_out());
            }
        }
    }

    /// What waits of a stream; none of the inner when nothing does, none at all when there is no such stream.
    fn fetch(&self, id: Uuid, room: usize) -> Option<Option<(Vec<u8>, bool)>> {
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
            return Some(None);
        }
        stream.bytes -= data.len();
        self.waiting.fetched.notify_all();
        Some(Some((data, stream.has_ended && stream.blocks.is_empty())))
    }
}

/// What a list says of a shell.
pub(super) struct Facts {
    pub name: String,
    pub configuration: String,
    pub idle: Duration,
    pub is_disconnected: bool,
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

    /// The shells of a user.
    pub(super) fn list(&self, user: &str) -> Vec<(Uuid, Facts)> {
        let shells = lock(&self.shells);
        shells.iter().filter(|(_, shell)| shell.owner == user).map(|(id, shell)| (*id, shell.facts())).collect()
    }

    /// A new shell, given what its creation holds.
    pub(super) fn create(
        &self,
        id: Uuid,
        (user, configuration, name): (&str, &str, String),
        idle: Option<Duration>,
        data: Vec<u8>,
    ) -> Result<(), Fault> {
        let waiting = Arc::new(Waiting::default());
        lock(&waiting.streams).insert(Uuid::nil(), Stream::default());
        let (outlet, room) = (waiting.clone(), waiting.clone());
        let opening = Opening { configuration: configuration.to_string(), user: user.to_string() };
        let shell = Shell {
            owner: user.to_string(),
            configuration: configuration.to_string(),
            name,
            conversation: Mutex::new(self.sessions.open(
                opening,
                Box::new(move |outgoing| outlet.put(outgoing)),
                Box::new(move |id, stop| room.wait_for_room(id, stop)),
            )),
            waiting,
            heard: Mutex::new(Heard { at: Instant::now(), waiting: 0, is_broken_off: false, is_disconnected: false }),
            idle: idle.unwrap_or(IDLE).clamp(Duration::from_secs(60), IDLE),
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

    /// Ends shells that were not used for long, and the pipelines of clients that have gone.
    pub(crate) fn sweep(&self) {
        let (mut old, mut left) = (Vec::new(), Vec::new());
        lock(&self.shells).retain(|_, shell| {
            let heard = lock(&shell.heard);
            let is_used = heard.waiting > 0 || heard.at.elapsed() <= shell.idle;
            drop(heard);
            (if is_used { &mut left } else { &mut old }).push(shell.clone());
            is_used
        });
        let ends = old.into_iter().map(|shell| (shell, Uuid::nil()));
        let orphans = left.into_iter().flat_map(|shell| {
            let orphans = shell.orphans();
            orphans.into_iter().map(move |id| (shell.clone(), id))
        });
        for (shell, id) in ends.chain(orphans) {
            if let Err(fault) = shell.pass(Incoming::Close(id)) {
                tracing::debug!(?fault, "what nobody uses did not close");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::{Receiver, Sender, channel};

    /// Tells what a conversation was given; says what it is told to say.
    struct Recorded(Mutex<Option<Sender<(Uuid, Outlet, Room)>>>, Sender<Uuid>);
    struct Told(Sender<Uuid>);

    impl Sessions for Recorded {
        fn open(&self, _opening: Opening, outlet: Outlet, room: Room) -> Box<dyn Conversation> {
            if let Some(out) = &*lock(&self.0) {
                out.send((Uuid::nil(), outlet, room)).unwrap();
            }
            Box::new(Told(self.1.clone()))
        }
    }

    impl Conversation for Told {
        fn receive(&mut self, incoming: Incoming) -> Result<(), String> {
            if let Incoming::Close(id) = incoming {
                self.0.send(id).unwrap();
            }
            Ok(())
        }
    }

    fn remote() -> (Remote, Outlet, Room, Receiver<Uuid>, Arc<Shell>) {
        let ((made, outlets), (told, closed)) = (channel(), channel());
        let remote = Remote::new(Box::new(Recorded(Mutex::new(Some(made)), told)));
        let id = Uuid::from_u128(1);
        remote.create(id, ("ana", "Microsoft.PowerShell", "Runspace1".to_string()), None, Vec::new()).unwrap();
        let (_, outlet, room) = outlets.recv().unwrap();
        let shell = remote.shell(id, "ana").unwrap();
        assert!(remote.shell(id, "ben").is_err());
        (remote, outlet, room, closed, shell)
    }

    #[tokio::test(start_paused = true)]
    async fn pipelines_of_clients_that_have_gone_are_closed() {
        let (remote, _outlet, _room, closed, shell) = remote();
        let id = Uuid::from_u128(7);
        shell.begin(id, Vec::new()).unwrap();
        // A request that is broken off.
        let waiting = tokio::time::timeout(Duration::from_secs(1), shell.receive(id, SILENT, 1000)).await;
        assert!(waiting.is_err());
        tokio::time::advance(BROKEN_OFF - Duration::from_secs(1)).await;
        remote.sweep();
        assert!(closed.try_recv().is_err());
        tokio::time::advance(Duration::from_secs(2)).await;
        remote.sweep();
        assert_eq!(closed.try_recv(), Ok(id));

        shell.begin(id, Vec::new()).unwrap();
        shell.set_disconnected(true);
        tokio::time::advance(SILENT * 2).await;
        remote.sweep();
        assert!(closed.try_recv().is_err());
        shell.set_disconnected(false);
        tokio::time::advance(SILENT + Duration::from_secs(1)).await;
        remote.sweep();
        assert_eq!(closed.try_recv(), Ok(id));

        tokio::time::advance(IDLE + Duration::from_secs(1)).await;
        // A request that waits is told that its shell has gone.
        remote.sweep();
        assert_eq!(closed.try_recv(), Ok(Uuid::nil()));
        assert!(shell.receive(id, SILENT, 1000).await.is_err());
        assert!(remote.shell(Uuid::from_u128(1), "ana").is_err());
    }

    #[tokio::test]
    async fn who_writes_too_much_waits_until_it_is_fetched() {
        let (_remote, mut outlet, room, _closed, shell) = remote();
        let id = Uuid::from_u128(7);
        shell.begin(id, Vec::new()).unwrap();
        outlet(Outgoing { id, data: vec![0; MOST_WAITING + 1], is_end: false });
        let (done, is_done) = channel();
        let writer = std::thread::spawn(move || {
            room(id, &AtomicBool::new(true));
            done.send(()).unwrap();
            room(id, &AtomicBool::new(false));
            done.send(()).unwrap();
        });
        is_done.recv().unwrap();
        assert!(is_done.try_recv().is_err());
        let (data, has_ended) = shell.receive(id, SILENT, 1000).await.unwrap();
        assert_eq!((data.len(), has_ended), (MOST_WAITING + 1, false));
        writer.join().unwrap();
        assert!(is_done.recv().is_ok());
    }
}
