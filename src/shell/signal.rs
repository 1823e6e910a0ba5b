//! Ctrl-C: the running pipeline is asked to stop. SIGTERM and SIGHUP keep their default: they end the process.
#![allow(unsafe_code)]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicPtr, Ordering};

static STOP: AtomicPtr<AtomicBool> = AtomicPtr::new(std::ptr::null_mut());

extern "C" fn on_interrupt(_: libc::c_int) {
    stop();
}

/// Asks the running pipeline to stop.
pub fn stop() {
    let stop = STOP.load(Ordering::Acquire);
    if !stop.is_null() {
        // SAFETY: the pointer comes from `Arc::into_raw` in `heed` and is never given back; storing to an atomic is safe in
        // a signal handler.
        unsafe { (*stop).store(true, Ordering::Relaxed) };
    }
}

/// From now on SIGINT sets this flag.
pub fn heed(stop: &Arc<AtomicBool>) {
    STOP.store(Arc::into_raw(stop.clone()).cast_mut(), Ordering::Release);
    // SAFETY: `sigaction` is given a zeroed, valid structure and a handler that only stores to atomics.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = on_interrupt as extern "C" fn(libc::c_int) as libc::sighandler_t;
        libc::sigemptyset(&mut action.sa_mask);
        libc::sigaction(libc::SIGINT, &action, std::ptr::null_mut());
    }
}
