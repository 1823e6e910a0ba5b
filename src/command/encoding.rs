//! Text encodings of files: names as the `-Encoding` parameters take them, byte order marks, decoding and encoding.

use std::borrow::Cow;

use values::culture::Culture;
use values::{Context, Result, Value, convert, members};

/// An encoding of text in files.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TextEncoding {
    Utf8,
    Utf8Bom,
    Utf16Le,
    Utf16Be,
    Utf32Le,
    Utf32Be,
    Ascii,
    Latin1,
    Utf7,
    /// A code page by its table.
    Table(&'static encoding_rs::Encoding),
}

impl TextEncoding {
    /// The encoding of a name or code page number; none where it is unknown.
    pub fn from_name(name: &str) -> Option<TextEncoding> {
        let folded = name.to_ascii_lowercase();
        Some(match folded.as_str() {
            "utf8" | "utf8nobom" | "default" | "oem" | "unknown" => TextEncoding::Utf8,
            // By .NET's name or number the encoding has its mark.
            "utf8bom" | "utf-8" | "65001" => TextEncoding::Utf8Bom,
            "unicode" | "utf-16" | "utf-16le" | "utf16" | "1200" => TextEncoding::Utf16Le,
            "string" => TextEncoding::Utf16Le,
            "bigendianunicode" | "utf-16be" | "1201" => TextEncoding::Utf16Be,
            "utf32" | "utf-32" | "12000" => TextEncoding::Utf32Le,
            "bigendianutf32" | "utf-32be" | "12001" => TextEncoding::Utf32Be,
            "ascii" | "us-ascii" | "20127" => TextEncoding::Ascii,
            "latin1" | "iso-8859-1" | "28591" => TextEncoding::Latin1,
            "utf7" | "utf-7" | "65000" => TextEncoding::Utf7,
            "ansi" => TextEncoding::Table(encoding_rs::WINDOWS_1252),
            _ => TextEncoding::Table(table(&folded)?),
        })
    }

    /// The encoding of a bound `-Encoding` value: a name, a number or a System.Text.Encoding.
    pub fn from_value(ctx: &mut dyn Context, value: &Value) -> Result<TextEncoding> {
        if value.is_null() {
            return Ok(TextEncoding::Utf8);
        }
        let name = match value.base() {
            Value::Foreign(_) => {
                let web = members::get(ctx, value, "WebName")?.unwrap_or_default();
                let preamble = members::call(ctx, value, "GetPreamble", &[]).ok();
                let has_mark = preamble.and_then(|p| p.as_array().map(|a| !a.is_empty())).unwrap_or(false);
                let name = convert::to_display(&web);
                if !has_mark && name.eq_ignore_ascii_case("utf-8") { "utf8".to_string() } else { name }
            }
            other => convert::to_display(other),
        };
        // The code page of the session's culture; on Linux that of its region.
        let name = match name.eq_ignore_ascii_case("ansi").then(|| Culture::get(ctx.culture_name())) {
            Some(Ok(culture)) => culture.ansi_code_page().to_string(),
            _ => name,
        };
        match TextEncoding::from_name(&name) {
            Some(found) => Ok(found),
            None if value.is_number() => {
                let text = match value.as_i64() {
                    Some(0..=65535) => format!("No data is available for encoding {name}. For information on defining a custom encoding, see the documentation for the Encoding.RegisterProvider method."),
                    _ => "Valid values are between 0 and 65535, inclusive. (Parameter 'codepage')".to_string(),
                };
                values::Exception::new(values::TypeRef::ARGUMENT_EXCEPTION, text).throw()
            }
            None => values::Exception::new(
                values::TypeRef::ARGUMENT_EXCEPTION,
                format!("'{name}' is not a supported encoding name. For information on defining a custom encoding, see the documentation for the Encoding.RegisterProvider method. (Parameter 'name')"),
            )
            .throw(),
        }
    }

    /// The byte order mark that a new file starts with.
    pub fn preamble(self) -> &'static [u8] {
        match self {
            TextEncoding::Utf8Bom => &[0xEF, 0xBB, 0xBF],
            TextEncoding::Utf16Le => &[0xFF, 0xFE],
            TextEncoding::Utf16Be => &[0xFE, 0xFF],
            TextEncoding::Utf32Le => &[0xFF, 0xFE, 0, 0],
            TextEncoding::Utf32Be => &[0, 0, 0xFE, 0xFF],
            _ => &[],
        }
    }

    /// The encoding that a byte order mark tells, with the mark's length.
    pub fn detect(bytes: &[u8]) -> Option<(TextEncoding, usize)> {
        match bytes {
            [0xEF, 0xBB, 0xBF, ..] => Some((TextEncoding::Utf8Bom, 3)),
            [0xFF, 0xFE, 0, 0, ..] => Some((TextEncoding::Utf32Le, 4)),
            [0xFF, 0xFE, ..] => Some((TextEncoding::Utf16Le, 2)),
            [0xFE, 0xFF, ..] => Some((TextEncoding::Utf16Be, 2)),
            [0, 0, 0xFE, 0xFF, ..] => Some((TextEncoding::Utf32Be, 4)),
            _ => None,
        }
    }

    /// Decodes a whole file: a byte order mark overrides `self` and is taken off.
    pub fn decode_file(self, bytes: &[u8]) -> Cow<'_, str> {
        match TextEncoding::detect(bytes) {
            Some((found, length)) => found.decode(&bytes[length..]),
            None => self.decode(bytes),
        }
    }

    /// Decodes bytes; what is malformed becomes U+FFFD.
    pub fn decode(self, bytes: &[u8]) -> Cow<'_, str> {
        match self {
            TextEncoding::Utf8 | TextEncoding::Utf8Bom | TextEncoding::Utf7 => String::from_utf8_lossy(bytes),
            TextEncoding::Utf16Le => encoding_rs::UTF_16LE.decode_without_bom_handling(bytes).0,
            TextEncoding::Utf16Be => encoding_rs::UTF_16BE.decode_without_bom_handling(bytes).0,
            TextEncoding::Utf32Le => decode_32(bytes, u32::from_le_bytes).into(),
            TextEncoding::Utf32Be => decode_32(bytes, u32::from_be_bytes).into(),
            TextEncoding::Ascii => {
                bytes.iter().map(|b| if b.is_ascii() { char::from(*b) } else { '\u{FFFD}' }).collect::<String>().into()
            }
            TextEncoding::Latin1 => bytes.iter().map(|b| char::from(*b)).collect::<String>().into(),
            TextEncoding::Table(table) => table.decode_without_bom_handling(bytes).0,
        }
    }

    /// Encodes text without a byte order mark; what the encoding lacks becomes `?`.
    pub fn encode(self, text: &str) -> Cow<'_, [u8]> {
        match self {
            TextEncoding::Utf8 | TextEncoding::Utf8Bom | TextEncoding::Utf7 => plain_utf8(text),
            TextEncoding::Utf16Le => values::string::utf16(text).flat_map(u16::to_le_bytes).collect::<Vec<u8>>().into(),
            TextEncoding::Utf16Be => values::string::utf16(text).flat_map(u16::to_be_bytes).collect::<Vec<u8>>().into(),
            TextEncoding::Utf32Le => text.chars().flat_map(|c| (c as u32).to_le_bytes()).collect::<Vec<u8>>().into(),
            TextEncoding::Utf32Be => text.chars().flat_map(|c| (c as u32).to_be_bytes()).collect::<Vec<u8>>().into(),
            TextEncoding::Ascii => narrow(text, 0x7F).into(),
            TextEncoding::Latin1 => narrow(text, 0xFF).into(),
            TextEncoding::Table(table) => encode_table(table, text).into(),
        }
    }
}

/// UTF-8 with lone surrogates written as U+FFFD.
fn plain_utf8(text: &str) -> Cow<'_, [u8]> {
    match values::string::outward(text) {
        Cow::Borrowed(text) => text.as_bytes().into(),
        Cow::Owned(text) => text.into_bytes().into(),
    }
}

fn narrow(text: &str, limit: u32) -> Vec<u8> {
    values::string::utf16(text).map(|u| if u32::from(u) <= limit { u as u8 } else { b'?' }).collect()
}

fn encode_table(table: &'static encoding_rs::Encoding, text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut buffer = [0u8; 4];
    for c in text.chars() {
        let (bytes, _, had_errors) = table.encode(c.encode_utf8(&mut buffer));
        if had_errors {
            // One mark for each unit that has no place in the encoding.
            out.extend(std::iter::repeat_n(b'?', values::string::unit_len(c)));
        } else {
            out.extend_from_slice(&bytes);
        }
    }
    out
}

fn decode_32(bytes: &[u8], read: fn([u8; 4]) -> u32) -> String {
    let units = bytes.chunks(4).map(|c| <[u8; 4]>::try_from(c).ok().map(read));
    units.map(|u| u.and_then(char::from_u32).unwrap_or('\u{FFFD}')).collect()
}

fn table(name: &str) -> Option<&'static encoding_rs::Encoding> {
    let label = match name {
        "932" => "shift_jis",
        "936" => "gbk",
        "949" | "ks_c_5601-1987" => "euc-kr",
        "950" => "big5",
        "51949" => "euc-kr",
        "54936" => "gb18030",
        "20866" => "koi8-r",
        "866" | "ibm866" => "ibm866",
        n if n.len() == 4 && n.starts_with("125") => {
            return encoding_rs::Encoding::for_label(format!("windows-{n}").as_bytes());
        }
        n if n.len() == 5 && n.starts_with("285") => {
            let part: u32 = n[3..].parse().ok()?;
            return encoding_rs::Encoding::for_label(format!("iso-8859-{}", part.checked_sub(90)?).as_bytes());
        }
        n => n,
    };
    encoding_rs::Encoding::for_label(label.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_survives_each_encoding() {
        for name in ["utf8", "unicode", "bigendianunicode", "utf32", "949"] {
            let encoding = TextEncoding::from_name(name).expect(name);
            assert_eq!(encoding.decode(&encoding.encode("a한b")), "a한b", "{name}");
        }
        assert_eq!(&*TextEncoding::Ascii.encode("aé"), b"a?");
        assert_eq!(TextEncoding::Utf8.decode_file(&[0xFF, 0xFE, 0x41, 0]), "A");
    }
}
