//! The way to a server through the system's `ssh`, or any program that speaks packets on its standard input and output.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use super::client::Wire;
use super::packet::Packet;

/// What `New-PSSession -HostName` says of the connection.
#[derive(Default, Debug)]
pub struct SshOptions {
    pub host: String,
    pub user: Option<String>,
    pub port: Option<u16>,
    pub key_file: Option<String>,
    /// Name of the subsystem, `powershell` unless it is given.
    pub subsystem: Option<String>,
    /// `-o Name=Value`.
    pub options: Vec<(String, String)>,
}

impl SshOptions {
    /// The program with its arguments, as PowerShell calls it.
    pub fn command(&self) -> Command {
        let mut command = Command::new("ssh");
        for (name, value) in &self.options {
            command.arg("-o").arg(format!("{name}={value}"));
        }
        if let Some(key) = &self.key_file {
            command.arg("-i").arg(key);
        }
        if let Some(user) = &self.user {
            command.arg("-l").arg(user);
        }
        if let Some(port) = self.port {
            command.arg("-p").arg(port.to_string());
        }
        command.arg("-s").arg(&self.host).arg(self.subsystem.as_deref().unwrap_or("powershell"));
        command
    }
}

/// A program that carries packets.
pub struct ProgramWire {
    child: Child,
    input: Option<ChildStdin>,
    packets: Receiver<Result<Packet, String>>,
}

impl ProgramWire {
    /// Starts the program; the text says why it can't be.
    pub fn start(mut command: Command) -> Result<ProgramWire, String> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit());
        let mut child = command.spawn().map_err(|error| error.to_string())?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err("The program has no standard input and output.".to_string());
        };
        let (sender, packets) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines() {
                let Ok(line) = line else { break };
                if line.trim().is_empty() {
                    continue;
                }
                if sender.send(Packet::parse(&line)).is_err() {
                    return;
                }
            }
        });
        Ok(ProgramWire { child, input: Some(input), packets })
    }
}

impl Wire for ProgramWire {
    fn send(&mut self, packet: &Packet) -> Result<(), String> {
        let Some(input) = &mut self.input else { return Err("The session is closed.".to_string()) };
        writeln!(input, "{}", packet.line()).and_then(|()| input.flush()).map_err(|error| error.to_string())
    }

    fn receive(&mut self, wait: Duration) -> Result<Option<Packet>, String> {
        match self.packets.recv_timeout(wait) {
            Ok(packet) => packet.map(Some),
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => Err("The server process has ended the session.".to_string()),
        }
    }
}

impl Drop for ProgramWire {
    fn drop(&mut self) {
        // The end of its input tells a server to end; one that does not is ended.
        drop(self.input.take());
        for _ in 0..100 {
            if matches!(self.child.try_wait(), Ok(Some(_)) | Err(_)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        if let Err(error) = self.child.kill() {
            tracing::debug!(%error, "the program can't be ended");
        }
        if let Err(error) = self.child.wait() {
            tracing::debug!(%error, "the program can't be waited for");
        }
    }
}
