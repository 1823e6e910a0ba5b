//! Modules: import, listing, removal, exports.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use command::{AliasInfo, Bound, Cmdlet, Command, CommandInfo, Invoke, Session, Wildcard};
use language::Sym;
use values::object::Foreign;
use values::{Context, ErrorCategory, Exception, Result, Str, TypeRef, Value, convert};

use crate::host_objects::CommandObject;
use crate::runspace::{FrameKind, Parent, Runspace, Sink};
use crate::scope::{ModuleState, ScopeTable, Variable};
use crate::script_block::ScriptBlock;

pub static IMPORT_MODULE: Command = Command { name: "Import-Module", create: || Box::new(ImportModule) };
pub static GET_MODULE: Command = Command { name: "Get-Module", create: || Box::new(GetModule) };
pub static REMOVE_MODULE: Command = Command { name: "Remove-Module", create: || Box::new(RemoveModule) };
pub static EXPORT_MODULE_MEMBER: Command =
    Command { name: "Export-ModuleMember", create: || Box::new(ExportModuleMember) };
pub static NEW_MODULE: Command = Command { name: "New-Module", create: || Box::new(NewModule) };

/// A module as scripts see it (PSModuleInfo).
pub struct ModuleObject {
    state: Arc<ModuleState>,
    table: Arc<ScopeTable>,
}

impl ModuleObject {
    fn value(table: &Arc<ScopeTable>) -> Value {
        match &table.module {
            Some(state) => Value::foreign(ModuleObject { state: state.clone(), table: table.clone() }),
            None => Value::Null,
        }
    }
}

fn names_dictionary(items: Vec<(Str, Value)>) -> Value {
    let ty = TypeRef::find("System.Collections.Generic.Dictionary[string,object]").unwrap_or(TypeRef::HASHTABLE);
    let dict = values::Dict::new(ty, TypeRef::STRING, TypeRef::OBJECT, values::KeyComparer::IgnoreCase);
    for (name, value) in items {
        dict.insert(Value::Str(name), value);
    }
    Value::Dict(Arc::new(dict))
}

impl Foreign for ModuleObject {
    fn type_ref(&self) -> TypeRef {
        command::class("System.Management.Automation.PSModuleInfo", TypeRef::OBJECT)
    }

    fn display_plain(&self) -> Option<Str> {
        Some(self.state.name.clone())
    }

    fn display(&self, _ctx: &mut dyn Context) -> Result<Option<Str>> {
        Ok(self.display_plain())
    }

    fn get(&self, ctx: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        let data = self.state.data.lock().clone();
        let functions = || {
            data.exported_functions
                .iter()
                .map(|f| (f.name.clone(), CommandObject::value(f.clone())))
                .collect::<Vec<_>>()
        };
        let aliases = || {
            let each = data.exported_aliases.iter();
            each.map(|a| (a.name.clone(), CommandObject::value(Arc::new(super::alias_command(a))))).collect::<Vec<_>>()
        };
        let text = |t: Option<Str>| t.map_or(Value::Null, Value::Str);
        Ok(Some(match name.to_ascii_lowercase().as_str() {
            "name" => Value::Str(self.state.name.clone()),
            "path" => Value::Str(self.state.path.clone()),
            "modulebase" => Value::from(
                Path::new(self.state.path.as_str()).parent().map(|p| p.display().to_string()).unwrap_or_default(),
            ),
            "version" => {
                let version = data.version.unwrap_or_else(|| Str::from("0.0"));
                convert::convert(ctx, &Value::Str(version), TypeRef::VERSION)?
            }
            "guid" => {
                let guid = data.guid.unwrap_or_else(|| Str::from("00000000-0000-0000-0000-000000000000"));
                convert::convert(ctx, &Value::Str(guid), TypeRef::GUID)?
            }
            "moduletype" => command::enum_value(
                "System.Management.Automation.ModuleType",
                if data.manifest.is_null() || data.kind == 0 { "Script" } else { "Manifest" },
            ),
            "description" => Value::Str(data.description.unwrap_or_else(Str::empty)),
            "exportedfunctions" => names_dictionary(functions()),
            "exportedaliases" => names_dictionary(aliases()),
            "exportedcmdlets" => names_dictionary(Vec::new()),
            "exportedcommands" => {
                let mut all = functions();
                all.extend(aliases());
                names_dictionary(all)
            }
            "exportedvariables" => {
                let each = data.exported_variables.iter();
                names_dictionary(
                    each.map(|n| (n.clone(), self.table.cell(Sym::intern(n)).map_or(Value::Null, Value::Foreign)))
                        .collect(),
                )
            }
            "privatedata" => data.private_data,
            "onremove" => data.on_remove,
            "nestedmodules" => Value::array(data.nested),
            "author" | "companyname" | "copyright" | "powershellversion" | "prefix" | "rootmodule" => {
                manifest_text(&data.manifest, name)
            }
            "sessionstate" => crate::host_objects::execution_context(match ctx.engine().downcast_mut::<Runspace>() {
                Some(runspace) => runspace,
                None => return Ok(None),
            }),
            "accessmode" => command::enum_value("System.Management.Automation.ModuleAccessMode", "ReadWrite"),
            "helpinfouri" => text(None),
            _ => return Ok(None),
        }))
    }

    fn set(&self, _ctx: &mut dyn Context, name: &str, value: &Value) -> Result<bool> {
        let mut data = self.state.data.lock();
        match name.to_ascii_lowercase().as_str() {
            "onremove" => data.on_remove = value.clone(),
            "privatedata" => data.private_data = value.clone(),
            "description" => data.description = Some(Str::from(convert::to_display(value))),
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn property_names(&self) -> Vec<Str> {
        [
            "Name",
            "Path",
            "ModuleBase",
            "Version",
            "Guid",
            "ModuleType",
            "Description",
            "ExportedFunctions",
            "ExportedAliases",
            "ExportedCmdlets",
            "ExportedCommands",
            "ExportedVariables",
            "PrivateData",
            "OnRemove",
            "NestedModules",
            "Author",
            "AccessMode",
        ]
        .map(Str::from)
        .to_vec()
    }

    fn call(&self, ctx: &mut dyn Context, _me: &Value, name: &str, args: &[Value]) -> Result<Option<Value>> {
        let Some(runspace) = ctx.engine().downcast_mut::<Runspace>() else { return Ok(None) };
        Ok(match name.to_ascii_lowercase().as_str() {
            "invoke" | "newboundscriptblock" => {
                let block = args.first().cloned().unwrap_or_default();
                let Some(script) = block.as_foreign::<ScriptBlock>() else { return Ok(None) };
                let bound = Value::foreign(script.rebound(Some(self.table.clone()), None));
                if name.eq_ignore_ascii_case("newboundscriptblock") {
                    return Ok(Some(bound));
                }
                let how = Invoke { args: args[1..].to_vec(), ..Invoke::default() };
                Some(Value::from_output(runspace.invoke_script(&bound, how)?))
            }
            "tostring" => Some(Value::Str(self.state.name.clone())),
            _ => None,
        })
    }
}

fn manifest_text(manifest: &Value, key: &str) -> Value {
    manifest.as_dict().and_then(|d| d.get_str(key)).unwrap_or_default()
}

struct ImportModule;

impl Cmdlet for ImportModule {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let mut names = bound.strings("Name");
        for info in bound.list("ModuleInfo") {
            if let Some(module) = info.as_foreign::<ModuleObject>() {
                names.push(module.state.path.clone());
            }
        }
        for spec in bound.list("FullyQualifiedName") {
            names.push(Str::from(match spec.as_dict() {
                Some(dict) => dict.get_str("ModuleName").map(|v| convert::to_display(&v)).unwrap_or_default(),
                None => convert::to_display(&spec),
            }));
        }
        let Some(runspace) = session.engine().downcast_mut::<Runspace>() else { return Ok(()) };
        for name in names {
            match runspace.import_module(&name, bound)? {
                Some(table) => {
                    if bound.switch("PassThru") || bound.switch("AsCustomObject") {
                        runspace.emit(ModuleObject::value(&table))?;
                    }
                }
                None => {
                    let exception = Exception::new(
                        TypeRef::FILE_NOT_FOUND_EXCEPTION,
                        format!("The specified module '{name}' was not loaded because no valid module file was found in any module directory."),
                    )
                    .identity("Modules_ModuleNotFound", ErrorCategory::ResourceUnavailable, Value::Str(name.clone()));
                    runspace.stage_error(values::ErrorRecord::from_exception(Arc::new(exception)))?;
                }
            }
        }
        Ok(())
    }
}

struct GetModule;

impl Cmdlet for GetModule {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let patterns: Vec<Wildcard> = bound.strings("Name").iter().map(|n| Wildcard::new(n)).collect();
        let Some(runspace) = session.engine().downcast_mut::<Runspace>() else { return Ok(()) };
        let fits = |name: &str| patterns.is_empty() || Wildcard::any(&patterns, name);
        if bound.switch("ListAvailable") {
            for (name, path) in runspace.available_modules() {
                if fits(&name) {
                    let table = module_table(runspace, &name, &path);
                    runspace.read_manifest(&table, Path::new(&path))?;
                    runspace.emit(ModuleObject::value(&table))?;
                }
            }
            return Ok(());
        }
        let mut loaded = runspace.modules.clone();
        loaded.sort_by_key(|(n, _)| n.to_ascii_lowercase());
        for (name, table) in loaded {
            if fits(&name) {
                runspace.emit(ModuleObject::value(&table))?;
            }
        }
        Ok(())
    }
}

struct RemoveModule;

impl Cmdlet for RemoveModule {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let mut names = bound.strings("Name");
        for info in bound.list("ModuleInfo") {
            names.push(Str::from(convert::to_display(&info)));
        }
        let Some(runspace) = session.engine().downcast_mut::<Runspace>() else { return Ok(()) };
        for name in names {
            let pattern = Wildcard::new(&name);
            let found: Vec<Str> =
                runspace.modules.iter().map(|(n, _)| n.clone()).filter(|n| pattern.matches(n)).collect();
            if found.is_empty() {
                let exception = Exception::new(
                    TypeRef::INVALID_OPERATION_EXCEPTION,
                    "No modules were removed. Verify that the specification of modules to remove is correct and those modules exist in the runspace.",
                )
                .identity("Modules_NoModulesRemoved", ErrorCategory::ResourceUnavailable, Value::Str(name.clone()));
                runspace.stage_error(values::ErrorRecord::from_exception(Arc::new(exception)))?;
            }
            for module in found {
                runspace.remove_module(&module)?;
            }
        }
        Ok(())
    }
}

struct ExportModuleMember;

impl Cmdlet for ExportModuleMember {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let (functions, mut cmdlets) = (bound.strings("Function"), bound.strings("Cmdlet"));
        let (aliases, variables) = (bound.strings("Alias"), bound.strings("Variable"));
        let Some(runspace) = session.engine().downcast_mut::<Runspace>() else { return Ok(()) };
        let home = runspace.frame().and_then(|f| f.home.clone());
        let Some(state) = home.and_then(|t| t.module.clone()) else {
            return values::Exception::new(
                TypeRef::INVALID_OPERATION_EXCEPTION,
                "The Export-ModuleMember cmdlet can only be called from inside a module.",
            )
            .identity(
                "Modules_CanOnlyExecuteExportModuleMemberInsideAModule",
                ErrorCategory::PermissionDenied,
                Value::Null,
            )
            .throw();
        };
        let mut data = state.data.lock();
        let list = data.exports.get_or_insert_with(Default::default);
        list.functions.extend(functions);
        list.functions.append(&mut cmdlets);
        list.aliases.extend(aliases);
        list.variables.extend(variables);
        Ok(())
    }
}

struct NewModule;

impl Cmdlet for NewModule {
    fn end(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let Some(runspace) = session.engine().downcast_mut::<Runspace>() else { return Ok(()) };
        let block = bound.value("ScriptBlock");
        let name = bound.str("Name").unwrap_or_else(|| Str::from(format!("__DynamicModule_{}", runspace.next_pipe)));
        let table = module_table(runspace, &name, "");
        let output = runspace.run_in_module(&table, &block, bound.list("ArgumentList"))?;
        runspace.publish(&table, None, &filters(bound));
        if bound.switch("AsCustomObject") {
            return runspace.emit(custom_object(&table));
        }
        if bound.has("Name") {
            runspace.modules.push((name, table.clone()));
        }
        match bound.switch("ReturnResult") {
            true => output.into_iter().try_for_each(|v| runspace.emit(v)),
            false => runspace.emit(ModuleObject::value(&table)),
        }
    }
}

/// A module's functions as script methods of an object.
fn custom_object(table: &Arc<ScopeTable>) -> Value {
    let object = values::Object::from_pairs(Vec::<(Str, Value)>::new());
    if let Some(state) = &table.module {
        let mut data = object.lock();
        for info in &state.data.lock().exported_functions {
            if let command::CommandBody::Script(block) = &info.body {
                data.extra.push((info.name.clone(), values::PsMember::ScriptMethod(block.clone())));
            }
        }
    }
    Value::Object(Arc::new(object))
}

fn filters(bound: &Bound) -> Filters {
    Filters {
        functions: bound.has("Function").then(|| bound.strings("Function")),
        aliases: bound.has("Alias").then(|| bound.strings("Alias")),
        variables: bound.has("Variable").then(|| bound.strings("Variable")),
        prefix: bound.str("Prefix"),
        is_global: bound.switch("Global") || bound.str("Scope").is_some_and(|s| s.eq_ignore_ascii_case("global")),
        no_clobber: bound.switch("NoClobber"),
    }
}

/// What an import takes of a module.
#[derive(Default)]
pub struct Filters {
    functions: Option<Vec<Str>>,
    aliases: Option<Vec<Str>>,
    variables: Option<Vec<Str>>,
    prefix: Option<Str>,
    is_global: bool,
    no_clobber: bool,
}

/// A fresh module scope.
fn module_table(runspace: &Runspace, name: &str, path: &str) -> Arc<ScopeTable> {
    let state = Arc::new(ModuleState { name: Str::from(name), path: Str::from(path), data: Default::default() });
    ScopeTable::inside(runspace.global.clone(), Some(state))
}

impl Runspace {
    /// Folders of `PSModulePath`.
    fn module_folders(&self) -> Vec<PathBuf> {
        let path = self.environment.get("PSModulePath").cloned().unwrap_or_default();
        path.split(':').filter(|p| !p.is_empty()).map(PathBuf::from).collect()
    }

    /// Modules that could be imported: name and file.
    fn available_modules(&self) -> Vec<(String, String)> {
        let mut found = Vec::new();
        for folder in self.module_folders() {
            let Ok(entries) = std::fs::read_dir(&folder) else { continue };
            let mut names: Vec<PathBuf> = entries.flatten().map(|e| e.path()).filter(|p| p.is_dir()).collect();
            names.sort();
            for path in names {
                let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
                if let Some(file) = module_file(&path, &name) {
                    found.push((name, file.display().to_string()));
                }
            }
        }
        found
    }

    /// The file of a module name or path.
    fn find_module(&mut self, name: &str) -> Option<PathBuf> {
        if name.contains('/')
            || name.contains('\\')
            || name.starts_with('.')
            || name.ends_with(".psm1")
            || name.ends_with(".psd1")
        {
            let path = Session::file_path(self, name).ok()?;
            if path.is_file() {
                return Some(path);
            }
            for extension in ["psd1", "psm1", "ps1"] {
                let with = PathBuf::from(format!("{}.{extension}", path.display()));
                if with.is_file() {
                    return Some(with);
                }
            }
            let last = path.file_name()?.to_string_lossy().into_owned();
            return module_file(&path, &last);
        }
        self.module_folders().into_iter().find_map(|folder| module_file(&folder.join(name), name))
    }

    /// Imports a module by name or path; none when there is no such module.
    pub(crate) fn import_module(&mut self, name: &str, bound: &Bound) -> Result<Option<Arc<ScopeTable>>> {
        let filters = filters(bound);
        let short =
            Path::new(name).file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_else(|| name.to_string());
        if !bound.switch("Force")
            && let Some((_, table)) =
                self.modules.iter().find(|(n, _)| n.eq_ignore_ascii_case(name) || n.eq_ignore_ascii_case(&short))
        {
            let table = table.clone();
            self.install(&table, &filters);
            return Ok(Some(table));
        }
        if self.commands.has_module(name) {
            return Ok(Some(module_table(self, name, "")));
        }
        let Some(file) = self.find_module(name) else { return Ok(None) };
        let name = file.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
        if bound.switch("Force") {
            self.remove_module(&name)?;
        }
        let table = module_table(self, &name, &file.display().to_string());
        self.load_module_file(&table, &file, bound.list("ArgumentList"), &filters)?;
        self.modules.push((Str::from(name.as_str()), table.clone()));
        Ok(Some(table))
    }

    fn load_module_file(
        &mut self,
        table: &Arc<ScopeTable>,
        file: &Path,
        args: Vec<Value>,
        filters: &Filters,
    ) -> Result<()> {
        if file.extension().is_some_and(|e| e.eq_ignore_ascii_case("psd1")) {
            let manifest = self.read_manifest(table, file)?;
            let folder = file.parent().unwrap_or(Path::new("/")).to_path_buf();
            let mut roots: Vec<String> = Vec::new();
            for key in ["RequiredModules", "ScriptsToProcess", "NestedModules", "RootModule", "ModuleToProcess"] {
                let value = manifest_text(&manifest, key);
                let items = value.as_array().map_or_else(|| vec![value.clone()], |a| a.to_vec());
                for item in items.into_iter().filter(|v| !v.is_null()) {
                    let text = match item.as_dict() {
                        Some(dict) => dict.get_str("ModuleName").map(|v| convert::to_display(&v)).unwrap_or_default(),
                        None => convert::to_display(&item),
                    };
                    if key == "RequiredModules" {
                        self.import_module(&text, &Bound::new())?;
                    } else if !text.is_empty() {
                        roots.push(text);
                    }
                }
            }
            for root in roots {
                let path = folder.join(root.replace('\\', "/"));
                let path = if path.is_file() { path } else { PathBuf::from(format!("{}.psm1", path.display())) };
                if path.is_file() {
                    let block = self.load_script(&path)?;
                    self.run_in_module(table, &block, args.clone())?;
                }
            }
            self.publish(table, Some(&manifest), filters);
            return Ok(());
        }
        let block = self.load_script(file)?;
        self.run_in_module(table, &block, args)?;
        self.publish(table, None, filters);
        Ok(())
    }

    /// Reads a manifest's table and notes what Get-Module shows of it.
    fn read_manifest(&mut self, table: &Arc<ScopeTable>, file: &Path) -> Result {
        if !file.extension().is_some_and(|e| e.eq_ignore_ascii_case("psd1")) {
            return Ok(Value::Null);
        }
        let block = self.load_script(file)?;
        let manifest = Value::from_output(self.invoke_script(&block, Invoke::default())?);
        if let Some(state) = &table.module {
            let text = |key: &str| match manifest_text(&manifest, key) {
                Value::Null => None,
                value => Some(Str::from(convert::to_display(&value))),
            };
            let mut data = state.data.lock();
            data.version = text("ModuleVersion");
            data.guid = text("GUID");
            data.description = text("Description");
            data.private_data = manifest_text(&manifest, "PrivateData");
            data.manifest = manifest.clone();
            data.kind = 1;
        }
        Ok(manifest)
    }

    /// Runs a module's script in its scope.
    fn run_in_module(&mut self, table: &Arc<ScopeTable>, block: &Value, args: Vec<Value>) -> Result<Vec<Value>> {
        let Some(script) = block.as_foreign::<ScriptBlock>() else { return Ok(Vec::new()) };
        let script = script.rebound(Some(table.clone()), None);
        let (frames, stack, current, stage) = (self.frames.len(), self.stack.len(), self.current, self.stage.take());
        let code = script.shared_code().clone();
        let frame =
            self.push_frame(code.clone(), Parent::Table(table.clone()), FrameKind::Shared, Str::from("<ScriptBlock>"))?;
        self.frames[frame].home = Some(table.clone());
        if let Some(state) = &table.module {
            let folder = Path::new(state.path.as_str()).parent().map(|p| p.display().to_string()).unwrap_or_default();
            table.put("PSScriptRoot", Value::from(folder));
            table.put("PSCommandPath", Value::Str(state.path.clone()));
            table.put("args", Value::array(args));
            table.put("ExecutionContext", crate::host_objects::execution_context(self));
        }
        self.current = frame;
        self.sinks.push(Sink::Collect(Vec::new()));
        let result = match code.entries.end {
            Some(entry) => self.exec(&code, frame, entry),
            None => Ok(()),
        };
        let output = match self.sinks.pop() {
            Some(Sink::Collect(items)) => items,
            _ => Vec::new(),
        };
        self.frames.truncate(frames);
        self.stack.truncate(stack);
        self.current = current;
        self.stage = stage;
        result.map(|()| output)
    }

    /// Decides what a module exports and puts it into the importer's scope.
    fn publish(&mut self, table: &Arc<ScopeTable>, manifest: Option<&Value>, filters: &Filters) {
        let Some(state) = &table.module else { return };
        let exports = state.data.lock().exports.clone();
        let list = |key: &str| -> Option<Vec<Str>> {
            let value = manifest.and_then(|m| m.as_dict()).and_then(|d| d.get_str(key))?;
            let items = value.as_array().map_or_else(|| vec![value.clone()], |a| a.to_vec());
            Some(items.iter().map(|v| Str::from(convert::to_display(v))).filter(|s| !s.is_empty()).collect())
        };
        let any = |patterns: &[Str], name: &str| patterns.iter().any(|p| Wildcard::new(p).matches(name));
        let mut functions: Vec<Arc<CommandInfo>> = table.functions.lock().values().cloned().collect();
        functions.sort_by_key(|f| f.name.to_ascii_lowercase());
        let mut aliases: Vec<AliasInfo> = table.aliases.lock().values().cloned().collect();
        aliases.sort_by_key(|a| a.name.to_ascii_lowercase());
        let mut variables: Vec<Str> = Vec::new();
        if let Some(list) = &exports {
            functions.retain(|f| any(&list.functions, &f.name));
            aliases.retain(|a| any(&list.aliases, &a.name));
            variables = table
                .variables
                .lock()
                .values()
                .filter_map(|c| Some(Variable::of(c)?.name.clone()))
                .filter(|n| any(&list.variables, n))
                .collect();
        } else if manifest.is_none() {
            aliases.clear();
        }
        if let Some(list) = list("FunctionsToExport") {
            functions.retain(|f| any(&list, &f.name));
        }
        if let Some(list) = list("AliasesToExport") {
            aliases.retain(|a| any(&list, &a.name));
        }
        if let Some(list) = list("VariablesToExport") {
            variables.retain(|v| any(&list, v));
        }
        {
            let mut data = state.data.lock();
            data.exported_functions = functions;
            data.exported_aliases = aliases;
            data.exported_variables = variables;
            data.table = Some(Arc::downgrade(table));
        }
        self.install(table, filters);
    }

    fn install(&mut self, table: &Arc<ScopeTable>, filters: &Filters) {
        let Some(state) = &table.module else { return };
        let data = state.data.lock().clone();
        let target = match filters.is_global {
            true => self.global.clone(),
            false => self.import_target(),
        };
        let any = |patterns: &Option<Vec<Str>>, name: &str| match patterns {
            Some(list) => list.iter().any(|p| Wildcard::new(p).matches(name)),
            None => true,
        };
        for info in &data.exported_functions {
            let clobbers = filters.no_clobber && self.find_function(&info.name).is_some();
            if any(&filters.functions, &info.name) && !clobbers {
                let name = prefixed(&info.name, filters.prefix.as_deref());
                let mut made = crate::commands::script_info(
                    Str::from(name.as_str()),
                    info.kind,
                    Value::Null,
                    Some(state.name.clone()),
                );
                made.body = info.body.clone();
                target.functions.lock().insert(Sym::intern(&name), Arc::new(made));
            }
        }
        for alias in &data.exported_aliases {
            if any(&filters.aliases, &alias.name) {
                let alias = AliasInfo { module: Some(state.name.clone()), ..alias.clone() };
                target.aliases.lock().insert(Sym::intern(&alias.name), alias);
            }
        }
        for name in &data.exported_variables {
            if any(&filters.variables, name)
                && let Some(cell) = table.cell(Sym::intern(name))
            {
                target.variables.lock().insert(Sym::intern(name), cell);
            }
        }
        self.commands_changed();
    }

    /// Modules are imported into the session state of the importer, not into a function's scope.
    fn import_target(&mut self) -> Arc<ScopeTable> {
        self.home_table()
    }

    fn remove_module(&mut self, name: &str) -> Result<()> {
        let Some(at) = self.modules.iter().position(|(n, _)| n.eq_ignore_ascii_case(name)) else { return Ok(()) };
        let (_, table) = self.modules.remove(at);
        let Some(state) = &table.module else { return Ok(()) };
        let on_remove = state.data.lock().on_remove.clone();
        if !on_remove.is_null() {
            self.invoke_script(&on_remove, Invoke::default())?;
        }
        let data = state.data.lock().clone();
        let target = self.global.clone();
        target.functions.lock().retain(|_, f| f.module.as_ref() != Some(&state.name));
        target.aliases.lock().retain(|_, a| a.module.as_ref() != Some(&state.name));
        for name in data.exported_variables {
            target.variables.lock().remove(&Sym::intern(&name));
        }
        self.commands_changed();
        Ok(())
    }

    /// Imports the module that has a command which nothing else provides.
    pub(crate) fn autoload(&mut self, name: &str) -> Result<Option<Arc<CommandInfo>>> {
        if self.environment.get("PSModulePath").is_none_or(String::is_empty) || !name.contains('-') {
            return Ok(None);
        }
        for (module, file) in self.available_modules() {
            if self.modules.iter().any(|(n, _)| n.eq_ignore_ascii_case(&module)) || !mentions(&file, name) {
                continue;
            }
            self.import_module(&module, &Bound::new())?;
            if let Some(found) = self.find_function(name) {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }
}

/// Whether a module's files mention a function's name at all.
fn mentions(file: &str, name: &str) -> bool {
    let Some(folder) = Path::new(file).parent() else { return false };
    let Ok(entries) = std::fs::read_dir(folder) else { return false };
    let wanted = name.to_ascii_lowercase();
    entries.flatten().any(|e| {
        let path = e.path();
        let is_script =
            path.extension().is_some_and(|x| x.eq_ignore_ascii_case("psm1") || x.eq_ignore_ascii_case("psd1"));
        is_script && std::fs::read_to_string(&path).is_ok_and(|t| t.to_ascii_lowercase().contains(&wanted))
    })
}

fn module_file(folder: &Path, name: &str) -> Option<PathBuf> {
    for extension in ["psd1", "psm1"] {
        let file = folder.join(format!("{name}.{extension}"));
        if file.is_file() {
            return Some(file);
        }
    }
    // A version folder inside.
    let mut versions: Vec<PathBuf> =
        std::fs::read_dir(folder).ok()?.flatten().map(|e| e.path()).filter(|p| p.is_dir()).collect();
    versions.sort();
    versions
        .into_iter()
        .rev()
        .find_map(|v| ["psd1", "psm1"].iter().map(|x| v.join(format!("{name}.{x}"))).find(|f| f.is_file()))
}

fn prefixed(name: &str, prefix: Option<&str>) -> String {
    match (prefix, name.split_once('-')) {
        (Some(prefix), Some((verb, noun))) => format!("{verb}-{prefix}{noun}"),
        (Some(prefix), None) => format!("{prefix}{name}"),
        (None, _) => name.to_string(),
    }
}
