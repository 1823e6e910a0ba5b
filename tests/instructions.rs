//! How many instructions the hot paths take, counted by valgrind: unlike time this does not depend on the machine's load.
//!
//! `tests/bench/instructions.tsv` holds the counts of the debug build, one round each. A path that takes a tenth more than
//! is written there fails; `DIALTONE_COUNTS=write` writes the file anew.

use std::fmt::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// How far a count may lie above the one that is written down.
const SLACK: f64 = 1.10;
const FEW: u64 = 200;
const MANY: u64 = 1200;

/// A path: its name, what comes before the loop, and the loop's body.
const PATHS: &[(&str, &str, &str)] = &[
    ("loop", "$s = 0", "$s += $i % 7"),
    ("simple function", "function f($a, $b) { $a + $b }", "$null = f $i 2"),
    (
        "advanced function",
        "function f { [CmdletBinding()] param([Parameter(Mandatory)] [int] $First, [int] $Second) $First + $Second }",
        "$null = f -First $i -Second 2",
    ),
    ("cmdlet", "", "$null = Write-Output -InputObject $i"),
    ("pipeline", "$r = 1..10", "$null = $r | Where-Object { $_ -gt 5 } | ForEach-Object { $_ }"),
    ("property", "$o = [pscustomobject]@{ First = 1; Second = 2; Third = 3 }", "$x = $o.Third"),
    ("throw", "function f1 { throw 'x' }; function f2 { f1 }; function f3 { f2 }", "try { f3 } catch { }"),
    ("strings", "", "$x = ('a{0:d3} b' -f $i).Split(' ')[0].ToUpper() -replace 'A(\\d)', '$1'"),
];

/// The instructions that the shell takes for a text.
fn count(text: &str) -> u64 {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null", env!("CARGO_BIN_EXE_dialtone")])
        .args(["-NoProfile", "-NonInteractive", "-Command", text])
        .stdin(Stdio::null())
        .output()
        .expect("valgrind runs");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}: {told}");
    let collected = told.lines().find_map(|line| line.split_once("Collected :")).map(|(_, count)| count.trim());
    collected.and_then(|count| count.parse().ok()).unwrap_or_else(|| panic!("no count in {told}"))
}

#[test]
fn hot_paths_take_no_more_instructions() {
    if !cfg!(debug_assertions) {
        println!("skipped: the counts are those of a debug build");
        return;
    }
    if Command::new("valgrind").arg("--version").stdout(Stdio::null()).status().is_err() {
        println!("skipped: valgrind is not installed (apt-get install valgrind)");
        return;
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bench/instructions.tsv");
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    let (mut table, mut wrong) = (String::new(), Vec::new());
    for (name, before, body) in PATHS {
        // What starting takes is in both and falls away.
        let run = |rounds: u64| count(&format!("& {{ {before}; for ($i = 0; $i -lt {rounds}; $i++) {{ {body} }} }}"));
        let each = (run(MANY) - run(FEW)) / (MANY - FEW);
        let _ = writeln!(table, "{name}\t{each}");
        let known = written.lines().filter_map(|line| line.split_once('\t')).find(|(known, _)| known == name);
        let known = known.and_then(|(_, count)| count.parse::<u64>().ok());
        match known {
            Some(known) if each as f64 <= known as f64 * SLACK => {
                println!("{name}: {each} instructions, {known} allowed")
            }
            _ => wrong.push(format!("{name}: {each} instructions, {known:?} are written down")),
        }
    }
    if std::env::var("DIALTONE_COUNTS").is_ok_and(|v| v == "write") {
        std::fs::write(&path, table).expect("the counts are written");
        return;
    }
    assert!(
        wrong.is_empty(),
        "more instructions than before; if that is meant, DIALTONE_COUNTS=write:\n{}",
        wrong.join("\n")
    );
}
