//! The content that the message commands work on.

use command::{Bound, ErrorCategory, Exception, Result, Session, TypeRef, Value, file_exception};

/// Whether a text holds an encrypted message.
pub fn is_message(text: &str) -> bool {
    text.contains("-----BEGIN CMS-----") && text.contains("-----END CMS-----")
}

/// The text of `-Content`, `-EventLogRecord`, `-Path` or `-LiteralPath`.
pub fn text_of(session: &mut dyn Session, bound: &Bound) -> Result<String> {
    if let Some(text) = bound.str("Content") {
        return Ok(text.to_string());
    }
    let given = bound.str("LiteralPath").or_else(|| bound.str("Path"));
    let Some(given) = given else { return Ok(String::new()) };
    let path = session.file_path(&given)?;
    if !path.exists() {
        let shown = path.display().to_string();
        return Exception::new(
            TypeRef::ITEM_NOT_FOUND_EXCEPTION,
            format!("Cannot find path '{shown}' because it does not exist."),
        )
        .identity("PathNotFound", ErrorCategory::ObjectNotFound, Value::from(shown))
        .throw();
    }
    std::fs::read_to_string(&path).or_else(|e| file_exception(&e, &path).throw())
}

/// The error of messages, which can't be opened or made without a certificate's private key here.
pub fn no_key<T>() -> Result<T> {
    Exception::new(TypeRef::PS_NOT_SUPPORTED_EXCEPTION, "Encrypted messages (CMS) are not supported here.")
        .identity("CmsNotSupported", ErrorCategory::NotImplemented, Value::Null)
        .throw()
}
