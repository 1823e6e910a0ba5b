//! Sessions on the organization's own computers, and the errors where there is nothing to reach.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};

use command::{Bound, Cmdlet, Command, Invoke, Session, Wildcard};
use language::Sym;
use parking_lot::Mutex;
use values::object::{Foreign, Wrapped};
use values::{Context, ErrorCategory, ErrorRecord, Exception, PsMember, Result, Str, TypeRef, Value, convert};

use super::job::engine_of;
use crate::hosting::HostedRunspace;
use crate::jobs::{StreamLists, capture, cross};
use crate::remoting::{self, Client, ProgramWire, SshOptions};
use crate::runspace::Runspace;

/// New-PSSession.
pub static NEW_PS_SESSION: Command = Command { name: "New-PSSession", create: || Box::new(NewPsSession) };
/// Get-PSSession.
pub static GET_PS_SESSION: Command = Command { name: "Get-PSSession", create: || Box::new(GetPsSession) };
/// Remove-PSSession.
pub static REMOVE_PS_SESSION: Command = Command { name: "Remove-PSSession", create: || Box::new(RemovePsSession) };
/// Enter-PSSession.
pub static ENTER_PS_SESSION: Command = Command { name: "Enter-PSSession", create: || Box::new(EnterPsSession) };
/// Exit-PSSession.
pub static EXIT_PS_SESSION: Command = Command { name: "Exit-PSSession", create: || Box::new(ExitPsSession) };
/// Enter-PSHostProcess.
pub static ENTER_PS_HOST_PROCESS: Command =
    Command { name: "Enter-PSHostProcess", create: || Box::new(EnterPsHostProcess) };

static NEXT: AtomicI32 = AtomicI32::new(1);

/// A session on a computer.
#[derive(Clone)]
pub struct RemoteSession {
    core: Arc<Core>,
}

struct Core {
    id: i32,
    name: Str,
    computer: Str,
    configuration: Str,
    instance: Value,
    state: Mutex<&'static str>,
    transport: &'static str,
    reach: Reach,
    /// Another client is at work in it.
    is_busy: AtomicBool,
    /// Pipelines that run in it and that nobody reads.
    left: Mutex<Vec<uuid::Uuid>>,
}

/// Where a session is.
pub struct Place {
    pub computer: Str,
    pub configuration: Str,
}

/// Takes over a session of a server; the pipelines that run in it.
pub type TakeOver = Box<dyn Fn() -> std::result::Result<(Client, Vec<uuid::Uuid>), String> + Send + Sync>;

/// Where a session's commands run.
enum Reach {
    /// A computer of the organization: a runspace of this process.
    Own(HostedRunspace),
    /// A server that is spoken to.
    Distant(Box<Mutex<Client>>),
    /// A server's, which another client has left.
    Elsewhere(TakeOver),
}

impl RemoteSession {
    /// The number of a session that is made, and its name.
    pub fn next_name(bound: &Bound) -> (i32, Str) {
        let id = NEXT.fetch_add(1, Ordering::Relaxed);
        let given = bound.strings("Name").into_iter().chain(bound.strings("SessionName")).next();
        (id, given.unwrap_or_else(|| Str::from(format!("Runspace{id}"))))
    }

    fn made(
        (id, name): (i32, Str),
        place: Place,
        instance: uuid::Uuid,
        (state, transport): (&'static str, &'static str),
        reach: Reach,
    ) -> Value {
        let core = Core {
            id,
            name,
            computer: place.computer,
            configuration: place.configuration,
            instance: Value::Guid(Arc::new(instance)),
            state: Mutex::new(state),
            transport,
            reach,
            is_busy: AtomicBool::new(false),
            left: Mutex::default(),
        };
        Value::foreign(RemoteSession { core: Arc::new(core) })
    }

    /// A session on a server that is spoken to.
    pub fn distant(
        named: (i32, Str),
        place: Place,
        instance: uuid::Uuid,
        transport: &'static str,
        client: Client,
    ) -> Value {
        RemoteSession::made(named, place, instance, ("Opened", transport), Reach::Distant(Box::new(Mutex::new(client))))
    }

    /// A session that a server has.
    pub fn elsewhere(name: Str, place: Place, instance: uuid::Uuid, is_disconnected: bool, take: TakeOver) -> Value {
        let id = NEXT.fetch_add(1, Ordering::Relaxed);
        // One that another client is at work in is busy; its state is the same, as in PowerShell.
        let made = RemoteSession::made((id, name), place, instance, ("Disconnected", "WSMan"), Reach::Elsewhere(take));
        if let Some(remote) = made.as_foreign::<RemoteSession>() {
            remote.core.is_busy.store(!is_disconnected, Ordering::Relaxed);
        }
        made
    }

    /// Whether the session is on a server that is spoken to.
    pub fn is_distant(&self) -> bool {
        matches!(self.core.reach, Reach::Distant(_))
    }

    /// The computer's name.
    pub fn computer(&self) -> Str {
        self.core.computer.clone()
    }

    /// Whether commands can be run; that they can't is written as an error.
    fn is_usable(&self, session: &mut dyn Session) -> Result<bool> {
        let state = *self.core.state.lock();
        if state == "Opened" {
            return Ok(true);
        }
        let text = format!(
            "Because the session state for session {}, {}, {} is not equal to Open, you cannot run a command in the session. The session state is {state}.",
            self.core.name,
            convert::to_display(&self.core.instance),
            self.core.computer,
        );
        session.write_error(ErrorRecord::from_exception(Arc::new(
            Exception::new(TypeRef::INVALID_OPERATION_EXCEPTION, text).identity(
                "PSSessionStateBroken",
                ErrorCategory::OpenError,
                Value::Null,
            ),
        )))?;
        Ok(false)
    }

    /// Its name.
    pub fn name(&self) -> Str {
        self.core.name.clone()
    }

    /// Leaves it to itself, with what runs in it; false when it can't be, which is written.
    pub fn disconnect(&self, session: &mut dyn Session) -> Result<bool> {
        let state = *self.core.state.lock();
        if state == "Disconnected" {
            return Ok(true);
        }
        let Reach::Distant(client) = &self.core.reach else {
            return self.refuse(session, "PSSessionDisconnectFailed", "It ends with this program.").map(|()| false);
        };
        let done = if state == "Opened" { client.lock().disconnect() } else { Err(format!("Its state is {state}.")) };
        match done {
            Ok(()) => *self.core.state.lock() = "Disconnected",
            Err(reason) => {
                self.refuse(session, "PSSessionDisconnectFailed", &reason)?;
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Comes back to it, or takes it over from a server; what can't be connected to is written.
    pub fn connect(&self, session: &mut dyn Session, own: &Value) -> Result<Option<Value>> {
        let state = *self.core.state.lock();
        match &self.core.reach {
            _ if state == "Opened" => return Ok(Some(own.clone())),
            Reach::Distant(client) if state == "Disconnected" => {
                let done = client.lock().reconnect();
                match done {
                    Ok(()) => {
                        *self.core.state.lock() = "Opened";
                        return Ok(Some(own.clone()));
                    }
                    Err(reason) => self.refuse(session, "PSSessionConnectFailed", &reason)?,
                }
            }
            Reach::Elsewhere(take) => match take() {
                Ok((client, left)) => {
                    let place =
                        Place { computer: self.core.computer.clone(), configuration: self.core.configuration.clone() };
                    let Value::Guid(instance) = &self.core.instance else { return Ok(None) };
                    let named = (self.core.id, self.core.name.clone());
                    let made = RemoteSession::distant(named, place, **instance, "WSMan", client);
                    if let Some(remote) = made.as_foreign::<RemoteSession>() {
                        *remote.core.left.lock() = left;
                    }
                    remember(engine_of(session)?, &made)?;
                    return Ok(Some(made));
                }
                Err(reason) => self.refuse(session, "PSSessionConnectFailed", &reason)?,
            },
            _ => self.refuse(session, "PSSessionConnectFailed", &format!("Its state is {state}."))?,
        }
        Ok(None)
    }

    /// Leaves what pipelines say that begin from now on to whoever receives it.
    pub fn hold_back(&self) {
        if let Reach::Distant(client) = &self.core.reach {
            client.lock().hold_back();
        }
    }

    /// Leaves a pipeline to the session.
    pub fn leave(&self, id: uuid::Uuid) {
        self.core.left.lock().push(id);
    }

    /// The pipelines that were left to it.
    pub fn take_left(&self) -> Vec<uuid::Uuid> {
        std::mem::take(&mut *self.core.left.lock())
    }

    fn refuse(&self, session: &mut dyn Session, id: &'static str, reason: &str) -> Result<()> {
        let verb = if id.contains("Dis") { "disconnected" } else { "connected" };
        let text =
            format!("The session {} on computer {} cannot be {verb}. {reason}", self.core.name, self.core.computer);
        session.write_error(ErrorRecord::from_exception(Arc::new(
            Exception::new(TypeRef::RUNTIME_EXCEPTION, text).identity(
                id,
                ErrorCategory::InvalidOperation,
                Value::Str(self.core.name.clone()),
            ),
        )))
    }

    /// What a broken connection becomes: an error, and a session that is no longer of use.
    fn checked<T>(&self, session: &mut dyn Session, done: std::result::Result<T, String>) -> Result<Option<T>> {
        match done {
            Ok(done) => Ok(Some(done)),
            Err(reason) => {
                *self.core.state.lock() = "Broken";
                session.write_error(match self.core.transport {
                    "WSMan" => super::wsman_session::broken(&self.core.computer, &reason),
                    _ => transport_error(&self.core.computer, &reason),
                })?;
                Ok(None)
            }
        }
    }

    /// Begins a block on the server; its pipeline.
    pub fn start(
        &self,
        session: &mut dyn Session,
        block: &Value,
        arguments: Vec<Value>,
        has_input: bool,
    ) -> Result<Option<uuid::Uuid>> {
        let Reach::Distant(client) = &self.core.reach else { return Ok(None) };
        if !self.is_usable(session)? {
            return Ok(None);
        }
        let task = remoting::Task { block, arguments, has_input };
        let done = remoting::start(session, &mut client.lock(), task)?;
        self.checked(session, done)
    }

    /// Gives a pipeline an object of its input, or its end; false when the session is broken.
    pub fn feed(&self, session: &mut dyn Session, id: uuid::Uuid, item: Option<&Value>) -> Result<bool> {
        let Reach::Distant(client) = &self.core.reach else { return Ok(false) };
        let done = match item {
            Some(item) => remoting::feed(session, &mut client.lock(), id, item)?,
            None => remoting::end_input(session, &mut client.lock(), id)?,
        };
        Ok(self.checked(session, done)?.is_some())
    }

    /// Passes on what a pipeline has said until nothing comes for a while; true at its end.
    pub fn poll(
        &self,
        session: &mut dyn Session,
        id: uuid::Uuid,
        wait: std::time::Duration,
        shows_computer: bool,
    ) -> Result<bool> {
        let Reach::Distant(client) = &self.core.reach else { return Ok(true) };
        let done = remoting::poll(session, client, id, wait, &mut |session, item| {
            session.write(self.marked(item, shows_computer))
        })?;
        Ok(self.checked(session, done)?.unwrap_or(true))
    }

    /// The commands of the session that are wanted, as its server describes them.
    /// The commands of a session on a server that is spoken to.
    pub fn commands(&self, session: &mut dyn Session, wanted: &remoting::Wanted) -> Result<Vec<Value>> {
        let Reach::Distant(client) = &self.core.reach else { return Ok(Vec::new()) };
        if !self.is_usable(session)? {
            return Ok(Vec::new());
        }
        let done = remoting::ask_commands(session, &mut client.lock(), wanted)?;
        let Some(id) = self.checked(session, done)? else { return Ok(Vec::new()) };
        let mut found = Vec::new();
        loop {
            let wait = std::time::Duration::from_secs(1);
            let done = remoting::poll(session, client, id, wait, &mut |_, item| {
                found.push(item);
                Ok(())
            })?;
            if self.checked(session, done)?.unwrap_or(true) {
                // The first says how many there are.
                found.drain(..found.len().min(1));
                return Ok(found);
            }
        }
    }

    /// Stops a pipeline that nobody reads any more.
    pub fn abandon(&self, id: uuid::Uuid) {
        if let Reach::Distant(client) = &self.core.reach {
            remoting::abandon(&mut client.lock(), id);
        }
    }

    /// Runs a block in a session of this process; what comes out is deserialized and says where it is from.
    pub fn run(
        &self,
        session: &mut dyn Session,
        block: &Value,
        (args, input): (Vec<Value>, Option<Vec<Value>>),
        using: &[(Sym, Value)],
        shows_computer: bool,
    ) -> Result<()> {
        let Reach::Own(hosted) = &self.core.reach else { return Ok(()) };
        if !self.is_usable(session)? {
            return Ok(());
        }
        let lists = StreamLists::new();
        let block = crate::parallel::detached(block);
        let result = hosted.with(|runspace| {
            runspace.using = using.iter().cloned().collect();
            let mut crossed = Vec::with_capacity(args.len());
            for arg in &args {
                crossed.push(cross(runspace, arg)?);
            }
            let how = Invoke { args: crossed, input, to_pipeline: true, ..Invoke::default() };
            let done = capture(runspace, &lists, |runspace| runspace.invoke_script(&block, how).map(|_| ()));
            let items = std::mem::take(&mut *lists.output.lock());
            for item in items {
                let item = cross(runspace, &item)?;
                lists.output.lock().push(item);
            }
            done
        });
        for item in lists.output.to_vec() {
            session.write(self.marked(item, shows_computer))?;
        }
        for item in lists.warning.to_vec() {
            session.write_warning(&convert::to_display(&item))?;
        }
        for item in lists.verbose.to_vec() {
            session.write_verbose(&convert::to_display(&item))?;
        }
        for item in lists.information.to_vec() {
            let data = values::members::get(session, &item, "MessageData")?.unwrap_or_default();
            let is_host = data.type_ref().is_some_and(|t| t.name().ends_with("HostInformationMessage"));
            session.write_information(data, if is_host { vec![Str::from("PSHOST")] } else { Vec::new() })?;
        }
        for item in lists.error.to_vec() {
            if let Value::Error(record) = item {
                record.data.lock().is_reported = false;
                session.write_script_error(record)?;
            }
        }
        match result {
            Err(flow) => match flow.record() {
                Some(record) => {
                    let ty = TypeRef::find("System.Management.Automation.RemoteException")
                        .unwrap_or(TypeRef::RUNTIME_EXCEPTION);
                    let exception = Exception::new(ty, record.exception.message()).identity(
                        Str::from(record.full_id()),
                        record.data.lock().category,
                        Value::Null,
                    );
                    session.write_script_error(ErrorRecord::from_exception(Arc::new(exception)))
                }
                None => Err(flow),
            },
            Ok(()) => Ok(()),
        }
    }

    fn marked(&self, item: Value, shows_computer: bool) -> Value {
        let notes = [
            ("PSComputerName", Value::Str(self.core.computer.clone())),
            ("RunspaceId", self.core.instance.clone()),
            ("PSShowComputerName", Value::Bool(shows_computer)),
        ];
        match &item {
            Value::Null | Value::Void => item,
            Value::Object(object) => {
                for (name, value) in notes {
                    object.set(name, value);
                }
                item
            }
            Value::Wrapped(wrapped) => {
                wrapped.members.lock().extend(notes.into_iter().map(|(n, v)| (Str::from(n), PsMember::Note(v))));
                item
            }
            _ => {
                let wrapped = Wrapped::new(item);
                wrapped.members.lock().extend(notes.into_iter().map(|(n, v)| (Str::from(n), PsMember::Note(v))));
                Value::Wrapped(Arc::new(wrapped))
            }
        }
    }

    /// Ends the session.
    pub fn close(&self) {
        let was_open = std::mem::replace(&mut *self.core.state.lock(), "Closed") == "Opened";
        if let (Reach::Distant(client), true) = (&self.core.reach, was_open) {
            client.lock().close();
        }
    }
}

impl Foreign for RemoteSession {
    fn type_ref(&self) -> TypeRef {
        command::class("System.Management.Automation.Runspaces.PSSession", TypeRef::OBJECT)
    }

    fn display_plain(&self) -> Option<Str> {
        Some(Str::from(format!("[PSSession]{}", self.core.name)))
    }

    fn display(&self, _ctx: &mut dyn Context) -> Result<Option<Str>> {
        Ok(self.display_plain())
    }

    fn get(&self, _ctx: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        let core = &self.core;
        let state = *core.state.lock();
        Ok(Some(match name.to_ascii_lowercase().as_str() {
            "id" => Value::I32(core.id),
            "name" => Value::Str(core.name.clone()),
            "computername" => Value::Str(core.computer.clone()),
            "computertype" => {
                command::enum_value("System.Management.Automation.Runspaces.TargetMachineType", "RemoteMachine")
            }
            "configurationname" => Value::Str(core.configuration.clone()),
            "instanceid" => core.instance.clone(),
            "state" => command::enum_value("System.Management.Automation.Runspaces.RunspaceState", state),
            "availability" => command::enum_value(
                "System.Management.Automation.Runspaces.RunspaceAvailability",
                match state {
                    "Opened" => "Available",
                    _ if core.is_busy.load(Ordering::Relaxed) => "Busy",
                    _ => "None",
                },
            ),
            "transport" => Value::from(core.transport),
            "applicationprivatedata" | "vmid" | "containerid" => Value::Null,
            "runspace" => match &core.reach {
                Reach::Own(hosted) => Value::foreign(hosted.clone()),
                Reach::Distant(_) | Reach::Elsewhere(_) => Value::Null,
            },
            _ => return Ok(None),
        }))
    }

    fn property_names(&self) -> Vec<Str> {
        [
            "State",
            "ComputerName",
            "ComputerType",
            "ContainerId",
            "VMId",
            "ConfigurationName",
            "InstanceId",
            "Id",
            "Name",
            "Availability",
            "ApplicationPrivateData",
            "Runspace",
            "Transport",
        ]
        .map(Str::from)
        .to_vec()
    }
}

/// The host part of a connection's address.
pub fn host_of_uri(uri: &str) -> Str {
    let rest = uri.split_once("://").map_or(uri, |(_, rest)| rest);
    let host = rest.split(['/', '?']).next().unwrap_or_default();
    Str::from(host.rsplit_once(':').map_or(host, |(h, _)| h))
}

/// The commands that know a computer of the organization by name.
const DIRECTORIES: &[&str] = &["Get-ExchangeServer", "Get-CsComputer", "Get-CsPool"];

fn is_of_organization(runspace: &mut Runspace, host: &str) -> bool {
    DIRECTORIES.iter().any(|name| {
        if !matches!(runspace.command_by_name(name), Ok(Some(_))) {
            return false;
        }
        let args = vec![
            (Some(Str::from("Identity")), Value::from(host)),
            (Some(Str::from("ErrorAction")), Value::from("Stop")),
        ];
        Session::invoke_command(runspace, name, args, Vec::new()).is_ok_and(|found| !found.is_empty())
    })
}

/// Opens a session on a computer of the organization, or on another one where the caller says who signs in there; what can't be
/// reached is an error that is written. `address` is a name or an address with a scheme.
pub fn open(session: &mut dyn Session, bound: &Bound, address: &str) -> Result<Option<Value>> {
    let host = if address.contains("://") { host_of_uri(address) } else { Str::from(address) };
    let host = &*host;
    let runspace = engine_of(session)?;
    let factory = runspace.factory.clone();
    let hosted = HostedRunspace::opened(factory, Value::Null);
    if !hosted.with(|inner| Ok(is_of_organization(inner, host)))? {
        if bound.has("Credential") {
            return super::wsman_session::open(session, bound, address);
        }
        let ty = TypeRef::find("System.Management.Automation.Remoting.PSRemotingDataStructureException");
        let exception = Exception::new(
            ty.unwrap_or(TypeRef::RUNTIME_EXCEPTION),
            "This parameter set requires WSMan, and no supported WSMan client library was found. WSMan is either not installed or unavailable for this system.",
        )
        .identity("System.Management.Automation.Remoting.PSRemotingDataStructureException", ErrorCategory::ResourceUnavailable, Value::from(host));
        session.write_error(ErrorRecord::from_exception(Arc::new(exception)))?;
        return Ok(None);
    }
    let place = Place {
        computer: Str::from(host),
        configuration: bound.str("ConfigurationName").unwrap_or_else(|| Str::from("Microsoft.PowerShell")),
    };
    let named = RemoteSession::next_name(bound);
    Ok(Some(RemoteSession::made(named, place, uuid::Uuid::new_v4(), ("Opened", "WSMan"), Reach::Own(hosted))))
}

/// What became of a connection.
fn transport_error(host: &str, reason: &str) -> Arc<ErrorRecord> {
    let ty = TypeRef::find("System.Management.Automation.Remoting.PSRemotingTransportException");
    let text = format!("[{host}] The background process reported an error with the following message: {reason}");
    ErrorRecord::from_exception(Arc::new(Exception::new(ty.unwrap_or(TypeRef::RUNTIME_EXCEPTION), text).identity(
        "PSSessionStateBroken",
        ErrorCategory::OpenError,
        Value::from(host),
    )))
}

/// Opens a session through `ssh`; what can't be reached is an error that is written.
pub fn open_ssh(session: &mut dyn Session, bound: &Bound, host: &str) -> Result<Option<Value>> {
    if bound.has("ConnectingTimeout") {
        return crate::errors::invalid_operation(
            "ParameterNotSupported",
            "-ConnectingTimeout is not supported: give ssh's own with -Options @{ ConnectTimeout = 10 }.",
        )
        .throw();
    }
    let text = |name: &str| bound.str(name).map(|t| t.to_string());
    // user@host:port
    let (user, rest) = host.split_once('@').map_or((None, host), |(user, rest)| (Some(user.to_string()), rest));
    let (name, port) = rest.rsplit_once(':').map_or((rest, None), |(name, port)| (name, port.parse().ok()));
    let options = bound.value("Options");
    let options = options.as_dict().map(|d| d.to_vec()).unwrap_or_default();
    let key_file = match text("KeyFilePath") {
        Some(path) => Some(session.file_path(&path)?.display().to_string()),
        None => None,
    };
    let ssh = SshOptions {
        host: name.to_string(),
        user: text("UserName").or(user),
        port: bound.int("Port").and_then(|p| u16::try_from(p).ok()).or(port),
        key_file,
        subsystem: text("Subsystem"),
        options: options.iter().map(|(k, v)| (convert::to_display(k), convert::to_display(v))).collect(),
    };
    let mut command = ssh.command();
    command.env_clear().envs(engine_of(session)?.environment.iter());
    let size = session.host().size();
    let pool = uuid::Uuid::new_v4();
    let opened =
        ProgramWire::start(command).and_then(|wire| Client::open(Box::new(wire), pool, std::env::consts::OS, size));
    let client = match opened {
        Ok(client) => client,
        Err(reason) => {
            session.write_error(transport_error(name, &reason))?;
            return Ok(None);
        }
    };
    let place = Place { computer: Str::from(name), configuration: Str::from("DefaultShell") };
    Ok(Some(RemoteSession::distant(RemoteSession::next_name(bound), place, pool, "SSH", client)))
}

/// Makes a session known, in place of one with the same number.
pub fn remember(runspace: &mut Runspace, made: &Value) -> Result<()> {
    let id = |value: &Value| value.as_foreign::<RemoteSession>().map(|s| s.core.id);
    let own = id(made);
    let known = table(runspace)?;
    known.retain(|one| id(one) != own);
    known.push(made.clone());
    Ok(())
}

/// The sessions that the caller has at servers, by the parameters that choose among them.
pub fn elsewhere(session: &mut dyn Session, bound: &Bound, addresses: &[Str]) -> Result<Vec<Value>> {
    let mut found = Vec::new();
    for address in addresses {
        found.extend(super::wsman_session::listed(session, bound, address)?);
    }
    let of = |v: &Value| v.as_foreign::<RemoteSession>().map(|s| s.core.clone());
    if bound.has("Name") {
        let patterns: Vec<Wildcard> = bound.strings("Name").iter().map(|n| Wildcard::new(n)).collect();
        found.retain(|s| of(s).is_some_and(|c| Wildcard::any(&patterns, &c.name)));
    }
    if bound.has("InstanceId") {
        let wanted: Vec<String> = bound.list("InstanceId").iter().map(convert::to_display).collect();
        found.retain(|s| of(s).is_some_and(|c| wanted.contains(&convert::to_display(&c.instance))));
    }
    if let Some(configuration) = bound.str("ConfigurationName") {
        found.retain(|s| of(s).is_some_and(|c| Wildcard::new(&configuration).matches(&c.configuration)));
    }
    Ok(found)
}

fn table(runspace: &mut Runspace) -> Result<&mut Vec<Value>> {
    let slot = runspace.module_state.entry("remote-sessions").or_default();
    let held = slot.get_or_insert_with(|| Box::new(Vec::<Value>::new()));
    match held.downcast_mut() {
        Some(list) => Ok(list),
        None => crate::errors::invalid_operation("NoSessions", "The session keeps no remote sessions.").throw(),
    }
}

struct NewPsSession;

impl Cmdlet for NewPsSession {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let hosts: Vec<Str> = match bound.parameter_set() {
            "Uri" => bound.strings("ConnectionUri"),
            "ComputerName" => match bound.strings("ComputerName") {
                names if names.is_empty() => vec![Str::from("localhost")],
                names => names,
            },
            "SSHHost" => {
                for host in bound.strings("HostName") {
                    if let Some(made) = open_ssh(session, bound, &host)? {
                        table(engine_of(session)?)?.push(made.clone());
                        session.write(made)?;
                    }
                }
                return Ok(());
            }
            _ => {
                return Exception::new(
                    TypeRef::NOT_SUPPORTED_EXCEPTION,
                    "Virtual machines and containers are not reached from here: name a computer of the organization, or a host for SSH.",
                )
                .identity("RemotingTransportNotSupported", ErrorCategory::NotImplemented, Value::Null)
                .throw();
            }
        };
        for host in hosts {
            if let Some(made) = open(session, bound, &host)? {
                table(engine_of(session)?)?.push(made.clone());
                session.write(made)?;
            }
        }
        Ok(())
    }
}

fn not_available(id: &str, target: Value, text: String) -> Arc<ErrorRecord> {
    let ty = TypeRef::find("System.Management.Automation.PSArgumentException").unwrap_or(TypeRef::ARGUMENT_EXCEPTION);
    ErrorRecord::from_exception(Arc::new(Exception::new(ty, text).identity(id, ErrorCategory::InvalidArgument, target)))
}

/// The sessions that parameters name; what is not there is written as an error.
pub fn named(session: &mut dyn Session, bound: &Bound, all_where_none: bool) -> Result<Vec<Value>> {
    if bound.has("Session") {
        return Ok(bound.list("Session"));
    }
    let known = table(engine_of(session)?)?.clone();
    let of = |v: &Value| v.as_foreign::<RemoteSession>().map(|s| s.core.clone());
    let mut found = Vec::new();
    if bound.has("Id") {
        for id in bound.list("Id") {
            let number = id.as_i64().unwrap_or_default();
            match known.iter().find(|s| of(s).is_some_and(|c| i64::from(c.id) == number)) {
                Some(hit) => found.push(hit.clone()),
                None => {
                    let text = format!("The remote session with the session ID {number} is not available.");
                    session.write_error(not_available("RemoteRunspaceNotAvailableForSpecifiedSessionId", id, text))?;
                }
            }
        }
    } else if bound.has("Name") {
        for name in bound.strings("Name") {
            let pattern = Wildcard::new(&name);
            let hits: Vec<Value> =
                known.iter().filter(|s| of(s).is_some_and(|c| pattern.matches(&c.name))).cloned().collect();
            if hits.is_empty() && !Wildcard::is_pattern(&name) {
                let text = format!("The remote session with the name {name} is not available.");
                session.write_error(not_available(
                    "RemoteRunspaceNotAvailableForSpecifiedName",
                    Value::Str(name),
                    text,
                ))?;
            }
            found.extend(hits);
        }
    } else if bound.has("ComputerName") {
        let patterns: Vec<Wildcard> = bound.strings("ComputerName").iter().map(|n| Wildcard::new(n)).collect();
        found.extend(known.into_iter().filter(|s| of(s).is_some_and(|c| Wildcard::any(&patterns, &c.computer))));
    } else if bound.has("InstanceId") {
        let wanted: Vec<String> = bound.list("InstanceId").iter().map(convert::to_display).collect();
        found.extend(
            known.into_iter().filter(|s| of(s).is_some_and(|c| wanted.contains(&convert::to_display(&c.instance)))),
        );
    } else if all_where_none {
        found = known;
    }
    Ok(found)
}

struct GetPsSession;

impl Cmdlet for GetPsSession {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        if bound.has("Credential") && (bound.has("ComputerName") || bound.has("ConnectionUri")) {
            let by_name = bound.has("ComputerName");
            let addresses = bound.strings(if by_name { "ComputerName" } else { "ConnectionUri" });
            for found in elsewhere(session, bound, &addresses)? {
                session.write(found)?;
            }
            return Ok(());
        }
        if bound.has("ComputerName") {
            let runspace = engine_of(session)?;
            let hosted = HostedRunspace::opened(runspace.factory.clone(), Value::Null);
            let hosts = bound.strings("ComputerName");
            // Sessions that others opened are asked of computers with WS-Man; those of the organization have none of others.
            if hosts.iter().any(|host| {
                !Wildcard::is_pattern(host) && !hosted.with(|inner| Ok(is_of_organization(inner, host))).unwrap_or(true)
            }) {
                let system = crate::hosting::system_name();
                let ty = TypeRef::find("System.NotImplementedException").unwrap_or(TypeRef::RUNTIME_EXCEPTION);
                return Exception::new(ty, format!("Remote PSSession enumeration with -ComputerName is only supported on Windows and not \"{system}\"."))
                    .identity("PSSessionComputerNameUnix", ErrorCategory::NotImplemented, Value::Null)
                    .throw();
            }
        }
        for found in named(session, bound, true)? {
            session.write(found)?;
        }
        Ok(())
    }
}

struct RemovePsSession;

impl Cmdlet for RemovePsSession {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        for found in named(session, bound, false)? {
            let Some(remote) = found.as_foreign::<RemoteSession>() else { continue };
            if !session.should_process(&remote.core.name, "Remove")? {
                continue;
            }
            remote.close();
            let id = remote.core.id;
            table(engine_of(session)?)?.retain(|s| s.as_foreign::<RemoteSession>().is_none_or(|s| s.core.id != id));
        }
        Ok(())
    }
}

struct EnterPsSession;

/// The session in which the lines of the prompt run.
struct Entered {
    session: Value,
    computer: Str,
    /// It was opened to be entered and ends when it is left.
    is_own: bool,
}

const ENTERED: &str = "entered-session";

impl Runspace {
    /// The session that was entered, and its computer's name.
    pub fn entered_session(&self) -> Option<(Value, Str)> {
        let entered = self.module_state.get(ENTERED)?.as_ref()?.downcast_ref::<Entered>()?;
        Some((entered.session.clone(), entered.computer.clone()))
    }

    /// Comes back from the session that was entered; whether there was one.
    pub fn leave_session(&mut self) -> bool {
        let Some(Some(slot)) = self.module_state.remove(ENTERED) else { return false };
        if let Some(entered) = slot.downcast_ref::<Entered>()
            && let (Some(remote), true) = (entered.session.as_foreign::<RemoteSession>(), entered.is_own)
        {
            remote.close();
        }
        true
    }
}

impl Cmdlet for EnterPsSession {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let names_one = ["Id", "Name", "InstanceId", "Session"].iter().any(|name| bound.has(name));
        let address = bound.str("ConnectionUri").or_else(|| bound.str("ComputerName"));
        let found = match (address, bound.str("HostName")) {
            _ if names_one => named(session, bound, false)?.into_iter().next(),
            (Some(address), _) => open(session, bound, &address)?,
            (None, Some(host)) => open_ssh(session, bound, &host)?,
            (None, None) => {
                return crate::errors::invalid_operation(
                    "RemotingTransportNotSupported",
                    "Virtual machines and containers are not reached from here: name a computer of the organization, or a host for SSH.",
                )
                .throw();
            }
        };
        let Some(found) = found else { return Ok(()) };
        let Some(remote) = found.as_foreign::<RemoteSession>() else { return Ok(()) };
        if !remote.is_usable(session)? {
            return Ok(());
        }
        let entered = Entered { computer: remote.computer(), session: found.clone(), is_own: !names_one };
        let runspace = engine_of(session)?;
        if !runspace.host.is_interactive() {
            return crate::errors::invalid_operation(
                "InteractiveSessionNotSupported",
                "There is no prompt here to run commands on another computer from. Run them with Invoke-Command.",
            )
            .throw();
        }
        runspace.leave_session();
        runspace.module_state.insert(ENTERED, Some(Box::new(entered)));
        Ok(())
    }
}

struct ExitPsSession;

impl Cmdlet for ExitPsSession {
    fn end(&mut self, session: &mut dyn Session, _bound: &Bound) -> Result<()> {
        engine_of(session)?.leave_session();
        Ok(())
    }
}

struct EnterPsHostProcess;

impl Cmdlet for EnterPsHostProcess {
    fn process(&mut self, _session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let ty =
            TypeRef::find("System.Management.Automation.PSArgumentException").unwrap_or(TypeRef::ARGUMENT_EXCEPTION);
        if let Some(id) = bound.int("Id") {
            return Exception::new(ty, format!("No process was found with Id: {id}."))
                .identity("EnterPSHostProcessNoProcessFoundWithId", ErrorCategory::InvalidArgument, Value::Null)
                .throw();
        }
        if let Some(name) = bound.str("Name") {
            return Exception::new(ty, format!("No process was found with Name: {name}."))
                .identity("EnterPSHostProcessNoProcessFoundWithName", ErrorCategory::InvalidArgument, Value::Null)
                .throw();
        }
        crate::errors::invalid_operation("HostProcessNotSupported", "Another host process cannot be entered from here.")
            .throw()
    }
}
