//! Operators that begin with a dash.

use super::{Item, Kind};

/// Names in order with what they do. Texts are those of the product's own tooltips.
const OPERATORS: &[&str] = &[
    "and",
    "as",
    "band",
    "bnot",
    "bor",
    "bxor",
    "ccontains",
    "ceq",
    "cge",
    "cgt",
    "cin",
    "cle",
    "clike",
    "clt",
    "cmatch",
    "cne",
    "cnotcontains",
    "cnotin",
    "cnotlike",
    "cnotmatch",
    "contains",
    "creplace",
    "csplit",
    "eq",
    "f",
    "ge",
    "gt",
    "icontains",
    "ieq",
    "ige",
    "igt",
    "iin",
    "ile",
    "ilike",
    "ilt",
    "imatch",
    "in",
    "ine",
    "inotcontains",
    "inotin",
    "inotlike",
    "inotmatch",
    "ireplace",
    "is",
    "isnot",
    "isplit",
    "join",
    "le",
    "like",
    "lt",
    "match",
    "ne",
    "not",
    "notcontains",
    "notin",
    "notlike",
    "notmatch",
    "or",
    "replace",
    "shl",
    "shr",
    "split",
    "xor",
];

/// The operators that begin with a word; its dash may be there or not.
pub fn complete(word: &str) -> Vec<Item> {
    let stem = word.trim_start_matches(['-', '\u{2013}', '\u{2014}', '\u{2015}']).to_ascii_lowercase();
    OPERATORS
        .iter()
        .filter(|name| name.starts_with(&stem))
        .map(|name| Item::new(format!("-{name}"), *name, Kind::ParameterName, describe(name)))
        .collect()
}

fn describe(name: &str) -> String {
    let (stem, case) = match name {
        "ccontains" | "ceq" | "cge" | "cgt" | "cin" | "cle" | "clike" | "clt" | "cmatch" | "cne" | "cnotcontains"
        | "cnotin" | "cnotlike" | "cnotmatch" | "creplace" | "csplit" => (&name[1..], "case sensitive"),
        "icontains" | "ieq" | "ige" | "igt" | "iin" | "ile" | "ilike" | "ilt" | "imatch" | "ine" | "inotcontains"
        | "inotin" | "inotlike" | "inotmatch" | "ireplace" | "isplit" => (&name[1..], "case insensitive"),
        other => (other, "case insensitive"),
    };
    let compares = |what: &str, verb: &str| {
        format!(
            "{what} - {case}. When the left operand is a collection, returns values from the collection that {verb} the right operand, otherwise returns TRUE if the left operand {} the right operand.",
            match verb {
                "equal" => "equals".to_string(),
                "do not equal" => "does not equal".to_string(),
                "are greater than" | "are less than" | "are greater than or equal" | "are less than or equal" => {
                    verb.replacen("are", "is", 1)
                }
                "match" => "matches".to_string(),
                other => other.replacen("do not", "does not", 1),
            }
        )
    };
    match stem {
        "eq" => compares("Equal to", "equal"),
        "ne" => compares("Not equal to", "do not equal"),
        "gt" => compares("Greater than", "are greater than"),
        "ge" => compares("Greater than or equal to", "are greater than or equal"),
        "lt" => compares("Less than", "are less than"),
        "le" => compares("Less than or equal to", "are less than or equal"),
        "like" => compares("Match wildcard pattern", "match"),
        "notlike" => compares("Does not match wildcard pattern", "do not match"),
        "match" => compares("Match regular expression", "match"),
        "notmatch" => compares("Does not match regular expression", "do not match"),
        "contains" => format!(
            "Contains - {case}. Returns TRUE when the test value exactly matches at least one of the reference values."
        ),
        "notcontains" => format!(
            "Not contains - {case}. Returns FALSE when the test value exactly matches at least one of the reference values."
        ),
        "in" => format!(
            "In - {case}. Returns TRUE when the test value exactly matches at least one of the reference values."
        ),
        "notin" => format!(
            "Not in - {case}. Returns FALSE when the test value exactly matches at least one of the reference values."
        ),
        "replace" => format!("Replace - {case}. Changes the specified elements of a value."),
        "split" => format!("Split - {case}. Splits one or more strings into substrings."),
        "join" => "Join - Combines multiple strings into a single string.".to_string(),
        "and" => "Logical AND".to_string(),
        "or" => "Logical OR".to_string(),
        "xor" => "Logical exclusive OR".to_string(),
        "not" => "Logical NOT".to_string(),
        "band" => "Bitwise AND".to_string(),
        "bor" => "Bitwise OR (inclusive)".to_string(),
        "bxor" => "Bitwise OR (exclusive)".to_string(),
        "bnot" => "Bitwise NOT".to_string(),
        "shl" => "Shift bits to the left.".to_string(),
        "shr" => "Shift bits to the right.".to_string(),
        "is" => "Returns TRUE when the input is an instance of the specified type.".to_string(),
        "isnot" => "Returns TRUE when the input is not an instance of the specified type.".to_string(),
        "as" => "Converts the input to the specified type.".to_string(),
        "f" => "Formats strings by using the format method of string objects.".to_string(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_prefix() {
        let check = |word: &str, expected: &str| {
            let found: Vec<String> = complete(word).into_iter().map(|i| i.text).collect();
            assert_eq!(found.join(" "), expected, "{word}");
        };
        check("-li", "-like");
        check("is", "-is -isnot -isplit");
        check("-zz", "");
        assert_eq!(OPERATORS.len(), 63);
    }
}
