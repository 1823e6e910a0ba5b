//! New-Variable.

use command::{
    Bound, Cmdlet, Command, ErrorCategory, ErrorRecord, Result, Scope, Session, Str, TypeRef, Value, VariableInfo,
    VariableOptions, class,
};

use crate::variable::scope::{options_of, report, scope_of, variable_object};

pub static COMMAND: Command = Command { name: "New-Variable", create: || Box::new(NewVariable) };

struct NewVariable;

impl Cmdlet for NewVariable {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let scope = scope_of(bound)?.unwrap_or(Scope::Local);
        let name = bound.str("Name").unwrap_or_else(Str::empty);
        let is_forced = bound.switch("Force");
        if !session.should_process(
            &format!("Name: {name} Value: {}", values::convert::to_display(&bound.value("Value"))),
            "New variable",
        )? {
            return Ok(());
        }
        if let Some(known) = session.variable(&name, scope)
            && (!is_forced || known.options.has(VariableOptions::CONSTANT))
        {
            return session.write_error(ErrorRecord::simple(
                class("System.Management.Automation.SessionStateException", TypeRef::RUNTIME_EXCEPTION),
                format!("A variable with name '{name}' already exists."),
                "VariableAlreadyExists",
                ErrorCategory::ResourceExists,
                Value::Str(name),
            ));
        }
        let info = VariableInfo {
            name: name.clone(),
            value: bound.value("Value"),
            description: bound.str("Description"),
            options: options_of(bound).unwrap_or(VariableOptions::NONE),
            module: None,
            attributes: Vec::new(),
        };
        let done = session.define_variable(info.clone(), scope, is_forced);
        let is_done = done.is_ok();
        report(session, done)?;
        if is_done && bound.switch("PassThru") {
            let info = session.variable(&name, scope).unwrap_or(info);
            let object = variable_object(session, info);
            session.write(object)?;
        }
        Ok(())
    }
}
