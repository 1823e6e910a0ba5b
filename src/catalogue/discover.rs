//! Finds the source files of a cmdlet crate and writes the module list and the command table for it.
//!
//! A file `<folder>/<name>.rs` becomes the module `crate::<folder>::<name>`. A folder with a `mod.rs` declares its own
//! modules, which must then be reachable by that same path. A file that holds `pub static COMMAND` gets a row in
//! `COMMANDS`, one that holds `pub static NOUN` a row in `NOUNS`; any other file is just a module. Text files named `help*.txt`
//! and `about_*.txt` become the crate's help texts.

use std::fmt::Write;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// What lies in a crate's folder.
#[derive(Default)]
pub(crate) struct Sources {
    /// The `mod` lines and the tables, as Rust source.
    pub modules: String,
    /// Catalogue files (`*.toml` but the manifest, `commands*.json`), sorted by path.
    pub catalogue: Vec<PathBuf>,
}

#[derive(Default)]
struct Tables {
    commands: Vec<String>,
    nouns: Vec<String>,
    help: Vec<PathBuf>,
    topics: Vec<(String, PathBuf)>,
}

/// Walks the crate folder `root`.
pub(crate) fn discover(root: &Path) -> io::Result<Sources> {
    let mut sources = Sources::default();
    let mut tables = Tables::default();
    let mut text = String::new();
    walk(root, "crate", true, &mut text, &mut tables, &mut sources.catalogue)?;
    tables.commands.sort();
    tables.nouns.sort();
    let _ = writeln!(text, "/// Every command of this crate that is written in Rust.");
    let _ = writeln!(text, "pub static COMMANDS: &[&::command::Command] = &[");
    for path in &tables.commands {
        let _ = writeln!(text, "    &{path}::COMMAND,");
    }
    let _ = writeln!(text, "];");
    if !tables.nouns.is_empty() || sources.catalogue.iter().any(|path| path.extension().is_some_and(|e| e == "toml")) {
        let _ = writeln!(text, "/// Every noun of this crate that has rules written in Rust.");
        let _ = writeln!(text, "pub static NOUNS: &[&::directory::NounCode] = &[");
        for path in &tables.nouns {
            let _ = writeln!(text, "    &{path}::NOUN,");
        }
        let _ = writeln!(text, "];");
    }
    let _ = writeln!(text, "/// The help texts of this crate.");
    let _ = writeln!(text, "pub static HELP: ::command::HelpTexts = ::command::HelpTexts {{");
    let _ = writeln!(text, "    commands: concat!(");
    for path in &tables.help {
        let _ = writeln!(text, "        include_str!({:?}), \"\\n\",", path.display().to_string());
    }
    let _ = writeln!(text, "        \"\"),\n    topics: &[");
    for (name, path) in &tables.topics {
        let _ = writeln!(text, "        ({name:?}, include_str!({:?})),", path.display().to_string());
    }
    let _ = writeln!(text, "    ],\n}};");
    sources.modules = text;
    Ok(sources)
}

fn walk(
    folder: &Path,
    module: &str,
    declare: bool,
    text: &mut String,
    tables: &mut Tables,
    catalogue: &mut Vec<PathBuf>,
) -> io::Result<()> {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|entry| entry.map(|e| e.path())).collect::<Result<_, _>>()?;
    entries.sort();
    for path in entries {
        let Some(name) = path.file_name().and_then(|n| n.to_str()) else { continue };
        if name.starts_with('.') {
            continue;
        }
        if path.is_dir() {
            let inner = format!("{module}::{name}");
            let own = path.join("mod.rs").is_file();
            if declare && own {
                declare_module(text, name, &path.join("mod.rs"));
                walk(&path, &inner, false, text, tables, catalogue)?;
            } else if declare {
                let mut body = String::new();
                walk(&path, &inner, true, &mut body, tables, catalogue)?;
                if !body.is_empty() {
                    let _ = write!(text, "/// Files of `{name}`.\npub mod {name} {{\n{body}}}\n");
                }
            } else {
                walk(&path, &inner, false, text, tables, catalogue)?;
            }
            continue;
        }
        if let Some(stem) = name.strip_suffix(".rs") {
            if matches!(stem, "lib" | "mod" | "build" | "main") {
                continue;
            }
            let source = fs::read_to_string(&path)?;
            if declare {
                declare_module(text, stem, &path);
            }
            if source.contains("pub static COMMAND:") {
                tables.commands.push(format!("{module}::{stem}"));
            }
            if source.contains("pub static NOUN:") {
                tables.nouns.push(format!("{module}::{stem}"));
            }
        } else if (name.ends_with(".toml") && name != "Cargo.toml")
            || (name.starts_with("commands") && name.ends_with(".json"))
        {
            catalogue.push(path);
        } else if let Some(stem) = name.strip_suffix(".txt") {
            if stem.starts_with("help") {
                tables.help.push(path);
            } else if stem.starts_with("about_") {
                tables.topics.push((stem.to_string(), path));
            }
        }
    }
    Ok(())
}

fn declare_module(text: &mut String, name: &str, path: &Path) {
    let _ = writeln!(text, "#[path = {:?}]\npub mod {name};", path.display().to_string());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_become_modules_and_rows() {
        let root = std::env::temp_dir().join(format!("dialtone-discover-{}", std::process::id()));
        let area = root.join("um");
        fs::create_dir_all(&area).unwrap();
        fs::write(root.join("lib.rs"), "").unwrap();
        fs::write(root.join("Cargo.toml"), "").unwrap();
        fs::write(root.join("get_date.rs"), "pub static COMMAND: command::Command = x;").unwrap();
        fs::write(area.join("um_dial_plan.rs"), "pub static NOUN: directory::NounCode = x;").unwrap();
        fs::write(area.join("um_dial_plan.toml"), "").unwrap();
        let found = discover(&root).unwrap();
        fs::remove_dir_all(&root).unwrap();
        assert!(found.modules.contains("pub mod um {"));
        assert!(found.modules.contains("&crate::get_date::COMMAND,"));
        assert!(found.modules.contains("&crate::um::um_dial_plan::NOUN,"));
        assert_eq!(found.catalogue.len(), 1);
    }
}
