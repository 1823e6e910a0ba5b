//! The catalogue, and the scripts that ship inside the program: labs, runbooks, Exchange's own scripts.

use std::fmt::Write;
use std::path::{Path, PathBuf};

fn main() {
    catalogue::build();
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts");
    let mut files = Vec::new();
    for part in ["labs", "runbooks"] {
        collect(&scripts.join(part), &mut files);
    }
    for name in ["ExchUCUtil.ps1", "Get-UCPool.ps1"] {
        files.push(scripts.join(name));
    }
    files.sort();
    let mut text = String::from("&[\n");
    for file in &files {
        let name = file.strip_prefix(&scripts).unwrap_or(file).display().to_string();
        let _ = writeln!(text, "    ({name:?}, include_str!({:?})),", file.display().to_string());
    }
    text.push_str("]\n");
    println!("cargo:rerun-if-changed={}", scripts.display());
    let out = PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default());
    if let Err(error) = std::fs::write(out.join("shipped.rs"), text) {
        println!("cargo::error={error}");
    }
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|e| e == "ps1" || e == "md") {
            files.push(path);
        }
    }
}
