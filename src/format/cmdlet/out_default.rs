//! Out-Default and Out-Host: what reaches the end of a pipeline is shown on the host. Out-Null: what reaches it is dropped.

use command::{Bound, Cmdlet, Command, Result, Session};
use std::sync::Arc;
use values::{ErrorCategory, ErrorRecord, Exception, Flow, TypeRef, Value, convert};

use crate::render::Renderer;

/// Out-Default.
pub static OUT_DEFAULT: Command = Command { name: "Out-Default", create: || Box::new(OutHost::default()) };
/// Out-Host.
pub static OUT_HOST: Command = Command { name: "Out-Host", create: || Box::new(OutHost::default()) };
/// Out-Null.
pub static OUT_NULL: Command = Command { name: "Out-Null", create: || Box::new(OutNull) };

#[derive(Default)]
struct OutHost {
    renderer: Option<Renderer>,
    is_transcript_only: bool,
    /// `-Paging`: lines that may follow before the person is asked.
    room: Option<usize>,
}

impl OutHost {
    fn flush(&mut self, session: &mut dyn Session) -> Result<()> {
        let lines = self.renderer.as_mut().map(Renderer::take).unwrap_or_default();
        let mut text = String::new();
        for line in lines {
            if self.room == Some(0) {
                if !text.is_empty() {
                    session.host().write_output(&std::mem::take(&mut text));
                }
                self.room = Some(ask_for_more(session)?);
            }
            self.room = self.room.map(|room| room - 1);
            text.push_str(&line.text);
            text.push('\n');
        }
        if !text.is_empty() {
            session.host().write_output(&text);
        }
        Ok(())
    }
}

/// Asks whether to go on; gives the number of lines to show next.
fn ask_for_more(session: &mut dyn Session) -> Result<usize> {
    session.host().write_output("<SPACE> next page; <CR> next line; Q quit");
    session.host().flush();
    let page = session.host().size().1.saturating_sub(1).max(1);
    let lines = loop {
        match session.host().raw("readkey", None).map(|key| convert::to_display(&key)).as_deref() {
            Some(" ") => break page,
            Some("\r") => break 1,
            Some("q" | "Q" | "\u{3}") => break 0,
            // Nobody can be asked.
            None => break usize::MAX,
            Some(_) => {}
        }
    };
    session.host().write_output("\n");
    if lines == 0 {
        let ty = TypeRef::find("System.Management.Automation.HaltCommandException");
        let halted = Exception::new(ty.unwrap_or(TypeRef::RUNTIME_EXCEPTION), "The command was stopped by the user.")
            .identity("HaltCommandException", ErrorCategory::OperationStopped, Value::Null);
        let record = ErrorRecord::from_exception(Arc::new(halted));
        // It is the person's doing: no command is named and no place shown.
        {
            let mut data = record.data.lock();
            data.stack = Some(values::error::StackTrace::empty());
            data.is_script_terminating = true;
        }
        return Err(Flow::throw(record));
    }
    Ok(lines)
}

impl Cmdlet for OutHost {
    fn begin(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        self.is_transcript_only = bound.switch("Transcript");
        let target = super::host_target(session);
        self.renderer = Some(Renderer::new(session, target));
        if bound.switch("Paging") && session.host().is_terminal() {
            self.room = Some(session.host().size().1.saturating_sub(1).max(1));
        }
        Ok(())
    }

    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let Some(renderer) = self.renderer.as_mut() else { return Ok(()) };
        if self.is_transcript_only {
            return Ok(());
        }
        let value = bound.value("InputObject");
        let done = renderer.process(session, &value, 0);
        self.flush(session)?;
        done
    }

    fn end(&mut self, session: &mut dyn Session, _bound: &Bound) -> Result<()> {
        let Some(renderer) = self.renderer.as_mut() else { return Ok(()) };
        let done = renderer.finish(session);
        self.flush(session)?;
        done
    }
}

struct OutNull;

impl Cmdlet for OutNull {}
