//! `Parse` and `TryParse` of the numeric types.

use super::{Decimal, DecimalOverflow};
use crate::culture::NumberFormat;
use num_bigint::BigInt;
use num_traits::Num;

/// `NumberStyles`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Styles(pub u32);

impl Styles {
    pub const NONE: Styles = Styles(0);
    pub const LEADING_WHITE: Styles = Styles(1);
    pub const TRAILING_WHITE: Styles = Styles(2);
    pub const LEADING_SIGN: Styles = Styles(4);
    pub const TRAILING_SIGN: Styles = Styles(8);
    pub const PARENTHESES: Styles = Styles(0x10);
    pub const DECIMAL_POINT: Styles = Styles(0x20);
    pub const THOUSANDS: Styles = Styles(0x40);
    pub const EXPONENT: Styles = Styles(0x80);
    pub const CURRENCY_SYMBOL: Styles = Styles(0x100);
    pub const HEX: Styles = Styles(0x200);
    pub const BINARY: Styles = Styles(0x400);
    pub const INTEGER: Styles = Styles(7);
    pub const NUMBER: Styles = Styles(0x6f);
    pub const FLOAT: Styles = Styles(0xa7);
    /// What `double.Parse(string)` uses: Float and Thousands.
    pub const FLOAT_THOUSANDS: Styles = Styles(0xe7);
    pub const CURRENCY: Styles = Styles(0x17f);
    pub const ANY: Styles = Styles(0x1ff);
    pub const HEX_NUMBER: Styles = Styles(0x203);
    pub const BINARY_NUMBER: Styles = Styles(0x403);

    pub fn has(self, flag: Styles) -> bool {
        self.0 & flag.0 != 0
    }
}

/// Why a text is not the number.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ParseError {
    /// `FormatException`.
    #[error("The input string '{0}' was not in a correct format.")]
    Format(String),
    /// `FormatException` of BigInteger.
    #[error("The value could not be parsed.")]
    BigFormat,
    /// `OverflowException`; the text names the type (`an Int32`).
    #[error("Value was either too large or too small for {0}.")]
    Overflow(&'static str),
    /// What reading in base sixteen came to.
    #[error(transparent)]
    Radix(super::RadixError),
    /// `ArgumentException`: a combination of styles that the type does not take.
    #[error("{0}")]
    Styles(&'static str),
}

impl ParseError {
    /// Whether this is an `OverflowException`.
    pub fn is_overflow(&self) -> bool {
        matches!(
            self,
            ParseError::Overflow(_)
                | ParseError::Radix(super::RadixError::Overflow(_) | super::RadixError::NegativeUnsigned)
        )
    }
}

/// The integer types that can be parsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IntegerKind {
    SByte,
    Byte,
    Int16,
    UInt16,
    Int32,
    UInt32,
    Int64,
    UInt64,
    Int128,
    UInt128,
}

impl IntegerKind {
    pub fn bits(self) -> u32 {
        use IntegerKind::*;
        match self {
            SByte | Byte => 8,
            Int16 | UInt16 => 16,
            Int32 | UInt32 => 32,
            Int64 | UInt64 => 64,
            Int128 | UInt128 => 128,
        }
    }

    pub fn signed(self) -> bool {
        use IntegerKind::*;
        matches!(self, SByte | Int16 | Int32 | Int64 | Int128)
    }

    /// The type as overflow messages name it.
    pub fn described(self) -> &'static str {
        use IntegerKind::*;
        match self {
            SByte => "a signed byte",
            Byte => "an unsigned byte",
            Int16 => "an Int16",
            UInt16 => "a UInt16",
            Int32 => "an Int32",
            UInt32 => "a UInt32",
            Int64 => "an Int64",
            UInt64 => "a UInt64",
            Int128 => "an Int128",
            UInt128 => "an UInt128",
        }
    }

    /// Whether the value fits.
    pub fn contains(self, v: &BigInt) -> bool {
        let bits = self.bits();
        let (min, max) = if self.signed() {
            (-(BigInt::from(1) << (bits - 1)), (BigInt::from(1) << (bits - 1)) - 1)
        } else {
            (BigInt::from(0), (BigInt::from(1) << bits) - 1)
        };
        *v >= min && *v <= max
    }
}

/// A number read from text: `0.digits * 10^scale`.
pub(super) struct Scanned {
    pub digits: Vec<u8>,
    pub scale: i32,
    pub negative: bool,
}

fn is_white(c: char) -> bool {
    c == ' ' || ('\t'..='\r').contains(&c)
}

fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '\u{2012}' | '\u{207b}' | '\u{208b}' | '\u{2212}' | '\u{2796}' | '\u{fe63}' | '\u{ff0d}')
}

struct Scanner<'a> {
    s: &'a [char],
    i: usize,
}

impl Scanner<'_> {
    fn peek(&self) -> char {
        self.s.get(self.i).copied().unwrap_or('\0')
    }

    /// Takes `text` if it comes next; a no-break blank in it also matches a blank.
    fn take(&mut self, text: &str) -> bool {
        if text.is_empty() {
            return false;
        }
        let mut k = self.i;
        for c in text.chars() {
            match self.s.get(k) {
                Some(x) if *x == c || (*x == ' ' && matches!(c, '\u{a0}' | '\u{202f}')) => k += 1,
                _ => return false,
            }
        }
        self.i = k;
        true
    }

    fn take_negative(&mut self, nf: &NumberFormat) -> bool {
        if self.take(&nf.negative_sign) {
            return true;
        }
        let mut sign = nf.negative_sign.chars();
        let hyphen = sign.next().is_some_and(is_hyphen) && sign.next().is_none();
        if hyphen && is_hyphen(self.peek()) && matches!(self.peek(), '-' | '\u{2212}') {
            self.i += 1;
            return true;
        }
        false
    }
}

/// Reads a number by the styles; `None` when the text is not one.
pub(super) fn scan(text: &str, styles: Styles, nf: &NumberFormat, kind_is_decimal: bool) -> Option<Scanned> {
    let chars: Vec<char> = text.chars().collect();
    let mut s = Scanner { s: &chars, i: 0 };
    let currency = styles.has(Styles::CURRENCY_SYMBOL);
    let (decimal, group) = if currency {
        (&nf.currency_decimal_separator, &nf.currency_group_separator)
    } else {
        (&nf.decimal_separator, &nf.group_separator)
    };
    let mut symbol_left = currency;
    let (mut sign, mut parens, mut seen_currency, mut negative) = (false, false, false, false);
    loop {
        let white = is_white(s.peek())
            && styles.has(Styles::LEADING_WHITE)
            && !(sign && !seen_currency && nf.negative_pattern != 2);
        if white {
            s.i += 1;
            continue;
        }
        if styles.has(Styles::LEADING_SIGN) && !sign && s.take(&nf.positive_sign) {
            sign = true;
        } else if styles.has(Styles::LEADING_SIGN) && !sign && s.take_negative(nf) {
            sign = true;
            negative = true;
        } else if s.peek() == '(' && styles.has(Styles::PARENTHESES) && !sign {
            sign = true;
            parens = true;
            negative = true;
            s.i += 1;
        } else if symbol_left && s.take(&nf.currency_symbol) {
            seen_currency = true;
            symbol_left = false;
        } else {
            break;
        }
    }
    let mut digits: Vec<u8> = Vec::new();
    let (mut any, mut point, mut scale) = (false, false, 0i32);
    loop {
        let c = s.peek();
        if c.is_ascii_digit() {
            any = true;
            if c != '0' || !digits.is_empty() {
                digits.push(c as u8);
                if !point {
                    scale += 1;
                }
            } else if point {
                scale -= 1;
            }
            s.i += 1;
        } else if styles.has(Styles::DECIMAL_POINT)
            && !point
            && (s.take(decimal) || (currency && !seen_currency && s.take(&nf.decimal_separator)))
        {
            point = true;
        } else if styles.has(Styles::THOUSANDS)
            && any
            && !point
            && (s.take(group) || (currency && !seen_currency && s.take(&nf.group_separator)))
        {
        } else {
            break;
        }
    }
    if !any {
        return None;
    }
    if styles.has(Styles::EXPONENT) && matches!(s.peek(), 'e' | 'E') {
        let back = s.i;
        s.i += 1;
        let mut minus = false;
        if !s.take(&nf.positive_sign) && s.take_negative(nf) {
            minus = true;
        }
        if s.peek().is_ascii_digit() {
            let mut e = 0i32;
            while s.peek().is_ascii_digit() {
                e = (e * 10 + (s.peek() as i32 - '0' as i32)).min(99_999);
                s.i += 1;
            }
            scale += if minus { -e } else { e };
        } else {
            s.i = back;
        }
    }
    loop {
        if is_white(s.peek()) && styles.has(Styles::TRAILING_WHITE) {
            s.i += 1;
            continue;
        }
        if styles.has(Styles::TRAILING_SIGN) && !sign && s.take(&nf.positive_sign) {
            sign = true;
        } else if styles.has(Styles::TRAILING_SIGN) && !sign && s.take_negative(nf) {
            sign = true;
            negative = true;
        } else if s.peek() == ')' && parens {
            parens = false;
            s.i += 1;
        } else if symbol_left && s.take(&nf.currency_symbol) {
            symbol_left = false;
        } else {
            break;
        }
    }
    if parens || chars[s.i..].iter().any(|c| *c != '\0') {
        return None;
    }
    if digits.is_empty() && !kind_is_decimal {
        scale = 0;
    }
    Some(Scanned { digits, scale, negative })
}

fn radix_digits(text: &str, styles: Styles, radix: u32) -> Option<String> {
    let mut t = text;
    if styles.has(Styles::LEADING_WHITE) {
        t = t.trim_start_matches(is_white);
    }
    if styles.has(Styles::TRAILING_WHITE) {
        t = t.trim_end_matches(is_white);
    }
    let t = t.trim_end_matches('\0');
    (!t.is_empty() && t.chars().all(|c| c.is_digit(radix))).then(|| t.to_string())
}

/// The integer that digits and scale stand for, when no fraction is left.
fn whole(s: &Scanned) -> Option<BigInt> {
    if s.digits.is_empty() {
        return Some(BigInt::from(0));
    }
    if s.scale > 5000 {
        return None;
    }
    let len = s.digits.len() as i32;
    let (keep, zeros) = if s.scale >= len { (len, s.scale - len) } else { (s.scale.max(0), 0) };
    if s.digits[keep as usize..].iter().any(|c| *c != b'0') {
        return None;
    }
    let mut text = String::from_utf8_lossy(&s.digits[..keep as usize]).into_owned();
    (0..zeros).for_each(|_| text.push('0'));
    if text.is_empty() {
        text.push('0');
    }
    let v: BigInt = text.parse().ok()?;
    Some(if s.negative { -v } else { v })
}

/// `Int32.Parse` and its kin. The value is within the range of `kind`.
pub fn parse_integer(text: &str, kind: IntegerKind, styles: Styles, nf: &NumberFormat) -> Result<BigInt, ParseError> {
    let bad = || ParseError::Format(text.to_string());
    let overflow = ParseError::Overflow(kind.described());
    if styles.has(Styles::HEX) || styles.has(Styles::BINARY) {
        let radix = if styles.has(Styles::HEX) { 16 } else { 2 };
        if styles.0 & !0x603 != 0 {
            return Err(ParseError::Styles(
                "With the AllowHexSpecifier or AllowBinarySpecifier bit set in the enum bit field, the only other valid bits that can be combined into the enum value must be AllowLeadingWhite and AllowTrailingWhite. (Parameter 'style')",
            ));
        }
        let t = radix_digits(text, styles, radix).ok_or_else(bad)?;
        let v = BigInt::from_str_radix(&t, radix).map_err(|_| bad())?;
        let bits = kind.bits();
        if v.bits() > u64::from(bits) {
            return Err(overflow);
        }
        // The digits are the bits of the value, so the highest one is the sign.
        return Ok(if kind.signed() && v.bits() == u64::from(bits) { v - (BigInt::from(1) << bits) } else { v });
    }
    // Plain decimal digits are nearly all there is.
    if text.len() <= 18
        && let Ok(v) = text.parse::<i64>()
        && styles.has(Styles::LEADING_SIGN)
        && nf.negative_sign == "-"
        && nf.positive_sign == "+"
    {
        let v = BigInt::from(v);
        return if kind.contains(&v) { Ok(v) } else { Err(overflow) };
    }
    let s = scan(text, styles, nf, false).ok_or_else(bad)?;
    match whole(&s) {
        Some(v) if kind.contains(&v) => Ok(v),
        _ => Err(overflow),
    }
}

/// `Double.Parse`; too large a number is infinity.
pub fn parse_double(text: &str, styles: Styles, nf: &NumberFormat) -> Result<f64, ParseError> {
    float(text, styles, nf, |s| s.parse().unwrap_or(0.0))
}

/// `Single.Parse`.
pub fn parse_single(text: &str, styles: Styles, nf: &NumberFormat) -> Result<f32, ParseError> {
    float(text, styles, nf, |s| f64::from(s.parse::<f32>().unwrap_or(0.0))).map(|v| v as f32)
}

fn float(text: &str, styles: Styles, nf: &NumberFormat, read: impl Fn(&str) -> f64) -> Result<f64, ParseError> {
    if styles.has(Styles::HEX) || styles.has(Styles::BINARY) {
        return Err(ParseError::Styles(
            "The number style AllowHexSpecifier is not supported on floating point data types. (Parameter 'style')",
        ));
    }
    if let Some(s) = scan(text, styles, nf, false) {
        let v = if s.digits.is_empty() {
            0.0
        } else {
            read(&format!("0.{}e{}", String::from_utf8_lossy(&s.digits), s.scale))
        };
        return Ok(if s.negative { -v } else { v });
    }
    let t = text.trim_matches(is_white).trim();
    let same = |a: &str, b: &str| a.to_lowercase() == b.to_lowercase();
    if same(t, &nf.positive_infinity) {
        return Ok(f64::INFINITY);
    }
    if same(t, &nf.negative_infinity) {
        return Ok(f64::NEG_INFINITY);
    }
    if same(t, &nf.nan_symbol) {
        return Ok(f64::NAN);
    }
    if let Some(rest) = t.strip_prefix(nf.positive_sign.as_ref()) {
        if same(rest, &nf.positive_infinity) {
            return Ok(f64::INFINITY);
        }
        if same(rest, &nf.nan_symbol) {
            return Ok(f64::NAN);
        }
    }
    if t.strip_prefix(nf.negative_sign.as_ref())
        .or_else(|| t.strip_prefix('-'))
        .is_some_and(|rest| same(rest, &nf.nan_symbol))
    {
        return Ok(f64::NAN);
    }
    Err(ParseError::Format(text.to_string()))
}

/// `Decimal.Parse`.
pub fn parse_decimal(text: &str, styles: Styles, nf: &NumberFormat) -> Result<Decimal, ParseError> {
    if styles.has(Styles::HEX) || styles.has(Styles::BINARY) {
        return Err(ParseError::Styles(
            "The number style AllowHexSpecifier is not supported on floating point data types. (Parameter 'style')",
        ));
    }
    let s = scan(text, styles, nf, true).ok_or_else(|| ParseError::Format(text.to_string()))?;
    Decimal::from_digits(&s.digits, s.scale, s.negative).map_err(|DecimalOverflow| ParseError::Overflow("a Decimal"))
}

/// `BigInteger.Parse`.
pub fn parse_bigint(text: &str, styles: Styles, nf: &NumberFormat) -> Result<BigInt, ParseError> {
    if styles.has(Styles::HEX) || styles.has(Styles::BINARY) {
        let radix = if styles.has(Styles::HEX) { 16u32 } else { 2 };
        let t = radix_digits(text, styles, radix).ok_or(ParseError::BigFormat)?;
        let v = BigInt::from_str_radix(&t, radix).map_err(|_| ParseError::BigFormat)?;
        let first = t.chars().next().and_then(|c| c.to_digit(radix)).unwrap_or(0);
        // Two's complement: a high first digit means a negative number.
        let bits = t.len() * if radix == 16 { 4 } else { 1 };
        return Ok(if first >= radix / 2 { v - (BigInt::from(1) << bits) } else { v });
    }
    let s = scan(text, styles, nf, false).ok_or(ParseError::BigFormat)?;
    whole(&s).ok_or(ParseError::BigFormat)
}
