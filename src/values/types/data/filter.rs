//! The expressions of `DataTable.Select`: comparisons of columns, LIKE, IN, IS NULL, AND, OR, NOT.

use std::sync::Arc;

use super::row::Cells;
use super::table::{SharedTable, is_null};
use crate::context::Context;
use crate::error::Result;
use crate::types::fail;
use crate::value::Value;

/// A condition on a row.
pub struct Filter(Option<Node>);

enum Node {
    And(Box<Node>, Box<Node>),
    Or(Box<Node>, Box<Node>),
    Not(Box<Node>),
    Compare(Term, &'static str, Term),
    Like(Term, Term, bool),
    In(Term, Vec<Term>, bool),
    Null(Term, bool),
    /// A column of truth values.
    True(Term),
}

enum Term {
    Column(String),
    Value(Value),
}

/// Deeper nesting is refused.
const DEEPEST: usize = 64;

fn syntax<T>(text: &str) -> Result<T> {
    fail::named("System.Data.SyntaxErrorException", text).throw()
}

#[derive(Clone, PartialEq, Debug)]
enum Token {
    Name(String),
    Text(String),
    Number(String),
    Date(String),
    Sign(&'static str),
}

fn tokens(text: &str) -> Result<Vec<Token>> {
    let chars: Vec<char> = text.chars().collect();
    let (mut at, mut found) = (0, Vec::new());
    while let Some(&ch) = chars.get(at) {
        let until = |from: usize, end: char| {
            chars.get(from..).and_then(|rest| rest.iter().position(|c| *c == end)).map(|n| from + n)
        };
        match ch {
            _ if ch.is_whitespace() => at += 1,
            '\'' => {
                let mut value = String::new();
                at += 1;
                loop {
                    match chars.get(at) {
                        Some('\'') if chars.get(at + 1) == Some(&'\'') => {
                            value.push('\'');
                            at += 2;
                        }
                        Some('\'') => break,
                        Some(c) => {
                            value.push(*c);
                            at += 1;
                        }
                        None => {
                            return syntax(&format!("The expression contains an invalid string constant: '{value}."));
                        }
                    }
                }
                at += 1;
                found.push(Token::Text(value));
            }
            '[' | '#' => {
                let Some(end) = until(at + 1, if ch == '[' { ']' } else { '#' }) else {
                    return syntax("Invalid column name [].");
                };
                let inside: String = chars[at + 1..end].iter().collect();
                found.push(if ch == '[' { Token::Name(inside) } else { Token::Date(inside) });
                at = end + 1;
            }
            _ if ch.is_ascii_digit() || ch == '-' && chars.get(at + 1).is_some_and(char::is_ascii_digit) => {
                let start = at;
                at += 1;
                while chars.get(at).is_some_and(|c| c.is_ascii_alphanumeric() || *c == '.') {
                    at += 1;
                }
                found.push(Token::Number(chars[start..at].iter().collect()));
            }
            _ if ch.is_alphanumeric() || ch == '_' => {
                let start = at;
                while chars.get(at).is_some_and(|c| c.is_alphanumeric() || *c == '_') {
                    at += 1;
                }
                found.push(Token::Name(chars[start..at].iter().collect()));
            }
            _ => {
                let two: String = chars[at..chars.len().min(at + 2)].iter().collect();
                let sign = ["<>", "<=", ">=", "=", "<", ">", "(", ")", ","].into_iter().find(|s| two.starts_with(s));
                let Some(sign) = sign else {
                    return syntax(&format!("The expression contains invalid characters: '{ch}'."));
                };
                at += sign.len();
                found.push(Token::Sign(sign));
            }
        }
    }
    Ok(found)
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
}

impl Parser {
    fn word(&mut self, word: &str) -> bool {
        let is = matches!(self.tokens.get(self.at), Some(Token::Name(n)) if n.eq_ignore_ascii_case(word));
        self.at += usize::from(is);
        is
    }

    fn sign(&mut self, sign: &str) -> bool {
        let is = matches!(self.tokens.get(self.at), Some(Token::Sign(s)) if *s == sign);
        self.at += usize::from(is);
        is
    }

    fn any(&mut self) -> Result<Node> {
        let mut left = self.all()?;
        while self.word("or") {
            left = Node::Or(Box::new(left), Box::new(self.all()?));
        }
        Ok(left)
    }

    fn all(&mut self) -> Result<Node> {
        let mut left = self.single()?;
        while self.word("and") {
            left = Node::And(Box::new(left), Box::new(self.single()?));
        }
        Ok(left)
    }

    fn single(&mut self) -> Result<Node> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return syntax("The expression is too complex.");
        }
        let made = self.single_inside();
        self.depth -= 1;
        made
    }

    fn single_inside(&mut self) -> Result<Node> {
        if self.word("not") {
            return Ok(Node::Not(Box::new(self.single()?)));
        }
        if self.sign("(") {
            let inside = self.any()?;
            if !self.sign(")") {
                return syntax("The expression is missing the closing parenthesis.");
            }
            return Ok(inside);
        }
        let left = self.term()?;
        if self.word("is") {
            let negated = self.word("not");
            if !self.word("null") {
                return syntax("Syntax error: Missing operand after 'Is' operator.");
            }
            return Ok(Node::Null(left, negated));
        }
        let negated = self.word("not");
        if self.word("like") {
            return Ok(Node::Like(left, self.term()?, negated));
        }
        if self.word("in") {
            if !self.sign("(") {
                return syntax(
                    "Syntax error: The items following the IN keyword must be separated by commas and be enclosed in parentheses.",
                );
            }
            let mut list = vec![self.term()?];
            while self.sign(",") {
                list.push(self.term()?);
            }
            if !self.sign(")") {
                return syntax("The expression is missing the closing parenthesis.");
            }
            return Ok(Node::In(left, list, negated));
        }
        for op in ["<>", "<=", ">=", "=", "<", ">"] {
            if self.sign(op) {
                return Ok(Node::Compare(left, op, self.term()?));
            }
        }
        Ok(Node::True(left))
    }

    fn term(&mut self) -> Result<Term> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        Ok(match token {
            Some(Token::Name(n)) if n.eq_ignore_ascii_case("true") => Term::Value(Value::Bool(true)),
            Some(Token::Name(n)) if n.eq_ignore_ascii_case("false") => Term::Value(Value::Bool(false)),
            Some(Token::Name(name)) => Term::Column(name),
            Some(Token::Text(text) | Token::Date(text)) => Term::Value(Value::from(text)),
            Some(Token::Number(text)) => match (text.parse::<i32>(), text.parse::<f64>()) {
                (Ok(n), _) => Term::Value(Value::I32(n)),
                (_, Ok(n)) => Term::Value(Value::F64(n)),
                _ => return syntax(&format!("The expression contains an invalid numeric constant: '{text}'.")),
            },
            Some(Token::Sign(sign)) => {
                return syntax(&format!("Syntax error: Missing operand before '{sign}' operator."));
            }
            None => return syntax("Syntax error: Missing operand."),
        })
    }
}

impl Filter {
    /// Reads an expression; an empty one takes every row.
    pub fn parse(text: &str) -> Result<Filter> {
        if text.trim().is_empty() {
            return Ok(Filter(None));
        }
        let mut parser = Parser { tokens: tokens(text)?, at: 0, depth: 0 };
        let node = parser.any()?;
        if parser.at < parser.tokens.len() {
            return syntax("Syntax error in the expression.");
        }
        Ok(Filter(Some(node)))
    }

    /// Whether a row fulfils the condition.
    pub fn takes(&self, ctx: &mut dyn Context, row: &Arc<Cells>) -> Result<bool> {
        match &self.0 {
            Some(node) => holds(ctx, row, node),
            None => Ok(true),
        }
    }
}

fn value(row: &Arc<Cells>, term: &Term) -> Result<Value> {
    match term {
        Term::Value(value) => Ok(value.clone()),
        Term::Column(name) => {
            let place = row.table()?.lock().place(name);
            match place {
                Some(n) => Ok(row.cell(n)),
                None => fail::named("System.Data.EvaluateException", format!("Cannot find column [{name}].")).throw(),
            }
        }
    }
}

/// Order of two cells, the text of a constant read as the other side's type.
fn order(ctx: &mut dyn Context, x: &Value, y: &Value) -> Result<std::cmp::Ordering> {
    let (mut x, mut y) = (x.clone(), y.clone());
    if let (Some(ty), Value::Str(_)) = (x.type_ref(), &y)
        && !matches!(x, Value::Str(_))
    {
        y = crate::convert::convert(ctx, &y, ty)?;
    } else if let (Value::Str(_), Some(ty)) = (&x, y.type_ref())
        && !matches!(y, Value::Str(_))
    {
        x = crate::convert::convert(ctx, &x, ty)?;
    }
    crate::operators::compare(ctx, &x, &y, true)
}

fn holds(ctx: &mut dyn Context, row: &Arc<Cells>, node: &Node) -> Result<bool> {
    Ok(match node {
        Node::And(a, b) => holds(ctx, row, a)? && holds(ctx, row, b)?,
        Node::Or(a, b) => holds(ctx, row, a)? || holds(ctx, row, b)?,
        Node::Not(a) => !holds(ctx, row, a)?,
        Node::Null(term, negated) => is_null(&value(row, term)?) != *negated,
        Node::True(term) => crate::convert::to_bool(&value(row, term)?),
        Node::Compare(left, op, right) => {
            let (x, y) = (value(row, left)?, value(row, right)?);
            // Nothing compares with nothing.
            if is_null(&x) || is_null(&y) {
                return Ok(false);
            }
            let order = order(ctx, &x, &y)?;
            match *op {
                "=" => order.is_eq(),
                "<>" => order.is_ne(),
                "<" => order.is_lt(),
                "<=" => order.is_le(),
                ">" => order.is_gt(),
                _ => order.is_ge(),
            }
        }
        Node::In(left, list, negated) => {
            let x = value(row, left)?;
            let mut found = false;
            for term in list {
                let y = value(row, term)?;
                found = found || !is_null(&x) && !is_null(&y) && order(ctx, &x, &y)?.is_eq();
            }
            found != *negated
        }
        Node::Like(left, right, negated) => {
            let (x, pattern) = (value(row, left)?, value(row, right)?);
            if is_null(&x) {
                return Ok(false);
            }
            let text = crate::convert::to_str(ctx, &x)?.to_lowercase();
            let pattern = crate::convert::to_str(ctx, &pattern)?.to_lowercase();
            like(&text, &pattern) != *negated
        }
    })
}

/// `*` and `%` at the ends of a pattern stand for anything.
fn like(text: &str, pattern: &str) -> bool {
    let is_wild = |c: char| c == '*' || c == '%';
    let (open, close) = (pattern.starts_with(is_wild), pattern.len() > 1 && pattern.ends_with(is_wild));
    let inner = pattern.trim_matches(is_wild);
    match (open, close) {
        (true, true) => text.contains(inner),
        (true, false) => text.ends_with(inner),
        (false, true) => text.starts_with(inner),
        (false, false) => text == inner,
    }
}

/// `Name DESC, Other`: places of columns and whether they descend.
pub fn sort_keys(table: &SharedTable, text: &str) -> Result<Vec<(usize, bool)>> {
    let mut keys = Vec::new();
    for part in text.split(',').map(str::trim).filter(|p| !p.is_empty()) {
        let (name, descends) = match part.rsplit_once(' ') {
            Some((name, word)) if word.eq_ignore_ascii_case("desc") => (name, true),
            Some((name, word)) if word.eq_ignore_ascii_case("asc") => (name, false),
            _ => (part, false),
        };
        let name = name.trim().trim_start_matches('[').trim_end_matches(']');
        let place = table.lock().place(name);
        match place {
            Some(n) => keys.push((n, descends)),
            None => {
                return fail::named("System.IndexOutOfRangeException", format!("Cannot find column {name}.")).throw();
            }
        }
    }
    Ok(keys)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions() {
        for good in ["", "a = 1", "a > 1 AND (b = 'x' OR NOT c)", "[a b] LIKE 'x*'", "a IN (1, 2)", "a is not null"] {
            assert!(Filter::parse(good).is_ok(), "{good}");
        }
        for bad in ["a =", "a = 1 b", "(a = 1", "a ~ 2", "'x", "a in 1"] {
            assert!(Filter::parse(bad).is_err(), "{bad}");
        }
        assert!(like("hello", "he*") && like("hello", "%llo") && like("hello", "*ell*") && !like("hello", "ell"));
        assert!(Filter::parse(&"(".repeat(1000)).is_err());
    }
}
