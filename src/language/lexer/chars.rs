//! Classes of characters, as PowerShell sees them.

const IDENTIFIER_START: u16 = 1;
const MULTIPLIER: u16 = 2;
const SUFFIX: u16 = 4;
const BLANK: u16 = 8;
const HEX: u16 = 0x10;
const DIGIT: u16 = 0x20;
const VARIABLE_FIRST: u16 = 0x40;
const ENDS_WORD: u16 = 0x80;
const ENDS_ASSEMBLY: u16 = 0x100;
const ENDS_NUMBER: u16 = 0x200;

const CLASSES: [u16; 128] = classes();

const fn classes() -> [u16; 128] {
    let mut table = [0u16; 128];
    let mut c = 0usize;
    while c < 128 {
        let b = c as u8;
        let mut class = 0;
        if b.is_ascii_alphabetic() || b == b'_' {
            class |= IDENTIFIER_START | VARIABLE_FIRST;
        }
        if b.is_ascii_digit() {
            class |= DIGIT | VARIABLE_FIRST;
        }
        if b.is_ascii_hexdigit() {
            class |= HEX;
        }
        match b.to_ascii_lowercase() {
            b'g' | b'k' | b'm' | b'p' | b't' => class |= MULTIPLIER,
            b'd' | b'l' | b'n' | b's' | b'u' | b'y' => class |= SUFFIX,
            _ => {}
        }
        match b {
            0 => class |= ENDS_WORD | ENDS_ASSEMBLY,
            b'\t' | 0x0b | 0x0c | b' ' => class |= BLANK | ENDS_WORD | ENDS_ASSEMBLY,
            b'\n' | b'\r' => class |= ENDS_WORD | ENDS_ASSEMBLY,
            b'&' | b'(' | b')' | b';' | b'{' | b'|' | b'}' => class |= ENDS_WORD,
            b',' => class |= ENDS_WORD | ENDS_ASSEMBLY,
            b'!' | b'#' | b'%' | b'*' | b'+' | b'-' | b'.' | b'/' | b'<' | b'>' => class |= ENDS_NUMBER,
            b'=' | b']' => class |= ENDS_NUMBER | ENDS_ASSEMBLY,
            b'$' | b':' | b'?' | b'^' => class |= VARIABLE_FIRST,
            _ => {}
        }
        table[c] = class;
        c += 1;
    }
    table
}

#[inline]
fn has(c: char, class: u16) -> bool {
    (c as usize) < 128 && CLASSES[c as usize] & class != 0
}

/// Letters are what one UTF-16 unit can hold.
pub(crate) fn is_letter(c: char) -> bool {
    c.is_ascii_alphabetic() || (c > '\u{7f}' && c <= '\u{ffff}' && c.is_alphabetic())
}

pub(crate) fn is_letter_or_digit(c: char) -> bool {
    c.is_ascii_alphanumeric() || (c > '\u{7f}' && c <= '\u{ffff}' && (c.is_alphabetic() || is_decimal_number(c)))
}

/// Decimal digits of other scripts; `is_numeric` would take fractions and Roman numerals too.
fn is_decimal_number(c: char) -> bool {
    c.is_numeric()
        && !matches!(c, '\u{b2}' | '\u{b3}' | '\u{b9}' | '\u{bc}'..='\u{be}' | '\u{2070}'..='\u{218b}' | '\u{2460}'..='\u{3400}')
}

/// White space; line ends are none.
pub(crate) fn is_blank(c: char) -> bool {
    has(c, BLANK)
        || (c > '\u{7f}'
            && matches!(
                c,
                '\u{85}' | '\u{a0}' | '\u{1680}' | '\u{2000}'
                    ..='\u{200a}' | '\u{2028}' | '\u{2029}' | '\u{202f}' | '\u{205f}' | '\u{3000}'
            ))
}

pub(crate) fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2013}' | '\u{2014}' | '\u{2015}')
}

pub(crate) fn is_single_quote(c: char) -> bool {
    matches!(c, '\'' | '\u{2018}'..='\u{201b}')
}

pub(crate) fn is_double_quote(c: char) -> bool {
    matches!(c, '"' | '\u{201c}'..='\u{201e}')
}

pub(crate) fn is_variable_start(c: char) -> bool {
    has(c, VARIABLE_FIRST) || (c > '\u{7f}' && is_letter_or_digit(c))
}

pub(crate) fn is_identifier_start(c: char) -> bool {
    has(c, IDENTIFIER_START) || (c > '\u{7f}' && is_letter(c))
}

pub(crate) fn is_identifier_follow(c: char) -> bool {
    has(c, IDENTIFIER_START | DIGIT) || (c > '\u{7f}' && is_letter_or_digit(c))
}

/// The same for a byte that is known to be ASCII.
#[inline]
pub(crate) fn is_identifier_byte(b: u8) -> bool {
    b < 128 && CLASSES[b as usize] & (IDENTIFIER_START | DIGIT) != 0
}

pub(crate) fn is_hex(c: char) -> bool {
    has(c, HEX)
}

pub(crate) fn is_suffix(c: char) -> bool {
    has(c, SUFFIX)
}

pub(crate) fn is_multiplier(c: char) -> bool {
    has(c, MULTIPLIER)
}

/// The character ends any word.
#[inline]
pub(crate) fn ends_word(c: char) -> bool {
    has(c, ENDS_WORD) || (c > '\u{7f}' && is_blank(c))
}

/// An ASCII byte that is ordinary within a word: neither ends it nor needs a look.
#[inline]
pub(crate) fn is_plain_word_byte(b: u8) -> bool {
    b < 128 && CLASSES[b as usize] & ENDS_WORD == 0 && !matches!(b, b'`' | b'\'' | b'"' | b'$')
}

pub(crate) fn ends_assembly(c: char) -> bool {
    has(c, ENDS_ASSEMBLY) || is_blank(c)
}

/// The character ends a number in an expression; `?` and `:` do so only where a ternary may follow.
pub(crate) fn ends_number(c: char, ternary: bool) -> bool {
    has(c, ENDS_NUMBER) || (ternary && matches!(c, '?' | ':')) || (c > '\u{7f}' && is_dash(c))
}
