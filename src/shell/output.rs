//! Standard output of the process: buffered, written out at once when the buffer was idle, and by a thread of its own
//! within some milliseconds when more came than that.
//!
//! A reader that went away is no error (the script goes on and its output is thrown away), as with PowerShell. Any other
//! failure ends what runs, and the process fails.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

/// Bytes that are written out at once.
const FULL: usize = 32 * 1024;
/// How long output may stay in the buffer.
const DELAY: Duration = Duration::from_millis(4);

struct Buffer {
    bytes: Vec<u8>,
    last: Option<Instant>,
    /// Whether the flushing thread runs.
    is_watched: bool,
}

static BUFFER: Mutex<Buffer> = Mutex::new(Buffer { bytes: Vec::new(), last: None, is_watched: false });
/// What must be done before anything is let out; gives the text of what went wrong.
pub type Settle = fn() -> Result<(), String>;

static SETTLE: OnceLock<Settle> = OnceLock::new();
/// The process was started without a standard output.
static IS_MISSING: AtomicBool = AtomicBool::new(false);
/// Something could not be written.
static HAS_FAILED: AtomicBool = AtomicBool::new(false);

fn lock() -> MutexGuard<'static, Buffer> {
    BUFFER.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Buffer {
    fn write_out(&mut self) {
        if !self.bytes.is_empty() {
            settle();
            let mut out = io::stdout().lock();
            let written = match IS_MISSING.load(Ordering::Relaxed) {
                true => Err(io::Error::from_raw_os_error(libc::EBADF)),
                false => out.write_all(&self.bytes).and_then(|()| out.flush()),
            };
            if let Err(error) = written {
                fail(&error);
            }
            self.bytes.clear();
        }
        self.last = Some(Instant::now());
    }
}

/// Ends what runs: what it says reaches nobody.
fn fail(error: &io::Error) {
    if error.kind() == io::ErrorKind::BrokenPipe || HAS_FAILED.swap(true, Ordering::Relaxed) {
        return;
    }
    // Nobody is left to tell when standard error is closed.
    let _ = writeln!(io::stderr().lock(), "Standard output cannot be written: {error}");
    crate::signal::stop();
}

/// Whether something that was meant for standard output could not be written.
pub fn has_failed() -> bool {
    HAS_FAILED.load(Ordering::Relaxed)
}

/// Looks whether there is a standard output. Rust's runtime puts another in the place of one that is missing, so this comes
/// before it.
pub fn look_for_output() {
    IS_MISSING.store(!crate::terminal::has_output(), Ordering::Relaxed);
}

/// Names what is done before anything is let out: changes that the output may speak of are put on the disk.
pub fn settle_by(settle: Settle) {
    // The first to say so is the program's assembly.
    let _ = SETTLE.set(settle);
}

pub(crate) fn settle() {
    if let Some(Err(text)) = SETTLE.get().map(|settle| settle()) {
        // Nobody is left to tell when standard error is closed.
        let _ = io::stderr().lock().write_all(text.as_bytes());
    }
}

/// Writes text to standard output.
pub fn write(text: &str) {
    let mut buffer = lock();
    buffer.bytes.extend_from_slice(values::string::outward(text).as_bytes());
    let is_idle = buffer.last.is_none_or(|last| last.elapsed() > DELAY);
    if is_idle || buffer.bytes.len() >= FULL {
        buffer.write_out();
    } else if !buffer.is_watched {
        buffer.is_watched =
            std::thread::Builder::new().name("output".into()).stack_size(64 * 1024).spawn(watch).is_ok();
        if !buffer.is_watched {
            buffer.write_out();
        }
    }
}

/// Writes out what waits, until nothing came for a while.
fn watch() {
    let mut idle = 0;
    loop {
        std::thread::sleep(DELAY);
        let mut buffer = lock();
        if buffer.bytes.is_empty() {
            idle += 1;
            if idle > 250 {
                buffer.is_watched = false;
                return;
            }
        } else {
            idle = 0;
            buffer.write_out();
        }
    }
}

/// Writes out what waits: before a read, an error line, a program of its own, and at the end.
pub fn flush() {
    settle();
    let mut buffer = lock();
    if !buffer.bytes.is_empty() {
        buffer.write_out();
    }
    drop(buffer);
    // What others wrote to the standard library's handle.
    let _ = io::stdout().flush();
}

/// Writes text to standard error, after what went to standard output before.
pub fn write_error(text: &str) {
    flush();
    // Nobody is left to tell when standard error is closed.
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Takes escape sequences out of a text.
pub fn without_escapes(text: &str) -> std::borrow::Cow<'_, str> {
    if !text.contains('\u{1b}') {
        return text.into();
    }
    let mut result = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        if c == '\u{1b}' && rest.peek() == Some(&'[') {
            rest.next();
            for end in rest.by_ref() {
                if ('\u{40}'..='\u{7e}').contains(&end) {
                    break;
                }
            }
        } else {
            result.push(c);
        }
    }
    result.into()
}

#[cfg(test)]
mod tests {
    use super::without_escapes;

    #[test]
    fn escapes_are_taken_out() {
        assert_eq!(without_escapes("\u{1b}[31;1mred\u{1b}[0m"), "red");
        assert_eq!(without_escapes("plain"), "plain");
        assert_eq!(without_escapes("a\u{1b}[2"), "a");
    }
}
