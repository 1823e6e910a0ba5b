//! `$PSStyle`: how output is decorated.

use std::sync::Arc;

use parking_lot::Mutex;

use crate::collection::{Dict, DictData, KeyComparer};
use crate::context::Context;
use crate::convert;
use crate::decoration::{is_decorated, strip};
use crate::error::{Exception, Result};
use crate::object::Foreign;
use crate::string::Str;
use crate::types::{Call, TypeDef, TypeKind, TypeRef, bind, register};
use crate::value::Value;

const SPACE: &str = "System.Management.Automation.PSStyle";

/// `OutputRendering`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Rendering {
    #[default]
    Host = 0,
    PlainText = 1,
    Ansi = 2,
}

/// What layout needs of the style, at one moment.
#[derive(Clone, Debug, Default)]
pub struct Style {
    pub rendering: Rendering,
    pub format_accent: String,
    pub table_header: String,
    pub custom_table_header_label: String,
    pub error: String,
    pub error_accent: String,
    pub warning: String,
    pub verbose: String,
    pub debug: String,
    pub progress: String,
}

impl Style {
    /// Whether all decoration is taken out.
    pub fn is_plain(&self) -> bool {
        self.rendering == Rendering::PlainText
    }

    /// Whether a target shows decoration.
    pub fn shows_escapes(&self, is_host: bool, terminal_shows: bool) -> bool {
        match self.rendering {
            Rendering::PlainText => false,
            Rendering::Ansi => true,
            Rendering::Host => is_host && terminal_shows,
        }
    }
}

/// The style that a value holds, or PowerShell's defaults.
pub fn style_of(value: Option<&Value>) -> Style {
    match value.and_then(|v| v.as_foreign::<PsStyle>()) {
        Some(style) => style.snapshot(),
        None => snapshot(&StyleData::new(false)),
    }
}

pub static TYPES: &[TypeDef] = &[
    TypeDef {
        name: SPACE,
        like: &[],
        members: &[
            ("::Instance", |c| Ok(c.ctx.global_variable("PSStyle").unwrap_or_default())),
            ("::MapForegroundColorToEscapeSequence", |c| Ok(Value::from(console_color(color(c.arg(0)), false)))),
            ("::MapBackgroundColorToEscapeSequence", |c| Ok(Value::from(console_color(color(c.arg(0)), true)))),
            ("::MapColorPairToEscapeSequence", |c| {
                Ok(Value::from(console_color_pair(color(c.arg(0)), color(c.arg(1)))))
            }),
        ],
    },
    TypeDef {
        name: "System.Management.Automation.PSStyle+FileInfoFormatting+FileExtensionDictionary",
        like: &[],
        members: &[
            ("Keys", |c| Ok(Value::array(extensions(c)?.to_vec().into_iter().map(|(k, _)| k).collect()))),
            ("Add", |c| {
                let (name, dict) = (extension(c)?, extensions(c)?);
                let decoration = Value::from(checked(c.arg(1))?);
                if dict.get_str(&name).is_some() {
                    let text = format!("An item with the same key has already been added. Key: {name}");
                    return refused(&text).throw();
                }
                dict.insert(Value::Str(name), decoration);
                Ok(Value::Void)
            }),
            ("Remove", |c| {
                let (name, dict) = (extension(c)?, extensions(c)?);
                dict.lock().remove(&Value::Str(name));
                Ok(Value::Void)
            }),
            ("ContainsKey", |c| {
                let name = c.need_str(0)?;
                Ok(Value::Bool(extensions(c)?.get_str(&name).is_some()))
            }),
            ("Clear", |c| {
                extensions(c)?.lock().clear();
                Ok(Value::Void)
            }),
        ],
    },
    TypeDef {
        name: "System.Management.Automation.Internal.StringDecorated",
        like: &[],
        members: &[("new", |c| {
            let text = c.str(0);
            Ok(StringDecorated::create(&text))
        })],
    },
];

/// The dictionary of file extensions that a member belongs to.
fn extensions(c: &Call<'_>) -> Result<Arc<Dict>> {
    match c.this.base() {
        Value::Dict(dict) => Ok(dict.clone()),
        _ => refused("This is no dictionary of file extensions.").throw(),
    }
}

/// An argument that names an extension.
fn extension(c: &mut Call<'_>) -> Result<Str> {
    let name = c.need_str(0)?;
    if !name.starts_with('.') {
        return refused("When adding or removing extensions, the extension must start with a period.").throw();
    }
    Ok(name)
}

fn color(value: &Value) -> usize {
    value.as_i64().unwrap_or(0).max(0) as usize
}

/// The settable values of the style.
struct StyleData {
    rendering: Rendering,
    /// `Formatting.*`, `Progress.Style`, `FileInfo.*` by part and name.
    texts: Vec<(Part, &'static str, String)>,
    progress_width: i32,
    progress_view: i64,
    uses_osc: bool,
    extensions: Arc<Dict>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Part {
    Root,
    Formatting,
    Progress,
    FileInfo,
    Foreground,
    Background,
}

impl StyleData {
    fn new(is_plain: bool) -> StyleData {
        use Part::{FileInfo, Formatting, Progress};
        let texts = [
            (Formatting, "FormatAccent", "\x1b[32;1m"),
            (Formatting, "ErrorAccent", "\x1b[36;1m"),
            (Formatting, "Error", "\x1b[31;1m"),
            (Formatting, "Warning", "\x1b[33;1m"),
            (Formatting, "Verbose", "\x1b[33;1m"),
            (Formatting, "Debug", "\x1b[33;1m"),
            (Formatting, "TableHeader", "\x1b[32;1m"),
            (Formatting, "CustomTableHeaderLabel", "\x1b[32;1;3m"),
            (Formatting, "FeedbackName", "\x1b[33m"),
            (Formatting, "FeedbackText", "\x1b[96m"),
            (Formatting, "FeedbackAction", "\x1b[97m"),
            (Progress, "Style", "\x1b[33;1m"),
            (FileInfo, "Directory", "\x1b[44;1m"),
            (FileInfo, "SymbolicLink", "\x1b[36;1m"),
            (FileInfo, "Executable", "\x1b[32;1m"),
        ];
        let mut data = DictData::new(KeyComparer::IgnoreCase);
        for name in [".zip", ".tgz", ".gz", ".tar", ".nupkg", ".cab", ".7z"] {
            data.insert(Value::from(name), Value::from("\x1b[31;1m"));
        }
        for name in [".ps1", ".psd1", ".psm1", ".ps1xml"] {
            data.insert(Value::from(name), Value::from("\x1b[33;1m"));
        }
        let ty = class(&format!("{SPACE}+FileInfoFormatting+FileExtensionDictionary"));
        StyleData {
            rendering: if is_plain { Rendering::PlainText } else { Rendering::Host },
            texts: texts.iter().map(|(p, n, t)| (*p, *n, t.to_string())).collect(),
            progress_width: 120,
            progress_view: 0,
            uses_osc: false,
            extensions: Arc::new(Dict::with_data(ty, TypeRef::STRING, TypeRef::STRING, data)),
        }
    }

    fn text(&self, part: Part, name: &str) -> Option<&String> {
        self.texts.iter().find(|(p, n, _)| *p == part && n.eq_ignore_ascii_case(name)).map(|(_, _, t)| t)
    }
}

fn snapshot(data: &StyleData) -> Style {
    let text = |name: &str| data.text(Part::Formatting, name).cloned().unwrap_or_default();
    Style {
        rendering: data.rendering,
        format_accent: text("FormatAccent"),
        table_header: text("TableHeader"),
        custom_table_header_label: text("CustomTableHeaderLabel"),
        error: text("Error"),
        error_accent: text("ErrorAccent"),
        warning: text("Warning"),
        verbose: text("Verbose"),
        debug: text("Debug"),
        progress: data.text(Part::Progress, "Style").cloned().unwrap_or_default(),
    }
}

/// The sequences that can't be set: `$PSStyle.Bold` and the like.
const FIXED: [(&str, &str); 17] = [
    ("Reset", "\x1b[0m"),
    ("BlinkOff", "\x1b[25m"),
    ("Blink", "\x1b[5m"),
    ("BoldOff", "\x1b[22m"),
    ("Bold", "\x1b[1m"),
    ("DimOff", "\x1b[22m"),
    ("Dim", "\x1b[2m"),
    ("Hidden", "\x1b[8m"),
    ("HiddenOff", "\x1b[28m"),
    ("Reverse", "\x1b[7m"),
    ("ReverseOff", "\x1b[27m"),
    ("ItalicOff", "\x1b[23m"),
    ("Italic", "\x1b[3m"),
    ("UnderlineOff", "\x1b[24m"),
    ("Underline", "\x1b[4m"),
    ("StrikethroughOff", "\x1b[29m"),
    ("Strikethrough", "\x1b[9m"),
];

/// Names of the colours in the order in which `$PSStyle.Foreground` has them, with their number for the foreground.
const COLORS: [(&str, u8); 16] = [
    ("Black", 30),
    ("BrightBlack", 90),
    ("White", 37),
    ("BrightWhite", 97),
    ("Red", 31),
    ("BrightRed", 91),
    ("Magenta", 35),
    ("BrightMagenta", 95),
    ("Blue", 34),
    ("BrightBlue", 94),
    ("Cyan", 36),
    ("BrightCyan", 96),
    ("Green", 32),
    ("BrightGreen", 92),
    ("Yellow", 33),
    ("BrightYellow", 93),
];

/// The foreground numbers of System.ConsoleColor's values.
const CONSOLE_COLORS: [u8; 16] = [30, 34, 32, 36, 31, 35, 33, 37, 90, 94, 92, 96, 91, 95, 93, 97];

/// The escape sequence of a console colour.
pub fn console_color(color: usize, is_background: bool) -> String {
    let number = CONSOLE_COLORS.get(color).copied().unwrap_or(39) + if is_background { 10 } else { 0 };
    format!("\x1b[{number}m")
}

/// The escape sequence of a pair of console colours.
pub fn console_color_pair(foreground: usize, background: usize) -> String {
    let number = |c: usize| CONSOLE_COLORS.get(c).copied().unwrap_or(39);
    format!("\x1b[{};{}m", number(foreground), number(background) + 10)
}

/// `$PSStyle` or one of its parts.
pub struct PsStyle {
    data: Arc<Mutex<StyleData>>,
    part: Part,
}

impl PsStyle {
    /// The style of a new session; `is_plain` where the environment asks for no colour.
    pub fn create(is_plain: bool) -> Value {
        class("System.Management.Automation.Internal.StringDecorated");
        Value::foreign(PsStyle { data: Arc::new(Mutex::new(StyleData::new(is_plain))), part: Part::Root })
    }

    /// `OutputRendering`.
    pub fn rendering(&self) -> Rendering {
        self.data.lock().rendering
    }

    /// What layout needs.
    pub fn snapshot(&self) -> Style {
        snapshot(&self.data.lock())
    }

    /// The decoration of a file's name by its kind (`Directory`, `SymbolicLink`, `Executable`) or extension.
    pub fn file_decoration(&self, kind: &str, extension: &str) -> Option<String> {
        let data = self.data.lock();
        match data.text(Part::FileInfo, kind) {
            Some(text) => Some(text.clone()),
            None => data.extensions.get_str(extension).map(|v| convert::to_display(&v)),
        }
    }

    fn part(&self, part: Part) -> Value {
        Value::foreign(PsStyle { data: self.data.clone(), part })
    }
}

fn class(name: &str) -> TypeRef {
    TypeRef::find(name).unwrap_or_else(|| register(name, TypeKind::Class, Some(TypeRef::OBJECT)))
}

fn output_rendering_type() -> TypeRef {
    class("System.Management.Automation.OutputRendering")
}

fn progress_view_type() -> TypeRef {
    class("System.Management.Automation.ProgressView")
}

/// The error of a property that refused its value.
fn refused(message: &str) -> Exception {
    Exception::new(TypeRef::ARGUMENT_EXCEPTION, message)
}

/// A text of escape sequences only.
fn checked(value: &Value) -> Result<String> {
    let text = convert::to_display(value);
    if !strip(&text).is_empty() {
        let shown = strip(&text);
        let message = format!(
            "The specified string contains printable content when it should only contain ANSI escape sequences: {shown}"
        );
        return refused(&message).throw();
    }
    Ok(text)
}

impl Foreign for PsStyle {
    fn type_ref(&self) -> TypeRef {
        let name = match self.part {
            Part::Root => SPACE.to_string(),
            Part::Formatting => format!("{SPACE}+FormattingData"),
            Part::Progress => format!("{SPACE}+ProgressConfiguration"),
            Part::FileInfo => format!("{SPACE}+FileInfoFormatting"),
            Part::Foreground => format!("{SPACE}+ForegroundColor"),
            Part::Background => format!("{SPACE}+BackgroundColor"),
        };
        class(&name)
    }

    fn get(&self, _ctx: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        let is = |other: &str| name.eq_ignore_ascii_case(other);
        let data = self.data.lock();
        if let Some(text) = data.text(self.part, name) {
            return Ok(Some(Value::from(text.as_str())));
        }
        Ok(match self.part {
            Part::Root if is("OutputRendering") => Some(Value::Enum(output_rendering_type(), data.rendering as i64)),
            Part::Root if is("Formatting") => Some(self.part(Part::Formatting)),
            Part::Root if is("Progress") => Some(self.part(Part::Progress)),
            Part::Root if is("FileInfo") => Some(self.part(Part::FileInfo)),
            Part::Root if is("Foreground") => Some(self.part(Part::Foreground)),
            Part::Root if is("Background") => Some(self.part(Part::Background)),
            Part::Root => FIXED.iter().find(|(n, _)| is(n)).map(|(_, t)| Value::from(*t)),
            Part::Foreground | Part::Background => {
                let offset = if self.part == Part::Background { 10 } else { 0 };
                COLORS.iter().find(|(n, _)| is(n)).map(|(_, c)| Value::from(format!("\x1b[{}m", c + offset)))
            }
            Part::Progress if is("MaxWidth") => Some(Value::I32(data.progress_width)),
            Part::Progress if is("View") => Some(Value::Enum(progress_view_type(), data.progress_view)),
            Part::Progress if is("UseOSCIndicator") => Some(Value::Bool(data.uses_osc)),
            Part::FileInfo if is("Extension") => Some(Value::Dict(data.extensions.clone())),
            _ => None,
        })
    }

    fn set(&self, ctx: &mut dyn Context, name: &str, value: &Value) -> Result<bool> {
        let is = |other: &str| name.eq_ignore_ascii_case(other);
        let number = |ctx: &mut dyn Context, ty: TypeRef| match convert::convert(ctx, value, ty) {
            Ok(done) => Ok(done.as_i64().unwrap_or(0)),
            Err(flow) => Err(flow),
        };
        if self.part == Part::Root && is("OutputRendering") {
            let chosen = number(ctx, output_rendering_type())?;
            self.data.lock().rendering = match chosen {
                1 => Rendering::PlainText,
                2 => Rendering::Ansi,
                _ => Rendering::Host,
            };
            return Ok(true);
        }
        if self.part == Part::Progress && is("MaxWidth") {
            let width = number(ctx, TypeRef::INT32)?;
            if width < 18 {
                let text = "The MaxWidth for the Progress rendering must be at least 18 to render correctly. (Parameter 'MaxWidth')";
                return refused(text).throw();
            }
            self.data.lock().progress_width = width as i32;
            return Ok(true);
        }
        if self.part == Part::Progress && is("View") {
            self.data.lock().progress_view = number(ctx, progress_view_type())?;
            return Ok(true);
        }
        if self.part == Part::Progress && is("UseOSCIndicator") {
            self.data.lock().uses_osc = convert::to_bool(value);
            return Ok(true);
        }
        let known = self.data.lock().texts.iter().find(|(p, n, _)| *p == self.part && is(n)).map(|(_, n, _)| *n);
        if let Some(known) = known {
            let text = checked(value)?;
            let mut data = self.data.lock();
            if let Some(entry) = data.texts.iter_mut().find(|(p, n, _)| *p == self.part && *n == known) {
                entry.2 = text;
            }
            return Ok(true);
        }
        Ok(false)
    }

    fn call(&self, ctx: &mut dyn Context, _me: &Value, name: &str, args: &[Value]) -> Result<Option<Value>> {
        let is = |other: &str| name.eq_ignore_ascii_case(other);
        let fitted = bind::fitted(ctx, self.type_ref(), name, args)?;
        let args = fitted.as_deref().unwrap_or(args);
        let lead = if self.part == Part::Background { 48 } else { 38 };
        let is_color = matches!(self.part, Part::Foreground | Part::Background);
        if self.part == Part::Root && is("FormatHyperlink") && args.len() == 2 {
            let (text, link) = (convert::to_str(ctx, &args[0])?, convert::to_str(ctx, &args[1])?);
            let mut link = link.to_string();
            // A URI without a path has the path "/".
            if let Some((_, rest)) = link.split_once("://")
                && !rest.contains(['/', '?', '#'])
            {
                link.push('/');
            }
            return Ok(Some(Value::from(format!("\x1b]8;;{link}\x1b\\{text}\x1b]8;;\x1b\\"))));
        }
        if is_color && is("FromRgb") && args.len() == 3 {
            let mut parts = Vec::new();
            for arg in args {
                parts.push(convert::convert(ctx, arg, TypeRef::BYTE)?.as_i64().unwrap_or(0));
            }
            return Ok(Some(Value::from(format!("\x1b[{lead};2;{};{};{}m", parts[0], parts[1], parts[2]))));
        }
        if is_color && is("FromRgb") && args.len() == 1 {
            let rgb = convert::convert(ctx, &args[0], TypeRef::INT32)?.as_i64().unwrap_or(0);
            let (r, g, b) = ((rgb >> 16) & 255, (rgb >> 8) & 255, rgb & 255);
            return Ok(Some(Value::from(format!("\x1b[{lead};2;{r};{g};{b}m"))));
        }
        if is_color && is("FromConsoleColor") && args.len() == 1 {
            let number = match ctx.find_type("System.ConsoleColor") {
                Some(ty) => convert::convert(ctx, &args[0], ty)?.as_i64(),
                None => args[0].as_i64(),
            };
            let color = number.unwrap_or(0).max(0) as usize;
            return Ok(Some(Value::from(console_color(color, self.part == Part::Background))));
        }
        Ok(None)
    }

    fn property_names(&self) -> Vec<Str> {
        let data = self.data.lock();
        let texts = data.texts.iter().filter(|(p, _, _)| *p == self.part).map(|(_, n, _)| *n);
        let names: Vec<&str> = match self.part {
            Part::Root => {
                let parts = ["OutputRendering", "Formatting", "Progress", "FileInfo", "Foreground", "Background"];
                let mut names: Vec<&str> = FIXED.iter().map(|(n, _)| *n).collect();
                names.extend(parts);
                names
            }
            Part::Foreground | Part::Background => COLORS.iter().map(|(n, _)| *n).collect(),
            Part::Progress => vec!["Style", "MaxWidth", "View", "UseOSCIndicator"],
            Part::FileInfo => texts.chain(["Extension"]).collect(),
            Part::Formatting => texts.collect(),
        };
        names.into_iter().map(Str::from).collect()
    }

    fn method_names(&self) -> Vec<Str> {
        let names: &[&str] = match self.part {
            Part::Root => &["FormatHyperlink"],
            Part::Foreground | Part::Background => &["FromConsoleColor", "FromRgb"],
            _ => &[],
        };
        names.iter().map(|n| Str::from(*n)).collect()
    }
}

/// A text with its escape sequences (System.Management.Automation.Internal.StringDecorated).
pub struct StringDecorated(pub Str);

impl StringDecorated {
    /// As a value.
    pub fn create(text: &str) -> Value {
        Value::foreign(StringDecorated(Str::from(text)))
    }
}

impl Foreign for StringDecorated {
    fn type_ref(&self) -> TypeRef {
        class("System.Management.Automation.Internal.StringDecorated")
    }

    fn display(&self, _ctx: &mut dyn Context) -> Result<Option<Str>> {
        Ok(Some(Str::from(strip(&self.0).into_owned())))
    }

    fn display_plain(&self) -> Option<Str> {
        Some(Str::from(strip(&self.0).into_owned()))
    }

    fn get(&self, _ctx: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        Ok(match name.to_ascii_lowercase().as_str() {
            "contentlength" => Some(Value::I32(Str::from(strip(&self.0).into_owned()).units() as i32)),
            "isdecorated" => Some(Value::Bool(is_decorated(&self.0))),
            _ => None,
        })
    }

    fn call(&self, ctx: &mut dyn Context, _me: &Value, name: &str, args: &[Value]) -> Result<Option<Value>> {
        if !name.eq_ignore_ascii_case("ToString") {
            return Ok(None);
        }
        let rendering = match args.first() {
            None => match ctx.global_variable("PSStyle").as_ref().and_then(|v| v.as_foreign::<PsStyle>()) {
                Some(style) if style.snapshot().rendering != Rendering::PlainText => 2,
                _ => 1,
            },
            Some(arg) => bind::as_argument(ctx, arg, "outputRendering", output_rendering_type(), "ToString")?
                .as_i64()
                .unwrap_or(0),
        };
        match rendering {
            1 => Ok(Some(Value::from(strip(&self.0).into_owned()))),
            2 => Ok(Some(Value::Str(self.0.clone()))),
            _ => {
                let text = "Only 'ANSI' or 'PlainText' is supported for this method.";
                Exception::new(TypeRef::ARGUMENT_EXCEPTION, text)
                    .throw()
                    .map_err(|flow| crate::members::method_failure(flow, "ToString", args.len()))
            }
        }
    }

    fn property_names(&self) -> Vec<Str> {
        ["IsDecorated", "ContentLength"].into_iter().map(Str::from).collect()
    }

    fn method_names(&self) -> Vec<Str> {
        vec![Str::from("ToString")]
    }
}
