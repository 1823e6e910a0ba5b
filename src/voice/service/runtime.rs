//! What all roles share.

use super::{ActiveCalls, Health, LiveZone, Options};
use crate::config::{RoleKind, Server, Snapshot};
use crate::mailbox::{Delivery, VoiceStore};
use crate::prompt::Prompts;
use crate::record::{CallRecord, EventLog, Ladder};
use arc_swap::ArcSwap;
use parking_lot::Mutex;
use signaling::agent::{Agent, AgentConfig, Incoming, Listen};
use signaling::transport::{Network, TlsIdentity, Transport, TransportError};
use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use tokio::sync::mpsc;

/// Name that the product gives itself in User-Agent and Server.
pub const PRODUCT: &str = concat!("dialtone/", env!("CARGO_PKG_VERSION"));

/// Deliveries at a time.
const DELIVERIES: usize = 4;

/// Why a role cannot run.
#[derive(Debug, thiserror::Error)]
pub enum RoleError {
    #[error("{0}")]
    Transport(#[from] TransportError),
    #[error("no certificate is assigned to {0} although its start-up mode needs TLS")]
    NoCertificate(&'static str),
    #[error("certificate: {0}")]
    Certificate(#[from] signaling::transport::TlsError),
}

/// A moment of the wall clock.
pub type WallClock = chrono::DateTime<chrono::Utc>;

/// Shared by all roles; always behind an `Arc`.
pub struct Runtime {
    pub options: Options,
    pub network: Network,
    pub zone: Arc<LiveZone>,
    pub store: VoiceStore,
    pub delivery: Delivery,
    /// Turns of deliveries: so many at a time.
    pub deliveries: tokio::sync::Semaphore,
    pub events: EventLog,
    pub ladder: Ladder,
    pub active: ActiveCalls,
    pub prompts: Prompts,
    pub registrations: crate::frontend::Registrations,
    pub presence: crate::frontend::Presence,
    pub health: Health,
    pub parked: crate::frontend::Parked,
    /// What the service's own test phone signs in with for any user, as synthetic transactions of a trusted server do.
    pub test_secret: String,
    /// Agents of the UM services that run, for requests outside calls.
    um_agents: Mutex<HashMap<String, Agent>>,
    snapshot: ArcSwap<Snapshot>,
    /// Wall clock, which tests replace: auto attendants and greetings go by it.
    pub wall_clock: fn() -> WallClock,
}

impl Runtime {
    /// A runtime without roles.
    pub fn new(options: Options, network: Network, store: VoiceStore) -> Arc<Runtime> {
        Arc::new(Runtime {
            options,
            network,
            zone: Arc::new(LiveZone::default()),
            delivery: Delivery::new(store.clone()),
            deliveries: tokio::sync::Semaphore::new(DELIVERIES),
            events: EventLog::new(store.clone()),
            store,
            ladder: Ladder::default(),
            active: ActiveCalls::default(),
            prompts: Prompts::default(),
            registrations: crate::frontend::Registrations::default(),
            presence: crate::frontend::Presence::default(),
            health: Health::default(),
            parked: crate::frontend::Parked::default(),
            test_secret: format!("{}{}", signaling::agent::token(), signaling::agent::token()),
            um_agents: Mutex::default(),
            snapshot: ArcSwap::default(),
            wall_clock: chrono::Utc::now,
        })
    }

    /// The agent of a UM service that runs here.
    pub fn um_agent(&self, fqdn: &str) -> Option<Agent> {
        self.um_agents.lock().get(&fqdn.to_ascii_lowercase()).cloned()
    }

    /// Notes the agent of a UM service, or that it stopped.
    pub(crate) fn set_um_agent(&self, fqdn: &str, agent: Option<Agent>) {
        let name = fqdn.to_ascii_lowercase();
        let mut agents = self.um_agents.lock();
        match agent {
            Some(agent) => agents.insert(name, agent),
            None => agents.remove(&name),
        };
    }

    /// The configuration now.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.snapshot.load_full()
    }

    /// Takes over a new configuration.
    pub fn set_snapshot(&self, snapshot: Arc<Snapshot>) {
        self.zone.set(snapshot.zone(self.options.port_offset));
        let mut names: HashMap<IpAddr, String> =
            snapshot.addresses().into_iter().map(|(name, address)| (address, name)).collect();
        names.insert(super::test_call::PHONE, "test phone".into());
        self.ladder.set_names(names);
        self.snapshot.store(snapshot);
    }

    /// Address of a server of the organisation.
    pub fn address_of(&self, fqdn: &str) -> IpAddr {
        self.zone.lookup(fqdn).first().copied().unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST))
    }

    /// Certificate and trust of a role.
    pub fn identity(
        &self,
        server: &Server,
        role: RoleKind,
        require_client: bool,
    ) -> Result<Option<TlsIdentity>, RoleError> {
        match server.certificate(role) {
            Some(certificate) => {
                let snapshot = self.snapshot();
                Ok(Some(TlsIdentity::new(&certificate.chain, &certificate.key, &snapshot.roots, require_client)?))
            }
            None => Ok(None),
        }
    }

    /// Opens the agent of a role.
    pub async fn open_agent(
        &self,
        name: &str,
        listen: Vec<Listen>,
        tls: Option<TlsIdentity>,
    ) -> Result<(Agent, mpsc::Receiver<Incoming>), RoleError> {
        let (address, blocked) = (self.address_of(name), self.snapshot().blocked.clone());
        let listen = listen
            .into_iter()
            .filter(|l| !blocked.iter().any(|rule| rule.covers(address, l.transport, l.port)))
            .collect();
        let config = AgentConfig {
            name: name.to_string(),
            address,
            listen,
            port_offset: self.options.port_offset,
            user_agent: PRODUCT.into(),
            network: self.network.clone(),
            tls,
            resolver: self.zone.clone(),
            trace: Some(self.ladder.sink()),
        };
        Ok(Agent::open(config).await?)
    }

    /// Keeps a call record, and the ladder of the call.
    pub fn keep_record(&self, record: &CallRecord) {
        let ladder = self.ladder.of(&record.call_identity);
        if let Err(error) = self.store.add_call_and_ladder(record, &ladder) {
            tracing::warn!(%error, "call record not kept");
        }
    }
}

/// Listener of a transport.
pub fn listen(transport: Transport, port: u16) -> Listen {
    Listen { transport, port }
}

/// A running role: its agent and the task that answers.
pub struct RunningRole {
    pub server: String,
    pub role: RoleKind,
    pub agents: Vec<Agent>,
    pub listeners: Vec<String>,
    pub tasks: Vec<tokio::task::JoinHandle<()>>,
}

impl RunningRole {
    /// A role with its agents.
    pub fn new(server: &str, role: RoleKind, agents: Vec<Agent>, port_offset: u16) -> RunningRole {
        let listeners = agents
            .iter()
            .flat_map(|a| {
                a.config().listen.iter().map(move |l| {
                    format!("{} {}:{}", l.transport, a.config().address, l.port.saturating_add(port_offset))
                })
            })
            .collect();
        RunningRole { server: server.to_string(), role, agents, listeners, tasks: Vec::new() }
    }

    /// Closes listeners and ends the tasks that take requests; calls that go on are cut by the register of calls.
    pub fn stop(self) {
        for task in &self.tasks {
            task.abort();
        }
        for agent in &self.agents {
            agent.close();
        }
    }
}
