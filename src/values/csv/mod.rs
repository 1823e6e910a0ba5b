//! Comma separated values as Import-Csv reads and ConvertTo-Csv writes them.
//!
//! [`Reader`] gives records (quotes, delimiters and line breaks inside quotes) and the header with PowerShell's rules for
//! `#TYPE` and W3C logs; [`write_record`] writes one line.

mod reader;
mod writer;

pub use reader::{Header, Reader};
pub use writer::{Quoting, write_record};
