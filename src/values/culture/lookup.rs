//! From a name or an LCID to a [`Culture`].

use super::{Culture, DateFormat, NumberFormat, Region, Text};
use hashbrown::HashMap;
use parking_lot::Mutex;
use std::cell::RefCell;
use std::sync::Arc;

/// One specific culture a line; the columns are read in `from_row`, in order.
static TABLE: &str = include_str!("cultures.tsv");
/// Language names: name, primary language id (hexadecimal), English name, native name.
static LANGUAGES: &str = include_str!("neutral.tsv");

/// The name or number is not a culture.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CultureNotFound {
    #[error("Culture is not supported. (Parameter 'name')\n{0} is an invalid culture identifier.")]
    Name(String),
    #[error("Culture is not supported. (Parameter 'culture')\n{0} (0x{0:04x}) is an invalid culture identifier.")]
    Lcid(u32),
}

/// The names in the embedded table (`CultureInfo.GetCultures`), languages and specific ones, sorted by name.
pub fn culture_names() -> Vec<&'static str> {
    let mut names: Vec<&'static str> =
        TABLE.lines().chain(LANGUAGES.lines()).filter_map(|l| l.split('\t').next()).collect();
    names.sort_unstable();
    names.dedup();
    names
}

impl Culture {
    /// The culture of that name, ignoring case. Loaded cultures are kept.
    pub fn get(name: &str) -> Result<Arc<Culture>, CultureNotFound> {
        static LOADED: Mutex<Option<HashMap<String, Arc<Culture>>>> = Mutex::new(None);
        thread_local! {
            /// The culture that was asked for last, by the name that was asked for: nearly always the session's own.
            static LAST: RefCell<Option<(String, Arc<Culture>)>> = const { RefCell::new(None) };
        }
        let last = LAST.with_borrow(|last| last.as_ref().filter(|(n, _)| n == name).map(|(_, c)| c.clone()));
        if let Some(culture) = last {
            return Ok(culture);
        }
        let keep = |culture: &Arc<Culture>| LAST.set(Some((name.to_owned(), culture.clone())));
        let key = name.to_ascii_lowercase().replace('_', "-");
        if let Some(c) = LOADED.lock().get_or_insert_with(HashMap::new).get(&key) {
            keep(c);
            return Ok(c.clone());
        }
        let culture = Arc::new(load(name, &key)?);
        keep(&culture);
        LOADED.lock().get_or_insert_with(HashMap::new).insert(key, culture.clone());
        Ok(culture)
    }

    /// The culture of that LCID; ids of a language alone give the neutral culture.
    pub fn from_lcid(lcid: u32) -> Result<Arc<Culture>, CultureNotFound> {
        if lcid == 127 {
            return Culture::get("");
        }
        let hex = format!("{lcid:04X}");
        for line in TABLE.lines() {
            let mut f = line.split('\t');
            if let (Some(n), Some(id)) = (f.next(), f.next())
                && id == hex
            {
                return Culture::get(n);
            }
        }
        for line in LANGUAGES.lines() {
            let mut f = line.split('\t');
            if let (Some(n), Some(id)) = (f.next(), f.next())
                && u32::from_str_radix(id, 16) == Ok(lcid)
            {
                return Culture::get(n);
            }
        }
        Err(CultureNotFound::Lcid(lcid))
    }
}

fn row<'a>(table: &'a str, key: &str) -> Option<Vec<&'a str>> {
    table
        .lines()
        .find(|l| l.split('\t').next().is_some_and(|n| n.eq_ignore_ascii_case(key)))
        .map(|l| l.split('\t').collect())
}

fn load(name: &str, key: &str) -> Result<Culture, CultureNotFound> {
    if key.is_empty() {
        return Ok(Culture::invariant().clone());
    }
    if let Some(r) = row(TABLE, key) {
        return Ok(from_row(&r));
    }
    if !well_formed(key) {
        return Err(CultureNotFound::Name(name.to_string()));
    }
    // A language, or a name of a known language with another region: formats of the language's main region.
    let language = key.split('-').next().unwrap_or(key);
    let known = row(LANGUAGES, key);
    let like = match key {
        "zh-hant" => TABLE.lines().find(|l| l.starts_with("zh-TW\t")),
        "en" => TABLE.lines().find(|l| l.starts_with("en-US\t")),
        "de" | "fr" | "es" | "it" | "nl" => {
            let own = format!("{language}-{}\t", language.to_ascii_uppercase());
            TABLE.lines().find(|l| l.starts_with(&own))
        }
        "pt" => TABLE.lines().find(|l| l.starts_with("pt-BR\t")),
        "ar" => TABLE.lines().find(|l| l.starts_with("ar-EG\t")),
        _ => TABLE.lines().find(|l| l.split('-').next() == Some(language)),
    };
    let mut c = match like {
        Some(l) => from_row(&l.split('\t').collect::<Vec<_>>()),
        None => Culture::invariant().clone(),
    };
    c.name = canonical(key).into();
    c.lcid = 4096;
    c.region = None;
    c.neutral = !key.contains('-');
    if let Some(k) = known {
        c.neutral = true;
        c.lcid = k.get(1).and_then(|h| u32::from_str_radix(h, 16).ok()).unwrap_or(4096);
        c.english_name = k.get(2).map_or("", |v| *v).to_string().into();
        c.native_name = k.get(3).map_or("", |v| *v).to_string().into();
        c.display_name = c.english_name.clone();
        return Ok(c);
    }
    let language_name = row(LANGUAGES, language).and_then(|k| k.get(2).map(|s| s.to_string()));
    let shown = match (key.split_once('-'), language_name) {
        (Some((_, rest)), Some(l)) => format!("{l} ({})", rest.to_ascii_uppercase()),
        (Some((l, rest)), None) => format!("{l} ({})", rest.to_ascii_uppercase()),
        (None, Some(l)) => l,
        (None, None) => key.to_string(),
    };
    c.english_name = shown.clone().into();
    c.native_name = shown.clone().into();
    c.display_name = shown.into();
    c.three_letter_iso = if like.is_some() { c.three_letter_iso } else { "".into() };
    c.three_letter_windows = "ZZZ".into();
    Ok(c)
}

/// What ICU takes as a locale name: alphanumeric parts, the language two to eight characters (or `i`), others up to eight.
fn well_formed(key: &str) -> bool {
    let mut parts = key.split('-');
    let language = parts.next().unwrap_or("");
    key.len() < 85
        && (2..=8).contains(&language.len())
        && language.bytes().all(|b| b.is_ascii_alphanumeric())
        && parts.all(|p| (1..=8).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphanumeric()))
}

/// `en-us` to `en-US`, `sr-latn-rs` to `sr-Latn-RS`; parts after the language are upper case otherwise.
fn canonical(key: &str) -> String {
    let mut out = String::new();
    for (i, p) in key.split('-').enumerate() {
        if i == 0 {
            out.push_str(p);
            continue;
        }
        out.push('-');
        if p.len() == 4 && i == 1 && p.bytes().all(|b| b.is_ascii_alphabetic()) {
            out.push_str(&p[..1].to_ascii_uppercase());
            out.push_str(&p[1..]);
        } else {
            out.push_str(&p.to_ascii_uppercase());
        }
    }
    out
}

fn list(s: &'static str) -> Vec<Text> {
    s.split('|').map(Text::from).collect()
}

fn months(s: &'static str) -> Vec<Text> {
    let mut v = list(s);
    v.push("".into());
    v
}

fn sizes(s: &str) -> Vec<u8> {
    s.split(',').filter_map(|p| p.parse().ok()).collect()
}

fn from_row(r: &[&'static str]) -> Culture {
    let f = |i: usize| -> &'static str { r.get(i).copied().unwrap_or("") };
    let t = |i: usize| -> Text { Text::Borrowed(f(i)) };
    let n = |i: usize| -> u8 { f(i).parse().unwrap_or(0) };
    let number = NumberFormat {
        decimal_separator: t(4),
        group_separator: t(5),
        group_sizes: sizes(f(6)),
        decimal_digits: 3,
        negative_pattern: 1,
        negative_sign: t(7),
        positive_sign: t(8),
        nan_symbol: t(9),
        positive_infinity: t(10),
        negative_infinity: format!("{}{}", f(7), f(10)).into(),
        percent_symbol: t(11),
        per_mille_symbol: t(12),
        percent_decimal_separator: t(4),
        percent_group_separator: t(5),
        percent_group_sizes: sizes(f(6)),
        percent_decimal_digits: 3,
        percent_positive_pattern: n(13),
        percent_negative_pattern: n(14),
        currency_symbol: t(15),
        currency_decimal_digits: n(16),
        currency_decimal_separator: t(17),
        currency_group_separator: t(18),
        currency_positive_pattern: n(19),
        currency_negative_pattern: n(20),
        currency_group_sizes: sizes(f(21)),
    };
    let short_date = list(f(22));
    let short_time = f(24);
    let date = DateFormat {
        date_separator: DateFormat::separator(&short_date[0], &['d', 'y', 'M'], "/"),
        time_separator: DateFormat::separator(short_time, &['H', 'h', 'm', 's'], ":"),
        short_date,
        long_date: list(f(23)),
        short_time: vec![t(24)],
        long_time: vec![t(25)],
        year_month: t(26),
        month_day: t(27),
        full_date_time: None,
        am: t(28),
        pm: t(29),
        first_day_of_week: n(30),
        week_rule: n(31),
        day_names: list(f(32)),
        abbreviated_day_names: list(f(33)),
        shortest_day_names: list(f(34)),
        month_names: months(f(35)),
        abbreviated_month_names: months(f(36)),
        month_genitive_names: months(f(37)),
        abbreviated_month_genitive_names: months(f(38)),
        era: t(39),
        abbreviated_era: t(40),
        calendar_name: "Gregorian Calendar".into(),
    };
    let name = f(0);
    let language = name.split('-').next().unwrap_or("");
    Culture {
        name: t(0),
        lcid: u32::from_str_radix(f(1), 16).unwrap_or(4096),
        english_name: t(2),
        native_name: t(3),
        display_name: t(2),
        neutral: false,
        three_letter_iso: t(46),
        three_letter_windows: windows_name(name, f(46)).into(),
        // ICU has no list separator; .NET derives it from the decimal separator's habit.
        list_separator: if f(4) == "," { ";".into() } else { ",".into() },
        right_to_left: matches!(language, "ar" | "he" | "fa" | "ur"),
        number,
        date,
        region: Some(Region {
            name: name.rsplit('-').next().unwrap_or("").into(),
            english_name: t(42),
            native_name: t(43),
            three_letter_iso: t(47),
            iso_currency: t(41),
            currency_symbol: t(15),
            currency_english_name: t(44),
            currency_native_name: t(45),
            metric: !matches!(name.rsplit('-').next(), Some("US" | "LR" | "MM")),
        }),
    }
}

/// `ThreeLetterWindowsLanguageName` of the common cultures; others follow from the ISO name.
fn windows_name(name: &str, iso: &str) -> String {
    let known = match name {
        "en-US" => "ENU",
        "en-GB" => "ENG",
        "en-CA" => "ENC",
        "en-AU" => "ENA",
        "ko-KR" => "KOR",
        "de-DE" => "DEU",
        "de-AT" => "DEA",
        "de-CH" => "DES",
        "fr-FR" => "FRA",
        "fr-CA" => "FRC",
        "ja-JP" => "JPN",
        "es-ES" => "ESN",
        "es-MX" => "ESM",
        "pt-BR" => "PTB",
        "pt-PT" => "PTG",
        "zh-CN" => "CHS",
        "zh-TW" => "CHT",
        "zh-HK" => "ZHH",
        _ => return iso.to_ascii_uppercase(),
    };
    known.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for (given, name, lcid) in [
            ("en-us", "en-US", 0x409),
            ("KO-kr", "ko-KR", 0x412),
            ("de", "de", 7),
            ("", "", 127),
            ("xx-notreal-culture", "xx-NOTREAL-CULTURE", 4096),
            ("NaN", "nan", 4096),
            ("2024-02-29", "2024-02-29", 4096),
        ] {
            let c = Culture::get(given).unwrap();
            assert_eq!((c.name.as_ref(), c.lcid), (name, lcid), "{given}");
        }
        for bad in ["x", "3.5", " 8 ", "9223372036854775807", "red, blue", "-1.5"] {
            assert!(Culture::get(bad).is_err(), "{bad}");
        }
        assert_eq!(Culture::from_lcid(5).unwrap().name, "cs");
        assert_eq!(Culture::from_lcid(65).unwrap().name, "sw");
        assert_eq!(
            Culture::from_lcid(300).unwrap_err().to_string(),
            "Culture is not supported. (Parameter 'culture')\n300 (0x012c) is an invalid culture identifier."
        );
    }

    #[test]
    fn formats() {
        let ko = Culture::get("ko-KR").unwrap();
        assert_eq!(ko.date.date_separator, ". ");
        assert_eq!(ko.date.am, "오전");
        assert_eq!(ko.number.currency_decimal_digits, 0);
        let en = Culture::get("en-US").unwrap();
        assert_eq!(en.date.short_time_pattern(), "h:mm\u{202f}tt");
        for n in culture_names() {
            let c = Culture::get(n).unwrap();
            assert_eq!(c.date.month_names.len(), 13, "{n}");
        }
    }
}
