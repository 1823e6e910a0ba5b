//! The service's end of the control socket.

use super::{Supervisor, test_call};
use control::{Reply, Request};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{Notify, broadcast};

/// Accepts shells until the service ends.
pub(super) async fn serve(listener: UnixListener, supervisor: Arc<Supervisor>, shutdown: Arc<Shutdown>) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                tokio::spawn(converse(stream, supervisor.clone(), shutdown.clone()));
            }
            Err(error) => {
                tracing::warn!(%error, "control socket");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

/// The wish to end.
#[derive(Default)]
pub(super) struct Shutdown {
    pub wanted: Notify,
    pub graceful: std::sync::atomic::AtomicBool,
}

async fn converse(stream: UnixStream, supervisor: Arc<Supervisor>, shutdown: Arc<Shutdown>) {
    let (reader, mut writer) = stream.into_split();
    let mut lines = BufReader::new(reader).lines();
    let mut events: Option<broadcast::Receiver<control::Event>> = None;
    loop {
        let next_event = async {
            match &mut events {
                Some(events) => events.recv().await,
                None => std::future::pending().await,
            }
        };
        let reply = tokio::select! {
            line = lines.next_line() => {
                let Ok(Some(line)) = line else { return };
                match serde_json::from_str::<Request>(&line) {
                    Ok(Request::Subscribe) => {
                        events = Some(supervisor.runtime().events.subscribe());
                        Reply::Done
                    }
                    Ok(request) => answer(&supervisor, &shutdown, request).await,
                    Err(error) => Reply::Failed { message: format!("The request is malformed: {error}") },
                }
            }
            event = next_event => match event {
                Ok(event) => Reply::Event(event),
                Err(broadcast::error::RecvError::Lagged(_)) => continue,
                Err(broadcast::error::RecvError::Closed) => return,
            },
        };
        let Ok(mut line) = serde_json::to_string(&reply) else {
            return;
        };
        line.push('\n');
        if writer.write_all(line.as_bytes()).await.is_err() {
            return;
        }
    }
}

fn done(result: Result<(), String>) -> Reply {
    match result {
        Ok(()) => Reply::Done,
        Err(message) => Reply::Failed { message },
    }
}

async fn answer(supervisor: &Arc<Supervisor>, shutdown: &Shutdown, request: Request) -> Reply {
    let runtime = supervisor.runtime();
    match request {
        Request::Status => Reply::Status(supervisor.status()),
        Request::Calls => Reply::Calls(runtime.active.list()),
        Request::WaitReady { version, timeout_seconds } => {
            match tokio::time::timeout(Duration::from_secs(timeout_seconds), supervisor.wait_version(version)).await {
                Ok(()) => Reply::Status(supervisor.status()),
                Err(_) => Reply::Failed { message: "The service did not take over the configuration in time.".into() },
            }
        }
        Request::Start { server, role } => done(supervisor.start(&server, &role).await),
        Request::Stop { server, role, graceful } => done(supervisor.stop(&server, &role, graceful).await),
        Request::Restart { server, role } => done(supervisor.restart(&server, &role).await),
        Request::TestCall(call) => match test_call::place(runtime, &call).await {
            Ok(result) => Reply::Call(Box::new(result)),
            Err(message) => Reply::Failed { message },
        },
        Request::Trace { call_id } => {
            let live = runtime.ladder.of(&call_id);
            if !live.is_empty() {
                return Reply::Ladder(live);
            }
            match runtime.store.ladder(&call_id) {
                Ok(ladder) => Reply::Ladder(ladder),
                Err(error) => Reply::Failed { message: error.to_string() },
            }
        }
        Request::HangUp { call_id } => {
            let found = !call_id.is_empty() && runtime.active.cut(&call_id);
            done(if found { Ok(()) } else { Err(format!("There is no active call {call_id}.")) })
        }
        Request::PlayOnPhone { mailbox, message_id, number } => {
            match crate::um::play_on_phone(runtime, &mailbox, &message_id, &number).await {
                Ok(result) => Reply::Call(Box::new(result)),
                Err(message) => Reply::Failed { message },
            }
        }
        Request::RefreshWaiting { mailbox } => {
            crate::um::notify_waiting(runtime, &mailbox);
            Reply::Done
        }
        Request::Probe(probe) => Reply::Probe(super::probe::run(supervisor, probe).await),
        Request::Subscribe => Reply::Done,
        Request::Shutdown { graceful } => {
            shutdown.graceful.store(graceful, std::sync::atomic::Ordering::Relaxed);
            shutdown.wanted.notify_one();
            Reply::Done
        }
    }
}
