//! PowerShell's own number conversions, which are looser than .NET's.

use super::{
    Decimal, IntegerKind, ParseError, Styles, format_double, format_single, parse_decimal, parse_double, parse_integer,
    parse_radix, parse_single,
};
use crate::culture::{Culture, NumberFormat};
use num_bigint::BigInt;
use num_traits::{FromPrimitive, Num, ToPrimitive};

/// A number as PowerShell's scanner reads it, with the type it chose.
#[derive(Debug, Clone, PartialEq)]
pub enum Scanned {
    Int(i32),
    Long(i64),
    Decimal(Decimal),
    Double(f64),
    BigInteger(BigInt),
    Byte(u8),
    SByte(i8),
    Short(i16),
    UShort(u16),
    UInt(u32),
    ULong(u64),
}

impl Scanned {
    /// The value rounded to an integer (halves to even, as conversions do); `None` for NaN and infinity.
    pub fn to_bigint(&self) -> Option<BigInt> {
        Some(match self {
            Scanned::Int(v) => BigInt::from(*v),
            Scanned::Long(v) => BigInt::from(*v),
            Scanned::Decimal(v) => v.round(0, super::Rounding::ToEven).to_bigint(),
            Scanned::Double(v) => BigInt::from_f64(v.round_ties_even())?,
            Scanned::BigInteger(v) => v.clone(),
            Scanned::Byte(v) => BigInt::from(*v),
            Scanned::SByte(v) => BigInt::from(*v),
            Scanned::Short(v) => BigInt::from(*v),
            Scanned::UShort(v) => BigInt::from(*v),
            Scanned::UInt(v) => BigInt::from(*v),
            Scanned::ULong(v) => BigInt::from(*v),
        })
    }

    /// The value as a Double.
    pub fn to_f64(&self) -> f64 {
        match self {
            Scanned::Double(v) => *v,
            Scanned::Decimal(v) => v.to_f64(),
            other => other.to_bigint().and_then(|b| b.to_f64()).unwrap_or(f64::INFINITY),
        }
    }
}

/// Reads a text the way PowerShell reads a number literal: sign, decimal, hexadecimal, binary, real, type suffix
/// (`d l n s us u ul y uy`) and multiplier (`kb` to `pb`). Blanks around it are ignored.
pub fn scan_number(text: &str) -> Option<Scanned> {
    let t = text.trim();
    if t.is_empty() {
        return Some(Scanned::Int(0));
    }
    let (negative, t) = match t.chars().next() {
        Some('-' | '\u{2013}' | '\u{2014}' | '\u{2015}') => (true, &t[t.chars().next().map_or(1, char::len_utf8)..]),
        Some('+') => (false, &t[1..]),
        _ => (false, t),
    };
    let lower = t.to_ascii_lowercase();
    let (rest, multiplier) = match ["kb", "mb", "gb", "tb", "pb"].iter().position(|m| lower.ends_with(m)) {
        Some(i) if !(lower.starts_with("0x") && lower.len() <= 4) => {
            (&lower[..lower.len() - 2], 1i64 << (10 * (i + 1)))
        }
        _ => (lower.as_str(), 1),
    };
    if let Some(v) = scan_body(rest, negative, multiplier) {
        return Some(v);
    }
    (multiplier != 1).then(|| scan_body(&lower, negative, 1)).flatten()
}

fn suffix(t: &str, hex: bool) -> (&str, &str) {
    let all: &[&str] = if hex {
        &["us", "ul", "uy", "l", "u", "s", "n", "y"]
    } else {
        &["us", "ul", "uy", "d", "l", "u", "s", "n", "y"]
    };
    for s in all {
        if let Some(body) = t.strip_suffix(s)
            && !body.is_empty()
        {
            return (body, s);
        }
    }
    (t, "")
}

fn scan_body(t: &str, negative: bool, multiplier: i64) -> Option<Scanned> {
    let radix = if t.starts_with("0x") {
        16
    } else if t.starts_with("0b") {
        2
    } else {
        10
    };
    let (body, kind) = suffix(t, radix != 10);
    if radix != 10 {
        let digits = &body[2..];
        if digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
            return None;
        }
        let raw = BigInt::from_str_radix(digits, radix).ok()?;
        let len = digits.len() as u64 * if radix == 16 { 4 } else { 1 };
        // Eight hexadecimal digits are an Int32's bits, sixteen an Int64's.
        let bits: u64 = match kind {
            "" if len <= 32 || (radix == 16 && raw.bits() <= 32 && digits.len() <= 8) => 32,
            "" if len <= 64 => 64,
            "l" => 64,
            "s" => 16,
            "y" => 8,
            _ => 0,
        };
        if bits != 0 && raw.bits() > bits {
            return None;
        }
        if kind.is_empty() && bits == 0 {
            return None;
        }
        let wraps = bits != 0 && raw.bits() == bits;
        let v = if wraps { raw - (BigInt::from(1) << bits) } else { raw };
        // Bits of an Int64 stay one, also where the value would fit an Int32.
        let kind = if wraps && bits == 64 { "l" } else { kind };
        return integer(if negative { -v } else { v }, kind, multiplier);
    }
    if !body.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    let real = body.contains(['.', 'e']);
    if !body.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'+' | b'-'))
        || !body.bytes().any(|b| b.is_ascii_digit())
    {
        return None;
    }
    if real {
        let inv = NumberFormat::invariant();
        if kind == "d" {
            let d = parse_decimal(body, Styles::FLOAT, &inv).ok()?;
            let d = if negative { d.neg() } else { d };
            return d.mul(Decimal::from(multiplier)).ok().map(Scanned::Decimal);
        }
        let v = parse_double(body, Styles(Styles::FLOAT.0 & !7), &inv).ok()? * multiplier as f64;
        let v = if negative { -v } else { v };
        if kind.is_empty() {
            return Some(Scanned::Double(v));
        }
        return integer(BigInt::from_f64(v.round_ties_even())?, kind, 1);
    }
    let v: BigInt = body.parse().ok()?;
    if kind == "d" {
        let d = Decimal::from_bigint(&v).ok()?.mul(Decimal::from(multiplier)).ok()?;
        return Some(Scanned::Decimal(if negative { d.neg() } else { d }));
    }
    integer(if negative { -v } else { v }, kind, multiplier)
}

fn integer(v: BigInt, kind: &str, multiplier: i64) -> Option<Scanned> {
    let v = v * multiplier;
    Some(match kind {
        "l" => Scanned::Long(v.to_i64()?),
        "n" => Scanned::BigInteger(v),
        "s" => Scanned::Short(v.to_i16()?),
        "us" => Scanned::UShort(v.to_u16()?),
        "y" => Scanned::SByte(v.to_i8()?),
        "uy" => Scanned::Byte(v.to_u8()?),
        "ul" => Scanned::ULong(v.to_u64()?),
        "u" => match v.to_u32() {
            Some(u) => Scanned::UInt(u),
            None => Scanned::ULong(v.to_u64()?),
        },
        _ => {
            if let Some(i) = v.to_i32() {
                Scanned::Int(i)
            } else if let Some(l) = v.to_i64() {
                Scanned::Long(l)
            } else if let Ok(d) = Decimal::from_bigint(&v) {
                Scanned::Decimal(d)
            } else {
                Scanned::Double(v.to_f64()?)
            }
        }
    })
}

/// `[int]'text'` and its kin: .NET's parse in the given culture (with `0x`, `&h` and `#` for hexadecimal), then
/// PowerShell's scanner. The error is .NET's. Empty text is zero.
pub fn string_to_integer(text: &str, kind: IntegerKind, culture: &Culture) -> Result<BigInt, ParseError> {
    if text.is_empty() {
        return Ok(BigInt::from(0));
    }
    let t = text.trim();
    let lower = t.to_ascii_lowercase();
    let hex = lower.strip_prefix("0x").or_else(|| lower.strip_prefix("&h")).or_else(|| lower.strip_prefix('#'));
    let first = match hex {
        Some(h) => parse_radix(h, 16, kind).map_err(ParseError::Radix),
        None => parse_integer(t, kind, Styles::INTEGER, &culture.number).map_err(|e| match e {
            ParseError::Format(_) => ParseError::Format(text.to_string()),
            e => e,
        }),
    };
    let first = match first {
        Ok(v) => return Ok(v),
        Err(e) => e,
    };
    // What the language's scanner does not read may still have separators between thousands.
    let scanned = scan_number(text).and_then(|s| s.to_bigint());
    let found = scanned.or_else(|| {
        let number = parse_decimal(text, Styles::NUMBER, &NumberFormat::invariant()).ok()?;
        Some(number.round(0, crate::number::Rounding::ToEven).to_bigint())
    });
    match found {
        Some(v) if kind.contains(&v) => Ok(v),
        _ => Err(first),
    }
}

/// `[bigint]'text'`; fractions are cut off.
pub fn string_to_bigint(text: &str) -> Result<BigInt, ParseError> {
    match scan_number(text) {
        Some(Scanned::Double(v)) => BigInt::from_f64(v.trunc()).ok_or(ParseError::BigFormat),
        Some(Scanned::Decimal(v)) => Ok(v.to_bigint()),
        Some(v) => v.to_bigint().ok_or(ParseError::BigFormat),
        None => super::parse_bigint(text, Styles::INTEGER, &NumberFormat::invariant()),
    }
}

/// `[double]'text'`: invariant culture, thousands separators allowed, then PowerShell's scanner.
pub fn string_to_double(text: &str) -> Result<f64, ParseError> {
    if text.is_empty() {
        return Ok(0.0);
    }
    let first = parse_double(text, Styles::FLOAT_THOUSANDS, &NumberFormat::invariant());
    first.or_else(|e| scan_number(text).map(|s| s.to_f64()).ok_or(e))
}

/// `[single]'text'`.
pub fn string_to_single(text: &str) -> Result<f32, ParseError> {
    if text.is_empty() {
        return Ok(0.0);
    }
    let first = parse_single(text, Styles::FLOAT_THOUSANDS, &NumberFormat::invariant());
    first.or_else(|e| scan_number(text).map(|s| s.to_f64() as f32).ok_or(e))
}

/// `[decimal]'text'`.
pub fn string_to_decimal(text: &str) -> Result<Decimal, ParseError> {
    if text.is_empty() {
        return Ok(Decimal::ZERO);
    }
    // The language's scanner comes first: to it a fraction is a Double, which has no zeros at its end.
    let scanned = match scan_number(text) {
        Some(Scanned::Decimal(d)) => Some(d),
        Some(Scanned::Double(v)) => Decimal::from_double(v).ok(),
        Some(v) => v.to_bigint().and_then(|b| Decimal::from_bigint(&b).ok()),
        None => None,
    };
    match scanned {
        Some(d) => Ok(d),
        None => parse_decimal(text, Styles(Styles::NUMBER.0 | Styles::EXPONENT.0), &NumberFormat::invariant()),
    }
}

/// A Double in an expandable string or `[string]`: 15 significant digits, invariant culture.
pub fn double_to_string(v: f64) -> String {
    if v == v.trunc() && v.abs() < 1e15 && !(v == 0.0 && v.is_sign_negative()) {
        return format!("{v:.0}");
    }
    format_double(v, "G15", &Culture::invariant().number).unwrap_or_default()
}

/// A Single likewise: 7 significant digits.
pub fn single_to_string(v: f32) -> String {
    format_single(v, "G7", &Culture::invariant().number).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals() {
        use Scanned::*;
        for (t, want) in [
            ("0x1F", Some(Int(31))),
            (" 12 ", Some(Int(12))),
            ("1e3", Some(Double(1000.0))),
            ("1kb", Some(Int(1024))),
            ("1tb", Some(Long(1_099_511_627_776))),
            ("1Lkb", Some(Long(1024))),
            ("-1.5", Some(Double(-1.5))),
            ("1.5L", Some(Long(2))),
            ("0xFFFFFFFF", Some(Int(-1))),
            ("0x10L", Some(Long(16))),
            ("0b101", Some(Int(5))),
            ("1.5u", Some(UInt(2))),
            ("4294967296", Some(Long(4294967296))),
            ("0xFFn", Some(BigInteger(255.into()))),
            ("1us", Some(UShort(1))),
            ("1e5d", Some(Decimal("100000".parse::<i64>().unwrap().into()))),
            ("1kkb", None),
            ("0b2", None),
            ("128y", None),
            ("abc", None),
            ("1.2.3", None),
            ("", Some(Int(0))),
        ] {
            assert_eq!(scan_number(t), want, "{t}");
        }
    }

    #[test]
    fn to_types() {
        let en = Culture::get("en-US").unwrap();
        let i =
            |t: &str| string_to_integer(t, IntegerKind::Int32, &en).map(|v| v.to_string()).map_err(|e| e.to_string());
        assert_eq!(i("-1.5"), Ok("-2".into()));
        assert_eq!(i("1e2"), Ok("100".into()));
        assert_eq!(i("0x1F"), Ok("31".into()));
        assert_eq!(i("abc"), Err("The input string 'abc' was not in a correct format.".into()));
        assert_eq!(i("99999999999"), Err("Value was either too large or too small for an Int32.".into()));
        assert_eq!(string_to_bigint("-1.5").unwrap(), BigInt::from(-1));
        assert_eq!(string_to_double("1,5").unwrap(), 15.0);
        assert_eq!(string_to_double("0x1F").unwrap(), 31.0);
        assert_eq!(double_to_string(0.1 + 0.2), "0.3");
        assert_eq!(double_to_string(1e15), "1E+15");
        assert_eq!(double_to_string(-0.0), "-0");
        assert_eq!(double_to_string(f64::INFINITY), "Infinity");
        assert_eq!(single_to_string(f32::from_bits(1)), "1.401298E-45");
    }
}
