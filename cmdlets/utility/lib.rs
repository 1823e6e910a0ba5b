//! cmdlets-utility.
include!(concat!(env!("OUT_DIR"), "/modules.rs"));
