//! What is kept by text, in tables that never grow all at once.

use std::hash::BuildHasher;

use hashbrown::DefaultHashBuilder;

use super::index::Tables;

/// Values by text. However many there are, no addition takes long.
#[derive(Clone)]
pub struct TextMap<V> {
    tables: Tables<(String, V)>,
    hasher: DefaultHashBuilder,
}

impl<V> Default for TextMap<V> {
    fn default() -> TextMap<V> {
        TextMap { tables: Tables::default(), hasher: DefaultHashBuilder::default() }
    }
}

impl<V> TextMap<V> {
    /// The value of a text.
    pub fn get(&self, text: &str) -> Option<&V> {
        self.tables.find(self.hasher.hash_one(text), |(held, _)| held == text).map(|(_, value)| value)
    }

    /// Adds a text with its value; false, and nothing changes, where the text is there.
    pub fn insert(&mut self, text: String, value: V) -> bool {
        let hash = self.hasher.hash_one(&text[..]);
        if self.tables.find(hash, |(held, _)| *held == text).is_some() {
            return false;
        }
        let hasher = &self.hasher;
        self.tables.insert(hash, (text, value), |(held, _)| hasher.hash_one(&held[..]));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_texts_are_found_again() {
        let mut map = TextMap::default();
        for n in 0..200_000u32 {
            assert!(map.insert(format!("k{n}"), n));
        }
        assert!(!map.insert("k7".into(), 0));
        assert!((0..200_000u32).all(|n| map.get(&format!("k{n}")) == Some(&n)));
        assert_eq!(map.get("k200000"), None);
    }
}
