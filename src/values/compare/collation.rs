//! Culture comparison: ICU's order, with static weights for plain ASCII.

use crate::culture::Culture;
use hashbrown::HashMap;
use icu_collator::options::{AlternateHandling, CaseLevel, CollatorOptions, Strength};
use icu_collator::{Collator, CollatorBorrowed};
use parking_lot::Mutex;
use std::cmp::Ordering;
use std::sync::{Arc, OnceLock};

/// `CompareOptions`, with .NET's numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CompareOptions(pub u32);

impl CompareOptions {
    pub const NONE: CompareOptions = CompareOptions(0);
    pub const IGNORE_CASE: CompareOptions = CompareOptions(1);
    pub const IGNORE_NON_SPACE: CompareOptions = CompareOptions(2);
    pub const IGNORE_SYMBOLS: CompareOptions = CompareOptions(4);
    pub const IGNORE_KANA_TYPE: CompareOptions = CompareOptions(8);
    pub const IGNORE_WIDTH: CompareOptions = CompareOptions(16);
    pub const NUMERIC_ORDERING: CompareOptions = CompareOptions(32);
    pub const ORDINAL_IGNORE_CASE: CompareOptions = CompareOptions(0x1000_0000);
    /// ICU's order is a string sort already, so this changes nothing.
    pub const STRING_SORT: CompareOptions = CompareOptions(0x2000_0000);
    pub const ORDINAL: CompareOptions = CompareOptions(0x4000_0000);

    pub fn has(self, o: CompareOptions) -> bool {
        self.0 & o.0 != 0
    }
}

/// ASCII in the order of the root collation; letters follow the digits, small before capital.
const ASCII_ORDER: &str = "\t\n\u{b}\u{c}\r _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$0123456789";

/// Primary weights; zero for control characters, which do not count.
const PRIMARY: [u8; 128] = {
    let mut t = [0u8; 128];
    let order = ASCII_ORDER.as_bytes();
    let mut i = 0;
    while i < order.len() {
        t[order[i] as usize] = i as u8 + 1;
        i += 1;
    }
    let mut c = 0;
    while c < 26 {
        let w = (order.len() + 1 + c) as u8;
        t[b'a' as usize + c] = w;
        t[b'A' as usize + c] = w;
        c += 1;
    }
    t
};

/// Languages whose order of ASCII letters differs from the root's.
fn tailored(culture: &Culture) -> bool {
    matches!(
        culture.language(),
        "da" | "nb"
            | "nn"
            | "no"
            | "fo"
            | "kl"
            | "hu"
            | "cs"
            | "sk"
            | "lt"
            | "et"
            | "lv"
            | "hr"
            | "sr"
            | "bs"
            | "sl"
            | "sq"
            | "cy"
            | "tr"
            | "az"
            | "vi"
            | "haw"
            | "to"
            | "sv"
            | "fi"
    )
}

fn plain(s: &str) -> bool {
    s.bytes().all(|b| b < 128 && PRIMARY[b as usize] != 0)
}

fn ascii(a: &str, b: &str, ignore_case: bool) -> Ordering {
    let mut case = Ordering::Equal;
    for (x, y) in a.bytes().zip(b.bytes()) {
        if x != y {
            match PRIMARY[x as usize].cmp(&PRIMARY[y as usize]) {
                // The same letter: the small one comes first, which is the greater byte.
                Ordering::Equal if case == Ordering::Equal => case = y.cmp(&x),
                Ordering::Equal => {}
                o => return o,
            }
        }
    }
    a.len().cmp(&b.len()).then(if ignore_case { Ordering::Equal } else { case })
}

type Key = (String, u32);

fn collator(culture: &Culture, options: CompareOptions) -> Option<Arc<CollatorBorrowed<'static>>> {
    static CACHE: OnceLock<Mutex<HashMap<Key, Arc<CollatorBorrowed<'static>>>>> = OnceLock::new();
    let relevant = options.0 & (7 | CompareOptions::NUMERIC_ORDERING.0);
    let language = if tailored(culture) || !matches!(culture.language(), "en" | "de" | "fr" | "") {
        culture.name.to_string()
    } else {
        String::new()
    };
    let cache = CACHE.get_or_init(Default::default);
    let key = (language, relevant);
    if let Some(c) = cache.lock().get(&key) {
        return Some(c.clone());
    }
    let mut o = CollatorOptions::default();
    let ignore_case = options.has(CompareOptions::IGNORE_CASE);
    o.strength = Some(if options.has(CompareOptions::IGNORE_NON_SPACE) {
        Strength::Primary
    } else if ignore_case {
        Strength::Secondary
    } else {
        Strength::Tertiary
    });
    if options.has(CompareOptions::IGNORE_NON_SPACE) && !ignore_case {
        o.case_level = Some(CaseLevel::On);
    }
    if options.has(CompareOptions::IGNORE_SYMBOLS) {
        o.alternate_handling = Some(AlternateHandling::Shifted);
    }
    let mut locale: icu_collator::CollatorPreferences =
        key.0.parse::<icu_locale_core::Locale>().map(|l| (&l).into()).unwrap_or_default();
    let numeric = options
        .has(CompareOptions::NUMERIC_ORDERING)
        .then_some(icu_collator::preferences::CollationNumericOrdering::True);
    locale.numeric_ordering = numeric;
    let mut root = icu_collator::CollatorPreferences::default();
    root.numeric_ordering = numeric;
    let c = Arc::new(Collator::try_new(locale, o).or_else(|_| Collator::try_new(root, o)).ok()?);
    cache.lock().insert(key, c.clone());
    Some(c)
}

/// Kana kind and width of each character, which .NET lets count even where case does not.
fn form(s: &str, kana: bool, width: bool) -> Vec<u8> {
    s.chars()
        .filter_map(|c| match c {
            'ぁ'..='ゖ' | 'ゝ' | 'ゞ' if kana => Some(1),
            'ァ'..='ヺ' | 'ヽ' | 'ヾ' if kana => Some(2),
            '\u{ff01}'..='\u{ff5e}' | '\u{ffe0}'..='\u{ffe6}' | '\u{3000}' if width => Some(4),
            '\u{ff61}'..='\u{ffdc}' => Some(if width { 3 } else { 2 }).filter(|_| width || kana),
            _ => None,
        })
        .collect()
}

/// One kana kind, one width, for comparisons that ignore the difference.
fn unify(s: &str, kana: bool, width: bool) -> String {
    use unicode_normalization::UnicodeNormalization;
    let narrow = |c: char| matches!(c, '\u{ff01}'..='\u{ffee}' | '\u{3000}');
    let s: String = if width {
        s.chars().flat_map(|c| if narrow(c) { c.nfkc().collect::<Vec<char>>() } else { vec![c] }).collect()
    } else {
        s.to_string()
    };
    if !kana {
        return s;
    }
    s.chars()
        .map(|c| if ('ァ'..='ヶ').contains(&c) { char::from_u32(c as u32 - 0x60).unwrap_or(c) } else { c })
        .collect()
}

/// `CompareInfo.Compare`.
pub fn compare(a: &str, b: &str, culture: &Culture, options: CompareOptions) -> Ordering {
    if options.has(CompareOptions::ORDINAL) {
        return super::ordinal::compare(a, b);
    }
    if options.has(CompareOptions::ORDINAL_IGNORE_CASE) {
        return super::ordinal::compare_ignore_case(a, b);
    }
    if a == b {
        return Ordering::Equal;
    }
    if options.0 & (CompareOptions::IGNORE_KANA_TYPE.0 | CompareOptions::IGNORE_WIDTH.0) != 0
        && !(a.is_ascii() && b.is_ascii())
    {
        let (kana, width) = (options.has(CompareOptions::IGNORE_KANA_TYPE), options.has(CompareOptions::IGNORE_WIDTH));
        let rest = CompareOptions(options.0 & !(CompareOptions::IGNORE_KANA_TYPE.0 | CompareOptions::IGNORE_WIDTH.0));
        return compare(&unify(a, kana, width), &unify(b, kana, width), culture, rest);
    }
    let ignore_case = options.has(CompareOptions::IGNORE_CASE);
    let simple = options.0 & (CompareOptions::IGNORE_SYMBOLS.0 | CompareOptions::NUMERIC_ORDERING.0) == 0;
    if simple && plain(a) && plain(b) && !tailored(culture) {
        return ascii(a, b, ignore_case);
    }
    let Some(c) = collator(culture, options) else { return super::ordinal::compare(a, b) };
    let first = c.as_ref().compare(a, b);
    if first != Ordering::Equal {
        return first;
    }
    let loose = ignore_case || options.has(CompareOptions::IGNORE_NON_SPACE);
    if loose && !(a.is_ascii() && b.is_ascii()) {
        return form(a, true, true).cmp(&form(b, true, true));
    }
    Ordering::Equal
}

/// Whether two texts are equal under the invariant culture; what `-eq` and `-ceq` ask.
pub fn equal(a: &str, b: &str, ignore_case: bool) -> bool {
    if a == b {
        return true;
    }
    if plain(a) && plain(b) {
        return ignore_case && a.eq_ignore_ascii_case(b);
    }
    let options = if ignore_case { CompareOptions::IGNORE_CASE } else { CompareOptions::NONE };
    compare(a, b, Culture::invariant(), options) == Ordering::Equal
}

/// Bytes that order as the texts do; for sorting many.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SortKey(pub Vec<u8>);

impl SortKey {
    /// The key of a text. Keys of one culture and one set of options can be compared with each other.
    pub fn new(s: &str, culture: &Culture, options: CompareOptions) -> SortKey {
        if options.has(CompareOptions::ORDINAL) {
            return SortKey(s.encode_utf16().flat_map(u16::to_be_bytes).collect());
        }
        if options.has(CompareOptions::ORDINAL_IGNORE_CASE) {
            return SortKey(super::ordinal::fold(s).encode_utf16().flat_map(u16::to_be_bytes).collect());
        }
        let (kana, width) = (options.has(CompareOptions::IGNORE_KANA_TYPE), options.has(CompareOptions::IGNORE_WIDTH));
        let unified = if (kana || width) && !s.is_ascii() { unify(s, kana, width) } else { String::new() };
        let s = if unified.is_empty() { s } else { unified.as_str() };
        let mut key: Vec<u8> = Vec::with_capacity(s.len() * 2 + 8);
        if let Some(c) = collator(culture, options) {
            let Ok(()) = c.as_ref().write_sort_key_to(s, &mut key);
        }
        if options.has(CompareOptions::IGNORE_CASE) && !s.is_ascii() {
            key.push(0);
            key.extend(form(s, !kana, !width));
        }
        SortKey(key)
    }

    /// The key of a plain ASCII text by the static weights, to be compared with such keys only; `None` when the text is
    /// not plain or the culture orders ASCII otherwise.
    pub fn ascii(s: &str, culture: &Culture, ignore_case: bool) -> Option<SortKey> {
        if !plain(s) || tailored(culture) {
            return None;
        }
        let mut key: Vec<u8> = s.bytes().map(|b| PRIMARY[b as usize]).collect();
        if !ignore_case {
            key.push(0);
            key.extend(s.bytes().map(|b| u8::from(b.is_ascii_uppercase())));
        }
        Some(SortKey(key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ascii_agrees_with_icu() {
        let c = collator(Culture::invariant(), CompareOptions::NONE).unwrap();
        let all: Vec<String> =
            (1u8..127).filter(|b| PRIMARY[*b as usize] != 0).map(|b| (b as char).to_string()).collect();
        assert_eq!(all.len(), 95 + 5);
        for a in &all {
            for b in &all {
                assert_eq!(ascii(a, b, false), c.as_ref().compare(a, b), "{a:?} {b:?}");
            }
        }
        for (a, b) in [("co-op", "coop"), ("aB", "Ab"), ("a", "aa"), ("A", "a b"), ("x_1", "x1"), ("Ab", "aB")] {
            assert_eq!(ascii(a, b, false), c.as_ref().compare(a, b), "{a} {b}");
        }
    }

    #[test]
    fn culture_rules() {
        let inv = Culture::invariant();
        let ja = Culture::get("ja-JP").unwrap();
        let (none, case) = (CompareOptions::NONE, CompareOptions::IGNORE_CASE);
        for (a, b, o, want) in [
            ("a", "A", none, Ordering::Less),
            ("a", "A", case, Ordering::Equal),
            ("ß", "ss", case, Ordering::Greater),
            ("é", "e", CompareOptions::IGNORE_NON_SPACE, Ordering::Equal),
            ("co-op", "coop", CompareOptions::IGNORE_SYMBOLS, Ordering::Equal),
            ("a\u{ad}b", "ab", none, Ordering::Equal),
            ("a\u{301}", "á", none, Ordering::Equal),
            ("한", "\u{1112}\u{1161}\u{11ab}", none, Ordering::Equal),
            ("10", "9", none, Ordering::Less),
            ("Z", "a", none, Ordering::Greater),
            ("a10", "a9", CompareOptions::NUMERIC_ORDERING, Ordering::Greater),
            ("가", "나", case, Ordering::Less),
        ] {
            assert_eq!(compare(a, b, inv, o), want, "{a} {b}");
        }
        assert_eq!(compare("あ", "ア", &ja, CompareOptions::IGNORE_KANA_TYPE), Ordering::Equal);
        assert_eq!(compare("Ａ", "A", &ja, CompareOptions::IGNORE_WIDTH), Ordering::Equal);
        assert!(!equal("ア", "ｱ", true) && !equal("ａ", "a", true) && equal("É", "é", true));
        let mut v = vec!["か", "ア", "あ", "カ"];
        v.sort_by(|a, b| compare(a, b, inv, case));
        assert_eq!(v, ["あ", "ア", "か", "カ"]);
        let k = |s: &str| SortKey::new(s, inv, case);
        assert!(k("apple") < k("Banana") && k("A") == k("a"));
    }
}
