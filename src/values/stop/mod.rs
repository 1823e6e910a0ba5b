//! Long work on values ends when a stop was asked for (Ctrl-C, `.Stop()`).
//!
//! The runspace that runs on a thread says where its mark is; loops without a context look at it there.

mod discard;
mod large;
mod net;
mod readable;
mod wait;

use std::cell::RefCell;
use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::{Flow, Result};

pub use discard::{Growing, discard, leave, release};
pub use large::{append, append_times, copy, extend, join, push, repeat, room};
pub use net::{Socket, addresses, connect};
pub use readable::{Input, Readable, input, open, output};
pub use wait::{GLANCE, Waiting, sleep};

/// Bytes that are copied between two looks: what takes about a millisecond where each page is new.
const PIECE: usize = 1 << 21;

/// What the work on a thread heeds.
struct Mark {
    stop: Arc<AtomicBool>,
    /// A stop was heeded, `finally` runs.
    is_ending: bool,
}

thread_local! {
    static MARK: RefCell<Option<Mark>> = const { RefCell::new(None) };
}

/// While it lives, work on this thread heeds the mark it was made with.
pub struct Heeding(Option<Mark>);

impl Drop for Heeding {
    fn drop(&mut self) {
        MARK.with(|m| *m.borrow_mut() = self.0.take());
    }
}

/// Lets work on this thread heed a mark; none where it does already.
pub fn heed(mark: &Arc<AtomicBool>) -> Option<Heeding> {
    MARK.with(|m| {
        let mut m = m.borrow_mut();
        let same = m.as_ref().is_some_and(|now| Arc::ptr_eq(&now.stop, mark));
        (!same).then(|| Heeding(m.replace(Mark { stop: mark.clone(), is_ending: false })))
    })
}

/// Does what is to be done also after a stop, such as telling another computer of it.
pub fn regardless<T>(work: impl FnOnce() -> T) -> T {
    let _held = Heeding(MARK.with(|m| m.borrow_mut().take()));
    work()
}

/// A stop was heeded and `finally` is about to run: until the work on this thread has ended, what takes long to let go of does
/// not hold it up.
pub fn ending() {
    MARK.with(|m| m.borrow_mut().iter_mut().for_each(|mark| mark.is_ending = true));
}

/// Whether to let go of things elsewhere.
fn is_hurried() -> bool {
    MARK.with(|m| m.borrow().as_ref().is_some_and(|mark| mark.is_ending || mark.stop.load(Ordering::Relaxed)))
}

/// Whether work on this thread heeds a mark.
fn is_heeded() -> bool {
    MARK.with(|m| m.borrow().is_some())
}

/// Whether a stop was asked for.
pub fn requested() -> bool {
    MARK.with(|m| m.borrow().as_ref().is_some_and(|mark| mark.stop.load(Ordering::Relaxed)))
}

/// Ends the work when a stop was asked for.
pub fn check() -> Result<()> {
    if requested() { Err(Box::new(Flow::Stopped)) } else { Ok(()) }
}

/// The same for who reads: as an error of input and output.
pub fn check_reading() -> std::io::Result<()> {
    if requested() { Err(std::io::Error::other("stopped")) } else { Ok(()) }
}

/// Looks every 1,024th time round.
#[derive(Default)]
pub struct Pace(u32);

impl Pace {
    /// Whether a stop was asked for, as far as it was looked.
    #[inline]
    pub fn is_over(&mut self) -> bool {
        self.0 = self.0.wrapping_add(1);
        self.0 & 0x3FF == 0 && requested()
    }

    /// Ends the work when a stop was asked for.
    #[inline]
    pub fn step(&mut self) -> Result<()> {
        if self.is_over() { Err(Box::new(Flow::Stopped)) } else { Ok(()) }
    }
}

/// The bytes of a file.
pub fn read(path: impl AsRef<std::path::Path>) -> std::io::Result<Vec<u8>> {
    let mut source = open(path)?;
    let size = source.file.metadata().map_or(0, |m| m.len()) as usize;
    let mut bytes = Vec::new();
    // What can't be had at once is had as it comes.
    let _ = bytes.try_reserve_exact(size + 1);
    read_to_end(&mut source, &mut bytes)?;
    Ok(bytes)
}

/// The rest of a source of bytes.
pub fn read_to_end(source: &mut impl Read, bytes: &mut Vec<u8>) -> std::io::Result<()> {
    loop {
        check_reading()?;
        let room = bytes.capacity() - bytes.len();
        if room < large::PROBE && bytes.len() > PIECE {
            if !large::probe(source, bytes)? {
                return Ok(());
            }
            continue;
        }
        let most = if bytes.len() > PIECE { room.min(PIECE) } else { PIECE };
        if source.by_ref().take(most as u64).read_to_end(bytes)? == 0 {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_heeded_by_turns() {
        let (outer, inner) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(true)));
        let held = heed(&outer);
        assert!(held.is_some() && heed(&outer).is_none() && check().is_ok());
        {
            let _other = heed(&inner);
            assert!(requested() && check().is_err());
            assert!(!regardless(requested) && requested());
        }
        assert!(!requested());
        drop(held);
        outer.store(true, Ordering::Relaxed);
        assert!(!requested());
    }
}
