//! Paths: drives, providers, wildcards, the current location.

use std::path::{Path, PathBuf};

use command::{Drive, ProviderPath, Session, Wildcard};
use language::Sym;
use values::{ErrorCategory, Exception, Result, Str, TypeRef, Value};

use crate::runspace::Runspace;
use crate::scope::Variable;
use crate::trace::Source;

const SOURCE: Source = Source::PathResolution;

impl Runspace {
    /// All drives: those of the providers and those that scripts added.
    pub(super) fn all_drives(&mut self) -> Vec<Drive> {
        if self.global.drives.lock().is_empty() {
            let providers = self.providers.clone();
            let mut drives = Vec::new();
            for provider in providers {
                drives.extend(provider.drives(self));
            }
            *self.global.drives.lock() = drives;
        }
        let mut all = self.global.drives.lock().clone();
        for provider in self.providers.clone() {
            let late = provider.late_drives(self);
            all.extend(late.into_iter().filter(|d| d.provider.as_str() == provider.name()));
        }
        all.sort_by_key(|d| d.name.to_ascii_lowercase());
        all
    }

    fn drive(&mut self, name: &str) -> Option<Drive> {
        self.all_drives().into_iter().find(|d| d.name.eq_ignore_ascii_case(name))
    }

    /// A path to its provider; nothing need exist.
    pub(crate) fn resolve_provider_path(&mut self, path: &str) -> Result<ProviderPath> {
        if let Some((provider, rest)) = path.split_once("::") {
            let provider = provider.rsplit('\\').next().unwrap_or(provider);
            let Some(found) = Session::provider(self, provider) else {
                let ty = TypeRef::find("System.Management.Automation.ProviderNotFoundException");
                return Exception::new(
                    ty.unwrap_or(TypeRef::RUNTIME_EXCEPTION),
                    format!("Cannot find a provider with the name '{provider}'."),
                )
                .identity("ProviderNotFound", ErrorCategory::ObjectNotFound, Value::from(provider))
                .throw();
            };
            let name = Str::from(found.name());
            let path = match name.as_str() {
                "FileSystem" => absolute(&self.base_directory(), rest),
                _ if found.is_hierarchical() => levels(&*found, "", rest),
                _ => rest.to_string(),
            };
            return Ok(ProviderPath { provider: name, drive: None, path: Str::from(path) });
        }
        if let Some((name, rest)) = path.split_once(':')
            && !name.is_empty()
            && !name.contains(['/', '\\'])
        {
            return self.drive_path(name, rest);
        }
        if let Some(rest) = path.strip_prefix('~')
            && (rest.is_empty() || rest.starts_with(['/', '\\']))
        {
            let home = self.environment.get("HOME").cloned().unwrap_or_else(|| "/".into());
            return Ok(file_system(absolute(Path::new(&home), rest.trim_start_matches(['/', '\\']))));
        }
        if self.location.provider.as_str() == "FileSystem" || path.starts_with('/') {
            if self.location.provider.as_str() == "FileSystem"
                && let Some(drive) = self.location.drive.clone().filter(|d| d.as_str() != "/")
            {
                return self.on_volume(&drive, path);
            }
            return Ok(file_system(absolute(&self.base_directory(), path)));
        }
        let here = self.location.clone();
        let joined = match Session::provider(self, &here.provider).filter(|p| p.is_hierarchical()) {
            Some(provider) if path.starts_with(provider.separator()) => levels(&*provider, "", path),
            Some(provider) => levels(&*provider, &here.path, path),
            None => join_flat(&here.path, path),
        };
        Ok(ProviderPath { path: Str::from(joined), ..here })
    }

    /// A relative path on a drive that is a folder of the file system (`C:`).
    fn on_volume(&mut self, drive: &Str, path: &str) -> Result<ProviderPath> {
        let base = PathBuf::from(self.location.path.as_str());
        if path.starts_with(['/', '\\'])
            && let Some(found) = self.drive(drive)
        {
            let inside = path.trim_start_matches(['/', '\\']);
            let full = absolute(Path::new(found.root.as_str()), inside);
            return Ok(ProviderPath { drive: Some(found.name), ..file_system(full) });
        }
        Ok(ProviderPath { drive: Some(drive.clone()), ..file_system(absolute(&base, path)) })
    }

    fn drive_path(&mut self, name: &str, rest: &str) -> Result<ProviderPath> {
        let Some(drive) = self.drive(name) else { return drive_not_found(name).throw() };
        if drive.provider.as_str() == "FileSystem" {
            let inside = rest.trim_start_matches(['/', '\\']);
            let full = absolute(Path::new(drive.root.as_str()), inside);
            return Ok(ProviderPath { drive: Some(drive.name), ..file_system(full) });
        }
        let inside = rest.trim_start_matches(['/', '\\']).to_string();
        if let Some(provider) = Session::provider(self, &drive.provider).filter(|p| p.is_hierarchical()) {
            let path = Str::from(levels(&*provider, &drive.root, &inside));
            return Ok(ProviderPath { provider: drive.provider, drive: Some(drive.name), path });
        }
        let inside = match drive.root.as_str() {
            "" => inside,
            root => join_flat(root, &inside),
        };
        Ok(ProviderPath { provider: drive.provider, drive: Some(drive.name), path: Str::from(inside) })
    }

    /// The folder that relative file paths start from.
    pub(crate) fn base_directory(&self) -> PathBuf {
        if self.location.provider.as_str() == "FileSystem" {
            return PathBuf::from(self.location.path.as_str());
        }
        let kept = self.locations.get(&Str::from("FileSystem"));
        kept.map(|p| PathBuf::from(p.as_str())).unwrap_or_else(|| PathBuf::from("/"))
    }

    /// A file-system path.
    pub(super) fn resolve_file_path(&mut self, path: &str) -> Result<PathBuf> {
        let found = self.resolve_provider_path(path)?;
        if found.provider.as_str() == "FileSystem" {
            return Ok(PathBuf::from(found.path.as_str()));
        }
        Exception::new(
            TypeRef::PS_INVALID_OPERATION_EXCEPTION,
            "Cannot open file because the current provider (Microsoft.PowerShell.Core\\".to_string()
                + &found.provider
                + ") cannot open a file.",
        )
        .identity("ReadWriteFileNotFileSystemProvider", ErrorCategory::InvalidArgument, Value::from(path))
        .throw()
    }

    /// Wildcards expanded; an absent path is an ItemNotFoundException.
    pub(super) fn expand_path(&mut self, path: &str, literal: bool) -> Result<Vec<ProviderPath>> {
        let depth = self.trace_scope(SOURCE, |_| format!("Resolving MSH path \"{path}\" to PROVIDER-INTERNAL path"));
        let done = self.expand_path_inside(path, literal);
        if let Err(flow) = &done
            && flow.record().is_some_and(|r| r.exception.ty == TypeRef::ITEM_NOT_FOUND_EXCEPTION)
        {
            self.trace_error(SOURCE, |_| format!("Item does not exist: {path}"));
        }
        self.trace_back(depth);
        done
    }

    fn expand_path_inside(&mut self, path: &str, literal: bool) -> Result<Vec<ProviderPath>> {
        let found = self.resolve_provider_path(path)?;
        if self.tracing.is_some() {
            self.trace_place(path, &found);
        }
        let Some(provider) = Session::provider(self, &found.provider) else { return Ok(vec![found]) };
        if !literal && Wildcard::is_pattern(path) {
            let mut out = Vec::new();
            if provider.is_hierarchical() {
                self.expand_levels(&*provider, &found, &mut out)?;
            } else {
                let pattern = Wildcard::new(&found.path);
                for name in provider.child_names(self, "")? {
                    if pattern.matches(&name) {
                        out.push(ProviderPath { path: name, ..found.clone() });
                    }
                }
            }
            return Ok(out);
        }
        let text = if literal { found.path.clone() } else { Str::from(Wildcard::unescape(&found.path)) };
        let found = ProviderPath { path: text, ..found };
        match provider.stat(self, &found.path)? {
            Some(_) => Ok(vec![found]),
            // A literal path is named as it was given, an item of a drive without levels as in its folder.
            None if literal => path_not_found(path).throw(),
            None => match &found.drive {
                Some(drive) if found.provider.as_str() != "FileSystem" => {
                    path_not_found(&format!("{drive}:{}{}", provider.separator(), found.path)).throw()
                }
                _ => path_not_found(&self.shown(&found)).throw(),
            },
        }
    }

    /// Tells what became of a path.
    #[cold]
    fn trace_place(&mut self, path: &str, found: &ProviderPath) {
        let shown = |provider: &str| match provider {
            "FileSystem" | "Environment" | "Variable" | "Function" | "Alias" => {
                format!("Microsoft.PowerShell.Core\\{provider}")
            }
            other => format!("Microsoft.PowerShell.Security\\{other}"),
        };
        let provider = shown(&found.provider);
        if path.contains("::") {
            self.trace(SOURCE, |_| "Path is PROVIDER-QUALIFIED".to_string());
            self.trace(SOURCE, |_| format!("PROVIDER-INTERNAL path: {}", found.path));
            self.trace(SOURCE, |_| format!("Provider: {provider}"));
        } else {
            if path.starts_with('~') {
                self.trace(SOURCE, |_| "Resolving HOME relative path.".to_string());
            }
            self.trace(SOURCE, |_| "Path is DRIVE-QUALIFIED".to_string());
            self.trace(SOURCE, |_| format!("DRIVE-RELATIVE path: {}", found.path.trim_start_matches('/')));
            self.trace(SOURCE, |_| format!("Drive: {}", found.drive.as_deref().unwrap_or("/")));
            self.trace(SOURCE, |_| format!("Provider: {provider}"));
        }
        self.trace(SOURCE, |_| format!("RESOLVED PATH: {}", found.path));
        self.trace(SOURCE, |_| {
            let is = if Wildcard::is_pattern(path) { "True" } else { "False" };
            format!("Path contains wildcard characters: {is}")
        });
    }

    fn expand_levels(
        &mut self,
        provider: &dyn command::Provider,
        found: &ProviderPath,
        out: &mut Vec<ProviderPath>,
    ) -> Result<()> {
        let separator = provider.separator();
        let mut has_pattern = false;
        let mut level: Vec<String> =
            vec![if found.path.starts_with(separator) { separator.to_string() } else { String::new() }];
        for part in found.path.split(separator).filter(|p| !p.is_empty()) {
            let mut next = Vec::new();
            for folder in &level {
                let join = |name: &str| {
                    if folder.is_empty() || folder.ends_with(separator) {
                        format!("{folder}{name}")
                    } else {
                        format!("{folder}{separator}{name}")
                    }
                };
                if !Wildcard::is_pattern(part) {
                    let path = join(&Wildcard::unescape(part));
                    if provider.stat(self, &path)?.is_some() {
                        next.push(path);
                    } else if !has_pattern {
                        return path_not_found(&path).throw();
                    }
                    continue;
                }
                has_pattern = true;
                let pattern = Wildcard::new(part);
                let mut names = provider.child_names(self, folder).unwrap_or_default();
                // Files come in the order of their provider: folders first.
                if provider.name() != "FileSystem" {
                    names.sort_by_key(|n| n.to_lowercase());
                }
                for name in names {
                    if pattern.matches(&name) {
                        next.push(join(&name));
                    }
                }
            }
            level = next;
        }
        out.extend(level.into_iter().map(|path| ProviderPath { path: Str::from(path), ..found.clone() }));
        Ok(())
    }

    /// A provider path as people write it.
    pub(crate) fn shown(&self, path: &ProviderPath) -> String {
        let has_levels =
            |name: &str| self.providers.iter().find(|p| p.name() == name).filter(|p| p.is_hierarchical()).cloned();
        match &path.drive {
            Some(drive) if path.provider.as_str() != "FileSystem" && has_levels(&path.provider).is_some() => {
                let separator = has_levels(&path.provider).map_or('/', |p| p.separator());
                format!("{drive}:{separator}{}", path.path)
            }
            Some(drive) if path.provider.as_str() != "FileSystem" => format!("{drive}:{}", path.path),
            _ => path.path.to_string(),
        }
    }

    pub(super) fn change_location(&mut self, path: &ProviderPath) {
        let old = self.location.clone();
        self.locations.insert(old.provider, old.path);
        self.location = path.clone();
        if path.provider.as_str() == "FileSystem" && path.drive.is_none() {
            self.location.drive = Some(Str::from("/"));
        }
    }

    /// `$env:X`, `$function:f`, `${C:\file}`.
    pub(crate) fn drive_variable(&mut self, drive: &str, name: &str) -> Result {
        match drive {
            "env" => return Ok(self.environment.get(name).map(|v| Value::from(v.as_str())).unwrap_or_default()),
            "function" => {
                let found = self.find_function(name);
                return Ok(found.map_or(Value::Null, |f| match &f.body {
                    command::CommandBody::Script(block) => block.clone(),
                    _ => Value::Null,
                }));
            }
            "alias" => return Ok(self.find_alias(name).map_or(Value::Null, |a| Value::Str(a.definition))),
            "variable" => return Ok(self.find_variable(self.current, Sym::intern(name), false).unwrap_or_default()),
            _ => {}
        }
        let path = match self.drive_path(drive, name) {
            Ok(path) => path,
            // Of a drive that is not there all variables are empty.
            Err(flow) if flow.record().is_some_and(|r| &*r.full_id() == "DriveNotFound") => return Ok(Value::Null),
            Err(flow) => return Err(flow),
        };
        let Some(provider) = Session::provider(self, &path.provider) else { return Ok(Value::Null) };
        Ok(match provider.content(self, &path.path)? {
            Some(items) => Value::from_output(items),
            None => Value::Null,
        })
    }

    /// Assignment to such a variable.
    pub(crate) fn set_drive_variable(&mut self, drive: &str, name: &str, value: Value) -> Result<()> {
        match drive {
            "env" => {
                if value.is_null() {
                    self.environment.remove(name);
                } else {
                    let text = self.text_of(&value);
                    self.environment.insert(name.to_string(), text);
                }
                return Ok(());
            }
            "function" => {
                if value.is_null() {
                    self.forget_function(name);
                    return Ok(());
                }
                let value = match value.base() {
                    Value::Str(text) => Session::parse_script(self, text, None)?,
                    _ => value,
                };
                let info = crate::commands::script_info(Str::from(name), command::CommandKind::Function, value, None);
                self.store_function("", name, std::sync::Arc::new(info));
                return Ok(());
            }
            "variable" => {
                let cell = self.global.cell_or_new(Sym::intern(name), name);
                if let Some(v) = Variable::of(&cell) {
                    v.put(value);
                }
                return Ok(());
            }
            "alias" => {
                let definition = Str::from(self.text_of(&value));
                let info = command::AliasInfo {
                    name: Str::from(name),
                    definition,
                    description: None,
                    options: command::VariableOptions::NONE,
                    module: None,
                };
                return Session::set_alias(self, info, command::Scope::Local, false);
            }
            _ => {}
        }
        let path = self.drive_path(drive, name)?;
        match Session::provider(self, &path.provider) {
            Some(provider) => provider.set_item(self, &path.path, &value),
            None => Ok(()),
        }
    }
}

fn file_system(path: String) -> ProviderPath {
    ProviderPath { provider: Str::from("FileSystem"), drive: Some(Str::from("/")), path: Str::from(path) }
}

fn join_flat(base: &str, path: &str) -> String {
    if base.is_empty() { path.to_string() } else { format!("{base}/{path}") }
}

/// A path of a provider with levels, without `.`, `..` and with the provider's own separator, which it does not begin with.
fn levels(provider: &dyn command::Provider, base: &str, path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in base.split(['/', '\\']).chain(path.split(['/', '\\'])) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join(&provider.separator().to_string())
}

/// An absolute path without `.` and `..`; backslashes are separators as PowerShell takes them.
pub(crate) fn absolute(base: &Path, path: &str) -> String {
    let path = path.replace('\\', "/");
    let full = if path.starts_with('/') { PathBuf::from(&path) } else { base.join(&path) };
    let mut parts: Vec<String> = Vec::new();
    for part in full.components() {
        match part {
            std::path::Component::Normal(p) => parts.push(p.to_string_lossy().into_owned()),
            std::path::Component::ParentDir => {
                parts.pop();
            }
            _ => {}
        }
    }
    let trailing = path.ends_with('/') && !parts.is_empty();
    let joined = format!("/{}", parts.join("/"));
    if trailing { joined + "/" } else { joined }
}

/// `$PWD`.
pub fn current_path(runspace: &mut Runspace) -> Value {
    let path = runspace.location.clone();
    let text = runspace.shown(&path);
    let provider = path.provider.clone();
    command::NativeObject::of_pairs(
        "System.Management.Automation.PathInfo",
        vec![
            ("Drive", Value::from(path.drive.clone())),
            ("Provider", Value::Str(provider)),
            ("ProviderPath", Value::Str(path.path.clone())),
            ("Path", Value::from(text)),
        ],
    )
    .with_text(|o| o.text_of("Path"))
    .into_value()
}

/// The error of an absent drive.
pub fn drive_not_found(name: &str) -> Exception {
    let ty = TypeRef::find("System.Management.Automation.DriveNotFoundException");
    Exception::new(
        ty.unwrap_or(TypeRef::RUNTIME_EXCEPTION),
        format!("Cannot find drive. A drive with the name '{name}' does not exist."),
    )
    .identity("DriveNotFound", ErrorCategory::ObjectNotFound, Value::from(name))
}

/// The error of an absent path.
pub fn path_not_found(path: &str) -> Exception {
    Exception::new(TypeRef::ITEM_NOT_FOUND_EXCEPTION, format!("Cannot find path '{path}' because it does not exist."))
        .identity("PathNotFound", ErrorCategory::ObjectNotFound, Value::from(path))
        .with("ItemName", Value::from(path))
        .with("SessionStateCategory", command::enum_value("System.Management.Automation.SessionStateCategory", "Drive"))
}

/// A failed file operation as an exception.
pub fn io_error(error: &std::io::Error, path: &str) -> Exception {
    command::file_exception(error, Path::new(path)).identity(
        "FileOpenFailure",
        ErrorCategory::OpenError,
        Value::from(path),
    )
}

/// The system's text of an error.
pub fn io_message(error: &std::io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_string()
}

/// Names that a native program's wildcard argument stands for.
pub fn glob_names(runspace: &mut Runspace, pattern: &str) -> Vec<String> {
    let base = runspace.base_directory();
    let pattern = pattern.strip_prefix("./").unwrap_or(pattern);
    let (folder, last) = match pattern.rsplit_once('/') {
        Some((folder, last)) => (format!("{folder}/"), last),
        None => (String::new(), pattern),
    };
    if Wildcard::is_pattern(&folder) {
        return Vec::new();
    }
    let wildcard = Wildcard::new(last);
    let Ok(entries) = std::fs::read_dir(base.join(&folder)) else { return Vec::new() };
    let mut names: Vec<String> = entries
        .flatten()
        .map(|e| e.file_name().to_string_lossy().into_owned())
        .filter(|n| (last.starts_with('.') || !n.starts_with('.')) && wildcard.matches(n))
        .map(|n| format!("{folder}{n}"))
        .collect();
    names.sort();
    names
}
