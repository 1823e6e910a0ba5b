//! The views of help: command help that was written, command help made from parameters alone, and lists of topics.

use std::sync::Arc;

use command::{Result, Session};
use values::{Str, Value, convert};

use super::native::{path, property};
use super::{Alignment, Body, Cell, Control, Header, Native, Row, Selection, Source, Token, View};

const MAML: &str = "MamlCommandHelpInfo";
const MADE: &str = "ExtendedCmdletHelpInfo";

/// The views of a type of help.
pub fn views(type_name: &str) -> Vec<View> {
    let Some(tokens) = tokens_of(type_name) else {
        return if type_name.eq_ignore_ascii_case("HelpInfoShort") { vec![short()] } else { Vec::new() };
    };
    vec![View {
        name: Str::from(type_name),
        types: vec![Str::from(type_name)],
        body: Body::Custom(Control { entries: vec![(None, tokens)] }),
        group: None,
        is_out_of_band: false,
        is_autosized: false,
    }]
}

fn tokens_of(type_name: &str) -> Option<Vec<Token>> {
    let (class, view) = type_name.split_once('#').unwrap_or((type_name, ""));
    let is_written = match class {
        _ if class.eq_ignore_ascii_case(MAML) => true,
        _ if class.eq_ignore_ascii_case(MADE) => false,
        _ => return None,
    };
    let view = view.to_ascii_lowercase();
    Some(match (is_written, view.as_str()) {
        (true, "") => join([details(), syntax(), description(), links(), remarks()]),
        (true, "fullview") => join([
            details(),
            syntax(),
            description(),
            parameters(full_parameter(MAML_FACTS)),
            types("INPUTS", "inputTypes.inputType"),
            types("OUTPUTS", "returnValues.returnValue"),
            notes(),
            examples(),
            vec![line_end(1)],
            links(),
        ]),
        (true, "detailedview") => {
            join([details(), syntax(), description(), parameters(brief_parameter()), examples(), remarks()])
        }
        (true, "examplesview") => join([details(), examples()]),
        (true, "parameter") => alone(MAML_FACTS),
        (false, "") => join([made_name(), syntax(), made_end()]),
        (false, "fullview") => join([
            made_name(),
            syntax(),
            made_parameters(full_parameter(MADE_FACTS)),
            types("INPUTS", "inputTypes.inputType"),
            vec![
                Token::Text("OUTPUTS".into()),
                line_end(1),
                frame(
                    4,
                    vec![
                        each("returnValues.returnValue", vec![native(|s, v| path(s, v, "type.name")), line_end(1)]),
                        line_end(1),
                    ],
                ),
            ],
            made_end(),
        ]),
        (false, "detailedview") => {
            join([made_name(), syntax(), made_parameters(vec![native(parameter_line), line_end(2)]), made_end()])
        }
        (false, "examplesview") => join([made_name(), made_end()]),
        (false, "parameter") => alone(MADE_FACTS),
        _ => return None,
    })
}

fn join<const N: usize>(parts: [Vec<Token>; N]) -> Vec<Token> {
    parts.into_iter().flatten().collect()
}

fn line_end(count: usize) -> Token {
    Token::NewLine(count)
}

fn frame(left: usize, tokens: Vec<Token>) -> Token {
    Token::Frame { left, right: 0, first: 0, tokens }
}

fn native(code: Native) -> Token {
    Token::Expression { source: Source::Native(code), condition: None, each: false, format: None, control: None }
}

fn value(names: &str) -> Token {
    let source = match names.contains('.') {
        true => Source::Path(Str::from(names)),
        false => Source::Property(Str::from(names)),
    };
    Token::Expression { source, condition: None, each: false, format: None, control: None }
}

/// Tokens for each item of a property (of a property).
fn each(names: &str, tokens: Vec<Token>) -> Token {
    let control = Some(Arc::new(Control { entries: vec![(None, tokens)] }));
    Token::Expression { source: Source::Path(Str::from(names)), condition: None, each: true, format: None, control }
}

/// Tokens that stand only where a condition holds.
fn only(condition: Native, tokens: Vec<Token>) -> Token {
    let control = Some(Arc::new(Control { entries: vec![(None::<Selection>, tokens)] }));
    let condition = Some(Source::Native(condition));
    Token::Expression { source: Source::Object, condition, each: false, format: None, control }
}

fn paragraphs(names: &str) -> Token {
    each(names, vec![value("Text"), line_end(1)])
}

fn heading(title: &str, inside: Vec<Token>) -> Vec<Token> {
    vec![Token::Text(Str::from(title)), line_end(1), frame(4, inside)]
}

fn details() -> Vec<Token> {
    let mut tokens = heading("NAME", vec![value("details.name"), line_end(2)]);
    tokens.extend(heading("SYNOPSIS", vec![paragraphs("details.description"), line_end(2)]));
    tokens
}

fn made_name() -> Vec<Token> {
    heading("NAME", vec![value("details.name"), line_end(2)])
}

fn syntax() -> Vec<Token> {
    heading("SYNTAX", vec![each("syntax.syntaxItem", vec![native(syntax_line), line_end(2)]), line_end(1)])
}

fn description() -> Vec<Token> {
    heading("DESCRIPTION", vec![paragraphs("description"), line_end(2)])
}

/// The lines break where the text says so; what wraps starts at the margin of the frame.
const COMMON: &str = "    This cmdlet supports the common parameters: Verbose, Debug,\n    ErrorAction, ErrorVariable, WarningAction, WarningVariable,\n    OutBuffer, PipelineVariable, and OutVariable. For more information, see\n    about_CommonParameters (https://go.microsoft.com/fwlink/?LinkID=113216). ";

fn common() -> Vec<Token> {
    vec![Token::Text("<CommonParameters>".into()), line_end(1), Token::Text(COMMON.into()), line_end(2)]
}

fn parameters(control: Vec<Token>) -> Vec<Token> {
    let mut inside = vec![each("parameters.parameter", control)];
    inside.extend(common());
    heading("PARAMETERS", inside)
}

fn made_parameters(control: Vec<Token>) -> Vec<Token> {
    let none = |s: &mut dyn Session, v: &Value| -> Result<Value> {
        let has = convert::to_bool(&path(s, v, "parameters.parameter")?)
            || convert::to_bool(&property(s, v, "CommonParameters")?);
        Ok(Value::Bool(!has))
    };
    let has_common: Native = |s, v| Ok(Value::Bool(convert::to_bool(&property(s, v, "CommonParameters")?)));
    heading(
        "PARAMETERS",
        vec![
            each("parameters.parameter", control),
            only(has_common, common()),
            only(none, vec![Token::Text("None".into()), line_end(2)]),
            line_end(1),
        ],
    )
}

fn brief_parameter() -> Vec<Token> {
    vec![native(parameter_line), line_end(1), frame(4, vec![paragraphs("description")]), line_end(1)]
}

const MAML_FACTS: &[(&str, &str)] = &[
    ("Required?", "required"),
    ("Position?", "position"),
    ("Default value", "defaultValue"),
    ("Accept pipeline input?", "pipelineInput"),
    ("Aliases", "aliases"),
    ("Accept wildcard characters?", "globbing"),
];

const MADE_FACTS: &[(&str, &str)] = &[
    ("Required?", "required"),
    ("Position?", "position"),
    ("Accept pipeline input?", "pipelineInput"),
    ("Parameter set name", "parameterSetName"),
    ("Aliases", "aliases"),
    ("Dynamic?", "isDynamic"),
    ("Accept wildcard characters?", "globbing"),
];

fn full_parameter(facts: &[(&str, &str)]) -> Vec<Token> {
    let mut inside = vec![paragraphs("description"), line_end(1)];
    for (label, name) in facts {
        inside.extend([Token::Text(Str::from(format!("{label:<29}"))), value(name), line_end(1)]);
    }
    vec![native(parameter_line), line_end(1), frame(4, inside), line_end(1)]
}

/// A parameter that was asked for by name; the end of the text is a line of its own.
fn alone(facts: &[(&str, &str)]) -> Vec<Token> {
    full_parameter(facts)
}

fn types(title: &str, names: &str) -> Vec<Token> {
    let item = vec![native(|s, v| path(s, v, "type.name")), line_end(2)];
    heading(title, vec![each(names, item), line_end(1)])
}

fn notes() -> Vec<Token> {
    let has: Native = |s, v| Ok(Value::Bool(!path(s, v, "alertSet.alert")?.is_null()));
    let text = vec![line_end(2), frame(4, vec![paragraphs("alertSet.alert")]), line_end(1)];
    vec![only(has, heading("NOTES", text))]
}

fn examples() -> Vec<Token> {
    let example = vec![
        value("title"),
        line_end(2),
        each("introduction", vec![value("Text")]),
        value("code"),
        line_end(2),
        paragraphs("remarks"),
    ];
    vec![frame(4, vec![each("examples.example", example)])]
}

fn links() -> Vec<Token> {
    let link: Native = |s, v| {
        let (text, uri) = (text_of(s, v, "linkText")?, text_of(s, v, "uri")?);
        Ok(Value::from(format!("{text} {uri}").trim()))
    };
    heading("RELATED LINKS", vec![each("relatedLinks.navigationLink", vec![native(link), line_end(1)]), line_end(1)])
}

fn remarks() -> Vec<Token> {
    let lines: [Native; 3] = [
        |s, v| advice(s, v, "To see the examples, type: ", "Examples"),
        |s, v| advice(s, v, "For more information, type: ", "Detailed"),
        |s, v| advice(s, v, "For technical information, type: ", "Full"),
    ];
    let mut tokens = heading("REMARKS", lines.into_iter().flat_map(|line| [native(line), line_end(1)]).collect());
    let has_links: Native = |s, v| Ok(Value::Bool(!path(s, v, "relatedLinks.navigationLink")?.is_null()));
    let online: Native = |s, v| advice(s, v, "    For online help, type: ", "Online");
    tokens.extend([only(has_links, vec![native(online)]), line_end(2)]);
    tokens
}

fn advice(session: &mut dyn Session, object: &Value, text: &str, switch: &str) -> Result<Value> {
    let name = path(session, object, "details.name")?;
    Ok(Value::from(format!("{text}\"Get-Help {} -{switch}\"", convert::to_str(session, &name)?)))
}

fn made_end() -> Vec<Token> {
    let mut tokens = heading("ALIASES", vec![value("aliases"), line_end(3)]);
    tokens.extend(heading("REMARKS", vec![native(made_remarks), line_end(2)]));
    tokens
}

fn made_remarks(session: &mut dyn Session, object: &Value) -> Result<Value> {
    property(session, object, "remarks")
}

fn text_of(session: &mut dyn Session, object: &Value, name: &str) -> Result<String> {
    let value = property(session, object, name)?;
    Ok(convert::to_str(session, &value)?.to_string())
}

fn is_true(session: &mut dyn Session, object: &Value, name: &str) -> Result<bool> {
    Ok(text_of(session, object, name)?.eq_ignore_ascii_case("true"))
}

/// `-Name <String>`, `-Force [<SwitchParameter>]`.
fn parameter_line(session: &mut dyn Session, object: &Value) -> Result<Value> {
    let mut line = format!("-{}", text_of(session, object, "name")?);
    line.push_str(&parameter_value(session, object)?);
    Ok(Value::from(line))
}

fn parameter_value(session: &mut dyn Session, object: &Value) -> Result<String> {
    let held = property(session, object, "parameterValue")?;
    if held.is_null() {
        return Ok(String::new());
    }
    let text = convert::to_str(session, &held)?;
    Ok(match is_true(session, &held, "required")? {
        true => format!(" <{text}>"),
        false => format!(" [<{text}>]"),
    })
}

/// A set's line: each parameter as it may be left out.
fn syntax_line(session: &mut dyn Session, item: &Value) -> Result<Value> {
    let mut line = text_of(session, item, "name")?;
    let list = property(session, item, "parameter")?;
    let list = crate::text::enumerate(session, &list)?.unwrap_or_else(|| vec![list]);
    for parameter in list.iter().filter(|p| !p.is_null()) {
        let name = text_of(session, parameter, "name")?;
        let position = text_of(session, parameter, "position")?;
        let is_positional = !position.is_empty() && !position.eq_ignore_ascii_case("named");
        let group = path(session, parameter, "parameterValueGroup.parameterValue")?;
        let text = match crate::text::enumerate(session, &group)? {
            Some(names) => {
                let names: Vec<String> = names.iter().map(convert::to_display).collect();
                format!(" {{{}}}", names.join(" | "))
            }
            None => parameter_value(session, parameter)?,
        };
        line.push_str(&match (is_true(session, parameter, "required")?, is_positional) {
            (false, true) => format!(" [[-{name}]{text}]"),
            (false, false) => format!(" [-{name}{text}]"),
            (true, true) => format!(" [-{name}]{text}"),
            (true, false) => format!(" -{name}{text}"),
        });
    }
    let common = property(session, item, "CommonParameters")?;
    if common.is_null() || convert::to_bool(&common) {
        line.push_str(" [<CommonParameters>]");
    }
    Ok(Value::from(line))
}

/// The table of topics found.
fn short() -> View {
    let columns = [("Name", 33), ("Category", 9), ("Module", 25), ("Synopsis", 0)];
    let header = |(label, width): (&str, usize)| Header {
        label: Some(Str::from(label)),
        width,
        alignment: Alignment::Undefined,
    };
    let cells = ["Name", "Category", "ModuleName", "Synopsis"].map(Cell::property).to_vec();
    View {
        name: "HelpInfoShort".into(),
        types: vec!["HelpInfoShort".into()],
        body: Body::Table {
            headers: columns.map(header).to_vec(),
            rows: vec![Row { selection: None, cells, is_wrapped: false }],
            hides_headers: false,
        },
        group: None,
        is_out_of_band: false,
        is_autosized: false,
    }
}
