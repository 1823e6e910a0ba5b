//! Ordering of values as Sort-Object, Group-Object and Compare-Object see it, and .NET's sort.

use std::cmp::Ordering;

use command::Session;
use values::compare::{CompareOptions, compare};
use values::culture::Culture;
use values::{Context, Result, TypeRef, Value, convert, operators};

/// Order of two values: `$null` first, then by PowerShell's comparison, else by text.
pub fn compare_values(session: &mut dyn Session, a: &Value, b: &Value, is_case_sensitive: bool) -> Result<Ordering> {
    match (a, b) {
        (Value::I32(x), Value::I32(y)) => return Ok(x.cmp(y)),
        (Value::F64(x), Value::F64(y)) => {
            if let Some(order) = x.partial_cmp(y) {
                return Ok(order);
            }
        }
        _ => {}
    }
    // All custom objects are one object to .NET, which holds no properties.
    if let (Value::Object(x), Value::Object(y)) = (a, b)
        && x.ty == TypeRef::PSCUSTOMOBJECT
        && y.ty == TypeRef::PSCUSTOMOBJECT
    {
        return Ok(Ordering::Equal);
    }
    match (a.is_null(), b.is_null()) {
        (true, true) => return Ok(Ordering::Equal),
        (true, false) => return Ok(Ordering::Less),
        (false, true) => return Ok(Ordering::Greater),
        _ => {}
    }
    if let (Value::Str(x), Value::Str(y)) = (a.base(), b.base())
        && let Some(culture) = other_culture(session)
    {
        let options = if is_case_sensitive { CompareOptions::NONE } else { CompareOptions::IGNORE_CASE };
        return Ok(compare(x, y, &culture, options));
    }
    let context: &mut dyn Context = session;
    if let Ok(order) = operators::compare(context, a, b, is_case_sensitive) {
        return Ok(order);
    }
    let (x, y) = (convert::to_str(context, a)?, convert::to_str(context, b)?);
    operators::compare(context, &Value::Str(x), &Value::Str(y), is_case_sensitive)
}

/// The session's culture where its order of texts is not the common one.
fn other_culture(session: &mut dyn Session) -> Option<std::sync::Arc<Culture>> {
    let name = session.culture_name();
    if name.is_empty() || name.starts_with("en") {
        return None;
    }
    Culture::get(name).ok()
}

/// Keys of one object; none for a property that it does not have.
pub type Keys = Vec<Option<Value>>;

/// Order of two key lists. Missing properties come last whatever the direction; those with one value list compare by it.
pub fn compare_keys(
    session: &mut dyn Session,
    a: &[Option<Value>],
    b: &[Option<Value>],
    descending: &[bool],
    is_case_sensitive: bool,
) -> Result<Ordering> {
    for (at, (x, y)) in a.iter().zip(b).enumerate() {
        let order = match (x, y) {
            (Some(x), Some(y)) => {
                let order = compare_values(session, x, y, is_case_sensitive)?;
                if descending.get(at).copied().unwrap_or(false) { order.reverse() } else { order }
            }
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => Ordering::Equal,
        };
        if order != Ordering::Equal {
            return Ok(order);
        }
    }
    Ok(Ordering::Equal)
}

/// Sorts positions with the algorithm of .NET's `List<T>.Sort`, so that equal keys come out in the same order as there.
/// The comparison may fail; the sort then ends early.
pub struct DotNetSort<'a> {
    pub compare: &'a mut dyn FnMut(u32, u32) -> Result<Ordering>,
}

impl DotNetSort<'_> {
    /// Sorts the positions.
    pub fn sort(&mut self, keys: &mut [u32]) -> Result<()> {
        if keys.len() > 1 {
            let depth = 2 * (keys.len().ilog2() + 1);
            self.intro(keys, depth)?;
        }
        Ok(())
    }

    fn less(&mut self, a: u32, b: u32) -> Result<bool> {
        Ok((self.compare)(a, b)? == Ordering::Less)
    }

    fn swap_if_greater(&mut self, keys: &mut [u32], i: usize, j: usize) -> Result<()> {
        if (self.compare)(keys[i], keys[j])? == Ordering::Greater {
            keys.swap(i, j);
        }
        Ok(())
    }

    fn intro(&mut self, keys: &mut [u32], mut depth: u32) -> Result<()> {
        let mut size = keys.len();
        while size > 1 {
            if size <= 16 {
                match size {
                    2 => self.swap_if_greater(keys, 0, 1)?,
                    3 => {
                        self.swap_if_greater(keys, 0, 1)?;
                        self.swap_if_greater(keys, 0, 2)?;
                        self.swap_if_greater(keys, 1, 2)?;
                    }
                    _ => self.insertion(&mut keys[..size])?,
                }
                return Ok(());
            }
            if depth == 0 {
                return self.heap(&mut keys[..size]);
            }
            depth -= 1;
            let pivot = self.partition(&mut keys[..size])?;
            self.intro(&mut keys[pivot + 1..size], depth)?;
            size = pivot;
        }
        Ok(())
    }

    fn partition(&mut self, keys: &mut [u32]) -> Result<usize> {
        let hi = keys.len() - 1;
        let middle = hi >> 1;
        self.swap_if_greater(keys, 0, middle)?;
        self.swap_if_greater(keys, 0, hi)?;
        self.swap_if_greater(keys, middle, hi)?;
        let pivot = keys[middle];
        keys.swap(middle, hi - 1);
        let (mut left, mut right) = (0, hi - 1);
        while left < right {
            left += 1;
            while left < hi && self.less(keys[left], pivot)? {
                left += 1;
            }
            right -= 1;
            while right > 0 && self.less(pivot, keys[right])? {
                right -= 1;
            }
            if left >= right {
                break;
            }
            keys.swap(left, right);
        }
        if left != hi - 1 {
            keys.swap(left, hi - 1);
        }
        Ok(left)
    }

    fn insertion(&mut self, keys: &mut [u32]) -> Result<()> {
        for i in 0..keys.len() - 1 {
            let key = keys[i + 1];
            let mut j = i + 1;
            while j > 0 && self.less(key, keys[j - 1])? {
                keys[j] = keys[j - 1];
                j -= 1;
            }
            keys[j] = key;
        }
        Ok(())
    }

    fn heap(&mut self, keys: &mut [u32]) -> Result<()> {
        let n = keys.len();
        for i in (1..=n / 2).rev() {
            self.down(keys, i, n)?;
        }
        for i in (2..=n).rev() {
            keys.swap(0, i - 1);
            self.down(keys, 1, i - 1)?;
        }
        Ok(())
    }

    fn down(&mut self, keys: &mut [u32], mut i: usize, n: usize) -> Result<()> {
        let key = keys[i - 1];
        while i <= n / 2 {
            let mut child = 2 * i;
            if child < n && self.less(keys[child - 1], keys[child])? {
                child += 1;
            }
            if !self.less(key, keys[child - 1])? {
                break;
            }
            keys[i - 1] = keys[child - 1];
            i = child;
        }
        keys[i - 1] = key;
        Ok(())
    }
}

/// A stable sort of positions by a comparison that may fail.
pub fn stable_sort(keys: &mut Vec<u32>, compare: &mut dyn FnMut(u32, u32) -> Result<Ordering>) -> Result<()> {
    if keys.len() < 2 {
        return Ok(());
    }
    let mut right = keys.split_off(keys.len() / 2);
    stable_sort(keys, compare)?;
    stable_sort(&mut right, compare)?;
    let mut merged = Vec::with_capacity(keys.len() + right.len());
    let (mut i, mut j) = (0, 0);
    while i < keys.len() && j < right.len() {
        if compare(right[j], keys[i])? == Ordering::Less {
            merged.push(right[j]);
            j += 1;
        } else {
            merged.push(keys[i]);
            i += 1;
        }
    }
    merged.extend_from_slice(&keys[i..]);
    merged.extend_from_slice(&right[j..]);
    *keys = merged;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorts_like_any_sort() {
        let data: Vec<u32> = (0..1000u32).map(|i| i * 7919 % 1000).collect();
        let mut keys: Vec<u32> = (0..1000).collect();
        let mut compare = |a: u32, b: u32| Ok(data[a as usize].cmp(&data[b as usize]));
        DotNetSort { compare: &mut compare }.sort(&mut keys).expect("no comparison fails");
        assert!(keys.iter().enumerate().all(|(i, k)| data[*k as usize] == i as u32));
        stable_sort(&mut keys, &mut |a, b| Ok(a.cmp(&b))).expect("no comparison fails");
        assert!(keys.windows(2).all(|w| w[0] < w[1]));
    }
}
