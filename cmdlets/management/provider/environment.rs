//! `Env:`.

use command::{
    Drive, ErrorCategory, Exception, ItemKind, NativeObject, Provider, Result, Session, Stat, Str, TypeRef, Value,
};
use values::convert;

/// Environment variables.
pub struct EnvironmentProvider;

impl Provider for EnvironmentProvider {
    fn name(&self) -> &str {
        "Environment"
    }

    fn drives(&self, _session: &mut dyn Session) -> Vec<Drive> {
        vec![flat_drive("Env", "Environment", "")]
    }

    fn stat(&self, session: &mut dyn Session, path: &str) -> Result<Option<Stat>> {
        if is_root(path) {
            return Ok(Some(Stat { kind: ItemKind::Container }));
        }
        Ok(session.environment(path).map(|_| Stat { kind: ItemKind::Leaf }))
    }

    fn item(&self, session: &mut dyn Session, path: &str) -> Result<Option<Value>> {
        if is_root(path) {
            let all = session.environment_all();
            let items = all.into_iter().map(|(k, v)| entry(&k, &v)).collect();
            return Ok(Some(Value::array(items)));
        }
        Ok(session.environment(path).map(|text| entry(path, &text)))
    }

    fn child_names(&self, session: &mut dyn Session, _path: &str) -> Result<Vec<Str>> {
        Ok(session.environment_all().into_iter().map(|(k, _)| Str::from(k)).collect())
    }

    fn set_item(&self, session: &mut dyn Session, path: &str, value: &Value) -> Result<()> {
        let text = if value.is_null() { None } else { Some(convert::to_str(session, value)?) };
        session.set_environment(path, text.as_deref().filter(|t| !t.is_empty()));
        Ok(())
    }

    fn new_item(
        &self,
        session: &mut dyn Session,
        path: &str,
        _kind: Option<&str>,
        value: &Value,
        force: bool,
    ) -> Result {
        if session.environment(path).is_some() && !force {
            return already_exists(path);
        }
        self.set_item(session, path, value)?;
        Ok(self.item(session, path)?.unwrap_or_default())
    }

    fn remove_item(&self, session: &mut dyn Session, path: &str, _recurse: bool, _force: bool) -> Result<()> {
        session.set_environment(path, None);
        Ok(())
    }

    fn rename_item(&self, session: &mut dyn Session, path: &str, name: &str, _force: bool) -> Result<()> {
        let text = session.environment(path);
        session.set_environment(name, text.as_deref());
        session.set_environment(path, None);
        Ok(())
    }

    fn copy_item(&self, session: &mut dyn Session, from: &str, to: &str, _recurse: bool, _force: bool) -> Result<()> {
        let text = session.environment(from);
        session.set_environment(to, text.as_deref());
        Ok(())
    }

    fn content(&self, session: &mut dyn Session, path: &str) -> Result<Option<Vec<Value>>> {
        Ok(session.environment(path).map(|text| vec![Value::from(text)]))
    }
}

/// A dictionary entry as `Env:` items are.
fn entry(name: &str, value: &str) -> Value {
    NativeObject::of_pairs(
        "System.Collections.DictionaryEntry",
        vec![("Name", Value::from(name)), ("Key", Value::from(name)), ("Value", Value::from(value))],
    )
    .into_value()
}

/// Whether a path is the drive itself.
pub fn is_root(path: &str) -> bool {
    path.is_empty() || path == "/" || path == "\\"
}

/// A drive of a flat provider.
pub fn flat_drive(name: &str, provider: &str, description: &str) -> Drive {
    Drive {
        name: Str::from(name),
        provider: Str::from(provider),
        root: Str::empty(),
        description: Str::from(description),
        current: Str::empty(),
        is_volume: true,
        display_root: None,
    }
}

/// The error of New-Item on a name that is taken.
pub fn already_exists<T>(path: &str) -> Result<T> {
    Exception::new(TypeRef::PS_ARGUMENT_EXCEPTION, format!("The item at path '{path}' already exists."))
        .identity("Argument", ErrorCategory::InvalidArgument, Value::Null)
        .throw()
}
