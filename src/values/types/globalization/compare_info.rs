//! System.Globalization.CompareInfo.

use crate::compare::CompareOptions;
use crate::culture::Culture;
use crate::error::Result;
use crate::types::system::search::{self, Rule};
use crate::types::{Call, State, TypeDef, hold_named};
use crate::value::Value;

/// A CompareInfo stands for its culture.
#[derive(Clone)]
struct Info(String);
impl State for Info {
    fn text(&self) -> Option<String> {
        Some(format!("CompareInfo - {}", self.0))
    }
}

/// A CompareInfo value of a culture.
pub fn make(culture: &Culture) -> Value {
    hold_named("System.Globalization.CompareInfo", Info(culture.name.to_string()))
}

fn options(c: &Call<'_>) -> i64 {
    c.named_int("options").unwrap_or(0)
}

fn find(c: &mut Call<'_>, is_last: bool) -> Result {
    let (text, part) = (c.need_str(0)?, c.str(1));
    let start = c.named_int("startIndex").unwrap_or(0).max(0) as usize;
    let count = c.named_int("count").map_or(text.units().saturating_sub(start), |n| n.max(0) as usize);
    let found = search::find(&text, &part, start, count, Rule::of_options(options(c)), is_last);
    Ok(Value::I32(found.map_or(-1, |(at, _)| at as i32)))
}

pub static TYPES: &[TypeDef] = &[TypeDef {
    name: "System.Globalization.CompareInfo",
    like: &[],
    members: &[
        ("Name", |c| c.with(|i: &mut Info| Value::from(i.0.as_str()))),
        ("LCID", |c| {
            let name = c.with(|i: &mut Info| i.0.clone())?;
            Ok(Value::I32(crate::types::call::culture_named(&name).lcid as i32))
        }),
        ("::GetCompareInfo", |c| Ok(make(&crate::types::call::culture_named(&c.str(0))))),
        ("Compare", |c| {
            let (a, b) = (c.str(0), c.str(1));
            let bits = options(c);
            if bits & 0x5000_0000 != 0 {
                return Ok(Value::I32(search::compare(&a, &b, Rule::of_options(bits)).signum()));
            }
            let name = c.with(|i: &mut Info| i.0.clone())?;
            let culture = crate::types::call::culture_named(&name);
            Ok(Value::I32(crate::compare::compare(&a, &b, &culture, CompareOptions(bits as u32)) as i32))
        }),
        ("IndexOf", |c| find(c, false)),
        ("LastIndexOf", |c| find(c, true)),
        ("IsPrefix", |c| Ok(Value::Bool(search::starts_with(&c.str(0), &c.str(1), Rule::of_options(options(c)))))),
        ("IsSuffix", |c| Ok(Value::Bool(search::ends_with(&c.str(0), &c.str(1), Rule::of_options(options(c)))))),
    ],
}];
