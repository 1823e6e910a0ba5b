//! The clipboard: the desktop's where a tool for it is installed, else one of the session.

use std::io::Write;
use std::process::{Command as Process, Stdio};

use command::Session;

const STATE: &str = "management.clipboard";

/// The text of the clipboard.
pub fn read(session: &mut dyn Session) -> String {
    if session.environment("WAYLAND_DISPLAY").is_some() || session.environment("DISPLAY").is_some() {
        for (program, arguments) in [("wl-paste", &["-n"][..]), ("xclip", &["-selection", "clipboard", "-out"][..])] {
            if let Ok(output) = values::stop::output(Process::new(program).args(arguments))
                && output.status.success()
            {
                return String::from_utf8_lossy(&output.stdout).into_owned();
            }
        }
    }
    let kept = session.module_state(STATE).as_ref().and_then(|b| b.downcast_ref::<String>().cloned());
    kept.unwrap_or_default()
}

/// Sets the text of the clipboard.
pub fn write(session: &mut dyn Session, text: &str) {
    if session.environment("WAYLAND_DISPLAY").is_some() || session.environment("DISPLAY").is_some() {
        for (program, arguments) in [("wl-copy", &[][..]), ("xclip", &["-selection", "clipboard", "-in"][..])] {
            let started = Process::new(program).args(arguments).stdin(Stdio::piped()).stdout(Stdio::null()).spawn();
            if let Ok(mut child) = started {
                let written = child.stdin.take().is_some_and(|mut pipe| pipe.write_all(text.as_bytes()).is_ok());
                if written && child.wait().is_ok_and(|s| s.success()) {
                    break;
                }
            }
        }
    }
    *session.module_state(STATE) = Some(Box::new(text.to_string()));
}
