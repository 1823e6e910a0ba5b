//! `Alias:`.

use command::{
    AliasInfo, Drive, ItemKind, NativeObject, Provider, Result, Scope, Session, Stat, Str, Value, VariableOptions,
};
use values::convert;

use crate::provider::environment::{already_exists, flat_drive, is_root};

/// Aliases.
pub struct AliasProvider;

fn find(session: &mut dyn Session, name: &str) -> Option<AliasInfo> {
    session.aliases(Scope::Any).into_iter().find(|a| a.name.eq_ignore_ascii_case(name))
}

impl Provider for AliasProvider {
    fn name(&self) -> &str {
        "Alias"
    }

    fn drives(&self, _session: &mut dyn Session) -> Vec<Drive> {
        vec![flat_drive("Alias", "Alias", "Drive that contains a view of the aliases stored in a session state.")]
    }

    fn stat(&self, session: &mut dyn Session, path: &str) -> Result<Option<Stat>> {
        if is_root(path) {
            return Ok(Some(Stat { kind: ItemKind::Container }));
        }
        Ok(find(session, path).map(|_| Stat { kind: ItemKind::Leaf }))
    }

    fn item(&self, session: &mut dyn Session, path: &str) -> Result<Option<Value>> {
        let Some(alias) = find(session, path) else { return Ok(None) };
        if let Some(info) = session.find_command(path, false)?
            && info.kind == command::CommandKind::Alias
            && let Some(object) = session.command_object(&info)
        {
            return Ok(Some(object));
        }
        Ok(Some(NativeObject::of(
            "System.Management.Automation.AliasInfo",
            vec![
                ("Name", Value::Str(alias.name)),
                ("Definition", Value::Str(alias.definition)),
                ("Description", Value::Str(alias.description.unwrap_or_else(Str::empty))),
                ("CommandType", command::enum_value("System.Management.Automation.CommandTypes", "Alias")),
            ],
        )))
    }

    fn child_names(&self, session: &mut dyn Session, _path: &str) -> Result<Vec<Str>> {
        Ok(session.aliases(Scope::Any).into_iter().map(|a| a.name).collect())
    }

    fn set_item(&self, session: &mut dyn Session, path: &str, value: &Value) -> Result<()> {
        let definition = match value.base() {
            Value::Foreign(_) => values::members::get(session, value, "Definition")?.unwrap_or_default(),
            other => other.clone(),
        };
        let alias = AliasInfo {
            name: Str::from(path),
            definition: Str::from(convert::to_display(&definition)),
            description: None,
            options: VariableOptions::NONE,
            module: None,
        };
        session.set_alias(alias, Scope::Local, false)
    }

    fn new_item(
        &self,
        session: &mut dyn Session,
        path: &str,
        _kind: Option<&str>,
        value: &Value,
        force: bool,
    ) -> Result {
        if value.is_null() {
            return command::Exception::new(
                command::TypeRef::ARGUMENT_NULL_EXCEPTION,
                "Cannot process argument because the value of argument \"value\" is null. Change the value of argument \"value\" to a non-null value.",
            )
            .identity("NewItemValueNotSpecified", command::ErrorCategory::InvalidArgument, Value::Null)
            .throw();
        }
        if find(session, path).is_some() && !force {
            return already_exists(path);
        }
        self.set_item(session, path, value)?;
        Ok(self.item(session, path)?.unwrap_or_default())
    }

    fn remove_item(&self, session: &mut dyn Session, path: &str, _recurse: bool, force: bool) -> Result<()> {
        session.remove_alias(path, Scope::Any, force).map(|_| ())
    }

    fn rename_item(&self, session: &mut dyn Session, path: &str, name: &str, force: bool) -> Result<()> {
        let Some(alias) = find(session, path) else { return Ok(()) };
        session.set_alias(AliasInfo { name: Str::from(name), ..alias }, Scope::Local, force)?;
        session.remove_alias(path, Scope::Any, force).map(|_| ())
    }

    fn copy_item(&self, session: &mut dyn Session, from: &str, to: &str, _recurse: bool, force: bool) -> Result<()> {
        match find(session, from) {
            Some(alias) => session.set_alias(AliasInfo { name: Str::from(to), ..alias }, Scope::Local, force),
            None => Ok(()),
        }
    }

    fn content(&self, session: &mut dyn Session, path: &str) -> Result<Option<Vec<Value>>> {
        Ok(find(session, path).map(|a| vec![Value::Str(a.definition)]))
    }
}
