//! Fragments: how a message of any length travels in blocks of limited length (MS-PSRP 2.2.4).

use std::collections::HashMap;

/// Object and fragment identifier, flags, length of the blob.
const HEADER: usize = 21;
/// Longest fragment with its header, as PowerShell makes them.
pub const LONGEST: usize = 32 << 10;
/// Longest message that is put together.
const LONGEST_MESSAGE: usize = 500 << 20;
/// Messages of one peer that may be incomplete at a time.
const MOST_OPEN: usize = 64;

const START: u8 = 1;
const END: u8 = 2;

/// Cuts messages; each gets the next object identifier.
#[derive(Debug)]
pub struct Fragmenter {
    next: u64,
    longest: usize,
}

impl Default for Fragmenter {
    fn default() -> Self {
        Fragmenter { next: 1, longest: LONGEST }
    }
}

impl Fragmenter {
    /// The fragments of a message, each with its header.
    pub fn cut(&mut self, message: &[u8]) -> Vec<Vec<u8>> {
        let object = self.next;
        self.next += 1;
        let blobs: Vec<&[u8]> = message.chunks(self.longest - HEADER).collect();
        let last = blobs.len().saturating_sub(1);
        blobs
            .iter()
            .enumerate()
            .map(|(at, blob)| {
                let mut fragment = Vec::with_capacity(HEADER + blob.len());
                fragment.extend_from_slice(&object.to_be_bytes());
                fragment.extend_from_slice(&(at as u64).to_be_bytes());
                fragment.push(if at == 0 { START } else { 0 } | if at == last { END } else { 0 });
                fragment.extend_from_slice(&(blob.len() as u32).to_be_bytes());
                fragment.extend_from_slice(blob);
                fragment
            })
            .collect()
    }
}

/// Why received bytes are no fragments.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum FragmentError {
    #[error("The fragment is shorter than its header says.")]
    Short,
    #[error("A fragment came out of order: object {object}, fragment {fragment}.")]
    Order { object: u64, fragment: u64 },
    #[error("The message is longer than {LONGEST_MESSAGE} bytes.")]
    Long,
    #[error("Too many messages are incomplete.")]
    Many,
}

/// Puts messages together.
#[derive(Debug, Default)]
pub struct Defragmenter {
    open: HashMap<u64, (u64, Vec<u8>)>,
}

impl Defragmenter {
    /// Takes a block of whole fragments and returns the messages that it completes.
    pub fn take(&mut self, mut block: &[u8]) -> Result<Vec<Vec<u8>>, FragmentError> {
        let mut done = Vec::new();
        while !block.is_empty() {
            let (header, rest) = block.split_at_checked(HEADER).ok_or(FragmentError::Short)?;
            let word = |at: usize| header[at..at + 8].iter().fold(0u64, |number, byte| number << 8 | u64::from(*byte));
            let (object, fragment, flags) = (word(0), word(8), header[16]);
            let length = header[17..21].iter().fold(0usize, |number, byte| number << 8 | usize::from(*byte));
            let (blob, rest) = rest.split_at_checked(length).ok_or(FragmentError::Short)?;
            block = rest;
            if flags & START != 0 {
                if self.open.len() >= MOST_OPEN {
                    return Err(FragmentError::Many);
                }
                if fragment != 0 || self.open.insert(object, (0, Vec::with_capacity(length))).is_some() {
                    return Err(FragmentError::Order { object, fragment });
                }
            }
            let Some((next, bytes)) = self.open.get_mut(&object).filter(|(next, _)| *next == fragment) else {
                return Err(FragmentError::Order { object, fragment });
            };
            if bytes.len() + blob.len() > LONGEST_MESSAGE {
                return Err(FragmentError::Long);
            }
            bytes.extend_from_slice(blob);
            *next += 1;
            if flags & END != 0
                && let Some((_, bytes)) = self.open.remove(&object)
            {
                done.push(bytes);
            }
        }
        Ok(done)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_and_joins() {
        let mut fragmenter = Fragmenter::default();
        let long: Vec<u8> = (0..100_000u32).map(|n| n as u8).collect();
        let mut joined = Defragmenter::default();
        let mut got = Vec::new();
        for message in [&long[..], b"x", &long[..LONGEST]] {
            for fragment in fragmenter.cut(message) {
                assert!(fragment.len() <= LONGEST);
                got.extend(joined.take(&fragment).unwrap());
            }
        }
        assert!(got.len() == 3 && got[0] == long && got[1] == b"x" && got[2] == long[..LONGEST]);
    }

    #[test]
    fn refuses_what_is_no_fragment() {
        let mut fragmenter = Fragmenter::default();
        let fragments = fragmenter.cut(&[7; 2 * LONGEST]);
        let mut joined = Defragmenter::default();
        assert_eq!(joined.take(&fragments[0][..20]), Err(FragmentError::Short));
        assert_eq!(joined.take(&fragments[0][..30]), Err(FragmentError::Short));
        assert_eq!(joined.take(&fragments[1]), Err(FragmentError::Order { object: 1, fragment: 1 }));
        assert_eq!(joined.take(&fragments[0]), Ok(Vec::new()));
        assert_eq!(joined.take(&fragments[2]), Err(FragmentError::Order { object: 1, fragment: 2 }));
    }
}
