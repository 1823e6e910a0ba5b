//! The documentation's own command lines (`tests/conformance/examples-bound.tsv`), run against an organisation: each one that
//! binds ends in success or in an error of the products, and few in the refusal that the command is not offered.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Every so many lines are run, so that the test stays short.
const STEP: usize = 6;
/// Lines of a shell, and of an organisation of their own.
const PART: usize = 150;
/// Of a thousand lines, how many may name a command that is not offered.
const NOT_OFFERED: usize = 130;

/// Runs lines that it reads from a file, one JSON text each; tells number and id of each line's first error.
const RUN: &str = r"
$ConfirmPreference = 'None'; $WarningPreference = $ProgressPreference = 'SilentlyContinue'; $number = 0
New-DialtoneOrganization -Template Hybrid | Out-Null
foreach ($line in [IO.File]::ReadAllLines($env:LINES_FILE)) {
    $Error.Clear()
    try { $null = & ([scriptblock]::Create(($line | ConvertFrom-Json))) 2>&1 3>$null 6>$null } catch { }
    $first = @($Error)[-1]
    [Console]::Out.WriteLine('@' + $number++ + ' ' + $first.FullyQualifiedErrorId)
}";

struct Home(PathBuf);

impl Drop for Home {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Whether a line stays within the organisation: no questions, no files elsewhere, no calls, no other programs.
fn is_quiet(line: &str) -> bool {
    let elsewhere =
        ["Read-Host", "Get-Credential", "Test-", "C:\\", "\\\\", "Start-", "Stop-", "Restart-", "Invoke-", "%System"];
    !elsewhere.iter().any(|word| line.contains(word))
}

#[test]
fn examples_that_bind_also_run() {
    let table = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance/examples-bound.tsv");
    let table = std::fs::read_to_string(table).expect("the table");
    let lines: Vec<&str> = table
        .lines()
        .skip(1)
        .map(|row| row.split('\t').collect::<Vec<_>>())
        .filter(|row| row.get(3).is_none_or(|errors| errors.trim().is_empty()))
        .filter_map(|row| row.get(1).copied())
        .filter(|line| is_quiet(line))
        .step_by(STEP)
        .collect();
    assert!(lines.len() > 250, "{}", lines.len());
    let (mut faults, mut not_offered) = (Vec::new(), 0);
    for (at, part) in lines.chunks(PART).enumerate() {
        let home = Home(std::env::temp_dir().join(format!("dialtone-examples-{}-{at}", std::process::id())));
        let _ = std::fs::remove_dir_all(&home.0);
        std::fs::create_dir_all(&home.0).expect("a home");
        let file = home.0.join("lines");
        let texts: Vec<String> = part.iter().map(|line| serde_json::Value::from(*line).to_string()).collect();
        std::fs::write(&file, texts.join("\n")).expect("the lines");
        let output = Command::new(env!("CARGO_BIN_EXE_dialtone"))
            .args(["-NoProfile", "-NonInteractive", "-Command", RUN])
            .env("DIALTONE_HOME", &home.0)
            .env("LINES_FILE", &file)
            .current_dir(&home.0)
            .stdin(Stdio::null())
            .output()
            .expect("the shell starts");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let answers: Vec<&str> =
            text.lines().filter_map(|l| l.strip_prefix('@')?.split_once(' ').map(|(_, id)| id)).collect();
        assert_eq!(answers.len(), part.len(), "a line ended the shell: {}", String::from_utf8_lossy(&output.stderr));
        for (line, id) in part.iter().zip(answers) {
            not_offered += usize::from(id.starts_with("CmdletNotOffered"));
            // What is wrong with the program itself, not with the line.
            if ["Store", "Noun", "Internal", "Panic"].iter().any(|word| id.starts_with(word)) {
                faults.push(format!("{line}: {id}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(not_offered * 1000 <= NOT_OFFERED * lines.len(), "{not_offered} of {} lines are not offered", lines.len());
}
