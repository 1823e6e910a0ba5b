//! JSON as ConvertFrom-Json reads it and ConvertTo-Json writes it.
//!
//! [`parse`] gives a [`Json`] tree by the lenient rules of PowerShell's reader (comments, trailing commas, single quotes,
//! bare names, hexadecimal numbers, depth limit) with its error texts; [`check_strict`] is the RFC 8259 check behind Test-Json;
//! [`sniff_date`] finds the strings that become dates; [`Writer`] writes with the escapes and line breaks of ConvertTo-Json.

mod dates;
mod reader;
mod strict;
mod writer;

pub use dates::{JsonDate, sniff_date};
pub use reader::{Json, JsonError, parse};
pub use strict::{StrictError, check_strict};
pub use writer::{Escape, Writer};
