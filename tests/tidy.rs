//! Rules that no compiler checks: floors between crates, sizes of files, formatting, words that must not be there.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sources() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = ["src", "cmdlets", "tests"].iter().map(|f| root().join(f)).collect();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder of sources").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// What a crate may import of ours (docs: src/README.md).
fn allowed(name: &str) -> Option<&'static [&'static str]> {
    Some(match name {
        "catalogue" | "language" | "signaling" | "media" => &[],
        "values" => &["catalogue"],
        "control" => &[],
        "command" | "store" => &["values", "catalogue"],
        "engine" => &["language", "values", "command", "catalogue"],
        "directory" => &["values", "command", "store", "catalogue", "control"],
        "voice" => &["store", "values", "signaling", "media", "control"],
        "web" => &["values", "store", "voice", "control"],
        "format" => &["values", "command"],
        "cmdlets-core" | "cmdlets-utility" | "cmdlets-management" | "cmdlets-security" => {
            &["values", "command", "catalogue"]
        }
        "cmdlets-exchange" | "cmdlets-skype" | "cmdlets-online" => {
            &["values", "command", "catalogue", "store", "directory", "control", "signaling"]
        }
        "cmdlets-server" => &["values", "command", "catalogue", "store", "directory", "control", "signaling", "media"],
        "shell" => &["language", "values", "command", "engine", "format"],
        _ => return None,
    })
}

#[test]
fn crates_import_lower_floors_only() {
    let mut faults = Vec::new();
    for group in ["src", "cmdlets"] {
        for entry in fs::read_dir(root().join(group)).expect("a group of crates").flatten() {
            let Ok(text) = fs::read_to_string(entry.path().join("Cargo.toml")) else { continue };
            let manifest: toml::Table = text.parse().expect("a manifest");
            let name = manifest["package"]["name"].as_str().unwrap_or_default().to_string();
            let Some(allowed) = allowed(&name) else {
                faults.push(format!("{name} has no floor"));
                continue;
            };
            let Some(dependencies) = manifest.get("dependencies").and_then(toml::Value::as_table) else { continue };
            for imported in dependencies.keys() {
                let is_ours = self::allowed(imported).is_some();
                if is_ours && !allowed.contains(&imported.as_str()) {
                    faults.push(format!("{name} imports {imported}"));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The files that may say `unsafe` (docs: src/README.md, "Unsafe code").
const UNSAFE: &[(&str, &str)] = &[
    ("src/values/guard.rs", "VM operands: the lock that each read of a value or variable takes"),
    ("src/shell/terminal.rs", "terminal"),
    ("src/shell/signal.rs", "process: signals"),
    ("src/early.rs", "process: before Rust's runtime begins"),
    ("src/engine/pipeline/native_process.rs", "process: kill"),
    ("src/voice/audio/pacer.rs", "process: scheduling of the thread that sends sound"),
    ("tests/peers/sound.rs", "tests: many datagrams in one system call"),
];

/// Whether these lines end with a comment, attributes behind it, that says why what follows is sound.
fn says_why(lines: &[&str]) -> bool {
    let is_part = |line: &&&str| line.starts_with("//") || line.starts_with("#[");
    lines.iter().rev().take_while(is_part).any(|line| line.starts_with("// SAFETY:"))
}

#[test]
fn unsafe_code_stands_in_few_files_and_says_why() {
    let mut faults = Vec::new();
    let mut found = Vec::new();
    for path in sources() {
        let text = fs::read_to_string(&path).expect("a source");
        let name = path.strip_prefix(root()).expect("below the root").to_string_lossy().to_string();
        if !text.lines().any(|line| line.trim() == "#![allow(unsafe_code)]") {
            // Where nobody opts in, the compiler refuses it; nothing smaller than a file opts in.
            if text.contains("allow(unsafe_code") && name != "tests/tidy.rs" {
                faults.push(format!("{name}: opts in for less than the file"));
            }
            continue;
        }
        found.push(name.clone());
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        for (at, line) in lines.iter().enumerate() {
            let is_block = ["unsafe {", "unsafe impl", "#[unsafe("].iter().any(|mark| line.contains(mark));
            let is_said = says_why(&lines[..at]) || says_why(&lines[..at.saturating_sub(1)]);
            if is_block && !line.starts_with("//") && !is_said {
                faults.push(format!("{name}:{}: no SAFETY comment", at + 1));
            }
        }
    }
    found.sort();
    let mut allowed: Vec<_> = UNSAFE.iter().map(|(name, _)| name.to_string()).collect();
    allowed.sort();
    assert_eq!(found, allowed, "the files that opt in");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn files_are_short() {
    let mut faults = Vec::new();
    for path in sources() {
        let lines = fs::read_to_string(&path).expect("a source").lines().count();
        if lines > 1000 {
            faults.push(format!("{}: {lines} lines", path.display()));
        }
    }
    assert!(faults.is_empty(), "files of more than 1,000 lines:\n{}", faults.join("\n"));
}

#[test]
fn nothing_is_left_open() {
    // Put together so that this file does not find itself.
    let words =
        [["todo", "!("].concat(), ["unimplemented", "!("].concat(), ["dbg", "!("].concat(), ["#[", "ignore"].concat()];
    let mut faults = Vec::new();
    for path in sources() {
        let text = fs::read_to_string(&path).expect("a source");
        for (number, line) in text.lines().enumerate() {
            if words.iter().any(|word| line.contains(word.as_str())) {
                faults.push(format!("{}:{}: {}", path.display(), number + 1, line.trim()));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn folders_say_what_they_hold() {
    let mut faults = Vec::new();
    for path in sources() {
        for part in path.components() {
            if matches!(part.as_os_str().to_str(), Some("common" | "utils" | "misc" | "shared")) {
                faults.push(path.display().to_string());
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn sources_are_formatted() {
    let output = Command::new("rustfmt").args(["--check", "-l", "--edition", "2024"]).args(sources()).output();
    let Ok(output) = output else {
        println!("skipped: rustfmt is not here");
        return;
    };
    let text = String::from_utf8_lossy(&output.stdout);
    let faults: std::collections::BTreeSet<&str> = text.lines().collect();
    assert!(
        output.status.success(),
        "not formatted (scripts/dev/format):\n{}",
        faults.into_iter().collect::<Vec<_>>().join("\n")
    );
}

/// docs/telephony-tests.md: each file, test and row that it names is there.
#[test]
fn the_list_of_telephony_tests_is_true() {
    let list = fs::read_to_string(root().join("docs/telephony-tests.md")).expect("the list");
    let mut tests = 0;
    for line in list.lines().filter(|line| line.starts_with("| ")) {
        let (mut file, mut source) = ("", String::new());
        let shown = line.rsplit(" | ").next().unwrap_or("");
        for name in shown.split('`').skip(1).step_by(2) {
            if name.ends_with(".rs") {
                file = name;
                source = fs::read_to_string(root().join(file)).unwrap_or_else(|e| panic!("{file}: {e}"));
                continue;
            }
            assert!(source.contains(&format!("fn {name}(")), "{file} has no test {name}");
            tests += 1;
        }
        for row in shown.split('"').skip(1).step_by(2) {
            assert!(source.contains(&format!("\"{row}\"")), "{file} has no row {row}");
        }
    }
    assert!(tests > 30, "{tests} tests");
}
