//! Group-Object.

use std::cmp::Ordering;
use std::sync::Arc;

use command::{
    Bound, Cmdlet, Command, Context, ErrorCategory, Exception, NativeObject, Result, Session, Str, TypeRef, Value,
    class,
};
use values::collection::TextMap;
use values::compare::CompareOptions;
use values::stop::Growing;
use values::types::generic_of;
use values::{Array, Dict, KeyComparer, Layout, convert};

use crate::property::culture;
use crate::property::culture::under;
use crate::property::expression::{Expression, Keys};
use crate::property::order::{compare_keys, stable_sort};

pub static COMMAND: Command = Command { name: "Group-Object", create: || Box::new(GroupObject::default()) };

#[derive(Default)]
struct GroupObject {
    expressions: Vec<Expression>,
    groups: Growing<Group>,
    index: TextMap<u32>,
    is_case_sensitive: bool,
    has_no_element: bool,
    key: String,
}

struct Group {
    values: Vec<Option<Value>>,
    count: i32,
    items: Growing<Value>,
}

impl Cmdlet for GroupObject {
    fn begin(&mut self, _session: &mut dyn Session, bound: &Bound) -> Result<()> {
        if bound.switch("AsString") && !bound.switch("AsHashTable") {
            return Exception::new(
                TypeRef::ARGUMENT_EXCEPTION,
                "The command cannot be run because the AsString parameter requires that you specify the AsHashtable parameter.",
            )
            .identity("ArgumentException", ErrorCategory::InvalidArgument, bound.value("AsString"))
            .throw();
        }
        self.expressions = Expression::list(&bound.list("Property"), Keys::Plain)?;
        self.is_case_sensitive = bound.switch("CaseSensitive");
        self.has_no_element = bound.switch("NoElement");
        Ok(())
    }

    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        under(session, bound, |session| self.take(session, bound))
    }

    fn end(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        under(session, bound, |session| self.give(session, bound))
    }
}

impl GroupObject {
    fn take(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let Some(item) = bound.get("InputObject") else { return Ok(()) };
        if item.is_null() {
            return Ok(());
        }
        let mut values = Vec::with_capacity(self.expressions.len().max(1));
        if self.expressions.is_empty() {
            values.push(Some(item.clone()));
        }
        for expression in &self.expressions {
            values.push(expression.value(session, item)?);
        }
        let mut key = std::mem::take(&mut self.key);
        key.clear();
        for value in &values {
            write_key(session, value.as_ref(), self.is_case_sensitive, &mut key)?;
        }
        let at = match self.index.get(&key) {
            Some(at) => *at as usize,
            None => {
                self.index.insert(key.clone(), self.groups.len() as u32);
                self.groups.push(Group { values, count: 0, items: Growing::default() })?;
                self.groups.len() - 1
            }
        };
        self.key = key;
        let group = &mut self.groups[at];
        group.count += 1;
        if !self.has_no_element || bound.switch("AsHashTable") {
            group.items.push(item.clone())?;
        }
        Ok(())
    }

    fn give(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let groups = std::mem::take(&mut self.groups);
        let mut order: Vec<u32> = (0..groups.len() as u32).collect();
        let is_case_sensitive = self.is_case_sensitive;
        stable_sort(&mut order, &mut |a, b| -> Result<Ordering> {
            compare_keys(session, &groups[a as usize].values, &groups[b as usize].values, &[], is_case_sensitive)
        })?;
        let mut groups = Growing::new(groups.done().into_iter().map(Some).collect::<Vec<_>>());
        let collection = collection_type();
        if bound.switch("AsHashTable") {
            let comparer = if is_case_sensitive { KeyComparer::Ordinal } else { KeyComparer::IgnoreCase };
            let table = Dict::new(TypeRef::HASHTABLE, TypeRef::OBJECT, TypeRef::OBJECT, comparer);
            for group in order.iter().filter_map(|at| groups[*at as usize].take()) {
                let key = if bound.switch("AsString") || group.values.len() > 1 {
                    Value::Str(name_of(session, &group.values)?)
                } else {
                    group.values.first().cloned().flatten().unwrap_or_default()
                };
                let key = if key.is_null() { Value::Str(Str::empty()) } else { key.into_base() };
                table.insert(
                    key,
                    Value::Array(Arc::new(Array::list(collection, TypeRef::PSOBJECT, group.items.done()))),
                );
            }
            return if table.is_empty() { Ok(()) } else { session.write(Value::Dict(Arc::new(table))) };
        }
        let ty = class(
            if self.has_no_element {
                "Microsoft.PowerShell.Commands.GroupInfoNoElement"
            } else {
                "Microsoft.PowerShell.Commands.GroupInfo"
            },
            TypeRef::OBJECT,
        );
        let layout = Layout::new(["Values", "Count", "Group", "Name"].map(Str::from).to_vec());
        for group in order.iter().filter_map(|at| groups[*at as usize].take()) {
            let name = name_of(session, &group.values)?;
            let values = group.values.into_iter().map(Option::unwrap_or_default).collect();
            let items = Array::list(collection, TypeRef::PSOBJECT, group.items.done());
            let slots = vec![
                Value::Array(Arc::new(Array::list(TypeRef::ARRAYLIST, TypeRef::OBJECT, values))),
                Value::I32(group.count),
                Value::Array(Arc::new(items)),
                Value::Str(name),
            ];
            session.write(NativeObject::new(ty, layout.clone(), slots).into_value())?;
        }
        Ok(())
    }
}

/// `Collection<PSObject>`.
fn collection_type() -> TypeRef {
    generic_of(class("System.Collections.ObjectModel.Collection`1", TypeRef::OBJECT), vec![TypeRef::PSOBJECT])
}

/// Writes what tells values of different groups apart: texts fold their case, numbers of any type are one.
fn write_key(
    session: &mut dyn Session,
    value: Option<&Value>,
    is_case_sensitive: bool,
    key: &mut String,
) -> Result<()> {
    use std::fmt::Write;
    let Some(value) = value else {
        key.push('\u{1}');
        return Ok(());
    };
    let written = match value.base() {
        Value::Null | Value::Void => {
            key.push('\u{1}');
            return Ok(());
        }
        Value::I32(n) => write!(key, "{n}"),
        Value::Bool(b) => write!(key, "{}", if *b { "True" } else { "False" }),
        Value::DateTime(t) => write!(key, "d{}", t & !(3 << 62)),
        Value::Str(s) if !s.is_ascii() => {
            let options = if is_case_sensitive { CompareOptions::NONE } else { CompareOptions::IGNORE_CASE };
            culture::write_key(session, s, options, key)
        }
        Value::Str(s) if is_case_sensitive => key.write_str(s),
        other => {
            let text = match other {
                Value::Str(s) => s.clone(),
                other => {
                    let context: &mut dyn Context = session;
                    convert::to_str(context, other)?
                }
            };
            if text.is_ascii() && !is_case_sensitive {
                key.extend(text.chars().map(|c| c.to_ascii_uppercase()));
                Ok(())
            } else if is_case_sensitive {
                key.write_str(&text)
            } else {
                key.write_str(&text.to_uppercase())
            }
        }
    };
    debug_assert!(written.is_ok());
    key.push('\u{0}');
    Ok(())
}

/// A group's name: its values' texts with commas; lists in braces; nothing for `$null`.
fn name_of(session: &mut dyn Session, values: &[Option<Value>]) -> Result<Str> {
    let context: &mut dyn Context = session;
    let mut parts = Vec::with_capacity(values.len());
    for value in values.iter().flatten().filter(|v| !v.is_null()) {
        parts.push(match value.as_array() {
            Some(list) => {
                let items = list.to_vec();
                let texts: Result<Vec<String>> =
                    items.iter().map(|i| convert::to_str(context, i).map(|s| s.to_string())).collect();
                format!("{{{}}}", texts?.join(", "))
            }
            None => convert::to_str(context, value)?.to_string(),
        });
    }
    Ok(Str::from(parts.join(", ")))
}
