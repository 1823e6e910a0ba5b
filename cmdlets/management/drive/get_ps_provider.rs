//! Get-PSProvider.

use command::{
    Bound, Cmdlet, Command, ErrorCategory, ErrorRecord, Result, Session, Str, TypeRef, Value, Wildcard, class,
};

use crate::provider::notes::provider_object;

pub static COMMAND: Command = Command { name: "Get-PSProvider", create: || Box::new(GetPsProvider) };

struct GetPsProvider;

impl Cmdlet for GetPsProvider {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let mut wanted = bound.strings("PSProvider");
        if wanted.is_empty() {
            wanted.push(Str::from("*"));
        }
        for name in wanted {
            let pattern = Wildcard::new(&name);
            let names: Vec<String> =
                session.providers().iter().map(|p| p.name().to_string()).filter(|n| pattern.matches(n)).collect();
            if names.is_empty() && !Wildcard::is_pattern(&name) {
                session.write_error(ErrorRecord::simple(
                    class("System.Management.Automation.ProviderNotFoundException", TypeRef::RUNTIME_EXCEPTION),
                    format!("Cannot find a provider with the name '{name}'."),
                    "ProviderNotFound",
                    ErrorCategory::ObjectNotFound,
                    Value::Str(name),
                ))?;
                continue;
            }
            for name in names {
                let object = provider_object(session, &name);
                session.write(object)?;
            }
        }
        Ok(())
    }
}
