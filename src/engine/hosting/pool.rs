//! Pools of runspaces.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use command::NativeObject;
use parking_lot::{Condvar, Mutex};
use values::object::Foreign;
use values::stop::GLANCE;
use values::{Context, Exception, Flow, Result, Str, TypeRef, Value, convert};

use super::result::{AsyncResult, Done};
use super::runspace_object::make;
use super::state::InitialState;
use crate::RunspaceFactory;
use crate::runspace::Runspace;

/// Ticks of the quarter of an hour after which idle runspaces go.
const CLEANUP: i64 = 15 * 60 * 10_000_000;

struct PoolData {
    /// Runspaces that nothing runs in, and since when.
    idle: Vec<(Instant, Box<Runspace>)>,
    busy: usize,
    minimum: i32,
    limit: i32,
    state: &'static str,
    /// PSThreadOptions and ApartmentState: kept as they are set, since threads and their apartments are the engine's own
    /// affair.
    threads: Value,
    apartment: Value,
    /// The time after which an idle runspace goes.
    cleanup: Value,
}

/// A pool of runspaces.
pub struct RunspacePool {
    instance: Value,
    initial: Value,
    factory: Arc<dyn RunspaceFactory>,
    data: Mutex<PoolData>,
    freed: Condvar,
}

/// `[runspacefactory]::CreateRunspacePool(minimum, maximum, ...)`.
pub fn create_pool(runspace: &mut Runspace, args: &[Value]) -> Result {
    let numbers: Vec<i64> = args.iter().filter_map(Value::as_i64).collect();
    let (minimum, maximum) = (numbers.first().copied().unwrap_or(1), numbers.get(1).copied().unwrap_or(1));
    let fault = match () {
        () if maximum < 1 => Some("The maximum pool size cannot be less than 1. (Parameter 'maxRunspaces')"),
        () if minimum < 1 => Some("The minimum pool size cannot be less than 1. (Parameter 'minRunspaces')"),
        () if minimum > maximum => {
            Some("The minimum pool size cannot be greater than the maximum pool size. (Parameter 'minRunspaces')")
        }
        () => None,
    };
    if let Some(text) = fault {
        let thrown = Exception::new(TypeRef::PS_ARGUMENT_EXCEPTION, text).throw();
        return thrown.map_err(|flow| values::members::method_failure(flow, "CreateRunspacePool", args.len()));
    }
    let given = args.iter().find(|a| a.as_foreign::<InitialState>().is_some());
    let initial = match given.and_then(|given| given.as_foreign::<InitialState>()) {
        Some(state) => state.copied(),
        None => InitialState::value(),
    };
    let held = |name: &str| initial.as_foreign::<InitialState>().map(|state| state.held(name)).unwrap_or_default();
    let data = PoolData {
        idle: Vec::new(),
        busy: 0,
        minimum: minimum as i32,
        limit: maximum as i32,
        state: "BeforeOpen",
        threads: held("ThreadOptions"),
        apartment: held("ApartmentState"),
        cleanup: Value::TimeSpan(CLEANUP),
    };
    Ok(Value::foreign(RunspacePool {
        instance: Value::Guid(Arc::new(uuid::Uuid::new_v4())),
        initial,
        factory: runspace.factory.clone(),
        data: Mutex::new(data),
        freed: Condvar::new(),
    }))
}

fn invalid_state<T>(text: String) -> Result<T> {
    let ty = TypeRef::find("System.Management.Automation.Runspaces.InvalidRunspacePoolStateException");
    Exception::new(ty.unwrap_or(TypeRef::INVALID_OPERATION_EXCEPTION), text).throw()
}

impl PoolData {
    /// How many more pipelines could begin now.
    fn available(&self) -> i32 {
        self.limit.saturating_sub(self.busy as i32).max(0)
    }

    /// Lets runspaces go that were idle too long, those last used first to stay, down to the smallest number.
    fn clean_up(&mut self) {
        let Value::TimeSpan(ticks) = self.cleanup else { return };
        let longest = Duration::from_nanos(u64::try_from(ticks).unwrap_or(0).saturating_mul(100));
        let keep = (self.minimum as usize).saturating_sub(self.busy);
        let beyond = self.idle.len().saturating_sub(keep);
        let old = self.idle.iter().take(beyond).take_while(|(since, _)| since.elapsed() > longest).count();
        self.idle.drain(..old);
    }

    fn check_is_open(&self) -> Result<()> {
        match self.state {
            "Opened" => Ok(()),
            state => invalid_state(format!(
                "Cannot perform the operation because the runspace pool is not in the 'Opened' state. The current state is '{state}'."
            )),
        }
    }
}

impl RunspacePool {
    /// Runs in a runspace of the pool, waiting for a free one until the pool is closed or `outer` is set.
    pub fn with<T>(
        &self,
        stop: &Arc<AtomicBool>,
        outer: Option<&AtomicBool>,
        run: impl FnOnce(&mut Runspace) -> Result<T>,
    ) -> Result<T> {
        let mut data = self.data.lock();
        data.check_is_open()?;
        while data.available() == 0 {
            if outer.is_some_and(|stop| stop.load(Ordering::Relaxed)) {
                return Err(Box::new(Flow::Stopped));
            }
            self.freed.wait_for(&mut data, GLANCE);
            data.check_is_open()?;
        }
        data.busy += 1;
        let idle = data.idle.pop().map(|(_, runspace)| runspace);
        data.clean_up();
        drop(data);
        let taken = match idle {
            Some(runspace) => Ok(runspace),
            None => make(&self.factory, &self.initial, stop).map(Box::new),
        };
        let result = match taken {
            Ok(mut runspace) => {
                runspace.stop = stop.clone();
                let result = run(&mut runspace);
                let mut data = self.data.lock();
                // What is beyond a limit that was lowered meanwhile goes.
                if data.state == "Opened" && data.idle.len() < data.limit as usize {
                    data.idle.push((Instant::now(), runspace));
                }
                data.clean_up();
                result
            }
            Err(flow) => Err(flow),
        };
        self.data.lock().busy -= 1;
        self.freed.notify_one();
        result
    }

    fn open(&self) -> Result<()> {
        let mut data = self.data.lock();
        if data.state != "BeforeOpen" {
            let state = data.state;
            drop(data);
            return invalid_state(format!(
                "Cannot open the runspace pool because it is not in the 'BeforeOpen' state. The current state is '{state}'."
            ));
        }
        // What the initial session state asks for goes wrong now or not at all.
        let first = make(&self.factory, &self.initial, &Arc::default());
        data.state = if first.is_ok() { "Opened" } else { "Broken" };
        data.idle.push((Instant::now(), Box::new(first?)));
        Ok(())
    }

    fn close(&self) {
        let mut data = self.data.lock();
        data.state = "Closed";
        data.idle.clear();
        self.freed.notify_all();
    }

    fn available(&self) -> Result<i32> {
        let data = self.data.lock();
        match data.state {
            "Opened" => Ok(data.available()),
            "BeforeOpen" => Ok(data.limit),
            _ => {
                drop(data);
                Exception::new(
                    TypeRef::INVALID_OPERATION_EXCEPTION,
                    "The method cannot be invoked because the pool has been closed or has failed.",
                )
                .throw()
            }
        }
    }

    fn set_maximum(&self, wanted: i32) -> bool {
        let mut data = self.data.lock();
        if wanted < data.minimum {
            return false;
        }
        data.limit = wanted;
        data.idle.truncate(wanted as usize);
        self.freed.notify_all();
        true
    }

    fn set_minimum(&self, wanted: i32) -> bool {
        let mut data = self.data.lock();
        if wanted < 1 || wanted > data.limit {
            return false;
        }
        data.minimum = wanted;
        true
    }
}

impl Foreign for RunspacePool {
    fn type_ref(&self) -> TypeRef {
        command::class("System.Management.Automation.Runspaces.RunspacePool", TypeRef::OBJECT)
    }

    fn get(&self, _ctx: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        let data = self.data.lock();
        Ok(Some(match name.to_ascii_lowercase().as_str() {
            "instanceid" => self.instance.clone(),
            "isdisposed" => Value::Bool(data.state == "Closed"),
            "connectioninfo" => Value::Null,
            "runspacepoolstateinfo" => NativeObject::of_pairs(
                "System.Management.Automation.RunspacePoolStateInfo",
                vec![
                    (
                        "State",
                        command::enum_value("System.Management.Automation.Runspaces.RunspacePoolState", data.state),
                    ),
                    ("Reason", Value::Null),
                ],
            )
            .with_text(|o| o.text_of("State"))
            .into_value(),
            "runspacepoolavailability" => command::enum_value(
                "System.Management.Automation.Runspaces.RunspacePoolAvailability",
                match data.state {
                    "Opened" if data.available() > 0 => "Available",
                    "Opened" => "Busy",
                    _ => "None",
                },
            ),
            "initialsessionstate" => self.initial.clone(),
            "threadoptions" => data.threads.clone(),
            "apartmentstate" => data.apartment.clone(),
            "cleanupinterval" => data.cleanup.clone(),
            _ => return Ok(None),
        }))
    }

    fn set(&self, ctx: &mut dyn Context, name: &str, value: &Value) -> Result<bool> {
        let (ty, is_before) = match name.to_ascii_lowercase().as_str() {
            "threadoptions" => ("System.Management.Automation.Runspaces.PSThreadOptions", true),
            "apartmentstate" => ("System.Threading.ApartmentState", true),
            "cleanupinterval" => ("System.TimeSpan", false),
            _ => return Ok(false),
        };
        let value = convert::convert(ctx, value, TypeRef::find(ty).unwrap_or(TypeRef::OBJECT))?;
        let mut data = self.data.lock();
        if is_before && data.state != "BeforeOpen" {
            drop(data);
            let text = "This property cannot be changed after the runspace pool has been opened.";
            return invalid_state(text.to_string());
        }
        match name.to_ascii_lowercase().as_str() {
            "threadoptions" => data.threads = value,
            "apartmentstate" => data.apartment = value,
            _ => data.cleanup = value,
        }
        Ok(true)
    }

    fn call(&self, _ctx: &mut dyn Context, _me: &Value, name: &str, args: &[Value]) -> Result<Option<Value>> {
        let number = || args.first().and_then(Value::as_i64).unwrap_or(0) as i32;
        let failed = |flow| values::members::method_failure(flow, name, args.len());
        let finished = || {
            let done = Arc::<Done>::default();
            done.set();
            Value::foreign(AsyncResult { done })
        };
        Ok(Some(match name.to_ascii_lowercase().as_str() {
            "open" => {
                self.open().map_err(failed)?;
                Value::Void
            }
            "beginopen" => {
                self.open().map_err(failed)?;
                finished()
            }
            "close" | "dispose" => {
                self.close();
                Value::Void
            }
            "beginclose" => {
                self.close();
                finished()
            }
            "endopen" | "endclose" => Value::Void,
            "getmaxrunspaces" => Value::I32(self.data.lock().limit),
            "getminrunspaces" => Value::I32(self.data.lock().minimum),
            "getavailablerunspaces" => Value::I32(self.available().map_err(failed)?),
            "setmaxrunspaces" => Value::Bool(self.set_maximum(number())),
            "setminrunspaces" => Value::Bool(self.set_minimum(number())),
            "getcapabilities" => {
                command::enum_value("System.Management.Automation.Runspaces.RunspacePoolCapability", "Default")
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
            "ConnectionInfo",
            "CleanupInterval",
            "RunspacePoolAvailability",
            "ThreadOptions",
            "ApartmentState",
        ]
        .map(Str::from)
        .to_vec()
    }
}
