//! Standard numeric format strings, and the entry points of formatting.

use super::Decimal;
use super::custom::format_custom;
use super::digits::{Digits, Kind};
use crate::culture::NumberFormat;
use num_bigint::{BigInt, Sign};

/// Why a number could not be formatted.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum FormatError {
    /// `FormatException`: the standard specifier does not exist or does not fit the type.
    #[error("Format specifier was invalid.")]
    Specifier,
    /// `FormatException`: more digits were asked for than can be.
    #[error("The number of digits is out of range.")]
    Digits,
}

/// A format string read: a standard letter with its precision, or custom.
enum Spec {
    Standard(u8, Option<usize>),
    Custom,
}

fn spec(format: &str) -> Result<Spec, FormatError> {
    let b = format.as_bytes();
    let Some(&c) = b.first() else { return Ok(Spec::Standard(b'G', None)) };
    if !c.is_ascii_alphabetic() {
        return Ok(Spec::Custom);
    }
    if b.len() == 1 {
        return Ok(Spec::Standard(c, None));
    }
    if !b[1..].iter().all(u8::is_ascii_digit) {
        return Ok(Spec::Custom);
    }
    let n: usize = format[1..].parse().map_err(|_| FormatError::Specifier)?;
    if n > 999_999_999 {
        return Err(FormatError::Specifier);
    }
    if n > 1_000_000 {
        return Err(FormatError::Digits);
    }
    Ok(Spec::Standard(c, Some(n)))
}

/// Formats an integer of `bits` width (8, 16, 32, 64, 128); the width decides how negative hexadecimal looks.
pub fn format_integer(value: i128, bits: u32, format: &str, nf: &NumberFormat) -> Result<String, FormatError> {
    if format.is_empty() && value >= 0 {
        return Ok(value.to_string());
    }
    let raw = if bits >= 128 { value as u128 } else { (value as u128) & ((1u128 << bits) - 1) };
    format_any_integer(&value.unsigned_abs().to_string(), value < 0, raw, format, nf)
}

/// Formats an unsigned 128-bit integer; narrower ones go through [`format_integer`].
pub fn format_unsigned(value: u128, format: &str, nf: &NumberFormat) -> Result<String, FormatError> {
    format_any_integer(&value.to_string(), false, value, format, nf)
}

fn format_any_integer(
    abs: &str,
    negative: bool,
    raw: u128,
    format: &str,
    nf: &NumberFormat,
) -> Result<String, FormatError> {
    let decimal = |min: usize| {
        let mut s = String::new();
        if negative {
            s.push_str(&nf.negative_sign);
        }
        for _ in abs.len()..min {
            s.push('0');
        }
        s.push_str(abs);
        s
    };
    match spec(format)? {
        Spec::Custom => Ok(format_custom(Digits::from_text(abs, negative), format, nf)),
        Spec::Standard(c, p) => match c {
            b'G' | b'g' if p.unwrap_or(0) == 0 => Ok(decimal(0)),
            b'D' | b'd' => Ok(decimal(p.unwrap_or(0))),
            b'X' => Ok(padded(format!("{raw:X}"), p)),
            b'x' => Ok(padded(format!("{raw:x}"), p)),
            b'B' | b'b' => Ok(padded(format!("{raw:b}"), p)),
            b'R' | b'r' => Ok(decimal(0)),
            _ => standard(Digits::from_text(abs, negative), c, p, nf),
        },
    }
}

/// Digits with zeros before them; the precision may be a billion, which Rust's own formatting does not take.
fn padded(digits: String, precision: Option<usize>) -> String {
    let zeros = precision.unwrap_or(0).saturating_sub(digits.len());
    "0".repeat(zeros) + &digits
}

/// Formats a System.Double. The empty format is `R`, the shortest text that reads back.
pub fn format_double(value: f64, format: &str, nf: &NumberFormat) -> Result<String, FormatError> {
    format_float(value, format, nf, 15, |v| Digits::shortest(v, false))
}

/// Formats a System.Single.
pub fn format_single(value: f32, format: &str, nf: &NumberFormat) -> Result<String, FormatError> {
    format_float(f64::from(value), format, nf, 7, |v| Digits::shortest(v, true))
}

/// Formats a System.Half given by its bits.
pub fn format_half(bits: u16, format: &str, nf: &NumberFormat) -> Result<String, FormatError> {
    format_float(f64::from(half_to_f32(bits)), format, nf, 5, |v| {
        for n in 1..=5 {
            let d = Digits::significant(v, n);
            let back: f64 = format!("0.{}e{}", String::from_utf8_lossy(&d.digits), d.scale).parse().unwrap_or(0.0);
            // The text reads back when it lies within half a unit of the last of the eleven bits.
            let exp = i32::from((bits >> 10) & 0x1f).max(1);
            if (back - v.abs()).abs() < 2f64.powi(exp - 26) {
                return d;
            }
        }
        Digits::significant(v, 5)
    })
}

/// The value of a System.Half.
pub fn half_to_f32(bits: u16) -> f32 {
    let sign = if bits & 0x8000 != 0 { -1.0 } else { 1.0 };
    let exp = i32::from((bits >> 10) & 0x1f);
    let frac = f32::from(bits & 0x3ff);
    match exp {
        0 => sign * frac * (2f32).powi(-24),
        31 if frac == 0.0 => sign * f32::INFINITY,
        31 => f32::NAN,
        _ => sign * (1.0 + frac / 1024.0) * (2f32).powi(exp - 15),
    }
}

fn format_float(
    value: f64,
    format: &str,
    nf: &NumberFormat,
    pretty: usize,
    shortest: impl Fn(f64) -> Digits,
) -> Result<String, FormatError> {
    let spec = spec(format)?;
    if let Spec::Standard(c, _) = spec
        && !matches!(c.to_ascii_uppercase(), b'C' | b'E' | b'F' | b'G' | b'N' | b'P' | b'R')
        && value.is_finite()
    {
        return Err(FormatError::Specifier);
    }
    if value.is_nan() {
        return Ok(nf.nan_symbol.to_string());
    }
    if value.is_infinite() {
        return Ok(if value > 0.0 { nf.positive_infinity.to_string() } else { nf.negative_infinity.to_string() });
    }
    match spec {
        Spec::Custom => Ok(format_custom(Digits::significant(value, pretty), format, nf)),
        Spec::Standard(c, p) => match c.to_ascii_uppercase() {
            b'G' | b'R' if c.eq_ignore_ascii_case(&b'R') || p.unwrap_or(0) == 0 => {
                let d = shortest(value);
                // As many digits as round-tripping may need stay without an exponent.
                let max = d.digits.len().max(if pretty == 5 { 5 } else { pretty + 2 });
                standard(d, if c.is_ascii_lowercase() { b'g' } else { b'G' }, Some(max), nf)
            }
            b'G' => standard(Digits::significant(value, p.unwrap_or(pretty)), c, p, nf),
            b'E' => standard(Digits::significant(value, p.unwrap_or(6) + 1), c, p, nf),
            b'P' => {
                let places = p.unwrap_or(nf.percent_decimal_digits as usize) + 2;
                standard(Digits::fixed(value, places), c, p, nf)
            }
            b'C' => standard(Digits::fixed(value, p.unwrap_or(nf.currency_decimal_digits as usize)), c, p, nf),
            _ => standard(Digits::fixed(value, p.unwrap_or(nf.decimal_digits as usize)), c, p, nf),
        },
    }
}

/// Formats a System.Decimal.
pub fn format_decimal(value: &Decimal, format: &str, nf: &NumberFormat) -> Result<String, FormatError> {
    let d = Digits::from_decimal(value);
    match spec(format)? {
        Spec::Custom => Ok(format_custom(d, format, nf)),
        Spec::Standard(c, p) => standard(d, c, p, nf),
    }
}

/// Formats a System.Numerics.BigInteger.
pub fn format_bigint(value: &BigInt, format: &str, nf: &NumberFormat) -> Result<String, FormatError> {
    match spec(format)? {
        Spec::Custom => Ok(format_custom(Digits::from_bigint(value), format, nf)),
        Spec::Standard(c, p) => match c.to_ascii_uppercase() {
            b'G' | b'D' | b'R' => {
                let s = value.magnitude().to_string();
                let mut out = String::new();
                if value.sign() == Sign::Minus {
                    out.push_str(&nf.negative_sign);
                }
                for _ in s.len()..p.unwrap_or(0) {
                    out.push('0');
                }
                out.push_str(&s);
                Ok(out)
            }
            b'X' => Ok(bigint_hex(value, c, p.unwrap_or(0))),
            b'B' => Ok(bigint_binary(value, p.unwrap_or(0))),
            _ => standard(Digits::from_bigint(value), c, p, nf),
        },
    }
}

fn bigint_hex(value: &BigInt, c: u8, min: usize) -> String {
    let bytes = value.to_signed_bytes_be();
    let mut s: String = bytes.iter().map(|b| format!("{b:02x}")).collect();
    // A leading digit that only repeats the sign is dropped.
    let head = bytes.first().copied().unwrap_or(0);
    if !(0x08..=0xf7).contains(&head) {
        s.remove(0);
    }
    let fill = if value.sign() == Sign::Minus { "f" } else { "0" };
    while s.len() < min {
        s.insert_str(0, fill);
    }
    if c == b'X' { s.to_ascii_uppercase() } else { s }
}

fn bigint_binary(value: &BigInt, min: usize) -> String {
    let bytes = value.to_signed_bytes_be();
    let all: String = bytes.iter().map(|b| format!("{b:08b}")).collect();
    let negative = value.sign() == Sign::Minus;
    let lead = if negative { '1' } else { '0' };
    let trimmed = all.trim_start_matches(lead);
    let mut s = format!("{lead}{trimmed}");
    while s.len() < min {
        s.insert(0, lead);
    }
    s
}

const CURRENCY_POSITIVE: [&str; 4] = ["$#", "#$", "$ #", "# $"];
const CURRENCY_NEGATIVE: [&str; 17] = [
    "($#)", "-$#", "$-#", "$#-", "(#$)", "-#$", "#-$", "#$-", "-# $", "-$ #", "# $-", "$ #-", "$ -#", "#- $", "($ #)",
    "(# $)", "$- #",
];
const PERCENT_POSITIVE: [&str; 4] = ["# %", "#%", "%#", "% #"];
const PERCENT_NEGATIVE: [&str; 12] =
    ["-# %", "-#%", "-%#", "%-#", "%#-", "#-%", "#%-", "-% #", "# %-", "% #-", "% -#", "#- %"];
const NUMBER_NEGATIVE: [&str; 5] = ["(#)", "-#", "- #", "#-", "# -"];

fn standard(mut d: Digits, c: u8, precision: Option<usize>, nf: &NumberFormat) -> Result<String, FormatError> {
    let float = d.kind == Kind::Float;
    let mut out = String::new();
    match c.to_ascii_uppercase() {
        b'C' => {
            let n = precision.unwrap_or(nf.currency_decimal_digits as usize);
            d.round(d.scale.saturating_add(n as i32), float);
            let pattern = if d.negative {
                CURRENCY_NEGATIVE[nf.currency_negative_pattern.min(16) as usize]
            } else {
                CURRENCY_POSITIVE[nf.currency_positive_pattern.min(3) as usize]
            };
            let body = fixed(
                &d,
                n,
                Some((&nf.currency_group_sizes, &nf.currency_group_separator)),
                &nf.currency_decimal_separator,
            );
            fill(&mut out, pattern, &body, '$', &nf.currency_symbol, nf);
        }
        b'F' => {
            let n = precision.unwrap_or(nf.decimal_digits as usize);
            d.round(d.scale.saturating_add(n as i32), float);
            if d.negative {
                out.push_str(&nf.negative_sign);
            }
            out.push_str(&fixed(&d, n, None, &nf.decimal_separator));
        }
        b'N' => {
            let n = precision.unwrap_or(nf.decimal_digits as usize);
            d.round(d.scale.saturating_add(n as i32), float);
            let body = fixed(&d, n, Some((&nf.group_sizes, &nf.group_separator)), &nf.decimal_separator);
            let pattern = if d.negative { NUMBER_NEGATIVE[nf.negative_pattern.min(4) as usize] } else { "#" };
            fill(&mut out, pattern, &body, '$', "", nf);
        }
        b'P' => {
            let n = precision.unwrap_or(nf.percent_decimal_digits as usize);
            if !d.digits.is_empty() {
                d.scale += 2;
            }
            d.round(d.scale.saturating_add(n as i32), float);
            let pattern = if d.negative {
                PERCENT_NEGATIVE[nf.percent_negative_pattern.min(11) as usize]
            } else {
                PERCENT_POSITIVE[nf.percent_positive_pattern.min(3) as usize]
            };
            let body = fixed(
                &d,
                n,
                Some((&nf.percent_group_sizes, &nf.percent_group_separator)),
                &nf.percent_decimal_separator,
            );
            fill(&mut out, pattern, &body, '%', &nf.percent_symbol, nf);
        }
        b'E' => {
            let n = precision.unwrap_or(6) + 1;
            d.round(n as i32, float);
            if d.negative {
                out.push_str(&nf.negative_sign);
            }
            let digit = |i: usize| d.digits.get(i).map_or('0', |b| *b as char);
            out.push(digit(0));
            if n != 1 {
                out.push_str(&nf.decimal_separator);
            }
            (1..n).for_each(|i| out.push(digit(i)));
            let e = if d.digits.is_empty() { 0 } else { d.scale - 1 };
            exponent(&mut out, e, c as char, 3, true, nf);
        }
        b'G' | b'R' => {
            let exact = d.kind == Kind::Decimal && precision.unwrap_or(0) == 0;
            let n = match precision {
                Some(n) if n > 0 => n as i32,
                _ => d.digits.len() as i32,
            };
            if !exact {
                d.round(n, float);
            }
            if d.negative {
                out.push_str(&nf.negative_sign);
            }
            general(&mut out, &d, n, if c.is_ascii_lowercase() { 'e' } else { 'E' }, exact, nf);
        }
        _ => return Err(FormatError::Specifier),
    }
    Ok(out)
}

fn fill(out: &mut String, pattern: &str, body: &str, symbol_mark: char, symbol: &str, nf: &NumberFormat) {
    for ch in pattern.chars() {
        match ch {
            '#' => out.push_str(body),
            '-' => out.push_str(&nf.negative_sign),
            c if c == symbol_mark => out.push_str(symbol),
            c => out.push(c),
        }
    }
}

fn general(out: &mut String, d: &Digits, max: i32, e: char, never_scientific: bool, nf: &NumberFormat) {
    let mut pos = d.scale;
    let mut scientific = false;
    if !never_scientific && (pos > max || pos < -3) {
        pos = 1;
        scientific = true;
    }
    let mut it = d.digits.iter();
    if pos > 0 {
        for _ in 0..pos {
            out.push(it.next().map_or('0', |b| *b as char));
        }
    } else {
        out.push('0');
    }
    if it.len() > 0 || pos < 0 {
        out.push_str(&nf.decimal_separator);
        (pos..0).for_each(|_| out.push('0'));
        it.for_each(|b| out.push(*b as char));
    }
    if scientific {
        exponent(out, d.scale - 1, e, 2, true, nf);
    }
}

/// Writes the exponent with at least `min` digits.
pub(super) fn exponent(out: &mut String, value: i32, e: char, min: usize, plus: bool, nf: &NumberFormat) {
    out.push(e);
    if value < 0 {
        out.push_str(&nf.negative_sign);
    } else if plus {
        out.push_str(&nf.positive_sign);
    }
    out.push_str(&padded(value.unsigned_abs().to_string(), Some(min)));
}

/// The number with `places` decimals, the integer part in groups if asked.
fn fixed(d: &Digits, places: usize, groups: Option<(&[u8], &str)>, decimal: &str) -> String {
    let mut it = d.digits.iter().copied();
    let mut int: Vec<u8> = Vec::new();
    if d.scale > 0 {
        (0..d.scale).for_each(|_| int.push(it.next().unwrap_or(b'0')));
    } else {
        int.push(b'0');
    }
    let mut out = String::with_capacity(int.len() * 4 / 3 + places + 2);
    match groups {
        Some((sizes, separator)) => {
            let breaks = group_breaks(int.len(), sizes);
            for (i, b) in int.iter().enumerate() {
                if i > 0 && breaks.contains(&(int.len() - i)) {
                    out.push_str(separator);
                }
                out.push(*b as char);
            }
        }
        None => int.iter().for_each(|b| out.push(*b as char)),
    }
    if places > 0 {
        out.push_str(decimal);
        let mut left = places;
        let zeros = (-d.scale.min(0)) as usize;
        for _ in 0..zeros.min(places) {
            out.push('0');
            left -= 1;
        }
        (0..left).for_each(|_| out.push(it.next().map_or('0', |b| b as char)));
    }
    out
}

/// The places, counted from the right, before which a group separator stands.
fn group_breaks(len: usize, sizes: &[u8]) -> Vec<usize> {
    let mut out = Vec::new();
    let mut at = 0usize;
    let mut i = 0;
    while let Some(size) = sizes.get(i.min(sizes.len().saturating_sub(1))) {
        if *size == 0 {
            break;
        }
        at += *size as usize;
        if at >= len {
            break;
        }
        out.push(at);
        i += 1;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::culture::Culture;

    #[test]
    fn doubles() {
        for (v, f, culture, want) in [
            (1234567.891, "E3", "ko-KR", "1.235E+006"),
            (-1234.5, "C", "ko-KR", "-₩1,234"),
            (1234567.891, "C", "fr-FR", "1\u{202f}234\u{202f}567,89 €"),
            (-0.001, "C", "", "(¤0.00)"),
            (-0.001, "#;-#;z", "en-US", "z"),
            (-0.001, "#,##0.0", "en-US", "-0.0"),
            (1234567.891, "P", "", "123,456,789.10 %"),
            (1.25, "N1", "en-US", "1.2"),
            (123456789012345678.0, "", "en-US", "1.2345678901234568E+17"),
            (123456789012345678.0, "0.0", "en-US", "123456789012346000.0"),
            (1e20, "N", "en-US", "100,000,000,000,000,000,000.000"),
            (1e20, "0.###E-00", "en-US", "1E20"),
            (1e20, "e2", "en-US", "1.00e+020"),
            (-0.5, "0", "en-US", "-1"),
            (-0.5, "n0", "en-US", "-0"),
            (1e15, "", "en-US", "1000000000000000"),
            (1e16, "", "en-US", "10000000000000000"),
            (1e17, "", "en-US", "1E+17"),
            (0.00001, "", "en-US", "1E-05"),
            (-0.0, "", "en-US", "-0"),
            (f64::INFINITY, "N2", "en-US", "∞"),
            (1234.5678, "#,##0.00;(#,##0.00)", "de-DE", "1.234,57"),
            (123456789.0, "N0", "hi-IN", "12,34,56,789"),
            (0.256, "p", "en-US", "25.600%"),
        ] {
            let c = Culture::get(culture).unwrap();
            assert_eq!(format_double(v, f, &c.number).unwrap(), want, "{v} {f} {culture}");
        }
        assert!(format_double(1.0, "D", &NumberFormat::invariant()).is_err());
        assert_eq!(format_single(0.1, "", &NumberFormat::invariant()).unwrap(), "0.1");
        assert_eq!(format_half(0x3e00, "", &NumberFormat::invariant()).unwrap(), "1.5");
        assert_eq!(format_half(0x2e66, "", &NumberFormat::invariant()).unwrap(), "0.1");
    }

    #[test]
    fn integers() {
        let nf = &Culture::get("en-US").unwrap().number;
        for (v, bits, f, want) in [
            (-42i128, 32, "d5", "-00042"),
            (255, 32, "N", "255.000"),
            (-5, 8, "X", "FB"),
            (4_000_000_000, 32, "G5", "4E+09"),
            (i64::MAX.into(), 64, "#,##0", "9,223,372,036,854,775,807"),
            (5, 32, "000-00-000", "000-00-005"),
            (1234567, 32, "b8", "100101101011010000111"),
            (i64::MAX.into(), 64, "+0;-0;0", "+9223372036854775807"),
            (-42, 32, "yyyy", "-yyyy"),
            (-42, 32, "0.0‰", "-42000.0‰"),
            (0, 32, "#", ""),
            (1234567, 32, "#,#,,", "1"),
        ] {
            assert_eq!(format_integer(v, bits, f, nf).unwrap(), want, "{v} {f}");
        }
        assert!(format_integer(1, 32, "Q", nf).is_err());
        let big: BigInt = "100000000000000000000".parse().unwrap();
        assert_eq!(format_bigint(&big, "N", nf).unwrap(), "100,000,000,000,000,000,000.000");
        assert_eq!(format_integer(255, 32, "X70000", nf).unwrap().len(), 70_000);
        assert_eq!(format_bigint(&255.into(), "X", nf).unwrap(), "0FF");
        assert_eq!(format_bigint(&(-1).into(), "X", nf).unwrap(), "F");
        let d = super::super::parse_decimal("1234.50", super::super::Styles::NUMBER, nf).unwrap();
        for (f, want) in [
            ("", "1234.50"),
            ("G5", "1234.5"),
            ("0.0000000000", "1234.5000000000"),
            ("R", "1234.50"),
            ("N1", "1,234.5"),
        ] {
            assert_eq!(format_decimal(&d, f, nf).unwrap(), want, "{f}");
        }
    }
}
