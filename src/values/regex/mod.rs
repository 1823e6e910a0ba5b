//! .NET's regular expressions: own parser, own backtracking matcher over UTF-16 units, own replacement and split rules.
//!
//! [`Regex::cached`] compiles through a cache of 1000; [`Subject`] wraps the text once (ASCII is matched as bytes, other
//! text as UTF-16); positions everywhere count UTF-16 units, as .NET's do. Pure-regular patterns on long ASCII text are
//! handed to the `regex` crate where its answer is the same (`fast`).

mod atoms;
mod charset;
mod compile;
mod error;
mod escape;
mod exec;
mod fast;
mod names;
mod node;
mod parser;
mod regex;
mod replace;
mod subject;

pub use error::{MatchTimeout, ParseFault, RegexParseError};
pub use escape::{escape, unescape};
pub use regex::{Match, MatchGroup, Options, Regex};
pub use subject::Subject;

#[cfg(test)]
mod tests;
