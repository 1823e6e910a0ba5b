//! Convert-Path.

use command::{Bound, Cmdlet, Command, Result, Session, Value};

use crate::item::targets::{given, resolved};

pub static COMMAND: Command = Command { name: "Convert-Path", create: || Box::new(ConvertPath) };

struct ConvertPath;

impl Cmdlet for ConvertPath {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let (paths, is_literal) = given(bound);
        for path in paths {
            for target in resolved(session, &path, is_literal, bound.switch("Force"))? {
                session.write(Value::Str(target.path))?;
            }
        }
        Ok(())
    }
}
