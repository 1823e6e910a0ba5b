//! The one test binary.

mod agreement;
mod organization;
mod start;
mod tidy;
