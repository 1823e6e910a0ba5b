//! System.Text.StringBuilder.

use crate::convert::to_str;
use crate::error::Result;
use crate::string::Str;
use crate::types::{Call, State, TypeDef, TypeRef, fail, hold};
use crate::value::Value;

/// The state of a StringBuilder.
pub struct Builder {
    text: String,
    /// Length of the text in UTF-16 units, kept along so that no question about it reads the whole text.
    units: usize,
    capacity: usize,
    max: i64,
}

impl State for Builder {
    fn text(&self) -> Option<String> {
        Some(self.text.clone())
    }
    fn is_equal(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

fn units_of(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { crate::string::utf16(text).count() }
}

impl Builder {
    fn new(text: String, capacity: usize, max: i64) -> Builder {
        let mut made = Builder { units: units_of(&text), text, capacity, max };
        made.grow();
        made
    }

    fn grow(&mut self) {
        while self.capacity < self.units {
            self.capacity = (self.capacity * 2).max(16);
        }
    }

    fn set(&mut self, text: String) {
        self.units = units_of(&text);
        crate::stop::release(std::mem::replace(&mut self.text, text));
        self.grow();
    }

    /// Puts a text behind it so many times.
    fn push(&mut self, more: &str, times: usize) -> Result<()> {
        crate::stop::append_times(&mut self.text, more, times)?;
        self.units += units_of(more) * times;
        self.grow();
        Ok(())
    }

    /// The unit at a place, without a look at the others where the text is ASCII.
    fn unit_at(&self, at: usize) -> Option<u16> {
        if self.units == self.text.len() {
            return self.text.as_bytes().get(at).map(|b| u16::from(*b));
        }
        Str::from(self.text.as_str()).unit_at(at)
    }
}

pub static TYPES: &[TypeDef] = &[TypeDef {
    name: "System.Text.StringBuilder",
    like: &[],
    members: &[
        ("new", |c| {
            let value = c.place("value").map(|at| c.str(at)).unwrap_or_else(Str::empty);
            let wanted = c.named_int("capacity").unwrap_or(16);
            if wanted < 0 {
                return fail::negative("capacity", wanted).throw();
            }
            let capacity = if wanted == 0 { 16 } else { wanted as usize };
            let text = match (c.named_int("startIndex"), c.named_int("length")) {
                (Some(start), Some(length)) => value.slice(start.max(0) as usize, length.max(0) as usize).to_string(),
                _ => value.to_string(),
            };
            let max = c.named_int("maxCapacity").unwrap_or(i64::from(i32::MAX));
            Ok(hold(c.ty, Builder::new(text, capacity, max)))
        }),
        ("Length", |c| c.with(|b: &mut Builder| Value::I32(b.units as i32))),
        ("Length=", |c| {
            let n = c.long(0);
            if n < 0 {
                return fail::negative("value", n).throw();
            }
            let now = text(c)?;
            let have = now.units();
            let new = if n as usize <= have {
                now.slice(0, n as usize).to_string()
            } else {
                format!("{now}{}", "\0".repeat(n as usize - have))
            };
            store(c, new)
        }),
        ("Capacity", |c| c.with(|b: &mut Builder| Value::I32(b.capacity as i32))),
        ("Capacity=", |c| {
            let n = c.long(0);
            let have = text(c)?.units() as i64;
            if n < have {
                return fail::range("capacity was less than the current size.", "value").throw();
            }
            c.with(|b: &mut Builder| b.capacity = n as usize)?;
            Ok(Value::Void)
        }),
        ("MaxCapacity", |c| c.with(|b: &mut Builder| Value::I32(b.max as i32))),
        ("EnsureCapacity", |c| {
            let n = c.long(0).max(0) as usize;
            c.with(|b: &mut Builder| {
                b.capacity = b.capacity.max(n);
                Value::I32(b.capacity as i32)
            })
        }),
        ("Chars", |c| char_at(c)),
        ("[]", |c| char_at(c)),
        ("[]=", |c| {
            let (at, unit) = (c.long(0), c.unit(1));
            let mut units: Vec<u16> = text(c)?.utf16().collect();
            match usize::try_from(at).ok().and_then(|i| units.get_mut(i)) {
                Some(slot) => *slot = unit,
                None => {
                    return fail::range(
                        "Index was out of range. Must be non-negative and less than the size of the collection.",
                        "index",
                    )
                    .throw();
                }
            }
            store(c, Str::from_utf16(&units).to_string())
        }),
        ("Append", |c| {
            let more = match c.parameter(0) {
                TypeRef::CHAR if c.count() == 2 => {
                    let (one, times) = (c.char(0).to_string(), c.long(1).max(0) as usize);
                    c.with(|b: &mut Builder| b.push(&one, times))??;
                    return Ok(c.this.clone());
                }
                _ if c.count() == 3 => match c.arg(0).base() {
                    Value::Array(a) => {
                        let units: Vec<u16> = a.to_vec().iter().map(|v| v.as_i64().unwrap_or(0) as u16).collect();
                        Str::from_utf16(&units).slice(c.long(1).max(0) as usize, c.long(2).max(0) as usize).to_string()
                    }
                    _ => c.str(0).slice(c.long(1).max(0) as usize, c.long(2).max(0) as usize).to_string(),
                },
                _ => {
                    let more = appended(c, 0)?;
                    return push(c, &more);
                }
            };
            push(c, &more)
        }),
        ("AppendLine", |c| {
            let more = if c.count() == 0 { String::new() } else { c.str(0).to_string() };
            push(c, &format!("{more}\n"))
        }),
        ("AppendFormat", |c| {
            let first = usize::from(c.parameter_name(0) == "provider");
            let culture = if first == 1 { c.provider(0) } else { c.culture() };
            let template = c.need_str(first)?;
            let items: Vec<Value> = match c.signature.and_then(|s| s.parameters.get(first + 1)) {
                Some(p) if p.is_params => c.items(first + 1),
                _ => c.args[first + 1..].to_vec(),
            };
            let made = crate::types::system::string_static::compose(c, &template, &items, &culture)?;
            push(c, made.as_str().unwrap_or_default())
        }),
        ("AppendJoin", |c| {
            let separator = c.str(0);
            let mut out = String::new();
            for (at, item) in c.sequence(1)?.iter().enumerate() {
                if at > 0 {
                    out.push_str(&separator);
                }
                out.push_str(&to_str(c.ctx, item)?);
            }
            push(c, &out)
        }),
        ("Insert", |c| {
            let at = c.long(0);
            let now = text(c)?;
            if at < 0 || at as usize > now.units() {
                return fail::range("Index was out of range. Must be non-negative and less than or equal to the size of the collection.", "index").throw();
            }
            let mut more = appended(c, 1)?.to_string();
            if c.count() == 3 && c.parameter_name(2) == "count" {
                more = crate::stop::repeat(&more, c.long(2).max(0) as usize)?;
            }
            let byte = now.byte_of_unit(at as usize);
            store(c, format!("{}{more}{}", &now[..byte], &now[byte..]))?;
            Ok(c.this.clone())
        }),
        ("Remove", |c| {
            let (at, count) = (c.long(0), c.long(1));
            let now = text(c)?;
            if count < 0 {
                return fail::negative("length", count).throw();
            }
            if at < 0 {
                return fail::negative("startIndex", at).throw();
            }
            if at + count > now.units() as i64 {
                return fail::range("Index was out of range. Must be non-negative and less than or equal to the size of the collection.", "length").throw();
            }
            let (from, to) = (now.byte_of_unit(at as usize), now.byte_of_unit((at + count) as usize));
            store(c, format!("{}{}", &now[..from], &now[to..]))?;
            Ok(c.this.clone())
        }),
        ("Replace", |c| {
            let (old, new) = (c.need_str(0)?, c.str(1));
            if old.is_empty() {
                return fail::argument("The value cannot be an empty string.", "oldValue").throw();
            }
            let now = text(c)?;
            let done = match (c.named_int("startIndex"), c.named_int("count")) {
                (Some(start), Some(count)) => {
                    if start < 0 || count < 0 || start + count > now.units() as i64 {
                        return fail::range("Index was out of range. Must be non-negative and less than or equal to the size of the collection.", "startIndex").throw();
                    }
                    let (from, to) = (now.byte_of_unit(start as usize), now.byte_of_unit((start + count) as usize));
                    format!("{}{}{}", &now[..from], now[from..to].replace(old.as_str(), &new), &now[to..])
                }
                _ => now.replace(old.as_str(), &new),
            };
            store(c, done)?;
            Ok(c.this.clone())
        }),
        ("Clear", |c| {
            store(c, String::new())?;
            Ok(c.this.clone())
        }),
        ("ToString", |c| {
            let now = text(c)?;
            if c.count() == 2 {
                let (at, count, total) = (c.long(0), c.long(1), now.units() as i64);
                if at < 0 || at > total {
                    return fail::range("startIndex cannot be larger than length of string.", "startIndex").throw();
                }
                if count < 0 || at + count > total {
                    return fail::range("Index and length must refer to a location within the string.", "length")
                        .throw();
                }
                return Ok(Value::Str(now.slice(at as usize, count as usize)));
            }
            Ok(Value::Str(now))
        }),
        ("Equals", |c| Ok(Value::Bool(crate::types::system::object::equals(c.this, c.arg(0))))),
        ("CopyTo", |c| {
            let units = text(c)?.slice(c.long(0).max(0) as usize, c.long(3).max(0) as usize);
            let items: Vec<Value> = units.utf16().map(Value::Char).collect();
            let at = c.long(2);
            crate::types::collections::array::copy_into(&items, &c.arg(1).clone(), at)
        }),
    ],
}];

fn text(c: &Call<'_>) -> Result<Str> {
    let mut copy = String::new();
    let units = c.with(|b: &mut Builder| crate::stop::append(&mut copy, &b.text).map(|()| b.units))??;
    Ok(Str::with_units(copy, units))
}

fn store(c: &Call<'_>, text: String) -> Result {
    c.with(|b: &mut Builder| b.set(text))?;
    Ok(Value::Void)
}

fn push(c: &Call<'_>, more: &str) -> Result {
    c.with(|b: &mut Builder| b.push(more, 1))??;
    Ok(c.this.clone())
}

fn char_at(c: &mut Call<'_>) -> Result {
    let Ok(at) = usize::try_from(c.long(0)) else {
        return fail::named("System.IndexOutOfRangeException", "Index was outside the bounds of the array.").throw();
    };
    match c.with(|b: &mut Builder| b.unit_at(at))? {
        Some(unit) => Ok(Value::Char(unit)),
        None => fail::named("System.IndexOutOfRangeException", "Index was outside the bounds of the array.").throw(),
    }
}

/// The text of an argument as `Append(object)` takes it.
fn appended(c: &mut Call<'_>, at: usize) -> Result<Str> {
    let value = c.arg(at).base().clone();
    Ok(match &value {
        Value::Null | Value::Void => Str::empty(),
        Value::Str(s) => s.clone(),
        Value::Array(a) if a.element == TypeRef::CHAR => {
            let units: Vec<u16> = a.to_vec().iter().map(|v| v.as_i64().unwrap_or(0) as u16).collect();
            Str::from_utf16(&units)
        }
        Value::Array(_) | Value::Dict(_) => Str::from(value.type_ref().map_or("", TypeRef::name)),
        other => {
            let culture = c.culture();
            crate::types::system::formatting::format_value(c.ctx, other, "", &culture)?
        }
    })
}
