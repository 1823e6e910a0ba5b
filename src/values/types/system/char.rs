//! System.Char.

use super::integer::type_code;
use super::search;
use crate::error::Result;
use crate::string::{Str, unit_to_char};
use crate::types::{Call, TypeDef, TypeRef, fail};
use crate::value::Value;

pub static TYPES: &[TypeDef] = &[TypeDef {
    name: "System.Char",
    like: &[],
    members: &[
        ("ToString", |c| Ok(Value::Str(Str::from_utf16(&[unit(c.this)])))),
        ("CompareTo", |c| {
            if !c.has(0) {
                return Ok(Value::I32(1));
            }
            if c.arg(0).type_ref() != Some(TypeRef::CHAR) {
                return fail::argument("Object must be of type Char.", "").throw();
            }
            Ok(Value::I32(i32::from(unit(c.this)) - i32::from(unit(c.arg(0)))))
        }),
        ("GetTypeCode", |c| Ok(type_code(c.this))),
        ("::ToString", |c| Ok(Value::Str(Str::from_utf16(&[c.unit(0)])))),
        ("::Parse", |c| {
            let text = c.need_str(0)?;
            if text.units() != 1 {
                return fail::format("String must be exactly one character long.").throw();
            }
            Ok(Value::Char(c.unit(0)))
        }),
        ("::TryParse", |c| {
            let text = c.str(0);
            let fits = text.units() == 1;
            let read = text.unit_at(0).filter(|_| fits).unwrap_or(0);
            c.set_ref(1, Value::Char(read))?;
            Ok(Value::Bool(fits))
        }),
        ("::IsDigit", |c| test(c, |ch| category(ch) == 8)),
        ("::IsNumber", |c| test(c, |ch| (8..=10).contains(&category(ch)))),
        ("::IsLetter", |c| test(c, |ch| category(ch) <= 4)),
        ("::IsLetterOrDigit", |c| test(c, |ch| category(ch) <= 4 || category(ch) == 8)),
        ("::IsUpper", |c| test(c, |ch| category(ch) == 0)),
        ("::IsLower", |c| test(c, |ch| category(ch) == 1)),
        ("::IsWhiteSpace", |c| test(c, char::is_whitespace)),
        ("::IsControl", |c| test(c, char::is_control)),
        ("::IsPunctuation", |c| test(c, |ch| (18..=24).contains(&category(ch)))),
        ("::IsSymbol", |c| test(c, |ch| (25..=28).contains(&category(ch)))),
        ("::IsSeparator", |c| test(c, |ch| (11..=13).contains(&category(ch)))),
        ("::IsSurrogate", |c| units(c, |u| (0xD800..=0xDFFF).contains(&u))),
        ("::IsHighSurrogate", |c| units(c, |u| (0xD800..=0xDBFF).contains(&u))),
        ("::IsLowSurrogate", |c| units(c, |u| (0xDC00..=0xDFFF).contains(&u))),
        ("::IsSurrogatePair", |c| {
            let (a, b) = match c.arg(0).base() {
                Value::Str(s) => {
                    let at = c.long(1).max(0) as usize;
                    (s.unit_at(at).unwrap_or(0), s.unit_at(at + 1).unwrap_or(0))
                }
                _ => (c.unit(0), c.unit(1)),
            };
            Ok(Value::Bool((0xD800..=0xDBFF).contains(&a) && (0xDC00..=0xDFFF).contains(&b)))
        }),
        ("::IsAscii", |c| test(c, |ch| ch.is_ascii())),
        ("::IsAsciiLetter", |c| test(c, |ch| ch.is_ascii_alphabetic())),
        ("::IsAsciiLetterLower", |c| test(c, |ch| ch.is_ascii_lowercase())),
        ("::IsAsciiLetterUpper", |c| test(c, |ch| ch.is_ascii_uppercase())),
        ("::IsAsciiDigit", |c| test(c, |ch| ch.is_ascii_digit())),
        ("::IsAsciiLetterOrDigit", |c| test(c, |ch| ch.is_ascii_alphanumeric())),
        ("::IsAsciiHexDigit", |c| test(c, |ch| ch.is_ascii_hexdigit())),
        ("::IsAsciiHexDigitUpper", |c| test(c, |ch| ch.is_ascii_digit() || ('A'..='F').contains(&ch))),
        ("::IsAsciiHexDigitLower", |c| test(c, |ch| ch.is_ascii_digit() || ('a'..='f').contains(&ch))),
        ("::IsBetween", |c| Ok(Value::Bool((c.unit(1)..=c.unit(2)).contains(&c.unit(0))))),
        ("::ToUpper", |c| mapped(c, search::upper)),
        ("::ToLower", |c| mapped(c, search::lower)),
        ("::ToUpperInvariant", |c| mapped(c, search::upper)),
        ("::ToLowerInvariant", |c| mapped(c, search::lower)),
        ("::GetNumericValue", |c| {
            let ch = subject(c)?;
            Ok(Value::F64(numeric(ch)))
        }),
        ("::GetUnicodeCategory", |c| {
            let ch = subject(c)?;
            Ok(super::enumeration::make("System.Globalization.UnicodeCategory", category(ch)))
        }),
        ("::ConvertFromUtf32", |c| {
            match u32::try_from(c.long(0)).ok().and_then(char::from_u32) {
            Some(ch) => Ok(Value::from(ch.to_string())),
            None => fail::range("A valid UTF32 value is between 0x000000 and 0x10ffff, inclusive, and should not include surrogate codepoint values (0x00d800 ~ 0x00dfff).", "utf32").throw(),
        }
        }),
        ("::ConvertToUtf32", |c| {
            let pair = match c.arg(0).base() {
                Value::Str(s) => {
                    let at = c.long(1).max(0) as usize;
                    let first = s.unit_at(at).unwrap_or(0);
                    if !(0xD800..=0xDFFF).contains(&first) {
                        return Ok(Value::I32(i32::from(first)));
                    }
                    [first, s.unit_at(at + 1).unwrap_or(0)]
                }
                _ => [c.unit(0), c.unit(1)],
            };
            match char::decode_utf16(pair).next() {
                Some(Ok(ch)) => Ok(Value::I32(ch as i32)),
                _ => fail::range(
                    "A valid high surrogate character is between 0xd800 and 0xdbff, inclusive.",
                    "highSurrogate",
                )
                .throw(),
            }
        }),
    ],
}];

fn unit(v: &Value) -> u16 {
    v.as_i64().unwrap_or(0) as u16
}

/// The unit that the arguments name: a Char, or a text with an index.
fn tested(c: &Call<'_>) -> Result<u16> {
    match c.arg(0).base() {
        Value::Str(s) if c.count() == 2 => match usize::try_from(c.long(1)).ok().and_then(|i| s.unit_at(i)) {
            Some(unit) => Ok(unit),
            None => fail::range("Specified argument was out of the range of valid values.", "index").throw(),
        },
        _ => Ok(c.unit(0)),
    }
}

fn subject(c: &Call<'_>) -> Result<char> {
    tested(c).map(unit_to_char)
}

fn test(c: &Call<'_>, f: fn(char) -> bool) -> Result {
    Ok(Value::Bool(f(subject(c)?)))
}

fn units(c: &Call<'_>, f: fn(u16) -> bool) -> Result {
    Ok(Value::Bool(f(tested(c)?)))
}

fn mapped(c: &Call<'_>, f: fn(char) -> char) -> Result {
    let ch = f(unit_to_char(c.unit(0)));
    Ok(Value::Char(ch.to_string().encode_utf16().next().unwrap_or(0)))
}

fn numeric(ch: char) -> f64 {
    if let Some(d) = ch.to_digit(10) {
        return f64::from(d);
    }
    match ch {
        '\u{bc}' => 0.25,
        '\u{bd}' => 0.5,
        '\u{be}' => 0.75,
        '\u{b2}' => 2.0,
        '\u{b3}' => 3.0,
        '\u{b9}' => 1.0,
        '\u{2160}'..='\u{216b}' => f64::from(ch as u32 - 0x215f),
        '\u{2460}'..='\u{2473}' => f64::from(ch as u32 - 0x245f),
        '\u{2153}' => 1.0 / 3.0,
        '\u{2154}' => 2.0 / 3.0,
        '\u{3007}' => 0.0,
        '\u{0660}'..='\u{0669}' => f64::from(ch as u32 - 0x0660),
        '\u{ff10}'..='\u{ff19}' => f64::from(ch as u32 - 0xff10),
        _ => -1.0,
    }
}

/// System.Globalization.UnicodeCategory of a character.
pub fn category(ch: char) -> i64 {
    if crate::string::as_lone_surrogate(ch).is_some() {
        return 16;
    }
    match ch {
        '0'..='9' => 8,
        'a'..='z' => 1,
        'A'..='Z' => 0,
        ' ' | '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => 11,
        '\u{2028}' => 12,
        '\u{2029}' => 13,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' => 15,
        c if c.is_control() => 14,
        '_' | '\u{203f}' | '\u{2040}' | '\u{fe33}' | '\u{ff3f}' => 18,
        '-' | '\u{2010}'..='\u{2015}' | '\u{301c}' | '\u{ff0d}' => 19,
        '(' | '[' | '{' | '\u{201a}' | '\u{201e}' | '\u{3008}' | '\u{300a}' | '\u{300c}' | '\u{300e}' | '\u{3010}'
        | '\u{ff08}' => 20,
        ')' | ']' | '}' | '\u{3009}' | '\u{300b}' | '\u{300d}' | '\u{300f}' | '\u{3011}' | '\u{ff09}' => 21,
        '\u{ab}' | '\u{2018}' | '\u{201b}' | '\u{201c}' | '\u{201f}' | '\u{2039}' => 22,
        '\u{bb}' | '\u{2019}' | '\u{201d}' | '\u{203a}' => 23,
        '+'
        | '<'
        | '='
        | '>'
        | '|'
        | '~'
        | '\u{ac}'
        | '\u{b1}'
        | '\u{d7}'
        | '\u{f7}'
        | '\u{2200}'..='\u{22ff}'
        | '\u{2190}'..='\u{2194}' => 25,
        '$' | '\u{a2}'..='\u{a5}' | '\u{20a0}'..='\u{20c0}' => 26,
        '^' | '`' | '\u{a8}' | '\u{af}' | '\u{b4}' | '\u{b8}' => 27,
        '\u{a6}'
        | '\u{a9}'
        | '\u{ae}'
        | '\u{b0}'
        | '\u{2100}'..='\u{2101}'
        | '\u{2122}'
        | '\u{2195}'..='\u{21ff}'
        | '\u{2300}'..='\u{23ff}'
        | '\u{2500}'..='\u{27bf}'
        | '\u{1f000}'..='\u{1faff}' => 28,
        '!'
        | '"'
        | '#'
        | '%'
        | '&'
        | '\''
        | '*'
        | ','
        | '.'
        | '/'
        | ':'
        | ';'
        | '?'
        | '@'
        | '\\'
        | '\u{a1}'
        | '\u{a7}'
        | '\u{b6}'
        | '\u{b7}'
        | '\u{bf}'
        | '\u{2016}'
        | '\u{2020}'..='\u{2027}'
        | '\u{3001}'..='\u{3003}'
        | '\u{ff0c}'
        | '\u{ff01}' => 24,
        '\u{2160}'..='\u{2188}' | '\u{3007}' => 9,
        '\u{b2}'
        | '\u{b3}'
        | '\u{b9}'
        | '\u{bc}'..='\u{be}'
        | '\u{2070}'..='\u{2079}'
        | '\u{2080}'..='\u{2089}'
        | '\u{2150}'..='\u{215f}'
        | '\u{2460}'..='\u{249b}' => 10,
        '\u{aa}' | '\u{ba}' => 4,
        '\u{300}'..='\u{36f}'
        | '\u{483}'..='\u{487}'
        | '\u{591}'..='\u{5bd}'
        | '\u{64b}'..='\u{65f}'
        | '\u{1ab0}'..='\u{1aff}'
        | '\u{20d0}'..='\u{20dc}'
        | '\u{fe00}'..='\u{fe0f}' => 5,
        '\u{2b0}'..='\u{2c1}'
        | '\u{3005}'
        | '\u{3031}'..='\u{3035}'
        | '\u{309d}'
        | '\u{309e}'
        | '\u{30fc}'..='\u{30fe}' => 3,
        '\u{1c5}' | '\u{1c8}' | '\u{1cb}' | '\u{1f2}' => 2,
        '\u{e000}'..='\u{f8ff}' => 17,
        c if c.is_uppercase() => 0,
        c if c.is_lowercase() => 1,
        c if c.is_alphabetic() => 4,
        c if c.is_numeric() => 8,
        _ => 29,
    }
}
