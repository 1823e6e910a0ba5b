//! The one test binary.

mod agreement;
mod calls;
mod organization;
mod peers;
mod start;
mod tidy;
