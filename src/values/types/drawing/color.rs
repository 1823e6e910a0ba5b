//! System.Drawing.Color and ColorTranslator: colours by name, by parts and as HTML writes them.

use crate::error::Result;
use crate::types::system::enumeration;
use crate::types::{Behaviour, Call, State, TypeDef, TypeRef, fail, hold_named, state_of};
use crate::value::Value;

const COLOR: &str = "System.Drawing.Color";
const KNOWN: &str = "System.Drawing.KnownColor";

/// A colour: its parts, and the name that it was made by.
#[derive(Clone, Debug, PartialEq)]
struct Color {
    argb: u32,
    /// As KnownColor spells it where `known` is set.
    name: Option<String>,
    /// The number in KnownColor; 0 for colours of parts and of names that nobody knows.
    known: i64,
    is_empty: bool,
}

impl Color {
    fn of(argb: u32) -> Color {
        Color { argb, name: None, known: 0, is_empty: false }
    }

    fn empty() -> Color {
        Color { argb: 0, name: None, known: 0, is_empty: true }
    }

    /// The parts: alpha, red, green, blue.
    fn parts(&self) -> [u8; 4] {
        self.argb.to_be_bytes()
    }

    fn name(&self) -> String {
        self.name.clone().unwrap_or_else(|| format!("{:x}", self.argb))
    }

    fn is_of_system(&self) -> bool {
        (1..=26).contains(&self.known) || (168..=174).contains(&self.known)
    }

    /// Smallest and largest of red, green and blue.
    fn range(&self) -> (u8, u8) {
        let [_, r, g, b] = self.parts();
        (r.min(g).min(b), r.max(g).max(b))
    }

    fn hue(&self) -> f32 {
        let [_, r, g, b] = self.parts();
        let (low, high) = self.range();
        if low == high {
            return 0.0;
        }
        let (delta, far) = (f32::from(high - low), |a: u8, b: u8| f32::from(a) - f32::from(b));
        let sixth = if r == high {
            far(g, b) / delta
        } else if g == high {
            far(b, r) / delta + 2.0
        } else {
            far(r, g) / delta + 4.0
        };
        let hue = sixth * 60.0;
        if hue < 0.0 { hue + 360.0 } else { hue }
    }

    fn brightness(&self) -> f32 {
        let (low, high) = self.range();
        (f32::from(high) + f32::from(low)) / 510.0
    }

    fn saturation(&self) -> f32 {
        let (low, high) = self.range();
        if low == high {
            return 0.0;
        }
        let sum = i32::from(high) + i32::from(low);
        let around = if sum > 255 { 510 - sum } else { sum };
        f32::from(high - low) / around as f32
    }
}

impl State for Color {
    fn text(&self) -> Option<String> {
        if self.is_empty {
            return Some("Color [Empty]".to_string());
        }
        let [a, r, g, b] = self.parts();
        Some(match &self.name {
            Some(name) => format!("Color [{name}]"),
            None => format!("Color [A={a}, R={r}, G={g}, B={b}]"),
        })
    }
    fn is_equal(&self, other: &Self) -> bool {
        self == other
    }
    fn hash(&self) -> Option<u64> {
        Some(u64::from(self.argb) << 8 | self.known as u64)
    }
}

/// The colours of a screen that .NET takes where no system says its own.
const OF_SYSTEM: &[(&str, u32)] = &[
    ("ActiveBorder", 0xFFD4D0C8),
    ("ActiveCaption", 0xFF0054E3),
    ("ActiveCaptionText", 0xFFFFFFFF),
    ("AppWorkspace", 0xFF808080),
    ("Control", 0xFFECE9D8),
    ("ControlDark", 0xFFACA899),
    ("ControlDarkDark", 0xFF716F64),
    ("ControlLight", 0xFFF1EFE2),
    ("ControlLightLight", 0xFFFFFFFF),
    ("ControlText", 0xFF000000),
    ("Desktop", 0xFF004E98),
    ("GrayText", 0xFFACA899),
    ("Highlight", 0xFF316AC5),
    ("HighlightText", 0xFFFFFFFF),
    ("HotTrack", 0xFF000080),
    ("InactiveBorder", 0xFFD4D0C8),
    ("InactiveCaption", 0xFF7A96DF),
    ("InactiveCaptionText", 0xFFD8E4F8),
    ("Info", 0xFFFFFFE1),
    ("InfoText", 0xFF000000),
    ("Menu", 0xFFFFFFFF),
    ("MenuText", 0xFF000000),
    ("ScrollBar", 0xFFD4D0C8),
    ("Window", 0xFFFFFFFF),
    ("WindowFrame", 0xFF000000),
    ("WindowText", 0xFF000000),
    ("ButtonFace", 0xFFF0F0F0),
    ("ButtonHighlight", 0xFFFFFFFF),
    ("ButtonShadow", 0xFFA0A0A0),
    ("GradientActiveCaption", 0xFFB9D1EA),
    ("GradientInactiveCaption", 0xFFD7E4F2),
    ("MenuBar", 0xFFF0F0F0),
    ("MenuHighlight", 0xFF3399FF),
];

macro_rules! colors {
    ($($name:ident $argb:literal),* $(,)?) => {
        /// The colours with a name.
        const NAMED: &[(&str, u32)] = &[$((stringify!($name), $argb)),*];
        const STATICS: &[(&str, Behaviour)] = &[$((concat!("::", stringify!($name)), |c| named(c))),*];
    };
}

colors! {
    Transparent 0x00FFFFFF, AliceBlue 0xFFF0F8FF, AntiqueWhite 0xFFFAEBD7, Aqua 0xFF00FFFF, Aquamarine 0xFF7FFFD4,
    Azure 0xFFF0FFFF, Beige 0xFFF5F5DC, Bisque 0xFFFFE4C4, Black 0xFF000000, BlanchedAlmond 0xFFFFEBCD,
    Blue 0xFF0000FF, BlueViolet 0xFF8A2BE2, Brown 0xFFA52A2A, BurlyWood 0xFFDEB887, CadetBlue 0xFF5F9EA0,
    Chartreuse 0xFF7FFF00, Chocolate 0xFFD2691E, Coral 0xFFFF7F50, CornflowerBlue 0xFF6495ED, Cornsilk 0xFFFFF8DC,
    Crimson 0xFFDC143C, Cyan 0xFF00FFFF, DarkBlue 0xFF00008B, DarkCyan 0xFF008B8B, DarkGoldenrod 0xFFB8860B,
    DarkGray 0xFFA9A9A9, DarkGreen 0xFF006400, DarkKhaki 0xFFBDB76B, DarkMagenta 0xFF8B008B,
    DarkOliveGreen 0xFF556B2F, DarkOrange 0xFFFF8C00, DarkOrchid 0xFF9932CC, DarkRed 0xFF8B0000,
    DarkSalmon 0xFFE9967A, DarkSeaGreen 0xFF8FBC8F, DarkSlateBlue 0xFF483D8B, DarkSlateGray 0xFF2F4F4F,
    DarkTurquoise 0xFF00CED1, DarkViolet 0xFF9400D3, DeepPink 0xFFFF1493, DeepSkyBlue 0xFF00BFFF, DimGray 0xFF696969,
    DodgerBlue 0xFF1E90FF, Firebrick 0xFFB22222, FloralWhite 0xFFFFFAF0, ForestGreen 0xFF228B22, Fuchsia 0xFFFF00FF,
    Gainsboro 0xFFDCDCDC, GhostWhite 0xFFF8F8FF, Gold 0xFFFFD700, Goldenrod 0xFFDAA520, Gray 0xFF808080,
    Green 0xFF008000, GreenYellow 0xFFADFF2F, Honeydew 0xFFF0FFF0, HotPink 0xFFFF69B4, IndianRed 0xFFCD5C5C,
    Indigo 0xFF4B0082, Ivory 0xFFFFFFF0, Khaki 0xFFF0E68C, Lavender 0xFFE6E6FA, LavenderBlush 0xFFFFF0F5,
    LawnGreen 0xFF7CFC00, LemonChiffon 0xFFFFFACD, LightBlue 0xFFADD8E6, LightCoral 0xFFF08080, LightCyan 0xFFE0FFFF,
    LightGoldenrodYellow 0xFFFAFAD2, LightGray 0xFFD3D3D3, LightGreen 0xFF90EE90, LightPink 0xFFFFB6C1,
    LightSalmon 0xFFFFA07A, LightSeaGreen 0xFF20B2AA, LightSkyBlue 0xFF87CEFA, LightSlateGray 0xFF778899,
    LightSteelBlue 0xFFB0C4DE, LightYellow 0xFFFFFFE0, Lime 0xFF00FF00, LimeGreen 0xFF32CD32, Linen 0xFFFAF0E6,
    Magenta 0xFFFF00FF, Maroon 0xFF800000, MediumAquamarine 0xFF66CDAA, MediumBlue 0xFF0000CD,
    MediumOrchid 0xFFBA55D3, MediumPurple 0xFF9370DB, MediumSeaGreen 0xFF3CB371, MediumSlateBlue 0xFF7B68EE,
    MediumSpringGreen 0xFF00FA9A, MediumTurquoise 0xFF48D1CC, MediumVioletRed 0xFFC71585, MidnightBlue 0xFF191970,
    MintCream 0xFFF5FFFA, MistyRose 0xFFFFE4E1, Moccasin 0xFFFFE4B5, NavajoWhite 0xFFFFDEAD, Navy 0xFF000080,
    OldLace 0xFFFDF5E6, Olive 0xFF808000, OliveDrab 0xFF6B8E23, Orange 0xFFFFA500, OrangeRed 0xFFFF4500,
    Orchid 0xFFDA70D6, PaleGoldenrod 0xFFEEE8AA, PaleGreen 0xFF98FB98, PaleTurquoise 0xFFAFEEEE,
    PaleVioletRed 0xFFDB7093, PapayaWhip 0xFFFFEFD5, PeachPuff 0xFFFFDAB9, Peru 0xFFCD853F, Pink 0xFFFFC0CB,
    Plum 0xFFDDA0DD, PowderBlue 0xFFB0E0E6, Purple 0xFF800080, Red 0xFFFF0000, RosyBrown 0xFFBC8F8F,
    RoyalBlue 0xFF4169E1, SaddleBrown 0xFF8B4513, Salmon 0xFFFA8072, SandyBrown 0xFFF4A460, SeaGreen 0xFF2E8B57,
    SeaShell 0xFFFFF5EE, Sienna 0xFFA0522D, Silver 0xFFC0C0C0, SkyBlue 0xFF87CEEB, SlateBlue 0xFF6A5ACD,
    SlateGray 0xFF708090, Snow 0xFFFFFAFA, SpringGreen 0xFF00FF7F, SteelBlue 0xFF4682B4, Tan 0xFFD2B48C,
    Teal 0xFF008080, Thistle 0xFFD8BFD8, Tomato 0xFFFF6347, Turquoise 0xFF40E0D0, Violet 0xFFEE82EE,
    Wheat 0xFFF5DEB3, White 0xFFFFFFFF, WhiteSmoke 0xFFF5F5F5, Yellow 0xFFFFFF00, YellowGreen 0xFF9ACD32,
    RebeccaPurple 0xFF663399
}

fn make(color: Color) -> Value {
    hold_named(COLOR, color)
}

fn known(name: &str) -> Option<Color> {
    let (name, argb) = NAMED.iter().chain(OF_SYSTEM).find(|(n, _)| n.eq_ignore_ascii_case(name))?;
    let known = enumeration::parse(TypeRef::find(KNOWN)?, name, true).ok()?;
    Some(Color { argb: *argb, name: Some((*name).to_string()), known, is_empty: false })
}

fn named(c: &mut Call<'_>) -> Result {
    Ok(known(c.name).map_or(Value::Null, make))
}

fn part(c: &Call<'_>, name: &str) -> Result<u32> {
    let given = c.named_int(name).unwrap_or(0);
    if (0..=255).contains(&given) {
        return Ok(given as u32);
    }
    let text = format!(
        "Value of '{given}' is not valid for '{name}'. '{name}' should be greater than or equal to 0 and less than or equal to 255."
    );
    fail::argument(text, "").throw()
}

fn from_argb(c: &mut Call<'_>) -> Result {
    if c.place("argb").is_some() {
        return Ok(make(Color::of(c.long(0) as u32)));
    }
    let alpha = if c.place("alpha").is_some() { part(c, "alpha")? } else { 255 };
    let rgb = match state_of::<Color>(&c.named("baseColor").unwrap_or_default()) {
        Some(base) => base.argb & 0x00FF_FFFF,
        None => part(c, "red")? << 16 | part(c, "green")? << 8 | part(c, "blue")?,
    };
    Ok(make(Color::of(alpha << 24 | rgb)))
}

fn from_name(name: &str) -> Color {
    known(name).unwrap_or_else(|| Color { argb: 0, name: Some(name.to_string()), known: 0, is_empty: false })
}

fn own<R>(c: &Call<'_>, f: impl FnOnce(&Color) -> R) -> Result<R> {
    c.with(|color: &mut Color| f(color))
}

fn same(c: &Call<'_>) -> bool {
    state_of::<Color>(c.arg(0)) == state_of::<Color>(c.arg(1))
}

/// As the converter of colours reads a text: a name, `#RRGGBB`, a number, or its parts.
fn converted(text: &str) -> Option<Color> {
    let text = text.trim();
    if text.is_empty() || text.starts_with('#') {
        return from_html(text);
    }
    if let Some(color) = known(text) {
        return Some(color);
    }
    let number = |text: &str| -> Option<u32> {
        let text = text.trim();
        match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
            Some(digits) => u32::from_str_radix(digits, 16).ok(),
            None => text.parse::<i64>().ok().map(|n| n as u32),
        }
    };
    let numbers: Vec<u32> = text.split(',').map(number).collect::<Option<_>>()?;
    match numbers.as_slice() {
        [argb] => Some(Color::of(*argb)),
        [r, g, b] if numbers.iter().all(|n| *n < 256) => Some(Color::of(0xFF00_0000 | r << 16 | g << 8 | b)),
        [a, r, g, b] if numbers.iter().all(|n| *n < 256) => Some(Color::of(a << 24 | r << 16 | g << 8 | b)),
        _ => None,
    }
}

const MEMBERS: &[(&str, Behaviour)] = &[
    ("new", |_| Ok(make(Color::empty()))),
    (crate::types::define::FROM_TEXT, |c| match converted(&c.str(0)) {
        Some(color) => Ok(make(color)),
        None => fail::argument(format!("'{}' is not a valid value for 'Color'.", c.str(0)), "").throw(),
    }),
    ("::Empty", |_| Ok(make(Color::empty()))),
    ("::FromArgb", from_argb),
    ("::FromKnownColor", |c| {
        let name = crate::convert::to_display(c.arg(0));
        Ok(make(known(&name).unwrap_or_else(Color::empty)))
    }),
    ("::FromName", |c| Ok(make(from_name(&c.str(0))))),
    ("::op_Equality", |c| Ok(Value::Bool(same(c)))),
    ("::op_Inequality", |c| Ok(Value::Bool(!same(c)))),
    ("Equals", |c| {
        let other = state_of::<Color>(c.arg(0));
        own(c, |color| Value::Bool(other.as_ref() == Some(color)))
    }),
    ("A", |c| own(c, |color| Value::U8(color.parts()[0]))),
    ("R", |c| own(c, |color| Value::U8(color.parts()[1]))),
    ("G", |c| own(c, |color| Value::U8(color.parts()[2]))),
    ("B", |c| own(c, |color| Value::U8(color.parts()[3]))),
    ("IsEmpty", |c| own(c, |color| Value::Bool(color.is_empty))),
    ("IsKnownColor", |c| own(c, |color| Value::Bool(color.known != 0))),
    ("IsNamedColor", |c| own(c, |color| Value::Bool(color.name.is_some()))),
    ("IsSystemColor", |c| own(c, |color| Value::Bool(color.is_of_system()))),
    ("Name", |c| own(c, |color| Value::from(color.name()))),
    ("GetBrightness", |c| own(c, |color| Value::F32(color.brightness()))),
    ("GetHue", |c| own(c, |color| Value::F32(color.hue()))),
    ("GetSaturation", |c| own(c, |color| Value::F32(color.saturation()))),
    ("ToArgb", |c| own(c, |color| Value::I32(color.argb as i32))),
    ("ToKnownColor", |c| own(c, |color| enumeration::make(KNOWN, color.known))),
];

/// `#RGB`, `#RRGGBB`, a name of HTML or a number.
fn from_html(text: &str) -> Option<Color> {
    let text = text.trim();
    if text.is_empty() {
        return Some(Color::empty());
    }
    if let Some(digits) = text.strip_prefix('#') {
        let number = u32::from_str_radix(digits, 16).ok()?;
        return match digits.len() {
            3 => {
                let twice = |shift: u32| ((number >> shift) & 15) * 17;
                Some(Color::of(0xFF00_0000 | twice(8) << 16 | twice(4) << 8 | twice(0)))
            }
            6 => Some(Color::of(0xFF00_0000 | number)),
            _ => None,
        };
    }
    let name = if text.eq_ignore_ascii_case("LightGrey") { "LightGray" } else { text };
    known(name)
}

fn swapped(argb: u32) -> u32 {
    let [_, r, g, b] = argb.to_be_bytes();
    u32::from_be_bytes([0, b, g, r])
}

const TRANSLATOR: &[(&str, Behaviour)] = &[
    ("::FromHtml", |c| match from_html(&c.str(0)) {
        Some(color) => Ok(make(color)),
        None => fail::argument(format!("{} is not a valid value for Color.", c.str(0)), "value").throw(),
    }),
    ("::ToHtml", |c| {
        let Some(color) = state_of::<Color>(c.arg(0)) else { return fail::null("c").throw() };
        let [_, r, g, b] = color.parts();
        Ok(Value::from(match &color.name {
            _ if color.is_empty => String::new(),
            Some(name) if name == "LightGray" => "LightGrey".to_string(),
            Some(name) => name.clone(),
            None => format!("#{r:02X}{g:02X}{b:02X}"),
        }))
    }),
    ("::FromWin32", |c| Ok(make(Color::of(0xFF00_0000 | swapped(c.long(0) as u32))))),
    ("::FromOle", |c| Ok(make(Color::of(0xFF00_0000 | swapped(c.long(0) as u32))))),
    ("::ToWin32", |c| Ok(Value::I32(state_of::<Color>(c.arg(0)).map_or(0, |color| swapped(color.argb)) as i32))),
    ("::ToOle", |c| Ok(Value::I32(state_of::<Color>(c.arg(0)).map_or(0, |color| swapped(color.argb)) as i32))),
];

pub static TYPES: &[TypeDef] = &[
    TypeDef { name: COLOR, like: &[], members: MEMBERS },
    TypeDef { name: COLOR, like: &[], members: STATICS },
    TypeDef { name: "System.Drawing.ColorTranslator", like: &[], members: TRANSLATOR },
];
