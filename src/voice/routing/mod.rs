//! Numbers: normalisation, translation, and the choice of trunks.

mod outbound;
mod pattern;

pub use outbound::{RouteRefusal, attempts};
pub use pattern::{Translated, matches, normalize, translate};
