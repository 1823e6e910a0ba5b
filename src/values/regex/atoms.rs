//! The small parts of a pattern: escapes, properties, character classes.

use super::charset::{self, Ranges, is_word};
use super::error::{ParseFault, RegexParseError};
use super::parser::{Fault, Parser, ch};
use super::regex::Options;
use std::sync::Arc;

impl Parser {
    pub(super) fn char_escape(&mut self) -> Fault<u16> {
        let Some(&c) = self.pattern.get(self.pos) else { return Err(ParseFault::UnescapedEndingBackslash) };
        self.pos += 1;
        if (0x30..=0x37).contains(&c) {
            self.pos -= 1;
            return Ok(self.octal());
        }
        Ok(match self.at(self.pos - 1).unwrap_or('\0') {
            'x' => self.hex(2)?,
            'u' => self.hex(4)?,
            'a' => 7,
            'b' => 8,
            'e' => 0x1B,
            'f' => 0x0C,
            'n' => 0x0A,
            'r' => 0x0D,
            't' => 9,
            'v' => 0x0B,
            'c' => {
                let Some(mut c) = self.pattern.get(self.pos).copied() else {
                    return Err(ParseFault::MissingControlCharacter);
                };
                self.pos += 1;
                if (0x61..=0x7A).contains(&c) {
                    c -= 0x20;
                }
                let c = c.wrapping_sub(0x40);
                if c >= 0x20 {
                    return Err(ParseFault::UnrecognizedControlCharacter);
                }
                c
            }
            e if !self.on(Options::ECMA_SCRIPT) && is_word(c) => {
                return Err(ParseFault::UnrecognizedEscape(e.to_string()));
            }
            _ => c,
        })
    }

    fn octal(&mut self) -> u16 {
        let mut v = 0u16;
        let mut n = 0;
        while n < 3 {
            match self.pattern.get(self.pos) {
                Some(d) if (0x30..=0x37).contains(d) => {
                    v = v * 8 + (d - 0x30);
                    self.pos += 1;
                    n += 1;
                    if self.on(Options::ECMA_SCRIPT) && v >= 0x20 {
                        break;
                    }
                }
                _ => break,
            }
        }
        v & 0xFF
    }

    fn hex(&mut self, count: usize) -> Fault<u16> {
        let mut v = 0u16;
        let mut left = count;
        if self.len() - self.pos >= count {
            while left > 0 {
                let d = self.at(self.pos).and_then(|c| c.to_digit(16));
                self.pos += 1;
                let Some(d) = d else { break };
                v = v.wrapping_mul(16).wrapping_add(d as u16);
                left -= 1;
            }
        }
        if left > 0 { Err(ParseFault::InsufficientOrInvalidHexDigits) } else { Ok(v) }
    }

    pub(super) fn property(&mut self) -> Fault<Arc<Ranges>> {
        if self.pos + 2 >= self.len() {
            return Err(ParseFault::InvalidUnicodePropertyEscape);
        }
        self.pos += 1;
        if self.at(self.pos - 1) != Some('{') {
            return Err(ParseFault::MalformedUnicodePropertyEscape);
        }
        let start = self.pos;
        while self.pattern.get(self.pos).is_some_and(|c| is_word(*c) || *c == ch('-')) {
            self.pos += 1;
        }
        let name = String::from_utf16_lossy(&self.pattern[start..self.pos]);
        if self.pos == self.len() {
            return Err(ParseFault::InvalidUnicodePropertyEscape);
        }
        self.pos += 1;
        if self.at(self.pos - 1) != Some('}') {
            return Err(ParseFault::InvalidUnicodePropertyEscape);
        }
        charset::property(&name).ok_or(ParseFault::UnrecognizedUnicodeProperty(name))
    }

    /// Reads the rest of `[...]`.
    pub(super) fn char_class(&mut self, ignore_case: bool) -> Fault<Ranges> {
        let ecma = self.on(Options::ECMA_SCRIPT);
        let mut ranges: Ranges = Vec::new();
        // Shorthand classes hold all cases of their letters already.
        let mut closed_classes: Ranges = Vec::new();
        let mut minus: Option<Ranges> = None;
        let mut previous = 0u16;
        let (mut in_range, mut first, mut closed) = (false, true, false);
        let mut negate = false;
        if self.peek() == Some('^') {
            self.pos += 1;
            negate = true;
            if ecma && self.peek() == Some(']') {
                first = false;
            }
        }
        while self.pos < self.len() {
            let mut escaped = false;
            let mut c = self.pattern[self.pos];
            self.pos += 1;
            if c == ch(']') {
                if !first {
                    closed = true;
                    break;
                }
            } else if c == ch('\\') && self.pos < self.len() {
                let e = self.at(self.pos).unwrap_or('\0');
                self.pos += 1;
                match e {
                    'D' | 'd' | 'S' | 's' | 'W' | 'w' | 'P' | 'p' => {
                        if in_range {
                            return Err(ParseFault::ShorthandClassInCharacterRange(e.to_string()));
                        }
                        if matches!(e, 'p' | 'P') {
                            let r = self.property()?;
                            if e == 'P' { ranges.extend(charset::complement(&r)) } else { ranges.extend_from_slice(&r) }
                        } else {
                            closed_classes.extend(charset::class_of(e, ecma));
                        }
                        first = false;
                        continue;
                    }
                    '-' => {
                        if in_range {
                            if previous > ch('-') {
                                return Err(ParseFault::ReversedCharacterRange);
                            }
                            ranges.push((previous, ch('-')));
                            in_range = false;
                        } else {
                            ranges.push((ch('-'), ch('-')));
                        }
                        first = false;
                        continue;
                    }
                    _ => {
                        self.pos -= 1;
                        c = self.char_escape()?;
                        escaped = true;
                    }
                }
            }
            if in_range {
                in_range = false;
                if c == ch('[') && !escaped && !first {
                    ranges.push((previous, previous));
                    minus = Some(self.char_class(ignore_case)?);
                    if self.pos < self.len() && self.peek() != Some(']') {
                        return Err(ParseFault::ExclusionGroupNotLast);
                    }
                } else {
                    if previous > c {
                        return Err(ParseFault::ReversedCharacterRange);
                    }
                    ranges.push((previous, c));
                }
            } else if self.pos + 1 < self.len() && self.peek() == Some('-') && self.at(self.pos + 1) != Some(']') {
                previous = c;
                in_range = true;
                self.pos += 1;
            } else if c == ch('-') && !escaped && self.peek() == Some('[') && !first {
                self.pos += 1;
                minus = Some(self.char_class(ignore_case)?);
                if self.pos < self.len() && self.peek() != Some(']') {
                    return Err(ParseFault::ExclusionGroupNotLast);
                }
            } else {
                ranges.push((c, c));
            }
            first = false;
        }
        if !closed {
            return Err(ParseFault::UnterminatedBracket);
        }
        if ignore_case {
            ranges = charset::with_cases(&ranges, self.on(Options::CULTURE_INVARIANT));
        }
        ranges.extend(closed_classes);
        if negate {
            ranges = charset::complement(&ranges);
        }
        if let Some(m) = minus {
            ranges = charset::subtract(&ranges, &m);
        }
        Ok(ranges)
    }
}

/// `Regex.Unescape` as units.
pub(super) fn unescape_units(text: &str, options: Options) -> Result<Vec<u16>, RegexParseError> {
    let mut p = Parser {
        pattern: text.encode_utf16().collect(),
        pos: 0,
        options,
        option_stack: Vec::new(),
        numbers: vec![0],
        names: Vec::new(),
        auto: 1,
        ignore_next_paren: false,
    };
    let mut out = Vec::new();
    while p.pos < p.len() {
        let c = p.pattern[p.pos];
        p.pos += 1;
        if c != ch('\\') {
            out.push(c);
            continue;
        }
        match p.char_escape() {
            Ok(c) => out.push(c),
            Err(fault) => return Err(RegexParseError { pattern: text.to_string(), offset: p.pos, fault }),
        }
    }
    Ok(out)
}
