//! Commands: the built-in tables, and how a name finds its command.

use std::collections::HashMap;
use std::os::unix::fs::PermissionsExt;
use std::sync::{Arc, OnceLock};

use catalogue::{Catalogue, CommandRow};
use command::{
    AliasInfo, Command, CommandBody, CommandHelp, CommandInfo, CommandKind, HelpTexts, Parameter, ParameterInSet,
    ParameterSet, ParameterTable, Validation, VariableOptions,
};
use language::Sym;
use parking_lot::RwLock;
use values::{Result, Str, TypeRef, Value};

use crate::runspace::{Parent, Runspace};
use crate::scope::ScopeTable;
use crate::trace::Source;

const DISCOVERY: Source = Source::CommandDiscovery;

/// What makes a command body of a catalogue row.
pub type RowMaker = Arc<dyn Fn(CommandRow) -> Option<CommandBody> + Send + Sync>;

/// A cmdlet crate's tables.
pub struct CommandSource {
    /// The crate's packed catalogue.
    pub catalogue: &'static [u8],
    /// Its commands' code.
    pub commands: &'static [&'static Command],
    /// Makes bodies of rows without code of their own (nouns).
    pub maker: Option<RowMaker>,
    /// Its help texts.
    pub help: &'static HelpTexts,
    /// What becomes of what a row's command does, in a sentence for its help.
    pub standing: Option<fn(&CommandRow) -> Option<&'static str>>,
    /// Values of the organisation that its parameters offer to completion.
    pub live: Option<crate::completion::LiveValues>,
    /// Makes objects of types that the module has besides those of .NET's own libraries.
    pub construct: Option<Construct>,
}

/// Makes an object of a type out of arguments; `None` where the type is another's.
pub type Construct = fn(&mut dyn command::Session, TypeRef, &[Value]) -> command::Result<Option<Value>>;

/// All built-in commands. Shared by the runspaces of a process.
pub struct CommandTable {
    sources: Vec<(Option<Catalogue>, Option<RowMaker>)>,
    standing: Vec<Option<fn(&CommandRow) -> Option<&'static str>>>,
    live: Vec<Option<crate::completion::LiveValues>>,
    constructors: Vec<Construct>,
    code: HashMap<String, &'static Command>,
    made: RwLock<HashMap<Sym, Option<Arc<CommandInfo>>>>,
    aliases: OnceLock<HashMap<Sym, AliasInfo>>,
    help: Vec<&'static HelpTexts>,
    texts: OnceLock<HashMap<String, CommandHelp>>,
    engine: HashMap<String, &'static Command>,
}

/// What a catalogue says of a command.
#[derive(Default)]
pub struct CatalogueTexts {
    /// What the command does.
    pub synopsis: &'static str,
    /// Command lines.
    pub examples: Vec<&'static str>,
    /// What becomes of what it does.
    pub standing: Option<&'static str>,
}

const ALIASES: &str = include_str!("session/aliases.tsv");

impl CommandTable {
    /// The table over the crates' tables.
    pub fn new(sources: Vec<CommandSource>) -> CommandTable {
        let mut code = HashMap::new();
        let mut rows = Vec::new();
        let mut help = Vec::new();
        let mut live = Vec::new();
        let mut standing = Vec::new();
        let mut constructors = Vec::new();
        for source in sources {
            for command in source.commands {
                code.insert(command.name.to_ascii_lowercase(), *command);
            }
            live.push(source.live);
            constructors.extend(source.construct);
            standing.push(source.standing);
            rows.push((Catalogue::new(source.catalogue), source.maker));
            help.push(source.help);
        }
        let engine = crate::cmdlets::COMMANDS.iter().map(|c| (c.name.to_ascii_lowercase(), *c)).collect();
        CommandTable {
            sources: rows,
            standing,
            live,
            constructors,
            code,
            made: RwLock::default(),
            aliases: OnceLock::new(),
            help,
            texts: OnceLock::new(),
            engine,
        }
    }

    /// What is written about commands, by name in lower case.
    pub fn texts(&self) -> &HashMap<String, CommandHelp> {
        self.texts.get_or_init(|| {
            let mut all: HashMap<String, CommandHelp> = HashMap::new();
            for (name, help) in self.help.iter().flat_map(|h| h.read()) {
                match all.entry(name) {
                    std::collections::hash_map::Entry::Occupied(mut known) => {
                        known.get_mut().parameters.extend(help.parameters);
                    }
                    std::collections::hash_map::Entry::Vacant(free) => {
                        free.insert(help);
                    }
                }
            }
            all
        })
    }

    /// The synopsis and examples that the catalogue has for a command, and what becomes of what it does.
    pub fn catalogue_texts(&self, name: &str) -> Option<CatalogueTexts> {
        let found = self.sources.iter().zip(&self.standing);
        let (row, standing) = found.filter_map(|((c, _), s)| Some((c.as_ref()?.command(name)?, s))).next()?;
        let standing = standing.and_then(|of| of(&row));
        Some(CatalogueTexts { synopsis: row.synopsis(), examples: row.examples().collect(), standing })
    }

    /// The about topics with their texts.
    pub fn topics(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.help.iter().flat_map(|h| h.topics.iter().copied())
    }

    /// A built-in command by its exact name.
    pub fn find(&self, name: &str) -> Option<Arc<CommandInfo>> {
        let sym = Sym::intern(name);
        if let Some(known) = self.made.read().get(&sym) {
            return known.clone();
        }
        let made = self.make(name).map(Arc::new);
        self.made.write().insert(sym, made.clone());
        made
    }

    fn make(&self, name: &str) -> Option<CommandInfo> {
        let folded = name.to_ascii_lowercase();
        let code = self.engine.get(&folded).or_else(|| self.code.get(&folded)).copied();
        for (catalogue, maker) in &self.sources {
            let Some(row) = catalogue.as_ref().and_then(|c| c.command(name)) else { continue };
            let body = match code {
                Some(command) => CommandBody::Native(command),
                None => maker.as_ref().and_then(|make| make(row)).unwrap_or(CommandBody::Missing),
            };
            return Some(info_of_row(row, body));
        }
        let command = code?;
        let mut info = script_info(Str::from(command.name), CommandKind::Cmdlet, Value::Null, None);
        info.body = CommandBody::Native(command);
        let table = ParameterTable { is_advanced: true, ..ParameterTable::default() };
        info.parameters = Arc::new(table);
        Some(info)
    }

    /// Whether a name is that of a built-in module.
    pub fn has_module(&self, name: &str) -> bool {
        self.sources.iter().any(|(c, _)| c.iter().any(|c| c.commands().any(|r| r.module().eq_ignore_ascii_case(name))))
    }

    /// The names of the product's own modules.
    pub fn module_names(&self) -> Vec<String> {
        let rows = self.sources.iter().flat_map(|(c, _)| c.iter().flat_map(|c| c.commands()));
        let mut names: Vec<String> = rows.map(|r| r.module().to_string()).filter(|m| !m.is_empty()).collect();
        names.sort_by_key(|n| n.to_ascii_lowercase());
        names.dedup_by(|a, b| a.eq_ignore_ascii_case(b));
        names
    }

    /// A product's module: its name as it is spelt, and its commands.
    pub fn module_commands(&self, module: &str) -> (String, Vec<Arc<CommandInfo>>) {
        let rows = self.sources.iter().flat_map(|(c, _)| c.iter().flat_map(|c| c.commands()));
        let of: Vec<CommandRow> = rows.filter(|r| r.module().eq_ignore_ascii_case(module)).collect();
        let name = of.first().map_or_else(|| module.to_string(), |r| r.module().to_string());
        (name, of.iter().filter_map(|r| self.find(r.name())).collect())
    }

    /// Who knows the living values of a command's parameters.
    pub fn live_values(&self, name: &str) -> Option<crate::completion::LiveValues> {
        let at = self.sources.iter().position(|(c, _)| c.as_ref().is_some_and(|c| c.command(name).is_some()))?;
        self.live.get(at).copied().flatten()
    }

    /// What makes objects of the modules' own types.
    pub fn constructors(&self) -> &[Construct] {
        &self.constructors
    }

    /// The names of all built-in commands.
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self
            .sources
            .iter()
            .flat_map(|(c, _)| c.iter().flat_map(|c| c.commands().map(|r| r.name().to_string())))
            .collect();
        names.extend(self.engine.values().chain(self.code.values()).map(|c| c.name.to_string()));
        names.sort_by_key(|n| n.to_ascii_lowercase());
        names.dedup_by(|a, b| a.eq_ignore_ascii_case(b));
        names
    }

    /// The built-in aliases.
    pub fn aliases(&self) -> &HashMap<Sym, AliasInfo> {
        self.aliases.get_or_init(|| {
            let mut found = HashMap::new();
            for line in ALIASES.lines() {
                let mut parts = line.split('\t');
                let (Some(name), Some(definition)) = (parts.next(), parts.next()) else { continue };
                let text = parts.next().unwrap_or_default();
                let mut options = 0;
                if text.contains("ReadOnly") {
                    options |= VariableOptions::READ_ONLY.0;
                }
                if text.contains("AllScope") {
                    options |= VariableOptions::ALL_SCOPE.0;
                }
                found.insert(
                    Sym::intern(name),
                    AliasInfo {
                        name: Str::from(name),
                        definition: Str::from(definition),
                        description: None,
                        options: VariableOptions(options),
                        module: None,
                    },
                );
            }
            found
        })
    }
}

/// A command of a catalogue row.
fn info_of_row(row: CommandRow, body: CommandBody) -> CommandInfo {
    let mut table = ParameterTable {
        is_advanced: true,
        supports_should_process: row.supports_should_process(),
        supports_paging: row.supports_paging(),
        confirm_impact: match row.confirm_impact() {
            "None" => 0,
            "Low" => 1,
            "High" => 3,
            _ => 2,
        },
        ..ParameterTable::default()
    };
    for set in row.sets() {
        if set.name != "*" && set.name != "__AllParameterSets" {
            table.sets.push(ParameterSet { name: Str::from(set.name) });
        }
    }
    if table.sets.len() == 1
        && row.parameters().all(|p| p.places().all(|s| s.set == "*" || s.set == table.sets[0].name.as_str()))
    {
        table.default_set = Some(0);
    }
    for p in row.parameters() {
        for place in p.places() {
            if place.set != "*" && !table.sets.iter().any(|s| s.name.as_str() == place.set) {
                table.sets.push(ParameterSet { name: Str::from(place.set) });
            }
        }
    }
    if !row.default_set().is_empty() {
        table.default_set = match table.sets.iter().position(|s| s.name.eq_ignore_ascii_case(row.default_set())) {
            Some(at) => Some(at),
            None => {
                table.sets.push(ParameterSet { name: Str::from(row.default_set()) });
                Some(table.sets.len() - 1)
            }
        };
    }
    for p in row.parameters() {
        let ty = known_type(p.type_name());
        let mut made = Parameter::new(p.name(), ty);
        made.type_name = Str::from(if ty == TypeRef::OBJECT { p.type_name() } else { ty.name() });
        made.aliases = p.aliases().map(Str::from).collect();
        made.in_sets = p
            .places()
            .map(|place| ParameterInSet {
                set: table.sets.iter().position(|s| s.name.as_str() == place.set && place.set != "*"),
                is_mandatory: place.mandatory,
                position: place.position,
                by_value: place.by_value,
                by_property_name: place.by_property_name,
                takes_remaining: place.remaining,
                help_message: None,
            })
            .collect();
        made.validations = p
            .attributes()
            .filter_map(|a| validation(a.kind, a.values.map(Str::from).collect(), a.case_sensitive, ty))
            .collect();
        if p.takes_null() {
            made.validations.push(Validation::AllowNull);
        }
        made.enum_names = p.enum_names().map(Str::from).collect();
        made.is_hidden = p.is_hidden();
        made.is_dynamic = p.is_dynamic();
        made.help = Some(p.help()).filter(|h| !h.is_empty()).map(Str::from);
        table.parameters.push(made);
    }
    if table.supports_paging && table.find("First").is_none() {
        for (name, ty) in
            [("IncludeTotalCount", TypeRef::SWITCH), ("Skip", TypeRef::UINT64), ("First", TypeRef::UINT64)]
        {
            table.parameters.push(Parameter::new(name, ty));
        }
    }
    let class = row.class();
    CommandInfo {
        name: Str::from(row.name()),
        kind: if row.kind() == "Function" { CommandKind::Function } else { CommandKind::Cmdlet },
        module: Some(row.module()).filter(|m| !m.is_empty()).map(Str::from),
        parameters: Arc::new(table),
        body,
        error_name: Str::from(if class.is_empty() { row.name() } else { class }),
        output_types: row.outputs().map(|o| Str::from(o.type_name)).collect(),
        options: VariableOptions::NONE,
        definition: Str::empty(),
        description: None,
    }
}

/// A parameter's type by its CLR or documented name; what is not known is taken as it comes.
fn known_type(name: &str) -> TypeRef {
    let name = name.trim();
    // A list without its element's type: the documentation's short form.
    if name == "List" {
        return TypeRef::OBJECT;
    }
    if let Some(found) = TypeRef::find(name) {
        return found;
    }
    if name == "Uri" {
        return TypeRef::find("System.Uri").unwrap_or(TypeRef::OBJECT);
    }
    // CLR spelling of generics: Name`1[[Argument]].
    let plain = name.replace("[[", "[").replace("]]", "]");
    TypeRef::find(&plain).unwrap_or(TypeRef::OBJECT)
}

fn validation(kind: &str, values: Vec<Str>, is_case_sensitive: bool, ty: TypeRef) -> Option<Validation> {
    let number = |at: usize| -> i64 { values.get(at).and_then(|v| v.parse().ok()).unwrap_or(0) };
    let limit = |at: usize| -> Value {
        let text = values.get(at).map(|s| s.to_string()).unwrap_or_default();
        match text.parse::<i64>() {
            Ok(n) if ty == TypeRef::INT64 => Value::I64(n),
            Ok(n) => i32::try_from(n).map(Value::I32).unwrap_or(Value::I64(n)),
            Err(_) => text.parse::<f64>().map(Value::F64).unwrap_or_else(|_| Value::from(text)),
        }
    };
    Some(match kind.trim_end_matches("Attribute") {
        "ValidateSet" => Validation::Set { values, is_case_sensitive, message: None },
        "ValidateRange" if values.len() == 1 => Validation::RangeKind(values.into_iter().next()?),
        "ValidateRange" => Validation::Range { min: limit(0), max: limit(1) },
        "ValidatePattern" => Validation::Pattern { pattern: values.into_iter().next()?, options: 1, message: None },
        "ValidateLength" => Validation::Length { min: number(0), max: number(1) },
        "ValidateCount" => Validation::Count { min: number(0), max: number(1) },
        "ValidateNotNull" => Validation::NotNull,
        "ValidateNotNullOrEmpty" => Validation::NotNullOrEmpty,
        "ValidateNotNullOrWhiteSpace" => Validation::NotNullOrWhiteSpace,
        "AllowNull" => Validation::AllowNull,
        "AllowEmptyString" => Validation::AllowEmptyString,
        "AllowEmptyCollection" => Validation::AllowEmptyCollection,
        _ => return None,
    })
}

/// The command of a script block.
pub fn script_info(name: Str, kind: CommandKind, block: Value, module: Option<Str>) -> CommandInfo {
    CommandInfo {
        error_name: name.clone(),
        name,
        kind,
        module,
        parameters: Arc::default(),
        body: CommandBody::Script(block),
        output_types: Vec::new(),
        options: VariableOptions::NONE,
        definition: Str::empty(),
        description: None,
    }
}

impl Runspace {
    /// A function that is visible from the running frame.
    pub fn find_function(&self, name: &str) -> Option<Arc<CommandInfo>> {
        let sym = Sym::intern(name);
        self.visible(|table| table.functions.lock().get(&sym).cloned())
    }

    /// An alias that is visible from the running frame.
    pub fn find_alias(&self, name: &str) -> Option<AliasInfo> {
        let sym = Sym::intern(name);
        self.visible(|table| table.aliases.lock().get(&sym).cloned())
            .or_else(|| self.commands.aliases().get(&sym).filter(|_| !self.removed_aliases.contains(&sym)).cloned())
    }

    /// Looks through the tables from the running frame outward.
    fn visible<T>(&self, look: impl Fn(&ScopeTable) -> Option<T>) -> Option<T> {
        let mut at = self.current;
        while let Some(frame) = self.frames.get(at) {
            if let Some(found) = frame.table.as_deref().and_then(&look) {
                return Some(found);
            }
            match &frame.parent {
                Parent::Frame(parent) => at = *parent,
                Parent::Table(table) => return in_tables(table, &look),
            }
        }
        look(&self.global)
    }

    /// A name got another meaning: those that pipelines take for ForEach-Object and Where-Object are looked up from now on.
    pub(crate) fn note_redefinition(&mut self, name: &str) {
        const FUSED: [&str; 6] = ["%", "foreach", "foreach-object", "?", "where", "where-object"];
        self.is_redefined |= FUSED.iter().any(|f| f.eq_ignore_ascii_case(name));
    }

    /// Whether a name still means the built-in ForEach-Object or Where-Object.
    pub(crate) fn means_builtin(&self, name: &str, is_filter: bool) -> bool {
        if self.lookup.watch_calls() {
            return false;
        }
        if !self.is_redefined {
            return true;
        }
        let target = if is_filter { "Where-Object" } else { "ForEach-Object" };
        let is_free = |name: &str| self.find_function(name).is_none();
        match self.find_alias(name) {
            Some(alias) => {
                alias.definition.eq_ignore_ascii_case(target) && is_free(target) && self.find_alias(target).is_none()
            }
            None => name.eq_ignore_ascii_case(target) && is_free(name),
        }
    }

    /// The command of a name: alias, function, cmdlet, script file or program.
    pub(crate) fn command_by_name(&mut self, name: &str) -> Result<Option<Arc<CommandInfo>>> {
        let mut name = Str::from(name);
        for _ in 0..32 {
            let Some(alias) = self.find_alias(&name) else { break };
            self.trace(DISCOVERY, |_| format!("Alias found: {name}  {}", alias.definition));
            name = alias.definition;
        }
        let found = self.command_without_alias(&name)?;
        if self.tracing.is_some()
            && let Some(info) = &found
        {
            self.trace(DISCOVERY, |_| discovered(info));
        }
        Ok(found)
    }

    /// The command that a script calls by a name.
    pub(crate) fn called_by_name(&mut self, name: &str) -> Result<Option<Arc<CommandInfo>>> {
        self.trace(DISCOVERY, |_| format!("Looking up command: {name}"));
        let found = self.command_by_name(name)?;
        if found.is_none() {
            self.trace_error(DISCOVERY, |_| {
                format!("'{name}' is not recognized as a cmdlet, function, executable program or script file.")
            });
        }
        Ok(found)
    }

    /// The same without looking at aliases.
    pub(crate) fn command_without_alias(&mut self, name: &str) -> Result<Option<Arc<CommandInfo>>> {
        if let Some(found) = self.find_function(name) {
            return Ok(Some(found));
        }
        if let Some((module, short)) = name.split_once('\\')
            && !module.is_empty()
            && !module.contains(['/', ':'])
            && let Some(found) = self.module_command(module, short)?
        {
            return Ok(Some(found));
        }
        if let Some(found) = self.built_in(name) {
            return Ok(Some(found));
        }
        if let Some(found) = self.autoload(name)? {
            return Ok(Some(found));
        }
        self.command_by_path(name)
    }

    /// A built-in command that the runspace's initial session state does not withhold.
    fn built_in(&self, name: &str) -> Option<Arc<CommandInfo>> {
        self.commands.find(name).filter(|found| self.limits.as_ref().is_none_or(|limits| limits.offer(found)))
    }

    fn module_command(&mut self, module: &str, name: &str) -> Result<Option<Arc<CommandInfo>>> {
        if let Some(found) = self.exported_by(module, name) {
            return Ok(Some(found));
        }
        Ok(self.built_in(name).filter(|c| c.module.as_ref().is_some_and(|m| m.eq_ignore_ascii_case(module))))
    }

    /// A command that a loaded module exports.
    pub(crate) fn exported_by(&self, module: &str, name: &str) -> Option<Arc<CommandInfo>> {
        let (_, table) = self.modules.iter().find(|(n, _)| n.eq_ignore_ascii_case(module))?;
        let data = table.module.as_ref()?.data.lock();
        data.exported_functions.iter().find(|f| f.name.eq_ignore_ascii_case(name)).cloned()
    }

    /// A script file or program by path or through `PATH`.
    fn command_by_path(&mut self, name: &str) -> Result<Option<Arc<CommandInfo>>> {
        if name.contains('/') || name.starts_with(['.', '~']) || name.contains('\\') {
            let Ok(path) = command::Session::file_path(self, name) else { return Ok(None) };
            return self.command_of_file(&path);
        }
        let path = self.environment.get("PATH").cloned().unwrap_or_default();
        self.trace(DISCOVERY, |_| format!("PATH: {path}"));
        for folder in path.split(':').filter(|f| !f.is_empty()) {
            let plain = std::path::Path::new(folder).join(name);
            if is_program(&plain) {
                return Ok(Some(Arc::new(program_info(&plain))));
            }
            let script = std::path::Path::new(folder).join(format!("{name}.ps1"));
            if script.is_file() {
                return self.command_of_file(&script);
            }
        }
        Ok(None)
    }

    /// The command of a file: a script block for `.ps1`, else a program.
    pub(crate) fn command_of_file(&mut self, path: &std::path::Path) -> Result<Option<Arc<CommandInfo>>> {
        let mut path = path.to_path_buf();
        if !path.is_file() && path.extension().is_none() {
            path.set_extension("ps1");
        }
        if !path.is_file() {
            return Ok(None);
        }
        if path.extension().is_some_and(|e| e.eq_ignore_ascii_case("ps1")) {
            let block = self.load_script(&path)?;
            let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
            let mut info = script_info(Str::from(name), CommandKind::ExternalScript, block, None);
            info.definition = Str::from(path.display().to_string());
            return Ok(Some(Arc::new(info)));
        }
        // A file that is no program is one all the same: starting it says what is missing.
        Ok(Some(Arc::new(program_info(&path))))
    }
}

/// What the source CommandDiscovery says of a command.
fn discovered(info: &CommandInfo) -> String {
    match info.kind {
        CommandKind::Cmdlet => format!("Cmdlet found: {}  {}", info.name, info.error_name),
        CommandKind::Filter => format!("Filter found: {}", info.name),
        CommandKind::ExternalScript => {
            format!("Command Found: path ({}) is a script with name: {}", info.definition, info.name)
        }
        CommandKind::Application => {
            format!("Command Found: path ({}) is an application with name: {}", info.definition, info.name)
        }
        _ => format!("Function found: {}", info.name),
    }
}

fn in_tables<T>(table: &Arc<ScopeTable>, look: &impl Fn(&ScopeTable) -> Option<T>) -> Option<T> {
    let mut at = Some(table);
    while let Some(table) = at {
        if let Some(found) = look(table) {
            return Some(found);
        }
        at = table.parent.as_ref();
    }
    None
}

fn is_program(path: &std::path::Path) -> bool {
    path.metadata().is_ok_and(|m| m.is_file() && m.permissions().mode() & 0o111 != 0)
}

fn program_info(path: &std::path::Path) -> CommandInfo {
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let mut info = script_info(Str::from(name), CommandKind::Application, Value::Null, None);
    info.body = CommandBody::Program(Str::from(path.display().to_string()));
    info.definition = Str::from(path.display().to_string());
    info
}
