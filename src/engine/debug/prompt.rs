//! The debugger's prompt.

use std::sync::Arc;

use command::{NativeObject, Session};
use language::Span;
use values::error::Invocation;
use values::{Flow, Result, Value, convert};

use super::{Breakpoint, Step};
use crate::code::Code;
use crate::runspace::Runspace;

/// What the person at the prompt wants.
enum Wish {
    Go(Step),
    Detach,
    Quit,
}

const HELP: &str = "
 s, stepInto         Single step (step into functions, scripts, etc.)
 v, stepOver         Step to next statement (step over functions, scripts, etc.)
 o, stepOut          Step out of the current function, script, etc.

 c, continue         Continue operation
 q, quit             Stop operation and exit the debugger
 d, detach           Continue operation and detach the debugger.

 k, Get-PSCallStack  Display call stack

 l, list             List source code for the current script.
                     Use \"list\" to start from the current line, \"list <m>\"
                     to start from line <m>, and \"list <m> <n>\" to list <n>
                     lines starting from line <m>

 <enter>             Repeat last command if it was stepInto, stepOver or list

 ?, h                displays this help message.


For instructions about how to customize your debugger prompt, type \"help about_prompt\".

";

impl Runspace {
    /// Stops before a statement until the person goes on.
    pub(super) fn stop_here(
        &mut self,
        code: &Arc<Code>,
        frame: usize,
        span: Span,
        hits: &[Arc<Breakpoint>],
    ) -> Result<()> {
        let source = code.ast.source().clone();
        let position = crate::vm::call::position_of(&source, span);
        let debugger = self.debugger_mut();
        debugger.step = Step::None;
        debugger.is_inside = true;
        let is_first = !std::mem::replace(&mut debugger.is_announced, true);
        let mut text = String::new();
        if is_first {
            text.push_str("Entering debug mode. Use h or ? for help. \n\n");
        }
        if !hits.is_empty() {
            for hit in hits {
                text.push_str(&format!("Hit {}\n", hit.text()));
            }
            text.push('\n');
        }
        text.push_str(&position.message());
        text.push('\n');
        self.host.write(&text, None, None);
        let context = self.context_value(position, hits);
        let was_level = Session::variable(self, "NestedPromptLevel", command::Scope::Global)
            .and_then(|v| v.value.as_i64())
            .unwrap_or(0);
        self.set_global("NestedPromptLevel", Value::I32(was_level as i32 + 1));
        self.set_global("PSDebugContext", context);
        let current = std::mem::replace(&mut self.current, frame);
        let wish = self.converse(code, span);
        self.current = current;
        self.set_global("NestedPromptLevel", Value::I32(was_level as i32));
        let _ = Session::remove_variable(self, "PSDebugContext", command::Scope::Global, true);
        let debugger = self.debugger_mut();
        debugger.is_inside = false;
        match wish? {
            Wish::Go(step) => debugger.step = step,
            Wish::Detach => debugger.is_detached = true,
            Wish::Quit => return Err(Box::new(Flow::Stopped)),
        }
        Ok(())
    }

    /// `$PSDebugContext`.
    fn context_value(&mut self, position: values::error::Position, hits: &[Arc<Breakpoint>]) -> Value {
        let known = self.debugger.as_ref().map(|d| d.breakpoints.as_slice()).unwrap_or_default();
        let hit: Vec<Value> =
            known.iter().filter(|(b, _)| hits.iter().any(|h| h.id == b.id)).map(|(_, v)| v.clone()).collect();
        let invocation =
            Invocation { script: position.file.clone(), position: Some(Arc::new(position)), ..Invocation::default() };
        NativeObject::of(
            "System.Management.Automation.PSDebugContext",
            vec![
                ("InvocationInfo", crate::host_objects::InvocationObject::value(Arc::new(invocation))),
                ("Breakpoints", Value::array(hit)),
                ("Trigger", Value::Null),
            ],
        )
    }

    /// Reads and does what is asked until execution goes on.
    fn converse(&mut self, code: &Arc<Code>, span: Span) -> Result<Wish> {
        let depth = self.frames.len();
        let mut listed = code.ast.source().position(span.start).line;
        loop {
            let prompt = self.debug_prompt();
            self.host.write(&prompt, None, None);
            self.host.flush();
            // Where nobody can answer, execution goes on.
            let Ok(Some(line)) = self.host.read_line("", false) else { return Ok(Wish::Go(Step::None)) };
            let mut text = line.trim().to_string();
            if text.is_empty() {
                text = self.debugger_mut().again.clone();
            }
            let mut words = text.split_whitespace();
            let word = words.next().unwrap_or_default().to_ascii_lowercase();
            self.debugger_mut().again.clear();
            match word.as_str() {
                "" => {}
                "s" | "stepinto" => return Ok(self.go(Step::Into)),
                "v" | "stepover" => return Ok(self.go(Step::Over(depth))),
                "o" | "stepout" => return Ok(Wish::Go(Step::Out(depth))),
                "c" | "continue" => return Ok(Wish::Go(Step::None)),
                "d" | "detach" => return Ok(Wish::Detach),
                "q" | "quit" | "exit" => return Ok(Wish::Quit),
                "h" | "?" => self.host.write(HELP, None, None),
                "k" | "get-pscallstack" => self.run_at_prompt("Get-PSCallStack"),
                "l" | "list" => {
                    let from = words.next().and_then(|w| w.parse().ok());
                    let count = words.next().and_then(|w| w.parse().ok()).unwrap_or(16);
                    listed =
                        self.list_source(code, span, from.unwrap_or_else(|| listed.saturating_sub(5).max(1)), count);
                    self.debugger_mut().again = format!("l {listed}");
                }
                _ => self.run_at_prompt(&line),
            }
        }
    }

    fn go(&mut self, step: Step) -> Wish {
        self.debugger_mut().again = if step == Step::Into { "s" } else { "v" }.to_string();
        Wish::Go(step)
    }

    /// `[DBG]: PS /place>> `
    fn debug_prompt(&mut self) -> String {
        let own = match Session::find_command(self, "prompt", false) {
            Ok(Some(_)) => self
                .invoke_command("prompt", Vec::new(), Vec::new())
                .ok()
                .and_then(|output| output.first().map(convert::to_display)),
            _ => None,
        };
        let text = match own.filter(|text| !text.is_empty()) {
            Some(text) => text,
            None => format!("PS {}>> ", Session::location(self).path),
        };
        format!("[DBG]: {text}")
    }

    /// Runs a line in the scope of the statement that execution stopped at.
    fn run_at_prompt(&mut self, text: &str) {
        let how = command::Invoke { in_current_scope: true, ..command::Invoke::default() };
        let below = Some(self.frames.len());
        self.debugger_mut().prompt_frames = below;
        let result = Session::parse_script(self, text, None)
            .and_then(|block| self.invoke_script(&block, how))
            .and_then(|output| self.invoke_command("Out-Default", Vec::new(), output));
        self.debugger_mut().prompt_frames = None;
        if let Err(flow) = result
            && let Flow::Throw(record) = *flow
        {
            self.show_error(&record);
        }
    }

    /// Lines of the source, the present one with a star; gives the line to go on with.
    fn list_source(&mut self, code: &Arc<Code>, span: Span, from: u32, count: u32) -> u32 {
        let source = code.ast.source().clone();
        let here = source.position(span.start).line;
        let until = (from + count).min(source.line_count() + 1);
        let mut text = String::from("\n\n");
        for line in from..until {
            let star = if line == here { '*' } else { ' ' };
            text.push_str(&format!("{line:5}:{star} {}\n", source.line(line)));
        }
        text.push_str("\n\n");
        self.host.write(&text, None, None);
        until
    }
}
