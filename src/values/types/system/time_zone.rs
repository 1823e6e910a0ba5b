//! System.TimeZoneInfo and System.Globalization.ISOWeek.

use super::date_time::{of, time_error, value};
use super::formatting::zone;
use crate::error::Result;
use crate::time::{DateTime, Kind, TimeSpan, Zone};
use crate::types::{Call, State, TypeDef, fail, hold_named, state_of};
use crate::value::Value;

/// The state of a TimeZoneInfo.
#[derive(Clone)]
pub struct Info(pub Zone);

impl State for Info {
    fn text(&self) -> Option<String> {
        Some(self.0.display_name())
    }
    fn is_equal(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

/// A TimeZoneInfo value.
pub fn make(zone: Zone) -> Value {
    hold_named("System.TimeZoneInfo", Info(zone))
}

fn find(id: &str) -> Result<Zone> {
    Zone::find(id).or_else(|e| fail::named("System.TimeZoneNotFoundException", e.to_string()).throw())
}

fn own(c: &Call<'_>) -> Result<Zone> {
    c.with(|i: &mut Info| i.0.clone())
}

fn given(c: &Call<'_>, at: usize) -> Zone {
    state_of::<Info>(c.arg(at)).map_or_else(|| zone(c.ctx), |i| i.0)
}

fn to_utc(c: &Call<'_>, d: DateTime, from: &Zone) -> Result<DateTime> {
    match d.kind() {
        Kind::Utc => Ok(d),
        Kind::Local => Ok(d.to_universal(&zone(c.ctx))),
        Kind::Unspecified => from.to_utc(d).or_else(|e| time_error(&e).throw()),
    }
}

/// A time of UTC on the clock of a zone.
fn in_zone(c: &Call<'_>, utc: DateTime, to: &Zone) -> Result {
    let clock = to.from_utc(utc).or_else(|e| time_error(&e).throw())?;
    let kind = match to {
        Zone::Utc => Kind::Utc,
        z if z.id() == zone(c.ctx).id() => Kind::Local,
        _ => Kind::Unspecified,
    };
    Ok(value(clock.with_kind(kind)))
}

pub static TYPES: &[TypeDef] = &[TypeDef {
    name: "System.TimeZoneInfo",
    like: &[],
    members: &[
        ("::Local", |c| Ok(make(zone(c.ctx)))),
        ("::Utc", |_| Ok(make(Zone::Utc))),
        ("::FindSystemTimeZoneById", |c| find(&c.need_str(0)?).map(make)),
        ("::GetSystemTimeZones", |_| Ok(Value::array(Zone::all().into_iter().map(make).collect()))),
        ("::ClearCachedData", |_| Ok(Value::Void)),
        ("::ConvertTimeFromUtc", |c| {
            let (d, to) = (of(c.arg(0)), given(c, 1));
            in_zone(c, d, &to)
        }),
        ("::ConvertTimeToUtc", |c| {
            let from = if c.count() > 1 { given(c, 1) } else { zone(c.ctx) };
            to_utc(c, of(c.arg(0)), &from).map(|d| value(d.with_kind(Kind::Utc)))
        }),
        ("::ConvertTime", |c| {
            let (from, to) = if c.count() == 3 { (given(c, 1), given(c, 2)) } else { (zone(c.ctx), given(c, 1)) };
            let utc = to_utc(c, of(c.arg(0)), &from)?;
            in_zone(c, utc, &to)
        }),
        ("::ConvertTimeBySystemTimeZoneId", |c| {
            let (from, to) =
                if c.count() == 3 { (find(&c.str(1))?, find(&c.str(2))?) } else { (zone(c.ctx), find(&c.str(1))?) };
            let utc = to_utc(c, of(c.arg(0)), &from)?;
            in_zone(c, utc, &to)
        }),
        ("Id", |c| Ok(Value::from(own(c)?.id()))),
        ("HasIanaId", |c| Ok(Value::Bool(own(c)?.has_iana_id()))),
        ("DisplayName", |c| Ok(Value::from(own(c)?.display_name()))),
        ("StandardName", |c| Ok(Value::from(own(c)?.standard_name()))),
        ("DaylightName", |c| Ok(Value::from(own(c)?.daylight_name()))),
        ("BaseUtcOffset", |c| Ok(Value::TimeSpan(own(c)?.base_offset().0))),
        ("SupportsDaylightSavingTime", |c| Ok(Value::Bool(own(c)?.supports_daylight()))),
        ("GetUtcOffset", |c| {
            let (z, d) = (own(c)?, of(c.arg(0)));
            let offset: TimeSpan = if d.kind() == Kind::Utc { z.offset_of_utc(d) } else { z.offset_of_local(d) };
            Ok(Value::TimeSpan(offset.0))
        }),
        ("IsDaylightSavingTime", |c| Ok(Value::Bool(own(c)?.is_daylight(of(c.arg(0)))))),
        ("IsAmbiguousTime", |c| Ok(Value::Bool(own(c)?.is_ambiguous(of(c.arg(0)))))),
        ("IsInvalidTime", |c| Ok(Value::Bool(own(c)?.is_invalid(of(c.arg(0)))))),
        ("ToString", |c| Ok(Value::from(own(c)?.display_name()))),
    ],
}];
