//! The runbooks: each runs twice from an empty home, and its verification script passes, with calls where telephony is touched.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

struct Home(PathBuf);

impl Home {
    fn new(name: &str) -> Home {
        let folder = std::env::temp_dir().join(format!("dialtone-runbook-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        Home(folder)
    }

    /// Runs a script; what it wrote to the error stream, when it failed.
    fn run(&self, script: &str, arguments: &[&str]) -> Result<(), String> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/runbooks").join(script);
        let output = Command::new(env!("CARGO_BIN_EXE_dialtone"))
            .args(["-NoProfile", "-NonInteractive", "-File"])
            .arg(path)
            .args(arguments)
            .env("DIALTONE_HOME", &self.0)
            .env("NO_COLOR", "1")
            .stdin(Stdio::null())
            .output()
            .map_err(|e| e.to_string())?;
        if output.status.success() && output.stderr.is_empty() {
            return Ok(());
        }
        Err(format!("{}\n{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr)))
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn check(name: &str, verify: &[&str]) {
    let home = Home::new(name);
    let script = format!("{name}.ps1");
    for time in ["first", "second"] {
        if let Err(text) = home.run(&script, &[]) {
            panic!("{script}, {time} time:\n{text}");
        }
    }
    if let Err(text) = home.run(&format!("verify/{script}"), verify) {
        panic!("verify/{script}:\n{text}");
    }
}

#[test]
fn um_overview() {
    check("um-overview", &["-Call"]);
}

#[test]
fn um_deployment() {
    check("um-deployment", &["-Call"]);
}

#[test]
fn server_to_server() {
    check("server-to-server", &[]);
}

#[test]
fn hybrid_voice() {
    check("hybrid-voice", &[]);
}
