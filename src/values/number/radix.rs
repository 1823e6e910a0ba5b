//! `Convert.ToInt32(text, base)` and `Convert.ToString(value, base)`.

use super::IntegerKind;
use num_bigint::BigInt;

/// Why a text is not a number in the base.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum RadixError {
    /// `ArgumentException`.
    #[error("Invalid Base.")]
    Base,
    /// `ArgumentException`.
    #[error("String cannot contain a minus sign if the base is not 10.")]
    Minus,
    /// `ArgumentOutOfRangeException`.
    #[error(
        "Specified argument was out of the range of valid values. (Parameter 'Index was out of range. Must be non-negative and less than the size of the collection.')"
    )]
    Empty,
    /// `FormatException`.
    #[error("Could not find any recognizable digits.")]
    NoDigits,
    /// `FormatException`.
    #[error("Additional non-parsable characters are at the end of the string.")]
    Trailing,
    /// `OverflowException`.
    #[error("The string was being parsed as an unsigned number and could not have a negative sign.")]
    NegativeUnsigned,
    /// `OverflowException`; the text names the type.
    #[error("Value was either too large or too small for {0}.")]
    Overflow(&'static str),
}

/// Reads an integer in base 2, 8, 10 or 16. In other bases than ten the digits are the bits of the value.
pub fn parse_radix(text: &str, radix: u32, kind: IntegerKind) -> Result<BigInt, RadixError> {
    if !matches!(radix, 2 | 8 | 10 | 16) {
        return Err(RadixError::Base);
    }
    if text.is_empty() {
        return Err(RadixError::Empty);
    }
    let (minus, body) = match text.strip_prefix('-') {
        Some(_) if radix != 10 => return Err(RadixError::Minus),
        Some(_) if !kind.signed() => return Err(RadixError::NegativeUnsigned),
        Some(b) => (true, b),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let body = match body.get(..2) {
        Some(p) if radix == 16 && p.eq_ignore_ascii_case("0x") => &body[2..],
        _ => body,
    };
    let len = body.chars().take_while(|c| c.is_digit(radix)).count();
    if len == 0 {
        return Err(RadixError::NoDigits);
    }
    let wide = kind.bits() == 64;
    // The work is done in 32 or 64 bits, and their overflow names the unsigned type.
    let work = if wide { "a UInt64" } else { "a UInt32" };
    let v = BigInt::parse_bytes(&body.as_bytes()[..len], radix).ok_or(RadixError::NoDigits)?;
    let work_bits: u64 = if wide { 64 } else { 32 };
    if radix != 10 && v.bits() > work_bits {
        return Err(RadixError::Overflow(work));
    }
    if len < body.len() {
        return Err(RadixError::Trailing);
    }
    let v = if minus { -v } else { v };
    let bits = u64::from(kind.bits());
    let v = if radix != 10 && kind.signed() && v.bits() == bits { v - (BigInt::from(1) << bits) } else { v };
    if kind.contains(&v) { Ok(v) } else { Err(RadixError::Overflow(kind.described())) }
}

/// Writes an integer of `bits` width in base 2, 8, 10 or 16; negative ones show their bits except in base ten.
pub fn to_radix(value: i64, bits: u32, radix: u32) -> Result<String, RadixError> {
    let raw = if bits >= 64 { value as u64 } else { (value as u64) & ((1u64 << bits) - 1) };
    Ok(match radix {
        2 => format!("{raw:b}"),
        8 => format!("{raw:o}"),
        10 => value.to_string(),
        16 => format!("{raw:x}"),
        _ => return Err(RadixError::Base),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use IntegerKind::*;

    #[test]
    fn bases() {
        let p = |t: &str, r: u32, k: IntegerKind| {
            parse_radix(t, r, k).map(|v| v.to_string()).unwrap_or_else(|e| e.to_string())
        };
        for (t, r, k, want) in [
            ("ff", 16, Byte, "255"),
            ("FFFFFFFF", 16, Int32, "-1"),
            ("FFFFFFFF", 16, Int64, "4294967295"),
            ("FFFFFFFF", 16, Byte, "Value was either too large or too small for an unsigned byte."),
            ("101", 2, Int64, "5"),
            ("-5", 10, Int32, "-5"),
            ("-5", 10, Byte, "The string was being parsed as an unsigned number and could not have a negative sign."),
            ("-5", 16, Int32, "String cannot contain a minus sign if the base is not 10."),
            ("ff", 8, Int32, "Could not find any recognizable digits."),
            ("0x1f", 8, Int32, "Additional non-parsable characters are at the end of the string."),
            ("0x1f", 16, Int32, "31"),
            ("1", 7, Int32, "Invalid Base."),
        ] {
            assert_eq!(p(t, r, k), want, "{t} {r}");
        }
        assert_eq!(to_radix(-1, 32, 16).unwrap(), "ffffffff");
        assert_eq!(to_radix(-5, 16, 10).unwrap(), "-5");
    }
}
