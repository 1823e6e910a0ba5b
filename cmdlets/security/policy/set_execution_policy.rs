//! Set-ExecutionPolicy.

use command::{Bound, Cmdlet, Command, ErrorCategory, Exception, Result, Session, TypeRef, Value, class};

pub static COMMAND: Command = Command { name: "Set-ExecutionPolicy", create: || Box::new(SetExecutionPolicy) };

struct SetExecutionPolicy;

impl Cmdlet for SetExecutionPolicy {
    fn process(&mut self, _session: &mut dyn Session, _bound: &Bound) -> Result<()> {
        Exception::new(
            class("System.PlatformNotSupportedException", TypeRef::NOT_SUPPORTED_EXCEPTION),
            "Operation is not supported on this platform.",
        )
        .identity("System.PlatformNotSupportedException", ErrorCategory::NotSpecified, Value::Null)
        .throw()
    }
}
