//! The facts about PowerShell's commands (tests/reference/data): recorded misuse gives the recorded ids and messages, and
//! parameters are those of the original.

use std::path::Path;
use std::process::{Command, Stdio};

/// Runs a comparer; the lines of its report.
fn report(script: &str, names: &[&str]) -> Option<Vec<String>> {
    let python = Command::new("python3").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    if !python.is_ok_and(|s| s.success()) {
        println!("skipped: python3 is not here");
        return None;
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference");
    let output = Command::new("python3")
        .arg(folder.join(script))
        .args(["--shell", env!("CARGO_BIN_EXE_dialtone")])
        .args(names)
        .stdin(Stdio::null())
        .output()
        .expect("the comparer starts");
    assert!(output.status.success(), "{script}: {}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8_lossy(&output.stdout).lines().map(str::to_string).collect())
}

/// The `agreed/all` figures of a line.
fn figures(line: &str) -> Vec<(u32, u32)> {
    let pair = |word: &str| {
        let (agreed, all) = word.split_once('/')?;
        Some((agreed.parse().ok()?, all.parse().ok()?))
    };
    line.split_whitespace().filter_map(pair).collect()
}

/// Fails where a subject agrees in fewer rows (per mille) than it once did.
fn check(lines: &[String], subject: &str, floors: &[u32]) {
    let line = lines.iter().find(|l| l.split_whitespace().next() == Some(subject)).expect("the subject's line");
    for ((agreed, all), floor) in figures(line).into_iter().zip(floors) {
        assert!(agreed * 1000 / all >= *floor, "{line}: below {floor} per mille");
    }
}

#[test]
fn misuse_gives_the_recorded_errors() {
    let Some(lines) = report("compare_errors.py", &["errors-binding", "errors"]) else { return };
    check(&lines, "errors-binding", &[990, 980]);
    check(&lines, "errors", &[965, 960]);
}

/// The rows that differ are those of the list: it may only shrink.
#[test]
fn a_session_starts_as_the_original_does() {
    let found = std::env::temp_dir().join(format!("dialtone-differences-{}", std::process::id()));
    let Some(lines) = report("compare_commands.py", &["--list", &found.display().to_string()]) else { return };
    check(&lines, "commands", &[990]);
    let found_text = std::fs::read_to_string(&found).expect("the comparer's list");
    let _ = std::fs::remove_file(&found);
    let known = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/known-differences.txt");
    let known = std::fs::read_to_string(known).expect("the list of differences");
    let of = |text: &str| -> std::collections::BTreeSet<String> {
        text.lines().filter(|l| !l.starts_with('#')).map(str::to_string).collect()
    };
    let (found, known) = (of(&found_text), of(&known));
    let more: Vec<_> = found.difference(&known).collect();
    assert!(more.is_empty(), "differ and are not on the list: {more:#?}");
    let gone: Vec<_> = known.difference(&found).collect();
    assert!(gone.is_empty(), "agree now, take them off the list: {gone:#?}");
}

#[test]
fn completions_are_those_of_the_original() {
    let Some(lines) = report("compare_completions.py", &[]) else { return };
    check(&lines, "completions", &[900]);
    check(&lines, "single-completions", &[900]);
}

/// tokens.json and types-language.json: values of enumerations, and members asked of objects of every class.
#[test]
fn the_syntax_tree_has_the_members_of_the_original() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/syntax.ps1");
    let output = Command::new(env!("CARGO_BIN_EXE_dialtone"))
        .args(["-NoProfile", "-NonInteractive", "-File"])
        .arg(script)
        .stdin(Stdio::null())
        .output()
        .expect("the shell starts");
    let text = String::from_utf8_lossy(&output.stdout);
    let lines: Vec<String> = text.lines().map(str::to_string).collect();
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    for subject in ["kinds", "flags", "keywords", "operators", "types", "values"] {
        check(&lines, subject, &[1000]);
    }
    for subject in ["properties", "methods", "constructors"] {
        check(&lines, subject, &[990]);
    }
}
