//! Set-Variable.

use command::{
    Bound, Cmdlet, Command, ErrorCategory, Exception, Result, Scope, Session, Str, TypeRef, Value, VariableInfo,
    VariableOptions, Wildcard, class,
};

use crate::variable::scope::{chosen, options_of, report, scope_of, variable_object};

pub static COMMAND: Command = Command { name: "Set-Variable", create: || Box::new(SetVariable::default()) };

#[derive(Default)]
struct SetVariable {
    values: Vec<Value>,
    has_value: bool,
    names: Vec<Str>,
}

impl Cmdlet for SetVariable {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        if bound.has("Name") {
            self.names = bound.strings("Name");
        }
        if session.is_expecting_input() && bound.has("Value") {
            self.has_value = true;
            self.values.push(bound.value("Value"));
            return Ok(());
        }
        let value = bound.get("Value").cloned();
        self.has_value |= value.is_some();
        if !session.is_expecting_input() {
            return self.set(session, bound, value);
        }
        Ok(())
    }

    fn end(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        if !session.is_expecting_input() || !self.has_value {
            return Ok(());
        }
        let mut values = std::mem::take(&mut self.values);
        let value = if values.len() == 1 { values.swap_remove(0) } else { Value::array(values) };
        self.set(session, bound, Some(value))
    }
}

impl SetVariable {
    fn set(&self, session: &mut dyn Session, bound: &Bound, value: Option<Value>) -> Result<()> {
        let scope = scope_of(bound)?;
        let options = options_of(bound);
        for name in &self.names {
            let mut targets: Vec<VariableInfo> = Vec::new();
            if Wildcard::is_pattern(name) {
                targets = chosen(session, bound, name, scope)?.0;
            } else {
                let plain = Str::from(Wildcard::unescape(name));
                let own_scope = scope.unwrap_or(Scope::Local);
                targets.push(session.variable(&plain, own_scope).unwrap_or(VariableInfo {
                    name: plain,
                    value: Value::Null,
                    description: None,
                    options: VariableOptions::NONE,
                    module: None,
                    attributes: Vec::new(),
                }));
            }
            for target in targets {
                let done = self.set_one(session, bound, target, value.clone(), options, scope.unwrap_or(Scope::Local));
                report(session, done)?;
            }
        }
        Ok(())
    }

    fn set_one(
        &self,
        session: &mut dyn Session,
        bound: &Bound,
        mut target: VariableInfo,
        value: Option<Value>,
        options: Option<VariableOptions>,
        scope: Scope,
    ) -> Result<()> {
        if !session.should_process(
            &format!(
                "Name: {} Value: {}",
                target.name,
                values::convert::to_display(&value.clone().unwrap_or_default())
            ),
            "Set variable",
        )? {
            return Ok(());
        }
        let exists = session.variable(&target.name, scope).is_some();
        if exists
            && options.is_some_and(|o| o.has(VariableOptions::CONSTANT))
            && !target.options.has(VariableOptions::CONSTANT)
        {
            return Exception::new(
                class("System.Management.Automation.SessionStateUnauthorizedAccessException", TypeRef::RUNTIME_EXCEPTION),
                format!("Existing variable {} cannot be made constant. Variables can be made constant only at creation time.", target.name),
            )
            .identity("VariableCannotBeMadeConstant", ErrorCategory::WriteError, Value::Str(target.name))
            .throw();
        }
        let is_plain = options.is_none() && !bound.has("Description") && !bound.switch("Force");
        if bound.switch("Append") {
            let mut items = match &target.value {
                Value::Array(a) => a.to_vec(),
                Value::Null => Vec::new(),
                other => vec![other.clone()],
            };
            items.extend(match value.unwrap_or_default() {
                Value::Array(a) => a.to_vec(),
                other => vec![other],
            });
            target.value = if items.len() == 1 { items.swap_remove(0) } else { Value::array(items) };
        } else if let Some(value) = value {
            target.value = value;
        } else if !exists {
            target.value = Value::Null;
        }
        if is_plain {
            session.set_variable(&target.name, target.value.clone(), scope)?;
        } else {
            if let Some(text) = bound.str("Description") {
                target.description = Some(text);
            }
            if let Some(options) = options {
                target.options = options;
            }
            session.define_variable(target.clone(), scope, bound.switch("Force"))?;
        }
        if bound.switch("PassThru") {
            let info = session.variable(&target.name, scope).unwrap_or(target);
            let object = variable_object(session, info);
            session.write(object)?;
        }
        Ok(())
    }
}
