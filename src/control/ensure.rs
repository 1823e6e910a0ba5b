//! Finding the service of a home, and starting it when it is wanted.

use crate::client::{Client, ControlError, look};
use crate::message::Request;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Time for the service to open its socket.
const START: Duration = Duration::from_secs(15);

/// The socket of a home.
pub fn socket_path(home: &Path) -> PathBuf {
    home.join("run").join("service.sock")
}

/// Whether a service answers.
pub fn is_running(home: &Path) -> bool {
    Client::connect(home).is_ok()
}

/// Connects to the service; starts `<this program> --service --home <home>` detached when there is none.
pub fn ensure_service(home: &Path) -> Result<Client, ControlError> {
    if let Ok(client) = Client::connect(home) {
        return Ok(client);
    }
    let run = home.join("run");
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&run)?;
    let program = std::env::current_exe()?;
    let log = std::fs::OpenOptions::new().create(true).append(true).open(run.join("service.log"))?;
    let mut command = Command::new(program);
    command.arg("--service").arg("--home").arg(home).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
    // Its own process group: Ctrl+C in the shell must not end calls.
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut child = command.spawn()?;
    let deadline = Instant::now() + START;
    let mut wait = Duration::from_millis(2);
    loop {
        if let Ok(client) = Client::connect(home) {
            return Ok(client);
        }
        if let Some(status) = child.try_wait()? {
            // Another shell may have won the race to start it.
            if let Ok(client) = Client::connect(home) {
                return Ok(client);
            }
            let text = std::fs::read_to_string(run.join("service.log")).unwrap_or_default();
            let last = text.lines().last().unwrap_or("").to_string();
            return Err(ControlError::Start(if last.is_empty() { status.to_string() } else { last }));
        }
        if Instant::now() > deadline {
            return Err(ControlError::Start("it does not open its socket".into()));
        }
        look()?;
        std::thread::sleep(wait);
        wait = (wait * 2).min(Duration::from_millis(20));
    }
}

/// Ends the service and waits until its socket is gone; nothing happens when none runs.
pub fn stop_service(home: &Path, graceful: bool) -> Result<(), ControlError> {
    let Ok(mut client) = Client::connect(home) else {
        return Ok(());
    };
    match client.request(&Request::Shutdown { graceful }) {
        Ok(_) | Err(ControlError::Closed) => {}
        Err(error) => return Err(error),
    }
    let deadline = Instant::now() + START;
    while is_running(home) {
        if Instant::now() > deadline {
            return Err(ControlError::Timeout);
        }
        look()?;
        std::thread::sleep(Duration::from_millis(5));
    }
    Ok(())
}
