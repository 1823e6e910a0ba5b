//! `Variable:`.

use command::{Drive, ItemKind, NativeObject, Provider, Result, Scope, Session, Stat, Str, Value, VariableInfo};

use crate::provider::environment::{already_exists, flat_drive, is_root};

/// Variables of the session.
pub struct VariableProvider;

impl Provider for VariableProvider {
    fn name(&self) -> &str {
        "Variable"
    }

    fn drives(&self, _session: &mut dyn Session) -> Vec<Drive> {
        vec![flat_drive("Variable", "Variable", "")]
    }

    fn stat(&self, session: &mut dyn Session, path: &str) -> Result<Option<Stat>> {
        if is_root(path) {
            return Ok(Some(Stat { kind: ItemKind::Container }));
        }
        Ok(session.variable(path, Scope::Any).map(|_| Stat { kind: ItemKind::Leaf }))
    }

    fn item(&self, session: &mut dyn Session, path: &str) -> Result<Option<Value>> {
        Ok(session.variable(path, Scope::Any).map(|info| object(session, info)))
    }

    fn child_names(&self, session: &mut dyn Session, _path: &str) -> Result<Vec<Str>> {
        Ok(session.variables(Scope::Any).into_iter().map(|v| v.name).collect())
    }

    fn set_item(&self, session: &mut dyn Session, path: &str, value: &Value) -> Result<()> {
        session.set_variable(path, value.clone(), Scope::Local)
    }

    fn new_item(
        &self,
        session: &mut dyn Session,
        path: &str,
        _kind: Option<&str>,
        value: &Value,
        force: bool,
    ) -> Result {
        if session.variable(path, Scope::Any).is_some() && !force {
            return already_exists(path);
        }
        session.set_variable(path, value.clone(), Scope::Local)?;
        Ok(self.item(session, path)?.unwrap_or_default())
    }

    fn remove_item(&self, session: &mut dyn Session, path: &str, _recurse: bool, force: bool) -> Result<()> {
        session.remove_variable(path, Scope::Any, force)
    }

    fn rename_item(&self, session: &mut dyn Session, path: &str, name: &str, force: bool) -> Result<()> {
        let Some(info) = session.variable(path, Scope::Any) else { return Ok(()) };
        if info.options.has(command::VariableOptions::CONSTANT)
            || (info.options.has(command::VariableOptions::READ_ONLY) && !force)
        {
            return command::Exception::new(
                command::class(
                    "System.Management.Automation.SessionStateUnauthorizedAccessException",
                    command::TypeRef::RUNTIME_EXCEPTION,
                ),
                format!("Cannot rename variable because variable {path} is read-only or constant."),
            )
            .identity("CannotRenameVariable", command::ErrorCategory::WriteError, Value::from(path))
            .throw();
        }
        session.set_variable(name, info.value, Scope::Local)?;
        session.remove_variable(path, Scope::Any, force)
    }

    fn copy_item(&self, session: &mut dyn Session, from: &str, to: &str, _recurse: bool, _force: bool) -> Result<()> {
        let value = session.variable(from, Scope::Any).map(|v| v.value).unwrap_or_default();
        session.set_variable(to, value, Scope::Local)
    }

    fn content(&self, session: &mut dyn Session, path: &str) -> Result<Option<Vec<Value>>> {
        let Some(info) = session.variable(path, Scope::Any) else { return Ok(None) };
        let items = values::members::enumerate(session, &info.value)?;
        Ok(Some(items.unwrap_or_else(|| vec![info.value])))
    }
}

fn object(session: &mut dyn Session, info: VariableInfo) -> Value {
    if let Some(object) = session.variable_object(&info) {
        return object;
    }
    NativeObject::of(
        "System.Management.Automation.PSVariable",
        vec![
            ("Name", Value::Str(info.name)),
            ("Description", Value::Str(info.description.unwrap_or_else(Str::empty))),
            ("Value", info.value),
            ("Options", Value::I32(i32::from(info.options.0))),
        ],
    )
}
