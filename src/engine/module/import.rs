//! Import: from a name to commands in the importer's session state.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use command::{AliasInfo, Bound, CommandInfo, Invoke, Session, Wildcard};
use language::Sym;
use values::{ErrorCategory, ErrorRecord, Exception, Result, Str, TypeRef, Value, convert};

use super::find::Found;
use super::manifest::{Wanted, entry, items, texts};
use super::new_table;
use crate::runspace::{FrameKind, Parent, Runspace, Sink};
use crate::scope::{ModuleKind, ScopeTable, Variable};
use crate::script_block::ScriptBlock;

/// What an import takes of a module, and how.
#[derive(Default, Clone)]
pub struct Filters {
    pub functions: Option<Vec<Str>>,
    pub cmdlets: Option<Vec<Str>>,
    pub aliases: Option<Vec<Str>>,
    pub variables: Option<Vec<Str>>,
    pub prefix: Option<Str>,
    pub is_global: bool,
    pub no_clobber: bool,
    pub force: bool,
    pub skips_names: bool,
    pub args: Vec<Value>,
    /// A module inside another: it is not listed by itself, and goes into that module's scope.
    pub into: Option<Arc<ScopeTable>>,
    /// Only the object is wanted; nothing is put into the session.
    pub no_install: bool,
}

impl Filters {
    /// The parameters of Import-Module and New-Module.
    pub fn of(bound: &Bound) -> Filters {
        let list = |name: &str| bound.has(name).then(|| bound.strings(name));
        Filters {
            functions: list("Function"),
            cmdlets: list("Cmdlet"),
            aliases: list("Alias"),
            variables: list("Variable"),
            prefix: bound.str("Prefix").filter(|p| !p.is_empty()),
            is_global: bound.switch("Global") || bound.str("Scope").is_some_and(|s| s.eq_ignore_ascii_case("global")),
            no_clobber: bound.switch("NoClobber"),
            force: bound.switch("Force"),
            skips_names: bound.switch("DisableNameChecking"),
            args: bound.list("ArgumentList"),
            into: None,
            no_install: bound.switch("AsCustomObject"),
        }
    }
}

/// A module that came, or the errors that say why not.
pub type Imported = std::result::Result<Arc<ScopeTable>, Vec<Arc<ErrorRecord>>>;

fn not_found(wanted: &Wanted) -> Imported {
    let (name, version) = (&wanted.name, wanted.version());
    let (id, text) = match version {
        Some(version) => (
            "Modules_ModuleWithVersionNotFound",
            format!(
                "The specified module '{name}' with version '{version}' was not loaded because no valid module file was found in any module directory."
            ),
        ),
        None => (
            "Modules_ModuleNotFound",
            format!(
                "The specified module '{name}' was not loaded because no valid module file was found in any module directory."
            ),
        ),
    };
    failed(TypeRef::FILE_NOT_FOUND_EXCEPTION, id, ErrorCategory::ResourceUnavailable, text, Value::from(name.as_str()))
}

fn failed<T>(
    ty: TypeRef,
    id: &str,
    category: ErrorCategory,
    text: String,
    target: Value,
) -> std::result::Result<T, Vec<Arc<ErrorRecord>>> {
    let exception = Exception::new(ty, text).identity(id, category, target);
    Err(vec![ErrorRecord::from_exception(Arc::new(exception))])
}

impl Runspace {
    /// Imports a module by name or path.
    pub(crate) fn import_module(&mut self, wanted: &Wanted, filters: &Filters) -> Result<Imported> {
        if !filters.force
            && let Some(table) = self.loaded(wanted)
        {
            if !filters.no_install {
                self.install(&table, filters)?;
            }
            return Ok(Ok(table));
        }
        if self.commands.has_module(&wanted.name) {
            return self.import_built_in(wanted, filters);
        }
        let file = match self.find_module(wanted) {
            Found::File(file) => file,
            Found::Nothing => return Ok(not_found(wanted)),
            Found::WrongExtension(file) => {
                let extension = file.extension().map(|e| e.to_string_lossy().into_owned()).unwrap_or_default();
                let text = format!(
                    "The extension '.{extension}' is not a valid module extension. The supported module extensions are '.dll', '.ps1', '.psm1', '.psd1' and '.cdxml'. Correct the extension then try adding the file '{}' again.",
                    file.display()
                );
                let ty = TypeRef::INVALID_OPERATION_EXCEPTION;
                let id = "Modules_InvalidModuleExtension";
                return Ok(failed(ty, id, ErrorCategory::InvalidOperation, text, Value::Null));
            }
        };
        self.import_file(&file, filters)
    }

    /// A loaded module that a name or path means.
    fn loaded(&mut self, wanted: &Wanted) -> Option<Arc<ScopeTable>> {
        let is_path = wanted.name.contains(['/', '\\']);
        let path = if is_path { Session::file_path(self, &wanted.name).ok() } else { None };
        let shown = path.map(|p| p.display().to_string());
        let found = self.modules.iter().find(|(name, table)| {
            let state = table.module.as_ref();
            let is_it = match &shown {
                Some(path) => state.is_some_and(|s| s.path.as_str() == path),
                None => {
                    let plain = wanted.name.strip_suffix(".psm1").or_else(|| wanted.name.strip_suffix(".psd1"));
                    name.eq_ignore_ascii_case(plain.unwrap_or(&wanted.name))
                }
            };
            let version = state.and_then(|s| s.data.lock().version.clone()).unwrap_or_else(|| Str::from("0.0"));
            is_it && wanted.fits(&version)
        });
        found.map(|(_, table)| table.clone())
    }

    /// A module of the product itself: its commands are there already.
    fn import_built_in(&mut self, wanted: &Wanted, filters: &Filters) -> Result<Imported> {
        if !wanted.fits("7.0.0.0") {
            return Ok(not_found(wanted));
        }
        let table = self.built_in_module(&wanted.name);
        if !filters.no_install {
            self.list_module(&table);
            self.install_cmdlets(&table, filters)?;
        }
        Ok(Ok(table))
    }

    /// The scope that stands for a module of the product.
    pub(crate) fn built_in_module(&mut self, name: &str) -> Arc<ScopeTable> {
        let known = self.modules.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, t)| t.clone());
        if let Some(table) = known {
            return table;
        }
        let (name, commands) = self.commands.module_commands(name);
        let home = self.find_variable(self.current, Sym::intern("PSHOME"), false);
        let home = home.map(|v| convert::to_display(&v)).unwrap_or_default();
        let table = new_table(self, &name, &format!("{home}/Modules/{name}/{name}.psd1"));
        if let Some(state) = &table.module {
            let mut data = state.data.lock();
            data.version = Some(Str::from("7.0.0.0"));
            data.kind = ModuleKind::Manifest;
            data.exported_cmdlets = commands;
        }
        table
    }

    fn install_cmdlets(&mut self, table: &Arc<ScopeTable>, filters: &Filters) -> Result<()> {
        let (Some(prefix), Some(state)) = (&filters.prefix, &table.module) else { return Ok(()) };
        let target = self.target_of(filters);
        for info in state.data.lock().exported_cmdlets.clone() {
            let mut made = (*info).clone();
            let name = prefixed(&made.name, Some(prefix));
            made.name = Str::from(name.as_str());
            self.note_redefinition(&name);
            target.functions.lock().insert(Sym::intern(&name), Arc::new(made));
        }
        Ok(())
    }

    /// Imports a module's file.
    pub(crate) fn import_file(&mut self, file: &Path, filters: &Filters) -> Result<Imported> {
        let name = file.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
        if filters.force && filters.into.is_none() {
            self.remove_module_named(&name)?;
        }
        self.say_verbose(&format!("Loading module from path '{}'.", file.display()))?;
        let table = new_table(self, &name, &file.display().to_string());
        let problems = self.load_file(&table, file, filters)?;
        if !problems.is_empty() {
            return Ok(Err(problems));
        }
        if filters.into.is_none() && !filters.no_install {
            self.list_module(&table);
        }
        Ok(Ok(table))
    }

    /// Puts a module on the list of the loaded ones.
    pub(crate) fn list_module(&mut self, table: &Arc<ScopeTable>) {
        let Some(state) = &table.module else { return };
        if !self.modules.iter().any(|(_, t)| Arc::ptr_eq(t, table)) {
            self.modules.push((state.name.clone(), table.clone()));
        }
    }

    fn load_file(&mut self, table: &Arc<ScopeTable>, file: &Path, filters: &Filters) -> Result<Vec<Arc<ErrorRecord>>> {
        let extension = file.extension().map(|e| e.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
        match extension.as_str() {
            "psd1" => return self.load_manifest(table, file, filters),
            "dll" | "cdxml" => {
                let text = format!("The module '{}' cannot be imported: only script modules can be.", file.display());
                let ty = TypeRef::INVALID_OPERATION_EXCEPTION;
                let target = Value::from(file.display().to_string());
                let refused = failed::<()>(ty, "BinaryModuleNotSupported", ErrorCategory::NotImplemented, text, target);
                return Ok(refused.err().unwrap_or_default());
            }
            _ => {}
        }
        if let Some(problems) = self.run_module_file(table, file, filters.args.clone())? {
            return Ok(problems);
        }
        self.publish(table, None, filters)?;
        Ok(Vec::new())
    }

    /// Runs a module's script; a script that does not parse is no module, and both is said.
    fn run_module_file(
        &mut self,
        table: &Arc<ScopeTable>,
        file: &Path,
        args: Vec<Value>,
    ) -> Result<Option<Vec<Arc<ErrorRecord>>>> {
        let block = match self.load_script(file) {
            Ok(block) => block,
            Err(flow) => match flow.record() {
                Some(record) => {
                    let wanted = Wanted { name: file.display().to_string(), ..Wanted::default() };
                    // What the parser says is not the command's error.
                    record.data.lock().stack.get_or_insert_with(values::error::StackTrace::empty);
                    // It is written as the exception's own record: under Stop the record takes the exception that stops.
                    if self.stops_on_error() {
                        return Err(self.stopped_by(&record.clone()));
                    }
                    let mut problems = vec![record.clone()];
                    problems.extend(not_found(&wanted).err().into_iter().flatten());
                    return Ok(Some(problems));
                }
                None => return Err(flow),
            },
        };
        if let (Some(state), Some(script)) = (&table.module, block.as_foreign::<ScriptBlock>()) {
            state.data.lock().definition.get_or_insert_with(|| script.text());
        }
        match self.run_in_module(table, &block, args) {
            Ok(output) => {
                output.into_iter().try_for_each(|value| self.emit(value))?;
                Ok(None)
            }
            Err(flow) => {
                if let Some(record) = flow.record() {
                    let class = "Microsoft.PowerShell.Commands.ImportModuleCommand";
                    record.data.lock().command.get_or_insert_with(|| Str::from(class));
                }
                Err(flow)
            }
        }
    }

    fn load_manifest(
        &mut self,
        table: &Arc<ScopeTable>,
        file: &Path,
        filters: &Filters,
    ) -> Result<Vec<Arc<ErrorRecord>>> {
        let table_of = |problems: Vec<Exception>| {
            problems.into_iter().map(|p| ErrorRecord::from_exception(Arc::new(p))).collect::<Vec<_>>()
        };
        let manifest = match self.read_manifest(file) {
            Ok(found) => found,
            Err(problems) => return Ok(table_of(problems)),
        };
        self.note_manifest(table, &manifest);
        let (shown, folder) = (file.display().to_string(), file.parent().unwrap_or(Path::new("/")).to_path_buf());
        for item in items(&entry(&manifest, "RequiredModules")) {
            let wanted = Wanted::of(&item);
            let how = Filters { is_global: true, skips_names: true, ..Filters::default() };
            match self.import_module(&wanted, &how)? {
                Ok(required) => {
                    if let Some(state) = &table.module {
                        state.data.lock().required.push(required);
                    }
                }
                Err(_) => {
                    let name = &wanted.name;
                    let text = format!(
                        "The required module '{name}' is not loaded. Load the module or remove the module from 'RequiredModules' in the file '{shown}'."
                    );
                    let ty = TypeRef::find("System.MissingMemberException").unwrap_or(TypeRef::RUNTIME_EXCEPTION);
                    let category = ErrorCategory::ResourceUnavailable;
                    let refused = failed::<()>(ty, "Modules_InvalidManifest", category, text, Value::from(shown));
                    return Ok(refused.err().unwrap_or_default());
                }
            }
        }
        for script in texts(&manifest, "ScriptsToProcess").unwrap_or_default() {
            self.run_prologue(&folder.join(script.replace('\\', "/")))?;
        }
        for (key, cmdlet) in [("TypesToProcess", "Update-TypeData"), ("FormatsToProcess", "Update-FormatData")] {
            for path in texts(&manifest, key).unwrap_or_default() {
                let path = Value::from(folder.join(path.replace('\\', "/")).display().to_string());
                Session::invoke_command(self, cmdlet, vec![(Some(Str::from("AppendPath")), path)], Vec::new())?;
            }
        }
        for item in items(&entry(&manifest, "NestedModules")) {
            let problems = self.nested_module(table, &folder, &item, &shown)?;
            if !problems.is_empty() {
                return Ok(problems);
            }
        }
        let root = [entry(&manifest, "RootModule"), entry(&manifest, "ModuleToProcess")];
        let root = root.iter().map(convert::to_display).find(|t| !t.is_empty());
        if let Some(root) = root {
            let Some(path) = module_path(&folder, &root) else {
                let text = format!(
                    "The module to process '{root}', listed in field 'ModuleToProcess/RootModule' of module manifest '{shown}' was not processed because no valid module was found in any module directory."
                );
                let ty = TypeRef::find("System.Management.Automation.PSInvalidOperationException");
                let ty = ty.unwrap_or(TypeRef::INVALID_OPERATION_EXCEPTION);
                let category = ErrorCategory::ResourceUnavailable;
                let refused = failed::<()>(ty, "Modules_ModuleFileNotFound", category, text, Value::from(root));
                return Ok(refused.err().unwrap_or_default());
            };
            self.say_verbose(&format!("Loading module from path '{}'.", path.display()))?;
            if let Some(state) = &table.module {
                state.data.lock().kind = ModuleKind::Script;
            }
            if let Some(problems) = self.run_module_file(table, &path, filters.args.clone())? {
                return Ok(problems);
            }
        }
        self.publish(table, Some(&manifest), filters)?;
        Ok(Vec::new())
    }

    /// A script of `ScriptsToProcess` runs in the importer's scope and is listed as a module.
    fn run_prologue(&mut self, file: &Path) -> Result<()> {
        let block = self.load_script(file)?;
        let how = Invoke { in_current_scope: true, ..Invoke::default() };
        let stage = self.stage.take();
        let output = self.invoke_script(&block, how);
        self.stage = stage;
        output?.into_iter().try_for_each(|value| self.emit(value))?;
        let name = file.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
        let table = new_table(self, &name, &file.display().to_string());
        self.list_module(&table);
        Ok(())
    }

    fn nested_module(
        &mut self,
        table: &Arc<ScopeTable>,
        folder: &Path,
        item: &Value,
        manifest: &str,
    ) -> Result<Vec<Arc<ErrorRecord>>> {
        let wanted = Wanted::of(item);
        let how = Filters { into: Some(table.clone()), skips_names: true, ..Filters::default() };
        let path = module_path(folder, &wanted.name);
        if let Some(script) = path.as_ref().filter(|p| p.extension().is_some_and(|e| e.eq_ignore_ascii_case("ps1"))) {
            let block = self.load_script(script)?;
            self.run_in_module(table, &block, Vec::new())?;
            return Ok(Vec::new());
        }
        let imported = match path {
            Some(file) => self.import_file(&file, &how)?,
            None => self.import_module(&wanted, &how)?,
        };
        match imported {
            Ok(nested) => {
                if let Some(state) = &table.module {
                    state.data.lock().nested.push(nested);
                }
                Ok(Vec::new())
            }
            Err(_) => {
                let name = &wanted.name;
                let text = format!(
                    "The module to process '{name}', listed in field 'NestedModules' of module manifest '{manifest}' was not processed because no valid module was found in any module directory."
                );
                let ty = TypeRef::find("System.Management.Automation.PSInvalidOperationException");
                let ty = ty.unwrap_or(TypeRef::INVALID_OPERATION_EXCEPTION);
                let category = ErrorCategory::ResourceUnavailable;
                let refused =
                    failed::<()>(ty, "Modules_ModuleFileNotFound", category, text, Value::from(name.as_str()));
                Ok(refused.err().unwrap_or_default())
            }
        }
    }

    /// Notes what Get-Module shows of a manifest.
    pub(crate) fn note_manifest(&mut self, table: &Arc<ScopeTable>, manifest: &Value) {
        let Some(state) = &table.module else { return };
        let text = |key: &str| match entry(manifest, key) {
            Value::Null => None,
            value => Some(Str::from(convert::to_display(&value))),
        };
        let has_root = ["RootModule", "ModuleToProcess"].iter().any(|k| text(k).is_some_and(|t| !t.is_empty()));
        let mut data = state.data.lock();
        data.version = text("ModuleVersion");
        data.guid = text("GUID").filter(|g| !g.is_empty());
        data.description = text("Description");
        data.private_data = entry(manifest, "PrivateData");
        data.manifest = manifest.clone();
        data.kind = if has_root { ModuleKind::Script } else { ModuleKind::Manifest };
    }

    /// Runs a module's script in its scope.
    pub(crate) fn run_in_module(
        &mut self,
        table: &Arc<ScopeTable>,
        block: &Value,
        args: Vec<Value>,
    ) -> Result<Vec<Value>> {
        let Some(script) = block.as_foreign::<ScriptBlock>() else { return Ok(Vec::new()) };
        let script = script.rebound(Some(table.clone()), None);
        let (frames, stack, current, stage) = (self.frames.len(), self.stack.len(), self.current, self.stage.take());
        let code = script.shared_code().clone();
        let name = Str::from("<ScriptBlock>");
        let frame = self.push_frame(code.clone(), Parent::Table(table.clone()), FrameKind::Shared, name)?;
        self.frames[frame].home = Some(table.clone());
        let params = script.parameters(self);
        let mut binding = crate::bind::Binding::new(params);
        if let Some(state) = &table.module {
            table.put("PSScriptRoot", Value::Str(state.base()));
            table.put("PSCommandPath", Value::Str(state.path.clone()));
            table.put("ExecutionContext", crate::host_objects::execution_context_of(table));
        }
        self.current = frame;
        self.sinks.push(Sink::Collect(Vec::new()));
        let result = (|| {
            let given = args.into_iter().map(crate::bind::Argument::positional);
            let info = crate::commands::script_info(Str::empty(), command::CommandKind::Script, block.clone(), None);
            self.bind_plain(&mut binding, given.collect(), &info)?;
            table.put("args", Value::array(binding.rest.clone()));
            self.place_parameters(frame, &binding)?;
            match code.entries.end {
                Some(entry) => self.exec(&code, frame, entry),
                None => Ok(()),
            }
        })();
        let output = match self.sinks.pop() {
            Some(Sink::Collect(items)) => items,
            _ => Vec::new(),
        };
        self.frames.truncate(frames);
        self.stack.truncate(stack);
        self.current = current;
        self.stage = stage;
        match result {
            // `exit` ends the module's script alone.
            Err(flow) if let values::Flow::Exit(code) = *flow => {
                self.set_global("LASTEXITCODE", Value::I32(code));
                Ok(Vec::new())
            }
            result => result.map(|()| output),
        }
    }

    /// Decides what a module exports and puts it into the importer's scope.
    pub(crate) fn publish(
        &mut self,
        table: &Arc<ScopeTable>,
        manifest: Option<&Value>,
        filters: &Filters,
    ) -> Result<()> {
        let Some(state) = table.module.clone() else { return Ok(()) };
        let exports = state.data.lock().exports.clone();
        let any = |patterns: &[Str], name: &str| patterns.iter().any(|p| Wildcard::new(p).matches(name));
        let is_own = |module: &Option<Str>| module.as_ref().is_none_or(|m| *m == state.name);
        let mut functions: Vec<Arc<CommandInfo>> = table.functions.lock().values().cloned().collect();
        functions.sort_by_key(|f| f.name.to_ascii_lowercase());
        let mut aliases: Vec<AliasInfo> = table.aliases.lock().values().cloned().collect();
        aliases.sort_by_key(|a| a.name.to_ascii_lowercase());
        let mut variables: Vec<Str> = Vec::new();
        let nested = state.data.lock().nested.clone();
        let from_nested = |name: &str| {
            let has = |t: &Arc<ScopeTable>| {
                t.module
                    .as_ref()
                    .is_some_and(|s| s.data.lock().exported_functions.iter().any(|f| f.name.as_str() == name))
            };
            nested.iter().any(has)
        };
        match &exports {
            Some(list) => {
                functions.retain(|f| any(&list.functions, &f.name) || from_nested(&f.name));
                aliases.retain(|a| any(&list.aliases, &a.name));
                let cells = table.variables.lock();
                variables = cells
                    .values()
                    .filter_map(|c| Some(Variable::of(c)?.name.clone()))
                    .filter(|n| any(&list.variables, n))
                    .collect();
                variables.sort_by_key(|n| n.to_ascii_lowercase());
            }
            None => {
                functions.retain(|f| is_own(&f.module) || from_nested(&f.name));
                aliases.retain(|a| is_own(&a.module) || !nested.is_empty());
            }
        }
        if let Some(manifest) = manifest {
            if let Some(list) = texts(manifest, "FunctionsToExport") {
                functions.retain(|f| any(&list, &f.name));
            }
            if let Some(list) = texts(manifest, "AliasesToExport") {
                aliases.retain(|a| any(&list, &a.name));
            }
            if let Some(list) = texts(manifest, "VariablesToExport") {
                variables.retain(|v| any(&list, v));
            }
        }
        for f in &functions {
            self.say_verbose(&format!("Exporting function '{}'.", f.name))?;
        }
        for a in &aliases {
            self.say_verbose(&format!("Exporting alias '{}'.", a.name))?;
        }
        let own = |f: &Arc<CommandInfo>| {
            let mut made = (**f).clone();
            made.module = Some(state.name.clone());
            Arc::new(made)
        };
        {
            let mut data = state.data.lock();
            data.exported_functions = functions.iter().map(own).collect();
            data.exported_aliases = aliases;
            data.exported_variables = variables;
        }
        if filters.no_install { Ok(()) } else { self.install(table, filters) }
    }

    /// The session state that an import goes to.
    fn target_of(&self, filters: &Filters) -> Arc<ScopeTable> {
        match (&filters.into, filters.is_global) {
            (Some(table), _) => table.clone(),
            (None, true) => self.global.clone(),
            (None, false) => self.home_table(),
        }
    }

    /// Puts a module's exports into the importer's session state.
    pub(crate) fn install(&mut self, table: &Arc<ScopeTable>, filters: &Filters) -> Result<()> {
        let Some(state) = table.module.clone() else { return Ok(()) };
        let data = state.data.lock().clone();
        let target = self.target_of(filters);
        let default_prefix = match entry(&data.manifest, "DefaultCommandPrefix") {
            Value::Null => None,
            value => Some(Str::from(convert::to_display(&value))).filter(|p| !p.is_empty()),
        };
        let prefix = filters.prefix.clone().or(default_prefix);
        let names_something = filters.functions.is_some()
            || filters.cmdlets.is_some()
            || filters.aliases.is_some()
            || filters.variables.is_some();
        let any = |patterns: &Option<Vec<Str>>, name: &str| match patterns {
            Some(list) => list.iter().any(|p| Wildcard::new(p).matches(name)),
            None => !names_something,
        };
        let mut names = Vec::new();
        for info in &data.exported_functions {
            let name = prefixed(&info.name, prefix.as_deref());
            if !any(&filters.functions, &info.name) {
                continue;
            }
            if filters.no_clobber && (self.find_function(&name).is_some() || self.commands.find(&name).is_some()) {
                continue;
            }
            let mut made = (**info).clone();
            made.name = Str::from(name.as_str());
            made.error_name = made.name.clone();
            made.module = Some(state.name.clone());
            self.note_redefinition(&name);
            target.functions.lock().insert(Sym::intern(&name), Arc::new(made));
            self.say_verbose(&format!("Importing function '{name}'."))?;
            names.push(name);
        }
        for alias in &data.exported_aliases {
            let name = prefixed(&alias.name, prefix.as_deref().filter(|_| filters.prefix.is_some()));
            if any(&filters.aliases, &alias.name) && !(filters.no_clobber && self.find_alias(&name).is_some()) {
                let made = AliasInfo { module: Some(state.name.clone()), ..alias.clone() };
                self.note_redefinition(&name);
                target.aliases.lock().insert(Sym::intern(&name), AliasInfo { name: Str::from(name.as_str()), ..made });
                self.say_verbose(&format!("Importing alias '{name}'."))?;
            }
        }
        for name in &data.exported_variables {
            if any(&filters.variables, name)
                && let Some(cell) = table.cell(Sym::intern(name))
            {
                crate::pipeline::note_variable(Sym::intern(name));
                target.variables.lock().insert(Sym::intern(name), cell);
                self.say_verbose(&format!("Importing variable '{name}'."))?;
            }
        }
        if filters.skips_names { Ok(()) } else { self.check_names(&state.name, &names) }
    }

    /// Says that a module's commands have odd names.
    fn check_names(&mut self, module: &str, names: &[String]) -> Result<()> {
        let verbs = super::approved_verbs();
        let is_odd = |name: &String| {
            name.split_once('-').is_some_and(|(verb, _)| !verbs.iter().any(|v| v.eq_ignore_ascii_case(verb)))
        };
        let odd: Vec<&String> = names.iter().filter(|n| is_odd(n)).collect();
        for name in &odd {
            self.say_verbose(&format!("The '{name}' command in the {module}' module was imported, but because its name does not include an approved verb, it might be difficult to find. For a list of approved verbs, type Get-Verb."))?;
        }
        if !odd.is_empty() {
            Session::write_warning(
                self,
                &format!(
                    "The names of some imported commands from the module '{module}' include unapproved verbs that might make them less discoverable. To find the commands with unapproved verbs, run the Import-Module command again with the Verbose parameter. For a list of approved verbs, type Get-Verb."
                ),
            )?;
        }
        let is_restricted = |name: &String| {
            let noun = name.split_once('-').map_or(name.as_str(), |(_, noun)| noun);
            noun.contains([
                '#', ',', '(', ')', '{', '}', '[', ']', '&', '-', '/', '\\', '$', '^', ';', ':', '"', '\'', '<', '>',
                '|', '?', '@', '`', '*', '%', '+', '=', '~',
            ])
        };
        if names.iter().any(is_restricted) {
            Session::write_warning(
                self,
                "Some imported command names contain one or more of the following restricted characters: # , ( ) {{ }} [ ] & - / \\ $ ^ ; : \" ' < > | ? @ ` * % + = ~",
            )?;
        }
        Ok(())
    }

    /// A verbose line of the command that imports or removes.
    pub(super) fn say_verbose(&mut self, text: &str) -> Result<()> {
        match self.stage {
            Some(_) => Session::write_verbose(self, text),
            None => Ok(()),
        }
    }

    /// Removes a loaded module by its name, if there is one.
    pub(crate) fn remove_module_named(&mut self, name: &str) -> Result<()> {
        let found = self.modules.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, t)| t.clone());
        match found {
            Some(table) => self.remove_module(&table),
            None => Ok(()),
        }
    }

    /// Removes a loaded module.
    pub(crate) fn remove_module(&mut self, table: &Arc<ScopeTable>) -> Result<()> {
        self.modules.retain(|(_, t)| !Arc::ptr_eq(t, table));
        let Some(state) = &table.module else { return Ok(()) };
        let on_remove = state.data.lock().on_remove.clone();
        if !on_remove.is_null() {
            let how = Invoke { args: vec![super::ModuleObject::value(table)], ..Invoke::default() };
            let output = self.invoke_script(&on_remove, how)?;
            output.into_iter().try_for_each(|value| self.emit(value))?;
        }
        let data = state.data.lock().clone();
        let mut targets = vec![self.global.clone()];
        targets.extend(self.modules.iter().map(|(_, t)| t.clone()));
        for target in targets {
            let mut gone: Vec<Str> = Vec::new();
            target.functions.lock().retain(|_, f| {
                let is_its = f.module.as_ref() == Some(&state.name);
                if is_its {
                    gone.push(f.name.clone());
                }
                !is_its
            });
            gone.sort_by_key(|n| n.to_ascii_lowercase());
            for name in gone {
                self.say_verbose(&format!("Removing the imported \"{name}\" function."))?;
            }
            let mut gone: Vec<Str> = Vec::new();
            target.aliases.lock().retain(|_, a| {
                let is_its = a.module.as_ref() == Some(&state.name);
                if is_its {
                    gone.push(a.name.clone());
                }
                !is_its
            });
            gone.sort_by_key(|n| n.to_ascii_lowercase());
            for name in gone {
                self.say_verbose(&format!("Removing the imported \"{name}\" alias."))?;
            }
            for name in &data.exported_variables {
                let sym = Sym::intern(name);
                let is_its = match (target.cell(sym), table.cell(sym)) {
                    (Some(a), Some(b)) => a.same(&b),
                    _ => false,
                };
                if is_its {
                    target.variables.lock().remove(&sym);
                    self.say_verbose(&format!("Removing the imported \"{name}\" variable."))?;
                }
            }
        }
        Ok(())
    }

    /// Imports the module that has a command which nothing else provides.
    pub(crate) fn autoload(&mut self, name: &str) -> Result<Option<Arc<CommandInfo>>> {
        if self.environment.get("PSModulePath").is_none_or(String::is_empty) || self.autoloads_nothing() {
            return Ok(None);
        }
        if name.is_empty() || name.contains(['/', '\\', '*', '?', '[', '.']) {
            return Ok(None);
        }
        for module in self.available_modules() {
            let is_loaded = self.modules.iter().any(|(n, _)| n.eq_ignore_ascii_case(&module.name));
            if is_loaded || !mentions(&module.file, name) {
                continue;
            }
            let how = Filters { is_global: true, skips_names: true, ..Filters::default() };
            let stage = self.stage.take();
            let imported = self.import_file(&module.file, &how);
            self.stage = stage;
            if imported?.is_ok() {
                if let Some(found) = self.find_function(name) {
                    return Ok(Some(found));
                }
                if let Some(alias) = self.find_alias(name) {
                    return self.command_by_name(&alias.definition);
                }
            }
        }
        Ok(None)
    }

    fn autoloads_nothing(&self) -> bool {
        let sym = Sym::intern("PSModuleAutoLoadingPreference");
        let value = self.find_variable(self.current, sym, false).map(|v| convert::to_display(&v));
        value.is_some_and(|v| v.eq_ignore_ascii_case("None") || v.eq_ignore_ascii_case("ModuleQualified"))
    }
}

/// Whether a module's files mention a command's name at all.
fn mentions(file: &Path, name: &str) -> bool {
    let Some(folder) = file.parent() else { return false };
    let Ok(entries) = std::fs::read_dir(folder) else { return false };
    let wanted = name.to_ascii_lowercase();
    entries.flatten().any(|e| {
        let path = e.path();
        let is_script =
            path.extension().is_some_and(|x| ["psm1", "psd1", "ps1"].iter().any(|known| x.eq_ignore_ascii_case(known)));
        is_script && std::fs::read_to_string(&path).is_ok_and(|t| t.to_ascii_lowercase().contains(&wanted))
    })
}

/// A module's file that a manifest names, relative to the manifest's folder.
fn module_path(folder: &Path, name: &str) -> Option<PathBuf> {
    let path = folder.join(name.replace('\\', "/"));
    if path.is_file() {
        return Some(path);
    }
    ["psd1", "psm1", "ps1"].iter().map(|x| PathBuf::from(format!("{}.{x}", path.display()))).find(|p| p.is_file())
}

fn prefixed(name: &str, prefix: Option<&str>) -> String {
    match (prefix, name.split_once('-')) {
        (Some(prefix), Some((verb, noun))) => format!("{verb}-{prefix}{noun}"),
        (Some(prefix), None) => format!("{prefix}{name}"),
        (None, _) => name.to_string(),
    }
}

/// Whether a version is what was asked for; for `#requires`.
pub fn is_met(runspace: &mut Runspace, wanted: &Wanted) -> bool {
    runspace.loaded(wanted).is_some()
        || (runspace.commands.has_module(&wanted.name) && wanted.fits("7.0.0.0"))
        || matches!(runspace.find_module(wanted), Found::File(_))
}
