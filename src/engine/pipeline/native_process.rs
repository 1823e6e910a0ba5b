//! A program that runs: its streams by threads, so that neither side waits for the other.
#![allow(unsafe_code)]

use std::io::{Read, Write};
use std::process::{Child, ChildStdin, Command};
use std::sync::mpsc;
use std::time::Duration;

use values::stop::GLANCE;

/// How long a program may take to end itself when the pipeline is stopped.
const GRACE: Duration = Duration::from_millis(150);
/// Pieces of output or input that wait at most.
const WAITING: usize = 16;

/// What comes from a program.
pub(super) enum Event {
    Out(Vec<u8>),
    Err(Vec<u8>),
    /// A stream is over.
    Closed,
    /// The exit code.
    Exit(i32),
}

/// A running program.
pub(super) struct Process {
    id: libc::pid_t,
    events: mpsc::Receiver<Event>,
    input: Option<mpsc::SyncSender<Vec<u8>>>,
    /// Streams that are still open.
    open: u32,
    pub exit_code: Option<i32>,
}

/// What a wait gave.
pub(super) enum Wait {
    Event(Event),
    /// Nothing yet: time to look around.
    Nothing,
    /// Streams are closed and the program has ended.
    Over,
}

impl Process {
    /// Starts a program whose streams are set.
    pub fn start(command: &mut Command) -> std::io::Result<Process> {
        let mut child = command.spawn()?;
        let id = child.id() as libc::pid_t;
        let (sender, events) = mpsc::sync_channel(WAITING);
        let mut open = 0;
        if let Some(stream) = child.stdout.take() {
            open += 1;
            pump(stream, sender.clone(), Event::Out);
        }
        if let Some(stream) = child.stderr.take() {
            open += 1;
            pump(stream, sender.clone(), Event::Err);
        }
        let input = child.stdin.take().map(write_behind);
        std::thread::spawn(move || await_end(child, &sender));
        Ok(Process { id, events, input, open, exit_code: None })
    }

    /// Hands bytes to the program's input; false when it takes no more. What the program says meanwhile goes to `told`.
    pub fn write(&mut self, bytes: Vec<u8>, told: &mut Vec<Event>) -> bool {
        let Some(input) = self.input.clone() else { return false };
        let mut bytes = bytes;
        loop {
            match input.try_send(bytes) {
                Ok(()) => return true,
                Err(mpsc::TrySendError::Disconnected(_)) => {
                    self.input = None;
                    return false;
                }
                Err(mpsc::TrySendError::Full(back)) => {
                    bytes = back;
                    if let Ok(event) = self.events.recv_timeout(GLANCE) {
                        told.extend(self.note(event));
                    }
                }
            }
        }
    }

    /// Ends the program's input.
    pub fn close_input(&mut self) {
        self.input = None;
    }

    /// What came already, without waiting.
    pub fn poll(&mut self) -> Option<Event> {
        let event = self.events.try_recv().ok()?;
        self.note(event)
    }

    /// Waits for what comes next.
    pub fn wait(&mut self) -> Wait {
        if self.open == 0 && self.exit_code.is_some() {
            return Wait::Over;
        }
        match self.events.recv_timeout(GLANCE) {
            Ok(event) => match self.note(event) {
                Some(event) => Wait::Event(event),
                None => Wait::Nothing,
            },
            Err(mpsc::RecvTimeoutError::Timeout) => Wait::Nothing,
            Err(mpsc::RecvTimeoutError::Disconnected) => Wait::Over,
        }
    }

    fn note(&mut self, event: Event) -> Option<Event> {
        match event {
            Event::Closed => self.open = self.open.saturating_sub(1),
            Event::Exit(code) => self.exit_code = Some(code),
            event => return Some(event),
        }
        None
    }

    /// Ends the program: it has a moment to do so itself, for a terminal's Ctrl-C reached it as well.
    pub fn stop(&mut self) {
        self.input = None;
        let start = std::time::Instant::now();
        while self.exit_code.is_none() && start.elapsed() < GRACE {
            if let Wait::Over = self.wait() {
                break;
            }
        }
        self.kill();
    }

    fn kill(&mut self) {
        if self.exit_code.is_none() {
            // SAFETY: `kill` touches no memory; the process has not been waited for, so its number is still its own.
            unsafe { libc::kill(self.id, libc::SIGKILL) };
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Who drops a running program wants no more of it.
        while self.poll().is_some() {}
        self.kill();
    }
}

fn pump(mut source: impl Read + Send + 'static, sender: mpsc::SyncSender<Event>, wrap: fn(Vec<u8>) -> Event) {
    std::thread::spawn(move || {
        let mut buffer = vec![0u8; 65536];
        while let Ok(n) = source.read(&mut buffer) {
            if n == 0 {
                break;
            }
            if sender.send(wrap(buffer[..n].to_vec())).is_err() {
                return;
            }
        }
        // Nobody is left to tell when this fails.
        let _ = sender.send(Event::Closed);
    });
}

fn write_behind(mut stdin: ChildStdin) -> mpsc::SyncSender<Vec<u8>> {
    let (sender, receiver) = mpsc::sync_channel::<Vec<u8>>(WAITING);
    std::thread::spawn(move || {
        // A program that closed its input early is no error of ours: the sender notices that nobody listens.
        while let Ok(bytes) = receiver.recv() {
            if stdin.write_all(&bytes).and_then(|()| stdin.flush()).is_err() {
                return;
            }
        }
    });
    sender
}

fn await_end(mut child: Child, sender: &mpsc::SyncSender<Event>) {
    use std::os::unix::process::ExitStatusExt;
    let code = child.wait().map_or(-1, |s| s.code().unwrap_or_else(|| 128 + s.signal().unwrap_or(0)));
    let _ = sender.send(Event::Exit(code));
}
