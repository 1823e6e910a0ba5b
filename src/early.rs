//! What has to be settled before the allocator takes its first memory, which it does before `main`: it asks for large pages,
//! and of those the start fills a tenth.
#![allow(unsafe_code)]

/// The loader calls this before Rust's runtime begins.
extern "C" fn start() {
    shell::memory::start_small();
}

// SAFETY: the loader calls each function of this section once, on one thread, with the C library ready; `start` takes no
// argument, makes two system calls and sets a flag, and so needs nothing that the runtime prepares.
#[used]
#[unsafe(link_section = ".init_array")]
static START: extern "C" fn() = start;
