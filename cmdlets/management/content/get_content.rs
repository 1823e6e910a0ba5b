//! Get-Content.

use std::collections::VecDeque;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::time::Duration;

use command::{
    Bound, Cmdlet, Command, ErrorCategory, Exception, ProviderPath, Result, Session, TextEncoding, TypeRef, Value,
    file_exception,
};

use crate::content::lines::{LineReader, split_lines};
use crate::item::targets::{targets, tolerate};

pub static COMMAND: Command = Command { name: "Get-Content", create: || Box::new(GetContent) };

struct GetContent;

/// Hands lines on, singly or in batches.
struct Batches {
    size: usize,
    held: Vec<Value>,
    left: u64,
}

impl Batches {
    fn push(&mut self, session: &mut dyn Session, value: Value) -> Result<bool> {
        if self.left == 0 {
            return Ok(false);
        }
        self.left -= 1;
        if self.size == 1 {
            session.write(value)?;
        } else {
            self.held.push(value);
            if self.size > 0 && self.held.len() == self.size {
                self.flush(session)?;
            }
        }
        Ok(self.left > 0)
    }

    fn flush(&mut self, session: &mut dyn Session) -> Result<()> {
        let held = std::mem::take(&mut self.held);
        match held.len() {
            0 => Ok(()),
            _ => session.write(Value::array(held)),
        }
    }
}

impl Cmdlet for GetContent {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        if bound.has("TotalCount") && bound.has("Tail") {
            return Exception::new(
                TypeRef::INVALID_OPERATION_EXCEPTION,
                "The parameters TotalCount and Tail cannot be used together. Please specify only one parameter.",
            )
            .identity("TailAndHeadCannotCoexist", ErrorCategory::InvalidOperation, Value::Null)
            .throw();
        }
        for target in targets(session, bound)? {
            let done = if target.provider.as_str() == "FileSystem" {
                read_file(session, bound, &target)
            } else {
                read_item(session, &target)
            };
            tolerate(session, done)?;
        }
        Ok(())
    }
}

fn read_item(session: &mut dyn Session, target: &ProviderPath) -> Result<()> {
    let Some(provider) = session.provider(&target.provider) else { return Ok(()) };
    if target.path.is_empty() && !provider.is_hierarchical() {
        return Exception::new(
            TypeRef::PS_ARGUMENT_EXCEPTION,
            "Cannot process argument because the value of argument \"path\" is not valid. Change the value of the \"path\" argument and run the operation again.",
        )
        .identity("Argument", ErrorCategory::InvalidArgument, Value::Null)
        .throw();
    }
    for value in provider.content(session, &target.path)?.unwrap_or_default() {
        session.write(value)?;
    }
    Ok(())
}

fn read_file(session: &mut dyn Session, bound: &Bound, target: &ProviderPath) -> Result<()> {
    let path = Path::new(target.path.as_str());
    if bound.switch("Raw") {
        for name in ["TotalCount", "Tail", "Wait"] {
            if bound.has(name) {
                let shown = if name == "TotalCount" { "TotalCount" } else { name };
                return Exception::new(
                    TypeRef::PS_INVALID_OPERATION_EXCEPTION,
                    format!("The 'Raw' and '{shown}' parameters cannot be specified in the same command."),
                )
                .identity("InvalidOperation", ErrorCategory::InvalidOperation, Value::Null)
                .throw();
            }
        }
    }
    if path.is_dir() {
        return Exception::new(
            TypeRef::INVALID_OPERATION_EXCEPTION,
            format!(
                "Unable to get content because it is a directory: '{}'. Please use 'Get-ChildItem' instead.",
                target.path
            ),
        )
        .identity("GetContainerContentException", ErrorCategory::InvalidOperation, Value::Null)
        .throw();
    }
    let mut batches = Batches {
        size: bound.int("ReadCount").map_or(1, |n| n.max(0) as usize),
        held: Vec::new(),
        left: bound.int("TotalCount").map_or(u64::MAX, |n| if n < 0 { u64::MAX } else { n as u64 }),
    };
    if batches.left == 0 {
        return Ok(());
    }
    if bound.switch("AsByteStream") {
        return read_bytes(session, bound, path, batches);
    }
    let encoding = TextEncoding::from_value(session, &bound.value("Encoding"))?;
    if bound.switch("Raw") {
        let bytes = values::stop::read(path).or_else(|e| failed(&e, path))?;
        let text = encoding.decode_file(&bytes);
        return if bytes.is_empty() { Ok(()) } else { session.write(Value::from(text.into_owned())) };
    }
    if let Some(delimiter) = bound.str("Delimiter").filter(|d| !d.is_empty()) {
        let bytes = values::stop::read(path).or_else(|e| failed(&e, path))?;
        let text = encoding.decode_file(&bytes);
        let mut parts: Vec<&str> = text.split(delimiter.as_str()).collect();
        if parts.last() == Some(&"") {
            parts.pop();
        }
        let skip = bound.int("Tail").map_or(0, |n| parts.len().saturating_sub(n.max(0) as usize));
        for part in &parts[skip..] {
            if !batches.push(session, Value::from(*part))? {
                break;
            }
        }
        return batches.flush(session);
    }
    if let Some(count) = bound.int("Tail") {
        for line in tail(path, encoding, count.max(0) as usize)? {
            batches.push(session, Value::from(line))?;
        }
    } else {
        let mut reader = LineReader::open(path, encoding).or_else(|e| failed(&e, path))?;
        while let Some(line) = reader.next_line().or_else(|e| failed(&e, path))? {
            if !batches.push(session, Value::from(line))? {
                break;
            }
        }
    }
    batches.flush(session)?;
    if bound.switch("Wait") { follow(session, path, encoding) } else { Ok(()) }
}

fn read_bytes(session: &mut dyn Session, bound: &Bound, path: &Path, mut batches: Batches) -> Result<()> {
    let bytes = values::stop::read(path).or_else(|e| failed(&e, path))?;
    if bound.switch("Raw") {
        return session.write(Value::bytes(&bytes));
    }
    let skip = bound.int("Tail").map_or(0, |n| bytes.len().saturating_sub(n.max(0) as usize));
    for byte in &bytes[skip..] {
        if !batches.push(session, Value::U8(*byte))? {
            break;
        }
    }
    batches.flush(session)
}

/// The last lines of a file.
fn tail(path: &Path, encoding: TextEncoding, count: usize) -> Result<Vec<String>> {
    if count == 0 {
        return Ok(Vec::new());
    }
    let mut reader = LineReader::open(path, encoding).or_else(|e| failed(&e, path))?;
    let mut last: VecDeque<String> = VecDeque::new();
    while let Some(line) = reader.next_line().or_else(|e| failed(&e, path))? {
        if last.len() == count {
            last.pop_front();
        }
        last.push_back(line);
    }
    Ok(last.into())
}

/// `-Wait`: what is appended to the file comes as it is written, until the pipeline is stopped.
fn follow(session: &mut dyn Session, path: &Path, encoding: TextEncoding) -> Result<()> {
    let mut at = std::fs::metadata(path).or_else(|e| failed(&e, path))?.len();
    loop {
        session.sleep(Duration::from_millis(200))?;
        if session.is_stopping() {
            return Err(Box::new(values::Flow::Stopped));
        }
        let Ok(facts) = std::fs::metadata(path) else { return Ok(()) };
        if facts.len() < at {
            at = 0;
        }
        if facts.len() == at {
            continue;
        }
        let mut file = std::fs::File::open(path).or_else(|e| failed(&e, path))?;
        let mut bytes = Vec::new();
        file.seek(SeekFrom::Start(at)).and_then(|_| file.read_to_end(&mut bytes)).or_else(|e| failed(&e, path))?;
        at += bytes.len() as u64;
        let text = encoding.decode(&bytes).into_owned();
        for line in split_lines(&text) {
            session.write(Value::from(line))?;
        }
    }
}

fn failed<T>(error: &std::io::Error, path: &Path) -> Result<T> {
    let shown = Value::from(path.display().to_string());
    let exception = file_exception(error, path);
    match error.kind() {
        std::io::ErrorKind::PermissionDenied => exception
            .identity("GetContentReaderUnauthorizedAccessError", ErrorCategory::PermissionDenied, shown)
            .throw(),
        std::io::ErrorKind::NotFound => {
            exception.identity("GetContentReaderFileNotFoundError", ErrorCategory::ObjectNotFound, shown).throw()
        }
        _ => exception.identity("GetContentReaderIOError", ErrorCategory::ReadError, shown).throw(),
    }
}
