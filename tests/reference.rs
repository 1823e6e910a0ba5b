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
    check(&lines, "errors-binding", &[990, 965]);
    check(&lines, "errors", &[845, 785]);
}

#[test]
fn commands_have_the_parameters_of_the_original() {
    let Some(lines) = report("compare_commands.py", &[]) else { return };
    check(&lines, "commands", &[990]);
    check(&lines, "aliases", &[1000]);
}

#[test]
fn completions_are_those_of_the_original() {
    let Some(lines) = report("compare_completions.py", &[]) else { return };
    check(&lines, "completions", &[900]);
    check(&lines, "single-completions", &[900]);
}
