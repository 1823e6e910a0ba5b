//! The handle of a pipeline that runs in the background.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::{Condvar, Mutex};
use values::object::Foreign;
use values::stop::Waiting;
use values::{Context, Result, Str, TypeRef, Value};

/// Set when the work is done.
#[derive(Default)]
pub struct Done {
    flag: Mutex<bool>,
    changed: Condvar,
}

impl Done {
    /// Says that the work is done.
    pub fn set(&self) {
        *self.flag.lock() = true;
        self.changed.notify_all();
    }

    /// Whether it is.
    pub fn is_set(&self) -> bool {
        *self.flag.lock()
    }

    /// Waits until it is done, the time is up or the session is stopped.
    pub fn wait(&self, ctx: &mut dyn Context, limit: Option<Duration>) -> Result<bool> {
        let waiting = Waiting::new(limit);
        let mut flag = self.flag.lock();
        while !*flag {
            if ctx.is_stopping() {
                return Err(Box::new(values::Flow::Stopped));
            }
            if waiting.is_over() {
                return Ok(false);
            }
            self.changed.wait_for(&mut flag, waiting.slice());
        }
        Ok(true)
    }
}

/// IAsyncResult.
pub struct AsyncResult {
    pub done: Arc<Done>,
}

impl Foreign for AsyncResult {
    fn type_ref(&self) -> TypeRef {
        command::class("System.Management.Automation.PowerShellAsyncResult", TypeRef::OBJECT)
    }

    fn get(&self, _ctx: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        Ok(match name.to_ascii_lowercase().as_str() {
            "iscompleted" => Some(Value::Bool(self.done.is_set())),
            "completedsynchronously" => Some(Value::Bool(false)),
            "asyncstate" => Some(Value::Null),
            "asyncwaithandle" => Some(Value::foreign(WaitHandle { done: self.done.clone() })),
            _ => None,
        })
    }

    fn property_names(&self) -> Vec<Str> {
        ["CompletedSynchronously", "IsCompleted", "AsyncState", "AsyncWaitHandle"].map(Str::from).to_vec()
    }
}

struct WaitHandle {
    done: Arc<Done>,
}

impl Foreign for WaitHandle {
    fn type_ref(&self) -> TypeRef {
        command::class("System.Threading.ManualResetEvent", TypeRef::OBJECT)
    }

    fn call(&self, ctx: &mut dyn Context, _me: &Value, name: &str, args: &[Value]) -> Result<Option<Value>> {
        Ok(match name.to_ascii_lowercase().as_str() {
            "waitone" => {
                let limit = match args.first() {
                    Some(Value::TimeSpan(ticks)) => Some(Duration::from_micros((*ticks / 10).max(0) as u64)),
                    Some(n) => n.as_i64().filter(|n| *n >= 0).map(|n| Duration::from_millis(n as u64)),
                    None => None,
                };
                Some(Value::Bool(self.done.wait(ctx, limit)?))
            }
            "close" | "dispose" => Some(Value::Void),
            _ => None,
        })
    }
}
