//! The table of encodings: code page, names, display name.

use std::borrow::Cow;

/// How a code page is coded.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Coding {
    Utf8,
    Utf7,
    Utf16 {
        big: bool,
    },
    Utf32 {
        big: bool,
    },
    Ascii,
    Latin1,
    /// A table of encoding_rs, by label.
    Web(&'static str),
    /// EUC-KR proper: only what KS X 1001 has.
    EucKr,
    Iso2022Kr,
    /// A single-byte table of ours.
    Oem(u16),
}

/// An encoding with its byte order mark setting.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Encoding {
    pub code_page: u16,
    /// `WebName`, `HeaderName`, `BodyName`.
    pub web_name: &'static str,
    /// `EncodingName`.
    pub display_name: &'static str,
    /// Whether `GetPreamble` gives a byte order mark.
    pub preamble: bool,
    pub(super) coding: Coding,
}

/// Why there is no such encoding.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum EncodingError {
    /// `ArgumentException`.
    #[error(
        "'{0}' is not a supported encoding name. For information on defining a custom encoding, see the documentation for the Encoding.RegisterProvider method. (Parameter 'name')"
    )]
    Name(String),
    /// `NotSupportedException`.
    #[error(
        "No data is available for encoding {0}. For information on defining a custom encoding, see the documentation for the Encoding.RegisterProvider method."
    )]
    CodePage(i64),
    /// `ArgumentOutOfRangeException`.
    #[error("Valid values are between 0 and 65535, inclusive. (Parameter 'codepage')")]
    Range(i64),
}

type Row = (u16, &'static str, &'static str, Coding, &'static [&'static str]);

/// Code page, web name, display name, coding, other names.
static TABLE: &[Row] = &[
    (
        65001,
        "utf-8",
        "Unicode (UTF-8)",
        Coding::Utf8,
        &["utf8", "unicode-1-1-utf-8", "unicode-2-0-utf-8", "x-unicode-1-1-utf-8", "x-unicode-2-0-utf-8"],
    ),
    (
        1200,
        "utf-16",
        "Unicode",
        Coding::Utf16 { big: false },
        &["unicode", "utf-16le", "ucs-2", "iso-10646-ucs-2", "utf16"],
    ),
    (1201, "utf-16BE", "Unicode (Big-Endian)", Coding::Utf16 { big: true }, &["unicodefffe"]),
    (12000, "utf-32", "Unicode (UTF-32)", Coding::Utf32 { big: false }, &["utf-32le"]),
    (12001, "utf-32BE", "Unicode (UTF-32 Big-Endian)", Coding::Utf32 { big: true }, &[]),
    (65000, "utf-7", "Unicode (UTF-7)", Coding::Utf7, &["unicode-1-1-utf-7", "unicode-2-0-utf-7", "csunicode11utf7"]),
    (
        20127,
        "us-ascii",
        "US-ASCII",
        Coding::Ascii,
        &[
            "ascii",
            "ansi_x3.4-1968",
            "ansi_x3.4-1986",
            "cp367",
            "csascii",
            "ibm367",
            "iso-ir-6",
            "iso646-us",
            "iso_646.irv:1991",
            "us",
        ],
    ),
    (
        28591,
        "iso-8859-1",
        "Western European (ISO)",
        Coding::Latin1,
        &["latin1", "l1", "iso8859-1", "iso_8859-1", "iso_8859-1:1987", "iso-ir-100", "cp819", "ibm819", "csisolatin1"],
    ),
    (
        949,
        "ks_c_5601-1987",
        "Korean",
        Coding::Web("euc-kr"),
        &[
            "ks_c_5601",
            "ksc5601",
            "ksc_5601",
            "korean",
            "ks_c_5601_1987",
            "ks_c_5601-1989",
            "iso-ir-149",
            "csksc56011987",
        ],
    ),
    (51949, "euc-kr", "Korean (EUC)", Coding::EucKr, &["cseuckr", "iso-2022-kr-8", "iso-2022-kr-8bit"]),
    (50225, "iso-2022-kr", "Korean (ISO)", Coding::Iso2022Kr, &["csiso2022kr", "iso-2022-kr-7", "iso-2022-kr-7bit"]),
    (
        932,
        "shift_jis",
        "Japanese (Shift-JIS)",
        Coding::Web("shift_jis"),
        &["shift-jis", "sjis", "ms_kanji", "csshiftjis", "x-sjis", "x-ms-cp932", "cswindows31j", "windows-31j"],
    ),
    (
        51932,
        "euc-jp",
        "Japanese (EUC)",
        Coding::Web("euc-jp"),
        &["x-euc", "x-euc-jp", "cseucpkdfmtjapanese", "extended_unix_code_packed_format_for_japanese"],
    ),
    (20932, "EUC-JP", "Japanese (JIS 0208-1990 and 0212-1990)", Coding::Web("euc-jp"), &[]),
    (50220, "iso-2022-jp", "Japanese (JIS)", Coding::Web("iso-2022-jp"), &[]),
    (
        936,
        "gb2312",
        "Chinese Simplified (GB2312)",
        Coding::Web("gbk"),
        &[
            "gbk",
            "chinese",
            "cn-gb",
            "csgb2312",
            "gb2312-80",
            "gb231280",
            "gb_2312-80",
            "iso-ir-58",
            "csiso58gb231280",
            "cp936",
        ],
    ),
    (54936, "GB18030", "Chinese Simplified (GB18030)", Coding::Web("gb18030"), &[]),
    (51936, "EUC-CN", "Chinese Simplified (EUC)", Coding::Web("gbk"), &["x-euc-cn"]),
    (950, "big5", "Chinese Traditional (Big5)", Coding::Web("big5"), &["big5-hkscs", "cn-big5", "csbig5", "x-x-big5"]),
    (1250, "windows-1250", "Central European (Windows)", Coding::Web("windows-1250"), &["x-cp1250"]),
    (1251, "windows-1251", "Cyrillic (Windows)", Coding::Web("windows-1251"), &["x-cp1251"]),
    (1252, "windows-1252", "Western European (Windows)", Coding::Web("windows-1252"), &["x-ansi"]),
    (1253, "windows-1253", "Greek (Windows)", Coding::Web("windows-1253"), &[]),
    (1254, "windows-1254", "Turkish (Windows)", Coding::Web("windows-1254"), &[]),
    (1255, "windows-1255", "Hebrew (Windows)", Coding::Web("windows-1255"), &[]),
    (1256, "windows-1256", "Arabic (Windows)", Coding::Web("windows-1256"), &["cp1256"]),
    (1257, "windows-1257", "Baltic (Windows)", Coding::Web("windows-1257"), &[]),
    (1258, "windows-1258", "Vietnamese (Windows)", Coding::Web("windows-1258"), &[]),
    (874, "windows-874", "Thai (Windows)", Coding::Web("windows-874"), &["dos-874", "iso-8859-11", "tis-620"]),
    (
        28592,
        "iso-8859-2",
        "Central European (ISO)",
        Coding::Web("iso-8859-2"),
        &["latin2", "l2", "iso8859-2", "csisolatin2", "iso-ir-101"],
    ),
    (28593, "iso-8859-3", "Latin 3 (ISO)", Coding::Web("iso-8859-3"), &["latin3", "l3"]),
    (28594, "iso-8859-4", "Baltic (ISO)", Coding::Web("iso-8859-4"), &["latin4", "l4"]),
    (28595, "iso-8859-5", "Cyrillic (ISO)", Coding::Web("iso-8859-5"), &["cyrillic"]),
    (28596, "iso-8859-6", "Arabic (ISO)", Coding::Web("iso-8859-6"), &["arabic"]),
    (28597, "iso-8859-7", "Greek (ISO)", Coding::Web("iso-8859-7"), &["greek", "greek8"]),
    (28598, "iso-8859-8", "Hebrew (ISO-Visual)", Coding::Web("iso-8859-8"), &["hebrew", "visual"]),
    (28599, "iso-8859-9", "Turkish (ISO)", Coding::Web("windows-1254"), &["latin5", "l5"]),
    (28603, "iso-8859-13", "Estonian (ISO)", Coding::Web("iso-8859-13"), &[]),
    (28605, "iso-8859-15", "Latin 9 (ISO)", Coding::Web("iso-8859-15"), &["latin9", "l9", "latin-9"]),
    (20866, "koi8-r", "Cyrillic (KOI8-R)", Coding::Web("koi8-r"), &["koi", "koi8", "koi8r"]),
    (21866, "koi8-u", "Cyrillic (KOI8-U)", Coding::Web("koi8-u"), &["koi8-ru"]),
    (10000, "macintosh", "Western European (Mac)", Coding::Web("macintosh"), &[]),
    (866, "cp866", "Cyrillic (DOS)", Coding::Web("ibm866"), &["ibm866"]),
    (437, "IBM437", "OEM United States", Coding::Oem(437), &["437", "cp437", "cspc8codepage437"]),
    (737, "ibm737", "Greek (DOS)", Coding::Oem(737), &[]),
    (775, "ibm775", "Baltic (DOS)", Coding::Oem(775), &["cp500"]),
    (850, "ibm850", "Western European (DOS)", Coding::Oem(850), &["cp850"]),
    (852, "ibm852", "Central European (DOS)", Coding::Oem(852), &["cp852"]),
    (855, "IBM855", "OEM Cyrillic", Coding::Oem(855), &["cp855"]),
    (857, "ibm857", "Turkish (DOS)", Coding::Oem(857), &["cp857"]),
    (858, "IBM00858", "OEM Multilingual Latin I", Coding::Oem(858), &["cp00858", "cp858", "pc-multilingual-850+euro"]),
    (860, "IBM860", "Portuguese (DOS)", Coding::Oem(860), &["cp860"]),
    (861, "ibm861", "Icelandic (DOS)", Coding::Oem(861), &["cp861"]),
    (862, "DOS-862", "Hebrew (DOS)", Coding::Oem(862), &["cp862", "ibm862"]),
    (863, "IBM863", "French Canadian (DOS)", Coding::Oem(863), &["cp863"]),
    (865, "IBM865", "Nordic (DOS)", Coding::Oem(865), &["cp865"]),
    (869, "ibm869", "Greek, Modern (DOS)", Coding::Oem(869), &["cp869"]),
];

impl Encoding {
    fn from_row(r: &Row) -> Encoding {
        Encoding {
            code_page: r.0,
            web_name: r.1,
            display_name: r.2,
            preamble: matches!(r.3, Coding::Utf8 | Coding::Utf16 { .. } | Coding::Utf32 { .. }),
            coding: r.3,
        }
    }

    /// `Encoding.GetEncoding(name)`; names ignore case.
    pub fn by_name(name: &str) -> Result<Encoding, EncodingError> {
        let n = name.trim();
        let hit = |r: &&Row| r.1.eq_ignore_ascii_case(n) || r.4.iter().any(|a| a.eq_ignore_ascii_case(n));
        TABLE.iter().find(hit).map(Encoding::from_row).ok_or_else(|| EncodingError::Name(name.to_string()))
    }

    /// `Encoding.GetEncoding(codepage)`; 0 is the default, UTF-8.
    pub fn by_code_page(page: i64) -> Result<Encoding, EncodingError> {
        if !(0..=65535).contains(&page) {
            return Err(EncodingError::Range(page));
        }
        if page == 0 {
            return Ok(Encoding::utf8(false));
        }
        TABLE.iter().find(|r| i64::from(r.0) == page).map(Encoding::from_row).ok_or(EncodingError::CodePage(page))
    }

    /// UTF-8, with or without byte order mark.
    pub fn utf8(preamble: bool) -> Encoding {
        Encoding { preamble, ..Encoding::from_row(&TABLE[0]) }
    }

    /// The same encoding with or without byte order mark.
    pub fn with_preamble(self, preamble: bool) -> Encoding {
        Encoding { preamble, ..self }
    }

    /// What PowerShell's `-Encoding` takes: its own names, .NET's names, code page numbers.
    pub fn for_parameter(name: &str) -> Result<Encoding, EncodingError> {
        match name.to_ascii_lowercase().as_str() {
            "utf8" | "utf8nobom" | "default" | "oem" => Ok(Encoding::utf8(false)),
            "utf8bom" => Ok(Encoding::utf8(true)),
            "unicode" | "string" | "unknown" => Encoding::by_code_page(1200),
            "bigendianunicode" => Encoding::by_code_page(1201),
            "utf32" => Encoding::by_code_page(12000),
            "bigendianutf32" => Encoding::by_code_page(12001),
            "utf7" => Encoding::by_code_page(65000),
            // The ANSI code page of en-US; on Linux the culture's own is asked for.
            "ansi" => Encoding::by_code_page(1252),
            n => match n.parse::<i64>() {
                Ok(page) => Encoding::by_code_page(page),
                Err(_) => Encoding::by_name(name),
            },
        }
    }

    /// `GetPreamble`.
    pub fn preamble_bytes(&self) -> &'static [u8] {
        if !self.preamble {
            return &[];
        }
        match self.coding {
            Coding::Utf8 => &[0xEF, 0xBB, 0xBF],
            Coding::Utf16 { big: false } => &[0xFF, 0xFE],
            Coding::Utf16 { big: true } => &[0xFE, 0xFF],
            Coding::Utf32 { big: false } => &[0xFF, 0xFE, 0, 0],
            Coding::Utf32 { big: true } => &[0, 0, 0xFE, 0xFF],
            _ => &[],
        }
    }

    /// `IsSingleByte`.
    pub fn is_single_byte(&self) -> bool {
        match self.coding {
            Coding::Ascii | Coding::Latin1 | Coding::Oem(_) => true,
            Coding::Web(label) => {
                encoding_rs::Encoding::for_label(label.as_bytes()).is_some_and(encoding_rs::Encoding::is_single_byte)
            }
            _ => false,
        }
    }

    /// The encoding that a byte order mark tells, and the mark's length.
    pub fn detect(bytes: &[u8]) -> Option<(Encoding, usize)> {
        let (page, len) = match bytes {
            [0xFF, 0xFE, 0, 0, ..] => (12000, 4),
            [0, 0, 0xFE, 0xFF, ..] => (12001, 4),
            [0xEF, 0xBB, 0xBF, ..] => (65001, 3),
            [0xFF, 0xFE, ..] => (1200, 2),
            [0xFE, 0xFF, ..] => (1201, 2),
            _ => return None,
        };
        Encoding::by_code_page(page).ok().map(|e| (e, len))
    }

    /// A file's text: by its byte order mark, else by this encoding.
    pub fn decode_file<'b>(&self, bytes: &'b [u8]) -> Cow<'b, str> {
        match Encoding::detect(bytes) {
            Some((e, n)) => e.decode(&bytes[n..]),
            None => self.decode(bytes),
        }
    }
}

/// `Encoding.GetEncodings`.
pub fn all_encodings() -> impl Iterator<Item = Encoding> {
    TABLE.iter().map(Encoding::from_row)
}
