//! The documentation's own command lines (`tests/conformance/examples-bound.tsv`), all of them, run against an organisation:
//! each one that binds ends in success or in an error of the products, none in the refusal that the command or the
//! parameter is not offered.
//!
//! `DIALTONE_EXAMPLES=<file>` writes line, error id and message of each to a table.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Lines of a shell, and of an organisation of their own.
const PART: usize = 150;

/// Runs lines that it reads from a file, one JSON text each; writes number, id and message of each line's first error.
const RUN: &str = r#"
$ConfirmPreference = 'None'; $WarningPreference = $ProgressPreference = 'SilentlyContinue'; $number = 0
New-DialtoneOrganization -Template Hybrid | Out-Null
$answers = [IO.StreamWriter]::new($env:LINES_FILE + '.answers')
foreach ($line in [IO.File]::ReadAllLines($env:LINES_FILE)) {
    $Error.Clear()
    try { $null = & ([scriptblock]::Create(($line | ConvertFrom-Json))) *>&1 } catch { }
    $first = @($Error)[-1]
    $answers.WriteLine([string]$number++ + "`t" + $first.FullyQualifiedErrorId + "`t" + ("$first" -replace '\s+', ' '))
}
$answers.Dispose()"#;

struct Home(PathBuf);

impl Drop for Home {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Whether a line stays within the organisation: no calls, no service, nothing of the machine.
fn is_quiet(line: &str) -> bool {
    let elsewhere = [
        "Start-CsWindowsService",
        "Stop-CsWindowsService",
        "Test-NetConnection",
        "Test-CsPstnOutboundCall",
        "Test-CsPstnPeerToPeerCall",
        "Test-CsP2PAV",
        "Test-CsIm",
        "Test-CsGroupIm",
        "Test-CsPresence",
        "Test-CsRegistration",
        "Test-CsPhoneBootstrap",
        "Test-CsAVConference",
        "Test-CsAVEdge",
        "Test-CsDialInConferencing",
        "Test-CsFederatedPartner",
        "Test-CsExUM",
        "Test-CsExStorage",
        "Test-CsClientAuth",
        "Test-UMConnectivity",
        "Test-OAuthConnectivity",
        "Get-NetTCPConnection",
        "Get-NetUDPEndpoint",
        "Resolve-DnsName",
    ];
    !elsewhere.iter().any(|word| line.contains(word))
}

/// The answers to some lines: id and message of the first error, both empty for success.
fn answers(part: &[&str], at: usize) -> Vec<(String, String)> {
    let home = Home(std::env::temp_dir().join(format!("dialtone-examples-{}-{at}", std::process::id())));
    let _ = std::fs::remove_dir_all(&home.0);
    std::fs::create_dir_all(&home.0).expect("a home");
    let file = home.0.join("lines");
    let texts: Vec<String> = part.iter().map(|line| serde_json::Value::from(*line).to_string()).collect();
    std::fs::write(&file, texts.join("\n")).expect("the lines");
    let output = Command::new(env!("CARGO_BIN_EXE_dialtone"))
        .args(["-NoProfile", "-NonInteractive", "-Command", RUN])
        .env("DIALTONE_HOME", home.0.join("home"))
        .env("LINES_FILE", &file)
        .current_dir(&home.0)
        .stdin(Stdio::null())
        .output()
        .expect("the shell starts");
    let text = std::fs::read_to_string(home.0.join("lines.answers")).unwrap_or_default();
    let answers: Vec<(String, String)> = text
        .lines()
        .filter_map(|line| line.split_once('\t')?.1.split_once('\t'))
        .map(|(id, message)| (id.to_owned(), message.to_owned()))
        .collect();
    assert_eq!(answers.len(), part.len(), "a line ended the shell: {}", String::from_utf8_lossy(&output.stderr));
    answers
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
        .collect();
    assert!(lines.len() > 2400, "{}", lines.len());
    let parts: Vec<(usize, &[&str])> = lines.chunks(PART).enumerate().collect();
    let (first, second) = parts.split_at(parts.len() / 2);
    let run = |parts: &[(usize, &[&str])]| -> Vec<(String, String)> {
        parts.iter().flat_map(|(at, part)| answers(part, *at)).collect()
    };
    let found = std::thread::scope(|scope| {
        let other = scope.spawn(|| run(second));
        let mut found = run(first);
        found.extend(other.join().expect("the other half"));
        found
    });
    let (mut faults, mut table) = (Vec::new(), String::new());
    for (line, (id, message)) in lines.iter().zip(&found) {
        let _ = writeln!(table, "{id}\t{message}\t{line}");
        // What is wrong with the program itself, not with the line.
        if ["Store", "Noun", "Internal", "Panic"].iter().any(|word| id.starts_with(word)) {
            faults.push(format!("{line}: {id}"));
        }
    }
    if let Ok(path) = std::env::var("DIALTONE_EXAMPLES") {
        std::fs::write(path, table).expect("the table is written");
    }
    let counted = |what: &str| found.iter().filter(|(id, _)| id.starts_with(what)).count();
    let (not_offered, not_supported) = (counted("CmdletNotOffered"), counted("ParameterNotSupported"));
    println!(
        "{} lines: {} succeed, {} name what is not there or is there already, {not_offered} name commands and {not_supported} parameters that are not offered",
        lines.len(),
        found.iter().filter(|(id, _)| id.is_empty()).count(),
        found.iter().filter(|(_, text)| is_about_names(text)).count(),
    );
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert_eq!(
        (not_offered, not_supported),
        (0, 0),
        "commands and parameters of {} lines are not offered",
        lines.len()
    );
}

/// Whether an error says that a name is unknown or taken.
fn is_about_names(text: &str) -> bool {
    [
        "couldn't be found",
        "ot found",
        "annot find",
        "does not exist",
        "doesn't exist",
        "already exists",
        "No MSFT_",
        "could not be found",
    ]
    .iter()
    .any(|phrase| text.contains(phrase))
}
