//! The debugger: breakpoints, stepping, traced lines.
//!
//! Nothing of it costs anything until it is asked for: statements are marked only in code that is compiled while a session
//! has a debugger (`ScriptBlock::marked_code`).

mod breakpoint;
mod check;
mod prompt;

pub use breakpoint::{AccessMode, Breakpoint, BreakpointObject, Place};
pub use check::{Mark, MarkKind};

use std::sync::Arc;

use values::{Result, Value};

use crate::runspace::Runspace;

/// Where execution is to stop next without a breakpoint.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Step {
    #[default]
    None,
    /// At the next statement.
    Into,
    /// At the next statement that is not in a deeper call than so many frames.
    Over(usize),
    /// In the caller: at the next statement in fewer frames.
    Out(usize),
}

/// A session's debugger.
#[derive(Default)]
pub struct Debugger {
    pub breakpoints: Vec<(Arc<Breakpoint>, Value)>,
    pub next_id: i32,
    pub step: Step,
    /// `Set-PSDebug -Trace`.
    pub trace: u8,
    /// `Set-PSDebug -Step`: asks before each line.
    pub is_stepping_lines: bool,
    /// The person is at the debugger's prompt, or an action runs.
    pub is_inside: bool,
    /// The banner was shown for this pipeline.
    pub is_announced: bool,
    /// How many frames there were when the person got the prompt: those above are the prompt's own.
    pub prompt_frames: Option<usize>,
    /// What an empty line at the prompt does again.
    pub again: String,
    /// Breakpoints that hold nobody up until the next top-level pipeline.
    pub is_detached: bool,
}

impl Debugger {
    /// Whether there is anything to look for.
    pub fn is_idle(&self) -> bool {
        self.breakpoints.is_empty() && self.step == Step::None && self.trace == 0 && !self.is_stepping_lines
    }
}

impl Runspace {
    /// The debugger, made at the first use.
    pub(crate) fn debugger_mut(&mut self) -> &mut Debugger {
        self.debugger.get_or_insert_default()
    }

    /// Strict mode of the global scope.
    pub(crate) fn set_global_strict(&mut self, version: u8) {
        self.has_strict |= version > 0;
        *self.global.strict.lock() = (version > 0).then_some(version);
    }

    /// `Wait-Debugger`: stops where it stands.
    pub(crate) fn wait_debugger(&mut self) -> Result<()> {
        let frame = self.current;
        let Some((code, span)) = self.frames.get(frame).map(|f| {
            let span = f.code.spans.get(f.pc as usize).copied().unwrap_or_default();
            (f.code.clone(), span)
        }) else {
            return Ok(());
        };
        if self.debugger_mut().is_inside {
            return Ok(());
        }
        self.stop_here(&code, frame, span, &[])
    }

    /// A new pipeline of the console begins.
    pub(crate) fn reset_debugger(&mut self) {
        if let Some(debugger) = &mut self.debugger {
            debugger.step = Step::None;
            debugger.is_inside = false;
            debugger.is_announced = false;
            debugger.is_detached = false;
        }
    }
}
