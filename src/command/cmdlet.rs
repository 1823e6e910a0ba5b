//! What a cmdlet is.

use values::{Result, Str, Value};

use crate::bound::Bound;
use crate::info::{Parameter, ParameterTable};
use crate::session::Session;

/// A built-in command: its facts (parameters, sets, aliases, help) stand in the catalogue under the same name.
pub struct Command {
    /// `Verb-Noun`.
    pub name: &'static str,
    /// Makes the instance for one invocation.
    pub create: fn() -> Box<dyn Cmdlet>,
}

/// A command line that is bound as far as the catalogue's parameters go.
pub struct CommandLine<'a> {
    /// What was bound.
    pub bound: &'a Bound,
    /// The parameters that the catalogue knows.
    pub table: &'a ParameterTable,
    /// Names and values that none of them took, in their order.
    pub left_over: &'a [(Option<Str>, Option<Value>)],
}

/// One invocation of a command in a pipeline. Output goes through `session.write`, errors that do not end the command
/// through `session.write_error`; a terminating error is returned.
pub trait Cmdlet: Send {
    /// Parameters that this call has beside those of the catalogue (IDynamicParameters). Asked only when the command line
    /// has arguments that none of those takes.
    fn dynamic_parameters(&self, session: &mut dyn Session, line: &CommandLine) -> Result<Vec<Parameter>> {
        let _ = (session, line);
        Ok(Vec::new())
    }

    /// Before the first input. Parameters bound from the pipeline are not there yet.
    fn begin(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let _ = (session, bound);
        Ok(())
    }

    /// For each input object, or once where the command is first in the pipeline. `bound` holds the parameters of the
    /// command line and those bound from this input.
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let _ = (session, bound);
        Ok(())
    }

    /// After the last input.
    fn end(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let _ = (session, bound);
        Ok(())
    }

    /// Always, when the pipeline is over, also after an error.
    fn clean(&mut self, session: &mut dyn Session) {
        let _ = session;
    }
}
