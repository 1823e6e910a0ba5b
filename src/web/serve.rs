//! Which servers have endpoints, and keeping their listeners as the configuration wants them.

use crate::context::{Context, Kind};
use crate::imap;
use crate::listen::{PlainListener, TlsListener};
use crate::router::{plain_router, router};
use crate::wsman::{Connection, Remote};
use axum::serve::Listener;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use store::Store;
use tokio::task::JoinHandle;
use voice::config::{Certificate, RoleKind, Server, Snapshot};
use voice::service::Supervisor;

/// Pause between looks at the configuration.
const LOOK: Duration = Duration::from_millis(250);
/// Looks before a port that could not be bound is tried again.
const RETRY: u32 = 120;

/// Ports of remote sessions beside those of the web services.
const HTTP: u16 = 80;
const WINRM: u16 = 5985;
const WINRM_TLS: u16 = 5986;

struct Site {
    certificate: Certificate,
    address: SocketAddr,
    task: Option<JoinHandle<()>>,
    wait: u32,
}

/// Kind and ports of a server; none when it has no web site.
fn kind_of(server: &Server) -> Option<(Kind, &'static [u16])> {
    if server.has(RoleKind::FrontEnd) {
        // Internal and external web services.
        return Some((Kind::FrontEnd, &[443, 4443, WINRM, WINRM_TLS]));
    }
    // Web services, and the mail of whoever has a mailbox.
    (server.has(RoleKind::UmCallRouter) || server.has(RoleKind::UmService))
        .then_some((Kind::ClientAccess, &[443, imap::PORT, HTTP, WINRM, WINRM_TLS]))
}

fn certificate_of(server: &Server) -> Option<&Certificate> {
    server.certificates.get("IIS").or_else(|| server.certificates.get("Default"))
}

/// Serves the endpoints of all servers until it is dropped. The service counts as ready once they are there.
pub fn serve(
    supervisor: Arc<Supervisor>,
    store: Store,
    remote: Option<Arc<Remote>>,
) -> impl Future<Output = ()> + Send + 'static {
    // Before anybody can ask whether the service is ready.
    supervisor.set_sites(0);
    keep_sites(supervisor, store, remote)
}

async fn keep_sites(supervisor: Arc<Supervisor>, store: Store, remote: Option<Arc<Remote>>) {
    let (tester, objects) = (Arc::downgrade(&supervisor), store.clone());
    supervisor.set_web_probe(Arc::new(move |probe| {
        let (tester, objects) = (tester.clone(), objects.clone());
        Box::pin(async move {
            match tester.upgrade() {
                Some(supervisor) => crate::probe::run(supervisor, objects, probe).await,
                None => control::ProbeResult::default(),
            }
        })
    }));
    let mut sites: HashMap<(String, u16), Site> = HashMap::new();
    let mut seen: Option<Arc<Snapshot>> = None;
    let mut changes = supervisor.changes();
    loop {
        let snapshot = supervisor.runtime().snapshot();
        let changed = seen.as_ref().is_none_or(|s| !Arc::ptr_eq(s, &snapshot));
        if changed {
            keep(&supervisor, &snapshot, &mut sites);
            seen = Some(snapshot.clone());
        }
        for ((name, port), site) in sites.iter_mut().filter(|(_, s)| s.task.is_none()) {
            if site.wait > 0 {
                site.wait -= 1;
                continue;
            }
            let Some((kind, _)) = snapshot.server(name).and_then(kind_of) else { continue };
            let context = Arc::new(Context {
                supervisor: supervisor.clone(),
                store: store.clone(),
                server: name.clone(),
                kind,
                remote: remote.clone(),
            });
            match open(*port, site, context).await {
                Ok(task) => site.task = Some(task),
                Err(error) => {
                    site.wait = RETRY;
                    let text = format!("The services of {name} on port {port} cannot start: {error}");
                    supervisor.runtime().events.write(1098, "Error", name, "", text);
                }
            }
        }
        // Those that cannot be bound are in the event log; nobody waits for them.
        supervisor.set_sites(snapshot.version);
        if let Some(remote) = &remote {
            remote.sweep();
        }
        let _ = tokio::time::timeout(LOOK, changes.changed()).await;
    }
}

/// Opens a site.
async fn open(port: u16, site: &Site, context: Arc<Context>) -> Result<JoinHandle<()>, String> {
    if matches!(port, HTTP | WINRM) {
        let listener = PlainListener::bind(site.address).await?;
        let service = plain_router(context).into_make_service_with_connect_info::<Connection>();
        return Ok(tokio::spawn(async move {
            let _ = axum::serve(listener, service).await;
        }));
    }
    let mut listener = TlsListener::bind(site.address, &site.certificate).await?;
    if port == imap::PORT {
        return Ok(tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await;
                let context = context.clone();
                // A connection that breaks off ends only itself.
                tokio::spawn(async move { imap::serve(stream, context).await });
            }
        }));
    }
    let service = router(context).into_make_service_with_connect_info::<Connection>();
    Ok(tokio::spawn(async move {
        // It ends only with the task.
        let _ = axum::serve(listener, service).await;
    }))
}

/// Ends sites that are not wanted any more or have another certificate, and notes new ones.
fn keep(supervisor: &Supervisor, snapshot: &Snapshot, sites: &mut HashMap<(String, u16), Site>) {
    let runtime = supervisor.runtime();
    let mut wanted: HashMap<(String, u16), (Certificate, SocketAddr)> = HashMap::new();
    for server in &snapshot.servers {
        let (Some((_, ports)), Some(certificate)) = (kind_of(server), certificate_of(server)) else { continue };
        for port in ports {
            let address =
                SocketAddr::new(runtime.address_of(&server.fqdn), port.saturating_add(runtime.options.port_offset));
            wanted.insert((server.fqdn.clone(), *port), (certificate.clone(), address));
        }
    }
    sites.retain(|key, site| {
        let stays = wanted.get(key).is_some_and(|(c, a)| *c == site.certificate && *a == site.address);
        if !stays && let Some(task) = &site.task {
            task.abort();
        }
        stays
    });
    for (key, (certificate, address)) in wanted {
        sites.entry(key).or_insert(Site { certificate, address, task: None, wait: 0 });
    }
}
