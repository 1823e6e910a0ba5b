//! Calls by programs that nobody here wrote, over the real network on loopback.
//!
//! A missing program is skipped with a printed reason; with `DIALTONE_REQUIRE_PEERS=1` it fails.

mod baresip;
mod deployed;
mod kamailio;
mod killed;
mod linphone;
mod load;
pub mod redirect;
mod security;
mod service;
mod sipp;
mod sound;

use std::process::{Command, Stdio};

/// Whether a program can be used; says why not.
fn has_peer(program: &str) -> bool {
    let found = Command::new("sh")
        .args(["-c", &format!("command -v {program}")])
        .stdout(Stdio::null())
        .status()
        .is_ok_and(|s| s.success());
    if !found {
        assert!(std::env::var_os("DIALTONE_REQUIRE_PEERS").is_none(), "{program} is not installed");
        println!("skipped: {program} is not installed");
    }
    found
}
