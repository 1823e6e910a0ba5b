//! `Function:`.

use std::sync::Arc;

use command::{
    CommandInfo, Drive, ErrorCategory, Exception, ItemKind, NativeObject, Provider, Result, Scope, Session, Stat, Str,
    TypeRef, Value,
};
use values::convert;

use crate::provider::environment::{flat_drive, is_root};

/// Functions and filters.
pub struct FunctionProvider;

fn find(session: &mut dyn Session, name: &str) -> Option<Arc<CommandInfo>> {
    let (_, name) = super::scoped(name, Scope::Any);
    session.functions().into_iter().find(|f| f.name.eq_ignore_ascii_case(name))
}

fn block_of(info: &CommandInfo) -> Value {
    match &info.body {
        command::CommandBody::Script(block) => block.clone(),
        _ => Value::Null,
    }
}

impl Provider for FunctionProvider {
    fn name(&self) -> &str {
        "Function"
    }

    fn drives(&self, _session: &mut dyn Session) -> Vec<Drive> {
        vec![flat_drive("Function", "Function", "")]
    }

    fn stat(&self, session: &mut dyn Session, path: &str) -> Result<Option<Stat>> {
        if is_root(path) {
            return Ok(Some(Stat { kind: ItemKind::Container }));
        }
        Ok(find(session, path).map(|_| Stat { kind: ItemKind::Leaf }))
    }

    fn item(&self, session: &mut dyn Session, path: &str) -> Result<Option<Value>> {
        let Some(info) = find(session, path) else { return Ok(None) };
        if let Some(object) = session.command_object(&info) {
            return Ok(Some(object));
        }
        let block = block_of(&info);
        Ok(Some(NativeObject::of(
            "System.Management.Automation.FunctionInfo",
            vec![
                ("Name", Value::Str(info.name.clone())),
                ("ScriptBlock", block.clone()),
                ("Definition", Value::from(convert::to_display(&block))),
                ("CommandType", command::enum_value("System.Management.Automation.CommandTypes", "Function")),
            ],
        )))
    }

    fn child_names(&self, session: &mut dyn Session, _path: &str) -> Result<Vec<Str>> {
        Ok(session.functions().into_iter().map(|f| f.name.clone()).collect())
    }

    fn set_item(&self, session: &mut dyn Session, path: &str, value: &Value) -> Result<()> {
        if value.is_null() {
            session.remove_function(path, false)?;
            return Ok(());
        }
        let block = match value.base() {
            v if v.type_ref() == Some(TypeRef::SCRIPTBLOCK) => value.clone(),
            Value::Str(text) => session.parse_script(text, None)?,
            Value::Foreign(_) => match values::members::get(session, value, "ScriptBlock")? {
                Some(block) if block.type_ref() == Some(TypeRef::SCRIPTBLOCK) => block,
                _ => return bad_value(),
            },
            _ => return bad_value(),
        };
        {
            let (scope, name) = super::scoped(path, Scope::Local);
            session.set_function(name, &block, scope)
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
        if value.is_null() {
            return Exception::new(
                command::class("System.Management.Automation.PSArgumentNullException", TypeRef::ARGUMENT_NULL_EXCEPTION),
                "Cannot process argument because the value of argument \"value\" is null. Change the value of argument \"value\" to a non-null value.",
            )
            .identity("NewItemValueNotSpecified", ErrorCategory::InvalidArgument, Value::from(path))
            .throw();
        }
        if find(session, path).is_some() && !force {
            return crate::provider::environment::already_exists(path);
        }
        self.set_item(session, path, value)?;
        Ok(self.item(session, path)?.unwrap_or_default())
    }

    fn remove_item(&self, session: &mut dyn Session, path: &str, _recurse: bool, force: bool) -> Result<()> {
        session.remove_function(path, force).map(|_| ())
    }

    fn rename_item(&self, session: &mut dyn Session, path: &str, name: &str, force: bool) -> Result<()> {
        let Some(info) = find(session, path) else { return Ok(()) };
        let (scope, name) = super::scoped(name, Scope::Local);
        session.set_function(name, &block_of(&info), scope)?;
        session.remove_function(path, force).map(|_| ())
    }

    fn copy_item(&self, session: &mut dyn Session, from: &str, to: &str, _recurse: bool, _force: bool) -> Result<()> {
        match find(session, from) {
            Some(info) => session.set_function(to, &block_of(&info), Scope::Local),
            None => Ok(()),
        }
    }

    fn content(&self, session: &mut dyn Session, path: &str) -> Result<Option<Vec<Value>>> {
        Ok(find(session, path).map(|info| vec![block_of(&info)]))
    }
}

fn bad_value<T>() -> Result<T> {
    Exception::new(
        TypeRef::PS_ARGUMENT_EXCEPTION,
        "Cannot process argument because the value of argument \"value\" is not valid. Change the value of the \"value\" argument and run the operation again.",
    )
    .identity("Argument", ErrorCategory::InvalidArgument, Value::Null)
    .throw()
}
