//! `CultureInfo`, `RegionInfo` and `TextInfo` facts.

use super::{DateFormat, NumberFormat};
use std::borrow::Cow;

/// Text of a culture: static for the table's own, owned when a script changes it.
pub type Text = Cow<'static, str>;

/// One culture with its formats.
#[derive(Debug, Clone)]
pub struct Culture {
    /// `Name`, in the canonical spelling (`en-US`); empty for the invariant culture.
    pub name: Text,
    /// `LCID`; 4096 when the name has none, 127 for the invariant culture.
    pub lcid: u32,
    pub english_name: Text,
    pub native_name: Text,
    pub display_name: Text,
    pub neutral: bool,
    pub three_letter_iso: Text,
    pub three_letter_windows: Text,
    /// `TextInfo.ListSeparator`.
    pub list_separator: Text,
    pub right_to_left: bool,
    pub number: NumberFormat,
    pub date: DateFormat,
    pub region: Option<Region>,
}

/// What `RegionInfo` tells.
#[derive(Debug, Clone)]
pub struct Region {
    pub name: Text,
    pub english_name: Text,
    pub native_name: Text,
    pub three_letter_iso: Text,
    pub iso_currency: Text,
    pub currency_symbol: Text,
    pub currency_english_name: Text,
    pub currency_native_name: Text,
    pub metric: bool,
}

impl Culture {
    /// `CultureInfo.InvariantCulture`.
    pub fn invariant() -> &'static Culture {
        static INVARIANT: std::sync::OnceLock<Culture> = std::sync::OnceLock::new();
        INVARIANT.get_or_init(|| Culture {
            name: "".into(),
            lcid: 127,
            english_name: "Invariant Language (Invariant Country)".into(),
            native_name: "Invariant Language (Invariant Country)".into(),
            display_name: "Invariant Language (Invariant Country)".into(),
            neutral: false,
            three_letter_iso: "ivl".into(),
            three_letter_windows: "IVL".into(),
            list_separator: ",".into(),
            right_to_left: false,
            number: NumberFormat::invariant(),
            date: DateFormat::invariant(),
            region: None,
        })
    }

    /// The language part of the name in two (or three) letters; `iv` for the invariant culture.
    pub fn two_letter_iso(&self) -> &str {
        if self.name.is_empty() { "iv" } else { self.language() }
    }

    /// The part of the name before the first `-`.
    pub fn language(&self) -> &str {
        self.name.split('-').next().unwrap_or("")
    }

    /// `Parent.Name`.
    pub fn parent_name(&self) -> String {
        match self.name.as_ref() {
            "zh-CN" | "zh-SG" | "zh-Hans-CN" => "zh-Hans".into(),
            "zh-TW" | "zh-HK" | "zh-MO" => "zh-Hant".into(),
            n => n.rsplit_once('-').map_or(String::new(), |(p, _)| p.to_string()),
        }
    }

    /// `IetfLanguageTag`.
    pub fn ietf_tag(&self) -> &str {
        &self.name
    }

    /// Whether casing maps `i` to a dotted capital (Turkish and Azeri).
    pub fn is_turkic(&self) -> bool {
        matches!(self.language(), "tr" | "az")
    }
}
