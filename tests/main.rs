//! The one test binary.

mod organization;
