//! System.Text.Encoding.

use crate::encoding::{Encoding, EncodingError};
use crate::error::Result;
use crate::types::{Behaviour, Call, State, TypeDef, TypeRef, bytes_of, fail, hold_named, state_of};
use crate::value::Value;

/// The state of an Encoding.
#[derive(Clone)]
pub struct Coder(pub Encoding);

impl State for Coder {
    fn is_equal(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

/// An Encoding value under the type that .NET gives it.
pub fn make(encoding: Encoding) -> Value {
    let name = match encoding.code_page {
        65001 => "System.Text.UTF8Encoding",
        1200 | 1201 => "System.Text.UnicodeEncoding",
        12000 | 12001 => "System.Text.UTF32Encoding",
        20127 => "System.Text.ASCIIEncoding",
        _ => "System.Text.Encoding",
    };
    hold_named(name, Coder(encoding))
}

/// The encoding of an Encoding value.
pub fn encoding_of(value: &Value) -> Option<Encoding> {
    state_of::<Coder>(value).map(|c| c.0)
}

fn page(n: i64) -> Result {
    Encoding::by_code_page(n).map(make).or_else(|e| refuse(&e))
}

fn refuse(e: &EncodingError) -> Result {
    match e {
        EncodingError::Name(_) => fail::named("System.ArgumentException", e.to_string()).throw(),
        EncodingError::CodePage(_) => fail::unsupported(e.to_string()).throw(),
        EncodingError::Range(_) => fail::range(e.to_string(), "").throw(),
    }
}

const MEMBERS: &[(&str, Behaviour)] = &[
    ("::UTF8", |_| page(65001)),
    ("::Unicode", |_| page(1200)),
    ("::BigEndianUnicode", |_| page(1201)),
    ("::UTF32", |_| page(12000)),
    ("::UTF7", |_| page(65000)),
    ("::ASCII", |_| page(20127)),
    ("::Latin1", |_| page(28591)),
    ("::Default", |_| Ok(make(Encoding::utf8(false)))),
    ("::GetEncoding", |c| match c.arg(0).base() {
        Value::Str(name) => Encoding::by_name(name).map(make).or_else(|e| refuse(&e)),
        other => page(other.as_i64().unwrap_or(0)),
    }),
    ("::GetEncodings", |_| {
        let rows = crate::encoding::all_encodings().map(|e| {
            crate::object::Object::typed(
                "System.Text.EncodingInfo",
                [
                    ("CodePage", Value::I32(i32::from(e.code_page))),
                    ("Name", Value::from(e.web_name)),
                    ("DisplayName", Value::from(e.display_name)),
                ],
            )
        });
        Ok(Value::array(rows.collect()))
    }),
    ("::RegisterProvider", |_| Ok(Value::Void)),
    ("::Convert", |c| {
        let (Some(from), Some(to)) = (encoding_of(c.arg(0)), encoding_of(c.arg(1))) else {
            return fail::null("srcEncoding").throw();
        };
        Ok(Value::bytes(&to.encode(&from.decode(&c.bytes(2)))))
    }),
    ("CodePage", |c| c.with(|e: &mut Coder| Value::I32(i32::from(e.0.code_page)))),
    ("WindowsCodePage", |c| c.with(|e: &mut Coder| Value::I32(i32::from(e.0.code_page)))),
    ("WebName", |c| c.with(|e: &mut Coder| Value::from(e.0.web_name))),
    ("BodyName", |c| c.with(|e: &mut Coder| Value::from(e.0.web_name))),
    ("HeaderName", |c| c.with(|e: &mut Coder| Value::from(e.0.web_name))),
    ("EncodingName", |c| c.with(|e: &mut Coder| Value::from(e.0.display_name))),
    ("IsSingleByte", |c| c.with(|e: &mut Coder| Value::Bool(e.0.is_single_byte()))),
    ("IsReadOnly", |_| Ok(Value::Bool(true))),
    ("IsBrowserDisplay", |_| Ok(Value::Bool(true))),
    ("IsMailNewsDisplay", |_| Ok(Value::Bool(true))),
    ("Preamble", |c| preamble(c)),
    ("GetPreamble", |c| preamble(c)),
    ("GetBytes", |c| {
        let text = text_argument(c)?;
        c.with(|e: &mut Coder| Value::bytes(&e.0.encode(&text)))
    }),
    ("GetByteCount", |c| {
        let text = text_argument(c)?;
        c.with(|e: &mut Coder| Value::I32(e.0.encode(&text).len() as i32))
    }),
    ("GetString", |c| {
        let bytes = window(c)?;
        c.with(|e: &mut Coder| Value::from(e.0.decode(&bytes).into_owned()))
    }),
    ("GetChars", |c| {
        let bytes = window(c)?;
        let text = c.with(|e: &mut Coder| e.0.decode(&bytes).into_owned())?;
        Ok(Value::typed_array(TypeRef::CHAR, crate::string::utf16(&text).map(Value::Char).collect()))
    }),
    ("GetCharCount", |c| {
        let bytes = window(c)?;
        let text = c.with(|e: &mut Coder| e.0.decode(&bytes).into_owned())?;
        Ok(Value::I32(crate::string::utf16(&text).count() as i32))
    }),
    ("GetMaxByteCount", |c| {
        let n = c.int(0);
        c.with(|e: &mut Coder| {
            Value::I32(match e.0.code_page {
                65001 => (n + 1) * 3,
                1200 | 1201 => (n + 1) * 2,
                12000 | 12001 => (n + 1) * 4,
                _ => n + 1,
            })
        })
    }),
    ("GetMaxCharCount", |c| {
        let n = c.int(0);
        c.with(|e: &mut Coder| Value::I32(if matches!(e.0.code_page, 1200 | 1201) { n / 2 + 1 } else { n + 1 }))
    }),
    ("Clone", |c| c.with(|e: &mut Coder| make(e.0))),
];

pub static TYPES: &[TypeDef] = &[
    TypeDef { name: "System.Text.Encoding", like: &[], members: MEMBERS },
    TypeDef {
        name: "System.Text.UTF8Encoding",
        like: &[],
        members: &[("new", |c| Ok(hold_named("System.Text.UTF8Encoding", Coder(Encoding::utf8(c.bool(0))))))],
    },
    TypeDef {
        name: "System.Text.UnicodeEncoding",
        like: &[],
        members: &[("new", |c| page(if c.bool(0) { 1201 } else { 1200 }).map(|v| marked(v, c)))],
    },
    TypeDef {
        name: "System.Text.UTF32Encoding",
        like: &[],
        members: &[("new", |c| page(if c.bool(0) { 12001 } else { 12000 }).map(|v| marked(v, c)))],
    },
    TypeDef { name: "System.Text.ASCIIEncoding", like: &[], members: &[("new", |_| page(20127))] },
    TypeDef {
        name: "System.Text.CodePagesEncodingProvider",
        like: &[],
        members: &[("::Instance", |_| Ok(Value::Null))],
    },
];

/// With or without byte order mark, as the second argument of the constructor says.
fn marked(value: Value, c: &Call<'_>) -> Value {
    match encoding_of(&value) {
        Some(encoding) if c.count() > 1 => make(encoding.with_preamble(c.bool(1))),
        _ => value,
    }
}

fn preamble(c: &mut Call<'_>) -> Result {
    c.with(|e: &mut Coder| Value::bytes(if e.0.preamble { e.0.preamble_bytes() } else { &[] }))
}

fn text_argument(c: &Call<'_>) -> Result<String> {
    if !c.has(0) {
        return fail::null(c.parameter_name(0)).throw();
    }
    let text = match c.arg(0).base() {
        Value::Array(a) => {
            let units: Vec<u16> = a.to_vec().iter().map(|v| v.as_i64().unwrap_or(0) as u16).collect();
            crate::string::Str::from_utf16(&units)
        }
        _ => c.str(0),
    };
    Ok(if c.count() >= 3 {
        text.slice(c.long(1).max(0) as usize, c.long(2).max(0) as usize).to_string()
    } else {
        text.to_string()
    })
}

fn window(c: &Call<'_>) -> Result<Vec<u8>> {
    if !c.has(0) {
        return fail::null("bytes").throw();
    }
    let bytes = bytes_of(c.arg(0));
    if c.count() < 3 {
        return Ok(bytes);
    }
    let (at, count) = (c.long(1), c.long(2));
    if at < 0 {
        return fail::negative("index", at).throw();
    }
    if count < 0 {
        return fail::negative("count", count).throw();
    }
    match bytes.get(at as usize..).and_then(|b| b.get(..count as usize)) {
        Some(part) => Ok(part.to_vec()),
        None => fail::range("Index and count must refer to a location within the buffer.", "bytes").throw(),
    }
}
