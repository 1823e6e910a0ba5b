//! Push-Location.

use command::{Bound, Cmdlet, Command, Result, Session};

use crate::item::targets::tolerate;
use crate::location::set_location::go;
use crate::location::stack::stacks;
use crate::provider::notes::path_object;

pub static COMMAND: Command = Command { name: "Push-Location", create: || Box::new(PushLocation) };

struct PushLocation;

impl Cmdlet for PushLocation {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let is_literal = bound.has("LiteralPath");
        let given = bound.str(if is_literal { "LiteralPath" } else { "Path" });
        let old = session.location();
        let name = bound.str("StackName").map(|n| n.to_lowercase());
        let mut target = old.clone();
        if let Some(path) = given.filter(|p| !p.is_empty()) {
            let done = go(session, &path, is_literal);
            match tolerate(session, done)? {
                Some(found) => target = found,
                None => return Ok(()),
            }
        }
        let all = stacks(session);
        let name = name.filter(|n| !n.is_empty()).unwrap_or_else(|| all.current.clone());
        all.stacks.entry(name).or_default().push(old);
        if bound.switch("PassThru") {
            let object = path_object(session, &target);
            session.write(object)?;
        }
        Ok(())
    }
}
