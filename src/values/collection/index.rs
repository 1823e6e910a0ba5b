//! Where the entries of a dictionary lie, by the hashes of their keys; hash tables that never grow all at once.

use hashbrown::HashTable;

/// From so many entries on they lie in several tables.
const MANY: usize = 1 << 16;

/// How many tables: a table that grows goes through all it holds at once, so each holds a small part.
const TABLES: usize = 1 << 8;

/// Things by hash.
#[derive(Clone)]
pub struct Tables<T> {
    small: HashTable<T>,
    large: Option<Box<[HashTable<T>]>>,
}

/// Positions of entries by hash.
pub type Index = Tables<u32>;

impl<T> Default for Tables<T> {
    fn default() -> Tables<T> {
        Tables { small: HashTable::new(), large: None }
    }
}

/// The table of a hash: by bits that a table itself makes no use of before it is far larger.
fn place(hash: u64) -> usize {
    (hash >> 40) as usize % TABLES
}

impl<T> Tables<T> {
    #[inline]
    fn table(&self, hash: u64) -> &HashTable<T> {
        match &self.large {
            None => &self.small,
            Some(tables) => &tables[place(hash)],
        }
    }

    fn table_mut(&mut self, hash: u64) -> &mut HashTable<T> {
        match &mut self.large {
            None => &mut self.small,
            Some(tables) => &mut tables[place(hash)],
        }
    }

    /// The thing under a hash for which a test holds.
    #[inline]
    pub fn find(&self, hash: u64, is_it: impl FnMut(&T) -> bool) -> Option<&T> {
        self.table(hash).find(hash, is_it)
    }

    /// Adds a thing that is not there yet; `hash_of` gives the hash of any that is.
    pub fn insert(&mut self, hash: u64, item: T, hash_of: impl Fn(&T) -> u64) {
        if self.large.is_none() && self.small.len() >= MANY {
            self.spread(&hash_of);
        }
        self.table_mut(hash).insert_unique(hash, item, hash_of);
    }

    #[cold]
    fn spread(&mut self, hash_of: &dyn Fn(&T) -> u64) {
        let mut tables: Box<[HashTable<T>]> = (0..TABLES).map(|_| HashTable::new()).collect();
        for item in std::mem::take(&mut self.small) {
            let hash = hash_of(&item);
            tables[place(hash)].insert_unique(hash, item, hash_of);
        }
        self.large = Some(tables);
    }

    /// Takes all things out.
    pub fn clear(&mut self) {
        self.small.clear();
        self.large = None;
    }
}

impl Index {
    /// The positions under a hash and perhaps some under others.
    pub fn near(&self, hash: u64) -> impl Iterator<Item = u32> + '_ {
        self.table(hash).iter_hash(hash).copied()
    }

    /// Takes a position out and moves those behind it up by one where `moves` says so.
    pub fn remove(&mut self, hash: u64, at: u32, moves: bool) {
        if let Ok(found) = self.table_mut(hash).find_entry(hash, |i| *i == at) {
            found.remove();
        }
        if !moves {
            return;
        }
        let tables = self.large.iter_mut().flat_map(|tables| tables.iter_mut());
        for slot in tables.chain([&mut self.small]).flat_map(HashTable::iter_mut) {
            if *slot > at {
                *slot -= 1;
            }
        }
    }
}
