//! New-Event, Get-Event, Wait-Event, Remove-Event and the subscriptions: Register-EngineEvent, Get-EventSubscriber,
//! Unregister-Event.

use std::sync::Arc;
use std::time::{Duration, Instant};

use command::{Bound, Cmdlet, Command, NativeObject, Session, Wildcard};
use values::{ErrorCategory, ErrorRecord, Exception, Result, Str, TypeRef, Value};

use super::job::engine_of;
use crate::events::{self, Subscription};
use crate::jobs::{Job, JobKind, next_id, table_add};
use crate::script_block::ScriptBlock;

/// New-Event.
pub static NEW_EVENT: Command = Command { name: "New-Event", create: || Box::new(NewEvent) };
/// Get-Event.
pub static GET_EVENT: Command = Command { name: "Get-Event", create: || Box::new(GetEvent) };
/// Wait-Event.
pub static WAIT_EVENT: Command = Command { name: "Wait-Event", create: || Box::new(WaitEvent) };
/// Remove-Event.
pub static REMOVE_EVENT: Command = Command { name: "Remove-Event", create: || Box::new(RemoveEvent) };
/// Register-EngineEvent.
pub static REGISTER_ENGINE_EVENT: Command =
    Command { name: "Register-EngineEvent", create: || Box::new(RegisterEngineEvent) };
/// Register-ObjectEvent.
pub static REGISTER_OBJECT_EVENT: Command =
    Command { name: "Register-ObjectEvent", create: || Box::new(RegisterObjectEvent) };
/// Get-EventSubscriber.
pub static GET_EVENT_SUBSCRIBER: Command =
    Command { name: "Get-EventSubscriber", create: || Box::new(GetEventSubscriber) };
/// Unregister-Event.
pub static UNREGISTER_EVENT: Command = Command { name: "Unregister-Event", create: || Box::new(UnregisterEvent) };

fn argument_error(id: &str, message: String, target: Value) -> Arc<ErrorRecord> {
    let exception = Exception::new(TypeRef::ARGUMENT_EXCEPTION, message);
    ErrorRecord::from_exception(Arc::new(exception.identity(id, ErrorCategory::InvalidArgument, target)))
}

struct NewEvent;

impl Cmdlet for NewEvent {
    fn end(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let source = bound.str("SourceIdentifier").unwrap_or_else(Str::empty);
        let args = bound.list("EventArguments");
        let made =
            events::raise(engine_of(session)?, &source, bound.value("Sender"), args, bound.value("MessageData"))?;
        session.write(made)
    }
}

fn of_event(value: &Value) -> Option<(i64, Str)> {
    let event = value.as_foreign::<NativeObject>()?;
    Some((event.value("EventIdentifier").as_i64()?, event.text_of("SourceIdentifier")))
}

struct GetEvent;

impl Cmdlet for GetEvent {
    fn end(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let runspace = engine_of(session)?;
        events::poll(runspace)?;
        let queue = events::manager(runspace)?.queue.clone();
        let pattern = bound.str("SourceIdentifier");
        let id = bound.int("EventIdentifier");
        let matcher = pattern.as_ref().map(|p| Wildcard::new(p));
        let mut count = 0;
        for event in queue {
            let Some((number, source)) = of_event(&event) else { continue };
            if id.is_none_or(|id| id == number) && matcher.as_ref().is_none_or(|m| m.matches(&source)) {
                count += 1;
                session.write(event)?;
            }
        }
        if count > 0 {
            return Ok(());
        }
        if let Some(id) = id {
            return session.write_error(argument_error(
                "INVALID_SOURCE_IDENTIFIER",
                format!("Event with identifier '{id}' does not exist."),
                Value::Null,
            ));
        }
        match pattern.filter(|p| !Wildcard::is_pattern(p)) {
            Some(name) => session.write_error(argument_error(
                "INVALID_SOURCE_IDENTIFIER",
                format!("Event with source identifier '{name}' does not exist."),
                Value::Null,
            )),
            None => Ok(()),
        }
    }
}

struct WaitEvent;

impl Cmdlet for WaitEvent {
    fn end(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let matcher = bound.str("SourceIdentifier").map(|p| Wildcard::new(&p));
        let limit = bound.int("Timeout").filter(|t| *t >= 0).map(|t| Instant::now() + Duration::from_secs(t as u64));
        loop {
            let queue = events::manager(engine_of(session)?)?.queue.clone();
            let hit = queue
                .into_iter()
                .find(|e| of_event(e).is_some_and(|(_, source)| matcher.as_ref().is_none_or(|m| m.matches(&source))));
            if let Some(event) = hit {
                return session.write(event);
            }
            if limit.is_some_and(|l| Instant::now() >= l) {
                return Ok(());
            }
            session.sleep(Duration::from_millis(5))?;
        }
    }
}

struct RemoveEvent;

impl Cmdlet for RemoveEvent {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let queue = events::manager(engine_of(session)?)?.queue.clone();
        let matcher = bound.str("SourceIdentifier").map(|p| Wildcard::new(&p));
        let id = bound.int("EventIdentifier");
        let mut doomed = Vec::new();
        for event in &queue {
            let Some((number, source)) = of_event(event) else { continue };
            let fits = match (&id, &matcher) {
                (Some(id), _) => *id == number,
                (None, Some(m)) => m.matches(&source),
                (None, None) => false,
            };
            if fits && session.should_process(&format!("Event '{source}'"), "Remove")? {
                doomed.push(number);
            }
        }
        if doomed.is_empty() {
            if let Some(id) = id {
                return session.write_error(argument_error(
                    "INVALID_EVENT_IDENTIFIER",
                    format!("Event with identifier '{id}' does not exist."),
                    Value::Null,
                ));
            }
            if let Some(name) = bound.str("SourceIdentifier").filter(|n| !Wildcard::is_pattern(n)) {
                return session.write_error(argument_error(
                    "INVALID_SOURCE_IDENTIFIER",
                    format!("Event with source identifier '{name}' does not exist."),
                    Value::Null,
                ));
            }
        }
        events::manager(engine_of(session)?)?.queue.retain(|e| of_event(e).is_none_or(|(n, _)| !doomed.contains(&n)));
        Ok(())
    }
}

struct RegisterEngineEvent;

impl Cmdlet for RegisterEngineEvent {
    fn end(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let source = bound.str("SourceIdentifier").unwrap_or_else(Str::empty);
        let action = bound.get("Action").cloned().filter(|a| !a.is_null());
        let forward = bound.switch("Forward");
        if action.is_none() && !forward {
            return Exception::new(TypeRef::ARGUMENT_EXCEPTION, "Action must be specified for non-forwarded events.")
                .identity("ACTION_MANDATORY_FOR_LOCAL", ErrorCategory::InvalidArgument, Value::Null)
                .throw();
        }
        let runspace = engine_of(session)?;
        let job = action.as_ref().map(|block| {
            let text = block.as_foreign::<ScriptBlock>().map_or_else(Str::empty, ScriptBlock::text);
            let id = next_id(runspace);
            Value::foreign(Job::new(id, source.clone(), JobKind::Event, text, Vec::new()))
        });
        let is_hidden = bound.switch("SupportEvent");
        if let Some(job) = job.as_ref().filter(|_| !is_hidden) {
            table_add(runspace, job.clone());
        }
        let manager = events::manager(runspace)?;
        manager.last_subscription += 1;
        let id = manager.last_subscription;
        manager.subscriptions.push(Subscription {
            id,
            source,
            action,
            job: job.clone().unwrap_or_default(),
            is_hidden,
            forward,
            left: bound.int("MaxTriggerCount").filter(|n| *n > 0),
            object: Value::Null,
            event: Str::empty(),
            data: bound.value("MessageData"),
            state: None,
        });
        match job.filter(|_| !is_hidden) {
            Some(job) => session.write(job),
            None => Ok(()),
        }
    }
}

struct RegisterObjectEvent;

impl Cmdlet for RegisterObjectEvent {
    fn end(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let object = bound.value("InputObject");
        let event = bound.str("EventName").unwrap_or_else(Str::empty);
        let known = events::source::event_names(&object);
        let Some(event) = known.iter().find(|n| n.eq_ignore_ascii_case(&event)).map(|n| Str::from(*n)) else {
            return session.write_error(argument_error(
                "INVALID_REGISTRATION",
                format!("Cannot register for the specified event. An event with the name '{event}' does not exist. (Parameter 'eventName')"),
                object,
            ));
        };
        let given = bound.str("SourceIdentifier").filter(|s| !s.is_empty());
        let source = given.unwrap_or_else(|| Str::from(uuid::Uuid::new_v4().to_string()));
        let runspace = engine_of(session)?;
        if events::manager(runspace)?.subscriptions.iter().any(|s| s.source.eq_ignore_ascii_case(&source)) {
            return session.write_error(argument_error(
                "SUBSCRIBER_EXISTS",
                format!("Cannot subscribe to the specified event. A subscriber with the source identifier '{source}' already exists."),
                object,
            ));
        }
        let action = bound.get("Action").cloned().filter(|a| !a.is_null());
        let is_hidden = bound.switch("SupportEvent");
        let job = action.as_ref().map(|block| {
            let text = block.as_foreign::<ScriptBlock>().map_or_else(Str::empty, ScriptBlock::text);
            let id = next_id(runspace);
            Value::foreign(Job::new(id, source.clone(), JobKind::Event, text, Vec::new()))
        });
        if let Some(job) = job.as_ref().filter(|_| !is_hidden) {
            table_add(runspace, job.clone());
        }
        let state = object.as_foreign::<Job>().map(Job::state);
        values::types::happened::watch(&object);
        let manager = events::manager(runspace)?;
        manager.last_subscription += 1;
        let id = manager.last_subscription;
        manager.subscriptions.push(Subscription {
            id,
            source,
            action,
            job: job.clone().unwrap_or_default(),
            is_hidden,
            forward: bound.switch("Forward"),
            left: bound.int("MaxTriggerCount").filter(|n| *n > 0),
            object,
            event,
            data: bound.value("MessageData"),
            state,
        });
        runspace.watches_events = true;
        match job.filter(|_| !is_hidden) {
            Some(job) => session.write(job),
            None => Ok(()),
        }
    }
}

struct GetEventSubscriber;

impl Cmdlet for GetEventSubscriber {
    fn end(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let name = bound.str("SourceIdentifier");
        let matcher = name.as_ref().map(|p| Wildcard::new(p));
        let id = bound.int("SubscriptionId");
        let force = bound.switch("Force");
        let mut found = Vec::new();
        for s in &events::manager(engine_of(session)?)?.subscriptions {
            let fits =
                matcher.as_ref().is_none_or(|m| m.matches(&s.source)) && id.is_none_or(|id| id == i64::from(s.id));
            if fits && (force || !s.is_hidden) {
                found.push(s.value());
            }
        }
        if found.is_empty() {
            if let Some(id) = id {
                return session.write_error(argument_error(
                    "INVALID_SOURCE_IDENTIFIER",
                    format!("Event subscription with identifier '{id}' does not exist."),
                    Value::Null,
                ));
            }
            if let Some(name) = name.filter(|n| !Wildcard::is_pattern(n)) {
                return session.write_error(argument_error(
                    "INVALID_SOURCE_IDENTIFIER",
                    format!("Event subscription with source identifier '{name}' does not exist."),
                    Value::Null,
                ));
            }
        }
        found.into_iter().try_for_each(|s| session.write(s))
    }
}

struct UnregisterEvent;

impl Cmdlet for UnregisterEvent {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let name = bound.str("SourceIdentifier");
        let matcher = name.as_ref().map(|p| Wildcard::new(p));
        let id = bound.int("SubscriptionId");
        let force = bound.switch("Force");
        let mut doomed = Vec::new();
        for s in &events::manager(engine_of(session)?)?.subscriptions {
            let fits = match (&id, &matcher) {
                (Some(id), _) => *id == i64::from(s.id),
                (None, Some(m)) => m.matches(&s.source),
                (None, None) => false,
            };
            if fits && (force || !s.is_hidden) {
                doomed.push((s.id, s.source.clone()));
            }
        }
        if doomed.is_empty() {
            if let Some(id) = id {
                return session.write_error(argument_error(
                    "INVALID_SUBSCRIPTION_IDENTIFIER",
                    format!("Event subscription with identifier '{id}' does not exist."),
                    Value::Null,
                ));
            }
            if let Some(name) = name.filter(|n| !Wildcard::is_pattern(n)) {
                return session.write_error(argument_error(
                    "INVALID_SOURCE_IDENTIFIER",
                    format!("Event subscription with identifier '{name}' does not exist."),
                    Value::Null,
                ));
            }
        }
        for (id, source) in doomed {
            if session.should_process(&format!("Event subscription '{source}'"), "Unsubscribe")? {
                events::unsubscribe(engine_of(session)?, id)?;
            }
        }
        Ok(())
    }
}
