//! Sequences and dictionaries.

mod array;
mod dict;
mod index;
mod parts;
mod text_map;

pub use array::Array;
pub use dict::{Dict, DictData, KeyComparer, equals_ignore_case};
pub use text_map::TextMap;
