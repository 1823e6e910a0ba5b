//! Tee-Object: objects go on and are kept in a variable or a file as well.

use command::{Bound, Cmdlet, Command, Result, Scope, Session, TextEncoding};
use values::Value;

use super::out_file::{Opening, Sink, target_path};
use crate::render::Renderer;

/// Tee-Object.
pub static COMMAND: Command = Command { name: "Tee-Object", create: || Box::new(TeeObject::default()) };

#[derive(Default)]
struct TeeObject {
    sink: Option<(Renderer, Sink)>,
    kept: Vec<Value>,
}

impl Cmdlet for TeeObject {
    fn begin(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        if let Some(name) = bound.str("Variable") {
            if bound.switch("Append")
                && let Some(old) = session.variable(&name, Scope::Local)
                && !old.value.is_null()
            {
                match old.value.as_array() {
                    Some(items) => self.kept.extend(items.to_vec()),
                    None => self.kept.push(old.value),
                }
            }
            return Ok(());
        }
        let path = target_path(session, bound, "FilePath")?;
        let encoding = match bound.get("Encoding").cloned() {
            Some(value) => TextEncoding::from_value(session, &value)?,
            None => TextEncoding::Utf8,
        };
        let how =
            Opening { appends: bound.switch("Append"), no_clobber: false, force: false, ends_lines: true, encoding };
        let sink = Sink::open(path, how)?;
        let target = super::text_target(session, None);
        self.sink = Some((Renderer::new(session, target), sink));
        Ok(())
    }

    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let value = bound.value("InputObject");
        match &mut self.sink {
            Some((renderer, sink)) => {
                renderer.process(session, &value, 0)?;
                sink.write(renderer.take())?;
            }
            None => self.kept.push(value.clone()),
        }
        session.write(value)
    }

    fn end(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        if let Some((mut renderer, mut sink)) = self.sink.take() {
            renderer.finish(session)?;
            sink.write(renderer.take())?;
            return sink.close();
        }
        let Some(name) = bound.str("Variable") else { return Ok(()) };
        // Without input the variable stays as it was.
        if self.kept.is_empty() {
            return Ok(());
        }
        // One object is kept as it is, none or several as an array (Set-Variable's way).
        let mut kept = std::mem::take(&mut self.kept);
        let value = match kept.len() {
            1 => kept.remove(0),
            _ => Value::array(kept),
        };
        session.set_variable(&name, value, Scope::Local)
    }
}
