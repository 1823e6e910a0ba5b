//! The recordings of PowerShell's own output: what once agreed goes on agreeing.
//!
//! `tests/agreeing/<suite>.txt` lists the cases that agree; a listed case that no longer does fails, a new one is named so
//! that it can be taken into the list. With `DIALTONE_AGREE=write` (scripts/dev/agree) the lists are written anew.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const SHELL: &str = env!("CARGO_BIN_EXE_dialtone");

fn tests() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}

/// A runner's way of naming what failed.
struct Suite {
    name: &'static str,
    runner: &'static str,
    arguments: &'static [&'static str],
    /// Folder that the names are relative to.
    root: &'static str,
    extension: &'static str,
    /// Whether names in the runner's list begin with the folder of the case.
    names_folder: bool,
}

fn has_python() -> bool {
    Command::new("python3")
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|s| s.success())
}

/// All cases of a suite that have a record.
fn cases(suite: &Suite) -> BTreeSet<String> {
    let root = tests().join(suite.root);
    let mut found = BTreeSet::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("the suite's folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == suite.extension)
                && (suite.extension != "ps1"
                    || path.with_extension("out").exists()
                    || path.with_extension("json").exists())
            {
                let base = if suite.names_folder { root.parent().unwrap_or(&root) } else { &root };
                found.insert(path.strip_prefix(base).expect("below the root").display().to_string());
            }
        }
    }
    found
}

/// Runs the suite (or some of its cases); the names of those that failed.
fn failures(suite: &Suite, only: &[String]) -> BTreeSet<String> {
    let list = std::env::temp_dir().join(format!("dialtone-{}-{}.txt", suite.name, std::process::id()));
    let mut command = Command::new("python3");
    command.arg(tests().join("conformance").join(suite.runner));
    command.args(["--shell", SHELL, "--list"]).arg(&list).args(suite.arguments);
    command.current_dir(tests().join("conformance"));
    command.args(only).stdin(Stdio::null()).stdout(Stdio::null());
    assert!(command.status().expect("the runner starts").success(), "{} failed", suite.runner);
    let text = fs::read_to_string(&list).expect("the runner's list");
    let _ = fs::remove_file(&list);
    text.lines().map(str::to_string).collect()
}

fn is_writing() -> bool {
    std::env::var("DIALTONE_AGREE").is_ok_and(|v| v == "write")
}

fn check(suite: &Suite) {
    if !has_python() {
        println!("skipped: python3, which runs the recordings, is not here");
        return;
    }
    let failed = failures(suite, &[]);
    let agreeing: BTreeSet<String> = cases(suite).difference(&failed).cloned().collect();
    let path = tests().join("agreeing").join(format!("{}.txt", suite.name));
    if is_writing() {
        let text: String = agreeing.iter().map(|name| format!("{name}\n")).collect();
        fs::write(&path, text).expect("the list is written");
        return;
    }
    let text = fs::read_to_string(&path).unwrap_or_default();
    let listed: BTreeSet<String> = text.lines().map(str::to_string).collect();
    let mut lost: Vec<String> = listed.difference(&agreeing).cloned().collect();
    if !lost.is_empty() {
        // A machine under load may pass a time limit: what failed gets a second chance.
        let folder = tests().join(suite.root);
        let again: Vec<String> = match suite.runner {
            "compare.py" => lost
                .iter()
                .filter_map(|n| n.split('/').next().map(str::to_string))
                .collect::<BTreeSet<_>>()
                .into_iter()
                .collect(),
            _ => lost.iter().map(|n| folder.join(n.rsplit('/').next().unwrap_or(n)).display().to_string()).collect(),
        };
        let failed = failures(suite, &again);
        lost.retain(|name| failed.contains(name));
    }
    let new: Vec<&String> = agreeing.difference(&listed).collect();
    println!(
        "{}: {} agree, {} of them not in the list (scripts/dev/agree takes them in)",
        suite.name,
        agreeing.len(),
        new.len()
    );
    assert!(lost.is_empty(), "no longer as recorded from PowerShell:\n{}", lost.join("\n"));
}

#[test]
fn cases_agree() {
    check(&Suite {
        name: "cases",
        runner: "compare.py",
        arguments: &["--jobs", "2"],
        root: "cases",
        extension: "ps1",
        names_folder: false,
    });
}

#[test]
fn jobs_agree() {
    let arguments = &["--jobs", "1", "--cases", "host/jobs-root"];
    check(&Suite {
        name: "jobs",
        runner: "compare.py",
        arguments,
        root: "conformance/host/jobs-root",
        extension: "ps1",
        names_folder: false,
    });
}

#[test]
fn command_line_agrees() {
    check(&Suite {
        name: "cli",
        runner: "host/run_cli.py",
        arguments: &[],
        root: "conformance/host/cli",
        extension: "json",
        names_folder: true,
    });
}

#[test]
fn terminal_agrees() {
    let root = "conformance/host/interactive";
    check(&Suite {
        name: "interactive",
        runner: "host/run_tty.py",
        arguments: &["--limit", "10"],
        root,
        extension: "json",
        names_folder: true,
    });
}

#[test]
fn web_agrees() {
    let root = "conformance/host/web";
    check(&Suite {
        name: "web",
        runner: "host/run_web.py",
        arguments: &[],
        root,
        extension: "json",
        names_folder: true,
    });
}

/// The matrices are compared line by line; a matrix keeps at least the number of lines that once agreed.
#[test]
fn matrices_agree() {
    if !has_python() {
        println!("skipped: python3, which runs the recordings, is not here");
        return;
    }
    let output = Command::new("python3")
        .arg(tests().join("conformance/matrices/compare_matrices.py"))
        .args(["--shell", SHELL, "--limit", "60"])
        .stdin(Stdio::null())
        .output()
        .expect("the runner starts");
    let text = String::from_utf8_lossy(&output.stdout);
    let mut counts = BTreeMap::new();
    for line in text.lines().skip(1) {
        let mut words = line.split_whitespace();
        if let (Some(name), Some(count)) = (words.next(), words.next().and_then(|n| n.parse::<usize>().ok()))
            && name != "TOTAL"
        {
            counts.insert(name.to_string(), count);
        }
    }
    assert!(!counts.is_empty(), "no matrix was run");
    let path = tests().join("agreeing/matrices.txt");
    if is_writing() {
        let text: String = counts.iter().map(|(name, count)| format!("{name} {count}\n")).collect();
        fs::write(&path, text).expect("the list is written");
        return;
    }
    let mut lost = Vec::new();
    for line in fs::read_to_string(&path).unwrap_or_default().lines() {
        let Some((name, least)) = line.split_once(' ') else { continue };
        let have = counts.get(name).copied().unwrap_or(0);
        if least.parse::<usize>().is_ok_and(|least| have < least) {
            lost.push(format!("{name}: {have} lines agree, {least} did"));
        }
    }
    assert!(lost.is_empty(), "fewer lines as recorded from PowerShell:\n{}", lost.join("\n"));
}

/// The documentation's command lines bind as PowerShell binds them; nothing is run.
#[test]
fn examples_bind() {
    if !has_python() {
        println!("skipped: python3, which runs the recordings, is not here");
        return;
    }
    let facts = tests().join("conformance/examples-bound.tsv");
    let home = std::env::temp_dir().join(format!("dialtone-examples-{}", std::process::id()));
    let diff = home.with_extension("tsv");
    let status = Command::new("python3")
        .arg(tests().join("conformance/examples_compare.py"))
        .args([SHELL.as_ref(), facts.as_os_str()])
        .args(["--mode", "binding", "--show", "0", "--limit", "30", "--diff"])
        .arg(&diff)
        .env("DIALTONE_HOME", &home)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status();
    assert!(status.is_ok_and(|s| s.code().is_some()), "the comparer starts");
    let _ = fs::remove_dir_all(&home);
    let numbers = |path: &Path| -> BTreeSet<u32> {
        let text = fs::read_to_string(path).unwrap_or_default();
        text.lines().filter_map(|line| line.split('\t').next()?.parse().ok()).collect()
    };
    let differing = numbers(&diff);
    assert!(diff.exists(), "nothing was compared");
    let _ = fs::remove_file(&diff);
    let agreeing: BTreeSet<u32> = numbers(&facts).difference(&differing).copied().collect();
    let path = tests().join("agreeing/examples.txt");
    if is_writing() {
        let text: String = agreeing.iter().map(|line| format!("{line}\n")).collect();
        fs::write(&path, text).expect("the list is written");
        return;
    }
    let lost: Vec<u32> = numbers(&path).difference(&agreeing).copied().collect();
    assert!(lost.is_empty(), "lines of the documentation that no longer bind as recorded: {lost:?}");
}
