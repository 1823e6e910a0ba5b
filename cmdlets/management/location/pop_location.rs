//! Pop-Location.

use command::{Bound, Cmdlet, Command, ErrorCategory, Exception, Result, Session, TypeRef, Value};

use crate::item::targets::tolerate;
use crate::location::stack::stacks;
use crate::provider::notes::path_object;

pub static COMMAND: Command = Command { name: "Pop-Location", create: || Box::new(PopLocation) };

struct PopLocation;

impl Cmdlet for PopLocation {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let all = stacks(session);
        let given = bound.str("StackName").filter(|n| !n.is_empty());
        let name = given.as_ref().map_or_else(|| all.current.clone(), |n| n.to_lowercase());
        let popped = match all.stacks.get_mut(&name) {
            Some(stack) => stack.pop(),
            None => match given {
                Some(text) => {
                    let error = Exception::new(
                        TypeRef::PS_ARGUMENT_EXCEPTION,
                        format!("Cannot find location stack '{text}'. It does not exist or it is not a container."),
                    )
                    .identity("Argument", ErrorCategory::InvalidArgument, Value::Null);
                    return tolerate(session, error.throw::<()>()).map(|_| ());
                }
                None => None,
            },
        };
        let Some(target) = popped else { return Ok(()) };
        let done = session.set_location(&target);
        if tolerate(session, done)?.is_some() && bound.switch("PassThru") {
            let object = path_object(session, &target);
            session.write(object)?;
        }
        Ok(())
    }
}
