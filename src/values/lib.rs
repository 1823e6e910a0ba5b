//! The values that scripts handle: `Value` (16 bytes, `Send + Sync`), strings, numbers, collections, objects, the .NET type
//! table, conversion, comparison and operators.
//!
//! Invariants: a value is cheap to clone (a scalar copy or one reference count); no script code runs while a guard of a
//! mutable heap object is held (copy out, release, then call); nothing here knows the engine: what needs a session goes
//! through the [`Context`] that is passed in.

pub mod clixml;
pub mod collection;
pub mod context;
pub mod convert;
pub mod decoration;
pub mod error;
pub mod guard;
pub mod members;
pub mod object;
pub mod operators;
pub mod stop;
pub mod string;
pub mod typedata;
pub mod types;
pub mod value;

// Numbers, text, dates and documents on plain Rust types.
pub mod compare;
pub mod composite;
pub mod culture;
pub mod encoding;
pub mod http;
pub mod json;
pub mod ntlm;
pub mod number;
pub mod regex;
pub mod spnego;
pub mod time;
pub mod xml;

pub use collection::{Array, Dict, KeyComparer};
pub use context::Context;
pub use error::{ErrorCategory, ErrorRecord, Exception, Flow, Result};
pub use object::{Foreign, ForeignRef, Layout, Object, PsMember, SlotSource, Wrapped};
pub use string::Str;
pub use types::{TypeInfo, TypeKind, TypeRef};
pub use value::Value;

/// A decimal from its digits and the number of decimals; digits beyond 96 bits give zero (the lexer rules them out).
pub fn decimal_from_parts(digits: i128, scale: u32) -> rust_decimal::Decimal {
    rust_decimal::Decimal::try_from_i128_with_scale(digits, scale).unwrap_or_default()
}
