//! `#requires`.

use crate::parser::Parser;

/// What `#requires` lines demand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Requirements {}

pub(crate) fn scan_requirements(_parser: &mut Parser<'_>) -> Option<Requirements> {
    None
}
