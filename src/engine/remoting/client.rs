//! The asking side of a session (MS-PSRP 3.1).

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use uuid::Uuid;
use values::{Result, Value};

use super::client_xml::{self, Call, Wanted};
use super::fragment::{Defragmenter, Fragmenter};
use super::message::{Kind, Message};
use super::packet::{Element, Packet};
use super::secret::{Secrets, is_secret};
use super::{streams, xml};
use crate::runspace::Runspace;

/// What carries packets to a server and back.
pub trait Wire: Send {
    /// Sends a packet.
    fn send(&mut self, packet: &Packet) -> std::result::Result<(), String>;
    /// Waits a while for the next packet; the text says why none will come.
    fn receive(&mut self, wait: Duration) -> std::result::Result<Option<Packet>, String>;

    /// Fetches nothing of what pipelines say that begin from now on, until the session was left and come back to.
    fn hold_back(&mut self) {}
    /// Leaves the session to itself, with what runs in it.
    fn disconnect(&mut self) -> std::result::Result<(), String> {
        Err(STAYS.to_string())
    }
    /// Comes back to it.
    fn reconnect(&mut self) -> std::result::Result<(), String> {
        Err(STAYS.to_string())
    }
    /// Takes over the session of another client, given the first messages; the answers to them come as packets.
    fn take_over(&mut self, _data: &[u8]) -> std::result::Result<(), String> {
        Err(STAYS.to_string())
    }
    /// Takes over a pipeline in such a session.
    fn take_over_pipeline(&mut self, _id: Uuid) -> std::result::Result<(), String> {
        Err(STAYS.to_string())
    }
    /// The pipelines that the session has.
    fn pipelines(&mut self) -> std::result::Result<Vec<Uuid>, String> {
        Err(STAYS.to_string())
    }
}

/// What the ways say that end with their session.
const STAYS: &str = "A session of this kind cannot be disconnected: it ends with its connection.";

/// How long a server is waited for before the wish to stop is looked at.
const PATIENCE: Duration = Duration::from_millis(25);
/// How long a server may take to open or close something.
const LONGEST: Duration = Duration::from_secs(180);

/// What a server says while a pipeline runs. Warnings and the like are shown by calls of the host that come with their records.
pub enum Answer {
    Output(Value),
    Error(Value),
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
    /// What came for pipelines and was not read.
    arrived: VecDeque<Message>,
    secrets: Secrets,
    is_open: bool,
    /// Closings that came before they were waited for.
    closed: Vec<Uuid>,
    /// Pipelines that were told to stop.
    stopping: Vec<Uuid>,
}

impl Client {
    /// Opens a session; the text says why there is none.
    pub fn open(
        wire: Box<dyn Wire>,
        pool: Uuid,
        system: &str,
        size: (usize, usize),
    ) -> std::result::Result<Client, String> {
        let mut client = Client::new(wire, pool);
        // Both messages travel in one packet, as PowerShell sends them.
        let mut data = client.fragments(Kind::SessionCapability, Uuid::nil(), xml::CAPABILITY.to_string()).concat();
        data.extend(client.fragments(Kind::InitRunspacePool, Uuid::nil(), client_xml::init(system, size)).concat());
        client.wire.send(&Packet::data(Uuid::nil(), data))?;
        client.wait_until_open()?;
        Ok(client)
    }

    /// Takes over the session of another client, and what runs in it (MS-PSRP 3.1.5.3.14).
    pub fn take_over(wire: Box<dyn Wire>, pool: Uuid) -> std::result::Result<(Client, Vec<Uuid>), String> {
        let mut client = Client::new(wire, pool);
        let mut data = client.fragments(Kind::SessionCapability, Uuid::nil(), xml::CAPABILITY.to_string()).concat();
        data.extend(client.fragments(Kind::ConnectRunspacePool, Uuid::nil(), "<S></S>".to_string()).concat());
        client.wire.take_over(&data)?;
        client.wait_until_open()?;
        let pipelines = client.wire.pipelines()?;
        for id in &pipelines {
            client.wire.take_over_pipeline(*id)?;
        }
        Ok((client, pipelines))
    }

    fn new(wire: Box<dyn Wire>, pool: Uuid) -> Client {
        Client {
            wire,
            fragmenter: Fragmenter::default(),
            parts: Defragmenter::default(),
            pool,
            arrived: VecDeque::new(),
            secrets: Secrets::default(),
            is_open: false,
            closed: Vec::new(),
            stopping: Vec::new(),
        }
    }

    fn wait_until_open(&mut self) -> std::result::Result<(), String> {
        let begun = Instant::now();
        while !self.is_open {
            if begun.elapsed() > LONGEST {
                return Err("The server does not answer.".to_string());
            }
            self.pull(PATIENCE)?;
        }
        Ok(())
    }

    /// Leaves what pipelines say that begin from now on to whoever receives it.
    pub fn hold_back(&mut self) {
        self.wire.hold_back();
    }

    /// Leaves the session to itself, with what runs in it.
    pub fn disconnect(&mut self) -> std::result::Result<(), String> {
        self.wire.disconnect()
    }

    /// Comes back to the session.
    pub fn reconnect(&mut self) -> std::result::Result<(), String> {
        self.wire.reconnect()
    }

    fn fragments(&mut self, kind: Kind, pipeline: Uuid, data: String) -> Vec<Vec<u8>> {
        self.fragmenter.cut(&Message { to_server: true, kind, pool: self.pool, pipeline, data }.encode())
    }

    fn send(&mut self, kind: Kind, pipeline: Uuid, data: String) -> std::result::Result<(), String> {
        self.send_as(kind, pipeline, data, false)
    }

    fn send_as(
        &mut self,
        kind: Kind,
        pipeline: Uuid,
        mut data: String,
        is_response: bool,
    ) -> std::result::Result<(), String> {
        if is_secret(&data) {
            if self.secrets.lacks_key() {
                self.exchange_keys()?;
            }
            data = self.secrets.protect(&data);
        }
        for fragment in self.fragments(kind, pipeline, data) {
            self.wire.send(&Packet { is_response, ..Packet::data(pipeline, fragment) })?;
        }
        Ok(())
    }

    fn exchange_keys(&mut self) -> std::result::Result<(), String> {
        let key = self.secrets.public_key()?;
        self.send(Kind::PublicKey, Uuid::nil(), key)?;
        let begun = Instant::now();
        while self.secrets.lacks_key() {
            if begun.elapsed() > LONGEST {
                return Err("The server does not answer with a session key.".to_string());
            }
            self.pull(PATIENCE)?;
        }
        Ok(())
    }

    /// Takes the next packet, if one comes in time; what is said to the session itself is carried out.
    fn pull(&mut self, wait: Duration) -> std::result::Result<bool, String> {
        let Some(packet) = self.wire.receive(wait)? else { return Ok(false) };
        match packet.element {
            Element::Data => {
                for bytes in self.parts.take(&packet.data).map_err(|e| e.to_string())? {
                    let message = Message::decode(&bytes).map_err(|e| e.to_string())?;
                    self.sort(message)?;
                }
            }
            Element::CloseAck => self.closed.push(packet.id),
            _ => {}
        }
        Ok(true)
    }

    fn sort(&mut self, mut message: Message) -> std::result::Result<(), String> {
        match message.kind {
            Kind::SessionCapability => self.secrets.meet(&message.data),
            Kind::EncryptedSessionKey => self.secrets.take(&message.data)?,
            Kind::PublicKeyRequest => {
                let key = self.secrets.public_key()?;
                self.send(Kind::PublicKey, Uuid::nil(), key)?;
            }
            // The answer to one who takes the session over.
            Kind::RunspacePoolInitData => self.is_open = true,
            Kind::RunspacePoolState => match message.data.contains("<I32 N=\"RunspaceState\">2</I32>") {
                true => self.is_open = true,
                false if self.is_open => return Err("The server has closed the session.".to_string()),
                false => return Err("The server could not open the session.".to_string()),
            },
            _ if !message.pipeline.is_nil() => {
                if is_secret(&message.data) {
                    message.data = self.secrets.open(&message.data);
                }
                self.arrived.push_back(message);
            }
            _ => {}
        }
        Ok(())
    }

    /// Begins a pipeline.
    pub fn begin(
        &mut self,
        runspace: &mut Runspace,
        calls: &[Call],
        has_input: bool,
    ) -> Result<std::result::Result<Uuid, String>> {
        let id = Uuid::new_v4();
        let data = client_xml::create(runspace, calls, has_input)?;
        let begun = self.wire.send(&Packet::of(Element::Command, id));
        Ok(begun.and_then(|()| self.send(Kind::CreatePipeline, id, data)).map(|()| id))
    }

    /// Asks for the commands of the session; the answers are those of a pipeline.
    pub fn ask_commands(
        &mut self,
        runspace: &mut Runspace,
        wanted: &Wanted,
    ) -> Result<std::result::Result<Uuid, String>> {
        let id = Uuid::new_v4();
        let data = client_xml::metadata(runspace, wanted)?;
        let begun = self.wire.send(&Packet::of(Element::Command, id));
        Ok(begun.and_then(|()| self.send(Kind::GetCommandMetadata, id, data)).map(|()| id))
    }

    /// Gives a pipeline an object of its input, or its end.
    pub fn feed(
        &mut self,
        runspace: &mut Runspace,
        id: Uuid,
        item: Option<&Value>,
    ) -> Result<std::result::Result<(), String>> {
        Ok(match item {
            None => self.send(Kind::EndOfPipelineInput, id, String::new()),
            Some(item) => {
                let data = if item.is_null() { String::new() } else { streams::write(runspace, item)? };
                self.send(Kind::PipelineInput, id, data)
            }
        })
    }

    /// What a pipeline says next; none when nothing comes in time. After its end the pipeline is closed. When the runspace is to
    /// stop, the server is told to stop the pipeline, whose end then comes as an answer.
    pub fn answer(
        &mut self,
        runspace: &mut Runspace,
        id: Uuid,
        wait: Duration,
    ) -> Result<std::result::Result<Option<Answer>, String>> {
        let begun = Instant::now();
        loop {
            if let Some(at) = self.arrived.iter().position(|message| message.pipeline == id) {
                let Some(message) = self.arrived.remove(at) else { continue };
                let Some(answer) = read(runspace, &message)? else { continue };
                if matches!(answer, Answer::End { .. })
                    && let Err(reason) = self.close_pipeline(id)
                {
                    return Ok(Err(reason));
                }
                return Ok(Ok(Some(answer)));
            }
            if runspace.is_stopped() && !self.stopping.contains(&id) {
                self.stopping.push(id);
                if let Err(reason) = self.wire.send(&Packet::of(Element::Signal, id)) {
                    return Ok(Err(reason));
                }
            }
            let left = wait.saturating_sub(begun.elapsed());
            match self.pull(left.min(PATIENCE)) {
                Ok(true) => {}
                Ok(false) if begun.elapsed() >= wait => return Ok(Ok(None)),
                Ok(false) => {}
                Err(reason) => return Ok(Err(reason)),
            }
        }
    }

    /// Stops a pipeline that nobody reads any more.
    pub fn abandon(&mut self, id: Uuid) -> std::result::Result<(), String> {
        self.wire.send(&Packet::of(Element::Signal, id))?;
        self.close_pipeline(id)
    }

    fn close_pipeline(&mut self, id: Uuid) -> std::result::Result<(), String> {
        self.wire.send(&Packet::of(Element::Close, id))?;
        let begun = Instant::now();
        while !self.closed.contains(&id) && begun.elapsed() < LONGEST {
            self.pull(PATIENCE)?;
        }
        self.closed.retain(|closed| *closed != id);
        self.stopping.retain(|stopped| *stopped != id);
        self.arrived.retain(|message| message.pipeline != id);
        Ok(())
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
        Ok(self.send_as(Kind::PipelineHostResponse, id, data, true))
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

fn read(runspace: &mut Runspace, message: &Message) -> Result<Option<Answer>> {
    Ok(Some(match message.kind {
        Kind::PipelineOutput => Answer::Output(streams::read(runspace, &message.data)?),
        Kind::ErrorRecord => Answer::Error(streams::read(runspace, &message.data)?),
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
