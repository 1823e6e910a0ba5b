//! Update-List.

use std::sync::Arc;

use command::{Bound, Cmdlet, Command, ErrorCategory, ErrorRecord, Exception, Result, Session, TypeRef, Value};
use values::{Dict, members, operators};

pub static COMMAND: Command = Command { name: "Update-List", create: || Box::new(UpdateList) };

struct UpdateList;

impl Cmdlet for UpdateList {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        if !bound.has("InputObject") {
            // Without an object the changes themselves are the result.
            let changes = Dict::hashtable();
            for name in ["Add", "Remove", "Replace"] {
                if bound.has(name) {
                    changes.insert(Value::from(name), Value::array(bound.list(name)));
                }
            }
            return session.write(Value::Dict(Arc::new(changes)));
        }
        let input = bound.value("InputObject");
        let Some(name) = bound.str("Property") else {
            return Exception::new(TypeRef::INVALID_OPERATION_EXCEPTION, "")
                .identity("MissingPropertyParameter", ErrorCategory::InvalidOperation, Value::Null)
                .throw();
        };
        let Some(current) = members::get(session, &input, &name)? else {
            return session.write_error(ErrorRecord::simple(
                TypeRef::INVALID_OPERATION_EXCEPTION,
                format!("The property '{name}' cannot be found on this object."),
                "MemberDoesntExist",
                ErrorCategory::InvalidOperation,
                input,
            ));
        };
        let Some(list) = current.as_array().cloned() else {
            return session.write_error(ErrorRecord::simple(
                TypeRef::PS_INVALID_OPERATION_EXCEPTION,
                "Cannot apply the update because the object is not a supported collection type.",
                "ApplyFailed",
                ErrorCategory::InvalidOperation,
                Value::Null,
            ));
        };
        let mut items = if bound.has("Replace") { bound.list("Replace") } else { list.to_vec() };
        for gone in bound.list("Remove") {
            let mut at = 0;
            while at < items.len() {
                if operators::equals(session, &items[at], &gone, false)? {
                    items.remove(at);
                    break;
                }
                at += 1;
            }
        }
        items.extend(bound.list("Add"));
        if list.is_fixed {
            members::set(session, &input, &name, Value::typed_array(list.element, items))?;
        } else {
            *list.lock() = items;
        }
        session.write(input)
    }
}
