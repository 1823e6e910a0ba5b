//! Number literals.

use super::chars::{ends_number, ends_word, is_dash, is_hex, is_multiplier, is_suffix};
use crate::ast::{Ast, Const};
use crate::parser::Parser;
use crate::token::{Token, TokenKind, TokenValue};

/// How the digits are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Decimal,
    Hex,
    Binary,
}

/// The type that a suffix asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Suffix {
    None,
    SignedByte,
    UnsignedByte,
    Short,
    UnsignedShort,
    Long,
    Unsigned,
    UnsignedLong,
    Decimal,
    BigInteger,
}

impl Suffix {
    fn is_unsigned(self) -> bool {
        matches!(self, Suffix::UnsignedByte | Suffix::UnsignedShort | Suffix::Unsigned | Suffix::UnsignedLong)
    }
}

/// A number as it was written.
#[derive(Clone, Copy, Debug)]
pub(super) struct NumberText {
    negative: bool,
    /// Digits, with decimals and exponent for a real.
    digits: (usize, usize),
    format: Format,
    suffix: Suffix,
    real: bool,
    multiplier: u64,
}

const MAX_DECIMAL: u128 = (1 << 96) - 1;

impl Parser<'_> {
    /// On entry the first character is taken: a digit, a dot before a digit, or a sign.
    pub(super) fn scan_number(&mut self, first: char) -> Token {
        let Some(number) = self.number_text(first) else {
            return self.scan_generic();
        };
        let value = number_value(&number, &self.text[number.digits.0..number.digits.1], &mut self.shared.ast);
        let value = match value {
            Some(value) => value,
            None if !self.expression_mode() => return self.scan_generic(),
            None => {
                let span = self.current_span();
                let text = &self.text[self.token_start..self.pos];
                self.error(span, "BadNumericConstant", &[text]);
                Const::I32(0)
            }
        };
        let value = self.shared.ast.add_const(value);
        self.token_with(TokenKind::Number, TokenValue::Number(value))
    }

    fn skip_digits(&mut self) -> usize {
        let start = self.pos;
        while self.byte(0).is_ascii_digit() {
            self.pos += 1;
        }
        self.pos - start
    }

    fn skip_exponent(&mut self) -> bool {
        let c = self.peek_char();
        if c == '+' || is_dash(c) {
            self.next_char();
        }
        self.skip_digits() > 0
    }

    /// Scans a number; `None` when what stands here is a word.
    pub(super) fn number_text(&mut self, first: char) -> Option<NumberText> {
        let mut number = NumberText {
            negative: first == '-',
            digits: (self.pos - 1, 0),
            format: Format::Decimal,
            suffix: Suffix::None,
            real: false,
            multiplier: 1,
        };
        let mut good = true;
        let mut first = first;
        if matches!(first, '-' | '+' | '!') {
            number.digits.0 = self.pos;
            first = self.next_char();
        }
        if first == '.' {
            number.real = true;
            self.skip_digits();
            if matches!(self.byte(0), b'e' | b'E') {
                self.pos += 1;
                good &= self.skip_exponent();
            }
        } else if first == '0' && matches!(self.byte(0), b'x' | b'X') {
            self.pos += 1;
            number.format = Format::Hex;
            number.digits.0 = self.pos;
            while is_hex(self.peek_char()) {
                self.pos += 1;
            }
        } else if first == '0' && matches!(self.byte(0), b'b' | b'B') {
            self.pos += 1;
            number.format = Format::Binary;
            number.digits.0 = self.pos;
            while matches!(self.byte(0), b'0' | b'1') {
                self.pos += 1;
            }
            good &= self.pos > number.digits.0;
        } else {
            self.skip_digits();
            match self.byte(0) {
                b'.' if self.byte(1) != b'.' => {
                    self.pos += 1;
                    number.real = true;
                    self.skip_digits();
                    if matches!(self.byte(0), b'e' | b'E') {
                        self.pos += 1;
                        good &= self.skip_exponent();
                    }
                }
                b'e' | b'E' => {
                    self.pos += 1;
                    number.real = true;
                    good &= self.skip_exponent();
                }
                _ => {}
            }
        }
        number.digits.1 = self.pos;
        good &= self.scan_suffix(&mut number);
        good &= self.scan_multiplier(&mut number);
        let c = self.peek_char();
        let ended =
            self.at_end() || ends_word(c) || (self.expression_mode() && ends_number(c, self.ternary_ends_number));
        (good && ended).then_some(number)
    }

    fn scan_suffix(&mut self, number: &mut NumberText) -> bool {
        if !is_suffix(self.peek_char()) {
            return true;
        }
        number.suffix = match self.byte(0).to_ascii_lowercase() {
            b'u' => Suffix::Unsigned,
            b's' => Suffix::Short,
            b'l' => Suffix::Long,
            b'd' => Suffix::Decimal,
            b'y' => Suffix::SignedByte,
            _ => Suffix::BigInteger,
        };
        self.pos += 1;
        if !is_suffix(self.peek_char()) {
            return true;
        }
        let second = self.byte(0).to_ascii_lowercase();
        self.pos += 1;
        number.suffix = match (number.suffix, second) {
            (Suffix::Unsigned, b'l') => Suffix::UnsignedLong,
            (Suffix::Unsigned, b's') => Suffix::UnsignedShort,
            (Suffix::Unsigned, b'y') => Suffix::UnsignedByte,
            _ => return false,
        };
        true
    }

    fn scan_multiplier(&mut self, number: &mut NumberText) -> bool {
        if !is_multiplier(self.peek_char()) {
            return true;
        }
        number.multiplier = match self.byte(0).to_ascii_lowercase() {
            b'k' => 1 << 10,
            b'm' => 1 << 20,
            b'g' => 1 << 30,
            b't' => 1 << 40,
            _ => 1 << 50,
        };
        self.pos += 1;
        if !matches!(self.byte(0), b'b' | b'B') {
            return false;
        }
        self.pos += 1;
        true
    }
}

/// The number that a text is, as a string is converted to one (`'0x10' + 0`, `[int]'1kb'`): blanks around it and a sign
/// are allowed. `None` when the text is no number. The tree holds the digits of a `Const::BigInt`.
pub fn parse_number(text: &str) -> Option<(Const, std::sync::Arc<Ast>)> {
    let source = std::sync::Arc::new(crate::position::Source::new(text.trim()));
    let mut parser = Parser::new(source.text(), &source, false);
    parser.signed_numbers = true;
    let token = parser.scan_token();
    if !parser.at_end() || !parser.shared.errors.is_empty() {
        return None;
    }
    match token.value {
        TokenValue::Number(id) => {
            let value = parser.shared.ast.constant(id);
            Some((value, std::sync::Arc::new(parser.shared.ast)))
        }
        _ => None,
    }
}

fn number_value(number: &NumberText, digits: &str, ast: &mut Ast) -> Option<Const> {
    if number.real {
        return real_value(number, digits, ast);
    }
    let mut suffix = number.suffix;
    let big = match number.format {
        Format::Decimal => Magnitude::parse(digits, 10)?,
        Format::Hex | Format::Binary => return radix_value(number, digits, &mut suffix, ast),
    };
    integer(big.times(number.multiplier), number.negative, suffix, Format::Decimal, ast)
}

/// Hexadecimal and binary digits that fill a type carry its sign.
fn radix_value(number: &NumberText, digits: &str, suffix: &mut Suffix, ast: &mut Ast) -> Option<Const> {
    let hex = number.format == Format::Hex;
    let radix = if hex { 16 } else { 2 };
    // PowerShell puts a zero before hexadecimal digits and takes it away where the first digit is to be the sign.
    let mut len = digits.len() + usize::from(hex);
    let mut signed = false;
    if hex {
        let full = match suffix {
            Suffix::SignedByte => 2,
            Suffix::Short => 4,
            Suffix::Long => 16,
            _ if len < 16 => 8,
            _ => 16,
        };
        if !suffix.is_unsigned() && len == full + 1 {
            len -= 1;
            signed = digits.as_bytes()[0].to_ascii_lowercase() >= b'8';
        }
        if len == 16 {
            widen(suffix);
        }
    } else {
        signed =
            !suffix.is_unsigned() && digits.starts_with('1') && (matches!(len, 8 | 16 | 32 | 64 | 96) || len >= 128);
        if len == 64 {
            widen(suffix);
        }
    }
    let mut big = Magnitude::parse(if digits.is_empty() { "0" } else { digits }, radix)?;
    let mut negative = number.negative;
    if signed {
        let bits = if hex { digits.len() * 4 } else { digits.len() };
        // Two's complement over whole bytes.
        big = big.complement(bits.div_ceil(8) * 8, bits);
        negative = !negative;
    }
    integer(big.times(number.multiplier), negative, *suffix, number.format, ast)
}

fn widen(suffix: &mut Suffix) {
    *suffix = match *suffix {
        Suffix::None => Suffix::Long,
        Suffix::Unsigned => Suffix::UnsignedLong,
        other => other,
    };
}

fn integer(big: Magnitude, negative: bool, suffix: Suffix, format: Format, ast: &mut Ast) -> Option<Const> {
    let small: Option<i128> =
        big.to_u128().and_then(|value| i128::try_from(value).ok()).map(|value| if negative { -value } else { value });
    Some(match suffix {
        Suffix::SignedByte => Const::I8(small?.try_into().ok()?),
        Suffix::UnsignedByte => Const::U8(small?.try_into().ok()?),
        Suffix::Short => Const::I16(small?.try_into().ok()?),
        Suffix::UnsignedShort => Const::U16(small?.try_into().ok()?),
        Suffix::Long => Const::I64(small?.try_into().ok()?),
        Suffix::Unsigned => match u32::try_from(small?) {
            Ok(value) => Const::U32(value),
            Err(_) => Const::U64(small?.try_into().ok()?),
        },
        Suffix::UnsignedLong => Const::U64(small?.try_into().ok()?),
        Suffix::Decimal => {
            let digits = small?;
            (digits.unsigned_abs() <= MAX_DECIMAL).then_some(Const::Decimal { digits, scale: 0 })?
        }
        Suffix::BigInteger => {
            let mut text = if negative && !big.is_zero() { "-".to_owned() } else { String::new() };
            text.push_str(&big.to_decimal());
            Const::BigInt(ast.add_text(&text))
        }
        Suffix::None => {
            if let Some(value) = small {
                if let Ok(value) = i32::try_from(value) {
                    return Some(Const::I32(value));
                }
                if let Ok(value) = i64::try_from(value) {
                    return Some(Const::I64(value));
                }
            }
            if format != Format::Decimal {
                return None;
            }
            match small {
                Some(digits) if digits.unsigned_abs() <= MAX_DECIMAL => Const::Decimal { digits, scale: 0 },
                _ => {
                    let value: f64 = big.to_decimal().parse().ok()?;
                    Const::F64(if negative { -value } else { value })
                }
            }
        }
    })
}

fn real_value(number: &NumberText, digits: &str, ast: &mut Ast) -> Option<Const> {
    // Dashes of other kinds are allowed in an exponent.
    let plain: String = digits.chars().map(|c| if is_dash(c) { '-' } else { c }).collect();
    if number.suffix == Suffix::Decimal {
        return decimal(&plain, number.negative, number.multiplier);
    }
    let mut value: f64 = plain.parse().ok()?;
    value *= number.multiplier as f64;
    if number.negative {
        value = -value;
    }
    if number.suffix == Suffix::None {
        return Some(Const::F64(value));
    }
    if !value.is_finite() {
        return None;
    }
    let rounded = format!("{:.0}", value.round_ties_even());
    let (negative, digits) = match rounded.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, rounded.as_str()),
    };
    integer(Magnitude::parse(digits, 10)?, negative, number.suffix, Format::Decimal, ast)
}

/// A decimal with decimals and exponent, rounded half to even to what the type holds.
fn decimal(text: &str, negative: bool, multiplier: u64) -> Option<Const> {
    let (mantissa, exponent) = match text.find(['e', 'E']) {
        Some(at) => (&text[..at], text[at + 1..].parse::<i64>().ok()?),
        None => (text, 0),
    };
    let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let mut scale = part.len() as i64 - exponent;
    let joined: String = format!("{whole}{part}");
    let trimmed = joined.trim_start_matches('0');
    // More than 60 digits cannot change the result.
    let (kept, cut) = if trimmed.len() > 36 { trimmed.split_at(36) } else { (trimmed, "") };
    let mut digits: u128 = if kept.is_empty() { 0 } else { kept.parse().ok()? };
    scale -= cut.len() as i64;
    let mut sticky = cut.bytes().any(|b| b != b'0');
    while scale < 0 {
        digits = digits.checked_mul(10)?;
        if digits > MAX_DECIMAL {
            return None;
        }
        scale += 1;
    }
    let round = |digits: u128, sticky: &mut bool| {
        let (mut quotient, rest) = (digits / 10, digits % 10);
        if rest > 5 || (rest == 5 && (*sticky || quotient % 2 == 1)) {
            quotient += 1;
        }
        *sticky = *sticky || rest != 0;
        quotient
    };
    while scale > 28 || digits > MAX_DECIMAL {
        if scale == 0 {
            return None;
        }
        digits = if digits == 0 { 0 } else { round(digits, &mut sticky) };
        scale -= 1;
    }
    if multiplier > 1 {
        while digits.checked_mul(u128::from(multiplier)).is_none_or(|product| product > MAX_DECIMAL) {
            if scale == 0 {
                return None;
            }
            digits = round(digits, &mut sticky);
            scale -= 1;
        }
        digits *= u128::from(multiplier);
    }
    let digits = i128::try_from(digits).ok()?;
    Some(Const::Decimal { digits: if negative { -digits } else { digits }, scale: scale as u8 })
}

/// A whole number of any size, without sign: base 2^32, lowest first.
#[derive(Clone, Debug)]
struct Magnitude(Vec<u32>);

impl Magnitude {
    fn parse(digits: &str, radix: u32) -> Option<Magnitude> {
        let mut big = Magnitude(Vec::with_capacity(4));
        for digit in digits.chars() {
            big.multiply_add(radix, digit.to_digit(radix)?);
        }
        Some(big)
    }

    fn multiply_add(&mut self, factor: u32, add: u32) {
        let mut carry = u64::from(add);
        for limb in &mut self.0 {
            carry += u64::from(*limb) * u64::from(factor);
            *limb = carry as u32;
            carry >>= 32;
        }
        if carry > 0 {
            self.0.push(carry as u32);
        }
    }

    fn times(mut self, factor: u64) -> Magnitude {
        let mut left = factor;
        while left > 1 {
            let step = left.min(1 << 30);
            self.multiply_add(step as u32, 0);
            left /= step;
        }
        self
    }

    /// Two to the power of `bits` less this, where the bits above `written` count as set.
    fn complement(mut self, bits: usize, written: usize) -> Magnitude {
        self.0.resize(bits.div_ceil(32), 0);
        let limbs = self.0.len();
        for bit in written..limbs * 32 {
            self.0[bit / 32] |= 1 << (bit % 32);
        }
        for limb in &mut self.0 {
            *limb = !*limb;
        }
        self.multiply_add(1, 1);
        self
    }

    fn is_zero(&self) -> bool {
        self.0.iter().all(|limb| *limb == 0)
    }

    fn to_u128(&self) -> Option<u128> {
        if self.0.iter().skip(4).any(|limb| *limb != 0) {
            return None;
        }
        Some(self.0.iter().take(4).rev().fold(0, |value, limb| (value << 32) | u128::from(*limb)))
    }

    fn to_decimal(&self) -> String {
        if let Some(value) = self.to_u128() {
            return value.to_string();
        }
        let mut limbs = self.0.clone();
        let mut groups = Vec::new();
        while limbs.iter().any(|limb| *limb != 0) {
            let mut rest = 0u64;
            for limb in limbs.iter_mut().rev() {
                let value = (rest << 32) | u64::from(*limb);
                *limb = (value / 1_000_000_000) as u32;
                rest = value % 1_000_000_000;
            }
            groups.push(rest);
        }
        let mut text = groups.pop().unwrap_or(0).to_string();
        for group in groups.iter().rev() {
            text.push_str(&format!("{group:09}"));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Const) {
        assert_eq!(parse_number(text).map(|(value, _)| value), Some(expected), "{text}");
    }

    #[test]
    fn literals() {
        check("42", Const::I32(42));
        check("-1", Const::I32(-1));
        check("2147483648", Const::I64(2_147_483_648));
        check("9223372036854775808", Const::Decimal { digits: 9_223_372_036_854_775_808, scale: 0 });
        check("99999999999999999999999999999999999999999", Const::F64(1e41));
        check("0xFF", Const::I32(255));
        check("0xFFFFFFFF", Const::I32(-1));
        check("0xFFFFFFFFu", Const::U32(u32::MAX));
        check("0x80000000", Const::I32(i32::MIN));
        check("0xFFFFFFFFFFFFFFFF", Const::I64(-1));
        check("0x1FFFFFFFF", Const::I64(0x1_FFFF_FFFF));
        check("0b1010", Const::I32(10));
        check("0b11111111", Const::I32(-1));
        check("1kb", Const::I32(1024));
        check("1.5kb", Const::F64(1536.0));
        check("2gb", Const::I64(2_147_483_648));
        check("1y", Const::I8(1));
        check("200uy", Const::U8(200));
        check("1l", Const::I64(1));
        check("1e3", Const::F64(1000.0));
        check(".5", Const::F64(0.5));
        check("1.50d", Const::Decimal { digits: 150, scale: 2 });
        check("1.5dkb", Const::Decimal { digits: 15360, scale: 1 });
        check("2.5y", Const::I8(2));
        assert!(parse_number("300y").is_none());
        assert!(parse_number("x1").is_none());
        assert!(parse_number("1 2").is_none());
    }
}
