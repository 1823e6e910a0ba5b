//! Where modules lie: paths, `PSModulePath`, version folders.

use std::path::{Path, PathBuf};

use command::Session;
use values::convert;

use super::manifest::{self, Wanted};
use crate::runspace::Runspace;

/// A module that could be imported.
pub struct Available {
    pub name: String,
    pub file: PathBuf,
}

/// What looking for a module came to.
pub enum Found {
    File(PathBuf),
    /// A file that is no module.
    WrongExtension(PathBuf),
    Nothing,
}

/// The file of a module folder, without version folders.
fn own_file(folder: &Path, name: &str) -> Option<PathBuf> {
    ["psd1", "psm1", "cdxml", "dll"].iter().map(|x| folder.join(format!("{name}.{x}"))).find(|f| f.is_file())
}

/// The files of a module folder, version folders first and the highest of them first.
pub fn module_files(folder: &Path, name: &str) -> Vec<PathBuf> {
    let mut versions: Vec<PathBuf> = std::fs::read_dir(folder)
        .map(|entries| entries.flatten().map(|e| e.path()).filter(|p| p.is_dir()).collect())
        .unwrap_or_default();
    versions.retain(|p| p.file_name().is_some_and(|n| n.to_string_lossy().starts_with(|c: char| c.is_ascii_digit())));
    let numbers =
        |p: &Path| manifest::numbers(&p.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default());
    versions.sort_by(|a, b| manifest::compare(&numbers(b), &numbers(a)));
    let mut found: Vec<PathBuf> = versions.iter().filter_map(|v| own_file(v, name)).collect();
    found.extend(own_file(folder, name));
    found
}

/// The version that a manifest's text names, read without running anything.
fn version_of(runspace: &mut Runspace, file: &Path) -> String {
    if !file.extension().is_some_and(|e| e.eq_ignore_ascii_case("psd1")) {
        return "0.0".to_string();
    }
    match runspace.read_manifest(file) {
        Ok(table) => convert::to_display(&manifest::entry(&table, "ModuleVersion")),
        Err(_) => "0.0".to_string(),
    }
}

impl Runspace {
    /// Folders of `PSModulePath`.
    fn module_folders(&self) -> Vec<PathBuf> {
        let path = self.environment.get("PSModulePath").cloned().unwrap_or_default();
        path.split(':').filter(|p| !p.is_empty()).map(PathBuf::from).collect()
    }

    /// Modules that could be imported, folder by folder.
    pub(crate) fn available_modules(&self) -> Vec<Available> {
        let mut found = Vec::new();
        for folder in self.module_folders() {
            let Ok(entries) = std::fs::read_dir(&folder) else { continue };
            let mut names: Vec<PathBuf> = entries.flatten().map(|e| e.path()).filter(|p| p.is_dir()).collect();
            names.sort();
            for path in names {
                let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
                let files = module_files(&path, &name);
                found.extend(files.into_iter().map(|file| Available { name: name.clone(), file }));
            }
        }
        found
    }

    /// The file of a module's name or path.
    pub(crate) fn find_module(&mut self, wanted: &Wanted) -> Found {
        let name = wanted.name.as_str();
        let is_path = name.contains(['/', '\\'])
            || name.starts_with('.')
            || ["psm1", "psd1", "ps1", "dll", "cdxml"]
                .iter()
                .any(|x| Path::new(name).extension().is_some_and(|e| e.eq_ignore_ascii_case(x)));
        if is_path {
            return self.module_at(name);
        }
        let has_version = wanted.version().is_some();
        for folder in self.module_folders() {
            for file in module_files(&folder.join(name), name) {
                if !has_version || wanted.fits(&version_of(self, &file)) {
                    return Found::File(file);
                }
            }
        }
        Found::Nothing
    }

    fn module_at(&mut self, name: &str) -> Found {
        let Ok(path) = Session::file_path(self, name) else { return Found::Nothing };
        if path.is_file() {
            let is_module = path
                .extension()
                .is_some_and(|e| ["psm1", "psd1", "ps1", "dll", "cdxml"].iter().any(|x| e.eq_ignore_ascii_case(x)));
            return if is_module { Found::File(path) } else { Found::WrongExtension(path) };
        }
        for extension in ["psd1", "psm1", "ps1"] {
            let with = PathBuf::from(format!("{}.{extension}", path.display()));
            if with.is_file() {
                return Found::File(with);
            }
        }
        let last = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        module_files(&path, &last).into_iter().next().map_or(Found::Nothing, Found::File)
    }
}
