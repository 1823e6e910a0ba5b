//! Help that is part of the product needs no files.

use std::sync::Arc;

use command::{Bound, ErrorCategory, ErrorRecord, Exception, Result, Session, TypeRef, Value};

/// Says that there is nothing to fetch or to save.
pub fn refuse(session: &mut dyn Session, bound: &Bound, verb: &str, id: &str) -> Result<()> {
    let modules = bound.strings("Module").iter().map(|m| m.to_string()).collect::<Vec<_>>().join(", ");
    let of = if modules.is_empty() { "the module(s)".to_string() } else { format!("the module(s) '{modules}'") };
    let exception = Exception::new(
        TypeRef::INVALID_OPERATION_EXCEPTION,
        format!(
            "Failed to {verb} Help for {of} : the help content is part of this product; Get-Help shows it as it is."
        ),
    )
    .identity(id, ErrorCategory::InvalidOperation, Value::Null);
    session.write_error(ErrorRecord::from_exception(Arc::new(exception)))
}
