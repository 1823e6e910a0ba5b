//! The prologues and idioms of real runbooks (`tests/cases/prologues`) run against an organization made from a template.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

fn run(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_dialtone"))
        .args(["-NoProfile", "-NonInteractive"])
        .args(arguments)
        .current_dir(folder)
        .env("DIALTONE_HOME", folder.join("home"))
        .env("NO_COLOR", "1")
        .stdin(Stdio::null())
        .output()
        .expect("the shell runs");
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn prologues_work_unchanged() {
    let folder: PathBuf = std::env::temp_dir().join(format!("dialtone-prologues-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    let work = folder.join("work");
    std::fs::create_dir_all(&work).expect("a folder to run in");
    run(&folder, &["-Command", "$null = New-DialtoneOrganization -Template TwoSites"]);
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/prologues/prologues.ps1");
    let told = run(&folder, &["-File", &script.display().to_string(), &work.display().to_string()]);
    let _ = std::fs::remove_dir_all(&folder);
    assert!(told.lines().last() == Some("passed 50"), "{told}");
}
