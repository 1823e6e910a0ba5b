//! `NumberFormatInfo`: separators, symbols and pattern numbers.

use super::Text;

/// What `NumberFormatInfo` holds.
#[derive(Debug, Clone, PartialEq)]
pub struct NumberFormat {
    pub decimal_separator: Text,
    pub group_separator: Text,
    pub group_sizes: Vec<u8>,
    pub decimal_digits: u8,
    pub negative_pattern: u8,
    pub negative_sign: Text,
    pub positive_sign: Text,
    pub nan_symbol: Text,
    pub positive_infinity: Text,
    pub negative_infinity: Text,
    pub percent_symbol: Text,
    pub per_mille_symbol: Text,
    pub percent_decimal_separator: Text,
    pub percent_group_separator: Text,
    pub percent_group_sizes: Vec<u8>,
    pub percent_decimal_digits: u8,
    pub percent_positive_pattern: u8,
    pub percent_negative_pattern: u8,
    pub currency_symbol: Text,
    pub currency_decimal_separator: Text,
    pub currency_group_separator: Text,
    pub currency_group_sizes: Vec<u8>,
    pub currency_decimal_digits: u8,
    pub currency_positive_pattern: u8,
    pub currency_negative_pattern: u8,
}

impl NumberFormat {
    /// `NumberFormatInfo.InvariantInfo`.
    pub fn invariant() -> NumberFormat {
        NumberFormat {
            decimal_separator: ".".into(),
            group_separator: ",".into(),
            group_sizes: vec![3],
            decimal_digits: 2,
            negative_pattern: 1,
            negative_sign: "-".into(),
            positive_sign: "+".into(),
            nan_symbol: "NaN".into(),
            positive_infinity: "Infinity".into(),
            negative_infinity: "-Infinity".into(),
            percent_symbol: "%".into(),
            per_mille_symbol: "\u{2030}".into(),
            percent_decimal_separator: ".".into(),
            percent_group_separator: ",".into(),
            percent_group_sizes: vec![3],
            percent_decimal_digits: 2,
            percent_positive_pattern: 0,
            percent_negative_pattern: 0,
            currency_symbol: "\u{a4}".into(),
            currency_decimal_separator: ".".into(),
            currency_group_separator: ",".into(),
            currency_group_sizes: vec![3],
            currency_decimal_digits: 2,
            currency_positive_pattern: 0,
            currency_negative_pattern: 0,
        }
    }
}
