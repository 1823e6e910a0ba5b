//! Format-Hex.

use std::path::Path;

use command::{
    Bound, Cmdlet, Command, ErrorCategory, ErrorRecord, NativeObject, Result, Session, Str, TextEncoding, TypeRef,
    Value, class, file_exception,
};
use values::Layout;

pub static COMMAND: Command = Command { name: "Format-Hex", create: || Box::new(FormatHex::default()) };

#[derive(Default)]
struct FormatHex {
    /// Bytes of pipeline numbers of one type, shown together.
    held: Vec<u8>,
    label: String,
}

impl Cmdlet for FormatHex {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        if bound.has("Path") || bound.has("LiteralPath") {
            let is_literal = bound.has("LiteralPath");
            for given in bound.strings(if is_literal { "LiteralPath" } else { "Path" }) {
                for path in crate::input::files(session, &given, is_literal)? {
                    file(session, bound, &path)?;
                }
            }
            return Ok(());
        }
        let value = bound.value("InputObject");
        let encoding = TextEncoding::from_value(session, &bound.value("Encoding"))?;
        let items = match value.base() {
            Value::Array(items) => items.to_vec(),
            other => vec![other.clone()],
        };
        for item in items {
            if let Value::Str(text) = item.base() {
                self.flush(session, bound)?;
                show_labelled(session, bound, &encoding.encode(text), &format!("String ({})", identity(&item)), None)?;
                continue;
            }
            match bytes_of(&item) {
                Some(bytes) => {
                    if self.held.is_empty() {
                        self.label = item.type_ref().map_or_else(String::new, |t| t.name().to_string());
                    }
                    self.held.extend(bytes);
                }
                None => session.write_error(ErrorRecord::simple(
                    TypeRef::ARGUMENT_EXCEPTION,
                    format!("Cannot convert input of type '{}' to hexadecimal. To view the hexadecimal formatting of its string representation, pipe it to Out-String.", item.type_ref().map_or("null", TypeRef::name)),
                    "FormatHexTypeNotSupported",
                    ErrorCategory::InvalidType,
                    item.clone(),
                ))?,
            }
        }
        Ok(())
    }

    fn end(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        self.flush(session, bound)
    }
}

impl FormatHex {
    fn flush(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let bytes = std::mem::take(&mut self.held);
        let label = std::mem::take(&mut self.label);
        if bytes.is_empty() { Ok(()) } else { show_labelled(session, bound, &bytes, &label, None) }
    }
}

fn identity(value: &Value) -> String {
    match value.base() {
        Value::Str(s) => format!("{:08X}", s.address() as u32),
        _ => String::new(),
    }
}

/// The bytes of a number as .NET lays them out.
fn bytes_of(value: &Value) -> Option<Vec<u8>> {
    Some(match value.base() {
        Value::U8(n) => vec![*n],
        Value::I8(n) => n.to_le_bytes().to_vec(),
        Value::Bool(b) => i32::from(*b).to_le_bytes().to_vec(),
        Value::Char(c) => c.to_le_bytes().to_vec(),
        Value::I16(n) => n.to_le_bytes().to_vec(),
        Value::U16(n) => n.to_le_bytes().to_vec(),
        Value::I32(n) => n.to_le_bytes().to_vec(),
        Value::U32(n) => n.to_le_bytes().to_vec(),
        Value::I64(n) => n.to_le_bytes().to_vec(),
        Value::U64(n) => n.to_le_bytes().to_vec(),
        Value::F32(n) => n.to_le_bytes().to_vec(),
        Value::F64(n) => n.to_le_bytes().to_vec(),
        Value::Enum(_, n) => (*n as i32).to_le_bytes().to_vec(),
        _ => return None,
    })
}

fn file(session: &mut dyn Session, bound: &Bound, path: &Path) -> Result<()> {
    match values::stop::read(path) {
        Ok(bytes) => show_labelled(session, bound, &bytes, "", Some(&path.display().to_string())),
        Err(e) => {
            let record = ErrorRecord::new(
                std::sync::Arc::new(file_exception(&e, path)),
                "FormatHexIOError",
                ErrorCategory::WriteError,
                Value::from(path.display().to_string()),
            );
            session.write_error(std::sync::Arc::new(record))
        }
    }
}

/// Writes the rows of sixteen bytes.
fn show_labelled(
    session: &mut dyn Session,
    bound: &Bound,
    bytes: &[u8],
    label: &str,
    path: Option<&str>,
) -> Result<()> {
    let offset = bound.int("Offset").unwrap_or(0).max(0) as usize;
    let count = bound.int("Count").map_or(usize::MAX, |n| n.max(0) as usize);
    let end = offset.saturating_add(count).min(bytes.len());
    let names = ["Offset64", "Offset", "HexOffset", "HexBytes", "Path", "Bytes", "Ascii", "Label"];
    let layout = Layout::new(names.map(Str::from).to_vec());
    let ty = class("Microsoft.PowerShell.Commands.ByteCollection", TypeRef::OBJECT);
    for (at, row) in bytes[offset.min(end)..end].chunks(16).enumerate() {
        let position = offset + at * 16;
        let hex: Vec<String> = row.iter().map(|b| format!("{b:02X}")).collect();
        let text: String = row.iter().map(|b| ascii(*b)).collect();
        let slots = vec![
            Value::U64(position as u64),
            Value::U32(position as u32),
            Value::from(format!("{position:016X}")),
            Value::from(hex.join(" ")),
            path.map(Str::from).into(),
            Value::bytes(row),
            Value::from(text),
            Value::from(match path {
                Some(path) => path.to_string(),
                None => label.to_string(),
            }),
        ];
        session.write(NativeObject::new(ty, layout.clone(), slots).into_value())?;
    }
    Ok(())
}

/// How a byte is shown as a character.
fn ascii(byte: u8) -> char {
    match byte {
        0 => '\u{0020}',
        0x20..=0x7E => char::from(byte),
        0x80..=0x9F => '\u{FFFD}',
        0x7F | 0x01..=0x1F => '\u{FFFD}',
        _ => char::from(byte),
    }
}
