//! What has to be settled before Rust's runtime begins: its allocator asks for large pages, of which the start fills a tenth,
//! and it puts another standard output in the place of one that is missing.
#![allow(unsafe_code)]

/// The loader calls this before Rust's runtime begins.
extern "C" fn start() {
    shell::memory::start_small();
    shell::output::look_for_output();
}

// SAFETY: the loader calls each function of this section once, on one thread, with the C library ready; `start` takes no
// argument, makes system calls and sets flags, and so needs nothing that the runtime prepares.
#[used]
#[unsafe(link_section = ".init_array")]
static START: extern "C" fn() = start;
