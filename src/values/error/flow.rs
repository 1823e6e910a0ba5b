//! Flow of control that leaves a code block.

use std::sync::Arc;

use super::record::ErrorRecord;
use crate::string::Str;
use crate::value::Value;

/// What ends a code block early and travels up until something takes it.
pub enum Flow {
    /// `break`, with a label where one was given.
    Break(Option<Str>),
    /// `continue`, with a label where one was given.
    Continue(Option<Str>),
    /// `return` out of a block that runs in its caller's frame.
    Return(Value),
    /// `exit` with a code.
    Exit(i32),
    /// A terminating error.
    Throw(Arc<ErrorRecord>),
    /// A downstream command has enough: the pipeline with this number stops before stage `stage` without its `end`.
    StopUpstream { pipeline: u64, stage: u32 },
    /// Ctrl-C, `.Stop()`, or the runspace is closing.
    Stopped,
}

/// The result of anything that can run script code. 16 bytes for a `Value`.
pub type Result<T = Value> = std::result::Result<T, Box<Flow>>;

impl Flow {
    /// A terminating error ready to be returned.
    pub fn throw(record: Arc<ErrorRecord>) -> Box<Flow> {
        Box::new(Flow::Throw(record))
    }

    /// The record of a terminating error.
    pub fn record(&self) -> Option<&Arc<ErrorRecord>> {
        match self {
            Flow::Throw(record) => Some(record),
            _ => None,
        }
    }
}

impl std::fmt::Debug for Flow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Flow::Break(l) => write!(f, "Break({l:?})"),
            Flow::Continue(l) => write!(f, "Continue({l:?})"),
            Flow::Return(v) => write!(f, "Return({v:?})"),
            Flow::Exit(n) => write!(f, "Exit({n})"),
            Flow::Throw(r) => write!(f, "Throw({}: {})", r.full_id(), r.message()),
            Flow::StopUpstream { .. } => f.write_str("StopUpstream"),
            Flow::Stopped => f.write_str("Stopped"),
        }
    }
}
