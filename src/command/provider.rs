//! Providers: what stands behind drives (`C:\`, `Env:`, `Variable:`, `Cert:`, `UM:` ...).

use values::{Result, Str, Value};

use crate::bound::Bound;
use crate::info::Parameter;
use crate::session::Session;

/// A drive.
#[derive(Clone, Debug)]
pub struct Drive {
    /// Name without colon.
    pub name: Str,
    /// Provider's name.
    pub provider: Str,
    /// Root in the provider's own form.
    pub root: Str,
    pub description: Str,
    /// Location inside the drive, without root.
    pub current: Str,
    /// Whether the name is part of paths (`Env:\X`); false for the file system's `/`.
    pub is_volume: bool,
    /// `DisplayRoot` of network drives.
    pub display_root: Option<Str>,
}

/// A path that was resolved to a provider.
#[derive(Clone, Debug)]
pub struct ProviderPath {
    /// Provider's name.
    pub provider: Str,
    /// Drive's name; none for paths that name the provider (`FileSystem::/x`).
    pub drive: Option<Str>,
    /// Path in the provider's own form: absolute for the file system, without drive for flat providers.
    pub path: Str,
}

/// What an item is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ItemKind {
    Leaf,
    Container,
}

/// What is known of an item.
#[derive(Clone, Debug)]
pub struct Stat {
    pub kind: ItemKind,
}

/// A provider. Paths are in the provider's own form; wildcards are expanded by the engine with `child_names`.
/// What a provider cannot do gives PowerShell's "provider does not support this" error in the default bodies.
pub trait Provider: Send + Sync {
    /// Its name (`FileSystem`, `Environment` ...).
    fn name(&self) -> &str;
    /// The drives that exist at start.
    fn drives(&self, session: &mut dyn Session) -> Vec<Drive>;
    /// Whether an item exists, and what it is.
    fn stat(&self, session: &mut dyn Session, path: &str) -> Result<Option<Stat>>;
    /// The item as Get-Item gives it.
    fn item(&self, session: &mut dyn Session, path: &str) -> Result<Option<Value>>;
    /// Names of the children, for wildcards and Get-ChildItem -Name.
    fn child_names(&self, session: &mut dyn Session, path: &str) -> Result<Vec<Str>>;
    /// Whether paths have levels (file system, certificates) or items are flat (variables).
    fn is_hierarchical(&self) -> bool {
        false
    }
    /// Separator between levels.
    fn separator(&self) -> char {
        '/'
    }
    /// Sets an item's value (Set-Item; assignment to `$drive:name`).
    fn set_item(&self, session: &mut dyn Session, path: &str, value: &Value) -> Result<()> {
        let _ = (path, value);
        unsupported(session, self.name())
    }
    /// Makes an item.
    fn new_item(
        &self,
        session: &mut dyn Session,
        path: &str,
        kind: Option<&str>,
        value: &Value,
        force: bool,
    ) -> Result {
        let _ = (path, kind, value, force);
        unsupported(session, self.name())
    }
    /// Removes an item.
    fn remove_item(&self, session: &mut dyn Session, path: &str, recurse: bool, force: bool) -> Result<()> {
        let _ = (path, recurse, force);
        unsupported(session, self.name())
    }
    /// Renames an item.
    fn rename_item(&self, session: &mut dyn Session, path: &str, name: &str, force: bool) -> Result<()> {
        let _ = (path, name, force);
        unsupported(session, self.name())
    }
    /// Copies an item inside the provider.
    fn copy_item(&self, session: &mut dyn Session, from: &str, to: &str, recurse: bool, force: bool) -> Result<()> {
        let _ = (from, to, recurse, force);
        unsupported(session, self.name())
    }
    /// Moves an item inside the provider.
    fn move_item(&self, session: &mut dyn Session, from: &str, to: &str, force: bool) -> Result<()> {
        let _ = (from, to, force);
        unsupported(session, self.name())
    }
    /// Whether the provider is there in the session: those of Windows are where there is an organization.
    fn is_present(&self, session: &mut dyn Session) -> bool {
        let _ = session;
        true
    }
    /// Drives that may come into being after the session's start.
    fn late_drives(&self, session: &mut dyn Session) -> Vec<Drive> {
        let _ = session;
        Vec::new()
    }
    /// Parameters that the provider adds to a command for its paths.
    fn dynamic_parameters(&self, command: &str) -> Vec<Parameter> {
        let _ = command;
        Vec::new()
    }
    /// Whether an item is listed under the parameters that the provider added.
    fn is_listed(&self, session: &mut dyn Session, path: &str, bound: &Bound) -> Result<bool> {
        let _ = (session, path, bound);
        Ok(true)
    }
    /// The content for Get-Content and `${drive:name}`; one value an object.
    fn content(&self, session: &mut dyn Session, path: &str) -> Result<Option<Vec<Value>>> {
        let _ = path;
        unsupported(session, self.name())
    }
}

fn unsupported<T>(_session: &mut dyn Session, _provider: &str) -> Result<T> {
    values::Exception::new(
        values::TypeRef::PS_NOT_SUPPORTED_EXCEPTION,
        "Provider operation stopped because the provider does not support this operation.",
    )
    .identity("NotSupported", values::ErrorCategory::NotImplemented, Value::Null)
    .throw()
}
