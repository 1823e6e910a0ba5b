//! The recordings of PowerShell's own output: what once agreed goes on agreeing.
//!
//! `tests/agreeing/<suite>.txt` lists the cases that agree; a listed case that no longer does fails, a new one is named so
//! that it can be taken into the list. With `DIALTONE_AGREE=write` (scripts/dev/agree) the lists are written anew.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// The shell under a path of always the same length, like the one that the recordings were made with: what is printed
/// wraps where the path of the checkout would make it longer.
fn shell() -> &'static Path {
    static SHELL: OnceLock<PathBuf> = OnceLock::new();
    SHELL.get_or_init(|| {
        let built = env!("CARGO_BIN_EXE_dialtone");
        // One folder a checkout, so that runs leave nothing behind but the last.
        let mut hash = DefaultHasher::new();
        built.hash(&mut hash);
        let folder = PathBuf::from(format!("/tmp/dialtone-{:08x}", hash.finish() as u32));
        let path = folder.join("dialtone");
        fs::create_dir_all(&folder).expect("a folder for the shell");
        let _ = fs::remove_file(&path);
        // A link that is no symbolic one, or a copy: `$PSHOME` and child shells name the path that was started.
        if fs::hard_link(built, &path).is_err() {
            fs::copy(built, &path).expect("the shell is copied");
        }
        path
    })
}

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

const NO_PYTHON: &str = "python3, which runs the recordings, is not here (scripts/test installs it)";

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

/// Runs the suite (or some of its cases); the names of those that failed. What differs in the first of them is printed
/// when only some are run: a machine elsewhere can show no more than this output.
fn failures(suite: &Suite, only: &[String]) -> BTreeSet<String> {
    let list = std::env::temp_dir().join(format!("dialtone-{}-{}.txt", suite.name, std::process::id()));
    let mut command = Command::new("python3");
    command.arg(tests().join("conformance").join(suite.runner));
    command.args(["--show", "5", "--shell"]).arg(shell()).arg("--list").arg(&list).args(suite.arguments);
    command.current_dir(tests().join("conformance"));
    command.args(only).stdin(Stdio::null());
    let output = command.output().expect("the runner starts");
    assert!(output.status.success(), "{} failed: {}", suite.runner, String::from_utf8_lossy(&output.stderr));
    if !only.is_empty() {
        println!("{}", String::from_utf8_lossy(&output.stdout));
    }
    let text = fs::read_to_string(&list).expect("the runner's list");
    let _ = fs::remove_file(&list);
    text.lines().map(str::to_string).collect()
}

fn is_writing() -> bool {
    std::env::var("DIALTONE_AGREE").is_ok_and(|v| v == "write")
}

/// What makes a runner run these cases (and for `compare.py`, which knows areas only, their neighbours).
fn selection(suite: &Suite, names: &[String]) -> Vec<String> {
    if suite.runner == "compare.py" {
        let areas: BTreeSet<&str> = names.iter().filter_map(|n| n.split('/').next()).collect();
        return areas.into_iter().map(str::to_string).collect();
    }
    let folder = tests().join(suite.root);
    names.iter().map(|n| folder.join(n.rsplit('/').next().unwrap_or(n)).display().to_string()).collect()
}

/// How often a listed recording that differs is run once more: many of them race with other processes or with time.
const MORE_TRIES: usize = 3;

fn check(suite: &Suite) {
    assert!(has_python(), "{NO_PYTHON}");
    let mut failed = failures(suite, &[]);
    let path = tests().join("agreeing").join(format!("{}.txt", suite.name));
    if is_writing() {
        // What agrees only now and then is no promise.
        failed.extend(failures(suite, &[]));
    }
    let known = cases(suite);
    assert!(failed.is_subset(&known), "names that are no cases: {:?}", failed.difference(&known));
    let agreeing: BTreeSet<String> = known.difference(&failed).cloned().collect();
    if is_writing() {
        let text: String = agreeing.iter().map(|name| format!("{name}\n")).collect();
        fs::write(&path, text).expect("the list is written");
        return;
    }
    let text = fs::read_to_string(&path).expect("the list of recordings that agree");
    let listed: BTreeSet<String> = text.lines().map(str::to_string).collect();
    assert!(!listed.is_empty(), "{} lists nothing", path.display());
    let mut lost: Vec<String> = listed.difference(&agreeing).cloned().collect();
    for _ in 0..MORE_TRIES {
        if lost.is_empty() {
            break;
        }
        let failed = failures(suite, &selection(suite, &lost));
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
        extension: "ps1",
        names_folder: true,
    });
}

/// How many lines of each matrix agree.
fn matrix_lines() -> BTreeMap<String, usize> {
    let output = Command::new("python3")
        .arg(tests().join("conformance/matrices/compare_matrices.py"))
        .arg("--shell")
        .arg(shell())
        .args(["--limit", "60"])
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
    counts
}

/// The matrices are compared line by line; a matrix keeps at least the number of lines that once agreed.
#[test]
fn matrices_agree() {
    assert!(has_python(), "{NO_PYTHON}");
    let counts = matrix_lines();
    assert!(!counts.is_empty(), "no matrix was run");
    let path = tests().join("agreeing/matrices.txt");
    if is_writing() {
        let again = matrix_lines();
        let least = |name: &String, count: &usize| (*count).min(again.get(name).copied().unwrap_or(0));
        let text: String = counts.iter().map(|(name, count)| format!("{name} {}\n", least(name, count))).collect();
        fs::write(&path, text).expect("the list is written");
        return;
    }
    let list = fs::read_to_string(&path).expect("the list of lines that agree");
    let lost = |counts: &BTreeMap<String, usize>| -> Vec<String> {
        let pairs = list.lines().filter_map(|line| line.split_once(' '));
        let least = pairs.map(|(name, least)| (name, least.parse::<usize>().expect("a count of lines")));
        least
            .filter_map(|(name, least)| {
                let have = counts.get(name).copied().unwrap_or(0);
                (have < least).then(|| format!("{name}: {have} lines agree, {least} did"))
            })
            .collect()
    };
    assert!(!list.is_empty(), "{} lists nothing", path.display());
    let mut lost_lines = lost(&counts);
    if !lost_lines.is_empty() {
        // Lines of time and of files may lose a race on a busy machine.
        lost_lines = lost(&matrix_lines());
    }
    assert!(lost_lines.is_empty(), "fewer lines as recorded from PowerShell:\n{}", lost_lines.join("\n"));
}

/// The documentation's command lines bind as PowerShell binds them; nothing is run.
#[test]
fn examples_bind() {
    assert!(has_python(), "{NO_PYTHON}");
    let facts = tests().join("conformance/examples-bound.tsv");
    let home = std::env::temp_dir().join(format!("dialtone-examples-{}", std::process::id()));
    let diff = home.with_extension("tsv");
    let status = Command::new("python3")
        .arg(tests().join("conformance/examples_compare.py"))
        .args([shell().as_os_str(), facts.as_os_str()])
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
    let listed = numbers(&path);
    assert!(!listed.is_empty(), "{} lists nothing", path.display());
    let lost: Vec<u32> = listed.difference(&agreeing).copied().collect();
    assert!(lost.is_empty(), "lines of the documentation that no longer bind as recorded: {lost:?}");
}
