//! A job as scripts see it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use parking_lot::{Condvar, Mutex};
use values::object::Foreign;
use values::{Context, Result, Str, TypeRef, Value};

use super::StreamLists;

/// What made a job.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum JobKind {
    /// Start-Job: the parent.
    Background,
    /// Its child, which holds the data.
    BackgroundChild,
    /// Start-ThreadJob.
    Thread,
    /// `ForEach-Object -Parallel -AsJob`: the parent.
    Task,
    /// One input of it.
    TaskChild,
    /// The action of an event subscription.
    Event,
    /// `Invoke-Command -AsJob`: the parent.
    Remote,
    /// The part of one session.
    RemoteChild,
}

/// JobState.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum JobState {
    NotStarted,
    Running,
    Completed,
    Failed,
    Stopped,
}

impl JobState {
    /// The name in the enumeration.
    pub fn name(self) -> &'static str {
        match self {
            JobState::NotStarted => "NotStarted",
            JobState::Running => "Running",
            JobState::Completed => "Completed",
            JobState::Failed => "Failed",
            JobState::Stopped => "Stopped",
        }
    }

    /// Whether nothing more will happen.
    pub fn is_finished(self) -> bool {
        matches!(self, JobState::Completed | JobState::Failed | JobState::Stopped)
    }
}

/// A job.
pub struct Job {
    pub id: i32,
    pub name: Mutex<Str>,
    pub instance: Value,
    pub kind: JobKind,
    pub command: Str,
    pub lists: StreamLists,
    pub children: Vec<Value>,
    /// The computers of a remote job.
    pub place: Mutex<Str>,
    /// Asks the job's runspace to stop.
    pub stop: Arc<AtomicBool>,
    state: Mutex<(JobState, Value)>,
    /// Whether somebody waits for the job's outcome.
    awaited: Mutex<bool>,
    await_began: Condvar,
    pub begin: Mutex<Value>,
    pub end: Mutex<Value>,
}

impl Job {
    /// A job that has not begun.
    pub fn new(id: i32, name: Str, kind: JobKind, command: Str, children: Vec<Value>) -> Job {
        Job {
            id,
            name: Mutex::new(name),
            instance: Value::Guid(Arc::new(uuid::Uuid::new_v4())),
            kind,
            command,
            lists: StreamLists::new(),
            children,
            place: Mutex::new(Str::empty()),
            stop: Arc::default(),
            state: Mutex::new((JobState::NotStarted, Value::Null)),
            awaited: Mutex::default(),
            await_began: Condvar::new(),
            begin: Mutex::default(),
            end: Mutex::default(),
        }
    }

    /// Jobs below this one.
    pub fn child_jobs(&self) -> impl Iterator<Item = &Job> {
        self.children.iter().filter_map(|c| c.as_foreign::<Job>())
    }

    /// The state; that of a parent comes from its children.
    pub fn state(&self) -> JobState {
        if self.children.is_empty() {
            return self.state.lock().0;
        }
        let states: Vec<JobState> = self.child_jobs().map(Job::state).collect();
        if states.iter().any(|s| !s.is_finished()) {
            return JobState::Running;
        }
        for state in [JobState::Failed, JobState::Stopped] {
            if states.contains(&state) {
                return state;
            }
        }
        JobState::Completed
    }

    /// Why it failed.
    pub fn reason(&self) -> Value {
        self.state.lock().1.clone()
    }

    /// A new state; a finished job stays as it ended.
    pub fn enter(&self, state: JobState, reason: Value) {
        let mut now = self.state.lock();
        if !now.0.is_finished() {
            *now = (state, reason);
        }
    }

    /// Says that the job's outcome is wanted: it need not hold back any longer.
    pub fn hurry(&self) {
        self.child_jobs().for_each(Job::hurry);
        *self.awaited.lock() = true;
        self.await_began.notify_all();
    }

    /// Holds the worker back for `limit`, or until somebody wants the job's outcome.
    pub(super) fn hold_back(&self, limit: Duration) {
        let mut awaited = self.awaited.lock();
        self.await_began.wait_while_for(&mut awaited, |awaited| !*awaited, limit);
    }

    /// Asks it to stop and says so.
    pub fn stop(&self) {
        for child in self.child_jobs() {
            child.stop();
        }
        self.stop.store(true, Ordering::Relaxed);
        self.hurry();
        self.enter(JobState::Stopped, Value::Null);
    }

    /// Whether Receive-Job would find something.
    pub fn has_more_data(&self) -> bool {
        self.state() == JobState::Running && self.kind != JobKind::Event
            || self.lists.has_data()
            || self.child_jobs().any(Job::has_more_data)
    }

    fn kind_name(&self) -> &'static str {
        match self.kind {
            JobKind::Background => "BackgroundJob",
            JobKind::BackgroundChild | JobKind::Event | JobKind::RemoteChild => "",
            JobKind::Remote => "RemoteJob",
            JobKind::Task | JobKind::TaskChild => "PSTaskJob",
            JobKind::Thread => "ThreadJob",
        }
    }
}

impl Foreign for Job {
    fn type_ref(&self) -> TypeRef {
        let base = command::class("System.Management.Automation.Job", TypeRef::OBJECT);
        let name = match self.kind {
            JobKind::Background | JobKind::Remote => "System.Management.Automation.PSRemotingJob",
            JobKind::BackgroundChild | JobKind::RemoteChild => "System.Management.Automation.PSRemotingChildJob",
            JobKind::Thread => "ThreadJob.ThreadJob",
            JobKind::Task => "System.Management.Automation.PSTasks.PSTaskJob",
            JobKind::TaskChild => "System.Management.Automation.PSTasks.PSTaskChildJob",
            JobKind::Event => "System.Management.Automation.PSEventJob",
        };
        command::class(name, base)
    }

    fn get(&self, _ctx: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        if let Some(list) = self.lists.by_name(name) {
            return Ok(Some(StreamLists::value(list)));
        }
        let state = |s: JobState| command::enum_value("System.Management.Automation.JobState", s.name());
        Ok(Some(match name.to_ascii_lowercase().as_str() {
            "id" => Value::I32(self.id),
            "name" => Value::Str(self.name.lock().clone()),
            "instanceid" => self.instance.clone(),
            "psjobtypename" => Value::from(self.kind_name()),
            "command" => Value::Str(self.command.clone()),
            "location" if matches!(self.kind, JobKind::Remote | JobKind::RemoteChild) => {
                Value::Str(self.place.lock().clone())
            }
            "location" => Value::from(match self.kind {
                JobKind::Background | JobKind::BackgroundChild => "localhost",
                JobKind::Event => "",
                _ => "PowerShell",
            }),
            "statusmessage" => Value::from(""),
            "state" => state(self.state()),
            "jobstateinfo" => {
                let own = command::NativeObject::of_pairs(
                    "System.Management.Automation.JobStateInfo",
                    vec![("State", state(self.state())), ("Reason", self.reason())],
                );
                own.with_text(|o| o.text_of("State")).into_value()
            }
            "hasmoredata" => Value::Bool(self.has_more_data()),
            "childjobs" => Value::Array(Arc::new(values::Array::list(
                TypeRef::find("System.Collections.Generic.List[System.Management.Automation.Job]")
                    .unwrap_or(TypeRef::ARRAYLIST),
                TypeRef::OBJECT,
                self.children.clone(),
            ))),
            "psbegintime" => self.begin.lock().clone(),
            "psendtime" => match self.children.first().and_then(|c| c.as_foreign::<Job>()) {
                Some(child) => child.end.lock().clone(),
                None => self.end.lock().clone(),
            },
            "runspace" if self.kind == JobKind::BackgroundChild => Value::Null,
            _ => return Ok(None),
        }))
    }

    fn set(&self, ctx: &mut dyn Context, name: &str, value: &Value) -> Result<bool> {
        if name.eq_ignore_ascii_case("name") {
            *self.name.lock() = values::convert::to_str(ctx, value)?;
            return Ok(true);
        }
        Ok(false)
    }

    fn call(&self, _ctx: &mut dyn Context, _me: &Value, name: &str, _args: &[Value]) -> Result<Option<Value>> {
        Ok(match name.to_ascii_lowercase().as_str() {
            "stopjob" => {
                self.stop();
                Some(Value::Void)
            }
            "dispose" => Some(Value::Void),
            _ => None,
        })
    }

    fn property_names(&self) -> Vec<Str> {
        [
            "State",
            "HasMoreData",
            "StatusMessage",
            "Location",
            "Command",
            "JobStateInfo",
            "InstanceId",
            "Id",
            "Name",
            "ChildJobs",
            "PSBeginTime",
            "PSEndTime",
            "PSJobTypeName",
            "Output",
            "Error",
            "Progress",
            "Verbose",
            "Debug",
            "Warning",
            "Information",
        ]
        .map(Str::from)
        .to_vec()
    }

    fn method_names(&self) -> Vec<Str> {
        ["StopJob", "Dispose"].map(Str::from).to_vec()
    }
}
