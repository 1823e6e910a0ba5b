//! Huge pages: while the shell starts it touches little here and there, of which each would cost a page of 2 MB.

use std::sync::atomic::{AtomicBool, Ordering};

use rustix::thread::{disable_transparent_huge_pages, transparent_huge_pages_are_disabled};

/// Whether this shell has switched them off.
static IS_OFF: AtomicBool = AtomicBool::new(false);

/// Begins with small pages, unless whoever started the shell decided already.
pub fn start_small() {
    // A system that knows nothing of them has small ones only.
    if matches!(transparent_huge_pages_are_disabled(), Ok(false)) && disable_transparent_huge_pages(true).is_ok() {
        IS_OFF.store(true, Ordering::Relaxed);
    }
}

/// Script begins: what it needs much of comes in large pages again.
pub fn work_large() {
    if IS_OFF.swap(false, Ordering::Relaxed) {
        // A system that refuses goes on with small ones.
        let _ = disable_transparent_huge_pages(false);
    }
}
