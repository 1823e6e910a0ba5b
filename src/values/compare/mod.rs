//! Comparing, searching, folding and measuring text as .NET and PowerShell do.
//!
//! * [`ordinal`]: by code unit, with and without case; [`casing`]: simple case mappings, title case.
//! * [`collation`]: culture comparison over ICU's root order, with a static table for ASCII; sort keys.
//! * [`search`]: `IndexOf`, `StartsWith`, ... under a culture.
//! * [`wildcard`]: PowerShell's `*?[a-z]` patterns. [`width`]: console cells. [`normalize`]: Unicode forms.

pub mod casing;
pub mod collation;
pub mod normalize;
pub mod ordinal;
pub mod search;
pub mod width;
pub mod wildcard;

pub use collation::{CompareOptions, SortKey, compare, equal};
pub use wildcard::{InvalidWildcard, Wildcard};
