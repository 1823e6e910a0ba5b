//! System.String: searching, taking apart and putting together.

use super::search::{self, Rule};
use crate::error::Result;
use crate::stop::{Growing, Pace};
use crate::string::Str;
use crate::types::{Call, TypeDef, TypeRef, fail};
use crate::value::Value;

pub static TYPES: &[TypeDef] = &[TypeDef {
    name: "System.String",
    like: &[],
    members: &[
        ("new", |c| construct(c)),
        ("::Empty", |_| Ok(Value::from(""))),
        ("Length", |c| Ok(Value::I32(c.this_str().units() as i32))),
        ("Chars", |c| char_at(c)),
        ("[]", |c| char_at(c)),
        ("Substring", |c| substring(c)),
        ("IndexOf", |c| index_of(c, false)),
        ("LastIndexOf", |c| index_of(c, true)),
        ("IndexOfAny", |c| index_of_any(c, false)),
        ("LastIndexOfAny", |c| index_of_any(c, true)),
        ("Contains", |c| {
            let rule = search::rule_of(c.named("comparisonType")).unwrap_or(Rule::ORDINAL);
            let s = c.this_str();
            let part = c.need_str(0)?;
            Ok(Value::Bool(search::find(&s, &part, 0, s.units(), rule, false).is_some()))
        }),
        ("StartsWith", |c| edge(c, search::starts_with)),
        ("EndsWith", |c| edge(c, search::ends_with)),
        ("Replace", |c| replace(c)),
        ("Remove", |c| remove(c)),
        ("Insert", |c| {
            let s = c.this_str();
            let at = c.int(0);
            let part = c.need_str(1)?;
            if at < 0 || at as usize > s.units() {
                return fail::above("startIndex", i64::from(at), s.units() as i64).throw();
            }
            let byte = s.byte_of_unit(at as usize);
            Ok(Value::from(format!("{}{part}{}", &s[..byte], &s[byte..])))
        }),
        ("Split", |c| split(c)),
        ("Trim", |c| trim(c, true, true)),
        ("TrimStart", |c| trim(c, true, false)),
        ("TrimEnd", |c| trim(c, false, true)),
        ("PadLeft", |c| pad(c, true)),
        ("PadRight", |c| pad(c, false)),
        ("ToUpper", |c| Ok(Value::Str(to_upper(&c.this_str(), is_turkic(c))))),
        ("ToLower", |c| Ok(Value::Str(to_lower(&c.this_str(), is_turkic(c))))),
        ("ToUpperInvariant", |c| Ok(Value::Str(to_upper(&c.this_str(), false)))),
        ("ToLowerInvariant", |c| Ok(Value::Str(to_lower(&c.this_str(), false)))),
        ("ToString", |c| Ok(c.this.base().clone())),
        ("Clone", |c| Ok(c.this.base().clone())),
        ("ToCharArray", |c| {
            let s = c.this_str();
            let (mut from, mut count) = (0, s.units());
            if c.count() == 2 {
                let (start, length) = (c.int(0), c.int(1));
                if length < 0 {
                    return fail::negative("length", i64::from(length)).throw();
                }
                if start < 0 || start as usize + length as usize > count {
                    return fail::above("startIndex", i64::from(start), count as i64 - i64::from(length)).throw();
                }
                (from, count) = (start as usize, length as usize);
            }
            Ok(Value::typed_array(TypeRef::CHAR, s.utf16().skip(from).take(count).map(Value::Char).collect()))
        }),
        ("GetEnumerator", |c| {
            let items = c.this_str().utf16().map(Value::Char).collect();
            Ok(crate::types::collections::enumerator::over("System.CharEnumerator", items))
        }),
        ("EnumerateRunes", |c| {
            let text = c.this_str();
            let runes = text
                .chars()
                .map(|ch| super::rune::make(crate::string::as_lone_surrogate(ch).map_or(ch, |_| '\u{fffd}')));
            Ok(crate::types::collections::enumerator::over("System.Text.StringRuneEnumerator", runes.collect()))
        }),
        ("CompareTo", |c| {
            if !c.has(0) {
                return Ok(Value::I32(1));
            }
            if c.arg(0).as_str().is_none() {
                return fail::argument("Object must be of type String.", "").throw();
            }
            let none = crate::compare::CompareOptions::NONE;
            Ok(Value::I32(crate::compare::compare(&c.this_str(), &c.str(0), &c.culture(), none) as i32))
        }),
        ("Equals", |c| {
            let rule = search::rule_of(c.named("comparisonType")).unwrap_or(Rule::ORDINAL);
            Ok(Value::Bool(c.arg(0).as_str().is_some_and(|o| search::equal(&c.this_str(), o, rule))))
        }),
        ("GetTypeCode", |_| Ok(crate::types::system::enumeration::make("System.TypeCode", 18))),
        ("Normalize", |c| Ok(Value::Str(normalize(&c.this_str(), if c.count() == 0 { 1 } else { c.long(0) })))),
        ("IsNormalized", |c| {
            let s = c.this_str();
            let form = if c.count() == 0 { 1 } else { c.long(0) };
            Ok(Value::Bool(normalize(&s, form) == s))
        }),
        ("ReplaceLineEndings", |c| {
            let new = if c.count() == 0 { Str::from("\n") } else { c.need_str(0)? };
            Ok(Value::from(line_endings(&c.this_str(), &new)))
        }),
        ("CopyTo", |c| {
            let (from, at, count) = (c.int(0).max(0) as usize, c.int(2).max(0) as usize, c.int(3).max(0) as usize);
            let units: Vec<u16> = c.this_str().utf16().skip(from).take(count).collect();
            if let Some(target) = c.arg(1).as_array() {
                let mut items = target.lock();
                if units.len() < count || at + count > items.len() {
                    drop(items);
                    return fail::range("Index and count must refer to a location within the string.", "sourceIndex")
                        .throw();
                }
                for (i, unit) in units.into_iter().enumerate() {
                    items[at + i] = Value::Char(unit);
                }
            }
            Ok(Value::Void)
        }),
        ("ToBoolean", |c| convert_to(c, TypeRef::BOOL)),
        ("ToInt32", |c| convert_to(c, TypeRef::INT32)),
        ("ToInt64", |c| convert_to(c, TypeRef::INT64)),
        ("ToDouble", |c| convert_to(c, TypeRef::DOUBLE)),
        ("ToDecimal", |c| convert_to(c, TypeRef::DECIMAL)),
        ("ToDateTime", |c| convert_to(c, TypeRef::DATETIME)),
        ("ToChar", |c| convert_to(c, TypeRef::CHAR)),
        ("ToByte", |c| convert_to(c, TypeRef::BYTE)),
    ],
}];

fn convert_to(c: &mut Call<'_>, ty: TypeRef) -> Result {
    crate::convert::convert(c.ctx, c.this, ty)
}

fn construct(c: &mut Call<'_>) -> Result {
    if c.parameter(0) == TypeRef::CHAR {
        let count = c.int(1);
        if count < 0 {
            return fail::negative("count", i64::from(count)).throw();
        }
        let one = Str::from_utf16(&[c.unit(0)]);
        return Ok(Value::Str(Str::with_units(crate::stop::repeat(&one, count as usize)?, count as usize)));
    }
    let units: Vec<u16> = c.items(0).iter().map(|v| v.as_i64().unwrap_or(0) as u16).collect();
    if c.count() == 3 {
        let (start, length) = (c.int(1), c.int(2));
        if start < 0 || length < 0 || start as usize + length as usize > units.len() {
            return fail::range(
                "Index was out of range. Must be non-negative and less than or equal to the size of the collection.",
                "startIndex",
            )
            .throw();
        }
        return Ok(Value::Str(Str::from_utf16(&units[start as usize..(start + length) as usize])));
    }
    Ok(Value::Str(Str::from_utf16(&units)))
}

fn char_at(c: &mut Call<'_>) -> Result {
    let s = c.this_str();
    match usize::try_from(c.long(0)).ok().and_then(|i| s.unit_at(i)) {
        Some(unit) => Ok(Value::Char(unit)),
        None => fail::named("System.IndexOutOfRangeException", "Index was outside the bounds of the array.").throw(),
    }
}

fn substring(c: &mut Call<'_>) -> Result {
    let s = c.this_str();
    let (start, total) = (c.long(0), s.units() as i64);
    if start < 0 {
        return fail::negative("startIndex", start).throw();
    }
    if start > total {
        return fail::range("startIndex cannot be larger than length of string.", "startIndex").throw();
    }
    let length = if c.count() == 2 { c.long(1) } else { total - start };
    if length < 0 {
        return fail::negative("length", length).throw();
    }
    if start + length > total {
        return fail::range("Index and length must refer to a location within the string.", "length").throw();
    }
    Ok(Value::Str(s.slice(start as usize, length as usize)))
}

const START: &str =
    "Index was out of range. Must be non-negative and less than or equal to the size of the collection.";
const LAST_START: &str = "Index was out of range. Must be non-negative and less than the size of the collection.";
const COUNT: &str = "Count must be positive and count must refer to a location within the string/array/collection.";

/// The stretch that `startIndex` and `count` arguments leave of a text; the search runs backwards for `last`.
fn stretch(c: &Call<'_>, total: i64, is_last: bool) -> Result<Option<(usize, usize)>> {
    let start = c.named_int("startIndex");
    let count = c.named_int("count");
    if is_last {
        if total == 0 {
            if start.is_some_and(|n| n != -1 && n != 0) {
                return fail::range(LAST_START, "startIndex").throw();
            }
            return Ok(Some((0, 0)));
        }
        let start = start.unwrap_or(total - 1);
        if start < 0 || start > total {
            return fail::range(LAST_START, "startIndex").throw();
        }
        let start = start.min(total - 1);
        let count = count.unwrap_or(start + 1);
        if count < 0 || start - count + 1 < 0 {
            return fail::range(COUNT, "count").throw();
        }
        return Ok(Some(((start + 1 - count) as usize, count as usize)));
    }
    let start = start.unwrap_or(0);
    if start < 0 || start > total {
        return fail::range(START, "startIndex").throw();
    }
    let count = count.unwrap_or(total - start);
    if count < 0 || count > total - start {
        return fail::range(COUNT, "count").throw();
    }
    Ok(Some((start as usize, count as usize)))
}

fn index_of(c: &mut Call<'_>, is_last: bool) -> Result {
    let s = c.this_str();
    let Some((start, count)) = stretch(c, s.units() as i64, is_last)? else { return Ok(Value::I32(-1)) };
    let is_char = c.parameter(0) == TypeRef::CHAR;
    let default = if is_char { Rule::ORDINAL } else { Rule::CULTURE };
    let rule = search::rule_of(c.named("comparisonType")).unwrap_or(default);
    let part = c.need_str(0)?;
    if part.is_empty() && is_last {
        let end = c.named_int("startIndex").map_or(s.units() as i64, |n| (n + 1).min(s.units() as i64));
        return Ok(Value::I32(end as i32));
    }
    let found = search::find(&s, &part, start, count, rule, is_last);
    Ok(Value::I32(found.map_or(-1, |(at, _)| at as i32)))
}

fn index_of_any(c: &mut Call<'_>, is_last: bool) -> Result {
    let s = c.this_str();
    if !c.has(0) {
        return fail::null("anyOf").throw();
    }
    let Some((start, count)) = stretch(c, s.units() as i64, is_last)? else { return Ok(Value::I32(-1)) };
    let wanted: Vec<u16> = c.items(0).iter().filter_map(|v| v.as_i64().map(|n| n as u16)).collect();
    let mut hits = s.utf16().enumerate().skip(start).take(count).filter(|(_, u)| wanted.contains(u));
    let found = if is_last { hits.last() } else { hits.next() };
    Ok(Value::I32(found.map_or(-1, |(at, _)| at as i32)))
}

fn edge(c: &mut Call<'_>, test: fn(&str, &str, Rule) -> bool) -> Result {
    let part = c.need_str(0)?;
    let rule = if c.parameter(0) == TypeRef::CHAR {
        Rule::ORDINAL
    } else if let Some(at) = c.place("ignoreCase") {
        Rule { is_ordinal: false, ignores_case: c.bool(at) }
    } else {
        search::rule_of(c.named("comparisonType")).unwrap_or(Rule::CULTURE)
    };
    Ok(Value::Bool(test(&c.this_str(), &part, rule)))
}

fn replace(c: &mut Call<'_>) -> Result {
    let s = c.this_str();
    let (old, new) = (c.need_str(0)?, c.str(1));
    if old.is_empty() {
        return fail::argument("The value cannot be an empty string.", "oldValue").throw();
    }
    let rule = if let Some(at) = c.place("ignoreCase") {
        Rule { is_ordinal: false, ignores_case: c.bool(at) }
    } else {
        search::rule_of(c.named("comparisonType")).unwrap_or(Rule::ORDINAL)
    };
    search::replace(&s, &old, &new, rule).map(Value::Str)
}

fn remove(c: &mut Call<'_>) -> Result {
    let s = c.this_str();
    let (start, total) = (c.long(0), s.units() as i64);
    if start < 0 {
        return fail::negative("startIndex", start).throw();
    }
    if c.count() == 1 {
        if start > total {
            return fail::range("startIndex cannot be larger than length of string.", "startIndex").throw();
        }
        return Ok(Value::Str(s.slice(0, start as usize)));
    }
    let count = c.long(1);
    if count < 0 {
        return fail::negative("count", count).throw();
    }
    if count > total - start {
        return fail::above("count", count, total - start).throw();
    }
    let (from, to) = (s.byte_of_unit(start as usize), s.byte_of_unit((start + count) as usize));
    Ok(Value::from(format!("{}{}", &s[..from], &s[to..])))
}

fn split(c: &mut Call<'_>) -> Result {
    let s = c.this_str();
    let options = c.named_int("options").unwrap_or(0);
    let (drop_empty, trims) = (options & 1 != 0, options & 2 != 0);
    let limit = match c.place("count") {
        Some(at) if c.long(at) < 0 => return fail::negative("count", c.long(at)).throw(),
        Some(at) => c.long(at) as usize,
        None => usize::MAX,
    };
    let separators: Vec<String> = match c.parameter(0) {
        TypeRef::CHAR => vec![c.char(0).to_string()],
        TypeRef::STRING => Some(c.str(0).to_string()).into_iter().filter(|t| !t.is_empty()).collect(),
        _ => c.items(0).iter().map(crate::convert::to_display).filter(|t| !t.is_empty()).collect(),
    };
    // No separators at all means white space, but an empty separator string means none.
    let by_white = separators.is_empty() && c.parameter(0) != TypeRef::STRING;
    let found = pieces(&s, &separators, by_white, limit, drop_empty, trims)?;
    Ok(Value::typed_array(TypeRef::STRING, found))
}

/// Where the separators stand next in a text, so that one which stands nowhere is not looked for at each piece.
struct Separators<'a> {
    all: &'a [String],
    /// The next place of each at or behind where the last hit ended; none where there is no more.
    next: Vec<Option<usize>>,
}

impl<'a> Separators<'a> {
    fn new(all: &'a [String], text: &str) -> Separators<'a> {
        Separators { all, next: all.iter().map(|separator| text.find(separator.as_str())).collect() }
    }

    /// The first separator at or behind a place, of those that begin there the first named: its place and length.
    fn hit(&mut self, text: &str, from: usize) -> Option<(usize, usize)> {
        let mut first: Option<(usize, usize)> = None;
        for (separator, next) in self.all.iter().zip(&mut self.next) {
            if next.is_some_and(|at| at < from) {
                *next = text[from..].find(separator.as_str()).map(|at| at + from);
            }
            if let Some(at) = *next
                && first.is_none_or(|(before, _)| at < before)
            {
                first = Some((at, separator.len()));
            }
        }
        first
    }
}

/// The pieces between separators as `Split` gives them.
pub fn pieces(
    s: &Str,
    separators: &[String],
    by_white: bool,
    limit: usize,
    drop_empty: bool,
    trims: bool,
) -> Result<Vec<Value>> {
    let mut found = Growing::default();
    let shape = |piece: &str| {
        let piece = if trims { piece.trim_matches(is_white) } else { piece };
        (!(drop_empty && piece.is_empty())).then(|| Value::from(piece))
    };
    let text = s.as_str();
    if limit == 0 {
        return Ok(found.done());
    }
    let mut ahead = Separators::new(separators, text);
    let mut from = 0;
    let mut pace = Pace::default();
    while found.len() + 1 < limit {
        pace.step()?;
        let hit = match by_white {
            true => text[from..].char_indices().find(|c| is_white(c.1)).map(|(at, ch)| (from + at, ch.len_utf8())),
            false => ahead.hit(text, from),
        };
        let Some((at, length)) = hit else { break };
        if let Some(piece) = shape(&text[from..at]) {
            found.push(piece)?;
        }
        from = at + length;
    }
    let mut rest = &text[from..];
    // With a limit and empty pieces dropped, leading separators of the remainder go too.
    if drop_empty && limit != usize::MAX {
        while let Some(after) = separators.iter().find_map(|sep| rest.strip_prefix(sep.as_str())) {
            rest = after;
        }
    }
    if let Some(piece) = shape(rest) {
        found.push(piece)?;
    }
    Ok(found.done())
}

/// `Char.IsWhiteSpace`.
pub fn is_white(ch: char) -> bool {
    ch.is_whitespace()
}

fn trim(c: &mut Call<'_>, at_start: bool, at_end: bool) -> Result {
    let s = c.this_str();
    let set = match c.parameter(0) {
        _ if c.count() == 0 => Vec::new(),
        TypeRef::CHAR => vec![c.char(0)],
        _ => c.chars(0),
    };
    let hit = |ch: char| if set.is_empty() { is_white(ch) } else { set.contains(&ch) };
    let mut text = s.as_str();
    if at_start {
        text = text.trim_start_matches(hit);
    }
    if at_end {
        text = text.trim_end_matches(hit);
    }
    Ok(if text.len() == s.len() { Value::Str(s) } else { Value::from(text) })
}

fn pad(c: &mut Call<'_>, at_start: bool) -> Result {
    let s = c.this_str();
    let width = c.long(0);
    if width < 0 {
        return fail::negative("totalWidth", width).throw();
    }
    let missing = (width as usize).saturating_sub(s.units());
    if missing == 0 {
        return Ok(Value::Str(s));
    }
    let fill: String = std::iter::repeat_n(if c.count() == 2 { c.char(1) } else { ' ' }, missing).collect();
    Ok(Value::from(if at_start { format!("{fill}{s}") } else { format!("{s}{fill}") }))
}

fn is_turkic(c: &Call<'_>) -> bool {
    c.provider(0).is_turkic()
}

/// Upper case, character by character.
pub fn to_upper(s: &Str, is_turkic: bool) -> Str {
    if s.is_ascii() && !is_turkic {
        return Str::from(s.to_ascii_uppercase());
    }
    Str::from(s.chars().map(|ch| if is_turkic && ch == 'i' { 'İ' } else { search::upper(ch) }).collect::<String>())
}

/// Lower case, character by character.
pub fn to_lower(s: &Str, is_turkic: bool) -> Str {
    if s.is_ascii() && !is_turkic {
        return Str::from(s.to_ascii_lowercase());
    }
    let one = |ch: char| match (ch, is_turkic) {
        ('I', true) => 'ı',
        ('İ', true) => 'i',
        _ => search::lower(ch),
    };
    Str::from(s.chars().map(one).collect::<String>())
}

fn normalize(s: &Str, form: i64) -> Str {
    use unicode_normalization::UnicodeNormalization;
    Str::from(match form {
        2 => s.nfd().collect::<String>(),
        5 => s.nfkc().collect(),
        6 => s.nfkd().collect(),
        _ => s.nfc().collect(),
    })
}

fn line_endings(text: &str, new: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(ch) = chars.next() {
        match ch {
            '\r' => {
                chars.next_if_eq(&'\n');
                out.push_str(new);
            }
            '\n' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => out.push_str(new),
            _ => out.push(ch),
        }
    }
    out
}
