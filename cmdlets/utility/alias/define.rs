//! Defining an alias.

use command::{
    AliasInfo, Bound, ErrorCategory, ErrorRecord, Result, Scope, Session, Str, TypeRef, Value, VariableOptions, class,
};

use crate::alias::get_alias::alias_object;
use crate::variable::scope::{options_of, report, scope_of};

/// New-Alias and Set-Alias: the former refuses a name that is taken.
pub fn define(session: &mut dyn Session, bound: &Bound, must_be_new: bool) -> Result<()> {
    let scope = scope_of(bound)?.unwrap_or(Scope::Local);
    let alias = AliasInfo {
        name: bound.str("Name").unwrap_or_else(Str::empty),
        definition: bound.str("Value").unwrap_or_else(Str::empty),
        description: bound.str("Description"),
        options: options_of(bound).unwrap_or(VariableOptions::NONE),
        module: None,
    };
    let action = if must_be_new { "New Alias" } else { "Set Alias" };
    if !session.should_process(&format!("Name: {} Value: {}", alias.name, alias.definition), action)? {
        return Ok(());
    }
    let is_forced = bound.switch("Force");
    if must_be_new
        && !is_forced
        && session
            .aliases(scope)
            .iter()
            .chain(session.aliases(Scope::Any).iter())
            .any(|a| a.name.eq_ignore_ascii_case(&alias.name))
    {
        return session.write_error(ErrorRecord::simple(
            class("System.Management.Automation.SessionStateException", TypeRef::RUNTIME_EXCEPTION),
            format!("The alias is not allowed, because an alias with the name '{}' already exists.", alias.name),
            "AliasAlreadyExists",
            ErrorCategory::ResourceExists,
            Value::Str(alias.name),
        ));
    }
    let done = session.set_alias(alias.clone(), scope, is_forced);
    let is_done = done.is_ok();
    report(session, done)?;
    if is_done && bound.switch("PassThru") {
        let object = alias_object(session, &alias)?;
        session.write(object)?;
    }
    Ok(())
}
