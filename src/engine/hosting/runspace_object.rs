//! Runspaces and pools of runspaces as objects.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};

use command::{NativeObject, Scope, Session};
use parking_lot::{Condvar, Mutex};
use values::object::Foreign;
use values::{Context, ErrorCategory, Exception, Result, Str, TypeRef, Value, convert};

use super::state::InitialState;
use crate::RunspaceFactory;
use crate::runspace::Runspace;

/// The runspaces that scripts made and that still exist.
static MADE: Mutex<Vec<std::sync::Weak<RunspaceCore>>> = Mutex::new(Vec::new());

static NEXT: AtomicI32 = AtomicI32::new(2);

/// A runspace that a script made, or the one it runs in.
#[derive(Clone)]
pub struct HostedRunspace {
    core: Arc<RunspaceCore>,
}

impl std::ops::Deref for HostedRunspace {
    type Target = RunspaceCore;

    fn deref(&self) -> &RunspaceCore {
        &self.core
    }
}

/// What the runspace's object and its proxies share.
pub struct RunspaceCore {
    id: i32,
    instance: Value,
    is_current: bool,
    initial: Value,
    factory: Arc<dyn RunspaceFactory>,
    state: Mutex<&'static str>,
    inner: Mutex<Option<Box<Runspace>>>,
    /// Asks what runs in it to stop.
    pub stop: Arc<AtomicBool>,
}

impl HostedRunspace {
    /// A runspace that is open already.
    pub fn opened(factory: Arc<dyn RunspaceFactory>, initial: Value) -> HostedRunspace {
        let id = NEXT.fetch_add(1, Ordering::Relaxed);
        let made = HostedRunspace::new(factory, initial, id, false);
        *made.state.lock() = "Opened";
        made
    }

    fn new(factory: Arc<dyn RunspaceFactory>, initial: Value, id: i32, is_current: bool) -> HostedRunspace {
        let core = RunspaceCore {
            id,
            instance: Value::Guid(Arc::new(uuid::Uuid::new_v4())),
            is_current,
            initial,
            factory,
            state: Mutex::new("BeforeOpen"),
            inner: Mutex::new(None),
            stop: Arc::default(),
        };
        let core = Arc::new(core);
        if !is_current {
            let mut made = MADE.lock();
            made.retain(|known| known.strong_count() > 0);
            made.push(Arc::downgrade(&core));
        }
        HostedRunspace { core }
    }
}

/// The running runspace and those that scripts made, in the order of their numbers.
pub fn open_runspaces(runspace: &mut Runspace) -> Vec<Value> {
    let own = current(runspace);
    let made: Vec<Arc<RunspaceCore>> = MADE.lock().iter().filter_map(std::sync::Weak::upgrade).collect();
    std::iter::once(own).chain(made.into_iter().map(|core| Value::foreign(HostedRunspace { core }))).collect()
}

impl RunspaceCore {
    /// Runs in the runspace, which one thread at a time may do.
    pub fn with<T>(&self, run: impl FnOnce(&mut Runspace) -> Result<T>) -> Result<T> {
        if *self.state.lock() != "Opened" {
            let ty = TypeRef::find("System.Management.Automation.Runspaces.InvalidRunspaceStateException");
            return Exception::new(
                ty.unwrap_or(TypeRef::INVALID_OPERATION_EXCEPTION),
                "Cannot perform operation because the runspace is not in the 'Opened' state. Current state of runspace is '".to_string()
                    + *self.state.lock()
                    + "'.",
            )
            .throw();
        }
        let Some(mut guard) = self.inner.try_lock() else {
            return Exception::new(
                TypeRef::INVALID_OPERATION_EXCEPTION,
                "The pipeline was not run because a pipeline is already running. Pipelines cannot be run concurrently.",
            )
            .throw();
        };
        if guard.is_none() {
            *guard = Some(Box::new(make(&self.factory, &self.initial, &self.stop)?));
        }
        match guard.as_mut() {
            Some(runspace) => run(runspace),
            None => crate::errors::invalid_operation("NoRunspace", "There is no runspace to run in.").throw(),
        }
    }
}

fn make(factory: &Arc<dyn RunspaceFactory>, initial: &Value, stop: &Arc<AtomicBool>) -> Result<Runspace> {
    let mut made = factory.make();
    made.stop = stop.clone();
    if let Some(state) = initial.as_foreign::<InitialState>() {
        state.apply(&mut made)?;
    }
    Ok(made)
}

/// `[runspacefactory]::CreateRunspace(...)`.
pub fn create(runspace: &mut Runspace, args: &[Value]) -> Value {
    let initial = args.iter().find(|a| a.as_foreign::<InitialState>().is_some()).cloned().unwrap_or_default();
    let id = NEXT.fetch_add(1, Ordering::Relaxed);
    Value::foreign(HostedRunspace::new(runspace.factory.clone(), initial, id, false))
}

/// The running runspace.
pub fn current(runspace: &mut Runspace) -> Value {
    let made = HostedRunspace::new(runspace.factory.clone(), Value::Null, runspace.id as i32, true);
    *made.state.lock() = "Opened";
    Value::foreign(made)
}

impl Foreign for HostedRunspace {
    fn type_ref(&self) -> TypeRef {
        let base = command::class("System.Management.Automation.Runspaces.Runspace", TypeRef::OBJECT);
        command::class("System.Management.Automation.Runspaces.LocalRunspace", base)
    }

    fn get(&self, ctx: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        Ok(Some(match name.to_ascii_lowercase().as_str() {
            "id" => Value::I32(self.id),
            "name" => Value::from(format!("Runspace{}", self.id)),
            "instanceid" => self.instance.clone(),
            "runspacestateinfo" => {
                let state =
                    command::enum_value("System.Management.Automation.Runspaces.RunspaceState", *self.state.lock());
                NativeObject::of_pairs(
                    "System.Management.Automation.Runspaces.RunspaceStateInfo",
                    vec![("State", state), ("Reason", Value::Null)],
                )
                .with_text(|o| o.text_of("State"))
                .into_value()
            }
            "runspaceavailability" => {
                let is_free = !self.is_current && self.inner.try_lock().is_some();
                let name = match *self.state.lock() {
                    "Opened" if is_free => "Available",
                    "Opened" => "Busy",
                    _ => "None",
                };
                command::enum_value("System.Management.Automation.Runspaces.RunspaceAvailability", name)
            }
            "initialsessionstate" => match self.initial.is_null() {
                true => InitialState::value(),
                false => self.initial.clone(),
            },
            "sessionstateproxy" => Value::foreign(SessionStateProxy { runspace: self.clone() }),
            "runspaceisremote" => Value::Bool(false),
            "connectioninfo" | "originalconnectioninfo" | "jobmanager" => Value::Null,
            "version" => convert::convert(ctx, &Value::from("7.6.5"), TypeRef::VERSION)?,
            "threadoptions" => command::enum_value("System.Management.Automation.Runspaces.PSThreadOptions", "Default"),
            "apartmentstate" => command::enum_value("System.Threading.ApartmentState", "Unknown"),
            _ => return Ok(None),
        }))
    }

    fn set(&self, _ctx: &mut dyn Context, name: &str, _value: &Value) -> Result<bool> {
        // Threads and apartments are the engine's own affair; a script that asks for the usual ones may go on.
        Ok(matches!(name.to_ascii_lowercase().as_str(), "threadoptions" | "apartmentstate"))
    }

    fn call(&self, _ctx: &mut dyn Context, me: &Value, name: &str, args: &[Value]) -> Result<Option<Value>> {
        Ok(Some(match name.to_ascii_lowercase().as_str() {
            "open" | "openasync" => {
                *self.state.lock() = "Opened";
                Value::Void
            }
            "close" | "dispose" | "closeasync" => {
                self.stop.store(true, Ordering::Relaxed);
                *self.state.lock() = "Closed";
                Value::Void
            }
            "createpipeline" | "createnestedpipeline" => super::powershell::of_text(me.clone(), &self.factory, args),
            _ => return Ok(None),
        }))
    }

    fn property_names(&self) -> Vec<Str> {
        [
            "Id",
            "Name",
            "InstanceId",
            "RunspaceStateInfo",
            "RunspaceAvailability",
            "InitialSessionState",
            "ThreadOptions",
            "ApartmentState",
            "ConnectionInfo",
            "RunspaceIsRemote",
            "Version",
            "SessionStateProxy",
        ]
        .map(Str::from)
        .to_vec()
    }

    fn method_names(&self) -> Vec<Str> {
        ["Close", "CreatePipeline", "Dispose", "Open", "OpenAsync"].map(Str::from).to_vec()
    }
}

/// `.SessionStateProxy` of a runspace.
struct SessionStateProxy {
    runspace: HostedRunspace,
}

impl Foreign for SessionStateProxy {
    fn type_ref(&self) -> TypeRef {
        command::class("System.Management.Automation.Runspaces.SessionStateProxy", TypeRef::OBJECT)
    }

    fn get(&self, _ctx: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        Ok(match name.to_ascii_lowercase().as_str() {
            "psvariable" => Some(Value::foreign(SessionStateProxy { runspace: self.runspace.clone() })),
            "languagemode" => Some(command::enum_value("System.Management.Automation.PSLanguageMode", "FullLanguage")),
            _ => None,
        })
    }

    fn call(&self, ctx: &mut dyn Context, _me: &Value, name: &str, args: &[Value]) -> Result<Option<Value>> {
        let hosted = &self.runspace;
        let variable = args.first().map(convert::to_display).unwrap_or_default();
        let value = args.get(1).cloned().unwrap_or_default();
        let name = name.to_ascii_lowercase();
        let run = |runspace: &mut Runspace| -> Result<Option<Value>> {
            Ok(match name.as_str() {
                "setvariable" | "set" => {
                    runspace.set_variable(&variable, value, Scope::Global)?;
                    Some(Value::Void)
                }
                "getvariable" | "getvalue" => {
                    Some(Session::variable(runspace, &variable, Scope::Any).map_or(Value::Null, |v| v.value))
                }
                _ => None,
            })
        };
        match hosted.is_current {
            true => match ctx.engine().downcast_mut::<Runspace>() {
                Some(runspace) => run(runspace),
                None => Ok(None),
            },
            false => hosted.with(run),
        }
    }

    fn method_names(&self) -> Vec<Str> {
        ["GetVariable", "SetVariable"].map(Str::from).to_vec()
    }
}

#[allow(clippy::vec_box, reason = "a runspace is large and is handed over as a box")]
struct PoolData {
    idle: Vec<Box<Runspace>>,
    busy: usize,
    limit: usize,
    state: &'static str,
}

/// A pool of runspaces.
pub struct RunspacePool {
    instance: Value,
    minimum: i32,
    initial: Value,
    factory: Arc<dyn RunspaceFactory>,
    data: Mutex<PoolData>,
    freed: Condvar,
}

/// `[runspacefactory]::CreateRunspacePool(minimum, maximum, ...)`.
pub fn create_pool(runspace: &mut Runspace, args: &[Value]) -> Result {
    let numbers: Vec<i64> = args.iter().filter_map(Value::as_i64).collect();
    let (minimum, maximum) = (numbers.first().copied().unwrap_or(1), numbers.get(1).copied().unwrap_or(1));
    if maximum < 1 || minimum < 1 || minimum > maximum {
        let ty =
            TypeRef::find("System.Management.Automation.PSArgumentException").unwrap_or(TypeRef::ARGUMENT_EXCEPTION);
        return Exception::new(
            ty,
            "The pool's sizes must be at least 1, and the minimum must not be above the maximum.",
        )
        .identity("PSArgumentException", ErrorCategory::InvalidArgument, Value::Null)
        .throw();
    }
    let initial = args.iter().find(|a| a.as_foreign::<InitialState>().is_some()).cloned().unwrap_or_default();
    Ok(Value::foreign(RunspacePool {
        instance: Value::Guid(Arc::new(uuid::Uuid::new_v4())),
        minimum: minimum as i32,
        initial,
        factory: runspace.factory.clone(),
        data: Mutex::new(PoolData { idle: Vec::new(), busy: 0, limit: maximum as usize, state: "BeforeOpen" }),
        freed: Condvar::new(),
    }))
}

impl RunspacePool {
    /// Runs in a runspace of the pool, waiting for a free one.
    pub fn with<T>(&self, stop: &Arc<AtomicBool>, run: impl FnOnce(&mut Runspace) -> Result<T>) -> Result<T> {
        let mut data = self.data.lock();
        if data.state != "Opened" {
            let ty = TypeRef::find("System.Management.Automation.Runspaces.InvalidRunspacePoolStateException");
            return Exception::new(
                ty.unwrap_or(TypeRef::INVALID_OPERATION_EXCEPTION),
                format!("Cannot perform the operation because the runspace pool is not in the 'Opened' state. The current state is '{}'.", data.state),
            )
            .throw();
        }
        while data.busy >= data.limit {
            self.freed.wait(&mut data);
        }
        data.busy += 1;
        let idle = data.idle.pop();
        drop(data);
        let taken = match idle {
            Some(runspace) => Ok(runspace),
            None => make(&self.factory, &self.initial, stop).map(Box::new),
        };
        let result = match taken {
            Ok(mut runspace) => {
                runspace.stop = stop.clone();
                let result = run(&mut runspace);
                self.data.lock().idle.push(runspace);
                result
            }
            Err(flow) => Err(flow),
        };
        self.data.lock().busy -= 1;
        self.freed.notify_one();
        result
    }
}

impl Foreign for RunspacePool {
    fn type_ref(&self) -> TypeRef {
        command::class("System.Management.Automation.Runspaces.RunspacePool", TypeRef::OBJECT)
    }

    fn get(&self, _ctx: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        let state = self.data.lock().state;
        Ok(Some(match name.to_ascii_lowercase().as_str() {
            "instanceid" => self.instance.clone(),
            "isdisposed" => Value::Bool(state == "Closed"),
            "runspacepoolstateinfo" => NativeObject::of_pairs(
                "System.Management.Automation.RunspacePoolStateInfo",
                vec![
                    ("State", command::enum_value("System.Management.Automation.Runspaces.RunspacePoolState", state)),
                    ("Reason", Value::Null),
                ],
            )
            .with_text(|o| o.text_of("State"))
            .into_value(),
            "runspacepoolavailability" => command::enum_value(
                "System.Management.Automation.Runspaces.RunspacePoolAvailability",
                if state == "Opened" { "Available" } else { "None" },
            ),
            "initialsessionstate" => self.initial.clone(),
            "threadoptions" => command::enum_value("System.Management.Automation.Runspaces.PSThreadOptions", "Default"),
            "apartmentstate" => command::enum_value("System.Threading.ApartmentState", "Unknown"),
            _ => return Ok(None),
        }))
    }

    fn set(&self, _ctx: &mut dyn Context, name: &str, _value: &Value) -> Result<bool> {
        Ok(matches!(name.to_ascii_lowercase().as_str(), "threadoptions" | "apartmentstate" | "cleanupinterval"))
    }

    fn call(&self, _ctx: &mut dyn Context, _me: &Value, name: &str, args: &[Value]) -> Result<Option<Value>> {
        let mut data = self.data.lock();
        Ok(Some(match name.to_ascii_lowercase().as_str() {
            "open" => {
                data.state = "Opened";
                Value::Void
            }
            "close" | "dispose" => {
                data.state = "Closed";
                data.idle.clear();
                Value::Void
            }
            "getmaxrunspaces" => Value::I32(data.limit as i32),
            "getminrunspaces" => Value::I32(self.minimum),
            "getavailablerunspaces" => Value::I32(data.limit.saturating_sub(data.busy) as i32),
            "setmaxrunspaces" => {
                let wanted = args.first().and_then(Value::as_i64).unwrap_or(0);
                if wanted >= 1 {
                    data.limit = wanted as usize;
                }
                Value::Bool(wanted >= 1)
            }
            _ => return Ok(None),
        }))
    }

    fn property_names(&self) -> Vec<Str> {
        [
            "InstanceId",
            "IsDisposed",
            "RunspacePoolStateInfo",
            "InitialSessionState",
            "RunspacePoolAvailability",
            "ThreadOptions",
            "ApartmentState",
        ]
        .map(Str::from)
        .to_vec()
    }
}
