//! Out-Default and Out-Host: what reaches the end of a pipeline is shown on the host. Out-Null: what reaches it is dropped.

use command::{Bound, Cmdlet, Command, Result, Session};

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
}

impl OutHost {
    fn flush(&mut self, session: &mut dyn Session) {
        let lines = self.renderer.as_mut().map(Renderer::take).unwrap_or_default();
        let mut text = String::new();
        for line in lines {
            text.push_str(&line.text);
            text.push('\n');
        }
        if !text.is_empty() {
            session.host().write_output(&text);
        }
    }
}

impl Cmdlet for OutHost {
    fn begin(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        self.is_transcript_only = bound.switch("Transcript");
        let target = super::host_target(session);
        self.renderer = Some(Renderer::new(session, target));
        Ok(())
    }

    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let Some(renderer) = self.renderer.as_mut() else { return Ok(()) };
        if self.is_transcript_only {
            return Ok(());
        }
        let value = bound.value("InputObject");
        let done = renderer.process(session, &value, 0);
        self.flush(session);
        done
    }

    fn end(&mut self, session: &mut dyn Session, _bound: &Bound) -> Result<()> {
        let Some(renderer) = self.renderer.as_mut() else { return Ok(()) };
        let done = renderer.finish(session);
        self.flush(session);
        done
    }
}

struct OutNull;

impl Cmdlet for OutNull {}
