//! Files that may keep a reader waiting: pipes, terminals, devices.

use std::fs::{File, OpenOptions};
use std::io::{BufReader, Read, Result};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;

use parking_lot::{Mutex, MutexGuard};
use rustix::event::PollFlags;
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};

use super::net::until_ready;
use super::read_to_end;

/// Standard input as it is read.
pub type Input = BufReader<Box<dyn Read + Send>>;

/// What is read from; a stop ends a wait for what comes next.
pub struct Readable<F> {
    pub file: F,
    /// Whether there can be nothing to read without an end: not so with a regular file.
    pub waits: bool,
}

impl Readable<File> {
    /// What another opened.
    pub fn of(file: File) -> Readable<File> {
        let waits = !file.metadata().is_ok_and(|m| m.is_file());
        Readable { file, waits }
    }
}

/// Opens a file to be read. A named pipe waits for one who writes as it is read, not here (fifo(7)).
pub fn open(path: impl AsRef<Path>) -> Result<Readable<File>> {
    let flags = OFlags::NONBLOCK.bits() as i32;
    let source = Readable::of(OpenOptions::new().read(true).custom_flags(flags).open(path)?);
    if source.waits {
        fcntl_setfl(&source.file, fcntl_getfl(&source.file)? - OFlags::NONBLOCK)?;
    }
    Ok(source)
}

/// Standard input, in one buffer for all who read it; empty where there is none.
pub fn input() -> MutexGuard<'static, Input> {
    static INPUT: LazyLock<Mutex<Input>> = LazyLock::new(|| {
        let source: Box<dyn Read + Send> = match std::io::stdin().as_fd().try_clone_to_owned() {
            Ok(own) => Box::new(Readable::of(own.into())),
            Err(_) => Box::new(std::io::empty()),
        };
        Mutex::new(BufReader::new(source))
    });
    INPUT.lock()
}

/// What a program says, which is ended where a stop comes first; it has no input.
pub fn output(program: &mut Command) -> Result<Output> {
    let mut child = program.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
    let mut stdout = Vec::new();
    let pipe = child.stdout.take().map(OwnedFd::from);
    let read = pipe.map_or(Ok(()), |pipe| read_to_end(&mut Readable::of(pipe.into()), &mut stdout));
    if read.is_err() {
        // One that has ended meanwhile can't be ended.
        let _ = child.kill();
    }
    let status = child.wait()?;
    read.map(|()| Output { status, stdout, stderr: Vec::new() })
}

impl<F: Read + AsFd> Read for Readable<F> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        if self.waits {
            until_ready(&self.file, PollFlags::IN, None)?;
        }
        self.file.read(buffer)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::Arc;
    use std::sync::atomic::AtomicBool;

    use super::*;
    use crate::stop::heed;

    #[test]
    fn a_program_is_heard_and_ended_at_a_stop() {
        let said = output(Command::new("echo").arg("a")).expect("its output");
        assert!(said.status.success() && said.stdout == b"a\n");
        let _held = heed(&Arc::new(AtomicBool::new(true)));
        let error = output(Command::new("sleep").arg("600")).err();
        assert_eq!(error.map(|e| e.to_string()).as_deref(), Some("stopped"));
    }

    #[test]
    fn a_pipe_is_read_as_it_is_written_and_left_after_a_stop() {
        let folder = std::env::temp_dir().join(format!("readable-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let path = folder.join("pipe");
        rustix::fs::mknodat(rustix::fs::CWD, &path, rustix::fs::FileType::Fifo, rustix::fs::Mode::RWXU, 0)
            .expect("a pipe");
        let mut source = open(&path).expect("the pipe");
        assert!(source.waits);
        let writer = std::thread::spawn({
            let path = path.clone();
            move || {
                std::thread::sleep(std::time::Duration::from_millis(60));
                let mut pipe = OpenOptions::new().write(true).open(path).expect("a reader");
                pipe.write_all(b"whole").expect("to be written");
            }
        });
        let mut text = String::new();
        assert!(source.read_to_string(&mut text).is_ok() && text == "whole");
        writer.join().expect("the writer");
        let mut again = open(&path).expect("the pipe");
        let _held = heed(&Arc::new(AtomicBool::new(true)));
        assert_eq!(again.read(&mut [0]).err().map(|e| e.to_string()).as_deref(), Some("stopped"));
        std::fs::write(folder.join("file"), "plain").expect("a file");
        assert!(!open(folder.join("file")).expect("the file").waits);
        std::fs::remove_dir_all(folder).expect("to be cleared");
    }
}
