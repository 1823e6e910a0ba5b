//! What happens at a marked statement.

use std::sync::Arc;

use command::Invoke;
use language::{Span, Sym};
use values::{Flow, Result, Str};

use super::{Breakpoint, Place, Step};
use crate::code::Code;
use crate::runspace::Runspace;

/// A place where execution may stop.
#[derive(Clone, Debug)]
pub struct Mark {
    pub span: Span,
    pub kind: MarkKind,
    /// Variables that the statement reads and sets, and commands that it names.
    pub reads: Vec<Sym>,
    pub writes: Vec<Sym>,
    pub commands: Vec<Str>,
}

/// The kinds of marks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MarkKind {
    Statement,
    /// The brace that begins a function's body.
    Entry,
    /// The brace that ends it.
    Exit,
}

impl Runspace {
    /// A marked statement is about to run.
    pub(crate) fn at_mark(&mut self, code: &Arc<Code>, frame: usize, index: u16) -> Result<()> {
        let Some(debugger) = &self.debugger else { return Ok(()) };
        if debugger.is_inside || debugger.is_idle() {
            return Ok(());
        }
        let Some(mark) = code.marks.get(index as usize) else { return Ok(()) };
        let (trace, step) = (debugger.trace, debugger.step);
        let frames = self.frames.len();
        if trace > 0 {
            let line = traced(code, mark.span);
            self.host.write_stream_line(5, &line);
        }
        let hits = self.hits(code, frame, mark);
        let mut stops: Vec<Arc<Breakpoint>> = Vec::new();
        for hit in hits {
            hit.hit();
            if hit.action.is_null() || self.run_action(&hit)? {
                stops.push(hit);
            }
        }
        let stepped = match step {
            Step::None => false,
            Step::Into => true,
            Step::Over(depth) => frames <= depth,
            Step::Out(depth) => frames < depth,
        };
        if stops.is_empty() && !stepped {
            return Ok(());
        }
        self.stop_here(code, frame, mark.span, &stops)
    }

    /// The breakpoints that a mark hits.
    fn hits(&self, code: &Arc<Code>, frame: usize, mark: &Mark) -> Vec<Arc<Breakpoint>> {
        let Some(debugger) = self.debugger.as_ref().filter(|d| !d.is_detached) else { return Vec::new() };
        let source = code.ast.source();
        let file = source.file();
        let start = source.position(mark.span.start);
        let name = self.frames.get(frame).map(|f| f.name.clone()).unwrap_or_else(Str::empty);
        let is_line = |line: u32, column: u32| match column {
            0 => start.line == line && mark.kind == MarkKind::Statement,
            _ => start.line == line && start.column == column,
        };
        debugger
            .breakpoints
            .iter()
            .map(|(b, _)| b)
            .filter(|b| b.is_enabled() && b.is_of(file))
            .filter(|b| match &b.place {
                Place::Line { line, column } => is_line(*line, *column),
                Place::Command(pattern) => {
                    let fits = |name: &str| crate::wildcard::matches(pattern, name);
                    match mark.kind {
                        MarkKind::Entry => fits(&name),
                        // Functions are met at their own beginning.
                        MarkKind::Statement => mark.commands.iter().any(|c| fits(c) && self.find_function(c).is_none()),
                        MarkKind::Exit => false,
                    }
                }
                Place::Variable { .. } => mark.kind == MarkKind::Statement && b.waits_for(&mark.reads, &mark.writes),
            })
            .cloned()
            .collect()
    }

    /// Runs a breakpoint's action; `break` in it stops.
    fn run_action(&mut self, hit: &Arc<Breakpoint>) -> Result<bool> {
        if let Some(debugger) = &mut self.debugger {
            debugger.is_inside = true;
        }
        let how = Invoke { in_current_scope: true, ..Invoke::default() };
        let result = self.invoke_script(&hit.action, how);
        if let Some(debugger) = &mut self.debugger {
            debugger.is_inside = false;
        }
        match result {
            Ok(output) => {
                for value in output {
                    self.emit(value)?;
                }
                Ok(false)
            }
            Err(flow) => match *flow {
                Flow::Break(_) => Ok(true),
                Flow::Continue(_) | Flow::Return(_) => Ok(false),
                _ => Err(flow),
            },
        }
    }
}

/// `   9+  >>>> $x = 1 + 1`: the line with a mark before the statement.
fn traced(code: &Arc<Code>, span: Span) -> String {
    let source = code.ast.source();
    let start = source.position(span.start);
    let text = source.text();
    let from = text[..(span.start as usize).min(text.len())].rfind('\n').map_or(0, |at| at + 1);
    let to = text[from..].find('\n').map_or(text.len(), |at| from + at + 1);
    let (before, after) = (&text[from..span.start as usize], &text[span.start as usize..to]);
    format!("DEBUG: {:4}+ {before} >>>> {after}", start.line)
}
