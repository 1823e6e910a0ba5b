//! Text encodings as `System.Text.Encoding` knows them on Linux with the code page provider that PowerShell registers.
//!
//! [`Encoding::by_name`] and [`Encoding::by_code_page`] find one; [`Encoding::encode`] and [`Encoding::decode`] convert
//! with .NET's replacement characters; [`Encoding::detect`] reads a byte order mark.

mod coder;
mod names;

pub use names::{Encoding, EncodingError, all_encodings};
