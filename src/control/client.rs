//! The blocking client.

use crate::message::{
    ActiveCall, Arrow, CallResult, Event, Probe, ProbeResult, Reply, Request, ServiceStatus, TestCall,
};
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::OnceLock;
use std::time::Duration;

/// Why a request failed.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    #[error("the telephony service is not running")]
    NotRunning,
    #[error("the telephony service ended the connection")]
    Closed,
    #[error("the telephony service sent an unexpected reply")]
    Unexpected,
    #[error("the telephony service did not answer in time")]
    Timeout,
    #[error("{0}")]
    Refused(String),
    #[error("the telephony service did not start: {0}")]
    Start(String),
    #[error(transparent)]
    Io(std::io::Error),
}

impl From<std::io::Error> for ControlError {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut => ControlError::Timeout,
            std::io::ErrorKind::BrokenPipe | std::io::ErrorKind::ConnectionReset => ControlError::Closed,
            _ => ControlError::Io(error),
        }
    }
}

/// How long a wait for the service lasts before it is looked whether it is to go on.
const GLANCE: Duration = Duration::from_millis(20);

static LOOK: OnceLock<fn() -> std::io::Result<()>> = OnceLock::new();

/// From now on waits for the service ask this again and again; its error ends them. What the service began it ends itself.
pub fn heed(look: fn() -> std::io::Result<()>) {
    LOOK.get_or_init(|| look);
}

/// Whether a wait is to go on.
pub(crate) fn look() -> std::io::Result<()> {
    LOOK.get().map_or(Ok(()), |look| look())
}

/// What the service says, waited for with a look now and then.
#[derive(Debug)]
struct Patient(UnixStream);

impl Read for Patient {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        loop {
            match self.0.read(buffer) {
                Err(e) if matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => look()?,
                done => return done,
            }
        }
    }
}

/// A connection to the service.
#[derive(Debug)]
pub struct Client {
    reader: BufReader<Patient>,
    writer: UnixStream,
}

impl Client {
    /// Connects to the service of a home.
    pub fn connect(home: &Path) -> Result<Client, ControlError> {
        let stream = UnixStream::connect(crate::socket_path(home)).map_err(|_| ControlError::NotRunning)?;
        stream.set_read_timeout(LOOK.get().map(|_| GLANCE))?;
        let writer = stream.try_clone()?;
        Ok(Client { reader: BufReader::new(Patient(stream)), writer })
    }

    /// Sends a request and waits for its reply.
    pub fn request(&mut self, request: &Request) -> Result<Reply, ControlError> {
        let mut line = serde_json::to_string(request).map_err(|e| ControlError::Io(e.into()))?;
        line.push('\n');
        self.writer.write_all(line.as_bytes())?;
        match self.read()? {
            Reply::Failed { message } => Err(ControlError::Refused(message)),
            reply => Ok(reply),
        }
    }

    fn read(&mut self) -> Result<Reply, ControlError> {
        let mut line = String::new();
        if self.reader.read_line(&mut line)? == 0 {
            return Err(ControlError::Closed);
        }
        serde_json::from_str(&line).map_err(|_| ControlError::Unexpected)
    }

    /// State of service and roles.
    pub fn status(&mut self) -> Result<ServiceStatus, ControlError> {
        match self.request(&Request::Status)? {
            Reply::Status(status) => Ok(status),
            _ => Err(ControlError::Unexpected),
        }
    }

    /// Waits until all roles run with the configuration of a version.
    pub fn wait_ready(&mut self, version: u64, timeout_seconds: u64) -> Result<ServiceStatus, ControlError> {
        match self.request(&Request::WaitReady { version, timeout_seconds })? {
            Reply::Status(status) => Ok(status),
            _ => Err(ControlError::Unexpected),
        }
    }

    /// Calls going on.
    pub fn calls(&mut self) -> Result<Vec<ActiveCall>, ControlError> {
        match self.request(&Request::Calls)? {
            Reply::Calls(calls) => Ok(calls),
            _ => Err(ControlError::Unexpected),
        }
    }

    /// Places a call and waits until it is over.
    pub fn test_call(&mut self, call: TestCall) -> Result<CallResult, ControlError> {
        match self.request(&Request::TestCall(call))? {
            Reply::Call(result) => Ok(*result),
            _ => Err(ControlError::Unexpected),
        }
    }

    /// Checks something without a call.
    pub fn probe(&mut self, probe: Probe) -> Result<ProbeResult, ControlError> {
        match self.request(&Request::Probe(probe))? {
            Reply::Probe(result) => Ok(result),
            _ => Err(ControlError::Unexpected),
        }
    }

    /// Messages of a call.
    pub fn trace(&mut self, call_id: &str) -> Result<Vec<Arrow>, ControlError> {
        match self.request(&Request::Trace { call_id: call_id.to_string() })? {
            Reply::Ladder(ladder) => Ok(ladder),
            _ => Err(ControlError::Unexpected),
        }
    }

    /// Turns the connection into a stream of events.
    pub fn subscribe(mut self) -> Result<Events, ControlError> {
        match self.request(&Request::Subscribe)? {
            Reply::Done => Ok(Events { client: self }),
            _ => Err(ControlError::Unexpected),
        }
    }
}

/// Events as they happen.
#[derive(Debug)]
pub struct Events {
    client: Client,
}

impl Iterator for Events {
    type Item = Event;

    fn next(&mut self) -> Option<Event> {
        match self.client.read() {
            Ok(Reply::Event(event)) => Some(event),
            _ => None,
        }
    }
}
