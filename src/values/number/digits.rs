//! The digit buffer that every formatter works on: significant digits, the place of the decimal point, the sign.

use super::Decimal;
use num_bigint::BigInt;

/// Where digits came from decides about rounding and about minus zero.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Kind {
    Integer,
    Decimal,
    Float,
}

/// `0.d1d2d3... * 10^scale`.
#[derive(Debug, Clone)]
pub(super) struct Digits {
    pub digits: Vec<u8>,
    pub scale: i32,
    pub negative: bool,
    pub kind: Kind,
}

impl Digits {
    pub fn from_text(text: &str, negative: bool) -> Digits {
        let t = text.trim_start_matches('0');
        Digits { digits: t.as_bytes().to_vec(), scale: t.len() as i32, negative, kind: Kind::Integer }
    }

    pub fn from_bigint(v: &BigInt) -> Digits {
        let s = v.to_string();
        match s.strip_prefix('-') {
            Some(t) => Digits::from_text(t, true),
            None => Digits::from_text(&s, false),
        }
    }

    pub fn from_decimal(v: &Decimal) -> Digits {
        let m = v.mantissa_abs().to_string();
        let t = if m == "0" { "" } else { &m };
        Digits {
            digits: t.as_bytes().to_vec(),
            scale: t.len() as i32 - v.scale() as i32,
            negative: v.is_negative() && !t.is_empty(),
            kind: Kind::Decimal,
        }
    }

    /// The shortest digits that read back as the same number.
    pub fn shortest(v: f64, single: bool) -> Digits {
        let s = if single { format!("{:e}", (v as f32).abs()) } else { format!("{:e}", v.abs()) };
        Digits::from_scientific(&s, v.is_sign_negative())
    }

    /// `count` significant digits, ties to even.
    pub fn significant(v: f64, count: usize) -> Digits {
        let s = format!("{:.*e}", count.clamp(1, 1100) - 1, v.abs());
        Digits::from_scientific(&s, v.is_sign_negative())
    }

    /// Digits up to `places` after the decimal point, ties to even.
    pub fn fixed(v: f64, places: usize) -> Digits {
        let s = format!("{:.*}", places.min(1100), v.abs());
        let (int, frac) = s.split_once('.').unwrap_or((&s, ""));
        let mut digits: Vec<u8> = int.bytes().chain(frac.bytes()).collect();
        let lead = digits.iter().take_while(|c| **c == b'0').count();
        let scale = if lead == digits.len() { 0 } else { int.len() as i32 - lead as i32 };
        digits.drain(..lead);
        let mut d = Digits { digits, scale, negative: v.is_sign_negative(), kind: Kind::Float };
        d.trim();
        d
    }

    pub(super) fn from_scientific(s: &str, negative: bool) -> Digits {
        let (m, e) = s.split_once('e').unwrap_or((s, "0"));
        let digits: Vec<u8> = m.bytes().filter(u8::is_ascii_digit).collect();
        let mut d = Digits { digits, scale: e.parse::<i32>().unwrap_or(0) + 1, negative, kind: Kind::Float };
        if d.digits.iter().all(|c| *c == b'0') {
            d.digits.clear();
            d.scale = 0;
        }
        d.trim();
        d
    }

    fn trim(&mut self) {
        while self.digits.last() == Some(&b'0') {
            self.digits.pop();
        }
    }

    /// Keeps `pos` digits. A float printed by a standard format is already rounded correctly.
    pub fn round(&mut self, pos: i32, correctly_rounded: bool) {
        let len = self.digits.len() as i32;
        let mut i = pos.clamp(0, len);
        let up = i == pos && i < len && !correctly_rounded && self.digits[i as usize] >= b'5';
        if up {
            while i > 0 && self.digits[i as usize - 1] == b'9' {
                i -= 1;
            }
            if i > 0 {
                self.digits[i as usize - 1] += 1;
            } else {
                self.scale += 1;
                self.digits = vec![b'1'];
                i = 1;
            }
        } else {
            while i > 0 && self.digits[i as usize - 1] == b'0' {
                i -= 1;
            }
        }
        self.digits.truncate(i as usize);
        if i == 0 {
            if self.kind != Kind::Float {
                self.negative = false;
            }
            self.scale = 0;
        }
    }
}
