//! cmdlets-management.
include!(concat!(env!("OUT_DIR"), "/modules.rs"));
