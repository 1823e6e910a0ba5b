//! Clear-ItemProperty.

use command::{Bound, Cmdlet, Command, ErrorCategory, Exception, Result, Session, Str, TypeRef, Value};

use crate::item::targets::{targets, tolerate};
use crate::item_property::property::need_properties;

pub static COMMAND: Command = Command { name: "Clear-ItemProperty", create: || Box::new(ClearItemProperty) };

struct ClearItemProperty;

impl Cmdlet for ClearItemProperty {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let name = bound.str("Name").unwrap_or_else(Str::empty);
        for target in targets(session, bound)? {
            let done = need_properties(&target).and_then(|()| {
                if name.eq_ignore_ascii_case("Attributes") {
                    return Ok(());
                }
                Exception::new(
                    TypeRef::PS_ARGUMENT_EXCEPTION,
                    "The property cannot be cleared because the property is not supported. Only the Attributes property can be cleared.",
                )
                .identity("Argument", ErrorCategory::InvalidArgument, Value::Null)
                .throw()
            });
            if tolerate(session, done)?.is_some() {
                clear_attributes(session, &target.path)?;
            }
        }
        Ok(())
    }
}

/// Clearing the attributes takes away what Linux has of them: read-only.
fn clear_attributes(session: &mut dyn Session, path: &str) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    if !session.should_process(&format!("Item: {path} Property: Attributes"), "Clear Property File")? {
        return Ok(());
    }
    let done = std::fs::metadata(path).and_then(|facts| {
        let mut permissions = facts.permissions();
        permissions.set_mode(permissions.mode() | 0o200);
        std::fs::set_permissions(path, permissions)
    });
    done.or_else(|e| command::file_exception(&e, std::path::Path::new(path)).throw())
}
