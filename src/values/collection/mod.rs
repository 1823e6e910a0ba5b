//! Sequences and dictionaries.

mod array;
mod dict;
mod index;

pub use array::Array;
pub use dict::{Dict, DictData, KeyComparer, equals_ignore_case};
