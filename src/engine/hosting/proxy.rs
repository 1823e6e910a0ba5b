//! The session state of a runspace as seen from another one.

use values::object::Foreign;
use values::{Context, Result, Str, TypeRef, Value, convert};

use super::runspace_object::HostedRunspace;
use crate::runspace::Runspace;

/// `.SessionStateProxy` of a runspace.
pub struct SessionStateProxy {
    pub runspace: HostedRunspace,
}

/// A part of a runspace's session state: what it is asked is answered there.
struct Part {
    runspace: HostedRunspace,
    part: Value,
}

impl HostedRunspace {
    /// Asks in the runspace; the running one answers at once.
    fn ask<T>(
        &self,
        ctx: &mut dyn Context,
        ask: impl FnOnce(&mut dyn Context) -> Result<Option<T>>,
    ) -> Result<Option<T>> {
        match self.is_running_one() {
            true => ask(ctx),
            false => self.with(|runspace: &mut Runspace| ask(runspace)),
        }
    }

    /// An answer as the asking runspace may hold it: parts of the session state stay where they belong.
    fn held(&self, answer: Value) -> Value {
        match !self.is_running_one() && crate::host_objects::is_session_part(&answer) {
            true => Value::foreign(Part { runspace: self.clone(), part: answer }),
            false => answer,
        }
    }
}

fn session_state() -> Value {
    crate::host_objects::running_state()
}

impl Foreign for SessionStateProxy {
    fn type_ref(&self) -> TypeRef {
        command::class("System.Management.Automation.Runspaces.SessionStateProxy", TypeRef::OBJECT)
    }

    fn get(&self, ctx: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        if !self.property_names().iter().any(|known| known.eq_ignore_ascii_case(name)) {
            return Ok(None);
        }
        let found = self.runspace.ask(ctx, |ctx| part_get(&session_state(), ctx, name))?;
        Ok(found.map(|value| self.runspace.held(value)))
    }

    fn set(&self, ctx: &mut dyn Context, name: &str, value: &Value) -> Result<bool> {
        if !name.eq_ignore_ascii_case("LanguageMode") {
            return Ok(false);
        }
        let done = self.runspace.ask(ctx, |ctx| match session_state() {
            Value::Foreign(state) => state.set(ctx, name, value).map(Some),
            _ => Ok(None),
        })?;
        Ok(done.unwrap_or_default())
    }

    fn call(&self, ctx: &mut dyn Context, _me: &Value, name: &str, args: &[Value]) -> Result<Option<Value>> {
        let method = match name.to_ascii_lowercase().as_str() {
            "setvariable" => "Set",
            "getvariable" => "GetValue",
            _ => return Ok(None),
        };
        if args.first().is_none_or(|name| convert::to_display(name).is_empty()) {
            let ty = TypeRef::find("System.Management.Automation.PSArgumentNullException");
            let text = "Cannot process argument because the value of argument \"name\" is null. Change the value of argument \"name\" to a non-null value.";
            let thrown = values::Exception::new(ty.unwrap_or(TypeRef::ARGUMENT_EXCEPTION), text).throw();
            return thrown.map_err(|flow| values::members::method_failure(flow, name, args.len()));
        }
        self.runspace.ask(ctx, |ctx| {
            let Some(variables) = part_get(&session_state(), ctx, "PSVariable")? else { return Ok(None) };
            values::members::call(ctx, &variables, method, args).map(Some)
        })
    }

    fn property_names(&self) -> Vec<Str> {
        [
            "PSVariable",
            "LanguageMode",
            "Applications",
            "Scripts",
            "Drive",
            "InvokeCommand",
            "InvokeProvider",
            "Path",
            "Provider",
            "Module",
        ]
        .map(Str::from)
        .to_vec()
    }

    fn method_names(&self) -> Vec<Str> {
        ["GetVariable", "SetVariable"].map(Str::from).to_vec()
    }
}

fn part_get(part: &Value, ctx: &mut dyn Context, name: &str) -> Result<Option<Value>> {
    match part {
        Value::Foreign(part) => part.get(ctx, name),
        _ => Ok(None),
    }
}

impl Foreign for Part {
    fn type_ref(&self) -> TypeRef {
        self.part.type_ref().unwrap_or(TypeRef::OBJECT)
    }

    fn get(&self, ctx: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        let found = self.runspace.ask(ctx, |ctx| part_get(&self.part, ctx, name))?;
        Ok(found.map(|value| self.runspace.held(value)))
    }

    fn set(&self, ctx: &mut dyn Context, name: &str, value: &Value) -> Result<bool> {
        let done = self.runspace.ask(ctx, |ctx| match &self.part {
            Value::Foreign(part) => part.set(ctx, name, value).map(Some),
            _ => Ok(None),
        })?;
        Ok(done.unwrap_or_default())
    }

    fn call(&self, ctx: &mut dyn Context, _me: &Value, name: &str, args: &[Value]) -> Result<Option<Value>> {
        let found = self.runspace.ask(ctx, |ctx| match &self.part {
            Value::Foreign(part) => part.call(ctx, &self.part, name, args),
            _ => Ok(None),
        })?;
        Ok(found.map(|value| self.runspace.held(value)))
    }

    fn property_names(&self) -> Vec<Str> {
        match &self.part {
            Value::Foreign(part) => part.property_names(),
            _ => Vec::new(),
        }
    }
}
