//! Get-Alias.

use command::{
    AliasInfo, Bound, Cmdlet, Command, CommandKind, ErrorCategory, ErrorRecord, Result, Scope, Session, Str, TypeRef,
    Value, Wildcard,
};

use crate::variable::scope::scope_of;

pub static COMMAND: Command = Command { name: "Get-Alias", create: || Box::new(GetAlias) };

struct GetAlias;

impl Cmdlet for GetAlias {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let scope = scope_of(bound)?.unwrap_or(Scope::Any);
        let by_definition = bound.has("Definition");
        let mut wanted = bound.strings(if by_definition { "Definition" } else { "Name" });
        if wanted.is_empty() {
            wanted.push(Str::from("*"));
        }
        let exclude: Vec<Wildcard> = bound.strings("Exclude").iter().map(|p| Wildcard::new(p)).collect();
        let mut all = session.aliases(scope);
        all.sort_by_key(|a| a.name.to_lowercase());
        for text in wanted {
            let pattern = Wildcard::checked(&text)?;
            let mut is_found = false;
            for alias in &all {
                let subject = if by_definition { &alias.definition } else { &alias.name };
                if !pattern.matches(subject) || Wildcard::any(&exclude, &alias.name) {
                    continue;
                }
                is_found = true;
                let object = alias_object(session, alias)?;
                session.write(object)?;
            }
            if !is_found && !Wildcard::is_pattern(&text) {
                let kind = if by_definition { "definition" } else { "name" };
                session.write_error(not_found(kind, &text))?;
            }
        }
        Ok(())
    }
}

/// An alias as an object: what Get-Command gives for it.
pub fn alias_object(session: &mut dyn Session, alias: &AliasInfo) -> Result {
    let found = session.find_command(&alias.name, false)?.filter(|c| c.kind == CommandKind::Alias);
    if let Some(object) = found.and_then(|c| session.command_object(&c)) {
        return Ok(object);
    }
    Ok(command::NativeObject::of(
        "System.Management.Automation.AliasInfo",
        vec![
            ("HelpUri", Value::from("")),
            ("ResolvedCommandName", Value::Str(alias.definition.clone())),
            ("DisplayName", Value::from(format!("{} -> {}", alias.name, alias.definition))),
            ("ReferencedCommand", Value::Null),
            ("ResolvedCommand", Value::Null),
            ("Definition", Value::Str(alias.definition.clone())),
            ("Options", crate::variable::scope::options_value(alias.options)),
            ("Description", Value::Str(alias.description.clone().unwrap_or_else(Str::empty))),
            ("Name", Value::Str(alias.name.clone())),
            ("CommandType", command::enum_value("System.Management.Automation.CommandTypes", "Alias")),
            ("Source", Value::from("")),
            ("Version", Value::Null),
            ("Module", Value::Null),
            ("ModuleName", Value::from("")),
        ],
    ))
}

/// The error of an alias that is not there.
pub fn not_found(kind: &str, text: &str) -> std::sync::Arc<ErrorRecord> {
    ErrorRecord::simple(
        TypeRef::ITEM_NOT_FOUND_EXCEPTION,
        format!("This command cannot find a matching alias because an alias with the {kind} '{text}' does not exist."),
        "ItemNotFoundException",
        ErrorCategory::ObjectNotFound,
        Value::from(text),
    )
}
