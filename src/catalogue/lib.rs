//! The catalogue: schema of commands and nouns as data, packing at build time, zero-copy reading at run time.
//!
//! Invariants: the packed form holds no pointers, so it costs nothing to load; readers never copy text out of it; a
//! catalogue file that contradicts itself stops the build with file and line. Behaviour is not here: Rust code in the
//! cmdlet crates and the generic verbs of `directory` supply it.

mod blob;
mod discover;
mod load;
mod pack;
mod schema;

pub use blob::{
    AttributeRow, Catalogue, CommandRow, NounRow, OutputRow, ParameterRow, Place, PropertyRow, SetRow, Texts, Words,
    fold,
};
pub use load::CatalogueError;

use std::path::{Path, PathBuf};

/// Entry of the three-line build scripts: lists the calling crate's source files and packs its catalogue files.
///
/// Writes `modules.rs` (and `catalogue.bin`, which it includes as `CATALOGUE`) into `OUT_DIR`; the crate's `lib.rs`
/// includes `modules.rs`.
#[allow(clippy::print_stdout, reason = "a build script talks to cargo on its standard output")]
pub fn build() {
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let out = PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default());
    println!("cargo:rerun-if-changed={}", root.display());
    for fault in build_into(&root, &out) {
        println!("cargo::error={fault}");
    }
}

fn build_into(root: &Path, out: &Path) -> Vec<String> {
    let plain = |error: std::io::Error| vec![format!("{}: {error}", root.display())];
    let mut found = match discover::discover(root) {
        Ok(found) => found,
        Err(error) => return plain(error),
    };
    let (commands, nouns) = match load::load(&found.catalogue) {
        Ok(loaded) => loaded,
        Err(faults) => return faults.iter().map(CatalogueError::to_string).collect(),
    };
    if !commands.is_empty() {
        if let Err(error) = std::fs::write(out.join("catalogue.bin"), pack::pack(commands, nouns)) {
            return plain(error);
        }
        found.modules.push_str(
            "/// The packed catalogue of this crate.\n\
             pub static CATALOGUE: &[u8] = include_bytes!(concat!(env!(\"OUT_DIR\"), \"/catalogue.bin\"));\n",
        );
    }
    match std::fs::write(out.join("modules.rs"), found.modules) {
        Ok(()) => Vec::new(),
        Err(error) => plain(error),
    }
}
