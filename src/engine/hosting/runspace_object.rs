//! Runspaces as objects.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};

use command::NativeObject;
use parking_lot::Mutex;
use values::object::Foreign;
use values::{Context, Exception, Result, Str, TypeRef, Value, convert};

use super::proxy::SessionStateProxy;
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
    /// The name, PSThreadOptions and ApartmentState as they are set: threads and their apartments are the engine's own
    /// affair.
    named: Mutex<[Value; 3]>,
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

    /// Whether it is the runspace that its script runs in.
    pub fn is_running_one(&self) -> bool {
        self.is_current
    }

    fn new(factory: Arc<dyn RunspaceFactory>, initial: Value, id: i32, is_current: bool) -> HostedRunspace {
        let held = |name: &str| match initial.as_foreign::<InitialState>() {
            Some(state) => state.held(name),
            None if name == "ThreadOptions" => {
                command::enum_value("System.Management.Automation.Runspaces.PSThreadOptions", "Default")
            }
            None => command::enum_value("System.Threading.ApartmentState", "Unknown"),
        };
        let named = [Value::from(format!("Runspace{id}")), held("ThreadOptions"), held("ApartmentState")];
        let core = RunspaceCore {
            id,
            instance: Value::Guid(Arc::new(uuid::Uuid::new_v4())),
            is_current,
            initial,
            factory,
            state: Mutex::new("BeforeOpen"),
            named: Mutex::new(named),
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
    /// The runspace as what runs in it sees it.
    fn seen_inside(&self) -> Value {
        let core = RunspaceCore {
            id: self.id,
            instance: self.instance.clone(),
            is_current: true,
            initial: self.initial.clone(),
            factory: self.factory.clone(),
            state: Mutex::new("Opened"),
            named: Mutex::new(self.named.lock().clone()),
            inner: Mutex::new(None),
            stop: self.stop.clone(),
        };
        Value::foreign(HostedRunspace { core: Arc::new(core) })
    }

    /// Opens it: what its initial session state asks for is done now.
    fn open(&self) -> Result<()> {
        let was = *self.state.lock();
        if was != "BeforeOpen" {
            return invalid_state(format!(
                "Cannot open the runspace because the runspace is not in the BeforeOpen state. Current state of the runspace is '{was}'."
            ));
        }
        *self.state.lock() = "Opened";
        let done = self.with(|_| Ok(()));
        if done.is_err() {
            *self.state.lock() = "Broken";
        }
        done
    }

    /// Runs in the runspace, which one thread at a time may do.
    pub fn with<T>(&self, run: impl FnOnce(&mut Runspace) -> Result<T>) -> Result<T> {
        let state = *self.state.lock();
        if state != "Opened" {
            return invalid_state(format!(
                "Cannot perform the operation because the runspace is not in the Opened state. Current state of the runspace is '{state}'."
            ));
        }
        let Some(mut guard) = self.inner.try_lock() else {
            return Exception::new(
                TypeRef::INVALID_OPERATION_EXCEPTION,
                "The pipeline was not run because a pipeline is already running. Pipelines cannot be run concurrently.",
            )
            .throw();
        };
        if guard.is_none() {
            let mut made = Box::new(make(&self.factory, &self.initial, &self.stop)?);
            made.id = self.id as _;
            made.hosted = Some(self.seen_inside());
            *guard = Some(made);
        }
        match guard.as_mut() {
            Some(runspace) => run(runspace),
            None => crate::errors::invalid_operation("NoRunspace", "There is no runspace to run in.").throw(),
        }
    }
}

fn invalid_state<T>(text: String) -> Result<T> {
    let ty = TypeRef::find("System.Management.Automation.Runspaces.InvalidRunspaceStateException");
    Exception::new(ty.unwrap_or(TypeRef::INVALID_OPERATION_EXCEPTION), text).throw()
}

/// A runspace as its initial session state has it.
pub(super) fn make(factory: &Arc<dyn RunspaceFactory>, initial: &Value, stop: &Arc<AtomicBool>) -> Result<Runspace> {
    let mut made = factory.make();
    made.stop = stop.clone();
    if let Some(state) = initial.as_foreign::<InitialState>() {
        state.apply(&mut made)?;
    }
    Ok(made)
}

/// `[runspacefactory]::CreateRunspace(...)`.
pub fn create(runspace: &mut Runspace, args: &[Value]) -> Value {
    let given = args.iter().find_map(|a| a.as_foreign::<InitialState>());
    let initial = given.map_or(Value::Null, InitialState::copied);
    let id = NEXT.fetch_add(1, Ordering::Relaxed);
    Value::foreign(HostedRunspace::new(runspace.factory.clone(), initial, id, false))
}

/// The running runspace.
pub fn current(runspace: &mut Runspace) -> Value {
    if runspace.hosted.is_none() {
        let made = HostedRunspace::new(runspace.factory.clone(), Value::Null, runspace.id as i32, true);
        *made.state.lock() = "Opened";
        runspace.hosted = Some(Value::foreign(made));
    }
    runspace.hosted.clone().unwrap_or_default()
}

impl Foreign for HostedRunspace {
    fn type_ref(&self) -> TypeRef {
        let base = command::class("System.Management.Automation.Runspaces.Runspace", TypeRef::OBJECT);
        command::class("System.Management.Automation.Runspaces.LocalRunspace", base)
    }

    fn get(&self, ctx: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        Ok(Some(match name.to_ascii_lowercase().as_str() {
            "id" => Value::I32(self.id),
            "name" => self.named.lock()[0].clone(),
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
            "expireson" | "disconnectedon" => Value::Null,
            "events" if self.is_current => Value::foreign(crate::events::ManagerObject),
            "threadoptions" => self.named.lock()[1].clone(),
            "apartmentstate" => self.named.lock()[2].clone(),
            _ => return Ok(None),
        }))
    }

    fn set(&self, ctx: &mut dyn Context, name: &str, value: &Value) -> Result<bool> {
        let (at, ty) = match name.to_ascii_lowercase().as_str() {
            "name" => (0, "System.String"),
            "threadoptions" => (1, "System.Management.Automation.Runspaces.PSThreadOptions"),
            "apartmentstate" => (2, "System.Threading.ApartmentState"),
            _ => return Ok(false),
        };
        let value = convert::convert(ctx, value, TypeRef::find(ty).unwrap_or(TypeRef::OBJECT))?;
        if at == 2 && *self.state.lock() != "BeforeOpen" {
            return invalid_state("This property cannot be changed after the runspace has been opened.".to_string());
        }
        self.named.lock()[at] = value;
        Ok(true)
    }

    fn call(&self, _ctx: &mut dyn Context, me: &Value, name: &str, args: &[Value]) -> Result<Option<Value>> {
        Ok(Some(match name.to_ascii_lowercase().as_str() {
            "open" | "openasync" => {
                self.open().map_err(|flow| values::members::method_failure(flow, name, args.len()))?;
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
