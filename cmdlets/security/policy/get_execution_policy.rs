//! Get-ExecutionPolicy.

use std::sync::Arc;

use command::{Bound, Cmdlet, Command, Result, Session, Value, enum_value};
use values::Object;

pub static COMMAND: Command = Command { name: "Get-ExecutionPolicy", create: || Box::new(GetExecutionPolicy) };

struct GetExecutionPolicy;

const POLICY: &str = "Microsoft.PowerShell.ExecutionPolicy";

impl Cmdlet for GetExecutionPolicy {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        // Linux has no policies: every scope lets everything run.
        if bound.switch("List") {
            for scope in ["MachinePolicy", "UserPolicy", "Process", "CurrentUser", "LocalMachine"] {
                let row = Object::from_pairs([
                    ("Scope", enum_value("Microsoft.PowerShell.ExecutionPolicyScope", scope)),
                    ("ExecutionPolicy", enum_value(POLICY, "Unrestricted")),
                ]);
                session.write(Value::Object(Arc::new(row)))?;
            }
            return Ok(());
        }
        session.write(enum_value(POLICY, "Unrestricted"))
    }
}
