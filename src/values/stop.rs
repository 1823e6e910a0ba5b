//! Long work on values ends when a stop was asked for (Ctrl-C, `.Stop()`).
//!
//! The runspace that runs on a thread says where its mark is; loops without a context look at it there.

use std::cell::RefCell;
use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::{Flow, Result};

thread_local! {
    static MARK: RefCell<Option<Arc<AtomicBool>>> = const { RefCell::new(None) };
}

/// While it lives, work on this thread heeds the mark it was made with.
pub struct Heeding(Option<Arc<AtomicBool>>);

impl Drop for Heeding {
    fn drop(&mut self) {
        MARK.with(|m| *m.borrow_mut() = self.0.take());
    }
}

/// Lets work on this thread heed a mark; none where it does already.
pub fn heed(mark: &Arc<AtomicBool>) -> Option<Heeding> {
    MARK.with(|m| {
        let mut m = m.borrow_mut();
        let same = m.as_ref().is_some_and(|now| Arc::ptr_eq(now, mark));
        (!same).then(|| Heeding(m.replace(mark.clone())))
    })
}

/// Whether a stop was asked for.
pub fn requested() -> bool {
    MARK.with(|m| m.borrow().as_ref().is_some_and(|mark| mark.load(Ordering::Relaxed)))
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

/// Things that are let go of between two looks.
const MANY: usize = 1 << 16;

/// Lets go of a list. Millions of things take their time: after a stop another thread does the rest.
pub fn discard<T: Send + 'static>(mut items: Vec<T>) {
    while items.len() > MANY {
        if requested() {
            // Where no thread can be had it is done here and now.
            let _ = std::thread::Builder::new().name("discard".into()).spawn(move || drop(items));
            return;
        }
        items.truncate(items.len() - MANY);
    }
}

/// A list under way: where the work on it ends before its time, it is let go of like that.
pub struct Growing<T: Send + 'static>(Vec<T>);

impl<T: Send + 'static> Growing<T> {
    /// Takes a list over.
    pub fn new(items: Vec<T>) -> Growing<T> {
        Growing(items)
    }

    /// The list, done.
    pub fn done(mut self) -> Vec<T> {
        std::mem::take(&mut self.0)
    }
}

impl<T: Send + 'static> std::ops::Deref for Growing<T> {
    type Target = Vec<T>;

    fn deref(&self) -> &Vec<T> {
        &self.0
    }
}

impl<T: Send + 'static> std::ops::DerefMut for Growing<T> {
    fn deref_mut(&mut self) -> &mut Vec<T> {
        &mut self.0
    }
}

impl<T: Send + 'static> Drop for Growing<T> {
    fn drop(&mut self) {
        discard(std::mem::take(&mut self.0));
    }
}

/// The same for something that is few but large.
pub fn release<T: Send + 'static>(large: T) {
    if requested() {
        let _ = std::thread::Builder::new().name("discard".into()).spawn(move || drop(large));
    }
}

/// Bytes that are copied between two looks.
const PIECE: usize = 1 << 22;

/// A text so many times over.
pub fn repeat(text: &str, times: usize) -> Result<String> {
    let mut out = String::with_capacity(text.len() * times);
    let each = (PIECE / text.len().max(1)).max(1);
    if times <= each {
        return Ok(text.repeat(times));
    }
    let piece = text.repeat(each);
    let mut left = times;
    while left >= each {
        if requested() {
            release(out);
            return Err(Box::new(Flow::Stopped));
        }
        out.push_str(&piece);
        left -= each;
    }
    out.push_str(&text.repeat(left));
    Ok(out)
}

/// The bytes of a file.
pub fn read(path: impl AsRef<std::path::Path>) -> std::io::Result<Vec<u8>> {
    let mut file = std::fs::File::open(path)?;
    let size = file.metadata().map_or(0, |m| m.len()) as usize;
    let mut bytes = Vec::with_capacity(size.min(PIECE));
    read_to_end(&mut file, &mut bytes)?;
    Ok(bytes)
}

/// The rest of a source of bytes.
pub fn read_to_end(source: &mut impl Read, bytes: &mut Vec<u8>) -> std::io::Result<()> {
    loop {
        check_reading()?;
        if source.by_ref().take(PIECE as u64).read_to_end(bytes)? == 0 {
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
            assert!(requested() && repeat("ab", 1 << 24).is_err());
        }
        assert!(!requested());
        assert_eq!(repeat("ab", 3).ok().as_deref(), Some("ababab"));
        discard(vec![0u8; MANY * 3]);
        drop(held);
        outer.store(true, Ordering::Relaxed);
        assert!(!requested());
    }
}
