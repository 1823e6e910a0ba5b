//! Long texts and lists, made and moved a piece at a time with a look at the stop between two pieces.

use std::io::Read;

use super::discard::{Growing, discard, release};
use super::{PIECE, check, check_reading};
use crate::error::Result;

/// Lists longer than this are moved in pieces as they grow.
const LONG: usize = 1 << 17;

/// Things of a list that are moved between two looks.
const PART: usize = 1 << 15;

/// Adds a thing to a list. Where a long list has to move for it and a stop is asked for meanwhile, the list is lost.
#[inline]
pub fn push<T: Send + 'static>(items: &mut Vec<T>, item: T) -> Result<()> {
    if items.len() == items.capacity() && items.len() >= LONG {
        widen(items)?;
    }
    items.push(item);
    Ok(())
}

/// Moves a list to where there is twice the room.
#[cold]
fn widen<T: Send + 'static>(items: &mut Vec<T>) -> Result<()> {
    let mut wider = Growing::new(Vec::with_capacity(items.len() * 2));
    let mut left = std::mem::take(items).into_iter();
    while left.len() > 0 {
        if let Err(stopped) = check() {
            release(left);
            return Err(stopped);
        }
        wider.extend(left.by_ref().take(PART));
    }
    *items = wider.done();
    Ok(())
}

/// A copy of a list.
pub fn copy<T: Clone + Send + 'static>(items: &[T]) -> Result<Vec<T>> {
    if items.len() <= PART {
        return Ok(items.to_vec());
    }
    let mut made = Growing::new(Vec::with_capacity(items.len()));
    extend_parts(&mut made, items)?;
    Ok(made.done())
}

/// Puts things behind those of a list that somebody keeps: it is as it was where a stop is asked for meanwhile.
pub fn extend<T: Clone + Send + 'static>(items: &mut Vec<T>, more: &[T]) -> Result<()> {
    let before = items.len();
    if before <= LONG && more.len() <= PART {
        items.extend_from_slice(more);
        return Ok(());
    }
    if before > LONG && items.capacity() - before < more.len() {
        let mut wider = Growing::new(Vec::with_capacity((before + more.len()).max(before * 2)));
        extend_parts(&mut wider, items)?;
        discard(std::mem::replace(items, wider.done()));
    }
    let done = extend_parts(items, more);
    if done.is_err() {
        discard(items.split_off(before));
    }
    done
}

fn extend_parts<T: Clone>(items: &mut Vec<T>, more: &[T]) -> Result<()> {
    for part in more.chunks(PART) {
        check()?;
        items.extend_from_slice(part);
    }
    Ok(())
}

/// Puts the things of one list behind those of another.
pub fn join<T: Send + 'static>(items: &mut Vec<T>, more: Vec<T>) -> Result<()> {
    if items.capacity() - items.len() < more.len() && items.len() + more.len() > LONG {
        let mut wider = Vec::new();
        std::mem::swap(&mut wider, items);
        let mut moved = Growing::new(Vec::with_capacity(wider.len() + more.len()));
        fill(&mut moved, wider)?;
        fill(&mut moved, more)?;
        *items = moved.done();
        return Ok(());
    }
    let mut kept = Growing::new(std::mem::take(items));
    fill(&mut kept, more)?;
    *items = kept.done();
    Ok(())
}

fn fill<T: Send + 'static>(into: &mut Growing<T>, from: Vec<T>) -> Result<()> {
    let mut left = from.into_iter();
    while left.len() > 0 {
        if let Err(stopped) = check() {
            release(left);
            return Err(stopped);
        }
        into.extend(left.by_ref().take(PART));
    }
    Ok(())
}

/// The pieces of a text, cut between characters.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let mut end = rest.len().min(PIECE);
        while !rest.is_char_boundary(end) {
            end -= 1;
        }
        let (piece, more) = rest.split_at(end);
        rest = more;
        (!piece.is_empty()).then_some(piece)
    })
}

/// Puts a text behind another, which is as it was where a stop is asked for meanwhile.
#[inline]
pub fn append(out: &mut String, more: &str) -> Result<()> {
    room(out, more.len())?;
    if more.len() <= PIECE {
        out.push_str(more);
        return Ok(());
    }
    append_pieces(out, more)
}

fn append_pieces(out: &mut String, more: &str) -> Result<()> {
    let before = out.len();
    for piece in pieces(more) {
        if let Err(stopped) = check() {
            out.truncate(before);
            return Err(stopped);
        }
        out.push_str(piece);
    }
    Ok(())
}

/// Makes room behind a text, of which a long one has to move for it in pieces.
#[inline]
pub fn room(out: &mut String, more: usize) -> Result<()> {
    if out.capacity() - out.len() < more && out.len() > PIECE {
        return move_text(out, more);
    }
    out.reserve(more);
    Ok(())
}

#[cold]
fn move_text(out: &mut String, more: usize) -> Result<()> {
    let mut wider = String::with_capacity((out.len() + more).max(out.capacity() * 2));
    if let Err(stopped) = append_pieces(&mut wider, out) {
        release(wider);
        return Err(stopped);
    }
    release(std::mem::replace(out, wider));
    Ok(())
}

/// Bytes that are read before many that were read are moved.
pub(super) const PROBE: usize = 64;

/// Reads a few bytes behind many for which there is no more room; whether there were any.
pub(super) fn probe(source: &mut impl Read, bytes: &mut Vec<u8>) -> std::io::Result<bool> {
    let mut few = Vec::with_capacity(PROBE);
    if source.by_ref().take(PROBE as u64).read_to_end(&mut few)? == 0 {
        return Ok(false);
    }
    let mut wider = Vec::with_capacity(bytes.len() * 2 + PROBE);
    for piece in bytes.chunks(PIECE) {
        check_reading()?;
        wider.extend_from_slice(piece);
    }
    wider.extend_from_slice(&few);
    *bytes = wider;
    Ok(true)
}

/// A text so many times over.
pub fn repeat(text: &str, times: usize) -> Result<String> {
    let mut out = String::with_capacity(text.len() * times);
    match append_times(&mut out, text, times) {
        Ok(()) => Ok(out),
        Err(stopped) => {
            release(out);
            Err(stopped)
        }
    }
}

/// Puts a text so many times behind another, which is as it was where a stop is asked for meanwhile.
pub fn append_times(out: &mut String, text: &str, times: usize) -> Result<()> {
    let each = (PIECE / text.len().max(1)).max(1);
    if times <= each {
        return match times {
            1 => append(out, text),
            _ => append(out, &text.repeat(times)),
        };
    }
    room(out, text.len() * times)?;
    let before = out.len();
    let piece = text.repeat(each);
    let whole = std::iter::repeat_n(&piece[..], times / each);
    for piece in whole.chain([&piece[..times % each * text.len()]]) {
        if let Err(stopped) = check() {
            out.truncate(before);
            return Err(stopped);
        }
        out.push_str(piece);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;
    use crate::stop::heed;

    #[test]
    fn long_texts_and_lists_are_the_same_as_short_ones() {
        let text = "aä€😀".repeat(PIECE / 4);
        let mut made = String::new();
        assert!(append(&mut made, &text).is_ok() && append(&mut made, &text).is_ok());
        assert!(made.len() == text.len() * 2 && made.starts_with(&text) && made.ends_with(&text));
        assert_eq!(repeat("äb", PIECE).ok(), Some("äb".repeat(PIECE)));
        assert_eq!(repeat("ab", 3).ok().as_deref(), Some("ababab"));
        let mut items = Vec::new();
        for n in 0..LONG * 3 {
            assert!(push(&mut items, n).is_ok());
        }
        assert!(items.iter().copied().eq(0..LONG * 3));
        assert_eq!(copy(&items).ok(), Some(items.clone()));
        let more = items.clone();
        assert!(join(&mut items, more).is_ok());
        assert!(items.iter().copied().eq((0..LONG * 3).chain(0..LONG * 3)));
    }

    #[test]
    fn what_is_read_is_whole_where_room_has_to_be_made() {
        let given: Vec<u8> = (0..PIECE * 5 + 3).map(|n| (n % 251) as u8).collect();
        let (mut source, mut read) = (&given[..], Vec::with_capacity(PIECE + 1));
        assert!(crate::stop::read_to_end(&mut source, &mut read).is_ok());
        assert!(read == given);
    }

    #[test]
    fn a_stop_ends_what_is_long() {
        let mark = Arc::new(AtomicBool::new(true));
        let _held = heed(&mark);
        let items = vec![0u8; LONG];
        assert!(copy(&items).is_err() && repeat("ab", PIECE).is_err());
        let mut full = items.clone();
        full.shrink_to_fit();
        assert!(push(&mut full, 1).is_err());
        assert!(append(&mut String::new(), &"a".repeat(PIECE + 1)).is_err());
        mark.store(false, Ordering::Relaxed);
        assert_eq!(copy(&items).ok(), Some(items));
    }
}
