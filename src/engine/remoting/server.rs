//! The answering side of a session (MS-PSRP 3.2).

use std::collections::HashMap;
use std::sync::Arc;

use uuid::Uuid;

use super::fragment::Defragmenter;
use super::host::{HostFacts, Link, Room};
use super::input::Input;
use super::message::{Kind, Message};
use super::packet::{Element, Packet};
use super::pool::{Pool, Sender, Work};
use super::secret::is_secret;
use super::xml;
use crate::start::RunspaceFactory;

/// RUNSPACEPOOL_STATE's numbers (MS-PSRP 2.2.3.4).
const OPENED: i32 = 2;
const CLOSED: i32 = 3;
const CLOSING: i32 = 4;

/// One session. It is given the client's packets and gives its own to a carrier, in an order that the client may rely on.
pub struct Server {
    link: Arc<Link>,
    factory: Arc<dyn RunspaceFactory>,
    pool: Option<Pool>,
    parts: Defragmenter,
    /// Pipelines whose input has not ended.
    inputs: HashMap<Uuid, Input>,
    /// Input that came with the packet at hand.
    fed: Vec<(Input, Option<String>)>,
    system: String,
    sender: Sender,
    /// Answers of the client's host.
    answers: Vec<String>,
}

impl Server {
    /// A session that no client has opened yet. `system` names the operating system in what the client is told.
    pub fn new(
        factory: Arc<dyn RunspaceFactory>,
        system: &str,
        carrier: impl FnMut(Packet) + Send + 'static,
        room: Option<Room>,
    ) -> Server {
        Server {
            link: Arc::new(Link::new(Box::new(carrier), room)),
            factory,
            pool: None,
            parts: Defragmenter::default(),
            inputs: HashMap::new(),
            fed: Vec::new(),
            system: system.to_string(),
            sender: Sender::default(),
            answers: Vec::new(),
        }
    }

    /// Says who has signed in and to which configuration, for `$PSSenderInfo`.
    pub fn introduce(&mut self, user: &str, configuration: &str) {
        self.sender = Sender { user: user.to_string(), configuration: configuration.to_string() };
    }

    /// Takes a packet of the client. False once the session is closed; the text says why a packet can't be taken, after
    /// which the session is of no more use.
    pub fn receive(&mut self, packet: Packet) -> Result<bool, String> {
        match packet.element {
            Element::Data => self.data(&packet)?,
            Element::Command => self.link.acknowledge(Packet::of(Element::CommandAck, packet.id)),
            Element::Signal => self.stop(packet.id, Element::SignalAck),
            Element::Close if packet.id.is_nil() => {
                self.close();
                return Ok(false);
            }
            Element::Close => self.stop(packet.id, Element::CloseAck),
            Element::DataAck | Element::CommandAck | Element::CloseAck | Element::SignalAck => {}
        }
        Ok(true)
    }

    fn data(&mut self, packet: &Packet) -> Result<(), String> {
        let mut ready = Vec::new();
        for bytes in self.parts.take(&packet.data).map_err(|e| e.to_string())? {
            let mut message = Message::decode(&bytes).map_err(|e| e.to_string())?;
            if !message.to_server {
                return Err("A message for a client was received.".to_string());
            }
            if is_secret(&message.data) {
                message.data = self.link.secrets.open(&message.data);
            }
            ready.extend(self.message(message)?);
        }
        self.link.acknowledge(Packet::of(Element::DataAck, packet.id));
        // What waits for an answer goes on behind the acknowledgement.
        for answer in self.answers.drain(..) {
            self.link.answer(answer);
        }
        for work in ready {
            let Some(pool) = &self.pool else {
                return Err("A pipeline was created before the session.".to_string());
            };
            pool.start(work).map_err(|e| e.to_string())?;
        }
        for (input, item) in self.fed.drain(..) {
            input.push(item);
        }
        Ok(())
    }

    /// Carries out a message; a pipeline that is complete comes back to be started.
    fn message(&mut self, message: Message) -> Result<Option<Work>, String> {
        let id = message.pipeline;
        match message.kind {
            Kind::SessionCapability => {
                self.link.set_pool(message.pool);
                self.link.secrets.meet(&message.data);
                self.link.send(Kind::SessionCapability, None, xml::CAPABILITY.to_string());
            }
            Kind::InitRunspacePool => self.open(message.data),
            Kind::ConnectRunspacePool => self.connect(&message.data)?,
            Kind::CreatePipeline | Kind::GetCommandMetadata => {
                let is_metadata = message.kind == Kind::GetCommandMetadata;
                let has_input = !is_metadata && message.data.contains("<B N=\"NoInput\">false</B>");
                let input = has_input.then(Input::default);
                if let Some(input) = &input {
                    self.inputs.insert(id, input.clone());
                }
                return Ok(Some(Work { id, is_metadata, data: message.data, input }));
            }
            Kind::PipelineInput => self.fed.extend(self.inputs.get(&id).map(|i| (i.clone(), Some(message.data)))),
            Kind::EndOfPipelineInput => self.fed.extend(self.inputs.remove(&id).map(|input| (input, None))),
            Kind::PipelineHostResponse | Kind::RunspacePoolHostResponse => self.answers.push(message.data),
            Kind::SetMaxRunspaces | Kind::SetMinRunspaces => {
                let number = number_of(
                    &message.data,
                    if message.kind == Kind::SetMaxRunspaces { "MaxRunspaces" } else { "MinRunspaces" },
                );
                if let (Some(pool), Some(number), Kind::SetMaxRunspaces) = (&self.pool, number, message.kind) {
                    pool.set_most(usize::try_from(number).unwrap_or(1));
                }
                self.tell_availability(&message.data, "<B N=\"SetMinMaxRunspacesResponse\">true</B>");
            }
            Kind::GetAvailableRunspaces => {
                let free = self.pool.as_ref().map_or(0, Pool::available);
                self.tell_availability(&message.data, &format!("<I64 N=\"SetMinMaxRunspacesResponse\">{free}</I64>"));
            }
            Kind::PublicKey => {
                let answer = self.link.secrets.answer(&message.data)?;
                self.link.send(Kind::EncryptedSessionKey, None, answer);
            }
            other => return Err(format!("A message of the type {other:?} is not for a server in this state.")),
        }
        Ok(None)
    }

    fn tell_availability(&self, question: &str, answer: &str) {
        let call = number_of(question, "ci").unwrap_or_default();
        self.link.send(Kind::RunspaceAvailability, None, xml::availability(call, answer));
    }

    fn open(&mut self, data: String) {
        let most = number_of(&data, "MaxRunspaces").and_then(|n| usize::try_from(n).ok()).unwrap_or(1);
        let facts = HostFacts {
            is_null: data.contains("<B N=\"_isHostNull\">true</B>"),
            width: number_of(&data, "width").and_then(|n| usize::try_from(n).ok()).unwrap_or(80),
            height: number_of(&data, "height").and_then(|n| usize::try_from(n).ok()).unwrap_or(25),
        };
        self.pool = Some(Pool::new(self.link.clone(), self.factory.clone(), (data, self.sender.clone()), facts, most));
        self.link.send(Kind::ApplicationPrivateData, None, xml::private_data(&self.system));
        self.link.send(Kind::RunspacePoolState, None, xml::state("RunspaceState", OPENED));
    }

    /// Another client takes the session over; it may ask for other numbers of runspaces (MS-PSRP 3.2.5.3.16).
    fn connect(&mut self, data: &str) -> Result<(), String> {
        let pool = self.pool.as_ref().ok_or("A session was to be connected to before it was opened.")?;
        if let Some(most) = number_of(data, "MaxRunspaces").and_then(|n| usize::try_from(n).ok()).filter(|n| *n > 0) {
            pool.set_most(most);
        }
        let numbers = format!(
            "<Obj RefId=\"0\"><MS><I32 N=\"MinRunspaces\">1</I32><I32 N=\"MaxRunspaces\">{}</I32></MS></Obj>",
            pool.most()
        );
        self.link.send(Kind::RunspacePoolInitData, None, numbers);
        self.link.send(Kind::ApplicationPrivateData, None, xml::private_data(&self.system));
        Ok(())
    }

    fn stop(&mut self, id: Uuid, answer: Element) {
        let after = Packet::of(answer, id);
        self.inputs.remove(&id);
        match &self.pool {
            Some(pool) => pool.stop(id, after),
            None => self.link.acknowledge(after),
        }
    }

    /// Ends the session: whatever runs is stopped.
    pub fn close(&mut self) {
        if let Some(pool) = self.pool.take() {
            pool.close();
        }
        self.link.send(Kind::RunspacePoolState, None, xml::state("RunspaceState", CLOSING));
        self.link.send(Kind::RunspacePoolState, None, xml::state("RunspaceState", CLOSED));
        self.link.acknowledge(Packet::of(Element::CloseAck, Uuid::nil()));
    }
}

/// A number among a message's members.
fn number_of(data: &str, name: &str) -> Option<i64> {
    let (_, rest) = data.split_once(&format!(" N=\"{name}\">"))?;
    rest.split_once('<')?.0.parse().ok()
}
