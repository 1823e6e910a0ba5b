//! cmdlets-exchange.
include!(concat!(env!("OUT_DIR"), "/modules.rs"));
