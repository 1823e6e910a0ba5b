//! The input of a pipeline that runs while more of it comes.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::{Condvar, Mutex};
use values::object::Foreign;
use values::{Flow, Result, TypeRef, Value};

use crate::runspace::Runspace;

/// How long input is waited for before the wish to stop is looked at.
const PATIENCE: Duration = Duration::from_millis(25);

#[derive(Default)]
struct Queue {
    /// CLIXML of one object each.
    items: VecDeque<String>,
    has_ended: bool,
}

/// What a client has sent of a pipeline's input and the pipeline has not taken.
#[derive(Clone, Default)]
pub struct Input {
    queue: Arc<(Mutex<Queue>, Condvar)>,
}

impl Input {
    /// One more object, or the end.
    pub fn push(&self, item: Option<String>) {
        let (queue, changed) = &*self.queue;
        match item {
            Some(item) => queue.lock().items.push_back(item),
            None => queue.lock().has_ended = true,
        }
        changed.notify_one();
    }

    /// Waits for the next object; none at the end.
    pub fn next(&self, runspace: &mut Runspace) -> Result<Option<Value>> {
        let (queue, changed) = &*self.queue;
        let item = {
            let mut queue = queue.lock();
            loop {
                if runspace.is_stopped() {
                    return Err(Box::new(Flow::Stopped));
                }
                match queue.items.pop_front() {
                    Some(item) => break item,
                    None if queue.has_ended => return Ok(None),
                    None => changed.wait_for(&mut queue, PATIENCE),
                };
            }
        };
        super::streams::read(runspace, &item).map(Some)
    }
}

/// As a value it is the source of a pipeline, which takes from it item by item.
impl Foreign for Input {
    fn type_ref(&self) -> TypeRef {
        command::class("System.Management.Automation.PSDataCollection`1[[System.Object]]", TypeRef::OBJECT)
    }
}
