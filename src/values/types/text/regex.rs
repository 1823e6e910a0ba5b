//! System.Text.RegularExpressions.

use std::sync::Arc;

use crate::error::{Flow, Result};
use crate::operators::pattern::timed;
use crate::regex::{MatchTimeout, Options, Subject};
use crate::stop::Growing;
use crate::string::Str;
use crate::types::system::enumeration;
use crate::types::{Behaviour, Call, State, TypeDef, TypeRef, fail, hold, hold_named, state_of};
use crate::value::Value;

/// The state of a Regex.
#[derive(Clone)]
pub struct Pattern(pub Arc<crate::regex::Regex>);

impl State for Pattern {
    fn text(&self) -> Option<String> {
        Some(self.0.pattern().to_string())
    }
}

/// The state of a Match; without a match it is the failed one.
#[derive(Clone)]
pub struct Found {
    regex: Arc<crate::regex::Regex>,
    text: Str,
    found: Option<crate::regex::Match>,
}

impl State for Found {
    fn text(&self) -> Option<String> {
        Some(self.value())
    }
}

impl Found {
    fn part(&self, span: Option<(usize, usize)>) -> String {
        span.map_or_else(String::new, |(from, to)| Subject::of(&self.text).slice(from, to).into_owned())
    }

    fn value(&self) -> String {
        self.part(self.found.as_ref().and_then(|m| m.span(0)))
    }

    fn group(&self, slot: usize) -> Value {
        let captures =
            self.found.as_ref().and_then(|m| m.groups().get(slot)).map(|g| g.captures.to_vec()).unwrap_or_default();
        let name = self.regex.group_names().nth(slot).unwrap_or("0").to_string();
        let spans = captures.iter().map(|s| (s.0, s.1, self.part(Some(*s)))).collect();
        hold_named("System.Text.RegularExpressions.Group", Group { name, spans })
    }
}

/// The state of a Group: its captures, the last one being its value.
#[derive(Clone)]
struct Group {
    name: String,
    spans: Vec<(usize, usize, String)>,
}

impl State for Group {
    fn text(&self) -> Option<String> {
        Some(self.spans.last().map(|s| s.2.clone()).unwrap_or_default())
    }
}

/// The state of a Capture.
#[derive(Clone)]
struct Capture(usize, String);

impl State for Capture {
    fn text(&self) -> Option<String> {
        Some(self.1.clone())
    }
}

/// The state of MatchCollection, GroupCollection, CaptureCollection: items, with names for groups.
struct Collection {
    items: Growing<Value>,
    names: Vec<String>,
    numbers: Vec<i32>,
}

impl State for Collection {
    const IS_ENUMERABLE: bool = true;
    fn items(&self) -> Vec<Value> {
        self.items.to_vec()
    }
}

fn collection(kind: &str, items: Vec<Value>) -> Value {
    hold_named(
        &format!("System.Text.RegularExpressions.{kind}"),
        Collection { items: Growing::new(items), names: Vec::new(), numbers: Vec::new() },
    )
}

/// A Regex value.
pub fn make(regex: Arc<crate::regex::Regex>) -> Value {
    hold(TypeRef::REGEX, Pattern(regex))
}

/// A Match value.
pub fn match_value(regex: &Arc<crate::regex::Regex>, text: &Str, found: Option<crate::regex::Match>) -> Value {
    hold(match_type(), Found { regex: regex.clone(), text: text.clone(), found })
}

fn match_type() -> TypeRef {
    TypeRef::find("System.Text.RegularExpressions.Match").unwrap_or(TypeRef::OBJECT)
}

/// The error of a script evaluator, or of a match that took too long.
struct Stopped(Box<Flow>);

impl From<MatchTimeout> for Stopped {
    fn from(e: MatchTimeout) -> Stopped {
        match timed::<()>(Err(e)) {
            Err(flow) => Stopped(flow),
            Ok(()) => Stopped(Box::new(Flow::Stopped)),
        }
    }
}

const GROUP: &[(&str, Behaviour)] = &[
    ("Success", |c| c.with(|g: &mut Group| Value::Bool(!g.spans.is_empty()))),
    ("Name", |c| c.with(|g: &mut Group| Value::from(g.name.as_str()))),
    ("Value", |c| c.with(|g: &mut Group| Value::from(g.text().unwrap_or_default()))),
    ("Index", |c| c.with(|g: &mut Group| Value::I32(g.spans.last().map_or(0, |s| s.0 as i32)))),
    ("Length", |c| c.with(|g: &mut Group| Value::I32(g.spans.last().map_or(0, |s| (s.1 - s.0) as i32)))),
    ("Captures", |c| {
        let spans = c.with(|g: &mut Group| g.spans.clone())?;
        let items = spans
            .into_iter()
            .map(|s| hold_named("System.Text.RegularExpressions.Capture", Capture(s.0, s.2)))
            .collect();
        Ok(collection("CaptureCollection", items))
    }),
    ("ToString", |c| c.with(|g: &mut Group| Value::from(g.text().unwrap_or_default()))),
];

const MATCH: &[(&str, Behaviour)] = &[
    ("::Empty", |_| {
        let regex = crate::operators::pattern::compile("", Options::NONE)?;
        Ok(match_value(&regex, &Str::empty(), None))
    }),
    ("Success", |c| c.with(|m: &mut Found| Value::Bool(m.found.is_some()))),
    ("Name", |_| Ok(Value::from("0"))),
    ("Value", |c| c.with(|m: &mut Found| Value::from(m.value()))),
    ("Index", |c| c.with(|m: &mut Found| Value::I32(m.found.as_ref().map_or(0, |f| f.index() as i32)))),
    ("Length", |c| c.with(|m: &mut Found| Value::I32(m.found.as_ref().map_or(0, |f| f.length() as i32)))),
    ("Groups", |c| {
        let m = c.with(|m: &mut Found| m.clone())?;
        let count = if m.found.is_some() { m.regex.group_count() } else { 1 };
        let mut items: Vec<Value> = (0..count).map(|slot| m.group(slot)).collect();
        items[0] = c.this.clone();
        let names = m.regex.group_names().map(str::to_string).collect();
        let numbers = m.regex.group_numbers().collect();
        Ok(hold_named(
            "System.Text.RegularExpressions.GroupCollection",
            Collection { items: Growing::new(items), names, numbers },
        ))
    }),
    ("Captures", |c| {
        let m = c.with(|m: &mut Found| m.clone())?;
        // A match is its own only capture.
        let items = m.found.as_ref().map(|_| c.this.clone());
        Ok(collection("CaptureCollection", items.into_iter().collect()))
    }),
    ("NextMatch", |c| {
        let m = c.with(|m: &mut Found| m.clone())?;
        let next = match &m.found {
            Some(found) => timed(m.regex.next(&Subject::of(&m.text), found))?,
            None => None,
        };
        Ok(match_value(&m.regex, &m.text, next))
    }),
    ("Result", |c| {
        let pattern = c.need_str(0)?;
        let m = c.with(|m: &mut Found| m.clone())?;
        match &m.found {
            Some(found) => Ok(Value::from(m.regex.expand(&Subject::of(&m.text), found, &pattern))),
            None => fail::unsupported("Result cannot be called on a failed Match.").throw(),
        }
    }),
    ("ToString", |c| c.with(|m: &mut Found| Value::from(m.value()))),
];

const COLLECTION: &[(&str, Behaviour)] = &[
    ("Count", |c| c.with(|s: &mut Collection| Value::I32(s.items.len() as i32))),
    ("IsReadOnly", |_| Ok(Value::Bool(true))),
    ("IsSynchronized", |_| Ok(Value::Bool(false))),
    ("SyncRoot", |c| Ok(c.this.clone())),
    ("Keys", |c| c.with(|s: &mut Collection| Value::array(s.names.iter().map(|n| Value::from(n.as_str())).collect()))),
    ("Values", |c| c.with(|s: &mut Collection| Value::array(s.items.to_vec()))),
    ("ContainsKey", |c| {
        let name = c.str(0);
        c.with(|s: &mut Collection| Value::Bool(s.names.iter().any(|n| n == name.as_str())))
    }),
    ("[]", |c| {
        let key = c.arg(0).base().clone();
        let found = c.with(|s: &mut Collection| match &key {
            Value::Str(name) => s.names.iter().position(|n| n == name.as_str()),
            other => {
                let n = other.as_i64().unwrap_or(-1);
                if s.numbers.is_empty() {
                    let n = if n < 0 { n + s.items.len() as i64 } else { n };
                    usize::try_from(n).ok()
                } else {
                    s.numbers.iter().position(|i| i64::from(*i) == n)
                }
            }
            .filter(|i| *i < s.items.len()),
        })?;
        match found {
            Some(at) => c.with(|s: &mut Collection| s.items[at].clone()),
            // An unknown group is a failed one.
            None if c.ty.name().ends_with("GroupCollection") => {
                Ok(hold_named("System.Text.RegularExpressions.Group", Group { name: String::new(), spans: Vec::new() }))
            }
            None => fail::range("Specified argument was out of the range of valid values.", "i").throw(),
        }
    }),
    ("CopyTo", |c| {
        let items = c.with(|s: &mut Collection| crate::stop::copy(&s.items))??;
        let at = c.long(1);
        crate::types::collections::array::copy_into(&items, &c.arg(0).clone(), at)
    }),
    ("Contains", |c| {
        let wanted = c.arg(0).clone();
        c.with(|s: &mut Collection| Value::Bool(s.items.iter().any(|v| v.same(&wanted))))
    }),
    ("GetEnumerator", |c| {
        let items = c.with(|s: &mut Collection| crate::stop::copy(&s.items))??;
        Ok(crate::types::collections::enumerator::over("System.ArrayEnumerator", items))
    }),
];

pub static TYPES: &[TypeDef] = &[
    TypeDef {
        name: "System.Text.RegularExpressions.Regex",
        like: &[],
        members: &[
            ("new", |c| {
                let options = options(c)?;
                let regex = crate::operators::pattern::compile(&c.need_str(0)?, options)?;
                Ok(make(match c.place("matchTimeout").map(|at| c.long(at)) {
                    Some(ticks) if ticks > 0 => {
                        let made = crate::regex::Regex::new(regex.pattern(), options);
                        let span = std::time::Duration::from_micros(ticks as u64 / 10);
                        made.map_or(regex, |r| Arc::new(r.with_timeout(span)))
                    }
                    _ => regex,
                }))
            }),
            ("Options", |c| {
                let n = own(c)?.options().0;
                Ok(enumeration::make("System.Text.RegularExpressions.RegexOptions", i64::from(n)))
            }),
            ("RightToLeft", |c| Ok(Value::Bool(own(c)?.options().has(Options::RIGHT_TO_LEFT)))),
            ("MatchTimeout", |c| Ok(Value::TimeSpan(own(c)?.timeout().map_or(-10_000, |t| t.as_micros() as i64 * 10)))),
            ("::InfiniteMatchTimeout", |_| Ok(Value::TimeSpan(-10_000))),
            ("::CacheSize", |_| Ok(Value::I32(15))),
            ("::CacheSize=", |_| Ok(Value::Void)),
            ("IsMatch", |c| is_match(c)),
            ("::IsMatch", |c| is_match(c)),
            ("Match", |c| first(c)),
            ("::Match", |c| first(c)),
            ("Matches", |c| all(c)),
            ("::Matches", |c| all(c)),
            ("Count", |c| count(c)),
            ("::Count", |c| count(c)),
            ("Replace", |c| replace(c)),
            ("::Replace", |c| replace(c)),
            ("Split", |c| split(c)),
            ("::Split", |c| split(c)),
            ("::Escape", |c| Ok(Value::from(crate::regex::escape(&c.need_str(0)?)))),
            ("::Unescape", |c| match crate::regex::unescape(&c.need_str(0)?) {
                Ok(text) => Ok(Value::from(text)),
                Err(e) => fail::named("System.Text.RegularExpressions.RegexParseException", e.to_string()).throw(),
            }),
            ("GetGroupNames", |c| {
                let regex = own(c)?;
                Ok(Value::typed_array(TypeRef::STRING, regex.group_names().map(Value::from).collect()))
            }),
            ("GetGroupNumbers", |c| {
                let regex = own(c)?;
                Ok(Value::typed_array(TypeRef::INT32, regex.group_numbers().map(Value::I32).collect()))
            }),
            ("GroupNameFromNumber", |c| {
                let (regex, n) = (own(c)?, c.int(0));
                let slot = regex.slot_of_number(n);
                Ok(Value::from(slot.and_then(|s| regex.group_names().nth(s)).unwrap_or("")))
            }),
            ("GroupNumberFromName", |c| {
                let (regex, name) = (own(c)?, c.str(0));
                let slot = regex.slot_of_name(&name);
                Ok(Value::I32(slot.and_then(|s| regex.group_numbers().nth(s)).unwrap_or(-1)))
            }),
        ],
    },
    TypeDef { name: "System.Text.RegularExpressions.Match", like: &[], members: MATCH },
    TypeDef { name: "System.Text.RegularExpressions.Group", like: &[], members: GROUP },
    TypeDef {
        name: "System.Text.RegularExpressions.Capture",
        like: &[],
        members: &[
            ("Value", |c| c.with(|s: &mut Capture| Value::from(s.1.as_str()))),
            ("Index", |c| c.with(|s: &mut Capture| Value::I32(s.0 as i32))),
            ("Length", |c| c.with(|s: &mut Capture| Value::I32(crate::string::utf16(&s.1).count() as i32))),
            ("ToString", |c| c.with(|s: &mut Capture| Value::from(s.1.as_str()))),
        ],
    },
    TypeDef { name: "System.Text.RegularExpressions.MatchCollection", like: &[], members: COLLECTION },
    TypeDef { name: "System.Text.RegularExpressions.GroupCollection", like: &[], members: COLLECTION },
    TypeDef { name: "System.Text.RegularExpressions.CaptureCollection", like: &[], members: COLLECTION },
];

fn options(c: &Call<'_>) -> Result<Options> {
    let options = Options(c.named_int("options").unwrap_or(0) as u32);
    if options.valid() {
        return Ok(options);
    }
    fail::range("Specified argument was out of the range of valid values.", "options").throw()
}

fn own(c: &Call<'_>) -> Result<Arc<crate::regex::Regex>> {
    c.with(|p: &mut Pattern| p.0.clone())
}

/// The regex of an instance or a static call, and the place of the input argument.
fn subject(c: &Call<'_>) -> Result<(Arc<crate::regex::Regex>, Str)> {
    let input = c.need_str(0)?;
    if c.this.is_null() {
        let regex = crate::operators::pattern::compile(&c.need_str(1)?, options(c)?)?;
        return Ok((regex, input));
    }
    Ok((own(c)?, input))
}

fn start(c: &Call<'_>, regex: &crate::regex::Regex, s: &Subject<'_>) -> Result<usize> {
    let given = c.named_int("startat").or_else(|| c.named_int("beginning"));
    match given {
        None => Ok(regex.default_start(s)),
        Some(n) => match usize::try_from(n).ok().filter(|n| *n <= s.len()) {
            Some(n) => Ok(n),
            None => fail::range("Start index cannot be less than 0 or greater than input length.", "startat").throw(),
        },
    }
}

fn is_match(c: &mut Call<'_>) -> Result {
    let (regex, text) = subject(c)?;
    let s = Subject::of(&text);
    let from = start(c, &regex, &s)?;
    Ok(Value::Bool(timed(regex.is_match(&s, from))?))
}

fn first(c: &mut Call<'_>) -> Result {
    let (regex, text) = subject(c)?;
    let s = Subject::of(&text);
    let from = start(c, &regex, &s)?;
    let found = timed(regex.find(&s, from))?;
    Ok(match_value(&regex, &text, found))
}

fn all(c: &mut Call<'_>) -> Result {
    let (regex, text) = subject(c)?;
    let s = Subject::of(&text);
    let from = start(c, &regex, &s)?;
    let ty = match_type();
    let mut items = Growing::default();
    timed(regex.each_match(&s, from, |m| {
        let item = hold(ty, Found { regex: regex.clone(), text: text.clone(), found: Some(m) });
        items.push(item).map_err(|_| MatchTimeout)
    }))?;
    Ok(collection("MatchCollection", items.done()))
}

fn count(c: &mut Call<'_>) -> Result {
    let (regex, text) = subject(c)?;
    let s = Subject::of(&text);
    let from = start(c, &regex, &s)?;
    let mut count = 0;
    timed(regex.each_match(&s, from, |_| {
        count += 1;
        Ok(())
    }))?;
    Ok(Value::I32(count))
}

fn replace(c: &mut Call<'_>) -> Result {
    let (regex, text) = subject(c)?;
    let s = Subject::of(&text);
    let from = start(c, &regex, &s)?;
    let limit = c.named_int("count").unwrap_or(-1) as i32;
    if limit < -1 {
        return fail::range("Count cannot be less than -1.", "count").throw();
    }
    if let Some(at) = c.place("evaluator") {
        if !c.has(at) {
            return fail::null("evaluator").throw();
        }
        let done = regex.replace_with(&s, limit, from, |m| {
            let found = match_value(&regex, &text, Some(m.clone()));
            let output = c.invoke(at, &[found]).map_err(Stopped)?;
            crate::convert::to_str(c.ctx, &output).map(|t| t.to_string()).map_err(Stopped)
        });
        return match done {
            Ok(text) => Ok(Value::from(text)),
            Err(Stopped(flow)) => Err(flow),
        };
    }
    let at = c.place("replacement").unwrap_or(1);
    let pattern = c.need_str(at)?;
    Ok(Value::from(timed(regex.replace(&s, &pattern, limit, from))?))
}

fn split(c: &mut Call<'_>) -> Result {
    let (regex, text) = subject(c)?;
    let s = Subject::of(&text);
    let from = start(c, &regex, &s)?;
    let limit = c.named_int("count").unwrap_or(0) as i32;
    if limit < 0 {
        return fail::range("Count cannot be less than -1.", "count").throw();
    }
    let (mut parts, is_rtl) = (Growing::default(), regex.options().has(Options::RIGHT_TO_LEFT));
    timed(
        regex.each_part(&s, limit, from, |part| parts.push(Value::from(part.into_owned())).map_err(|_| MatchTimeout)),
    )?;
    if is_rtl {
        parts.reverse();
    }
    Ok(Value::typed_array(TypeRef::STRING, parts.done()))
}

/// The regex behind a Regex value.
pub fn regex_of(value: &Value) -> Option<Arc<crate::regex::Regex>> {
    state_of::<Pattern>(value).map(|p| p.0)
}
