//! NameValueCollection: names with one or more values each; a query string when it came from one.

use crate::collection::equals_ignore_case;
use crate::error::Result;
use crate::types::{Behaviour, Call, Held, State, TypeDef, TypeRef, fail, hold};
use crate::value::Value;

/// Names in order; none is the value of `$null`.
#[derive(Clone, Default)]
pub struct Names {
    rows: Vec<(Option<String>, Vec<String>)>,
    form: Form,
}

/// What the collection is as a text.
#[derive(Clone, Copy, Default, PartialEq)]
pub enum Form {
    #[default]
    Plain,
    /// `a=1&b=2`.
    Query,
    /// Lines of a message.
    Headers,
}

impl State for Names {
    const IS_ENUMERABLE: bool = true;
    fn items(&self) -> Vec<Value> {
        self.rows.iter().map(|(name, _)| name.clone().into()).collect()
    }
    fn text(&self) -> Option<String> {
        match self.form {
            Form::Plain => return None,
            Form::Headers => {
                let line = |(name, value): &(String, String)| format!("{name}: {value}\r\n");
                return Some(format!("{}\r\n", self.pairs().iter().map(line).collect::<String>()));
            }
            Form::Query => {}
        }
        Some({
            let form = crate::types::net::web_utility::form;
            let pair = |(name, values): &(Option<String>, Vec<String>)| {
                let head = name.as_ref().map_or_else(String::new, |n| format!("{}=", form(n)));
                values.iter().map(|v| format!("{head}{}", form(v))).collect::<Vec<_>>().join("&")
            };
            self.rows.iter().map(pair).collect::<Vec<_>>().join("&")
        })
    }
}

impl Names {
    /// Headers of a message.
    pub fn of_headers(rows: &[(String, String)]) -> Names {
        let mut made = Names { rows: Vec::new(), form: Form::Headers };
        for (name, value) in rows {
            made.add(Some(name.clone()), Some(value.clone()));
        }
        made
    }

    /// Each name with its values in one text.
    pub fn pairs(&self) -> Vec<(String, String)> {
        self.rows.iter().map(|(name, values)| (name.clone().unwrap_or_default(), values.join(","))).collect()
    }

    /// The values under a name in one text.
    pub fn text_of(&self, name: &str) -> Option<String> {
        self.pairs().into_iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// Puts one value under a name in place of what is there; none removes the name.
    pub fn put(&mut self, name: &str, value: Option<String>) {
        self.rows.retain(|(n, _)| value.is_some() || !n.as_deref().is_some_and(|n| n.eq_ignore_ascii_case(name)));
        if let Some(value) = value {
            match self.find(Some(name)) {
                Some(values) => *values = vec![value],
                None => self.rows.push((Some(name.to_string()), vec![value])),
            }
        }
    }

    fn find(&mut self, name: Option<&str>) -> Option<&mut Vec<String>> {
        let same = |own: &Option<String>| match (own, name) {
            (Some(a), Some(b)) => equals_ignore_case(a, b),
            (a, b) => a.is_none() && b.is_none(),
        };
        self.rows.iter_mut().find(|(n, _)| same(n)).map(|(_, values)| values)
    }

    /// Adds a value under a name.
    pub fn add(&mut self, name: Option<String>, value: Option<String>) {
        match self.find(name.as_deref()) {
            Some(values) => values.extend(value),
            None => self.rows.push((name, value.into_iter().collect())),
        }
    }
}

/// Makes a collection show itself as a query string.
pub fn mark_query(value: &Value) {
    if let Some(held) = value.as_foreign::<Held<Names>>() {
        held.lock().form = Form::Query;
    }
}

fn name(c: &Call<'_>, at: usize) -> Option<String> {
    c.has(at).then(|| c.str(at).to_string())
}

fn joined(values: &[String]) -> Value {
    if values.is_empty() { Value::Null } else { Value::from(values.join(",")) }
}

/// The values under a name or at a place.
fn values(c: &mut Call<'_>) -> Result<Option<Vec<String>>> {
    if let Value::I32(at) = c.arg(0).base() {
        let at = *at;
        let found = c.with(|n: &mut Names| usize::try_from(at).ok().and_then(|at| n.rows.get(at).cloned()))?;
        return match found {
            Some((_, values)) => Ok(Some(values)),
            None => fail::index().throw(),
        };
    }
    let wanted = name(c, 0);
    c.with(|n: &mut Names| n.find(wanted.as_deref()).map(|v| v.clone()))
}

const MEMBERS: &[(&str, Behaviour)] = &[
    ("new", |c| {
        let from = c.args.iter().find_map(crate::types::state_of::<Names>);
        Ok(hold(c.ty, from.unwrap_or_default()))
    }),
    ("Count", |c| c.with(|n: &mut Names| Value::I32(n.rows.len() as i32))),
    ("AllKeys", |c| c.with(|n: &mut Names| Value::typed_array(TypeRef::STRING, n.items()))),
    ("Keys", |c| c.with(|n: &mut Names| Value::typed_array(TypeRef::STRING, n.items()))),
    ("HasKeys", |c| c.with(|n: &mut Names| Value::Bool(n.rows.iter().any(|(name, _)| name.is_some())))),
    ("Add", |c| {
        if let Some(more) = crate::types::state_of::<Names>(c.arg(0)) {
            return c
                .with(|n: &mut Names| {
                    for (name, values) in more.rows {
                        for value in values {
                            n.add(name.clone(), Some(value));
                        }
                    }
                })
                .map(|()| Value::Void);
        }
        let (key, value) = (name(c, 0), name(c, 1));
        c.with(|n: &mut Names| n.add(key, value))?;
        Ok(Value::Void)
    }),
    ("Set", |c| set(c)),
    ("[]=", |c| set(c)),
    ("[]", |c| Ok(values(c)?.map_or(Value::Null, |v| joined(&v)))),
    ("Get", |c| Ok(values(c)?.map_or(Value::Null, |v| joined(&v)))),
    ("GetValues", |c| {
        let found = values(c)?.filter(|v| !v.is_empty());
        Ok(found.map_or(Value::Null, |v| Value::typed_array(TypeRef::STRING, v.into_iter().map(Value::from).collect())))
    }),
    ("GetKey", |c| {
        let at = c.long(0);
        match c.with(|n: &mut Names| usize::try_from(at).ok().and_then(|at| n.rows.get(at).cloned()))? {
            Some((name, _)) => Ok(name.into()),
            None => fail::index().throw(),
        }
    }),
    ("Remove", |c| {
        let key = name(c, 0);
        c.with(|n: &mut Names| {
            n.rows.retain(|(own, _)| match (own, &key) {
                (Some(a), Some(b)) => !equals_ignore_case(a, b),
                (a, b) => a.is_some() || b.is_some(),
            });
        })?;
        Ok(Value::Void)
    }),
    ("Clear", |c| {
        c.with(|n: &mut Names| n.rows.clear())?;
        Ok(Value::Void)
    }),
    ("CopyTo", |c| {
        let items: Vec<Value> = c.with(|n: &mut Names| n.rows.iter().map(|(_, v)| joined(v)).collect())?;
        let at = c.long(1);
        super::array::copy_into(&items, &c.arg(0).clone(), at)
    }),
    ("GetEnumerator", |c| {
        let items = c.with(|n: &mut Names| n.items())?;
        Ok(super::enumerator::over("System.ArrayEnumerator", items))
    }),
];

fn set(c: &mut Call<'_>) -> Result {
    let (key, value) = (name(c, 0), name(c, 1));
    c.with(|n: &mut Names| match n.find(key.as_deref()) {
        Some(values) => *values = value.into_iter().collect(),
        None => n.add(key, value),
    })?;
    Ok(Value::Void)
}

pub static TYPES: &[TypeDef] =
    &[TypeDef { name: "System.Collections.Specialized.NameValueCollection", like: &[], members: MEMBERS }];
