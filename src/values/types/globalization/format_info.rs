//! System.Globalization: members of NumberFormatInfo and DateTimeFormatInfo.

use super::culture_info::{Dates, Numbers};
use crate::culture::{Culture, DateFormat, NumberFormat, Text};
use crate::error::Result;
use crate::types::system::enumeration;
use crate::types::{Call, TypeDef, TypeRef, hold_named};
use crate::value::Value;

fn number(c: &Call<'_>, f: fn(&NumberFormat) -> Value) -> Result {
    c.with(|n: &mut Numbers| f(&n.0))
}

fn set_number(c: &mut Call<'_>, f: fn(&mut NumberFormat, &Call<'_>)) -> Result {
    let mut made = c.with(|n: &mut Numbers| n.0.clone())?;
    f(&mut made, c);
    c.with(|n: &mut Numbers| n.0 = made)?;
    Ok(Value::Void)
}

fn date(c: &Call<'_>, f: fn(&DateFormat) -> Value) -> Result {
    c.with(|d: &mut Dates| f(&d.0))
}

fn set_date(c: &mut Call<'_>, f: fn(&mut DateFormat, &Call<'_>)) -> Result {
    let mut made = c.with(|d: &mut Dates| d.0.clone())?;
    f(&mut made, c);
    c.with(|d: &mut Dates| d.0 = made)?;
    Ok(Value::Void)
}

fn text(t: &Text) -> Value {
    Value::from(t.to_string())
}

fn texts(list: &[Text]) -> Value {
    Value::typed_array(TypeRef::STRING, list.iter().map(text).collect())
}

fn sizes(list: &[u8]) -> Value {
    Value::typed_array(TypeRef::INT32, list.iter().map(|n| Value::I32(i32::from(*n))).collect())
}

fn given(c: &Call<'_>) -> Text {
    c.str(0).to_string().into()
}

fn given_texts(c: &Call<'_>) -> Vec<Text> {
    c.items(0).iter().map(|v| Text::from(crate::convert::to_display(v))).collect()
}

fn given_sizes(c: &Call<'_>) -> Vec<u8> {
    c.items(0).iter().map(|v| v.as_i64().unwrap_or(0) as u8).collect()
}

/// Puts a pattern in front of the list, as the default one.
fn first(list: &mut Vec<Text>, pattern: Text) {
    list.retain(|p| *p != pattern);
    list.insert(0, pattern);
}

pub static TYPES: &[TypeDef] = &[
    TypeDef {
        name: "System.Globalization.NumberFormatInfo",
        like: &[],
        members: &[
            ("new", |_| Ok(hold_named("System.Globalization.NumberFormatInfo", Numbers(NumberFormat::invariant())))),
            ("::InvariantInfo", |_| {
                Ok(hold_named("System.Globalization.NumberFormatInfo", Numbers(Culture::invariant().number.clone())))
            }),
            ("::CurrentInfo", |c| {
                Ok(hold_named("System.Globalization.NumberFormatInfo", Numbers(c.culture().number.clone())))
            }),
            ("Clone", |c| c.with(|n: &mut Numbers| hold_named("System.Globalization.NumberFormatInfo", n.clone()))),
            ("IsReadOnly", |_| Ok(Value::Bool(false))),
            ("NumberDecimalSeparator", |c| number(c, |n| text(&n.decimal_separator))),
            ("NumberDecimalSeparator=", |c| set_number(c, |n, c| n.decimal_separator = given(c))),
            ("NumberGroupSeparator", |c| number(c, |n| text(&n.group_separator))),
            ("NumberGroupSeparator=", |c| set_number(c, |n, c| n.group_separator = given(c))),
            ("NumberGroupSizes", |c| number(c, |n| sizes(&n.group_sizes))),
            ("NumberGroupSizes=", |c| set_number(c, |n, c| n.group_sizes = given_sizes(c))),
            ("NumberDecimalDigits", |c| number(c, |n| Value::I32(i32::from(n.decimal_digits)))),
            ("NumberDecimalDigits=", |c| set_number(c, |n, c| n.decimal_digits = c.long(0) as u8)),
            ("NumberNegativePattern", |c| number(c, |n| Value::I32(i32::from(n.negative_pattern)))),
            ("NumberNegativePattern=", |c| set_number(c, |n, c| n.negative_pattern = c.long(0) as u8)),
            ("NegativeSign", |c| number(c, |n| text(&n.negative_sign))),
            ("NegativeSign=", |c| set_number(c, |n, c| n.negative_sign = given(c))),
            ("PositiveSign", |c| number(c, |n| text(&n.positive_sign))),
            ("PositiveSign=", |c| set_number(c, |n, c| n.positive_sign = given(c))),
            ("NaNSymbol", |c| number(c, |n| text(&n.nan_symbol))),
            ("NaNSymbol=", |c| set_number(c, |n, c| n.nan_symbol = given(c))),
            ("PositiveInfinitySymbol", |c| number(c, |n| text(&n.positive_infinity))),
            ("PositiveInfinitySymbol=", |c| set_number(c, |n, c| n.positive_infinity = given(c))),
            ("NegativeInfinitySymbol", |c| number(c, |n| text(&n.negative_infinity))),
            ("NegativeInfinitySymbol=", |c| set_number(c, |n, c| n.negative_infinity = given(c))),
            ("PercentSymbol", |c| number(c, |n| text(&n.percent_symbol))),
            ("PercentSymbol=", |c| set_number(c, |n, c| n.percent_symbol = given(c))),
            ("PerMilleSymbol", |c| number(c, |n| text(&n.per_mille_symbol))),
            ("PerMilleSymbol=", |c| set_number(c, |n, c| n.per_mille_symbol = given(c))),
            ("PercentDecimalSeparator", |c| number(c, |n| text(&n.percent_decimal_separator))),
            ("PercentDecimalSeparator=", |c| set_number(c, |n, c| n.percent_decimal_separator = given(c))),
            ("PercentGroupSeparator", |c| number(c, |n| text(&n.percent_group_separator))),
            ("PercentGroupSeparator=", |c| set_number(c, |n, c| n.percent_group_separator = given(c))),
            ("PercentGroupSizes", |c| number(c, |n| sizes(&n.percent_group_sizes))),
            ("PercentGroupSizes=", |c| set_number(c, |n, c| n.percent_group_sizes = given_sizes(c))),
            ("PercentDecimalDigits", |c| number(c, |n| Value::I32(i32::from(n.percent_decimal_digits)))),
            ("PercentDecimalDigits=", |c| set_number(c, |n, c| n.percent_decimal_digits = c.long(0) as u8)),
            ("PercentPositivePattern", |c| number(c, |n| Value::I32(i32::from(n.percent_positive_pattern)))),
            ("PercentPositivePattern=", |c| set_number(c, |n, c| n.percent_positive_pattern = c.long(0) as u8)),
            ("PercentNegativePattern", |c| number(c, |n| Value::I32(i32::from(n.percent_negative_pattern)))),
            ("PercentNegativePattern=", |c| set_number(c, |n, c| n.percent_negative_pattern = c.long(0) as u8)),
            ("CurrencySymbol", |c| number(c, |n| text(&n.currency_symbol))),
            ("CurrencySymbol=", |c| set_number(c, |n, c| n.currency_symbol = given(c))),
            ("CurrencyDecimalSeparator", |c| number(c, |n| text(&n.currency_decimal_separator))),
            ("CurrencyDecimalSeparator=", |c| set_number(c, |n, c| n.currency_decimal_separator = given(c))),
            ("CurrencyGroupSeparator", |c| number(c, |n| text(&n.currency_group_separator))),
            ("CurrencyGroupSeparator=", |c| set_number(c, |n, c| n.currency_group_separator = given(c))),
            ("CurrencyGroupSizes", |c| number(c, |n| sizes(&n.currency_group_sizes))),
            ("CurrencyGroupSizes=", |c| set_number(c, |n, c| n.currency_group_sizes = given_sizes(c))),
            ("CurrencyDecimalDigits", |c| number(c, |n| Value::I32(i32::from(n.currency_decimal_digits)))),
            ("CurrencyDecimalDigits=", |c| set_number(c, |n, c| n.currency_decimal_digits = c.long(0) as u8)),
            ("CurrencyPositivePattern", |c| number(c, |n| Value::I32(i32::from(n.currency_positive_pattern)))),
            ("CurrencyPositivePattern=", |c| set_number(c, |n, c| n.currency_positive_pattern = c.long(0) as u8)),
            ("CurrencyNegativePattern", |c| number(c, |n| Value::I32(i32::from(n.currency_negative_pattern)))),
            ("CurrencyNegativePattern=", |c| set_number(c, |n, c| n.currency_negative_pattern = c.long(0) as u8)),
        ],
    },
    TypeDef {
        name: "System.Globalization.DateTimeFormatInfo",
        like: &[],
        members: &[
            ("new", |_| Ok(hold_named("System.Globalization.DateTimeFormatInfo", Dates(DateFormat::invariant())))),
            ("::InvariantInfo", |_| {
                Ok(hold_named("System.Globalization.DateTimeFormatInfo", Dates(Culture::invariant().date.clone())))
            }),
            ("::CurrentInfo", |c| {
                Ok(hold_named("System.Globalization.DateTimeFormatInfo", Dates(c.culture().date.clone())))
            }),
            ("Clone", |c| c.with(|d: &mut Dates| hold_named("System.Globalization.DateTimeFormatInfo", d.clone()))),
            ("IsReadOnly", |_| Ok(Value::Bool(false))),
            ("FirstDayOfWeek", |c| date(c, |d| enumeration::make("System.DayOfWeek", i64::from(d.first_day_of_week)))),
            ("FirstDayOfWeek=", |c| set_date(c, |d, c| d.first_day_of_week = c.long(0) as u8)),
            ("CalendarWeekRule", |c| {
                date(c, |d| enumeration::make("System.Globalization.CalendarWeekRule", i64::from(d.week_rule)))
            }),
            ("CalendarWeekRule=", |c| set_date(c, |d, c| d.week_rule = c.long(0) as u8)),
            ("FullDateTimePattern", |c| {
                date(c, |d| match &d.full_date_time {
                    Some(full) => text(full),
                    None => Value::from(format!(
                        "{} {}",
                        d.long_date.first().map_or("", |t| t),
                        d.long_time.first().map_or("", |t| t)
                    )),
                })
            }),
            ("FullDateTimePattern=", |c| set_date(c, |d, c| d.full_date_time = Some(given(c)))),
            ("RFC1123Pattern", |_| Ok(Value::from("ddd, dd MMM yyyy HH':'mm':'ss 'GMT'"))),
            ("SortableDateTimePattern", |_| Ok(Value::from("yyyy'-'MM'-'dd'T'HH':'mm':'ss"))),
            ("UniversalSortableDateTimePattern", |_| Ok(Value::from("yyyy'-'MM'-'dd HH':'mm':'ss'Z'"))),
            ("GetMonthName", |c| {
                let at = (c.long(0) - 1).clamp(0, 12) as usize;
                c.with(|d: &mut Dates| d.0.month_names.get(at).map_or(Value::Null, text))
            }),
            ("GetAbbreviatedMonthName", |c| {
                let at = (c.long(0) - 1).clamp(0, 12) as usize;
                c.with(|d: &mut Dates| d.0.abbreviated_month_names.get(at).map_or(Value::Null, text))
            }),
            ("GetDayName", |c| {
                let at = c.long(0).clamp(0, 6) as usize;
                c.with(|d: &mut Dates| d.0.day_names.get(at).map_or(Value::Null, text))
            }),
            ("GetAbbreviatedDayName", |c| {
                let at = c.long(0).clamp(0, 6) as usize;
                c.with(|d: &mut Dates| d.0.abbreviated_day_names.get(at).map_or(Value::Null, text))
            }),
            ("Calendar", |_| Ok(super::calendar::gregorian())),
            ("NativeCalendarName", |c| date(c, |d| text(&d.calendar_name))),
            ("GetShortestDayName", |c| {
                let at = c.long(0).clamp(0, 6) as usize;
                c.with(|d: &mut Dates| d.0.shortest_day_names.get(at).map_or(Value::Null, text))
            }),
            ("GetEra", |c| {
                let name = c.need_str(0)?;
                let (full, short) = c.with(|d: &mut Dates| (d.0.era.clone(), d.0.abbreviated_era.clone()))?;
                let is_known = [&*full, &*short, "A.D.", "AD"].iter().any(|n| n.eq_ignore_ascii_case(&name));
                Ok(Value::I32(if is_known { 1 } else { -1 }))
            }),
            ("GetEraName", |c| era(c, false)),
            ("GetAbbreviatedEraName", |c| era(c, true)),
            ("GetAllDateTimePatterns", |c| patterns(c)),
            ("GetFormat", |c| {
                let is_own = c.type_arg(0).is_some_and(|t| t.name() == "System.Globalization.DateTimeFormatInfo");
                Ok(if is_own { c.this.clone() } else { Value::Null })
            }),
            ("::GetInstance", |c| {
                let culture = c.provider(0);
                Ok(hold_named("System.Globalization.DateTimeFormatInfo", Dates(culture.date.clone())))
            }),
            ("::ReadOnly", |c| Ok(c.arg(0).clone())),
            ("ShortDatePattern", |c| date(c, |d| d.short_date.first().map_or(Value::Null, text))),
            ("ShortDatePattern=", |c| set_date(c, |d, c| first(&mut d.short_date, given(c)))),
            ("LongDatePattern", |c| date(c, |d| d.long_date.first().map_or(Value::Null, text))),
            ("LongDatePattern=", |c| set_date(c, |d, c| first(&mut d.long_date, given(c)))),
            ("ShortTimePattern", |c| date(c, |d| d.short_time.first().map_or(Value::Null, text))),
            ("ShortTimePattern=", |c| set_date(c, |d, c| first(&mut d.short_time, given(c)))),
            ("LongTimePattern", |c| date(c, |d| d.long_time.first().map_or(Value::Null, text))),
            ("LongTimePattern=", |c| set_date(c, |d, c| first(&mut d.long_time, given(c)))),
            ("YearMonthPattern", |c| date(c, |d| text(&d.year_month))),
            ("YearMonthPattern=", |c| set_date(c, |d, c| d.year_month = given(c))),
            ("MonthDayPattern", |c| date(c, |d| text(&d.month_day))),
            ("MonthDayPattern=", |c| set_date(c, |d, c| d.month_day = given(c))),
            ("AMDesignator", |c| date(c, |d| text(&d.am))),
            ("AMDesignator=", |c| set_date(c, |d, c| d.am = given(c))),
            ("PMDesignator", |c| date(c, |d| text(&d.pm))),
            ("PMDesignator=", |c| set_date(c, |d, c| d.pm = given(c))),
            ("DateSeparator", |c| date(c, |d| text(&d.date_separator))),
            ("DateSeparator=", |c| set_date(c, |d, c| d.date_separator = given(c))),
            ("TimeSeparator", |c| date(c, |d| text(&d.time_separator))),
            ("TimeSeparator=", |c| set_date(c, |d, c| d.time_separator = given(c))),
            ("DayNames", |c| date(c, |d| texts(&d.day_names))),
            ("DayNames=", |c| set_date(c, |d, c| d.day_names = given_texts(c))),
            ("AbbreviatedDayNames", |c| date(c, |d| texts(&d.abbreviated_day_names))),
            ("AbbreviatedDayNames=", |c| set_date(c, |d, c| d.abbreviated_day_names = given_texts(c))),
            ("ShortestDayNames", |c| date(c, |d| texts(&d.shortest_day_names))),
            ("ShortestDayNames=", |c| set_date(c, |d, c| d.shortest_day_names = given_texts(c))),
            ("MonthNames", |c| date(c, |d| texts(&d.month_names))),
            ("MonthNames=", |c| set_date(c, |d, c| d.month_names = given_texts(c))),
            ("AbbreviatedMonthNames", |c| date(c, |d| texts(&d.abbreviated_month_names))),
            ("AbbreviatedMonthNames=", |c| set_date(c, |d, c| d.abbreviated_month_names = given_texts(c))),
            ("MonthGenitiveNames", |c| date(c, |d| texts(&d.month_genitive_names))),
            ("MonthGenitiveNames=", |c| set_date(c, |d, c| d.month_genitive_names = given_texts(c))),
            ("AbbreviatedMonthGenitiveNames", |c| date(c, |d| texts(&d.abbreviated_month_genitive_names))),
            ("AbbreviatedMonthGenitiveNames=", |c| {
                set_date(c, |d, c| d.abbreviated_month_genitive_names = given_texts(c))
            }),
        ],
    },
];

fn era(c: &mut Call<'_>, is_short: bool) -> Result {
    if !(0..=1).contains(&c.long(0)) {
        return crate::types::fail::range("Era value was not valid.", "era").throw();
    }
    if is_short { date(c, |d| text(&d.abbreviated_era)) } else { date(c, |d| text(&d.era)) }
}

/// `GetAllDateTimePatterns`: the patterns of one standard format, or of all in their order.
fn patterns(c: &mut Call<'_>) -> Result {
    let letters: Vec<char> = match c.count() {
        0 => "dDfFgGmMoOrRstTuUyY".chars().collect(),
        _ => vec![c.char(0)],
    };
    let dates = c.with(|d: &mut Dates| d.0.clone())?;
    let both = |days: &[Text], times: &[Text]| -> Vec<String> {
        days.iter().flat_map(|day| times.iter().map(move |time| format!("{day} {time}"))).collect()
    };
    let own = |list: &[Text]| -> Vec<String> { list.iter().map(|t| t.to_string()).collect() };
    let mut all = Vec::new();
    for letter in letters {
        all.extend(match letter {
            'd' => own(&dates.short_date),
            'D' => own(&dates.long_date),
            'f' => both(&dates.long_date, &dates.short_time),
            'F' | 'U' => both(&dates.long_date, &dates.long_time),
            'g' => both(&dates.short_date, &dates.short_time),
            'G' => both(&dates.short_date, &dates.long_time),
            'm' | 'M' => vec![dates.month_day.to_string()],
            'o' | 'O' => vec!["yyyy'-'MM'-'dd'T'HH':'mm':'ss'.'fffffffK".to_string()],
            'r' | 'R' => vec!["ddd, dd MMM yyyy HH':'mm':'ss 'GMT'".to_string()],
            's' => vec!["yyyy'-'MM'-'dd'T'HH':'mm':'ss".to_string()],
            't' => own(&dates.short_time),
            'T' => own(&dates.long_time),
            'u' => vec!["yyyy'-'MM'-'dd HH':'mm':'ss'Z'".to_string()],
            'y' | 'Y' => vec![dates.year_month.to_string()],
            _ => return crate::types::fail::argument("Format specifier was invalid.", "format").throw(),
        });
    }
    Ok(Value::typed_array(TypeRef::STRING, all.into_iter().map(Value::from).collect()))
}
