//! The catalogue: schema of commands and nouns as data, packing at build time, zero-copy reading at run time.
//!
//! Invariants: the packed form holds no pointers, so it costs nothing to load; readers never copy text out of it; a
//! catalogue file that contradicts itself stops the build with file and line. Behaviour is not here: Rust code in the
//! cmdlet crates and the generic verbs of `directory` supply it.

mod discover;

use std::path::PathBuf;

/// Entry of the three-line build scripts: lists the calling crate's source files and packs its catalogue files.
///
/// Writes `modules.rs` into `OUT_DIR`; the crate's `lib.rs` includes it.
#[allow(clippy::print_stdout, reason = "a build script talks to cargo on its standard output")]
pub fn build() {
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let out = PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default());
    println!("cargo:rerun-if-changed={}", root.display());
    let done = discover::discover(&root).and_then(|found| std::fs::write(out.join("modules.rs"), found.modules));
    if let Err(error) = done {
        println!("cargo::error={}: {error}", root.display());
    }
}
