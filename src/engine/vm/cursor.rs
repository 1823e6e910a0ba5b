//! Enumerators of loops, lazy ranges, `$input`.

use std::sync::Arc;

use parking_lot::Mutex;
use values::object::Foreign;
use values::{Array, Context, Result, Str, TypeRef, Value, convert, members};

use crate::runspace::Runspace;

/// What a loop goes through.
enum Items {
    Range {
        next: i64,
        last: i64,
        step: i64,
    },
    Array {
        list: Arc<Array>,
        next: usize,
    },
    Many {
        items: std::vec::IntoIter<Value>,
    },
    /// The lines of a file, read as they are asked for.
    Lines {
        reader: std::io::BufReader<std::fs::File>,
        path: std::path::PathBuf,
        fault: Option<std::io::Error>,
    },
    /// A list that must not change on the way.
    List {
        list: Arc<Array>,
        next: usize,
        version: u32,
    },
    /// One side of a dictionary that must not change on the way.
    Part {
        items: std::vec::IntoIter<Value>,
        dict: Arc<values::Dict>,
        stamp: u32,
    },
}

/// The enumerator of a `foreach` or `switch`.
pub struct Cursor {
    items: Mutex<Items>,
    current: Mutex<Value>,
    /// Whether `Current` is kept (`$foreach` and `$switch` can be asked).
    is_watched: bool,
    /// What `$input` goes back to on Reset; none for loops.
    all: Option<Vec<Value>>,
}

impl Foreign for Cursor {
    fn type_ref(&self) -> TypeRef {
        let name = match self.all {
            Some(_) => "System.Collections.ArrayList+ArrayListEnumeratorSimple",
            None => "System.Collections.IEnumerator",
        };
        TypeRef::find(name).unwrap_or(TypeRef::OBJECT)
    }

    fn get(&self, _ctx: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        Ok(name.eq_ignore_ascii_case("current").then(|| self.current.lock().clone()))
    }

    fn call(&self, _ctx: &mut dyn Context, _me: &Value, name: &str, _args: &[Value]) -> Result<Option<Value>> {
        Ok(match name.to_ascii_lowercase().as_str() {
            "movenext" => {
                let next = self.advance();
                let has = next.is_some();
                *self.current.lock() = next.unwrap_or_default();
                Some(Value::Bool(has))
            }
            "reset" => {
                if let Some(all) = &self.all {
                    *self.items.lock() = Items::Many { items: all.clone().into_iter() };
                    *self.current.lock() = Value::Null;
                }
                Some(Value::Void)
            }
            _ => None,
        })
    }

    fn enumerate(&self, _ctx: &mut dyn Context) -> Result<Option<Vec<Value>>> {
        let mut rest = Vec::new();
        while let Some(item) = self.advance() {
            rest.push(item);
        }
        Ok(Some(rest))
    }

    fn is_enumerable(&self) -> bool {
        true
    }
}

impl Cursor {
    fn over(items: Items) -> Value {
        Value::foreign(Cursor {
            items: Mutex::new(items),
            current: Mutex::new(Value::Null),
            is_watched: true,
            all: None,
        })
    }

    /// Whether what is gone through was changed since the loop began.
    fn is_changed(&self) -> bool {
        match &*self.items.lock() {
            Items::List { list, version, .. } => list.version() != *version,
            Items::Part { dict, stamp, .. } => dict.stamp() != *stamp,
            _ => false,
        }
    }

    fn advance(&self) -> Option<Value> {
        let item = match &mut *self.items.lock() {
            Items::Range { next, last, step } => {
                if (*step > 0 && *next > *last) || (*step < 0 && *next < *last) {
                    return None;
                }
                let n = *next;
                *next += *step;
                Value::I32(n as i32)
            }
            Items::Part { items, .. } => items.next()?,
            Items::Array { list, next } | Items::List { list, next, .. } => {
                let item = list.get(*next)?;
                *next += 1;
                item
            }
            Items::Many { items } => items.next()?,
            Items::Lines { reader, fault, .. } => match next_line(reader) {
                Ok(line) => Value::from(line?),
                Err(error) => {
                    *fault = Some(error);
                    return None;
                }
            },
        };
        *self.current.lock() = item.clone();
        Some(item)
    }
}

/// `1..n` that nobody has looked into yet.
pub struct LazyRange {
    pub first: i32,
    pub last: i32,
}

impl LazyRange {
    /// The numbers in order.
    pub fn iter(&self) -> Box<dyn Iterator<Item = i32>> {
        if self.first <= self.last {
            Box::new(self.first..=self.last)
        } else {
            Box::new((self.last..=self.first).rev())
        }
    }
}

impl Foreign for LazyRange {
    fn type_ref(&self) -> TypeRef {
        TypeRef::OBJECT.array_of(1)
    }
    fn is_enumerable(&self) -> bool {
        true
    }
    fn enumerate(&self, _ctx: &mut dyn Context) -> Result<Option<Vec<Value>>> {
        Ok(Some(self.iter().map(Value::I32).collect()))
    }
}

/// `$input`: an enumerator over what came in.
pub fn input_enumerator(items: Vec<Value>) -> Value {
    let all = Some(items.clone());
    let items = Mutex::new(Items::Many { items: items.into_iter() });
    Value::foreign(Cursor { items, current: Mutex::new(Value::Null), is_watched: true, all })
}

impl Runspace {
    /// The enumerator of a `foreach` over a value; `$null` has no items.
    pub(super) fn enumerator(&mut self, value: Value) -> Result {
        Ok(match &value {
            Value::Null | Value::Void => Cursor::over(Items::Many { items: Vec::new().into_iter() }),
            Value::Array(list) if !list.is_fixed => {
                Cursor::over(Items::List { list: list.clone(), next: 0, version: list.version() })
            }
            Value::Array(list) => Cursor::over(Items::Array { list: list.clone(), next: 0 }),
            Value::Foreign(f) if f.downcast::<LazyRange>().is_some() => match f.downcast::<LazyRange>() {
                Some(range) => {
                    let step = if range.first <= range.last { 1 } else { -1 };
                    Cursor::over(Items::Range { next: range.first.into(), last: range.last.into(), step })
                }
                None => value,
            },
            Value::Foreign(f) if f.downcast::<Cursor>().is_some() => value,
            Value::Foreign(_) if let Some(dict) = values::types::collections::sequence::dictionary_of(&value) => {
                let items = members::enumerate(self, &value)?.unwrap_or_default().into_iter();
                Cursor::over(Items::Part { items, stamp: dict.stamp(), dict })
            }
            _ => {
                let items = members::enumerate(self, &value)?.unwrap_or_else(|| vec![value.clone()]);
                Cursor::over(Items::Many { items: items.into_iter() })
            }
        })
    }

    /// The next item of the enumerator in a register.
    #[inline]
    pub(super) fn next_item(&mut self, at: usize) -> Result<Option<Value>> {
        let Value::Foreign(f) = &self.stack[at] else { return Ok(None) };
        let Some(cursor) = f.downcast::<Cursor>() else { return Ok(None) };
        if cursor.is_changed() {
            return values::Exception::new(
                TypeRef::INVALID_OPERATION_EXCEPTION,
                "Collection was modified; enumeration operation may not execute.",
            )
            .identity("System.InvalidOperationException", values::ErrorCategory::OperationStopped, Value::Null)
            .throw();
        }
        let item = cursor.advance();
        if item.is_none()
            && let Items::Lines { path, fault, .. } = &mut *cursor.items.lock()
            && let Some(error) = fault.take()
        {
            return crate::session::place::io_error(&error, &path.display().to_string()).throw();
        }
        if cursor.is_watched
            && let Some(item) = &item
        {
            *cursor.current.lock() = item.clone();
        }
        Ok(item)
    }

    /// The items of a switch: lines of files with `-file`; a single value is one item.
    pub(super) fn switch_items(&mut self, value: Value, flags: &Value) -> Result {
        let flags = flags.as_i64().unwrap_or(0);
        if flags & 1 != 0 {
            let path = convert::to_str(self, &value)?;
            let found = command::Session::resolve_path(self, &path, false)?;
            if let [one] = found.as_slice()
                && one.provider.as_str() == "FileSystem"
                && let Some(lines) = plain_lines(std::path::Path::new(one.path.as_str()))
            {
                return Ok(Cursor::over(lines));
            }
            let args = vec![(Some(Str::from("Path")), Value::Str(path))];
            let lines = command::Session::invoke_command(self, "Get-Content", args, Vec::new())?;
            return Ok(Cursor::over(Items::Many { items: lines.into_iter() }));
        }
        match &value {
            // A switch over nothing runs once for `$null`, not at all for an empty array.
            Value::Null | Value::Void => Ok(Cursor::over(Items::Many { items: vec![Value::Null].into_iter() })),
            _ => self.enumerator(value),
        }
    }
}

/// The lines of a file in UTF-8; none for folders and other encodings, which Get-Content reads.
fn plain_lines(path: &std::path::Path) -> Option<Items> {
    use std::io::{BufRead, Read};
    // A pipe would wait for one who writes as it is opened.
    let is_file = std::fs::metadata(path).is_ok_and(|m| m.is_file());
    let file = is_file.then(|| std::fs::File::open(path).ok()).flatten()?;
    let mut reader = std::io::BufReader::with_capacity(1 << 17, file);
    let head = reader.fill_buf().ok()?;
    match command::TextEncoding::detect(head) {
        Some((command::TextEncoding::Utf8Bom | command::TextEncoding::Utf8, mark)) => {
            reader.by_ref().take(mark as u64).read_to_end(&mut Vec::new()).ok()?;
        }
        Some(_) => return None,
        None => {}
    }
    Some(Items::Lines { reader, path: path.to_path_buf(), fault: None })
}

/// The next line without its end; a carriage return alone ends a line too.
fn next_line(reader: &mut std::io::BufReader<std::fs::File>) -> std::io::Result<Option<String>> {
    use std::io::BufRead;
    let mut line = Vec::new();
    loop {
        let held = reader.fill_buf()?;
        if held.is_empty() {
            return Ok((!line.is_empty()).then(|| text_of(line)));
        }
        let Some(at) = memchr::memchr2(b'\n', b'\r', held) else {
            let size = held.len();
            line.extend_from_slice(held);
            reader.consume(size);
            continue;
        };
        let is_return = held[at] == b'\r';
        line.extend_from_slice(&held[..at]);
        reader.consume(at + 1);
        if is_return && reader.fill_buf()?.first() == Some(&b'\n') {
            reader.consume(1);
        }
        return Ok(Some(text_of(line)));
    }
}

fn text_of(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned())
}
