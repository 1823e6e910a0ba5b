//! The command line of a native program: what PowerShell on Unix makes of a command's arguments.

use values::{Result, Value, convert, members};

use crate::bind::Argument;
use crate::code::ArgForm;
use crate::runspace::Runspace;

/// The word behind which the rest of the line is handed on as it stands.
const VERBATIM: &str = "--%";

/// The texts of a program's arguments, by `$PSNativeCommandArgumentPassing`.
pub(super) fn texts(runspace: &mut Runspace, args: Vec<Argument>) -> Result<Vec<String>> {
    let sym = language::Sym::intern("psnativecommandargumentpassing");
    let style = runspace.find_variable(runspace.current, sym, false).map(|v| convert::to_display(&v));
    let is_legacy = style.is_some_and(|s| s.eq_ignore_ascii_case("legacy"));
    let mut line = Line { list: Vec::new(), text: String::new(), is_legacy, is_verbatim: false };
    for (at, arg) in args.into_iter().enumerate() {
        if at > 0 {
            line.text.push(' ');
        }
        line.add(runspace, &arg)?;
    }
    Ok(if is_legacy { split(&line.text) } else { line.list })
}

struct Line {
    list: Vec<String>,
    /// The same as one text, which the old way of passing takes apart again.
    text: String,
    is_legacy: bool,
    is_verbatim: bool,
}

impl Line {
    fn add(&mut self, runspace: &mut Runspace, arg: &Argument) -> Result<()> {
        let Some(name) = &arg.name else {
            let value = arg.value.clone().unwrap_or_default();
            return self.value(runspace, arg, &value, None);
        };
        if arg.had_colon {
            // Of a `-name:value` from `$args` only the value is left.
            return Ok(());
        }
        let written = arg.source.as_ref().map(|(ast, span)| ast.slice(*span).to_string());
        let head = match (&arg.value, written) {
            (None, Some(written)) => written,
            (None, None) => format!("-{name}"),
            (Some(_), written) => match written.as_deref().and_then(|w| w.find(':').map(|at| w[..=at].to_string())) {
                Some(head) => head,
                None => format!("-{name}:"),
            },
        };
        let Some(value) = arg.value.clone() else {
            self.word(runspace, &head, ArgForm::Bare, None);
            return Ok(());
        };
        self.text.push_str(&head);
        // `-name: value` is two arguments, `-name:value` is one.
        let has_space = arg.source.as_ref().is_some_and(|(ast, span)| {
            ast.slice(*span).get(head.len()..).is_some_and(|rest| rest.starts_with(char::is_whitespace))
        });
        if has_space {
            self.text.push(' ');
            self.list.push(head);
            return self.value(runspace, arg, &value, None);
        }
        self.value(runspace, arg, &value, Some(&head))
    }

    fn value(&mut self, runspace: &mut Runspace, arg: &Argument, value: &Value, head: Option<&str>) -> Result<()> {
        if matches!(value, Value::Void) {
            return Ok(());
        }
        if value.as_str().is_some_and(|text| text == VERBATIM) && arg.form == ArgForm::Bare {
            self.is_verbatim = true;
            return Ok(());
        }
        let items = match members::enumerate(runspace, value)? {
            Some(items) => items,
            None => vec![value.clone()],
        };
        for (at, item) in items.iter().enumerate() {
            let text = convert::to_str(runspace, item)?.to_string();
            if text.is_empty() {
                if !self.is_legacy && !item.is_null() {
                    self.push(String::new(), head);
                }
                continue;
            }
            if at > 0 {
                self.text.push(' ');
            }
            if self.is_verbatim {
                let text = expand_environment(runspace, &text);
                self.text.push_str(&text);
                self.list.extend(text.split(' ').filter(|part| !part.is_empty()).map(str::to_string));
            } else if needs_quotes(&text) {
                let slashes = text.len() - text.trim_end_matches('\\').len();
                self.text.push_str(&format!("\"{text}{}\"", "\\".repeat(slashes)));
                self.push(text, head);
            } else if let (ArgForm::List, false, Some((ast, span))) = (arg.form, self.is_legacy, &arg.source) {
                // Values with commas between reach a program as they were written, apart at blanks.
                let written = ast.slice(*span).to_string();
                let written = head.and_then(|head| written.strip_prefix(head)).unwrap_or(&written);
                for word in written.split(' ').filter(|word| !word.is_empty()) {
                    self.word(runspace, word, ArgForm::Bare, head);
                }
                break;
            } else {
                self.word(runspace, &text, arg.form, head);
            }
        }
        Ok(())
    }

    fn push(&mut self, text: String, head: Option<&str>) {
        self.list.push(match head {
            Some(head) => format!("{head}{text}"),
            None => text,
        });
    }

    /// A word: without quotes around it, wildcards stand for files and `~` for the home folder.
    fn word(&mut self, runspace: &mut Runspace, text: &str, form: ArgForm, head: Option<&str>) {
        let found = if form == ArgForm::Quoted { Vec::new() } else { expand(runspace, text) };
        if found.is_empty() {
            self.text.push_str(text);
            return self.push(text.to_string(), head);
        }
        for (at, path) in found.into_iter().enumerate() {
            if at > 0 {
                self.text.push(' ');
            }
            let quote = if needs_quotes(&path) { "\"" } else { "" };
            self.text.push_str(&format!("{quote}{path}{quote}"));
            self.push(path, head);
        }
    }
}

/// The files that a word with wildcards stands for, or the home folder; empty where the word stands for itself.
fn expand(runspace: &mut Runspace, text: &str) -> Vec<String> {
    if text == "~" || text.starts_with("~/") {
        let home = runspace.environment.get("HOME").cloned().unwrap_or_default();
        return vec![format!("{home}{}", &text[1..])];
    }
    if command::Wildcard::is_pattern(text) {
        return crate::session::place::glob_names(runspace, text);
    }
    Vec::new()
}

/// `%NAME%` of set variables replaced.
fn expand_environment(runspace: &Runspace, text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('%') {
        let Some(length) = rest[start + 1..].find('%') else { break };
        let name = &rest[start + 1..start + 1 + length];
        match runspace.environment.get(name) {
            Some(value) => {
                out.push_str(&rest[..start]);
                out.push_str(value);
                rest = &rest[start + length + 2..];
            }
            None => {
                out.push_str(&rest[..start + 1 + length]);
                rest = &rest[start + 1 + length..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// Whether a text has blanks outside of its double quotes.
fn needs_quotes(text: &str) -> bool {
    let mut quotes = 0;
    let mut is_escaped = false;
    for c in text.chars() {
        if c == '"' && !is_escaped {
            quotes += 1;
        } else if c.is_whitespace() && quotes % 2 == 0 {
            return true;
        }
        is_escaped = c == '\\';
    }
    false
}

/// Takes a command line apart: blanks separate, double quotes hold together, backslashes escape quotes.
fn split(line: &str) -> Vec<String> {
    let chars: Vec<char> = line.chars().collect();
    let mut at = 0;
    let mut found = Vec::new();
    loop {
        while at < chars.len() && matches!(chars[at], ' ' | '\t') {
            at += 1;
        }
        if at == chars.len() {
            return found;
        }
        found.push(next_argument(&chars, &mut at));
    }
}

fn next_argument(chars: &[char], at: &mut usize) -> String {
    let mut text = String::new();
    let mut in_quotes = false;
    while let Some(&c) = chars.get(*at) {
        if c == '\\' {
            let start = *at;
            while chars.get(*at) == Some(&'\\') {
                *at += 1;
            }
            let count = *at - start;
            if chars.get(*at) == Some(&'"') {
                text.push_str(&"\\".repeat(count / 2));
                if count % 2 == 1 {
                    text.push('"');
                    *at += 1;
                }
            } else {
                text.push_str(&"\\".repeat(count));
            }
            continue;
        }
        *at += 1;
        match c {
            '"' if in_quotes && chars.get(*at) == Some(&'"') => {
                text.push('"');
                *at += 1;
            }
            '"' => in_quotes = !in_quotes,
            ' ' | '\t' if !in_quotes => break,
            c => text.push(c),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{needs_quotes, split};

    #[test]
    fn lines_are_taken_apart_at_blanks_outside_of_quotes() {
        let check = |line: &str, expected: &[&str]| assert_eq!(split(line), expected, "{line}");
        check("a b  c", &["a", "b", "c"]);
        check("\"a b\" c", &["a b", "c"]);
        check("\\\"", &["\""]);
        check("a\\\\b \\\\\"x y\"", &["a\\\\b", "\\x y"]);
        check("\"a \"\" b\"", &["a \" b"]);
        check("", &[]);
    }

    #[test]
    fn blanks_inside_of_quotes_need_none() {
        for (text, expected) in [("a b", true), ("a\"b c\"d", false), ("ab", false), ("\\\"a b", true)] {
            assert_eq!(needs_quotes(text), expected, "{text}");
        }
    }
}
