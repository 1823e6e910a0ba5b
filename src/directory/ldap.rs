//! LDAP filters, `(&(a=b)(|(c=d*)(!(e=f))))`, as conditions (RFC 4515).

use crate::filter::{Filter, Operand, Operator};

impl Filter {
    /// Reads an LDAP filter; `property` gives the property that an attribute is kept in. `None` when it is not well formed.
    pub fn parse_ldap(text: &str, property: &dyn Fn(&str) -> String) -> Option<Filter> {
        let text = text.trim();
        // A filter of one condition may stand without brackets.
        let whole = if text.starts_with('(') { text.to_owned() } else { format!("({text})") };
        let (filter, rest) = one(&whole, property)?;
        rest.trim().is_empty().then_some(filter)
    }
}

fn one<'a>(text: &'a str, property: &dyn Fn(&str) -> String) -> Option<(Filter, &'a str)> {
    let inside = text.trim_start().strip_prefix('(')?;
    match inside.trim_start().chars().next()? {
        mark @ ('&' | '|') => {
            let mut rest = &inside.trim_start()[1..];
            let mut all: Option<Filter> = None;
            while !rest.trim_start().starts_with(')') {
                let (next, after) = one(rest, property)?;
                rest = after;
                all = Some(match all {
                    None => next,
                    Some(have) if mark == '&' => Filter::And(Box::new(have), Box::new(next)),
                    Some(have) => Filter::Or(Box::new(have), Box::new(next)),
                });
            }
            Some((all?, rest.trim_start().strip_prefix(')')?))
        }
        '!' => {
            let (inner, rest) = one(&inside.trim_start()[1..], property)?;
            Some((Filter::Not(Box::new(inner)), rest.trim_start().strip_prefix(')')?))
        }
        _ => {
            let end = inside.find(')')?;
            Some((test(&inside[..end], property)?, &inside[end + 1..]))
        }
    }
}

fn test(text: &str, property: &dyn Fn(&str) -> String) -> Option<Filter> {
    let (attribute, value) = text.split_once('=')?;
    let (attribute, operator) = match attribute.chars().last()? {
        '>' => (&attribute[..attribute.len() - 1], Operator::Ge),
        '<' => (&attribute[..attribute.len() - 1], Operator::Le),
        '~' => (&attribute[..attribute.len() - 1], Operator::Eq),
        // Matching rules (`attribute:rule:=value`) are not offered.
        ':' => return None,
        _ => (attribute, if value.contains('*') { Operator::Like } else { Operator::Eq }),
    };
    let named = property(attribute.trim());
    if named.is_empty() {
        return None;
    }
    if value == "*" {
        return Some(Filter::Test { property: named, operator: Operator::Ne, value: Operand::Null });
    }
    let value = match value.to_ascii_uppercase().as_str() {
        "TRUE" => Operand::Bool(true),
        "FALSE" => Operand::Bool(false),
        _ => Operand::Text(unescaped(value)?),
    };
    Some(Filter::Test { property: named, operator, value })
}

/// `\28` stands for an opening bracket.
fn unescaped(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if *first == b'\\' {
            let digits = std::str::from_utf8(rest.get(..2)?).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = &rest[2..];
        } else {
            bytes.push(*first);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value as Json, json};

    #[test]
    fn filters() {
        let object = json!({ "Name": "Kim (HR)", "Department": "Sales", "Enabled": true, "Tags": ["a"] });
        let check = |text: &str, expected: bool| {
            let filter = Filter::parse_ldap(text, &str::to_owned).unwrap();
            assert_eq!(filter.passes(&mut |name| object.get(name).cloned().unwrap_or(Json::Null)), expected, "{text}");
        };
        check("(Name=kim*)", true);
        check("Department=Sales", true);
        check("(&(Department=Sales)(!(Name=Pat*))(Enabled=TRUE))", true);
        check("(|(Department=HR)(Tags=A))", true);
        check("(Name=Kim \\28HR\\29)", true);
        check("(Missing=*)", false);
        check("(!(Missing=*))", true);
        for bad in ["(Name", "(&)", "(Name=x))", "(=x)", "(uac:1.2:=2)"] {
            assert!(Filter::parse_ldap(bad, &str::to_owned).is_none(), "{bad}");
        }
    }
}
