//! Get-CmsMessage.

use command::{Bound, Cmdlet, Command, ErrorCategory, Exception, Result, Session, TypeRef, Value};

use crate::message::content::{is_message, no_key, text_of};

pub static COMMAND: Command = Command { name: "Get-CmsMessage", create: || Box::new(GetCmsMessage) };

struct GetCmsMessage;

impl Cmdlet for GetCmsMessage {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let text =
            if bound.has("Content") { text_of(session, bound)? } else { text_of(session, bound).unwrap_or_default() };
        if is_message(&text) {
            return no_key();
        }
        Exception::new(
            TypeRef::ARGUMENT_EXCEPTION,
            "Cannot unprotect message. The input contained no encrypted content.",
        )
        .identity("InputContainedNoEncryptedContent", ErrorCategory::ObjectNotFound, Value::Null)
        .throw()
    }
}
