//! Prompts: words recorded at development time, numbers put together from them, names by the synthesiser where one is installed.

mod number;
mod pack;
mod recorded;
mod speech;

pub use pack::{Prompts, Sound};
