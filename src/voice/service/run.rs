//! The service process.

use super::control_server::{Shutdown, serve};
use super::{Options, Runtime, Supervisor};
use crate::config::ConfigSource;
use crate::mailbox::{StoreError, VoiceStore};
use signaling::transport::Network;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::net::UnixListener;

/// Why the service cannot run.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    #[error("a telephony service already runs for this home")]
    AlreadyRunning,
    #[error("{0}")]
    Store(#[from] StoreError),
    #[error("configuration: {0}")]
    Config(String),
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// Runs the service of a home until it is told to end. `run/service.json` of the home overrides options.
pub fn run(home: &Path, options: Options) -> Result<(), ServiceError> {
    let source = crate::config::StoreSource::open(home).map_err(ServiceError::Config)?;
    run_with(home, options, Arc::new(source))
}

/// The same with any source of configuration.
pub fn run_with(home: &Path, options: Options, source: Arc<dyn ConfigSource>) -> Result<(), ServiceError> {
    run_beside(home, options, source, |_| std::future::pending())
}

/// The same with a task beside the roles, which ends with them: what lies on a floor above hands in its listeners so.
pub fn run_beside<F: Future<Output = ()> + Send + 'static>(
    home: &Path,
    options: Options,
    source: Arc<dyn ConfigSource>,
    beside: impl FnOnce(Arc<Supervisor>) -> F,
) -> Result<(), ServiceError> {
    let options = match std::fs::read(home.join("run").join("service.json")) {
        Ok(text) => {
            serde_json::from_slice(&text).map_err(|e| ServiceError::Config(format!("run/service.json: {e}")))?
        }
        Err(_) => options,
    };
    allow_many_sockets();
    let workers = std::thread::available_parallelism().map_or(2, |n| n.get().min(8));
    let executor = tokio::runtime::Builder::new_multi_thread().worker_threads(workers).enable_all().build()?;
    executor.block_on(serve_home(home, options, source, beside))
}

/// A call with sound takes four sockets: the usual limit of 1,024 is raised to what the system allows.
fn allow_many_sockets() {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    if let Err(error) = setrlimit(Resource::Nofile, limit) {
        tracing::warn!(%error, "the limit of open files stays");
    }
}

async fn serve_home<F: Future<Output = ()> + Send + 'static>(
    home: &Path,
    options: Options,
    source: Arc<dyn ConfigSource>,
    beside: impl FnOnce(Arc<Supervisor>) -> F,
) -> Result<(), ServiceError> {
    let socket = control::socket_path(home);
    if control::is_running(home) {
        return Err(ServiceError::AlreadyRunning);
    }
    store::make_private(&home.join("run"))?;
    // A socket that nobody answers is left from a service that was killed.
    match std::fs::remove_file(&socket) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    let listener = UnixListener::bind(&socket)?;
    let store = VoiceStore::open(home)?;
    let poll = Duration::from_millis(options.poll_milliseconds.max(10));
    let runtime = Runtime::new(options, Network::Real, store);
    let supervisor = Supervisor::new(runtime.clone());
    let shutdown = Arc::new(Shutdown::default());
    let forwarder = tokio::spawn(crate::um::forward_mail(runtime.clone()));
    let beside = tokio::spawn(beside(supervisor.clone()));
    let shells = tokio::spawn(serve(listener, supervisor.clone(), shutdown.clone()));
    let mut version = load(&supervisor, &*source, None).await;
    let events = runtime.events.clone();
    store::keep_daily_backups(home, move |error| {
        events.write(1062, "Warning", "", "", format!("The daily backup failed: {error}"));
    });
    let recovered = crate::um::recover(&runtime);
    if recovered > 0 {
        runtime.events.write(1034, "Warning", "", "", format!("{recovered} interrupted recordings were delivered."));
    }
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    loop {
        tokio::select! {
            () = tokio::time::sleep(poll) => version = load(&supervisor, &*source, version).await,
            () = shutdown.wanted.notified() => break,
            _ = terminate.recv() => break,
            _ = tokio::signal::ctrl_c() => break,
        }
    }
    supervisor.shut_down(shutdown.graceful.load(Ordering::Relaxed)).await;
    shells.abort();
    forwarder.abort();
    beside.abort();
    std::fs::remove_file(&socket)?;
    Ok(())
}

/// Takes over a changed configuration; a source that fails keeps the old one.
async fn load(supervisor: &Supervisor, source: &dyn ConfigSource, known: Option<u64>) -> Option<u64> {
    let version = source.version();
    if known == Some(version) {
        return known;
    }
    match source.load() {
        Ok(snapshot) => {
            let version = snapshot.version;
            supervisor.apply(snapshot).await;
            Some(version)
        }
        Err(error) => {
            supervisor.runtime().events.write(
                1035,
                "Error",
                "",
                "",
                format!("The configuration cannot be read: {error}"),
            );
            Some(version)
        }
    }
}
