//! Get-Help: of comments, of the texts that commands bring along, else of what is known of a command's parameters.

mod made;
mod maml;
mod search;
mod written;

use std::sync::Arc;

use command::{Bound, Cmdlet, Command, CommandBody, CommandInfo, CommandKind, ParameterTable, Session, Wildcard};
use language::ast::{Ast, BlockId, FunctionId, Node, Stmt, Visit};
use language::{CommentHelp, HelpTarget, comment_help};
use values::{ErrorCategory, ErrorRecord, Exception, Result, Str, TypeRef, Value, members};

use super::job::engine_of;
use super::syntax;
use crate::runspace::Runspace;
use crate::script_block::ScriptBlock;
use written::Written;

/// Get-Help.
pub static GET_HELP: Command = Command { name: "Get-Help", create: || Box::new(GetHelp) };

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

/// Whether `-?` shows a command's help: always but for programs, and for functions that take any argument and say nothing.
pub fn answers_help(runspace: &mut Runspace, info: &CommandInfo) -> bool {
    match &info.body {
        CommandBody::Program(_) => false,
        CommandBody::Script(_) => {
            crate::host_objects::table_of(runspace, info).is_advanced || comments_of(info).is_some()
        }
        _ => true,
    }
}

/// One result: the help object, and what is asked of it.
struct Topic {
    name: Str,
    category: &'static str,
    module: Option<Str>,
    synopsis: String,
    /// Role, component, functionality.
    marks: [Option<String>; 3],
    object: Value,
    /// Whether the object has views for `-Full` and its like.
    has_views: bool,
}

impl Topic {
    fn of_command(runspace: &mut Runspace, info: &Arc<CommandInfo>) -> Topic {
        let category = match info.kind {
            CommandKind::Cmdlet => "Cmdlet",
            CommandKind::ExternalScript => "ExternalScript",
            CommandKind::Filter => "Filter",
            CommandKind::Alias => "Alias",
            _ => "Function",
        };
        let mut topic = Topic {
            name: info.name.clone(),
            category,
            module: info.module.clone(),
            synopsis: String::new(),
            marks: [None, None, None],
            object: Value::Null,
            has_views: true,
        };
        if info.kind == CommandKind::Alias {
            topic.synopsis = info.definition.to_string();
            return topic;
        }
        let table = shown_table(&crate::host_objects::table_of(runspace, info), info);
        let comments = comments_of(info).or_else(|| search::texts_of(runspace, info, &table));
        let Some(comments) = comments.filter(|c| c.external_help.is_none()) else {
            let text = syntax::of(runspace, info);
            if info.kind == CommandKind::ExternalScript {
                let text = text.trim_start_matches('\n').to_string();
                topic.object = maml::text_with(
                    &text,
                    vec![
                        ("Name", Value::Str(info.name.clone())),
                        ("Category", Value::from(category)),
                        ("Synopsis", Value::from(text.as_str())),
                        ("Component", Value::Null),
                        ("Role", Value::Null),
                        ("Functionality", Value::Null),
                    ],
                );
                topic.has_views = false;
            } else {
                let aliases = search::aliases_of(runspace, &info.name);
                topic.object = made::object(info, &table, &text, &aliases);
            }
            topic.synopsis = text;
            return topic;
        };
        let path = match info.kind {
            CommandKind::ExternalScript if !info.definition.is_empty() => info.definition.clone(),
            _ => info.name.clone(),
        };
        let written = Written {
            name: &path,
            kind: info.kind,
            module: info.module.clone(),
            texts: &comments,
            table: &table,
            output_types: &info.output_types,
        };
        topic.object = written.object();
        topic.synopsis = comments.synopsis.as_deref().unwrap_or_default().trim().to_string();
        topic.marks = [comments.role, comments.component, comments.functionality];
        topic
    }

    fn of_text(name: &str, text: &str) -> Topic {
        let synopsis = text.lines().map(str::trim).find(|l| !l.is_empty()).unwrap_or_default().to_string();
        let object = maml::text_with(
            text,
            vec![
                ("Name", Value::from(name)),
                ("Category", Value::from("HelpFile")),
                ("Synopsis", Value::from(synopsis.as_str())),
                ("Component", Value::Null),
                ("Role", Value::Null),
                ("Functionality", Value::Null),
            ],
        );
        Topic {
            name: Str::from(name),
            category: "HelpFile",
            module: None,
            synopsis,
            marks: [None, None, None],
            object,
            has_views: false,
        }
    }

    /// One of several results.
    fn short(&self) -> Value {
        let mark = |at: usize| self.marks[at].as_deref().map_or(Value::Null, |t| Value::from(t.trim()));
        maml::object(
            &["HelpInfoShort"],
            vec![
                ("Name", Value::Str(self.name.clone())),
                ("Category", Value::from(self.category)),
                ("Synopsis", Value::from(self.synopsis.as_str())),
                ("Component", mark(1)),
                ("Role", mark(0)),
                ("Functionality", mark(2)),
                ("ModuleName", Value::Str(self.module.clone().unwrap_or_else(Str::empty))),
            ],
        )
    }

    /// The object for a view: `MamlCommandHelpInfo#FullView` before its own type names.
    fn viewed(&self, view: &str) -> Value {
        if let Value::Object(object) = &self.object
            && self.has_views
            && !view.is_empty()
        {
            let mut data = object.lock();
            let own: Vec<Str> = data.type_names.iter().flat_map(|n| n.iter().cloned()).collect();
            let with_view = own.iter().map(|n| Str::from(format!("{n}#{view}")));
            data.type_names = Some(with_view.chain(own.iter().cloned()).collect());
        }
        self.object.clone()
    }

    fn fits(&self, bound: &Bound) -> bool {
        let categories = bound.strings("Category");
        let is_of = |c: &Str| c.eq_ignore_ascii_case(self.category) || c.eq_ignore_ascii_case("All");
        let marks = ["Role", "Component", "Functionality"].iter().zip(&self.marks).all(|(name, own)| {
            let patterns: Vec<Wildcard> = bound.strings(name).iter().map(|p| Wildcard::new(p)).collect();
            patterns.is_empty() || Wildcard::any(&patterns, own.as_deref().unwrap_or_default().trim())
        });
        marks && (categories.is_empty() || categories.iter().any(is_of))
    }
}

/// The parameters that help shows: of cmdlets not the hidden ones.
fn shown_table(table: &ParameterTable, info: &CommandInfo) -> ParameterTable {
    let mut shown = ParameterTable {
        sets: table.sets.clone(),
        default_set: table.default_set,
        is_advanced: table.is_advanced,
        supports_should_process: table.supports_should_process,
        supports_paging: table.supports_paging,
        confirm_impact: table.confirm_impact,
        positional_binding: table.positional_binding,
        parameters: table.parameters.clone(),
    };
    shown.parameters.retain(|p| info.kind != CommandKind::Cmdlet || !p.is_hidden);
    shown
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
        if bound.has("Path") {
            return crate::errors::invalid_operation(
                "HelpPathNotSupported",
                "Get-Help does not read help files from -Path: help is part of the program and of modules.",
            )
            .throw();
        }
        let name = bound.str("Name").unwrap_or_else(|| Str::from("about_Dialtone"));
        let view = match bound.parameter_set() {
            "DetailedView" => "DetailedView",
            "Examples" => "ExamplesView",
            _ if bound.switch("Full") => "FullView",
            _ => "",
        };
        let is_pattern = Wildcard::is_pattern(&name);
        let topics = topics(session, bound, &name, is_pattern)?;
        if topics.is_empty() {
            return match is_pattern {
                true => Ok(()),
                false => session.write_error(not_found(&name)),
            };
        }
        if bound.parameter_set() == "Parameters" {
            return topics.iter().try_for_each(|topic| parameters(session, bound, topic));
        }
        if bound.switch("Online") {
            return online(session, &topics);
        }
        if bound.switch("ShowWindow") {
            return window(session, &topics);
        }
        match topics.as_slice() {
            [one] if one.category != "Alias" => session.write(one.viewed(view)),
            several => several.iter().try_for_each(|topic| session.write(topic.short())),
        }
    }
}

/// The topics of a name: the command or about topic of that name, all that fit a pattern, else what a search in the texts
/// finds.
fn topics(session: &mut dyn Session, bound: &Bound, name: &str, is_pattern: bool) -> Result<Vec<Topic>> {
    let commands = match is_pattern {
        true => session.commands(name, false),
        false => session.find_command(name, true)?.into_iter().collect(),
    };
    let runspace = engine_of(session)?;
    let mut found: Vec<Topic> = commands
        .iter()
        .filter(|info| info.kind != CommandKind::Application)
        .map(|info| Topic::of_command(runspace, info))
        .collect();
    let pattern = Wildcard::new(name);
    let about = |topic: &str| pattern.matches(topic) || format!("about_{name}").eq_ignore_ascii_case(topic);
    if is_pattern || found.is_empty() {
        let texts = runspace.commands.topics().filter(|(topic, _)| about(topic));
        found.extend(texts.map(|(topic, text)| Topic::of_text(topic, text)));
    }
    if found.is_empty() && !is_pattern {
        found = search::topics(runspace, name);
    }
    found.retain(|topic| topic.fits(bound));
    Ok(found)
}

/// Shows all of a topic's help on the whole screen, in the place of PowerShell's window.
fn window(session: &mut dyn Session, topics: &[Topic]) -> Result<()> {
    let [topic] = topics else {
        return crate::errors::invalid_operation(
            "MultipleOnlineTopicsNotSupported",
            "The help of only one topic can be shown in a window at a time.",
        )
        .throw();
    };
    let text = session.invoke_command("Out-String", Vec::new(), vec![topic.viewed("FullView")])?;
    let text: String = text.iter().map(values::convert::to_display).collect();
    session.host().page(&topic.name, &text)
}

/// Opens the page that the first link with an address names.
fn online(session: &mut dyn Session, topics: &[Topic]) -> Result<()> {
    let [topic] = topics else {
        return crate::errors::invalid_operation(
            "MultipleOnlineTopicsNotSupported",
            "The online version of only one topic can be shown at a time.",
        )
        .throw();
    };
    let links = members::get(session, &topic.object, "relatedLinks")?.unwrap_or_default();
    let links = members::get(session, &links, "navigationLink")?.unwrap_or_default();
    let list = members::enumerate(session, &links)?.unwrap_or_else(|| vec![links]);
    for link in list.iter().filter(|l| !l.is_null()) {
        let address = members::get(session, link, "uri")?.unwrap_or_default();
        if !address.is_null() {
            let file = (Some(Str::from("FilePath")), Value::from("xdg-open"));
            let page = (Some(Str::from("ArgumentList")), address);
            session.invoke_command("Start-Process", vec![file, page], Vec::new())?;
            return Ok(());
        }
    }
    crate::errors::invalid_operation(
        "NoURIFound",
        "The online version of this Help topic cannot be displayed because the Internet address (URI) of the Help topic is not specified in the command code or in the help file for the command.",
    )
    .throw()
}

fn parameters(session: &mut dyn Session, bound: &Bound, topic: &Topic) -> Result<()> {
    let list = members::get(session, &topic.object, "parameters")?.unwrap_or_default();
    let list = members::get(session, &list, "parameter")?.unwrap_or_default();
    let list = members::enumerate(session, &list)?.unwrap_or_else(|| vec![list]);
    for pattern in bound.strings("Parameter") {
        let matcher = Wildcard::new(&pattern);
        let mut count = 0;
        for parameter in list.iter().filter(|p| !p.is_null()) {
            let name = members::get(session, parameter, "name")?.unwrap_or_default();
            if name.as_str().is_some_and(|n| matcher.matches(n)) {
                count += 1;
                session.write(parameter.clone())?;
            }
        }
        if count == 0 {
            let exception =
                Exception::new(TypeRef::ARGUMENT_EXCEPTION, format!("No parameter matches criteria {pattern}."));
            let record = exception.identity("NoParmsFound", ErrorCategory::InvalidArgument, Value::Null);
            session.write_error(ErrorRecord::from_exception(Arc::new(record)))?;
        }
    }
    Ok(())
}
