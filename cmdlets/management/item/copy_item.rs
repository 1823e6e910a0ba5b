//! Copy-Item.

use command::{
    Bound, Cmdlet, Command, CommandLine, ErrorCategory, Exception, Parameter, ProviderPath, Result, Session, Str,
    TypeRef, Value,
};

use crate::item::get_item::write_item;
use crate::item::targets::{NameFilter, given, leaf, provider_parameters, resolved, tolerate};

pub static COMMAND: Command = Command { name: "Copy-Item", create: || Box::new(CopyItem) };

struct CopyItem;

impl Cmdlet for CopyItem {
    fn dynamic_parameters(&self, session: &mut dyn Session, line: &CommandLine) -> Result<Vec<Parameter>> {
        Ok(provider_parameters(session, line.bound, COMMAND.name))
    }

    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        if bound.has("ToSession") || bound.has("FromSession") {
            return super::copy_session::copy(session, bound);
        }
        let (paths, is_literal) = given(bound);
        let filter = NameFilter::new(bound);
        let to = bound.str("Destination").filter(|d| !d.is_empty()).unwrap_or_else(|| Str::from("."));
        let (recurse, force) = (bound.switch("Recurse"), bound.switch("Force"));
        for path in paths {
            for source in resolved(session, &path, is_literal, force)? {
                if !filter.allows(leaf(&source.path)) {
                    continue;
                }
                let target = session.provider_path(&to)?;
                if !target.provider.eq_ignore_ascii_case(&source.provider) {
                    return not_same(
                        "Source and destination path did not resolve to the same provider.",
                        "CopyItemSourceAndDestinationNotSameProvider",
                        &path,
                    );
                }
                let Some(provider) = session.provider(&source.provider) else { continue };
                let is_files = source.provider.as_str() == "FileSystem";
                if !is_files {
                    let text = format!("Item: {} Destination: {}", source.path, target.path);
                    if !session.should_process(&text, "Copy Item")? {
                        continue;
                    }
                }
                let is_flat = is_files && bound.has("Container") && !bound.switch("Container");
                if is_flat && !recurse && is_folder(&source) && is_folder(&target) {
                    let text = "Container cannot be copied to another container. The -Recurse or -Container parameter is not specified.";
                    let refused = Exception::new(TypeRef::PS_ARGUMENT_EXCEPTION, text).identity(
                        "CopyContainerToContainerWithoutRecurseOrContainer",
                        ErrorCategory::InvalidArgument,
                        Value::Str(source.path.clone()),
                    );
                    tolerate(session, refused.throw::<()>())?;
                    continue;
                }
                if is_flat && recurse {
                    // The files of the whole tree, without its folders.
                    for file in leaves(std::path::Path::new(source.path.as_str())) {
                        let done = provider.copy_item(session, &file, &target.path, false, force);
                        if tolerate(session, done)?.is_some() && bound.switch("PassThru") {
                            let file = ProviderPath { path: Str::from(file), ..source.clone() };
                            write_item(session, &landing(&file, &target), None)?;
                        }
                    }
                    continue;
                }
                if is_files && source.path == target.path && std::path::Path::new(source.path.as_str()).is_dir() {
                    let text = format!("Cannot overwrite the item {} with itself.", source.path);
                    let ty = command::class("System.IO.IOException", TypeRef::EXCEPTION);
                    let same = Exception::new(ty, text).identity(
                        "CopyError",
                        ErrorCategory::WriteError,
                        Value::Str(source.path.clone()),
                    );
                    tolerate(session, same.throw::<()>())?;
                    continue;
                }
                let result = if is_files { landing(&source, &target) } else { target.clone() };
                let done = provider.copy_item(session, &source.path, &target.path, recurse, force);
                if tolerate(session, done)?.is_some() && bound.switch("PassThru") {
                    write_item(session, &result, None)?;
                }
            }
        }
        Ok(())
    }
}

/// The files under a folder, or the file itself.
fn leaves(path: &std::path::Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut waiting = vec![path.to_path_buf()];
    while let Some(next) = waiting.pop() {
        match std::fs::read_dir(&next) {
            Ok(entries) => waiting.extend(entries.flatten().map(|e| e.path())),
            Err(_) => found.push(next.display().to_string()),
        }
    }
    found.sort();
    found
}

fn is_folder(place: &ProviderPath) -> bool {
    std::path::Path::new(place.path.as_str()).is_dir()
}

/// Where an item comes to lie: inside a folder that exists, else under the new name.
pub fn landing(source: &ProviderPath, target: &ProviderPath) -> ProviderPath {
    if std::path::Path::new(target.path.as_str()).is_dir() {
        let path = format!("{}/{}", target.path.trim_end_matches('/'), leaf(&source.path));
        return ProviderPath { path: Str::from(path), ..target.clone() };
    }
    target.clone()
}

/// The error of a source and a destination of different providers.
pub fn not_same<T>(message: &str, id: &str, path: &str) -> Result<T> {
    Exception::new(TypeRef::PS_ARGUMENT_EXCEPTION, message)
        .identity(id, ErrorCategory::InvalidArgument, Value::array(vec![Value::from(path)]))
        .throw()
}
