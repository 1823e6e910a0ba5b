//! Elements of HTML pages, found as the basic parser finds them: tag by tag, without a tree.

use std::sync::Arc;

use values::regex::{Options, Regex, Subject};
use values::{Object, Str, Value};

/// The elements of a tag as objects: the whole text, the tag's name, the attributes.
pub fn elements(page: &str, tag: &str) -> Value {
    let pattern = match tag {
        "a" => r"<a\s+[^>]*>(.*?)</a\s*>",
        "img" => r"<img\s[^>]*?>",
        _ => r"<input\s+[^>]*(/?>|>.*?</input\s*>)",
    };
    let Ok(regex) = Regex::cached(pattern, Options::IGNORE_CASE.with(Options::SINGLELINE)) else {
        return Value::array(Vec::new());
    };
    let subject = Subject::new(page);
    let found = regex.find_all(&subject, 0).unwrap_or_default();
    let items = found
        .into_iter()
        .filter_map(|m| m.span(0))
        .map(|(start, end)| element(&subject.slice(start, end), tag))
        .collect();
    Value::array(items)
}

fn element(text: &str, tag: &str) -> Value {
    let mut pairs: Vec<(Str, Value)> =
        vec![(Str::from("outerHTML"), Value::from(text)), (Str::from("tagName"), Value::from(tag.to_uppercase()))];
    let open = text.find('>').map_or(text, |at| &text[..at]);
    let rest = open.trim_start_matches('<');
    let rest = rest.find(char::is_whitespace).map_or("", |at| &rest[at..]);
    for (name, value) in attributes(rest.trim_end_matches('/')) {
        if !pairs.iter().any(|(n, _)| n.eq_ignore_ascii_case(&name)) {
            pairs.push((Str::from(name), value.map(Value::from).unwrap_or_default()));
        }
    }
    Value::Object(Arc::new(Object::from_pairs(pairs)))
}

fn attributes(text: &str) -> Vec<(String, Option<String>)> {
    let mut found = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some((start, c)) = chars.peek().copied() {
        if c.is_whitespace() {
            chars.next();
            continue;
        }
        let mut end = start;
        while let Some((at, c)) = chars.peek().copied() {
            if c.is_whitespace() || c == '=' {
                break;
            }
            end = at + c.len_utf8();
            chars.next();
        }
        let name = text[start..end].to_string();
        if chars.peek().is_none_or(|(_, c)| *c != '=') {
            found.push((name, None));
            continue;
        }
        chars.next();
        let Some((from, quote)) = chars.peek().copied() else { break };
        if quote == '"' || quote == '\'' {
            chars.next();
            let close = text[from + 1..].find(quote).map_or(text.len(), |at| from + 1 + at);
            found.push((name, Some(text[from + 1..close].to_string())));
            while chars.peek().is_some_and(|(at, _)| *at <= close) {
                chars.next();
            }
        } else {
            let close = text[from..].find(char::is_whitespace).map_or(text.len(), |at| from + at);
            found.push((name, Some(text[from..close].to_string())));
            while chars.peek().is_some_and(|(at, _)| *at < close) {
                chars.next();
            }
        }
        if name_is_empty(&found) {
            break;
        }
    }
    found
}

fn name_is_empty(found: &[(String, Option<String>)]) -> bool {
    found.last().is_some_and(|(n, _)| n.is_empty())
}
