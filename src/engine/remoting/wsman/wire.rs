//! Packets over WS-Man. A request that waits stands for the session and for each pipeline that runs, each on a connection of its own;
//! connections that are free serve the next request.

use std::collections::{HashMap, HashSet};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use parking_lot::Mutex;
use uuid::Uuid;
use values::xml::scan;

use super::channel::{Channel, Target};
use super::envelope::{Addressing, Ask};
use super::fault::Fault;
use crate::remoting::client::Wire;
use crate::remoting::packet::{Element, Packet};

/// Free connections that are kept.
const MOST_FREE: usize = 4;

type Arrived = Result<Packet, String>;

/// What the session and the threads that wait for it share.
struct Shared {
    target: Target,
    addressing: Addressing,
    /// Connections that nobody uses.
    free: Mutex<Vec<Channel>>,
    /// Sockets on which somebody waits, by number.
    waiting: Mutex<HashMap<u64, TcpStream>>,
    next: AtomicU64,
    /// How often the session was closed or left to itself. Whoever began to wait before is not to wait any longer, also
    /// where the session has been taken up again by the time he hears of it.
    endings: AtomicU64,
    /// Pipelines that are not wanted any more.
    closed: Mutex<HashSet<Uuid>>,
    fault: Mutex<Option<Fault>>,
}

impl Shared {
    /// Sends a request on a connection of its own. One that was free for a while may have been closed by the server, which is
    /// seen by an answer that does not begin; then it is sent once more.
    fn ask(&self, ask: &Ask) -> Result<String, Fault> {
        let envelope = self.addressing.envelope(ask);
        let endings = self.endings.load(Ordering::Relaxed);
        let free = self.free.lock().pop();
        let was_free = free.is_some();
        let mut channel = match free {
            Some(channel) => channel,
            None => Channel::open(&self.target)?,
        };
        let mut answer = self.ask_on(&mut channel, &envelope);
        let is_stale = matches!(&answer, Err(fault) if fault.name() == "ImproperResponse");
        if was_free && is_stale && !self.has_ended_since(endings) {
            channel = Channel::open(&self.target)?;
            answer = self.ask_on(&mut channel, &envelope);
        }
        let is_usable = match &answer {
            Ok(_) => true,
            Err(fault) => fault.is_time_over() || fault.is_aborted(),
        };
        let mut free = self.free.lock();
        if is_usable && free.len() < MOST_FREE {
            free.push(channel);
        }
        answer
    }

    fn ask_on(&self, channel: &mut Channel, envelope: &str) -> Result<String, Fault> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        if let Some(socket) = channel.socket() {
            self.waiting.lock().insert(number, socket);
        }
        let answer = channel.ask(&self.target, envelope);
        self.waiting.lock().remove(&number);
        answer
    }

    fn has_ended_since(&self, endings: u64) -> bool {
        self.endings.load(Ordering::Relaxed) != endings
    }

    /// Waits for what a pipeline says (zero: the session) until its end, or until the session has ended once more.
    fn listen(&self, id: Uuid, endings: u64, out: &Sender<Arrived>) {
        let is_wanted = || !self.has_ended_since(endings) && !self.closed.lock().contains(&id);
        while is_wanted() {
            let body = match self.ask(&Ask::Receive(id)) {
                Ok(body) => body,
                Err(fault) if fault.is_time_over() => continue,
                Err(fault) => {
                    if is_wanted() {
                        let text = fault.text.clone();
                        *self.fault.lock() = Some(fault);
                        // Nobody may be there any more who wants to know.
                        let _ = out.send(Err(text));
                    }
                    return;
                }
            };
            for data in scan::texts(&body, "Stream") {
                let packet = STANDARD.decode(data.trim()).map_err(|error| error.to_string());
                if out.send(packet.map(|data| Packet::data(id, data))).is_err() {
                    return;
                }
            }
            let states = scan::attributes(&body, "CommandState", "State");
            if states.into_iter().flatten().any(|state| state.ends_with("/Done")) {
                return;
            }
        }
    }
}

/// A session on a server of WS-Man.
pub struct WsManWire {
    shared: Arc<Shared>,
    arrived: Receiver<Arrived>,
    sender: Sender<Arrived>,
    /// The session's name and how long it may be unused, in milliseconds.
    name: String,
    idle: Option<u64>,
    is_created: bool,
    /// What pipelines say is left to whoever receives it.
    holds_back: bool,
    /// Pipelines whose first data have not come.
    begun: HashSet<Uuid>,
    /// Pipelines that run.
    running: HashSet<Uuid>,
}

/// What a session at a server is called.
pub struct Naming {
    pub configuration: String,
    pub shell: Uuid,
    pub name: String,
    /// How long it may be unused, in milliseconds.
    pub idle: Option<u64>,
}

impl WsManWire {
    /// A way to a server, not tried yet. `wait` is how long the server may keep a request waiting.
    pub fn new(target: Target, naming: Naming, wait: Duration) -> WsManWire {
        let (sender, arrived) = channel();
        let addressing = Addressing {
            to: format!("{}://{}{}", target.url.scheme, target.url.authority(), target.url.target()),
            configuration: naming.configuration,
            shell: naming.shell,
            client: Uuid::new_v4(),
            wait: u64::try_from(wait.as_millis()).unwrap_or(60_000),
        };
        let shared = Shared {
            target,
            addressing,
            free: Mutex::default(),
            waiting: Mutex::default(),
            next: AtomicU64::new(0),
            endings: AtomicU64::new(0),
            closed: Mutex::default(),
            fault: Mutex::default(),
        };
        WsManWire {
            shared: Arc::new(shared),
            arrived,
            sender,
            name: naming.name,
            idle: naming.idle,
            is_created: false,
            holds_back: false,
            begun: HashSet::new(),
            running: HashSet::new(),
        }
    }

    /// Where the last fault can be read after the wire is given away.
    pub fn faults(&self) -> impl Fn() -> Option<Fault> + use<> {
        let shared = self.shared.clone();
        move || shared.fault.lock().clone()
    }

    fn ask(&self, ask: &Ask) -> Result<String, String> {
        // A stop may end the wait for a server that does not answer, but not what a session that there is has to be told: the
        // stop itself among it.
        let answer = match ask {
            Ask::Create { .. } | Ask::Connect { .. } => self.shared.ask(ask),
            _ => values::stop::regardless(|| self.shared.ask(ask)),
        };
        answer.map_err(|fault| {
            let text = fault.text.clone();
            *self.shared.fault.lock() = Some(fault);
            text
        })
    }

    fn listen(&self, id: Uuid) {
        let (shared, sender) = (self.shared.clone(), self.sender.clone());
        let endings = shared.endings.load(Ordering::Relaxed);
        std::thread::spawn(move || shared.listen(id, endings, &sender));
    }

    /// What comes of a request that is answered at once.
    fn put(&self, packet: Packet) {
        // The receiver is ours.
        let _ = self.sender.send(Ok(packet));
    }

    fn data(&mut self, packet: &Packet) -> Result<(), String> {
        let (id, data) = (packet.id, &packet.data[..]);
        if id.is_nil() && !std::mem::replace(&mut self.is_created, true) {
            self.ask(&Ask::Create { name: &self.name, idle: self.idle, data })?;
            self.listen(id);
            return Ok(());
        }
        if self.begun.remove(&id) {
            self.ask(&Ask::Command { id, data })?;
            self.running.insert(id);
            if !self.holds_back {
                self.listen(id);
            }
            return Ok(());
        }
        self.ask(&Ask::Send { id, is_response: packet.is_response, data }).map(|_| ())
    }

    /// Breaks off what waits.
    fn end_waiting(&self) {
        self.shared.endings.fetch_add(1, Ordering::Relaxed);
        for socket in self.shared.waiting.lock().values() {
            // One that is closed already needs no more.
            let _ = socket.shutdown(Shutdown::Both);
        }
        self.shared.free.lock().clear();
    }

    fn close(&mut self, id: Uuid) -> Result<(), String> {
        if id.is_nil() {
            let done = if self.is_created { self.ask(&Ask::Delete).map(|_| ()) } else { Ok(()) };
            self.is_created = false;
            self.end_waiting();
            self.put(Packet::of(Element::CloseAck, id));
            return done;
        }
        self.shared.closed.lock().insert(id);
        if self.running.remove(&id) {
            self.ask(&Ask::Terminate(id))?;
        }
        self.put(Packet::of(Element::CloseAck, id));
        Ok(())
    }
}

impl Wire for WsManWire {
    fn send(&mut self, packet: &Packet) -> Result<(), String> {
        match packet.element {
            Element::Data => self.data(packet),
            Element::Command => {
                self.begun.insert(packet.id);
                Ok(())
            }
            Element::Signal => self.ask(&Ask::Signal(packet.id)).map(|_| ()),
            Element::Close => self.close(packet.id),
            // Answers to requests serve as acknowledgements.
            Element::DataAck | Element::CommandAck | Element::CloseAck | Element::SignalAck => Ok(()),
        }
    }

    fn receive(&mut self, wait: Duration) -> Result<Option<Packet>, String> {
        match self.arrived.recv_timeout(wait) {
            Ok(packet) => packet.map(Some),
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => Err("The session is closed.".to_string()),
        }
    }

    fn hold_back(&mut self) {
        self.holds_back = true;
    }

    fn disconnect(&mut self) -> Result<(), String> {
        self.ask(&Ask::Disconnect(self.idle))?;
        self.end_waiting();
        Ok(())
    }

    fn reconnect(&mut self) -> Result<(), String> {
        self.ask(&Ask::Reconnect)?;
        self.holds_back = false;
        self.listen(Uuid::nil());
        for id in &self.running {
            self.listen(*id);
        }
        Ok(())
    }

    fn take_over(&mut self, data: &[u8]) -> Result<(), String> {
        let answer = self.ask(&Ask::Connect { id: Uuid::nil(), data })?;
        let data = scan::text(&answer, "connectResponseXml").ok_or("The server's answer holds no session.")?;
        let data = STANDARD.decode(data.trim()).map_err(|error| error.to_string())?;
        self.is_created = true;
        self.put(Packet::data(Uuid::nil(), data));
        self.listen(Uuid::nil());
        Ok(())
    }

    fn take_over_pipeline(&mut self, id: Uuid) -> Result<(), String> {
        self.ask(&Ask::Connect { id, data: &[] })?;
        self.running.insert(id);
        self.listen(id);
        Ok(())
    }

    fn pipelines(&mut self) -> Result<Vec<Uuid>, String> {
        let answer = self.ask(&Ask::Commands)?;
        Ok(scan::texts(&answer, "CommandId").iter().filter_map(|id| Uuid::parse_str(id).ok()).collect())
    }
}

impl Drop for WsManWire {
    fn drop(&mut self) {
        self.end_waiting();
    }
}

/// A session that a server has.
pub struct Listed {
    pub id: Uuid,
    pub name: String,
    pub configuration: String,
    pub is_disconnected: bool,
}

/// The sessions that somebody has at a server.
pub fn sessions(target: &Target, wait: Duration) -> Result<Vec<Listed>, Fault> {
    let naming = Naming { configuration: String::new(), shell: Uuid::nil(), name: String::new(), idle: None };
    let body = WsManWire::new(target.clone(), naming, wait).shared.ask(&Ask::Shells)?;
    let part = |name: &str| scan::texts(&body, name);
    let (names, states, resources) = (part("Name"), part("State"), part("ResourceUri"));
    let listed = part("ShellId").into_iter().enumerate().filter_map(|(at, id)| {
        let resource = resources.get(at)?;
        Some(Listed {
            id: Uuid::parse_str(&id).ok()?,
            name: names.get(at).cloned().unwrap_or_default(),
            configuration: resource.rsplit('/').next().unwrap_or_default().to_string(),
            is_disconnected: states.get(at).is_some_and(|state| state == "Disconnected"),
        })
    });
    Ok(listed.collect())
}

#[cfg(test)]
mod tests {
    use super::super::channel::Way;
    use super::*;
    use std::net::TcpListener;
    use values::http::{Transport, Url};

    fn wire_to(server: &TcpListener) -> WsManWire {
        let url = format!("http://{}/wsman", server.local_addr().unwrap());
        let target = Target {
            url: Url::parse(&url).unwrap(),
            transport: Transport::default(),
            user: "Ana".to_string(),
            password: "Secret1!".to_string(),
            way: Way::Negotiate,
        };
        let naming = Naming {
            configuration: "Microsoft.PowerShell".to_string(),
            shell: Uuid::nil(),
            name: "Kept".to_string(),
            idle: None,
        };
        WsManWire::new(target, naming, Duration::from_secs(1))
    }

    /// A slow thread hears that its connection has ended when the session is in use again already.
    #[test]
    fn who_waited_before_a_session_was_left_says_nothing_after() {
        let server = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut wire = wire_to(&server);
        wire.listen(Uuid::nil());
        let (before, _) = server.accept().unwrap();
        wire.end_waiting();
        wire.listen(Uuid::nil());
        let (after, _) = server.accept().unwrap();
        drop(before);
        assert!(matches!(wire.receive(Duration::from_millis(300)), Ok(None)));
        drop(after);
        assert!(wire.receive(Duration::from_secs(20)).is_err(), "who waits now says why it ended");
    }
}
