//! Interned names.
//!
//! PowerShell compares names without case, so a name is interned in its folded spelling; the spelling as written stays
//! in the source. The table only grows and is shared by the whole process, so a `Sym` means the same everywhere.

use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasherDefault, Hasher};
use std::num::NonZeroU32;
use std::sync::{OnceLock, RwLock};

/// A name without regard to case.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Sym(NonZeroU32);

const BUCKETS: usize = 27;
const FIRST_BUCKET: usize = 64;

type Bucket = OnceLock<Box<[OnceLock<&'static str>]>>;

struct Table {
    ids: RwLock<HashMap<&'static str, u32, BuildHasherDefault<NameHasher>>>,
    /// Names by number in buckets of doubling size: reading takes no lock.
    names: [Bucket; BUCKETS],
}

static TABLE: OnceLock<Table> = OnceLock::new();

fn table() -> &'static Table {
    TABLE.get_or_init(|| Table { ids: RwLock::new(HashMap::default()), names: [const { OnceLock::new() }; BUCKETS] })
}

fn place(index: usize) -> (usize, usize) {
    let at = index + FIRST_BUCKET;
    let bucket = (at / FIRST_BUCKET).ilog2() as usize;
    (bucket, at - (FIRST_BUCKET << bucket))
}

/// FNV-like over eight bytes at a time: names are short and not hostile to one process's own table.
#[derive(Default)]
pub(crate) struct NameHasher(u64);

impl Hasher for NameHasher {
    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 29)
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0u8; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.0 = (self.0.rotate_left(5) ^ u64::from_le_bytes(word)).wrapping_mul(0x517c_c1b7_2722_0a95);
        }
    }
}

/// For tables keyed by symbols: spreads a small number over the bits.
#[derive(Default)]
pub struct SymHasher(u64);

impl Hasher for SymHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u32(u32::from(*byte));
        }
    }

    fn write_u32(&mut self, number: u32) {
        let spread = (self.0 ^ u64::from(number)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = spread ^ (spread >> 32);
    }
}

impl Sym {
    /// The symbol of a name in any case.
    pub fn intern(name: &str) -> Sym {
        let mut small = [0u8; 64];
        let bytes = name.as_bytes();
        if bytes.len() <= small.len() && bytes.is_ascii() {
            let folded = &mut small[..bytes.len()];
            folded.copy_from_slice(bytes);
            folded.make_ascii_lowercase();
            if let Ok(folded) = std::str::from_utf8(folded) {
                return Sym::intern_folded(folded);
            }
        }
        Sym::intern_folded(&fold(name))
    }

    fn intern_folded(folded: &str) -> Sym {
        let table = table();
        if let Ok(ids) = table.ids.read()
            && let Some(id) = ids.get(folded)
        {
            return Sym::from_index(*id as usize);
        }
        let mut ids = table.ids.write().unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some(id) = ids.get(folded) {
            return Sym::from_index(*id as usize);
        }
        let index = ids.len();
        let name: &'static str = Box::leak(folded.to_owned().into_boxed_str());
        let (bucket, slot) = place(index);
        let names = table.names[bucket].get_or_init(|| (0..FIRST_BUCKET << bucket).map(|_| OnceLock::new()).collect());
        let _ = names[slot].set(name);
        ids.insert(name, index as u32);
        Sym::from_index(index)
    }

    fn from_index(index: usize) -> Sym {
        Sym(NonZeroU32::MIN.saturating_add(index as u32))
    }

    /// The folded spelling: lower case.
    pub fn folded(self) -> &'static str {
        let (bucket, slot) = place(self.0.get() as usize - 1);
        table().names[bucket].get().and_then(|names| names[slot].get()).copied().unwrap_or("")
    }

    /// The number of the symbol, from 1; useful as a key.
    pub fn number(self) -> u32 {
        self.0.get()
    }
}

impl fmt::Debug for Sym {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.folded())
    }
}

/// The name as ordinal comparison without case sees it: each character's single-character upper case, then its lower
/// case.
pub fn fold(name: &str) -> String {
    name.chars().map(fold_char).collect()
}

fn fold_char(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    single(single(c, char::to_uppercase), char::to_lowercase)
}

fn single<I: Iterator<Item = char>>(c: char, map: fn(char) -> I) -> char {
    let mut mapped = map(c);
    match (mapped.next(), mapped.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interning() {
        assert_eq!(Sym::intern("Foo"), Sym::intern("fOO"));
        assert_ne!(Sym::intern("Foo"), Sym::intern("Fob"));
        assert_eq!(Sym::intern("ÄÖ").folded(), "äö");
        let many: Vec<Sym> = (0..5000).map(|i| Sym::intern(&format!("name{i}"))).collect();
        assert!(many.iter().enumerate().all(|(i, sym)| sym.folded() == format!("name{i}")));
    }
}
