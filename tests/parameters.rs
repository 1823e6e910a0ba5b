//! No parameter is taken and ignored: each parameter of a built-in command is named by the command's code (or code that it
//! uses), or stands in the engine's list of limits with its reason.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

const FOLDERS: &[&str] =
    &["cmdlets/core", "cmdlets/management", "cmdlets/security", "cmdlets/utility", "src/engine", "src/format"];

struct Sources {
    files: BTreeMap<PathBuf, String>,
}

impl Sources {
    fn read() -> Sources {
        Sources::of(FOLDERS)
    }

    fn of(folders: &[&str]) -> Sources {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut files = BTreeMap::new();
        let mut folders: Vec<PathBuf> = folders.iter().map(|f| root.join(f)).collect();
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).expect("a folder of sources").flatten() {
                let path = entry.path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|e| e == "rs") {
                    let text = fs::read_to_string(&path).expect("a source");
                    let code = text.split("#[cfg(test)]").next().unwrap_or_default().to_string();
                    files.insert(path.strip_prefix(root).expect("a path inside").to_path_buf(), code);
                }
            }
        }
        Sources { files }
    }

    /// The file of a path such as `crate::item::targets::leaf`, seen from a file; a folder with `mod.rs` counts whole.
    fn resolve(&self, from: &Path, reference: &str) -> Vec<PathBuf> {
        let mut parts: Vec<&str> = reference.split("::").collect();
        let mut base: PathBuf = if parts[0] == "crate" {
            from.iter().take(2).collect()
        } else {
            from.parent().unwrap_or(from).to_path_buf()
        };
        parts.remove(0);
        while parts.first() == Some(&"super") {
            base.pop();
            parts.remove(0);
        }
        for count in (1..=parts.len()).rev() {
            let path = parts[..count].iter().fold(base.clone(), |p, part| p.join(part));
            let file = path.with_extension("rs");
            if self.files.contains_key(&file) {
                return vec![file];
            }
            if self.files.contains_key(&path.join("mod.rs")) {
                return self.files.keys().filter(|f| f.parent() == Some(&path)).cloned().collect();
            }
        }
        Vec::new()
    }

    /// What a file names of its crate.
    fn references(&self, path: &Path) -> BTreeSet<PathBuf> {
        let mut found = BTreeSet::new();
        let text = &self.files[path];
        for start in ["crate::", "super::"] {
            for (at, _) in text.match_indices(start) {
                let rest = &text[at..];
                let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':')).unwrap_or(rest.len());
                let head = rest[..end].trim_end_matches(':');
                found.extend(self.resolve(path, head));
                if let Some(inner) = rest[end..].strip_prefix('{').and_then(|r| r.split_once('}')) {
                    for item in inner.0.split(',') {
                        let name = item.split_whitespace().next().unwrap_or_default();
                        found.extend(self.resolve(path, &format!("{head}::{name}")));
                    }
                }
            }
        }
        found
    }

    /// The words in quotes in a file and in what it uses, two steps far.
    fn words(&self, path: &Path) -> BTreeSet<String> {
        let mut seen: BTreeSet<PathBuf> = [path.to_path_buf()].into();
        let mut edge: Vec<PathBuf> = seen.iter().cloned().collect();
        for _ in 0..2 {
            let next: BTreeSet<PathBuf> = edge.iter().flat_map(|p| self.references(p)).collect();
            edge = next.into_iter().filter(|p| seen.insert(p.clone())).collect();
        }
        let mut words = BTreeSet::new();
        for file in &seen {
            // Names of parameters are read whatever their case.
            words.extend(self.files[file].split('"').map(str::to_ascii_lowercase));
        }
        words
    }
}

#[test]
fn every_parameter_is_read_or_refused() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sources = Sources::read();
    let mut code: BTreeMap<String, &PathBuf> = BTreeMap::new();
    for (path, text) in &sources.files {
        for (at, _) in text.match_indices("name: \"") {
            let before = text[..at].trim_end();
            if before.ends_with("Command {") {
                let name = text[at + 7..].split('"').next().unwrap_or_default();
                code.insert(name.to_string(), path);
            }
        }
    }
    let limits = fs::read_to_string(root.join("src/engine/bind/limits.tsv")).expect("the list of limits");
    let limited: BTreeSet<(&str, &str)> = limits
        .lines()
        .filter_map(|line| {
            let mut parts = line.split('\t');
            Some((parts.next()?, parts.next()?))
        })
        .collect();
    let mut ignored = Vec::new();
    let mut count = 0;
    for folder in FOLDERS.iter().filter(|f| f.starts_with("cmdlets")) {
        for entry in fs::read_dir(root.join(folder)).expect("a crate").flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if !(name.starts_with("commands") && name.ends_with(".json")) {
                continue;
            }
            let text = fs::read_to_string(entry.path()).expect("a catalogue");
            let rows: serde_json::Value = serde_json::from_str(&text).expect("JSON");
            for row in rows.as_array().into_iter().flatten() {
                let command = row["name"].as_str().unwrap_or_default();
                let Some(path) = code.get(command) else { continue };
                let words = sources.words(path);
                for parameter in row["params"].as_array().into_iter().flatten() {
                    let parameter = parameter["n"].as_str().unwrap_or_default();
                    count += 1;
                    if !words.contains(&parameter.to_ascii_lowercase()) && !limited.contains(&(command, parameter)) {
                        ignored.push(format!("{command} -{parameter}"));
                    }
                }
            }
        }
    }
    assert!(count > 800, "only {count} parameters were looked at");
    assert!(ignored.is_empty(), "taken and ignored: {}", ignored.join(", "));
}

/// Crates whose commands belong to nouns.
const NOUN_FOLDERS: &[&str] =
    &["cmdlets/exchange", "cmdlets/skype", "cmdlets/online", "cmdlets/server", "src/directory"];

/// Functions of `directory` that read parameters for the code that calls them, with their file.
const READERS: &[(&str, &str)] = &[
    ("verb::show", "src/directory/change.rs"),
    ("verb::mark", "src/directory/change.rs"),
    ("verb::move_to", "src/directory/change.rs"),
    ("directory::sign_", "src/directory/sign_in.rs"),
];

/// The text between a mark and the bracket that closes the list behind it.
fn list_behind<'a>(text: &'a str, mark: &str) -> Option<&'a str> {
    let rest = &text[text.find(mark)? + mark.len()..];
    rest.split(']').next()
}

fn quoted(text: &str) -> Vec<&str> {
    text.split('"').skip(1).step_by(2).collect()
}

/// A noun's code takes what its list of heeded parameters says: each name is read by the code or by what it calls.
#[test]
fn every_heeded_parameter_is_read() {
    let mut sources = Sources::of(NOUN_FOLDERS);
    let mut heeded: Vec<(PathBuf, Vec<String>)> = Vec::new();
    let texts = sources.files.clone();
    for (path, text) in &texts {
        let Some(at) = text.find("heeds:").filter(|_| path.starts_with("cmdlets")) else { continue };
        let rest = text[at + 6..].trim_start();
        let list = match rest.strip_prefix("&[") {
            Some(inside) => inside.split(']').next().unwrap_or_default().to_owned(),
            None => {
                let name =
                    rest.split([',', ' ', '}']).next().unwrap_or_default().rsplit("::").next().unwrap_or_default();
                let mark = format!("const {name}: &[&str] = &[");
                let of =
                    std::iter::once(path.clone()).chain(sources.references(path)).find(|p| texts[p].contains(&mark));
                of.and_then(|p| list_behind(&texts[&p], &mark).map(str::to_owned)).unwrap_or_default()
            }
        };
        // A switch for each role is read by walking over all that was given.
        if !text.contains(".bound\n        .iter()") {
            heeded.push((path.clone(), quoted(&list).into_iter().map(str::to_owned).collect()));
        }
    }
    for text in sources.files.values_mut() {
        // The lists themselves read nothing.
        for mark in ["heeds: &[", "PARAMETERS: &[&str] = &["] {
            while let Some(list) = list_behind(text, mark).map(str::to_owned) {
                *text = text.replacen(&format!("{mark}{list}"), "", 1);
            }
        }
    }
    let (mut ignored, mut count) = (Vec::new(), 0);
    for (path, names) in &heeded {
        let mut words = sources.words(path);
        for (call, file) in READERS {
            if texts[path].contains(call) {
                words.extend(sources.words(Path::new(file)));
            }
        }
        // With `*` the generic verbs read what names an object, and the generic Get takes the rest for conditions.
        let has_star = names.iter().any(|n| n == "*");
        let is_filtered = has_star && !texts[path].contains("(\"Get\"") && !texts[path].contains("verbs:");
        let is_generic = |name: &str| has_star && (is_filtered || ["*", "Identity"].contains(&name));
        for name in names.iter().filter(|name| !is_generic(name)) {
            count += 1;
            if !words.contains(&name.to_ascii_lowercase()) {
                ignored.push(format!("{} -{name}", path.display()));
            }
        }
    }
    assert!(count > 800, "only {count} parameters were looked at");
    assert!(ignored.is_empty(), "taken and ignored: {}", ignored.join("\n"));
}
