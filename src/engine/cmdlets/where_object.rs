//! Where-Object in the forms that the compiler does not fuse.

use command::{Bound, Cmdlet, Command, Invoke, Session};
use values::operators::{Binary, Effects};
use values::{Result, Value, convert, members, operators};

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
                    let right = match (op, &right) {
                        (Binary::Is | Binary::IsNot, Value::Str(s)) => {
                            let name = s.trim_start_matches('[').trim_end_matches(']').to_string();
                            session.find_type(&name).map_or(right.clone(), Value::Type)
                        }
                        _ => right,
                    };
                    let mut effects = Effects::default();
                    let done = operators::binary(session, *op, *is_case_sensitive, &left, &right, &mut effects)?;
                    convert::to_bool(&done)
                }
            }
        };
        if is { session.write(item) } else { Ok(()) }
    }
}
