//! `DateTimeFormatInfo`: patterns and names.

use super::Text;

/// What `DateTimeFormatInfo` holds for the Gregorian calendar. Lists of patterns begin with the default one.
#[derive(Debug, Clone, PartialEq)]
pub struct DateFormat {
    pub short_date: Vec<Text>,
    pub long_date: Vec<Text>,
    pub short_time: Vec<Text>,
    pub long_time: Vec<Text>,
    pub year_month: Text,
    pub month_day: Text,
    /// Set when a script assigned `FullDateTimePattern`; otherwise it is long date, blank, long time.
    pub full_date_time: Option<Text>,
    pub am: Text,
    pub pm: Text,
    pub date_separator: Text,
    pub time_separator: Text,
    /// 0 is Sunday.
    pub first_day_of_week: u8,
    /// `CalendarWeekRule`: 0 FirstDay, 1 FirstFullWeek, 2 FirstFourDayWeek.
    pub week_rule: u8,
    pub day_names: Vec<Text>,
    pub abbreviated_day_names: Vec<Text>,
    pub shortest_day_names: Vec<Text>,
    /// Thirteen entries; the last is empty, as in .NET.
    pub month_names: Vec<Text>,
    pub abbreviated_month_names: Vec<Text>,
    pub month_genitive_names: Vec<Text>,
    pub abbreviated_month_genitive_names: Vec<Text>,
    pub era: Text,
    pub abbreviated_era: Text,
    pub calendar_name: Text,
}

fn list(s: &'static str) -> Vec<Text> {
    s.split('|').map(Text::from).collect()
}

impl DateFormat {
    /// `DateTimeFormatInfo.InvariantInfo`.
    pub fn invariant() -> DateFormat {
        let months = "January|February|March|April|May|June|July|August|September|October|November|December|";
        let short_months = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|";
        DateFormat {
            short_date: list("MM/dd/yyyy|yyyy-MM-dd"),
            long_date: list("dddd, dd MMMM yyyy"),
            short_time: list("HH:mm|hh:mm tt|H:mm|h:mm tt"),
            long_time: list("HH:mm:ss|hh:mm:ss tt|H:mm:ss|h:mm:ss tt"),
            year_month: "yyyy MMMM".into(),
            month_day: "MMMM dd".into(),
            full_date_time: None,
            am: "AM".into(),
            pm: "PM".into(),
            date_separator: "/".into(),
            time_separator: ":".into(),
            first_day_of_week: 0,
            week_rule: 0,
            day_names: list("Sunday|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday"),
            abbreviated_day_names: list("Sun|Mon|Tue|Wed|Thu|Fri|Sat"),
            shortest_day_names: list("Su|Mo|Tu|We|Th|Fr|Sa"),
            month_names: list(months),
            abbreviated_month_names: list(short_months),
            month_genitive_names: list(months),
            abbreviated_month_genitive_names: list(short_months),
            era: "A.D.".into(),
            abbreviated_era: "AD".into(),
            calendar_name: "Gregorian Calendar".into(),
        }
    }

    /// `ShortDatePattern`.
    pub fn short_date_pattern(&self) -> &str {
        self.short_date.first().map_or("MM/dd/yyyy", |s| s)
    }

    /// `LongDatePattern`.
    pub fn long_date_pattern(&self) -> &str {
        self.long_date.first().map_or("dddd, dd MMMM yyyy", |s| s)
    }

    /// `ShortTimePattern`.
    pub fn short_time_pattern(&self) -> &str {
        self.short_time.first().map_or("HH:mm", |s| s)
    }

    /// `LongTimePattern`.
    pub fn long_time_pattern(&self) -> &str {
        self.long_time.first().map_or("HH:mm:ss", |s| s)
    }

    /// `FullDateTimePattern` (format `F`).
    pub fn full_date_time_pattern(&self) -> String {
        match &self.full_date_time {
            Some(p) => p.to_string(),
            None => format!("{} {}", self.long_date_pattern(), self.long_time_pattern()),
        }
    }

    /// The separator between two fields of a pattern, which is how .NET derives `DateSeparator` and `TimeSeparator`
    /// from ICU's patterns.
    pub(super) fn separator(pattern: &str, parts: &[char], default: &'static str) -> Text {
        let chars: Vec<char> = pattern.chars().collect();
        let Some(start) = field(&chars, 0, parts) else { return default.into() };
        let mut i = start;
        while i < chars.len() && chars[i] == chars[start] {
            i += 1;
        }
        if i >= chars.len() {
            return default.into();
        }
        let Some(end) = field(&chars, i, parts) else { return default.into() };
        let mut out = String::new();
        let mut k = i;
        while k < end {
            match chars[k] {
                '\\' => {
                    k += 1;
                    out.extend(chars.get(k));
                }
                '\'' => {}
                c => out.push(c),
            }
            k += 1;
        }
        out.into()
    }
}

fn field(chars: &[char], from: usize, parts: &[char]) -> Option<usize> {
    let mut quoted = false;
    let mut i = from;
    while i < chars.len() {
        match chars[i] {
            '\'' => quoted = !quoted,
            '\\' => i += 1,
            c if !quoted && parts.contains(&c) => return Some(i),
            _ => {}
        }
        i += 1;
    }
    None
}
