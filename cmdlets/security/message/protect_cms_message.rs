//! Protect-CmsMessage.

use command::{Bound, Cmdlet, Command, ErrorCategory, Exception, Result, Session, Str, TypeRef, Value};

use crate::message::content::{no_key, text_of};

pub static COMMAND: Command = Command { name: "Protect-CmsMessage", create: || Box::new(ProtectCmsMessage) };

struct ProtectCmsMessage;

impl Cmdlet for ProtectCmsMessage {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let to = bound.strings("To");
        if bound.has("Path") || bound.has("LiteralPath") {
            text_of(session, bound)?;
        }
        let named = to.first().cloned().unwrap_or_else(Str::empty);
        let file = session.file_path(&named).ok().filter(|p| p.exists());
        if file.is_some() {
            return no_key();
        }
        Exception::new(
            TypeRef::ARGUMENT_EXCEPTION,
            format!("Cannot load encryption certificate. The certificate setting '{named}' does not represent a valid base-64 encoded certificate, nor does it represent a valid certificate by file, directory, thumbprint, or subject name."),
        )
        .identity("NoCertificateFound", ErrorCategory::ObjectNotFound, Value::Str(named))
        .throw()
    }
}
