//! JSON Schema: the keywords that check types, ranges, texts, lists, objects and combinations.

use values::regex::{Options, Regex, Subject};
use values::{Dict, Value, convert};

/// Where a value breaks its schema, and how.
pub type Fault = (String, String);

/// Checks a value against a schema.
pub fn check(value: &Value, schema: &Value) -> Vec<Fault> {
    let mut faults = Vec::new();
    let checker = Checker { root: schema };
    checker.check(value, schema, "", &mut faults);
    faults
}

struct Checker<'a> {
    root: &'a Value,
}

fn entry(dict: &Dict, name: &str) -> Option<Value> {
    dict.get_str(name)
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::F64(n) => Some(*n),
        Value::BigInt(b) => b.to_string().parse().ok(),
        other => other.as_i64().map(|n| n as f64),
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Str(_) => "string",
        Value::Array(_) => "array",
        Value::Dict(_) => "object",
        Value::F64(n) if n.fract() != 0.0 => "number",
        _ => "integer",
    }
}

fn equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Array(x), Value::Array(y)) => {
            let (x, y) = (x.to_vec(), y.to_vec());
            x.len() == y.len() && x.iter().zip(&y).all(|(p, q)| equal(p, q))
        }
        (Value::Dict(x), Value::Dict(y)) => {
            let entries = x.to_vec();
            entries.len() == y.len() && entries.iter().all(|(k, v)| y.get(k).is_some_and(|w| equal(v, &w)))
        }
        _ => match (number(a), number(b)) {
            (Some(x), Some(y)) => x == y,
            _ => kind(a) == kind(b) && convert::to_display(a) == convert::to_display(b),
        },
    }
}

impl Checker<'_> {
    fn is_valid(&self, value: &Value, schema: &Value) -> bool {
        let mut faults = Vec::new();
        self.check(value, schema, "", &mut faults);
        faults.is_empty()
    }

    fn resolve(&self, reference: &str) -> Option<Value> {
        let mut at = self.root.clone();
        for part in reference.strip_prefix('#')?.split('/').skip(1) {
            let part = part.replace("~1", "/").replace("~0", "~");
            at = match &at {
                Value::Dict(d) => entry(d, &part)?,
                Value::Array(a) => a.get(part.parse().ok()?)?,
                _ => return None,
            };
        }
        Some(at)
    }

    fn check(&self, value: &Value, schema: &Value, place: &str, faults: &mut Vec<Fault>) {
        let schema = match schema {
            Value::Bool(true) => return,
            Value::Bool(false) => {
                faults.push((place.into(), "All values fail against the false schema".into()));
                return;
            }
            Value::Dict(d) => d,
            _ => return,
        };
        let mut fail = |why: String| faults.push((place.to_string(), why));
        if let Some(Value::Str(reference)) = entry(schema, "$ref") {
            match self.resolve(&reference) {
                Some(target) => self.check(value, &target, place, faults),
                None => fail(format!("Cannot resolve \"{reference}\"")),
            }
            return;
        }
        if let Some(wanted) = entry(schema, "type") {
            let names: Vec<String> = match &wanted {
                Value::Array(a) => a.to_vec().iter().map(convert::to_display).collect(),
                other => vec![convert::to_display(other)],
            };
            let has = kind(value);
            if !names.iter().any(|n| n == has || (n == "number" && has == "integer")) {
                fail(format!("Value is \"{has}\" but should be \"{}\"", names.join(", ")));
            }
        }
        if let Some(Value::Array(all)) = entry(schema, "enum")
            && !all.to_vec().iter().any(|one| equal(one, value))
        {
            fail("Value should match one of the values specified by the enum".into());
        }
        if let Some(one) = entry(schema, "const")
            && !equal(&one, value)
        {
            fail(format!("Expected \"{}\"", convert::to_display(&one)));
        }
        match value {
            Value::Str(text) => check_text(text, schema, &mut fail),
            Value::Array(items) => self.list(&items.to_vec(), schema, place, faults),
            Value::Dict(object) => self.object(object, schema, place, faults),
            other => check_number(other, schema, &mut fail),
        }
        self.combinations(value, schema, place, faults);
    }

    fn list(&self, items: &[Value], schema: &Dict, place: &str, faults: &mut Vec<Fault>) {
        let count = |name: &str| entry(schema, name).and_then(|v| number(&v));
        if count("minItems").is_some_and(|n| (items.len() as f64) < n) {
            faults.push((place.into(), format!("Value has fewer than {} items", count("minItems").unwrap_or(0.0))));
        }
        if count("maxItems").is_some_and(|n| items.len() as f64 > n) {
            faults.push((place.into(), format!("Value has more than {} items", count("maxItems").unwrap_or(0.0))));
        }
        if matches!(entry(schema, "uniqueItems"), Some(Value::Bool(true))) {
            let is_twice = items.iter().enumerate().any(|(at, one)| items[..at].iter().any(|other| equal(one, other)));
            if is_twice {
                faults.push((place.into(), "Expected all items to be unique".into()));
            }
        }
        let mut first = 0;
        if let Some(Value::Array(places)) = entry(schema, "prefixItems") {
            for (at, (item, one)) in items.iter().zip(places.to_vec()).enumerate() {
                self.check(item, &one, &format!("{place}/{at}"), faults);
                first = at + 1;
            }
        }
        if let Some(each) = entry(schema, "items") {
            for (at, item) in items.iter().enumerate().skip(first) {
                self.check(item, &each, &format!("{place}/{at}"), faults);
            }
        }
        if let Some(one) = entry(schema, "contains")
            && !items.iter().any(|item| self.is_valid(item, &one))
        {
            faults.push((place.into(), "No item fits the schema of \"contains\"".into()));
        }
    }

    fn object(&self, object: &Dict, schema: &Dict, place: &str, faults: &mut Vec<Fault>) {
        let entries = object.to_vec();
        if let Some(Value::Array(required)) = entry(schema, "required") {
            let missing: Vec<String> = required
                .to_vec()
                .iter()
                .filter(|n| object.get(n).is_none())
                .map(|n| format!("\"{}\"", convert::to_display(n)))
                .collect();
            if !missing.is_empty() {
                faults.push((place.into(), format!("Required properties [{}] are not present", missing.join(","))));
            }
        }
        let known = match entry(schema, "properties") {
            Some(Value::Dict(d)) => Some(d),
            _ => None,
        };
        let patterns: Vec<(Value, Value)> = match entry(schema, "patternProperties") {
            Some(Value::Dict(d)) => d.to_vec(),
            _ => Vec::new(),
        };
        let other = entry(schema, "additionalProperties");
        for (name, value) in &entries {
            let text = convert::to_display(name);
            let inner = format!("{place}/{text}");
            let mut is_known = false;
            if let Some(schema) = known.as_ref().and_then(|k| k.get(name)) {
                is_known = true;
                self.check(value, &schema, &inner, faults);
            }
            for (pattern, schema) in &patterns {
                if fits(&convert::to_display(pattern), &text) {
                    is_known = true;
                    self.check(value, schema, &inner, faults);
                }
            }
            if let (Some(schema), false) = (&other, is_known) {
                self.check(value, schema, &inner, faults);
            }
        }
        let count = |name: &str| entry(schema, name).and_then(|v| number(&v));
        if count("minProperties").is_some_and(|n| (entries.len() as f64) < n) {
            faults.push((place.into(), "Value has too few properties".into()));
        }
        if count("maxProperties").is_some_and(|n| entries.len() as f64 > n) {
            faults.push((place.into(), "Value has too many properties".into()));
        }
    }

    fn combinations(&self, value: &Value, schema: &Dict, place: &str, faults: &mut Vec<Fault>) {
        let list = |name: &str| match entry(schema, name) {
            Some(Value::Array(a)) => Some(a.to_vec()),
            _ => None,
        };
        for one in list("allOf").unwrap_or_default() {
            self.check(value, &one, place, faults);
        }
        if list("anyOf").is_some_and(|all| !all.iter().any(|one| self.is_valid(value, one))) {
            faults.push((place.into(), "Expected any of the subschemas to match but found none".into()));
        }
        if let Some(all) = list("oneOf") {
            let count = all.iter().filter(|one| self.is_valid(value, one)).count();
            if count != 1 {
                faults.push((place.into(), format!("Expected 1 matching subschema but found {count}")));
            }
        }
        if entry(schema, "not").is_some_and(|one| self.is_valid(value, &one)) {
            faults.push((place.into(), "Expected the subschema of \"not\" to fail".into()));
        }
        if let Some(condition) = entry(schema, "if") {
            let branch = if self.is_valid(value, &condition) { "then" } else { "else" };
            if let Some(one) = entry(schema, branch) {
                self.check(value, &one, place, faults);
            }
        }
    }
}

fn fits(pattern: &str, text: &str) -> bool {
    let Ok(regex) = Regex::cached(pattern, Options::NONE) else { return false };
    let subject = Subject::new(text);
    regex.is_match(&subject, 0).unwrap_or(false)
}

fn check_text(text: &str, schema: &Dict, fail: &mut dyn FnMut(String)) {
    let length = text.chars().count() as f64;
    let limit = |name: &str| entry(schema, name).and_then(|v| number(&v));
    if let Some(n) = limit("minLength").filter(|n| length < *n) {
        fail(format!("Value should be at least {n} characters"));
    }
    if let Some(n) = limit("maxLength").filter(|n| length > *n) {
        fail(format!("Value should be at most {n} characters"));
    }
    if let Some(pattern) = entry(schema, "pattern").map(|p| convert::to_display(&p)).filter(|p| !fits(p, text)) {
        fail(format!("The string value is not a match for the indicated regular expression \"{pattern}\""));
    }
}

fn check_number(value: &Value, schema: &Dict, fail: &mut dyn FnMut(String)) {
    let Some(n) = number(value) else { return };
    let limit = |name: &str| entry(schema, name).and_then(|v| number(&v));
    let mut rule = |name: &str, is_fine: fn(f64, f64) -> bool, text: &str| {
        if let Some(bound) = limit(name).filter(|b| !is_fine(n, *b)) {
            fail(format!("{n} {text} {bound}"));
        }
    };
    rule("minimum", |n, b| n >= b, "should be at least");
    rule("maximum", |n, b| n <= b, "should be at most");
    rule("exclusiveMinimum", |n, b| n > b, "should be greater than");
    rule("exclusiveMaximum", |n, b| n < b, "should be less than");
    rule("multipleOf", |n, b| b == 0.0 || (n / b).fract() == 0.0, "should be a multiple of");
}
