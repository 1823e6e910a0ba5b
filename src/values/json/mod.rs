//! JSON as ConvertFrom-Json reads it.
//!
//! [`parse`] gives a [`Json`] tree by the lenient rules of PowerShell's reader (comments, trailing commas, single quotes,
//! bare names, hexadecimal numbers, depth limit) with its error texts; [`check_strict`] is the RFC 8259 check behind Test-Json;
//! [`sniff_date`] finds the strings that become dates. ConvertTo-Json writes objects and not trees, so that its writer is its own.

mod dates;
mod reader;
mod strict;
pub mod tree;

pub use dates::{JsonDate, sniff_date};
pub use reader::{Json, JsonError, parse};
pub use strict::{StrictError, check_strict};
