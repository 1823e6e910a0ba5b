//! Experimental features: there are none to turn on or off.

use std::sync::Arc;

use command::{Bound, ErrorCategory, ErrorRecord, Exception, Result, Session, Str, TypeRef, Value};

/// Says of each name that no feature has it.
pub fn refuse(session: &mut dyn Session, bound: &Bound) -> Result<()> {
    for name in bound.strings("Name") {
        let exception = Exception::new(
            TypeRef::ITEM_NOT_FOUND_EXCEPTION,
            format!("No experimental feature was found that matched the name '{name}'."),
        )
        .identity("ItemNotFoundException", ErrorCategory::ObjectNotFound, Value::Str(Str::from(name.as_str())));
        session.write_error(ErrorRecord::from_exception(Arc::new(exception)))?;
    }
    Ok(())
}
