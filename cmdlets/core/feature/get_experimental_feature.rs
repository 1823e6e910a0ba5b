//! Get-ExperimentalFeature: nothing here is experimental.

use command::{Bound, Cmdlet, Command, Result, Session, Wildcard};

pub static COMMAND: Command = Command { name: "Get-ExperimentalFeature", create: || Box::new(GetExperimentalFeature) };

struct GetExperimentalFeature;

impl Cmdlet for GetExperimentalFeature {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        for name in bound.strings("Name").iter().filter(|n| !Wildcard::is_pattern(n)) {
            session.write_verbose(&format!("No experimental feature has the name '{name}'."))?;
        }
        Ok(())
    }
}
