//! Another shell that gets script blocks: they go encoded on its command line, and objects come back as CLIXML.

use base64::Engine;
use command::Session;
use values::{Array, Result, Str, TypeRef, Value, convert, members};

use crate::bind::Argument;
use crate::runspace::Runspace;

/// What a document of CLIXML begins with.
const MARK: &str = "#< CLIXML";

/// What the child is told about the form of its output.
pub(super) struct ChildShell {
    /// The command line names the form already.
    has_format: bool,
    /// Whether objects come back, and what came of them.
    pub is_xml: bool,
    pub out: Vec<u8>,
    pub err: Vec<u8>,
}

fn encoded(text: &str) -> Value {
    let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    Value::from(base64::engine::general_purpose::STANDARD.encode(bytes))
}

fn is_block(value: &Value) -> bool {
    value.type_ref() == Some(TypeRef::SCRIPTBLOCK)
}

/// The arguments with script blocks and their arguments encoded; none where no script block is among them.
pub(super) fn arguments(runspace: &mut Runspace, args: &[Argument]) -> Result<Option<(Vec<Argument>, ChildShell)>> {
    if !args.iter().any(|a| a.value.as_ref().is_some_and(is_block)) {
        return Ok(None);
    }
    let mut done = Vec::with_capacity(args.len() + 4);
    let mut has_format = false;
    let word = |text: &str| Argument::positional(Value::from(text));
    let mut wants_arguments = false;
    for arg in args {
        let name = arg.name.as_ref().map(|n| n.to_ascii_lowercase());
        let is = |full: &str| name.as_deref().is_some_and(|n| !n.is_empty() && full.starts_with(n));
        has_format |= is("outputformat");
        match &arg.value {
            Some(block) if is_block(block) => {
                let text = convert::to_str(runspace, block)?;
                done.push(word("-encodedCommand"));
                done.push(Argument::positional(encoded(&text)));
            }
            Some(value) if wants_arguments || is("args") => {
                wants_arguments = false;
                let items = members::enumerate(runspace, value)?.unwrap_or_else(|| vec![value.clone()]);
                let list = Value::Array(std::sync::Arc::new(Array::list(TypeRef::ARRAYLIST, TypeRef::OBJECT, items)));
                let text = values::clixml::serialize(runspace, &[list], 1)?;
                done.push(word("-encodedArguments"));
                done.push(Argument::positional(encoded(&text)));
            }
            // The block that follows says it.
            None if is("command") => {}
            None if is("args") => wants_arguments = true,
            _ => done.push(arg.clone()),
        }
    }
    Ok(Some((done, ChildShell { has_format, is_xml: false, out: Vec::new(), err: Vec::new() })))
}

impl ChildShell {
    /// The words that name the forms: objects go both ways unless the output is the host's.
    pub(super) fn formats(&mut self, is_to_host: bool, takes_input: bool) -> Vec<String> {
        let mut words = Vec::new();
        if takes_input {
            words.extend(["-inputFormat", "xml"]);
        }
        if !self.has_format {
            self.is_xml = !is_to_host;
            words.extend(["-outputFormat", if is_to_host { "text" } else { "xml" }]);
        }
        words.into_iter().map(str::to_string).collect()
    }

    /// The input as a document.
    pub(super) fn document(runspace: &mut Runspace, items: &[Value]) -> Result<String> {
        Ok(format!("{MARK}\n{}", values::clixml::serialize(runspace, items, 1)?))
    }

    /// Sends what came back to the streams it belongs to; gives the lines of standard error that are no document.
    pub(super) fn deliver(&mut self, runspace: &mut Runspace) -> Result<Vec<String>> {
        let mut loose = Vec::new();
        for is_error in [false, true] {
            let bytes = std::mem::take(if is_error { &mut self.err } else { &mut self.out });
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let Some(at) = text.find(MARK) else {
                match is_error {
                    true => loose.extend(text.lines().map(str::to_string)),
                    false => text.lines().try_for_each(|line| runspace.emit(Value::from(line)))?,
                }
                continue;
            };
            for line in text[..at].lines() {
                runspace.emit(Value::from(line))?;
            }
            let document = text[at + MARK.len()..].trim();
            for (stream, value) in values::clixml::deserialize_streams(runspace, document)? {
                deliver_one(runspace, stream.as_deref().unwrap_or("output"), value)?;
            }
        }
        Ok(loose)
    }
}

fn deliver_one(runspace: &mut Runspace, stream: &str, value: Value) -> Result<()> {
    let text = |runspace: &mut Runspace, value: &Value| -> Result<Str> { convert::to_str(runspace, value) };
    match stream.to_ascii_lowercase().as_str() {
        "error" => {
            let record = match members::get(runspace, &value, "Exception")? {
                Some(_) => {
                    let record = crate::remoting::remake(runspace, &value)?;
                    // It came from this machine.
                    record.data.lock().is_remote = false;
                    record
                }
                None => {
                    let message = text(runspace, &value)?;
                    let ty = TypeRef::find("System.Management.Automation.RemoteException");
                    let ty = ty.unwrap_or(TypeRef::RUNTIME_EXCEPTION);
                    let category = values::ErrorCategory::NotSpecified;
                    values::ErrorRecord::simple(ty, message.trim_end(), "NativeCommandError", category, value)
                }
            };
            runspace.report_error(&record)
        }
        "warning" => {
            let text = text(runspace, &value)?;
            Session::write_warning(runspace, &text)
        }
        "verbose" => {
            let text = text(runspace, &value)?;
            Session::write_verbose(runspace, &text)
        }
        "debug" => {
            let text = text(runspace, &value)?;
            Session::write_debug(runspace, &text)
        }
        "information" => {
            let data = members::get(runspace, &value, "MessageData")?.unwrap_or(value);
            Session::write_information(runspace, data, Vec::new())
        }
        "progress" => Ok(()),
        _ => runspace.emit(value),
    }
}
