//! Import-Module, Get-Module, Remove-Module, Export-ModuleMember, New-Module, Test-ModuleManifest.

use std::path::Path;
use std::sync::Arc;

use command::{Bound, Cmdlet, Command, Session, Wildcard};
use values::{ErrorCategory, ErrorRecord, Exception, Result, Str, TypeRef, Value, convert};

use crate::module::manifest::{self, Wanted, entry, items};
use crate::module::{Filters, ModuleObject, custom_object, new_table};
use crate::runspace::Runspace;
use crate::scope::ScopeTable;

/// Import-Module.
pub static IMPORT_MODULE: Command = Command { name: "Import-Module", create: || Box::new(ImportModule) };
/// Get-Module.
pub static GET_MODULE: Command = Command { name: "Get-Module", create: || Box::new(GetModule) };
/// Remove-Module.
pub static REMOVE_MODULE: Command = Command { name: "Remove-Module", create: || Box::new(RemoveModule) };
/// Export-ModuleMember.
pub static EXPORT_MODULE_MEMBER: Command =
    Command { name: "Export-ModuleMember", create: || Box::new(ExportModuleMember) };
/// New-Module.
pub static NEW_MODULE: Command = Command { name: "New-Module", create: || Box::new(NewModule) };
/// Test-ModuleManifest.
pub static TEST_MODULE_MANIFEST: Command =
    Command { name: "Test-ModuleManifest", create: || Box::new(TestModuleManifest) };

/// The modules that the parameters of a command name.
fn wanted_by(bound: &Bound) -> Vec<Wanted> {
    let text = |name: &str| bound.get(name).filter(|v| !v.is_null()).map(convert::to_display);
    let named = |name: Str| Wanted {
        name: name.to_string(),
        minimum: text("MinimumVersion"),
        maximum: text("MaximumVersion"),
        exact: text("RequiredVersion"),
    };
    let mut found: Vec<Wanted> = bound.strings("Name").into_iter().map(named).collect();
    found.extend(bound.list("FullyQualifiedName").iter().map(Wanted::of));
    found
}

/// Refuses what can't be here: modules of other sessions.
fn refuse_remote(bound: &Bound) -> Result<()> {
    for name in ["PSSession", "CimSession", "UseWindowsPowerShell", "Assembly"] {
        if bound.has(name) {
            return crate::errors::invalid_operation(
                "ModuleParameterNotSupported",
                format!("The parameter -{name} is not supported: modules are imported from this computer's files."),
            )
            .throw();
        }
    }
    Ok(())
}

struct ImportModule;

impl Cmdlet for ImportModule {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        refuse_remote(bound)?;
        let wanted = wanted_by(bound);
        if let Some(one) = wanted.first()
            && let (Some(low), Some(high)) = (&one.minimum, &one.maximum)
            && manifest::compare(&manifest::numbers(high), &manifest::numbers(low)).is_lt()
        {
            let ty = TypeRef::find("System.Management.Automation.PSArgumentOutOfRangeException");
            return Exception::new(
                ty.unwrap_or(TypeRef::ARGUMENT_OUT_OF_RANGE_EXCEPTION),
                format!("Specified argument was out of the range of valid values. (Parameter 'The MinimumVersion '{low}' should not be greater than MaximumVersion '{high}'.')"),
            )
            .identity("ArgumentOutOfRange", ErrorCategory::InvalidArgument, Value::Null)
            .throw();
        }
        if let Some(text) = bound.str("MaximumVersion").filter(|v| !is_maximum(v)) {
            return Exception::new(
                TypeRef::PARAMETER_BINDING_EXCEPTION,
                format!("Cannot bind parameter 'MaximumVersion' to the target. Exception setting \"MaximumVersion\": \"The specified MaximumVersion '{text}' was incorrect. If you are using '*', MaximumVersion only supports one '*' and should always be placed at the end of MaximumVersion.\""),
            )
            .identity("ParameterBindingFailed", ErrorCategory::WriteError, Value::Null)
            .with("ParameterName", Value::from("MaximumVersion"))
            .throw();
        }
        let filters = Filters::of(bound);
        let Some(runspace) = session.engine().downcast_mut::<Runspace>() else { return Ok(()) };
        for info in bound.list("ModuleInfo") {
            let Some(module) = info.as_foreign::<ModuleObject>() else { continue };
            let table = module.table.clone();
            runspace.list_module(&table);
            runspace.install(&table, &filters)?;
            done(runspace, bound, &table)?;
        }
        for one in wanted {
            match runspace.import_module(&one, &filters)? {
                Ok(table) => done(runspace, bound, &table)?,
                Err(problems) => problems.into_iter().try_for_each(|p| runspace.stage_error(p))?,
            }
        }
        Ok(())
    }
}

/// Whether a text is a version, or the head of one with `*` as its last part.
fn is_maximum(text: &str) -> bool {
    let head = text.strip_suffix('*').map_or(text, |head| head.trim_end_matches('.'));
    head.is_empty() || head.split('.').all(|part| part.parse::<u32>().is_ok())
}

/// What an import gives.
fn done(runspace: &mut Runspace, bound: &Bound, table: &Arc<ScopeTable>) -> Result<()> {
    if bound.switch("AsCustomObject") {
        return runspace.emit(custom_object(table));
    }
    if bound.switch("PassThru") { runspace.emit(ModuleObject::value(table)) } else { Ok(()) }
}

struct GetModule;

impl Cmdlet for GetModule {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        refuse_remote(bound)?;
        let wanted = wanted_by(bound);
        let Some(runspace) = session.engine().downcast_mut::<Runspace>() else { return Ok(()) };
        let fits = |table: &Arc<ScopeTable>| {
            let Some(state) = &table.module else { return false };
            let version = state.data.lock().version.clone().unwrap_or_else(|| Str::from("0.0"));
            wanted.is_empty()
                || wanted.iter().any(|w| {
                    let is_named = Wildcard::new(&w.name).matches(&state.name)
                        || (w.name.contains('/') && state.path.as_str().starts_with(w.name.trim_end_matches('/')));
                    is_named && w.fits(&version)
                })
        };
        let is_core = bound.str("PSEdition").is_none_or(|e| !e.eq_ignore_ascii_case("Desktop"));
        if bound.switch("ListAvailable") {
            for table in available(runspace, &wanted)? {
                if fits(&table) && (is_core || bound.switch("SkipEditionCheck")) {
                    runspace.emit(ModuleObject::value(&table))?;
                }
            }
            return Ok(());
        }
        let mut loaded: Vec<Arc<ScopeTable>> = runspace.modules.iter().map(|(_, t)| t.clone()).collect();
        if bound.switch("All") {
            let mut at = 0;
            while let Some(table) = loaded.get(at).cloned() {
                let nested = table.module.as_ref().map(|s| s.data.lock().nested.clone()).unwrap_or_default();
                for inner in nested {
                    if !loaded.iter().any(|t| Arc::ptr_eq(t, &inner)) {
                        loaded.push(inner);
                    }
                }
                at += 1;
            }
        }
        loaded.sort_by_key(|t| t.module.as_ref().map(|s| s.name.to_ascii_lowercase()));
        for table in loaded {
            if fits(&table) {
                runspace.emit(ModuleObject::value(&table))?;
            }
        }
        Ok(())
    }
}

/// The modules that could be imported, and those of the product.
fn available(runspace: &mut Runspace, wanted: &[Wanted]) -> Result<Vec<Arc<ScopeTable>>> {
    let mut found = Vec::new();
    for module in runspace.available_modules() {
        let is_asked = wanted.is_empty()
            || wanted.iter().any(|w| w.name.contains('/') || Wildcard::new(&w.name).matches(&module.name));
        if is_asked {
            found.push(module_of_file(runspace, &module.file));
        }
    }
    for one in wanted.iter().filter(|w| w.name.contains('/')) {
        if let crate::module::Found::File(file) = runspace.find_module(one) {
            found.push(module_of_file(runspace, &file));
        }
    }
    for name in runspace.commands.module_names() {
        if wanted.is_empty() || wanted.iter().any(|w| Wildcard::new(&w.name).matches(&name)) {
            found.push(runspace.built_in_module(&name));
        }
    }
    Ok(found)
}

/// A module as it would be, without being run: what its manifest says, or the functions that its text defines.
fn module_of_file(runspace: &mut Runspace, file: &Path) -> Arc<ScopeTable> {
    let name = file.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
    let table = new_table(runspace, &name, &file.display().to_string());
    let mut exported: Vec<Str> = Vec::new();
    if file.extension().is_some_and(|e| e.eq_ignore_ascii_case("psd1")) {
        if let Ok(manifest) = runspace.read_manifest(file) {
            runspace.note_manifest(&table, &manifest);
            exported = manifest::texts(&manifest, "FunctionsToExport").unwrap_or_default();
        }
    } else if let Ok(text) = std::fs::read_to_string(file) {
        let parsed = language::parse(Arc::new(language::Source::new(text.as_str())));
        let ast = &parsed.ast;
        let end = ast.block(ast.root()).end.map(|end| ast.body(end.body).statements);
        for id in end.map(|list| ast.stmts(list)).unwrap_or_default() {
            if let language::ast::Stmt::Function(function) = *ast.stmt(*id) {
                exported.push(Str::from(ast.text(ast.function(function).name.text)));
            }
        }
    }
    if let Some(state) = &table.module {
        let mut data = state.data.lock();
        data.exported_functions = exported
            .into_iter()
            .filter(|n| !Wildcard::is_pattern(n))
            .map(|n| {
                let kind = command::CommandKind::Function;
                let own = Some(state.name.clone());
                Arc::new(crate::commands::script_info(n, kind, Value::Null, own))
            })
            .collect();
    }
    table
}

struct RemoveModule;

impl Cmdlet for RemoveModule {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let patterns: Vec<(Wildcard, Wanted)> =
            wanted_by(bound).into_iter().map(|w| (Wildcard::new(&w.name), w)).collect();
        let mut doomed: Vec<Arc<ScopeTable>> = Vec::new();
        for info in bound.list("ModuleInfo") {
            if let Some(module) = info.as_foreign::<ModuleObject>() {
                doomed.push(module.table.clone());
            }
        }
        let Some(runspace) = session.engine().downcast_mut::<Runspace>() else { return Ok(()) };
        // What New-Module made is not in the table of modules, and stays.
        doomed.retain(|table| runspace.modules.iter().any(|(_, listed)| Arc::ptr_eq(listed, table)));
        for (_, table) in runspace.modules.clone() {
            let Some(state) = &table.module else { continue };
            let version = state.data.lock().version.clone().unwrap_or_else(|| Str::from("0.0"));
            if patterns.iter().any(|(p, w)| p.matches(&state.name) && w.fits(&version)) {
                doomed.push(table.clone());
            }
        }
        if doomed.is_empty() {
            if patterns.iter().all(|(_, w)| Wildcard::is_pattern(&w.name)) {
                return Ok(());
            }
            let exception = Exception::new(
                TypeRef::INVALID_OPERATION_EXCEPTION,
                "No modules were removed. Verify that the specification of modules to remove is correct and those modules exist in the runspace.",
            )
            .identity("Modules_NoModulesRemoved", ErrorCategory::ResourceUnavailable, Value::Null);
            return runspace.stage_error(ErrorRecord::from_exception(Arc::new(exception)));
        }
        for table in doomed {
            let Some(state) = table.module.clone() else { continue };
            let mode = state.data.lock().access_mode;
            if mode == "Constant" || (mode == "ReadOnly" && !bound.switch("Force")) {
                let (id, text) = match mode {
                    "Constant" => (
                        "Modules_ModuleIsConstant",
                        format!("Unable to remove the module '{}' because it is constant.", state.name),
                    ),
                    _ => (
                        "Modules_ModuleIsReadOnly",
                        format!(
                            "Unable to remove module '{}' because it is read-only. Add the Force parameter to your command to remove read-only modules.",
                            state.name
                        ),
                    ),
                };
                let exception = Exception::new(TypeRef::INVALID_OPERATION_EXCEPTION, text).identity(
                    id,
                    ErrorCategory::PermissionDenied,
                    Value::Str(state.name.clone()),
                );
                runspace.stage_error(ErrorRecord::from_exception(Arc::new(exception)))?;
                continue;
            }
            let target = format!("{} (Path: '{}')", state.name, state.path);
            if Session::should_process(runspace, &target, "Remove-Module")? {
                runspace.remove_module(&table)?;
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
            return Exception::new(
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
        let name = bound.str("Name").unwrap_or_else(|| Str::from(format!("__DynamicModule_{}", uuid::Uuid::new_v4())));
        let path = runspace.location.path.clone();
        let table = new_table(runspace, &name, &format!("{path}/{name}"));
        if let (Some(state), Some(script)) = (&table.module, block.as_foreign::<crate::script_block::ScriptBlock>()) {
            state.data.lock().definition = Some(script.text());
        }
        let output = runspace.run_in_module(&table, &block, bound.list("ArgumentList"))?;
        let filters = Filters { skips_names: true, ..Filters::of(bound) };
        runspace.publish(&table, None, &filters)?;
        if bound.switch("AsCustomObject") {
            return runspace.emit(custom_object(&table));
        }
        match bound.switch("ReturnResult") {
            true => output.into_iter().try_for_each(|v| runspace.emit(v)),
            false => runspace.emit(ModuleObject::value(&table)),
        }
    }
}

struct TestModuleManifest;

impl Cmdlet for TestModuleManifest {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let path = bound.str("Path").unwrap_or_else(Str::empty);
        let report = |session: &mut dyn Session, exception: Exception| {
            session.write_error(ErrorRecord::from_exception(Arc::new(exception)))
        };
        let found = session.resolve_path(&path, false).unwrap_or_default();
        let Some(file) = found.first().map(|p| p.path.to_string()) else {
            let text = format!(
                "The specified module '{path}' was not loaded because no valid module file was found in any module directory."
            );
            let exception = Exception::new(TypeRef::FILE_NOT_FOUND_EXCEPTION, text)
                .with("FileName", Value::Str(path.clone()))
                .identity("Modules_ModuleNotFound", ErrorCategory::ResourceUnavailable, Value::Str(path));
            return report(session, exception);
        };
        if !file.to_ascii_lowercase().ends_with(".psd1") {
            let text = format!(
                "The module manifest path '{file}' is not valid. The value of the Path argument must resolve to a single file that has a '.psd1' extension. Change the value of the Path argument to point to a valid psd1 file, and then try again."
            );
            return Exception::new(TypeRef::INVALID_OPERATION_EXCEPTION, text)
                .identity("Modules_InvalidModuleManifestPath", ErrorCategory::InvalidArgument, Value::Str(path))
                .throw();
        }
        let file = Path::new(&file).to_path_buf();
        let Some(runspace) = session.engine().downcast_mut::<Runspace>() else { return Ok(()) };
        let manifest = match runspace.read_manifest(&file) {
            Ok(manifest) => manifest,
            Err(problems) => return problems.into_iter().try_for_each(|p| report(session, p)),
        };
        let folder = file.parent().unwrap_or(Path::new("/"));
        for key in ["RootModule", "ModuleToProcess"] {
            let root = convert::to_display(&entry(&manifest, key));
            let path = folder.join(root.replace('\\', "/"));
            let is_there =
                ["", ".psm1", ".psd1", ".ps1"].iter().any(|x| Path::new(&format!("{}{x}", path.display())).is_file());
            if !root.is_empty() && !is_there {
                let text = format!(
                    "The module manifest '{root}' could not be processed because it is not a valid PowerShell module manifest file. Remove the elements that are not permitted: {}",
                    file.display()
                );
                let exception = Exception::new(TypeRef::ARGUMENT_EXCEPTION, text).identity(
                    "Modules_InvalidRootModuleInModuleManifest",
                    ErrorCategory::InvalidArgument,
                    Value::from(root),
                );
                report(session, exception)?;
            }
        }
        for item in items(&entry(&manifest, "FileList")) {
            let name = convert::to_display(&item);
            if !folder.join(name.replace('\\', "/")).is_file() {
                let text = format!(
                    "The '{name}' entry of FileList in the module manifest '{}' names a file that does not exist.",
                    file.display()
                );
                let exception = Exception::new(TypeRef::FILE_NOT_FOUND_EXCEPTION, text).identity(
                    "Modules_InvalidFilePathinModuleManifest",
                    ErrorCategory::ObjectNotFound,
                    Value::from(name),
                );
                report(session, exception)?;
            }
        }
        let Some(runspace) = session.engine().downcast_mut::<Runspace>() else { return Ok(()) };
        let table = module_of_file(runspace, &file);
        session.write(ModuleObject::value(&table))
    }
}
