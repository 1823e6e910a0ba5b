//! `-Property` and `-GroupBy`: names, script blocks and hashtables that describe a calculated property.

use std::sync::Arc;

use command::{ErrorCategory, ErrorRecord, Exception, Flow, Result, Session, TypeRef};
use values::{Str, Value, convert};

use crate::expression::{self, Expression};
use crate::view::Alignment;

/// The keys that a command takes in hashtables.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Table,
    List,
    Wide,
    Custom,
    GroupBy,
    Html,
}

/// A property as asked for on the command line.
#[derive(Clone)]
pub struct Property {
    pub expression: Expression,
    pub label: Option<Str>,
    pub format: Option<Str>,
    pub width: Option<usize>,
    pub alignment: Option<Alignment>,
    pub depth: Option<i64>,
    /// Width and alignment as texts, as ConvertTo-Html passes them on.
    pub html_width: Option<Str>,
    pub html_alignment: Option<Str>,
}

/// A property that was found on an object, with the parameter that asked for it.
#[derive(Clone)]
pub struct Column {
    pub expression: Expression,
    pub property: Option<Arc<Property>>,
}

impl Column {
    /// The head of the column.
    pub fn label(&self) -> String {
        match self.property.as_ref().and_then(|p| p.label.clone()) {
            Some(label) => label.to_string(),
            None => self.expression.text(),
        }
    }

    /// The column's format string.
    pub fn format(&self) -> Option<Str> {
        self.property.as_ref()?.format.clone()
    }
}

const EXPRESSION: &str = "expression";

fn keys(kind: Kind) -> &'static [(&'static str, &'static [&'static str])] {
    const TABLE: &[(&str, &[&str])] =
        &[(EXPRESSION, &[]), ("formatString", &[]), ("width", &[]), ("alignment", &[]), ("label", &["name"])];
    const HTML: &[(&str, &[&str])] = &[(EXPRESSION, &[]), ("label", &["name"]), ("alignment", &[]), ("width", &[])];
    match kind {
        Kind::Table => TABLE,
        Kind::List | Kind::GroupBy => &[(EXPRESSION, &[]), ("formatString", &[]), ("label", &["name"])],
        Kind::Wide => &[(EXPRESSION, &[]), ("formatString", &[])],
        Kind::Custom => &[(EXPRESSION, &[]), ("depth", &[])],
        Kind::Html => HTML,
    }
}

/// Reads the items of a `-Property` argument.
pub fn parse(session: &mut dyn Session, items: &[Value], kind: Kind) -> Result<Vec<Arc<Property>>> {
    let mut is_table = false;
    items.iter().map(|item| parse_one(session, item, kind, &mut is_table).map(Arc::new)).collect()
}

fn parse_one(session: &mut dyn Session, item: &Value, kind: Kind, was_table: &mut bool) -> Result<Property> {
    let mut property = Property {
        expression: Expression::name(""),
        label: None,
        format: None,
        width: None,
        alignment: None,
        depth: None,
        html_width: None,
        html_alignment: None,
    };
    let Some(dict) = item.as_dict() else {
        property.expression = expression_of(item, *was_table).ok_or_else(|| unknown_type(item))??;
        return Ok(property);
    };
    *was_table = true;
    let mut seen: Vec<&str> = Vec::new();
    for (key, value) in dict.to_vec() {
        let Value::Str(text) = key.base() else {
            let name = key.type_ref().map_or("", |t| t.name_only());
            return refuse(
                "DictionaryKeyNonString",
                format!("The {name} key type is not valid. The key must be a string."),
            );
        };
        let entry = find_key(kind, text)?;
        if seen.contains(&entry) {
            return refuse(
                "DictionaryKeyDuplicate",
                format!("The duplicated key \"{text}\" conflicts with \"{entry}\"."),
            );
        }
        seen.push(entry);
        if value.is_null() {
            return refuse("DictionaryKeyMissingValue", format!("The {text} key has no value."));
        }
        set(session, &mut property, entry, text, value.base(), kind)?;
    }
    if !seen.contains(&EXPRESSION) {
        return refuse("DictionaryKeyMandatoryEntry", format!("A mandatory entry for {EXPRESSION} is missing."));
    }
    Ok(property)
}

fn find_key(kind: Kind, text: &str) -> Result<&'static str> {
    let fits = |name: &str| name.len() >= text.len() && name[..text.len()].eq_ignore_ascii_case(text);
    let mut found = keys(kind).iter().filter(|(k, others)| fits(k) || others.iter().any(|o| fits(o)));
    match (found.next(), found.next()) {
        (Some((key, _)), None) => Ok(key),
        (Some((first, _)), Some((second, _))) => {
            refuse("DictionaryKeyAmbiguous", format!("The {text} key is ambiguous; {first} and {second} conflict."))
        }
        _ => refuse("DictionaryKeyIllegal", format!("The {text} key is not valid.")),
    }
}

fn set(_: &mut dyn Session, property: &mut Property, entry: &str, key: &str, value: &Value, kind: Kind) -> Result<()> {
    let wrong = |expected: &str| {
        let actual = value.type_ref().map_or_else(String::new, |t| t.full_name().to_string());
        format!("The \"{key}\" key has a type, {actual}, that is not valid; expected type is {expected}.")
    };
    match entry {
        EXPRESSION => match expression_of(value, true) {
            Some(expression) => property.expression = expression?,
            None => {
                let actual = value.type_ref().map_or_else(String::new, |t| t.full_name().to_string());
                return refuse(
                    "DictionaryKeyIllegalValue1",
                    format!(
                        "The \"{key}\" key has a type, {actual}, that is not valid; expected types are {{System.String, System.Management.Automation.ScriptBlock}}."
                    ),
                );
            }
        },
        "width" if kind == Kind::Html => property.html_width = Some(Str::from(convert::to_display(value))),
        "alignment" if kind == Kind::Html => property.html_alignment = Some(Str::from(convert::to_display(value))),
        "width" | "depth" => {
            let Value::I32(n) = value else { return refuse("DictionaryKeyIllegalValue2", wrong("System.Int32")) };
            if entry == "depth" {
                property.depth = Some(i64::from(*n));
            } else if *n <= 0 {
                let text = format!("The value \"{n}\" for key \"width\" should be greater than 0.");
                return refuse("WidthOutOfRange", text);
            } else {
                property.width = Some(*n as usize);
            }
        }
        _ => {
            let Value::Str(text) = value else { return refuse("DictionaryKeyIllegalValue2", wrong("System.String")) };
            match entry {
                "label" => property.label = Some(text.clone()),
                "formatString" if text.is_empty() => {
                    return refuse(
                        "FormatStringEmpty",
                        format!("Cannot have an empty formatting string for key \"{entry}\"."),
                    );
                }
                "formatString" => property.format = Some(text.clone()),
                _ => property.alignment = Some(alignment(text)?),
            }
        }
    }
    Ok(())
}

fn alignment(text: &str) -> Result<Alignment> {
    let choices = [("left", Alignment::Left), ("center", Alignment::Center), ("right", Alignment::Right)];
    let fits =
        |name: &str| !text.is_empty() && name.len() >= text.len() && name[..text.len()].eq_ignore_ascii_case(text);
    match choices.iter().find(|(name, _)| fits(name)) {
        Some((_, alignment)) => Ok(*alignment),
        None => refuse(
            "AlignmentIllegalValue",
            format!(
                "The value \"{text}\" for key \"alignment\" is not valid; valid values are {{left, center, right}}."
            ),
        ),
    }
}

/// The expression that a name or script block stands for; none for other types.
fn expression_of(value: &Value, is_from_table: bool) -> Option<Result<Expression>> {
    match value.base() {
        Value::Str(text) if text.is_empty() => Some(match is_from_table {
            true => {
                refuse("ExpressionEmptyString1", format!("The \"{EXPRESSION}\" key cannot have an empty string value."))
            }
            false => refuse("ExpressionEmptyString2", "An empty string value is not allowed.".to_string()),
        }),
        Value::Str(text) => Some(Ok(Expression::name(text))),
        base if base.type_ref() == Some(TypeRef::SCRIPTBLOCK) => Some(Ok(Expression::Script(base.clone()))),
        _ => None,
    }
}

fn unknown_type(value: &Value) -> Box<Flow> {
    const TYPES: &str = "{System.String, System.Management.Automation.ScriptBlock}";
    let text = match value.type_ref() {
        Some(t) => format!("Cannot convert {} to one of the following types {TYPES}.", t.full_name()),
        None => format!("The value of a parameter was null; one of the following types was expected: {TYPES}."),
    };
    flow("DictionaryKeyUnknownType", text)
}

fn refuse<T>(id: &str, text: String) -> Result<T> {
    Err(flow(id, text))
}

fn flow(id: &str, text: String) -> Box<Flow> {
    detailed(
        TypeRef::NOT_SUPPORTED_EXCEPTION,
        "Specified method is not supported.",
        id,
        ErrorCategory::InvalidArgument,
        Value::Null,
        text,
    )
}

/// A terminating error whose shown text stands in its details.
pub fn detailed(
    ty: TypeRef,
    message: &str,
    id: &str,
    category: ErrorCategory,
    target: Value,
    text: String,
) -> Box<Flow> {
    let record = ErrorRecord::new(Arc::new(Exception::new(ty, message)), id, category, target);
    record.data.lock().details = Some((Str::from(text), None));
    Flow::throw(Arc::new(record))
}

/// The columns that properties of the command line give for an object. `keeps_missing` keeps names that the object does not
/// have, as tables do.
pub fn expand(
    session: &mut dyn Session,
    properties: &[Arc<Property>],
    object: &Value,
    keeps_missing: bool,
) -> Result<Vec<Column>> {
    let mut columns = Vec::new();
    for property in properties {
        let found = property.expression.resolve(session, object)?;
        let has_wildcard =
            matches!(&property.expression, Expression::Name { name, .. } if command::Wildcard::is_pattern(name));
        if found.is_empty() && keeps_missing && !has_wildcard {
            columns.push(Column { expression: property.expression.clone(), property: Some(property.clone()) });
        }
        columns.extend(found.into_iter().map(|expression| Column { expression, property: Some(property.clone()) }));
    }
    Ok(columns)
}

/// The columns of an object for which none were asked: its default set, or all.
pub fn default_columns(session: &mut dyn Session, object: &Value) -> Result<Vec<Column>> {
    let column = |name: Str| Column { expression: Expression::resolved(name), property: None };
    let shows_computer = shows_computer(session, object)?;
    let set = expression::default_property_set(session, object);
    if !set.is_empty() {
        let mut columns: Vec<Column> = set
            .into_iter()
            .map(|n| Column { expression: Expression::Name { name: n, is_resolved: false }, property: None })
            .collect();
        if shows_computer == Some(true) {
            columns.push(column(Str::from("PSComputerName")));
        }
        return Ok(columns);
    }
    let mut names = expression::property_names(session, object);
    if let Some(is_shown) = shows_computer {
        names.retain(|n| !n.eq_ignore_ascii_case("PSShowComputerName"));
        if !is_shown {
            names.retain(|n| !n.eq_ignore_ascii_case("PSComputerName"));
        }
    }
    Ok(names.into_iter().map(column).collect())
}

/// Whether a remote object's computer is to be shown; none for local objects.
fn shows_computer(session: &mut dyn Session, object: &Value) -> Result<Option<bool>> {
    if object.as_object().is_none() && !matches!(object, Value::Wrapped(_)) {
        return Ok(None);
    }
    let shown = values::members::get(session, object, "PSShowComputerName")?;
    Ok(shown.map(|v| convert::to_bool(&v)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_may_be_shortened() {
        let check = |kind, text: &str, key: Option<&str>| assert_eq!(find_key(kind, text).ok(), key, "{text}");
        check(Kind::Table, "E", Some(EXPRESSION));
        check(Kind::Table, "n", Some("label"));
        check(Kind::Table, "align", Some("alignment"));
        check(Kind::Table, "foo", None);
        check(Kind::List, "width", None);
    }
}
