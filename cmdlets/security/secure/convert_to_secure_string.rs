//! ConvertTo-SecureString.

use command::{Bound, Cmdlet, Command, ErrorCategory, ErrorRecord, Exception, Result, Session, Str, TypeRef, Value};

use crate::secure::text::{bad_key, decrypt, from_open_form, is_key, key_bytes, secure};

pub static COMMAND: Command = Command { name: "ConvertTo-SecureString", create: || Box::new(ConvertToSecureString) };

struct ConvertToSecureString;

impl Cmdlet for ConvertToSecureString {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let text = bound.str("String").unwrap_or_else(Str::empty);
        if bound.switch("AsPlainText") {
            let made = secure(session, &text)?;
            return session.write(made);
        }
        let key = key_bytes(session, bound.get("Key"), bound.get("SecureKey"))?;
        let found = match &key {
            Some(key) if !is_key(key) => {
                let record =
                    ErrorRecord::from_exception(std::sync::Arc::new(bad_key("ImportSecureString_InvalidArgument")));
                return session.write_error(record);
            }
            Some(key) => decrypt(&text, key),
            None => from_open_form(&text),
        };
        match found {
            Some(plain) => {
                let made = secure(session, &plain)?;
                session.write(made)
            }
            // Half a byte is no encrypted text at all; what is no hexadecimal is found out when it is read.
            None if !text.len().is_multiple_of(2) => {
                let wrong = Exception::new(
                    TypeRef::PS_ARGUMENT_EXCEPTION,
                    format!("The parameter value \"{text}\" is not a valid encrypted string."),
                )
                .identity(
                    "ImportSecureString_InvalidArgument",
                    ErrorCategory::InvalidArgument,
                    Value::Null,
                );
                session.write_error(ErrorRecord::from_exception(std::sync::Arc::new(wrong)))
            }
            None => Exception::new(
                TypeRef::FORMAT_EXCEPTION,
                format!("The input string '{text}' was not in a correct format."),
            )
            .identity("System.FormatException", ErrorCategory::NotSpecified, Value::Null)
            .throw(),
        }
    }
}
