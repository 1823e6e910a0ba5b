//! System.Console.

use crate::error::Result;
use crate::types::system::enumeration;
use crate::types::{Call, State, TypeDef, hold_named};
use crate::value::Value;

/// `[Console]::Out`, `Error` and `In`.
struct Terminal {
    is_error: bool,
}
impl State for Terminal {}

/// `[Console]::In`.
struct Reader;
impl State for Reader {}

fn text(c: &mut Call<'_>) -> Result<String> {
    if c.count() == 0 {
        return Ok(String::new());
    }
    if c.count() > 1 && c.parameter_name(0) == "format" {
        let template = c.str(0);
        let items: Vec<Value> = match c.signature.and_then(|s| s.parameters.get(1)) {
            Some(p) if p.is_params => c.items(1),
            _ => c.args[1..].to_vec(),
        };
        let culture = c.culture();
        let made = super::string_static::compose(c, &template, &items, &culture)?;
        return Ok(made.as_str().unwrap_or_default().to_string());
    }
    Ok(match c.arg(0).base().clone() {
        Value::Array(a) if a.element == crate::types::TypeRef::CHAR => {
            let units: Vec<u16> = a.to_vec().iter().map(|v| v.as_i64().unwrap_or(0) as u16).collect();
            crate::string::Str::from_utf16(&units).to_string()
        }
        Value::Null => String::new(),
        other => crate::convert::to_str(c.ctx, &other)?.to_string(),
    })
}

fn write(c: &mut Call<'_>, is_error: bool, is_line: bool) -> Result {
    let mut text = text(c)?;
    if is_line {
        text.push('\n');
    }
    c.ctx.console_write(&text, is_error)?;
    Ok(Value::Void)
}

fn is_terminal(fd: i32) -> bool {
    use std::io::IsTerminal;
    match fd {
        0 => std::io::stdin().is_terminal(),
        1 => std::io::stdout().is_terminal(),
        _ => std::io::stderr().is_terminal(),
    }
}

fn size(name: &str, default: i32, c: &Call<'_>) -> Value {
    Value::I32(c.ctx.env_get(name).and_then(|t| t.parse().ok()).unwrap_or(default))
}

pub static TYPES: &[TypeDef] = &[
    TypeDef {
        name: "System.Console",
        like: &[],
        members: &[
            ("::Write", |c| write(c, false, false)),
            ("::WriteLine", |c| write(c, false, true)),
            ("::ReadLine", |c| Ok(c.ctx.console_read_line()?.into())),
            ("::Out", |_| Ok(hold_named("System.IO.TextWriter+SyncTextWriter", Terminal { is_error: false }))),
            ("::Error", |_| Ok(hold_named("System.IO.TextWriter+SyncTextWriter", Terminal { is_error: true }))),
            ("::In", |_| Ok(hold_named("System.IO.SyncTextReader", Reader))),
            ("::IsInputRedirected", |_| Ok(Value::Bool(!is_terminal(0)))),
            ("::IsOutputRedirected", |_| Ok(Value::Bool(!is_terminal(1)))),
            ("::IsErrorRedirected", |_| Ok(Value::Bool(!is_terminal(2)))),
            ("::OutputEncoding", |_| Ok(crate::types::text::encoding::make(crate::encoding::Encoding::utf8(false)))),
            ("::OutputEncoding=", |_| Ok(Value::Void)),
            ("::InputEncoding", |_| Ok(crate::types::text::encoding::make(crate::encoding::Encoding::utf8(false)))),
            ("::InputEncoding=", |_| Ok(Value::Void)),
            ("::WindowWidth", |c| Ok(size("COLUMNS", 80, c))),
            ("::WindowHeight", |c| Ok(size("LINES", 24, c))),
            ("::BufferWidth", |c| Ok(size("COLUMNS", 80, c))),
            ("::BufferHeight", |c| Ok(size("LINES", 24, c))),
            ("::LargestWindowWidth", |c| Ok(size("COLUMNS", 80, c))),
            ("::LargestWindowHeight", |c| Ok(size("LINES", 24, c))),
            ("::CursorLeft", |_| Ok(Value::I32(0))),
            ("::CursorTop", |_| Ok(Value::I32(0))),
            ("::ForegroundColor", |_| Ok(enumeration::make("System.ConsoleColor", -1))),
            ("::BackgroundColor", |_| Ok(enumeration::make("System.ConsoleColor", -1))),
            ("::ForegroundColor=", |c| color(c, 30)),
            ("::BackgroundColor=", |c| color(c, 40)),
            ("::ResetColor", |c| escape(c, "\u{1b}[0m")),
            ("::Clear", |c| escape(c, "\u{1b}[H\u{1b}[2J")),
            ("::Beep", |c| escape(c, "\u{7}")),
            ("::SetCursorPosition", |c| {
                let text = format!("\u{1b}[{};{}H", c.long(1) + 1, c.long(0) + 1);
                escape(c, &text)
            }),
            ("::CursorVisible=", |c| {
                let text = if c.bool(0) { "\u{1b}[?25h" } else { "\u{1b}[?25l" };
                escape(c, text)
            }),
            ("::Title=", |c| {
                let text = format!("\u{1b}]0;{}\u{7}", c.str(0));
                escape(c, &text)
            }),
            ("::KeyAvailable", |_| Ok(Value::Bool(false))),
            ("::TreatControlCAsInput", |_| Ok(Value::Bool(false))),
            ("::TreatControlCAsInput=", |_| Ok(Value::Void)),
        ],
    },
    TypeDef {
        name: "System.IO.TextWriter+SyncTextWriter",
        like: &[],
        members: &[
            ("Write()", |c| to(c, false)),
            ("WriteLine()", |c| to(c, true)),
            ("Flush()", |_| Ok(Value::Void)),
            ("NewLine", |_| Ok(Value::from("\n"))),
            ("Encoding", |_| Ok(crate::types::text::encoding::make(crate::encoding::Encoding::utf8(false)))),
        ],
    },
    TypeDef {
        name: "System.IO.SyncTextReader",
        like: &[],
        members: &[
            ("ReadLine()", |c| Ok(c.ctx.console_read_line()?.into())),
            ("ReadToEnd()", |c| Ok(Value::from(rest(c)?))),
            ("Close()", |_| Ok(Value::Void)),
            ("Dispose()", |_| Ok(Value::Void)),
        ],
    },
];

/// All lines that are left on standard input.
fn rest(c: &mut Call<'_>) -> Result<String> {
    let mut text = String::new();
    while let Some(line) = c.ctx.console_read_line()? {
        text.push_str(&line);
        text.push('\n');
    }
    Ok(text)
}

fn to(c: &mut Call<'_>, is_line: bool) -> Result {
    let is_error = c.with(|t: &mut Terminal| t.is_error)?;
    let mut text = match c.args.split_first() {
        Some((template, rest)) if !rest.is_empty() => {
            let (template, rest, culture) = (crate::convert::to_display(template), rest.to_vec(), c.culture());
            super::string_static::compose(c, &template, &rest, &culture)?.as_str().unwrap_or_default().to_string()
        }
        _ => text(c)?,
    };
    if is_line {
        text.push('\n');
    }
    c.ctx.console_write(&text, is_error)?;
    Ok(Value::Void)
}

/// Sends an escape sequence where a terminal can take it.
fn escape(c: &mut Call<'_>, sequence: &str) -> Result {
    if is_terminal(1) {
        c.ctx.console_write(sequence, false)?;
    }
    Ok(Value::Void)
}

fn color(c: &mut Call<'_>, base: i64) -> Result {
    let n = c.long(0);
    // ConsoleColor orders blue, green, red by bit; terminals red, green, blue.
    let hue = (n & 1) << 2 | n & 2 | (n & 4) >> 2;
    let code = base + hue + if n & 8 != 0 { 60 } else { 0 };
    escape(c, &format!("\u{1b}[{code}m"))
}
