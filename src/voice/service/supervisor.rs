//! Starts and stops roles as the configuration and administrators say.

use super::{RoleError, RunningRole, Runtime, WebProbe};
use crate::config::{RoleKind, Snapshot};
use control::{RoleState, RoleStatus, ServiceStatus};
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::sync::watch;

type Key = (String, RoleKind);

struct Entry {
    running: Option<RunningRole>,
    state: RoleState,
    reason: String,
    /// What listeners depend on; a published topology that changes it restarts the role.
    signature: String,
}

/// The supervisor.
pub struct Supervisor {
    runtime: Arc<Runtime>,
    roles: Mutex<BTreeMap<Key, Entry>>,
    /// Roles that an administrator stopped by the control socket.
    held: Mutex<Vec<Key>>,
    version: watch::Sender<u64>,
    /// Version whose web sites are there; none where nobody serves any.
    sites: watch::Sender<Option<u64>>,
    started: String,
    turn: tokio::sync::Mutex<()>,
    web: OnceLock<WebProbe>,
}

fn wanted(snapshot: &Snapshot) -> Vec<Key> {
    let mut keys: Vec<Key> = Vec::new();
    for server in snapshot.servers.iter().filter(|s| !snapshot.is_outside(s)) {
        keys.extend(
            server.roles.iter().filter(|r| !server.stopped.contains(r)).map(|r| (server.fqdn.to_ascii_lowercase(), *r)),
        );
    }
    for gateway in snapshot.pstn_gateways.iter().filter(|g| g.simulator) {
        keys.push((gateway.address.to_ascii_lowercase(), RoleKind::Gateway));
    }
    keys.sort();
    keys.dedup();
    keys
}

/// Topology that a role's listeners come from. UM's start-up modes and certificates are left out: they wait for a restart.
fn signature(snapshot: &Snapshot, key: &Key) -> String {
    let trunks = snapshot.trunks.iter().filter(|t| match key.1 {
        RoleKind::Mediation => {
            let pool = snapshot.server(&key.0).map_or("", |s| &s.pool);
            t.mediation.eq_ignore_ascii_case(&key.0) || t.mediation.eq_ignore_ascii_case(pool)
        }
        RoleKind::Gateway => t.gateway.eq_ignore_ascii_case(&key.0),
        _ => false,
    });
    let address = snapshot.server(&key.0).and_then(|s| s.address);
    format!(
        "{address:?} {:?} {:?}",
        snapshot.blocked,
        trunks.map(|t| (&t.mediation_port, t.gateway_port, t.tls, t.allow_udp)).collect::<Vec<_>>()
    )
}

impl Supervisor {
    /// A supervisor without roles.
    pub fn new(runtime: Arc<Runtime>) -> Arc<Supervisor> {
        Arc::new(Supervisor {
            runtime,
            roles: Mutex::default(),
            held: Mutex::default(),
            version: watch::channel(0).0,
            sites: watch::channel(None).0,
            started: crate::record::timestamp(),
            turn: tokio::sync::Mutex::new(()),
            web: OnceLock::new(),
        })
    }

    /// The runtime whose roles it runs.
    pub fn runtime(&self) -> &Arc<Runtime> {
        &self.runtime
    }

    /// Takes over a configuration: new roles start, removed ones stop, failed ones are tried again.
    pub async fn apply(&self, snapshot: Arc<Snapshot>) {
        let _turn = self.turn.lock().await;
        self.runtime.set_snapshot(snapshot.clone());
        self.reconcile(&snapshot).await;
        self.version.send_replace(snapshot.version);
    }

    async fn reconcile(&self, snapshot: &Snapshot) {
        let keys = wanted(snapshot);
        let held = self.held.lock().clone();
        let stale: Vec<Key> = {
            let roles = self.roles.lock();
            roles
                .iter()
                .filter(|(key, entry)| {
                    !keys.contains(key)
                        || held.contains(key)
                        || (entry.running.is_some() && entry.signature != signature(snapshot, key))
                })
                .map(|(key, _)| key.clone())
                .collect()
        };
        for key in stale {
            self.stop_role(&key, !keys.contains(&key));
        }
        // The freed ports are really free only after the tasks have ended.
        tokio::task::yield_now().await;
        for key in keys {
            let running = self.roles.lock().get(&key).is_some_and(|e| e.running.is_some());
            if !running && !held.contains(&key) {
                self.start_role(snapshot, &key).await;
            }
        }
    }

    async fn start_role(&self, snapshot: &Snapshot, key: &Key) {
        let mut result = self.open(snapshot, key).await;
        for _ in 0..20 {
            // A port that a stopped role has just left.
            if !matches!(result, Err(RoleError::Transport(_))) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
            result = self.open(snapshot, key).await;
        }
        let entry = match result {
            Ok(running) => Entry {
                running: Some(running),
                state: RoleState::Running,
                reason: String::new(),
                signature: signature(snapshot, key),
            },
            Err(error) => {
                let known = self.roles.lock().get(key).map(|e| e.reason.clone());
                let reason = error.to_string();
                if known.as_deref() != Some(&reason) {
                    self.runtime.events.write(
                        1099,
                        "Error",
                        &key.0,
                        "",
                        format!("The role {} cannot start: {reason}", key.1.name()),
                    );
                }
                Entry { running: None, state: RoleState::Failed, reason, signature: String::new() }
            }
        };
        self.roles.lock().insert(key.clone(), entry);
    }

    async fn open(&self, snapshot: &Snapshot, key: &Key) -> Result<RunningRole, RoleError> {
        let runtime = &self.runtime;
        if key.1 == RoleKind::Gateway {
            let found = snapshot.pstn_gateways.iter().find(|g| g.address.eq_ignore_ascii_case(&key.0)).cloned();
            let gateway = found.unwrap_or(crate::config::PstnGateway { address: key.0.clone(), simulator: true });
            return crate::gateway::start(runtime, &gateway).await;
        }
        let fallback = crate::config::Server { fqdn: key.0.clone(), ..crate::config::Server::default() };
        let server = snapshot.server(&key.0).unwrap_or(&fallback);
        match key.1 {
            RoleKind::UmCallRouter => crate::router::start(runtime, server).await,
            RoleKind::UmService => crate::um::start(runtime, server).await,
            RoleKind::FrontEnd => crate::frontend::start(runtime, server).await,
            RoleKind::Mediation => crate::mediation::start(runtime, server).await,
            RoleKind::Edge => crate::frontend::start_edge(runtime, server).await,
            RoleKind::Gateway => {
                crate::gateway::start(runtime, &crate::config::PstnGateway { address: key.0.clone(), simulator: true })
                    .await
            }
        }
    }

    fn stop_role(&self, key: &Key, forget: bool) {
        let mut roles = self.roles.lock();
        if let Some(entry) = roles.get_mut(key) {
            if let Some(running) = entry.running.take() {
                if key.1 == RoleKind::UmService {
                    self.runtime.set_um_agent(&key.0, None);
                }
                running.stop();
            }
            entry.state = RoleState::Stopped;
            entry.reason.clear();
        }
        if forget {
            roles.remove(key);
        }
    }

    fn select(&self, server: &str, role: &str) -> Vec<Key> {
        let mut keys = wanted(&self.runtime.snapshot());
        keys.extend(self.roles.lock().keys().cloned());
        keys.sort();
        keys.dedup();
        let short = |name: &str| name.split('.').next().unwrap_or("").to_ascii_lowercase();
        keys.retain(|(s, r)| {
            (server.is_empty()
                || s.eq_ignore_ascii_case(server)
                || (!server.contains('.') && short(s) == short(server)))
                && (role.is_empty() || r.name().eq_ignore_ascii_case(role) || r.service().eq_ignore_ascii_case(role))
        });
        keys
    }

    /// Starts roles; the names may be those of the Windows services. The error says that there is no such role.
    pub async fn start(&self, server: &str, role: &str) -> Result<(), String> {
        let keys = self.select(server, role);
        if keys.is_empty() {
            return Err(format!("No role {role} on server {server}."));
        }
        self.held.lock().retain(|k| !keys.contains(k));
        let _turn = self.turn.lock().await;
        let snapshot = self.runtime.snapshot();
        self.reconcile(&snapshot).await;
        Ok(())
    }

    /// Stops roles; `graceful` lets their calls end first.
    pub async fn stop(&self, server: &str, role: &str, graceful: bool) -> Result<(), String> {
        let keys = self.select(server, role);
        if keys.is_empty() {
            return Err(format!("No role {role} on server {server}."));
        }
        self.held.lock().extend(keys.iter().cloned());
        for key in &keys {
            if graceful {
                if let Some(entry) = self.roles.lock().get_mut(key) {
                    entry.state = RoleState::Draining;
                }
                while self.runtime.active.count(&key.0, key.1.name()) > 0 {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
            self.stop_role(key, false);
        }
        Ok(())
    }

    /// Stops and starts roles.
    pub async fn restart(&self, server: &str, role: &str) -> Result<(), String> {
        self.stop(server, role, false).await?;
        tokio::time::sleep(Duration::from_millis(10)).await;
        self.start(server, role).await
    }

    /// Hands in the checks over HTTP; a second one changes nothing.
    pub fn set_web_probe(&self, web: WebProbe) {
        let _ = self.web.set(web);
    }

    pub(super) fn web_probe(&self) -> Option<WebProbe> {
        self.web.get().cloned()
    }

    /// SIP transactions that are going on, of all roles.
    pub fn transactions(&self) -> usize {
        let roles = self.roles.lock();
        roles.values().filter_map(|e| e.running.as_ref()).flat_map(|r| &r.agents).map(|a| a.transactions()).sum()
    }

    /// State of all roles.
    pub fn status(&self) -> ServiceStatus {
        let roles = self.roles.lock();
        ServiceStatus {
            pid: std::process::id(),
            started: self.started.clone(),
            version: *self.version.borrow(),
            roles: roles
                .iter()
                .map(|((server, role), entry)| RoleStatus {
                    server: server.clone(),
                    role: role.name().into(),
                    state: entry.state,
                    listeners: entry.running.as_ref().map_or(Vec::new(), |r| r.listeners.clone()),
                    reason: entry.reason.clone(),
                    calls: self.runtime.active.count(server, role.name()),
                })
                .collect(),
            calls: self.runtime.active.list().len(),
            port_offset: self.runtime.options.port_offset,
        }
    }

    /// Waits until the configuration of a version is in force.
    pub async fn wait_version(&self, version: u64) {
        let mut seen = self.version.subscribe();
        // The sender lives as long as we do.
        let _ = seen.wait_for(|v| *v >= version && *v > 0).await;
        let reached = *self.version.borrow();
        let _ = self.sites.subscribe().wait_for(|sites| sites.is_none_or(|v| v >= reached)).await;
    }

    /// Versions of the configuration as they come into force.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.version.subscribe()
    }

    /// From now on the service is ready only when its web sites are as well; `sites` is the version whose sites are there.
    pub fn set_sites(&self, sites: u64) {
        self.sites.send_replace(Some(sites));
    }

    /// Stops everything.
    pub async fn shut_down(&self, graceful: bool) {
        if graceful {
            self.runtime.active.drained().await;
        } else {
            self.runtime.active.cut("");
            // BYEs go out before the listeners close.
            let _ = tokio::time::timeout(Duration::from_secs(2), self.runtime.active.drained()).await;
        }
        let keys: Vec<Key> = self.roles.lock().keys().cloned().collect();
        for key in keys {
            self.stop_role(&key, true);
        }
    }
}
