//! The host of a session that is served: what it is told goes to the client's host (MS-PSRP 2.2.3.17).

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::{Receiver, Sender, channel};

use command::{Choice, Host, HostColor, ProgressRecord};
use parking_lot::Mutex;
use uuid::Uuid;
use values::{Result, TypeRef, Value};

use super::fragment::Fragmenter;
use super::message::{Kind, Message};
use super::packet::Packet;
use super::secret::{Secrets, is_secret};
use super::xml;

/// Takes the packets for the client.
pub type Carrier = Box<dyn FnMut(Packet) + Send>;
/// Waits until the client has taken enough of what a pipeline wrote, or the pipeline is to stop.
pub type Room = Box<dyn Fn(Uuid, &AtomicBool) + Send + Sync>;

/// The way to the client, shared by all who answer it.
pub struct Link {
    out: Mutex<(Fragmenter, Carrier)>,
    pool: Mutex<Uuid>,
    /// Who waits for the host's answers, by the number of the call.
    waiting: Mutex<(i64, HashMap<i64, Sender<String>>)>,
    pub secrets: Secrets,
    room: Option<Room>,
}

impl Link {
    pub fn new(carrier: Carrier, room: Option<Room>) -> Link {
        Link {
            secrets: Secrets::default(),
            room,
            out: Mutex::new((Fragmenter::default(), carrier)),
            pool: Mutex::new(Uuid::nil()),
            waiting: Mutex::default(),
        }
    }

    /// The session's identifier, which the client gives.
    pub fn set_pool(&self, pool: Uuid) {
        *self.pool.lock() = pool;
    }

    pub fn pool(&self) -> Uuid {
        *self.pool.lock()
    }

    /// Waits while the client is far behind a pipeline.
    pub fn wait_for_room(&self, pipeline: Uuid, stop: &AtomicBool) {
        if let Some(room) = &self.room {
            room(pipeline, stop);
        }
    }

    /// Sends a message of the session (`None`) or of a pipeline. One with a secure string waits for the key that an older
    /// client encrypts with.
    pub fn send(&self, kind: Kind, pipeline: Option<Uuid>, mut data: String) {
        if is_secret(&data) {
            if self.secrets.lacks_key() {
                self.send(Kind::PublicKeyRequest, None, "<S></S>".to_string());
                if !self.secrets.wait() {
                    tracing::debug!("no key was exchanged: a secure string is left out");
                }
            }
            data = self.secrets.protect(&data);
        }
        let pool = if kind == Kind::SessionCapability { Uuid::nil() } else { self.pool() };
        let id = pipeline.unwrap_or_default();
        let message = Message { to_server: false, kind, pool, pipeline: id, data };
        let mut out = self.out.lock();
        let (fragmenter, carrier) = &mut *out;
        let is_end = message.kind == Kind::PipelineState;
        let mut fragments = fragmenter.cut(&message.encode()).into_iter().peekable();
        while let Some(fragment) = fragments.next() {
            carrier(Packet { is_end: is_end && fragments.peek().is_none(), ..Packet::data(id, fragment) });
        }
    }

    /// Sends a packet without message.
    pub fn acknowledge(&self, packet: Packet) {
        (self.out.lock().1)(packet);
    }

    /// A number for a call that expects an answer, and where the answer will come.
    fn expect(&self) -> (i64, Receiver<String>) {
        let (sender, receiver) = channel();
        let mut waiting = self.waiting.lock();
        waiting.0 += 1;
        let number = waiting.0;
        waiting.1.insert(number, sender);
        (number, receiver)
    }

    /// An answer of the client's host has come.
    pub fn answer(&self, data: String) {
        let number = data
            .split_once("<I64 N=\"ci\">")
            .and_then(|(_, rest)| rest.split_once('<'))
            .and_then(|(number, _)| number.parse().ok());
        let sender = number.and_then(|n: i64| self.waiting.lock().1.remove(&n));
        if let Some(sender) = sender {
            // Who asked may have been stopped meanwhile.
            let _ = sender.send(data);
        }
    }

    /// Nothing more will be answered.
    pub fn give_up(&self) {
        self.waiting.lock().1.clear();
        self.secrets.give_up();
    }
}

/// What a session knows of its client's host.
#[derive(Clone, Copy, Default, Debug)]
pub struct HostFacts {
    pub is_null: bool,
    pub width: usize,
    pub height: usize,
}

/// The host.
pub struct RemoteHost {
    link: Arc<Link>,
    facts: HostFacts,
    /// The pipeline that runs.
    current: Arc<Mutex<Option<Uuid>>>,
    /// Text of a line that is not complete.
    open: String,
    answers: Arc<Mutex<Option<String>>>,
}

/// The number of calls that expect no answer.
const NO_ANSWER: i64 = -100;

impl RemoteHost {
    /// The host of a runspace; `answers` takes the raw answer of the last question.
    pub fn new(
        link: Arc<Link>,
        facts: HostFacts,
        current: Arc<Mutex<Option<Uuid>>>,
        answers: Arc<Mutex<Option<String>>>,
    ) -> RemoteHost {
        RemoteHost { link, facts, current, open: String::new(), answers }
    }

    fn call(&self, number: i64, method: (&str, i32), parameters: &str) {
        if self.facts.is_null {
            return;
        }
        let pipeline = *self.current.lock();
        let kind = if pipeline.is_some() { Kind::PipelineHostCall } else { Kind::RunspacePoolHostCall };
        self.link.send(kind, pipeline, xml::host_call(number, method, parameters));
    }

    fn tell(&self, method: (&str, i32), parameters: &str) {
        self.call(NO_ANSWER, method, parameters);
    }

    /// Asks and waits; the answer is CLIXML.
    fn ask(&self, method: (&str, i32), parameters: &str) -> Result<String> {
        if self.facts.is_null {
            return Err(no_host());
        }
        let (number, receiver) = self.link.expect();
        self.call(number, method, parameters);
        let answer = receiver.recv().map_err(|_| Box::new(values::Flow::Stopped))?;
        *self.answers.lock() = Some(answer.clone());
        match failure(&answer) {
            Some((message, reason)) => Err(refused(&message, reason.as_deref())),
            None => Ok(answer),
        }
    }
}

/// The message and the reason of the error that an answer holds instead of a value.
fn failure(answer: &str) -> Option<(String, Option<String>)> {
    let (_, rest) = answer.split_once("N=\"me\"")?;
    let text = |name: &str| {
        let (_, rest) = rest.split_once(&format!("<S N=\"{name}\">"))?;
        rest.split_once("</S>").map(|(text, _)| plain(text))
    };
    Some((text("Message")?, text("ErrorCategory_Reason")))
}

/// Text of an element as characters.
fn plain(text: &str) -> String {
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
    values::clixml::decode(&text).to_string()
}

/// What stands in the first element of a tag after a mark.
fn element_after(answer: &str, mark: &str, tag: &str) -> Option<String> {
    let (_, rest) = answer.split_once(mark)?;
    let at = rest.find(&format!("<{tag}"))?;
    let (_, body) = rest[at..].split_once('>')?;
    let (text, _) = body.split_once(&format!("</{tag}>"))?;
    Some(plain(text))
}

fn refused(message: &str, reason: Option<&str>) -> Box<values::Flow> {
    let ty = TypeRef::find("System.Management.Automation.RemoteException").unwrap_or(TypeRef::RUNTIME_EXCEPTION);
    let thrown = values::Exception::new(ty, message)
        .identity("InvalidOperation", values::ErrorCategory::InvalidOperation, Value::Null)
        .throw::<()>();
    let flow = thrown.err().unwrap_or_else(|| Box::new(values::Flow::Stopped));
    if let Some(record) = flow.record() {
        // The client's own record: no command of ours is named in its id.
        let mut data = record.data.lock();
        data.command = Some(values::Str::empty());
        data.reason = reason.map(values::Str::from);
    }
    flow
}

fn no_host() -> Box<values::Flow> {
    refused(
        "A command that prompts the user failed because the host program or the command type does not support user interaction. Try a host program that supports user interaction, such as the PowerShell Console, and remove prompt-related commands from command types that do not support user interaction.",
        None,
    )
}

impl Host for RemoteHost {
    fn name(&self) -> &str {
        "ServerRemoteHost"
    }

    fn write(&mut self, text: &str, foreground: Option<HostColor>, background: Option<HostColor>) {
        if let (Some(foreground), Some(background)) =
            (foreground.or(background.map(|_| 7)), background.or(foreground.map(|_| 0)))
        {
            let parameters = format!("<I32>{foreground}</I32><I32>{background}</I32>");
            let (method, text) = match text.strip_suffix('\n') {
                Some(line) => (("WriteLine3", 17), line),
                None => (("Write2", 14), text),
            };
            return self.tell(method, &(parameters + &xml::string(text)));
        }
        // A line comes in one piece, its end may follow as a piece of its own.
        self.open.push_str(text);
        if self.open.ends_with('\n') {
            let line = std::mem::take(&mut self.open);
            self.tell(("WriteLine2", 16), &xml::string(line.trim_end_matches('\n')));
        }
    }

    fn write_error_line(&mut self, text: &str) {
        self.tell(("WriteErrorLine", 18), &xml::string(text));
    }

    fn write_output(&mut self, text: &str) {
        for line in text.lines() {
            self.tell(("WriteLine2", 16), &xml::string(line));
        }
    }

    fn write_stream_line(&mut self, stream: u8, text: &str) {
        let (method, prefix) = match stream {
            3 => (("WriteWarningLine", 22), "WARNING: "),
            4 => (("WriteVerboseLine", 21), "VERBOSE: "),
            5 => (("WriteDebugLine", 19), "DEBUG: "),
            _ => (("WriteLine2", 16), ""),
        };
        self.tell(method, &xml::string(text.strip_prefix(prefix).unwrap_or(text)));
    }

    fn progress(&mut self, source: i64, record: &ProgressRecord) {
        let pipeline = *self.current.lock();
        self.link.send(Kind::ProgressRecord, pipeline, xml::progress(record));
        self.tell(("WriteProgress", 20), &xml::progress_parameters(source, record));
    }

    fn read_line(&mut self, prompt: &str, is_secret: bool) -> Result<Option<String>> {
        let field = prompt.trim_end().trim_end_matches(':');
        if field.is_empty() {
            let method = if is_secret { ("ReadLineAsSecureString", 12) } else { ("ReadLine", 11) };
            let answer = self.ask(method, "")?;
            return Ok(read_answer(&answer, "N=\"mr\"", is_secret));
        }
        let answer = self.ask(("Prompt", 23), &xml::prompt_parameters(field, is_secret))?;
        Ok(read_answer(&answer, "N=\"Value\"", is_secret))
    }

    fn choose(&mut self, caption: &str, message: &str, choices: &[Choice], default: i32) -> Result<i32> {
        let parameters = xml::choice_parameters(caption, message, choices, default);
        let answer = self.ask(("PromptForChoice", 26), &parameters)?;
        Ok(element_after(&answer, "<MS>", "I32").and_then(|n| n.parse().ok()).unwrap_or(default))
    }

    fn size(&self) -> (usize, usize) {
        (self.facts.width.max(1), self.facts.height.max(1))
    }

    fn is_terminal(&self) -> bool {
        false
    }

    fn is_interactive(&self) -> bool {
        !self.facts.is_null
    }

    fn raw(&mut self, name: &str, value: Option<&Value>) -> Option<Value> {
        if let (true, Some(value)) = (name.eq_ignore_ascii_case("WindowTitle"), value) {
            self.tell(("SetWindowTitle", 42), &xml::string(&values::convert::to_display(value)));
            return Some(value.clone());
        }
        None
    }
}

/// The text of an answer: a string, or a secure string's UTF-16 in hexadecimal.
fn read_answer(answer: &str, mark: &str, is_secret: bool) -> Option<String> {
    let before = answer.find(mark)?;
    let start = answer[..before].rfind('<')?;
    if !is_secret {
        return element_after(&answer[start..], "", "S");
    }
    let digits = element_after(&answer[start..], "", "SS")?;
    let units: Option<Vec<u16>> = digits
        .as_bytes()
        .chunks_exact(4)
        .map(|unit| u16::from_str_radix(std::str::from_utf8(unit).ok()?, 16).ok().map(u16::swap_bytes))
        .collect();
    Some(String::from_utf16_lossy(&units?))
}
