//! New-Guid.

use std::sync::Arc;

use command::{Bound, Cmdlet, Command, ErrorCategory, ErrorRecord, Result, Session, TypeRef, Value};

pub static COMMAND: Command = Command { name: "New-Guid", create: || Box::new(NewGuid) };

struct NewGuid;

impl Cmdlet for NewGuid {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let made = match bound.str("InputObject") {
            Some(text) => match uuid::Uuid::parse_str(text.trim().trim_start_matches('(').trim_end_matches(')')) {
                Ok(guid) => guid,
                Err(_) => {
                    return session.write_error(ErrorRecord::simple(
                        TypeRef::FORMAT_EXCEPTION,
                        "Unrecognized Guid format.",
                        "StringNotRecognizedAsGuid",
                        ErrorCategory::InvalidArgument,
                        Value::Null,
                    ));
                }
            },
            None if bound.switch("Empty") => uuid::Uuid::nil(),
            None => uuid::Uuid::new_v4(),
        };
        session.write(Value::Guid(Arc::new(made)))
    }
}
