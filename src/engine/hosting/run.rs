//! Running the commands of a hosted pipeline.

use language::Span;
use values::{ErrorCategory, Exception, Result, Str, TypeRef, Value};

use crate::bind::Argument;
use crate::pipeline::Stage;
use crate::runspace::Runspace;

/// A command that a script added.
#[derive(Clone)]
pub struct HostedCommand {
    pub text: Str,
    pub is_script: bool,
    /// A scope of its own rather than the caller's.
    pub has_local_scope: bool,
    pub args: Vec<(Option<Str>, Value)>,
    /// Whether it begins a new statement.
    pub begins_statement: bool,
    /// Streams that go to its output or nowhere.
    pub redirects: Vec<crate::pipeline::redirect::Redirection>,
}

impl Runspace {
    /// Runs statements of commands one after another; input, the items of a value, goes to the first.
    pub(crate) fn run_hosted(&mut self, commands: &[HostedCommand], mut input: Option<Value>) -> Result<()> {
        let mut statements: Vec<Vec<&HostedCommand>> = Vec::new();
        for command in commands {
            match statements.last_mut() {
                Some(last) if !command.begins_statement => last.push(command),
                _ => statements.push(vec![command]),
            }
        }
        for statement in statements {
            self.run_statement(&statement, input.take())?;
        }
        Ok(())
    }

    fn run_statement(&mut self, commands: &[&HostedCommand], input: Option<Value>) -> Result<()> {
        let mut resolved = Vec::with_capacity(commands.len());
        for command in commands {
            if command.is_script && self.has_no_language {
                let text = "The syntax is not supported by this runspace. This can occur if the runspace is in no-language mode.";
                return Exception::new(TypeRef::PARSE_EXCEPTION, text)
                    .identity("ScriptsNotAllowed", ErrorCategory::ParserError, Value::Null)
                    .throw();
            }
            if !command.is_script && !self.visible.as_ref().is_none_or(|visible| visible(&command.text)) {
                return crate::errors::command_not_found(&command.text).throw();
            }
            let name = match command.is_script {
                true => command::Session::parse_script(self, &command.text, None)?,
                false => Value::Str(command.text.clone()),
            };
            let how = if command.is_script && !command.has_local_scope { 2 } else { 1 };
            resolved.push((name, how));
        }
        let (frames, stack, current) = (self.frames.len(), self.stack.len(), self.current);
        let index = self.open_pipe(current);
        let result = (|| {
            let mut at = 0;
            if let Some(input) = input {
                self.pipes[index].stages.push(Stage::source(input));
                at = 1;
            }
            let length = (at + commands.len()) as u32;
            for (command, callee) in commands.iter().zip(resolved) {
                let args = command
                    .args
                    .iter()
                    .map(|(name, value)| match name {
                        // A name alone: a switch, or its value is the next argument.
                        Some(name) => {
                            Argument::named(name.clone(), (!matches!(value, Value::Void)).then(|| value.clone()))
                        }
                        None => Argument::positional(value.clone()),
                    })
                    .collect();
                let redirects = command.redirects.clone();
                self.add_command(index, callee, args, redirects, (at, length), Span::default())?;
                at += 1;
            }
            self.drive_pipe(index)
        })();
        self.close_pipe(index);
        self.frames.truncate(frames);
        self.stack.truncate(stack);
        self.current = current;
        result
    }
}
