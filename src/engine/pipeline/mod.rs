//! Pipelines: stages that push objects into each other.

mod buffer;
mod child_shell;
mod direct;
pub mod invoke;
mod lookup;
mod native;
mod native_args;
mod native_process;
mod plan;
mod planned;
pub mod redirect;
mod rehearsal;
mod run;
mod stage;
pub mod steppable;

use std::sync::Arc;

use command::{Bound, Cmdlet, CommandInfo};
use values::error::Invocation;
use values::{Array, Value};

use crate::bind::Binding;
use crate::code::Code;
use crate::runspace::Streams;

pub use lookup::{LookupActions, Moment};
pub use plan::{PlanCell, note_variable};
pub use rehearsal::Rehearsal;

/// A running pipeline.
pub struct Pipe {
    /// A number that is never used twice.
    pub id: u64,
    pub stages: Vec<Stage>,
    /// The frame that runs the pipeline.
    pub frame: usize,
    /// The sink that the last stage writes to.
    pub out: usize,
    /// Streams as they were where the pipeline stands.
    pub streams: Streams,
    /// How many stages ran their `begin`.
    pub begun: usize,
}

/// A stage of a running pipeline.
pub struct Stage {
    pub processor: Processor,
    pub info: Option<Arc<CommandInfo>>,
    pub invocation: Arc<Invocation>,
    /// Streams with this stage's redirections.
    pub redirects: Vec<redirect::Redirection>,
    pub common: Common,
    pub had_error: bool,
    /// `end` was skipped because a later stage had enough.
    pub is_stopped: bool,
    /// `clean` ran already.
    pub is_cleaned: bool,
    /// Objects on their way to the next stage that `-OutBuffer` holds back.
    pub held: Option<Box<buffer::Held>>,
}

impl Stage {
    /// A stage that has not begun.
    pub(crate) fn new(
        processor: Processor,
        info: Option<Arc<CommandInfo>>,
        invocation: Arc<Invocation>,
        redirects: Vec<redirect::Redirection>,
    ) -> Stage {
        Stage {
            processor,
            info,
            invocation,
            redirects,
            common: Common::default(),
            had_error: false,
            is_stopped: false,
            is_cleaned: false,
            held: None,
        }
    }

    /// The stage that hands the items of a value to the next.
    pub(crate) fn source(input: Value) -> Stage {
        Stage::new(Processor::Source(input), None, Arc::default(), Vec::new())
    }
}

/// Common parameters of a stage.
#[derive(Clone, Default)]
pub struct Common {
    pub error_action: Option<Action>,
    pub warning_action: Option<Action>,
    pub information_action: Option<Action>,
    pub progress_action: Option<Action>,
    pub verbose: Option<bool>,
    pub debug: Option<bool>,
    pub what_if: Option<bool>,
    pub confirm: Option<bool>,
    pub error_variable: Option<Arc<Array>>,
    pub warning_variable: Option<Arc<Array>>,
    pub information_variable: Option<Arc<Array>>,
    pub out_variable: Option<Arc<Array>>,
    pub pipeline_variable: Option<values::Str>,
    pub out_buffer: Option<usize>,
    /// Answers of confirmation prompts: yes or no to all.
    pub to_all: Option<bool>,
}

/// ActionPreference.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Action {
    SilentlyContinue = 0,
    Stop = 1,
    Continue = 2,
    Inquire = 3,
    Ignore = 4,
    Suspend = 5,
    Break = 6,
}

/// What works in a stage.
pub enum Processor {
    /// At work further up the Rust stack.
    Busy,
    /// The value of an expression, which feeds the second stage.
    Source(Value),
    Native {
        cmdlet: Box<dyn Cmdlet>,
        binding: Box<Binding>,
    },
    Script(Box<ScriptStage>),
    Inline(InlineStage),
    Program(Box<native::Program>),
}

/// A script block as a stage.
pub struct ScriptStage {
    pub frame: usize,
    pub code: Arc<Code>,
    pub binding: Box<Binding>,
    pub input: Vec<Value>,
    pub is_advanced: bool,
    pub takes_input: bool,
    /// `exit` ended the script.
    pub is_over: bool,
}

/// A fused `ForEach-Object { }` or `Where-Object { }`.
pub struct InlineStage {
    pub code: Arc<Code>,
    pub frame: usize,
    pub start: u32,
    pub slot: usize,
    pub is_filter: bool,
    pub span: language::Span,
}

/// The bound parameters of a stage, for `$PSBoundParameters` and error texts.
impl Processor {
    pub(crate) fn bound(&self) -> Option<&Bound> {
        self.binding().map(|binding| &binding.bound)
    }

    /// The whole binding of a command or script block.
    fn binding(&self) -> Option<&Binding> {
        match self {
            Processor::Native { binding, .. } => Some(binding),
            Processor::Script(stage) => Some(&stage.binding),
            _ => None,
        }
    }
}
