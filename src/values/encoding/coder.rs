//! Turning text into bytes and back, with .NET's replacements for what does not fit.

use super::names::{Coding, Encoding};
use crate::string::{lone_surrogate, utf16};
use base64::Engine;
use std::borrow::Cow;

/// High halves of our single-byte code pages: code page, then 128 code points in hexadecimal.
static OEM: &str = include_str!("oem.tsv");

fn oem_table(page: u16) -> Vec<char> {
    let row = OEM.lines().find_map(|l| l.split_once('\t').filter(|(p, _)| p.parse() == Ok(page)));
    let points = row.map_or("", |(_, r)| r).split(' ');
    points.map(|h| u32::from_str_radix(h, 16).ok().and_then(char::from_u32).unwrap_or('?')).collect()
}

fn web(label: &str) -> &'static encoding_rs::Encoding {
    encoding_rs::Encoding::for_label(label.as_bytes()).unwrap_or(encoding_rs::WINDOWS_1252)
}

impl Encoding {
    /// `GetBytes`, without preamble.
    pub fn encode(&self, text: &str) -> Vec<u8> {
        match self.coding {
            Coding::Utf8 => encode_utf8(text),
            Coding::Utf7 => encode_utf7(text),
            Coding::Utf16 { big } => {
                units(text).flat_map(|u| if big { u.to_be_bytes() } else { u.to_le_bytes() }).collect()
            }
            Coding::Utf32 { big } => scalars(text)
                .flat_map(|c| if big { (c as u32).to_be_bytes() } else { (c as u32).to_le_bytes() })
                .collect(),
            Coding::Ascii => single(text, |c| c.is_ascii().then_some(c as u8)),
            Coding::Latin1 => single(text, |c| match c as u32 {
                v @ 0..=0xFF => Some(v as u8),
                // Full-width forms have ASCII as best fit.
                v @ 0xFF01..=0xFF5E => Some((v - 0xFEE0) as u8),
                _ => None,
            }),
            Coding::Oem(page) => {
                let table = oem_table(page);
                single(text, |c| {
                    if c.is_ascii() { Some(c as u8) } else { table.iter().position(|t| *t == c).map(|i| i as u8 + 128) }
                })
            }
            Coding::Web(label) => encode_web(text, web(label)),
            Coding::EucKr => {
                let mut out = Vec::new();
                for c in text.chars() {
                    let bytes = encode_web(c.encode_utf8(&mut [0; 4]), encoding_rs::EUC_KR);
                    // Both bytes of KS X 1001 are above 0xA0; what code page 949 adds is not.
                    if bytes.len() == 2 && (bytes[0] < 0xA1 || bytes[1] < 0xA1) {
                        out.push(b'?')
                    } else {
                        out.extend(bytes)
                    }
                }
                out
            }
            Coding::Iso2022Kr => {
                let mut out = vec![0x1b, b'$', b')', b'C'];
                let mut shifted = false;
                for c in text.chars() {
                    let bytes = encode_web(c.encode_utf8(&mut [0; 4]), encoding_rs::EUC_KR);
                    let wide = bytes.len() == 2 && bytes.iter().all(|b| *b >= 0xA1);
                    if wide != shifted {
                        out.push(if wide { 0x0E } else { 0x0F });
                        shifted = wide;
                    }
                    match (wide, bytes.len()) {
                        (true, _) => out.extend(bytes.iter().map(|b| b & 0x7F)),
                        (false, 1) => out.push(bytes[0]),
                        _ => out.push(b'?'),
                    }
                }
                if shifted {
                    out.push(0x0F);
                }
                out
            }
        }
    }

    /// `GetString`.
    pub fn decode<'b>(&self, bytes: &'b [u8]) -> Cow<'b, str> {
        match self.coding {
            Coding::Utf8 => String::from_utf8_lossy(bytes),
            Coding::Utf7 => Cow::Owned(decode_utf7(bytes)),
            Coding::Utf16 { big } => {
                let mut u: Vec<u16> = bytes
                    .chunks_exact(2)
                    .map(|p| if big { u16::from_be_bytes([p[0], p[1]]) } else { u16::from_le_bytes([p[0], p[1]]) })
                    .collect();
                if bytes.len() % 2 == 1 {
                    u.push(0xFFFD);
                }
                Cow::Owned(String::from_utf16_lossy(&u))
            }
            Coding::Utf32 { big } => {
                let mut s: String = bytes
                    .chunks_exact(4)
                    .map(|p| {
                        let p = [p[0], p[1], p[2], p[3]];
                        char::from_u32(if big { u32::from_be_bytes(p) } else { u32::from_le_bytes(p) })
                            .unwrap_or('\u{FFFD}')
                    })
                    .collect();
                if !bytes.len().is_multiple_of(4) {
                    s.push('\u{FFFD}');
                }
                Cow::Owned(s)
            }
            Coding::Ascii => match std::str::from_utf8(bytes) {
                Ok(s) if s.is_ascii() => Cow::Borrowed(s),
                _ => Cow::Owned(bytes.iter().map(|b| if b.is_ascii() { *b as char } else { '?' }).collect()),
            },
            Coding::Latin1 => Cow::Owned(bytes.iter().map(|b| *b as char).collect()),
            Coding::Oem(page) => {
                let table = oem_table(page);
                Cow::Owned(
                    bytes.iter().map(|b| if b.is_ascii() { *b as char } else { table[*b as usize - 128] }).collect(),
                )
            }
            Coding::Web(label) => Cow::Owned(decode_web(bytes, web(label), self.code_page)),
            Coding::EucKr => Cow::Owned(decode_web(bytes, encoding_rs::EUC_KR, self.code_page)),
            Coding::Iso2022Kr => {
                let mut plain = Vec::new();
                let mut shifted = false;
                let body = bytes.strip_prefix(b"\x1b$)C").unwrap_or(bytes);
                for b in body {
                    match b {
                        0x0E => shifted = true,
                        0x0F => shifted = false,
                        b if shifted && *b > 0x20 => plain.push(b | 0x80),
                        b => plain.push(*b),
                    }
                }
                Cow::Owned(decode_web(&plain, encoding_rs::EUC_KR, self.code_page))
            }
        }
    }
}

/// UTF-16 units, unpaired surrogates as the replacement character (what encoders write for them).
fn units(text: &str) -> impl Iterator<Item = u16> + '_ {
    let plain: Vec<u16> = scalars(text).flat_map(|c| c.encode_utf16(&mut [0; 2]).to_vec()).collect();
    plain.into_iter()
}

fn scalars(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars().map(|c| if crate::string::as_lone_surrogate(c).is_some() { '\u{FFFD}' } else { c })
}

fn encode_utf8(text: &str) -> Vec<u8> {
    let first = lone_surrogate(0xD800);
    if text.chars().any(|c| c >= first) {
        scalars(text).collect::<String>().into_bytes()
    } else {
        text.as_bytes().to_vec()
    }
}

fn single(text: &str, byte: impl Fn(char) -> Option<u8>) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for c in text.chars() {
        match byte(c) {
            Some(b) => out.push(b),
            // One question mark for each unit.
            None => out.extend(std::iter::repeat_n(b'?', crate::string::unit_len(c))),
        }
    }
    out
}

fn encode_web(text: &str, e: &'static encoding_rs::Encoding) -> Vec<u8> {
    let mut encoder = e.new_encoder();
    let mut out = Vec::with_capacity(text.len() + 16);
    let mut rest = text;
    loop {
        let room = encoder.max_buffer_length_from_utf8_without_replacement(rest.len()).unwrap_or(rest.len() * 4 + 16);
        out.reserve(room);
        let (result, read) = encoder.encode_from_utf8_to_vec_without_replacement(rest, &mut out, true);
        rest = &rest[read..];
        match result {
            encoding_rs::EncoderResult::Unmappable(c) => {
                out.extend(std::iter::repeat_n(b'?', crate::string::unit_len(c)))
            }
            encoding_rs::EncoderResult::InputEmpty => return out,
            encoding_rs::EncoderResult::OutputFull => {}
        }
    }
}

fn decode_web(bytes: &[u8], e: &'static encoding_rs::Encoding, page: u16) -> String {
    let mut decoder = e.new_decoder_without_bom_handling();
    let mut out = String::with_capacity(bytes.len() * 2);
    let mut at = 0;
    loop {
        let room = decoder.max_utf8_buffer_length_without_replacement(bytes.len() - at).unwrap_or(bytes.len() * 4 + 16);
        out.reserve(room);
        let (result, read) = decoder.decode_to_string_without_replacement(&bytes[at..], &mut out, true);
        at += read;
        match result {
            encoding_rs::DecoderResult::InputEmpty => return out,
            encoding_rs::DecoderResult::OutputFull => {}
            encoding_rs::DecoderResult::Malformed(..) => {
                let bad = at.checked_sub(1).and_then(|i| bytes.get(i)).copied().unwrap_or(0);
                // Windows' tables give single bytes outside of their sets to the private use area.
                out.push(match (page, bad) {
                    (949 | 51949, 0xFF) => '\u{F8F7}',
                    (932, 0xFD) => '\u{F8F1}',
                    (932, 0xFE) => '\u{F8F2}',
                    (932, 0xFF) => '\u{F8F3}',
                    (936, 0xFF) => '\u{F8F5}',
                    (950, 0xFF) => '\u{F8F8}',
                    (_, 0x80) if page < 2000 => '\u{80}',
                    _ => '?',
                });
            }
        }
    }
}

/// Characters that UTF-7 writes as themselves, as .NET does without optional characters.
fn direct(u: u16) -> bool {
    u8::try_from(u).is_ok_and(|b| b.is_ascii_alphanumeric() || b"\t\n\r '(),-./:?".contains(&b))
}

fn encode_utf7(text: &str) -> Vec<u8> {
    let b64 = base64::engine::general_purpose::STANDARD_NO_PAD;
    let u: Vec<u16> = utf16(text).collect();
    let mut out = Vec::new();
    let mut i = 0;
    while i < u.len() {
        if direct(u[i]) {
            out.push(u[i] as u8);
            i += 1;
        } else if u[i] == u16::from(b'+') {
            out.extend(b"+-");
            i += 1;
        } else {
            let n = u[i..].iter().take_while(|c| !direct(**c)).count();
            let bytes: Vec<u8> = u[i..i + n].iter().flat_map(|c| c.to_be_bytes()).collect();
            out.push(b'+');
            out.extend(b64.encode(bytes).bytes());
            out.push(b'-');
            i += n;
        }
    }
    out
}

fn decode_utf7(bytes: &[u8]) -> String {
    let mut out = String::new();
    let mut i = 0;
    while i < bytes.len() {
        if bytes[i] != b'+' {
            out.push(if bytes[i].is_ascii() { bytes[i] as char } else { '\u{FFFD}' });
            i += 1;
            continue;
        }
        i += 1;
        let n = bytes[i..].iter().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/')).count();
        if n == 0 {
            out.push('+');
        }
        let (mut acc, mut bits) = (0u32, 0);
        let mut units: Vec<u16> = Vec::new();
        for b in &bytes[i..i + n] {
            let v = match b {
                b'A'..=b'Z' => b - b'A',
                b'a'..=b'z' => b - b'a' + 26,
                b'0'..=b'9' => b - b'0' + 52,
                b'+' => 62,
                _ => 63,
            };
            acc = (acc << 6) | u32::from(v);
            bits += 6;
            if bits >= 16 {
                bits -= 16;
                units.push((acc >> bits) as u16);
            }
        }
        out.push_str(&String::from_utf16_lossy(&units));
        i += n;
        if bytes.get(i) == Some(&b'-') {
            i += 1;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use crate::encoding::Encoding;

    fn hex(name: &str, text: &str) -> String {
        Encoding::by_name(name).unwrap().encode(text).iter().map(|b| format!("{b:02x}")).collect()
    }

    #[test]
    fn coding() {
        for (name, text, want) in [
            ("euc-kr", "똠", "3f"),
            ("ks_c_5601-1987", "한글abc", "c7d1b1db616263"),
            ("shift_jis", "日本ｶﾅ", "93fa967bb6c5"),
            ("euc-jp", "日本ｶﾅ", "c6fccbdc8eb68ec5"),
            ("gb18030", "中文한", "d6d0cec483368433"),
            ("big5", "中文", "a4a4a4e5"),
            ("iso-2022-kr", "한글", "1b2429430e4751315b0f"),
            ("windows-1252", "é한", "e93f"),
            ("utf-16", "한😀", "5cd53dd800de"),
            ("UTF-16BE", "A", "0041"),
            ("utf-32", "A", "41000000"),
            ("ascii", "aé😀", "613f3f3f"),
            ("latin1", "é€", "e93f"),
            ("utf-7", "a+é", "612b2d2b414f6b2d"),
            ("IBM437", "é░", "82b0"),
        ] {
            assert_eq!(hex(name, text), want, "{name}");
        }
        let page = |p: i64, b: &[u8]| Encoding::by_code_page(p).unwrap().decode(b).into_owned();
        assert_eq!(page(949, &[0xb0, 0xa1, 0x41]), "가A");
        assert_eq!(page(949, &[0xff, 0x41]), "\u{F8F7}A");
        assert_eq!(page(65001, &[0xed, 0x95, 0x9c, 0xff]), "한\u{FFFD}");
        assert_eq!(page(65000, b"a+-+AOk-"), "a+é");
        assert_eq!(page(20127, &[0x41, 0xe9]), "A?");
        assert_eq!(page(50225, b"\x1b$)C\x0eGQ1[\x0f"), "한글");
    }

    #[test]
    fn finding() {
        assert_eq!(Encoding::detect(&[0xEF, 0xBB, 0xBF, 65]).map(|(e, n)| (e.code_page, n)), Some((65001, 3)));
        assert_eq!(Encoding::for_parameter("utf8BOM").unwrap().preamble_bytes().len(), 3);
        assert!(
            Encoding::by_name("nope").unwrap_err().to_string().starts_with("'nope' is not a supported encoding name.")
        );
        assert!(
            Encoding::by_code_page(12345)
                .unwrap_err()
                .to_string()
                .starts_with("No data is available for encoding 12345.")
        );
        assert_eq!(Encoding::utf8(false).display_name, "Unicode (UTF-8)");
    }
}
