//! System.Globalization: CultureInfo, TextInfo, NumberFormatInfo, DateTimeFormatInfo.

use std::sync::Arc;

use crate::culture::{Culture, DateFormat, NumberFormat};
use crate::error::Result;
use crate::string::Str;
use crate::types::system::enumeration;
use crate::types::{Call, State, TypeDef, TypeRef, call::culture_named, fail, hold, hold_named, state_of};
use crate::value::Value;

/// The state of a CultureInfo.
#[derive(Clone)]
pub struct Info {
    pub culture: Arc<Culture>,
    /// Formats that a script replaced.
    number: Option<Value>,
    date: Option<Value>,
}

impl State for Info {
    fn text(&self) -> Option<String> {
        Some(self.culture.name.to_string())
    }
    fn is_equal(&self, other: &Self) -> bool {
        self.culture.name == other.culture.name
    }
    fn hash(&self) -> Option<u64> {
        Some(u64::from(self.culture.lcid))
    }
}

/// The state of a NumberFormatInfo.
#[derive(Clone)]
pub struct Numbers(pub NumberFormat);
impl State for Numbers {}

/// The state of a DateTimeFormatInfo.
#[derive(Clone)]
pub struct Dates(pub DateFormat);
impl State for Dates {}

/// The state of a TextInfo.
#[derive(Clone)]
struct Texts(Arc<Culture>);
impl State for Texts {
    fn text(&self) -> Option<String> {
        Some(format!("TextInfo - {}", self.0.name))
    }
}

/// A CultureInfo value.
pub fn make(culture: Arc<Culture>) -> Value {
    hold(TypeRef::CULTURE_INFO, Info { culture, number: None, date: None })
}

/// A CultureInfo value by name; none where the name is ill-formed.
pub fn make_named(name: &str) -> Option<Value> {
    Culture::get(name).ok().map(make)
}

/// The culture of a CultureInfo, NumberFormatInfo or DateTimeFormatInfo value.
pub fn culture_of(value: &Value) -> Option<Arc<Culture>> {
    if let Some(info) = state_of::<Info>(value) {
        let number = info.number.as_ref().and_then(state_of::<Numbers>);
        let date = info.date.as_ref().and_then(state_of::<Dates>);
        if number.is_none() && date.is_none() {
            return Some(info.culture);
        }
        let mut made = (*info.culture).clone();
        if let Some(number) = number {
            made.number = number.0;
        }
        if let Some(date) = date {
            made.date = date.0;
        }
        return Some(Arc::new(made));
    }
    if let Some(numbers) = state_of::<Numbers>(value) {
        let mut made = Culture::invariant().clone();
        made.number = numbers.0;
        return Some(Arc::new(made));
    }
    state_of::<Dates>(value).map(|dates| {
        let mut made = Culture::invariant().clone();
        made.date = dates.0;
        Arc::new(made)
    })
}

fn lookup(c: &mut Call<'_>) -> Result {
    let found = match c.arg(0).base() {
        Value::I32(n) => Culture::from_lcid(*n as u32),
        _ => Culture::get(&c.str(0)),
    };
    match found {
        Ok(culture) => Ok(make(culture)),
        Err(e) => fail::named("System.Globalization.CultureNotFoundException", e.to_string()).throw(),
    }
}

fn own(c: &Call<'_>) -> Result<Arc<Culture>> {
    c.with(|i: &mut Info| i.culture.clone())
}

fn text(c: &Call<'_>, f: fn(&Culture) -> String) -> Result {
    Ok(Value::from(f(&*own(c)?)))
}

/// Makes the culture of the argument the session's.
pub fn set_current(c: &mut Call<'_>) -> Result {
    let culture = c.arg(0).clone();
    let name = crate::members::note_or_null(c.ctx, &culture, "Name")?;
    let name = crate::convert::to_display(&name);
    if !c.ctx.set_culture(&name) {
        return fail::invalid("The culture of this session can't be changed.").throw();
    }
    Ok(Value::Void)
}

pub static TYPES: &[TypeDef] = &[
    TypeDef {
        name: "System.Globalization.CultureInfo",
        like: &[],
        members: &[
            ("new", |c| lookup(c)),
            ("::GetCultureInfo", |c| lookup(c)),
            ("::CreateSpecificCulture", |c| lookup(c)),
            ("::GetCultureInfoByIetfLanguageTag", |c| lookup(c)),
            ("::InvariantCulture", |_| Ok(make(Arc::new(Culture::invariant().clone())))),
            ("::CurrentCulture", |c| Ok(make(c.culture()))),
            ("::CurrentCulture=", |c| set_current(c)),
            ("::CurrentUICulture", |c| Ok(make(culture_named(c.ctx.ui_culture_name())))),
            ("::InstalledUICulture", |c| Ok(make(culture_named(c.ctx.ui_culture_name())))),
            ("::DefaultThreadCurrentCulture", |_| Ok(Value::Null)),
            ("::DefaultThreadCurrentUICulture", |_| Ok(Value::Null)),
            ("::GetCultures", |_| {
                let list = crate::culture::culture_names().into_iter().filter_map(make_named).collect();
                Ok(Value::typed_array(TypeRef::CULTURE_INFO, list))
            }),
            ("Name", |c| text(c, |i| i.name.to_string())),
            ("DisplayName", |c| {
                let ui = c.ctx.ui_culture_name().to_string();
                Ok(Value::from(own(c)?.display_name_in(&ui)))
            }),
            ("EnglishName", |c| text(c, |i| i.english_name.to_string())),
            ("NativeName", |c| text(c, |i| i.native_name.to_string())),
            ("IetfLanguageTag", |c| text(c, |i| i.ietf_tag().to_string())),
            ("TwoLetterISOLanguageName", |c| text(c, |i| i.two_letter_iso().to_string())),
            ("ThreeLetterISOLanguageName", |c| text(c, |i| i.three_letter_iso.to_string())),
            ("ThreeLetterWindowsLanguageName", |c| text(c, |i| i.three_letter_windows.to_string())),
            ("LCID", |c| Ok(Value::I32(own(c)?.lcid as i32))),
            ("KeyboardLayoutId", |c| Ok(Value::I32(own(c)?.lcid as i32))),
            ("IsNeutralCulture", |c| Ok(Value::Bool(own(c)?.neutral))),
            ("IsReadOnly", |_| Ok(Value::Bool(false))),
            ("UseUserOverride", |_| Ok(Value::Bool(true))),
            ("CultureTypes", |c| {
                Ok(enumeration::make("System.Globalization.CultureTypes", if own(c)?.neutral { 1 } else { 2 }))
            }),
            ("Calendar", |_| Ok(super::calendar::gregorian())),
            ("OptionalCalendars", |_| {
                let ty = TypeRef::find("System.Globalization.Calendar").unwrap_or(TypeRef::OBJECT);
                Ok(Value::typed_array(ty, vec![super::calendar::gregorian()]))
            }),
            ("ClearCachedData", |_| Ok(Value::Void)),
            ("GetConsoleFallbackUICulture", |c| Ok(c.this.clone())),
            ("Parent", |c| Ok(make(culture_named(&own(c)?.parent_name())))),
            ("TextInfo", |c| Ok(hold_named("System.Globalization.TextInfo", Texts(own(c)?)))),
            ("CompareInfo", |c| Ok(super::compare_info::make(&*own(c)?))),
            ("NumberFormat", |c| {
                let made = || hold_named("System.Globalization.NumberFormatInfo", Numbers(NumberFormat::invariant()));
                c.with(|i: &mut Info| {
                    let number = i.culture.number.clone();
                    i.number
                        .get_or_insert_with(|| {
                            let value = made();
                            if let Some(held) = value.as_foreign::<crate::types::Held<Numbers>>() {
                                held.lock().0 = number;
                            }
                            value
                        })
                        .clone()
                })
            }),
            ("NumberFormat=", |c| {
                let v = c.arg(0).clone();
                c.with(|i: &mut Info| i.number = Some(v))?;
                Ok(Value::Void)
            }),
            ("DateTimeFormat", |c| {
                c.with(|i: &mut Info| {
                    let date = i.culture.date.clone();
                    i.date
                        .get_or_insert_with(|| hold_named("System.Globalization.DateTimeFormatInfo", Dates(date)))
                        .clone()
                })
            }),
            ("DateTimeFormat=", |c| {
                let v = c.arg(0).clone();
                c.with(|i: &mut Info| i.date = Some(v))?;
                Ok(Value::Void)
            }),
            ("Clone", |c| {
                let culture = culture_of(c.this).unwrap_or_else(|| c.culture());
                Ok(make(culture))
            }),
            ("GetFormat", |c| Ok(c.this.clone())),
            ("::ReadOnly", |c| Ok(c.arg(0).clone())),
        ],
    },
    TypeDef {
        name: "System.Globalization.TextInfo",
        like: &[],
        members: &[
            ("ToTitleCase", |c| Ok(Value::from(title_case(&c.need_str(0)?)))),
            ("ToUpper", |c| Ok(Value::Str(case(c, crate::types::system::string::to_upper)?))),
            ("ToLower", |c| Ok(Value::Str(case(c, crate::types::system::string::to_lower)?))),
            ("ListSeparator", |c| c.with(|t: &mut Texts| Value::from(t.0.list_separator.to_string()))),
            ("CultureName", |c| c.with(|t: &mut Texts| Value::from(t.0.name.to_string()))),
            ("IsRightToLeft", |c| c.with(|t: &mut Texts| Value::Bool(t.0.right_to_left))),
            ("LCID", |c| c.with(|t: &mut Texts| Value::I32(t.0.lcid as i32))),
            ("IsReadOnly", |_| Ok(Value::Bool(false))),
            ("ANSICodePage", |c| c.with(|t: &mut Texts| Value::I32(t.0.ansi_code_page().into()))),
            ("OEMCodePage", |c| c.with(|t: &mut Texts| Value::I32(t.0.oem_code_page().into()))),
        ],
    },
];

fn case(c: &Call<'_>, f: fn(&Str, bool) -> Str) -> Result<Str> {
    let turkic = c.with(|t: &mut Texts| t.0.is_turkic())?;
    Ok(f(&c.str(0), turkic))
}

/// `TextInfo.ToTitleCase`: words of capitals alone stay.
pub fn title_case(text: &str) -> String {
    let mut out = String::new();
    let mut word = String::new();
    let flush = |word: &mut String, out: &mut String| {
        if word.is_empty() {
            return;
        }
        let letters: Vec<char> = word.chars().filter(|c| c.is_alphabetic()).collect();
        if !letters.is_empty() && letters.len() > 1 && letters.iter().all(|c| c.is_uppercase()) {
            out.push_str(word);
        } else {
            let mut chars = word.chars();
            if let Some(first) = chars.next() {
                out.push(crate::types::system::search::upper(first));
                out.extend(chars.map(crate::types::system::search::lower));
            }
        }
        word.clear();
    };
    for ch in text.chars() {
        if ch.is_alphabetic() || (!word.is_empty() && (ch.is_alphanumeric() || matches!(ch, '\'' | '\u{2019}'))) {
            word.push(ch);
        } else {
            flush(&mut word, &mut out);
            out.push(ch);
        }
    }
    flush(&mut word, &mut out);
    out
}
