//! Sets of UTF-16 units, built from ranges, categories and blocks.

use super::names;
use hashbrown::HashMap;
use parking_lot::Mutex;
use std::sync::{Arc, OnceLock};

pub(super) type Ranges = Vec<(u16, u16)>;

/// A finished set: a bit map for ASCII, sorted ranges for the rest.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct CharSet {
    ascii: [u64; 2],
    ranges: Ranges,
}

impl CharSet {
    pub fn from_ranges(ranges: Ranges) -> CharSet {
        let ranges = normalize(ranges);
        let mut ascii = [0u64; 2];
        for (a, b) in &ranges {
            for c in *a..=(*b).min(127) {
                ascii[(c >> 6) as usize] |= 1 << (c & 63);
            }
        }
        CharSet { ascii, ranges }
    }

    #[inline(always)]
    pub fn contains(&self, c: u16) -> bool {
        if c < 128 {
            return self.ascii[(c >> 6) as usize] >> (c & 63) & 1 != 0;
        }
        let i = self.ranges.partition_point(|r| r.1 < c);
        self.ranges.get(i).is_some_and(|r| r.0 <= c)
    }

    pub fn ranges(&self) -> &Ranges {
        &self.ranges
    }
}

/// Sorted and joined.
pub(super) fn normalize(mut r: Ranges) -> Ranges {
    r.sort_unstable();
    let mut out: Ranges = Vec::with_capacity(r.len());
    for (a, b) in r {
        match out.last_mut() {
            Some(l) if u32::from(a) <= u32::from(l.1) + 1 => l.1 = l.1.max(b),
            _ => out.push((a, b)),
        }
    }
    out
}

/// All other units.
pub(super) fn complement(r: &[(u16, u16)]) -> Ranges {
    let r = normalize(r.to_vec());
    let mut out = Vec::new();
    let mut next = 0u32;
    for (a, b) in r {
        if u32::from(a) > next {
            out.push((next as u16, a - 1));
        }
        next = u32::from(b) + 1;
    }
    if next <= 0xFFFF {
        out.push((next as u16, 0xFFFF));
    }
    out
}

/// `a` without `b`.
pub(super) fn subtract(a: &[(u16, u16)], b: &[(u16, u16)]) -> Ranges {
    let mut rest = complement(a);
    rest.extend_from_slice(b);
    complement(&rest)
}

/// The units of a general category or block; `None` for an unknown name.
pub(super) fn property(name: &str) -> Option<Arc<Ranges>> {
    static CACHE: Mutex<Option<HashMap<String, Arc<Ranges>>>> = Mutex::new(None);
    if let Some(r) = CACHE.lock().get_or_insert_with(HashMap::new).get(name) {
        return Some(r.clone());
    }
    let ranges: Ranges = if let Some(b) = names::block(name) {
        vec![b]
    } else if names::is_category(name) {
        category(name)
    } else {
        return None;
    };
    let ranges = Arc::new(ranges);
    CACHE.lock().get_or_insert_with(HashMap::new).insert(name.to_string(), ranges.clone());
    Some(ranges)
}

const SURROGATES: (u16, u16) = (0xD800, 0xDFFF);

fn category(name: &str) -> Ranges {
    if name == "Cs" {
        return vec![SURROGATES];
    }
    let mut out: Ranges = Vec::new();
    if let Ok(hir) = regex_syntax::Parser::new().parse(&format!(r"\p{{{name}}}"))
        && let regex_syntax::hir::HirKind::Class(regex_syntax::hir::Class::Unicode(c)) = hir.kind()
    {
        for r in c.iter() {
            let (a, b) = (r.start() as u32, r.end() as u32);
            if a <= 0xFFFF {
                out.push((a as u16, b.min(0xFFFF) as u16));
            }
        }
    }
    // The crate knows scalar values only; ranges may run across the surrogates.
    let mut out = subtract(&out, &[SURROGATES]);
    if name == "C" {
        out.push(SURROGATES);
    }
    normalize(out)
}

fn union(names: &[&str]) -> Ranges {
    normalize(names.iter().filter_map(|n| property(n)).flat_map(|r| r.as_ref().clone()).collect())
}

/// `\w`.
pub(super) fn word() -> &'static Ranges {
    static R: OnceLock<Ranges> = OnceLock::new();
    R.get_or_init(|| union(&["L", "Mn", "Nd", "Pc"]))
}

/// What `\b` takes for a word character: `\w` and the joiners.
pub(super) fn boundary_word() -> &'static CharSet {
    static R: OnceLock<CharSet> = OnceLock::new();
    R.get_or_init(|| {
        let mut r = word().clone();
        r.push((0x200C, 0x200D));
        CharSet::from_ranges(r)
    })
}

/// `\d`.
pub(super) fn digit() -> &'static Ranges {
    static R: OnceLock<Ranges> = OnceLock::new();
    R.get_or_init(|| union(&["Nd"]))
}

/// `\s`.
pub(super) fn space() -> &'static Ranges {
    static R: OnceLock<Ranges> = OnceLock::new();
    R.get_or_init(|| {
        let mut r = union(&["Z"]);
        r.extend([(9, 13), (0x85, 0x85)]);
        normalize(r)
    })
}

/// The ECMAScript meaning of `\w`, `\d`, `\s`.
pub(super) fn ecma(c: char) -> Ranges {
    match c {
        'w' => vec![(0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A), (0x130, 0x130)],
        'd' => vec![(0x30, 0x39)],
        _ => vec![(9, 13), (0x20, 0x20)],
    }
}

/// Whether the unit belongs to `\w` (and may stand in a group name).
pub(super) fn is_word(c: u16) -> bool {
    if c < 128 {
        return (c as u8).is_ascii_alphanumeric() || c == 0x5F;
    }
    boundary_word().contains(c)
}

/// One-to-one mapping inside the basic plane.
fn simple(mut it: impl Iterator<Item = char>) -> Option<u16> {
    match (it.next(), it.next()) {
        (Some(x), None) => u16::try_from(x as u32).ok(),
        _ => None,
    }
}

fn lower(c: u16) -> u16 {
    // U+0130 has no simple lower case in the invariant culture.
    char::from_u32(u32::from(c)).filter(|_| c != 0x130).and_then(|x| simple(x.to_lowercase())).unwrap_or(c)
}

/// Other units that are the same letter when case is ignored: those with the same lower case.
pub(super) fn case_variants(c: u16, invariant: bool) -> Vec<u16> {
    let l = lower(c);
    let mut class = vec![l];
    if let Some(u) = char::from_u32(u32::from(l)).and_then(|x| simple(x.to_uppercase()))
        && lower(u) == l
        && u != l
    {
        class.push(u);
    }
    // Letters whose lower case is that of another capital.
    match l {
        0x6B => class.push(0x212A),
        0xE5 => class.push(0x212B),
        0x3C9 => class.push(0x2126),
        0xDF => class.push(0x1E9E),
        0x3B8 => class.push(0x3F4),
        0x1C6 | 0x1C9 | 0x1CC | 0x1F3 => class.push(l - 1),
        0x69 if !invariant => class.push(0x130),
        0x130 if !invariant => class.extend([0x69, 0x49]),
        _ => {}
    }
    class.retain(|v| *v != c);
    class
}

/// Where letters with case stand; nothing else needs a look.
const CASED: &[(u16, u16)] = &[
    (0x41, 0x5A),
    (0x61, 0x7A),
    (0xB5, 0xB5),
    (0xC0, 0x587),
    (0x10A0, 0x10FF),
    (0x13A0, 0x13FF),
    (0x1C80, 0x1CBF),
    (0x1D79, 0x1D8E),
    (0x1E00, 0x1FFF),
    (0x2126, 0x2188),
    (0x24B6, 0x24E9),
    (0x2C00, 0x2D2D),
    (0xA640, 0xA7F6),
    (0xAB53, 0xABBF),
    (0xFF21, 0xFF5A),
];

/// Adds the other cases of all units in the ranges.
pub(super) fn with_cases(r: &[(u16, u16)], invariant: bool) -> Ranges {
    let mut out = r.to_vec();
    for (a, b) in r {
        for (from, to) in CASED {
            for c in (*a).max(*from)..=(*b).min(*to) {
                out.extend(case_variants(c, invariant).into_iter().map(|v| (v, v)));
            }
        }
    }
    normalize(out)
}

/// The finished set of `\\w`, `\\d`, `\\s` and their negations; made once.
pub(super) fn shorthand(c: char, ecma_script: bool) -> Arc<CharSet> {
    static CACHE: Mutex<Vec<((char, bool), Arc<CharSet>)>> = Mutex::new(Vec::new());
    let mut cache = CACHE.lock();
    if let Some((_, s)) = cache.iter().find(|(k, _)| *k == (c, ecma_script)) {
        return s.clone();
    }
    let s = Arc::new(CharSet::from_ranges(class_of(c, ecma_script)));
    cache.push(((c, ecma_script), s.clone()));
    s
}

/// The units of `\\w`, `\\d`, `\\s`; capitals are the negations.
pub(super) fn class_of(c: char, ecma_script: bool) -> Ranges {
    let r = match (c.to_ascii_lowercase(), ecma_script) {
        (l, true) => ecma(l),
        ('w', _) => word().clone(),
        ('d', _) => digit().clone(),
        _ => space().clone(),
    };
    if c.is_ascii_uppercase() { complement(&r) } else { r }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets() {
        let w = CharSet::from_ranges(word().clone());
        for (c, want) in
            [('a', true), ('_', true), ('-', false), ('가', true), ('é', true), (' ', false), ('\u{203f}', true)]
        {
            assert_eq!(w.contains(c as u16), want, "{c}");
        }
        assert!(property("IsGreek").is_some() && property("Foo").is_none());
        assert_eq!(case_variants('k' as u16, true), vec!['K' as u16, 0x212A]);
        assert_eq!(case_variants('Σ' as u16, true), vec!['σ' as u16]);
        assert_eq!(case_variants('s' as u16, true), vec!['S' as u16]);
        assert_eq!(subtract(&[(1, 10)], &[(3, 4)]), vec![(1, 2), (5, 10)]);
    }
}
