//! Clear-Content.

use std::path::Path;

use command::{
    Bound, Cmdlet, Command, ErrorCategory, Exception, ProviderPath, Result, Session, TypeRef, Value, file_exception,
};

use crate::item::targets::{targets, tolerate};

pub static COMMAND: Command = Command { name: "Clear-Content", create: || Box::new(ClearContent) };

struct ClearContent;

impl Cmdlet for ClearContent {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        for target in targets(session, bound)? {
            if !session.should_process(&format!("Item: {}", target.path), "Clear Content")? {
                continue;
            }
            let done = clear(session, &target);
            tolerate(session, done)?;
        }
        Ok(())
    }
}

fn clear(session: &mut dyn Session, target: &ProviderPath) -> Result<()> {
    if target.provider.as_str() != "FileSystem" {
        let Some(provider) = session.provider(&target.provider) else { return Ok(()) };
        return provider.set_item(session, &target.path, &Value::Null);
    }
    let path = Path::new(target.path.as_str());
    if path.is_dir() {
        return Exception::new(
            TypeRef::NOT_SUPPORTED_EXCEPTION,
            format!(
                "Unable to clear content of '{}' because it is a directory. Clear-Content is only supported on files.",
                target.path
            ),
        )
        .identity("ClearDirectoryContent", ErrorCategory::InvalidOperation, Value::Str(target.path.clone()))
        .throw();
    }
    let opened = std::fs::OpenOptions::new().write(true).truncate(true).open(path);
    opened.map(|_| ()).or_else(|e| {
        let (id, category) = if e.kind() == std::io::ErrorKind::PermissionDenied {
            ("ClearContentUnauthorizedAccessError", ErrorCategory::PermissionDenied)
        } else {
            ("ClearContentIOError", ErrorCategory::WriteError)
        };
        file_exception(&e, path).identity(id, category, Value::Str(target.path.clone())).throw()
    })
}
