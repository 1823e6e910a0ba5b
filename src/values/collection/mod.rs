//! Sequences and dictionaries.

mod array;
mod dict;

pub use array::Array;
pub use dict::{Dict, DictData, KeyComparer, equals_ignore_case};
