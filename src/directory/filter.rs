//! `-Filter`: OPATH strings and script blocks, `Property -op value` with -and, -or, -not and brackets.

use serde_json::Value as Json;
use store::Match;

use crate::fault::Fault;

/// A filter, ready to be applied.
#[derive(Clone, Debug, PartialEq)]
pub enum Filter {
    And(Box<Filter>, Box<Filter>),
    Or(Box<Filter>, Box<Filter>),
    Not(Box<Filter>),
    Test { property: String, operator: Operator, value: Operand },
}

/// Comparison operators, case-insensitive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    Eq,
    Ne,
    Like,
    NotLike,
    Gt,
    Ge,
    Lt,
    Le,
}

/// What a property is compared with.
#[derive(Clone, Debug, PartialEq)]
pub enum Operand {
    Null,
    Bool(bool),
    Text(String),
    /// A variable of the session, `name` or `name.Property`; resolved before the filter is applied.
    Variable(String),
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Open,
    Close,
    Dash(String),
    Word(String),
    Text(String),
}

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let marks: Vec<char> = text.chars().collect();
    let (mut i, mut found) = (0, Vec::new());
    while i < marks.len() {
        let c = marks[i];
        match c {
            _ if c.is_whitespace() => i += 1,
            '(' => {
                found.push(Token::Open);
                i += 1;
            }
            ')' => {
                found.push(Token::Close);
                i += 1;
            }
            '\'' | '"' | '‘' | '’' | '“' | '”' => {
                let close = match c {
                    '\'' | '‘' | '’' => ['\'', '’', '‘'],
                    _ => ['"', '”', '“'],
                };
                let mut inside = String::new();
                i += 1;
                loop {
                    match marks.get(i) {
                        None => return Err("a quotation mark is not closed".to_owned()),
                        Some(q) if close.contains(q) => {
                            if marks.get(i + 1).is_some_and(|n| close.contains(n)) {
                                inside.push(*q);
                                i += 2;
                            } else {
                                i += 1;
                                break;
                            }
                        }
                        Some(other) => {
                            inside.push(*other);
                            i += 1;
                        }
                    }
                }
                found.push(Token::Text(inside));
            }
            '-' if marks.get(i + 1).is_some_and(|n| n.is_ascii_alphabetic()) => {
                let end = (i + 1..marks.len()).find(|j| !marks[*j].is_ascii_alphabetic()).unwrap_or(marks.len());
                found.push(Token::Dash(marks[i + 1..end].iter().collect::<String>().to_ascii_lowercase()));
                i = end;
            }
            _ => {
                let end = (i..marks.len())
                    .find(|j| marks[*j].is_whitespace() || matches!(marks[*j], '(' | ')'))
                    .unwrap_or(marks.len());
                found.push(Token::Word(marks[i..end].iter().collect()));
                i = end;
            }
        }
    }
    Ok(found)
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
}

impl Parser {
    fn dash(&self, name: &str) -> bool {
        matches!(self.tokens.get(self.at), Some(Token::Dash(d)) if d == name)
    }

    fn or(&mut self) -> Result<Filter, String> {
        let mut left = self.and()?;
        while self.dash("or") {
            self.at += 1;
            left = Filter::Or(Box::new(left), Box::new(self.and()?));
        }
        Ok(left)
    }

    fn and(&mut self) -> Result<Filter, String> {
        let mut left = self.not()?;
        while self.dash("and") {
            self.at += 1;
            left = Filter::And(Box::new(left), Box::new(self.not()?));
        }
        Ok(left)
    }

    fn not(&mut self) -> Result<Filter, String> {
        if self.dash("not") {
            self.at += 1;
            return Ok(Filter::Not(Box::new(self.not()?)));
        }
        if self.tokens.get(self.at) == Some(&Token::Open) {
            self.at += 1;
            let inside = self.or()?;
            if self.tokens.get(self.at) != Some(&Token::Close) {
                return Err("a bracket is not closed".to_owned());
            }
            self.at += 1;
            return Ok(inside);
        }
        self.test()
    }

    fn test(&mut self) -> Result<Filter, String> {
        let property = match self.tokens.get(self.at) {
            Some(Token::Word(word)) => word.trim_start_matches("$_.").to_owned(),
            other => return Err(format!("a property is expected, not {other:?}")),
        };
        let operator = match self.tokens.get(self.at + 1) {
            Some(Token::Dash(name)) => match name.as_str() {
                "eq" | "ieq" | "ceq" => Operator::Eq,
                "ne" | "ine" | "cne" => Operator::Ne,
                "like" | "ilike" | "contains" => Operator::Like,
                "notlike" | "inotlike" | "notcontains" => Operator::NotLike,
                "gt" => Operator::Gt,
                "ge" => Operator::Ge,
                "lt" => Operator::Lt,
                "le" => Operator::Le,
                other => return Err(format!("\"-{other}\" is not a valid operator")),
            },
            _ => return Err(format!("an operator is expected after \"{property}\"")),
        };
        let value = match self.tokens.get(self.at + 2) {
            Some(Token::Text(text)) => Operand::Text(text.clone()),
            Some(Token::Word(word)) => match word.to_ascii_lowercase().as_str() {
                "$null" => Operand::Null,
                "$true" => Operand::Bool(true),
                "$false" => Operand::Bool(false),
                name if name.starts_with('$') => Operand::Variable(word[1..].trim_matches(['{', '}']).to_owned()),
                _ => Operand::Text(word.clone()),
            },
            _ => return Err(format!("a value is expected after the operator of \"{property}\"")),
        };
        self.at += 3;
        Ok(Filter::Test { property, operator, value })
    }
}

/// Wildcards `*` and `?`, case aside.
pub fn like(text: &str, pattern: &str) -> bool {
    // The most common patterns without looking at each character: a whole text, or its beginning.
    if text.is_ascii() && pattern.is_ascii() && !pattern.contains('?') {
        match pattern.find('*') {
            None => return text.eq_ignore_ascii_case(pattern),
            Some(at) if at + 1 == pattern.len() => {
                return text.len() >= at && text[..at].eq_ignore_ascii_case(&pattern[..at]);
            }
            Some(_) => {}
        }
    }
    let (text, pattern): (Vec<char>, Vec<char>) =
        (text.to_lowercase().chars().collect(), pattern.to_lowercase().chars().collect());
    let (mut t, mut p, mut star, mut mark) = (0, 0, None, 0);
    while t < text.len() {
        if p < pattern.len() && (pattern[p] == '?' || pattern[p] == text[t]) && pattern[p] != '*' {
            t += 1;
            p += 1;
        } else if p < pattern.len() && pattern[p] == '*' {
            star = Some(p);
            mark = t;
            p += 1;
        } else if let Some(s) = star {
            p = s + 1;
            mark += 1;
            t = mark;
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

fn text_of(json: &Json) -> String {
    match json {
        Json::String(text) => text.clone(),
        Json::Null => String::new(),
        other => other.to_string(),
    }
}

fn compare(json: &Json, operator: Operator, value: &Operand) -> bool {
    let equal = |json: &Json| match (json, value) {
        (Json::Null, Operand::Null) => true,
        (Json::String(text), Operand::Null) => text.is_empty(),
        (Json::Array(items), Operand::Null) => items.is_empty(),
        (Json::Null, Operand::Bool(b)) => !b,
        (Json::Bool(a), Operand::Bool(b)) => a == b,
        (Json::Bool(a), Operand::Text(b)) => b.eq_ignore_ascii_case(if *a { "true" } else { "false" }),
        (json, Operand::Text(text)) => {
            let own = text_of(json);
            own.to_lowercase() == text.to_lowercase()
                || matches!((own.parse::<f64>(), text.parse::<f64>()), (Ok(a), Ok(b)) if a == b)
        }
        _ => false,
    };
    let ordered = |json: &Json| {
        let (own, other) = (text_of(json), if let Operand::Text(t) = value { t.as_str() } else { "" });
        let moment = |text: &str| crate::convert::milliseconds(&command::Value::from(text));
        match (own.parse::<f64>(), other.parse::<f64>()) {
            (Ok(a), Ok(b)) => a.partial_cmp(&b),
            _ if own.is_empty() => None,
            _ if moment(&own).is_some() && moment(other).is_some() => moment(&own).partial_cmp(&moment(other)),
            _ => Some(own.to_lowercase().cmp(&other.to_lowercase())),
        }
    };
    let pattern = if let Operand::Text(t) = value { t.as_str() } else { "" };
    let one = |json: &Json| match operator {
        Operator::Eq | Operator::Ne => equal(json),
        Operator::Like | Operator::NotLike => like(&text_of(json), pattern),
        Operator::Gt => ordered(json).is_some_and(std::cmp::Ordering::is_gt),
        Operator::Ge => ordered(json).is_some_and(std::cmp::Ordering::is_ge),
        Operator::Lt => ordered(json).is_some_and(std::cmp::Ordering::is_lt),
        Operator::Le => ordered(json).is_some_and(std::cmp::Ordering::is_le),
    };
    let any = match json {
        Json::Array(items) if !matches!(value, Operand::Null) => items.iter().any(one),
        other => one(other),
    };
    if matches!(operator, Operator::Ne | Operator::NotLike) { !any } else { any }
}

impl Filter {
    /// Reads a filter; braces of a script block around it are taken off.
    pub fn parse(text: &str) -> Result<Filter, Fault> {
        let text = text.trim();
        let text = text.strip_prefix('{').and_then(|t| t.strip_suffix('}')).unwrap_or(text);
        let fault = |what: String| {
            Fault::argument("InvalidFilter", format!("Cannot bind parameter 'Filter' to the target. Exception setting \"Filter\": \"Invalid filter syntax: {what}. For a description of the filter parameter syntax see the command help.\"")).at(text)
        };
        let tokens = tokens(text).map_err(fault)?;
        let mut parser = Parser { tokens, at: 0 };
        let filter = parser.or().map_err(fault)?;
        if parser.at < parser.tokens.len() {
            return Err(fault(format!("unexpected {:?}", parser.tokens[parser.at])));
        }
        Ok(filter)
    }

    /// Whether an object passes, given its properties' values by name.
    pub fn passes(&self, property: &mut dyn FnMut(&str) -> Json) -> bool {
        match self {
            Filter::And(a, b) => a.passes(property) && b.passes(property),
            Filter::Or(a, b) => a.passes(property) || b.passes(property),
            Filter::Not(a) => !a.passes(property),
            Filter::Test { property: name, operator, value } => compare(&property(name), *operator, value),
        }
    }

    /// Puts values in the place of variables.
    pub fn resolve(&mut self, value: &mut dyn FnMut(&str) -> Operand) {
        match self {
            Filter::And(a, b) | Filter::Or(a, b) => {
                a.resolve(value);
                b.resolve(value);
            }
            Filter::Not(a) => a.resolve(value),
            Filter::Test { value: operand, .. } => {
                if let Operand::Variable(name) = operand {
                    *operand = value(name);
                }
            }
        }
    }

    /// The properties it looks at.
    pub fn properties(&self) -> Vec<&str> {
        match self {
            Filter::And(a, b) | Filter::Or(a, b) => a.properties().into_iter().chain(b.properties()).collect(),
            Filter::Not(a) => a.properties(),
            Filter::Test { property, .. } => vec![property],
        }
    }

    /// Whether the condition that `narrowed` gives is all that the filter asks for.
    pub fn is_exact(&self, is_indexed: &dyn Fn(&str) -> bool) -> bool {
        match self {
            Filter::Test { property, operator: Operator::Eq, value: Operand::Text(text) } => {
                is_indexed(property) && !text.is_empty()
            }
            Filter::Test { property, operator: Operator::Like, value: Operand::Text(text) } => {
                is_indexed(property)
                    && text.len() > 1
                    && text.find(['*', '?']) == Some(text.len() - 1)
                    && text.ends_with('*')
            }
            _ => false,
        }
    }

    /// A condition on an indexed property that every passing object meets.
    pub fn narrowed(&self, is_indexed: &dyn Fn(&str) -> bool) -> Option<(&str, Match)> {
        match self {
            Filter::And(a, b) => a.narrowed(is_indexed).or_else(|| b.narrowed(is_indexed)),
            Filter::Test { property, operator: Operator::Eq, value: Operand::Text(text) } if is_indexed(property) => {
                Some((property, Match::Is(text.clone())))
            }
            Filter::Test { property, operator: Operator::Like, value: Operand::Text(text) } if is_indexed(property) => {
                let plain = text.find(['*', '?']).map_or(text.as_str(), |at| &text[..at]);
                (!plain.is_empty()).then(|| (property.as_str(), Match::Begins(plain.to_owned())))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn filters() {
        let object = json!({ "Name": "Kim Akers", "LineURI": "tel:+14255551234", "UMEnabled": true, "Count": 7, "Tags": ["a", "b"] });
        let check = |text: &str, expected: bool| {
            let filter = Filter::parse(text).unwrap();
            let mut get = |name: &str| object.get(name).cloned().unwrap_or(Json::Null);
            assert_eq!(filter.passes(&mut get), expected, "{text}");
        };
        check("Name -eq 'kim akers'", true);
        check("{LineURI -like \"tel:+1425*\"}", true);
        check("(UMEnabled -eq $true) -and (Name -notlike 'Pat*')", true);
        check("-not (Count -gt 7) -and Count -ge 7", true);
        check("Tags -eq 'B' -or Name -eq 'x'", true);
        check("Missing -ne $null", false);
        check("Missing -eq $null", true);
        check("Name -like '*'", true);
        check("Name -eq 'O''Neil'", false);
        for bad in ["Name", "Name -eq", "(Name -eq 'x'", "Name -is 'x'", "Name -eq 'x' Name"] {
            assert!(Filter::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn narrowing() {
        let filter = Filter::parse("Enabled -eq $true -and LineURI -like 'tel:+1425*'").unwrap();
        let found = filter.narrowed(&|name| name == "LineURI");
        assert_eq!(found, Some(("LineURI", Match::Begins("tel:+1425".into()))));
        let exact = |text: &str| Filter::parse(text).unwrap().is_exact(&|name| name == "LineURI");
        assert!(exact("LineURI -like 'tel:+1425*'") && exact("LineURI -eq 'tel:+1'"));
        assert!(!exact("LineURI -like 'tel:*5'") && !exact("LineURI -like '*'") && !exact("Name -eq 'x'"));
        assert!(!filter.is_exact(&|name| name == "LineURI"));
    }

    #[test]
    fn wildcards() {
        assert!(like("RedmondDialPlan", "red*plan"));
        assert!(like("abc", "a?c"));
        assert!(!like("abc", "a?"));
        assert!(like("", "*"));
    }
}
