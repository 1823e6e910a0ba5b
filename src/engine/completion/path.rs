//! Names of files and of the items of other providers.

use std::cmp::Ordering;

use command::{ItemKind, Session, Wildcard};
use values::compare::{CompareOptions, collation};

use super::context::Cx;
use super::{Item, Kind, quote};

/// What is wanted of paths.
pub struct Wanted {
    containers_only: bool,
    /// Folders and files that end so.
    extensions: Option<Vec<&'static str>>,
}

impl Wanted {
    /// All items.
    pub const ALL: Wanted = Wanted { containers_only: false, extensions: None };
    /// Folders.
    pub const CONTAINERS: Wanted = Wanted { containers_only: true, extensions: None };

    /// Folders, and files that end so.
    pub fn extensions(list: &[&'static str]) -> Wanted {
        Wanted { containers_only: false, extensions: Some(list.to_vec()) }
    }
}

/// The order of names in lists.
pub fn order(a: &str, b: &str) -> Ordering {
    let culture = values::culture::Culture::invariant();
    collation::compare(a, b, culture, CompareOptions::IGNORE_CASE).then_with(|| a.cmp(b))
}

/// The items whose path begins with the word.
pub fn complete(cx: &mut Cx<'_>, wanted: &Wanted) -> Vec<Item> {
    let mut word = cx.word.clone();
    let mark = quote::take(&mut word);
    if mark.is_empty() && word.contains('`') {
        word = Wildcard::unescape(&word);
    }
    let word = word.replace('\\', "/");
    match drive_of(cx, &word) {
        Some((drive, rest)) => in_drive(cx, &drive, &rest, mark, wanted),
        None => in_files(cx, &word, mark, wanted),
    }
}

/// The drive that a path names, and the rest.
fn drive_of(cx: &mut Cx<'_>, word: &str) -> Option<(command::Drive, String)> {
    let (name, rest) = word.split_once(':')?;
    if name.is_empty() || name.contains('/') {
        return None;
    }
    let drive = Session::drives(cx.runspace).into_iter().find(|d| d.name.eq_ignore_ascii_case(name))?;
    Some((drive, rest.to_string()))
}

fn in_drive(cx: &mut Cx<'_>, drive: &command::Drive, rest: &str, mark: &str, wanted: &Wanted) -> Vec<Item> {
    let rest = rest.trim_start_matches('/');
    if drive.provider.eq_ignore_ascii_case("FileSystem") {
        let full = format!("{}/{rest}", drive.root.trim_end_matches('/'));
        let mut items = in_files(cx, &full, mark, wanted);
        let root = drive.root.trim_end_matches('/').to_string();
        for item in &mut items {
            item.text = item.text.replacen(&root, &format!("{}:", drive.name), 1);
        }
        return items;
    }
    let Some(provider) = Session::provider(cx.runspace, &drive.provider) else { return Vec::new() };
    let (folder, leaf) = match rest.rsplit_once('/') {
        Some((folder, leaf)) if provider.is_hierarchical() => (folder.to_string(), leaf.to_string()),
        _ => (String::new(), rest.to_string()),
    };
    let root = match folder.as_str() {
        "" => drive.root.to_string(),
        folder => format!("{}{folder}", drive.root),
    };
    let pattern = Wildcard::new(&format!("{leaf}*"));
    let mut names = provider.child_names(cx.runspace, &root).unwrap_or_default();
    if drive.provider.eq_ignore_ascii_case("Variable") {
        for name in super::variable::AUTOMATIC {
            if !names.iter().any(|n| n.eq_ignore_ascii_case(name)) {
                names.push(values::Str::from(*name));
            }
        }
    }
    names.retain(|name| pattern.matches(name));
    names.sort_by(|a, b| order(a, b));
    let mut items = Vec::new();
    for name in names {
        let inner = if root.is_empty() { name.to_string() } else { format!("{root}/{name}") };
        let is_container = provider.is_hierarchical()
            && provider.stat(cx.runspace, &inner).ok().flatten().is_some_and(|s| s.kind == ItemKind::Container);
        if wanted.containers_only && !is_container {
            continue;
        }
        let between = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let path = format!("{}:/{between}{name}", drive.name);
        let kind = if is_container { Kind::ProviderContainer } else { Kind::ProviderItem };
        let text = shown(cx, &path, mark);
        items.push(Item::new(text, name.to_string(), kind, path));
    }
    items
}

fn in_files(cx: &mut Cx<'_>, word: &str, mark: &str, wanted: &Wanted) -> Vec<Item> {
    let (folder, leaf) = match word.rsplit_once('/') {
        Some((folder, leaf)) => (Some(folder.to_string()), leaf.to_string()),
        None if word == "~" => (Some("~".to_string()), String::new()),
        None => (None, word.to_string()),
    };
    let current = values::Context::working_directory(cx.runspace);
    let home = cx.runspace.environment.get("HOME").cloned().unwrap_or_default();
    let place = match folder.as_deref() {
        None => current.clone(),
        Some("") => std::path::PathBuf::from("/"),
        Some("~") => std::path::PathBuf::from(&home),
        Some(folder) => match folder.strip_prefix("~/") {
            Some(inner) => std::path::Path::new(&home).join(Wildcard::unescape(inner)),
            None => current.join(Wildcard::unescape(folder)),
        },
    };
    if !is_files(cx) && folder.is_none() {
        return in_location(cx, &leaf, mark, wanted);
    }
    let Ok(entries) = std::fs::read_dir(&place) else { return Vec::new() };
    let pattern = if cx.literal_paths || leaf.contains('[') {
        // A bracket is more likely part of a name than a set of characters.
        let plain = Wildcard::escape(&leaf).replace("`*", "*").replace("`?", "?");
        Wildcard::new(&format!("{plain}*"))
    } else {
        Wildcard::new(&format!("{leaf}*"))
    };
    let mut found: Vec<(String, bool)> = entries
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            let is_folder = entry.path().is_dir();
            let fits = pattern.matches(&name) && fits(wanted, &name, is_folder);
            fits.then_some((name, is_folder))
        })
        .collect();
    found.sort_by(|a, b| order(&a.0, &b.0));
    let base = match folder.as_deref() {
        None => "./".to_string(),
        Some("") => "/".to_string(),
        Some(folder) if folder.starts_with(['/', '.', '~']) => format!("{folder}/"),
        Some(folder) => format!("./{folder}/"),
    };
    let mut items = Vec::new();
    for (name, is_folder) in found {
        let kind = if is_folder { Kind::ProviderContainer } else { Kind::ProviderItem };
        let text = shown(cx, &format!("{base}{name}"), mark);
        let full = place.join(&name).display().to_string();
        items.push(Item::new(text, name, kind, tidy(&full)));
    }
    items
}

/// A path without `.` levels.
fn tidy(path: &str) -> String {
    let parts: Vec<&str> = path.split('/').filter(|p| *p != "." && !p.is_empty()).collect();
    format!("/{}", parts.join("/"))
}

fn is_files(cx: &Cx<'_>) -> bool {
    cx.runspace.location.provider.eq_ignore_ascii_case("FileSystem")
}

/// Items of the current location where that is no folder.
fn in_location(cx: &mut Cx<'_>, leaf: &str, mark: &str, wanted: &Wanted) -> Vec<Item> {
    let location = cx.runspace.location.clone();
    let Some(provider) = Session::provider(cx.runspace, &location.provider) else { return Vec::new() };
    let pattern = Wildcard::new(&format!("{leaf}*"));
    let mut names = provider.child_names(cx.runspace, &location.path).unwrap_or_default();
    names.retain(|name| pattern.matches(name));
    names.sort_by(|a, b| order(a, b));
    let _ = wanted;
    names
        .into_iter()
        .map(|name| {
            let text = shown(cx, &format!("./{name}"), mark);
            Item::new(text, name.to_string(), Kind::ProviderItem, name.to_string())
        })
        .collect()
}

fn fits(wanted: &Wanted, name: &str, is_folder: bool) -> bool {
    if is_folder {
        return true;
    }
    if wanted.containers_only {
        return false;
    }
    wanted.extensions.as_ref().is_none_or(|list| {
        let folded = name.to_ascii_lowercase();
        list.iter().any(|end| folded.ends_with(end))
    })
}

/// A path as it stands in the line: brackets escaped, quoted where it has to be.
fn shown(cx: &Cx<'_>, path: &str, mark: &str) -> String {
    let escaped = !cx.literal_paths;
    if !mark.is_empty() || quote::is_needed(path, escaped) {
        let mark = if mark.is_empty() { "'" } else { mark };
        let mut text = path.to_string();
        if escaped {
            let is_double = mark == "\"";
            let tick = if is_double { "``" } else { "`" };
            text = text
                .replace('`', &format!("{tick}`"))
                .replace('[', &format!("{tick}["))
                .replace(']', &format!("{tick}]"));
        }
        if mark == "'" {
            text = quote::escape_single(&text);
        } else {
            text = text.replace('$', "`$");
        }
        return format!("{mark}{text}{mark}");
    }
    path.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_order() {
        let mut names = vec!["zdir1", "z$d.txt", "z[1].txt", "z'q.txt", "z file.txt", "z dir", ".hidden"];
        names.sort_by(|a, b| order(a, b));
        assert_eq!(names, [".hidden", "z dir", "z file.txt", "z'q.txt", "z[1].txt", "z$d.txt", "zdir1"]);
    }

    #[test]
    fn tidy_paths() {
        assert_eq!(tidy("/a/./b//c"), "/a/b/c");
    }
}
