//! Engine objects as scripts see them.

pub mod script_block;
