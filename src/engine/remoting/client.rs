//! The asking side of a session (MS-PSRP 3.1).

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use uuid::Uuid;
use values::{Result, Value};

use super::client_xml::{self, Call};
use super::fragment::{Defragmenter, Fragmenter};
use super::message::{Kind, Message};
use super::packet::{Element, Packet};
use super::{streams, xml};
use crate::runspace::Runspace;

/// What carries packets to a server and back.
pub trait Wire: Send {
    /// Sends a packet.
    fn send(&mut self, packet: &Packet) -> std::result::Result<(), String>;
    /// Waits a while for the next packet; the text says why none will come.
    fn receive(&mut self, wait: Duration) -> std::result::Result<Option<Packet>, String>;
}

/// How long a server is waited for before the wish to stop is looked at.
const PATIENCE: Duration = Duration::from_millis(25);
/// How long a server may take to open or close something.
const LONGEST: Duration = Duration::from_secs(180);

/// What a server says while a pipeline runs.
pub enum Answer {
    Output(Value),
    Error(Value),
    Warning(String),
    Verbose(String),
    Debug(String),
    Information(Value),
    Progress(Value),
    /// A call of the host's method with this number; its parameters.
    HostCall {
        call: i64,
        method: i64,
        parameters: Vec<Value>,
    },
    /// The end: whether it was stopped, and why it failed.
    End {
        is_stopped: bool,
        failure: Option<Value>,
    },
}

/// A session.
pub struct Client {
    wire: Box<dyn Wire>,
    fragmenter: Fragmenter,
    parts: Defragmenter,
    pool: Uuid,
    arrived: VecDeque<Message>,
    /// Closings that came before they were waited for.
    closed: Vec<Uuid>,
    /// Pipelines that were told to stop.
    stopping: Vec<Uuid>,
}

impl Client {
    /// Opens a session; the text says why there is none.
    pub fn open(wire: Box<dyn Wire>, system: &str, size: (usize, usize)) -> std::result::Result<Client, String> {
        let mut client = Client {
            wire,
            fragmenter: Fragmenter::default(),
            parts: Defragmenter::default(),
            pool: Uuid::new_v4(),
            arrived: VecDeque::new(),
            closed: Vec::new(),
            stopping: Vec::new(),
        };
        // Both messages travel in one packet, as PowerShell sends them.
        let mut data = client.fragments(Kind::SessionCapability, Uuid::nil(), xml::CAPABILITY.to_string()).concat();
        data.extend(client.fragments(Kind::InitRunspacePool, Uuid::nil(), client_xml::init(system, size)).concat());
        client.wire.send(&Packet::data(Uuid::nil(), data))?;
        loop {
            let message = client.next(&AtomicBool::new(false))?.ok_or("The server does not answer.")?;
            if message.kind == Kind::RunspacePoolState {
                match message.data.contains("<I32 N=\"RunspaceState\">2</I32>") {
                    true => return Ok(client),
                    false => return Err("The server could not open the session.".to_string()),
                }
            }
        }
    }

    fn fragments(&mut self, kind: Kind, pipeline: Uuid, data: String) -> Vec<Vec<u8>> {
        self.fragmenter.cut(&Message { to_server: true, kind, pool: self.pool, pipeline, data }.encode())
    }

    fn send(&mut self, kind: Kind, pipeline: Uuid, data: String) -> std::result::Result<(), String> {
        for fragment in self.fragments(kind, pipeline, data) {
            self.wire.send(&Packet::data(pipeline, fragment))?;
        }
        Ok(())
    }

    /// The next message, none once `stop` is set; other packets are noted on the way.
    fn next(&mut self, stop: &AtomicBool) -> std::result::Result<Option<Message>, String> {
        loop {
            if let Some(message) = self.arrived.pop_front() {
                return Ok(Some(message));
            }
            let Some(packet) = self.wire.receive(PATIENCE)? else {
                if stop.load(Ordering::Relaxed) {
                    return Ok(None);
                }
                continue;
            };
            match packet.element {
                Element::Data => {
                    for bytes in self.parts.take(&packet.data).map_err(|e| e.to_string())? {
                        self.arrived.push_back(Message::decode(&bytes).map_err(|e| e.to_string())?);
                    }
                }
                Element::CloseAck => self.closed.push(packet.id),
                _ => {}
            }
        }
    }

    /// Begins a pipeline and gives it all its input; its identifier.
    pub fn begin(
        &mut self,
        runspace: &mut Runspace,
        calls: &[Call],
        input: Option<&[Value]>,
    ) -> Result<std::result::Result<Uuid, String>> {
        let id = Uuid::new_v4();
        let data = client_xml::create(runspace, calls, input.is_some())?;
        let mut items = Vec::new();
        for item in input.unwrap_or_default() {
            items.push(if item.is_null() { String::new() } else { streams::write(runspace, item)? });
        }
        Ok(self.start(id, data, input.is_some(), items).map(|()| id))
    }

    fn start(
        &mut self,
        id: Uuid,
        data: String,
        has_input: bool,
        items: Vec<String>,
    ) -> std::result::Result<(), String> {
        self.wire.send(&Packet::of(Element::Command, id))?;
        self.send(Kind::CreatePipeline, id, data)?;
        if has_input {
            for item in items {
                self.send(Kind::PipelineInput, id, item)?;
            }
            self.send(Kind::EndOfPipelineInput, id, String::new())?;
        }
        Ok(())
    }

    /// Waits for what a pipeline says next; after its end the pipeline is closed. Once `stop` is set the server is told to
    /// stop it, and its end is waited for.
    pub fn answer(
        &mut self,
        runspace: &mut Runspace,
        id: Uuid,
        stop: &AtomicBool,
    ) -> Result<std::result::Result<Answer, String>> {
        loop {
            let asked = self.stopping.contains(&id);
            let never = AtomicBool::new(false);
            let message = match self.next(if asked { &never } else { stop }) {
                Ok(Some(message)) => message,
                Ok(None) => {
                    self.stopping.push(id);
                    match self.stop(id) {
                        Ok(()) => continue,
                        Err(reason) => return Ok(Err(reason)),
                    }
                }
                Err(reason) => return Ok(Err(reason)),
            };
            if message.pipeline != id {
                continue;
            }
            if let Some(answer) = read(runspace, &message)? {
                if matches!(answer, Answer::End { .. })
                    && let Err(reason) = self.close_pipeline(id)
                {
                    return Ok(Err(reason));
                }
                return Ok(Ok(answer));
            }
        }
    }

    fn close_pipeline(&mut self, id: Uuid) -> std::result::Result<(), String> {
        self.wire.send(&Packet::of(Element::Close, id))?;
        let begun = Instant::now();
        while !self.closed.contains(&id) && begun.elapsed() < LONGEST {
            if let Some(packet) = self.wire.receive(PATIENCE)?
                && packet.element == Element::CloseAck
            {
                self.closed.push(packet.id);
            }
        }
        self.closed.retain(|closed| *closed != id);
        self.stopping.retain(|stopped| *stopped != id);
        Ok(())
    }

    /// Asks for a pipeline to be stopped; its end comes as an answer.
    pub fn stop(&mut self, id: Uuid) -> std::result::Result<(), String> {
        self.wire.send(&Packet::of(Element::Signal, id))
    }

    /// Answers a question of the host: the method's result or the message of an exception.
    pub fn host_response(
        &mut self,
        runspace: &mut Runspace,
        id: Uuid,
        (call, method): (i64, i64),
        result: std::result::Result<Value, String>,
    ) -> Result<std::result::Result<(), String>> {
        let result = match result {
            Ok(value) => {
                let value = streams::write(runspace, &value)?;
                let at = value.find(['>', ' ', '/']).unwrap_or(0);
                format!("{} N=\"mr\"{}", &value[..at], &value[at..])
            }
            Err(message) => format!(
                "<Obj N=\"me\" RefId=\"9\"><MS><Obj N=\"Exception\" RefId=\"8\"><MS><S N=\"Message\">{}</S></MS></Obj></MS></Obj>",
                xml::text(&message)
            ),
        };
        let data = format!(
            "<Obj RefId=\"7\"><MS><I64 N=\"ci\">{call}</I64><Obj N=\"mi\" RefId=\"6\"><TN RefId=\"5\"><T>System.Management.Automation.Remoting.RemoteHostMethodId</T><T>System.Enum</T><T>System.ValueType</T><T>System.Object</T></TN><ToString>{method}</ToString><I32>{method}</I32></Obj>{result}</MS></Obj>"
        );
        let fragments = self.fragments(Kind::PipelineHostResponse, id, data);
        for fragment in fragments {
            let packet = Packet { is_response: true, ..Packet::data(id, fragment) };
            if let Err(reason) = self.wire.send(&packet) {
                return Ok(Err(reason));
            }
        }
        Ok(Ok(()))
    }

    /// Ends the session.
    pub fn close(&mut self) {
        if self.wire.send(&Packet::of(Element::Close, Uuid::nil())).is_err() {
            return;
        }
        let begun = Instant::now();
        while begun.elapsed() < LONGEST {
            match self.wire.receive(PATIENCE) {
                Ok(Some(packet)) if packet.element == Element::CloseAck && packet.id.is_nil() => return,
                Ok(_) => {}
                Err(_) => return,
            }
        }
    }
}

/// The text of an informational record.
fn message_of(runspace: &mut Runspace, data: &str) -> Result<String> {
    let record = streams::read(runspace, data)?;
    let text = values::members::get(runspace, &record, "InformationalRecord_Message")?.unwrap_or_default();
    Ok(values::convert::to_display(&text))
}

fn read(runspace: &mut Runspace, message: &Message) -> Result<Option<Answer>> {
    Ok(Some(match message.kind {
        Kind::PipelineOutput => Answer::Output(streams::read(runspace, &message.data)?),
        Kind::ErrorRecord => Answer::Error(streams::read(runspace, &message.data)?),
        Kind::WarningRecord => Answer::Warning(message_of(runspace, &message.data)?),
        Kind::VerboseRecord => Answer::Verbose(message_of(runspace, &message.data)?),
        Kind::DebugRecord => Answer::Debug(message_of(runspace, &message.data)?),
        Kind::InformationRecord => Answer::Information(streams::read(runspace, &message.data)?),
        Kind::ProgressRecord => Answer::Progress(streams::read(runspace, &message.data)?),
        Kind::PipelineHostCall => {
            let value = streams::read(runspace, &message.data)?;
            let mut get = |name: &str| values::members::get(runspace, &value, name).map(Option::unwrap_or_default);
            let (call, method, parameters) = (get("ci")?, get("mi")?, get("mp")?);
            let parameters = values::members::enumerate(runspace, &parameters)?.unwrap_or_default();
            Answer::HostCall {
                call: call.as_i64().unwrap_or_default(),
                method: method.as_i64().unwrap_or_default(),
                parameters,
            }
        }
        Kind::PipelineState => {
            let value = streams::read(runspace, &message.data)?;
            let state = values::members::get(runspace, &value, "PipelineState")?.unwrap_or_default();
            let failure = values::members::get(runspace, &value, "ExceptionAsErrorRecord")?.filter(|v| !v.is_null());
            match state.as_i64() {
                Some(3) => Answer::End { is_stopped: true, failure: None },
                Some(4) => Answer::End { is_stopped: false, failure: None },
                Some(5) => Answer::End { is_stopped: false, failure },
                _ => return Ok(None),
            }
        }
        _ => return Ok(None),
    }))
}
