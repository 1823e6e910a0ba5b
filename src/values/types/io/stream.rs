//! System.IO.FileStream and MemoryStream; the state of all streams.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
use std::time::Duration;

use super::path::resolve;
use crate::error::Result;
use crate::stop::{Readable, Socket};
use crate::types::{Behaviour, Call, Held, State, TypeDef, fail, hold_named};
use crate::value::Value;

/// The state of a stream.
pub enum Stream {
    File {
        file: Readable<File>,
        path: String,
        reads: bool,
        writes: bool,
    },
    Memory {
        bytes: Vec<u8>,
        at: usize,
        writes: bool,
    },
    /// Bytes that pass through a code on their way from or to another stream.
    Coded(Box<Coded>),
    /// A connection to another computer.
    Live(Socket),
    Closed {
        memory: Option<Vec<u8>>,
    },
}

impl State for Stream {}

/// What a coded stream does with all of its bytes.
pub type Code = Box<dyn Fn(&[u8]) -> Result<Vec<u8>> + Send>;

/// A stream over another: it decodes what it reads, or encodes what was written once it is closed.
pub struct Coded {
    pub base: Value,
    pub code: Code,
    pub writes: bool,
    pub leaves_open: bool,
    bytes: Vec<u8>,
    at: usize,
    is_ready: bool,
}

impl Coded {
    /// A coded stream over a base stream.
    pub fn over(base: Value, code: Code, writes: bool, leaves_open: bool) -> Stream {
        Stream::Coded(Box::new(Coded { base, code, writes, leaves_open, bytes: Vec::new(), at: 0, is_ready: false }))
    }

    fn read(&mut self, count: usize) -> Result<Vec<u8>> {
        if self.writes {
            return fail::unsupported("Reading from the compression stream is not supported.").throw();
        }
        if !std::mem::replace(&mut self.is_ready, true) {
            let raw = with(&self.base, |s| s.read(usize::MAX >> 1))??;
            self.bytes = (self.code)(&raw)?;
        }
        let part = self.bytes.get(self.at..).unwrap_or_default();
        let part = part[..part.len().min(count)].to_vec();
        self.at += part.len();
        Ok(part)
    }

    /// Writes what is there in its coded form, once.
    pub fn finish(&mut self) -> Result<()> {
        if self.writes && !std::mem::replace(&mut self.is_ready, true) {
            let coded = (self.code)(&self.bytes)?;
            with(&self.base, |s| s.write(&coded))??;
        }
        Ok(())
    }
}

/// Reads what comes next over a connection, up to `count` bytes; none at the end.
fn read_some(socket: &mut Socket, count: usize) -> Result<Vec<u8>> {
    let mut buffer = vec![0u8; count.min(1 << 16)];
    loop {
        match socket.read(&mut buffer) {
            Ok(n) => {
                buffer.truncate(n);
                return Ok(buffer);
            }
            Err(e) if e.kind() == ErrorKind::Interrupted => {}
            Err(e) => return lost("read data from", &e),
        }
    }
}

/// Reads up to `count` bytes; a count without end reads until the other side closes.
fn read_live(socket: &mut Socket, count: usize) -> Result<Vec<u8>> {
    if count < 1 << 30 {
        return read_some(socket, count);
    }
    let mut all = Vec::new();
    loop {
        let part = read_some(socket, 1 << 16)?;
        if part.is_empty() {
            return Ok(all);
        }
        all.extend(part);
    }
}

/// What ended a wait on a connection: a stop, or a failure.
fn lost<T>(what: &str, error: &std::io::Error) -> Result<T> {
    crate::stop::check()?;
    let why = match error.kind() {
        ErrorKind::TimedOut => "Connection timed out".to_string(),
        _ => crate::types::net::http_fault::system_text(error),
    };
    let inner = crate::types::net::http_fault::socket(&why);
    let text = format!("Unable to {what} the transport connection: {why}.");
    fail::named("System.IO.IOException", text).inner(inner.value()).throw()
}

fn disposed<T>() -> Result<T> {
    fail::named("System.ObjectDisposedException", "Cannot access a closed Stream.").throw()
}

fn failed<T>(e: &std::io::Error) -> Result<T> {
    fail::named("System.IO.IOException", e.to_string()).throw()
}

/// Runs code on the stream behind a value.
pub fn with<R>(value: &Value, f: impl FnOnce(&mut Stream) -> R) -> Result<R> {
    match value.as_foreign::<Held<Stream>>() {
        Some(held) => Ok(f(&mut held.lock())),
        None => fail::null("stream").throw(),
    }
}

impl Stream {
    /// Reads up to `count` bytes.
    pub fn read(&mut self, count: usize) -> Result<Vec<u8>> {
        match self {
            Stream::File { file, reads, .. } => {
                if !*reads {
                    return fail::unsupported("Stream does not support reading.").throw();
                }
                let mut buffer = Vec::new();
                match file.take(count as u64).read_to_end(&mut buffer) {
                    Ok(_) => Ok(buffer),
                    Err(e) => {
                        crate::stop::check()?;
                        failed(&e)
                    }
                }
            }
            Stream::Memory { bytes, at, .. } => {
                let part = bytes.get(*at..).unwrap_or_default();
                let part = part[..part.len().min(count)].to_vec();
                *at += part.len();
                Ok(part)
            }
            Stream::Coded(coded) => coded.read(count),
            Stream::Live(socket) => read_live(socket, count),
            Stream::Closed { .. } => disposed(),
        }
    }

    /// Writes bytes at the position.
    pub fn write(&mut self, more: &[u8]) -> Result<()> {
        match self {
            Stream::File { file, writes, .. } => {
                if !*writes {
                    return fail::unsupported("Stream does not support writing.").throw();
                }
                file.file.write_all(more).or_else(|e| failed(&e))
            }
            Stream::Memory { bytes, at, writes } => {
                if !*writes {
                    return fail::unsupported("Stream does not support writing.").throw();
                }
                if bytes.len() < *at + more.len() {
                    bytes.resize(*at + more.len(), 0);
                }
                bytes[*at..*at + more.len()].copy_from_slice(more);
                *at += more.len();
                Ok(())
            }
            Stream::Coded(coded) => {
                if !coded.writes {
                    return fail::unsupported("Writing to the compression stream is not supported.").throw();
                }
                coded.bytes.extend_from_slice(more);
                Ok(())
            }
            Stream::Live(socket) => socket.write_all(more).or_else(|e| lost("write data to", &e)),
            Stream::Closed { .. } => disposed(),
        }
    }

    fn length(&mut self) -> Result<i64> {
        match self {
            Stream::File { file, .. } => file.file.metadata().map(|m| m.len() as i64).or_else(|e| failed(&e)),
            Stream::Memory { bytes, .. } => Ok(bytes.len() as i64),
            Stream::Coded(_) => fail::unsupported("This operation is not supported.").throw(),
            Stream::Live(_) => fail::unsupported("This stream does not support seek operations.").throw(),
            Stream::Closed { .. } => disposed(),
        }
    }

    fn position(&mut self) -> Result<i64> {
        match self {
            Stream::File { file, .. } => file.file.stream_position().map(|n| n as i64).or_else(|e| failed(&e)),
            Stream::Memory { at, .. } => Ok(*at as i64),
            Stream::Coded(_) => fail::unsupported("This operation is not supported.").throw(),
            Stream::Live(_) => fail::unsupported("This stream does not support seek operations.").throw(),
            Stream::Closed { .. } => disposed(),
        }
    }

    fn seek(&mut self, to: SeekFrom) -> Result<i64> {
        match self {
            Stream::File { file, .. } => file.file.seek(to).map(|n| n as i64).or_else(|e| failed(&e)),
            Stream::Memory { bytes, at, .. } => {
                let target = match to {
                    SeekFrom::Start(n) => n as i64,
                    SeekFrom::Current(n) => *at as i64 + n,
                    SeekFrom::End(n) => bytes.len() as i64 + n,
                };
                if target < 0 {
                    return fail::named(
                        "System.IO.IOException",
                        "An attempt was made to move the position before the beginning of the stream.",
                    )
                    .throw();
                }
                *at = target as usize;
                Ok(target)
            }
            Stream::Coded(_) => fail::unsupported("This operation is not supported.").throw(),
            Stream::Live(_) => fail::unsupported("This stream does not support seek operations.").throw(),
            Stream::Closed { .. } => disposed(),
        }
    }

    /// Goes to the beginning and drops the content of what can seek.
    pub fn rewind(&mut self) {
        match self {
            Stream::File { file, .. } => {
                // A pipe has no beginning to go to.
                let _ = file.file.set_len(0).and_then(|()| file.file.rewind());
            }
            Stream::Memory { bytes, at, .. } => {
                bytes.clear();
                *at = 0;
            }
            Stream::Coded(_) | Stream::Live(_) | Stream::Closed { .. } => {}
        }
    }

    /// Ends the stream; the content of a memory stream stays readable by `ToArray`.
    pub fn close(&mut self) -> Result<()> {
        let outcome = match self {
            Stream::Coded(coded) => {
                coded.finish().and_then(|()| if coded.leaves_open { Ok(()) } else { with(&coded.base, Stream::close)? })
            }
            _ => Ok(()),
        };
        let memory = match self {
            Stream::Memory { bytes, .. } => Some(std::mem::take(bytes)),
            Stream::Closed { memory } => memory.take(),
            Stream::File { .. } | Stream::Coded(_) => None,
            Stream::Live(socket) => {
                socket.close();
                None
            }
        };
        *self = Stream::Closed { memory };
        outcome
    }
}

/// Opens a file with System.IO.FileMode and FileAccess numbers.
pub fn open_path(path: &str, mode: i64, access: i64) -> Result {
    let (reads, writes) = (access & 1 != 0, access & 2 != 0);
    let mut options = OpenOptions::new();
    options.read(reads || mode != 6).write(writes);
    match mode {
        1 => options.create_new(true).write(true),
        2 => options.create(true).truncate(true).write(true),
        4 => options.create(true).write(true).truncate(false),
        5 => options.truncate(true).write(true),
        6 => options.create(true).append(true).read(false),
        _ => &mut options,
    };
    let opened = match (mode, writes) {
        (3, false) => crate::stop::open(path),
        _ => options.open(path).map(Readable::of),
    };
    match opened {
        Ok(file) if file.file.metadata().is_ok_and(|m| m.is_dir()) => {
            fail::io(&std::io::ErrorKind::PermissionDenied.into(), path).throw()
        }
        Ok(file) => Ok(hold_named(
            "System.IO.FileStream",
            Stream::File { file, path: path.to_string(), reads, writes: writes || mode == 6 },
        )),
        Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => {
            fail::named("System.IO.IOException", format!("The file '{path}' already exists.")).throw()
        }
        Err(e) => fail::io(&e, path).throw(),
    }
}

/// Opens the file of the first argument.
pub fn open(c: &mut Call<'_>, mode: i64, access: i64) -> Result {
    open_path(&super::file::checked(c, 0)?, mode, access)
}

const MEMBERS: &[(&str, Behaviour)] = &[
    ("Length", |c| c.with(Stream::length)?.map(Value::I64)),
    ("Position", |c| c.with(Stream::position)?.map(Value::I64)),
    ("Position=", |c| {
        let n = c.long(0);
        if n < 0 {
            return fail::negative("value", n).throw();
        }
        c.with(|s: &mut Stream| s.seek(SeekFrom::Start(n as u64)))??;
        Ok(Value::Void)
    }),
    ("CanRead", |c| {
        c.with(|s: &mut Stream| {
            Value::Bool(match s {
                Stream::File { reads, .. } => *reads,
                Stream::Memory { .. } => true,
                Stream::Coded(coded) => !coded.writes,
                Stream::Live(_) => true,
                Stream::Closed { .. } => false,
            })
        })
    }),
    ("CanWrite", |c| {
        c.with(|s: &mut Stream| {
            Value::Bool(match s {
                Stream::File { writes, .. } | Stream::Memory { writes, .. } => *writes,
                Stream::Coded(coded) => coded.writes,
                Stream::Live(_) => true,
                Stream::Closed { .. } => false,
            })
        })
    }),
    ("CanSeek", |c| c.with(|s: &mut Stream| Value::Bool(matches!(s, Stream::File { .. } | Stream::Memory { .. })))),
    ("CanTimeout", |c| c.with(|s: &mut Stream| Value::Bool(matches!(s, Stream::Live(_))))),
    ("ReadTimeout", |c| {
        c.with(|s: &mut Stream| match s {
            Stream::Live(socket) => Ok(Value::I32(socket.read_limit.map_or(-1, |l| l.as_millis() as i32))),
            _ => fail::invalid("Timeouts are not supported on this stream.").throw(),
        })?
    }),
    ("ReadTimeout=", |c| {
        let limit = u64::try_from(c.long(0)).ok().filter(|n| *n > 0).map(Duration::from_millis);
        c.with(|s: &mut Stream| match s {
            Stream::Live(socket) => {
                socket.read_limit = limit;
                Ok(Value::Void)
            }
            _ => fail::invalid("Timeouts are not supported on this stream.").throw(),
        })?
    }),
    ("Name", |c| {
        c.with(|s: &mut Stream| match s {
            Stream::File { path, .. } => Value::from(path.as_str()),
            _ => Value::Null,
        })
    }),
    ("Read", |c| {
        let (offset, count) = if c.count() == 3 {
            (c.long(1), c.long(2))
        } else {
            (0, c.arg(0).as_array().map_or(0, |a| a.len() as i64))
        };
        if offset < 0 {
            return fail::negative("offset", offset).throw();
        }
        if count < 0 {
            return fail::negative("count", count).throw();
        }
        let bytes = c.with(|s: &mut Stream| s.read(count as usize))??;
        if let Some(target) = c.arg(0).as_array() {
            let mut items = target.lock();
            for (slot, b) in items.iter_mut().skip(offset as usize).zip(&bytes) {
                *slot = Value::U8(*b);
            }
        }
        Ok(Value::I32(bytes.len() as i32))
    }),
    ("ReadByte", |c| {
        let bytes = c.with(|s: &mut Stream| s.read(1))??;
        Ok(Value::I32(bytes.first().map_or(-1, |b| i32::from(*b))))
    }),
    ("Write", |c| {
        let bytes = c.bytes(0);
        let part = if c.count() == 3 {
            match bytes.get(c.long(1).max(0) as usize..).and_then(|b| b.get(..c.long(2).max(0) as usize)) {
                Some(part) => part.to_vec(),
                None => return fail::argument("Offset and length were out of bounds for the array or count is greater than the number of elements from index to the end of the source collection.", "").throw(),
            }
        } else {
            bytes
        };
        c.with(|s: &mut Stream| s.write(&part))??;
        Ok(Value::Void)
    }),
    ("WriteByte", |c| {
        let b = c.long(0) as u8;
        c.with(|s: &mut Stream| s.write(&[b]))??;
        Ok(Value::Void)
    }),
    ("Seek", |c| {
        let n = c.long(0);
        let to = match c.long(1) {
            1 => SeekFrom::Current(n),
            2 => SeekFrom::End(n),
            _ => SeekFrom::Start(n.max(0) as u64),
        };
        c.with(|s: &mut Stream| s.seek(to))?.map(Value::I64)
    }),
    ("SetLength", |c| {
        let n = c.long(0).max(0) as usize;
        c.with(|s: &mut Stream| match s {
            Stream::File { file, .. } => file.file.set_len(n as u64).or_else(|e| failed(&e)),
            Stream::Memory { bytes, at, .. } => {
                bytes.resize(n, 0);
                *at = (*at).min(n);
                Ok(())
            }
            Stream::Coded(_) => fail::unsupported("This operation is not supported.").throw(),
            Stream::Live(_) => fail::unsupported("This stream does not support seek operations.").throw(),
            Stream::Closed { .. } => disposed(),
        })??;
        Ok(Value::Void)
    }),
    ("CopyTo", |c| {
        let bytes = c.with(|s: &mut Stream| s.read(usize::MAX >> 1))??;
        with(c.arg(0), |s| s.write(&bytes))??;
        Ok(Value::Void)
    }),
    ("Flush", |_| Ok(Value::Void)),
    ("BaseStream", |c| {
        c.with(|s: &mut Stream| match s {
            Stream::Coded(coded) => coded.base.clone(),
            _ => Value::Null,
        })
    }),
    ("FlushFinalBlock", |c| {
        c.with(|s: &mut Stream| match s {
            Stream::Coded(coded) => coded.finish(),
            _ => Ok(()),
        })??;
        Ok(Value::Void)
    }),
    ("ReadExactly", |c| {
        let (offset, count) = if c.count() == 3 {
            (c.long(1).max(0) as usize, c.long(2).max(0) as usize)
        } else {
            (0, c.arg(0).as_array().map_or(0, |a| a.len()))
        };
        let bytes = c.with(|s: &mut Stream| s.read(count))??;
        if bytes.len() < count {
            let text = "Unable to read beyond the end of the stream.";
            return fail::named("System.IO.EndOfStreamException", text).throw();
        }
        if let Some(target) = c.arg(0).as_array() {
            for (slot, b) in target.lock().iter_mut().skip(offset).zip(&bytes) {
                *slot = Value::U8(*b);
            }
        }
        Ok(Value::Void)
    }),
    ("Close", |c| {
        c.with(Stream::close)??;
        Ok(Value::Void)
    }),
    ("Dispose", |c| {
        c.with(Stream::close)??;
        Ok(Value::Void)
    }),
];

pub static TYPES: &[TypeDef] = &[
    TypeDef { name: "System.IO.Stream", like: &[], members: MEMBERS },
    TypeDef {
        name: "System.IO.FileStream",
        like: &["System.IO.Stream"],
        members: &[("new", |c| {
            let mode = c.named_int("mode").unwrap_or(3);
            let access = c.named_int("access").unwrap_or(if mode == 6 { 2 } else { 3 });
            open_path(&resolve(c, 0), mode, access)
        })],
    },
    TypeDef {
        name: "System.IO.MemoryStream",
        like: &["System.IO.Stream"],
        members: &[
            ("new", |c| {
                let is_buffer = c.parameter_name(0) == "buffer";
                let mut bytes = if is_buffer { c.bytes(0) } else { Vec::new() };
                if let (Some(from), Some(count)) = (c.named_int("index"), c.named_int("count")) {
                    bytes = bytes
                        .get(from.max(0) as usize..)
                        .and_then(|b| b.get(..count.max(0) as usize))
                        .unwrap_or_default()
                        .to_vec();
                }
                let writes = c.place("writable").is_none_or(|at| c.bool(at));
                Ok(hold_named("System.IO.MemoryStream", Stream::Memory { bytes, at: 0, writes }))
            }),
            ("ToArray", |c| {
                c.with(|s: &mut Stream| match s {
                    Stream::Memory { bytes, .. } => Value::bytes(bytes),
                    Stream::Closed { memory: Some(bytes) } => Value::bytes(bytes),
                    _ => Value::Null,
                })
            }),
            ("GetBuffer", |c| {
                c.with(|s: &mut Stream| match s {
                    Stream::Memory { bytes, .. } => Value::bytes(bytes),
                    Stream::Closed { memory: Some(bytes) } => Value::bytes(bytes),
                    _ => Value::Null,
                })
            }),
            ("Capacity", |c| {
                c.with(|s: &mut Stream| match s {
                    Stream::Memory { bytes, .. } => Value::I32(bytes.len().max(256) as i32),
                    _ => Value::I32(0),
                })
            }),
            ("WriteTo", |c| {
                let bytes = c.with(|s: &mut Stream| match s {
                    Stream::Memory { bytes, .. } => bytes.clone(),
                    _ => Vec::new(),
                })?;
                with(c.arg(0), |s| s.write(&bytes))??;
                Ok(Value::Void)
            }),
        ],
    },
];
