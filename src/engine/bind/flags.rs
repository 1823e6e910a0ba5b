//! `FlagsExpression<T>`: names of an enumeration joined by `,` (or), `+` (and) and `!` (not).

use values::{Context, Result, Str, TypeRef, Value, convert};

const UNEXPECTED: &str = "Unable to parse the expression due to an unexpected token. An identifier name or a NOT (!) operator is expected at the start of the expression, or after an OR (,) operator or an AND (+) operator. Also, an expression must not end with an OR (,), AND (+) or NOT (!) operator.";
const MISSING: &str = "Unable to parse the expression due to an unexpected token. An OR (,) operator or an AND (+) operator is expected after an identifier name.";

/// The enumeration of a parameter's type, when the type is such an expression.
pub fn enumeration(type_name: &str) -> Option<TypeRef> {
    let inner = type_name.strip_prefix("System.Management.Automation.FlagsExpression`1[")?;
    TypeRef::find(inner.trim_end_matches(']'))
}

/// The expression with the names in full; the inner result says why it is none.
pub fn parse(ctx: &mut dyn Context, value: &Value, ty: TypeRef) -> Result<std::result::Result<Value, Str>> {
    let text = match value.as_array() {
        Some(list) => list.to_vec().iter().map(convert::to_display).collect::<Vec<_>>().join(","),
        None => convert::to_display(value),
    };
    let mut made = String::new();
    let mut expects_name = true;
    let mut rest = text.trim();
    while let Some(c) = rest.chars().next() {
        match c {
            ' ' => rest = &rest[1..],
            '!' if expects_name => {
                made.push(c);
                rest = &rest[1..];
            }
            ',' | '+' if !expects_name => {
                made.push(c);
                expects_name = true;
                rest = &rest[1..];
            }
            ',' | '+' => return Ok(Err(Str::from(UNEXPECTED))),
            _ if !expects_name => return Ok(Err(Str::from(MISSING))),
            _ => {
                let end = rest.find([',', '+', '!', ' ']).unwrap_or(rest.len());
                match convert::convert(ctx, &Value::from(&rest[..end]), ty) {
                    Ok(known) => made.push_str(&convert::to_display(&known)),
                    Err(flow) => {
                        let Some(record) = flow.record() else { return Err(flow) };
                        let why = record.exception.message().to_string();
                        // The reason alone, without the conversion that it stopped.
                        let why =
                            why.split_once("Error: \"").map_or(why.as_str(), |(_, why)| why.trim_end_matches('"'));
                        return Ok(Err(Str::from(why)));
                    }
                }
                expects_name = false;
                rest = &rest[end..];
            }
        }
    }
    Ok(if expects_name { Err(Str::from(UNEXPECTED)) } else { Ok(Value::from(made)) })
}
