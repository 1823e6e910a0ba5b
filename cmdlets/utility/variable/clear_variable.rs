//! Clear-Variable.

use command::{
    Bound, Cmdlet, Command, ErrorCategory, ErrorRecord, Result, Scope, Session, TypeRef, Value, VariableOptions, class,
};

use crate::variable::scope::{chosen, not_found, report, scope_of, variable_object};

pub static COMMAND: Command = Command { name: "Clear-Variable", create: || Box::new(ClearVariable) };

struct ClearVariable;

impl Cmdlet for ClearVariable {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let scope = scope_of(bound)?;
        for name in bound.strings("Name") {
            let (found, is_found) = chosen(session, bound, &name, scope)?;
            if !is_found {
                session.write_error(not_found(&name))?;
            }
            for mut info in found {
                if !session.should_process(&format!("Name: {}", info.name), "Clear variable")? {
                    continue;
                }
                let is_forced = bound.switch("Force");
                let is_fixed = info.options.has(VariableOptions::CONSTANT)
                    || (info.options.has(VariableOptions::READ_ONLY) && !is_forced);
                if is_fixed {
                    session.write_error(ErrorRecord::simple(
                        class(
                            "System.Management.Automation.SessionStateUnauthorizedAccessException",
                            TypeRef::RUNTIME_EXCEPTION,
                        ),
                        format!("Cannot overwrite variable {} because it is read-only or constant.", info.name),
                        "VariableNotWritable",
                        ErrorCategory::WriteError,
                        Value::Str(info.name),
                    ))?;
                    continue;
                }
                info.value = Value::Null;
                let where_to = scope.unwrap_or(Scope::Local);
                let done = if is_forced {
                    session.define_variable(info.clone(), where_to, true)
                } else {
                    session.set_variable(&info.name, Value::Null, where_to)
                };
                report(session, done)?;
                if bound.switch("PassThru") {
                    let object = variable_object(session, info);
                    session.write(object)?;
                }
            }
        }
        Ok(())
    }
}
