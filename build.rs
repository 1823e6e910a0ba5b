//! Packs the program's own relocations where the system's loader reads that form, and lays what runs before the first prompt
//! side by side: each start reads less.

use std::process::Command;

/// The loader reads packed relocations since this version.
const PACKED_SINCE: (u32, u32) = (2, 36);

#[allow(clippy::print_stdout, reason = "a build script talks to cargo on its standard output")]
fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let variable = |name: &str| std::env::var(name).unwrap_or_default();
    let is_here = variable("TARGET") == variable("HOST");
    let is_glibc = variable("CARGO_CFG_TARGET_OS") == "linux" && variable("CARGO_CFG_TARGET_ENV") == "gnu";
    if is_here && is_glibc && glibc().is_some_and(|version| version >= PACKED_SINCE) {
        // A linker that does not know the option says so and goes on.
        println!("cargo:rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
    // A linker of the builder's own choice may not know scripts (mold does not).
    let flags = variable("CARGO_ENCODED_RUSTFLAGS");
    let is_own_linker =
        !variable("RUSTC_LINKER").is_empty() || ["linker", "fuse-ld"].iter().any(|word| flags.contains(word));
    if is_glibc && variable("PROFILE") == "release" && !is_own_linker {
        println!("cargo:rerun-if-changed=src/start.ld");
        println!("cargo:rustc-link-arg-bins=-T{}/src/start.ld", variable("CARGO_MANIFEST_DIR"));
    }
}

/// The version of this system's C library.
fn glibc() -> Option<(u32, u32)> {
    let told = Command::new("getconf").arg("GNU_LIBC_VERSION").output().ok()?;
    let text = String::from_utf8(told.stdout).ok()?;
    let (major, minor) = text.trim().strip_prefix("glibc ")?.split_once('.')?;
    Some((major.parse().ok()?, minor.split('.').next()?.parse().ok()?))
}
