//! The runspaces of a session: threads that take pipelines from one queue.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use command::NativeObject;
use parking_lot::{Condvar, Mutex};
use uuid::Uuid;
use values::clixml;
use values::{ErrorCategory, ErrorRecord, Exception, Flow, Result, Str, TypeRef, Value, convert, members};

use super::create::{self, Wanted};
use super::host::{HostFacts, Link, RemoteHost};
use super::input::Input;
use super::message::Kind;
use super::packet::Packet;
use super::streams::{DEPTH, to_client};
use super::xml;
use crate::hosting::HostedCommand;
use crate::jobs::{StreamLists, capture};
use crate::runspace::Runspace;
use crate::start::RunspaceFactory;

/// Address space for the stack of a runspace's thread.
const STACK: usize = 256 << 20;

/// PIPELINE_STATE's numbers (MS-PSRP 2.2.3.5).
const STOPPED: i32 = 3;
const COMPLETED: i32 = 4;
const FAILED: i32 = 5;

/// A pipeline that is to run.
pub struct Work {
    pub id: Uuid,
    /// A question for commands instead of a pipeline.
    pub is_metadata: bool,
    pub data: String,
    /// Its input; `None` when there is none.
    pub input: Option<Input>,
}

/// Who opened a session.
#[derive(Clone, Default, Debug)]
pub struct Sender {
    pub user: String,
    pub configuration: String,
}

/// What is known of a pipeline from its start to its end.
#[derive(Default)]
struct Run {
    is_stopped: bool,
    /// Ends the runspace that works on it.
    stop: Option<Arc<AtomicBool>>,
    /// Acknowledgements that wait for its end.
    after: Vec<Packet>,
}

/// What the threads share.
struct Shared {
    link: Arc<Link>,
    factory: Arc<dyn RunspaceFactory>,
    init: String,
    sender: Sender,
    facts: HostFacts,
    queue: Mutex<Queue>,
    changed: Condvar,
    runs: Mutex<HashMap<Uuid, Run>>,
}

#[derive(Default)]
struct Queue {
    waiting: VecDeque<Work>,
    is_closed: bool,
    threads: usize,
    idle: usize,
    most: usize,
}

/// The runspaces of a session.
pub struct Pool {
    shared: Arc<Shared>,
}

impl Pool {
    /// A pool that makes up to `most` runspaces as they are needed; `init` is the client's INIT_RUNSPACEPOOL.
    pub fn new(
        link: Arc<Link>,
        factory: Arc<dyn RunspaceFactory>,
        (init, sender): (String, Sender),
        facts: HostFacts,
        most: usize,
    ) -> Pool {
        let queue = Mutex::new(Queue { most: most.max(1), ..Queue::default() });
        let shared = Shared {
            link,
            factory,
            init,
            sender,
            facts,
            queue,
            changed: Condvar::new(),
            runs: Mutex::new(HashMap::new()),
        };
        Pool { shared: Arc::new(shared) }
    }

    /// Queues a pipeline; a thread begins when none is idle.
    pub fn start(&self, work: Work) -> std::io::Result<()> {
        self.shared.runs.lock().entry(work.id).or_default();
        let mut queue = self.shared.queue.lock();
        queue.waiting.push_back(work);
        if queue.idle == 0 && queue.threads < queue.most {
            let shared = self.shared.clone();
            std::thread::Builder::new()
                .name("remote runspace".into())
                .stack_size(STACK)
                .spawn(move || serve(&shared))?;
            queue.threads += 1;
        }
        self.shared.changed.notify_one();
        Ok(())
    }

    /// Runspaces that are idle or can still be made.
    pub fn available(&self) -> usize {
        let queue = self.shared.queue.lock();
        queue.idle + queue.most.saturating_sub(queue.threads)
    }

    /// Another limit.
    pub fn set_most(&self, most: usize) {
        self.shared.queue.lock().most = most.max(1);
    }

    /// The limit.
    pub fn most(&self) -> usize {
        self.shared.queue.lock().most
    }

    /// Stops a pipeline; the packet is sent when it has ended.
    pub fn stop(&self, id: Uuid, after: Packet) {
        let mut runs = self.shared.runs.lock();
        let Some(run) = runs.get_mut(&id) else {
            drop(runs);
            self.shared.link.acknowledge(after);
            return;
        };
        run.is_stopped = true;
        run.after.push(after);
        if let Some(stop) = &run.stop {
            stop.store(true, Ordering::Relaxed);
        }
    }

    /// Stops everything and lets the threads end.
    pub fn close(&self) {
        for run in self.shared.runs.lock().values_mut() {
            run.is_stopped = true;
            if let Some(stop) = &run.stop {
                stop.store(true, Ordering::Relaxed);
            }
        }
        self.shared.link.give_up();
        self.shared.queue.lock().is_closed = true;
        self.shared.changed.notify_all();
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.close();
    }
}

/// A thread with its runspace.
fn serve(shared: &Shared) {
    let mut runspace = shared.factory.make();
    let current = Arc::<Mutex<Option<Uuid>>>::default();
    let answers = Arc::<Mutex<Option<String>>>::default();
    let host = RemoteHost::new(shared.link.clone(), shared.facts, current.clone(), answers.clone());
    runspace.host = Box::new(host);
    if let Err(flow) = introduce(&mut runspace, &shared.init, &shared.sender) {
        tracing::debug!(?flow, "the client's arguments can't be read");
    }
    while let Some(work) = next(shared) {
        *current.lock() = Some(work.id);
        let id = work.id;
        let result = match begin(shared, &mut runspace, id) {
            true => run(shared, &mut runspace, work),
            false => Err(Box::new(Flow::Stopped)),
        };
        let answer = answers.lock().take();
        if let (Err(flow), Some(answer)) = (&result, answer) {
            remember_cause(&mut runspace, flow, &answer);
        }
        let state = ending(&mut runspace, result);
        let after = shared.runs.lock().remove(&id).map(|run| run.after).unwrap_or_default();
        shared.link.send(Kind::PipelineState, Some(id), state);
        for packet in after {
            shared.link.acknowledge(packet);
        }
        *current.lock() = None;
    }
}

fn next(shared: &Shared) -> Option<Work> {
    let mut queue = shared.queue.lock();
    loop {
        if queue.is_closed {
            queue.threads -= 1;
            return None;
        }
        if let Some(work) = queue.waiting.pop_front() {
            return Some(work);
        }
        queue.idle += 1;
        shared.changed.wait(&mut queue);
        queue.idle -= 1;
    }
}

/// Whether the pipeline may begin; it was stopped before otherwise.
fn begin(shared: &Shared, runspace: &mut Runspace, id: Uuid) -> bool {
    runspace.stop.store(false, Ordering::Relaxed);
    let mut runs = shared.runs.lock();
    let Some(run) = runs.get_mut(&id) else { return false };
    run.stop = Some(runspace.stop.clone());
    !run.is_stopped
}

/// `$PSSenderInfo`.
fn introduce(runspace: &mut Runspace, init: &str, sender: &Sender) -> Result<()> {
    let arguments = match init.is_empty() {
        true => Value::Null,
        false => {
            let message = clixml::deserialize_fragment(runspace, init)?;
            members::get(runspace, &message, "ApplicationArguments")?.unwrap_or_default()
        }
    };
    let text = |text: &str| if text.is_empty() { Value::Null } else { Value::from(text) };
    let info = NativeObject::of(
        "System.Management.Automation.Remoting.PSSenderInfo",
        vec![
            ("UserInfo", text(&sender.user)),
            ("ClientTimeZone", Value::Null),
            ("ConnectionString", Value::Null),
            ("ApplicationArguments", arguments),
            ("ConfigurationName", text(&sender.configuration)),
        ],
    );
    runspace.set_global("PSSenderInfo", info);
    Ok(())
}

fn run(shared: &Shared, runspace: &mut Runspace, work: Work) -> Result<()> {
    if work.is_metadata {
        let (link, id) = (shared.link.clone(), work.id);
        return to_client(runspace, &link, id, |runspace| metadata(runspace, &work.data));
    }
    let wanted = create::read(runspace, &work.data)?;
    if let [only] = &wanted.commands[..]
        && matches!(only.text.as_str(), "__Set-PSDebugMode" | "__Set-PSUnhandledBreakpointMode")
    {
        // How breakpoints of the session are told of; a session without breakpoints has nothing to do.
        return Ok(());
    }
    let input = work.input.map(Value::foreign);
    let Wanted { commands, using, adds_to_history, text } = wanted;
    runspace.using = using.into_iter().collect();
    // The client's own pipeline counts beside the one that it is run in here.
    let next = runspace.next_history + 2;
    let result = to_client(runspace, &shared.link, work.id, |runspace| runspace.run_hosted(&commands, input));
    if adds_to_history {
        runspace.remember_line(&text, result.is_ok());
    }
    runspace.next_history = next;
    result
}

/// PIPELINE_STATE for how a pipeline ended.
fn ending(runspace: &mut Runspace, result: Result<()>) -> String {
    let (number, record) = match result {
        Ok(()) => return xml::state("PipelineState", COMPLETED),
        Err(flow) => match *flow {
            Flow::Throw(record) => {
                runspace.remember_error(&record);
                (FAILED, record)
            }
            Flow::Stopped => (STOPPED, stopped()),
            // `exit` and loops' words end the pipeline, not the session.
            _ => return xml::state("PipelineState", COMPLETED),
        },
    };
    let list = [("PipelineState", Value::I32(number)), ("ExceptionAsErrorRecord", Value::Error(record))];
    clixml::serialize_members(runspace, &list, DEPTH).unwrap_or_else(|_| xml::state("PipelineState", number))
}

/// An exception with which the client's host answered a question is kept in the one that it caused here.
fn remember_cause(runspace: &mut Runspace, flow: &Flow, answer: &str) {
    let Flow::Throw(record) = flow else { return };
    if record.exception.ty.name() != "System.Management.Automation.RemoteException" {
        return;
    }
    let cause = clixml::deserialize_fragment(runspace, answer)
        .and_then(|answer| members::get(runspace, &answer, "me"))
        .and_then(|record| members::get(runspace, &record.unwrap_or_default(), "Exception"));
    if let Ok(Some(cause)) = cause {
        record.exception.data.lock().properties.push((Str::from("SerializedRemoteException"), cause));
    }
}

fn stopped() -> Arc<ErrorRecord> {
    let ty = TypeRef::find("System.Management.Automation.PipelineStoppedException");
    let exception = Exception::new(ty.unwrap_or(TypeRef::RUNTIME_EXCEPTION), "The pipeline has been stopped.")
        .identity("PipelineStopped", ErrorCategory::OperationStopped, Value::Null);
    ErrorRecord::from_exception(Arc::new(exception))
}

/// GET_COMMAND_METADATA: how many commands there are, and what a proxy must know of each (MS-PSRP 2.2.2.14).
fn metadata(runspace: &mut Runspace, data: &str) -> Result<()> {
    let message = clixml::deserialize_fragment(runspace, data)?;
    let mut args = vec![(Some(Str::from("ErrorAction")), Value::from("SilentlyContinue"))];
    for (name, parameter) in [("Name", "Name"), ("Namespace", "Module"), ("ArgumentList", "ArgumentList")] {
        let value = members::get(runspace, &message, name)?.unwrap_or_default();
        let items = members::enumerate(runspace, &value)?.unwrap_or_default();
        if !items.is_empty() {
            args.push((Some(Str::from(parameter)), Value::array(items)));
        }
    }
    let kinds = members::get(runspace, &message, "CommandType")?.unwrap_or_default();
    if !kinds.is_null() {
        args.push((Some(Str::from("CommandType")), Value::from(convert::to_display(&kinds))));
    }
    let properties = ["Name", "Namespace", "HelpUri", "CommandType", "ResolvedCommandName", "OutputType", "Parameters"];
    let command = |text: &str, args| HostedCommand {
        text: Str::from(text),
        is_script: false,
        has_local_scope: false,
        args,
        begins_statement: false,
        redirects: Vec::new(),
    };
    let property = |names: &[&str]| {
        vec![(Some(Str::from("Property")), Value::array(names.iter().map(|n| Value::from(*n)).collect()))]
    };
    let found = StreamLists::new();
    let select = [command("Get-Command", args), command("Select-Object", property(&properties))];
    capture(runspace, &found, |runspace| runspace.run_hosted(&select, None))?;
    let rows = found.output.to_vec();
    let count = [command("Measure-Object", Vec::new()), command("Select-Object", property(&["Count"]))];
    runspace.run_hosted(&count, Some(Value::array(rows.clone())))?;
    rows.into_iter().try_for_each(|row| runspace.emit(row))
}
