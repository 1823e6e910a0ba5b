//! Names of cultures in the user's language (CLDR), and the code pages that Windows gives a language.

use super::Culture;

/// A language a line: its code, the names of languages, the names of regions.
static NAMES: &str = include_str!("display.tsv");

fn named<'a>(list: &'a str, key: &str) -> Option<&'a str> {
    list.split('|').find_map(|pair| pair.split_once('=').filter(|(k, _)| k.eq_ignore_ascii_case(key)).map(|(_, v)| v))
}

/// The language whose names are shown: Chinese by its script.
fn shown_language(ui: &str) -> &str {
    let folded = ui.to_ascii_lowercase();
    match folded.split('-').next().unwrap_or("") {
        "zh" if ["zh-tw", "zh-hk", "zh-mo", "zh-hant"].iter().any(|n| folded.starts_with(n)) => "zh-Hant",
        "no" | "nn" => "nb",
        _ => ui.split('-').next().unwrap_or(ui),
    }
}

/// A name with what tells it apart, as the language writes it.
pub(super) fn with_region(language: &str, name: &str, region: &str) -> String {
    match shown_language(language) {
        "ko" => format!("{name}({region})"),
        "zh" | "zh-Hant" => format!("{name}（{region}）"),
        _ => format!("{name} ({region})"),
    }
}

impl Culture {
    /// `CultureInfo.DisplayName`: the name in the language of the UI culture, else the English one.
    pub fn display_name_in(&self, ui: &str) -> String {
        let shown = shown_language(ui);
        let found = NAMES.lines().find_map(|line| {
            let mut columns = line.split('\t');
            (columns.next() == Some(shown)).then(|| (columns.next().unwrap_or(""), columns.next().unwrap_or("")))
        });
        let Some((languages, regions)) = found else { return self.display_name.to_string() };
        if let Some(name) = named(languages, &self.name) {
            return name.to_string();
        }
        match self.name.split_once('-') {
            Some((language, region)) => match (named(languages, language), named(regions, region)) {
                (Some(name), Some(region)) => with_region(shown, name, region),
                _ => self.display_name.to_string(),
            },
            None => self.display_name.to_string(),
        }
    }

    /// `TextInfo.ANSICodePage`.
    pub fn ansi_code_page(&self) -> u16 {
        match self.language() {
            "ko" => 949,
            "ja" => 932,
            "zh" if matches!(shown_language(&self.name), "zh-Hant") => 950,
            "zh" => 936,
            "th" => 874,
            "cs" | "hu" | "pl" | "ro" | "sk" | "sl" | "hr" | "sq" | "bs" | "hsb" => 1250,
            "sr" if self.name.contains("Cyrl") => 1251,
            "sr" => 1250,
            "ru" | "uk" | "be" | "bg" | "mk" | "ky" | "tt" | "ba" | "sah" => 1251,
            "el" => 1253,
            "tr" | "az" => 1254,
            "he" => 1255,
            "ar" | "fa" | "ur" | "prs" | "ug" | "ps" => 1256,
            "et" | "lv" | "lt" => 1257,
            "vi" => 1258,
            "hi" | "hy" | "ka" | "kk" | "bn" | "ta" | "te" | "kn" | "ml" | "gu" | "pa" | "mr" | "am" | "km" | "lo" => 0,
            _ => 1252,
        }
    }

    /// `TextInfo.OEMCodePage`.
    pub fn oem_code_page(&self) -> u16 {
        match self.ansi_code_page() {
            page @ (949 | 932 | 950 | 936 | 874 | 1258) => page,
            1250 => 852,
            1251 => 866,
            1253 => 737,
            1254 => 857,
            1255 => 862,
            1256 => 720,
            1257 => 775,
            0 => 1,
            _ if matches!(&*self.name, "en-US" | "") => 437,
            _ => 850,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_the_users_language() {
        for (culture, ui, want) in [
            ("ko-KR", "ko-KR", "한국어(대한민국)"),
            ("ko-KR", "de-DE", "Koreanisch (Südkorea)"),
            ("en-US", "ja-JP", "英語 (アメリカ合衆国)"),
            ("de", "fr-FR", "allemand"),
            ("de-DE", "zh-CN", "德语（德国）"),
            ("de-DE", "en-US", "German (Germany)"),
            ("de-DE", "xx", "German (Germany)"),
        ] {
            assert_eq!(Culture::get(culture).unwrap().display_name_in(ui), want, "{culture} in {ui}");
        }
    }
}
