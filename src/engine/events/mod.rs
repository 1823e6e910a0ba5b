//! Events of a session: the queue, subscriptions and their actions.

mod manager_object;
pub mod source;

use std::sync::Arc;

use command::{Invoke, NativeObject};
use values::{Array, Result, Str, TypeRef, Value, members};

pub use manager_object::ManagerObject;

use crate::jobs::{Job, JobState, capture};
use crate::runspace::Runspace;

/// A subscription.
pub struct Subscription {
    pub id: i32,
    pub source: Str,
    pub action: Option<Value>,
    pub job: Value,
    pub is_hidden: bool,
    pub forward: bool,
    /// How often it may still act.
    pub left: Option<i64>,
    /// The object whose event it is, with the event's name; `$null` for events of the engine.
    pub object: Value,
    pub event: Str,
    pub data: Value,
    /// A job's state when it was last looked at.
    pub state: Option<JobState>,
}

impl Subscription {
    /// As Get-EventSubscriber shows it.
    pub fn value(&self) -> Value {
        NativeObject::of(
            "System.Management.Automation.PSEventSubscriber",
            vec![
                ("SubscriptionId", Value::I32(self.id)),
                ("SourceObject", self.object.clone()),
                ("EventName", if self.event.is_empty() { Value::Null } else { Value::Str(self.event.clone()) }),
                ("SourceIdentifier", Value::Str(self.source.clone())),
                ("Action", self.job.clone()),
                ("HandlerDelegate", Value::Null),
                ("SupportEvent", Value::Bool(self.is_hidden)),
                ("ForwardEvent", Value::Bool(self.forward)),
            ],
        )
    }
}

/// What a session knows of events.
#[derive(Default)]
pub struct Manager {
    pub queue: Vec<Value>,
    pub subscriptions: Vec<Subscription>,
    pub last_subscription: i32,
    last_event: i32,
}

/// The session's event manager.
pub fn manager(runspace: &mut Runspace) -> Result<&mut Manager> {
    let slot = runspace.module_state.entry("events").or_default();
    let held = slot.get_or_insert_with(|| Box::new(Manager::default()));
    match held.downcast_mut() {
        Some(manager) => Ok(manager),
        None => crate::errors::invalid_operation("NoEventManager", "The session has no events.").throw(),
    }
}

/// Asks the objects with subscriptions what happened, and raises it. Events inside of an action wait.
pub fn poll(runspace: &mut Runspace) -> Result<()> {
    if !runspace.watches_events {
        return Ok(());
    }
    runspace.watches_events = false;
    let watched: Vec<(i32, Str, Value, Str, Value, Option<JobState>)> = manager(runspace)?
        .subscriptions
        .iter()
        .filter(|s| !s.object.is_null())
        .map(|s| (s.id, s.source.clone(), s.object.clone(), s.event.clone(), s.data.clone(), s.state))
        .collect();
    let has_any = !watched.is_empty();
    let mut told: Vec<(Value, Vec<source::Happening>)> = Vec::new();
    let mut raised = Vec::new();
    for (id, source, object, event, data, state) in watched {
        if let Some(job) = object.as_foreign::<Job>() {
            let now = job.state();
            if state.is_some_and(|old| old != now) {
                raised.push((source, object.clone(), state_args(now, state), data));
            }
            if let Some(s) = manager(runspace)?.subscriptions.iter_mut().find(|s| s.id == id) {
                s.state = Some(now);
            }
            continue;
        }
        let at = match told.iter().position(|(o, _)| same(o, &object)) {
            Some(at) => at,
            None => {
                let found = source::happenings(runspace, &object);
                told.push((object.clone(), found));
                told.len() - 1
            }
        };
        for (name, args) in &told[at].1 {
            if event.eq_ignore_ascii_case(name) {
                raised.push((source.clone(), object.clone(), args.clone(), data.clone()));
            }
        }
    }
    let mut result = Ok(());
    for (source, sender, args, data) in raised {
        let done = raise(runspace, &source, sender.clone(), vec![sender, args], data);
        if result.is_ok() {
            result = done.map(|_| ());
        }
    }
    runspace.watches_events = has_any && manager(runspace)?.subscriptions.iter().any(|s| !s.object.is_null());
    result
}

fn same(a: &Value, b: &Value) -> bool {
    match (a.base(), b.base()) {
        (Value::Foreign(a), Value::Foreign(b)) => a.same(b),
        (Value::Array(a), Value::Array(b)) => Arc::ptr_eq(a, b),
        _ => false,
    }
}

fn state_args(now: JobState, before: Option<JobState>) -> Value {
    let info = |state: JobState| {
        let state = command::enum_value("System.Management.Automation.JobState", state.name());
        NativeObject::of_pairs(
            "System.Management.Automation.JobStateInfo",
            vec![("State", state), ("Reason", Value::Null)],
        )
        .with_text(|o| o.text_of("State"))
        .into_value()
    };
    NativeObject::of(
        "System.Management.Automation.JobStateEventArgs",
        vec![("JobStateInfo", info(now)), ("PreviousJobStateInfo", info(before.unwrap_or(JobState::NotStarted)))],
    )
}

/// Makes an event; actions that wait for it run, otherwise it is queued.
pub fn raise(runspace: &mut Runspace, source: &Str, sender: Value, args: Vec<Value>, data: Value) -> Result {
    let now = members::get_static(runspace, TypeRef::DATETIME, "Now").ok().flatten().unwrap_or_default();
    let manager = manager(runspace)?;
    manager.last_event += 1;
    let id = manager.last_event;
    let list = Array::fixed(TypeRef::OBJECT, args.clone());
    let event = NativeObject::of(
        "System.Management.Automation.PSEventArgs",
        vec![
            ("ComputerName", Value::Null),
            ("RunspaceId", Value::Guid(Arc::new(uuid::Uuid::nil()))),
            ("EventIdentifier", Value::I32(id)),
            ("Sender", sender.clone()),
            ("SourceEventArgs", args.iter().find(|a| is_event_args(a)).cloned().unwrap_or_default()),
            ("SourceArgs", Value::Array(Arc::new(Array::fixed(TypeRef::OBJECT, list.to_vec())))),
            ("SourceIdentifier", Value::Str(source.clone())),
            ("TimeGenerated", now.clone()),
            ("MessageData", data),
        ],
    );
    let mut is_taken = false;
    let mut actions = Vec::new();
    let mut done = Vec::new();
    for s in &mut manager.subscriptions {
        if !s.source.eq_ignore_ascii_case(source) {
            continue;
        }
        match &s.action {
            Some(action) => {
                is_taken = true;
                if let Some(left) = &mut s.left {
                    *left -= 1;
                }
                actions.push((s.id, action.clone(), s.job.clone(), s.left == Some(0), s.value()));
            }
            None if s.forward => is_taken = true,
            None if s.left.is_some() => {
                if let Some(left) = &mut s.left {
                    *left -= 1;
                }
                if s.left == Some(0) {
                    done.push(s.id);
                }
            }
            None => {}
        }
    }
    if !is_taken {
        manager.queue.push(event.clone());
    }
    for id in done {
        unsubscribe(runspace, id)?;
    }
    for (id, action, job, is_last, subscriber) in actions {
        act(runspace, &action, &job, &event, &sender, &args, subscriber);
        if is_last {
            unsubscribe(runspace, id)?;
        }
    }
    Ok(event)
}

fn is_event_args(value: &Value) -> bool {
    value.type_ref().is_some_and(|t| t.name().ends_with("EventArgs"))
}

/// Runs an action; its output goes to its job, what it says to the host is said.
fn act(
    runspace: &mut Runspace,
    action: &Value,
    job: &Value,
    event: &Value,
    sender: &Value,
    args: &[Value],
    subscriber: Value,
) {
    let Some(own) = job.as_foreign::<Job>() else { return };
    own.enter(JobState::Running, Value::Null);
    let source_args = args.iter().find(|a| is_event_args(a)).cloned().unwrap_or_default();
    let how = Invoke {
        args: args.to_vec(),
        variables: vec![
            (Str::from("Event"), event.clone()),
            (Str::from("Sender"), sender.clone()),
            (Str::from("EventArgs"), source_args.clone()),
            (Str::from("SourceEventArgs"), source_args),
            (Str::from("SourceArgs"), Value::array(args.to_vec())),
            (Str::from("EventSubscriber"), subscriber),
        ],
        to_pipeline: true,
        ..Invoke::default()
    };
    let block = crate::parallel::detached(action);
    let result = capture(runspace, &own.lists, |runspace| {
        // An action talks to the person as the session does.
        runspace.streams.0[6] = crate::runspace::Target::Host;
        runspace.streams.0[3] = crate::runspace::Target::Host;
        runspace.invoke_script(&block, how).map(|_| ())
    });
    if let Err(flow) = result
        && let Some(record) = flow.record()
    {
        own.lists.error.lock().push(Value::Error(record.clone()));
    }
}

/// Ends a subscription; its job is stopped.
pub fn unsubscribe(runspace: &mut Runspace, id: i32) -> Result<()> {
    let manager = manager(runspace)?;
    for s in manager.subscriptions.iter().filter(|s| s.id == id) {
        if let Some(job) = s.job.as_foreign::<Job>() {
            job.enter(JobState::Stopped, Value::Null);
        }
    }
    manager.subscriptions.retain(|s| s.id != id);
    Ok(())
}

impl Runspace {
    /// Says that the session ends: actions of `PowerShell.Exiting` run.
    pub fn exiting(&mut self) {
        let source = Str::from("PowerShell.Exiting");
        let waits = manager(self).is_ok_and(|m| m.subscriptions.iter().any(|s| s.source.eq_ignore_ascii_case(&source)));
        if waits {
            // Errors of an action are the job's; nobody is left to be told.
            let _ = raise(self, &source, Value::Null, Vec::new(), Value::Null);
        }
    }
}
