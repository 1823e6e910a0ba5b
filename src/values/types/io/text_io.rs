//! StreamReader, StreamWriter, StringReader, StringWriter, BinaryReader, BinaryWriter.

use super::stream;
use crate::convert::to_str;
use crate::encoding::Encoding;
use crate::error::Result;
use crate::types::text::encoding::encoding_of;
use crate::types::{Behaviour, Call, State, TypeDef, fail, hold_named};
use crate::value::Value;

/// The state of a text reader: the whole text and a position in characters.
pub struct Reader {
    text: Vec<char>,
    at: usize,
    encoding: Encoding,
    base: Value,
    is_open: bool,
    /// Bytes of a connection that make no whole character yet; none where all was read at once.
    waiting: Option<Vec<u8>>,
}
impl State for Reader {}

/// The state of a text writer.
pub struct Writer {
    base: Value,
    text: String,
    encoding: Encoding,
    new_line: String,
    auto_flush: bool,
    started: bool,
}
impl State for Writer {
    fn text(&self) -> Option<String> {
        self.base.is_null().then(|| self.text.clone())
    }
}

impl Reader {
    /// Reads from a connection until there is enough, or no more.
    fn fill(&mut self, is_enough: impl Fn(&[char]) -> bool) -> Result<()> {
        while let Some(waiting) = &mut self.waiting
            && !is_enough(&self.text[self.at.min(self.text.len())..])
        {
            let more = stream::with(&self.base, |s| s.read(4096))??;
            waiting.extend_from_slice(&more);
            let whole = match std::str::from_utf8(waiting) {
                Err(e) if self.encoding.code_page == 65001 && !more.is_empty() && e.error_len().is_none() => {
                    e.valid_up_to()
                }
                _ => waiting.len(),
            };
            let rest = waiting.split_off(whole);
            let ready = std::mem::replace(waiting, rest);
            // What was taken is not kept: a connection may live long.
            self.text.drain(..self.at.min(self.text.len()));
            self.at = 0;
            self.text.extend(self.encoding.decode(&ready).chars());
            if more.is_empty() {
                self.waiting = None;
            }
        }
        Ok(())
    }
}

/// Whether a line is there as a whole.
fn has_line(rest: &[char]) -> bool {
    match rest.iter().position(|c| matches!(c, '\n' | '\r')) {
        Some(at) => rest[at] == '\n' || rest.len() > at + 1,
        None => false,
    }
}

/// A StreamReader over a stream value; all but a connection is read to its end at once.
pub fn reader_over(base: Value, encoding: Encoding) -> Result {
    if stream::with(&base, |s| matches!(s, stream::Stream::Live(_)))? {
        let waiting = Some(Vec::new());
        let made = Reader { text: Vec::new(), at: 0, encoding, base, is_open: true, waiting };
        return Ok(hold_named("System.IO.StreamReader", made));
    }
    let bytes = stream::with(&base, |s| s.read(usize::MAX >> 1))??;
    let (found, skip) = Encoding::detect(&bytes).unwrap_or((encoding, 0));
    let text = found.decode(&bytes[skip..]).chars().collect();
    Ok(hold_named(
        "System.IO.StreamReader",
        Reader { text, at: 0, encoding: found, base, is_open: true, waiting: None },
    ))
}

/// A StreamWriter over a stream value.
pub fn writer_over(base: Value, encoding: Encoding) -> Value {
    hold_named(
        "System.IO.StreamWriter",
        Writer { base, text: String::new(), encoding, new_line: "\n".into(), auto_flush: false, started: false },
    )
}

/// `File.OpenText`.
pub fn reader(c: &mut Call<'_>) -> Result {
    reader_over(stream::open(c, 3, 1)?, Encoding::utf8(true))
}

/// `File.CreateText` and `File.AppendText`.
pub fn writer(c: &mut Call<'_>, appends: bool) -> Result {
    Ok(writer_over(stream::open(c, if appends { 6 } else { 2 }, 2)?, Encoding::utf8(false)))
}

fn closed<T>() -> Result<T> {
    fail::named("System.ObjectDisposedException", "Cannot read from a closed TextReader.").throw()
}

fn read<R>(c: &Call<'_>, f: impl FnOnce(&mut Reader) -> R) -> Result<R> {
    match c.with(|r: &mut Reader| r.is_open.then(|| f(r)))? {
        Some(done) => Ok(done),
        None => closed(),
    }
}

fn line(r: &mut Reader) -> Option<String> {
    if r.at >= r.text.len() {
        return None;
    }
    let rest = &r.text[r.at..];
    let end = rest.iter().position(|c| matches!(c, '\n' | '\r'));
    let found: String = rest[..end.unwrap_or(rest.len())].iter().collect();
    let skip = match end {
        Some(at) if rest[at] == '\r' && rest.get(at + 1) == Some(&'\n') => 2,
        Some(_) => 1,
        None => 0,
    };
    r.at += end.unwrap_or(rest.len()) + skip;
    Some(found)
}

const READER: &[(&str, Behaviour)] = &[
    ("ReadLine", |c| {
        read(c, |r| r.fill(has_line))??;
        Ok(read(c, line)?.into())
    }),
    ("ReadToEnd", |c| {
        read(c, |r| r.fill(|_| false))??;
        read(c, |r| {
            let text: String = r.text[r.at.min(r.text.len())..].iter().collect();
            r.at = r.text.len();
            Value::from(text)
        })
    }),
    ("Read", |c| {
        read(c, |r| r.fill(|rest| !rest.is_empty()))??;
        if c.count() == 3 {
            let (from, count) = (c.long(1).max(0) as usize, c.long(2).max(0) as usize);
            let part: Vec<char> = read(c, |r| {
                let part: Vec<char> = r.text[r.at..].iter().take(count).copied().collect();
                r.at += part.len();
                part
            })?;
            if let Some(target) = c.arg(0).as_array() {
                for (slot, ch) in target.lock().iter_mut().skip(from).zip(&part) {
                    *slot = Value::Char(*ch as u16);
                }
            }
            return Ok(Value::I32(part.len() as i32));
        }
        read(c, |r| {
            let next = r.text.get(r.at).map_or(-1, |ch| *ch as i32);
            r.at += usize::from(next >= 0);
            Value::I32(next)
        })
    }),
    ("Peek", |c| read(c, |r| Value::I32(r.text.get(r.at).map_or(-1, |ch| *ch as i32)))),
    ("EndOfStream", |c| {
        read(c, |r| r.fill(|rest| !rest.is_empty()))??;
        read(c, |r| Value::Bool(r.at >= r.text.len()))
    }),
    ("CurrentEncoding", |c| c.with(|r: &mut Reader| crate::types::text::encoding::make(r.encoding))),
    ("BaseStream", |c| c.with(|r: &mut Reader| r.base.clone())),
    ("DiscardBufferedData", |_| Ok(Value::Void)),
    ("Close", |c| close_reader(c)),
    ("Dispose", |c| close_reader(c)),
];

fn close_reader(c: &mut Call<'_>) -> Result {
    let base = c.with(|r: &mut Reader| {
        r.is_open = false;
        r.base.clone()
    })?;
    if !base.is_null() {
        stream::with(&base, stream::Stream::close)??;
    }
    Ok(Value::Void)
}

/// Sends what was written to the stream.
fn flush(c: &Call<'_>) -> Result<()> {
    let (base, bytes) = c.with(|w: &mut Writer| {
        if w.base.is_null() {
            return (Value::Null, Vec::new());
        }
        let mut bytes = Vec::new();
        if !w.started && w.encoding.preamble {
            bytes.extend_from_slice(w.encoding.preamble_bytes());
        }
        w.started = true;
        bytes.extend(w.encoding.encode(&std::mem::take(&mut w.text)));
        (w.base.clone(), bytes)
    })?;
    if !base.is_null() && !bytes.is_empty() {
        stream::with(&base, |s| s.write(&bytes))??;
    }
    Ok(())
}

fn put(c: &mut Call<'_>, is_line: bool) -> Result {
    let mut text = String::new();
    match c.signature.map(|s| s.parameters.len()).unwrap_or(0) {
        0 => {}
        n if n >= 2 && c.parameter_name(0) == "format" => {
            let template = c.str(0);
            let items: Vec<Value> = match c.signature.and_then(|s| s.parameters.get(1)) {
                Some(p) if p.is_params => c.items(1),
                _ => c.args[1..].to_vec(),
            };
            let culture = c.culture();
            let made = crate::types::system::string_static::compose(c, &template, &items, &culture)?;
            text.push_str(made.as_str().unwrap_or_default());
        }
        _ => match c.arg(0).base().clone() {
            Value::Null => {}
            Value::Array(a) => {
                let units: Vec<u16> = a.to_vec().iter().map(|v| v.as_i64().unwrap_or(0) as u16).collect();
                let all = crate::string::Str::from_utf16(&units);
                text.push_str(&if c.count() == 3 {
                    all.slice(c.long(1).max(0) as usize, c.long(2).max(0) as usize)
                } else {
                    all
                });
            }
            other => text.push_str(&to_str(c.ctx, &other)?),
        },
    }
    let flushes = c.with(|w: &mut Writer| {
        w.text.push_str(&text);
        if is_line {
            w.text.push_str(&w.new_line.clone());
        }
        w.auto_flush || w.text.len() > 1 << 16
    })?;
    if flushes {
        flush(c)?;
    }
    Ok(Value::Void)
}

fn close_writer(c: &mut Call<'_>) -> Result {
    flush(c)?;
    let base = c.with(|w: &mut Writer| w.base.clone())?;
    if !base.is_null() {
        stream::with(&base, stream::Stream::close)??;
    }
    Ok(Value::Void)
}

const WRITER: &[(&str, Behaviour)] = &[
    ("Write", |c| put(c, false)),
    ("WriteLine", |c| put(c, true)),
    ("Flush", |c| {
        flush(c)?;
        Ok(Value::Void)
    }),
    ("AutoFlush", |c| c.with(|w: &mut Writer| Value::Bool(w.auto_flush))),
    ("AutoFlush=", |c| {
        let on = c.bool(0);
        c.with(|w: &mut Writer| w.auto_flush = on)?;
        flush(c)?;
        Ok(Value::Void)
    }),
    ("NewLine", |c| c.with(|w: &mut Writer| Value::from(w.new_line.as_str()))),
    ("NewLine=", |c| {
        let text = c.str(0).to_string();
        c.with(|w: &mut Writer| w.new_line = text)?;
        Ok(Value::Void)
    }),
    ("Encoding", |c| c.with(|w: &mut Writer| crate::types::text::encoding::make(w.encoding))),
    ("BaseStream", |c| c.with(|w: &mut Writer| w.base.clone())),
    ("Close", |c| close_writer(c)),
    ("Dispose", |c| close_writer(c)),
];

pub static TYPES: &[TypeDef] = &[
    TypeDef { name: "System.IO.TextReader", like: &[], members: READER },
    TypeDef {
        name: "System.IO.StreamReader",
        like: &["System.IO.TextReader"],
        members: &[("new", |c| {
            let encoding = c.named("encoding").as_ref().and_then(encoding_of).unwrap_or(Encoding::utf8(true));
            let base = if c.parameter_name(0) == "path" { stream::open(c, 3, 1)? } else { c.arg(0).clone() };
            reader_over(base, encoding)
        })],
    },
    TypeDef {
        name: "System.IO.StringReader",
        like: &["System.IO.TextReader"],
        members: &[("new", |c| {
            let text = c.need_str(0)?.chars().collect();
            Ok(hold_named(
                "System.IO.StringReader",
                Reader {
                    text,
                    at: 0,
                    encoding: Encoding::utf8(false),
                    base: Value::Null,
                    is_open: true,
                    waiting: None,
                },
            ))
        })],
    },
    TypeDef { name: "System.IO.TextWriter", like: &[], members: WRITER },
    TypeDef {
        name: "System.IO.StreamWriter",
        like: &["System.IO.TextWriter"],
        members: &[("new", |c| {
            let encoding = c.named("encoding").as_ref().and_then(encoding_of).unwrap_or(Encoding::utf8(false));
            let appends = c.place("append").is_some_and(|at| c.bool(at));
            let base = if c.parameter_name(0) == "path" {
                stream::open(c, if appends { 6 } else { 2 }, 2)?
            } else {
                c.arg(0).clone()
            };
            Ok(writer_over(base, encoding))
        })],
    },
    TypeDef {
        name: "System.IO.StringWriter",
        like: &["System.IO.TextWriter"],
        members: &[
            ("new", |_| {
                let made = Writer {
                    base: Value::Null,
                    text: String::new(),
                    encoding: Encoding::utf8(false),
                    new_line: "\n".into(),
                    auto_flush: false,
                    started: true,
                };
                Ok(hold_named("System.IO.StringWriter", made))
            }),
            ("ToString", |c| c.with(|w: &mut Writer| Value::from(w.text.as_str()))),
            ("GetStringBuilder", |c| {
                let text = c.with(|w: &mut Writer| w.text.clone())?;
                let ty =
                    crate::types::TypeRef::find("System.Text.StringBuilder").unwrap_or(crate::types::TypeRef::OBJECT);
                crate::members::construct(c.ctx, ty, &[Value::from(text)])
            }),
        ],
    },
    TypeDef {
        name: "System.IO.BinaryWriter",
        like: &[],
        members: &[
            ("new", |c| Ok(hold_named("System.IO.BinaryWriter", Binary(c.arg(0).clone())))),
            ("BaseStream", |c| c.with(|b: &mut Binary| b.0.clone())),
            ("Write", |c| {
                let bytes = match c.arg(0).base() {
                    Value::Str(s) => {
                        let text = s.as_bytes();
                        let mut out = Vec::new();
                        let mut n = text.len();
                        while n >= 0x80 {
                            out.push((n & 0x7F) as u8 | 0x80);
                            n >>= 7;
                        }
                        out.push(n as u8);
                        out.extend_from_slice(text);
                        out
                    }
                    Value::Array(_) => c.bytes(0),
                    other => crate::types::system::bit_converter::bytes(other),
                };
                let base = c.with(|b: &mut Binary| b.0.clone())?;
                stream::with(&base, |s| s.write(&bytes))??;
                Ok(Value::Void)
            }),
            ("Flush", |_| Ok(Value::Void)),
            ("Close", |c| close_binary(c)),
            ("Dispose", |c| close_binary(c)),
        ],
    },
    TypeDef {
        name: "System.IO.BinaryReader",
        like: &[],
        members: &[
            ("new", |c| Ok(hold_named("System.IO.BinaryReader", Binary(c.arg(0).clone())))),
            ("BaseStream", |c| c.with(|b: &mut Binary| b.0.clone())),
            ("ReadByte", |c| fixed::<1>(c).map(|b| Value::U8(b[0]))),
            ("ReadSByte", |c| fixed::<1>(c).map(|b| Value::I8(b[0] as i8))),
            ("ReadBoolean", |c| fixed::<1>(c).map(|b| Value::Bool(b[0] != 0))),
            ("ReadInt16", |c| fixed(c).map(|b| Value::I16(i16::from_le_bytes(b)))),
            ("ReadUInt16", |c| fixed(c).map(|b| Value::U16(u16::from_le_bytes(b)))),
            ("ReadInt32", |c| fixed(c).map(|b| Value::I32(i32::from_le_bytes(b)))),
            ("ReadUInt32", |c| fixed(c).map(|b| Value::U32(u32::from_le_bytes(b)))),
            ("ReadInt64", |c| fixed(c).map(|b| Value::I64(i64::from_le_bytes(b)))),
            ("ReadUInt64", |c| fixed(c).map(|b| Value::U64(u64::from_le_bytes(b)))),
            ("ReadSingle", |c| fixed(c).map(|b| Value::F32(f32::from_le_bytes(b)))),
            ("ReadDouble", |c| fixed(c).map(|b| Value::F64(f64::from_le_bytes(b)))),
            ("ReadBytes", |c| {
                let (base, n) = (c.with(|b: &mut Binary| b.0.clone())?, c.long(0).max(0) as usize);
                Ok(Value::bytes(&stream::with(&base, |s| s.read(n))??))
            }),
            ("ReadString", |c| {
                let mut length = 0usize;
                for shift in (0..35).step_by(7) {
                    let b = fixed::<1>(c)?[0];
                    length |= usize::from(b & 0x7F) << shift;
                    if b & 0x80 == 0 {
                        break;
                    }
                }
                let base = c.with(|b: &mut Binary| b.0.clone())?;
                let bytes = stream::with(&base, |s| s.read(length))??;
                Ok(Value::from(String::from_utf8_lossy(&bytes).into_owned()))
            }),
            ("Close", |c| close_binary(c)),
            ("Dispose", |c| close_binary(c)),
        ],
    },
];

/// The state of BinaryReader and BinaryWriter: the stream below.
struct Binary(Value);
impl State for Binary {}

fn close_binary(c: &mut Call<'_>) -> Result {
    let base = c.with(|b: &mut Binary| b.0.clone())?;
    stream::with(&base, stream::Stream::close)??;
    Ok(Value::Void)
}

fn fixed<const N: usize>(c: &mut Call<'_>) -> Result<[u8; N]> {
    let base = c.with(|b: &mut Binary| b.0.clone())?;
    let bytes = stream::with(&base, |s| s.read(N))??;
    match <[u8; N]>::try_from(bytes) {
        Ok(bytes) => Ok(bytes),
        Err(_) => fail::named("System.IO.EndOfStreamException", "Unable to read beyond the end of the stream.").throw(),
    }
}
