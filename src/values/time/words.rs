//! The words that a date may contain: names of months and days, marks of half-days, units written after numbers.

use crate::culture::{Culture, DateFormat};

/// What a word means.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Word {
    Month(i32),
    Day(i32),
    Am,
    Pm,
    Zulu,
    Gmt,
    TimeMark,
    /// Words of the culture's long patterns (`de`), eras.
    Filler,
}

/// A unit after a number, as Chinese, Japanese and Korean dates have it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Unit {
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
}

/// All words of a culture, longest first; the invariant culture's names belong to each.
pub(super) struct Lexicon {
    words: Vec<(Vec<char>, Word)>,
}

fn fold(c: char) -> char {
    c.to_lowercase().next().unwrap_or(c)
}

impl Lexicon {
    pub fn new(df: &DateFormat) -> Lexicon {
        let mut l = Lexicon { words: Vec::new() };
        l.names(df);
        l.names(&Culture::invariant().date);
        for (w, k) in
            [("z", Word::Zulu), ("gmt", Word::Gmt), ("t", Word::TimeMark), ("a.d.", Word::Filler), ("ad", Word::Filler)]
        {
            l.add(w, k);
        }
        l.add(&df.era, Word::Filler);
        l.add(&df.abbreviated_era, Word::Filler);
        for p in df.long_date.iter().chain([&df.year_month, &df.month_day]) {
            for (i, quoted) in p.split('\'').enumerate() {
                if i % 2 == 1 && quoted.chars().any(char::is_alphabetic) {
                    l.add(quoted.trim(), Word::Filler);
                }
            }
        }
        l.words.sort_by_key(|w| std::cmp::Reverse(w.0.len()));
        l
    }

    fn names(&mut self, df: &DateFormat) {
        for list in [
            &df.month_names,
            &df.month_genitive_names,
            &df.abbreviated_month_names,
            &df.abbreviated_month_genitive_names,
        ] {
            for (i, n) in list.iter().enumerate() {
                self.add(n, Word::Month(i as i32 + 1));
                self.add(n.trim_end_matches('.'), Word::Month(i as i32 + 1));
            }
        }
        for list in [&df.day_names, &df.abbreviated_day_names, &df.shortest_day_names] {
            for (i, n) in list.iter().enumerate() {
                self.add(n, Word::Day(i as i32));
                self.add(n.trim_end_matches('.'), Word::Day(i as i32));
            }
        }
        self.add(&df.am, Word::Am);
        self.add(&df.pm, Word::Pm);
        if df.am == "AM" {
            self.add("a", Word::Am);
            self.add("p", Word::Pm);
        }
    }

    fn add(&mut self, text: &str, word: Word) {
        if text.chars().next().is_some_and(|c| !c.is_ascii_digit()) {
            self.words.push((text.chars().map(fold).collect(), word));
        }
    }

    /// The longest word at `i`: its meaning and length. A Latin word must not go on after it.
    pub fn at(&self, t: &[char], i: usize) -> Option<(Word, usize)> {
        self.words.iter().find_map(|(w, k)| {
            let fits = t.len() >= i + w.len()
                && w.iter().zip(&t[i..]).all(|(a, b)| *a == fold(*b) || (*a == '\u{202f}' && *b == ' '));
            let next = t.get(i + w.len());
            let whole = *k == Word::TimeMark
                || next.is_none_or(|n| !n.is_alphabetic() || !w.last().is_some_and(|c| c.is_ascii_alphabetic()));
            let whole = whole && (*k != Word::TimeMark || next.is_some_and(char::is_ascii_digit));
            (fits && whole).then_some((*k, w.len()))
        })
    }
}

/// The unit character at `i`.
pub(super) fn unit(c: char) -> Option<Unit> {
    Some(match c {
        '年' | '년' => Unit::Year,
        '月' | '월' => Unit::Month,
        '日' | '일' => Unit::Day,
        '時' | '时' | '시' => Unit::Hour,
        '分' | '분' => Unit::Minute,
        '秒' | '초' => Unit::Second,
        _ => return None,
    })
}
