//! System.String: static members.

use super::search::{self, Rule};
use crate::error::Result;
use crate::string::Str;
use crate::types::{Call, TypeDef, TypeRef, fail};
use crate::value::Value;

pub static TYPES: &[TypeDef] = &[TypeDef {
    name: "System.String",
    like: &[],
    members: &[
        ("::IsNullOrEmpty", |c| Ok(Value::Bool(c.str(0).is_empty()))),
        ("::IsNullOrWhiteSpace", |c| Ok(Value::Bool(c.str(0).chars().all(super::string::is_white)))),
        ("::Join", |c| join(c)),
        ("::Concat", |c| concat(c)),
        ("::Format", |c| format(c)),
        ("::Compare", |c| compare(c)),
        ("::CompareOrdinal", |c| {
            let (a, b) = (c.str(0), c.str(if c.count() == 5 { 2 } else { 1 }));
            if c.count() == 5 {
                let n = c.int(4).max(0) as usize;
                let (a, b) = (a.slice(c.int(1).max(0) as usize, n), b.slice(c.int(3).max(0) as usize, n));
                return Ok(Value::I32(search::compare(&a, &b, Rule::ORDINAL)));
            }
            Ok(Value::I32(search::compare(&a, &b, Rule::ORDINAL)))
        }),
        ("::Equals", |c| {
            let rule = search::rule_of(c.named("comparisonType")).unwrap_or(Rule::ORDINAL);
            if c.parameter(0) == TypeRef::OBJECT {
                return Ok(Value::Bool(super::object::equals(c.arg(0), c.arg(1))));
            }
            Ok(Value::Bool(search::equal(&c.str(0), &c.str(1), rule)))
        }),
        ("::op_Equality", |c| Ok(Value::Bool(c.str(0) == c.str(1)))),
        ("::op_Inequality", |c| Ok(Value::Bool(c.str(0) != c.str(1)))),
        ("::Copy", |c| Ok(Value::from(c.need_str(0)?.as_str()))),
        ("::Intern", |c| Ok(Value::Str(c.need_str(0)?))),
        ("::IsInterned", |c| Ok(Value::Str(c.need_str(0)?))),
    ],
}];

fn join(c: &mut Call<'_>) -> Result {
    let separator = c.str(0);
    let mut items = c.sequence(1)?;
    if c.count() == 4 {
        let (start, count, total) = (c.long(2), c.long(3), items.len() as i64);
        if start < 0 {
            return fail::negative("startIndex", start).throw();
        }
        if count < 0 {
            return fail::negative("count", count).throw();
        }
        if start > total - count {
            return fail::above("startIndex", start, total - count).throw();
        }
        items = items[start as usize..(start + count) as usize].to_vec();
    }
    let mut out = String::new();
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            out.push_str(&separator);
        }
        out.push_str(&text_of(c, item)?);
    }
    Ok(Value::from(out))
}

/// `ToString()` of an item; nothing for `$null`.
fn text_of(c: &mut Call<'_>, item: &Value) -> Result<Str> {
    match item.base() {
        Value::Str(s) => Ok(s.clone()),
        Value::Null | Value::Void => Ok(Str::empty()),
        Value::Array(_) | Value::Dict(_) => Ok(Str::from(item.type_ref().map_or("", TypeRef::name))),
        // .NET's own text, by the session's culture.
        other => crate::convert::net_string(c.ctx, other),
    }
}

fn concat(c: &mut Call<'_>) -> Result {
    let items = match c.args.as_slice() {
        [only] if c.parameter(0) != TypeRef::OBJECT && c.parameter(0) != TypeRef::STRING => {
            if only.is_null() {
                return fail::null(c.parameter_name(0)).throw();
            }
            c.sequence(0)?
        }
        many => many.to_vec(),
    };
    let mut out = String::new();
    for item in &items {
        out.push_str(&text_of(c, item)?);
    }
    Ok(Value::from(out))
}

fn format(c: &mut Call<'_>) -> Result {
    let first = usize::from(c.parameter_name(0) == "provider");
    let culture = if first == 1 { c.provider(0) } else { c.culture() };
    let template = c.need_str(first)?;
    let items: Vec<Value> = match c.signature.and_then(|s| s.parameters.get(first + 1)) {
        Some(p) if p.is_params => c.items(first + 1),
        _ => c.args[first + 1..].to_vec(),
    };
    compose(c, &template, &items, &culture)
}

/// `String.Format` with .NET's exceptions.
pub fn compose(c: &mut Call<'_>, template: &str, items: &[Value], culture: &crate::culture::Culture) -> Result {
    let ctx = &mut *c.ctx;
    let outcome = crate::composite::format_composite(template, items.len(), |at, format| {
        super::formatting::format_value(ctx, &items[at], format, culture).map(|s| s.to_string())
    });
    match outcome {
        Ok(text) => Ok(Value::from(text)),
        Err(crate::composite::CompositeError::Argument(flow)) => Err(flow),
        Err(crate::composite::CompositeError::Index) => fail::format(
            "Index (zero based) must be greater than or equal to zero and less than the size of the argument list.",
        )
        .throw(),
        Err(crate::composite::CompositeError::Format { offset, reason }) => fail::format(format!(
            "Input string was not in a correct format. Failure to parse near offset {offset}. {reason}."
        ))
        .throw(),
    }
}

fn compare(c: &mut Call<'_>) -> Result {
    let (mut a, mut b) = (c.str(0), c.str(1));
    if let Some(length) = c.named_int("length") {
        let (i, j) = (c.named_int("indexA").unwrap_or(0), c.named_int("indexB").unwrap_or(0));
        if length < 0 {
            return fail::negative("length", length).throw();
        }
        b = c.named("strB").map_or_else(Str::empty, |v| Str::from(crate::convert::to_display(&v)));
        if i < 0 || j < 0 || i as usize > a.units() || j as usize > b.units() {
            return fail::range(
                "Index was out of range. Must be non-negative and less than the size of the collection.",
                if i < 0 || i as usize > a.units() { "indexA" } else { "indexB" },
            )
            .throw();
        }
        a = a.slice(i as usize, length as usize);
        b = b.slice(j as usize, length as usize);
    }
    let culture = match c.named("culture") {
        Some(given) => crate::types::culture_of(&given).unwrap_or_else(|| c.culture()),
        None => c.culture(),
    };
    let rule = if let Some(options) = c.named_int("options") {
        let rule = Rule::of_options(options);
        if !rule.is_ordinal {
            let options = crate::compare::CompareOptions(options as u32);
            return Ok(Value::I32(crate::compare::compare(&a, &b, &culture, options) as i32));
        }
        rule
    } else if let Some(at) = c.place("ignoreCase") {
        Rule { is_ordinal: false, ignores_case: c.bool(at) }
    } else {
        search::rule_of(c.named("comparisonType")).unwrap_or(Rule::CULTURE)
    };
    if !rule.is_ordinal {
        // The invariant culture where the comparison names it (2 and 3).
        let is_invariant = c.named("comparisonType").and_then(|v| v.as_i64()).is_some_and(|n| n == 2 || n == 3);
        let order = match is_invariant {
            true => search::culture_order(&a, &b, rule.ignores_case),
            false => {
                let options = crate::compare::CompareOptions(u32::from(rule.ignores_case));
                crate::compare::compare(&a, &b, &culture, options)
            }
        };
        return Ok(Value::I32(order as i32));
    }
    Ok(Value::I32(search::compare(&a, &b, rule)))
}
