//! Comments: `#requires`, keywords of help, lines of the history.

use language::Span;
use language::ast::{Expr, Node, Param};

use super::context::Cx;
use super::{Item, Kind, command_name, known, path};

const HELP: &[(&str, &str)] = &[
    ("SYNOPSIS", "A brief description of the function or script. This keyword can be used only once in each topic."),
    (
        "DESCRIPTION",
        "A detailed description of the function or script. This keyword can be used only once in each topic.",
    ),
    (
        "PARAMETER",
        ".PARAMETER  <Parameter-Name>\nThe description of a parameter. Add a .PARAMETER keyword for each parameter in the function or script syntax.",
    ),
    (
        "EXAMPLE",
        "A sample command that uses the function or script, optionally followed by sample output and a description. Repeat this keyword for each example.",
    ),
    (
        "INPUTS",
        "The .NET types of objects that can be piped to the function or script. You can also include a description of the input objects.",
    ),
    (
        "OUTPUTS",
        "The .NET type of the objects that the cmdlet returns. You can also include a description of the returned objects.",
    ),
    ("NOTES", "Additional information about the function or script."),
    (
        "LINK",
        "The name of a related topic. The value appears on the line below the \".LINK\" keyword and must be preceded by a comment symbol # or included in the comment block.",
    ),
    ("COMPONENT", "The name of the technology or feature that the function or script uses, or to which it is related."),
    ("ROLE", "The name of the user role for the help topic."),
    ("FUNCTIONALITY", "The keywords that describe the intended use of the function."),
    (
        "FORWARDHELPTARGETNAME",
        ".FORWARDHELPTARGETNAME <Command-Name>\nRedirects to the help topic for the specified command.",
    ),
    (
        "FORWARDHELPCATEGORY",
        ".FORWARDHELPCATEGORY <Category>\nSpecifies the help category of the item in .ForwardHelpTargetName",
    ),
    (
        "REMOTEHELPRUNSPACE",
        ".REMOTEHELPRUNSPACE <PSSession-variable>\nSpecifies a session that contains the help topic. Enter a variable that contains a PSSession object.",
    ),
    (
        "EXTERNALHELP",
        ".EXTERNALHELP <XML Help File>\nThe .ExternalHelp keyword is required when a function or script is documented in XML files.",
    ),
];
const REPEATED: &[&str] = &["EXAMPLE", "LINK", "PARAMETER"];

const REQUIRES: &[(&str, &str)] = &[
    (
        "Modules",
        "[string] or [hashtable]\nSpecifies an array of PowerShell modules that the script requires.\nEach element can either be a string with the module name as value or a hashtable with the following keys:\nName: Name of the module\nGUID: GUID of the module\nOne of the following:\nModuleVersion: Specifies a minimum acceptable version of the module.\nRequiredVersion: Specifies an exact, required version of the module.\nMaximumVersion: Specifies the maximum acceptable version of the module.",
    ),
    (
        "PSEdition",
        "[string]\nSpecifies a PowerShell edition that the script requires.\nValid values are \"Core\" and \"Desktop\"",
    ),
    (
        "RunAsAdministrator",
        "[switch]\nSpecifies that PowerShell must be running as administrator on Windows.\nThis must be the last parameter on the #requires statement line.",
    ),
    ("Version", "[version]\nSpecifies the minimum version of PowerShell that the script requires."),
];

/// What a comment at the cursor could say.
pub fn complete(cx: &mut Cx<'_>) -> Option<Vec<Item>> {
    let token = cx.token?;
    let text = cx.token_text(&token);
    if text.starts_with("<#") {
        return help(cx, token.span, &text);
    }
    if text.to_ascii_lowercase().starts_with("#requires ") {
        return requires(cx, token.span, &text);
    }
    None
}

/// Keywords at the beginnings of lines: the place in the text, and the word after the dot.
fn keywords(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim_start();
        if let Some(rest) = trimmed.strip_prefix('.') {
            let word: &str = rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
            found.push((at + (line.len() - trimmed.len()) + 1, word));
        }
        at += line.len();
    }
    found
}

fn help(cx: &mut Cx<'_>, span: Span, text: &str) -> Option<Vec<Item>> {
    let used = keywords(text);
    let inside = (cx.cursor - span.start) as usize;
    let (at, word) = *used.iter().rev().find(|(at, _)| inside >= *at)?;
    if inside <= at + word.len() {
        cx.replace(Span { start: span.start + at as u32, len: word.len() as u32 });
        let stem = word.to_uppercase();
        let items: Vec<Item> = HELP
            .iter()
            .filter(|(name, _)| name.starts_with(&stem))
            .filter(|(name, _)| {
                REPEATED.contains(name) || !used.iter().any(|(other, w)| *other != at && w.eq_ignore_ascii_case(name))
            })
            .map(|(name, tip)| Item::new(*name, *name, Kind::Keyword, *tip))
            .collect();
        return (!items.is_empty()).then_some(items);
    }
    let rest = text.get(at + word.len()..inside)?;
    if rest.contains('\n') {
        return None;
    }
    let argument = rest.trim_start();
    let start = span.start + (inside - argument.len()) as u32;
    let tail = text[inside..].split(|c: char| c.is_whitespace()).next().unwrap_or_default().len();
    cx.replace(Span { start, len: (argument.len() + tail) as u32 });
    cx.word = argument.to_string();
    match word.to_uppercase().as_str() {
        "PARAMETER" => Some(parameters(cx, argument, text)),
        "FORWARDHELPTARGETNAME" => Some(command_name::complete(cx)),
        "EXTERNALHELP" => Some(path::complete(cx, &path::Wanted::extensions(&[".xml"]))),
        "FORWARDHELPCATEGORY" => {
            const CATEGORIES: &[&str] = &[
                "Alias",
                "All",
                "Cmdlet",
                "ExternalScript",
                "FAQ",
                "Filter",
                "Function",
                "General",
                "Glossary",
                "HelpFile",
                "Provider",
                "ScriptCommand",
            ];
            let stem = argument.to_lowercase();
            let found = CATEGORIES.iter().filter(|c| c.to_lowercase().starts_with(&stem));
            Some(found.map(|c| Item::new(*c, *c, Kind::Text, *c)).collect())
        }
        _ => None,
    }
}

/// Parameters of the function around, or of the script.
fn parameters(cx: &mut Cx<'_>, word: &str, comment: &str) -> Vec<Item> {
    let mut found: Vec<Item> = Vec::new();
    let stem = word.to_lowercase();
    let used: Vec<String> = comment
        .lines()
        .filter_map(|l| {
            l.trim().get(..11).filter(|p| p.eq_ignore_ascii_case(".parameter ")).map(|_| l.trim()[11..].trim())
        })
        .filter(|name| !name.eq_ignore_ascii_case(word))
        .map(str::to_lowercase)
        .collect();
    let ast = cx.ast.clone();
    let mut scope = None;
    ast.walk(Node::Block(ast.root()), &mut |node| {
        let holds = ast.span(node).start <= cx.cursor && cx.cursor <= ast.span(node).end();
        let is_function = matches!(node, Node::Stmt(id) if matches!(ast.stmt(id), language::ast::Stmt::Function(_)));
        // Help stands in a function, or right before it.
        if is_function && (holds || (scope.is_none() && ast.span(node).start > cx.cursor)) {
            scope = Some(node);
        }
        language::ast::Visit::Continue
    });
    ast.walk(scope.unwrap_or(Node::Block(ast.root())), &mut |node| {
        if let Node::Param(place) = node {
            let id = ast.at::<Param>(place).name;
            if let Expr::Variable(v) = *ast.expr(id) {
                let name = ast.text(v.path).to_string();
                if name.to_lowercase().starts_with(&stem) && !used.contains(&name.to_lowercase()) {
                    found.push(Item::new(name.clone(), name.clone(), Kind::Property, name));
                }
            }
        }
        language::ast::Visit::Continue
    });
    found
}

fn requires(cx: &mut Cx<'_>, span: Span, text: &str) -> Option<Vec<Item>> {
    let inside = (cx.cursor - span.start) as usize;
    let head = text.get(..inside)?;
    let word_start = head.rfind([' ', ',', '-']).map_or(0, |at| at + 1);
    let word = &head[word_start..];
    let tail = text[inside..].split(|c: char| !c.is_alphanumeric() && c != '.').next().unwrap_or_default().len();
    let is_parameter = head[..word_start].ends_with('-');
    let at = span.start + word_start as u32;
    let stem = word.to_lowercase();
    if is_parameter {
        cx.replace(Span { start: at, len: (word.len() + tail) as u32 });
        let items = REQUIRES
            .iter()
            .filter(|(name, _)| name.to_lowercase().starts_with(&stem))
            .filter(|(name, _)| !text.to_lowercase().contains(&format!("-{} ", name.to_lowercase())))
            .map(|(name, tip)| Item::new(*name, *name, Kind::ParameterName, *tip));
        return Some(items.collect());
    }
    let parameter = head[..word_start].rsplit('-').next()?.split_whitespace().next()?.to_lowercase();
    cx.replace(Span { start: at, len: (word.len() + tail) as u32 });
    cx.word = word.to_string();
    match parameter.as_str() {
        "modules" => Some(known::module_names(cx, false)),
        "psedition" => {
            let list = ["Core", "Desktop"].iter().filter(|v| v.to_lowercase().starts_with(&stem));
            Some(list.map(|v| Item::new(*v, *v, Kind::ParameterValue, *v)).collect())
        }
        "version" => {
            let list = ["3.0", "4.0", "5.0", "5.1", "6.0", "7.0", "7.1", "7.2", "7.3", "7.4", "7.5", "7.6"];
            let list = list.iter().rev().filter(|v| v.starts_with(&stem));
            Some(list.map(|v| Item::new(*v, *v, Kind::ParameterValue, *v)).collect())
        }
        _ => None,
    }
}
