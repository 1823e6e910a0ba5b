//! What a started process tells: its lines as they come, and its end.

use std::fs::File;
use std::io::Read;
use std::os::fd::OwnedFd;

use crate::types::TypeDef;
use crate::types::happened::Happened;
use crate::value::Value;

/// A redirected stream that is read line by line without waiting.
struct Lines {
    event: &'static str,
    pipe: File,
    part: Vec<u8>,
}

/// The events of a process.
#[derive(Default)]
pub struct Events {
    /// `EnableRaisingEvents`.
    pub raises: bool,
    has_told_end: bool,
    lines: [Option<Lines>; 2],
    waiting: Vec<Happened>,
}

fn line(event: &'static str, text: Option<String>) -> Happened {
    let data = text.map_or(Value::Null, Value::from);
    Happened { event, args_type: "System.Diagnostics.DataReceivedEventArgs", args: vec![("Data", data)] }
}

impl Events {
    /// For a process that starts anew.
    pub fn restart(&mut self) {
        self.has_told_end = false;
        self.lines = [None, None];
    }

    /// Reads the lines of a stream: 1 output, 2 error.
    pub fn read(&mut self, which: usize, pipe: OwnedFd) {
        let event = if which == 1 { "OutputDataReceived" } else { "ErrorDataReceived" };
        let flags = rustix::fs::fcntl_getfl(&pipe).unwrap_or(rustix::fs::OFlags::empty());
        // Should that fail, reading waits: nothing is lost.
        let _ = rustix::fs::fcntl_setfl(&pipe, flags | rustix::fs::OFlags::NONBLOCK);
        self.lines[which - 1] = Some(Lines { event, pipe: File::from(pipe), part: Vec::new() });
    }

    /// Reads a stream no more.
    pub fn cancel(&mut self, which: usize) {
        self.lines[which - 1] = None;
    }

    /// Takes in what the streams hold now, so that the process never waits for a reader.
    pub fn drain(&mut self) {
        for slot in &mut self.lines {
            let Some(lines) = slot else { continue };
            let mut buffer = [0u8; 16_384];
            let is_over = loop {
                match lines.pipe.read(&mut buffer) {
                    Ok(0) => break true,
                    Ok(n) => lines.part.extend_from_slice(&buffer[..n]),
                    Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
                    Err(e) => break e.kind() != std::io::ErrorKind::WouldBlock,
                }
            };
            while let Some(at) = lines.part.iter().position(|b| *b == b'\n') {
                let text = String::from_utf8_lossy(&lines.part[..at]).trim_end_matches('\r').to_string();
                lines.part.drain(..=at);
                self.waiting.push(line(lines.event, Some(text)));
            }
            if is_over {
                if !lines.part.is_empty() {
                    let text = String::from_utf8_lossy(&lines.part).into_owned();
                    self.waiting.push(line(lines.event, Some(text)));
                }
                self.waiting.push(line(lines.event, None));
                *slot = None;
            }
        }
    }

    /// What came since the last time; the end comes once, behind all lines.
    pub fn take(&mut self, has_ended: bool) -> Vec<Happened> {
        self.drain();
        let mut found = std::mem::take(&mut self.waiting);
        if has_ended && self.raises && !self.has_told_end && self.lines.iter().all(Option::is_none) {
            self.has_told_end = true;
            found.push(Happened { event: "Exited", args_type: "System.EventArgs", args: Vec::new() });
        }
        found
    }
}

pub static TYPES: &[TypeDef] = &[];
