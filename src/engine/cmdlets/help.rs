//! Get-Help: from comments, else from what is known of the command.

use std::sync::Arc;

use command::{
    Bound, Cmdlet, Command, CommandBody, CommandInfo, CommandKind, NativeObject, Parameter, Session, Wildcard,
};
use language::ast::{Ast, BlockId, FunctionId, Node, Stmt, Visit};
use language::{CommentHelp, HelpTarget, comment_help};
use values::object::Foreign;
use values::{Context, ErrorCategory, ErrorRecord, Exception, Result, Str, TypeRef, Value};

use super::job::engine_of;
use super::syntax;
use crate::runspace::Runspace;
use crate::script_block::ScriptBlock;

/// Get-Help.
pub static GET_HELP: Command = Command { name: "Get-Help", create: || Box::new(GetHelp) };

/// Which parts are shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum View {
    Short,
    Full,
    Detailed,
    Examples,
}

/// Help as an object: its properties and its page.
struct HelpObject {
    class: &'static str,
    view: View,
    pairs: Vec<(&'static str, Value)>,
    page: Str,
}

impl Foreign for HelpObject {
    fn type_ref(&self) -> TypeRef {
        command::class("System.Management.Automation.PSCustomObject", TypeRef::OBJECT)
    }
    fn type_names(&self) -> Option<Vec<Str>> {
        let view = match self.view {
            View::Short => "",
            View::Full => "#FullView",
            View::Detailed => "#DetailedView",
            View::Examples => "#ExamplesView",
        };
        let mut names = Vec::new();
        let chain: &[&str] = match self.class {
            "ExtendedCmdletHelpInfo" => &["ExtendedCmdletHelpInfo", "CmdletHelpInfo", "HelpInfo"],
            _ => &["MamlCommandHelpInfo", "HelpInfo"],
        };
        names.extend(chain.iter().map(|n| Str::from(format!("{n}{view}"))));
        if !view.is_empty() {
            names.extend(chain.iter().map(|n| Str::from(*n)));
        }
        Some(names)
    }
    fn display_plain(&self) -> Option<Str> {
        Some(self.page.clone())
    }
    fn display(&self, _ctx: &mut dyn Context) -> Result<Option<Str>> {
        Ok(Some(self.page.clone()))
    }
    fn get(&self, _ctx: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        Ok(self.pairs.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.clone()))
    }
    fn property_names(&self) -> Vec<Str> {
        self.pairs.iter().map(|(n, _)| Str::from(*n)).collect()
    }
}

fn object(class: &str, pairs: Vec<(&str, Value)>) -> Value {
    NativeObject::of(class, pairs)
}

/// The function of a tree whose body a block is.
fn function_of(ast: &Ast, block: BlockId) -> Option<FunctionId> {
    let mut found = None;
    ast.walk(Node::Block(ast.root()), &mut |node| {
        if let Node::Stmt(id) = node
            && let Stmt::Function(function) = *ast.stmt(id)
            && ast.function(function).body == block
        {
            found = Some(function);
        }
        Visit::Continue
    });
    found
}

fn comments_of(info: &CommandInfo) -> Option<CommentHelp> {
    let CommandBody::Script(block) = &info.body else { return None };
    let script = block.as_foreign::<ScriptBlock>()?;
    match function_of(&script.ast, script.block) {
        Some(function) => comment_help(&script.ast, HelpTarget::Function(function)),
        None if info.kind == CommandKind::ExternalScript => comment_help(&script.ast, HelpTarget::Script),
        None => None,
    }
}

/// A command's help, gathered.
struct Topic {
    info: Arc<CommandInfo>,
    comments: Option<CommentHelp>,
    parameters: Vec<HelpParameter>,
    syntax: String,
}

struct HelpParameter {
    name: Str,
    shown: String,
    text: String,
    is_required: bool,
    position: String,
    default: String,
    pipeline: String,
    sets: String,
    aliases: String,
}

impl HelpParameter {
    fn of(
        p: &Parameter,
        is_maml: bool,
        defaults: &[(Str, String)],
        comments: Option<&CommentHelp>,
        sets: &[Str],
    ) -> HelpParameter {
        let place = p.in_sets.first();
        let ty = p.type_name.as_str();
        let short = match is_maml {
            true => {
                p.ty.name().rsplit('.').next().unwrap_or(ty).trim_end_matches(']').to_string()
                    + if p.ty.name().ends_with("[]") { "]" } else { "" }
            }
            false => syntax::shown_type(p),
        };
        let shown = match (p.is_switch(), is_maml) {
            (true, true) => format!("-{} [<SwitchParameter>]", p.name),
            (true, false) => format!("-{}", p.name),
            _ => format!("-{} <{short}>", p.name),
        };
        let written = comments
            .and_then(|c| c.parameters.iter().find(|(n, _)| n.eq_ignore_ascii_case(&p.name)).map(|(_, t)| t.clone()));
        let text = written.or_else(|| p.help.as_ref().map(|h| h.to_string())).unwrap_or_default();
        let position = match place.and_then(|s| s.position) {
            Some(n) if is_maml => (n + 1).to_string(),
            Some(n) => n.to_string(),
            None => if is_maml { "named" } else { "Named" }.to_string(),
        };
        let by = match place {
            Some(s) if s.by_value && s.by_property_name => "true (ByValue, ByPropertyName)",
            Some(s) if s.by_value => "true (ByValue)",
            Some(s) if s.by_property_name => "true (ByPropertyName)",
            _ => "false",
        };
        let default = defaults.iter().find(|(n, _)| n.eq_ignore_ascii_case(&p.name)).map(|(_, t)| t.clone());
        let default =
            default.unwrap_or_else(|| if p.is_switch() && is_maml { "False".to_string() } else { String::new() });
        let names: Vec<&str> =
            p.in_sets.iter().filter_map(|s| s.set.and_then(|at| sets.get(at)).map(|n| n.as_str())).collect();
        let aliases: Vec<&str> = p.aliases.iter().map(|a| a.as_str()).collect();
        HelpParameter {
            name: p.name.clone(),
            shown,
            text: text.trim_end().to_string(),
            is_required: place.is_some_and(|s| s.is_mandatory),
            position,
            default,
            pipeline: by.to_string(),
            sets: if names.is_empty() { "(All)".to_string() } else { names.join(", ") },
            aliases: match (aliases.is_empty(), is_maml) {
                (true, true) => String::new(),
                (true, false) => "None".to_string(),
                _ => aliases.join(", "),
            },
        }
    }

    fn facts(&self, is_maml: bool, margin: &str) -> String {
        let rows: Vec<(&str, &str)> = match is_maml {
            true => vec![
                ("Required?", if self.is_required { "true" } else { "false" }),
                ("Position?", &self.position),
                ("Default value", &self.default),
                ("Accept pipeline input?", &self.pipeline),
                ("Aliases", &self.aliases),
                ("Accept wildcard characters?", "false"),
            ],
            false => vec![
                ("Required?", if self.is_required { "true" } else { "false" }),
                ("Position?", &self.position),
                ("Accept pipeline input?", &self.pipeline),
                ("Parameter set name", &self.sets),
                ("Aliases", &self.aliases),
                ("Dynamic?", "false"),
                ("Accept wildcard characters?", "false"),
            ],
        };
        rows.iter().map(|(name, value)| format!("{margin}{name:<29}{value}").trim_end().to_string() + "\n").collect()
    }

    fn value(&self) -> Value {
        object(
            "MamlCommandHelpInfo#parameter",
            vec![
                ("description", paragraphs(&self.text)),
                ("defaultValue", Value::from(self.default.as_str())),
                ("name", Value::Str(self.name.clone())),
                ("required", Value::from(if self.is_required { "true" } else { "false" })),
                ("position", Value::from(self.position.as_str())),
                ("pipelineInput", Value::from(self.pipeline.as_str())),
                ("globbing", Value::from("false")),
                ("aliases", Value::from(self.aliases.as_str())),
            ],
        )
    }
}

fn paragraphs(text: &str) -> Value {
    match text.trim_end() {
        "" => Value::Null,
        text => Value::array(vec![object("MamlParaTextItem", vec![("Text", Value::from(text))])]),
    }
}

fn indented(text: &str, margin: &str) -> String {
    text.trim_end().lines().map(|l| if l.is_empty() { "\n".to_string() } else { format!("{margin}{l}\n") }).collect()
}

const COMMON: &str = "    <CommonParameters>\n        This cmdlet supports the common parameters: Verbose, Debug,\n        ErrorAction, ErrorVariable, WarningAction, WarningVariable,\n        OutBuffer, PipelineVariable, and OutVariable. For more information, see\n        about_CommonParameters (https://go.microsoft.com/fwlink/?LinkID=113216).\n\n";

impl Topic {
    fn new(runspace: &mut Runspace, info: Arc<CommandInfo>) -> Topic {
        let comments = comments_of(&info);
        let table = crate::host_objects::table_of(runspace, &info);
        let sets: Vec<Str> = table.sets.iter().map(|s| s.name.clone()).collect();
        let defaults: Vec<(Str, String)> = table
            .parameters
            .iter()
            .filter_map(|p| p.default_text.as_ref().map(|t| (p.name.clone(), t.trim_matches(['\'', '"']).to_string())))
            .collect();
        let is_maml = comments.is_some();
        let parameters = table
            .parameters
            .iter()
            .filter(|p| !p.is_hidden)
            .map(|p| HelpParameter::of(p, is_maml, &defaults, comments.as_ref(), &sets))
            .collect();
        let syntax = syntax::of(runspace, &info);
        Topic { info, comments, parameters, syntax }
    }

    fn examples(&self) -> String {
        let Some(comments) = &self.comments else { return String::new() };
        let mut page = String::new();
        for (at, text) in comments.examples.iter().enumerate() {
            let (prompt, text) = example_prompt(text);
            page.push_str(&format!("    -------------------------- EXAMPLE {} --------------------------\n\n", at + 1));
            page.push_str(&indented(&format!("{prompt}{text}"), "    "));
            page.push_str("\n\n\n\n");
        }
        page
    }

    fn page(&self, view: View) -> String {
        let name = &self.info.name;
        let mut page = format!("\nNAME\n    {name}\n");
        let maml = self.comments.as_ref();
        if let Some(comments) = maml {
            page.push_str("\nSYNOPSIS\n");
            page.push_str(&indented(comments.synopsis.as_deref().unwrap_or_default(), "    "));
            page.push_str("\n\n");
        }
        if view != View::Examples {
            page.push_str(if maml.is_some() { "SYNTAX\n" } else { "\nSYNTAX\n" });
            let lines: Vec<String> =
                self.syntax.lines().filter(|l| !l.is_empty()).map(|l| format!("    {l}\n")).collect();
            page.push_str(&lines.join("\n"));
            page.push_str("\n\n");
            if let Some(comments) = maml {
                page.push_str("DESCRIPTION\n");
                page.push_str(&indented(comments.description.as_deref().unwrap_or_default(), "    "));
                page.push_str("\n\n");
            }
        }
        if matches!(view, View::Full | View::Detailed) {
            page.push_str("PARAMETERS\n");
            for p in &self.parameters {
                page.push_str(&format!("    {}\n", p.shown));
                page.push_str(&indented(&p.text, "        "));
                page.push('\n');
                if view == View::Full {
                    page.push_str(&p.facts(maml.is_some(), "        "));
                    page.push('\n');
                }
            }
            if self.info.parameters.is_advanced || maml.is_some() || self.syntax.contains("[<CommonParameters>]") {
                page.push_str(COMMON);
            }
        }
        let Some(comments) = maml else {
            if view == View::Full {
                page.push_str("\nINPUTS\n    None\n\n\nOUTPUTS\n    ");
                let outputs = self.info.output_types.iter().map(|t| t.as_str()).collect::<Vec<_>>().join("\n    ");
                page.push_str(if outputs.is_empty() { "System.Object" } else { &outputs });
                page.push_str("\n\n");
            }
            page.push_str("ALIASES\n    None\n\n\nREMARKS\n    None\n\n");
            return page;
        };
        if view == View::Full {
            for (title, items) in [("INPUTS", &comments.inputs), ("OUTPUTS", &comments.outputs)] {
                page.push_str(&format!("{title}\n"));
                for item in items {
                    page.push_str(&indented(item, "    "));
                    page.push('\n');
                }
                page.push('\n');
            }
            if let Some(notes) = &comments.notes {
                page.push_str("NOTES\n\n\n");
                page.push_str(&indented(notes, "        "));
                page.push('\n');
            }
        }
        if view != View::Short {
            page.push_str(&self.examples());
        }
        if matches!(view, View::Short | View::Full) {
            page.push_str("\nRELATED LINKS\n");
            for link in &comments.links {
                page.push_str(&indented(link, "    "));
            }
            page.push('\n');
        }
        if matches!(view, View::Short | View::Detailed) {
            page.push_str("REMARKS\n");
            page.push_str(&format!("    To see the examples, type: \"Get-Help {name} -Examples\"\n"));
            page.push_str(&format!("    For more information, type: \"Get-Help {name} -Detailed\"\n"));
            page.push_str(&format!("    For technical information, type: \"Get-Help {name} -Full\"\n"));
            if comments.links.iter().any(|l| l.contains("://")) {
                page.push_str(&format!("    For online help, type: \"Get-Help {name} -Online\"\n"));
            }
        }
        page.push('\n');
        page
    }

    fn value(&self, view: View) -> Value {
        let category = match self.info.kind {
            CommandKind::Cmdlet => "Cmdlet",
            CommandKind::ExternalScript => "ExternalScript",
            CommandKind::Filter => "Filter",
            _ => "Function",
        };
        let parameters: Vec<Value> = self.parameters.iter().map(HelpParameter::value).collect();
        let items: Vec<Value> = self
            .syntax
            .lines()
            .filter(|l| !l.is_empty())
            .map(|l| {
                object(
                    "MamlCommandHelpInfo#syntaxItem",
                    vec![("name", Value::Str(self.info.name.clone())), ("Text", Value::from(l))],
                )
            })
            .collect();
        let comments = self.comments.clone().unwrap_or_default();
        let text = |t: &Option<String>| t.as_deref().map_or(Value::Null, |t| Value::from(t.trim_end()));
        let synopsis = match self.comments.is_some() {
            true => text(&comments.synopsis),
            false => Value::from(self.syntax.as_str()),
        };
        let examples: Vec<Value> = comments
            .examples
            .iter()
            .enumerate()
            .map(|(at, t)| {
                let (prompt, t) = example_prompt(t);
                let (code, rest) = t.split_once('\n').unwrap_or((t.as_str(), ""));
                object(
                    "MamlCommandHelpInfo#example",
                    vec![
                        (
                            "title",
                            Value::from(format!(
                                "-------------------------- EXAMPLE {} --------------------------",
                                at + 1
                            )),
                        ),
                        ("introduction", Value::from(prompt)),
                        ("code", Value::from(code)),
                        ("remarks", paragraphs(rest.trim())),
                    ],
                )
            })
            .collect();
        let details = object(
            "MamlCommandHelpInfo#details",
            vec![
                ("name", Value::Str(self.info.name.clone())),
                ("description", paragraphs(comments.synopsis.as_deref().unwrap_or_default())),
            ],
        );
        let links = comments
            .links
            .iter()
            .map(|l| {
                let l = l.trim_end();
                let (link, uri) = if l.contains("://") { ("", l) } else { (l, "") };
                object(
                    "MamlCommandHelpInfo#navigationLink",
                    vec![("linkText", Value::from(link)), ("uri", Value::from(uri))],
                )
            })
            .collect();
        let types = |list: &[String], outer: &'static str, inner: &'static str| {
            let made = list
                .iter()
                .map(|t| {
                    object(
                        "MamlCommandHelpInfo#type",
                        vec![("type", object("MamlType", vec![("name", Value::from(t.trim_end()))]))],
                    )
                })
                .collect();
            object(outer, vec![(inner, Value::array(made))])
        };
        let pairs = vec![
            ("Name", Value::Str(self.info.name.clone())),
            ("Category", Value::from(category)),
            ("Synopsis", synopsis),
            ("Component", text(&comments.component)),
            ("Role", text(&comments.role)),
            ("Functionality", text(&comments.functionality)),
            ("ModuleName", self.info.module.clone().map_or(Value::Null, Value::Str)),
            ("details", details),
            ("syntax", object("MamlCommandHelpInfo#syntax", vec![("syntaxItem", Value::array(items))])),
            ("description", paragraphs(comments.description.as_deref().unwrap_or_default())),
            ("parameters", object("MamlCommandHelpInfo#parameters", vec![("parameter", Value::array(parameters))])),
            ("inputTypes", types(&comments.inputs, "MamlCommandHelpInfo#inputTypes", "inputType")),
            ("returnValues", types(&comments.outputs, "MamlCommandHelpInfo#returnValues", "returnValue")),
            (
                "alertSet",
                object(
                    "MamlCommandHelpInfo#alertSet",
                    vec![("alert", paragraphs(comments.notes.as_deref().unwrap_or_default()))],
                ),
            ),
            ("examples", object("MamlCommandHelpInfo#examples", vec![("example", Value::array(examples))])),
            ("relatedLinks", object("MamlCommandHelpInfo#relatedLinks", vec![("navigationLink", Value::array(links))])),
        ];
        let class = if self.comments.is_some() { "MamlCommandHelpInfo" } else { "ExtendedCmdletHelpInfo" };
        Value::foreign(HelpObject { class, view, pairs, page: Str::from(self.page(view)) })
    }
}

/// The prompt before an example's code, and the example without it.
fn example_prompt(text: &str) -> (&'static str, String) {
    let text = text.trim_end();
    match ["PS>", "C:\\>"].into_iter().find(|p| text.starts_with(p)) {
        Some(prompt) => (prompt, text[prompt.len()..].trim_start_matches(' ').to_string()),
        None => ("PS > ", text.to_string()),
    }
}

struct GetHelp;

fn not_found(name: &str) -> Arc<ErrorRecord> {
    let ty = TypeRef::find("Microsoft.PowerShell.Commands.HelpNotFoundException").unwrap_or(TypeRef::RUNTIME_EXCEPTION);
    let text = format!(
        "Get-Help could not find {name} in a help file in this session. To download updated help topics type: \"Update-Help\". To get help online, search for the help topic in the TechNet library at https://go.microsoft.com/fwlink/?LinkID=107116."
    );
    ErrorRecord::from_exception(Arc::new(Exception::new(ty, text).identity(
        "HelpNotFound",
        ErrorCategory::ResourceUnavailable,
        Value::Null,
    )))
}

impl Cmdlet for GetHelp {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        for name in ["Path", "Online"] {
            if bound.has(name) {
                return crate::errors::invalid_operation(
                    "HelpParameterNotSupported",
                    format!("Get-Help does not support -{name}: help is part of the program."),
                )
                .throw();
            }
        }
        let name = bound.str("Name").unwrap_or_else(|| Str::from("Get-Help"));
        let view = match bound.parameter_set() {
            "DetailedView" => View::Detailed,
            "Examples" => View::Examples,
            _ if bound.switch("Full") => View::Full,
            _ => View::Short,
        };
        let is_pattern = Wildcard::is_pattern(&name);
        let found = match is_pattern {
            true => session.commands(&name, false),
            false => {
                session.find_command(&name, true)?.into_iter().filter(|f| f.kind != CommandKind::Application).collect()
            }
        };
        let filters = [("Role", 0), ("Component", 1), ("Functionality", 2)];
        let categories = bound.strings("Category");
        let mut topics = Vec::new();
        for info in found {
            if info.kind == CommandKind::Alias {
                continue;
            }
            let topic = Topic::new(engine_of(session)?, info);
            let comments = topic.comments.clone().unwrap_or_default();
            let fits = filters.iter().all(|(name, part)| {
                let patterns: Vec<Wildcard> = bound.strings(name).iter().map(|p| Wildcard::new(p)).collect();
                let own = [&comments.role, &comments.component, &comments.functionality][*part]
                    .as_deref()
                    .unwrap_or_default();
                patterns.is_empty() || Wildcard::any(&patterns, own.trim_end())
            });
            let kind = if topic.info.kind == CommandKind::Cmdlet { "Cmdlet" } else { "Function" };
            if fits && (categories.is_empty() || categories.iter().any(|c| c.eq_ignore_ascii_case(kind))) {
                topics.push(topic);
            }
        }
        if topics.is_empty() {
            return match is_pattern {
                true => Ok(()),
                false => session.write_error(not_found(&name)),
            };
        }
        if bound.parameter_set() == "Parameters" {
            return parameters(session, bound, &topics);
        }
        topics.iter().try_for_each(|topic| session.write(topic.value(view)))
    }
}

fn parameters(session: &mut dyn Session, bound: &Bound, topics: &[Topic]) -> Result<()> {
    for topic in topics {
        for pattern in bound.strings("Parameter") {
            let matcher = Wildcard::new(&pattern);
            let mut count = 0;
            for p in topic.parameters.iter().filter(|p| matcher.matches(&p.name)) {
                count += 1;
                let is_maml = topic.comments.is_some();
                let page = format!("\n{}\n{}\n{}\n", p.shown, indented(&p.text, "    "), p.facts(is_maml, "    "));
                let value = p.value();
                let Some(object) = value.as_foreign::<NativeObject>() else { continue };
                let names = [
                    "description",
                    "defaultValue",
                    "name",
                    "required",
                    "position",
                    "pipelineInput",
                    "globbing",
                    "aliases",
                ];
                let pairs = names.iter().map(|n| (*n, object.value(n))).collect();
                session.write(Value::foreign(HelpObject {
                    class: "MamlCommandHelpInfo",
                    view: View::Short,
                    pairs,
                    page: Str::from(page),
                }))?;
            }
            if count == 0 {
                let exception =
                    Exception::new(TypeRef::ARGUMENT_EXCEPTION, format!("No parameter matches criteria {pattern}."));
                let record = exception.identity("NoParmsFound", ErrorCategory::InvalidArgument, Value::Null);
                session.write_error(ErrorRecord::from_exception(Arc::new(record)))?;
            }
        }
    }
    Ok(())
}
