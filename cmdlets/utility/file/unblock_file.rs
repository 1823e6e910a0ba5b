//! Unblock-File.

use command::{Bound, Cmdlet, Command, ErrorCategory, ErrorRecord, Result, Session, TypeRef, Value, class};

pub static COMMAND: Command = Command { name: "Unblock-File", create: || Box::new(UnblockFile) };

struct UnblockFile;

impl Cmdlet for UnblockFile {
    fn process(&mut self, session: &mut dyn Session, _bound: &Bound) -> Result<()> {
        // Linux has no mark of where a file came from.
        session.write_error(ErrorRecord::simple(
            class("System.PlatformNotSupportedException", TypeRef::NOT_SUPPORTED_EXCEPTION),
            "The cmdlet does not support Linux.",
            "LinuxNotSupported",
            ErrorCategory::NotImplemented,
            Value::Null,
        ))
    }
}
