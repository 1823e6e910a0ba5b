//! Get-ChildItem.

use std::path::Path;

use command::{
    Bound, Cmdlet, Command, CommandLine, Context, ErrorCategory, Exception, ItemKind, Parameter, ProviderPath, Result,
    Session, Str, TypeRef, Value, Wildcard, file_exception,
};
use values::operators;

use crate::item::file_object::file_object;
use crate::item::get_item::write_item;
use crate::item::targets::{NameFilter, given, leaf, provider_parameters, resolved, tolerate};
use crate::provider::notes::Notes;

pub static COMMAND: Command = Command { name: "Get-ChildItem", create: || Box::new(GetChildItem) };

struct GetChildItem;

/// What of a folder is listed.
struct Listing<'a> {
    bound: &'a Bound,
    filter: NameFilter,
    is_forced: bool,
    only_files: bool,
    only_folders: bool,
    only_hidden: bool,
    only_read_only: bool,
    attributes: Option<Str>,
    names_only: bool,
    follows_links: bool,
    /// Levels below the first that are entered; none for all.
    depth: Option<u32>,
    is_recursive: bool,
}

impl Cmdlet for GetChildItem {
    fn dynamic_parameters(&self, session: &mut dyn Session, line: &CommandLine) -> Result<Vec<Parameter>> {
        Ok(provider_parameters(session, line.bound, COMMAND.name))
    }

    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let (mut paths, is_literal) = given(bound);
        if paths.is_empty() {
            paths.push(Str::from("."));
        }
        let has_depth = bound.has("Depth");
        let listing = Listing {
            bound,
            filter: NameFilter::new(bound),
            is_forced: bound.switch("Force"),
            only_files: bound.switch("File"),
            only_folders: bound.switch("Directory"),
            only_hidden: bound.switch("Hidden"),
            only_read_only: bound.switch("ReadOnly"),
            attributes: bound.enum_name("Attributes").filter(|a| !a.is_empty()),
            names_only: bound.switch("Name"),
            follows_links: bound.switch("FollowSymlink"),
            depth: bound.int("Depth").map(|n| n.max(0) as u32),
            is_recursive: bound.switch("Recurse") || has_depth,
        };
        if bound.switch("System") {
            return Ok(());
        }
        for path in paths {
            self.list_path(session, &path, is_literal, &listing)?;
        }
        Ok(())
    }
}

/// The error of a path that does not exist; it names the path as the provider knows it.
fn missing(session: &mut dyn Session, path: &str, is_literal: bool) -> Result<Option<Exception>> {
    let Ok(found) = session.provider_path(path) else { return Ok(None) };
    let Some(provider) = session.provider(&found.provider) else { return Ok(None) };
    let inner = if is_literal { found.path.to_string() } else { Wildcard::unescape(&found.path) };
    if provider.stat(session, &inner)?.is_some() {
        return Ok(None);
    }
    let text = format!("Cannot find path '{inner}' because it does not exist.");
    Ok(Some(Exception::new(TypeRef::ITEM_NOT_FOUND_EXCEPTION, text).identity(
        "PathNotFound",
        ErrorCategory::ObjectNotFound,
        Value::from(inner),
    )))
}

impl GetChildItem {
    fn list_path(&self, session: &mut dyn Session, path: &str, is_literal: bool, listing: &Listing<'_>) -> Result<()> {
        let last = leaf(path);
        // A pattern at the end of a recursive search holds on every level.
        if listing.is_recursive && !is_literal && Wildcard::is_pattern(last) && listing.filter.include.is_empty() {
            let above = path[..path.len() - last.len()].trim_end_matches(['/', '\\']);
            let above = match (above, path.starts_with('/')) {
                ("", true) => "/",
                ("", false) => ".",
                (other, _) => other,
            };
            let deeper =
                Listing { filter: listing.filter.including(last), attributes: listing.attributes.clone(), ..*listing };
            for found in resolved(session, above, false, listing.is_forced)? {
                self.list(session, &found, &deeper, true)?;
            }
            return Ok(());
        }
        let has_pattern = !is_literal && Wildcard::is_pattern(path);
        if !has_pattern && let Some(missing) = missing(session, path, is_literal)? {
            return tolerate(session, missing.throw::<()>()).map(|_| ());
        }
        for found in resolved(session, path, is_literal, listing.is_forced || listing.only_hidden)? {
            if has_pattern
                && Wildcard::is_pattern(last)
                && !listing.filter.allows(leaf(&found.path))
                && !listing.is_recursive
            {
                continue;
            }
            let includes_itself =
                listing.filter.include.is_empty() || listing.is_recursive || has_pattern || listing.names_only;
            if !includes_itself && !listing.filter.allows(leaf(&found.path)) {
                continue;
            }
            // With -Exclude alone, folders that a pattern found are entered.
            let enters = listing.filter.has_exclude() && listing.filter.include.is_empty();
            self.list(session, &found, listing, enters || !(has_pattern && Wildcard::is_pattern(last)))?;
        }
        Ok(())
    }

    /// Lists a container's children, or the item itself. A container that a pattern found is shown itself with -Include.
    fn list(
        &self,
        session: &mut dyn Session,
        path: &ProviderPath,
        listing: &Listing<'_>,
        is_named: bool,
    ) -> Result<()> {
        let Some(provider) = session.provider(&path.provider) else { return Ok(()) };
        let notes = Notes::new(session, &path.provider, path.drive.as_ref());
        let done = provider.stat(session, &path.path);
        let Some(stat) = tolerate(session, done)?.flatten() else { return Ok(()) };
        let is_container = stat.kind == ItemKind::Container;
        if path.provider.as_str() == "FileSystem" {
            // What a pattern found is shown itself, not what is in it.
            let shows_itself = !is_container || (!is_named && !listing.is_recursive);
            if shows_itself {
                return self.emit(session, &path.path, leaf(&path.path), is_container, listing, &notes);
            }
            return self.folder(session, &path.path, "", listing, &notes, 0);
        }
        if !is_container {
            return if listing.names_only {
                session.write(Value::from(leaf(&path.path)))
            } else {
                write_item(session, path, Some(&notes))
            };
        }
        let mut names = provider.child_names(session, &path.path)?;
        names.sort_by_key(|n| n.to_lowercase());
        for name in names {
            let inner = if path.path.is_empty() || !provider.is_hierarchical() {
                name.clone()
            } else {
                Str::from(format!("{}{}{name}", path.path.trim_end_matches(provider.separator()), provider.separator()))
            };
            let child = ProviderPath { path: inner, ..path.clone() };
            let is_wanted = listing.filter.allows(&name) && provider.is_listed(session, &child.path, listing.bound)?;
            if is_wanted && listing.names_only {
                session.write(Value::Str(name))?;
            } else if is_wanted {
                let done = write_item(session, &child, Some(&notes));
                tolerate(session, done)?;
            }
            if listing.is_recursive && provider.is_hierarchical() {
                let is_folder = provider.stat(session, &child.path)?.is_some_and(|s| s.kind == ItemKind::Container);
                if is_folder {
                    self.list(session, &child, listing, true)?;
                }
            }
        }
        Ok(())
    }

    fn folder(
        &self,
        session: &mut dyn Session,
        path: &str,
        above: &str,
        listing: &Listing<'_>,
        notes: &Notes,
        level: u32,
    ) -> Result<()> {
        let read = match std::fs::read_dir(path) {
            Ok(read) => read,
            Err(e) => {
                let id = if e.kind() == std::io::ErrorKind::PermissionDenied {
                    "DirUnauthorizedAccessError"
                } else {
                    "DirIOError"
                };
                let category =
                    if id.starts_with("DirU") { ErrorCategory::PermissionDenied } else { ErrorCategory::ReadError };
                let thrown = file_exception(&e, Path::new(path)).identity(id, category, Value::from(path)).throw();
                return tolerate(session, thrown).map(|_: Option<()>| ());
            }
        };
        let (mut folders, mut files) = (Vec::new(), Vec::new());
        for entry in read.flatten() {
            let Ok(kind) = entry.file_type() else { continue };
            let is_link = kind.is_symlink();
            let is_folder = kind.is_dir() || (is_link && entry.path().is_dir());
            let name = Str::from(entry.file_name().to_string_lossy().into_owned());
            if is_folder { folders.push((name, is_link)) } else { files.push((name, is_link)) }
        }
        sort_names(session, &mut folders);
        sort_names(session, &mut files);
        let prefix = if path == "/" { String::new() } else { path.trim_end_matches('/').to_string() };
        for (list, is_folder) in [(&folders, true), (&files, false)] {
            for (name, _) in list {
                if session.is_stopping() {
                    return Err(Box::new(values::Flow::Stopped));
                }
                if !listing.filter.allows(name) || !listing.allows_kind(name, is_folder, &prefix) {
                    continue;
                }
                let shown = format!("{above}{name}");
                self.emit(session, &format!("{prefix}/{name}"), &shown, is_folder, listing, notes)?;
            }
            // A search for names goes down before it shows the files of a folder.
            if is_folder && !listing.filter.include.is_empty() {
                self.below(session, &folders, &prefix, above, listing, notes, level)?;
            }
        }
        if !listing.filter.include.is_empty() {
            return Ok(());
        }
        self.below(session, &folders, &prefix, above, listing, notes, level)
    }

    /// Lists what lies in folders, where that is asked for.
    fn below(
        &self,
        session: &mut dyn Session,
        folders: &[(Str, bool)],
        prefix: &str,
        above: &str,
        listing: &Listing<'_>,
        notes: &Notes,
        level: u32,
    ) -> Result<()> {
        if !listing.is_recursive || listing.depth.is_some_and(|d| level >= d) {
            return Ok(());
        }
        for (name, is_link) in folders {
            if (*is_link && !listing.follows_links) || (name.starts_with('.') && !listing.is_forced) {
                continue;
            }
            if listing.filter.excludes(name) && listing.filter.include.is_empty() {
                continue;
            }
            self.folder(session, &format!("{prefix}/{name}"), &format!("{above}{name}/"), listing, notes, level + 1)?;
        }
        Ok(())
    }

    fn emit(
        &self,
        session: &mut dyn Session,
        path: &str,
        shown: &str,
        is_folder: bool,
        listing: &Listing<'_>,
        notes: &Notes,
    ) -> Result<()> {
        if listing.names_only {
            return session.write(Value::from(shown));
        }
        let item = file_object(session, path, is_folder)?;
        session.write(notes.add(item, path, is_folder))
    }
}

impl Listing<'_> {
    fn allows_kind(&self, name: &str, is_folder: bool, folder: &str) -> bool {
        let is_hidden = name.starts_with('.');
        if self.only_hidden && !is_hidden {
            return false;
        }
        if is_hidden
            && !self.is_forced
            && !self.only_hidden
            && !self.attributes.as_ref().is_some_and(|a| a.to_lowercase().contains("hidden"))
        {
            return false;
        }
        if (self.only_files && is_folder && !self.only_folders) || (self.only_folders && !is_folder && !self.only_files)
        {
            return false;
        }
        if !self.only_read_only && self.attributes.is_none() {
            return true;
        }
        let facts = std::fs::symlink_metadata(format!("{folder}/{name}"));
        let is_read_only = facts.as_ref().is_ok_and(|f| f.permissions().readonly());
        let is_link = facts.as_ref().is_ok_and(|f| f.file_type().is_symlink());
        if self.only_read_only && !is_read_only {
            return false;
        }
        self.attributes.as_ref().is_none_or(|text| fits_attributes(text, is_folder, is_hidden, is_read_only, is_link))
    }
}

/// `Directory,!Hidden+ReadOnly`: a comma is "or", a plus "and", an exclamation mark "not".
fn fits_attributes(text: &str, is_folder: bool, is_hidden: bool, is_read_only: bool, is_link: bool) -> bool {
    let is = |name: &str| match name.trim().to_ascii_lowercase().as_str() {
        "directory" | "d" => is_folder,
        "hidden" | "h" => is_hidden,
        "readonly" | "r" => is_read_only,
        "reparsepoint" | "l" => is_link,
        "normal" => !is_folder && !is_hidden && !is_read_only && !is_link,
        _ => false,
    };
    text.split(',').any(|any| {
        any.split('+').all(|one| match one.trim().strip_prefix('!') {
            Some(rest) => !is(rest),
            None => is(one),
        })
    })
}

fn sort_names(session: &mut dyn Session, names: &mut [(Str, bool)]) {
    let context: &mut dyn Context = session;
    names.sort_by(|(a, _), (b, _)| {
        let (x, y) = (Value::Str(a.clone()), Value::Str(b.clone()));
        operators::compare(context, &x, &y, false).unwrap_or_else(|_| a.to_lowercase().cmp(&b.to_lowercase()))
    });
}
