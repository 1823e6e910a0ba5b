//! System.Decimal over `rust_decimal`: the same 96 bits and scale, with .NET's rules where the crate differs.

use num_bigint::BigInt;
use num_traits::{Signed, ToPrimitive, Zero};
use rust_decimal::{Decimal as Raw, RoundingStrategy};
use std::cmp::Ordering;
use std::fmt;

/// `OverflowException` of System.Decimal.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error("Value was either too large or too small for a Decimal.")]
pub struct DecimalOverflow;

/// `MidpointRounding`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Rounding {
    ToEven,
    AwayFromZero,
    ToZero,
    ToNegativeInfinity,
    ToPositiveInfinity,
}

/// A decimal number of 96 bits with a scale of 0 to 28. Equality and order ignore the scale.
#[derive(Debug, Clone, Copy)]
pub struct Decimal(Raw);

impl Decimal {
    pub const ZERO: Decimal = Decimal(Raw::ZERO);
    pub const ONE: Decimal = Decimal(Raw::ONE);
    pub const MAX: Decimal = Decimal(Raw::MAX);
    pub const MIN: Decimal = Decimal(Raw::MIN);

    /// From an integer and a scale; [`DecimalOverflow`] when it does not fit.
    pub fn from_parts(mantissa: i128, scale: u32) -> Result<Decimal, DecimalOverflow> {
        Raw::try_from_i128_with_scale(mantissa, scale).map(Decimal).map_err(|_| DecimalOverflow)
    }

    /// `new decimal(lo, mid, hi, negative, scale)`; `None` when the scale is above 28.
    pub fn from_words(lo: u32, mid: u32, hi: u32, negative: bool, scale: u32) -> Option<Decimal> {
        (scale <= 28).then(|| Decimal(Raw::from_parts(lo, mid, hi, negative, scale)))
    }

    /// `decimal.GetBits`.
    pub fn bits(&self) -> [i32; 4] {
        let u = self.0.unpack();
        let flags = (u.scale << 16) | if u.negative { 0x8000_0000 } else { 0 };
        [u.lo as i32, u.mid as i32, u.hi as i32, flags as i32]
    }

    /// From any integer of up to 128 bits.
    pub fn from_integer(v: i128) -> Result<Decimal, DecimalOverflow> {
        Decimal::from_parts(v, 0)
    }

    /// From an integer of any size.
    pub fn from_bigint(v: &BigInt) -> Result<Decimal, DecimalOverflow> {
        v.to_i128().ok_or(DecimalOverflow).and_then(Decimal::from_integer)
    }

    /// From a Double: 15 significant digits; overflow beyond the range, infinity and NaN.
    pub fn from_double(v: f64) -> Result<Decimal, DecimalOverflow> {
        Decimal::from_float(v, 15)
    }

    /// From a Single: 7 significant digits.
    pub fn from_single(v: f32) -> Result<Decimal, DecimalOverflow> {
        Decimal::from_float(f64::from(v), 7)
    }

    fn from_float(v: f64, digits: usize) -> Result<Decimal, DecimalOverflow> {
        if !v.is_finite() || v.abs() >= 7.922_816_251_426_434e28 {
            return Err(DecimalOverflow);
        }
        if v.abs() < 1e-28 / 2.0 {
            return Ok(Decimal::ZERO);
        }
        let s = format!("{:.*e}", digits - 1, v);
        let (m, e) = s.split_once('e').unwrap_or((&s, "0"));
        let exp: i32 = e.parse().unwrap_or(0);
        let text: String = m.chars().filter(|c| *c != '.' && *c != '-').collect();
        let kept = text.trim_end_matches('0');
        let scale = (kept.len() as i32 - 1) - exp;
        let d = Decimal::from_digits(kept.as_bytes(), kept.len() as i32 - scale, v < 0.0)?;
        Ok(d)
    }

    /// From digits `0.d1d2... * 10^scale`, rounded to even where more than fits is given. Trailing zeros count.
    pub(super) fn from_digits(digits: &[u8], scale: i32, negative: bool) -> Result<Decimal, DecimalOverflow> {
        let lead = digits.iter().take_while(|c| **c == b'0').count();
        let mut places = digits.len() as i32 - scale;
        let sig = &digits[lead..];
        if sig.is_empty() {
            return Decimal::from_parts(0, places.clamp(0, 28) as u32);
        }
        if sig.len() as i32 - places > 29 {
            return Err(DecimalOverflow);
        }
        // Take as many digits as 96 bits can hold, then round on the rest.
        let limit: u128 = (1u128 << 96) - 1;
        let mut m: u128 = 0;
        let mut used = 0;
        let allowed = sig.len() as i32 - (places - 28).max(0);
        while used < sig.len() && (used as i32) < allowed {
            let next = m * 10 + u128::from(sig[used] - b'0');
            if next > limit {
                break;
            }
            m = next;
            used += 1;
        }
        let dropped = sig.len() as i32 - used as i32;
        if allowed < 0 {
            return Decimal::from_parts(0, 28);
        }
        if dropped > 0 {
            places -= dropped;
            if places < 0 {
                return Err(DecimalOverflow);
            }
            let rest = &sig[used..];
            let up = match rest[0].cmp(&b'5') {
                Ordering::Greater => true,
                Ordering::Less => false,
                Ordering::Equal => rest[1..].iter().any(|c| *c != b'0') || m % 2 == 1,
            };
            if up {
                m += 1;
                if m > limit {
                    if places == 0 {
                        return Err(DecimalOverflow);
                    }
                    m = m / 10 + u128::from(m % 10 >= 5);
                    places -= 1;
                }
            }
        }
        while places < 0 {
            m = m.checked_mul(10).filter(|x| *x <= limit).ok_or(DecimalOverflow)?;
            places += 1;
        }
        let m = m as i128;
        Decimal::from_parts(if negative { -m } else { m }, places as u32)
    }

    /// The integer part of the representation without sign.
    pub fn mantissa_abs(&self) -> u128 {
        self.0.mantissa().unsigned_abs()
    }

    /// `Scale`: how many digits stand after the point.
    pub fn scale(&self) -> u32 {
        self.0.scale()
    }

    pub fn is_negative(&self) -> bool {
        self.0.is_sign_negative()
    }

    pub fn is_zero(&self) -> bool {
        self.0.is_zero()
    }

    /// `(double)d`.
    pub fn to_f64(&self) -> f64 {
        let m = self.mantissa_abs();
        let hi = (m >> 64) as u64;
        let lo = m as u64;
        let v = (hi as f64 * 18_446_744_073_709_551_616.0 + lo as f64) / 10f64.powi(self.scale() as i32);
        if self.is_negative() { -v } else { v }
    }

    /// `(float)d`.
    pub fn to_f32(&self) -> f32 {
        self.to_f64() as f32
    }

    /// The integer part, towards zero.
    pub fn to_i128(&self) -> i128 {
        self.0.trunc().mantissa()
    }

    /// The integer part as a big integer.
    pub fn to_bigint(&self) -> BigInt {
        BigInt::from(self.to_i128())
    }

    pub fn add(self, o: Decimal) -> Result<Decimal, DecimalOverflow> {
        self.0.checked_add(o.0).map(Decimal).ok_or(DecimalOverflow)
    }

    pub fn sub(self, o: Decimal) -> Result<Decimal, DecimalOverflow> {
        self.0.checked_sub(o.0).map(Decimal).ok_or(DecimalOverflow)
    }

    pub fn mul(self, o: Decimal) -> Result<Decimal, DecimalOverflow> {
        if self.is_zero() || o.is_zero() {
            return Decimal::from_parts(0, (self.scale() + o.scale()).min(28));
        }
        self.0.checked_mul(o.0).map(Decimal).ok_or(DecimalOverflow)
    }

    /// Division; `None` when `o` is zero. An exact quotient keeps the difference of the scales, any other loses the
    /// zeros that the division added.
    pub fn div(self, o: Decimal) -> Option<Result<Decimal, DecimalOverflow>> {
        if o.is_zero() {
            return None;
        }
        let (a, b) = (self.0.mantissa(), o.0.mantissa());
        let (sa, sb) = (self.scale(), o.scale());
        let widened = if sa >= sb {
            Some((a, sa - sb))
        } else {
            10i128.checked_pow(sb - sa).and_then(|p| a.checked_mul(p)).map(|m| (m, 0))
        };
        if let Some((m, scale)) = widened
            && m % b == 0
            && let Ok(d) = Decimal::from_parts(m / b, scale)
        {
            return Some(Ok(d));
        }
        Some(self.0.checked_div(o.0).map(|d| Decimal(d.normalize())).ok_or(DecimalOverflow))
    }

    /// Remainder; `None` when `o` is zero.
    pub fn rem(self, o: Decimal) -> Option<Result<Decimal, DecimalOverflow>> {
        if o.is_zero() {
            return None;
        }
        Some(self.0.checked_rem(o.0).map(Decimal).ok_or(DecimalOverflow))
    }

    pub fn neg(self) -> Decimal {
        Decimal(-self.0)
    }

    pub fn abs(self) -> Decimal {
        Decimal(self.0.abs())
    }

    /// `Math.Round(d, digits, mode)`; digits 0 to 28.
    pub fn round(self, digits: u32, mode: Rounding) -> Decimal {
        let s = match mode {
            Rounding::ToEven => RoundingStrategy::MidpointNearestEven,
            Rounding::AwayFromZero => RoundingStrategy::MidpointAwayFromZero,
            Rounding::ToZero => RoundingStrategy::ToZero,
            Rounding::ToNegativeInfinity => RoundingStrategy::ToNegativeInfinity,
            Rounding::ToPositiveInfinity => RoundingStrategy::ToPositiveInfinity,
        };
        Decimal(self.0.round_dp_with_strategy(digits, s))
    }

    pub fn floor(self) -> Decimal {
        Decimal(self.0.floor())
    }

    pub fn ceiling(self) -> Decimal {
        Decimal(self.0.ceil())
    }

    pub fn truncate(self) -> Decimal {
        Decimal(self.0.trunc())
    }

    /// Without trailing zeros (what hashing and equality look at).
    pub fn normalized(self) -> Decimal {
        Decimal(self.0.normalize())
    }

    /// From a big integer divided by a power of ten; used for literals.
    pub fn from_scaled_bigint(v: &BigInt, scale: u32) -> Result<Decimal, DecimalOverflow> {
        if v.is_zero() {
            return Decimal::from_parts(0, scale.min(28));
        }
        let s = v.abs().to_string();
        Decimal::from_digits(s.as_bytes(), s.len() as i32 - scale as i32, v.is_negative())
    }
}

impl PartialEq for Decimal {
    fn eq(&self, o: &Decimal) -> bool {
        self.0 == o.0
    }
}

impl Eq for Decimal {}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, o: &Decimal) -> Option<Ordering> {
        Some(self.cmp(o))
    }
}

impl Ord for Decimal {
    fn cmp(&self, o: &Decimal) -> Ordering {
        self.0.cmp(&o.0)
    }
}

impl std::hash::Hash for Decimal {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.normalize().hash(state);
    }
}

impl fmt::Display for Decimal {
    /// Invariant culture, all digits of the scale, zero without a sign.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_zero() { write!(f, "{}", self.0.abs()) } else { write!(f, "{}", self.0) }
    }
}

impl From<i64> for Decimal {
    fn from(v: i64) -> Decimal {
        Decimal(Raw::from(v))
    }
}

impl From<u64> for Decimal {
    fn from(v: u64) -> Decimal {
        Decimal(Raw::from(v))
    }
}

impl From<i32> for Decimal {
    fn from(v: i32) -> Decimal {
        Decimal(Raw::from(v))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::culture::NumberFormat;
    use crate::number::{Styles, parse_decimal};

    fn d(s: &str) -> Decimal {
        parse_decimal(s, Styles::NUMBER, &NumberFormat::invariant()).unwrap()
    }

    #[test]
    fn arithmetic() {
        for (a, b, want) in [
            ("10", "4", "2.5"),
            ("10.00", "4", "2.50"),
            ("1.00", "1", "1.00"),
            ("7", "-2.5", "-2.8"),
            ("1", "8", "0.125"),
        ] {
            assert_eq!(d(a).div(d(b)).unwrap().unwrap().to_string(), want);
        }
        assert_eq!(d("-3").div(d("7")).unwrap().unwrap().to_string(), "-0.4285714285714285714285714286");
        assert_eq!(d("1.50").mul(d("2")).unwrap().to_string(), "3.00");
        assert_eq!(d("-0").to_string(), "0");
        assert!(Decimal::MAX.add(Decimal::ONE).is_err());
        assert!(d("1").div(Decimal::ZERO).is_none());
    }

    #[test]
    fn from_floats() {
        for (v, want) in [
            (0.1, "0.1"),
            (2.0 / 3.0, "0.666666666666667"),
            (1e14, "100000000000000"),
            (1.0 / 3.0, "0.333333333333333"),
            (1e20, "100000000000000000000"),
            (-2.5, "-2.5"),
        ] {
            assert_eq!(Decimal::from_double(v).unwrap().to_string(), want);
        }
        assert_eq!(Decimal::from_single(1.1).unwrap().to_string(), "1.1");
        assert!(Decimal::from_double(f64::NAN).is_err());
        assert!(Decimal::from_double(1e29).is_err());
    }
}
