//! Texts and files as whole programs of the console.

use std::path::Path;
use std::sync::Arc;

use command::TextEncoding;
use language::Source;
use values::error::Invocation;
use values::{ErrorCategory, ErrorRecord, Exception, Flow, Result, Str, TypeRef, Value};

use crate::bind::Argument;
use crate::pipeline::Stage;
use crate::runspace::Runspace;
use crate::script_block::ScriptBlock;
use crate::start::TextOutcome;

impl Runspace {
    /// A script block from text; all parse errors are in the thrown ParseException.
    pub(crate) fn parse(&mut self, text: &str, file: Option<&str>) -> Result {
        if file.is_none()
            && let Some(known) = self.parsed.get(text)
            && self.frame().and_then(|f| f.home.as_ref()).is_none()
        {
            return Ok(known.clone());
        }
        let source = match file {
            Some(file) => Source::with_file(text, file),
            None => Source::new(text),
        };
        let source = Arc::new(source);
        let parsed = match names_types(text) {
            true => {
                let types = super::types::SessionTypes::new(self, text);
                let options = language::Options { types: Some(&types), ..language::Options::default() };
                language::parse_with(source.clone(), &options)
            }
            false => language::parse(source.clone()),
        };
        if let Some(first) = parsed.errors.first() {
            return Err(parse_failure(&source, &parsed.errors, first));
        }
        if let (Some(file), Some(needs)) = (file, &parsed.requirements) {
            super::requires::check(self, file, needs)?;
        }
        let home = self.frame().and_then(|f| f.home.clone());
        let block = ScriptBlock::new(parsed.ast.clone(), parsed.ast.root(), None, home);
        let value = Value::foreign(block);
        if file.is_none() && text.len() < 4096 && self.frame().and_then(|f| f.home.as_ref()).is_none() {
            if self.parsed.len() > 500 {
                self.parsed.clear();
            }
            self.parsed.insert(text.to_string(), value.clone());
        }
        Ok(value)
    }

    /// The script block of a file.
    pub(crate) fn load_script(&mut self, path: &Path) -> Result {
        let bytes = match std::fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) => return super::place::io_error(&error, &path.display().to_string()).throw(),
        };
        let text = decode(&bytes);
        let shown = path.display().to_string();
        self.parse(&text, Some(&shown))
    }

    /// Runs a script file as the console's `-File` does.
    pub(crate) fn run_script_file(&mut self, path: &str, args: Vec<String>, input: Option<Vec<Value>>) -> TextOutcome {
        let block = match self.load_script(Path::new(path)) {
            Ok(block) => block,
            Err(flow) => return self.outcome(Err(flow)),
        };
        let arguments = file_arguments(args);
        self.run_top(block, arguments, input, false)
    }

    /// Runs a block with Out-Default as the last stage.
    pub(crate) fn console_pipeline(
        &mut self,
        block: Value,
        args: Vec<Argument>,
        input: Option<Vec<Value>>,
        is_global: bool,
    ) -> Result<()> {
        let index = self.open_pipe(0);
        let result = self.fill_console(index, block, args, input, is_global);
        let result = result.and_then(|()| self.drive_pipe(index));
        let result = match result {
            // What was written before an error or exit is still shown.
            Err(flow) => {
                let last = self.pipes[index].stages.len().saturating_sub(1);
                let _ = self.end_stage(index, last);
                Err(flow)
            }
            done => done,
        };
        // `$?` stays what the script's last statement made it.
        let success = self.success;
        self.close_pipe(index);
        self.success = success;
        self.frames.clear();
        self.stack.clear();
        result
    }

    pub(crate) fn fill_console(
        &mut self,
        index: usize,
        block: Value,
        args: Vec<Argument>,
        input: Option<Vec<Value>>,
        is_global: bool,
    ) -> Result<()> {
        let mut at = 0;
        if let Some(items) = input {
            self.pipes[index].stages.push(Stage::source(Value::array(items)));
            at = 1;
        }
        if is_global {
            self.add_command(index, (block, 2), args, Vec::new(), (at, 2), language::Span::default())?;
        } else {
            let Some(script) = block.as_foreign::<ScriptBlock>() else { return Ok(()) };
            let file = script.file().unwrap_or_else(Str::empty);
            let name = file.rsplit('/').next().unwrap_or_default().to_string();
            let mut info = crate::commands::script_info(
                Str::from(name),
                command::CommandKind::ExternalScript,
                block.clone(),
                None,
            );
            info.definition = file;
            let held = crate::host_objects::CommandObject::value(Arc::new(info));
            self.add_command(index, (held, 2), args, Vec::new(), (at, 2), language::Span::default())?;
        }
        if self.commands.find("Out-Default").is_some() {
            self.add_command(
                index,
                (Value::from("Out-Default"), 0),
                Vec::new(),
                Vec::new(),
                (at + 1, 2),
                language::Span::default(),
            )?;
            let last = self.pipes[index].stages.len() - 1;
            self.pipes[index].stages[last].info = None;
        }
        Ok(())
    }
}

/// Text of a script file: byte order marks, UTF-8, else Windows-1252.
pub(crate) fn decode(bytes: &[u8]) -> String {
    if TextEncoding::detect(bytes).is_some() {
        return TextEncoding::Utf8.decode_file(bytes).into_owned();
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_string(),
        Err(_) => TextEncoding::from_name("windows-1252").unwrap_or(TextEncoding::Latin1).decode(bytes).into_owned(),
    }
}

/// Arguments of `-File`: `-Name`, `-Name:value`, texts; `$true` and `$false` after a colon are Booleans.
fn file_arguments(args: Vec<String>) -> Vec<Argument> {
    let mut found = Vec::new();
    for text in args {
        let is_name = text.len() > 1 && text.starts_with('-');
        if !is_name {
            found.push(Argument::positional(Value::from(text)));
            continue;
        }
        match text[1..].split_once(':') {
            Some((name, value)) if !value.is_empty() => {
                let value = match value.to_ascii_lowercase().as_str() {
                    "$true" => Value::Bool(true),
                    "$false" => Value::Bool(false),
                    _ => Value::from(value),
                };
                found.push(Argument::named(Str::from(name), Some(value)));
            }
            Some((name, _)) => found.push(Argument::named(Str::from(name), None)),
            None => found.push(Argument::named(Str::from(&text[1..]), None)),
        }
    }
    found
}

/// The ParseException of a source's errors.
pub(crate) fn parse_failure(
    source: &Arc<Source>,
    errors: &[language::ParseError],
    first: &language::ParseError,
) -> Box<Flow> {
    let ty = TypeRef::find("System.Management.Automation.ParseException").unwrap_or(TypeRef::PARSE_EXCEPTION);
    let mut message = String::new();
    let mut list = Vec::new();
    for (at, error) in errors.iter().enumerate() {
        let position = crate::vm::call::position_of(source, error.span);
        if at > 0 {
            message.push_str("\n\n");
        }
        message.push_str(&position.message());
        message.push('\n');
        message.push_str(&error.message());
        list.push(crate::syntax::parse_error(source, error));
    }
    let errors = Value::typed_array(
        TypeRef::find("System.Management.Automation.Language.ParseError").unwrap_or(TypeRef::OBJECT),
        list,
    );
    let exception = Exception::new(ty, message)
        .identity(first.id, ErrorCategory::ParserError, Value::Null)
        .with("Errors", errors)
        .with("ErrorCount", Value::I32(1));
    let record = ErrorRecord::from_exception(Arc::new(exception));
    {
        let mut data = record.data.lock();
        let position = crate::vm::call::position_of(source, first.span);
        data.invocation = Some(Arc::new(Invocation {
            script: position.file.clone(),
            position: Some(Arc::new(position)),
            ..Invocation::default()
        }));
        data.is_script_terminating = false;
    }
    Flow::throw(record)
}

/// Whether a text may define classes, catch types or use modules: then the parser asks what there is.
fn names_types(text: &str) -> bool {
    let bytes = text.as_bytes();
    let begins = |at: usize, word: &str| {
        bytes[at..].len() >= word.len() && bytes[at..at + word.len()].eq_ignore_ascii_case(word.as_bytes())
    };
    bytes.iter().enumerate().any(|(at, byte)| match byte {
        b'c' | b'C' => begins(at, "class") || begins(at, "catch"),
        b'e' | b'E' => begins(at, "enum"),
        b'u' | b'U' => begins(at, "using"),
        _ => false,
    })
}
