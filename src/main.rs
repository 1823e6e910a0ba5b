//! The command line decides what is started.

mod assembly;
mod early;
mod remote;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use assembly::{assembly, home, settle};
use shell::output;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// `--service [--home FOLDER]`: runs the telephony service until it is told to end.
fn serve(line: &[String]) -> i32 {
    let named = line.iter().position(|a| a == "--home").and_then(|at| line.get(at + 1)).map(PathBuf::from);
    let home = named.unwrap_or_else(home);
    // The allocator asks for pages of 2 MB, of which each session's thread would fill a tenth. A system without them refuses.
    if let Err(error) = rustix::thread::disable_transparent_huge_pages(true) {
        tracing::debug!(%error, "large pages stay");
    }
    // Recordings, messages and logs are their owner's alone, in a home of whatever mode.
    rustix::process::umask(rustix::fs::Mode::RWXG | rustix::fs::Mode::RWXO);
    let served = || {
        let source = voice::config::StoreSource::open(&home).map_err(voice::service::ServiceError::Config)?;
        let store = store::Store::open(&home).map_err(|e| voice::service::ServiceError::Config(e.to_string()))?;
        let options = voice::service::Options::default();
        let remote = Arc::new(web::wsman::Remote::new(Box::new(remote::Answering::new(store.clone()))));
        voice::service::run_beside(&home, options, Arc::new(source), |supervisor| {
            web::serve(supervisor, store, Some(remote))
        })
    };
    match served() {
        Ok(()) => 0,
        Err(error) => {
            output::write_error(&format!("{error}\n"));
            1
        }
    }
}

/// `--check-store`: says what is wrong with the organization's store.
fn check_store() -> i32 {
    let home = home();
    let findings = store::Store::open(&home).and_then(|store| store.check());
    match findings {
        Ok(findings) if findings.is_empty() => {
            output::write(&format!("The store in {} is sound.\n", home.display()));
            0
        }
        Ok(findings) => {
            for finding in findings {
                output::write(&format!("{}\n", finding.text));
            }
            1
        }
        Err(error) => {
            output::write_error(&format!("The store in {} cannot be checked: {error}\n", home.display()));
            2
        }
    }
}

/// `--completions SHELL`: the completion file of another shell for this program's command line.
fn completions(shell: &str) -> i32 {
    let text = match shell {
        "bash" => include_str!("../scripts/package/dialtone.bash"),
        "zsh" => include_str!("../scripts/package/dialtone.zsh"),
        "fish" => include_str!("../scripts/package/dialtone.fish"),
        _ => {
            output::write_error("There are completions for bash, zsh and fish.\n");
            return 64;
        }
    };
    output::write(text);
    0
}

/// `--restore-store FILE`: puts a backup in the place of the organization's store.
fn restore_store(file: Option<&String>) -> i32 {
    let home = home();
    let Some(file) = file else {
        output::write_error("--restore-store needs the name of a backup.\n");
        return 2;
    };
    if control::is_running(&home) {
        output::write_error("The service of this organization is running. Stop it first: Stop-DialtoneService\n");
        return 1;
    }
    match store::replace(&home, Path::new(file)) {
        Ok(kept) => {
            output::write(&format!(
                "The store in {} was restored. What it was is kept as {}.\n",
                home.display(),
                kept.display()
            ));
            0
        }
        Err(error) => {
            output::write_error(&format!("The store in {} was not restored: {error}\n", home.display()));
            1
        }
    }
}

fn main() -> ExitCode {
    output::settle_by(settle);
    control::heed(values::stop::check_reading);
    let mut arguments = std::env::args_os().map(|a| a.to_string_lossy().into_owned());
    let program = arguments.next().unwrap_or_default();
    let name = Path::new(&program).file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let line: Vec<String> = arguments.collect();
    let code = match line.first().map(String::as_str) {
        Some("--check-store") => check_store(),
        Some("--restore-store") => restore_store(line.get(1)),
        Some("--service") => serve(&line),
        Some("--man") => {
            output::write(include_str!("../scripts/package/dialtone.1"));
            0
        }
        Some("--completions") => completions(line.get(1).map_or("", String::as_str)),
        Some("--version") => {
            output::write(&format!(
                "dialtone {} (PowerShell {})\n",
                env!("CARGO_PKG_VERSION"),
                shell::POWERSHELL_VERSION
            ));
            0
        }
        _ => shell::run(&name, &line, assembly()),
    };
    output::flush();
    let code = if code == 0 && output::has_failed() { 1 } else { code };
    ExitCode::from(code as u8)
}
