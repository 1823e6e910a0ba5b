//! Out-String: output as text instead of on the screen.

use command::{Bound, Cmdlet, Command, Result, Session};
use values::Value;

use crate::render::Renderer;

/// Out-String.
pub static COMMAND: Command = Command { name: "Out-String", create: || Box::new(OutString::default()) };

#[derive(Default)]
struct OutString {
    renderer: Option<Renderer>,
    is_streaming: bool,
    has_no_newlines: bool,
    text: String,
}

impl OutString {
    fn flush(&mut self, session: &mut dyn Session) -> Result<()> {
        let lines = self.renderer.as_mut().map(Renderer::take).unwrap_or_default();
        for line in lines {
            if self.is_streaming {
                session.write(Value::from(line.text))?;
                continue;
            }
            self.text.push_str(&line.text);
            if !self.has_no_newlines {
                self.text.push('\n');
            }
        }
        Ok(())
    }
}

impl Cmdlet for OutString {
    fn begin(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        self.is_streaming = bound.switch("Stream");
        self.has_no_newlines = bound.switch("NoNewline");
        let width = bound.int("Width").map(|w| w.max(0) as usize);
        let target = super::text_target(session, width);
        self.renderer = Some(Renderer::new(session, target));
        Ok(())
    }

    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let Some(renderer) = self.renderer.as_mut() else { return Ok(()) };
        renderer.process(session, &bound.value("InputObject"), 0)?;
        self.flush(session)
    }

    fn end(&mut self, session: &mut dyn Session, _bound: &Bound) -> Result<()> {
        let Some(renderer) = self.renderer.as_mut() else { return Ok(()) };
        renderer.finish(session)?;
        self.flush(session)?;
        if !self.is_streaming {
            session.write(Value::from(std::mem::take(&mut self.text)))?;
        }
        Ok(())
    }
}
