//! What Select-String gives for a line.

use parking_lot::Mutex;
use values::error::Result;
use values::{Context as Ctx, Foreign, Str, TypeRef, Value, convert, members};

use command::{NativeObject, class};

/// Lines around a match.
pub struct Context {
    pub before: Vec<Str>,
    pub after: Vec<Str>,
}

/// Microsoft.PowerShell.Commands.MatchInfo. Its `Matches` are made when asked for.
pub struct MatchInfo {
    line: Str,
    path: Option<Str>,
    number: u64,
    pattern: Str,
    ignores_case: bool,
    is_simple: bool,
    all_matches: bool,
    is_negated: bool,
    /// Whether the matches are marked.
    is_emphasized: bool,
    around: Option<Context>,
    matches: Mutex<Option<Value>>,
}

impl MatchInfo {
    /// A match on a line.
    pub fn new(
        line: Str,
        path: Option<Str>,
        number: u64,
        pattern: Str,
        ignores_case: bool,
        is_simple: bool,
        all_matches: bool,
        is_negated: bool,
        is_emphasized: bool,
        around: Option<Context>,
    ) -> MatchInfo {
        MatchInfo {
            line,
            path,
            number,
            pattern,
            ignores_case,
            is_simple,
            all_matches,
            is_negated,
            is_emphasized,
            around,
            matches: Mutex::new(None),
        }
    }

    /// Adds a line that follows.
    pub fn add_after(&mut self, line: &Str) {
        if let Some(around) = &mut self.around {
            around.after.push(line.clone());
        }
    }

    fn file_name(&self) -> &str {
        self.path.as_ref().map_or("InputStream", |p| p.rsplit('/').next().unwrap_or(p))
    }

    fn matches(&self, ctx: &mut dyn Ctx) -> Result {
        if let Some(made) = self.matches.lock().clone() {
            return Ok(made);
        }
        let element = TypeRef::find("System.Text.RegularExpressions.Match").unwrap_or(TypeRef::OBJECT);
        let mut items = Vec::new();
        if !self.is_negated && !self.is_simple {
            let flags = if self.ignores_case { 1 } else { 0 };
            let regex = members::call_static(
                ctx,
                TypeRef::REGEX,
                "new",
                &[Value::Str(self.pattern.clone()), Value::I32(flags)],
            )?;
            let line = Value::Str(self.line.clone());
            if self.all_matches {
                let found = members::call(ctx, &regex, "Matches", &[line])?;
                items = members::enumerate(ctx, &found)?.unwrap_or_default();
            } else {
                items.push(members::call(ctx, &regex, "Match", &[line])?);
            }
        }
        let made = Value::typed_array(element, items);
        *self.matches.lock() = Some(made.clone());
        Ok(made)
    }

    fn text(&self, line: &str) -> String {
        match &self.path {
            Some(path) => format!("{path}:{}:{line}", self.number),
            None => line.to_string(),
        }
    }

    /// The text form: path, number and line; lines around it marked.
    fn shown(&self) -> Str {
        let Some(around) = &self.around else { return Str::from(self.text(&self.line)) };
        let mut lines = Vec::new();
        let mark = |mark: &str, number: u64, line: &str| match &self.path {
            Some(path) => format!("{mark}{path}:{number}:{line}"),
            None => format!("{mark}{line}"),
        };
        let first = self.number - around.before.len() as u64;
        for (at, line) in around.before.iter().enumerate() {
            lines.push(mark("  ", first + at as u64, line));
        }
        lines.push(mark("> ", self.number, &self.line));
        for (at, line) in around.after.iter().enumerate() {
            lines.push(mark("  ", self.number + 1 + at as u64, line));
        }
        Str::from(lines.join("\n"))
    }

    fn context_object(&self) -> Value {
        let Some(around) = &self.around else { return Value::Null };
        let list =
            |lines: &[Str]| Value::typed_array(TypeRef::STRING, lines.iter().map(|l| Value::Str(l.clone())).collect());
        NativeObject::of(
            "Microsoft.PowerShell.Commands.MatchInfoContext",
            vec![
                ("PreContext", list(&around.before)),
                ("PostContext", list(&around.after)),
                ("DisplayPreContext", list(&around.before)),
                ("DisplayPostContext", list(&around.after)),
            ],
        )
    }
}

const NAMES: &[&str] = &["IgnoreCase", "LineNumber", "Line", "Filename", "Path", "Pattern", "Context", "Matches"];

impl Foreign for MatchInfo {
    fn type_ref(&self) -> TypeRef {
        class("Microsoft.PowerShell.Commands.MatchInfo", TypeRef::OBJECT)
    }

    fn display(&self, _ctx: &mut dyn Ctx) -> Result<Option<Str>> {
        Ok(Some(self.shown()))
    }

    fn display_plain(&self) -> Option<Str> {
        Some(self.shown())
    }

    fn property_names(&self) -> Vec<Str> {
        NAMES.iter().map(|n| Str::from(*n)).collect()
    }

    fn method_names(&self) -> Vec<Str> {
        ["RelativePath", "ToEmphasizedString", "ToString"].map(Str::from).to_vec()
    }

    fn get(&self, ctx: &mut dyn Ctx, name: &str) -> Result<Option<Value>> {
        Ok(Some(match name.to_ascii_lowercase().as_str() {
            "ignorecase" => Value::Bool(self.ignores_case),
            "linenumber" => Value::U64(self.number),
            "line" => Value::Str(self.line.clone()),
            "filename" => Value::from(self.file_name()),
            "path" => Value::Str(self.path.clone().unwrap_or_else(|| Str::from("InputStream"))),
            "pattern" => Value::Str(self.pattern.clone()),
            "context" => self.context_object(),
            "matches" => self.matches(ctx)?,
            _ => return Ok(None),
        }))
    }

    fn call(&self, ctx: &mut dyn Ctx, _me: &Value, name: &str, args: &[Value]) -> Result<Option<Value>> {
        Ok(match name.to_ascii_lowercase().as_str() {
            "tostring" => {
                let Some(folder) = args.first() else { return Ok(Some(Value::Str(self.shown()))) };
                let folder = convert::to_display(folder);
                Some(Value::from(self.shown().replace(&format!("{}/", folder.trim_end_matches('/')), "")))
            }
            "toemphasizedstring" => Some(Value::from(self.emphasized(ctx)?)),
            "relativepath" => {
                let folder = args.first().map(convert::to_display).unwrap_or_default();
                let path = self.path.as_deref().unwrap_or("InputStream");
                let prefix = format!("{}/", folder.trim_end_matches('/'));
                Some(Value::from(path.strip_prefix(&prefix).unwrap_or(path)))
            }
            _ => None,
        })
    }
}

impl MatchInfo {
    /// The text with the matches in reverse video, as the console shows it.
    fn emphasized(&self, ctx: &mut dyn Ctx) -> Result<String> {
        if !self.is_emphasized {
            return Ok(self.text(&self.line));
        }
        let found = self.matches(ctx)?;
        let mut line = self.line.to_string();
        let mut spans = Vec::new();
        for one in found.as_array().map(|a| a.to_vec()).unwrap_or_default() {
            let start = members::get(ctx, &one, "Index")?.and_then(|v| v.as_i64()).unwrap_or(0) as usize;
            let length = members::get(ctx, &one, "Length")?.and_then(|v| v.as_i64()).unwrap_or(0) as usize;
            spans.push((self.line.byte_of_unit(start), self.line.byte_of_unit(start + length)));
        }
        for (start, end) in spans.into_iter().rev().filter(|(s, e)| e > s) {
            line.insert_str(end, "\u{1b}[0m");
            line.insert_str(start, "\u{1b}[7m");
        }
        Ok(self.text(&line))
    }
}
