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
        Ok(find(session, path).map(|_| Stat { kind: ItemKind::Leaf }))
    }

    fn item(&self, session: &mut dyn Session, path: &str) -> Result<Option<Value>> {
        Ok(find(session, path).map(|info| object(session, info)))
    }

    fn child_names(&self, session: &mut dyn Session, _path: &str) -> Result<Vec<Str>> {
        Ok(session.variables(Scope::Any).into_iter().map(|v| v.name).collect())
    }

    fn set_item(&self, session: &mut dyn Session, path: &str, value: &Value) -> Result<()> {
        {
            let (scope, name) = super::scoped(path, Scope::Local);
            session.set_variable(name, value.clone(), scope)
        }
    }

    fn new_item(
        &self,
        session: &mut dyn Session,
        path: &str,
        _kind: Option<&str>,
        value: &Value,
        force: bool,
    ) -> Result {
        if find(session, path).is_some() && !force {
            return already_exists(path);
        }
        {
            let (scope, name) = super::scoped(path, Scope::Local);
            session.set_variable(name, value.clone(), scope)
        }?;
        Ok(self.item(session, path)?.unwrap_or_default())
    }

    fn remove_item(&self, session: &mut dyn Session, path: &str, _recurse: bool, force: bool) -> Result<()> {
        {
            let (scope, name) = super::scoped(path, Scope::Any);
            session.remove_variable(name, scope, force)
        }
    }

    fn rename_item(&self, session: &mut dyn Session, path: &str, name: &str, force: bool) -> Result<()> {
        let Some(info) = find(session, path) else { return Ok(()) };
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
        {
            let (scope, name) = super::scoped(path, Scope::Any);
            session.remove_variable(name, scope, force)
        }
    }

    fn copy_item(&self, session: &mut dyn Session, from: &str, to: &str, _recurse: bool, _force: bool) -> Result<()> {
        let value = session.variable(from, Scope::Any).map(|v| v.value).unwrap_or_default();
        session.set_variable(to, value, Scope::Local)
    }

    fn content(&self, session: &mut dyn Session, path: &str) -> Result<Option<Vec<Value>>> {
        let Some(info) = find(session, path) else { return Ok(None) };
        let items = values::members::enumerate(session, &info.value)?;
        Ok(Some(items.unwrap_or_else(|| vec![info.value])))
    }
}

/// The variable of a path, which may begin with a scope.
fn find(session: &mut dyn Session, path: &str) -> Option<VariableInfo> {
    let (scope, name) = super::scoped(path, Scope::Any);
    session.variable(name, scope)
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
