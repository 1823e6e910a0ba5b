//! Where-Object in the forms that the compiler does not fuse.

use command::{Bound, Cmdlet, Command, Invoke, Session};
use values::operators::{Binary, Effects};
use values::{ErrorCategory, Exception, Flow, Result, TypeRef, Value, convert, members, operators};

/// Where-Object.
pub static COMMAND: Command = Command { name: "Where-Object", create: || Box::new(WhereObject) };

struct WhereObject;

/// Parameter name, operator, whether case counts.
const OPERATORS: &[(&str, Binary, bool)] = &[
    ("EQ", Binary::Equal, false),
    ("CEQ", Binary::Equal, true),
    ("NE", Binary::NotEqual, false),
    ("CNE", Binary::NotEqual, true),
    ("GT", Binary::Greater, false),
    ("CGT", Binary::Greater, true),
    ("LT", Binary::Less, false),
    ("CLT", Binary::Less, true),
    ("GE", Binary::GreaterOrEqual, false),
    ("CGE", Binary::GreaterOrEqual, true),
    ("LE", Binary::LessOrEqual, false),
    ("CLE", Binary::LessOrEqual, true),
    ("Like", Binary::Like, false),
    ("CLike", Binary::Like, true),
    ("NotLike", Binary::NotLike, false),
    ("CNotLike", Binary::NotLike, true),
    ("Match", Binary::Match, false),
    ("CMatch", Binary::Match, true),
    ("NotMatch", Binary::NotMatch, false),
    ("CNotMatch", Binary::NotMatch, true),
    ("Contains", Binary::Contains, false),
    ("CContains", Binary::Contains, true),
    ("NotContains", Binary::NotContains, false),
    ("CNotContains", Binary::NotContains, true),
    ("In", Binary::In, false),
    ("CIn", Binary::In, true),
    ("NotIn", Binary::NotIn, false),
    ("CNotIn", Binary::NotIn, true),
    ("Is", Binary::Is, false),
    ("IsNot", Binary::IsNot, false),
];

impl Cmdlet for WhereObject {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let Some(item) = bound.get("InputObject").cloned() else { return Ok(()) };
        if bound.has("FilterScript") {
            let block = bound.value("FilterScript");
            let how = Invoke { item: Some(item.clone()), in_current_scope: true, ..Invoke::default() };
            let output = session.invoke_script(&block, how)?;
            return match convert::to_bool(&Value::from_output(output)) {
                true => session.write(item),
                false => Ok(()),
            };
        }
        if bound.get("Value").is_none() && !bound.switch("Not") && OPERATORS.iter().any(|(n, _, _)| bound.switch(n)) {
            return command::error_of(
                "ValueNotSpecifiedForWhereObject",
                ErrorCategory::InvalidArgument,
                "The specified operator requires both the -Property and -Value parameters. Provide values for both parameters, and then try the command again.",
            );
        }
        let name = bound.str("Property").unwrap_or_else(values::Str::empty);
        let left = members::get_enumerating(session, &item, &name)?.unwrap_or_default();
        let is = if bound.switch("Not") {
            !convert::to_bool(&left)
        } else {
            let chosen = OPERATORS.iter().find(|(n, _, _)| bound.switch(n));
            match chosen {
                None => convert::to_bool(&left),
                Some((_, op, is_case_sensitive)) => {
                    let right = bound.value("Value");
                    let shown = token_name(*op, *is_case_sensitive);
                    if let (Binary::Match | Binary::NotMatch, false) = (op, right.is_null()) {
                        let ty = TypeRef::REGEX;
                        if let Err(flow) = convert::cast(session, &right, ty) {
                            return bad_argument(&shown, flow);
                        }
                    }
                    let right = match (op, &right) {
                        (Binary::Is | Binary::IsNot, Value::Str(s)) => {
                            let name = s.trim_start_matches('[').trim_end_matches(']').to_string();
                            match session.find_type(&name) {
                                Some(found) => Value::Type(found),
                                None => convert::cast(session, &right, TypeRef::TYPE)?,
                            }
                        }
                        _ => right,
                    };
                    let mut effects = Effects::default();
                    let done = operators::binary(session, *op, *is_case_sensitive, &left, &right, &mut effects);
                    let done = done.or_else(|flow| failed(&shown, flow))?;
                    convert::to_bool(&done)
                }
            }
        };
        if is { session.write(item) } else { Ok(()) }
    }
}

/// The operator's name as errors show it: that of its token.
fn token_name(op: Binary, is_case_sensitive: bool) -> String {
    let plain = match op {
        Binary::Equal => "eq",
        Binary::NotEqual => "ne",
        Binary::Greater => "gt",
        Binary::GreaterOrEqual => "ge",
        Binary::Less => "lt",
        Binary::LessOrEqual => "le",
        Binary::Like => "like",
        Binary::NotLike => "notlike",
        Binary::Match => "match",
        Binary::NotMatch => "notmatch",
        Binary::Contains => "contains",
        Binary::NotContains => "notcontains",
        Binary::In => "in",
        Binary::NotIn => "notin",
        Binary::Is => return "Is".into(),
        _ => return "IsNot".into(),
    };
    format!("{}{plain}", if is_case_sensitive { 'C' } else { 'I' })
}

/// A pattern that is none.
fn bad_argument<T>(operator: &str, flow: Box<Flow>) -> Result<T> {
    let Some(record) = flow.record() else { return Err(flow) };
    let why = record.exception.message();
    // The conversion's own words stand inside those of the failed cast.
    let why = why.rsplit_once("Error: \"").map_or(why.as_str(), |(_, inner)| inner.trim_end_matches('"'));
    Exception::new(
        TypeRef::PS_ARGUMENT_EXCEPTION,
        format!("The argument to operator '{operator}' is not valid: {why}."),
    )
    .identity("BadOperatorArgument", ErrorCategory::InvalidArgument, Value::Null)
    .throw()
}

/// What an operator throws of its operands.
fn failed<T>(operator: &str, flow: Box<Flow>) -> Result<T> {
    let Some(record) = flow.record() else { return Err(flow) };
    Exception::new(
        TypeRef::PS_INVALID_OPERATION_EXCEPTION,
        format!("The '{operator}' operator failed: {}.", record.exception.message()),
    )
    .identity("OperatorFailed", ErrorCategory::InvalidOperation, Value::Null)
    .throw()
}
