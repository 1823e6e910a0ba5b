//! Unprotect-CmsMessage.

use command::{Bound, Cmdlet, Command, ErrorCategory, Exception, Result, Session, TypeRef, Value};

use crate::message::content::{is_message, no_key, text_of};

pub static COMMAND: Command = Command { name: "Unprotect-CmsMessage", create: || Box::new(UnprotectCmsMessage) };

struct UnprotectCmsMessage;

impl Cmdlet for UnprotectCmsMessage {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let text = text_of(session, bound)?;
        if is_message(&text) {
            return no_key();
        }
        if bound.switch("IncludeContext") {
            return session.write(Value::from(text));
        }
        Exception::new(
            TypeRef::ARGUMENT_EXCEPTION,
            "Cannot unprotect message. The input contained no encrypted content. Specify the '-IncludeContext' parameter if you wish to output the original content when no encrypted content is detected.",
        )
        .identity("InputContainedNoEncryptedContentIncludeContext", ErrorCategory::ObjectNotFound, Value::Null)
        .throw()
    }
}
