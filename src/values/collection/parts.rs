//! A list of which no more than a part moves as it grows: what is long is never copied in one step.

use std::ops::{Index, IndexMut};

/// Things of a part.
const PART: usize = 1 << 16;

/// A list in parts. All of them are full but the last, which is not empty unless it is the first.
#[derive(Clone)]
pub struct Parts<T> {
    first: Vec<T>,
    more: Vec<Vec<T>>,
}

impl<T> Default for Parts<T> {
    fn default() -> Parts<T> {
        Parts { first: Vec::new(), more: Vec::new() }
    }
}

impl<T> Parts<T> {
    /// How many things there are.
    #[inline]
    pub fn len(&self) -> usize {
        match self.more.last() {
            None => self.first.len(),
            Some(last) => self.more.len() * PART + last.len(),
        }
    }

    /// Whether there is nothing.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.first.is_empty()
    }

    /// The thing at a position.
    #[inline]
    pub fn get(&self, at: usize) -> Option<&T> {
        if at < PART {
            return self.first.get(at);
        }
        self.more.get(at / PART - 1)?.get(at % PART)
    }

    /// The same, to be changed.
    #[inline]
    pub fn get_mut(&mut self, at: usize) -> Option<&mut T> {
        if at < PART {
            return self.first.get_mut(at);
        }
        self.more.get_mut(at / PART - 1)?.get_mut(at % PART)
    }

    /// The part of a position.
    #[inline]
    fn part(&mut self, at: usize) -> &mut Vec<T> {
        if at < PART { &mut self.first } else { &mut self.more[at / PART - 1] }
    }

    /// Adds a thing behind the last.
    #[inline]
    pub fn push(&mut self, item: T) {
        if self.first.len() < PART {
            return self.first.push(item);
        }
        self.push_far(item);
    }

    fn push_far(&mut self, item: T) {
        match self.more.last_mut() {
            Some(last) if last.len() < PART => last.push(item),
            _ => {
                let mut last = Vec::with_capacity(PART);
                last.push(item);
                self.more.push(last);
            }
        }
    }

    /// Puts a thing at a position that is no further than behind the last; those from there on move by one.
    pub fn insert(&mut self, at: usize, item: T) {
        if at == self.len() {
            return self.push(item);
        }
        let (mut start, mut place, mut carried) = (at / PART * PART, at % PART, item);
        loop {
            if start == self.len() {
                return self.push(carried);
            }
            let part = self.part(start);
            let is_full = part.len() == PART;
            let over = if is_full { part.pop() } else { None };
            part.insert(place, carried);
            let Some(over) = over else { return };
            (start, place, carried) = (start + PART, 0, over);
        }
    }

    /// Takes the thing at a position out; those behind it move by one.
    pub fn remove(&mut self, at: usize) -> T {
        let found = self.part(at).remove(at % PART);
        for next in at / PART..self.more.len() {
            let moved = self.more[next].remove(0);
            self.part(next * PART).push(moved);
        }
        self.more.pop_if(|last| last.is_empty());
        found
    }

    /// The things in order.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.first.iter().chain(self.more.iter().flatten())
    }
}

impl<T: Send + 'static> Parts<T> {
    /// Lets go of all things, part by part.
    pub fn discard(&mut self) {
        for part in std::mem::take(&mut self.more) {
            crate::stop::discard(part);
        }
        crate::stop::discard(std::mem::take(&mut self.first));
    }
}

impl<T> Index<usize> for Parts<T> {
    type Output = T;

    #[inline]
    fn index(&self, at: usize) -> &T {
        if at < PART { &self.first[at] } else { &self.more[at / PART - 1][at % PART] }
    }
}

impl<T> IndexMut<usize> for Parts<T> {
    #[inline]
    fn index_mut(&mut self, at: usize) -> &mut T {
        &mut self.part(at)[at % PART]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both(count: usize) -> (Parts<usize>, Vec<usize>) {
        let mut parts = Parts::default();
        (0..count).for_each(|n| parts.push(n));
        (parts, (0..count).collect())
    }

    fn assert_same(parts: &Parts<usize>, list: &[usize]) {
        assert_eq!(parts.len(), list.len());
        assert_eq!(parts.is_empty(), list.is_empty());
        assert!(parts.iter().eq(list));
        assert!((0..list.len()).all(|at| parts[at] == list[at] && parts.get(at) == Some(&list[at])));
        assert_eq!(parts.get(list.len()), None);
    }

    #[test]
    fn a_list_in_parts_is_the_same_as_one_in_one_piece() {
        for count in [0, 1, PART - 1, PART, PART + 1, PART * 2, PART * 3 + 5] {
            let (parts, list) = both(count);
            assert_same(&parts, &list);
        }
    }

    #[test]
    fn what_is_put_between_and_taken_out_moves_the_rest() {
        for count in [3, PART - 1, PART, PART + 1, PART * 2, PART * 2 + 5] {
            for at in [0, 1, count / 2, count - 1, count] {
                let (mut parts, mut list) = both(count);
                parts.insert(at, 7);
                list.insert(at, 7);
                assert_same(&parts, &list);
                assert_eq!(parts.remove(at), 7);
                list.remove(at);
                assert_same(&parts, &list);
                assert_eq!(parts.remove(count - 1), list.remove(count - 1));
                assert_same(&parts, &list);
            }
        }
    }

    #[test]
    fn all_are_let_go_of() {
        let thing = std::sync::Arc::new(());
        let mut parts = Parts::default();
        (0..PART * 2 + 9).for_each(|_| parts.push(thing.clone()));
        parts.discard();
        assert_eq!((std::sync::Arc::strong_count(&thing), parts.len()), (1, 0));
    }
}
