//! Invoke-Command.

use std::collections::VecDeque;
use std::time::Duration;

use command::{Bound, Cmdlet, Command, Invoke, Session};
use uuid::Uuid;
use values::{ErrorCategory, Exception, Result, Str, Value};

use super::job::engine_of;
use super::remoting::{self, RemoteSession};
use crate::jobs::{self, Job, JobKind, Work};
use crate::script_block::ScriptBlock;

/// Invoke-Command.
pub static INVOKE_COMMAND: Command = Command { name: "Invoke-Command", create: || Box::<InvokeCommand>::default() };

/// How long one of several sessions is waited for.
const TURN: Duration = Duration::from_millis(25);
/// Sessions at a time unless -ThrottleLimit says otherwise.
const THROTTLE: i64 = 32;

/// What a job for one session runs.
const CHILD: &str = "param($__session, $__block, $__arguments, $__using, $__hides)
foreach ($__name in $__using.Keys) { Set-Variable -Name $__name -Value $__using[$__name] }
$__how = @{ Session = $__session; ScriptBlock = $__block; ArgumentList = $__arguments; HideComputerName = $__hides }
if ($MyInvocation.ExpectingInput) { $input | Invoke-Command @__how } else { Invoke-Command @__how }";

#[derive(Default)]
struct InvokeCommand {
    input: Vec<Value>,
    has_begun: bool,
    block: Value,
    /// Pipelines on servers.
    running: Vec<(RemoteSession, Uuid)>,
    /// Sessions whose turn has not come.
    waiting: VecDeque<RemoteSession>,
    /// Sessions of this process.
    own: Vec<RemoteSession>,
    /// Sessions that end with the command.
    opened: Vec<RemoteSession>,
}

fn is_in_process(bound: &Bound) -> bool {
    bound.parameter_set() == "InProcess"
}

fn is_as_job(bound: &Bound) -> bool {
    bound.switch("AsJob")
}

impl Cmdlet for InvokeCommand {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let Some(item) = bound.get("InputObject").cloned() else { return Ok(()) };
        if is_in_process(bound) || is_as_job(bound) {
            self.input.push(item);
            return Ok(());
        }
        self.begin_remote(session, bound)?;
        // Pipelines that begin later take the input from its first object.
        if !self.waiting.is_empty() || !self.own.is_empty() {
            self.input.push(item.clone());
        }
        // What fails here stays among the running: it is abandoned when the command ends.
        let mut at = 0;
        while let Some((remote, id)) = self.running.get(at).cloned() {
            let is_over = !remote.feed(session, id, Some(&item))?
                || remote.poll(session, id, Duration::ZERO, !bound.switch("HideComputerName"))?;
            match is_over {
                true => drop(self.running.remove(at)),
                false => at += 1,
            }
        }
        Ok(())
    }

    fn end(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        if is_in_process(bound) {
            let input = std::mem::take(&mut self.input);
            let how = Invoke {
                args: bound.list("ArgumentList"),
                input: (!input.is_empty()).then_some(input),
                in_current_scope: bound.switch("NoNewScope"),
                to_pipeline: true,
                ..Invoke::default()
            };
            return session.invoke_script(&bound.value("ScriptBlock"), how).map(|_| ());
        }
        if is_as_job(bound) {
            return self.start_job(session, bound);
        }
        self.begin_remote(session, bound)?;
        if bound.switch("InDisconnectedSession") {
            return self.leave(session, bound);
        }
        self.finish(session, bound)
    }

    fn clean(&mut self, _session: &mut dyn Session) {
        // What still runs has nobody any more who reads it.
        for (remote, id) in self.running.drain(..) {
            remote.abandon(id);
        }
        for made in self.opened.drain(..) {
            made.close();
        }
    }
}

impl InvokeCommand {
    fn find_sessions(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<Vec<RemoteSession>> {
        let mut found = bound.list("Session");
        let hosts: Vec<Str> = match bound.parameter_set() {
            "Session" | "FilePathRunspace" => Vec::new(),
            "Uri" | "FilePathUri" => bound.strings("ConnectionUri"),
            "ComputerName" | "FilePathComputerName" => bound.strings("ComputerName"),
            "SSHHost" | "FilePathSSHHost" => bound.strings("HostName"),
            _ => {
                return Exception::new(
                    values::TypeRef::NOT_SUPPORTED_EXCEPTION,
                    "Virtual machines and containers are not reached from here: name a session, a computer, or a host for SSH.",
                )
                .identity("RemotingTransportNotSupported", ErrorCategory::NotImplemented, Value::Null)
                .throw();
            }
        };
        for host in hosts {
            let made = match bound.has("HostName") {
                true => remoting::open_ssh(session, bound, &host)?,
                false => remoting::open(session, bound, &host)?,
            };
            if let Some(remote) = made.as_ref().and_then(|m| m.as_foreign::<RemoteSession>()) {
                self.opened.push(remote.clone());
                found.extend(made);
            }
        }
        Ok(found.iter().filter_map(|s| s.as_foreign::<RemoteSession>().cloned()).collect())
    }

    fn read_block(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        self.block = match bound.str("FilePath") {
            Some(path) => {
                let found = session.resolve_path(&path, false)?;
                let path = std::path::PathBuf::from(found.first().map_or("", |p| p.path.as_str()));
                engine_of(session)?.load_script(&path)?
            }
            None => bound.value("ScriptBlock"),
        };
        Ok(())
    }

    fn begin_remote(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        if std::mem::replace(&mut self.has_begun, true) {
            return Ok(());
        }
        self.read_block(session, bound)?;
        for remote in self.find_sessions(session, bound)? {
            match remote.is_distant() {
                true => self.waiting.push_back(remote),
                false => self.own.push(remote),
            }
        }
        self.start_waiting(session, bound)
    }

    /// Begins on as many servers as may be at work at a time.
    fn start_waiting(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let limit = bound.int("ThrottleLimit").filter(|n| *n > 0).unwrap_or(THROTTLE);
        let has_input = bound.has("InputObject") || session.is_expecting_input();
        while i64::try_from(self.running.len()).is_ok_and(|n| n < limit) {
            let Some(remote) = self.waiting.pop_front() else { break };
            if bound.switch("InDisconnectedSession") {
                remote.hold_back();
            }
            if let Some(id) = remote.start(session, &self.block, bound.list("ArgumentList"), has_input)? {
                self.running.push((remote, id));
            }
        }
        Ok(())
    }

    /// -InDisconnectedSession: what runs is left to its sessions, which are written.
    fn leave(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        // Left open, they end with the program or by Remove-PSSession.
        self.opened.clear();
        for remote in std::mem::take(&mut self.own) {
            // One of this process can't be left; that is written.
            remote.disconnect(session)?;
        }
        let has_input = bound.has("InputObject") || session.is_expecting_input();
        while !self.running.is_empty() {
            for (remote, id) in std::mem::take(&mut self.running) {
                if has_input {
                    remote.feed(session, id, None)?;
                }
                remote.leave(id);
                if remote.disconnect(session)? {
                    let known = Value::foreign(remote);
                    remoting::remember(engine_of(session)?, &known)?;
                    session.write(known)?;
                }
            }
            self.start_waiting(session, bound)?;
        }
        Ok(())
    }

    fn finish(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let shows = !bound.switch("HideComputerName");
        let has_input = bound.has("InputObject") || session.is_expecting_input();
        for (remote, id) in &self.running {
            if has_input {
                remote.feed(session, *id, None)?;
            }
        }
        while !self.running.is_empty() {
            let wait = if self.running.len() == 1 { Duration::from_secs(1) } else { TURN / self.running.len() as u32 };
            let mut at = 0;
            while let Some((remote, id)) = self.running.get(at).cloned() {
                match remote.poll(session, id, wait, shows) {
                    Ok(false) => at += 1,
                    Ok(true) => {
                        self.running.remove(at);
                    }
                    Err(flow) => {
                        // Its end was read, unless what it wrote was refused here.
                        if matches!(*flow, values::Flow::Stopped) {
                            self.running.remove(at);
                        }
                        return Err(flow);
                    }
                }
            }
            let known = self.running.len();
            self.start_waiting(session, bound)?;
            for (remote, id) in self.running.iter().skip(known) {
                if has_input {
                    for item in &self.input {
                        remote.feed(session, *id, Some(item))?;
                    }
                    remote.feed(session, *id, None)?;
                }
            }
        }
        if !self.own.is_empty() {
            let using = crate::parallel::using_values(engine_of(session)?, &self.block)?;
            let input = (!self.input.is_empty()).then(|| std::mem::take(&mut self.input));
            for remote in std::mem::take(&mut self.own) {
                remote.run(session, &self.block, (bound.list("ArgumentList"), input.clone()), &using, shows)?;
            }
        }
        Ok(())
    }

    /// -AsJob: a child job for each session.
    fn start_job(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        self.read_block(session, bound)?;
        let sessions = self.find_sessions(session, bound)?;
        // The job's end closes no session: those opened here stay open with it.
        self.opened.clear();
        let text = self.block.as_foreign::<ScriptBlock>().map_or_else(Str::empty, ScriptBlock::text);
        let child = session.parse_script(CHILD, None)?;
        let runspace = engine_of(session)?;
        let using = values::Dict::hashtable();
        for (name, value) in crate::parallel::using_values(runspace, &self.block)? {
            using.insert(Value::from(name.folded()), value);
        }
        let using = Value::Dict(std::sync::Arc::new(using));
        let input = (!self.input.is_empty()).then(|| std::mem::take(&mut self.input));
        let id = jobs::next_id(runspace);
        let mut work = Vec::new();
        for remote in sessions {
            let number = jobs::next_id(runspace);
            let job =
                Job::new(number, Str::from(format!("Job{number}")), JobKind::RemoteChild, text.clone(), Vec::new());
            *job.place.lock() = remote.computer();
            let args = vec![
                Value::foreign(remote),
                self.block.clone(),
                Value::array(bound.list("ArgumentList")),
                using.clone(),
                Value::Bool(bound.switch("HideComputerName")),
            ];
            let task = Work {
                block: child.clone(),
                args,
                input: input.clone(),
                item: None,
                init: None,
                using: Vec::new(),
                is_serialized: false,
            };
            work.push((Value::foreign(job), task));
        }
        let children: Vec<Value> = work.iter().map(|(job, _)| job.clone()).collect();
        let places: Vec<String> =
            children.iter().filter_map(|c| Some(c.as_foreign::<Job>()?.place.lock().to_string())).collect();
        let name = bound.str("JobName").unwrap_or_else(|| Str::from(format!("Job{id}")));
        let job = Job::new(id, name, JobKind::Remote, text, children);
        *job.place.lock() = Str::from(places.join(","));
        let job = Value::foreign(job);
        jobs::table_add(runspace, job.clone());
        let limit = bound.int("ThrottleLimit").filter(|n| *n > 0).unwrap_or(THROTTLE);
        jobs::start_many(runspace, work, usize::try_from(limit).unwrap_or(1));
        session.write(job)
    }
}
