//! Numbers as text, the way .NET does it.
//!
//! * [`format_integer`], [`format_double`], [`format_single`], [`format_half`], [`format_decimal`], [`format_bigint`]:
//!   `ToString(format, NumberFormatInfo)` with standard and custom format strings.
//! * [`parse_integer`], [`parse_double`], [`parse_single`], [`parse_decimal`], [`parse_bigint`]: `Parse` with [`Styles`].
//! * [`parse_radix`], [`to_radix`]: `Convert` with a base.
//! * [`Decimal`]: System.Decimal's arithmetic and printing over `rust_decimal`.
//! * [`shell`]: PowerShell's own rules for strings that become numbers, and numbers that become strings.

mod custom;
mod decimal;
mod digits;
mod format;
mod parse;
mod radix;
pub mod shell;

pub use decimal::{Decimal, DecimalOverflow, Rounding};
pub use format::{
    FormatError, format_bigint, format_decimal, format_double, format_half, format_integer, format_single,
    format_unsigned, half_to_f32,
};
pub use parse::{
    IntegerKind, ParseError, Styles, parse_bigint, parse_decimal, parse_double, parse_integer, parse_single,
};
pub use radix::{RadixError, parse_radix, to_radix};
